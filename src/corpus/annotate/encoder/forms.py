"""What the networks look up of a word form: rows of tables, by hashes of its parts.

The features are those of spaCy's ``MultiHashEmbed``, hashes included, since training started from its tables: the form
in lower case with like marks made one (NORM), its first letter, its last three, its shape.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files

ROWS = (5000, 1000, 2500, 2500)
"""Rows of the tables of norm, prefix, suffix and shape."""
FIRST_SEED = 8
"""The seed of the first table's hash; each further table has the next."""

_ALL = 0xFFFFFFFFFFFFFFFF
_MARKS = {
    **dict.fromkeys(("'s", "'S", "’s", "’S"), "'s"),
    **dict.fromkeys("’‘´`", "'"),
    **dict.fromkeys(("”", "“", "''", "``", "´´", "„", "»", "«", "‘‘", "’’"), '"'),
    **dict.fromkeys(("—", "–", "--", "---", "——"), "-"),
    **dict.fromkeys("€£¥฿₺₹৳₩₣", "$"),
    **dict.fromkeys(("US$", "C$", "A$", "Mex$", "E£"), "$"),
    "？": "?",
    "！": "!",
    "，": ",",
    "；": ";",
    "：": ":",
    "。": ".",
    "।": ".",
    "…": "...",
}


def rows_of(form: str) -> tuple[tuple[int, ...], ...]:
    """The rows of a form in each of the four tables, four in each."""
    parts = (_MARKS.get(form) or form.lower(), form[0], form[-3:], shape(form))
    return tuple(_rows(part, table) for table, part in enumerate(parts))


def shape(form: str) -> str:
    """Its letters as X and x, its digits as d, each run of one kind cut to four: « Dupont-2 » is « Xxxxx-d »."""
    if len(form) >= 100:
        return "LONG"
    found = []
    last, run = "", 0
    for letter in form:
        kind = ("X" if letter.isupper() else "x") if letter.isalpha() else "d" if letter.isdigit() else letter
        run = run + 1 if kind == last else 0
        last = kind
        if run < 4:
            found.append(kind)
    return "".join(found)


@lru_cache(maxsize=1 << 16)
def _rows(part: str, table: int) -> tuple[int, ...]:
    return hashed_rows(text_hash(part), FIRST_SEED + table, ROWS[table])


@cache
def _symbols() -> dict[str, int]:
    """Strings that spaCy numbers instead: its names of labels, such as « aux »."""
    found: dict[str, int] = json.loads(files("corpus.annotate.encoder").joinpath("symbols.json").read_text("utf-8"))
    return found


def text_hash(text: str) -> int:
    """The number of a string as spaCy gives it: MurmurHash64A of its UTF-8 with seed 1, but for its symbols."""
    if (number := _symbols().get(text)) is not None:
        return number
    data = text.encode("utf-8", "surrogatepass")
    length = len(data)
    factor = 0xC6A4A7935BD1E995
    found = 1 ^ (length * factor & _ALL)
    whole = length & ~7
    for at in range(0, whole, 8):
        word = int.from_bytes(data[at : at + 8], "little") * factor & _ALL
        word = (word ^ (word >> 47)) * factor & _ALL
        found = (found ^ word) * factor & _ALL
    if length & 7:
        found = (found ^ int.from_bytes(data[whole:], "little")) * factor & _ALL
    found = (found ^ (found >> 47)) * factor & _ALL
    return found ^ (found >> 47)


def hashed_rows(key: int, seed: int, rows: int) -> tuple[int, ...]:
    """Four rows of a table for a key, as thinc's ``HashEmbed`` picks them (MurmurHash3 x64 128 of eight bytes)."""
    first = key * 0x87C37B91114253D5 & _ALL
    first = ((first << 31) | (first >> 33)) & _ALL
    first = (first * 0x4CF5AD432745937F & _ALL) ^ seed ^ 8
    second = seed ^ 8
    first = (first + second) & _ALL
    second = (second + first) & _ALL
    first, second = _mixed(first), _mixed(second)
    first = (first + second) & _ALL
    second = (second + first) & _ALL
    low = 0xFFFFFFFF
    return (first & low) % rows, (first >> 32) % rows, (second & low) % rows, (second >> 32) % rows


def _mixed(word: int) -> int:
    word = (word ^ (word >> 33)) * 0xFF51AFD7ED558CCD & _ALL
    word = (word ^ (word >> 33)) * 0xC4CEB9FE1A85EC53 & _ALL
    return word ^ (word >> 33)
