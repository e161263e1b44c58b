"""What needs the whole corpus: identity, duplicates, counts, which row stands in which file.

It runs on small columns (ids, hashes, names) of the work files that partitions became,
never on texts, so that its memory is tens of bytes an article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import schema
from corpus.problem import Problem, Rejected
from corpus.release import tables
from corpus.settings import Settings


@cache
def work_schema() -> pa.Schema:
    """The columns of a work file: those of the articles table, and each row's cut."""
    return schema.arrow_schema("articles").append(pa.field("cut", pa.int64()))


@dataclass(frozen=True, slots=True)
class Part:
    """What a partition became: a work file with ``rows`` rows, and refusals."""

    file: Path
    rows: int
    rejected: tuple[Rejected, ...]


_SMALL = ("id", "source", "redistribution", "split", "text_sha256", "cut")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The small columns of all rows in raw order: what decides about the corpus as a whole.

    ``parts`` are the work files that hold rows, ``ends`` the position behind the last row of each.
    """

    parts: tuple[Part, ...]
    ends: np.ndarray
    columns: pa.Table

    def codes(self, name: str) -> np.ndarray:
        """A number for each row, the same for equal values of a column."""
        codes: np.ndarray = pc.dictionary_encode(self.columns[name].combine_chunks()).indices.to_numpy(
            zero_copy_only=False
        )
        return codes

    def place(self, position: int) -> tuple[str, int]:
        """The file and line of a row."""
        part = int(np.searchsorted(self.ends, position, side="right"))
        at = position - (int(self.ends[part - 1]) if part else 0)
        file, _, line = str(column(self.parts[part].file, "raw_path")[at]).partition("#L")
        return file, int(line or 0)


def column(file: Path, name: str) -> pa.ChunkedArray:
    """One column of a work file; the others are not read."""
    with pa.memory_map(str(file)) as source:
        wanted = pa.ipc.IpcReadOptions(included_fields=[work_schema().get_field_index(name)])
        return pa.ipc.open_file(source, options=wanted).read_all()[name]


def catalogue(parts: Iterable[Part]) -> Catalogue:
    """The small columns, read from the work files."""
    kept = tuple(part for part in parts if part.rows)
    wanted = pa.ipc.IpcReadOptions(included_fields=sorted(work_schema().get_field_index(name) for name in _SMALL))
    tables_read = [pa.table({name: pa.array([], work_schema().field(name).type) for name in _SMALL})]
    for part in kept:
        with pa.memory_map(str(part.file)) as source:
            read = pa.ipc.open_file(source, options=wanted).read_all()
        columns = {name: read[name].cast(work_schema().field(name).type) for name in _SMALL}
        tables_read.append(pa.table(columns).combine_chunks())
    return Catalogue(
        kept, np.cumsum([part.rows for part in kept], dtype=np.int64), pa.concat_tables(tables_read).combine_chunks()
    )


def _first_of_each(codes: np.ndarray) -> np.ndarray:
    """For each row the position of the first row with the same code."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return first[inverse]


def duplicates(rows: Catalogue) -> tuple[np.ndarray, list[Rejected]]:
    """Which rows repeat an earlier row's id, or an earlier text of their source, and the refusals."""
    total = rows.columns.num_rows
    same_id = _first_of_each(rows.codes("id"))
    sources = rows.codes("source").astype(np.int64)
    here = np.arange(total)
    texts = rows.codes("text_sha256").astype(np.int64) * (int(sources.max(initial=0)) + 1) + sources
    texts[same_id != here] = -1 - here[same_id != here]  # a row that is refused already stands in nobody's way
    same_text = _first_of_each(texts)
    repeated = (same_id != here) | (same_text != here)
    rejected = []
    for position in np.flatnonzero(repeated).tolist():
        file, line = rows.place(position)
        by_id = same_id[position] != position
        first_file, first_line = rows.place(int(same_id[position] if by_id else same_text[position]))
        first = f"{first_file}:{first_line}" if first_line else first_file
        identity = str(rows.columns["id"][position])
        problem = (
            Problem(
                file,
                line,
                "$.id",
                "id-duplicate",
                f"{identity}, as in {first}",
                "an id of its own",
                "give it another id or file name, or remove one of the two",
            )
            if by_id
            else Problem(
                file,
                line,
                "$.text",
                "content-duplicate",
                f"the text of {first}",
                "each article once in a source",
                "remove one of the two",
            )
        )
        rejected.append(Rejected(identity.split("/", maxsplit=1)[0], file, line, (problem,)))
    return repeated, rejected


_TABLE_OF = {"full": "articles", "annotations": "articles_masked"}
"""The table that the rows of each kind of redistribution stand in; none is withheld."""


def shards(rows: Catalogue, sound: np.ndarray, ours: Settings) -> Iterator[tables.Shard]:
    """The files to write, in the order of tables, splits and rows."""
    kinds = (
        rows.columns["redistribution"].to_pandas().to_numpy() if rows.columns.num_rows else np.array([], dtype=object)
    )
    splits = rows.columns["split"].to_pandas().to_numpy() if rows.columns.num_rows else np.array([], dtype=object)
    marks = rows.columns["cut"].to_numpy()
    starts = [0, *rows.ends.tolist()]
    for kind, table in _TABLE_OF.items():
        for split, _ in ours.splits:
            chosen = np.flatnonzero(sound & (kinds == kind) & (splits == split))
            bounds = np.searchsorted(chosen, starts)
            pieces = [
                tables.Rows(part.file, chosen[bounds[number] : bounds[number + 1]] - starts[number])
                for number, part in enumerate(rows.parts)
                if bounds[number] < bounds[number + 1]
            ]
            yield from tables.shards(table, split, schema.arrow_schema(table), pieces, marks[chosen])


KINDS = ("raw", "published", "withheld", "rejected")


def count(
    rows: Catalogue, sound: np.ndarray, rejected: Iterable[Rejected], sources: Iterable[str]
) -> dict[str, dict[str, int]]:
    """What became of the raw records of each source; every record is counted once."""
    counts = {source: dict.fromkeys(KINDS, 0) for source in sources}
    open_ = rows.columns.filter(pa.array(sound))
    for pair in open_.group_by(["source", "redistribution"]).aggregate([([], "count_all")]).to_pylist():
        kind = "published" if pair["redistribution"] in _TABLE_OF else "withheld"
        counts[pair["source"]][kind] += pair["count_all"]
    for refusal in rejected:
        counts.setdefault(refusal.source or "(no source)", dict.fromkeys(KINDS, 0))["rejected"] += 1
    for kinds in counts.values():
        kinds["raw"] = kinds["published"] + kinds["withheld"] + kinds["rejected"]
    return counts
