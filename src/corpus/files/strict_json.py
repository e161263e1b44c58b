"""JSON without its traps: each key once, whole numbers only, characters only.

Readers of JSON differ in what they make of the rest: of two equal keys they keep the first or the last, 1e400 is
infinite or an error, and half of a surrogate pair is a character until somebody writes it.
"""

from __future__ import annotations

import json
from typing import Any


def read_json(text: str) -> Any:
    """The value that a JSON text says.

    Raises:
        ValueError: it is no JSON, or has a repeated key, a number with a point or exponent or of thousands of digits, a
            lone surrogate, or nesting without end; the message says which, to a person.
    """
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"\\u{ord(error.object[error.start]):04x}, half of a character") from None
    except RecursionError:
        raise ValueError("nesting without end") from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} a second time")
        found[key] = value
    return found


def _no_float(written: str) -> int:
    raise ValueError(f"the number {written[:40]}, which is not written as a whole number")
