"""Makes a release again from the corpus folder that it came from, and compares the bytes of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.build import pipeline, request
from corpus.build.executors.local import Progress, quiet
from corpus.build.plan import layers_of
from corpus.files.deletion import temporary_folder
from corpus.model.problem import CorpusError, Problem, UsageError, number_of
from corpus.raw.key import key_missing, read_key
from corpus.release import diff, history
from corpus.release.format import MANIFEST
from corpus.release.read.reader import Release, open_release
from corpus.release.row_hash import HASH_DIGITS
from corpus.verify.release_files import ReleaseFiles

MOST = 200
"""Rows that are named; the others are counted."""


@dataclass(frozen=True)
class Reproduction:
    """What making a release again gave: the files that came out with the same bytes, and a problem for each other.

    ``manifest_sha256`` is the hash of the manifest that was made. ``causes`` say what made the release and is not the
    same here, ``rows`` the rows that differ as ``table: id [index]: columns``, the first of ``differing`` in all.
    """

    files: int
    manifest_sha256: str
    problems: tuple[Problem, ...]
    causes: tuple[str, ...]
    rows: tuple[str, ...]
    differing: int

    @property
    def same(self) -> bool:
        """Whether every byte is the same."""
        return not self.problems


def reproduce(
    where: str | Path,
    root: Path,
    previous: str | Path | None = None,
    out: Path | None = None,
    workers: int = 1,
    progress: Progress = quiet,
) -> Reproduction:
    """Make the release at ``where`` again from the corpus folder ``root``, from scratch, and compare every byte.

    Version, date and layers are those of its manifest. ``previous`` is the version before, where the manifest names
    one. What is made is kept at ``out``, or thrown away.

    Raises:
        UsageError: no release, no corpus folder, not its key, or the version before is missing or another one.
        CorpusError: the corpus cannot be built.
    """
    release = open_release(where)
    ask = request.BuildRequest(
        version=release.version, previous=_previous(release, previous), date=release.manifest["date"], fresh=True
    )
    _check_key(release, root)
    with ExitStack() as stack:
        target = out or stack.enter_context(temporary_folder("corpus-reproduce-")) / "release"
        pipeline.build(root, target, workers, progress, layers_of(release, root), ask)
        return _compared(release, open_release(target))


def _check_key(release: Release, root: Path) -> None:
    """The hashes of withheld text need the key that they were made with; no other one is made for want of it."""
    if name := str(release.manifest.get("key", "")):
        known = read_key(root)
        if known is None or known.name != name:
            raise UsageError(key_missing("no key" if known is None else f"the key {known.name}", name))


def _previous(release: Release, given: str | Path | None) -> history.PreviousRelease | None:
    """The version before, as the manifest names it."""
    named = release.manifest["previous"]
    if named is None:
        if given is not None:
            found, wanted = str(given), "nothing: this release has no version before it"
            raise UsageError(Problem("--previous", 0, "", "previous-other", found, wanted, "leave it out"))
        return None
    wanted = f"version {named['version']}, whose MANIFEST.json has the SHA-256 {named['manifest_sha256']}"
    if given is None:
        hint = "give --previous RELEASE; order, stories and splits come from there"
        raise UsageError(Problem(release.where, 0, "$.previous", "previous-missing", "no version before", wanted, hint))
    before = history.read(given)
    if before.sha256 != named["manifest_sha256"]:
        found = f"{given}: SHA-256 {before.sha256}"
        hint = "give the release that it names"
        raise UsageError(Problem("--previous", 0, "", "previous-other", found, wanted, hint))
    return before


def _compared(old: Release, new: Release) -> Reproduction:
    """The release that is there against the one that was made."""
    problems = list(_differing_files(old, new))
    rows: list[str] = []
    differing = 0
    if any(problem.file.startswith("data/") for problem in problems):
        try:
            for change in diff.changes(old, new, values=False):
                differing += 1
                if differing <= MOST:
                    row = change.id if change.index is None else f"{change.id} [{change.index}]"
                    rows.append(f"{change.table}: {row}: {', '.join(change.fields) or change.kind}")
        except CorpusError as error:  # it cannot be read row by row
            problems += error.problems
    files = {entry["path"] for release in (old, new) for entry in release.manifest["files"]} | {MANIFEST}
    causes = tuple(_causes(old.manifest, new.manifest))
    made = hashlib.sha256(new.read(MANIFEST)).hexdigest()
    return Reproduction(len(files) - len(problems), made, tuple(sorted(problems)), causes, tuple(rows), differing)


def _differing_files(old: Release, new: Release) -> Iterator[Problem]:
    """The files of either release that the other does not have with the same bytes."""

    def differs(path: str, found: str, wanted: str = "the same bytes") -> Problem:
        return Problem(path, 0, "", "reproduce-differs", found, wanted)

    there, made = ({str(entry["path"]): entry for entry in one.manifest["files"]} for one in (old, new))
    with ReleaseFiles(old) as files:
        names = set(files.names())
        for path in sorted({*there, *made}):
            if path not in made:
                yield differs(path, "a file that the corpus does not give", "no such file")
            elif path not in names:
                yield differs(path, "no such file", "a file that the corpus gives")
            else:
                file, altered = files.hashed(made[path])
                files.forget(file)
                if altered:
                    yield differs(path, _where(there.get(path), made[path], old, altered))
    if old.read(MANIFEST) != new.read(MANIFEST):
        odd = [key for key in {**old.manifest, **new.manifest} if old.manifest.get(key) != new.manifest.get(key)]
        yield differs(MANIFEST, f"other values of {', '.join(odd)}" if odd else "other bytes of the same values")


def _where(there: Mapping[str, Any] | None, made: Mapping[str, Any], old: Release, altered: str) -> str:
    """Which columns of a Parquet file differ, by the hashes of both manifests."""
    if there is None or "row_groups" not in made or "row_groups" not in there:
        return altered
    if there["sha256"] == made["sha256"]:
        return f"{altered}; it was changed after the release was made: corpus verify says where"
    names = list(old.manifest["columns"].get(str(made["path"]).split("/")[1], ()))
    pairs = list(zip(there["row_groups"], made["row_groups"], strict=False))
    odd = [name for at, name in enumerate(names) if any(_hash(one, at) != _hash(other, at) for one, other in pairs)]
    if len(there["row_groups"]) != len(made["row_groups"]) or there["rows"] != made["rows"]:
        rows = number_of(there["rows"], "row")
        return f"{rows} in {number_of(len(pairs), 'row group')} or more, not {made['rows']:,}"
    return f"other values of {', '.join(odd)}" if odd else "the same values in other bytes: another version of pyarrow?"


def _hash(group: Mapping[str, Any], at: int) -> str:
    return str(group["columns"])[at * HASH_DIGITS : (at + 1) * HASH_DIGITS]


def _causes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What made the release and is not the same here."""
    before, now = old["pipeline"], new["pipeline"]
    if before["python"] != now["python"]:
        yield f"Python {now['python']} instead of {before['python']}"
    for library in sorted({*before["libraries"], *now["libraries"]}):
        versions = before["libraries"].get(library), now["libraries"].get(library)
        if versions[0] != versions[1]:
            yield f"{library} {versions[1]} instead of {versions[0]}"
    if before["sha256"] != now["sha256"]:
        yield "other code or schemas of corpus"
    for kind, word in (("layers", "layer"), ("records", "source")):
        one, other = old.get(kind, {}), new.get(kind, {})
        odd = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        if odd:
            yield f"another fingerprint of the {word if len(odd) == 1 else word + 's'} {', '.join(odd)}"
    if json.dumps(old["counts"], sort_keys=True) != json.dumps(new["counts"], sort_keys=True):
        yield f"another corpus: {number_of(new['counts']['raw'], 'raw record')} instead of {old['counts']['raw']:,}"
