"""Rows of the table of shared passages against the two articles that each is about, wherever these stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus.build.reuse import TABLE, Words, following
from corpus.dedup.reuse import LEAST
from corpus.dedup.shingles import WORDS, compared_text, shingles
from corpus.model.arrow import index_of
from corpus.model.article import Paragraph
from corpus.model.edtf import is_earlier
from corpus.model.problem import quoted
from corpus.release.read.reader import Release
from corpus.release.read.row_groups import Table, table_of
from corpus.verify.findings import Fault, TableFile
from corpus.verify.history_index import HistoryIndex

_BLOCK = 500
_COLUMNS = ("id", "date", "byline", "text", "paragraphs")


class _Article(NamedTuple):
    """An article of a row: its row, its words, which of them begin and end where, their shingles."""

    row: Mapping[str, Any]
    words: Words
    starts: dict[int, int]
    ends: dict[int, int]
    values: np.ndarray

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> _Article:
        """That of a row of the articles table."""
        paragraphs = [Paragraph(**one) for one in row["paragraphs"]]
        words = Words.of(row, paragraphs)
        starts, ends = ({at: word for word, at in enumerate(side.tolist())} for side in (words.starts, words.ends))
        [values] = shingles([compared_text(row["text"], paragraphs)])
        return cls(row, words, starts, ends, values)


def check(release: Release, files: Mapping[str, TableFile], history: HistoryIndex, *, same_code: bool) -> None:
    """Note what is wrong with the rows of the table in its ``files``, by path.

    Without ``same_code`` (another version may part words otherwise) only the ids and bounds of the other article are
    looked at.
    """
    table, articles = table_of(release, TABLE), table_of(release, "articles")
    if table is None or articles is None:
        return
    ids = articles.strings("id")
    for path, first, _, rows in table.blocks(_BLOCK):
        faults = list(_faults(rows, articles, ids, history, same_code=same_code))
        files[path].add(faults, first, rows["article"])
    articles.close()
    table.close()


def _faults(
    rows: pa.Table, articles: Table, ids: pa.Array, history: HistoryIndex, *, same_code: bool
) -> Iterator[Fault]:
    """What is wrong with some rows."""
    sides = [index_of(rows[name], ids) for name in ("article", "other")]
    wanted = np.unique(np.concatenate(sides))
    wanted = wanted[wanted >= 0]
    read = articles.take(wanted, _COLUMNS).to_pylist() if len(wanted) else []
    known = {row["id"]: _Article.of(row) for row in read}
    orders = history.rows_of(rows["article"].combine_chunks()), history.rows_of(rows["other"].combine_chunks())
    for at, row in enumerate(rows.to_pylist()):
        one, other = known.get(row["article"]), known.get(row["other"])
        if missing := [name for name, value in row.items() if value is None and name != "earlier"]:
            yield Fault(at, (missing[0],), "null", "a value")
        elif other is None or row["other"] == row["article"]:
            yield Fault(at, ("other",), quoted(row["other"]), "the id of another article whose text is published")
        elif not 0 <= row["other_start"] < row["other_end"] <= len(other.row["text"]):
            found = f"{row['other_start']}..{row['other_end']}"
            wanted_end = f"0 <= other_start < other_end <= {len(other.row['text'])}"
            yield Fault(at, ("other_start", "other_end"), found, wanted_end, "release-span")
        elif one is not None and same_code:
            yield from _untrue(at, row, one, other, later=bool(orders[0][at] > orders[1][at]))


def _untrue(at: int, row: Mapping[str, Any], one: _Article, other: _Article, *, later: bool) -> Iterator[Fault]:
    """What a row says that its two articles do not; ``later`` says which of them history has later."""
    told = is_earlier(other.row["date"], one.row["date"])
    if told is False or (told is None and not later):
        yield Fault(at, ("article", "other"), quoted(row["article"]), "the later one of the two")
        return
    cut = [_words(side, row, name) for side, name in ((one, ""), (other, "other_"))]
    for name, words in zip(("", "other_"), cut, strict=True):
        if words is None:
            found, columns = f"{row[f'{name}start']}..{row[f'{name}end']}", (f"{name}start", f"{name}end")
            yield Fault(at, columns, found, "from the first to the last letter of compared words", "release-span")
            return
    spans = [side[1] - side[0] for side in cut if side is not None]
    shared = _shared(one, other, *(side for side in cut if side is not None))
    if max(spans) < LEAST or shared < row["words"]:
        named = ("start", "end", "other_start", "other_end", "words")
        found = f"{row['words']} equal words of {spans[0]} and {spans[1]}"
        yield Fault(at, named, found, f"{LEAST} words or more, of which no more are equal than {shared}")
        return
    for name, value in following(one.words, other.words, row["words"], is_told=bool(told)).items():
        if row[name] != value:
            yield Fault(at, (name,), quoted(row[name]), f"{value}, which the two articles give")


def _words(side: _Article, row: Mapping[str, Any], name: str) -> tuple[int, int] | None:
    """From which word to behind which a span goes, None where it begins or ends within one or where none is."""
    start, end = side.starts.get(row[f"{name}start"]), side.ends.get(row[f"{name}end"])
    return None if start is None or end is None or start > end else (start, end + 1)


def _shared(one: _Article, other: _Article, span: tuple[int, int], other_span: tuple[int, int]) -> int:
    """How many words of both spans stand in sequences of three that the other has, of the side that has fewer.

    0 where they do not begin and end alike.
    """
    left = one.values[span[0] : span[1] - WORDS + 1]
    right = other.values[other_span[0] : other_span[1] - WORDS + 1]
    if not len(left) or not len(right) or left[0] != right[0] or left[-1] != right[-1]:
        return 0
    counts = []
    for side, there in ((left, right), (right, left)):
        covered = np.zeros(len(side) + WORDS - 1, bool)
        found = np.isin(side, there)
        for place in range(WORDS):
            covered[place : place + len(side)] |= found
        counts.append(int(np.count_nonzero(covered)))
    return min(counts)
