"""What rows of annotations repeat of their article, against its row and its paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from corpus.model.arrow import int64_array, to_numpy
from corpus.model.problem import quoted
from corpus.model.schema import TABLES, repeated
from corpus.release.diff import differ
from corpus.release.quotations_flat import roles_at
from corpus.verify.findings import Fault
from corpus.verify.spans import Said, lists

_FIELDS = ("source", "publication", "date", "paragraphs")


def said_by(articles: pa.Table, wrong: Iterable[int]) -> Said:
    """What a row group of articles says, as far as it has these columns; ``wrong`` are rows with which something is."""
    sound = np.ones(len(articles), bool)
    sound[list(wrong)] = False
    return Said(articles.select([name for name in _FIELDS if name in articles.column_names]).combine_chunks(), sound)


def check(said: Said, base: str, split: str, rows: pa.Table, articles: np.ndarray) -> Iterator[Fault]:
    """The first row of each such column of a table that says otherwise than a sound row of its article.

    ``base`` is the table's name without its mask, ``articles`` the number in ``said`` of the article of each row, -1
    for none.
    """
    names = [name for name in repeated(TABLES[base]) if name in rows.column_names] if base in TABLES else []
    known = np.flatnonzero((articles >= 0) & said.sound[articles])
    of, there = articles[known], rows.select(names).take(int64_array(known)).combine_chunks()
    for name in names:
        if name == "split":
            wanted = pa.repeat(pa.scalar(split), len(known))
        elif name == "role":
            wanted = roles_at(said.columns["paragraphs"].combine_chunks(), of, _begins(rows)[known])
        else:
            wanted = said.columns[name].combine_chunks().take(int64_array(of))
        stated = there[name].combine_chunks()
        for at in np.flatnonzero(differ(stated, wanted)).tolist()[:1]:
            due = f"{quoted(wanted[at].as_py())}, as the row of its article says"
            yield Fault(int(known[at]), (name,), quoted(stated[at].as_py()), due)


def _begins(rows: pa.Table) -> np.ndarray:
    """Where each row begins: its span, or the first of its fragments."""
    if "start" in rows.column_names:
        return to_numpy(rows["start"].combine_chunks(), 0).astype(np.int64)
    owners, spans = lists(rows["fragments"].combine_chunks())
    firsts, places = np.unique(owners, return_index=True)
    begins = np.zeros(len(rows), np.int64)
    begins[firsts] = to_numpy(spans.field("start"), 0)[places]
    return begins
