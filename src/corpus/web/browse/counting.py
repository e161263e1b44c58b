"""Counting: articles over time, who is quoted, topics and publications, of the articles that somebody asks for.

The figures are those of ``corpus stats --by``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from corpus.explore.articles import NONE
from corpus.explore.facets import FACETS, facets
from corpus.explore.filters import conditions
from corpus.explore.stats import MASKED, Counts, of_articles
from corpus.model.table_names import base_name
from corpus.web.browse.asked import Asked
from corpus.web.browse.downloads import download
from corpus.web.browse.library import Library
from corpus.web.browse.pages import language_of, page, show
from corpus.web.charts import MOST_SERIES, About, Mark, Series, bars, columns, lines

_NAMES = 20
"""How many names a chart has; its CSV has all."""
_MONTHS = 24
"""Of more months than these, how often somebody is quoted is shown by the year."""
_KEPT = 100
"""Counts that are kept of a release, so that what was asked before is there at once."""


class Shown(NamedTuple):
    """A chart, and what its figures are counted by."""

    drawing: Markup
    by: str


@page
def counts(request: Request, library: Library) -> Response:
    """The charts."""
    asked = Asked.of(request, language_of(request))
    counting = _Counting(asked, library)
    found = facets(library.articles, counting.holding, [name for name in FACETS if name != "speaker"], most=asked.most)
    return show(
        request,
        "counts.html",
        asked=asked,
        panels=asked.panels(found),
        charts=list(_charts(counting)),
        total=counting.total,
    )


@page
def counts_csv(request: Request, library: Library) -> Response:
    """All figures by some dimensions (``by=speaker,month``) as a table."""
    dimensions = [name.strip() for name in request.query_params.get("by", "").split(",") if name.strip()]
    table = _Counting(Asked.of(request, language_of(request)), library).by(*dimensions)
    name = "-".join(("counts", *dimensions))
    return download(request, name, table.table.column_names, table.rows(), table.table.num_rows)


ROUTES = (Route("/counts", counts), Route("/counts.csv", counts_csv))


class _Counting:
    """Counts of the articles that are asked for; ``holding`` has for each condition those for which it holds."""

    def __init__(self, asked: Asked, library: Library) -> None:
        self.asked, self.library = asked, library
        self.holding = dict(conditions(library.articles, asked.filter, library.index))
        self.among = np.logical_and.reduce([np.ones(len(library.articles), bool), *self.holding.values()])

    @property
    def total(self) -> int:
        """How many articles are asked for."""
        return int(np.count_nonzero(self.among))

    def by(self, *dimensions: str) -> Counts:
        """The counts by some dimensions."""
        kept, key = self.library.counts, (dimensions, *self.asked.conditions.items())
        if key not in kept:
            ids = self.library.articles.ids.filter(pa.array(self.among)) if self.holding else None
            found = of_articles(self.library.release, dimensions, ids)
            if len(kept) >= _KEPT:
                kept.clear()
            kept[key] = found
        return kept[key]

    def mark(self, dimension: str, value: str, count: int, **more: str) -> Mark:
        """What has a value of a dimension, with the address of the articles; none where no speaker has a name."""
        leads = dimension != "speaker" or value not in (NONE, MASKED)
        address = replace(self.asked, path="/articles").address(changed={"all": None, dimension: value, **more})
        return Mark(self.asked.value(value), count, address if leads else "")


def _charts(counting: _Counting) -> Iterator[Shown]:
    language, _ = counting.asked.language, counting.asked.language.gettext
    articles, quotations = _("Articles"), _("Quotations")
    months = counting.by("month")
    marks = [counting.mark("month", month, number) for month, number in months.rows()]
    said = _("An article of which no month is known stands in the table alone.")
    about = About("months", _("Articles a month"), said, _("Month"), articles)
    yield Shown(columns(about, marks, language), "month")

    if any(base_name(table) == "quotations" for table in counting.library.release.manifest["tables"]):
        said = _("Those who are quoted most, by the number of their quotations.")
        about = About("speakers", _("Most quoted"), said, _("Speaker"), quotations)
        yield Shown(bars(about, _names(counting, "speaker"), language), "speaker")

        unit = "month" if months.table.num_rows <= _MONTHS else "year"
        said = _("How often those who are quoted most are quoted over time.")
        about = About("change", _("Quoted over time"), said, counting.asked.words(unit), quotations)
        yield Shown(lines(about, _series(counting, unit), language), f"speaker,{unit}")

    said = _("An article with several topics counts under each of them.")
    about = About("topics", _("Topics"), said, _("Topic"), articles)
    yield Shown(bars(about, _names(counting, "topic"), language), "topic")

    said = _("The publications with the most articles.")
    about = About("publications", _("Publications"), said, _("Publication"), articles)
    yield Shown(bars(about, _names(counting, "publication"), language), "publication")


def _names(counting: _Counting, dimension: str) -> list[Mark]:
    """The names with the greatest counts."""
    found = counting.by(dimension)
    rows = found.table.slice(0, _NAMES).select([dimension, found.counted]).to_pylist()
    return [counting.mark(dimension, row[dimension], row[found.counted]) for row in rows]


def _series(counting: _Counting, unit: str) -> list[Series]:
    """How often those who are quoted most are quoted, in each month or year."""
    named = counting.by("speaker").table["speaker"].slice(0, 2 * MOST_SERIES).to_pylist()
    names = [name for name in dict.fromkeys(named) if name not in (NONE, MASKED)][:MOST_SERIES]
    table = counting.by("speaker", unit).table
    rows = table.filter(pc.is_in(table["speaker"], pa.array(names, pa.string()))).to_pylist()
    numbers: dict[str, dict[str, int]] = {name: {} for name in names}
    for row in rows:
        numbers[row["speaker"]][row[unit]] = numbers[row["speaker"]].get(row[unit], 0) + row["quotations"]
    return [
        Series(name, tuple(counting.mark(unit, at, count, speaker=name) for at, count in found.items()))
        for name, found in numbers.items()
    ]
