"""Hits as frames, for notebooks: ``corpus.search``, ``corpus.concordance`` and ``corpus.collocations``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from corpus.explore import collocations as near
from corpus.explore.filters import Asked, Filter
from corpus.explore.hits import Hits, Line
from corpus.explore.hits import search as find
from corpus.explore.tokens import Tokens
from corpus.release.read.reader import open_release

if TYPE_CHECKING:
    import pandas as pd


def search(
    where: str | Path | Tokens,
    query: str,
    *,
    version: str | None = None,
    sort: str | Sequence[str] = (),
    offset: int = 0,
    limit: int | None = None,
    **asked: Unpack[Asked],
) -> pd.DataFrame:
    """The places of a release that a query finds, a row each: where they stand, their words, lemmas and tags.

    ``where`` is a release as ``corpus.frame`` takes it, or the ``Tokens`` of one, which keep what they read for the
    next query. ``query`` is plain words, or tokens in CQP: ``word``, ``lemma``, ``upos``, ``feats``, ``ner``, ``role``,
    ``speaker``, and of the article ``source``, ``publication``, ``section``, ``split``, ``date``, ``month``, ``year``,
    ``topic`` (any of the article's). Hits are as long as the pattern allows and do not overlap, where CQP itself takes
    the shortest from each start and lets hits overlap. ``asked`` chooses articles: ``source``, ``publication``,
    ``earliest`` and ``latest`` (EDTF dates), ``topic``, ``split``, ``text``, ``condition`` (SQL); ``speaker`` takes
    only what this person says.
    ``start`` and ``end`` are offsets in code points of the article's ``text``.

    >>> corpus.search("build/preview", '[lemma="déclarer"] [upos="DET"]? [upos="NOUN"]')  # doctest: +SKIP
    >>> corpus.search("build/preview", "guerre civile", earliest="2024", sort="date")  # doctest: +SKIP

    Raises:
        UsageError: there is no such release; rule ``query-invalid``, with a mark under the place; ``words-missing``,
            the release has no words; ``value-unknown``, no article has such a source, publication, topic or speaker.
        CorpusError: rule ``release-damaged``.
        ValueError: a number is negative.
    """
    import pandas as pd

    found = _found(where, query, version, sort, asked).slice(offset, limit)
    frame = pd.DataFrame(found.lines(0), columns=Line._fields).drop(columns=["left", "right", "title"])
    for number, (column, attribute) in enumerate((("lemmas", "lemma"), ("upos", "upos")), start=5):
        frame.insert(number, column, found.values(attribute))
    return frame


def concordance(
    where: str | Path | Tokens,
    query: str,
    *,
    version: str | None = None,
    context: int = 8,
    sort: str | Sequence[str] = (),
    offset: int = 0,
    limit: int | None = None,
    **asked: Unpack[Asked],
) -> pd.DataFrame:
    """The hits of a query in context: ``left``, ``keyword``, ``right`` as the text has them, and what the article says.

    All but ``context`` (tokens on each side) and ``sort`` are as ``corpus.search`` has them. ``sort`` is one or several
    of ``text``, ``left``, ``right``, ``keyword``, ``date``, ``publication`` and so on; words sort as in a French
    dictionary.

    >>> corpus.concordance("build/preview", '[lemma="grève"]', sort="right", context=12)  # doctest: +SKIP

    Raises:
        UsageError: as ``corpus.search``.
        CorpusError: rule ``release-damaged``.
        ValueError: a number is negative.
    """
    import pandas as pd

    lines = _found(where, query, version, sort, asked).slice(offset, limit).lines(context)
    return pd.DataFrame(lines, columns=Line._fields)


def collocations(
    where: str | Path | Tokens,
    query: str,
    *,
    version: str | None = None,
    attribute: str = "lemma",
    window: int = 5,
    measure: str = "log-likelihood",
    **asked: Unpack[Asked],
) -> pd.DataFrame:
    """The lemmas (or words) that stand near the hits of a query more often than by chance, the strongest first.

    ``near`` of the ``total`` outside of hits stand within ``window`` tokens, where chance lets ``expected`` stand.
    A word is one whatever its case and apostrophes. ``measure`` is ``log-likelihood``, ``logdice`` or ``mi``; all
    three are columns. Words that are there fewer than three times are left out. The rest is as ``corpus.search`` has
    it.

    >>> corpus.collocations("build/preview", '[lemma="grève"]', window=3)  # doctest: +SKIP

    Raises:
        UsageError: as ``corpus.search``.
        CorpusError: rule ``release-damaged``.
        ValueError: a number is negative.
    """
    import pandas as pd

    found = near.collocations(
        _found(where, query, version, (), asked), attribute=attribute, window=window, measure=measure
    )
    return pd.DataFrame(found, columns=near.Collocate._fields)


def _found(
    where: str | Path | Tokens, query: str, version: str | None, sort: str | Sequence[str], asked: Asked
) -> Hits:
    tokens = where if isinstance(where, Tokens) else Tokens.of(open_release(where, version))
    by = [sort] if isinstance(sort, str) else sort
    return find(tokens, query, Filter(**asked)).ordered(by)
