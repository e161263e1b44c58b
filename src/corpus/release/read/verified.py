"""Whether bytes are those that the manifest of a release lists: judged here, whoever reads them.

What differs is a problem ``release-damaged``. The call was right and the data is wrong: exit code 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.model.problem import CorpusError, Problem, number_of

TAKE_AGAIN = "take the release again from where it came"


def damaged(
    address: str, found: str, wanted: str = "a file that is as MANIFEST.json says", hint: str = TAKE_AGAIN
) -> CorpusError:
    """The error for a file of a release that cannot be relied on."""
    return CorpusError(Problem(address, 0, "", "release-damaged", found, wanted, hint))


def check_size(address: str, size: int | None, entry: Mapping[str, Any], hint: str = TAKE_AGAIN) -> None:
    """Accept a file of the size that its manifest entry gives; ``size`` is None where there is no file.

    Raises:
        CorpusError: rule ``release-damaged``, it has another size.
    """
    if size != entry["bytes"]:
        found = "no such file" if size is None else number_of(size, "byte")
        raise damaged(address, found, f"{number_of(entry['bytes'], 'byte')}, as MANIFEST.json says", hint)


def check_sha256(address: str, digest: str, entry: Mapping[str, Any], hint: str = TAKE_AGAIN) -> None:
    """Accept content with the hash that its manifest entry gives.

    Raises:
        CorpusError: rule ``release-damaged``, it has another hash.
    """
    if digest != entry["sha256"]:
        raise damaged(address, f"SHA-256 {digest}", f"{entry['sha256']}, as MANIFEST.json says", hint)
