"""Counts of a corpus or a release: articles by source, publication, year and split, and their lengths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model.problem import first_line
from corpus.release.read.verified import damaged

COLUMNS = ("source", "publication", "split", "date_earliest", "redistribution", "licence", "word_count")
"""The columns that counting needs."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts by value, in the order of the values; ``words`` are the quantiles of article lengths.

    ``publications`` has those of most articles first, and leaves out articles that do not say theirs.

    ``words`` holds ``total``, ``min``, ``p25``, ``median``, ``p75``, ``max``; it is empty where there is no article.
    """

    articles: int
    sources: dict[str, int]
    publications: dict[str, int]
    splits: dict[str, int]
    years: dict[str, int]
    licences: dict[str, int]
    redistribution: dict[str, int]
    words: dict[str, int]


def stats(table: pa.Table) -> Stats:
    """The counts of articles given by their ``COLUMNS``."""
    words = table["word_count"].to_numpy()
    quantiles = {}
    if len(words):
        points = np.percentile(words, [0, 25, 50, 75, 100], method="nearest")
        quantiles = {"total": int(words.sum())}
        quantiles |= dict(zip(("min", "p25", "median", "p75", "max"), map(int, points), strict=True))
    return Stats(
        articles=table.num_rows,
        sources=_counts(table["source"]),
        publications=dict(sorted(_counts(table["publication"].drop_null()).items(), key=lambda one: -one[1])),
        splits=_counts(table["split"]),
        years=_counts(pc.cast(pc.year(table["date_earliest"]), pa.string())),
        licences=_counts(table["licence"]),
        redistribution=_counts(table["redistribution"]),
        words=quantiles,
    )


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    pairs = [(str(pair["values"]), int(pair["counts"].as_py())) for pair in column.value_counts()]
    return dict(sorted(pairs))


def _with_days(table: pa.Table) -> pa.Table:
    """Articles with their days as they are now; up to format 4 they were dates."""
    days = table["date_earliest"].cast(pa.timestamp("us"))
    return table.set_column(table.schema.get_field_index("date_earliest"), "date_earliest", days)


def of_release(where: Path) -> Stats:
    """The counts of a release folder, its masked articles included.

    Raises:
        UsageError: it is no release folder.
    """
    import pyarrow.parquet as pq

    from corpus.model.schema import arrow_schema
    from corpus.release.read.load import read_manifest

    paths = [entry["path"] for entry in read_manifest(where)["files"] if entry["path"].startswith("data/articles")]
    try:
        tables = [_with_days(pq.read_table(where / path, columns=list(COLUMNS))) for path in paths]
    except (OSError, pa.ArrowException) as error:
        raise damaged(str(where), first_line(error), "tables that can be read (corpus verify)") from None
    schema = pa.schema([arrow_schema("articles").field(name) for name in COLUMNS]).remove_metadata()
    empty = pa.table({field.name: pa.array([], field.type) for field in schema})
    return stats(pa.concat_tables([empty, *tables], promote_options="permissive").cast(schema))
