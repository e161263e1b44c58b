"""Words that stand near the hits of a query more often than elsewhere.

Counts are of surface co-occurrence (Evert 2008, "Corpora and collocations"): a token counts once, however many hits it
stands near, the tokens of hits count nowhere, and a window ends with its article. The measures are the log-likelihood
ratio (Dunning 1993, Computational Linguistics 19.1), logDice (Rychlý 2008, "A lexicographer-friendly association
score") and pointwise mutual information in bits (Church and Hanks 1990, Computational Linguistics 16.1).
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np

from corpus.explore.columns import typed_values
from corpus.explore.hits import Hits, not_negative
from corpus.model.problem import Problem, UsageError, quoted

MEASURES = ("log-likelihood", "logdice", "mi")
"""By what collocates may be ranked."""


class Collocate(NamedTuple):
    """A word near the hits: ``near`` times in the windows, of ``total`` outside of hits; ``expected`` by chance."""

    word: str
    near: int
    left: int
    right: int
    total: int
    expected: float
    log_likelihood: float
    logdice: float
    mi: float


def collocations(
    hits: Hits, attribute: str = "lemma", window: int = 5, least: int = 3, measure: str = "log-likelihood"
) -> list[Collocate]:
    """The words (or lemmas) within so many tokens of the hits, at least ``least`` times and more often than by chance.

    The strongest by ``measure`` first. Marks without a letter or digit are left out; neither a capital letter nor a
    curly apostrophe makes another word, and words are given in small letters.

    Raises:
        UsageError: rule ``value-unknown``, no such measure, or neither word nor lemma.
        ValueError: ``window`` is negative.
    """
    not_negative(window=window)
    for option, value, known in (("measure", measure, MEASURES), ("collocations", attribute, ("lemma", "word"))):
        if value not in known:
            wanted = f"one of {', '.join(known)}"
            raise UsageError(Problem(f"--{option}", 0, "", "value-unknown", quoted(value), wanted, ""))
    near, left, right, total = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    in_windows = outside = 0
    for chunk, inside in hits.by_chunk(every=True):
        first, end = hits.first[inside], hits.end[inside]
        begin, behind = chunk.around(first)
        nodes = _covered(len(chunk), first, end)
        sides = (
            _covered(len(chunk), np.maximum(first - window, begin), first) & ~nodes,
            _covered(len(chunk), end, np.minimum(end + window, behind)) & ~nodes,
        )
        among = ~nodes & hits.searched_tokens(chunk)
        column = chunk.column(attribute)
        words = [one.casefold() for one in typed_values(column.values).to_pylist()]
        for counter, tokens in ((near, sides[0] | sides[1]), (left, sides[0]), (right, sides[1]), (total, among)):
            counts = np.bincount(column.codes[tokens], minlength=len(words))
            for code in np.flatnonzero(counts).tolist():
                counter[words[code]] += int(counts[code])
        in_windows += int((sides[0] | sides[1]).sum())
        outside += int(among.sum())
    found = []
    for word, together in near.items():
        if together < least or not any(map(str.isalnum, word)):
            continue
        expected = total[word] * in_windows / outside
        if together > expected:
            table = (together, in_windows - together, total[word] - together)
            rest = outside - sum(table)
            scores = (_log_likelihood(*table, rest), _logdice(together, len(hits), total[word]))
            bits = float(np.log2(together / expected))
            found.append(Collocate(word, together, left[word], right[word], total[word], expected, *scores, bits))
    return sorted(found, key=lambda one: (-float(getattr(one, measure.replace("-", "_"))), one.word))


def _covered(size: int, begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which of ``size`` tokens stand between some begin and its end."""
    steps = np.zeros(size + 1, np.int64)
    np.add.at(steps, begins, 1)
    np.add.at(steps, ends, -1)
    found: np.ndarray = np.cumsum(steps[:-1]) > 0
    return found


def _log_likelihood(both: int, only_near: int, only_word: int, neither: int) -> float:
    """Dunning's G²: twice the sum of each count times the logarithm of it over what chance lets expect.

    >>> round(_log_likelihood(10, 90, 20, 880), 2)
    12.65
    """
    total = both + only_near + only_word + neither
    rows, columns = (both + only_near, only_word + neither), (both + only_word, only_near + neither)
    cells = ((both, 0, 0), (only_near, 0, 1), (only_word, 1, 0), (neither, 1, 1))
    parts = [count * np.log(count * total / (rows[row] * columns[column])) for count, row, column in cells if count]
    return float(2 * sum(parts))


def _logdice(both: int, hits: int, word: int) -> float:
    """14 and the binary logarithm of the Dice coefficient: 14 where two words are never apart.

    >>> _logdice(8, 16, 16)
    13.0
    """
    return float(14 + np.log2(2 * both / (hits + word)))
