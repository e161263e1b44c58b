"""Who is quoted, and what they say, each quotation linked to its place in the article."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus.explore.articles import groups, read
from corpus.release.read.reader import Release
from corpus.web.article import kind_labels
from corpus.web.damage import sound
from corpus.web.site.addresses import Addresses, file_name, page_address
from corpus.web.site.lists import Entry
from corpus.web.site.paging import cut, paged, weight
from corpus.web.site.writer import Writer, steps

STEM = "speakers"
_INLINE = 3
"""Who is quoted more often has a page of his or her own."""
_QUOTE, _SPEAKER = 280, 260
"""Bytes of markup of a quotation and of a speaker in a list."""
_WORDS = 300


class Said(NamedTuple):
    """A quotation: its article, its row there, the offset where it begins, its words and its kind."""

    article: Entry
    row: int
    start: int
    text: str
    kind: str


@dataclass
class Speaker:
    """Somebody who is quoted under one or several names; the first is the most frequent."""

    names: list[str]
    said: list[Said] = field(default_factory=list)
    anchor: str = ""
    address: str = ""

    @property
    def name(self) -> str:
        """The name as lists show it."""
        return cut(self.names[0])

    @property
    def alone(self) -> bool:
        """Whether there is a page for what he or she says."""
        return len(self.said) > _INLINE


def speakers(release: Release, known: Mapping[str, Entry]) -> list[Speaker]:
    """Those whom articles quote whose words may be passed on, who says most first; what they say by date.

    Rows of one key are one speaker, as ``corpus stats --by speaker`` counts them. ``known`` are the articles by id.
    """
    names: dict[str, Counter[str]] = defaultdict(Counter)
    said: dict[str, list[Said]] = defaultdict(list)
    article, number = "", 0
    columns = ("article", "fragments", "text", "kind", "speaker_name", "speaker_key")
    for group in groups(release, "quotations"):
        rows = read(release, group, columns).to_pylist()
        with sound(f"{release.where}/{group.path}"):
            for row in rows:
                number = number + 1 if row["article"] == article else 0
                article = row["article"]
                if name := row.get("speaker_name"):
                    key = row.get("speaker_key") or f"\0{name}"
                    names[key][name] += 1
                    start = min((one["start"] for one in row["fragments"]), default=0)
                    said[key].append(Said(known[article], number, start, cut(row["text"] or "", _WORDS), row["kind"]))
    found = []
    for key, counts in names.items():
        in_order = sorted(said[key], key=lambda one: (one.article.day, one.article.id, one.row))
        found.append(Speaker(sorted(counts, key=lambda name: (-counts[name], name)), in_order))
    found.sort(key=lambda one: (-len(one.said), one.names[0]))
    return _with_addresses(found)


def _with_addresses(found: Sequence[Speaker]) -> list[Speaker]:
    """The same with the place of each; no two have the same, also where they share a name."""
    taken: Counter[str] = Counter()
    for one in found:
        name = file_name(one.names[0])
        taken[name] += 1
        one.anchor = name if taken[name] == 1 else f"{name}~n{taken[name]}"
        if one.alone:
            one.address = page_address(f"{STEM}/{one.anchor}")
    for page, shown in enumerate(_listed(found), start=1):
        for one in shown:
            one.address = one.address or f"{page_address(STEM, page)}#{one.anchor}"
    return list(found)


def _listed(found: Sequence[Speaker]) -> list[list[Speaker]]:
    """The pages of the list of speakers."""
    return paged(found, lambda one: _SPEAKER + weight(one.name) + (0 if one.alone else sum(map(_weight, one.said))))


def addresses_of(found: Sequence[Speaker]) -> dict[str, str]:
    """The place of each name; where two speakers have it, that of who says more."""
    return {name: one.address for one in reversed(found) for name in one.names}


def write_speakers(writer: Writer, found: Sequence[Speaker], addresses: Addresses) -> None:
    """The list of speakers, and the pages of those who say much."""
    shared = {"addresses": addresses, "labels": kind_labels(writer.language)}
    pages = _listed(found)
    for number, shown in enumerate(pages, start=1):
        around = {"number": number, "steps": steps(STEM, number, len(pages))}
        writer.page(page_address(STEM, number), "speakers.html", speakers=shown, total=len(found), **around, **shared)
    for one in found:
        if one.alone:
            _write_speaker(writer, one, shared)


def _write_speaker(writer: Writer, one: Speaker, shared: Mapping[str, object]) -> None:
    stem = one.address.removesuffix(".html")
    pages = paged(one.said, _weight)
    for number, said in enumerate(pages, start=1):
        around = {"number": number, "steps": steps(stem, number, len(pages))}
        writer.page(page_address(stem, number), "speaker.html", speaker=one, said=said, **around, **shared)


def _weight(one: Said) -> int:
    return _QUOTE + weight(one.text, one.article.title, one.article.publication) + 2 * len(one.article.id)
