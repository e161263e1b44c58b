"""The keys of persons and organisations in a release, made again from its own rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from corpus.build.corpus_keys import KEYS, READ, blocks_of, keyed, numbers_of, resolve
from corpus.build.reusable_rows import locations_of
from corpus.dedup.partitioned import Workers
from corpus.files.deletion import temporary_folder
from corpus.model import schema
from corpus.model.problem import quoted
from corpus.release.read.reader import Release
from corpus.verify.findings import Fault, TableFile
from corpus.verify.history_index import HistoryIndex


def tables_of(release: Release) -> list[str]:
    """The tables that keys are made from and stand in, none where the release has no keys."""
    columns = release.manifest["columns"]
    with_keys = [table for table in KEYS if table in columns and table in schema.TABLES]
    keyed_too = "entities" in with_keys and all(KEYS[table] in columns[table] for table in with_keys)
    return ["articles", *with_keys] if keyed_too and "articles" in columns else []


def check(release: Release, files: Mapping[str, TableFile], history: HistoryIndex) -> None:
    """Note the rows in ``files``, by path, whose key is not the one that the rows of the release give."""
    tables = tables_of(release)
    there = locations_of(release, history.table, tables, elsewhere=False, masks=False)
    path_of = {table: [str(entry["path"]) for entry in release.tables(table)] for table in tables}
    chosen = np.flatnonzero(there["articles"].count > 0) if tables else np.empty(0, np.int64)
    blocks = list(blocks_of(chosen, numbers_of(history.column("story")), there)) if len(chosen) else []
    with temporary_folder() as folder:
        answers = resolve(blocks, Workers(map, folder))
        for block in blocks:
            for table, keys in keyed(answers, block).keys.items():
                named = schema.arrow_schema(table).field("article").name
                stated = block.read(table, (named, KEYS[table]))
                counts = block.counts(table)
                firsts = np.repeat(there[table].first[block.articles] - (np.cumsum(counts) - counts), counts)
                numbers = np.repeat(there[table].file[block.articles], counts)
                for at, (found, wanted) in enumerate(zip(stated[KEYS[table]].to_pylist(), keys, strict=True)):
                    if found != wanted:
                        fault = Fault(
                            0, (KEYS[table], *READ[table][1:]), quoted(found), f"{quoted(wanted)}, which the rows give"
                        )
                        file = files[path_of[table][int(numbers[at])]]
                        file.add([fault], int(firsts[at]) + at, stated[named].slice(at, 1))
