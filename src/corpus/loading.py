"""Hands a release to training code and to researchers: the version asked for, or an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.problem import Problem, UsageError, quoted

if TYPE_CHECKING:
    import pandas as pd
    from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict


def read_manifest(where: Path) -> dict[str, Any]:
    """The manifest of the release folder ``where``.

    Raises:
        UsageError: it is no release folder.
    """
    try:
        manifest: dict[str, Any] = json.loads((where / "MANIFEST.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            Problem(
                str(where),
                0,
                "",
                "release-missing",
                f"no readable MANIFEST.json ({error})",
                "a release folder",
                "make one with: corpus build --out DIR",
            )
        ) from None
    return manifest


def _files(where: Path, table: str, split: str | None) -> dict[str, list[Path]]:
    """The Parquet files of a table by split, as the manifest lists them, all there and of the right size."""
    manifest = read_manifest(where)
    tables = manifest["tables"]
    if table not in tables:
        raise UsageError(
            Problem(
                str(where),
                0,
                "",
                "table-unknown",
                quoted(table),
                f"one of {', '.join(tables) or 'none: it is empty'}",
                "",
            )
        )
    if split is not None and split not in tables[table]:
        raise UsageError(
            Problem(str(where), 0, "", "split-unknown", quoted(split), f"one of {', '.join(tables[table])}", "")
        )
    found: dict[str, list[Path]] = {name: [] for name in tables[table] if split in (None, name)}
    for entry in manifest["files"]:
        folder, _, name = str(entry["path"]).rpartition("/")
        if folder != f"data/{table}" or name.split("-", 1)[0] not in found:
            continue
        file = where / entry["path"]
        if not file.is_file() or file.stat().st_size != entry["bytes"]:
            size = f"{file.stat().st_size:,} bytes" if file.is_file() else "no such file"
            raise UsageError(
                Problem(
                    str(file),
                    0,
                    "",
                    "release-damaged",
                    size,
                    f"{entry['bytes']:,} bytes, as MANIFEST.json says",
                    "take the release again from where it came",
                )
            )
        found[name.split("-", 1)[0]].append(file)
    return found


def load(
    where: str | Path, table: str = "articles", split: str | None = None, *, streaming: bool = False
) -> Dataset | DatasetDict | IterableDataset | IterableDatasetDict:
    """A table of a release folder as ``datasets`` gives it: one split, or all of them by name.

    Files, sizes and features are those that the manifest and the schema say, so that an older
    copy in the cache of ``datasets`` cannot answer for them.

    Raises:
        UsageError: no release, no such table or split, or files that are not as its manifest says.
    """
    from datasets import Features, load_dataset

    from corpus import schema

    place = Path(where)
    files = {name: [str(file) for file in files] for name, files in _files(place, table, split).items()}
    known = table.removesuffix("_masked") in schema.TABLES  # a table of another package's layer says its own
    features: Features | None = schema.features(table) if known else None
    return load_dataset("parquet", data_files=files, split=split, streaming=streaming, features=features)


def frame(
    where: str | Path, table: str = "articles", split: str | None = None, columns: list[str] | None = None
) -> pd.DataFrame:
    """The rows that ``load`` gives as a pandas frame, all splits in the manifest's order where none is named.

    ``columns`` names those to read, None for all: a few are read many times faster than all.

    Raises:
        UsageError: as ``load``; or a column that the table does not have.
    """
    import pyarrow.parquet as pq
    from pyarrow import concat_tables

    paths = [file for files in _files(Path(where), table, split).values() for file in files]
    known = pq.read_schema(paths[0]).names
    if unknown := [name for name in columns or () if name not in known]:
        raise UsageError(
            Problem(str(where), 0, "", "column-unknown", quoted(unknown[0]), f"one of {', '.join(known)}", "")
        )
    result: pd.DataFrame = concat_tables([pq.read_table(path, columns=columns) for path in paths]).to_pandas()
    return result
