"""The release that stands in a corpus folder, where nobody names one."""

from __future__ import annotations

from pathlib import Path

from corpus.model.problem import Problem, UsageError
from corpus.release.format import MANIFEST


def standing_release(root: Path) -> str:
    """The newest release or preview in ``build/`` of a corpus folder, by the time of its manifest.

    Raises:
        UsageError: rule ``release-missing``, there is none.
    """
    found = sorted((root / "build").glob(f"*/{MANIFEST}"), key=lambda file: file.stat().st_mtime_ns)
    if not found:
        wanted = "a release, or one in build/ of the corpus folder"
        hint = "make one: corpus build --out build/preview"
        raise UsageError(Problem(str(root), 0, "", "release-missing", "no release", wanted, hint))
    return str(found[-1].parent)
