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

from corpus.annotate.topics.topics import LEAST
from corpus.explore.articles import NONE
from corpus.explore.facets import FACETS, facets
from corpus.explore.filters import all_hold, conditions
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
    """A chart, what its figures are counted by, and what they leave out."""

    drawing: Markup
    by: str
    beside: str = ""


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
        self.among = all_hold(library.articles, self.holding.values())

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
        unnamed = _unnamed(counting)
        yield Shown(bars(about, _names(counting, "speaker"), language), "speaker", unnamed)

        unit = "month" if months.table.num_rows <= _MONTHS else "year"
        said = _("How often those who are quoted most are quoted over time.")
        about = About("change", _("Quoted over time"), said, counting.asked.words(unit), quotations)
        over = [label for label, _number in counting.by(unit).rows()]
        yield Shown(lines(about, _series(counting, unit), language, over), f"speaker,{unit}")

    least = language.percent(LEAST)
    said = _("An article counts under its main topic, and under each other of which it has %(least)s at least.")
    said %= {"least": least}
    about = About("topics", _("Topics"), said, _("Topic"), articles)
    yield Shown(bars(about, _names(counting, "topic"), language), "topic", said)

    said = _("The publications with the most articles.")
    about = About("publications", _("Publications"), said, _("Publication"), articles)
    yield Shown(bars(about, _names(counting, "publication"), language), "publication")


def _names(counting: _Counting, dimension: str) -> list[Mark]:
    """The names with the greatest counts; who has no name is no speaker."""
    found = counting.by(dimension)
    table = found.table.slice(0, _NAMES + 2).select([dimension, found.counted])
    if dimension == "speaker":
        table = table.filter(pc.invert(_nobody(table)))
    rows = table.slice(0, _NAMES).to_pylist()
    return [counting.mark(dimension, row[dimension], row[found.counted]) for row in rows]


def _nobody(table: pa.Table) -> pa.Array:
    return pc.is_in(table["speaker"], pa.array([NONE, MASKED], pa.string()))


def _unnamed(counting: _Counting) -> str:
    """How many quotations there are of nobody whose name is known, or may be passed on; "" for none."""
    language, table = counting.asked.language, counting.by("speaker").table
    numbers = dict.fromkeys((NONE, MASKED), 0)
    for row in table.filter(_nobody(table)).to_pylist():
        numbers[row["speaker"]] += row["quotations"]
    none, masked = numbers.values()
    said = [
        language.ngettext(
            "%(shown)s quotation has no known speaker.", "%(shown)s quotations have no known speaker.", none
        )
        % {"shown": language.number(none)},
        language.ngettext(
            "The speaker of %(shown)s quotation may not be passed on.",
            "The speakers of %(shown)s quotations may not be passed on.",
            masked,
        )
        % {"shown": language.number(masked)},
    ]
    return " ".join(one for one, count in zip(said, (none, masked), strict=True) if count)


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
