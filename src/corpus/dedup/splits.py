"""Which split a story falls into, for ever.

A hash of the id of a story's first article draws its split. Of many stories the hash alone makes the shares. Of few it
misses them (54 articles fell 47, 2 and 5): below ``FEW`` stories, one that the hash puts where no room is left goes
where most room is. Nothing jumps at ``FEW``: there the hash is within a point of the shares, so that few stories are
moved, and those that have a split by then keep it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

FEW = 2000
"""Stories, from which on the hash alone draws."""

NO_GOLD, ANY_SPLIT = -2, -1
"""Stand for the split of an article that nobody annotated, and of one whose gold asks for none."""

Splits = tuple[tuple[str, float], ...]
"""Names of splits with shares that sum to 1."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws the splits of new stories.

    ``ids`` gives the ids of the articles at some positions; ``gold`` (int8) says which articles a person annotated: the
    split that they are to be in, ``ANY_SPLIT`` for no matter which, ``NO_GOLD`` for those that nobody annotated.
    A split is the number of its name in ``splits``; a higher number is one that history knows and corpus.toml does not.
    """

    ids: Callable[[np.ndarray], Iterable[str]]
    gold: np.ndarray
    splits: Splits

    def __call__(
        self, alone: np.ndarray, groups: Sequence[Sequence[int]], story: np.ndarray, split: np.ndarray
    ) -> np.ndarray:
        """The splits (int8) of new stories: of the one article at each position in ``alone``, then of ``groups``.

        ``story`` and ``split`` are those of all articles by position, negative where they have none yet. The first of
        a group draws for it.

        Of few stories, those with gold are placed before the others, the large before the small, then in the order of
        their hashes: one with gold where gold is most behind its share, another where its hash puts it; and each where
        most room is, should it not fit. So no split of a first build is further from its share than its largest story
        makes it. The last with gold, as many as there are splits without any, go there whether they fit or not.

        Before all others, and of many stories too, those go where gold asks for; of a story whose articles ask for
        several splits, the last of these in the order of ``splits``.
        """
        first = np.concatenate([alone, np.array([group[0] for group in groups], np.int64)])
        named = np.zeros(int(story.max(initial=-1)) + 1, bool)
        named[story[story >= 0]] = True
        points = map(_point, self.ids(first))
        asked = np.array([*self.gold[alone], *(self.gold[group].max() for group in groups)], np.int8)
        if len(first) + np.count_nonzero(named) >= FEW:
            drawn = np.fromiter((_drawn(point, self.splits) for point in points), np.int8, len(first))
            return np.where(asked >= 0, asked, drawn)
        point = np.array(list(points), np.float64)
        articles = np.array([1] * len(alone) + [len(group) for group in groups], np.int64)
        has_gold = self.gold != NO_GOLD
        gold = np.array([*has_gold[alone], *(np.count_nonzero(has_gold[group]) for group in groups)], np.int64)
        room, room_of_gold = self._room(split, articles), self._room(split[has_gold], gold)
        without_gold = set(room).difference(split[has_gold].tolist())
        found = np.zeros(len(first), np.int8)
        with_gold = np.count_nonzero(gold)
        for place, new in enumerate(np.lexsort((point, -articles, gold == 0, asked < 0)).tolist()):
            fitting = [one for one in room if room[one] >= articles[new]]
            own = _drawn(point[new], self.splits)
            if asked[new] >= 0:
                chosen = int(asked[new])
            elif place < with_gold <= place + len(without_gold):
                chosen = max(without_gold, key=lambda one: (room_of_gold[one], room[one], -one))
            elif gold[new] and fitting:
                chosen = max(fitting, key=room_of_gold.__getitem__)
            else:
                chosen = own if own in fitting else max(room, key=room.__getitem__)
            found[new] = chosen
            room[chosen] = room.get(chosen, 0) - int(articles[new])
            room_of_gold[chosen] = room_of_gold.get(chosen, 0) - int(gold[new])
            if gold[new]:
                without_gold.discard(chosen)
        return found

    def _room(self, split: np.ndarray, new: np.ndarray) -> dict[int, int]:
        """How many articles each split lacks of its share, by largest remainder, once the new ones are there."""
        there = {one: int(np.count_nonzero(split == one)) for one, (_, share) in enumerate(self.splits) if share}
        total = int(new.sum()) + sum(there.values())
        shares = {one: self.splits[one][1] * total for one in there}
        room = {one: int(share) for one, share in shares.items()}
        by_remainder = sorted(shares, key=lambda one: room[one] - shares[one])
        for one in by_remainder[: total - sum(room.values())]:
            room[one] += 1
        return {one: many - there[one] for one, many in room.items()}


def _point(story: str) -> float:
    """The hash of an id as a number from 0 to 1."""
    digest = hashlib.blake2b(story.encode(), digest_size=8, person=b"split").digest()
    return int.from_bytes(digest, "big") / 2**64


def _drawn(point: float, splits: Splits) -> int:
    """The split that has a point, where each takes its share of 0 to 1 in their order."""
    for split, (_, share) in enumerate(splits):
        if point < share:
            return split
        point -= share
    return max(split for split, (_, share) in enumerate(splits) if share)
