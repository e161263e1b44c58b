"""Which articles hold most of another one: an exact join of all sets of shingles, without any MinHash.

The **shorter** of two articles is the one with the smaller set; the **share** is what the longer has of the shorter
one's shingles. All pairs with a share of ``SHARE`` or more are found, and so all with a Jaccard similarity of as much,
which is never above the share.

How: of a set x, the longer one y lacks at most |x| - ``SHARE`` |x| shingles. What stands in one article only is lacking
in any case, so that most articles are ruled out at once. Shingles that stand in the same articles (those of a
sentence that all of them print) are a **class**: y has all of it or nothing. So y has one at least of the rarest
classes of x that hold more shingles than may be lacking (prefix filtering on one side: Bayardo, Ma, Srikant 2007).
Each step is a join by buckets (``partitioned``):

1. by shingle: how many articles have it, and a number that stands for which; the answers go back to each article;
2. by class: the articles that chose a class, as one of their rarest, meet all that have it;
3. pairs that meet and are of different groups are compared by a sketch of their sets first, a bit for each of 1,024
   stretches of the numbers: what x has and y has not is no fewer shingles than bits. What is left is compared in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from corpus.dedup.partitioned import (
    POSTING,
    Asked,
    Buckets,
    Workers,
    answers,
    ask,
    buckets_for,
    by_key,
    changes,
    packed,
    partitioned,
    runs,
    unpacked,
    whole_file,
)
from corpus.dedup.shingles import mixed
from corpus.dedup.spill import NO_ONE, Located, Piece, SpilledShingles, read_shingles
from corpus.files import paths
from corpus.files.deletion import remove_file
from corpus.files.paths import Location
from corpus.files.scratch import local_copy

SHARE = 0.8
"""What of the shorter one's shingles the longer has where the two belong to one story."""
WORDS = 40
"""Words that the shorter has at least, for a share to count."""
SETTLED = np.uint32(1 << 31)
"""Added to the group of an article that is not to be compared with others that have it added."""

_SLACK = 1e-6
"""What rounding may cost: 0.8 times 5 is 4."""
_BITS = 1024
_MOST_OFTEN = np.uint64((1 << 20) - 1)
_NOT_CHOSEN = np.uint32(2**32 - 1)
_SMALL = 32
"""Classes of more articles are gone through one by one."""
_TOGETHER = 1 << 18
"""Pairs that are looked at at once."""
_PIECE = 1 << 21
"""Shingles that a worker reads for one file of rows."""
_PAIRS = 512
"""Pairs that a worker compares in full at once."""

_LISTED = np.dtype([("listed", "u8")])
_CLASS = np.dtype([("key", "u8"), ("article", "u4"), ("lacking", "u4")])
_PAIR = np.dtype([("key", "u8"), ("pair", "u8")])


@dataclass(frozen=True, slots=True)
class Overlap:
    """Pairs of articles, ``first`` below ``second``, and what they share.

    ``similarity`` is Jaccard's, ``share`` that of the shorter one; ``words`` says how many the shorter one has.
    """

    first: np.ndarray
    second: np.ndarray
    similarity: np.ndarray
    share: np.ndarray
    words: np.ndarray

    def __len__(self) -> int:
        return len(self.first)

    def only(self, which: np.ndarray) -> Overlap:
        """Some of the pairs."""
        return Overlap(*(getattr(self, name)[which] for name in self.__slots__))

    @property
    def held(self) -> np.ndarray:
        """In which pairs the longer one holds the shorter."""
        found: np.ndarray = (self.share >= SHARE) & (self.words >= WORDS)
        return found


NO_PAIRS = Overlap(*np.zeros((2, 0), np.int64), *np.zeros((3, 0)))


def together(several: Iterable[Overlap]) -> Overlap:
    """The pairs of all of these, each once, in order."""
    found = [NO_PAIRS, *several]
    first, second = (np.concatenate([getattr(one, name) for one in found]) for name in ("first", "second"))
    _, which = np.unique(packed(first, second), return_index=True)
    more = (np.concatenate([getattr(one, name) for one in found])[which] for name in ("similarity", "share", "words"))
    return Overlap(first[which], second[which], *more)


def overlap(workers: Workers, sets: SpilledShingles, first: np.ndarray, second: np.ndarray) -> Overlap:
    """What pairs of articles share, exactly: each pair once, in order."""
    low, high = unpacked(np.unique(packed(np.minimum(first, second), np.maximum(first, second))))
    found = [np.zeros((3, 0)), *workers.run(_compare, _located_pairs(sets, low, high))]
    return Overlap(low, high, *np.concatenate(found, axis=1))


def _located_pairs(
    sets: SpilledShingles, first: np.ndarray, second: np.ndarray
) -> Iterator[tuple[Located, np.ndarray, np.ndarray]]:
    for start in range(0, len(first), _PAIRS):
        some = first[start : start + _PAIRS], second[start : start + _PAIRS]
        owners, numbers = np.unique(np.concatenate(some), return_inverse=True)
        left, right = np.split(numbers, 2)
        yield sets.located(owners), left, right


def _compare(given: tuple[Located, np.ndarray, np.ndarray]) -> np.ndarray:
    """Similarity, share and words of the shorter of each pair (float64, 3 x n)."""
    located, first, second = given
    shingles, words = located.sets()
    sets, sizes = list(shingles), shingles.lengths
    shared = np.zeros(len(first))
    for number, (one, other) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        both = np.concatenate([sets[one], sets[other]])
        both.sort()
        shared[number] = np.count_nonzero(both[1:] == both[:-1])
    least = np.minimum(sizes[first], sizes[second])
    together = sizes[first] + sizes[second] - shared
    shorter = np.where(sizes[first] < sizes[second], words[first], words[second])
    shorter = np.where(sizes[first] == sizes[second], np.maximum(words[first], words[second]), shorter)
    return np.stack([shared / np.maximum(together, 1), shared / np.maximum(least, 1), shorter])


class Overlaps:
    """What articles share with others, prepared: ``pairs`` can be asked for more than one way to group them.

    4 bytes an article are in memory; files of rows, and 128 bytes an article, lie in the folder of the workers.
    """

    def __init__(self, workers: Workers, sets: SpilledShingles) -> None:
        self._workers, self._sets = workers, sets
        self._asked = 0
        folder = workers.folder
        self._sketches = folder / "sketches.bin"
        self._meetings: list[Location] = []
        self._owners = np.empty(0, np.uint32)
        sizes = list(workers.run(_size, sets.pieces))
        if not sum(sizes):
            return
        tasks = list(_tasks(sets.pieces, sizes))
        shingles = buckets_for("shingles", sum(sizes))
        asked = ask(workers, shingles, tasks, _postings, _lists)
        owners = [_owners(task) for task in tasks]
        self._owners = np.concatenate(owners)
        firsts = np.cumsum([0, *map(len, owners)]).tolist()
        given = [_Task(one, first, len(some)) for one, first, some in zip(asked, firsts, owners, strict=False)]
        classes = buckets_for("classes", sum(sizes) // 4, _CLASS)
        reduce = partial(_meetings, folder)
        found = partitioned(workers, classes, given, partial(_classes, folder, shingles), reduce, order=by_key)
        self._meetings = [file for file in found if file is not None]
        with paths.written(self._sketches) as local, local.open("wb") as sink:
            for number in range(len(given)):
                file = folder / f"sketches-{number:07}.npy"
                sink.write(np.load(local_copy(file)).data)
                remove_file(file)

    def pairs(self, groups: np.ndarray, most: int = 0) -> Overlap:
        """All pairs of articles of different groups that share ``SHARE`` of the shorter one, and some more.

        ``groups`` (uint32, below ``SETTLED``) has one for each article, ``NO_ONE`` for those left out. Where ``most``
        is given, an article is compared with the first so many of a class of more than 32 articles, of those in the
        largest group with the first so many outside of it: pairs are left out then that share nothing rarer.
        """
        self._asked += 1
        file = self._workers.folder / f"groups-{self._asked}.npy"
        with paths.written(file) as local:
            np.save(local, groups[self._owners])
        buckets = buckets_for("pairs", len(self._owners), _PAIR)
        meet = partial(_meet, file, self._sketches, most)
        found = list(partitioned(self._workers, buckets, self._meetings, meet, _pairs_of, order=by_key))
        first, second = unpacked(np.concatenate([np.empty(0, np.uint64), *found]))
        return overlap(self._workers, self._sets, self._owners[first], self._owners[second])


class _Task(NamedTuple):
    """A file of shingles that was answered; its articles are numbered from ``first`` on."""

    asked: Asked
    first: int
    articles: int


def _size(piece: Piece) -> int:
    """How many shingles stand in a file."""
    return len(read_shingles(local_copy(piece.file)).values)


def _tasks(pieces: Iterable[Piece], sizes: Sequence[int]) -> Iterator[list[Piece]]:
    """Files, as many at once as a worker writes rows of."""
    waiting: list[Piece] = []
    rows, most = 0, max(_PIECE, sum(sizes) >> 14)
    for piece, more in zip(pieces, sizes, strict=True):
        if waiting and rows + more > most:
            yield waiting
            waiting, rows = [], 0
        waiting.append(piece)
        rows += more
    if waiting:
        yield waiting


def _owners(pieces: Sequence[Piece]) -> np.ndarray:
    """The articles of some files, in their order."""
    return np.concatenate([piece.owners[piece.owners != NO_ONE] for piece in pieces])


def _postings(pieces: Sequence[Piece]) -> Iterator[np.ndarray]:
    """The shingles of the articles of some files, which are numbered from 0 on."""
    first = 0
    for piece in pieces:
        for owners, sets in piece.blocks():
            rows = np.empty(len(sets.values), POSTING)
            rows["key"] = sets.values
            rows["owner"] = np.repeat(np.arange(first, first + len(owners), dtype=np.uint32), sets.lengths)
            first += len(owners)
            yield rows


def _lists(key: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """For each shingle of a bucket a number for the articles that have it, lower for fewer; 0 where it is one.

    Shingles that share a cell of a table count as one, which makes pairs meet that need not.
    """
    bits = max(len(key), 1).bit_length() + 1
    cell = (key & np.uint64((1 << bits) - 1)).view(np.int64)
    times = np.bincount(cell, minlength=1 << bits).astype(np.uint64)
    sums = np.zeros(1 << bits, np.uint64)
    np.add.at(sums, cell, mixed(owner))
    listed = np.minimum(times, _MOST_OFTEN) << np.uint64(44) | sums >> np.uint64(20)
    listed[times < 2] = 0
    found = np.empty(len(key), _LISTED)
    found["listed"] = listed[cell]
    return found


def _classes(folder: Location, shingles: Buckets, task: _Task) -> Iterator[np.ndarray]:
    """The classes of articles; the sketches of their sets are written on the way."""
    rows, found = answers(folder, shingles, task.asked, _LISTED)
    sizes = np.bincount(rows["owner"], minlength=task.articles)
    bits = np.zeros((task.articles, _BITS), bool)
    bits[rows["owner"], (rows["key"] & np.uint64(_BITS - 1)).view(np.int64)] = True
    with whole_file(folder / f"sketches-{task.asked.at:07}.npy") as local:
        np.save(local, np.packbits(bits, axis=1))
    several = np.flatnonzero(found["listed"])
    owner = rows["owner"][several]
    order = np.argsort(owner.astype(np.uint16) if task.articles < 1 << 16 else owner, kind="stable")
    listed, owner = found["listed"][several[order]], owner[order]
    start = 0
    for end in np.cumsum(np.bincount(owner, minlength=task.articles)).tolist():
        listed[start:end].sort()
        start = end
    begins = np.flatnonzero(changes(listed) | changes(owner))
    weights = np.diff(begins, append=len(listed))
    owner = owner[begins]
    upto = np.cumsum(weights) - weights
    total = np.bincount(owner, weights, task.articles).astype(np.int64)
    before = upto - np.repeat(upto[runs(owner)[0]], runs(owner)[1])
    lacking = sizes - np.ceil(SHARE * sizes - _SLACK).astype(np.int64)
    made = np.empty(len(begins), _CLASS)
    made["key"] = mixed(listed[begins])
    made["article"] = task.first + owner
    # of what is there more than once, so much may be lacking; below 0 the article is in no other
    made["lacking"] = np.where(before <= (total - sizes + lacking)[owner], lacking[owner], _NOT_CHOSEN)
    yield made


def _meetings(folder: Location, bucket: int, rows: np.ndarray) -> Location | None:
    """A file of the classes that an article chose and another has; None where there is none."""
    begins, lengths = runs(rows["key"])
    chosen = np.add.reduceat(rows["lacking"] != _NOT_CHOSEN, begins, dtype=np.int64) if len(begins) else lengths
    rows = rows[np.repeat((chosen > 0) & (lengths > 1), lengths)]
    if not len(rows):
        return None
    file = folder / f"meetings-{bucket:05}.npy"
    with whole_file(file) as local:
        np.save(local, rows, allow_pickle=False)
    return file


def _meet(groups_file: Location, sketches_file: Location, most: int, meetings: Location) -> Iterator[np.ndarray]:
    """Pairs of articles of different groups of which the first chose a class that the second has, and may be held."""
    groups = np.load(local_copy(groups_file), mmap_mode="r")
    sketches = np.memmap(local_copy(sketches_file), np.uint64, "r").reshape(-1, _BITS // 64)
    rows = np.load(local_copy(meetings))
    group = groups[rows["article"]]
    rows, group = rows[group != NO_ONE], group[group != NO_ONE]
    order = np.lexsort((rows["article"], group % SETTLED, rows["key"]))
    rows, group = rows[order], group[order]
    begins, lengths = runs(rows["key"])
    small = np.repeat(lengths <= _SMALL, lengths)
    left = np.flatnonzero(small & (rows["lacking"] != _NOT_CHOSEN))
    first, count = np.repeat(begins, lengths)[left], np.repeat(lengths, lengths)[left]
    for one, other in _expanded(left, first, count):
        kept = np.flatnonzero(_apart(group[one], group[other]))
        shorter, longer = rows["article"][one[kept]], rows["article"][other[kept]]
        lacking = rows["lacking"][one[kept]]
        for words in (slice(_BITS // 128), slice(_BITS // 64)):  # half of the sketch rules out most
            lacks = np.bitwise_count(sketches[shorter, words] & ~sketches[longer, words]).sum(axis=1, dtype=np.int64)
            near = lacks <= lacking
            shorter, longer, lacking = shorter[near], longer[near], lacking[near]
        yield _met(shorter, longer)
    for begin, length in zip(begins[lengths > _SMALL].tolist(), lengths[lengths > _SMALL].tolist(), strict=True):
        some = slice(begin, begin + length)
        yield from _meet_many(rows[some], group[some], sketches, most)


def _meet_many(rows: np.ndarray, group: np.ndarray, sketches: np.ndarray, most: int) -> Iterator[np.ndarray]:
    """The same of a class that many articles have, in the order of groups; nothing is done within the largest one."""
    sketch = np.ascontiguousarray(sketches[rows["article"]].T)
    lacking = ~sketch
    starts, sizes = runs(group % SETTLED)
    largest = int(np.argmax(sizes))
    inside = np.zeros(len(rows), bool)
    inside[starts[largest] : starts[largest] + sizes[largest]] = True
    chosen = rows["lacking"] != _NOT_CHOSEN
    for one, other in ((inside & chosen, ~inside), (~inside & chosen, inside | True)):
        others = np.flatnonzero(other)[: most or None]
        for some in _pieces(np.flatnonzero(one), max(1, _TOGETHER // max(len(others), 1))):
            lacks = np.zeros((len(some), len(others)), np.uint16)
            for word in range(_BITS // 128):  # half of the sketch rules out most
                lacks += np.bitwise_count(sketch[word][some][:, None] & lacking[word][others])
            near = (lacks <= rows["lacking"][some, None]) & _apart(group[some, None], group[None, others])
            left, right = np.nonzero(near)
            left, right = some[left], others[right]
            all_lacks = np.bitwise_count(sketch[:, left] & lacking[:, right]).sum(axis=0, dtype=np.int64)
            near = all_lacks <= rows["lacking"][left]
            yield _met(rows["article"][left[near]], rows["article"][right[near]])


def _pieces(given: np.ndarray, size: int) -> Iterator[np.ndarray]:
    return (given[start : start + size] for start in range(0, len(given), size))


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Which pairs of groups are to be compared."""
    found: np.ndarray = (one % SETTLED != other % SETTLED) & ((one < SETTLED) | (other < SETTLED))
    return found


def _met(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    rows = np.empty(len(one), _PAIR)
    rows["pair"] = packed(np.minimum(one, other), np.maximum(one, other))
    rows["key"] = mixed(rows["pair"].copy())
    return rows


def _pairs_of(_bucket: int, rows: np.ndarray) -> np.ndarray:
    """The pairs, each once."""
    found: np.ndarray = rows["pair"][changes(rows["key"])]
    return found


def _expanded(left: np.ndarray, begins: np.ndarray, counts: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each row of ``left`` beside each of the ``counts`` rows from ``begins`` on, many at a time."""
    left, begins, counts = left[counts > 0], begins[counts > 0], counts[counts > 0]
    upto = np.cumsum(counts)
    start = 0
    while start < len(left):
        before = int(upto[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(upto, before + _TOGETHER)))
        some = counts[start:end]
        shift = begins[start:end] - (upto[start:end] - some - before)
        yield np.repeat(left[start:end], some), np.repeat(shift, some) + np.arange(int(some.sum()))
        start = end
