"""Rows of ``quotations_flat`` against the quotations and articles that they say again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model.arrow import index_of
from corpus.model.problem import quoted
from corpus.release import quotations_flat
from corpus.release.diff import differ
from corpus.release.quotations_flat import ARTICLES, QUOTATIONS, TABLE
from corpus.release.read.reader import Release
from corpus.release.read.row_groups import Table, table_of
from corpus.verify.findings import Fault, TableFile, release_problem

SOURCES = ("articles", "quotations")
_BLOCK = 8192


def files(release: Release) -> set[str]:
    """The paths of its files and of those of the tables that it is joined from."""
    return {entry["path"] for table in (*SOURCES, TABLE) for entry in release.tables(table)}


def check(release: Release, found: Mapping[str, TableFile]) -> None:
    """Note what is wrong with the rows of the table in ``found``, by path."""
    table = table_of(release, TABLE)
    if table is None:
        return
    articles, quotations = (table_of(release, name) for name in SOURCES)
    if articles is None or quotations is None or quotations.rows != table.rows:
        file = found[table.groups[0].path]
        count = 0 if quotations is None else quotations.rows
        wanted = f"{count:,}, one for each of quotations"
        file.beside = file.beside or release_problem(file.path, "", "release-count", f"{table.rows:,} rows", wanted)
        return
    ids = articles.strings("id")
    for path, first, numbers, rows in table.blocks(_BLOCK):
        found[path].add(_faults(rows, numbers, articles, quotations, ids), first, rows["article"])
    for one in (table, articles, quotations):
        one.close()


def _faults(rows: pa.Table, numbers: np.ndarray, articles: Table, quotations: Table, ids: pa.Array) -> list[Fault]:
    """What some rows say otherwise than the two tables."""
    said = quotations.take(numbers, [name for name in QUOTATIONS if name in quotations.columns])
    places = np.unique(index_of(pc.unique(said["article"]), ids))
    about = articles.take(places[places >= 0], [name for name in ARTICLES if name in articles.columns])
    made = quotations_flat.joined(about, said)
    found = []
    for name in made.column_names:
        here, wanted = (side[name].combine_chunks() for side in (rows, made))
        for at in np.flatnonzero(differ(here, wanted)).tolist():
            due = f"{quoted(wanted[at].as_py())}, as {' and '.join(SOURCES)} say"
            found.append(Fault(at, (name,), quoted(here[at].as_py()), due))
    return found
