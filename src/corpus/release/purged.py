"""PURGED.json: the versions that were deleted for good, each with the one that takes its place."""

from __future__ import annotations

import json
from collections.abc import Mapping


def with_purged(known: dict[str, str], versions: list[str], successor: str) -> dict[str, str]:
    """What PURGED.json says once these versions are purged: who was succeeded by one of them is led on.

    >>> with_purged({"1.0.0": "1.1.0"}, ["1.1.0"], "2.0.0")
    {'1.0.0': '2.0.0', '1.1.0': '2.0.0'}
    """
    gone = set(versions)
    led_on = {version: successor if after in gone else after for version, after in known.items()}
    return dict(sorted((led_on | dict.fromkeys(versions, successor)).items()))


def successor_of(version: str, purged: Mapping[str, str]) -> str | None:
    """The version to take in place of a purged one, itself not purged; None for a version that was not purged.

    >>> successor_of("1.0.0", {"1.0.0": "1.1.0", "1.1.0": "2.0.0"})
    '2.0.0'
    """
    successor, seen = purged.get(version), {version}
    while successor is not None and successor in purged and successor not in seen:
        seen.add(successor)
        successor = purged[successor]
    return successor


def purged_in(content: bytes | None) -> dict[str, str]:
    """What PURGED.json says: the version that takes the place of each one purged, ``{}`` for a file that is none."""
    try:
        found = json.loads(content or b"{}")["purged"]
        return {str(version): str(successor) for version, successor in found.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
