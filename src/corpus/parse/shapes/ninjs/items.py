"""How items of ninjs are recognised, and what source.yaml has to leave out so that they can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus.parse.shapes.ninjs.fields import USED, problems, reading_of
from corpus.raw.records import Record

MARKS = ("versioncreated", "versionCreated", "body_text", "body_html", "body_xhtml", "bodies", "pubstatus", "pubStatus")
"""Fields that no other format has: one of them beside an id makes an item."""


def is_item(fields: Mapping[str, object]) -> bool:
    """Whether an object is an item of ninjs, by its fields."""
    return ("uri" in fields or "guid" in fields) and sum(mark in fields for mark in MARKS) > 1


def unused(item: Mapping[str, object]) -> dict[str, str]:
    """The fields of an item, and of what is in it, that cannot be read as they are, each with the reason.

    A field that an article needs is not among them.
    """
    record = Record("", 0, 0, b"")
    reading = reading_of(item, record, ())
    found: dict[str, str] = {}
    for problem in problems(item, reading) if reading else ():
        name = re.sub(r"\[\d+\]", "", problem.path.rpartition(".")[2])
        lower = name.lower()
        needed = lower in USED or any(lower.startswith(one[:-1]) for one in USED if one.endswith("_*"))
        if name and name != "$" and not needed and problem.rule in ("field-unknown", "field-invalid"):
            why = "of another form than" if problem.rule == "field-invalid" else "no field of"
            found[name] = f"not mapped: {why} ninjs {'.'.join(map(str, reading.version if reading else ()))}"
    return found
