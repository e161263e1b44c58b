"""What came back, as the tables of a release: rows in its order, a card, a manifest that forbids publishing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa

from corpus.files.hashing import id_hash_and_cut
from corpus.model import schema
from corpus.model.arrow import batch_of
from corpus.release.format import CARD, MANIFEST, OUTCOMES
from corpus.release.read.reader import Release
from corpus.release.write.manifest import dump
from corpus.release.write.parquet import Group, Rows, Shard, Written, chunk_boundaries, row_schemas, write
from corpus.release.write.parquet import counts as counts_of

Tables = dict[str, list[dict[str, Any]]]
_BATCH = 256


class Spool:
    """The restored rows in the order in which raw records were read, as Arrow files; a context manager.

    ``there`` holds for each place that was restored the first row and the number of rows in each table.
    ``schemas`` gives the schema of each table's rows.
    """

    def __init__(self, folder: Path, names: Sequence[str], schemas: Mapping[str, str]) -> None:
        self.names = ("articles", *names)
        self._schemas = schemas
        self.there: dict[int, dict[str, tuple[int, int]]] = {}
        self._folder = folder
        self._stack = ExitStack()
        self._waiting: dict[str, list[dict[str, Any]]] = {name: [] for name in self.names}
        self._rows = dict.fromkeys(self.names, 0)
        self._files: dict[str, pa.ipc.RecordBatchFileWriter] = {}

    def file(self, table: str) -> Path:
        """The Arrow file of a table."""
        return self._folder / f"restored.{table}.arrow"

    def _columns(self, table: str) -> pa.Schema:
        return schema.arrow_schema(table, self._schemas)

    def __enter__(self) -> Self:
        for name in self.names:
            sink = self._stack.enter_context(pa.OSFile(str(self.file(name)), "wb"))
            self._files[name] = self._stack.enter_context(pa.ipc.new_file(sink, self._columns(name)))
        return self

    def __exit__(self, *raised: object) -> None:
        with self._stack:
            if raised[0] is None:
                self._flush()

    def write(self, place: int, article: dict[str, Any], annotations: Tables) -> None:
        """Add the rows of one record."""
        self.there[place] = {}
        for name, rows in {"articles": [article], **annotations}.items():
            self.there[place][name] = (self._rows[name], len(rows))
            self._rows[name] += len(rows)
            self._waiting[name] += rows
        if len(self._waiting["articles"]) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        for name, rows in self._waiting.items():
            if rows:
                self._files[name].write_batch(batch_of(rows, self._columns(name)))
                rows.clear()

    def parquet(self, records: Sequence[Mapping[str, Any]], target: Path) -> list[Written]:
        """Write the tables as Parquet files, rows in the order of the release, cut where those of a release are."""
        written = []
        splits = list(dict.fromkeys(record["split"] for record in records))
        for name in self.names:
            for split in splits:
                places = [place for place in sorted(self.there) if records[place]["split"] == split]
                marks = np.array([id_hash_and_cut(records[place]["id"])[1] for place in places], np.int64)
                found = [
                    [group for start, end in groups if (group := self._group(name, places[start:end])) is not None]
                    for groups in chunk_boundaries(marks)
                ]
                files = [groups for groups in found if groups]
                for number, groups in enumerate(files):
                    path = f"data/{name}/{split}-{number:05}-of-{len(files):05}.parquet"
                    written.append(write(Shard(path, self._schemas[name], tuple(groups)), target))
        return written

    def _group(self, name: str, places: Sequence[int]) -> Group | None:
        """The rows that some records have in a table, in the order of the records; None for none."""
        runs = [np.arange(first, first + count) for first, count in (self.there[place][name] for place in places)]
        rows = np.concatenate([np.empty(0, np.int64), *runs])
        if not len(rows):
            return None
        ascending = np.sort(rows)
        return Group((Rows(self.file(name), ascending),), np.searchsorted(ascending, rows))


def describe(
    release: Release,
    target: Path,
    written: Sequence[Written],
    held: tuple[Sequence[Mapping[str, Any]], Mapping[int, object]],
) -> None:
    """Write the card and the manifest of what came back: the version of the release, and that nobody may publish it.

    ``held`` are the masked records, and those of them that came back by their place.
    """
    import yaml

    records, there = held
    counts, schemas = counts_of(written), row_schemas(written)
    configs = [
        {
            "config_name": table,
            "version": release.version,
            **({"default": True} if table == "articles" else {}),
            "data_files": [{"split": split, "path": f"data/{table}/{split}-*-of-*.parquet"} for split in splits],
        }
        for table, splits in counts.items()
    ]
    details = [
        {
            "config_name": table,
            "features": schema.features_yaml(table, schemas),
            "splits": [{"name": split, "num_examples": rows} for split, rows in splits.items()],
        }
        for table, splits in counts.items()
    ]
    head = yaml.safe_dump(
        {"configs": configs, "dataset_info": details}, sort_keys=False, allow_unicode=True, width=1000
    )
    card = (
        f"---\n{head}---\n\n# {release.manifest['name']} {release.version}, rehydrated\n\n"
        "Records of sources whose text may not be passed on, with their text. It was put back from raw records by "
        "`corpus rehydrate`, each proved by its hash. It is not to be published: `corpus publish` refuses it.\n"
    ).encode()
    (target / CARD).write_bytes(card)
    sources: dict[str, dict[str, int]] = {}
    for place, record in enumerate(records):
        one = sources.setdefault(record["source"], dict.fromkeys(OUTCOMES, 0))
        one["raw"] += 1
        one["published" if place in there else "withheld"] += 1
    total = {kind: sum(one[kind] for one in sources.values()) for kind in next(iter(sources.values()), {})}
    files = [{"path": CARD, "bytes": len(card), "sha256": hashlib.sha256(card).hexdigest()}]
    files += [_entry(file) for file in written]
    said = {
        **{key: release.manifest[key] for key in ("format", "name", "version", "date")},
        "rehydrated": True,
        "release": {"manifest_sha256": hashlib.sha256(release.read(MANIFEST)).hexdigest()},
        "previous": None,
        "counts": total,
        "sources": sources,
        "tables": counts,
        "columns": {table: {one["name"]: one["type"] for one in schema.dictionary(table, schemas)} for table in counts},
        "files": sorted(files, key=lambda file: str(file["path"])),
        "layers": release.manifest.get("layers", {}),
        "pipeline": release.manifest["pipeline"],
    }
    (target / MANIFEST).write_bytes(dump(json.loads(json.dumps(said))))


def _entry(file: Written) -> dict[str, Any]:
    groups = [{"rows": rows, "sha256": digest, "columns": columns} for rows, digest, columns in file.groups]
    return {"path": file.path, "bytes": file.bytes, "sha256": file.sha256, "rows": file.rows, "row_groups": groups}
