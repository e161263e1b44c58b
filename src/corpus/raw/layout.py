"""What lies in raw/: shapes, names, sizes."""

from __future__ import annotations

from typing import NamedTuple

from corpus.model.problem import Problem, UsageError


class Shape(NamedTuple):
    """How the files of a source are written: how their names end (the first is that of new files).

    ``bulk`` says that a file holds many records. ``own_id`` says that every record gives its id, so that the name of
    its file says nothing.
    """

    suffixes: tuple[str, ...]
    bulk: bool = False
    own_id: bool = False


SHAPES = {
    "text": Shape((".txt",)),
    "markdown": Shape((".md", ".markdown")),
    "jsonl": Shape((".jsonl", ".jsonl.gz", ".jsonl.zst"), bulk=True, own_id=True),
    "ninjs": Shape((".json",), own_id=True),
    "html": Shape((".html", ".htm")),
    "warc": Shape((".warc", ".warc.gz"), bulk=True, own_id=True),
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

GOLD = ".gold.json"
"""How files with a person's annotations of a record end; they are no records."""

LARGEST = 16 * 2**20
"""A raw record of more bytes than this is a problem: no article is that long."""


def html_missing(found: str) -> UsageError:
    """What is raised where a shape needs the extra ``html``, which is not installed."""
    hint = "pip install 'annotated-corpus[html]'"
    return UsageError(Problem("source.yaml", 0, "$.shape", "extra-missing", found, "the extra html", hint))
