"""What an address of a release means: a folder, the Hub, a store, and a version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from corpus.model.problem import Problem, UsageError, quoted
from corpus.release.format import VERSION

_AT = re.compile(rf"(.+)@v?({VERSION})", re.DOTALL)
_BESIDE = re.compile(rf"v?({VERSION})")

REPOSITORY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*")

_HUB = ("hub:", "hf://datasets/")


@dataclass(frozen=True)
class Address:
    """Where a release is looked for: the kind of place (folder, hub, store), its name, the version or None."""

    kind: str
    place: str
    version: str | None

    def __str__(self) -> str:
        """As people write it."""
        shown = f"hub:{self.place}" if self.kind == "hub" else self.place
        return f"{shown}@{self.version}" if self.version else shown


def address(where: str | Path, version: str | None = None) -> Address:
    """What an address means; a version may stand in it or beside it, with or without a v.

    Raises:
        UsageError: rule ``version-unknown``, what was given is no version, or there are two different ones.
    """
    text = str(where)
    found = _AT.fullmatch(text)
    base, at = (found[1], found[2]) if found else (text, None)
    wanted = None
    if version is not None:
        number = _BESIDE.fullmatch(str(version))
        if number is None or (at is not None and at != number[1]):
            shown = quoted(version) if number is None else f"{at} in the address and {number[1]} beside it"
            raise UsageError(Problem(text, 0, "", "version-unknown", shown, "one version such as 1.2.0", ""))
        wanted = number[1]
    if text.startswith(_HUB):
        name = next(base.removeprefix(start) for start in _HUB if base.startswith(start))
        if not REPOSITORY.fullmatch(name):
            raise UsageError(Problem(text, 0, "", "address-unknown", quoted(name), "hub:org/name@X.Y.Z", ""))
        return Address("hub", name, wanted or at)
    if "://" in text and not text.startswith("file://"):
        return Address("store", base.rstrip("/"), wanted or at)
    text, base = text.removeprefix("file://"), base.removeprefix("file://")
    if at is None or Path(text).exists():
        there = Path(text).exists()
        hub = not there and wanted is not None and REPOSITORY.fullmatch(text)
        return Address("hub" if hub else "folder", text, wanted)
    hub = not Path(base).exists() and REPOSITORY.fullmatch(base)
    return Address("hub" if hub else "folder", base, wanted or at)
