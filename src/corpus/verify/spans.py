"""Spans against the texts that they are of: bounds, order, and the words that they slice.

Offsets count code points and Arrow keeps UTF-8, so a group's texts become one array of where each
character begins; every check is then arithmetic over all spans of a row group at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model.arrow import index_of, int64_array
from corpus.model.problem import quoted
from corpus.verify.findings import Fault

_GATHERED = 1 << 20


@dataclass(frozen=True)
class Texts:
    """The articles of a row group as spans need them.

    ``lengths`` are in code points (of a masked article the end of its last paragraph), ``trusted`` says whose text
    is what its hash says. ``content`` are the bytes of all texts, ``heads`` where each character begins in them, and
    ``firsts`` the place of each article's first character in ``heads``; all three are empty for masked articles.
    """

    ids: pa.Array
    lengths: np.ndarray
    trusted: np.ndarray
    content: np.ndarray
    heads: np.ndarray
    firsts: np.ndarray

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


def outside(texts: Texts, of: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which spans are empty, turned round or beyond their text; one of no known article only if it is so by itself."""
    most = np.where(of >= 0, texts.lengths[of] if len(texts.lengths) else 0, np.iinfo(np.int32).max)
    wrong: np.ndarray = (starts < 0) | (starts >= ends) | (ends > most)
    return wrong


def differing(texts: Texts, of: np.ndarray, starts: np.ndarray, ends: np.ndarray, surfaces: pa.Array) -> Iterator[int]:
    """The spans, by number, whose words are not their surface; those outside of their text are left out.

    Where the text itself is not what its hash says, nothing is said about its spans.
    """
    known = (of >= 0) & texts.trusted[of] & ~outside(texts, of, starts, ends)
    numbers = np.flatnonzero(known)
    offsets, content = raw(surfaces)
    begin, behind = texts.bounds(of[numbers], starts[numbers], ends[numbers])
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


def _integers(values: pa.Array) -> np.ndarray:
    numbers: np.ndarray = np.asarray(values.fill_null(-1)).astype(np.int64)
    return numbers


def _spans(column: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The row, start and end of each span of a column of lists of spans."""
    rows, values = lists(column)
    return rows, _integers(values.field("start")), _integers(values.field("end"))


def _bounded(
    texts: Texts, of: np.ndarray, rows: np.ndarray, ends: tuple[np.ndarray, np.ndarray], names: tuple[str, ...]
) -> Iterator[Fault]:
    start, end = ends
    for at in np.flatnonzero(outside(texts, of[rows], start, end)).tolist()[:1]:
        last = int(texts.lengths[of[rows[at]]]) if of[rows[at]] >= 0 else 0
        wanted = f"0 <= start < end <= {last}, the end of the text" if last else "0 <= start < end"
        yield Fault(int(rows[at]), names, f"{start[at]}..{end[at]}", wanted)


def paragraphs(texts: Texts, column: pa.Array) -> tuple[int, list[Fault]]:
    """How many paragraphs there are, and the first that is outside of its text or overlaps the one before."""
    of = np.arange(len(column))
    rows, start, end = _spans(column)
    found = list(_bounded(texts, of, rows, (start, end), ("paragraphs",)))
    over = np.flatnonzero((rows[1:] == rows[:-1]) & (start[1:] < end[:-1])) + 1
    for at in over.tolist()[:1]:
        words = f"{start[at]}..{end[at]} after ..{end[at - 1]}"
        found += [Fault(int(rows[at]), ("paragraphs",), words, "paragraphs in order")]
    return len(rows), found


def of_table(texts: Texts, of: np.ndarray, runs: np.ndarray, table: pa.Table) -> tuple[int, list[Fault]]:
    """How many spans the rows of an annotation table have, and what is wrong with the first few of them.

    ``of`` says which article each row belongs to, -1 for none of the group; ``runs`` numbers the records in the table.
    """
    names = set(table.column_names)
    found: list[Fault] = []
    count = 0
    columns = {name: table[name].combine_chunks() for name in names}
    if {"start", "end"} <= names:
        start, end = _integers(columns["start"]), _integers(columns["end"])
        count += len(start)
        shown = ("start", "end", *(("text",) if "text" in names else ()))
        found += _bounded(texts, of, np.arange(len(of)), (start, end), ("start", "end"))
        found += _sliced(texts, of, np.arange(len(of)), (start, end), columns.get("text"), shown)
        back = np.flatnonzero((runs[1:] == runs[:-1]) & (start[1:] < start[:-1])) + 1
        found += [
            Fault(at, ("start",), f"{start[at]} after {start[at - 1]}", "rows in the order of the text")
            for at in back.tolist()[:1]
        ]
    if {"token_starts", "token_ends"} <= names:
        count += _tokens(texts, of, columns, found)
    if "fragments" in names:
        count += _fragments(texts, of, columns, found)
    for part in ("speaker", "cue"):
        if part in names:
            count += _named_part(texts, of, columns, part, found)
    return count, found


def _sliced(
    texts: Texts,
    of: np.ndarray,
    rows: np.ndarray,
    ends: tuple[np.ndarray, np.ndarray],
    surfaces: pa.Array | None,
    names: tuple[str, ...],
) -> Iterator[Fault]:
    """The first spans that do not slice their surface; ``rows`` says which row each span belongs to."""
    if texts.masked or surfaces is None:
        return
    start, end = ends
    for at in sorted(differing(texts, of[rows], start, end, surfaces))[:1]:
        there = texts.words(int(of[rows[at]]), int(start[at]), int(end[at]))
        yield Fault(int(rows[at]), names, quoted(surfaces[at].as_py()), f"{quoted(there)}, text[{start[at]}:{end[at]}]")


def _tokens(texts: Texts, of: np.ndarray, columns: dict[str, pa.Array], found: list[Fault]) -> int:
    """Tokens: as many of each list, in order, inside of their sentence, and the words of the text."""
    lengths = {
        name: np.asarray(pc.list_value_length(columns[name]).fill_null(0))
        for name in ("token_starts", "token_ends", "tokens", "lemmas", "upos", "feats")
        if name in columns
    }
    for name, long in lengths.items():
        for at in np.flatnonzero(long != lengths["token_starts"]).tolist()[:1]:
            wanted = f"{lengths['token_starts'][at]}, as many as token_starts"
            found.append(Fault(at, (name, "token_starts"), f"{long[at]} values", wanted))
            return int(lengths["token_starts"].sum())
    rows, values = lists(columns["token_starts"])
    start, end = _integers(values), _integers(lists(columns["token_ends"])[1])
    found += _bounded(texts, of, rows, (start, end), ("token_starts", "token_ends"))
    surfaces = lists(columns["tokens"])[1] if "tokens" in columns else None
    found += _sliced(texts, of, rows, (start, end), surfaces, ("tokens", "token_starts", "token_ends"))
    over = np.flatnonzero((rows[1:] == rows[:-1]) & (start[1:] < end[:-1])) + 1
    for at in over.tolist()[:1]:
        words = f"{start[at]}..{end[at]} after ..{end[at - 1]}"
        found.append(Fault(int(rows[at]), ("token_starts", "token_ends"), words, "tokens in order"))
    if {"start", "end"} <= set(columns):
        first, last = _integers(columns["start"])[rows], _integers(columns["end"])[rows]
        for at in np.flatnonzero((start < first) | (end > last)).tolist()[:1]:
            names = ("start", "end", "token_starts", "token_ends")
            words = f"a token {start[at]}..{end[at]}"
            found.append(Fault(int(rows[at]), names, words, f"tokens inside of {first[at]}..{last[at]}"))
    return len(rows)


def _fragments(texts: Texts, of: np.ndarray, columns: dict[str, pa.Array], found: list[Fault]) -> int:
    """Fragments: at least one, in order, and joined by a space the text of their row."""
    rows, start, end = _spans(columns["fragments"])
    found += _bounded(texts, of, rows, (start, end), ("fragments",))
    for at in np.flatnonzero(np.bincount(rows, minlength=len(of)) == 0).tolist()[:1]:
        found.append(Fault(at, ("fragments",), "no span", "at least one"))
    over = np.flatnonzero((rows[1:] == rows[:-1]) & (start[1:] < end[:-1])) + 1
    for at in over.tolist()[:1]:
        found.append(
            Fault(int(rows[at]), ("fragments",), f"{start[at]}..{end[at]} after ..{end[at - 1]}", "fragments in order")
        )
    if texts.masked or "text" not in columns:
        return len(rows)
    inside = (of[rows] >= 0) & ~outside(texts, of[rows], start, end)
    whole = np.ones(len(of), bool)
    whole[rows[~inside]] = False
    whole &= (of >= 0) & texts.trusted[of]
    content = texts.content.tobytes()
    said = columns["text"].to_pylist()
    pieces: list[list[bytes]] = [[] for _ in said]
    begin, behind = texts.bounds(of[rows[inside]], start[inside], end[inside])
    for row, first, last in zip(rows[inside].tolist(), begin.tolist(), behind.tolist(), strict=True):
        pieces[row].append(content[first:last])
    for at in np.flatnonzero(whole).tolist():
        there = b" ".join(pieces[at])
        if there != (said[at] or "").encode("utf-8", "surrogatepass"):
            words = quoted(there.decode("utf-8", "replace"))
            found.append(
                Fault(at, ("fragments", "text"), quoted(said[at]), f"{words}, the fragments joined by a space")
            )
            break
    return len(rows)


def _named_part(texts: Texts, of: np.ndarray, columns: dict[str, pa.Array], part: str, found: list[Fault]) -> int:
    """The speaker or the cue: no span or one, whose words stand beside it, null for none."""
    rows, start, end = _spans(columns[part])
    found += _bounded(texts, of, rows, (start, end), (part,))
    counts = np.bincount(rows, minlength=len(of))
    for at in np.flatnonzero(counts > 1).tolist()[:1]:
        found.append(Fault(at, (part,), f"{counts[at]} spans", "none or one"))
    words = columns.get(f"{part}_text")
    if words is not None:
        there = np.asarray(words.is_valid(), bool) if not words.null_count else ~np.asarray(pc.is_null(words))
        for at in np.flatnonzero(there != (counts > 0)).tolist()[:1]:
            shown = quoted(words[at].as_py())
            found.append(
                Fault(at, (part, f"{part}_text"), shown, "words where there is a span, null where there is none")
            )
        taken = words.take(int64_array(rows))
        found += _sliced(texts, of, rows, (start, end), taken, (part, f"{part}_text"))
    return len(rows)
