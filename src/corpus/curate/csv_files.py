"""A list for a spreadsheet, written where nothing stands."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from corpus.files.refusals import writing
from corpus.model.foreign_text import printable
from corpus.model.problem import Problem, UsageError


def refuse_taken(file: Path, option: str) -> None:
    """Stop where a list may not be written, since something stands there; ``option`` named the file.

    Raises:
        UsageError: rule ``place-not-free``.
    """
    if file.is_symlink() or file.exists():
        hint = f"give {option} another file, or move away what is there"
        raise UsageError(Problem(str(file), 0, "", "place-not-free", "something there", "a free name for a file", hint))


def write_csv(file: Path, option: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as a new CSV file, a line each, under these names.

    Raises:
        UsageError: as ``refuse_taken``.
        CorpusError: it cannot be written.
    """
    refuse_taken(file, option)
    with writing(str(file), "a file that can be written"), file.open("x", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(names)
        for row in rows:
            writer.writerow(printable(value) if isinstance(value, str) else value for value in row)
