"""The command that compares: what two releases do not share."""

from __future__ import annotations

import sys
from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import click

from corpus.cli.common import Styled, options, say
from corpus.model.foreign_text import as_json, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.release.changes import Difference
    from corpus.release.diff import Batch, Change
    from corpus.release.read.reader import Release

SHOWN = 10
"""Rows of each table that are shown of each kind; --json shows all."""
_CUT = 48
_KINDS = {"removed": ("-", "red"), "changed": ("~", "yellow"), "added": ("+", "green")}
_NAMING = ("title", "text", "value", "kind")


@click.command()
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--stat", is_flag=True, help="Count only.")
@options("json")
def diff(old: str, new: str, *, stat: bool, as_json: bool) -> None:
    """Say which rows and columns two releases do not share.

    The exit code is 0 where they share all, 1 where not. A and B are release folders, hub:org/name@X.Y.Z, s3://... and
    the like. The order of rows, first_release, raw_path and the annotators of silver are no difference.

    \b
    Examples:
      corpus diff build/1.0.0 build/1.1.0
      corpus diff hub:org/name@1.0.0 hub:org/name@1.1.0 --stat
      corpus diff build/1.0.0 build/1.1.0 --json
    """
    from corpus.release import diff as comparing
    from corpus.release.read.reader import open_release

    releases = open_release(old), open_release(new)
    if as_json:
        found = _as_json(releases, stat=stat)
    else:
        samples: dict[str, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))

        def keep(batch: Batch) -> None:
            kept = samples[batch.name][batch.kind]
            if len(kept) < SHOWN:
                kept += batch.changes(most=SHOWN - len(kept))

        found = comparing.diff(*releases, None if stat else keep)
        _print(found, samples)
    sys.exit(0 if found.same else 1)


def _as_json(releases: tuple[Release, Release], *, stat: bool) -> Difference:
    """Print one JSON object, a change a line, as they are found."""
    from corpus.release import diff as comparing
    from corpus.release.write.changelog import described

    before = ""

    def show(batch: Batch) -> None:
        nonlocal before
        for change in batch.changes():
            click.echo(f"{before}    {as_json(change.as_json(), default=str)}", nl=False)
            before = ",\n"

    old, new = releases
    click.echo("{")
    for name, release in (("old", old), ("new", new)):
        about = {"where": release.where, "name": release.manifest.get("name"), "version": release.version}
        click.echo(f'  "{name}": {as_json(about)},')
    if not stat:
        click.echo('  "changes": [')
    found = comparing.diff(old, new, None if stat else show)
    if not stat:
        click.echo(("\n" if before else "") + "  ],")
    summary = {"same": found.same, **described(found)}
    click.echo(as_json(summary, indent=2).removeprefix("{\n"))
    return found


def _print(found: Difference, samples: Mapping[str, Mapping[str, list[Change]]]) -> None:
    """The counts of each table, under each the first rows, last what that asks of a version."""
    from corpus.release.changes import level

    for table, change in found.tables.items():
        if not change:
            continue
        counts = {kind: getattr(change, kind) for kind in _KINDS}
        said: list[str | Styled] = [Styled(table, bold=True)]
        for kind, count in counts.items():
            if count:
                said += [", " if len(said) > 1 else ": ", Styled(f"{count:,} {kind}", fg=_KINDS[kind][1])]
        fields = ", ".join(f"{name} {count:,}" for name, count in _telling(change.fields).items())
        say(*said, f" ({fields})" if fields else "")
        for kind, rows in ((kind, samples.get(table, {}).get(kind, [])) for kind in _KINDS):
            for row in rows:
                say("  ", *_line(row))
            if rows and counts[kind] > len(rows):
                say(f"    ... and {counts[kind] - len(rows):,} more {kind}: --json prints all")
    for kind in ("added", "removed", "retyped"):
        if names := getattr(found, f"columns_{kind}"):
            say(f"columns {kind}: {', '.join(names)}")
    if found.same:
        say("the same")
        return
    say(f"this asks for a {level(found)} version:")
    for reason in found.reasons:
        say(f"  {reason}")


def _line(change: Change) -> tuple[Styled, str]:
    """One row in one line: its key, and what it says or how that changed."""
    sign, colour = _KINDS[change.kind]
    key = change.id if change.index is None else f"{change.id} [{change.index}]"
    if change.kind == "changed":
        pairs = {name: _apart(change.old[name], change.new[name]) for name in _telling(dict.fromkeys(change.fields, 0))}
        words = ", ".join(f"{name}: {before} -> {now}" for name, (before, now) in pairs.items())
    else:
        row = change.old or change.new
        words = next((_short(row[name]) for name in _NAMING if row.get(name)), "")
    return Styled(sign, fg=colour), f" {key}{'  ' + words if words else ''}"


def _telling(fields: Mapping[str, int]) -> dict[str, int]:
    """Columns that tell people something: a hash only where nothing else changed."""
    return {name: count for name, count in fields.items() if not name.endswith("_sha256")} or dict(fields)


def _apart(old: Any, new: Any) -> tuple[str, str]:
    """Two values on one line, of long ones the places where they begin to differ."""
    before, now = _words(old), _words(new)
    same = takewhile(lambda letters: letters[0] == letters[1], zip(before, now, strict=False))
    start = sum(1 for _ in same) - _CUT // 4
    if start <= 0 or max(len(before), len(now)) <= _CUT:
        start = 0
    return _short(before, start), _short(now, start)


def _words(value: Any) -> str:
    """A value as words that may be printed."""
    return printable(value) if isinstance(value, str) else as_json(value, default=str)


def _short(value: Any, start: int = 0) -> str:
    """A value on one line, of a long one what stands at a place."""
    words = _words(value)
    head, tail = "... " if start else "", " ..." if len(words) - start > _CUT else ""
    return f"« {head}{words[start : start + _CUT]}{tail} »"
