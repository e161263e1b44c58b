"""What is known of a record that is to be withdrawn: from raw/, and from each release that held it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from corpus.curate import lookup
from corpus.dedup.withdrawn_texts import sketch
from corpus.model.arrow import string_array
from corpus.model.article import Paragraph, file_of
from corpus.model.article_row import text_sha256
from corpus.model.problem import UsageError
from corpus.model.table_names import masked_name
from corpus.raw.key import WITHHELD
from corpus.raw.records import Record
from corpus.raw.tombstones import Sealer, WithdrawnText
from corpus.release.format import LAST_PLAIN, PREVIEW
from corpus.release.read.reader import Release

_COLUMNS = (
    *("id", "text", "paragraphs", "title", "story", "redistribution"),
    *("raw_path", "raw_sha256", "text_sha256"),
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of a record: keyed hashes, texts, their sketches, where its raw record is, and its story.

    ``places`` are raw paths, each with the part of a file of many that it is, empty for a file of its own. ``releases``
    are the versions that hold the record, ``story`` the other records of its stories, each with the release that says
    so. ``missing`` is why raw/ has no sound record of it.
    """

    raw: tuple[str, ...] = ()
    texts: tuple[WithdrawnText, ...] = ()
    sketches: tuple[bytes, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    redistribution: str = ""
    releases: tuple[str, ...] = ()
    story: Mapping[str, str] = field(default_factory=dict)
    missing: UsageError | None = None


def remember(root: Path, identity: str, releases: Sequence[Release], sealer: Sealer) -> Remembered:
    """Everything known of a record; nothing is where neither raw/ nor a release has it.

    Raises:
        CorpusError: the settings are wrong, or a release cannot be read.
    """
    known = _in_raw(root, identity, sealer)
    for release in releases:
        known = _with_release(known, identity, release, sealer)
    return known


def _in_raw(root: Path, identity: str, sealer: Sealer) -> Remembered:
    try:
        found = list(lookup.find_all(root, identity))
    except UsageError as error:
        if error.problems[0].rule != "id-unknown":
            raise
        return Remembered(missing=error)
    articles = [one.article for one in found]
    made = [sketch(one.text, one.paragraphs) for one in articles]
    return Remembered(
        tuple(sealer.raw(one.raw_sha256) for one in articles),
        _each_once(sealer.text(text_sha256(one.text), its) for one, its in zip(articles, made, strict=True)),
        tuple(made),
        tuple((one.article.raw_path, _part(one.record)) for one in found),
        articles[0].redistribution,
    )


def _part(record: Record) -> str:
    """Which part of a file of many a record is, empty for a file of its own."""
    return f"line {record.line}" if record.line else f"article {record.number}" if record.number else ""


def _with_release(known: Remembered, identity: str, release: Release, sealer: Sealer) -> Remembered:
    """What is known, with what a release has of the record and of its story."""
    row = next(iter(_rows(release, "id", identity)), None)
    if row is None:
        return known
    keyed = release.manifest.get("format", 1) > LAST_PLAIN and row.get("redistribution") == WITHHELD
    ours = not keyed or release.manifest.get("key") == sealer.name  # hashes of another key say nothing here
    raw, texts, sketches = known.raw, known.texts, known.sketches
    if ours and row.get("raw_sha256"):
        raw = (*raw, row["raw_sha256"] if keyed else sealer.raw(row["raw_sha256"]))
    if row.get("text"):
        made = sketch(row["text"], [Paragraph(**one) for one in row["paragraphs"]])
        texts = (*texts, sealer.text(text_sha256(row["text"]), made))
        sketches = (*sketches, made)
    elif ours and row.get("text_sha256"):
        texts = (*texts, WithdrawnText(row["text_sha256"] if keyed else sealer.text_hash(row["text_sha256"])))
    story = {one["id"]: release.version for one in _rows(release, "story", row["story"])} if row.get("story") else {}
    return replace(
        known,
        raw=tuple(dict.fromkeys(raw)),
        texts=_each_once(texts),
        sketches=tuple(dict.fromkeys(sketches)),
        places=known.places or (((row["raw_path"], ""),) if row.get("raw_path") else ()),
        redistribution=known.redistribution or row.get("redistribution") or "",
        releases=(*known.releases, *([release.version] if release.version != PREVIEW else [])),
        story={**{one: version for one, version in story.items() if one != identity}, **known.story},
    )


def _each_once(texts: Iterable[WithdrawnText]) -> tuple[WithdrawnText, ...]:
    """Texts by their hash, with a sketch where one has it."""
    found: dict[str, WithdrawnText] = {}
    for one in texts:
        if one.hash not in found or one.sketch:
            found[one.hash] = one
    return tuple(found.values())


def _rows(release: Release, column: str, value: str) -> list[dict[str, Any]]:
    """The rows of articles, open and masked, in which this column has this value."""
    found: list[dict[str, Any]] = []
    for table in ("articles", masked_name("articles")):
        for entry in release.tables(table):
            with release.parquet(entry["path"]) as file:
                there = [name for name in _COLUMNS if name in file.schema_arrow.names]
                for group in range(file.num_row_groups):
                    keys = file.read_row_group(group, columns=[column], use_threads=False)[column]
                    chosen = pc.is_in(keys, value_set=string_array([value]))
                    if pc.any(chosen).as_py():
                        wanted = there if column == "id" else ["id"]
                        rows = file.read_row_group(group, columns=wanted, use_threads=False).filter(chosen)
                        found += rows.to_pylist()
    return found


def raw_files(root: Path, known: Remembered) -> list[str]:
    """The paths of the files that hold nothing but this record, and are there."""
    found = [file_of(path)[0] for path, part in known.places if not part and not file_of(path)[1]]
    return [path for path in found if (root / path).is_file()]
