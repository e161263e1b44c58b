"""The lists of articles: all of them, and those that have a source, a publication, a topic or a month in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from corpus.explore.articles import NOT_SAID, SEVERAL, Articles, apart
from corpus.web.charts import About, Mark, bars, columns
from corpus.web.language import Language
from corpus.web.site.addresses import OF_FACET, article_stem, list_stem, page_address
from corpus.web.site.paging import BUDGET, cut, paged, weight
from corpus.web.site.writer import Writer, steps
from corpus.web.value_names import counted_value

_ENTRY, _ROW = 300, 150
"""Bytes of markup of an article in a list, of a value in a table."""
_BARS, _COLUMNS = 20, 36
"""Values that a chart has at most; more months than these are drawn as years."""


class Entry(NamedTuple):
    """An article in a list; ``title`` is its id where its words may not be passed on."""

    id: str
    title: str
    date: str
    day: str
    publication: str
    source: str
    masked: bool

    @property
    def address(self) -> str:
        """The path of its page."""
        return page_address(article_stem(self.id))


def entries(articles: Articles) -> list[Entry]:
    """All articles of a release, the newest first."""
    rows = articles.table.select(["id", "title", "date", "date_earliest", "publication", "source"]).to_pylist()
    found = []
    for number, row in enumerate(rows):
        masked = number >= articles.searchable
        title = cut(str(row["id"] if masked else row["title"]))
        day = str(row["date_earliest"])[:10]
        found.append(Entry(row["id"], title, row["date"], day, cut(row["publication"] or ""), row["source"], masked))
    return sorted(found, key=lambda one: (one.day, one.id), reverse=True)


def by_value(articles: Articles, every: Sequence[Entry], facet: str) -> dict[str, list[Entry]]:
    """The articles that have each value of a facet, in their order; those that say none are left out."""
    numbers, values = articles.coded(facet)
    several = apart(values).to_pylist() if facet == "topic" else [[value] for value in values.to_pylist()]
    number_of = dict(zip(articles.ids.to_pylist(), numbers.tolist(), strict=True))
    found: dict[str, list[Entry]] = defaultdict(list)
    for one in every:
        for value in several[number_of[one.id]]:
            if value != NOT_SAID:
                found[value].append(one)
    order = sorted(found) if facet == "month" else sorted(found, key=lambda value: (-len(found[value]), value))
    return {value: found[value] for value in order}


def write_lists(writer: Writer, every: Sequence[Entry], values: Mapping[str, Mapping[str, Sequence[Entry]]]) -> None:
    """The pages of all lists; ``values`` are what ``by_value`` gives for each facet."""
    _write_list(writer, "articles", writer.language.gettext("Articles"), every)
    for facet, found in values.items():
        _write_values(writer, facet, {value: len(some) for value, some in found.items()})
        for value, some in found.items():
            _write_list(writer, list_stem(facet, value), counted_value(writer.language, value), some, facet)


def months_or_years(counts: Mapping[str, int], up: str = "") -> list[Mark]:
    """How many articles there are in each month, or in each year where the months are many."""
    if len(counts) <= _COLUMNS:
        return [Mark(one, number, up + page_address(list_stem("month", one))) for one, number in counts.items()]
    years: dict[str, int] = defaultdict(int)
    for month, number in counts.items():
        years[month if month == SEVERAL else month[:4]] += number
    return [Mark(year, number) for year, number in years.items()]


def heads(facet: str, language: Language) -> tuple[str, str]:
    """What the values of a facet are called, and one of them."""
    _ = language.gettext
    return {
        "source": (_("Sources"), _("Source")),
        "publication": (_("Publications"), _("Publication")),
        "topic": (_("Topics"), _("Topic")),
        "month": (_("Months"), _("Month")),
    }[facet]


def chart_of(facet: str, counts: Mapping[str, int], language: Language) -> str:
    """The chart of the values of a facet with the most articles, or of all months."""
    _ = language.gettext
    title, head = heads(facet, language)
    if facet == "month":
        said = _("An article of which no month is known stands in the table alone.")
        about = About("months", _("Articles over time"), said, head, _("Articles"))
        marks = [Mark(counted_value(language, one.label), one.value, one.address) for one in months_or_years(counts)]
        return columns(about, marks, language)
    said = _("An article with several topics counts under each of them.") if facet == "topic" else ""
    first = list(counts.items())[:_BARS]
    marks = [Mark(cut(value), number, page_address(list_stem(facet, value))) for value, number in first]
    return bars(About(OF_FACET[facet], title, said, head, _("Articles")), marks, language)


def _write_list(writer: Writer, stem: str, title: str, some: Sequence[Entry], facet: str = "") -> None:
    pages = paged(some, lambda one: _ENTRY + weight(one.title, one.publication or one.source) + 2 * len(one.id))
    above = heads(facet, writer.language)[0] if facet else ""
    for number, shown in enumerate(pages, start=1):
        writer.page(
            page_address(stem, number),
            "list.html",
            heading=title if facet == "month" else cut(title),
            is_month=facet == "month",
            total=len(some),
            entries=shown,
            above=(OF_FACET.get(facet, ""), above),
            steps=steps(stem, number, len(pages)),
            number=number,
        )


def _write_values(writer: Writer, facet: str, counts: Mapping[str, int]) -> None:
    """The table of the values of a facet, with a chart."""
    title, head = heads(facet, writer.language)
    stem = OF_FACET[facet]
    rows = [
        (cut(counted_value(writer.language, one)), page_address(list_stem(facet, one)), counts[one]) for one in counts
    ]
    pages = paged(rows, lambda row: _ROW + weight(row[0], row[1]), BUDGET // 2)
    for number, shown in enumerate(pages, start=1):
        writer.page(
            page_address(stem, number),
            "values.html",
            heading=title,
            of=head,
            rows=shown,
            is_month=facet == "month",
            chart=chart_of(facet, counts, writer.language) if number == 1 else "",
            steps=steps(stem, number, len(pages)),
            number=number,
        )
