"""The signatures and shingles of the articles of a build, which its near-duplicates are found by.

Those of articles that were read lie in work files; those of articles whose rows are kept come from the earlier
release, where shingles are made again from the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from itertools import count, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.build.row_index import RowIndex
from corpus.build.shards import RowLocations
from corpus.build.work_files import kept
from corpus.dedup.candidates import Signed
from corpus.dedup.minhash import Signatures
from corpus.dedup.overlaps import Overlaps
from corpus.dedup.partitioned import Workers, whole_file
from corpus.dedup.shingles import compared_text, joined, shingles
from corpus.dedup.signature_table import signatures_in
from corpus.dedup.spill import (
    NO_ONE,
    Piece,
    SpilledShingles,
    SpilledSignatures,
    read_signatures,
    write_shingles,
    write_signatures,
)
from corpus.files import paths
from corpus.files.paths import Location
from corpus.files.scratch import local_copy
from corpus.model.arrow import group_ends, to_numpy
from corpus.model.article import Paragraph
from corpus.raw.key import WITHHELD

_KEPT = 10_000
"""Rows of a file of the earlier release whose shingles a worker makes at once."""


class NearDuplicateIndex:
    """The articles that may be published, in the order of history: signatures at once, shingles where asked for.

    A **position** is an index into them. ``row_of_position`` gives its row of the row index,
    ``history_row_of_position`` its history row, ``position_of_row`` the position of a row, -1 for others. The joins
    know articles by their rows, in raw order.
    """

    def __init__(
        self,
        rows: RowIndex,
        history_row_of_row: np.ndarray,
        enters: np.ndarray,
        earlier_articles: RowLocations | None,
        earlier_signatures: Iterable[pa.Table],
        folder: Path,
        workers: Workers,
        *,
        sampled: bool,
    ) -> None:
        """``enters`` says which rows may be published; ``earlier_…`` are of the release that rows are kept from.

        ``sampled`` is as in ``Overlaps``: a preview needs no proof.
        """
        self.workers = workers
        self._rows, self._earlier_articles, self._sampled = rows, earlier_articles, sampled
        entering = np.flatnonzero(enters)
        self.row_of_position = entering[np.argsort(history_row_of_row[entering], kind="stable")]
        self.history_row_of_position = history_row_of_row[self.row_of_position]
        self.position_of_row = np.full(len(rows), -1, np.int64)
        self.position_of_row[self.row_of_position] = np.arange(len(self))
        self.signatures = SpilledSignatures(folder / "signatures.bin", len(self))
        self._signed: list[Piece] = []
        self._add_read()
        self._is_kept = rows.summary[kept("articles")][self.row_of_position] & (self.signatures.text_hash == 0)
        self._kept_row_of_position = rows.summary["kept_row"][self.row_of_position]
        self._add_kept(earlier_signatures)

    def __len__(self) -> int:
        return len(self.row_of_position)

    def _owners(self) -> Iterator[tuple[Location, Location, np.ndarray]]:
        """The signatures and shingles of each partition, and the rows that they are of, where they count."""
        is_read = self.position_of_row >= 0
        if self._signed:
            is_read[self.row_of_position[self._is_kept]] = False
        owners = np.where(is_read, np.arange(len(self._rows), dtype=np.uint32), NO_ONE)
        for part, some in self._rows.by_partition(owners):
            yield part.files.signatures, part.files.shingles, some

    def _add_read(self) -> None:
        """Add the signatures of the articles that were read in this build."""
        for part, positions in self._rows.by_partition(self.position_of_row):
            enters = positions >= 0
            found = read_signatures(part.files.signatures)
            self.signatures.put(positions[enters], Signatures(found.text_hash[enters], found.bands[enters]))
        self._signed = [Piece(file, owners) for file, _, owners in self._owners()]

    def _add_kept(self, earlier_signatures: Iterable[pa.Table]) -> None:
        """Add the signatures of the articles whose rows are kept."""
        positions = np.flatnonzero(self._is_kept)
        wanted = self._kept_row_of_position[positions]
        for number, table in enumerate(earlier_signatures):
            kept_rows, known = signatures_in(table)
            at = np.minimum(np.searchsorted(kept_rows, wanted), len(kept_rows) - 1)
            found = kept_rows[at] == wanted
            if found.any():
                some = Signatures(known.text_hash[at[found]], known.bands[at[found]])
                self.signatures.put(positions[found], some)
                file = self.workers.folder / f"kept-{number:05}.npy"
                with paths.written(file) as local:
                    write_signatures(local, some)
                self._signed.append(Piece(file, self.row_of_position[positions[found]].astype(np.uint32)))

    def signed(self, settled: np.ndarray, heads: np.ndarray) -> Iterator[Signed]:
        """The signatures for the join of bands; ``settled`` and ``heads`` (bool) are by row."""
        for piece in self._signed:
            at = np.where(piece.owners == NO_ONE, 0, piece.owners)
            counts = heads[at] & (piece.owners != NO_ONE)
            yield Signed(partial(read_signatures, piece.file), piece.owners, ~settled[at], counts)

    @cached_property
    def sets(self) -> SpilledShingles:
        """The shingles of all articles; those of kept ones are made once, by workers."""
        read = [Piece(file, owners) for _, file, owners in self._owners()]
        given = list(self._kept_texts())
        for _ in self.workers.run(_spill_kept, (texts for texts, _ in given)):
            pass
        return SpilledShingles([*read, *(Piece(texts.target, owners) for texts, owners in given)], len(self._rows))

    @cached_property
    def overlaps(self) -> Overlaps:
        """What articles share with others."""
        return Overlaps(self.workers, self.sets, sampled=self._sampled)

    def _kept_texts(self) -> Iterator[tuple[_KeptTexts, np.ndarray]]:
        """Where the texts of kept articles lie, as they follow each other in the earlier release, and their rows."""
        positions = np.flatnonzero(self._is_kept)
        if self._earlier_articles is None or not len(positions):
            return
        kept_rows = self._kept_row_of_position[positions]
        file, first = self._earlier_articles.file[kept_rows], self._earlier_articles.first[kept_rows]
        order = np.lexsort((first, file))
        positions, file, first = positions[order], file[order], first[order]
        cuts = np.flatnonzero((np.diff(file) != 0) | (np.diff(first // _KEPT) != 0)) + 1
        numbers = count()
        for some in np.split(np.arange(len(positions)), cuts):
            target = self.workers.folder / f"kept-{next(numbers):05}.bin"
            texts = _KeptTexts(self._earlier_articles.files[file[some[0]]], first[some], target)
            yield texts, self.row_of_position[positions[some]].astype(np.uint32)

    @property
    def is_withheld(self) -> np.ndarray:
        """Which positions are articles whose text may not be passed on."""
        return self._rows.rights(WITHHELD)[self.row_of_position]

    @property
    def text_hash_of_row(self) -> np.ndarray:
        """The hash of what is compared of each article (int64), 0 for rows that may not be published."""
        found = np.zeros(len(self._rows), np.int64)
        found[self.row_of_position] = self.signatures.text_hash.view(np.int64)
        return found

    def names(self, position: int) -> tuple[str, str]:
        """The id and the raw path of an article."""
        [(part, [row_of_file])] = self._rows.located(self.row_of_position[position : position + 1])
        columns = part.files.read_columns(("id", "raw_path"))
        return str(columns["id"][int(row_of_file)]), str(columns["raw_path"][int(row_of_file)])


class _KeptTexts(NamedTuple):
    """Rows of a file of the earlier release (int64, ascending), and where their shingles go."""

    file: Location
    rows: np.ndarray
    target: Location


def _spill_kept(given: _KeptTexts) -> None:
    """Make the shingles of kept articles: each row group is read once."""
    made = []
    with pq.ParquetFile(local_copy(given.file), memory_map=True) as file:
        ends = group_ends(file)
        groups = np.searchsorted(ends, given.rows, side="right")
        for group in np.unique(groups).tolist():
            table = file.read_row_group(group, columns=["text", "paragraphs"], use_threads=False)
            start = int(ends[group - 1]) if group else 0
            made.append(shingles(compared_texts(table.take(given.rows[groups == group] - start))))
    with whole_file(given.target) as local:
        write_shingles(local, joined(made))


def compared_texts(table: pa.Table) -> list[str]:
    """What is compared of articles."""
    return list(map(compared_text, table["text"].to_pylist(), paragraphs_of(table)))


def paragraphs_of(table: pa.Table) -> Iterator[list[Paragraph]]:
    """The paragraphs of articles."""
    listed = pa.concat_arrays(table["paragraphs"].chunks) if len(table) else pa.array([], table["paragraphs"].type)
    columns = [listed.flatten().field(name) for name in ("start", "end", "role")]
    paragraphs = list(map(Paragraph, *(one.to_pylist() for one in columns)))
    ends = np.cumsum(to_numpy(pc.list_value_length(listed))).tolist()
    return (paragraphs[start:end] for start, end in pairwise([0, *ends]))
