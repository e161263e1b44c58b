"""One map of columns for all tables and files of a source, whose columns may be called differently in each.

A field may have several columns: of those that a table has, the surest that is filled counts. What is a title in one
table and a text in another has no one meaning: the second table needs a source of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.parse.fields.column_names import fields_of, part_of_date

REQUIRED = ("title", "text", "paragraphs", "date")
"""Fields without which there is no article: of others it is better to say nothing than to say what may be wrong."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What a table proves: the field of each column, the columns that are left out with reasons, and how it is written.

    ``file`` names the file that it stands in; ``ids`` are the values of the column that fills ``id``.
    """

    file: str
    fields: Mapping[str, str]
    left_out: Mapping[str, str]
    ids: tuple[str, ...] = ()
    encoding: str = ""
    date_format: str = ""
    markup: str = ""


def merged(tables: Sequence[Proved], *, several: bool = True) -> tuple[dict[str, object], dict[str, str]]:
    """What source.yaml says so that all these tables can be read, and why some files cannot be, by their names.

    Where not ``several`` columns may fill a field, as in a file of lines, the surest does.
    """
    faults: dict[str, str] = {}
    encoding = _encoding(tables, faults)
    fields = _fields(tables, faults)
    sound = [one for one in tables if one.file not in faults]
    left_out = _repeated(fields, sound, several=several)
    fields = {name: field for name, field in fields.items() if name not in left_out}
    for one in sound:
        for name, field in one.fields.items():
            if name not in fields:
                why = f"not mapped: it is {field} in {one.file}, and something else in other tables"
                left_out.setdefault(name, why)
    for one in sound:
        left_out = {**{name: reason for name, reason in one.left_out.items() if name not in fields}, **left_out}
    found: dict[str, object] = {}
    several_times = {field for field, count in Counter(fields.values()).items() if count > 1}
    if own := {name: field for name, field in fields.items() if name != field or field in several_times}:
        found["fields"] = own
    if left_out:
        found["left_out"] = left_out
    if encoding:
        found["encoding"] = encoding
    formats = {one.date_format for one in sound} - {""}
    if len(formats) == 1:  # of two that contradict each other neither is proved
        found["date_format"] = formats.pop()
    if any(one.markup for one in sound):
        found["markup"] = "html"
    return found, faults


def _encoding(tables: Sequence[Proved], faults: dict[str, str]) -> str:
    """The encoding of most files of those that need one; the others go to ``faults``."""
    files = list({one.file: one for one in tables}.values())
    counted = Counter(one.encoding for one in files if one.encoding)
    if not counted:
        return ""
    best = counted.most_common(1)[0][0]
    others = [one for one in files if one.encoding not in ("", best)]
    faults |= {one.file: f"{one.encoding}, while other files are {best}" for one in others}
    return best


def _repeated(fields: Mapping[str, str], tables: Sequence[Proved], *, several: bool) -> dict[str, str]:
    """The columns that are left out: ids that repeat or, where not ``several``, those beside a surer one."""
    reasons: dict[str, str] = {}
    ids = [value for one in tables for value in one.ids]
    if several and len(set(ids)) < len(ids):
        reasons = {name: "not mapped: its ids repeat in other tables" for name in fields if fields[name] == "id"}
    if not several:
        for field in set(fields.values()):
            first, *others = (name for name in fields if fields[name] == field)
            reasons |= dict.fromkeys(others, f"not mapped: {first} fills {field} already")
    return reasons


def _fields(tables: Sequence[Proved], faults: dict[str, str]) -> dict[str, str]:
    """The field of each column of all tables, of each field the surest column first."""
    given: dict[str, str] = {}
    unsure: set[str] = set()
    for one in tables:
        for name, field in one.fields.items():
            before = given.get(name, field)
            if before == field:
                continue
            if before in REQUIRED or field in REQUIRED:
                faults.setdefault(one.file, f"{name} is the {field} here, and the {before} in other files")
            else:
                unsure.add(name)
        if one.file not in faults:
            given = {**one.fields, **given}
    kept = {name: field for name, field in given.items() if name not in unsure}
    order = list(dict.fromkeys(field for one in tables for field in one.fields.values()))

    def place(one: tuple[str, str]) -> tuple[int, bool, int]:
        name, field = one
        part = part_of_date(name) if field == "date" else -1
        return order.index(field), name != field, 1000 + part if part >= 0 else fields_of(name).get(field, 99)

    return dict(sorted(kept.items(), key=place))
