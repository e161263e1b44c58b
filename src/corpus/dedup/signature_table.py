"""Signatures as a table that a release carries beside its articles, so that the next one need not make them again.

A row for each article with words that may be passed on, in history order; a row group for each stretch of history. The
column ``words`` is ``Signatures.text_hash``. A band takes five bytes (its upper three are 0, and Parquet writes the
bytes of all values that stand at one place together), so that an article takes about 135.

Articles whose text may not be passed on are not in it. A band is a hash over five hashed shingles: it confirms a guess
about the text, also one that is nearly right. The next release reads these articles again anyway, since no table of
this one says where their raw records lie.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.dedup.minhash import BANDS, Signatures
from corpus.model.arrow import int64_array

VERSION = "2"
"""Changes with anything that changes a signature: stored ones of another version are made anew."""

COLUMNS = pa.schema(
    [
        pa.field("order", pa.int64(), nullable=False),
        pa.field("words", pa.int64(), nullable=False),
        pa.field("bands", pa.list_(pa.field("element", pa.int64(), nullable=False)), nullable=False),
    ],
    metadata={"stories": VERSION},
)

WRITING: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "use_dictionary": False,
    "use_content_defined_chunking": True,
    "column_encoding": {
        "order": "DELTA_BINARY_PACKED",
        "words": "PLAIN",
        "bands.list.element": "BYTE_STREAM_SPLIT",
    },
}
"""How ``pyarrow.parquet.ParquetWriter`` should write it."""

_ROWS = 1 << 15
"""Rows of history whose signatures are a row group: 7 MB in memory, 4 on disk."""


def table_of(order: np.ndarray, given: Signatures) -> pa.Table:
    """Signatures as a table; ``order`` (int64) is the place of each article in the history."""
    values = int64_array(np.ascontiguousarray(given.bands).view(np.int64).ravel())
    ends = pa.py_buffer(np.arange(len(given) + 1, dtype=np.int32) * BANDS)
    bands = pa.Array.from_buffers(COLUMNS.field("bands").type, len(given), [None, ends], children=[values])
    return pa.Table.from_arrays(
        [int64_array(order), int64_array(given.text_hash.view(np.int64)), bands], schema=COLUMNS
    )


def row_groups(order: np.ndarray) -> list[tuple[int, int]]:
    """The row groups, as (start, end), of articles at these places in history (int64, ascending); one of none.

    They are cut by place, not by count: an article that leaves moves no other into another group.
    """
    last = int(order[-1]) if len(order) else 0
    edges = np.searchsorted(order, np.arange(0, last + _ROWS, _ROWS)).tolist()
    return [(start, end) for start, end in pairwise([*edges, len(order)]) if start < end] or [(0, 0)]


def signatures_in(table: pa.Table) -> tuple[np.ndarray, Signatures]:
    """The places in the history and the signatures of a table.

    Raises:
        ValueError: they are of another version.
    """
    if (table.schema.metadata or {}).get(b"stories") != VERSION.encode():
        raise ValueError(f"the signatures are not of version {VERSION}")
    whole = table.combine_chunks()
    order, text_hash = (whole[name].to_numpy().astype(np.int64) for name in ("order", "words"))
    bands = np.concatenate([np.empty(0, np.int64), *(chunk.flatten().to_numpy() for chunk in whole["bands"].chunks)])
    return order, Signatures(text_hash.view(np.uint64), bands.view(np.uint64).reshape(-1, BANDS))
