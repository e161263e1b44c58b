"""What is asked of a release: an immutable version, numbered by what changed since the one before."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.model.edtf import fault
from corpus.model.problem import Problem, UsageError, quoted
from corpus.release import history
from corpus.release.format import PREVIEW
from corpus.release.keys import SigningKey


def asked(
    previous: str | Path,
    version: str | None = None,
    bump: str | None = None,
    date: str | None = None,
    *,
    allow_rejects: bool = False,
    fresh: bool = False,
    sign: Sequence[SigningKey] = (),
) -> BuildRequest:
    """What is asked of ``pipeline.build`` for a release.

    ``previous`` is the version before (an address as ``where.open_release`` takes it), ``none`` for the first one.
    ``version`` is None for the least that the changes allow, at least the step that ``bump`` names. ``date`` is the
    day that the release shows; without it that of SOURCE_DATE_EPOCH, else none. ``fresh`` keeps no rows of the version
    before. ``sign`` are the keys that sign it. Where neither a version nor a step is asked for, a release that would
    say what the one before says is refused (rule ``release-unchanged``).

    Raises:
        UsageError: no release at ``previous``, no day, no version.
    """
    before = None if str(previous) == "none" else history.read(previous)
    if before is not None and before.release is None:
        found, wanted = "a file of history", "the release before, or none"
        raise UsageError(Problem(str(previous), 0, "", "release-missing", found, wanted, "give the release folder"))
    only_changes = version is None and bump is None
    return BuildRequest(version, bump or "patch", before, day_of(date), allow_rejects, fresh, only_changes, tuple(sign))


def day_of(given: str | None) -> str | None:
    """The day that a release shows: the one given, else that of SOURCE_DATE_EPOCH (reproducible-builds.org), else None.

    Raises:
        UsageError: it is no day.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given is None and epoch.isascii() and epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    if given is not None and (len(given) != 10 or fault(given)):
        raise UsageError(Problem("--date", 0, "", "date-invalid", quoted(given), "a day such as 2026-11-22", ""))
    return given


@dataclass(frozen=True)
class BuildRequest:
    """What is asked of a build.

    ``version`` is X.Y.Z, None for the least that the changes allow; ``bump`` the least step to take (major, minor,
    patch). ``previous`` is the version before, ``date`` the day that the release shall show,
    None for none. ``fresh`` keeps no rows of it: the same bytes, made anew. ``only_changes`` refuses a version that
    says what the one before says. ``sign`` are the keys that sign it.
    """

    version: str | None = PREVIEW
    bump: str = "patch"
    previous: history.PreviousRelease | None = None
    date: str | None = None
    allow_rejects: bool = True
    fresh: bool = False
    only_changes: bool = False
    sign: tuple[SigningKey, ...] = ()
