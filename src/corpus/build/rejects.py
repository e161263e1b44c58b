"""The list of rejected records that a build leaves beside a release."""

from __future__ import annotations

import json
import os
from pathlib import Path

from corpus.build.report import Report
from corpus.files.deletion import remove_file
from corpus.files.paths import Location, kind_of, reading, replace
from corpus.files.refusals import refused, unwritable
from corpus.model.foreign_text import as_json
from corpus.model.problem import Problem, UsageError
from corpus.raw.listing import lies_in_raw

_LONGEST = 1 << 26
"""No line of a list has more bytes."""


def refuse_rejects(file: Location, out: Location | None = None) -> None:
    """Stop where a list of rejected records may not be written: what stands there may be all that somebody has.

    It takes the place of nothing but an earlier list, and lies outside of the release folder ``out`` and of any raw/.

    Raises:
        UsageError: rule ``place-not-free``.
    """
    wanted = "a free name for a file, or an earlier list of rejected records"
    hint = "give --rejects another file, or move away what is there"
    try:
        found = kind_of(file)
        if found == "a file":
            found = "" if _is_list(file) else "a file with other things in it"
    except OSError as error:
        found = refused(error)
    if not found and isinstance(file, Path) and lies_in_raw(file):
        found, wanted = "a place in the raw/ of a corpus, where it would be read as a record", "a file elsewhere"
    places = () if out is None else (out, out.parent / f"{out.name}.partial")
    if not found and any(_overlap(file, place) for place in places):
        found, wanted = "a place in the release folder, or above it", "a file beside the release folder"
    if found:
        raise UsageError(Problem(str(file), 0, "", "place-not-free", found, wanted, hint))


def _is_list(file: Location) -> bool:
    """Whether a file is a list of rejected records to its last line, or empty."""
    with reading(file) as lines:
        while line := lines.readline(_LONGEST):
            try:
                values = json.loads(line)
            except (ValueError, RecursionError):
                return False
            if not (isinstance(values, dict) and {"file", "line", "source", "problems"} <= values.keys()):
                return False
    return True


def _overlap(one: Location, other: Location) -> bool:
    """Whether two places are the same, or one of them lies in the other."""
    first, second = (f"{os.path.realpath(place) if isinstance(place, Path) else place}/" for place in (one, other))
    return first.startswith(second) or second.startswith(first)


def write_rejects(report: Report, file: Location) -> None:
    """One JSON object a line for each record that was rejected, ``held`` back or ``superseded``, with its problems.

    Where there is none, there is no file.

    Raises:
        UsageError: as ``refuse_rejects``.
        CorpusError: the file cannot be written.
    """
    refuse_rejects(file)
    try:
        if report.rejected or report.held or report.superseded:
            listed = [refusal.as_json() for refusal in report.rejected]
            listed += [{**refusal.as_json(), "held": True} for refusal in report.held]
            listed += [{**refusal.as_json(), "superseded": True} for refusal in report.superseded]
            lines = [as_json(one) + "\n" for one in listed]
            replace(file, "".join(lines).encode())
        else:
            remove_file(file)
    except OSError as error:
        raise unwritable(file, error, "a file that can be written") from None
