"""CHANGES.json and CHANGELOG.md: what each version changed, newest first, for programs and for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from corpus.model.foreign_text import as_code, in_markdown
from corpus.release.changes import Difference, Reason, level
from corpus.release.write.metadata import ReleaseMetadata

_FORMAT = 1


def entry(metadata: ReleaseMetadata, difference: Difference) -> dict[str, Any]:
    """What a version changed, as CHANGES.json lists it; its level is ``first`` where none was before."""
    previous = metadata.previous["version"] if metadata.previous else None
    return {
        "version": metadata.version,
        "previous": previous,
        "date": metadata.date,
        **described(difference),
        **({} if previous else {"level": "first"}),
        "contributors": list(metadata.contributors),
        "withdrawn": list(metadata.withdrawn_now),
    }


def described(difference: Difference) -> dict[str, Any]:
    """A difference as CHANGES.json and ``corpus diff --json`` give it: its level, the reasons, tables and columns."""
    return {
        "level": level(difference),
        "why": [asdict(one) | {"examples": list(one.examples)} for one in difference.reasons],
        "tables": {
            table: asdict(change) | {"fields": dict(sorted(change.fields.items()))}
            for table, change in difference.tables.items()
            if change
        },
        "columns": {kind: list(getattr(difference, f"columns_{kind}")) for kind in ("added", "removed", "retyped")},
    }


def changes(
    newest: Mapping[str, Any], previous: Mapping[str, Any] | None = None, named: Collection[str] = ()
) -> dict[str, Any]:
    """All versions, newest first: ``newest`` is what ``entry`` gives, ``previous`` the CHANGES.json before.

    Of those whom earlier versions thank only the ``named`` are still thanked.
    """
    earlier = [
        {**one, "contributors": [name for name in one["contributors"] if name in named]}
        for one in (previous or {"releases": ()})["releases"]
    ]
    return {"format": _FORMAT, "releases": [dict(newest), *earlier]}


def changelog(entries: Mapping[str, Any]) -> str:
    """The same, as ``changes`` gives it, for people in Markdown."""
    return "\n".join(["# Changes", "", *(line for one in entries["releases"] for line in [*_section(one), ""])])


_LEVELS = {
    "first": "The first version.",
    "major": "A major version: what was published before is removed or changed.",
    "minor": "A minor version: what was published before stands, more is added.",
    "patch": "A patch: the tables say what they said before.",
}


def _section(one: Mapping[str, Any]) -> list[str]:
    """The lines of one version."""
    day = f" ({in_markdown(one['date'])})" if one["date"] else ""
    lines = [f"## {in_markdown(one['version'])}{day}", "", _LEVELS[one["level"]]]
    why = [Reason(each["change"], each["table"], each["count"], tuple(each["examples"])) for each in one["why"]]
    if why:
        lines += ["", *(f"- {in_markdown(str(reason))}" for reason in why)]
    if one["tables"]:
        lines += ["", "| rows of | added | removed | changed | fields |", "| --- | ---: | ---: | ---: | --- |"]
        for table, change in one["tables"].items():
            fields = ", ".join(f"{as_code(name)} {count:,}" for name, count in change["fields"].items())
            counts = " | ".join(f"{change[kind]:,}" for kind in ("added", "removed", "changed"))
            lines.append(f"| {in_markdown(table)} | {counts} | {fields} |")
    for kind in ("added", "removed", "retyped"):
        if names := one["columns"][kind]:
            lines += ["", f"Columns {kind}: " + ", ".join(map(as_code, names)) + "."]
    if one["contributors"]:
        lines += ["", "With thanks to " + ", ".join(map(in_markdown, one["contributors"])) + "."]
    if one["withdrawn"]:
        lines += ["", "Withdrawn: " + ", ".join(map(as_code, one["withdrawn"])) + "."]
    return lines
