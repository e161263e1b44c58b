"""The files in which a release describes itself, written again from its tables and its manifest, and compared.

What writes them is what a build writes them with (``release.write``), so that nothing of them has a check of its own: a
licence, a link, a bar of a picture or a line of the changelog is what comes out again, or it is named. Where other code
made the release, words may differ: then the values that both give are compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus.build.metadata import newest_entry, withdrawn_since
from corpus.dedup.comparison import NO_PAIRS, SHARE
from corpus.dedup.leaks import LEAK, LeakReport, pairs_across
from corpus.model import schema
from corpus.model.problem import CorpusError, Problem, quoted
from corpus.model.table_names import base_name
from corpus.raw.tombstones import Tombstone
from corpus.release.changes import Reason
from corpus.release.format import (
    CHANGES,
    CROISSANT,
    HISTORY,
    LAST_WITHOUT_LABELS,
    LAST_WITHOUT_SHARES,
    LEAKS,
    MANIFEST,
    PREVIEW,
    STORIES,
    WITHDRAWN,
)
from corpus.release.history import PreviousRelease
from corpus.release.read.reader import Release
from corpus.release.versions import greatest
from corpus.release.write import changelog, croissant, manifest
from corpus.release.write.counting import Counted
from corpus.release.write.metadata import ReleaseMetadata, recalled
from corpus.release.write.pages import pages
from corpus.release.write.parquet import RowGroup, Written
from corpus.verify.findings import release_problem

_NO_ABOUT: dict[str, Any] = {
    **dict.fromkeys(("title", "description", "contact", "hub"), ""),
    "sources": {},
    "silver": {},
    "splits": [],
    "annotators": {"persons": 0, "programs": []},
    "schemas": dict(schema.TABLES),
}
"""What a manifest of an older format keeps of settings and sources: nothing."""
_WORDS = (
    *("description", "features", "recordSet", "rai:personalSensitiveInformation", "rai:dataLimitations"),
    *("rai:dataReleaseMaintenancePlan", "rai:dataAnnotationProtocol", "message", "dateInformation"),
)
"""Keys whose values are sentences of the code that wrote them, or hang on its schemas."""
_KNOWN = ("configs", "dataset_info", "distribution", "version", "releases", "format")
"""What can be told of a release whose manifest does not keep them: these parts of its files."""
_NAMES = ("@id", "config_name", "path", "name", "version")
"""What names an object in a list of them."""


class Difference(NamedTuple):
    """Where a file says something else than the release gives: the place in it, what it says, what it should."""

    path: str
    found: str
    wanted: str


class Rendered(NamedTuple):
    """The files that a release describes itself with, as they should be.

    ``same_code`` says whether the code that is running made them, so that all bytes have to be the same; ``known`` are
    the parts that can be told, None for all.
    """

    files: dict[str, bytes]
    same_code: bool
    known: Sequence[str] | None


def made_by_this_code(release: Release) -> bool:
    """Whether the manifest says that this very code made the release, with the same libraries."""
    made = release.manifest.get("pipeline", {})
    return bool(made.get("sha256") == manifest.pipeline() and made.get("libraries") == manifest.libraries())


def written_of(release: Release, uncompressed: Mapping[str, int]) -> list[Written]:
    """The tables of a release as what wrote them describes them; ``uncompressed`` are sizes by the footers."""
    schemas = {**release.manifest.get("about", _NO_ABOUT)["schemas"], **schema.TABLES}
    return [
        Written(
            entry["path"],
            schemas[base_name(table)],
            entry["sha256"],
            entry["bytes"],
            entry["rows"],
            uncompressed[entry["path"]],
            tuple(RowGroup(**group) for group in entry["row_groups"]),
        )
        for table in release.manifest["tables"]
        for entry in release.tables(table)
    ]


def rendered(
    release: Release,
    contents: Mapping[str, bytes],
    written: Sequence[Written],
    counted: Counted,
    past: pa.Table,
    before: PreviousRelease | None,
) -> Rendered:
    """What the files should be.

    ``contents`` are the files that are no tables, ``past`` is the history, ``before`` the version before, where it is
    at hand.

    Raises:
        CorpusError: CHANGES.json is none.
        ValueError, LookupError, TypeError, AttributeError: the manifest is none.
    """
    values: dict[str, Any] = {"records": {}, "scores": {}, "layers": {}, "about": _NO_ABOUT, **release.manifest}
    stones = [_tombstone(line) for line in contents.get(WITHDRAWN, b"").decode("utf-8", "replace").split("\n") if line]
    metadata, entries = recalled(values, stones), None
    if "about" not in release.manifest:  # so that nobody knows of splits without rows
        metadata = replace(metadata, labels=release.manifest.get("labels", {}))
    elif release.manifest.get("format", 1) > LAST_WITHOUT_LABELS:
        metadata = metadata.with_labels((file.split for file in written), counted.licences)
    if release.version != PREVIEW and CHANGES in contents:
        entries = _entries(release, metadata, contents[CHANGES], past, before)
    made = pages(metadata, written, counted, entries)
    others = {
        entry["path"]: (entry["bytes"], entry["sha256"])
        for entry in release.manifest["files"]
        if not entry["path"].startswith("data/")
    }
    beside = {path: described for path, described in others.items() if path != CROISSANT}
    made[CROISSANT] = croissant.croissant(metadata, written, beside, counted)
    if stones:
        made[WITHDRAWN] = "".join(stone.as_public_line() for stone in stones).encode()
    if LEAKS in contents:
        shares = release.manifest.get("format", 1) > LAST_WITHOUT_SHARES
        made[LEAKS] = _leaks(contents[LEAKS], past, shares=shares)
    old = "about" not in release.manifest
    same_code = made_by_this_code(release) and not old
    given = ("pipeline",) if same_code else ("format", "columns", "pipeline")  # columns are proved against the files
    again = manifest.manifest(metadata, written, others)
    made[MANIFEST] = manifest.dump(again | {name: values.get(name) for name in given})
    return Rendered(made, same_code, _KNOWN if old else None)


def _entries(
    release: Release, metadata: ReleaseMetadata, content: bytes, past: pa.Table, before: PreviousRelease | None
) -> dict[str, Any]:
    """What CHANGES.json should say: all of it where the version before is at hand, else what does not hang on that."""
    try:
        listed = json.loads(content)["releases"]
        given, rest = dict(listed[0]), listed[1:]
        changelog.changelog({"releases": listed})
        level = greatest(*(Reason(one["change"], one["table"], one["count"]).level for one in given["why"]))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        found = f"no list of versions ({type(error).__name__})"
        raise CorpusError(_differs(CHANGES, Difference("$.releases", found, "the versions, newest first"))) from None
    previous = metadata.previous["version"] if metadata.previous else None
    newest = {**given, "version": release.version, "previous": previous, "date": metadata.date, "level": level}
    earlier = before.release if before is not None else None
    if previous is None or earlier is not None:
        gone = withdrawn_since(past, before.table if before is not None else None)
        told = replace(metadata, contributors=given["contributors"], withdrawn_now=gone)
        newest, rest = newest_entry(told, release, past, earlier), []
    if earlier is not None and earlier.has(CHANGES):
        rest = json.loads(earlier.read_verified(CHANGES))["releases"]
    below = previous
    for number, one in enumerate(rest, start=1):
        if one["version"] != below:
            difference = Difference(f"$.releases[{number}].version", quoted(one["version"]), f"{below}, as above it")
            raise CorpusError(_differs(CHANGES, difference))
        below = one["previous"]
    still = {name for one in listed[1:] for name in one["contributors"]}  # whoever asked for it is thanked no more
    return changelog.changes(newest, {"releases": rest}, still)


def versions_in(content: bytes) -> list[str]:
    """The versions that CHANGES.json lists; none where it cannot be read."""
    try:
        return [str(one["version"]) for one in json.loads(content)["releases"]]
    except (ValueError, LookupError, TypeError):
        return []


def _tombstone(line: str) -> Tombstone:
    values = json.loads(line)
    return Tombstone(**{**values, "releases": tuple(values["releases"])})


def _leaks(content: bytes, past: pa.Table, *, shares: bool) -> bytes:
    """The proof that no split shares an article with another, with all that it counts, and that it found none.

    What was compared in full, and the closest pair, stand as they are given.
    """
    given = json.loads(content)
    published = [state == "published" for state in past["state"].to_pylist()]
    splits = [one for one, shown in zip(past["split"].to_pylist(), published, strict=True) if shown]
    sizes = np.array([splits.count(one) for one in dict.fromkeys(splits)], np.int64)
    closest = min(float(given["closest"]), LEAK - 0.0001)
    share = min(float(given.get("closest_share", 0)), SHARE - 0.0001) if shares else None
    report = LeakReport(len(splits), pairs_across(sizes), int(given["pairs_compared"]), NO_PAIRS, closest, share)
    return (json.dumps(report.as_json(), indent=2) + "\n").encode()


def problems(
    release: Release, contents: Mapping[str, bytes], altered: Mapping[str, str], wanted: Rendered
) -> Iterator[Problem]:
    """What is wrong with the files that describe a release; ``altered`` says of which the bytes are not as hashed."""
    listed = {entry["path"] for entry in release.manifest["files"]}
    if wanted.known is None:
        known = {*wanted.files, HISTORY, STORIES, WITHDRAWN, LEAKS}
        for path in sorted(one for one in listed - known if not one.startswith("data/")):
            found = "a file that no build writes"
            yield release_problem(path, "", "release-file-unknown", found, "the files of a release")
    for path, content in wanted.files.items():
        if path in contents:
            if difference := compared(path, contents[path], content, wanted):
                yield _differs(path, difference, altered.get(path, ""))
        elif path not in listed and wanted.same_code:
            found, said = f"no such file in {MANIFEST}", "a file that every release like this has"
            yield release_problem(path, "", "release-damaged", found, said)


def _differs(path: str, difference: Difference, altered: str = "") -> Problem:
    rule = "release-tampered" if altered else "release-count" if path == MANIFEST else "release-card"
    found = f"{altered}; {difference.found}" if altered else difference.found
    return release_problem(path, difference.path, rule, found, f"{difference.wanted}: what the release gives")


def compared(path: str, content: bytes, wanted: bytes, how: Rendered) -> Difference | None:
    """The first thing that a file says otherwise than it should, None if nothing."""
    if content == wanted:
        return None
    read = _READERS.get(path.rpartition(".")[2])
    if read is not None and not path.startswith("CHANGELOG"):
        try:
            here, there = read(content), read(wanted)
        except (ValueError, RecursionError) as error:
            return Difference("", " ".join(str(error).split()) or type(error).__name__, "a file that can be read")
        if found := next(_leaves(here, there, "$" if path.endswith(".json") else "", how), None):
            return found
    return _lines(content, wanted) if how.same_code else None


def _lines(content: bytes, wanted: bytes) -> Difference:
    """The first line that differs."""
    here, there = (text.decode("utf-8", "replace").split("\n") for text in (content, wanted))
    for number, (one, other) in enumerate(zip(here, there, strict=False), start=1):
        if one != other:
            same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
            begin = max(0, same - 10)
            return Difference(f"line {number}", quoted(one[begin:]), quoted(other[begin:]))
    return Difference("", f"{len(here):,} lines", f"{len(there):,} lines")


def _head(content: bytes) -> Any:
    """What the YAML at the head of a card says."""
    text = content.decode("utf-8", "replace")
    head, fence, _ = text.removeprefix("---\n").partition("\n---\n")
    if not fence or not text.startswith("---\n"):
        raise ValueError("no YAML at its head")
    return _yaml(head.encode())


def _yaml(content: bytes) -> Any:
    """What a file of YAML says."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is there
    try:
        values = yaml.load(content.decode("utf-8", "replace"), loader)  # noqa: S506  # a safe loader
    except yaml.YAMLError as error:
        raise ValueError(error) from None
    if not isinstance(values, dict):
        raise ValueError("no YAML at its head")  # noqa: TRY004  # it is the content that is wrong
    return values


_READERS: Mapping[str, Callable[[bytes], Any]] = {"json": json.loads, "md": _head, "cff": _yaml}


def _leaves(here: Any, wanted: Any, path: str, how: Rendered) -> Iterator[Difference]:
    """The values that differ, in the order of what is wanted; of other code only those that both have."""
    if isinstance(here, dict) and isinstance(wanted, dict):
        for key in dict.fromkeys([*wanted, *here]):
            place = f"{path}.{key}" if path else str(key)
            if how.known is not None and path in ("$", "") and key not in how.known:
                continue
            if key in here and key in wanted:
                if how.same_code or key not in _WORDS:
                    yield from _leaves(here[key], wanted[key], place, how)
            elif how.same_code:
                yield Difference(place, *(_said(one[key]) if key in one else "nothing" for one in (here, wanted)))
        return
    mine, other = _named(here), _named(wanted)
    if mine is None or other is None:
        if here != wanted or type(here) is not type(wanted):
            yield Difference(path, _said(here), _said(wanted))
        return
    for name in dict.fromkeys([*other, *mine]):
        if name in mine and name in other:
            yield from _leaves(mine[name], other[name], f"{path}[{name}]", how)
        else:
            yield Difference(f"{path}[{name}]", *("there" if name in one else "nothing" for one in (mine, other)))
    if list(mine) != list(other):
        yield Difference(path, ", ".join(mine), ", ".join(other))


def _named(values: Any) -> dict[str, Any] | None:
    """The objects of a list by their names; None where they have none, or two the same."""
    for name in _NAMES if isinstance(values, list) else ():
        if values and all(isinstance(one, dict) and name in one for one in values):
            found = {str(one[name]): one for one in values}
            return found if len(found) == len(values) else None
    return None


def _said(value: Any) -> str:
    return quoted(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
