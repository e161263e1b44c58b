"""What the tombstones of a corpus say of a record: free, the withdrawn one, or not to come in its stead."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from corpus.model.article import Article
from corpus.raw.ledgers import Tombstone, Withdrawn

TEXT = "Une halle rouvre\n\nElle avait fermé en mars."
ARTICLE = Article(
    *("a/halle", "a", "Une halle rouvre", None, None, "2023-03-01", "2023-03-01", "2023-03-01", "fr", TEXT, ()),
    *("CC0-1.0", "full", "raw/a/halle.txt", "1" * 64),
)


def tombstone(identity: str, raw_sha256: str, text: str) -> Tombstone:
    return Tombstone(identity, "2026-11-22", "person", (), raw_sha256, hashlib.sha256(text.encode()).hexdigest())


@pytest.mark.parametrize(
    ("withdrawn", "article", "holds", "rule"),
    [
        ((), ARTICLE, False, None),
        ((tombstone("a/autre", "2" * 64, "Autre"),), ARTICLE, False, None),
        ((tombstone("a/halle", "1" * 64, "Autre"),), ARTICLE, True, None),  # the bytes that it had
        ((tombstone("a/halle", "2" * 64, TEXT),), ARTICLE, True, None),  # the text that it had
        ((tombstone("a/halle", "2" * 64, "Autre"),), ARTICLE, False, "id-withdrawn"),
        ((tombstone("a/halle", "1" * 64, TEXT),), replace(ARTICLE, id="a/neuf"), False, "content-withdrawn"),
    ],
)
def test_a_record_is_free_or_withdrawn_or_refused(
    withdrawn: tuple[Tombstone, ...],
    article: Article,
    holds: bool,  # noqa: FBT001  # parametrised
    rule: str | None,
) -> None:
    found = Withdrawn(withdrawn)
    assert found.holds(article) is holds
    refusal = found.refusal(article)
    assert (refusal.rule if refusal else None) == rule
