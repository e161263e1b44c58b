"""What the application reads: a release, and the corpus folder that corrections go to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import RLock

from corpus.curate.queue import Pool, Waiting
from corpus.explore.articles import Articles
from corpus.explore.tokens import Tokens
from corpus.model.problem import Problem, UsageError
from corpus.release.format import MANIFEST
from corpus.release.read.reader import Release, open_release


@dataclass
class Library:
    """A release as it was opened; ``root`` is the folder of its raw records, None where nothing can be corrected."""

    release: Release
    root: Path | None

    queues: dict[tuple[str, str], list[Waiting]] = field(default_factory=dict)
    """The articles to correct next, by layer and who corrects, as they were put in order last."""
    _pools: dict[str, Pool] = field(default_factory=dict)

    def pool(self, layer: str) -> Pool:
        """The articles that can be corrected in a layer."""
        if layer not in self._pools:
            self._pools[layer] = Pool.of(self.release, layer)
        return self._pools[layer]

    @cached_property
    def articles(self) -> Articles:
        """What is known of each article."""
        return Articles.of(self.release)

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
