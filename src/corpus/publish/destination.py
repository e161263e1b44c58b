"""Where a release is published to."""

from __future__ import annotations

from corpus.model.problem import Problem, UsageError, quoted
from corpus.release.read.address import Address, address

_WANTED = "folder:DIR, hub:org/name, or an address such as s3://bucket/prefix, without a version"


def parse_destination(to: str) -> Address:
    """The place that ``--to`` names, without a version.

    Raises:
        UsageError: rule ``address-unknown``.

    >>> parse_destination("hub:org/name").place
    'org/name'
    """
    if to.startswith("folder:") and not to.startswith("folder://") and len(to) > len("folder:"):
        return Address("folder", to.removeprefix("folder:"), None)
    if to.startswith(("hub:", "hf://datasets/")) or ("://" in to and not to.startswith("file://")):
        at = address(to)
        if at.version is None:
            return at
    hint = f"folder:{to}" if "://" not in to and ":" not in to and to else ""
    raise UsageError(Problem(to or "--to", 0, "", "address-unknown", quoted(to), _WANTED, hint))
