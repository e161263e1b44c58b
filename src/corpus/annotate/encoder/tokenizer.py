"""A text cut into tokens, as treebanks cut French.

The algorithm is that of spaCy's tokenizer: the text is split at white space; of each chunk, prefixes and suffixes are
taken off until none is left or a special case stands there, then what remains is cut at infixes. A blank between two
chunks belongs to no token; other white space is a token. Patterns and special cases are data, in tokenizer.json.
Each chunk is cut once per process, as long as there is room to remember it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

_MEMORY = 1 << 17
_RUN = re.compile(r"\S+|\s+")
_LONGEST = 200
"""Longer than any word or address: a row of quotation marks, an image in base64. It is cut there, in linear time."""


class Tokens(NamedTuple):
    """The tokens of a text: where each begins, its form, and whether one blank follows it."""

    starts: list[int]
    forms: list[str]
    spaced: list[bool]


class Tokenizer:
    """Cuts texts; ``rules`` is what tokenizer.json holds."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._prefix = re.compile(rules["prefix"]).search
        self._suffix = re.compile(rules["suffix"]).search
        self._infixes = re.compile(rules["infix"]).finditer
        self._address = re.compile(rules["address"]).match
        self._word = re.compile(rules["word"]).fullmatch
        self._compound = re.compile(rules["compound"], re.IGNORECASE).match
        self._special: dict[str, list[str]] = rules["special"]
        self._known: dict[str, tuple[str, ...]] = {}
        self._parts = {
            tuple(self._affixes(form, special=False)): tokens
            for form, tokens in self._special.items()
            if self._prefix(form) or self._suffix(form) or any(self._infixes(form))
        }
        self._longest = max(map(len, self._parts), default=0)

    def __call__(self, text: str) -> Tokens:
        """The tokens of a text, in order; nothing but blanks lies between them."""
        starts: list[int] = []
        forms: list[str] = []
        spaced: list[bool] = []
        known = self._known
        for run in _RUN.finditer(text):
            at, chunk = run.start(), run[0]
            if chunk[0].isspace():
                if forms and chunk[0] == " ":
                    spaced[-1] = True
                    at, chunk = at + 1, chunk[1:]
                    if not chunk:
                        continue
                parts: tuple[str, ...] = (chunk,)
            else:
                parts = known.get(chunk) or self._remembered(chunk)
            for form in parts:
                starts.append(at)
                at += len(form)
            forms += parts
            spaced += [False] * len(parts)
        return Tokens(starts, forms, spaced)

    def _remembered(self, chunk: str) -> tuple[str, ...]:
        """The tokens of what stands between two white spaces."""
        if len(chunk) >= _LONGEST:
            pieces = (chunk[at : at + _LONGEST] for at in range(0, len(chunk), _LONGEST))
            return tuple(form for piece in pieces for form in self._cut(piece))
        parts = tuple(self._cut(chunk))
        if len(self._known) < _MEMORY:
            self._known[chunk] = parts
        return parts

    def _cut(self, chunk: str) -> list[str]:
        """The tokens of a chunk; special cases are also found amid its tokens."""
        if chunk in self._special:
            return self._special[chunk]
        found = self._affixes(chunk, special=True)
        if len(found) == 1:
            return found
        return self._with_special(found)

    def _with_special(self, forms: list[str]) -> list[str]:
        """Tokens whose run makes up a special case, replaced by its tokens; the longest run first."""
        runs = [
            (end - start, -start)
            for start in range(len(forms))
            for end in range(start + 1, min(len(forms), start + self._longest) + 1)
            if tuple(forms[start:end]) in self._parts
        ]
        if not runs:
            return forms
        taken: set[int] = set()
        kept: dict[int, int] = {}
        for length, before in sorted(runs, reverse=True):
            run = range(-before, -before + length)
            if run[0] not in taken and run[-1] not in taken:
                kept[-before] = length
            taken.update(run)
        found: list[str] = []
        at = 0
        while at < len(forms):
            length = kept.get(at, 0)
            found += self._parts[tuple(forms[at : at + length])] if length else [forms[at]]
            at += length or 1
        return found

    def _affixes(self, chunk: str, *, special: bool) -> list[str]:
        """The chunk's prefixes, what stands between them and its suffixes, cut, and its suffixes."""
        before: list[str] = []
        after: list[str] = []
        cases = self._special if special else {}
        last = 0
        while chunk and len(chunk) != last and not self._is_compound(chunk) and chunk not in cases:
            last = len(chunk)
            first = self._length(self._prefix(chunk))
            if first and chunk[first:] in cases:
                before.append(chunk[:first])
                chunk = chunk[first:]
                break
            final = self._length(self._suffix(chunk[first:]))
            if final and chunk[:-final] in cases:
                after.append(chunk[-final:])
                chunk = chunk[:-final]
                break
            if first and final and first + final <= len(chunk):
                before.append(chunk[:first])
                after.append(chunk[-final:])
                chunk = chunk[first:-final]
            elif first:
                before.append(chunk[:first])
                chunk = chunk[first:]
            elif final:
                after.append(chunk[-final:])
                chunk = chunk[:-final]
        return [*before, *self._middle(chunk, cases), *reversed(after)]

    def _middle(self, chunk: str, cases: dict[str, list[str]]) -> Iterator[str]:
        """What is left of a chunk without its affixes, cut at its infixes."""
        if not chunk:
            return
        if chunk in cases:
            yield from cases[chunk]
            return
        if self._is_compound(chunk) or self._address(chunk):
            yield chunk
            return
        start = 0
        for match in self._infixes(chunk):
            if match.start() == 0:
                continue
            if match.start() != start:
                yield chunk[start : match.start()]
            if match[0]:
                yield match[0]
            start = match.end()
        if start < len(chunk):
            yield chunk[start:]

    def _is_compound(self, chunk: str) -> bool:
        """Whether letters, hyphens and apostrophes make one word: « avant-coureur », « pet-en-l'air »."""
        return not chunk.isalnum() and self._word(chunk) is not None and self._compound(chunk) is not None

    @staticmethod
    def _length(match: re.Match[str] | None) -> int:
        return match.end() - match.start() if match else 0


@cache
def tokenizer() -> Tokenizer:
    """The tokenizer of this process."""
    return Tokenizer(json.loads(files("corpus.annotate.encoder").joinpath("tokenizer.json").read_text("utf-8")))
