"""Queries over tokens in the language of corpus linguists (CQP), and plain words: read into a pattern.

``[lemma="déclarer"] [upos="DET"]? [upos="NOUN"]`` is three tokens, the second of which may be missing. A value is a
regular expression that has to match the whole of what a token has; ``&``, ``|``, ``!`` and parentheses join conditions;
``?``, ``*``, ``+``, ``{2,4}`` and ``|`` join tokens; ``"mot"`` is ``[word="mot"]``. ``%c`` ignores case, ``%d``
accents, and ``%l`` takes the value as it stands. ``within s``, ``within p`` and ``within 20`` hold a hit to a sentence,
to a paragraph, to so many tokens. A hit is as long as its pattern allows, and hits do not overlap; CQP itself takes the
shortest from each start, and lets hits overlap. Of CQP there are no labels with ``::`` constraints, no tags such as
``<s>``, no ``MU``, ``expand`` or ``cut``. What has neither ``[`` nor ``"`` is plain words (``pattern.plain_pattern``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

import pyarrow as pa

from corpus.explore.collation import as_typed
from corpus.explore.expressions import BoundaryError
from corpus.explore.pattern import (
    LONGEST,
    Atom,
    Both,
    Choice,
    Either,
    Not,
    Pattern,
    Phrase,
    Query,
    Sequence,
    Test,
    Token,
    one_of,
    repeated,
    shortest,
)
from corpus.model.arrow import string_array
from corpus.model.problem import Problem, UsageError, first_line

_DEEPEST = 40
_UNITS = {"s": "sentence", "sentence": "sentence", "p": "paragraph", "paragraph": "paragraph"}


def parse(text: str, attributes: Collection[str], closed: Mapping[str, Collection[str]]) -> Query:
    """The query that a text is; ``closed`` has all values of the attributes that have few.

    Raises:
        UsageError: rule ``query-invalid``, which shows the place.
    """
    if not text.strip():
        raise invalid(text, 0, 'words, or tokens such as [lemma="déclarer"]')
    if len(text) > 4000:
        raise invalid(text[:_SHOWN], 0, "a query of at most 4,000 characters")
    if "[" not in text and '"' not in text:
        return Query(text, _words(text))
    return _Parser(text, attributes, closed).query()


_SHOWN = 200


def invalid(text: str, at: int, wanted: str, hint: str = "") -> UsageError:
    """The error for what a query has at a place: the query with a mark under it."""
    start = max(0, at - _SHOWN // 2)
    shown = re.sub(r"\s", " ", text[start : start + _SHOWN])
    mark = " " * (at - start) + f"^ {wanted}"
    return UsageError(Problem("query", 0, f"character {at + 1}", "query-invalid", shown, mark, hint))


def _words(text: str) -> Pattern:
    """Plain words; one with an asterisk is a token that begins, ends or goes on somehow, or that behind an elision."""
    parts: list[Pattern] = []
    pieces: list[str] = []
    for typed in as_typed(text).split():
        if "*" in typed and typed.strip("*"):
            parts += [Phrase(tuple(pieces))] if pieces else []
            pieces = []
            elided, mark, rest = typed.rpartition("'")
            parts.append(_beginning(typed))
            if mark and rest.strip("*") and "*" not in elided:
                behind = Sequence((Phrase(_pieces(elided + mark)), _beginning(rest)))
                parts[-1] = Choice((parts[-1], behind))
        else:
            pieces += ([" "] if pieces else []) + [*_pieces(typed)]
    parts += [Phrase(tuple(pieces))] if pieces else []
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def _pieces(typed: str) -> tuple[str, ...]:
    """What a word is made of, cut wherever a token may end."""
    return tuple(re.findall(r"[^\W\d_]+|\d+|\S", typed))


def _beginning(typed: str) -> Token:
    """The token that a word with asterisks stands for."""
    return Token(Atom("word", typed, plain=True))


Part = TypeVar("Part")
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_TIMES = re.compile(r"\{\s*(\d*)\s*(,?)\s*(\d*)\s*\}")
_FLAGS = re.compile(r"\s*%([cdl]+)")
_WITHIN = re.compile(r"within\s+(\w+)\s*;?\s*$")
_NOT_TAKEN = re.compile(r"::|<\w|@?\w+:|MU\b|TAB\b|cut\b|expand\b|sort\b")
"""How what CQP has, and is not taken, begins."""
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


@dataclass
class _Parser:
    """Reads a query from left to right; ``at`` is how far it is, ``again`` how many repetitions were repeated."""

    text: str
    attributes: Collection[str]
    closed: Mapping[str, Collection[str]]
    at: int = 0
    depth: int = 0
    again: int = 0

    def query(self) -> Query:
        pattern = self.choice()
        within, most = "article", LONGEST
        if found := _WITHIN.match(self.text, self.at):
            unit = found[1]
            if unit.isdecimal() and 0 < int(unit) <= LONGEST:
                most = int(unit)
            elif unit in _UNITS:
                within = _UNITS[unit]
            else:
                wanted = f"s (sentence), p (paragraph), or a number of tokens, {LONGEST} at most"
                raise self.wrong(wanted, found.start(1))
            self.at = len(self.text)
        self.next_is(";")
        if self.peek():
            raise self.wrong("a token in brackets, |, ?, *, +, {n,m}, within, or the end")
        if (least := shortest(pattern)) > LONGEST:
            raise self.wrong(f"a pattern of at most {LONGEST} tokens, not of {least:,}", 0, "repeat less, or use *")
        return Query(self.text, pattern, within, most)

    def choice(self) -> Pattern:
        return self._joined("|", self.sequence, one_of)

    def sequence(self) -> Pattern:
        parts = [self.repeated()]
        while self.peek() in ("[", "(", '"', "'"):
            parts.append(self.repeated())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self) -> Pattern:
        part, first = self.one(), True
        while (sign := self.peek()) and sign in "?*+{":
            self.again += not first
            if self.again > _DEEPEST:
                raise self.wrong(f"at most {_DEEPEST} repetitions of what is repeated")
            first = False
            least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign, (0, 0))
            if sign == "{":
                found = _TIMES.match(self.text, self.at)
                if found is None or not (found[1] or found[2]):
                    raise self.wrong("how often: {2}, {2,4}, {2,} or {,4}")
                least = int(found[1] or 0)
                most = (int(found[3]) if found[3] else None) if found[2] else least
                if (most is not None and most < least) or max(least, most or 0) > LONGEST:
                    raise self.wrong(f"the smaller number before the greater one, {LONGEST} at most")
                self.at = found.end()
            else:
                self.at += 1
            part = repeated(part, least, most)
        return part

    def one(self) -> Pattern:
        sign = self.peek()
        if sign in ('"', "'"):
            return Token(self.value("word"))
        if self.next_is("("):
            return self._inside(self.choice)
        if not self.next_is("["):
            hint = 'for words as they stand leave out " and [' if sign.isalnum() else ""
            raise self.wrong('a token: [lemma="…"], "word", or ( for several', hint=hint)
        if self.next_is("]"):
            return Token(None)
        test = self.either()
        self.expect("]", "&, |, or ] which ends the token")
        return Token(test)

    def either(self) -> Test:
        return self._joined("|", self.both, Either)

    def both(self) -> Test:
        return self._joined("&", self.condition, Both)

    def condition(self) -> Test:
        if self.peek() == "!" and self.text[self.at : self.at + 2] != "!=":
            self.at += 1
            return Not(self._deeper(self.condition))
        if self.next_is("("):
            return self._inside(self.either)
        self.peek()
        found = _NAME.match(self.text, self.at)
        if found is None:
            raise self.wrong('an attribute and its value: lemma="…"')
        if found[0] not in self.attributes:
            near = get_close_matches(found[0].casefold(), self.attributes, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else ""
            raise self.wrong(f"one of {', '.join(self.attributes)}", hint=hint)
        self.at = found.end()
        negated = self.next_is("!=")
        if not negated and not self.next_is("="):
            raise self.wrong("= or !=")
        atom = self.value(found[0])
        return Not(atom) if negated else atom

    def value(self, attribute: str) -> Atom:
        """A value in quotation marks, with what stands behind it."""
        mark, start = self.peek(), self.at
        if mark not in ('"', "'"):
            raise self.wrong('a value in straight quotation marks: "…"')
        found = re.compile(rf"{mark}((?:[^{mark}\\]|\\.|{mark}{mark})*){mark}", re.DOTALL).match(self.text, start)
        if found is None:
            raise self.wrong(f"a value that ends with {mark}, which the query does not have")
        value = as_typed(found[1].replace(mark * 2, mark))
        self.at = found.end()
        flags = ""
        if given := _FLAGS.match(self.text, self.at):
            flags, self.at = given[1], given.end()
        if self.text[self.at : self.at + 1] == "%":
            raise self.wrong("%c (ignores case), %d (ignores accents), %l (as it stands) or several: %cd")
        literal = "l" in flags or _SPECIAL.search(value) is None
        atom = Atom(attribute, value, literal, "c" in flags, "d" in flags)
        known = self.closed.get(attribute)
        try:
            holds = atom.holds(string_array([*known] if known else [""]))
        except BoundaryError as error:
            hint = r"values match as a whole: mot alone is the word, (.*\W)?mot(\W.*)? is one that holds it as a word"
            raise self.wrong(f"a regular expression without {error}", start, hint) from None
        except pa.ArrowInvalid as error:
            said = first_line(error).removeprefix("Invalid regular expression: ")
            if r"\p" in said and r"\p" not in value:  # the expression as RE2 got it, which nobody typed
                said = said.partition(":")[0]
            hint = "to take the value as it stands write %l behind it"
            raise self.wrong(f"a regular expression ({said})", start, hint) from None
        if known and not holds.any():
            raise self.wrong(f"one of {', '.join(filter(None, known))}", start)
        return atom

    def _joined(self, sign: str, one: Callable[[], Part], kind: Callable[[tuple[Part, ...]], Part]) -> Part:
        parts = [one()]
        while self.next_is(sign):
            parts.append(one())
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def _inside(self, one: Callable[[], Part]) -> Part:
        """What stands between parentheses."""
        found = self._deeper(one)
        self.expect(")", "a ) for the ( before")
        return found

    def _deeper(self, one: Callable[[], Part]) -> Part:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.wrong(f"at most {_DEEPEST} parentheses in one another")
        found = one()
        self.depth -= 1
        return found

    def peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at : self.at + 1]

    def next_is(self, sign: str) -> bool:
        """Whether this comes next; then it is read."""
        self.peek()
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def expect(self, sign: str, wanted: str) -> None:
        if not self.next_is(sign):
            raise self.wrong(wanted)

    def wrong(self, wanted: str, at: int | None = None, hint: str = "") -> UsageError:
        if at is None and _NOT_TAKEN.match(self.text, self.at):
            hint = "labels, tags, MU, expand and cut of CQP are not taken: corpus search --help"
        return invalid(self.text, self.at if at is None else at, wanted, hint)
