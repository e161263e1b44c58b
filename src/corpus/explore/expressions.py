r"""Regular expressions whose classes know all letters, and not those of English alone.

Arrow matches with RE2, in a time that grows with the text whatever the expression. RE2 takes ``\w`` and ``[:alpha:]``
for ASCII: they are written as general categories of Unicode, as Python's ``re`` and PCRE (of CQP) take them.
"""

from __future__ import annotations

import re

_SPACE = r"\t\n\v\f\r\x{1c}-\x{1f}\x{85}\p{Z}"
_NO_SPACE = (
    r"\x{0}-\x{8}\x{e}-\x{1b}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}"
    r"\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff}"
)
_OTHER_CONNECTORS = r"\x{203f}\x{2040}\x{2054}\x{fe33}\x{fe34}\x{fe4d}-\x{fe4f}\x{ff3f}"
"""Marks of the category of the underscore, which is of words."""
_NO_WORD = rf"\p{{C}}\p{{Pd}}\p{{Ps}}\p{{Pe}}\p{{Pi}}\p{{Pf}}\p{{Po}}\p{{S}}\p{{Z}}{_OTHER_CONNECTORS}"
_INSIDE = {
    r"\w": r"\p{L}_\p{M}\p{N}",
    r"\W": _NO_WORD,
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
    r"\s": _SPACE,
    r"\S": _NO_SPACE,
    "[:alpha:]": r"\p{L}\p{M}",
    "[:^alpha:]": r"\p{C}\p{N}\p{P}\p{S}\p{Z}",
    "[:alnum:]": r"\p{L}\p{M}\p{N}",
    "[:^alnum:]": r"\p{C}\p{P}\p{S}\p{Z}",
    "[:word:]": r"\p{L}_\p{M}\p{N}",
    "[:^word:]": _NO_WORD,
    "[:upper:]": r"\p{Lu}",
    "[:^upper:]": r"\P{Lu}",
    "[:lower:]": r"\p{Ll}",
    "[:^lower:]": r"\P{Ll}",
    "[:digit:]": r"\p{Nd}",
    "[:^digit:]": r"\P{Nd}",
    "[:space:]": _SPACE,
    "[:^space:]": _NO_SPACE,
    "[:blank:]": r"\t\p{Zs}",
    "[:punct:]": r"\p{P}\p{S}",
    "[:^punct:]": r"\p{C}\p{L}\p{M}\p{N}\p{Z}",
    "[:graph:]": r"\p{L}\p{M}\p{N}\p{P}\p{S}",
    "[:^graph:]": r"\p{C}\p{Z}",
    "[:print:]": r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}",
}
"""What stands for a class inside of brackets; a class that is not here is one of ASCII by its meaning, or none."""
_PARTS = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\[:\^?\w+:\]|\[\^?\]?|.", re.DOTALL)


class BoundaryError(ValueError):
    r"""An expression asks for ``\b`` or ``\B``, which RE2 knows between ASCII letters alone."""


def with_all_letters(expression: str) -> str:
    r"""The same regular expression for RE2, with classes that know accented letters.

    >>> with_all_letters(r"\w+-\d[[:upper:]’]")
    '[\\p{L}_\\p{M}\\p{N}]+-[\\p{Nd}][\\p{Lu}’]'

    Raises:
        BoundaryError: it asks for ``\b`` or ``\B``.
    """
    found, inside, at = [], False, 0
    while part := _PARTS.match(expression, at):
        text = part[0]
        if inside and text.startswith("["):
            text = text if text in _INSIDE else "["
        elif not inside and text.startswith("[:"):  # no class, but brackets that begin with a colon
            text = "["
        at += len(text)
        if not inside and text in (r"\b", r"\B"):
            raise BoundaryError(text)
        if inside and text == "]":
            inside = False
        elif not inside and text.startswith("["):
            inside = True
        known = _INSIDE.get(text)
        if text in (r"\W", r"\S") and not inside:
            found.append(f"[^{_INSIDE[text.lower()]}]")
        else:
            found.append(text if known is None else known if inside else f"[{known}]")
    return "".join(found)
