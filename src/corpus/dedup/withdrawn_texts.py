"""Sketches of withdrawn texts, by which they are recognised when they come back with other words.

A sketch is a set of hashes of sequences of three words, without the title (``sketch``). A text is the withdrawn one
where ``ALIKE`` of the sketch stands in it, whatever else does: a reprint with an introduction, a caption, a sentence
more. A shorter text is where ``PART`` of the sketch stands in it and makes up ``ALIKE`` of it. Of a tenth of other
words each breaks three sequences at most, so that .68 of a text of 40 words are left and .7 of a longer one; .5 leaves
room for another title and a sentence less beside it.

Measured by scripts/bench/withdrawn_jobs.py on 1,632 French articles of agencies, newspapers and Wikinews, each with
other words twice: 1.0000 were known again with a tenth of their words replaced, deleted or inserted, at random places
or in a block, cut to 40 to 100 words or whole; .998 of the short ones with a sentence less, .988 with a tenth as well.
Of 2,661,792 pairs (as many as 36,000 articles make with 74 withdrawn ones) 131 were refused that stories do not link:
three tell one event twice, 128 are instalments of series that repeat their paragraphs (stages of a race, rounds of a
contest, earthquakes). Such an instalment is let in by ``corpus withdraw ID --keep ID``. Nothing else was refused.

A text is compared with all sketches at once, its sequences at hand: in 2 microseconds with one to ten withdrawn texts,
in 14 with 300. A build takes some 230 for an article without layers, 40,000 with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from corpus.dedup.partitioned import changes, counted, runs
from corpus.dedup.shingles import Shingles, compared_text, shingles
from corpus.model.article import Paragraph

SKETCHED = 256
"""Shingles in a sketch at most: those with the smallest hashes, so that a longer text is sampled and no word chosen."""

ALIKE = 0.5
"""Share of the sequences of three words of the one that stand in the other, from which a text is the withdrawn one."""
PART = 0.25
"""A shorter text is the withdrawn one where it holds this share of it, and ``ALIKE`` of its own stands there."""
FEW = 24
"""A withdrawn text of fewer sequences of three words has to be ``ALIKE`` both ways: chance may repeat so few."""
LISTED = 0.3
"""As ``ALIKE``, for the records that whoever withdraws one is asked about."""
PASSAGE = 8
"""As ``PART``, for those records, in sequences: a paragraph of a long article may be most of a brief."""

_ROLES = frozenset({"standfirst", "body"})
_SIZE = 4 * SKETCHED
_TABLE = 26
_SPARSE = 64
_OWNERS = 16


class Match(NamedTuple):
    """A text that is like a withdrawn one: its number among those given, the owner of the sketch, and how much."""

    text: int
    owner: str
    share: float


def sketch(text: str, paragraphs: Iterable[Paragraph]) -> bytes:
    """What is remembered of an article's text, always of the same length; empty for one without words.

    The title is no part of it where the body alone is long enough: it is what changes first.
    """
    parts = list(paragraphs)
    body = "\n".join(text[start:end] for start, end, role in parts if role in _ROLES)
    found = _smallest(body)
    if len(found) < FEW:
        found = _smallest(compared_text(text, parts))
    content = found.astype("<u4").tobytes()
    return len(found).to_bytes(2, "big") + content.ljust(_SIZE, b"\0") if len(found) else b""


def _smallest(text: str) -> np.ndarray:
    return np.unique(_short(shingles([text]).values))[:SKETCHED]


def _short(values: np.ndarray) -> np.ndarray:
    """The upper halves of the hashes of shingles."""
    return (values >> np.uint64(32)).astype(np.uint32)


class WithdrawnTexts:
    """Sketches of withdrawn texts with the ids of their records; texts are compared with all of them at once.

    A text is first looked up shingle by shingle in a small table of bits: most share next to none.
    """

    def __init__(self, sketches: Sequence[tuple[str, bytes]], *, listing: bool = False) -> None:
        """``listing`` asks for all that is somewhat like one of them (``LISTED``), not only what is refused."""
        self._alike = LISTED if listing else ALIKE
        self._owners = [owner for owner, _ in sketches]
        sets = [np.frombuffer(one, "<u4", int.from_bytes(one[:2], "big"), 2) for _, one in sketches]
        self._last = np.array([one[-1] if len(one) == SKETCHED else 2**32 - 1 for one in sets], np.uint32)
        hashes = np.concatenate([np.empty(0, np.uint32), *sets])
        order = np.argsort(hashes, kind="stable")
        hashes = hashes[order]
        kept = np.arange(len(hashes)) - np.searchsorted(hashes, hashes) < _OWNERS
        self._hashes = hashes[kept]
        self._owner_of = np.repeat(np.arange(len(sets)), [len(one) for one in sets])[order][kept]
        self._sizes = np.bincount(self._owner_of, minlength=len(sets))
        self._least = np.maximum(self._sizes * min(PART, self._alike), 1)
        if listing:
            self._least = np.minimum(self._least, PASSAGE)
        bits = min(max(len(hashes) * _SPARSE, 2**12).bit_length(), _TABLE)
        self._shift = np.uint64(64 - bits)
        self._table = np.zeros(1 << bits, bool)
        self._table[self._hashes >> np.uint32(32 - bits)] = True

    def __bool__(self) -> bool:
        return bool(self._owners)

    def matches(self, given: Shingles) -> list[Match]:
        """The texts, given as their shingles, that are like withdrawn ones; of each the likest comes first."""
        if not self._owners or not len(given.values):
            return []
        at = np.flatnonzero(self._table.take(given.values >> self._shift))
        wanted = np.searchsorted(given.ends, at, "right").astype(np.uint64) << np.uint64(32)
        wanted |= given.values[at] >> np.uint64(32)
        wanted.sort()  # a shingle that a text repeats counts once
        wanted = wanted[changes(wanted)]
        texts, short = (wanted >> np.uint64(32)).astype(np.int64), wanted.astype(np.uint32)
        first = np.searchsorted(self._hashes, short, "left")
        counts = np.searchsorted(self._hashes, short, "right") - first
        places = np.repeat(first, counts) + counted(counts)
        pairs = np.repeat(texts, counts) * len(self._owners) + self._owner_of[places]
        pairs.sort()
        begins, shared = runs(pairs)
        pairs = pairs[begins]
        enough = shared >= self._least[pairs % len(self._owners)]
        found = []
        for pair, count in zip(pairs[enough].tolist(), shared[enough].tolist(), strict=True):
            text, owner = divmod(pair, len(self._owners))
            if share := self._share(given, text, owner, count):
                found.append(Match(text, self._owners[owner], share))
        return sorted(found, key=lambda one: (one.text, -one.share, one.owner))

    def _share(self, given: Shingles, text: int, owner: int, shared: int) -> float:
        """How much of the one stands in the other, 0 where they are not alike; most of what is asked is not."""
        covered = shared / int(self._sizes[owner])
        few = int(self._sizes[owner]) < FEW
        if covered >= self._alike and not few:
            return covered
        start = int(given.ends[text - 1]) if text else 0
        own = np.unique(_short(given.values[start : int(given.ends[text])]))
        share = shared / int(np.count_nonzero(own <= self._last[owner]))
        enough = share >= self._alike and (covered >= self._alike or not few)
        return max(covered, share) if enough else 0.0
