"""What lies in raw/: shapes, names, sizes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from corpus.model.problem import Problem, UsageError


class Shape(NamedTuple):
    """How the files of a source are written: how their names end (the first is that of new files).

    ``bulk`` says that a file holds many records; ``streamed`` that it is read a record at a time, by a module of this
    room (jsonl.py, warc.py). ``resolved`` says that the format is markup, which is resolved when it is read, so that a
    tag that is left is what a reader sees. All others are read whole, and of those that are bulk the shape's own module
    finds the articles. ``own_id`` says that every record gives its id, so that the name of its file says nothing.
    """

    suffixes: tuple[str, ...]
    bulk: bool = False
    own_id: bool = False
    streamed: bool = False
    resolved: bool = False

    def suffix_of(self, name: str) -> str:
        """The one of ``suffixes`` that a file name ends in, in any case; empty for none."""
        lower = name.lower()
        return next((suffix for suffix in self.suffixes if lower.endswith(suffix)), "")


SHAPES = {
    "text": Shape((".txt",)),
    "markdown": Shape((".md", ".markdown")),
    "jsonl": Shape((".jsonl", ".jsonl.gz", ".jsonl.zst"), bulk=True, own_id=True, streamed=True),
    "ninjs": Shape((".json",), own_id=True),
    "ninjslist": Shape((".json",), bulk=True, own_id=True),
    "html": Shape((".html", ".htm"), resolved=True),
    "warc": Shape((".warc", ".warc.gz"), bulk=True, own_id=True, streamed=True, resolved=True),
    "europresse": Shape((".html", ".htm"), bulk=True, own_id=True, resolved=True),
    "factiva": Shape((".html", ".htm", ".xml", ".rtf", ".doc", ".txt"), bulk=True, own_id=True, resolved=True),
    "nexis": Shape((".docx", ".rtf", ".doc", ".html", ".htm", ".txt"), bulk=True, own_id=True, resolved=True),
    "csv": Shape((".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), bulk=True, own_id=True),
    "json": Shape((".json", ".jsonl", ".ndjson"), bulk=True, own_id=True),
    "feed": Shape((".xml", ".rss", ".atom"), bulk=True, own_id=True, resolved=True),
    "newsml": Shape((".xml", ".newsml", ".nitf"), bulk=True, own_id=True, resolved=True),
    "wxr": Shape((".xml",), bulk=True, own_id=True, resolved=True),
    "tei": Shape((".xml",), bulk=True, own_id=True, resolved=True),
    "iramuteq": Shape((".txt",), bulk=True, own_id=True),
}
"""Each shape by its name, which is that of the module in ``parse/shapes/`` that reads its records."""

LEFT_OUT = {
    "source.yaml": "says what the source is",
    "README.md": "is for readers of the folder",
    "LICENSE": "is for readers of the folder",
    "LICENSE.txt": "is for readers of the folder",
}
"""Files at the top of a source folder that are no records, with the reason; names that begin with a dot too."""

LEDGERS = ("withdrawn.jsonl", "contributors.jsonl")
"""Files in raw/ itself: what was withdrawn, and who contributed (ledgers.py)."""

KEY = "corpus.key"
"""A file in raw/ itself: the secret that hashes of withheld text are made with (key.py)."""

GOLD = ".gold.json"
"""How files with a person's annotations of a record end; they are no records."""

ANNOTATOR = re.compile(r"[a-z][a-z0-9-]*")
"""What stands before ``GOLD`` in ``<record>.<annotator>.gold.json``, the file of one annotator among several."""

LARGEST = 16 * 2**20
"""A raw record of more bytes than this is a problem: no article is that long."""

LIMITS = {"words": 100_000, "problems": 1000, "rejected": 2_000_000, "unpacked": 200, "gold": 20_000}
"""What records and files of a source may cost, where ``limits`` of its source.yaml says nothing else (its schema)."""


def gold_stem(path: str, *, many: bool) -> str:
    """How the path of the gold file of a record of this file begins; of ``many`` in it, each adds its key."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name.split('.jsonl', maxsplit=1)[0] if many else name.rpartition('.')[0]}"


def annotated_stem(path: str) -> str:
    """How the path of an annotator's gold file begins before the annotator's name, "" where it names none.

    >>> annotated_stem("raw/ponant/a.nolwenn.gold.json"), annotated_stem("raw/ponant/a.gold.json")
    ('raw/ponant/a', '')
    """
    stem, dot, annotator = path.removesuffix(GOLD).rpartition(".")
    return stem if dot and ANNOTATOR.fullmatch(annotator) else ""


def gold_by_record(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The gold files of each record, by the path of its settled one, which comes first where it is there.

    A file that may be one annotator's or the settled one of a record whose name ends so stands for both.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        found.setdefault(path, []).insert(0, path)
        if stem := annotated_stem(path):
            found.setdefault(stem + GOLD, []).append(path)
    return {path: tuple(files) for path, files in found.items()}


LARGEST_FILE = 2**30
"""A file of many articles that is read whole has at most this many bytes."""


def largest(shape: str) -> int:
    """How many bytes a file of this shape may have that is read whole."""
    return LARGEST_FILE if SHAPES[shape].bulk else LARGEST


def html_missing(found: str) -> UsageError:
    """What is raised where a shape needs the extra ``html``, which is not installed."""
    hint = "pip install 'annotated-corpus[html]'"
    return UsageError(Problem("source.yaml", 0, "$.shape", "extra-missing", found, "the extra html", hint))
