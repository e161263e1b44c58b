"""Which articles hold most of another one: an exact join of all sets of shingles, without any MinHash.

All pairs with a share of ``SHARE`` or more are found (``comparison``), and so all with a Jaccard similarity of as much,
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

A preview need not be exact. Of a **sample** of the shingles (every fourth by its number, the same in all articles) this
takes a fifth of the time: y may then lack as much of the sample as leaves out one pair of a thousand by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from corpus.dedup.comparison import Overlap, is_sampled, may_lack, overlap
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
    counted,
    load_array,
    packed,
    partitioned,
    runs,
    save_array,
    stretches,
    unpacked,
)
from corpus.dedup.shingles import mixed
from corpus.dedup.spill import NO_ONE, Piece, SpilledShingles, read_shingles
from corpus.files import paths
from corpus.files.deletion import remove_file
from corpus.files.paths import Location
from corpus.files.scratch import local_copy

SETTLED = np.uint32(1 << 31)
"""Added to the group of an article that is not to be compared with others that have it added."""

_BITS = 1024
_MOST_OFTEN = np.uint64((1 << 20) - 1)
_CHOSEN = np.uint32(1 << 31)
"""Added to the size of the set in a class that an article chose."""
_SMALL = 32
"""Classes of more articles are those for which ``most`` counts."""
_MANY = 256
"""Classes of more articles are gone through one by one, unless ``most`` is given."""
_TOGETHER = 1 << 16
"""Pairs that are looked at at once."""
_PIECE = 1 << 21
"""Shingles that a worker reads for one file of rows."""
_LISTED = np.dtype([("listed", "u8")])
_CLASS = np.dtype([("key", "u8"), ("article", "u4"), ("size", "u4")])
_PAIR = np.dtype([("key", "u8"), ("pair", "u8")])


class Overlaps:
    """What articles share with others, prepared: ``pairs`` can be asked for more than one way to group them.

    4 bytes an article are in memory; files of rows, and 128 bytes an article, lie in the folder of the workers.
    """

    def __init__(self, workers: Workers, sets: SpilledShingles, *, sampled: bool = False) -> None:
        """Where ``sampled``, few pairs may be missed of those that only just share enough (see the module)."""
        self._workers, self._sets, self._sampled = workers, sets, sampled
        self._name = name = "sampled" if sampled else "all"
        self._asked = 0
        folder = workers.folder
        self._sketches = folder / f"{name}-sketches.bin"
        self._owners_file = folder / f"{name}-owners.npy"
        self._meetings: list[Location] = []
        self._owners = np.empty(0, np.uint32)
        sizes = list(workers.run(_size, sets.pieces))
        if not sum(sizes):
            return
        tasks = list(_tasks(sets.pieces, sizes))
        rows = sum(sizes) // 4 if sampled else sum(sizes)
        shingles = buckets_for(f"{name}-shingles", rows)
        owners = [_owners(task) for task in tasks]
        self._owners = np.concatenate(owners)
        firsts = np.cumsum([0, *map(len, owners)]).tolist()
        save_array(self._owners_file, self._owners)
        lists = partial(_lists, self._owners_file, firsts)
        asked = ask(workers, shingles, tasks, partial(_postings, sampled=sampled), lists)
        given = [_Task(one, first, len(some)) for one, first, some in zip(asked, firsts, owners, strict=False)]
        classes = buckets_for(f"{name}-classes", rows // 4, _CLASS)
        rows_of = partial(_classes, folder, shingles, sampled=sampled)
        found = partitioned(workers, classes, given, rows_of, partial(_meetings, folder, name), order=by_key)
        self._meetings = [file for file in found if file is not None]
        with paths.written(self._sketches) as local, local.open("wb") as sink:
            for number in range(len(given)):
                file = _sketches_of(folder, shingles, number)
                sink.write(load_array(file).data)
                remove_file(file)

    def pairs(self, groups: np.ndarray, most: int = 0) -> Overlap:
        """All pairs of articles of different groups that share ``SHARE`` of the shorter one, and some more.

        ``groups`` (uint32, below ``SETTLED``) has one for each article, ``NO_ONE`` for those left out. Where ``most``
        is given, an article is compared with the first so many of a class of more than 32 articles, of those in the
        largest group with the first so many outside of it: pairs are left out then that share nothing rarer.
        """
        self._asked += 1
        file = self._workers.folder / f"{self._name}-groups-{self._asked}.npy"
        save_array(file, groups[self._owners])
        buckets = buckets_for("pairs", len(self._owners), _PAIR)
        meet = partial(_meet, file, self._owners_file, self._sketches, most, sampled=self._sampled)
        found = list(partitioned(self._workers, buckets, self._meetings, meet, _pairs_of, order=by_key))
        first, second = unpacked(np.concatenate([np.empty(0, np.uint64), *found]))
        one, other = self._owners[first], self._owners[second]
        return overlap(self._workers, self._sets, one, other, sampled=self._sampled)


class _Task(NamedTuple):
    """A file of shingles that was answered; its articles are numbered from ``first`` on."""

    asked: Asked
    first: int
    articles: int


def _size(piece: Piece) -> int:
    """How many shingles stand in a file."""
    return len(read_shingles(piece.file).values)


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


def _postings(pieces: Sequence[Piece], *, sampled: bool) -> Iterator[np.ndarray]:
    """The shingles of the articles of some files, which are numbered from 0 on."""
    first = 0
    for piece in pieces:
        for owners, sets in piece.blocks(is_sampled if sampled else None):
            rows = np.empty(len(sets.values), POSTING)
            rows["key"] = sets.values
            rows["owner"] = np.repeat(np.arange(first, first + len(owners), dtype=np.uint32), sets.lengths)
            first += len(owners)
            yield rows


def _lists(owners_file: Location, firsts: Sequence[int], key: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """For each shingle of a bucket a number for the articles that have it, lower for fewer; 0 where it is one.

    Shingles that share a cell of a table count as one, which makes pairs meet that need not. The number is made of the
    owners of the sets, not of where they lie in files: which pairs meet is then the same however files are cut.
    """
    owners = load_array(owners_file, mapped=True)
    place = np.array(firsts)[(owner >> np.uint64(32)).astype(np.int64)] + (owner & np.uint64(0xFFFFFFFF)).astype(
        np.int64
    )
    owner = owners[place].astype(np.uint64)
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


def _sketches_of(folder: Location, shingles: Buckets, number: int) -> Location:
    return folder / f"{shingles.name}-sketches-{number:07}.npy"


def _classes(folder: Location, shingles: Buckets, task: _Task, *, sampled: bool) -> Iterator[np.ndarray]:
    """The classes of articles; the sketches of their sets are written on the way."""
    rows, found = answers(folder, shingles, task.asked, _LISTED)
    sizes = np.bincount(rows["owner"], minlength=task.articles)
    bits = np.zeros((task.articles, _BITS), bool)
    bits[rows["owner"], (rows["key"] & np.uint64(_BITS - 1)).view(np.int64)] = True
    save_array(_sketches_of(folder, shingles, task.asked.at), np.packbits(bits, axis=1))
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
    lacking = may_lack(sizes, sampled=sampled)
    made = np.empty(len(begins), _CLASS)
    made["key"] = mixed(listed[begins])
    made["article"] = task.first + owner
    # of what is there more than once, so much may be lacking; below 0 the article is in no other
    made["size"] = sizes[owner] + np.where(before <= (total - sizes + lacking)[owner], int(_CHOSEN), 0)
    yield made


def _meetings(folder: Location, name: str, bucket: int, rows: np.ndarray) -> Location | None:
    """A file of the classes that an article chose and another has; None where there is none."""
    begins, lengths = runs(rows["key"])
    chosen = np.add.reduceat(rows["size"] >= _CHOSEN, begins, dtype=np.int64) if len(begins) else lengths
    rows = rows[np.repeat((chosen > 0) & (lengths > 1), lengths)]
    if not len(rows):
        return None
    file = folder / f"{name}-meetings-{bucket:05}.npy"
    save_array(file, rows)
    return file


def _meet(
    groups_file: Location,
    owners_file: Location,
    sketches_file: Location,
    most: int,
    meetings: Location,
    *,
    sampled: bool,
) -> Iterator[np.ndarray]:
    """Pairs of articles of different groups of which the first chose a class that the second has, and may be held."""
    groups, owners = load_array(groups_file, mapped=True), load_array(owners_file, mapped=True)
    sketches = np.memmap(local_copy(sketches_file), np.uint64, "r").view(np.ndarray).reshape(-1, _BITS // 64)
    rows = load_array(meetings)
    group = groups[rows["article"]]
    rows, group = rows[group != NO_ONE], group[group != NO_ONE]
    order = np.lexsort((owners[rows["article"]], group % SETTLED, rows["key"]))
    rows, group = rows[order], group[order]
    begins, lengths = runs(rows["key"])
    article, chosen, size = rows["article"], rows["size"] >= _CHOSEN, (rows["size"] & ~_CHOSEN).astype(np.int64)
    lacking = may_lack(size, sampled=sampled)
    compared = np.flatnonzero(chosen & (np.repeat(lengths <= _MANY, lengths) | (most > 0)))
    for first, count in _others(group, begins, lengths, most):
        for left, right in _expanded(compared, first[compared], count[compared]):
            kept = np.flatnonzero((size[left] <= size[right]) & _apart(group[left], group[right]))
            one, other = left[kept], right[kept]
            room = lacking[one]
            for words in (slice(_BITS // 128), slice(_BITS // 128, None)):  # half of the sketch rules out most
                lacks = sketches[article[one], words] & ~sketches[article[other], words]
                room = room - np.einsum("ij->i", np.bitwise_count(lacks).astype(np.uint16))
                near = room >= 0
                one, other, room = one[near], other[near], room[near]
            yield _met(article[one], article[other])
    many = (lengths > _MANY) & (most == 0)
    for begin, length in zip(begins[many].tolist(), lengths[many].tolist(), strict=True):
        some = slice(begin, begin + length)
        yield from _meet_many(article[some], np.where(chosen, lacking, -1)[some], size[some], group[some], sketches)


def _others(
    group: np.ndarray, begins: np.ndarray, lengths: np.ndarray, most: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Two stretches of rows that each row is compared with, as ``Overlaps.pairs`` says: where they begin, how long."""
    changed = changes(group % SETTLED)
    changed[begins] = True
    own = np.flatnonzero(changed)
    sizes = np.diff(own, append=len(group))
    if not len(own):
        return
    largest = np.maximum.reduceat(sizes << 32 | len(own) - np.arange(len(own)), np.searchsorted(own, begins))
    largest = len(own) - (largest & (1 << 32) - 1)
    start, end = own[largest], (own + sizes)[largest]
    limit = np.where((lengths <= _SMALL) | (most == 0), lengths, most)
    before = np.minimum(start - begins, limit)
    after = np.minimum(begins + lengths - end, limit - before)
    run, row = np.repeat(np.arange(len(begins)), lengths), np.arange(len(group))
    inside = (row >= start[run]) & (row < end[run])
    yield begins[run], np.where(inside, before[run], np.minimum(lengths, limit)[run])
    yield end[run], np.where(inside, after[run], 0)


def _meet_many(
    article: np.ndarray, lacking: np.ndarray, size: np.ndarray, group: np.ndarray, sketches: np.ndarray
) -> Iterator[np.ndarray]:
    """The same of a class that many articles have, in the order of groups; nothing is done within the largest one."""
    sketch = np.ascontiguousarray(sketches[article].T)
    without = ~sketch
    starts, sizes = runs(group % SETTLED)
    largest = int(np.argmax(sizes))
    inside = np.zeros(len(article), bool)
    inside[starts[largest] : starts[largest] + sizes[largest]] = True
    chosen = lacking >= 0
    for one, others in ((inside & chosen, np.flatnonzero(~inside)), (~inside & chosen, np.arange(len(article)))):
        at, step = np.flatnonzero(one), max(1, _TOGETHER // max(len(others), 1))
        for some in (at[start : start + step] for start in range(0, len(at), step)):
            lacks = np.zeros((len(some), len(others)), np.uint16)
            for word in range(_BITS // 128):  # half of the sketch rules out most
                lacks += np.bitwise_count(sketch[word][some][:, None] & without[word][others])
            near = (lacks <= lacking[some, None]) & _apart(group[some, None], group[None, others])
            left, right = np.nonzero(near)
            left, right = some[left], others[right]
            all_lacks = np.bitwise_count(sketch[:, left] & without[:, right]).sum(axis=0, dtype=np.int64)
            near = (all_lacks <= lacking[left]) & (size[left] <= size[right])
            yield _met(article[left[near]], article[right[near]])


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
    for start, end in stretches(counts, _TOGETHER):
        some = counts[start:end]
        yield np.repeat(left[start:end], some), np.repeat(begins[start:end], some) + counted(some)
