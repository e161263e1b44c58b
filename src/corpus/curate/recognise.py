"""Which shape the files of people have, and what source.yaml has to say so that they can be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from corpus.files.refusals import refused
from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem
from corpus.model.written_dates import order_proved
from corpus.parse import shapes
from corpus.parse.articles import records_of
from corpus.parse.fields.merging import Proved, merged
from corpus.parse.fields.names import proved
from corpus.raw import encodings
from corpus.raw.config import Source
from corpus.raw.layout import SHAPES
from corpus.raw.partitions import Partition, partitions_of
from corpus.raw.records import Record

_HEAD = 2**20
"""Bytes of a file that is read a record at a time which are looked at."""
_LINES = 200
"""Lines that show whether they are records."""
_DATES = 20_000
"""Dates that are looked at to prove which number comes first."""
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
"""How files begin whose text is packed, or says its own encoding: ZIP (DOCX, XLSX), OLE (XLS), RTF, gzip, zstd."""
_INSTEAD = {
    **dict.fromkeys((".mhtml", ".mht", ".webarchive", ".maff"), "save the page again as « web page, complete » (HTML)"),
    **dict.fromkeys((".doc", ".odt", ".pages", ".wpd"), "open it in a word processor and save it as DOCX or RTF"),
    **dict.fromkeys((".zip", ".7z", ".rar", ".tar", ".tgz"), "unpack it, and add the folder"),
    ".numbers": "export it as CSV or XLSX",
}
"""What to do with files of some endings."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The shape of some files: how many articles each shows, and what source.yaml says beside names and rights."""

    shape: str
    articles: Mapping[Path, int]
    settings: Mapping[str, Any]


def recognise(files: Sequence[Path]) -> tuple[list[Recognised], list[Problem]]:
    """The shapes of these files, that of most articles first, and the files that are of none.

    Nothing is guessed: a shape is what its marks in a file say, else what the ending of the name says.
    """
    found: dict[str, dict[Path, int]] = {}
    said: dict[str, list[Proved]] = {}
    problems = []
    for file in files:
        try:
            with file.open("rb") as stream:
                content = stream.read(_HEAD if _is_streamed(file.name) else -1)
        except OSError as error:
            problems.append(_unreadable(file, error))
            continue
        shape, count = _shape_of(file.name, content)
        if not shape:
            problems.append(_unrecognised(file))
            continue
        found.setdefault(shape, {})[file] = count
        said.setdefault(shape, []).extend(_proved(shape, file, content))
    recognised = []
    for shape, counts in found.items():
        settings, faults = merged(said[shape], several=not SHAPES[shape].streamed)
        problems += [_different(file, fault) for file, fault in faults.items()]
        alike = {file: count for file, count in counts.items() if str(file) not in faults}
        recognised.append(Recognised(shape, alike, settings))
    return sorted(recognised, key=lambda one: -sum(one.articles.values())), problems


def _is_streamed(name: str) -> bool:
    return any(shape.streamed and shape.suffix_of(name) for shape in SHAPES.values())


def _shape_of(name: str, content: bytes) -> tuple[str, int]:
    """The shape of a file and how many articles it shows; of two shapes that see some, the one that sees more."""
    fitting = [shape for shape, how in SHAPES.items() if how.suffix_of(name)]
    if "jsonl" in fitting and _are_records(name, content):
        return "jsonl", 1  # else they are read as the objects of one file
    exports = [shape for shape in fitting if SHAPES[shape].bulk and not SHAPES[shape].streamed]
    counts = {shape: shapes.seen(shape, content) for shape in exports}
    best = max(counts, key=lambda shape: counts[shape], default="")
    if best and counts[best]:
        return best, counts[best]
    return next(((shape, 1) for shape in fitting if shape not in exports), ("", 0))


def _are_records(name: str, content: bytes) -> bool:
    """Whether the first lines of a file are records as a source of lines has them: with ids, no lists of objects."""
    tables = proved(content, name)
    if not any("id" in table.fields.values() for table in tables):
        return not name.lower().endswith(".jsonl")
    said: dict[str, Any] = merged(tables, several=False)[0]
    source = Source("s", "s", "fr", "CC0-1.0", "full", "jsonl", **said)
    for number, line in enumerate(content.split(b"\n", _LINES)[:_LINES], 1):
        try:
            shapes.draft(Record(name, number, 0, line, charset=source.encoding or ""), source)
        except CorpusError as error:
            if any(problem.rule == "field-invalid" for problem in error.problems):
                return False
    return True


def _proved(shape: str, file: Path, content: bytes) -> list[Proved]:
    """What a file proves: what its shape has to say, and the encoding that makes it readable."""
    encoding = ""
    if not content.startswith(PACKED):
        try:
            encodings.decoded(content)
        except encodings.UndecodableError as error:
            if best := encodings.likely(content, error.offset):
                encoding = best[0]
    tables = shapes.proved(shape, content, file.name) or [Proved(file.name, {}, {})]
    return [replace(table, file=str(file), encoding=table.encoding or encoding) for table in tables]


def date_format_of(files: Sequence[Path], source: Source) -> str | None:
    """Which number comes first in the dates of files, where they prove it: ``date_format`` of source.yaml.

    One date whose day is above 12 proves the order of all of a source; two that contradict each other prove nothing.
    """
    return order_proved(draft.date for draft in islice(_drafts(files, source), _DATES) if draft.date)


def _drafts(files: Iterable[Path], source: Source) -> Iterator[Draft]:
    """What the sound records of files say."""
    for file in files:
        for record in records_of(partition(file, source), source, file.parent):
            if isinstance(record, Record):
                try:
                    draft = shapes.draft(record, source)
                except Exception:  # noqa: BLE001, S112  # is said when its article is read
                    continue
                yield draft


def partition(file: Path, source: Source) -> Partition:
    """A file that is not filed yet as the one partition that holds all of it."""
    size = file.stat().st_size
    [part, *_] = partitions_of(source.id, [(file.name, 0)], file.parent, source.shape, 1, tuple(sorted(source.hosts)))
    return replace(part, end=size) if part.streamed and part.end >= 0 else part


def _different(file: str, fault: str) -> Problem:
    """That a file needs another source.yaml than the others."""
    hint = "give it a source of its own, or, where only its encoding differs, add it afterwards with --encoding"
    return Problem(file, 0, "", "shape-mixed", fault, "files that one source.yaml describes", hint)


def _unreadable(file: Path, error: OSError) -> Problem:
    found = refused(error)
    return Problem(str(file), 0, "", "file-unreadable", found, "a file that can be read", "mend its permissions")


def _unrecognised(file: Path) -> Problem:
    endings = dict.fromkeys(suffix for shape in SHAPES.values() for suffix in shape.suffixes)
    wanted = f"a file that ends in {', '.join(endings)}"
    hint = _INSTEAD.get(
        file.suffix.lower(), "export it again as HTML, RTF, DOCX, XML, CSV or XLSX; a PDF or a picture cannot be read"
    )
    return Problem(
        str(file), 0, "", "file-unrecognised", f"no article that {file.suffix or 'this'} could hold", wanted, hint
    )
