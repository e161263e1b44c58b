"""CHANGES.json and CHANGELOG.md: what each version changed, newest first, for programs and for people."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.release.changes import Difference, Reason, level

_FORMAT = 1


def entry(
    difference: Difference,
    version: str,
    previous: str | None,
    date: str | None = None,
    contributors: Sequence[str] = (),
    withdrawn: Sequence[str] = (),
) -> dict[str, Any]:
    """What a version changed, as CHANGES.json lists it; its level is ``first`` where none was before.

    ``contributors`` are the names of those whose records are new or changed, ``withdrawn`` the ids that this version
    no longer has.
    """
    return {
        "version": version,
        "previous": previous,
        "date": date,
        "level": "first" if previous is None else level(difference),
        "why": [
            {"change": one.change, "table": one.table, "count": one.count, "examples": list(one.examples)}
            for one in difference.reasons
        ],
        "tables": {
            table: {
                "added": change.added,
                "removed": change.removed,
                "changed": change.changed,
                "fields": dict(sorted(change.fields.items())),
            }
            for table, change in difference.tables.items()
            if change
        },
        "columns": {
            "added": list(difference.columns_added),
            "removed": list(difference.columns_removed),
            "retyped": list(difference.columns_retyped),
        },
        "contributors": list(contributors),
        "withdrawn": list(withdrawn),
    }


def changes(newest: Mapping[str, Any], previous: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All versions, newest first: ``newest`` is what ``entry`` gives, ``previous`` the CHANGES.json before."""
    return {"format": _FORMAT, "releases": [dict(newest), *(previous or {"releases": ()})["releases"]]}


def changes_json(newest: Mapping[str, Any], previous: Mapping[str, Any] | None = None) -> bytes:
    """The bytes of CHANGES.json."""
    return (json.dumps(changes(newest, previous), indent=2, ensure_ascii=False) + "\n").encode()


def changelog(known: Mapping[str, Any]) -> str:
    """The same for people, in Markdown; ``known`` is what ``changes`` gives or CHANGES.json holds."""
    return "\n".join(["# Changes", "", *(line for one in known["releases"] for line in [*_section(one), ""])])


_LEVELS = {
    "first": "The first version.",
    "major": "A major version: what was published before is removed or changed.",
    "minor": "A minor version: what was published before stands, more is added.",
    "patch": "A patch: the tables say what they said before.",
}


def _section(one: Mapping[str, Any]) -> list[str]:
    """The lines of one version."""
    day = f" ({one['date']})" if one["date"] else ""
    lines = [f"## {one['version']}{day}", "", _LEVELS[one["level"]]]
    why = [Reason(each["change"], each["table"], each["count"], tuple(each["examples"])) for each in one["why"]]
    if why:
        lines += ["", *(f"- {_plain(str(reason))}" for reason in why)]
    if one["tables"]:
        lines += ["", "| rows of | added | removed | changed | fields |", "| --- | ---: | ---: | ---: | --- |"]
        for table, change in one["tables"].items():
            fields = ", ".join(f"`{name}` {count:,}" for name, count in change["fields"].items())
            counts = " | ".join(f"{change[kind]:,}" for kind in ("added", "removed", "changed"))
            lines.append(f"| {_plain(table)} | {counts} | {fields} |")
    for kind in ("added", "removed", "retyped"):
        if names := one["columns"][kind]:
            lines += ["", f"Columns {kind}: " + ", ".join(f"`{name}`" for name in names) + "."]
    if one["contributors"]:
        lines += ["", "With thanks to " + ", ".join(map(_plain, one["contributors"])) + "."]
    if one["withdrawn"]:
        lines += ["", "Withdrawn: " + ", ".join(f"`{identity}`" for identity in one["withdrawn"]) + "."]
    return lines


_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")


def _plain(words: str) -> str:
    """Words that Markdown shows as they are, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))
