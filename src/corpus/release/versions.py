"""Versions of releases: X.Y.Z as Croissant and SemVer mean them for data, with no exception for 0.Y.Z.

A record removed, a published value or label changed, a column removed or retyped, a table removed, a
split or a story moved is MAJOR; records, columns and tables added are MINOR, and other rows of ``reuse``, which
follow from records that came, went or changed; all else is PATCH.
"""

from __future__ import annotations

from collections.abc import Iterable

from corpus.model.problem import Problem, UsageError, quoted
from corpus.release.changes import Reason
from corpus.release.format import version_numbers

FIRST = "1.0.0"
"""The version of a first release, where none is asked for."""

STEPS = ("major", "minor", "patch")
"""The steps of a version, the greatest first."""

_OPTION = "--version"


def numbers(version: str) -> tuple[int, int, int]:
    """The three numbers of a version; versions are in the order of these.

    Raises:
        UsageError: rule ``version-invalid``, it is no X.Y.Z.
    """
    found = version_numbers(version)
    if found is None:
        raise _invalid(quoted(version), "three numbers, such as 1.2.0")
    return found


def greatest(*levels: str) -> str:
    """The greatest of some steps; ``patch`` where none is given."""
    return next((step for step in STEPS if step in levels), "patch")


def least(previous: str, level: str) -> str:
    """The least version that may follow ``previous`` after changes of this level.

    >>> [least("1.4.2", step) for step in STEPS]
    ['2.0.0', '1.5.0', '1.4.3']
    """
    major, minor, patch = numbers(previous)
    if level == "major":
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if level == "minor" else f"{major}.{minor}.{patch + 1}"


def check_version(asked: str, previous: str | None, level: str, reasons: Iterable[Reason] = ()) -> None:
    """Accept a version that somebody asked for; a first one may be any but 0.0.0, which marks a preview.

    Raises:
        UsageError: rule ``version-invalid``, it is no X.Y.Z, or not above the previous one; rule
            ``version-too-low``, the changes of this level ask for more.
    """
    wanted = numbers(asked)
    if wanted == (0, 0, 0):
        raise _invalid(asked, "0.0.1 or above: 0.0.0 marks a preview")
    if previous is None:
        return
    if wanted <= numbers(previous):
        raise _invalid(asked, f"above {previous}, the version before")
    enough = least(previous, level)
    if wanted < numbers(enough):
        because = "; ".join(str(reason) for reason in reasons if reason.level == level) or f"{level} changes"
        found = f"{asked} after {previous}, with {because}"
        hint = "leave the version out to take the least that is allowed"
        raise UsageError(Problem(_OPTION, 0, "", "version-too-low", found, f"{enough} or above ({level})", hint))


def _invalid(found: str, wanted: str) -> UsageError:
    return UsageError(Problem(_OPTION, 0, "", "version-invalid", found, wanted))


def newest_first(tags: Iterable[str]) -> list[str]:
    """The versions among names such as ``v1.10.0``, the newest first, without the v.

    >>> newest_first(["v1.9.0", "main", "v1.10.0", "2.0.0"])
    ['1.10.0', '1.9.0']
    """
    found = [name[1:] for name in tags if name.startswith("v") and version_numbers(name[1:])]
    return sorted(found, key=numbers, reverse=True)
