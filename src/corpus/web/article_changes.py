"""What changed in one article from each release to the next, of those that stand beside each other in a folder.

Rows of annotation have no name that lasts: one more in front moves the numbers of all behind, and one more word their
offsets. So the rows of two releases are put side by side by their words, and compared in what they say of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.compute as pc

from corpus.formats.document import Document, document_of
from corpus.model.arrow import word
from corpus.model.article_row import PREVIEW
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.model.schema import TABLES, annotation_tables, schema
from corpus.release import history
from corpus.release.format import HISTORY, MANIFEST, version_numbers
from corpus.release.read.reader import Release, open_release
from corpus.release.row_hash import SIGNATURES, no_change

Row = Mapping[str, Any]

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 4000
"""Words and marks of a paragraph up to which two versions of it are compared word by word."""

_OFFSETS = frozenset(("start", "end", "fragments", "speaker", "cue", "token_starts", "token_ends"))
_APART = frozenset(
    (
        *("article", "index", "id", "text", "paragraphs", "raw_path", "first_release", "text_sha256"),
        *("entity", "speaker_entity"),
    )
)
"""Columns of rows that are compared otherwise, or whose values change with those of other rows."""


class Piece(NamedTuple):
    """Words of a text: ``kind`` is ``same``, ``added`` or ``removed``."""

    kind: str
    text: str


class Value(NamedTuple):
    """A value that changed: of the articles table, or of a row; None for none."""

    name: str
    old: str | None
    new: str | None


class RowChange(NamedTuple):
    """What became of a row: ``kind`` is added, removed or changed, ``text`` its words, or its place where masked."""

    kind: str
    text: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What a release has of an article, and what changed since the release before it in the list.

    ``folder`` is the name of its folder.
    ``state`` is one of ``history.STATES``, empty where the release has never had it. ``text`` are the paragraphs that
    changed, each in pieces; ``values`` those of the article; ``tables`` the rows that changed by table. ``is_first``
    says that there is no release to compare with that has the article.
    """

    version: str
    folder: str
    date: str
    state: str
    is_first: bool = False
    text: tuple[tuple[Piece, ...], ...] = ()
    values: tuple[Value, ...] = ()
    tables: Mapping[str, tuple[RowChange, ...]] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return not (self.is_first or self.text or self.values or self.tables)


class Versions(NamedTuple):
    """An article in each release, the newest first; ``before`` is the version before the oldest, "" for none.

    ``problems`` are of releases that cannot be read.
    """

    steps: tuple[Step, ...]
    before: str
    problems: tuple[Problem, ...]


def versions_of(release: Release, identity: str) -> Versions:
    """An article in each release that stands beside this one, the newest first.

    Of one whose text this release may not pass on no words are given, whatever an earlier release has.

    Raises:
        CorpusError: rule ``release-damaged``, one of the releases is not what its manifest says.
    """
    beside, problems = releases_beside(release)
    here = document_of(release, identity, ())
    masked = here is not None and "text" not in here.article
    steps: list[Step] = []
    before: Document | None = None
    for one in beside:
        tables = annotation_tables(one.manifest["tables"]) - {"sentences"}  # these follow the text
        found = document_of(one, identity, sorted(tables))
        steps.append(_step(one, _state(one, identity), before, found, masked=masked))
        before = found or before
    previous = beside[0].manifest["previous"] or {}
    return Versions(tuple(reversed(steps)), str(previous.get("version", "")), tuple(problems))


def releases_beside(release: Release) -> tuple[list[Release], list[Problem]]:
    """The releases of the same corpus in the folder that this one is in, with itself, by version.

    Previews are last, of these this one. Also what is wrong with those that cannot be read. Where it lies in a store
    or on the Hub it is alone.
    """
    found = [release]
    problems: list[Problem] = []
    here = Path(release.folder)
    for manifest in sorted(here.parent.glob(f"*/{MANIFEST}")) if release.fetch is None else ():
        if manifest.parent == here or manifest.parent.suffix == ".partial":
            continue
        try:
            other = open_release(manifest.parent)
        except (UsageError, CorpusError) as error:
            problems += error.problems
            continue
        if other.manifest["name"] == release.manifest["name"]:
            found.append(other)
    order = [(one.version == PREVIEW, version_numbers(one.version) or (), one is release) for one in found]
    return [found[place] for place in sorted(range(len(found)), key=order.__getitem__)], problems


def _state(release: Release, identity: str) -> str:
    """What became of a record, as the history of a release says; "" where it is not in it."""
    if not release.has(HISTORY):
        return ""
    table = history.of_release(release)
    found = table.filter(pc.equal(table["id"], word(identity)))["state"].to_pylist()
    return str(found[0]) if found else ""


def _step(release: Release, state: str, old: Document | None, new: Document | None, *, masked: bool) -> Step:
    named = release.version, Path(release.folder).name, str(release.manifest["date"] or "")
    step = Step(*named, state or ("published" if new else ""))
    if new is None or old is None:
        return replace(step, is_first=new is not None)
    texts = [one.article.get("text") for one in (old, new)]
    masked = masked or None in texts
    is_same = old.article["text_sha256"] == new.article["text_sha256"] if masked else texts[0] == texts[1]
    text = () if masked or is_same else tuple(text_changes(str(texts[0]), str(texts[1])))
    changed = {
        layer: tuple(row_changes(layer, old.rows(layer), new.rows(layer), same_text=is_same, masked=masked))
        for layer in dict.fromkeys((*new.tables, *old.tables))
    }
    values = tuple(_values(old.article, new.article, masked=masked))
    return replace(step, text=text, values=values, tables={layer: rows for layer, rows in changed.items() if rows})


def text_changes(old: str, new: str) -> Iterator[tuple[Piece, ...]]:
    """The paragraphs of two texts that are not the same, each in pieces."""
    before, now = old.split("\n\n"), new.split("\n\n")
    for kind, a, b, c, d in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind != "equal":
            for was, now_is in zip_longest(before[a:b], now[c:d], fillvalue=""):
                yield tuple(pieces(was, now_is))


def pieces(old: str, new: str) -> Iterator[Piece]:
    """A paragraph before and after, word by word; without what was removed it is the new one."""
    before, now = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(now)) > _MOST_WORDS:
        before, now = [old], [new]
    for kind, a, b, c, d in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(now[c:d]))
            continue
        if a < b:
            yield Piece("removed", "".join(before[a:b]))
        if c < d:
            yield Piece("added", "".join(now[c:d]))


def row_changes(
    layer: str, old: Sequence[Row], new: Sequence[Row], *, same_text: bool, masked: bool = False
) -> Iterator[RowChange]:
    """The rows of a table that are not the same in two releases, in the order of the text.

    Those of the same words in the same order are the same row; where ``masked`` those at the same place. Offsets count
    where the text is the same.
    """
    silent = no_change(layer) | _APART | (frozenset() if same_text else _OFFSETS)
    silent |= _words_in(TABLES.get(layer, "")) if masked else frozenset()
    keys = [[_name(row, masked=masked) for row in rows] for rows in (old, new)]
    for kind, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if kind == "equal":
            for was, now, name in zip(old[a:b], new[c:d], keys[1][c:d], strict=True):
                if values := tuple(_differing(was, now, silent)):
                    yield RowChange("changed", name, values)
            continue
        for how, rows, names in (("removed", old[a:b], keys[0][a:b]), ("added", new[c:d], keys[1][c:d])):
            for row, name in zip(rows, names, strict=True):
                yield RowChange(how, name, tuple(_said(row, silent, how)))


def _name(row: Row, *, masked: bool) -> str:
    """The words of a row, or where it stands."""
    if row.get("text") and not masked:
        return str(row["text"])
    spans = row.get("fragments") or [row]
    return ", ".join(f"{span.get('start')}–{span.get('end')}" for span in spans)


@cache
def _words_in(name: str) -> frozenset[str]:
    """The columns of a schema that hold words of the article, or name what is meant by them."""
    columns = schema(name)["properties"] if name else {}
    return frozenset(("link", *(one for one, rules in columns.items() if rules.get("x-rights") != "open")))


def _values(old: Row, new: Row, *, masked: bool) -> Iterator[Value]:
    """The values of an article that changed; of its hashes that of the raw record, cut."""
    silent = _APART | (_words_in("article") if masked else frozenset())
    yield from _differing(old, new, silent | {"record_sha256", "raw_sha256"})
    if old["raw_sha256"] != new["raw_sha256"]:
        yield Value("raw_sha256", str(old["raw_sha256"])[:12], str(new["raw_sha256"])[:12])


def _differing(old: Row, new: Row, silent: frozenset[str]) -> Iterator[Value]:
    silver = {name for name, status in SIGNATURES if old.get(status) == new.get(status) == "silver"}
    for name in new:
        if name in old and name not in silent | silver and old[name] != new[name]:
            was, now = _shown(old[name]), _shown(new[name])
            if was != now:
                yield Value(name, was, now)


def _said(row: Row, silent: frozenset[str], how: str) -> Iterator[Value]:
    """What a row says that came or went."""
    for name in ("type", "kind", "name", "value", "speaker_name", "cue_text"):
        if name not in silent and row.get(name):
            said = _shown(row[name])
            yield Value(name, None, said) if how == "added" else Value(name, said, None)


def _shown(value: Any) -> str | None:
    """A value in words; None for none."""
    if value is None or value == []:
        return None
    if isinstance(value, list):
        return ", ".join(filter(None, map(_shown, value)))
    if isinstance(value, dict):
        place = f"{value.get('start')}–{value.get('end')}"
        score = f" {value['score']:.2f}" if value.get("score") is not None else ""
        return place if "start" in value else f"{value.get('label') or value}{score}"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
