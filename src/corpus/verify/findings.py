"""What is wrong with a file of a release, and how people are told where: row, record, column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa

from corpus.model.problem import Problem

_MOST = 64


def release_problem(file: str, path: str, rule: str, found: object, wanted: str, line: int = 0) -> Problem:
    """A problem of a file of a release; nobody can mend it there."""
    hint = "take the release again from where it came; do not mend it by hand"
    return Problem(file, line, path, rule, str(found), wanted, hint)


class Fault(NamedTuple):
    """What is wrong with ``rows`` rows of a row group from ``row`` on.

    ``columns`` are those in which the fault may lie; then what is there and what should be.
    """

    row: int
    columns: tuple[str, ...]
    found: str
    wanted: str
    rule: str = "release-record"
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault in a file: its first and last row there, both included, counted from 0, and the id of the record."""

    first: int
    last: int
    fault: Fault
    identity: str = ""

    @property
    def rank(self) -> tuple[int, int, int]:
        """The first row stands before, and of what concerns one row that which names its column best."""
        return self.first, self.last, len(self.fault.columns)


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A row group that was looked at: its first row, its rows, the columns that do not say what the manifest hashed."""

    first: int
    rows: int
    changed: tuple[str, ...] = ()


@dataclass
class TableFile:
    """A Parquet file of a table while it is verified: its entry in the manifest and what was found so far.

    ``altered`` says how its bytes differ from those that the manifest hashed, empty where they do not. ``problem``
    is what keeps its rows from being looked at, ``beside`` what its footer says otherwise than its rows.
    ``uncompressed`` is the size of its row groups before compression.
    """

    entry: dict[str, Any]
    altered: str = ""
    groups: list[RowGroup] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    problem: Problem | None = None
    beside: Problem | None = None
    uncompressed: int = 0

    @property
    def path(self) -> str:
        """Its path in the release."""
        return str(self.entry["path"])

    @property
    def table(self) -> str:
        """The table that it belongs to."""
        return self.path.split("/")[1]

    def add(self, faults: Iterable[Fault], first: int, ids: pa.ChunkedArray) -> None:
        """Keep the faults of a row group that begins at row ``first``; where there are very many, the first ones."""
        for fault in faults:
            begin = first + fault.row
            identity = ids[fault.row].as_py() or ""
            self.findings.append(Finding(begin, begin + fault.rows - 1, fault, identity))
        if len(self.findings) > 2 * _MOST:
            self.findings = sorted(self.findings, key=lambda one: one.rank)[:_MOST]

    def first_problem(self) -> Problem | None:
        """The first difference of the file, None where it is sound."""
        if self.problem is not None:
            return self.problem
        changed = [group for group in self.groups if group.changed]
        if changed:
            return self._tampered(changed)
        if self.findings:
            first = min(self.findings, key=lambda one: one.rank)
            fault = first.fault
            return release_problem(self.path, _where(first, fault.columns), fault.rule, fault.found, fault.wanted)
        if self.beside is not None and not self.altered:
            return self.beside
        if self.altered:
            found = f"{self.altered}; every value is as it was"
            return release_problem(
                self.path, "", "release-tampered", found, "the bytes whose SHA-256 stands in MANIFEST.json"
            )
        return None

    def _tampered(self, changed: Sequence[RowGroup]) -> Problem:
        """The problem of a file of which columns differ: the row too, where a hash of the record tells it."""
        near = [
            (one.rank, one, shared)
            for group in changed
            for one in self.findings
            if group.first <= one.first < group.first + group.rows
            and (shared := tuple(name for name in group.changed if name in one.fault.columns))
        ]
        if near:
            _, finding, columns = min(near, key=lambda item: item[0])
            found, wanted = f"{finding.fault.found} ({finding.fault.rule})", finding.fault.wanted
        else:
            first, count, columns = changed[0].first, changed[0].rows, changed[0].changed
            found = "values with other hashes than in the manifest; no hash of a record tells which row"
            wanted = "the values whose hashes stand in MANIFEST.json"
            finding = Finding(first, first + count - 1, Fault(0, columns, found, wanted))
        return release_problem(self.path, _where(finding, columns), "release-tampered", found, wanted)


def _where(finding: Finding, columns: Sequence[str]) -> str:
    """Row, record and column as people read them: ``row 17 (agence-hexa/abc), column title``."""
    first, last = finding.first, finding.last
    rows = f"row {first}" if first == last else f"rows {first}-{last}"
    record = f" ({finding.identity})" if finding.identity else ""
    shown = ", ".join(columns[:6]) + (f" or {len(columns) - 6} more" if len(columns) > 6 else "")
    return f"{rows}{record}, column{'s' if len(columns) > 1 else ''} {shown}" if columns else f"{rows}{record}"
