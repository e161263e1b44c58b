"""What is wrong with a file of a release, and how the place of it is said: row, record, column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.model.problem import Problem

AGAIN = "take the release again from where it came; do not mend it by hand"
_MOST = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows of a file that say what they should not: from ``first`` to ``last``, both included, counted from 0.

    ``columns`` are those in which the fault may lie, ``identity`` the id of the record where it can be told.
    """

    first: int
    last: int
    columns: tuple[str, ...]
    rule: str
    found: str
    wanted: str
    identity: str = ""

    @property
    def rank(self) -> tuple[int, int, int]:
        """The first row stands before, and of what concerns one row that which names its column best."""
        return self.first, self.last, len(self.columns)


@dataclass
class Group:
    """A row group that was looked at: its first row, its rows, the columns that do not say what the manifest hashed."""

    first: int
    rows: int
    changed: tuple[str, ...] = ()


@dataclass
class Table:
    """A Parquet file of a table while it is verified: its entry in the manifest and what was found so far.

    ``altered`` says how its bytes differ from those that the manifest hashed, empty where they do not.
    """

    entry: dict[str, Any]
    altered: str = ""
    groups: dict[int, Group] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Its path in the release."""
        return str(self.entry["path"])

    def add(self, found: Finding) -> None:
        """Keep a finding; where there are very many, the first ones."""
        self.findings.append(found)
        if len(self.findings) > 2 * _MOST:
            self.findings = sorted(self.findings, key=lambda one: one.rank)[:_MOST]

    def answer(self) -> list[Problem]:
        """The first difference of the file, none where it is sound."""
        if self.problems:
            return self.problems[:1]
        changed = [group for group in self.groups.values() if group.changed]
        if changed:
            return [self._tampered(changed)]
        if self.findings:
            return [self._said(min(self.findings, key=lambda one: one.rank))]
        if self.altered:
            wanted = "the bytes whose SHA-256 stands in MANIFEST.json"
            found = f"{self.altered}; every value is as it was"
            return [Problem(self.path, 0, "", "release-tampered", found, wanted, AGAIN)]
        return []

    def _tampered(self, changed: Sequence[Group]) -> Problem:
        """The problem of a file of which columns differ: the row too, where a hash of the record tells it."""
        near = [
            (one.rank, one, shared)
            for group in changed
            for one in self.findings
            if group.first <= one.first < group.first + group.rows
            and (shared := tuple(name for name in group.changed if name in one.columns))
        ]
        if near:
            _, one, shared = min(near, key=lambda item: item[0])
            found = f"{one.found} ({one.rule})"
            return Problem(self.path, 0, _place(one, shared), "release-tampered", found, one.wanted, AGAIN)
        group = changed[0]
        place = Finding(group.first, group.first + group.rows - 1, group.changed, "release-tampered", "", "")
        found = "values that the manifest does not hash so; no hash of a record tells which row"
        wanted = "the values whose hashes stand in MANIFEST.json"
        return Problem(self.path, 0, _place(place, group.changed), "release-tampered", found, wanted, AGAIN)

    def _said(self, one: Finding) -> Problem:
        return Problem(self.path, 0, _place(one, one.columns), one.rule, one.found, one.wanted, AGAIN)


def _place(one: Finding, columns: Sequence[str]) -> str:
    """Row, record and column as people read them: ``row 17 (agence-hexa/abc), column title``."""
    rows = f"row {one.first}" if one.first == one.last else f"rows {one.first}-{one.last}"
    record = f" ({one.identity})" if one.identity else ""
    shown = ", ".join(columns[:6]) + (f" or {len(columns) - 6} more" if len(columns) > 6 else "")
    return f"{rows}{record}, column{'s' if len(columns) > 1 else ''} {shown}" if columns else f"{rows}{record}"
