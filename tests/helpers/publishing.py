"""Releases that differ, and what a Hub shows of a repository."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from corpus.publish import publish as publish_room
from corpus.verify.verify import problems_of

publish = partial(publish_room.publish, prove=problems_of)
"""Publishes as the command does: what is not sound is not sent."""

publish_unproved = partial(publish_room.publish, prove=lambda _: ())
"""Publishes whatever it is given, as a version made by other software may have been."""


def with_another_card(release: Path, folder: Path, **changes: Any) -> Path:
    """A copy of the release with another card, and other fields in its manifest."""
    shutil.copytree(release, folder)
    content = (folder / "README.md").read_bytes() + b"\nAutrement.\n"
    (folder / "README.md").write_bytes(content)
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    for entry in manifest["files"]:
        if entry["path"] == "README.md":
            entry.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    (folder / "MANIFEST.json").write_text(json.dumps(manifest | changes), "utf-8")
    return folder


def shown(repository: Any, revision: str) -> dict[str, bytes | None]:
    """The files of a revision, without what is not the release's."""
    found: dict[str, bytes | None] = repository.files(revision)
    return {path: content for path, content in found.items() if path not in (".gitattributes", "PURGED.json")}


def killed(pid: Path) -> None:
    """Kill the process whose number stands in this file."""
    with suppress(ProcessLookupError):
        os.kill(int(pid.read_text("utf-8")), 9)
