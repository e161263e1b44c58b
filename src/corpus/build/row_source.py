"""Where the rows of a build may be kept from: the version before, or else the preview that it will replace.

The version before also gives order, stories and splits. A preview gives rows and nothing else: what is built over one
has the bytes of a build from scratch, sooner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.annotate.layer import Layer
from corpus.build import previous_release
from corpus.build.row_cache import RowCache
from corpus.build.row_index import RowIndex
from corpus.build.shards import RowLocations
from corpus.build.work_files import kept
from corpus.files.paths import Location
from corpus.model.arrow import int64_array
from corpus.model.problem import CorpusError, StorageError
from corpus.raw.config import Settings, Source
from corpus.release import history
from corpus.release.format import PREVIEW, STORIES, hash_column
from corpus.release.history import PreviousRelease
from corpus.release.read.reader import Release


@dataclass(frozen=True)
class Cache:
    """What rows are kept from: ``places`` of kept rows (``workfiles.numbers_of``) are rows of the history of ``of``.

    ``rows`` says of each table where they are; nothing is kept where ``reuse`` is None.
    """

    of: PreviousRelease | None = None
    reuse: RowCache | None = None
    rows: Mapping[str, RowLocations] = field(default_factory=dict)

    @property
    def release(self) -> Release | None:
        """The release that they are in."""
        return self.of.release if self.of is not None else None

    @property
    def sha256(self) -> str | None:
        """The hash of its manifest, None where nothing is kept."""
        return self.of.sha256 if self.of is not None and self.reuse is not None else None

    @property
    def files(self) -> Iterator[Location]:
        """A file of each table."""
        return (file for there in self.rows.values() for file in there.files[:1])

    def hashes(self, table: str, places: np.ndarray) -> np.ndarray:
        """What kept rows say in a table, as history says it."""
        if self.of is None:
            return np.zeros(len(places), np.int64)
        found: np.ndarray = np.asarray(self.of.table[hash_column(table)].combine_chunks())[places]
        return found

    def moved(self, now: pa.Table, rows: RowIndex, places: np.ndarray) -> np.ndarray:
        """Which rows of a history are kept and say otherwise what history says of an article than where they are.

        ``places`` are the rows of that history, by row of the catalogue.
        """
        found = np.zeros(len(now), bool)
        if self.of is None:
            return found
        old = np.flatnonzero(rows.numbers[kept("articles")] & (places >= 0))
        here, there = places[old], rows.numbers["place"][old]
        for name in ("story", "split", "first_release"):
            one, other = now[name].combine_chunks(), self.of.table[name].combine_chunks()
            differs = pc.not_equal(one.take(int64_array(here)), other.take(int64_array(there)))
            found[here] |= differs.to_numpy(zero_copy_only=False)
        return found


def cache(
    previous: PreviousRelease | None,
    preview: Location | None,
    sources: Mapping[str, Source],
    settings: Settings,
    layers: Sequence[Layer],
    folder: Location,
    *,
    elsewhere: bool = False,
) -> Cache:
    """What can be kept of the version before; without one, of the preview that stands at ``preview``.

    The rest is as ``reuse.prepare`` says. A preview is no cache for workers ``elsewhere``: they may live longer than
    what stands at a path that is built into again.

    Raises:
        CorpusError: rule ``release-damaged``, the version before is not what its manifest says. A preview that is not
            is no cache.
    """
    of = previous
    if previous is None and isinstance(preview, Path) and not elsewhere:
        of = _standing(preview)
    if of is None:
        return Cache()
    try:
        prepared = previous_release.build_row_cache(of, sources, settings, layers, folder, elsewhere=elsewhere)
    except StorageError:
        raise
    except CorpusError:
        if of is previous:
            raise
        return Cache()
    return Cache(of, *prepared) if prepared is not None else Cache(of)


def _standing(out: Path) -> PreviousRelease | None:
    """The preview at a place, None where none stands there that is whole and was made by a build."""
    try:
        found = history.read(out)
        release = found.release
        if release is None or release.version != PREVIEW or "rehydrated" in release.manifest:
            return None
        release.read_verified(STORIES)
    except (CorpusError, OSError, ValueError, LookupError, TypeError):
        return None
    return found
