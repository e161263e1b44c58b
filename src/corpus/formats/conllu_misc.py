"""What stands in MISC of CoNLL-U: white space with escapes, and spans in brackets of the form that CorefUD has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

ENTITY_TYPES = {"PER": "person", "LOC": "place", "ORG": "organization", "MISC": "other"}
"""Types of entities as UD's validator knows them."""

_STEERS = re.compile(r"[\s%,|=()\[\]<>-]")
_SPACES = {" ": r"\s", "\n": r"\n", "\t": r"\t", "\r": r"\r"}
_ESCAPED_SPACE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_SPACE_OF = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "p": "|", "\\": "\\"}
_BRACKET = re.compile(r"\(([^()]+)\)|\(([^()]+)|([^()]+)\)")


def escaped(text: str) -> str:
    """A text as a value inside of a bracket, with % and the bytes in UTF-8 for what steers there."""
    return _STEERS.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def escaped_space(space: str) -> str:
    r"""White space as UDPipe writes it: \s, \n, \t, \r, and \u with four digits for any other."""
    return "".join(_SPACES.get(one, f"\\u{ord(one):04X}") for one in space)


def unescaped_space(text: str) -> str:
    """The white space that ``escaped_space`` was given; what stands for none is left as it is."""

    def space(found: re.Match[str]) -> str:
        one = chr(int(found[1], 16)) if found[1] else _SPACE_OF.get(found[2], "")
        return one if one.isspace() or found[2] in ("p", "\\") else found[0]

    return _ESCAPED_SPACE.sub(space, text)


class Bracket(NamedTuple):
    """A bracket: whether it opens and closes a span, and the fields in it, still escaped."""

    opens: bool
    closes: bool
    fields: tuple[str, ...]


def brackets(value: str) -> Iterator[Bracket]:
    """The brackets of a value.

    Raises:
        ValueError: it is not made of brackets.
    """
    at = 0
    while at < len(value):
        if (found := _BRACKET.match(value, at)) is None:
            raise ValueError(value)
        single, opening, closing = found.groups()
        fields = (single or opening or closing or "").split("-")
        yield Bracket(closing is None, opening is None, tuple(fields))
        at = found.end()


def said(other: str) -> dict[str, str]:
    """The names and values of a field ``other``: ``name:value``, parted by commas."""
    parts = (part.partition(":") for part in other.split(",") if part)
    return {name: unquote(value) for name, _, value in parts}
