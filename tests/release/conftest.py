"""A corpus of three sources, of which one may be passed on, and a release of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus.model.schema import TABLES
from corpus.raw import config
from corpus.raw.config import Settings, Source
from corpus.release.write.counting import counted
from corpus.release.write.parquet import Written

NONCE = "Zorvexquin"
_TOML = """name = "essai"
title = "Essai : articles | inventés"
description = "Articles inventés."
contact = "Odile Ferrand <odile@essai.example>"
hub = "presse/essai"
layers = ["sentences", "entities", "quotations", "times"]
"""


@pytest.fixture(scope="session")
def nonce() -> str:
    """A word that stands in every text of what may not be passed on, and nowhere else."""
    return NONCE


@pytest.fixture(scope="session")
def root(
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[..., Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> Path:
    """A corpus folder: twelve articles in full, four of annotations, two only counted."""
    files = {
        "corpus.toml": _TOML,
        "raw/libre/source.yaml": source_yaml("text", url="https://libre.example/a(b)", publisher="'Libre | Cie [s]'"),
        "raw/muet/source.yaml": source_yaml("text", "annotations", licence="LicenseRef-muet"),
        "raw/secret/source.yaml": source_yaml("text", "none", licence="LicenseRef-secret"),
    }
    for number in range(18):
        source = "libre" if number < 12 else "muet" if number < 16 else "secret"
        text = text_record(number)
        if source != "libre":
            text = text.replace(" rouvre", f" rouvre chez Jean {NONCE}").replace("Selon", f"À {NONCE}ville, selon")
        files[f"raw/{source}/{number:02}.txt"] = text
    return make_corpus(tmp_path_factory.mktemp("three"), files)


@pytest.fixture(scope="session")
def release(
    root: Path, tmp_path_factory: pytest.TempPathFactory, command: Callable[..., subprocess.CompletedProcess[str]]
) -> Path:
    """Version 1.0.0 of it, dated."""
    out = tmp_path_factory.mktemp("released") / "1.0.0"
    options = ("--previous", "none", "--version", "1.0.0", "--date", "2026-11-22")
    answer = command("release", "--root", root, "--out", out, *options)
    assert answer.returncode == 0, answer.stderr
    return out


@pytest.fixture(scope="session")
def ours(root: Path) -> Settings:
    """Its settings."""
    return config.read_settings(root)


@pytest.fixture(scope="session")
def sources(root: Path) -> dict[str, Source]:
    """Its sources by id."""
    return {name: config.read_source(root / "raw" / name, root) for name in ("libre", "muet", "secret")}


@pytest.fixture(scope="session")
def written(release: Path) -> list[Written]:
    """The Parquet files of the release, in the order of its tables and splits."""
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    order = [(table, split) for table, splits in manifest["tables"].items() for split in splits]
    found = []
    for entry in manifest["files"]:
        if entry["path"].startswith("data/"):
            footer = pq.ParquetFile(release / entry["path"]).metadata
            size = sum(footer.row_group(number).total_byte_size for number in range(footer.num_row_groups))
            name = TABLES[entry["path"].split("/")[1].removesuffix("_masked")]
            one = Written(entry["path"], name, entry["sha256"], entry["bytes"], entry["rows"], size, ())
            found.append(replace(one, counted=counted(release / one.path, one.table, one.split)))
    return sorted(found, key=lambda file: (order.index((file.table, file.split)), file.path))
