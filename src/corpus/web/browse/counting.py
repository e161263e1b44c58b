"""Counting: articles over time, who is quoted, topics and publications, of the articles that somebody asks for.

The figures are those of ``corpus stats --by``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from corpus.explore.articles import NO_MONTH, NONE, SEVERAL, apart
from corpus.explore.filters import Filter, chosen
from corpus.explore.stats import MASKED, Counts, of_articles
from corpus.model.table_names import base_name
from corpus.web.browse.library import Library
from corpus.web.browse.pages import language_of, page, send_csv, show
from corpus.web.charts import MOST_SERIES, About, Mark, Series, bars, columns, lines
from corpus.web.language import Language

FACETS = ("source", "publication", "year", "month", "topic", "speaker", "split", "text")
"""What narrows the articles down, by the names that addresses have for it."""

_NAMES = 20
"""How many names a chart has; its CSV has all."""
_MONTHS = 24
"""Of more months than these, how often somebody is quoted is shown by the year."""
_KEPT = 100
"""Counts that are kept of a release, so that what was asked before is there at once."""


class Shown(NamedTuple):
    """A chart, and the address of all its figures."""

    drawing: Markup
    csv: str


@page
def counts(request: Request, library: Library) -> Response:
    """The charts."""
    asked = _Asked(_given(request), library, language_of(request))
    charts = list(_charts(asked))
    articles = asked.count("source").articles
    return show(request, "counts.html", asked=asked.given, choices=_choices(library), charts=charts, articles=articles)


@page
def counts_csv(request: Request, library: Library) -> Response:
    """All figures by some dimensions (``by=speaker,month``) as a table."""
    dimensions = [name.strip() for name in request.query_params.get("by", "").split(",") if name.strip()]
    found = _Asked(_given(request), library, language_of(request)).count(*dimensions)
    return send_csv("-".join(("counts", *dimensions)), found.table.column_names, found.rows())


ROUTES = (Route("/counts", counts), Route("/counts.csv", counts_csv))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody asks for, by ``FACETS``, of which release, in which language."""

    given: Mapping[str, str]
    library: Library
    language: Language

    def count(self, *dimensions: str) -> Counts:
        """The counts of the articles by some dimensions."""
        kept, key = self.library.counts, (dimensions, *self.given.items())
        if key not in kept:
            ids = self.library.articles.ids.filter(pa.array(self._chosen())) if self.given else None
            found = of_articles(self.library.release, dimensions, ids)
            if len(kept) >= _KEPT:
                kept.clear()
            kept[key] = found
        return kept[key]

    def link(self, **more: str) -> str:
        """The address of the articles of which something more is asked; "" where that is no single value."""
        value = next(iter(more.values()))
        if value in (NONE, MASKED, SEVERAL) or value.endswith(NO_MONTH):
            return ""
        return f"/articles?{urlencode({**self.given, **more})}"

    def csv(self, *dimensions: str) -> str:
        """The address of all figures by some dimensions."""
        return f"/counts.csv?{urlencode({'by': ','.join(dimensions), **self.given}, safe=',')}"

    def named(self, value: str) -> str:
        """A value as people read it."""
        _ = self.language.gettext
        if value.endswith(NO_MONTH):
            return _("%(year)s (no month)") % {"year": value.removesuffix(NO_MONTH)}
        return {NONE: _("(none)"), MASKED: _("(masked)"), SEVERAL: _("(several years)")}.get(value, value)

    def _chosen(self) -> object:
        given = dict(self.given)
        dates = given.pop("month", None) or given.pop("year", None)
        given.pop("year", None)
        return chosen(self.library.articles, Filter(**given, earliest=dates, latest=dates))


def _given(request: Request) -> dict[str, str]:
    return {name: value for name in FACETS if (value := request.query_params.get(name, "").strip())}


def _choices(library: Library) -> dict[str, list[str]]:
    """The values of the facets that have few of them."""
    found = {name: library.articles.coded(name)[1] for name in ("source", "publication", "topic", "year", "split")}
    found["topic"] = pc.unique(apart(found["topic"]).flatten())
    return {name: sorted({value for value in values.to_pylist() if value}) for name, values in found.items()}


def _charts(asked: _Asked) -> Iterator[Shown]:
    language, _ = asked.language, asked.language.gettext
    articles, quotations = _("Articles"), _("Quotations")
    months = asked.count("month")
    marks = [Mark(asked.named(month), number, asked.link(month=month)) for month, number in months.rows()]
    said = _("An article of which no month is known stands in the table alone.")
    about = About("months", _("Articles a month"), said, _("Month"), articles)
    yield Shown(columns(about, marks, language), asked.csv("month"))

    if any(base_name(table) == "quotations" for table in asked.library.release.manifest["tables"]):
        said = _("Those who are quoted most, by the number of their quotations.")
        about = About("speakers", _("Most quoted"), said, _("Speaker"), quotations)
        yield Shown(bars(about, _marks(asked, "speaker"), language), asked.csv("speaker"))

        unit = "month" if months.table.num_rows <= _MONTHS else "year"
        said = _("How often those who are quoted most are quoted over time.")
        about = About("change", _("Quoted over time"), said, _("Month") if unit == "month" else _("Year"), quotations)
        yield Shown(lines(about, _series(asked, unit), language), asked.csv("speaker", unit))

    said = _("An article with several topics counts under each of them.")
    about = About("topics", _("Topics"), said, _("Topic"), articles)
    yield Shown(bars(about, _marks(asked, "topic"), language), asked.csv("topic"))

    said = _("The publications with the most articles.")
    about = About("publications", _("Publications"), said, _("Publication"), articles)
    yield Shown(bars(about, _marks(asked, "publication"), language), asked.csv("publication"))


def _marks(asked: _Asked, dimension: str) -> list[Mark]:
    """The names with the greatest counts."""
    found = asked.count(dimension)
    rows = found.table.slice(0, _NAMES).select([dimension, found.counted]).to_pylist()
    return [
        Mark(asked.named(row[dimension]), row[found.counted], asked.link(**{dimension: row[dimension]})) for row in rows
    ]


def _series(asked: _Asked, unit: str) -> list[Series]:
    """How often those who are quoted most are quoted, in each month or year."""
    names = [row["speaker"] for row in asked.count("speaker").table.slice(0, 2 * MOST_SERIES).to_pylist()]
    names = [name for name in names if name not in (NONE, MASKED)][:MOST_SERIES]
    table = asked.count("speaker", unit).table
    rows = table.filter(pc.is_in(table["speaker"], pa.array(names, pa.string()))).to_pylist()
    numbers: dict[str, dict[str, int]] = {name: {} for name in names}
    for row in rows:
        numbers[row["speaker"]][row[unit]] = numbers[row["speaker"]].get(row[unit], 0) + row["quotations"]
    return [
        Series(name, tuple(Mark(asked.named(at), n, asked.link(speaker=name, **{unit: at})) for at, n in found.items()))
        for name, found in numbers.items()
    ]
