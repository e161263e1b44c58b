"""What a release says of itself against what it holds: counts of the manifest, tombstones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from corpus.model import schema
from corpus.model.problem import Problem, quoted
from corpus.model.table_names import masked_name
from corpus.release.format import CARD, CHANGES, CROISSANT, HISTORY, LAST_PLAIN, MANIFEST, OUTCOMES, PREVIEW, WITHDRAWN
from corpus.release.read.reader import Release
from corpus.verify.findings import release_problem
from corpus.verify.history_index import HistoryIndex


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


def names(release: Release) -> Iterator[Problem]:
    """Sources and layers that the manifest counts, or made rows of, and does not describe; other counts of a source."""
    sources: Mapping[str, Mapping[str, int]] = release.manifest["sources"]
    described = release.manifest.get("about", {}).get("sources", sources)
    needed = {name for name, counts in sources.items() if counts.get("published")}  # others may have no sound settings
    if not needed <= set(described) <= set(sources):
        found, wanted = ", ".join(sources), ", ".join(described) or "nothing"
        yield release_problem(MANIFEST, "$.sources", "release-count", found, wanted)
    records = release.manifest.get("records", described)
    if set(records) != set(described) and not release.manifest.get("rehydrated"):
        found, wanted = ", ".join(records), ", ".join(described) or "nothing"
        yield release_problem(MANIFEST, "$.records", "release-count", found, wanted)
    silver = release.manifest.get("about", {}).get("silver")
    annotated = schema.annotation_tables(release.manifest["tables"])
    if silver is not None and not annotated <= set(silver) <= set(release.manifest["layers"]):
        found, wanted = ", ".join(silver) or "nothing", "who signs what each layer found"
        yield release_problem(MANIFEST, "$.about.silver", "release-count", found, wanted)
    for source, of_source in sources.items():
        for kind in [one for one in of_source if one not in OUTCOMES]:
            path, wanted = f"$.sources.{source}.{kind}", f"{', '.join(OUTCOMES)} alone"
            yield release_problem(MANIFEST, path, "release-count", of_source[kind], wanted)


def of_sources(release: Release, articles: Mapping[str, int]) -> Iterator[Problem]:
    """The first source of which the tables hold another number of articles than the manifest says."""
    published = {source: counts["published"] for source, counts in release.manifest["sources"].items()}
    for source in dict.fromkeys([*published, *articles]):
        if published.get(source, 0) != articles.get(source, 0):
            path, wanted = f"$.sources.{source}.published", f"{articles.get(source, 0)}, the rows of the tables"
            yield release_problem(MANIFEST, path, "release-count", published.get(source, 0), wanted)
            return


def tombstones(content: bytes, index: HistoryIndex, before: bytes = b"") -> Iterator[Problem]:
    """withdrawn.jsonl: each line as its schema says, each record withdrawn in history and in no table, none missing.

    ``before`` is the file of the version before: its lines stand, with more versions at most.
    """
    states, first = (index.column(name).to_pylist() for name in ("state", "first_release"))
    rows = {identity: row for row, identity in enumerate(index.column("id").to_pylist())}
    known: dict[str, Any] = {one["id"]: one for one in map(json.loads, before.splitlines())}
    listed: set[str] = set()

    def wrong(path: str, found: object, wanted: str) -> Problem:
        return release_problem(WITHDRAWN, path, "release-history", found, wanted, number)

    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        try:
            values = json.loads(line)
        except ValueError as error:
            yield wrong("", error, "one JSON object a line")
            return
        if found := list(schema.problems("withdrawn", values, WITHDRAWN, number)):
            yield found[0]
            return
        row = rows.get(values["id"])
        stood = known.get(values["id"], values)
        if row is not None and states[row] != "withdrawn":
            yield wrong("$.id", f"{values['id']} is {states[row]}", f"withdrawn in row {row} of {HISTORY}")
        elif values["id"] in listed:
            yield wrong("$.id", quoted(values["id"]), "each record once")
        elif row is not None and first[row] and first[row] not in values["releases"]:
            yield wrong("$.releases", quoted(values["releases"]), f"{first[row]} among them, which first had it")
        elif odd := [name for name in stood if name != "releases" and values.get(name) != stood[name]]:
            yield wrong(
                f"$.{odd[0]}", quoted(values.get(odd[0])), f"{quoted(stood[odd[0]])}, as the version before says"
            )
        elif not set(stood["releases"]) <= set(values["releases"]):
            yield wrong("$.releases", quoted(values["releases"]), f"those that were there: {quoted(stood['releases'])}")
        listed.add(values["id"])
    number = 0
    gone = [identity for identity, row in rows.items() if states[row] == "withdrawn"]
    for identity in [one for one in (*gone, *known) if one not in listed][:1]:
        yield wrong("", f"no line of {identity}", "a line of each record that was withdrawn")


def of_key(release: Release, named: str) -> Iterator[Problem]:
    """What the manifest says of the key of withheld hashes against what history says (``named``) and what is masked."""
    manifest = release.manifest
    said = str(manifest.get("key", ""))
    if said != named:
        yield release_problem(MANIFEST, "$.key", "release-history", quoted(said), f"{quoted(named)}, as {HISTORY} says")
    elif manifest.get("format", 1) > LAST_PLAIN and bool(said) != (masked_name("articles") in manifest["tables"]):
        found, wanted = quoted(said), "the name of a key where records are masked, else none"
        yield release_problem(MANIFEST, "$.key", "release-history", found, wanted)


def required_files(release: Release) -> tuple[str, ...]:
    """The files that a release has to have beside its tables; a preview and an old format have fewer."""
    if release.manifest.get("rehydrated") or release.manifest.get("format", 1) < 2:  # the first format with history
        return (CARD,)
    always = (CARD, HISTORY)
    return always if release.version == PREVIEW else (*always, CHANGES, CROISSANT)
