"""Which split a story belongs to, for ever."""

from __future__ import annotations

import hashlib


def split_of(story: str, splits: tuple[tuple[str, float], ...]) -> str:
    """The split of a story, by a hash of its id alone.

    Adding records never moves an old one from test to train: neither order nor count nor a
    seed has a say. ``splits`` are names with shares that sum to 1.
    """
    digest = hashlib.blake2b(story.encode(), digest_size=8, person=b"split").digest()
    point = int.from_bytes(digest, "big") / 2**64
    for name, share in splits:
        if point < share:
            return name
        point -= share
    return next(name for name, share in reversed(splits) if share)
