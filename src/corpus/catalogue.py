"""What needs the whole corpus: identity, duplicates, counts, which row stands in which file.

It runs on small columns (ids, hashes, names) of the work files that partitions became,
never on texts, so that its memory is tens of bytes an article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import schema
from corpus.problem import Problem, Rejected
from corpus.release import tables
from corpus.settings import Settings
from corpus.workfiles import Part, counted, schema_of

_SMALL = ("id", "source", "redistribution", "split", "text_sha256", "cut")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The small columns of all rows in raw order: what decides about the corpus as a whole.

    ``parts`` are the work files that hold rows, ``ends`` the position behind the last row of each,
    ``annotated`` the annotation tables that stand beside the articles.
    """

    parts: tuple[Part, ...]
    ends: np.ndarray
    columns: pa.Table
    annotated: tuple[str, ...]

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
        file, _, line = str(self.parts[part].columns(["raw_path"])["raw_path"][at]).partition("#L")
        return file, int(line or 0)


def catalogue(parts: Iterable[Part], annotated: Sequence[str]) -> Catalogue:
    """The small columns, read from the work files; ``annotated`` are the annotation tables."""
    kept = tuple(part for part in parts if part.rows)
    names = [*_SMALL, *map(counted, annotated)]
    ours = schema_of(tuple(annotated))
    read = [pa.table({name: pa.array([], ours.field(name).type) for name in names})]
    read += [part.columns(names) for part in kept]
    ends = np.cumsum([part.rows for part in kept], dtype=np.int64)
    return Catalogue(kept, ends, pa.concat_tables(read).combine_chunks(), tuple(annotated))


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


_MASK = {"full": "", "annotations": "_masked"}
"""What the name of a table ends in for each kind of redistribution; none is withheld."""


def shards(rows: Catalogue, sound: np.ndarray, ours: Settings) -> Iterator[tables.Shard]:
    """The files to write: for each kind of rights and table its splits, rows in the order of raw/."""
    marks = rows.columns["cut"].to_numpy()
    kinds, splits = (np.array(rows.columns[name].to_pylist(), dtype=object) for name in ("redistribution", "split"))
    for kind, mask in _MASK.items():
        chosen = {split: np.flatnonzero(sound & (kinds == kind) & (splits == split)) for split, _ in ours.splits}
        files = {split: tables.cut(marks[positions]) for split, positions in chosen.items()}
        for table in ("articles", *rows.annotated):
            for split, positions in chosen.items():
                found = [
                    [pieces for start, end in groups if (pieces := _pieces(rows, positions[start:end], table))]
                    for groups in files[split]
                ]
                found = [groups for groups in found if groups]
                for number, groups in enumerate(found):
                    path = f"data/{table}{mask}/{split}-{number:05}-of-{len(found):05}.parquet"
                    yield tables.Shard(path, schema.arrow_schema(table + mask), tuple(groups))


def _pieces(rows: Catalogue, positions: np.ndarray, table: str) -> tuple[tables.Rows, ...]:
    """The rows that articles at these positions have in a table, work file by work file; none are left out."""
    pieces = []
    for number in np.unique(np.searchsorted(rows.ends, positions, side="right")).tolist():
        part = rows.parts[number]
        start, end = int(rows.ends[number]) - part.rows, int(rows.ends[number])
        local = positions[(positions >= start) & (positions < end)] - start
        if table != "articles":
            counts = rows.columns[counted(table)].to_numpy()[start:end].astype(np.int64)
            firsts = np.cumsum(counts) - counts
            lengths = counts[local]
            behind = np.cumsum(lengths)
            local = np.repeat(firsts[local] - (behind - lengths), lengths) + np.arange(int(lengths.sum()))
        if len(local):
            pieces.append(tables.Rows(part.file_of(table), local))
    return tuple(pieces)


KINDS = ("raw", "published", "withheld", "rejected")


def count(
    rows: Catalogue, sound: np.ndarray, rejected: Iterable[Rejected], sources: Iterable[str]
) -> dict[str, dict[str, int]]:
    """What became of the raw records of each source; every record is counted once."""
    counts = {source: dict.fromkeys(KINDS, 0) for source in sources}
    open_ = rows.columns.filter(pa.array(sound))
    for pair in open_.group_by(["source", "redistribution"]).aggregate([([], "count_all")]).to_pylist():
        kind = "published" if pair["redistribution"] in _MASK else "withheld"
        counts[pair["source"]][kind] += pair["count_all"]
    for refusal in rejected:
        counts.setdefault(refusal.source or "(no source)", dict.fromkeys(KINDS, 0))["rejected"] += 1
    for kinds in counts.values():
        kinds["raw"] = kinds["published"] + kinds["withheld"] + kinds["rejected"]
    return counts
