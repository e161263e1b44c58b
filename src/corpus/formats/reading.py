"""Reads files of annotation tools: what is not in their format is a problem of the file, never an exception."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.files.refusals import refused
from corpus.files.regular import read_regular
from corpus.model.problem import CorpusError, Problem, first_line

_LARGEST = 1 << 29


@contextmanager
def reading(file: str, wanted: str, line: int = 0) -> Iterator[None]:
    """Turns what a value of another shape raises into a problem of the file (rule ``import-file``)."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        found = f"no {error}" if isinstance(error, KeyError) else first_line(error)
        raise CorpusError(Problem(file, line, "", "import-file", found, wanted)) from None


def text_of(file: Path) -> str:
    """A file's text, with its line ends and its byte order mark as they are.

    Raises:
        CorpusError: rule ``import-file``, it cannot be read.
    """
    try:
        return read_regular(file, _LARGEST).decode("utf-8")
    except (OSError, ValueError) as error:  # also a name of a file that none can have
        found = refused(error) if isinstance(error, OSError) else first_line(error)
        raise CorpusError(Problem(str(file), 0, "", "import-file", found, "a file in UTF-8")) from None


def lines_of(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not empty, with their numbers.

    Raises:
        CorpusError: as ``text_of``.
    """
    for number, line in enumerate(text_of(file).removeprefix("\ufeff").split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def json_of(file: Path, wanted: str) -> Iterator[tuple[int, Any]]:
    """The values of a file: those of a JSON array, each line of JSONL, or one; with the number of the line, 0 for none.

    Raises:
        CorpusError: it cannot be read, or is no JSON.
    """
    text = text_of(file).removeprefix("\ufeff")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        for number, line in lines_of(file):
            with reading(str(file), wanted, number):
                value = json.loads(line)
            yield number, value
        return
    for value in values if isinstance(values, list) else [values]:
        yield 0, value


def files_in(where: Path, *suffixes: str) -> list[Path]:
    """The files that are meant: a file itself, or all in a folder with one of these suffixes, sorted.

    Raises:
        CorpusError: rule ``import-file``, there is none.
    """
    if not where.is_dir():
        return [where]
    found = sorted(file for suffix in suffixes for file in where.rglob(f"*{suffix}") if file.is_file())
    if not found:
        wanted = f"files that end in {' or '.join(suffixes)}"
        raise CorpusError(Problem(str(where), 0, "", "import-file", "a folder without any", wanted))
    return found
