"""Writes what came back as a release is written: the same tables and order, but a manifest that forbids publishing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml

from corpus.build.row_index import index_rows
from corpus.build.shards import Placement, Shards
from corpus.build.work_files import PartitionResult
from corpus.model.rights import RIGHTS
from corpus.raw.config import Settings
from corpus.release.format import CARD, MANIFEST, OUTCOMES
from corpus.release.read.reader import Release
from corpus.release.write import manifest, parquet
from corpus.release.write.card import tables_head
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Written


def write_tables(
    restored: PartitionResult,
    numbers: Sequence[int],
    records: Sequence[Mapping[str, Any]],
    schemas: Mapping[str, str],
    settings: Settings,
    target: Path,
    number: int,
) -> list[Written]:
    """Write the restored rows as Parquet files, in the order of the release and cut where its files are.

    ``quotations_flat`` is among them, where there are quotations.

    ``numbers`` says which of the masked ``records`` each restored article is, ``schemas`` gives the schema of the rows
    of each annotation table, ``number`` is the format of the release.
    """
    index = index_rows([restored], schemas)
    index.summary["rights"] = RIGHTS.index("full")  # the tables of what may be passed on have the text
    columns = ("split", "story", "first_release")
    history = pa.table({name: pa.array([record[name] for record in records], pa.string()) for name in columns})
    placement = Placement(np.array(numbers, np.int64), np.ones(len(numbers), bool), history)
    splits = tuple((split, 0.0) for split in dict.fromkeys(record["split"] for record in records))
    shards = Shards(index, placement, replace(settings, splits=splits))
    return [parquet.write(shard, target, number) for shard in shards]


def describe(
    release: Release,
    written: Sequence[Written],
    records: Sequence[Mapping[str, Any]],
    restored: Sequence[int],
    settings: Settings,
    target: Path,
) -> None:
    """Write the card and the manifest of what came back: the version of the release, and that nobody may publish it.

    ``restored`` are the numbers of those of the masked ``records`` that came back.
    """
    masked = Counter(record["source"] for record in records)
    published = Counter(records[number]["source"] for number in restored)
    counts = {
        source: dict.fromkeys(OUTCOMES, 0)
        | {"raw": count, "published": published[source], "withheld": count - published[source]}
        for source, count in masked.items()
    }
    layers, date = release.manifest.get("layers", {}), release.manifest["date"]
    metadata = ReleaseMetadata(settings, {}, release.version, counts, date, layers=layers)
    metadata = metadata.with_labels((file.split for file in written), (record["licence"] for record in records))
    if labels := release.manifest.get("labels"):  # so that both number the same, and rows can be put together
        metadata = replace(metadata, labels=labels)
    tables = tables_head(release.version, written, metadata.labels)
    head = yaml.safe_dump(tables, sort_keys=False, allow_unicode=True, width=1000)
    card = (
        f"---\n{head}---\n\n# {settings.name} {release.version}, rehydrated\n\n"
        "Records of sources whose text may not be passed on, with their text. It was put back from raw records by "
        "`corpus rehydrate`, each proved by its hash. It is not to be published: `corpus publish` refuses it.\n"
    ).encode()
    (target / CARD).write_bytes(card)
    values = manifest.manifest(metadata, written, {CARD: (len(card), hashlib.sha256(card).hexdigest())})
    values |= {
        "format": release.manifest["format"],
        "rehydrated": True,
        "release": {"manifest_sha256": hashlib.sha256(release.read(MANIFEST)).hexdigest()},
        "pipeline": release.manifest["pipeline"],
    }
    del values["about"]  # it describes the release that this was made from
    (target / MANIFEST).write_bytes(manifest.dump(values))
