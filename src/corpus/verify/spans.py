"""Spans against the texts that they are of: bounds, order, and the words that they slice.

Offsets count code points and Arrow keeps UTF-8, so a group's texts become one array of where each
character begins; every check is then arithmetic over all spans of a row group at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model.arrow import index_of, int64_array
from corpus.model.problem import quoted
from corpus.verify.findings import Fault

_GATHERED = 1 << 20


class Said(NamedTuple):
    """What a row group of articles says that annotations repeat; ``sound`` are the rows with which nothing is wrong."""

    columns: pa.Table
    sound: np.ndarray


@dataclass(frozen=True)
class Texts:
    """The articles of a row group as spans need them.

    ``lengths`` are in code points (of a masked article the end of its last paragraph), ``trusted`` says whose text
    is what its hash says. ``content`` are the bytes of all texts, ``heads`` where each character begins in them, and
    ``firsts`` the place of each article's first character in ``heads``; all three are empty for masked articles.
    ``said`` are the columns of their rows that annotations repeat.
    """

    ids: pa.Array
    lengths: np.ndarray
    trusted: np.ndarray
    content: np.ndarray
    heads: np.ndarray
    firsts: np.ndarray
    said: Said | None = None

    @property
    def masked(self) -> bool:
        """Whether the texts are not there."""
        return not len(self.firsts)

    def indices_of(self, articles: pa.Array) -> np.ndarray:
        """Which article each of these ids is, -1 for none of the group."""
        return index_of(articles, self.ids)

    def bounds(self, of: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where these spans begin and end in ``content``; they have to lie in their texts."""
        base = self.firsts[of]
        return self.heads[base + starts], self.heads[base + ends]

    def words(self, of: int, start: int, end: int) -> str:
        """The words of one span, as far as it lies in its text."""
        last = int(self.lengths[of])
        begin, behind = min(max(start, 0), last), min(max(end, 0), last)
        base = int(self.firsts[of])
        return self.content[self.heads[base + begin] : self.heads[base + behind]].tobytes().decode("utf-8", "replace")


def of_texts(ids: pa.Array, texts: pa.Array, trusted: np.ndarray) -> Texts:
    """The articles of a group with their texts."""
    offsets, content = raw(texts)
    heads = np.flatnonzero((content & 0xC0) != 0x80)
    heads = np.append(heads, len(content)).astype(np.int32)
    firsts = np.searchsorted(heads, offsets)
    return Texts(ids, np.diff(firsts), trusted, content, heads, firsts[:-1])


def of_lengths(ids: pa.Array, lengths: np.ndarray) -> Texts:
    """The articles of a group without their texts."""
    nothing = np.empty(0, np.int32)
    return Texts(ids, lengths, np.ones(len(ids), bool), nothing.astype(np.uint8), nothing, nothing)


def raw(strings: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The offsets and the bytes of an array of strings, both from 0; a null is empty."""
    width = np.int64 if pa.types.is_large_string(strings.type) else np.int32
    offsets = np.frombuffer(strings.buffers()[1], width)[strings.offset : strings.offset + len(strings) + 1]
    if not len(strings):
        return np.zeros(1, np.int64), np.empty(0, np.uint8)
    start, end = int(offsets[0]), int(offsets[-1])
    if end == start:
        return offsets.astype(np.int64) - start, np.empty(0, np.uint8)
    return offsets.astype(np.int64) - start, np.frombuffer(strings.buffers()[2], np.uint8)[start:end]


def lists(column: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """The row of each value of a column of lists, and the values."""
    lengths = np.asarray(pc.list_value_length(column).fill_null(0))
    return np.repeat(np.arange(len(column)), lengths), column.flatten()


class _Spans(NamedTuple):
    """Spans of a column: the row of each, its article (-1 for none of the group), where it starts and ends."""

    rows: np.ndarray
    articles: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def said(self, at: int) -> str:
        """One of them as people read it."""
        return f"{self.starts[at]}..{self.ends[at]}"


def _integers(values: pa.Array) -> np.ndarray:
    numbers: np.ndarray = np.asarray(values.fill_null(-1)).astype(np.int64)
    return numbers


def _spans(column: pa.Array, articles: np.ndarray) -> _Spans:
    """The spans of a column of lists of spans; ``articles`` are those of its rows."""
    rows, values = lists(column)
    return _Spans(rows, articles[rows], _integers(values.field("start")), _integers(values.field("end")))


def _outside(texts: Texts, spans: _Spans) -> np.ndarray:
    """Which spans are empty, turned round or beyond their text; one of no known article only if it is so by itself."""
    of, starts, ends = spans.articles, spans.starts, spans.ends
    most = np.where(of >= 0, texts.lengths[of] if len(texts.lengths) else 0, np.iinfo(np.int32).max)
    wrong: np.ndarray = (starts < 0) | (starts >= ends) | (ends > most)
    return wrong


def _differing(texts: Texts, spans: _Spans, surfaces: pa.Array) -> Iterator[int]:
    """The spans, by number, whose words are not their surface; those outside of their text are left out.

    Where the text itself is not what its hash says, nothing is said about its spans.
    """
    of = spans.articles
    numbers = np.flatnonzero((of >= 0) & texts.trusted[of] & ~_outside(texts, spans))
    offsets, content = raw(surfaces)
    begin, behind = texts.bounds(of[numbers], spans.starts[numbers], spans.ends[numbers])
    first = offsets[numbers]
    sizes = offsets[numbers + 1] - first
    other = (behind - begin) != sizes
    yield from numbers[other].tolist()
    same = np.flatnonzero(~other)
    cuts = np.searchsorted(np.cumsum(sizes[same]), np.arange(_GATHERED, int(sizes[same].sum()), _GATHERED))
    for part in np.split(same, np.unique(cuts)):
        long = sizes[part]
        step = np.arange(int(long.sum())) - np.repeat(np.cumsum(long) - long, long)
        unequal = texts.content[np.repeat(begin[part], long) + step] != content[np.repeat(first[part], long) + step]
        if unequal.any():
            yield from numbers[np.unique(np.repeat(part, long)[unequal])].tolist()


def _first_outside(texts: Texts, spans: _Spans, columns: tuple[str, ...]) -> Iterator[Fault]:
    """The first span that is outside of its text."""
    for at in np.flatnonzero(_outside(texts, spans)).tolist()[:1]:
        last = int(texts.lengths[spans.articles[at]]) if spans.articles[at] >= 0 else 0
        wanted = f"0 <= start < end <= {last}, the end of the text" if last else "0 <= start < end"
        yield Fault(int(spans.rows[at]), columns, spans.said(at), wanted)


def _first_overlap(spans: _Spans, columns: tuple[str, ...], what: str) -> Iterator[Fault]:
    """The first span that begins before the one before it in the same row ends."""
    rows, starts, ends = spans.rows, spans.starts, spans.ends
    over = np.flatnonzero((rows[1:] == rows[:-1]) & (starts[1:] < ends[:-1])) + 1
    for at in over.tolist()[:1]:
        yield Fault(int(rows[at]), columns, f"{spans.said(at)} after ..{ends[at - 1]}", f"{what} in order")


def _first_differing(
    texts: Texts, spans: _Spans, surfaces: pa.Array | None, columns: tuple[str, ...]
) -> Iterator[Fault]:
    """The first span that does not slice its surface."""
    if texts.masked or surfaces is None:
        return
    for at in sorted(_differing(texts, spans, surfaces))[:1]:
        start, end = int(spans.starts[at]), int(spans.ends[at])
        there = texts.words(int(spans.articles[at]), start, end)
        yield Fault(int(spans.rows[at]), columns, quoted(surfaces[at].as_py()), f"{quoted(there)}, text[{start}:{end}]")


Checked = tuple[int, list[Fault]]
"""How many spans were looked at, and what is wrong with the first few of them."""


def check_paragraphs(texts: Texts, column: pa.Array) -> Checked:
    """Paragraphs: inside of their text, and in order."""
    spans = _spans(column, np.arange(len(column)))
    named = ("paragraphs",)
    faults = [*_first_outside(texts, spans, named), *_first_overlap(spans, named, "paragraphs")]
    return len(spans.rows), faults


def check_table(texts: Texts, articles: np.ndarray, records: np.ndarray, table: pa.Table) -> Checked:
    """All spans of the rows of an annotation table.

    ``articles`` says which article each row belongs to, -1 for none of the group; ``records`` numbers the records in
    the table.
    """
    columns = {name: table[name].combine_chunks() for name in table.column_names}
    found: list[Checked] = []
    if {"start", "end"} <= columns.keys():
        found.append(_check_rows(texts, articles, records, columns))
    if {"token_starts", "token_ends"} <= columns.keys():
        found.append(_check_tokens(texts, articles, columns))
    if "fragments" in columns:
        found.append(_check_fragments(texts, articles, columns))
    found += [_check_part(texts, articles, columns, part) for part in ("speaker", "cue") if part in columns]
    return sum(count for count, _ in found), [fault for _, faults in found for fault in faults]


def _check_rows(texts: Texts, articles: np.ndarray, records: np.ndarray, columns: Mapping[str, pa.Array]) -> Checked:
    """The span of each row: inside of the text, its words, and rows in the order of the text."""
    spans = _Spans(np.arange(len(articles)), articles, _integers(columns["start"]), _integers(columns["end"]))
    start = spans.starts
    named = ("start", "end", *(("text",) if "text" in columns else ()))
    faults = [*_first_outside(texts, spans, ("start", "end"))]
    faults += _first_differing(texts, spans, columns.get("text"), named)
    back = np.flatnonzero((records[1:] == records[:-1]) & (start[1:] < start[:-1])) + 1
    faults += [
        Fault(at, ("start",), f"{start[at]} after {start[at - 1]}", "rows in the order of the text")
        for at in back.tolist()[:1]
    ]
    return len(start), faults


def _check_tokens(texts: Texts, articles: np.ndarray, columns: Mapping[str, pa.Array]) -> Checked:
    """Tokens: as many of each list, in order, inside of their sentence, and the words of the text."""
    lengths = {
        name: np.asarray(pc.list_value_length(columns[name]).fill_null(0))
        for name in ("token_starts", "token_ends", "tokens", "lemmas", "upos", "feats")
        if name in columns
    }
    many = lengths["token_starts"]
    for name, long in lengths.items():
        for at in np.flatnonzero(long != many).tolist()[:1]:
            wanted = f"{many[at]}, as many as token_starts"
            return int(many.sum()), [Fault(at, (name, "token_starts"), f"{long[at]} values", wanted)]
    rows, values = lists(columns["token_starts"])
    spans = _Spans(rows, articles[rows], _integers(values), _integers(lists(columns["token_ends"])[1]))
    surfaces = lists(columns["tokens"])[1] if "tokens" in columns else None
    named = ("token_starts", "token_ends")
    faults = [*_first_outside(texts, spans, named)]
    faults += _first_differing(texts, spans, surfaces, ("tokens", *named))
    faults += _first_overlap(spans, named, "tokens")
    if {"start", "end"} <= columns.keys():
        first, last = _integers(columns["start"])[rows], _integers(columns["end"])[rows]
        for at in np.flatnonzero((spans.starts < first) | (spans.ends > last)).tolist()[:1]:
            wanted = f"tokens inside of {first[at]}..{last[at]}"
            faults.append(Fault(int(rows[at]), ("start", "end", *named), f"a token {spans.said(at)}", wanted))
    return len(rows), faults


def _check_fragments(texts: Texts, articles: np.ndarray, columns: Mapping[str, pa.Array]) -> Checked:
    """Fragments: at least one, in order, and joined by a space the text of their row."""
    spans = _spans(columns["fragments"], articles)
    rows, named = spans.rows, ("fragments",)
    faults = [*_first_outside(texts, spans, named)]
    empty = np.flatnonzero(np.bincount(rows, minlength=len(articles)) == 0).tolist()
    faults += [Fault(at, named, "no span", "at least one") for at in empty[:1]]
    faults += _first_overlap(spans, named, "fragments")
    if texts.masked or "text" not in columns:
        return len(rows), faults
    inside = (spans.articles >= 0) & ~_outside(texts, spans)
    whole = (articles >= 0) & texts.trusted[articles]
    whole[rows[~inside]] = False
    content = texts.content.tobytes()
    surfaces = columns["text"].to_pylist()
    pieces: list[list[bytes]] = [[] for _ in surfaces]
    begin, behind = texts.bounds(spans.articles[inside], spans.starts[inside], spans.ends[inside])
    for row, first, last in zip(rows[inside].tolist(), begin.tolist(), behind.tolist(), strict=True):
        pieces[row].append(content[first:last])
    for at in np.flatnonzero(whole).tolist():
        joined = b" ".join(pieces[at])
        if joined != (surfaces[at] or "").encode("utf-8", "surrogatepass"):
            wanted = f"{quoted(joined.decode('utf-8', 'replace'))}, the fragments joined by a space"
            return len(rows), [*faults, Fault(at, ("fragments", "text"), quoted(surfaces[at]), wanted)]
    return len(rows), faults


def _check_part(texts: Texts, articles: np.ndarray, columns: Mapping[str, pa.Array], part: str) -> Checked:
    """The speaker or the cue: no span or one, whose words stand beside it, null for none."""
    spans = _spans(columns[part], articles)
    faults = [*_first_outside(texts, spans, (part,))]
    counts = np.bincount(spans.rows, minlength=len(articles))
    several = np.flatnonzero(counts > 1).tolist()
    faults += [Fault(at, (part,), f"{counts[at]} spans", "none or one") for at in several[:1]]
    words = columns.get(f"{part}_text")
    if words is not None:
        named = (part, f"{part}_text")
        for at in np.flatnonzero(np.asarray(words.is_valid()) != (counts > 0)).tolist()[:1]:
            wanted = "words where there is a span, null where there is none"
            faults.append(Fault(at, named, quoted(words[at].as_py()), wanted))
        faults += _first_differing(texts, spans, words.take(int64_array(spans.rows)), named)
    return len(spans.rows), faults
