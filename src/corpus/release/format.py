"""The format of a release, each of its constants once: files, kinds of records, versions, the number of the format.

Names of tables and of their masked forms are in ``model.table_names``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from corpus.model import article_row
from corpus.raw import ledgers

FORMAT = 5
"""The number that MANIFEST.json gives; 1 had neither history nor hashes of columns, 2 no keyed hashes."""

LAST_PLAIN = 2
"""The last format whose hashes of withheld text are plain: later ones are made with the key of the corpus."""

LAST_AS_JSON = 3
"""The last format whose hashes of rows are those of JSON: later ones are made of columns (``row_hash``)."""

LAST_WITHOUT_SHARES = 3
"""The last format whose proof against leaks says nothing of articles that hold others."""

LAST_WITHOUT_LABELS = 4
"""The last format whose closed sets are plain strings for ``datasets`` too: later ones list them in the manifest."""

MANIFEST = "MANIFEST.json"
CARD = "README.md"
HISTORY = "history.parquet"
STORIES = "stories.parquet"
CHANGES = "CHANGES.json"
CHANGELOG = "CHANGELOG.md"
CROISSANT = "croissant.json"
CITATION = "CITATION.cff"
DATACITE = "datacite.json"
LEAKS = "leaks.json"
WITHDRAWN = ledgers.WITHDRAWN
"""As the ledger in raw/, with all versions that held each record."""
PURGED = "PURGED.json"
"""Beside the versions of a place, not in a release: see ``release.purged``."""
SIGNATURE = "SIGNATURE.json"
"""Beside the manifest, which cannot list it: who released this version, see ``release.statements``."""
ATTESTATIONS = "attestations"
"""A folder beside the manifest, to which files may be added later: who built this version again."""

OUTCOMES = ("raw", "published", "withheld", "rejected", "withdrawn", "superseded")
"""What the manifest counts of each source: all its raw records, and what became of them."""

PREVIEW = article_row.PREVIEW
"""The version of what may not be published."""

PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 3, "use_content_defined_chunking": True}
"""How ``pyarrow.parquet.ParquetWriter`` writes tables and history, beside what is a dictionary in them."""

_NUMBER = r"(?:0|[1-9][0-9]{0,8})"
VERSION = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}"
"""A pattern for X.Y.Z, without groups."""


def version_numbers(version: str) -> tuple[int, int, int] | None:
    """The three numbers of a version, by which versions are ordered; None for what is no X.Y.Z.

    >>> version_numbers("1.10.0"), version_numbers("v1.10.0"), version_numbers("1.010.0")
    ((1, 10, 0), None, None)
    """
    if re.fullmatch(VERSION, version) is None:
        return None
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def hash_column(table: str) -> str:
    """The column of history that holds a hash of each record's rows in a table.

    >>> hash_column("entities")
    'entities_hash'
    """
    return f"{table}_hash"


def hashed_tables(columns: Iterable[str]) -> list[str]:
    """The tables of which a history with these columns holds hashes, in the order of the columns."""
    return [name.removesuffix("_hash") for name in columns if name.endswith("_hash")]
