"""What the application reads: a release, and the corpus folder that corrections go to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore.articles import Articles, groups, read
from corpus.explore.stats import Counts
from corpus.explore.tokens import Tokens
from corpus.model.arrow import word
from corpus.model.problem import Problem, UsageError
from corpus.model.schema import arrow_schema
from corpus.release.format import MANIFEST
from corpus.release.read.reader import Release, open_release


@dataclass
class Library:
    """A release as it was opened; ``root`` is the folder of its raw records, None where nothing can be corrected."""

    release: Release
    root: Path | None
    counts: dict[tuple[object, ...], Counts] = field(default_factory=dict)
    """What was counted for a page before."""

    @property
    def title(self) -> str:
        """What the corpus calls itself; its name where it has no title."""
        return str(self.release.manifest.get("about", {}).get("title") or self.release.manifest.get("name", ""))

    @cached_property
    def articles(self) -> Articles:
        """What is known of each article."""
        return Articles.of(self.release)

    @cached_property
    def _reuse(self) -> pa.Table | None:
        """The passages that two articles share, None where the release has none."""
        columns = arrow_schema("reuse").names
        parts = [read(self.release, group, columns) for group in groups(self.release, "reuse")]
        return pa.concat_tables(parts).unify_dictionaries() if parts else None

    def reuse_of(self, identity: str) -> list[dict[str, Any]]:
        """The passages that an article shares with others, as rows of ``reuse`` in which it is either of the two."""
        if self._reuse is None:
            return []
        named = [pc.equal(self._reuse[side], word(identity)) for side in ("article", "other")]
        rows: list[dict[str, Any]] = self._reuse.filter(pc.or_(*named)).to_pylist()
        return rows

    @cached_property
    def tokens(self) -> Tokens:
        """The words of the release, as far as they may be passed on."""
        return Tokens.of(self.release)


@dataclass
class Shelf:
    """Where the release stands; one that takes its place, as ``corpus build`` makes it, is opened anew."""

    where: str
    root: Path | None
    _lock: RLock = field(default_factory=RLock)
    _mark: tuple[int, int] | None = None
    _library: Library | None = None

    @contextmanager
    def open(self) -> Iterator[Library]:
        """The release as it stands now, for one page at a time.

        Raises:
            UsageError, CorpusError: as ``open_release``.
        """
        with self._lock:
            mark = self._now()
            if self._library is None or mark != self._mark:
                self._library, self._mark = Library(open_release(self.where), self.root), mark
            yield self._library

    def _now(self) -> tuple[int, int] | None:
        try:
            status = (Path(self.where) / MANIFEST).stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns


def standing_release(root: Path) -> str:
    """The newest release or preview in ``build/`` of a corpus folder, by the time of its manifest.

    Raises:
        UsageError: rule ``release-missing``, there is none.
    """
    found = sorted((root / "build").glob(f"*/{MANIFEST}"), key=lambda file: file.stat().st_mtime_ns)
    if not found:
        wanted = "a release, or one in build/ of the corpus folder"
        hint = "make one: corpus build --out build/preview"
        raise UsageError(Problem(str(root), 0, "", "release-missing", "no release", wanted, hint))
    return str(found[-1].parent)
