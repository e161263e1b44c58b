"""What a release says of itself: its front page, its columns, its changes, how it is cited, what it cannot do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.annotate.confidence import MEASURE
from corpus.annotate.metrics import added
from corpus.explore.articles import Articles
from corpus.explore.stats import by
from corpus.model import schema
from corpus.model.problem import Problem, UsageError
from corpus.model.table_names import base_name, is_masked
from corpus.release.changes import Reason
from corpus.release.format import CHANGES, CITATION, CROISSANT, DATACITE, PREVIEW
from corpus.release.read.reader import Release
from corpus.release.read.verified import damaged
from corpus.release.write import card_text, citation
from corpus.release.write.metadata import ReleaseMetadata, recalled
from corpus.web.article import kind_labels
from corpus.web.charts import About, Mark, bars
from corpus.web.language import Language
from corpus.web.site.addresses import file_name, page_address
from corpus.web.site.lists import Entry, chart_of
from corpus.web.site.paging import BUDGET, cut, paged, weight
from corpus.web.site.speakers import Speaker
from corpus.web.site.writer import Writer, steps

_FIRST = 10
"""Those who are quoted most, on the front page."""
_LENGTHS = (0, 100, 200, 300, 400, 600, 800, 1200, 2000)
"""Words from which on an article is counted in the next bar."""
_ROW = 200
"""Bytes of markup of a row of a table."""
_COPIED = (CITATION, DATACITE, CROISSANT)
"""Files for programs that stand beside the front page as they stand in the release."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is read of a release beside its rows."""

    release: Release
    metadata: ReleaseMetadata
    tables: Mapping[str, Mapping[str, int]]
    articles: Articles

    @classmethod
    def of(cls, release: Release) -> Said:
        """That of a release.

        Raises:
            UsageError: rule ``release-missing``, the release is too old to say what a site shows.
            CorpusError: rule ``release-damaged``.
        """
        try:
            metadata = recalled(release.manifest, ())
        except (KeyError, TypeError, ValueError):
            found, wanted = f"format {release.manifest.get('format', 1)}", "a release that says what it is about"
            hint = "build it again, or make the site of a later version"
            raise UsageError(Problem(release.where, 0, "", "release-missing", found, wanted, hint)) from None
        return cls(release, metadata, release.manifest["tables"], Articles.of(release))

    @property
    def version(self) -> str:
        """The version, "" for a preview."""
        return "" if self.release.version == PREVIEW else self.release.version


def write_about(
    writer: Writer,
    said: Said,
    values: Mapping[str, Mapping[str, Sequence[Entry]]],
    quoted: Sequence[Speaker],
) -> None:
    """The pages about the release, its front page among them."""
    for name in _COPIED:
        if said.release.has(name):
            (writer.folder / name).write_bytes(said.release.read_verified(name))
    _write_front(writer, said, values, quoted)
    _write_dictionary(writer, said)
    _write_changes(writer, said)
    settings = said.metadata.settings
    counts = said.metadata.counts
    sources = [(one, card_text.counts_of(counts.get(one.id, {}))) for one in said.metadata.sources.values()]
    pages = paged(sources, lambda one: 3 * _ROW + weight(one[0].name, one[0].publisher) + 2 * weight(one[0].licence))
    for number, shown in enumerate(pages, start=1):
        writer.page(
            page_address("cite", number),
            "cite.html",
            bibtex=citation.bibtex(said.metadata) if number == 1 else "",
            published=citation.address(said.metadata),
            files=[name for name in _COPIED if said.release.has(name)],
            sources=shown,
            licence_address=citation.licence_address,
            steps=steps("cite", number, len(pages)),
            number=number,
        )
    split, measured = card_text.scored(said.metadata)
    writer.page(
        "about.html",
        "about.html",
        limits=card_text.limits(said.metadata, said.tables),
        personal=card_text.personal(settings),
        gold_by=card_text.gold_by(said.metadata.annotators),
        annotated=bool(schema.annotation_tables(said.tables)),
        scores=[one for one in added(measured) if not one.measure.startswith(MEASURE)],
        scored=(split, len(measured)),
        splits=settings.splits,
        masked=any(map(is_masked, said.tables)),
    )


def _write_front(
    writer: Writer,
    said: Said,
    values: Mapping[str, Mapping[str, Sequence[Entry]]],
    quoted: Sequence[Speaker],
) -> None:
    language, _ = writer.language, writer.language.gettext
    counts = {facet: {value: len(some) for value, some in found.items()} for facet, found in values.items()}
    words = Counter(_LENGTHS[sum(one >= least for least in _LENGTHS) - 1] for one in _lengths(said.articles))
    figures = [
        (_("Articles"), len(said.articles), "articles.html"),
        (_("Words"), sum(_lengths(said.articles)), ""),
        (_("Sources"), len(counts["source"]), "sources.html"),
        (_("Publications"), len(counts["publication"]), "publications.html"),
        (_("Speakers"), len(quoted), "speakers.html"),
    ]
    about = About("lengths", _("Lengths of the articles"), "", _("Words"), _("Articles"))
    lengths = bars(
        about, [Mark(_between(least, language), words[least]) for least in _LENGTHS if words[least]], language
    )
    description = [" ".join(part.split()) for part in said.metadata.settings.description.split("\n\n") if part.strip()]
    days = sorted(one.day for some in values["month"].values() for one in some)
    writer.page(
        "index.html",
        "front.html",
        description=[cut(part, 2000) for part in description[:4]],
        figures=[figure for figure in figures if figure[1]],
        period=(days[0], days[-1]) if days else (),
        date=said.metadata.date or "",
        charts=[chart_of("month", counts["month"], language), *_entity_types(said, language), lengths],
        tables=[(one, sum(splits.values()), page_address(_of_table(one))) for one, splits in said.tables.items()],
        quoted=quoted[:_FIRST],
        topics=list(counts["topic"].items())[:_FIRST],
    )


def _lengths(articles: Articles) -> list[int]:
    found: list[int] = articles.table["word_count"].to_pylist()
    return found


def _between(least: int, language: Language) -> str:
    after = next((one for one in _LENGTHS if one > least), None)
    if after is None:
        return language.gettext("%(number)s and more") % {"number": language.number(least)}
    return f"{language.number(least)}–{language.number(after - 1)}"


def _entity_types(said: Said, language: Language) -> Iterator[str]:
    """The chart of the names by their type, where there are any."""
    _ = language.gettext
    if "entities" not in map(base_name, said.tables):
        return
    labels = kind_labels(language)
    found = by(said.release.where, ["entity"])
    marks = [Mark(labels.get(row[0], row[0]), row[1]) for row in found.rows()]
    yield bars(About("entities", _("Names by type"), "", _("Type"), _("Names")), marks, language)


def _write_dictionary(writer: Writer, said: Said) -> None:
    """The columns of all tables, a page for each."""
    schemas = said.release.manifest["about"]["schemas"]
    shown = []
    for table in said.tables:
        try:
            shown.append((table, schema.about(table, schemas), schema.dictionary(table, schemas)))
        except (ImportError, OSError, LookupError, ValueError, TypeError):  # of a layer that is not installed here
            columns = said.release.manifest["columns"][table]
            shown.append(
                (table, "", [{"name": name, "type": kind, "description": ""} for name, kind in columns.items()])
            )
    rows = {table: sum(splits.values()) for table, splits in said.tables.items()}
    listed = [(table, about, rows[table], page_address(_of_table(table))) for table, about, _columns in shown]
    writer.page("dictionary.html", "dictionary.html", tables=listed)
    for table, about, columns in shown:
        stem = _of_table(table)
        pages = paged(columns, lambda one: _ROW + weight(*one.values()))
        for number, some in enumerate(pages, start=1):
            around = {"steps": steps(stem, number, len(pages)), "number": number}
            writer.page(page_address(stem, number), "table.html", table=table, about=about, columns=some, **around)


def _of_table(table: str) -> str:
    """The path of the page of a table, without what follows the name."""
    return f"dictionary/{file_name(table)}"


def _write_changes(writer: Writer, said: Said) -> None:
    """What each version changed, the newest first."""
    shown = []
    if said.release.has(CHANGES):
        try:
            shown = [_version(one) for one in json.loads(said.release.read_verified(CHANGES))["releases"]]
        except (ValueError, LookupError, TypeError):
            raise damaged(f"{said.release.where}/{CHANGES}", "no list of versions") from None
    pages = paged(shown, lambda one: _ROW + 2 * weight(json.dumps(one, ensure_ascii=False)), BUDGET)
    for number, some in enumerate(pages, start=1):
        around = {"steps": steps("changes", number, len(pages)), "number": number}
        writer.page(page_address("changes", number), "changes.html", versions=some, **around)


def _version(one: Mapping[str, Any]) -> dict[str, Any]:
    """What a version changed, as its page shows it."""
    why = [Reason(each["change"], each["table"], each["count"], tuple(each["examples"])) for each in one["why"]]
    shown = {key: [cut(str(name)) for name in one[key][:_NAMED]] for key in ("contributors", "withdrawn")}
    return {**one, "why": [cut(str(reason), 600) for reason in why], **shown}


_NAMED = 100
"""Names and ids that are listed of a version."""
