"""Which files in the folder of a release a build has made: all others are somebody's own, and nobody deletes them."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from corpus.files import paths
from corpus.files.deletion import Made
from corpus.files.paths import Location
from corpus.release.format import MANIFEST, SIGNATURE
from corpus.release.statements import attested_version

OF_SYSTEMS = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that a system leaves where somebody has looked; nobody misses them."""
_UNFINISHED = re.compile(
    r"data/(?:[a-z_]+/(?:[a-z]+-\d{5}-of-\d{5}\.parquet)?)?|plots/(?:[a-z_]+\.svg)?|attestations/"
    r"|[A-Z]+\.(?:json|md|cff)|[a-z_]+\.(?:json|jsonl|parquet)"
)
"""The paths that a release may have, with those of folders that are empty."""


def made_in(folder: Location) -> Made:
    """Tells the files of the release in a folder, by its manifest; where that is none, by the paths that all have.

    Raises:
        CorpusError: the store that has it does not answer.
    """
    try:
        manifest = json.loads(paths.read(folder / MANIFEST))
        listed = {MANIFEST, SIGNATURE, *(str(entry["path"]) for entry in manifest["files"])}
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return lambda path: _beside(path) or _UNFINISHED.fullmatch(path) is not None
    return lambda path: path in listed or path.endswith("/") or _beside(path)  # an empty folder is nobody's loss


def _beside(path: str) -> bool:
    """Whether it is an attestation, or of a system."""
    return attested_version(path) is not None or PurePosixPath(path).name in OF_SYSTEMS
