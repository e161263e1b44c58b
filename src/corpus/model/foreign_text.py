"""Text that others wrote, made fit to be shown: on a terminal, in Markdown, in JSON that people open.

A name, a path or a value of a record may hold anything. Shown as it is, it could steer a terminal, turn a line round,
forge another line, or stand in a card as a link or as HTML. Whatever is printed or written for people goes through one
of these functions; there is no other.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote


class _Shown(dict[int, str]):
    """How each character is shown, by its number: itself, or an escape where it does not show or is no writing."""

    def __init__(self, escape: Callable[[str], str], kept: str = "") -> None:
        super().__init__({ord(one): one for one in kept})
        self._escape = escape

    def __missing__(self, number: int) -> str:
        one = chr(number)
        shows = one.isprintable() or unicodedata.category(one) == "Zs"
        self[number] = one if shows else self._escape(one)
        return self[number]


_PRINTABLE = _Shown(lambda one: one.encode("unicode_escape").decode("ascii"))
_IN_JSON = _Shown(lambda one: re.sub("....", r"\\u\g<0>", one.encode("utf-16-be", "surrogatepass").hex()), kept="\n")


def printable(text: str) -> str:
    r"""A text on one line, with escapes for what steers, hides or is no character: controls, bidi, surrogates and such.

    >>> printable("Léa\x1b[2J\u202e\nsound")
    'Léa\\x1b[2J\\u202e\\nsound'
    """
    return text if text.isprintable() else text.translate(_PRINTABLE)


def all_printable(row: Iterable[Any]) -> list[Any]:
    """The values of a row, its texts as ``printable`` gives them."""
    return [printable(value) if isinstance(value, str) else value for value in row]


def as_json(value: Any, **how: Any) -> str:
    r"""A value as JSON that people may open: letters stand as they are, what does not show as an escape of JSON.

    ``how`` is as ``json.dumps`` takes it.

    >>> print(as_json(["é\u202e", "\x9b"]))
    ["é\u202e", "\u009b"]
    """
    return json.dumps(value, ensure_ascii=False, **how).translate(_IN_JSON)


_SPECIAL = re.compile(r"[\\`*_\[\]<>|#~&$@]|:(?=//)|(?<=\bwww)\.|^[-+=]", re.IGNORECASE)
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def in_markdown(text: str) -> str:
    r"""A text that Markdown shows as it is, on one line: no markup, HTML, link, picture or cell of a table comes of it.

    >>> print(in_markdown("[Léa](https://a.example) | <b>"))
    \[Léa\](https\://a.example) \| \<b\>
    """
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", printable(" ".join(text.split()))))


def as_code(text: str) -> str:
    """A text as code of Markdown, in a table as well; a backtick, which would end it, becomes an apostrophe."""
    return "`" + printable(" ".join(text.split())).replace("`", "'").replace("|", "\\|") + "`"


def as_link(text: str, address: str | None) -> str:
    """A text that Markdown shows as a link, without one where the address is none of the web."""
    if not re.match(r"https?://", address or "", re.IGNORECASE):
        return in_markdown(text)
    place = quote(address or "", safe="/:?#@!$&*+,;=%-._~'")
    return f"[{in_markdown(text)}]({place})"
