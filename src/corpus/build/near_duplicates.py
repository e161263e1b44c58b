"""The signatures and shingles of the articles of a build, which its near-duplicates are found by.

Those of articles that were read lie in work files; those of articles whose rows are kept come from the earlier
release, where shingles are made again from the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.build.row_index import RowIndex
from corpus.build.shards import RowLocations
from corpus.build.work_files import kept
from corpus.dedup.minhash import Signatures
from corpus.dedup.shingles import Shingles, compared_text, joined, shingles
from corpus.dedup.signature_table import signatures_in
from corpus.dedup.spill import SpilledShingles, SpilledSignatures, read_shingles, write_shingles
from corpus.files.scratch import local_copy
from corpus.model.arrow import group_ends
from corpus.model.article import Paragraph
from corpus.raw.key import WITHHELD

_BLOCK = 2000
"""Articles of the earlier release whose texts are in memory at once."""


class NearDuplicateIndex:
    """The articles that may be published, in the order of history: signatures at once, shingles where asked for.

    A **position** is an index into them. ``row_of_position`` gives its row of the row index,
    ``history_row_of_position`` its history row.
    """

    def __init__(
        self,
        rows: RowIndex,
        history_row_of_row: np.ndarray,
        enters: np.ndarray,
        earlier_articles: RowLocations | None,
        earlier_signatures: Iterable[pa.Table],
        folder: Path,
    ) -> None:
        """``enters`` says which rows may be published; ``earlier_…`` are of the release that rows are kept from."""
        self._rows, self._earlier_articles, self._folder = rows, earlier_articles, folder
        entering = np.flatnonzero(enters)
        self.row_of_position = entering[np.argsort(history_row_of_row[entering], kind="stable")]
        self.history_row_of_position = history_row_of_row[self.row_of_position]
        self._position_of_row = np.full(len(rows), -1, np.int64)
        self._position_of_row[self.row_of_position] = np.arange(len(self))
        self.signatures = SpilledSignatures(folder / "signatures.bin", len(self))
        self._add_read()
        self._is_kept = rows.summary[kept("articles")][self.row_of_position] & (self.signatures.text_hash == 0)
        self._kept_row_of_position = rows.summary["kept_row"][self.row_of_position]
        self._add_kept(earlier_signatures)
        self._spilled: SpilledShingles | None = None

    def __len__(self) -> int:
        return len(self.row_of_position)

    def _add_read(self) -> None:
        """Add the signatures of the articles that were read in this build."""
        for part, positions in self._rows.by_partition(self._position_of_row):
            enters = positions >= 0
            found = part.files.read_signatures()
            self.signatures.put(positions[enters], Signatures(found.text_hash[enters], found.bands[enters]))

    def _add_kept(self, earlier_signatures: Iterable[pa.Table]) -> None:
        """Add the signatures of the articles whose rows are kept."""
        positions = np.flatnonzero(self._is_kept)
        wanted = self._kept_row_of_position[positions]
        for table in earlier_signatures:
            kept_rows, known = signatures_in(table)
            at = np.minimum(np.searchsorted(kept_rows, wanted), len(kept_rows) - 1)
            found = kept_rows[at] == wanted
            self.signatures.put(positions[found], Signatures(known.text_hash[at[found]], known.bands[at[found]]))

    def shingles(self, positions: np.ndarray) -> Shingles:
        """The shingles of the articles at these positions, in their order."""
        is_kept = self._is_kept[positions]
        from_disk = iter(self._spill().at(positions[~is_kept]))
        from_text = iter(shingles(self._kept_texts(positions[is_kept])).distinct())
        return joined(
            Shingles(one, np.array([len(one)], np.int64))
            for one in (next(from_text if again else from_disk) for again in is_kept.tolist())
        )

    def blocks(self) -> Iterator[tuple[np.ndarray, Shingles]]:
        """The positions and shingles of all articles, as the leak report reads them."""
        yield from self._spill().blocks()
        positions = np.flatnonzero(self._is_kept)
        for start in range(0, len(positions), _BLOCK):
            some = positions[start : start + _BLOCK]
            file = self._folder / f"{start:09}-kept-shingles.bin"
            if not file.exists():  # the leak report reads all blocks more than once
                write_shingles(file, shingles(self._kept_texts(some)))
            sets = read_shingles(file)
            yield some, Shingles(np.array(sets.values), sets.ends)

    def _spill(self) -> SpilledShingles:
        """The shingles that workers left on disk."""
        if self._spilled is None:
            position_of_row = self._position_of_row.copy()
            position_of_row[self.row_of_position[self._is_kept]] = -1
            parts = list(self._rows.by_partition(position_of_row))
            self._spilled = SpilledShingles(
                [part.files.shingles for part, _ in parts], [positions for _, positions in parts]
            )
        return self._spilled

    def _kept_texts(self, positions: np.ndarray) -> list[str]:
        """What is compared of articles whose rows are kept, in the order of these positions."""
        texts = [""] * len(positions)
        if self._earlier_articles is None or not len(positions):
            return texts
        kept_rows = self._kept_row_of_position[positions]
        file_numbers, firsts = self._earlier_articles.file[kept_rows], self._earlier_articles.first[kept_rows]
        for number in np.unique(file_numbers).tolist():
            with pq.ParquetFile(local_copy(self._earlier_articles.files[number]), memory_map=True) as file:
                ends = group_ends(file)
                groups = np.where(file_numbers == number, np.searchsorted(ends, firsts, side="right"), -1)
                for group in np.unique(groups[groups >= 0]).tolist():
                    table = file.read_row_group(group, columns=["text", "paragraphs"], use_threads=False)
                    start = int(ends[group - 1]) if group else 0
                    for wanted in np.flatnonzero(groups == group).tolist():
                        row = int(firsts[wanted]) - start
                        paragraphs = [Paragraph(**one) for one in table["paragraphs"][row].as_py()]
                        texts[wanted] = compared_text(table["text"][row].as_py(), paragraphs)
        return texts

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
