"""What a query asks for: conditions on tokens, and how tokens follow each other. ``query`` reads it from text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore.collation import folded, without_accents
from corpus.explore.expressions import with_all_letters
from corpus.model.arrow import bools, int64_array, string_array, to_numpy, word

LONGEST = 200
"""Tokens of the longest hit: ``[]*`` ends there."""
_PIECES = 8
"""Pieces of a plain word that may be one token: « aujourd'hui » is three."""


@dataclass(frozen=True, slots=True)
class Atom:
    """What a token has for ``attribute`` is matched by a regular expression, or is a value where it is ``literal``.

    A value that is ``plain`` is one as people type it, with asterisks for any letters (``plain_pattern``).
    """

    attribute: str
    value: str
    literal: bool = False
    ignore_case: bool = False
    ignore_accents: bool = False
    plain: bool = False

    def holds(self, values: pa.Array) -> np.ndarray:
        """For each of some values, whether it is matched.

        Raises:
            ArrowInvalid: the value is no regular expression.
            BoundaryError: it is one that asks for the boundary of a word.
        """
        value = self.value
        if self.plain:
            return _typed(value, values)
        if self.ignore_accents:
            values = string_array([without_accents(one) for one in values.to_pylist()])
            value = without_accents(value)
        if self.literal and not self.ignore_case:
            return bools(pc.equal(values, word(value)))
        expression = re.escape(value) if self.literal else with_all_letters(value)
        return _matched(values, expression, ignore_case=self.ignore_case)


def _matched(values: pa.Array, pattern: str, *, ignore_case: bool) -> np.ndarray:
    """Which values are matched from their beginning to their end."""
    return bools(pc.match_substring_regex(values, f"{'(?i)' if ignore_case else ''}^(?:{pattern})$"))


def _typed(value: str, values: pa.Array) -> np.ndarray:
    """Which values are a word as people type it: of those that are about as long, where it has no asterisk."""
    pattern = plain_pattern(value)
    if "*" in value:
        return _matched(values, pattern, ignore_case=True)
    longer = to_numpy(pc.utf8_length(values)) - len(value)
    near = np.flatnonzero(np.abs(longer) <= len(_LIGATURE.findall(value)))
    holds = np.zeros(len(values), bool)
    holds[near] = _matched(values.take(int64_array(near)), pattern, ignore_case=True)
    return holds


_ACCENTED = {"a": "àâäáãå", "c": "ç", "e": "éèêë", "i": "îïíì", "n": "ñ", "o": "ôöóòõ", "u": "ùûüú", "y": "ÿý"}
_LIGATURE = re.compile("œ|oe|æ|ae", re.IGNORECASE)


def plain_pattern(typed: str) -> str:
    """The regular expression, without case, of a word as people type it and newspapers print it.

    A capital may lack its accent, in the text or in what is typed: « état » finds « Etat », « Etat » finds « état ».
    « oeuvre » and « œuvre » are one word; an asterisk is any letters.

    >>> plain_pattern("Été*"), plain_pattern("cœur")
    ('(?:É|(?-i:E))t(?:é|(?-i:E)).*', 'c(?:œ|oe)ur')
    """
    found, at = [], 0
    while at < len(typed):
        if ligature := _LIGATURE.match(typed, at):
            found.append("(?:œ|oe)" if ligature[0][0] in "œŒoO" else "(?:æ|ae)")
            at = ligature.end()
            continue
        one, bare = typed[at], without_accents(typed[at])
        if one == "*":
            found.append(".*")
        elif bare != one and len(bare) == 1:
            found.append(f"(?:{one}|(?-i:{bare.upper()}))")
        elif one.isupper() and one.lower() in _ACCENTED:
            found.append(f"[{one}{_ACCENTED[one.lower()]}]")
        else:
            found.append(re.escape(one))
        at += 1
    return "".join(found)


def anywhere_pattern(typed: str) -> str:
    r"""The regular expression of a whole word anywhere in a text, whatever its case, accents and apostrophes.

    >>> anywhere_pattern("l'Œil")
    "(?i)(?:^|[^\\pL\\pN])l['’‘ʼ](?:œ|[oôöóòõ][eéèêë])[iîïíì]l(?:$|[^\\pL\\pN])"
    """
    letters = {one: f"[{one}{accented}]" for one, accented in _ACCENTED.items()} | {"'": "['’‘ʼ]"}
    parts = re.split("(oe|ae)", folded(typed))
    ligatures = {"oe": "œ", "ae": "æ"}
    found = [
        "".join(letters.get(one, re.escape(one)) for one in part)
        if part not in ligatures
        else f"(?:{ligatures[part]}|{letters[part[0]]}{letters['e']})"
        for part in parts
    ]
    before, behind = (rf"(?:{end}|[^\pL\pN])" if typed[at].isalnum() else "" for end, at in (("^", 0), ("$", -1)))
    return f"(?i){before}{''.join(found)}{behind}"


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    of: Test


@dataclass(frozen=True, slots=True)
class Both:
    """All conditions hold."""

    of: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the conditions holds."""

    of: tuple[Test, ...]


Test: TypeAlias = "Atom | Not | Both | Either"


@dataclass(frozen=True, slots=True)
class Token:
    """One token for which a condition holds; None for any token."""

    test: Test | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """Patterns one behind the other."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several patterns."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A pattern ``least`` to ``most`` times, None for as often as it goes."""

    part: Pattern
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as people write them, cut wherever a token might end: some neighbouring pieces are one token.

    Nobody who types « l'assemblée » has to know whether it is one token or two.
    """

    pieces: tuple[str, ...]

    def tokens(self) -> list[tuple[int, int, Token]]:
        """The tokens that may be in it, each from one piece to before another."""
        ends = range(1, _PIECES + 1)
        return [
            (start, start + length, Token(Atom("word", value, plain=True)))
            for start in range(len(self.pieces))
            for length in ends
            if start + length <= len(self.pieces)
            and (value := "".join(self.pieces[start : start + length])) == value.strip()
        ]


Pattern: TypeAlias = "Token | Sequence | Choice | Repeat | Phrase"


def atoms(of: Pattern | Test | None) -> Iterator[Atom]:
    """What a pattern or a condition asks for and does not exclude."""
    match of:
        case Atom():
            yield of
        case Token(one) | Repeat(one, _, _):
            yield from atoms(one)
        case Both(several) | Either(several) | Sequence(several) | Choice(several):
            for each in several:
                yield from atoms(each)
        case Phrase():
            for _, _, token in of.tokens():
                yield from atoms(token)


def one_of(parts: tuple[Pattern, ...]) -> Pattern:
    """One of several patterns; a token where all are."""
    tests = [part.test for part in parts if isinstance(part, Token)]
    if len(tests) < len(parts):
        return Choice(parts)
    return Token(None if None in tests else Either(tuple(filter(None, tests))))


def repeated(part: Pattern, least: int, most: int | None) -> Pattern:
    """A pattern so many times: what may go on for ever, or be left out, and is repeated is one repetition."""
    if isinstance(part, Repeat) and part.least <= 1 and most != 0:
        if part.most is None:
            return Repeat(part.part, part.least * least, None)
        if (part.least, part.most) == (0, 1):
            return Repeat(part.part, 0, most)
    return Repeat(part, least, most)


def shortest(pattern: Pattern) -> int:
    """The fewest tokens that a pattern may be."""
    match pattern:
        case Sequence(parts):
            return sum(map(shortest, parts))
        case Choice(parts):
            return min(map(shortest, parts))
        case Repeat(part, least, _):
            return shortest(part) * least
        case _:
            return 1


def beginnings(pattern: Pattern) -> tuple[list[Test | None], bool]:
    """What holds of tokens that a pattern may begin with, and whether it may be no token at all."""
    match pattern:
        case Token(test):
            return [test], False
        case Phrase():
            return [token.test for start, _, token in pattern.tokens() if start == 0], False
        case Repeat(part, least, most):
            found, empty = beginnings(part)
            return (found, empty or least == 0) if most != 0 else ([], True)
        case Choice(parts):
            made = [beginnings(part) for part in parts]
            return [test for found, _ in made for test in found], any(empty for _, empty in made)
        case Sequence(parts):
            tests: list[Test | None] = []
            for part in parts:
                found, empty = beginnings(part)
                tests += found
                if not empty:
                    return tests, False
            return tests, True


@dataclass(frozen=True, slots=True)
class Query:
    """A pattern, and what a hit stays within: ``article``, ``sentence`` or ``paragraph``, and ``most`` tokens."""

    text: str
    pattern: Pattern
    within: str = "article"
    most: int = LONGEST
