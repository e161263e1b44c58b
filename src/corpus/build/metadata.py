"""What a release says about itself, written beside its tables: history, changes, card, manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.annotate.metrics import Score
from corpus.build import story_assignment
from corpus.dedup.leaks import LeakReport
from corpus.files import paths
from corpus.files.paths import Location
from corpus.model.arrow import int64_array
from corpus.model.problem import Problem, UnchangedError
from corpus.raw.config import Settings, Source
from corpus.raw.ledgers import Tombstone, Withdrawn
from corpus.release import changes, diff, history
from corpus.release.format import (
    CARD,
    CHANGELOG,
    CHANGES,
    CROISSANT,
    HISTORY,
    LEAKS,
    MANIFEST,
    PREVIEW,
    STORIES,
    WITHDRAWN,
    hash_column,
    hashed_tables,
)
from corpus.release.read.reader import Release, at_place
from corpus.release.versions import numbers
from corpus.release.write import card, changelog, croissant, manifest, plots
from corpus.release.write.parquet import Written


@dataclass(frozen=True)
class About:
    """What there is to say of a release beside its tables.

    ``scores`` are those of silver against the corpus's own gold, ``past`` the history after this version,
    ``carried`` what the next one needs to find near-duplicates, ``leaks`` the proof that no split has one of
    another, ``contributors`` who contributed each record, ``annotators`` who annotated it, both by id.
    ``only_changes`` says that a version which says what the one before says is not wanted.
    """

    settings: Settings
    sources: Mapping[str, Source]
    made: manifest.Made
    scores: Sequence[Score]
    past: pa.Table
    carried: story_assignment.SignatureExport
    leaks: LeakReport | None
    previous: history.PreviousRelease | None
    withdrawn: Withdrawn
    contributors: Mapping[str, tuple[str, ...]]
    annotators: Mapping[str, tuple[str, ...]]
    only_changes: bool = False


def write(folder: Location, about: About, written: Sequence[Written]) -> dict[str, Any]:
    """Write everything but the tables into the folder of a release; its manifest.

    Raises:
        UnchangedError: rule ``release-unchanged``, where only changes are wanted and there is none.
    """
    made = about.made
    before = about.previous.release if about.previous is not None else None
    known = _changes(before)
    tombstones = _tombstones(about, before, known)
    others = {}
    with paths.written(folder / HISTORY) as file:
        history.write(about.past, file)
        others[HISTORY] = manifest.described(file)
    with paths.written(folder / STORIES) as file:
        story_assignment.write(about.carried, file)
        others[STORIES] = manifest.described(file)
    if tombstones:
        others |= _put(folder, {WITHDRAWN: "".join(one.as_line() for one in tombstones).encode()})
    if about.leaks is not None:
        others |= _put(folder, {LEAKS: (json.dumps(about.leaks.as_json(), indent=2) + "\n").encode()})
    newest = None
    pictures: dict[str, bytes] = {}
    if made.version != PREVIEW:
        newest = _newest(folder, about, written, others)
        pages = {CHANGES: changelog.changes_json(newest, known)}
        pages[CHANGELOG] = changelog.changelog(changelog.changes(newest, known)).encode()
        pictures = plots.plots(plots.counted(folder, written))
        others |= _put(folder, pages | pictures)
    annotators = {name for names in about.annotators.values() for name in names} if about.scores else ()
    titles = {path: plots.TITLES[path] for path in pictures}
    notes = card.Notes(made.date, made.layers, newest, tombstones, titles, annotators)
    text = card.card(about.settings, about.sources, made.counts, written, made.version, about.scores, notes)
    if about.only_changes and before is not None and _says_the_same(before, known, about, written, others, notes):
        raise UnchangedError(_unchanged(before))
    others |= _put(folder, {CARD: text.encode()})
    described = croissant.croissant(
        about.settings, about.sources, written, others, made.version, made.date, made.layers, annotators
    )
    others |= _put(folder, {CROISSANT: described})
    proof = manifest.manifest(made, written, others)
    _put(folder, {MANIFEST: manifest.dump(proof)})
    return proof


def _says_the_same(
    before: Release,
    changes_before: Mapping[str, Any] | None,
    about: About,
    written: Sequence[Written],
    others: Mapping[str, tuple[int, str]],
    notes: card.Notes,
) -> bool:
    """Whether tables, history and card would be those of the version before, but for its number, day and changes."""
    made = about.made
    kept = (HISTORY, WITHDRAWN)
    known = {entry["path"]: entry["sha256"] for entry in before.manifest["files"]}
    now = {file.path: file.sha256 for file in written} | {path: others[path][1] for path in kept if path in others}
    if now != {path: digest for path, digest in known.items() if path.startswith("data/") or path in kept}:
        return False
    newest = changes_before["releases"][0] if changes_before else None
    theirs = replace(notes, date=before.manifest["date"], changes=newest)
    again = card.card(about.settings, about.sources, made.counts, written, before.version, about.scores, theirs)
    return again.encode() == before.read_verified(CARD)


def _unchanged(before: Release) -> Problem:
    found = f"a corpus that says what {before.version} says: the same tables, history and card"
    hint = "change something, or ask for a version all the same with --bump patch or --version X.Y.Z"
    return Problem(before.where, 0, "", "release-unchanged", found, "something that is new", hint)


def _put(folder: Location, files: Mapping[str, bytes]) -> dict[str, tuple[int, str]]:
    """Write files of a release; the size and SHA-256 of each."""
    for path, content in files.items():
        paths.write(folder / path, content)
    return {path: (len(content), hashlib.sha256(content).hexdigest()) for path, content in files.items()}


def _changes(before: Release | None) -> dict[str, Any] | None:
    """The CHANGES.json of the release before, None where it has none."""
    if before is None or not before.has(CHANGES):
        return None
    found: dict[str, Any] = json.loads(before.read_verified(CHANGES))
    return found


def _newest(
    folder: Location, about: About, written: Sequence[Written], others: Mapping[str, tuple[int, str]]
) -> dict[str, Any]:
    """What this version changes, as CHANGES.json says it."""
    made, past = about.made, about.past
    proof = manifest.manifest(made, written, others)
    before = about.previous.release if about.previous is not None else None
    if before is None:
        rows = {table: changes.TableChange(added=sum(splits.values())) for table, splits in proof["tables"].items()}
        difference = replace(changes.compare(None, past, {}, proof["columns"]), tables=rows)
        return changelog.entry(difference, made.version, None, made.date, _contributors(about))
    new = at_place(folder, proof)
    states = dict(zip(_words(about.previous, "id"), _words(about.previous, "state"), strict=True))
    now = zip(past["id"].to_pylist(), past["state"].to_pylist(), strict=True)
    gone = [one for one, state in now if state == "withdrawn" and states.get(one) != "withdrawn"]
    difference = diff.diff(before, new)
    return changelog.entry(difference, made.version, before.version, made.date, _contributors(about), gone)


def _words(previous: history.PreviousRelease | None, column: str) -> list[str]:
    found: list[str] = previous.table[column].to_pylist() if previous is not None else []
    return found


def _contributors(about: About) -> list[str]:
    """The names of those whose records or annotations are new or changed in this version, in order."""
    columns = [hash_column(table) for table in hashed_tables(about.past.column_names)]
    known = about.previous.table if about.previous is not None else about.past.slice(0, 0)
    columns = [name for name in columns if name in known.column_names]
    wanted = {*about.contributors, *about.annotators}
    old = {row["id"]: row for row in _chosen(known, wanted, columns)}
    found: dict[str, None] = {}
    for row in _chosen(about.past, wanted, columns):
        before = old.get(row["id"])
        if row["state"] == "published" and row != before:
            found |= dict.fromkeys(about.contributors.get(row["id"], ()))
            if before is None or before["gold_sha256"] != row["gold_sha256"]:
                found |= dict.fromkeys(about.annotators.get(row["id"], ()))
    return list(found)


def _chosen(table: pa.Table, ids: Collection[str], columns: Sequence[str]) -> list[dict[str, Any]]:
    """What history says of some records."""
    if not ids:
        return []
    rows = [place for place, one in enumerate(table["id"].to_pylist()) if one in ids]
    some: list[dict[str, Any]] = (
        table.select(["id", "state", "gold_sha256", *columns]).take(int64_array(np.array(rows, np.int64))).to_pylist()
    )
    return some


def _tombstones(about: About, before: Release | None, known: Mapping[str, Any] | None) -> tuple[Tombstone, ...]:
    """The withdrawn records, each with all versions that hold it, as far as history knows."""
    stones = about.withdrawn.tombstones
    if before is None or not stones:
        return stones
    wanted = {one.id for one in stones}
    table = about.previous.table if about.previous is not None else about.past
    columns = (table[name].to_pylist() for name in ("id", "first_release", "state"))
    first = {
        identity: version
        for identity, version, state in zip(*columns, strict=True)
        if identity in wanted and state != "withdrawn" and version
    }
    earlier: dict[str, list[str]] = {}
    if before.has(WITHDRAWN):
        for line in before.read_verified(WITHDRAWN).splitlines():
            one = json.loads(line)
            earlier[one["id"]] = one["releases"]
    versions_known = [entry["version"] for entry in reversed((known or {}).get("releases", ()))]
    found = []
    for one in stones:
        held = [version for version in versions_known if one.id in first and numbers(version) >= numbers(first[one.id])]
        releases = sorted({*one.releases, *earlier.get(one.id, ()), *held}, key=numbers)
        found.append(replace(one, releases=tuple(releases)))
    return tuple(found)
