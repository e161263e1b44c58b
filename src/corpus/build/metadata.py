"""What a release says of itself: told from what was built, then written beside its tables, the manifest last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import annotate
from corpus.annotate.metrics import AGREEMENT, Score
from corpus.build import fingerprint, story_assignment
from corpus.build.reading import CorpusRows
from corpus.build.report import Report
from corpus.build.request import BuildRequest
from corpus.dedup.leaks import LeakReport
from corpus.files import paths
from corpus.files.paths import Location
from corpus.model import schema
from corpus.model.arrow import int64_array
from corpus.model.problem import Problem, UnchangedError
from corpus.model.stages import staged
from corpus.raw.key import WITHHELD
from corpus.raw.tombstones import Tombstone, Withdrawn
from corpus.release import changes, diff, history, statements
from corpus.release.format import (
    CARD,
    CHANGES,
    CROISSANT,
    HISTORY,
    LEAKS,
    MANIFEST,
    PREVIEW,
    SIGNATURE,
    STORIES,
    WITHDRAWN,
    hash_column,
    hashed_tables,
)
from corpus.release.read.reader import Release, at_place
from corpus.release.versions import numbers
from corpus.release.write import changelog, croissant, manifest
from corpus.release.write.counting import Counted, together
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.pages import pages
from corpus.release.write.parquet import Written


@staged("describing")
def describe(
    read: CorpusRows, report: Report, version: str, past: pa.Table, asked: BuildRequest, cached: Release | None
) -> ReleaseMetadata:
    """What is to be said of the version that was built.

    ``past`` is the history with it, ``cached`` the release that rows were kept from.
    """
    planned, before = read.plan, asked.previous
    settings, sources = planned.settings, planned.sources
    annotated = _rows_about(past, {*read.gold}, ["split"])
    published = {row["id"]: row["split"] for row in annotated if row["state"] == "published"}
    scores = {
        identity: tuple(one if one.of == AGREEMENT else replace(one, of=published[identity]) for one in several)
        for identity, several in _scores(read, report, cached).items()
        if identity in published
    }
    layers = annotate.choose(planned.layers)
    previous = earlier = None
    if before is not None and before.release is not None:
        earlier = before.table
        previous = {"version": before.release.version, "manifest_sha256": before.sha256}
    credited = planned.contributors
    return ReleaseMetadata(
        settings=settings,
        sources=sources,
        version=version,
        counts=report.counts,
        date=asked.date,
        previous=previous,
        layers={layer.name: fingerprint.of_layer(layer) for layer in layers},
        silver={layer.name: layer.annotator() for layer in layers if layer.has_table},
        records={
            name: fingerprint.of_source(source, settings, planned.withdrawn.mark) for name, source in sources.items()
        },
        writer=fingerprint.of_writer(),
        scores=scores,
        annotators={name for one in scores for name in read.annotators.get(one, ())},
        withdrawn=_tombstones(planned.withdrawn, past, before),
        withdrawn_now=withdrawn_since(past, earlier),
        contributors=_contributors(past, before, credited, read.annotators, _keyed_otherwise(read, past, before)),
        named=frozenset(name for names in (*credited.values(), *read.annotators.values()) for name in names),
        key=history.key_name(past),
    )


@staged("describing")
def write(
    folder: Location,
    metadata: ReleaseMetadata,
    written: Sequence[Written],
    past: pa.Table,
    signatures: story_assignment.SignatureExport,
    leaks: LeakReport | None,
    asked: BuildRequest,
) -> dict[str, Any]:
    """Write everything but the tables into the folder of a release; its manifest.

    ``past`` is the history with this version, ``signatures`` what the next one needs to find near-duplicates,
    ``leaks`` the proof that no split has a near-duplicate of another.

    Raises:
        UnchangedError: rule ``release-unchanged``, where only changes are wanted and there is none.
    """
    before = asked.previous.release if asked.previous is not None else None
    others = {}
    with paths.written(folder / HISTORY) as file:
        history.write(past, file)
        others[HISTORY] = manifest.described(file)
    with paths.written(folder / STORIES) as file:
        signatures.write(file)
        others[STORIES] = manifest.described(file)
    if metadata.withdrawn:
        others |= _put(folder, {WITHDRAWN: "".join(one.as_public_line() for one in metadata.withdrawn).encode()})
    if leaks is not None:
        others |= _put(folder, {LEAKS: (json.dumps(leaks.as_json(), indent=2) + "\n").encode()})
    found, entries = together(file.counted for file in written), None
    metadata = metadata.with_labels((file.split for file in written), found.licences)
    if metadata.version != PREVIEW:
        release = at_place(folder, manifest.manifest(metadata, written, others))
        entries = changelog.changes(newest_entry(metadata, release, past, before), _changes(before), metadata.named)
    made = pages(metadata, written, found, entries)
    if asked.only_changes and before is not None and _says_the_same(before, metadata, written, others, found):
        wrong = f"a corpus that says what {before.version} says: the same tables, history and card"
        hint = "change something, or ask for a version all the same with --bump patch or --version X.Y.Z"
        raise UnchangedError(Problem(before.where, 0, "", "release-unchanged", wrong, "something that is new", hint))
    others |= _put(folder, made)
    others |= _put(folder, {CROISSANT: croissant.croissant(metadata, written, others, found)})
    proof = manifest.manifest(metadata, written, others)
    _put(folder, {MANIFEST: (content := manifest.dump(proof))})
    if asked.sign:
        statement = statements.released(proof, hashlib.sha256(content).hexdigest())
        _put(folder, {SIGNATURE: statements.envelope(statement, asked.sign)})
    return proof


def _says_the_same(
    before: Release,
    metadata: ReleaseMetadata,
    written: Sequence[Written],
    others: Mapping[str, tuple[int, str]],
    found: Counted,
) -> bool:
    """Whether tables, history and card would be those of the version before, but for its number, day and changes."""
    kept = (HISTORY, WITHDRAWN)
    known = {entry["path"]: entry["sha256"] for entry in before.manifest["files"]}
    now = {file.path: file.sha256 for file in written} | {path: others[path][1] for path in kept if path in others}
    if now != {path: digest for path, digest in known.items() if path.startswith("data/") or path in kept}:
        return False
    again = replace(metadata, version=before.version, date=before.manifest["date"])
    return pages(again, written, found, _changes(before))[CARD] == before.read_verified(CARD)


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


def newest_entry(metadata: ReleaseMetadata, release: Release, past: pa.Table, before: Release | None) -> dict[str, Any]:
    """What a version changes, as CHANGES.json says it; ``past`` is the history with it, ``before`` the version before.

    Raises:
        CorpusError: rule ``release-damaged``, a table of either is not what its manifest says.
    """
    if before is not None:
        return changelog.entry(metadata, diff.diff(before, release))
    tables, columns = release.manifest["tables"], release.manifest["columns"]
    rows = {
        table: changes.TableChange(added=sum(splits.values()))
        for table, splits in tables.items()
        if table not in schema.JOINED
    }
    return changelog.entry(metadata, replace(changes.compare(None, past, {}, columns), tables=rows))


def withdrawn_since(past: pa.Table, earlier: pa.Table | None) -> list[str]:
    """The ids that are withdrawn in a history and were not in the one before, in its order."""
    if earlier is None:
        return []
    known = set(history.ids_of(earlier, "withdrawn"))
    return [one for one in history.ids_of(past, "withdrawn") if one not in known]


def _contributors(
    past: pa.Table,
    previous: history.PreviousRelease | None,
    contributors: Mapping[str, tuple[str, ...]],
    annotators: Mapping[str, tuple[str, ...]],
    keyed_otherwise: Collection[str],
) -> list[str]:
    """The names of those whose records or annotations are new or changed in this version, in order.

    ``contributors`` says who contributed each record, ``annotators`` who annotated it, by id. Of ``keyed_otherwise``
    no hash tells whether they changed.
    """
    earlier = previous.table if previous is not None else past.slice(0, 0)
    columns = [hash_column(table) for table in hashed_tables(past.column_names)]
    columns = [name for name in columns if name in earlier.column_names]
    ids = {*contributors, *annotators}
    old = {row["id"]: row for row in _rows_about(earlier, ids, columns)}
    found: dict[str, None] = {}
    for row in _rows_about(past, ids, columns):
        before = old.get(row["id"])
        if before is not None and row["id"] in keyed_otherwise:
            row |= {name: before[name] for name in ("gold_sha256", hash_column("articles"))}
        if row["state"] == "published" and row != before:
            found |= dict.fromkeys(contributors.get(row["id"], ()))
            if before is None or before["gold_sha256"] != row["gold_sha256"]:
                found |= dict.fromkeys(annotators.get(row["id"], ()))
    return list(found)


def _keyed_otherwise(read: CorpusRows, past: pa.Table, previous: history.PreviousRelease | None) -> set[str]:
    """The ids of the records whose hashes are made with another key than those of the version before."""
    if previous is None or previous.key == history.key_name(past):
        return set()
    return set(read.ids.filter(pa.array(read.rows.rights(WITHHELD))).to_pylist())


def _rows_about(table: pa.Table, ids: Collection[str], columns: Sequence[str]) -> list[dict[str, Any]]:
    """What history says of some records."""
    rows = [row for row, one in enumerate(table["id"].to_pylist()) if one in ids] if ids else []
    chosen = table.select(["id", "state", "gold_sha256", *columns])
    found: list[dict[str, Any]] = chosen.take(int64_array(np.array(rows, np.int64))).to_pylist()
    return found


def _tombstones(
    withdrawn: Withdrawn, past: pa.Table, previous: history.PreviousRelease | None
) -> tuple[Tombstone, ...]:
    """The withdrawn records, each with all versions that hold it, as far as history knows.

    Those of which no release may hold anything are left out, unless one did: their ids were never public.
    """
    public = {row["id"] for row in _rows_about(past, {*withdrawn.ids}, [])}
    stones = tuple(
        one for one in withdrawn.tombstones if one.redistribution != "none" or one.releases or one.id in public
    )
    before = previous.release if previous is not None else None
    if previous is None or before is None or not stones:
        return stones
    columns = (previous.table[name].to_pylist() for name in ("id", "first_release", "state"))
    first = {
        identity: version
        for identity, version, state in zip(*columns, strict=True)
        if identity in withdrawn.ids and state != "withdrawn" and version
    }
    earlier: dict[str, list[str]] = {}
    if before.has(WITHDRAWN):
        lines = map(json.loads, before.read_verified(WITHDRAWN).splitlines())
        earlier = {one["id"]: one["releases"] for one in lines}
    entries = (_changes(before) or {"releases": ()})["releases"]
    published = [entry["version"] for entry in reversed(entries)]
    found = []
    for one in stones:
        held = [version for version in published if one.id in first and numbers(version) >= numbers(first[one.id])]
        releases = sorted({*one.releases, *earlier.get(one.id, ()), *held}, key=numbers)
        found.append(replace(one, releases=tuple(releases)))
    return tuple(found)


def _scores(read: CorpusRows, report: Report, cached: Release | None) -> dict[str, tuple[Score, ...]]:
    """What silver is worth against the gold of each article, sorted by id; that of kept ones is known already."""
    known = cached.manifest.get("scores", {}) if cached is not None else {}
    found = {identity: tuple(Score(*one) for one in known[identity]) for identity in read.gold if identity in known}
    return dict(sorted((found | dict(report.scores)).items()))
