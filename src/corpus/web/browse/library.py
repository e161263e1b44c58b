"""What the application reads: a release, and the corpus folder that corrections go to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.curate.queue import Pool, Waiting
from corpus.explore.articles import Articles, groups, read
from corpus.explore.collation import places_of
from corpus.explore.facets import FACETS, facets
from corpus.explore.filters import Filter
from corpus.explore.hits import Hits, search
from corpus.explore.stats import Counts
from corpus.explore.text_index import TextIndex
from corpus.explore.tokens import Tokens
from corpus.model.arrow import to_numpy, word
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.model.schema import arrow_schema
from corpus.release.format import MANIFEST
from corpus.release.read.reader import Release, open_release

_TEXTS, _TOKENS = 400_000_000, 900_000_000
"""Bytes of texts, and of words as numbers, that stay in memory for the next page."""
_HITS = 2_000_000
"""Hits that stay known for the next page."""
_PAUSE = 0.003
"""Seconds in which a page that waits may begin."""


@dataclass
class Library:
    """A release as it was opened; ``root`` is the folder of its raw records, None where nothing can be corrected."""

    release: Release
    root: Path | None
    counts: dict[tuple[object, ...], Counts] = field(default_factory=dict)
    """What was counted for a page before."""
    index: TextIndex | None = None
    """Where words stand in the texts, once ``Shelf.prepare`` has read them."""
    is_prepared: bool = True
    """Whether nothing is being read that makes the next page faster."""
    made_from: dict[str, object] = field(default_factory=dict)
    """What the articles that are being corrected are made from (draft.py)."""
    _orders: dict[str, np.ndarray] = field(default_factory=dict)
    queues: dict[tuple[str, str], list[Waiting]] = field(default_factory=dict)
    """The articles to correct next, by layer and who corrects, as they were put in order last."""
    _pools: dict[str, Pool] = field(default_factory=dict)
    _hits: dict[tuple[str, str | None], Hits] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the corpus calls itself; its name where it has no title."""
        return str(self.release.manifest.get("about", {}).get("title") or self.release.manifest.get("name", ""))

    def corpus_folder(self, wanted_for: str = "") -> Path:
        """The folder of its raw records, which is ``wanted_for`` an article.

        Raises:
            UsageError: rule ``root-missing``, the release is read alone.
        """
        if self.root is None:
            wanted, hint = "the corpus folder that the release is made from", "corpus browse RELEASE --root DIR"
            raise UsageError(Problem(wanted_for, 0, "", "root-missing", "a release alone", wanted, hint))
        return self.root

    def pool(self, layer: str) -> Pool:
        """The articles that can be corrected in a layer."""
        if layer not in self._pools:
            self._pools[layer] = Pool.of(self.release, layer)
        return self._pools[layer]

    @cached_property
    def articles(self) -> Articles:
        """What is known of each article."""
        return Articles.of(self.release, _TEXTS)

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
        """The words of the release, as far as they may be passed on.

        Raises:
            UsageError: rule ``words-missing``.
        """
        return Tokens.of(self.release, _TOKENS, self.articles)

    def order(self, by: str) -> np.ndarray:
        """The numbers of all articles in an order: ``release``, ``words``, or what ``Articles.coded`` has.

        ``-`` before it has the greatest first.
        """
        if by not in self._orders:
            known, name = self.articles, by.removeprefix("-")
            if name == "release":
                key = np.zeros(len(known), np.int64)
            elif name == "words":
                key = to_numpy(pc.fill_null(known.table["word_count"], 0).combine_chunks()).astype(np.int64)
            else:
                codes, values = known.coded(name)
                key = places_of(values)[codes]
            self._orders[by] = np.argsort(-key if by.startswith("-") else key, kind="stable").astype(np.int32)
        return self._orders[by]

    def hits(self, query: str, speaker: str | None = None) -> Hits:
        """The hits of a query in all articles, or those that somebody says; the last ones stay known.

        Raises:
            UsageError: as ``explore.hits.search``.
        """
        key = query, speaker
        found = self._hits.pop(key, None) or search(self.tokens, query, Filter(speaker=speaker))
        while self._hits and sum(map(len, self._hits.values())) + len(found) > _HITS:
            del self._hits[next(iter(self._hits))]
        self._hits[key] = found
        return found


@dataclass
class Shelf:
    """Where the release stands; one that takes its place, as ``corpus build`` makes it, is opened anew."""

    where: str
    root: Path | None
    _lock: RLock = field(default_factory=RLock)
    _mark: tuple[int, int] | None = None
    _library: Library | None = None
    _reads_ahead: bool = False

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
                if self._reads_ahead:
                    self._begin(self._library)
            yield self._library

    def prepare(self) -> Thread:
        """Read, in a thread of its own, what makes the pages of a large release fast; they are shown meanwhile.

        A release that takes its place is read in the same way. What cannot be read is said by the page that needs it.
        """
        with self.open() as library:
            self._reads_ahead = True
            return self._begin(library)

    def _begin(self, library: Library) -> Thread:
        library.is_prepared = False
        thread = Thread(target=self._read_ahead, args=(library,), daemon=True)
        thread.start()
        return thread

    def _read_ahead(self, library: Library) -> None:
        try:
            for kind in (self._facets, self._texts, self._words):
                with suppress(UsageError, CorpusError, OSError):
                    for _ in kind(library):
                        if self._library is not library:
                            return
                        Event().wait(_PAUSE)  # a lock that is given back and taken at once goes to no other thread
        finally:
            library.is_prepared = True
            pa.default_memory_pool().release_unused()

    def _facets(self, library: Library) -> Iterator[None]:
        with self._lock:
            known = library.articles
        yield
        for name in FACETS:
            with self._lock:
                facets(known, {}, [name])
            yield
        for by in ("-date", "title"):
            with self._lock:
                library.order(by)
            yield

    def _texts(self, library: Library) -> Iterator[None]:
        index = TextIndex(len(library.articles))
        for group in index.steps(library.articles):
            with self._lock:
                library.articles.texts_of(group)
            yield
        library.index = index

    def _words(self, library: Library) -> Iterator[None]:
        with self._lock:
            tokens = library.tokens
        for attribute in ("word", "lemma", "upos", "speaker"):
            for number in range(len(tokens.chunks)):
                with self._lock:
                    for _, chunk in tokens.read([number]):
                        chunk.column(attribute)
                        chunk.ends_of(np.zeros(0, np.int64))
                yield
            with self._lock:
                common = tokens.common(attribute)
            yield
            if attribute == "word":
                common.places(np.arange(len(common.values)))  # touches nothing else, and takes seconds

    def _now(self) -> tuple[int, int] | None:
        try:
            status = (Path(self.where) / MANIFEST).stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns
