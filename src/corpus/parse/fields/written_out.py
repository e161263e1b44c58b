"""Lists and objects that programs wrote into one cell as text: « ['Anne Roux', 'Yann Le Goff'] »."""

from __future__ import annotations

import ast
import json
import re

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_LONGEST = 1_000_000
_LONGEST_OBJECT = 5_000
_CALLED = re.compile(
    r"(?:datetime\.)?(?:datetime|date)\(([0-9, ]+)(?:, tzinfo=[^()]*(?:\(\))?)?\)|Timestamp\('([^']+)'.*\)"
)


def listed(value: object) -> object:
    """The list that a text is, as Python, JSON or NumPy writes one; any other value as it is."""
    if not (isinstance(value, str) and value.startswith("[") and value.endswith("]")):
        return value
    if len(value) < _LONGEST_OBJECT and _STRING.sub("", value[1:-1]).isspace():  # NumPy writes no commas
        value = f"[{','.join(_STRING.findall(value))}]"
    read = _read(value)
    return read if isinstance(read, list) else value


def thing(value: object) -> object:
    """The list, set or object that a text is, a set as a list in its order; any other value as it is."""
    if not isinstance(value, str) or not value.startswith(("{", "(")) or len(value) > _LONGEST_OBJECT:
        return listed(value)
    if not value.endswith(("}", ")")):
        return value
    read = _read(value)
    if isinstance(read, (set, tuple)):
        read = _read(f"[{value[1:-1]}]")
    return read if isinstance(read, (dict, list)) else value


def _read(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        pass
    try:
        return ast.literal_eval(value) if len(value) < _LONGEST else value
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return value


def date_called(value: str) -> str:
    """The date that Python writes as a call, else the text as it is.

    >>> date_called("datetime.datetime(2023, 3, 1, 6, 30)"), date_called("Timestamp('2023-03-01 06:30:00')")
    ('2023-03-01T06:30:00', '2023-03-01 06:30:00')
    """
    if "(" not in value or not (found := _CALLED.fullmatch(value)):
        return value
    if found[2]:
        return found[2]
    numbers = [int(part) for part in found[1].split(",") if part.strip()]
    if not 3 <= len(numbers) <= 7:
        return value
    day = "{:04}-{:02}-{:02}".format(*numbers)
    clock = "T{:02}:{:02}:{:02}".format(*[*numbers[3:6], 0, 0][:3]) if len(numbers) > 3 else ""
    return day + clock
