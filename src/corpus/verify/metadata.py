"""What a release says of itself against what it holds: manifest, card, changes, croissant, tombstones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from corpus.model import schema
from corpus.model.problem import Problem, quoted
from corpus.model.table_names import masked_name
from corpus.release.format import CARD, CHANGES, CROISSANT, HISTORY, MANIFEST, OUTCOMES, PREVIEW, WITHDRAWN
from corpus.release.read.reader import Release
from corpus.verify.feature_types import of_feature
from corpus.verify.findings import AGAIN
from corpus.verify.history_index import HistoryIndex


def manifest(release: Release) -> Iterator[Problem]:
    """Counts of the manifest that do not add up, and files that it counts otherwise than its tables."""

    def wrong(path: str, found: object, wanted: str) -> Problem:
        return Problem(MANIFEST, 0, path, "release-count", str(found), wanted, AGAIN)

    said = release.manifest
    counts: Mapping[str, int] = said["counts"]
    if counts:
        parts = sum(counts[kind] for kind in OUTCOMES[1:])
        if counts["raw"] != parts:
            yield wrong("$.counts.raw", counts["raw"], f"{parts}: published + withheld + rejected + withdrawn")
    for source, theirs in said["sources"].items():
        parts = sum(theirs[kind] for kind in OUTCOMES[1:])
        if theirs["raw"] != parts:
            yield wrong(f"$.sources.{source}.raw", theirs["raw"], f"{parts}, the sum of the others")
    for kind in OUTCOMES if said["sources"] else ():
        total = sum(theirs[kind] for theirs in said["sources"].values())
        if counts[kind] != total:
            yield wrong(f"$.counts.{kind}", counts[kind], f"{total}, the sum of the sources")
    rows: dict[str, dict[str, int]] = {}
    for entry in said["files"]:
        if entry["path"].startswith("data/"):
            _, table, name = entry["path"].split("/", 2)
            splits = rows.setdefault(table, {})
            split = name.split("-", 1)[0]
            splits[split] = splits.get(split, 0) + entry["rows"]
    for table in dict.fromkeys([*said["tables"], *rows]):
        theirs, there = said["tables"].get(table, {}), rows.get(table, {})
        for split in dict.fromkeys([*theirs, *there]):
            if theirs.get(split) != there.get(split):
                yield wrong(
                    f"$.tables.{table}.{split}", theirs.get(split), f"{there.get(split)}, the rows of its files"
                )
    articles = sum(sum(said["tables"].get(name, {}).values()) for name in ("articles", masked_name("articles")))
    if counts and counts["published"] != articles:
        yield wrong("$.counts.published", counts["published"], f"{articles}, the rows of articles and articles_masked")


def of_sources(release: Release, found: Mapping[str, int]) -> Iterator[Problem]:
    """Sources of which the tables hold other numbers of articles than the manifest says."""
    said = {source: counts["published"] for source, counts in release.manifest["sources"].items()}
    for source in dict.fromkeys([*said, *found]):
        if said.get(source, 0) != found.get(source, 0):
            wanted = f"{found.get(source, 0)}, the rows of the tables"
            path = f"$.sources.{source}.published"
            yield Problem(MANIFEST, 0, path, "release-count", str(said.get(source, 0)), wanted, AGAIN)
            return


def card(release: Release, content: bytes) -> Iterator[Problem]:
    """What the card says otherwise than the manifest: tables, splits, features, sizes, rows, counts by source."""
    import yaml

    file = CARD

    def wrong(path: str, found: object, wanted: object) -> Problem:
        return Problem(file, 0, path, "release-card", str(found), f"{wanted}, as {MANIFEST} says", AGAIN)

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is there
    text = content.decode("utf-8", "replace")
    head, fence, body = text.removeprefix("---\n").partition("\n---\n")
    try:
        said = yaml.load(head, loader) if fence and text.startswith("---\n") else None  # noqa: S506  # a safe loader
    except yaml.YAMLError as error:
        said = None
        yield wrong("", str(error).partition("\n")[0], "YAML that can be read")
    if not isinstance(said, dict):
        yield wrong("", "no YAML at its head", "configs and dataset_info")
        return
    tables: Mapping[str, Mapping[str, int]] = release.manifest["tables"]
    configs = {str(one.get("config_name")): one for one in said.get("configs", ())}
    details = {str(one.get("config_name")): one for one in said.get("dataset_info", ())}
    for name, listed in (("configs", configs), ("dataset_info", details)):
        if sorted(listed) != sorted(tables):
            yield wrong(name, ", ".join(listed) or "nothing", ", ".join(tables) or "nothing")
            return
    for table, splits in tables.items():
        yield from _config(release, table, configs[table], wrong)
        yield from _detail(release, table, details[table], splits, wrong)
    yield from _body(release, body, wrong)


Wrong = Callable[[str, object, object], Problem]


def _config(release: Release, table: str, config: Mapping[str, Any], wrong: Wrong) -> Iterator[Problem]:
    if str(config.get("version")) != release.version:
        yield wrong(f"configs.{table}.version", config.get("version"), release.version)
    paths = {str(one["split"]): str(one["path"]) for one in config.get("data_files", ())}
    wanted = {split: f"data/{table}/{split}-" for split in release.manifest["tables"][table]}
    if list(paths) != list(wanted) or any(not paths[split].startswith(start) for split, start in wanted.items()):
        yield wrong(f"configs.{table}.data_files", paths, " ".join(wanted.values()))


def _detail(
    release: Release, table: str, detail: Mapping[str, Any], splits: Mapping[str, int], wrong: Wrong
) -> Iterator[Problem]:
    there = {str(one["name"]): of_feature(one) for one in detail.get("features", ())}
    columns: Mapping[str, str] = release.manifest["columns"][table]
    for name in dict.fromkeys([*columns, *there]):
        if there.get(name) != columns.get(name):
            path = f"dataset_info.{table}.features.{name}"
            yield wrong(path, there.get(name, "nothing"), columns.get(name, "no such column"))
            return
    counted = {str(one["name"]): one.get("num_examples") for one in detail.get("splits", ())}
    for split in dict.fromkeys([*splits, *counted]):
        if counted.get(split) != splits.get(split):
            path = f"dataset_info.{table}.splits.{split}.num_examples"
            yield wrong(path, counted.get(split), splits.get(split))
    size = sum(entry["bytes"] for entry in release.tables(table))
    if detail.get("download_size", size) != size:
        yield wrong(f"dataset_info.{table}.download_size", detail["download_size"], size)


def _body(release: Release, body: str, wrong: Wrong) -> Iterator[Problem]:
    """The numbers of the card's own tables: rows by table and split, records by source."""
    heading = table = ""
    counts = release.manifest["sources"]
    for line in body.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")] if line.startswith("|") else []
        if heading == "What is in it" and line.startswith("|"):
            cells = [cell.strip(" `") for cell in line.split("|")[1:-1]]
            table = cells[0] or table
            said = release.manifest["tables"].get(table, {}).get(cells[1]) if len(cells) > 2 else None
            if said is not None and cells[2] != f"{said:,}":
                yield wrong(f"rows of {table}, {cells[1]}", quoted(cells[2]), f"{said:,}")
        elif (
            cells and (source := cells[0].rpartition("(`")[2].removesuffix("`)")) in counts and cells[0].endswith("`)")
        ):
            for kind, cell in zip(OUTCOMES, cells[4:], strict=False):
                if cell != f"{counts[source][kind]:,}":
                    yield wrong(f"{kind} of {source}", quoted(cell), f"{counts[source][kind]:,}")


def changes(release: Release, content: bytes) -> Iterator[Problem]:
    """CHANGES.json: its newest version is this one, after the one that the manifest names; none stands twice."""
    file = CHANGES

    def wrong(path: str, found: object, wanted: object) -> Problem:
        return Problem(file, 0, path, "release-card", str(found), f"{wanted}, as {MANIFEST} says", AGAIN)

    try:
        versions: Sequence[Mapping[str, Any]] = json.loads(content)["releases"]
        names = [str(one["version"]) for one in versions]
    except (ValueError, KeyError, TypeError) as error:
        yield wrong("$.releases", f"no list of versions ({type(error).__name__})", "the versions, newest first")
        return
    if not names or names[0] != release.version:
        yield wrong("$.releases[0].version", names[0] if names else "nothing", release.version)
        return
    before = release.manifest["previous"]
    if versions[0].get("previous") != (before["version"] if before else None):
        yield wrong("$.releases[0].previous", versions[0].get("previous"), before["version"] if before else None)
    if versions[0].get("date") != release.manifest["date"]:
        yield wrong("$.releases[0].date", versions[0].get("date"), release.manifest["date"])
    for number, (one, name) in enumerate(zip(versions, names[1:], strict=False)):
        if one.get("previous") != name:
            yield wrong(f"$.releases[{number}].previous", one.get("previous"), f"{name}, the version below it")


def croissant(release: Release, content: bytes) -> Iterator[Problem]:
    """croissant.json: the version, and every file under the hash that the manifest has of it."""
    file = CROISSANT

    def wrong(path: str, found: object, wanted: object) -> Problem:
        return Problem(file, 0, path, "release-card", str(found), f"{wanted}, as {MANIFEST} says", AGAIN)

    try:
        said = json.loads(content)
        listed = [one for one in said["distribution"] if "sha256" in one]
        urls = [str(one["contentUrl"]) for one in listed]
    except (ValueError, KeyError, TypeError) as error:
        yield wrong("$.distribution", f"no list of files ({type(error).__name__})", "every file with its SHA-256")
        return
    if str(said.get("version", release.version)) != release.version:
        yield wrong("$.version", said["version"], release.version)
    hashes = {entry["path"]: entry["sha256"] for entry in release.manifest["files"]}
    named = set()
    for one, url in zip(listed, urls, strict=True):
        path = next((path for path in hashes if url == path or url.endswith(f"/{path}")), "")
        named.add(path)
        if not path:
            yield wrong(f"$.distribution {url}", "a file that is not there", "the files of this release")
        elif one["sha256"] != hashes[path]:
            yield wrong(f"$.distribution {path}", one["sha256"], hashes[path])
    for path in sorted(hashes):
        if path.startswith("data/") and path not in named:
            yield wrong(f"$.distribution {path}", "nothing", "a file of this release")
            return


def tombstones(content: bytes, past: HistoryIndex) -> Iterator[Problem]:
    """withdrawn.jsonl: each line as its schema says, each record withdrawn in history and in no table."""
    states = past.column("state").to_pylist()
    at = {identity: row for row, identity in enumerate(past.column("id").to_pylist())}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        try:
            values = json.loads(line)
        except ValueError as error:
            yield Problem(WITHDRAWN, number, "", "release-history", str(error), "one JSON object a line", AGAIN)
            return
        if found := list(schema.problems("withdrawn", values, WITHDRAWN, number)):
            yield found[0]
            return
        row = at.get(values["id"])
        if row is not None and states[row] != "withdrawn":
            wanted = f"withdrawn in row {row} of history.parquet"
            found_words = f"{values['id']} is {states[row]}"
            yield Problem(WITHDRAWN, number, "$.id", "release-history", found_words, wanted, AGAIN)
            return


JUDGES: dict[str, Callable[[Release, bytes], Iterator[Problem]]] = {
    CARD: card,
    CHANGES: changes,
    CROISSANT: croissant,
}
"""The files that speak of the release, and what judges them."""


def needed(release: Release) -> tuple[str, ...]:
    """The files that a release has to have beside its tables; a preview of an old format has fewer."""
    if release.manifest.get("rehydrated") or release.manifest.get("format", 1) < 2:  # the first format with history
        return (CARD,)
    always = (CARD, HISTORY)
    return always if release.version == PREVIEW else (*always, CHANGES, CROISSANT)
