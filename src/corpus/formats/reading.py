"""Reads files of annotation tools: what is not in their format is a problem of the file, never an exception."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.files.refusals import refused
from corpus.files.regular import is_of_system, read_regular
from corpus.model.problem import CorpusError, Problem, first_line

_LARGEST = 1 << 29

_TELLING: Mapping[str, tuple[str, ...]] = {
    "label-studio": ("data",),
    "web-annotation": ("target", "items", "first"),
    "prodigy": ("spans", "answer", "relations"),
    "doccano": ("label", "labels", "entities", "annotations"),
}
"""Keys that formats of JSON have of their own, one of which is always there."""

_JSON_MIN = ("annotation_id", "lead_time")


def require_format(value: Mapping[str, Any], form: str) -> None:
    """Refuse a value that has none of the keys that a format always has, and name the format that it is likely in.

    Raises:
        ValueError: it is in another format; what is there would else be read as an article with nothing in it.
    """
    likely = [other for other, keys in _TELLING.items() if any(key in value for key in keys)]
    if isinstance(value.get("data"), dict):  # a task, whose annotations have the name that those of doccano had
        likely = ["label-studio"]
    elif "label-studio" in likely:  # a text, as doccano had it
        likely.remove("label-studio")
    if form in likely:
        return
    found = f"none of the keys {', '.join(_TELLING[form])} as this format has them"
    if any(key in value for key in _JSON_MIN):
        raise ValueError(
            f"{found}: is this JSON-MIN of Label Studio? export it as JSON, and read it --from label-studio"
        )
    raise ValueError(f"{found}: is this --from {likely[0]}?" if likely else found)


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

    Those that systems leave are passed over: a Mac lays a ``._1.ann`` beside each file that it copies.

    Raises:
        CorpusError: rule ``import-file``, there is none.
    """
    if not where.is_dir():
        return [where]
    there = (file for suffix in suffixes for file in where.rglob(f"*{suffix}") if file.is_file())
    found = sorted(file for file in there if not is_of_system(file.relative_to(where)))
    if not found:
        wanted = f"files that end in {' or '.join(suffixes)}"
        raise CorpusError(Problem(str(where), 0, "", "import-file", "a folder without any", wanted))
    return found
