"""What a release says of itself against what it holds: manifest, card, changes, croissant, tombstones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus.model import schema
from corpus.model.problem import Problem, quoted
from corpus.model.table_names import masked_name
from corpus.raw.key import HASHES
from corpus.release.format import CARD, CHANGES, CROISSANT, HISTORY, MANIFEST, OUTCOMES, PREVIEW, WITHDRAWN
from corpus.release.read.reader import Release
from corpus.verify.feature_types import of_feature
from corpus.verify.findings import release_problem
from corpus.verify.history_index import HistoryIndex


class Contradiction(NamedTuple):
    """Where a file says something else than the manifest: the place in it, what it says, what the manifest says."""

    path: str
    found: object
    wanted: object


def manifest(release: Release) -> Iterator[Problem]:
    """Counts of the manifest that do not add up, and files that it counts otherwise than its tables."""

    def wrong(path: str, found: object, wanted: str) -> Problem:
        return release_problem(MANIFEST, path, "release-count", found, wanted)

    counts: Mapping[str, int] = release.manifest["counts"]
    sources: Mapping[str, Mapping[str, int]] = release.manifest["sources"]
    if counts:
        parts = sum(counts.get(kind, 0) for kind in OUTCOMES[1:])
        if counts["raw"] != parts:
            yield wrong("$.counts.raw", counts["raw"], f"{parts}: {' + '.join(OUTCOMES[1:])}")
    for source, of_source in sources.items():
        parts = sum(of_source.get(kind, 0) for kind in OUTCOMES[1:])
        if of_source["raw"] != parts:
            yield wrong(f"$.sources.{source}.raw", of_source["raw"], f"{parts}, the sum of the others")
    for kind in OUTCOMES if sources else ():
        total = sum(of_source[kind] for of_source in sources.values())
        if counts[kind] != total:
            yield wrong(f"$.counts.{kind}", counts[kind], f"{total}, the sum of the sources")
    tables: Mapping[str, Mapping[str, int]] = release.manifest["tables"]
    rows: dict[str, dict[str, int]] = {}
    for entry in release.manifest["files"]:
        if entry["path"].startswith("data/"):
            _, table, name = entry["path"].split("/", 2)
            splits = rows.setdefault(table, {})
            split = name.split("-", 1)[0]
            splits[split] = splits.get(split, 0) + entry["rows"]
    for table in dict.fromkeys([*tables, *rows]):
        listed, of_files = tables.get(table, {}), rows.get(table, {})
        for split in dict.fromkeys([*listed, *of_files]):
            if listed.get(split) != of_files.get(split):
                wanted = f"{of_files.get(split)}, the rows of its files"
                yield wrong(f"$.tables.{table}.{split}", listed.get(split), wanted)
    articles = sum(sum(tables.get(name, {}).values()) for name in ("articles", masked_name("articles")))
    if counts and counts["published"] != articles:
        yield wrong("$.counts.published", counts["published"], f"{articles}, the rows of articles and articles_masked")


def of_sources(release: Release, articles: Mapping[str, int]) -> Iterator[Problem]:
    """The first source of which the tables hold another number of articles than the manifest says."""
    published = {source: counts["published"] for source, counts in release.manifest["sources"].items()}
    for source in dict.fromkeys([*published, *articles]):
        if published.get(source, 0) != articles.get(source, 0):
            path, wanted = f"$.sources.{source}.published", f"{articles.get(source, 0)}, the rows of the tables"
            yield release_problem(MANIFEST, path, "release-count", published.get(source, 0), wanted)
            return


def contradictions(release: Release, path: str, content: bytes) -> Iterator[Problem]:
    """What a file that describes the release says otherwise than the manifest; other files are not read."""
    if path in _DESCRIPTIONS:
        for where, found, wanted in _DESCRIPTIONS[path](release, content):
            yield release_problem(path, where, "release-card", found, f"{wanted}, as {MANIFEST} says")


def _card(release: Release, content: bytes) -> Iterator[Contradiction]:
    """What the card says of tables, splits, features, sizes, rows, counts by source."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is there
    text = content.decode("utf-8", "replace")
    head, fence, body = text.removeprefix("---\n").partition("\n---\n")
    try:
        values = yaml.load(head, loader) if fence and text.startswith("---\n") else None  # noqa: S506  # a safe loader
    except yaml.YAMLError as error:
        values = None
        yield Contradiction("", str(error).partition("\n")[0], "YAML that can be read")
    if not isinstance(values, dict):
        yield Contradiction("", "no YAML at its head", "configs and dataset_info")
        return
    tables: Mapping[str, Mapping[str, int]] = release.manifest["tables"]
    configs = {str(one.get("config_name")): one for one in values.get("configs", ())}
    details = {str(one.get("config_name")): one for one in values.get("dataset_info", ())}
    for name, listed in (("configs", configs), ("dataset_info", details)):
        if sorted(listed) != sorted(tables):
            yield Contradiction(name, ", ".join(listed) or "nothing", ", ".join(tables) or "nothing")
            return
    for table, splits in tables.items():
        yield from _config(release, table, configs[table])
        yield from _detail(release, table, details[table], splits)
    yield from _body(release, body)


def _config(release: Release, table: str, config: Mapping[str, Any]) -> Iterator[Contradiction]:
    if str(config.get("version")) != release.version:
        yield Contradiction(f"configs.{table}.version", config.get("version"), release.version)
    paths = {str(one["split"]): str(one["path"]) for one in config.get("data_files", ())}
    wanted = {split: f"data/{table}/{split}-" for split in release.manifest["tables"][table]}
    if list(paths) != list(wanted) or any(not paths[split].startswith(start) for split, start in wanted.items()):
        yield Contradiction(f"configs.{table}.data_files", paths, " ".join(wanted.values()))


def _detail(
    release: Release, table: str, detail: Mapping[str, Any], splits: Mapping[str, int]
) -> Iterator[Contradiction]:
    features = {str(one["name"]): of_feature(one) for one in detail.get("features", ())}
    columns: Mapping[str, str] = release.manifest["columns"][table]
    for name in dict.fromkeys([*columns, *features]):
        if features.get(name) != columns.get(name):
            path = f"dataset_info.{table}.features.{name}"
            yield Contradiction(path, features.get(name, "nothing"), columns.get(name, "no such column"))
            return
    counted = {str(one["name"]): one.get("num_examples") for one in detail.get("splits", ())}
    for split in dict.fromkeys([*splits, *counted]):
        if counted.get(split) != splits.get(split):
            path = f"dataset_info.{table}.splits.{split}.num_examples"
            yield Contradiction(path, counted.get(split), splits.get(split))
    size = sum(entry["bytes"] for entry in release.tables(table))
    if detail.get("download_size", size) != size:
        yield Contradiction(f"dataset_info.{table}.download_size", detail["download_size"], size)


def _body(release: Release, body: str) -> Iterator[Contradiction]:
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
            rows = release.manifest["tables"].get(table, {}).get(cells[1]) if len(cells) > 2 else None
            if rows is not None and cells[2] != f"{rows:,}":
                yield Contradiction(f"rows of {table}, {cells[1]}", quoted(cells[2]), f"{rows:,}")
        elif (
            cells and (source := cells[0].rpartition("(`")[2].removesuffix("`)")) in counts and cells[0].endswith("`)")
        ):
            for kind, cell in zip(OUTCOMES, cells[4:], strict=False):
                if cell != f"{counts[source].get(kind, 0):,}":
                    yield Contradiction(f"{kind} of {source}", quoted(cell), f"{counts[source].get(kind, 0):,}")


def _changes(release: Release, content: bytes) -> Iterator[Contradiction]:
    """CHANGES.json: its newest version is this one, after the one that the manifest names; none stands twice."""
    try:
        versions: Sequence[Mapping[str, Any]] = json.loads(content)["releases"]
        names = [str(one["version"]) for one in versions]
    except (ValueError, KeyError, TypeError) as error:
        yield Contradiction("$.releases", f"no list of versions ({type(error).__name__})", "the versions, newest first")
        return
    if not names or names[0] != release.version:
        yield Contradiction("$.releases[0].version", names[0] if names else "nothing", release.version)
        return
    before = release.manifest["previous"]
    if versions[0].get("previous") != (before["version"] if before else None):
        yield Contradiction(
            "$.releases[0].previous", versions[0].get("previous"), before["version"] if before else None
        )
    if versions[0].get("date") != release.manifest["date"]:
        yield Contradiction("$.releases[0].date", versions[0].get("date"), release.manifest["date"])
    for number, (one, name) in enumerate(zip(versions, names[1:], strict=False)):
        if one.get("previous") != name:
            yield Contradiction(f"$.releases[{number}].previous", one.get("previous"), f"{name}, the version below it")


def _croissant(release: Release, content: bytes) -> Iterator[Contradiction]:
    """croissant.json: the version, and every file under the hash that the manifest has of it."""
    try:
        values = json.loads(content)
        listed = [one for one in values["distribution"] if "sha256" in one]
        urls = [str(one["contentUrl"]) for one in listed]
    except (ValueError, KeyError, TypeError) as error:
        yield Contradiction(
            "$.distribution", f"no list of files ({type(error).__name__})", "every file with its SHA-256"
        )
        return
    if str(values.get("version", release.version)) != release.version:
        yield Contradiction("$.version", values["version"], release.version)
    hashes = {entry["path"]: entry["sha256"] for entry in release.manifest["files"]}
    named = set()
    for one, url in zip(listed, urls, strict=True):
        path = next((path for path in hashes if url == path or url.endswith(f"/{path}")), "")
        named.add(path)
        if not path:
            yield Contradiction(f"$.distribution {url}", "a file that is not there", "the files of this release")
        elif one["sha256"] != hashes[path]:
            yield Contradiction(f"$.distribution {path}", one["sha256"], hashes[path])
    for path in sorted(hashes):
        if path.startswith("data/") and path not in named:
            yield Contradiction(f"$.distribution {path}", "nothing", "a file of this release")
            return


def tombstones(content: bytes, index: HistoryIndex) -> Iterator[Problem]:
    """withdrawn.jsonl: each line as its schema says, each record withdrawn in history and in no table."""
    states = index.column("state").to_pylist()
    rows = {identity: row for row, identity in enumerate(index.column("id").to_pylist())}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        try:
            values = json.loads(line)
        except ValueError as error:
            yield release_problem(WITHDRAWN, "", "release-history", error, "one JSON object a line", number)
            return
        if found := list(schema.problems("withdrawn", values, WITHDRAWN, number)):
            yield found[0]
            return
        row = rows.get(values["id"])
        if row is not None and states[row] != "withdrawn":
            contradiction = f"{values['id']} is {states[row]}"
            wanted = f"withdrawn in row {row} of {HISTORY}"
            yield release_problem(WITHDRAWN, "$.id", "release-history", contradiction, wanted, number)
            return


_DESCRIPTIONS: dict[str, Callable[[Release, bytes], Iterator[Contradiction]]] = {
    CARD: _card,
    CHANGES: _changes,
    CROISSANT: _croissant,
}
"""The files that describe the release, and what compares each with the manifest."""


def of_key(release: Release, named: str) -> Iterator[Problem]:
    """What the manifest says of the key of withheld hashes against what history says (``named``) and what is masked."""
    manifest = release.manifest
    said = str(manifest.get("key", ""))
    if said != named:
        yield release_problem(MANIFEST, "$.key", "release-history", quoted(said), f"{quoted(named)}, as {HISTORY} says")
    elif manifest.get("format", 1) > _PLAIN and bool(said) != (masked_name("articles") in manifest["tables"]):
        found, wanted = quoted(said), "the name of a key where records are masked, else none"
        yield release_problem(MANIFEST, "$.key", "release-history", found, wanted)


def unproved(release: Release) -> Iterator[str]:
    """What nobody can prove of a release without raw records."""
    if name := release.manifest.get("key"):
        yield (
            f"not proved: {', '.join(HASHES)} of masked articles, words and gold_sha256 of theirs in {HISTORY}; "
            f"made with the key {name}, which corpus rehydrate takes with the raw records"
        )


_PLAIN = 2
"""The last format whose hashes of withheld text are plain."""


def required_files(release: Release) -> tuple[str, ...]:
    """The files that a release has to have beside its tables; a preview and an old format have fewer."""
    if release.manifest.get("rehydrated") or release.manifest.get("format", 1) < 2:  # the first format with history
        return (CARD,)
    always = (CARD, HISTORY)
    return always if release.version == PREVIEW else (*always, CHANGES, CROISSANT)
