"""The table ``quotations_flat``: each quotation with what a spreadsheet needs of its article.

Builds, ``verify`` and readers of releases that have no such table all make its rows here.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model import schema
from corpus.model.arrow import int64_array, to_numpy

TABLE = "quotations_flat"
ARTICLES = (
    *("id", "split", "date", "date_earliest", "date_latest", "publication", "source", "title", "url", "story"),
    "paragraphs",
)
"""The columns that it takes of articles."""
QUOTATIONS = (
    *("article", "index", "fragments", "speaker_name", "speaker_key", "speaker_text", "cue_text", "kind", "text"),
    *("confidence", "speaker_confidence", "status"),
)
"""The columns that it takes of quotations."""


def joined(articles: pa.Table, quotations: pa.Table) -> pa.Table:
    """The row of each quotation, in their order.

    ``articles`` are those that they stand in, in any order, with more between them. A column that an older release
    does not have is null.
    """
    articles, quotations = articles.combine_chunks(), quotations.combine_chunks()
    at = pc.index_in(_whole(quotations, "article"), value_set=_whole(articles, "id"))
    found = []
    described = schema.arrow_schema(TABLE)
    for column in described:
        if column.name == "role":
            values = _roles(articles, quotations, at)
        elif column.name in ARTICLES and column.name in articles.column_names:
            values = _whole(articles, column.name).take(at)
        elif column.name in QUOTATIONS and column.name in quotations.column_names:
            values = _whole(quotations, column.name)
        else:
            values = pa.nulls(len(quotations), column.type)
        found.append(values if values.type == column.type else values.cast(column.type))  # days were dates once
    return pa.Table.from_arrays(found, schema=described)


def _whole(table: pa.Table, name: str) -> pa.Array:
    column = table[name].combine_chunks()
    return column if isinstance(column, pa.Array) else pa.concat_arrays(column.chunks)


def _roles(articles: pa.Table, quotations: pa.Table, at: pa.Array) -> pa.Array:
    """The role of the paragraph in which each quotation begins."""
    fragments = _whole(quotations, "fragments")
    counts = np.asarray(pc.list_value_length(fragments).fill_null(0))
    begins = np.zeros(len(fragments), np.int64)
    firsts = np.cumsum(counts) - counts
    begins[counts > 0] = to_numpy(fragments.flatten().field("start"))[firsts[counts > 0]]
    known = np.flatnonzero(to_numpy(at) >= 0)
    found = roles_at(_whole(articles, "paragraphs"), to_numpy(at)[known].astype(np.int64), begins[known])
    places = np.full(len(fragments), -1, np.int64)
    places[known] = np.arange(len(known))
    return found.take(pc.index_in(int64_array(places), value_set=int64_array(np.arange(len(known)))))


_STEP = 1 << 32
"""More than any offset."""


def roles_at(paragraphs: pa.Array, of: np.ndarray, begins: np.ndarray) -> pa.Array:
    """The role of the paragraph of each of the articles ``of`` in which a place is: the last that begins before it."""
    spans = paragraphs.flatten()
    owners = np.repeat(np.arange(len(paragraphs)), np.asarray(pc.list_value_length(paragraphs).fill_null(0)))
    keys = owners * _STEP + to_numpy(spans.field("start"))
    found = np.maximum(np.searchsorted(keys, of * _STEP + begins, side="right") - 1, np.searchsorted(owners, of))
    places = pc.index_in(int64_array(found), value_set=int64_array(np.arange(len(owners))))
    return spans.field("role").take(places)
