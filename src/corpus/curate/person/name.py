"""A person's name in all the ways in which the press writes it.

Case, accents, ligatures, hyphens, apostrophes and spaces of any kind make no difference, nor does the order of the
names (« Farguettes, Noémie »), a particle more or less, a line break, or a mark of emphasis within. What is less sure
is a possible form: initials (« N. Farguettes »), a name more or less, another mark between the names, or letters that
go on (« Jean Petitjean » for Jean Petit).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from corpus.model.problem import Problem, UsageError, quoted
from corpus.parse.names import PARTICLES

_MARK = "\x01"
"""Stands for markup and emphasis in a folded text: it may part two words, or stand within one."""
_ROW = "\x02"
"""Parts texts that are looked through together: no name goes on behind it."""
_APOSTROPHES = "ʹʺʻʼʽʾʿˈˊˋʼꞌ"
"""Letters by their category that are written for apostrophes."""
_LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
_MOST_ORDERS = 4


class _Folding(dict[int, str]):
    """What becomes of each character of a decomposed text in lower case."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _of_character(chr(code))
        return found


def _of_character(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return ""
    if character in "*_~" or character == _MARK:
        return _MARK
    if character == _ROW:
        return _ROW
    if character in "\n\r\x0b\x0c\x85\u2028\u2029":
        return "\n"
    if category == "Pd":
        return "-"
    if character.isspace() or character in "'’‘`´+" or character in _APOSTROPHES:
        return " "
    if character.isalnum():
        return character
    return "," if character in ",()[]" else "."


_FOLDING = _Folding()


def folded(text: str) -> str:
    r"""The text without case, accents, ligatures and invisible characters; other characters stand for their kind.

    >>> folded("Noe\u0301mie FARGUETTES‑d’Œuvre")
    'noemie farguettes-d oeuvre'
    """
    return unicodedata.normalize("NFKD", text).casefold().translate(_FOLDING)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the name in a text, where it stands there, and whether it is surely that name."""

    start: int
    end: int
    text: str
    certain: bool

    @property
    def shown(self) -> str:
        """The form on one line, without the marks of what was markup."""
        return " ".join(self.text.replace(_MARK, "").split())


_BETWEEN = rf"(?:[ \n{_MARK}-]{{0,200}}|\.)"
"""Between two parts of a name in their usual order."""
_TURNED = rf"(?:[ \n{_MARK}-]{{1,200}}(?:,{{1,2}}[ \n{_MARK}-]{{0,200}})?|,{{1,2}}[ \n{_MARK}-]{{0,200}}|\.)"
"""Between two parts in another order: « Farguettes (Noémie) », never nothing."""
_LOOSE = rf"[ \n{_MARK},.-]{{1,12}}"
_LETTER = r"[^\W\d_]"
_SMALL_INITIAL = re.compile(
    r"\A[^\W\d_A-ZÀ-Þ](?![^\W\d_]).*[A-ZÀ-Þ]|[A-ZÀ-Þ].*(?<![^\W\d_])[^\W\d_A-ZÀ-Þ]\Z", re.DOTALL
)
"""« Farguettes a … »: no initial."""
_WITHIN = rf"(?:{_MARK}|- ?\n ?){{0,4}}"
"""What may stand between two letters of a word: markup, or a hyphen at the end of a line."""


class Name:
    """A name, and how it is found.

    Raises:
        UsageError: rule ``name-invalid``, there is no letter in it, or one letter only.
    """

    def __init__(self, name: str) -> None:
        units, particles = _units(name)
        if sum(len(word) for unit in units for word in unit) < 2:
            wanted, hint = "a name of a person", "give it in full, given name first: 'Noémie Farguettes'"
            raise UsageError(Problem(quoted(name), 0, "", "name-invalid", "no name", wanted, hint))
        self.written = name
        self._needed = max(units[-1], key=len)
        small = "|".join(_spaced(one) for one in sorted(particles))
        optional = f"(?:(?:{small}){_BETWEEN}){{0,4}}" if small else ""
        full = [_BETWEEN.join(map(_spaced, unit)) for unit in units]
        orders = [(f"{_BETWEEN}{optional}".join(full))]
        if len(units) > 1:
            orders += [f"{_TURNED}{optional}".join(one) for one in _other_orders(full)]
        self._certain = re.compile("|".join(orders))
        self._possible = None
        if len(units) > 1:
            self._possible = re.compile(rf"(?<!{_LETTER})(?:{'|'.join(_possible(units, full))})(?!{_LETTER})")

    def forms(self, text: str) -> list[Form]:
        """Where the name stands in a text, in order; a form lies in no other."""
        plain = folded(text)
        if not self._may_hold(plain):
            return []
        spans = self._spans(plain)
        if not spans:
            return []
        offsets = _offsets(text)
        found = []
        for start, end, certain in spans:
            first, last = offsets[start], offsets[end - 1] + 1
            while last < len(text) and unicodedata.combining(text[last]):
                last += 1
            whole = (
                certain
                and (_parted(plain, start - 1) or (text[first].isupper() and text[first - 1].islower()))
                and _parted(plain, end)
            )
            if whole or not _SMALL_INITIAL.search(text[first:last]):
                found.append(Form(first, last, text[first:last], whole))
        return found

    def rows(self, texts: Sequence[str]) -> Iterator[tuple[int, list[Form]]]:
        """The texts in which the name stands, by their index, each with its forms; much faster than one by one."""
        joined = _ROW.join(texts)
        if joined.count(_ROW) != len(texts) - 1:
            joined = _ROW.join(one.replace(_ROW, " ") for one in texts)
        plain = folded(joined)
        if not texts or not self._may_hold(plain):
            return
        spans = self._spans(plain)
        ends = [one.start() for one in re.finditer(_ROW, plain)] if spans else []
        for row in dict.fromkeys(bisect_right(ends, start) for start, _, _ in spans):
            yield row, self.forms(texts[row])

    def _may_hold(self, plain: str) -> bool:
        """Whether the longest word of the surname stands anywhere, in one quick look."""
        if self._needed in plain:
            return True
        if _MARK not in plain and "-" not in plain:
            return False
        return self._needed in re.sub(rf"{_MARK}|- ?\n ?", "", plain)

    def _spans(self, plain: str) -> list[tuple[int, int, bool]]:
        certain = [(*one.span(), True) for one in self._certain.finditer(plain)]
        if self._possible is None:
            return certain
        covered = [False] * (len(plain) + 1) if certain else []
        for start, end, _ in certain:
            covered[start:end] = [True] * (end - start)
        possible = [
            (*one.span(), False)
            for one in self._possible.finditer(plain)
            if not (covered and any(covered[one.start() : one.end()]))
        ]
        return sorted(certain + possible)


def _units(name: str) -> tuple[list[list[str]], set[str]]:
    """The names in a name, each as its words, and the particles, which may be missing.

    >>> _units("Jean-Luc d'Aubigné")
    ([['jean', 'luc'], ['aubigne']], {'d'})
    """
    if name.count(",") == 1:  # « Farguettes, Noémie »
        name = " ".join(reversed(name.split(",")))
    parts = [_words(part) for part in name.split()]
    units: list[list[str]] = []
    particles: set[str] = set()
    for words in parts:
        while len(words) > 1 and words[0] in ("d", "l"):
            particles.add(words.pop(0))
        if len(words) == 1 and words[0] in PARTICLES:
            particles.add(words[0])
        elif words:
            units.append(words)
    if len(units) < 2 and particles:  # « La Fontaine »: without its particle nothing is left that names
        return [words for part in name.split() if (words := _words(part))], set()
    return units, particles


def _words(part: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded(part))


def _spaced(word: str) -> str:
    return _WITHIN.join(map(re.escape, word))


def _other_orders(full: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The other orders of these parts; of many parts those that only begin at another one."""
    if len(full) <= _MOST_ORDERS:
        yield from (one for one in permutations(full) if one != tuple(full))
    else:
        yield from ((*full[at:], *full[:at]) for at in range(1, len(full)))


def _possible(units: Sequence[Sequence[str]], full: Sequence[str]) -> Iterator[str]:
    """Patterns of what may be the name: initials, a name less or up to two words more, other marks between."""
    *given, last = full
    short = [
        rf"(?:{whole}|{re.escape(unit[0][0])}"
        + "".join(rf"(?:[ .-]{{0,3}}{re.escape(word[0])})?" for word in unit[1:])
        + ")"
        for unit, whole in zip(units, given, strict=False)
    ]
    first, *middle = short
    small = "|".join(sorted(PARTICLES))
    behind = f"{_LOOSE}(?:(?:{small}){_LOOSE}){{0,2}}"
    yield first + behind + "".join(f"(?:{one}{behind})?" for one in middle) + last
    yield f"{given[0]}{_LOOSE}(?:{_LETTER}{{1,20}}{_LOOSE}){{0,2}}{last}"
    yield f"{last}{_LOOSE}(?:{_LETTER}{{1,20}}{_LOOSE})?{first}"
    yield last + "".join(given)
    yield "".join(f"{re.escape(unit[0][0])}[ .-]{{0,3}}" for unit in units[:-1]) + last


def _parted(plain: str, place: int) -> bool:
    """Whether no letter stands at this place of a folded text."""
    return not 0 <= place < len(plain) or not plain[place].isalpha()


def _offsets(text: str) -> list[int]:
    """For each character of the folded text, the offset of what it stands for."""
    offsets: list[int] = []
    for place, character in enumerate(text):
        offsets += [place] * len(folded(character))
    return offsets
