"""What lies in raw/: names, suffixes, sizes."""

from __future__ import annotations

SUFFIXES = {
    "text": (".txt",),
    "markdown": (".md", ".markdown"),
    "jsonl": (".jsonl", ".jsonl.gz", ".jsonl.zst"),
    "ninjs": (".json",),
    "html": (".html", ".htm"),
    "warc": (".warc", ".warc.gz"),
}
"""How the files of each shape end."""

BULK = ("jsonl", "warc")
"""The shapes whose files hold many records."""

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
