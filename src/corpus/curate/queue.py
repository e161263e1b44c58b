"""What to correct next: the articles of a release in which most is likely wrong, and least like what was corrected.

How much is likely wrong in an article is the sum of its doubts, one minus the confidence of each span of a layer: what
Settles and Craven (2008) call the total uncertainty of a sequence, with shares that come true in place of a model's
own. It is multiplied by how far the nearest article is that was corrected or stands before it in the queue, which is
the diversity of Shen and others (2004, multi-criteria active learning for entities). Each choice is the best one left
(greedy); scores only fall while the queue grows, so that few are counted again for each choice (Minoux 1978).
scripts/eval/correction_order measures what the order is worth.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from heapq import heapify, heappop, heapreplace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.annotate import gold
from corpus.explore.articles import Articles
from corpus.model.arrow import index_of, sizes, string_array, to_numpy
from corpus.model.problem import first_line
from corpus.raw.layout import GOLD, gold_by_record
from corpus.release.read.nulls import without_nulls
from corpus.release.read.reader import Release
from corpus.release.read.verified import damaged

LAYERS = ("entities", "quotations", "times")
"""The layers that people annotate and whose spans have a confidence."""

SHOWN = 5
"""So many of the most doubtful spans of an article are shown."""

_NO_SPEAKER = 0.78
"""Of the quotations without a speaker in the validation part of the gold (7 of 9) so many have one."""

_NEAR, _POWER = 0.01, 0.25
"""Distances are taken as at least this, that of articles of one story; and to this power, so that far is far enough."""


class Doubtful(NamedTuple):
    """A span that may be wrong: its number in its article's rows, where it stands, its kind, and how likely it is.

    ``of`` is ``speaker`` where that of a quotation is less certain than its words, else ``span``.
    """

    row: int
    start: int
    end: int
    kind: str
    doubt: float
    of: str


class Waiting(NamedTuple):
    """An article of the queue.

    ``errors`` is how many of its ``spans`` are likely wrong, ``distance`` how far the nearest article is that was
    corrected or stands before it, from 0 to 1; ``doubtful`` are its most doubtful spans in the order of the text.
    """

    article: str
    number: int
    errors: float
    distance: float
    spans: int
    doubtful: list[Doubtful]

    def as_json(self, words: Sequence[str]) -> dict[str, Any]:
        """The same for programs, with the words of its spans."""
        spans = [{**one._asdict(), "text": said} for one, said in zip(self.doubtful, words, strict=True)]
        of_article = {name: getattr(self, name) for name in ("article", "errors", "distance", "spans")}
        return {**of_article, "doubtful": spans}


class _Rows(NamedTuple):
    """The rows of a layer: the number of the article of each, its own there, its extent, doubt, and what is doubted."""

    article: np.ndarray
    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    doubt: np.ndarray
    speaker: np.ndarray
    kind: np.ndarray
    kinds: list[str]


@dataclass(frozen=True)
class Pool:
    """The articles of a release that can be corrected in a layer: those whose text may be passed on."""

    layer: str
    ids: pa.Array
    rows: _Rows
    places: Sequence[str]
    gold: np.ndarray
    features: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, release: Release, layer: str) -> Pool:
        """Those of a release in a layer of ``LAYERS``.

        Raises:
            CorpusError: rule ``release-damaged``.
        """
        known = ("id", "source", "publication", "main_topic", "story", "word_count", "raw_path", "gold")
        articles = _read(release, "articles", known)
        ids = _column(articles, "id", pa.string())
        rows, cues = _rows_of(release, layer, ids)
        features, weights = _features(articles, rows, cues, len(ids))
        lists = _column(articles, "gold", pa.list_(pa.string()))
        again = np.repeat(np.arange(len(ids)), sizes(lists)) if len(ids) else np.zeros(0, np.int64)
        named = np.array(pc.equal(lists.flatten().cast(pa.string()), layer).to_pylist(), bool)
        is_gold = np.zeros(len(ids), bool)
        is_gold[again[named]] = True
        return cls(layer, ids, rows, _column(articles, "raw_path", pa.string()).to_pylist(), is_gold, features, weights)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)

    @cached_property
    def expected(self) -> np.ndarray:
        """How many spans of each article are likely wrong."""
        return np.bincount(self.rows.article, self.rows.doubt, len(self))

    @cached_property
    def gold_files(self) -> dict[str, int]:
        """The number of each article by the path of its settled gold file."""
        found = zip(self.places, self.ids.to_pylist(), strict=True)
        return {gold.path_of(raw, one): number for number, (raw, one) in enumerate(found) if raw}

    @cached_property
    def _by_article(self) -> tuple[np.ndarray, np.ndarray]:
        order = np.argsort(self.rows.article, kind="stable")
        return order, np.searchsorted(self.rows.article[order], np.arange(len(self) + 1))

    def doubtful(self, number: int, most: int = SHOWN) -> tuple[int, list[Doubtful]]:
        """How many spans an article has, and the most doubtful of them in the order of the text."""
        order, ends = self._by_article
        mine = order[ends[number] : ends[number + 1]]
        rows = self.rows
        worst = mine[np.argsort(-rows.doubt[mine], kind="stable")][:most]
        found = [
            Doubtful(
                int(rows.row[at]),
                int(rows.start[at]),
                int(rows.end[at]),
                rows.kinds[rows.kind[at]],
                round(float(rows.doubt[at]), 2),
                "speaker" if rows.speaker[at] else "span",
            )
            for at in worst
            if rows.doubt[at] > 0
        ]
        return len(mine), sorted(found, key=lambda one: (one.start, one.end, one.row))

    def distances(self, number: int, others: np.ndarray) -> np.ndarray:
        """How far an article is from those of these features, in what is cheaply known of them, from 0 to 1."""
        differ = np.abs(others - self.features[number])
        far = np.minimum(differ, 1.0) @ self.weights
        return np.where(differ[:, 0] == 0, _NEAR, np.maximum(far, _NEAR))


def _read(release: Release, table: str, columns: Sequence[str], coded: Sequence[str] = ()) -> pa.Table:
    """Those of these columns that a table has, strings of some as numbers into their distinct values."""
    parts = []
    for entry in release.tables(table):
        path = release.local(entry["path"])
        try:
            with pq.ParquetFile(path, read_dictionary=[*coded]) as file:
                found = file.read([name for name in columns if name in file.schema_arrow.names])
        except (OSError, pa.ArrowException) as error:
            raise damaged(f"{release.where}/{entry['path']}", first_line(error)) from None
        parts.append(without_nulls(found, release.where, entry["path"]))
    return pa.concat_tables(parts, promote_options="default") if parts else pa.table({})


def _column(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    """A column in one piece; one that the table does not have is empty in all rows."""
    if name not in table.column_names:
        return pa.nulls(len(table), kind) if not pa.types.is_list(kind) else pa.array([[]] * len(table), kind)
    column = table[name]
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _codes(column: pa.Array) -> tuple[np.ndarray, list[str]]:
    """A column of words as numbers into its distinct values, -1 where it says nothing."""
    coded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    return to_numpy(coded.indices).astype(np.int64), coded.dictionary.to_pylist()


def _confidence(table: pa.Table, name: str) -> np.ndarray:
    """A column of shares, NaN where none is given."""
    return np.array(_column(table, name, pa.float64()).cast(pa.float64()).fill_null(float("nan")))


def _rows_of(release: Release, layer: str, ids: pa.Array) -> tuple[_Rows, np.ndarray]:
    """The rows of a layer in the order of the release, and the cue of each as a number, -1 for none."""
    quoted = layer == "quotations"
    kind = "type" if layer == "entities" else "kind"
    own = ("fragments", "speaker_confidence", "cue_text") if quoted else ("start", "end")
    table = _read(release, layer, ("article", "index", kind, "confidence", *own), ("article", kind))
    articles = _column(table, "article", pa.string())
    if pa.types.is_dictionary(articles.type):
        article = index_of(articles.dictionary, ids)[to_numpy(articles.indices)]
    else:
        article = index_of(articles, ids)
    confidence = _confidence(table, "confidence")
    doubt, speaker = 1 - confidence, np.zeros(len(table), bool)
    cue = np.full(len(table), -1)
    if quoted:
        of_speaker = 1 - _confidence(table, "speaker_confidence")
        of_speaker[np.isnan(of_speaker)] = _NO_SPEAKER
        speaker = of_speaker > doubt
        doubt = doubt + confidence * of_speaker
        cue = _codes(_column(table, "cue_text", pa.string()))[0]
        start, end = _extents(_column(table, "fragments", _FRAGMENTS))
    else:
        start, end = (to_numpy(_column(table, name, pa.int32())).astype(np.int64) for name in ("start", "end"))
    index = to_numpy(_column(table, "index", pa.int32())).astype(np.int64)
    codes, kinds = _codes(_column(table, kind, pa.string()))
    # without a confidence nothing is known, or a person annotated it
    return _Rows(article, index, start, end, np.nan_to_num(doubt), speaker, codes, kinds), cue


_FRAGMENTS = pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32())]))


def _extents(lists: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Where the first fragment of each quotation begins, and where its last one ends."""
    last = np.cumsum(sizes(lists)) - 1
    first = last - sizes(lists) + 1
    inside = lists.flatten()
    starts, ends = (to_numpy(inside.field(name)).astype(np.int64) for name in ("start", "end"))
    return starts[first], ends[last]


def _features(articles: pa.Table, rows: _Rows, cues: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """What articles are held against each other by, a line for each, and what each difference counts of 1.

    The first is the story, which counts nothing: articles of one are near (``Pool.distances``). Then source,
    publication, topic and the most frequent cue, which differ or not; the shares of the kinds of spans; the logarithms
    of the number of spans and of words.
    """
    named = [
        _codes(_column(articles, name, pa.string()))[0] for name in ("story", "source", "publication", "main_topic")
    ]
    named[0] = np.where(named[0] < 0, -1 - np.arange(count), named[0])  # one without a story is one of its own
    categories, weights = [*named, _most_frequent(rows.article, cues, count)], [0.0, 1.0, 1.0, 1.0, 1.0]
    spans = np.bincount(rows.article, minlength=count)
    numbers: list[np.ndarray] = []
    for code in range(len(rows.kinds)):
        numbers.append(np.bincount(rows.article[rows.kind == code], minlength=count) / np.maximum(spans, 1))
        weights.append(1.0)
    words = to_numpy(_column(articles, "word_count", pa.int32()), 0)
    numbers += [np.log1p(spans), np.log1p(words)]
    weights += [1.0, 1.0]
    kinds = 2.0  # two articles differ by at most 2 in the shares of kinds
    total = 4.0 + kinds + 2.0
    return np.stack([*map(np.asarray, categories), *numbers], 1).astype(np.float64), np.array(weights) / total


def _most_frequent(article: np.ndarray, code: np.ndarray, count: int) -> np.ndarray:
    """The code that most rows of each article have, the smallest of several; -1 where none has any."""
    found = np.full(count, -1)
    if (known := code >= 0).any():
        width = int(code.max()) + 1
        keys, times = np.unique(article[known] * width + code[known], return_counts=True)
        order = np.lexsort((keys, -times))[::-1]  # what is written last stays
        found[keys[order] // width] = keys[order] % width
    return found


@dataclass(slots=True)
class Corrected:
    """Which articles of a pool were corrected in its layer, by number.

    ``settled`` are those with a settled file, or gold in the release; ``by`` those that each annotator signed, settled
    or not. ``unfinished`` are gold files that nobody has signed or settled yet, or that cannot be read: they do not
    count.
    """

    settled: set[int] = field(default_factory=set)
    by: dict[str, set[int]] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)

    def numbers(self, annotator: str = "") -> set[int]:
        """Those that an annotator is not asked for: the settled, and their own; those of all where none is named."""
        own = [of for name, of in self.by.items() if not annotator or gold.is_same_person(name, annotator)]
        return self.settled.union(*own)

    def counts(self) -> list[tuple[str, int]]:
        """How many each annotator corrected, the most first."""
        return sorted(((name, len(numbers)) for name, numbers in self.by.items()), key=lambda one: (-one[1], one[0]))


def corrected(root: Path | None, pool: Pool) -> Corrected:
    """What was corrected of a pool: by the gold files of a corpus folder, and by the release itself."""
    found = Corrected(set(map(int, np.flatnonzero(pool.gold))))
    known: dict[str, str] = {}  # how a person is written first
    for settled, files in gold_by_record(_gold_files(root) if root is not None else ()).items():
        number = pool.gold_files.get(settled)
        if number is None or root is None:
            continue
        for path in files:
            status = (root / path).stat()
            signed = _signed(root, path, status.st_mtime_ns, status.st_size)
            if signed is None:
                found.unfinished.append(path)
            elif pool.layer in signed[1]:
                found.by.setdefault(known.setdefault(gold.person_of(signed[0]), signed[0]), set()).add(number)
                if path == settled:
                    found.settled.add(number)
    found.unfinished.sort()
    return found


def _gold_files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root / "raw"):
        folders[:] = [name for name in folders if not name.startswith(".")]
        shown = Path(folder).relative_to(root).as_posix()
        yield from (f"{shown}/{name}" for name in names if name.endswith(GOLD))


@lru_cache(100_000)
def _signed(root: Path, path: str, _changed: int, _size: int) -> tuple[str, frozenset[str]] | None:
    """Who signed a gold file and the layers in it; None where it is no gold yet."""
    try:
        values: dict[str, Any] = json.loads(gold.content_of(root, path))
        name, layers = " ".join(str(values["annotator"]).split()), frozenset(values) & frozenset(gold.GOLD_LAYERS)
        open_marks = any("unsettled" in one for layer in layers for one in values[layer] if isinstance(one, dict))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return (name, layers) if gold.is_signature(name) and not open_marks else None


def queue(pool: Pool, done: Collection[int], limit: int) -> list[Waiting]:
    """At most so many articles of a pool to correct next, without those that were corrected (``done``).

    Articles in which nothing is doubted do not wait. The same release and corrections give the same queue; of articles
    that are worth the same the first in the release comes first.
    """
    before = np.fromiter(sorted(done), np.int64, len(done))
    wanted = np.flatnonzero(pool.expected > 0)
    wanted = wanted[~np.isin(wanted, before)]
    known = np.concatenate([pool.features[before], np.empty((min(limit, len(wanted)), pool.features.shape[1]))])
    count = len(before)
    heap = [(-float(pool.expected[number]), int(number)) for number in wanted]
    heapify(heap)
    nearest: dict[int, tuple[float, int]] = {}  # how far, and how many of those before were looked at
    found: list[Waiting] = []
    while heap and len(found) < limit:
        _, number = heap[0]
        distance, seen = nearest.get(number, (1.0, 0))
        if seen < count:
            distance = min(distance, float(pool.distances(number, known[seen:count]).min()))
            nearest[number] = distance, count
            heapreplace(heap, (-float(pool.expected[number]) * distance**_POWER, number))
            continue
        heappop(heap)
        known[count] = pool.features[number]
        count += 1
        spans, doubtful = pool.doubtful(number)
        errors = round(float(pool.expected[number]), 2)
        found.append(Waiting(pool.ids[number].as_py(), number, errors, round(distance, 3), spans, doubtful))
    return found


def in_words(articles: Articles, waiting: Sequence[Waiting]) -> list[list[str]]:
    """For each article of a queue the words of its most doubtful spans."""
    at = index_of(string_array([one.article for one in waiting]), articles.ids)
    texts = articles.texts(at)
    return [
        [texts[int(number)][span.start : span.end] for span in one.doubtful]
        for number, one in zip(at, waiting, strict=True)
    ]


COLUMNS = ("article", "errors", "distance", "spans", "start", "end", "kind", "of", "doubt", "words")
"""The columns of a queue as a table, which has a line for each of its doubtful spans."""


def lines(waiting: Sequence[Waiting], words: Sequence[Sequence[str]]) -> Iterator[tuple[Any, ...]]:
    """The lines of a queue as a table, with the words that ``in_words`` gives."""
    for one, those in zip(waiting, words, strict=True):
        for span, shown in zip(one.doubtful, those, strict=True):
            yield (*one[:1], *one[2:5], span.start, span.end, span.kind, span.of, span.doubt, shown)
