"""Promise 6: loading gives exactly the version asked for, online and offline, or an error; never another version."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset

import corpus
from corpus.model.problem import UsageError
from helpers import hub_server

pytestmark = pytest.mark.slow

ROWS = {"1.0.0": 6, "1.1.0": 8}


class Reader:
    """Python processes that read from the Hub: an environment has to be set before the libraries are imported."""

    def __init__(self, endpoint: str, home: Path) -> None:
        self.endpoint = endpoint
        self.home = home

    def run(self, code: str, home: str = "a", **more: str) -> Any:
        """What ``answer`` is after this code; problems of ``tried`` are said by rule and hint."""
        before = """
        import json, os, sys
        import datasets, pandas as pd
        import corpus
        from corpus.model.problem import CorpusError
        datasets.disable_progress_bars()
        def tried(ask):
            try:
                rows = ask()
            except CorpusError as error:
                [problem] = error.problems
                return [problem.rule, problem.wanted, problem.hint]
            if hasattr(rows, "items") and not hasattr(rows, "columns"):
                return sum(one.num_rows for one in rows.values())
            return len(rows)
        """
        # threads of a streaming reader that still run when Python ends may abort it (datasets): it is not let to end
        text = f"{textwrap.dedent(before)}{textwrap.dedent(code)}\nprint(json.dumps(answer), flush=True)\nos._exit(0)\n"
        env = {**os.environ, "HF_ENDPOINT": self.endpoint, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(self.home / home)}
        env |= {"HF_HUB_ETAG_TIMEOUT": "60", "HF_HUB_DOWNLOAD_TIMEOUT": "60"}
        for name in ("HF_HUB_OFFLINE", "HF_TOKEN", "HF_DATASETS_CACHE", "HF_HUB_CACHE"):
            env.pop(name, None)
        ended = subprocess.run(
            [sys.executable, "-c", text], env=env | more, capture_output=True, text=True, check=False, timeout=300
        )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def reader(two_versions: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The Hub with both versions and a purged one, and a tag whose manifest says another version."""
    hub = hub_server.Server()
    there = hub.repositories["org/name"] = hub_server.Repository("org/name")
    for version, release in two_versions.items():
        files = {}
        for file in (file for file in release.rglob("*") if file.is_file()):
            content, path = file.read_bytes(), file.relative_to(release).as_posix()
            large = hashlib.sha256(content).hexdigest() if path.endswith(".parquet") else None
            files[path] = hub_server.Blob(len(content), None if large else content, large)
            if large:
                there.large[large] = content
        if version == "1.1.0":
            purged = b'{"purged": {"0.9.0": "1.0.0"}}'
            files["PURGED.json"] = hub_server.Blob(len(purged), purged)
        there.tags[f"v{version}"] = there.add(hub_server.Commit(files, there.branches.get("main"), version))
    there.tags["v9.0.0"] = there.tags["not-a-version"] = there.tags["v1.0.0"]
    with hub.served() as endpoint:
        yield Reader(endpoint, tmp_path_factory.mktemp("homes"))


@pytest.fixture(scope="module")
def online(reader: Reader) -> dict[str, Any]:
    """What a reader with a connection and an empty cache is given."""
    answer: dict[str, Any] = reader.run(
        """
        rows = {}
        for version in ("1.0.0", "v1.1.0"):
            rows[version] = [
                tried(lambda: corpus.load("org/name", "articles", version)),
                tried(lambda: corpus.load(f"hub:org/name@{version}", verify=True)),
                tried(lambda: corpus.frame("org/name", "articles", version, columns=["id"])),
                len(list(corpus.load("org/name", version=version, split="train", streaming=True))),
                tried(lambda: corpus.load("org/name", version=version, split="train")),
            ]
        plain = {}
        for version in ("1.0.0", "1.1.0"):
            loaded = datasets.load_dataset("org/name", "articles", revision=f"v{version}")
            read = pd.read_parquet(f"hf://datasets/org/name@v{version}/data/articles/train-00000-of-00001.parquet")
            plain[version] = [tried(lambda: loaded), len(read) - loaded["train"].num_rows]
        answer = {
            "versions": corpus.versions("org/name"),
            "rows": rows,
            "plain": plain,
            "newest": tried(lambda: corpus.frame("hub:org/name@1.1.0")),
            "unknown": tried(lambda: corpus.load("org/name", version="3.0.0")),
            "purged": tried(lambda: corpus.load("org/name", version="0.9.0")),
            "mismatch": tried(lambda: corpus.load("org/name", version="9.0.0")),
            "missing": tried(lambda: corpus.load("org/other", version="1.0.0")),
        }
        """
    )
    return answer


def test_each_version_is_loaded_exactly_in_every_way(online: dict[str, Any]) -> None:
    assert online["versions"] == ["9.0.0", "1.1.0", "1.0.0"]
    for version, found in online["rows"].items():
        wanted = ROWS[version.removeprefix("v")]
        assert found[:3] == [wanted] * 3
        assert found[3] == found[4] > 0
    assert online["newest"] == 8


def test_plain_datasets_and_pandas_read_the_repository_too(online: dict[str, Any]) -> None:
    assert online["plain"] == {version: [rows, 0] for version, rows in ROWS.items()}


def test_what_the_hub_does_not_have_is_an_error_that_says_what_to_take(online: dict[str, Any]) -> None:
    assert online["unknown"][:2] == ["version-unknown", "one of 9.0.0, 1.1.0, 1.0.0"]
    assert online["purged"][0] == "version-purged"
    assert "1.0.0" in online["purged"][2]
    assert online["mismatch"][:2] == ["version-mismatch", "9.0.0"]
    assert online["missing"][0] == "release-missing"


OFFLINE = """
    answer = {
        "1.0.0": tried(lambda: corpus.load("org/name", version="1.0.0")),
        "1.1.0": tried(lambda: corpus.frame("org/name", version="1.1.0")),
        "streamed": len(list(corpus.load("org/name", version="1.0.0", split="train", streaming=True))) > 0,
    }
    if datasets.config.HF_HUB_OFFLINE:  # without a connection huggingface_hub tries each for half a minute
        answer["other"] = tried(lambda: corpus.load("org/name", version="1.0.1"))
        answer["newest"] = tried(lambda: corpus.load("hub:org/name"))
        answer["versions"] = tried(lambda: corpus.versions("org/name"))
"""


@pytest.mark.parametrize("how", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9"}])
def test_offline_the_cache_gives_each_version_that_it_has_and_no_other(
    reader: Reader, online: dict[str, Any], how: dict[str, str]
) -> None:
    found = reader.run(OFFLINE, **how)
    assert (found["1.0.0"], found["1.1.0"], found["streamed"]) == (6, 8, True)
    for ask in {"other", "newest", "versions"} & found.keys():
        rule, _, hint = found[ask]
        assert rule == "hub-unreachable"
        assert "1.1.0, 1.0.0" in hint


def test_where_plain_datasets_gives_the_wrong_version_ours_raises(reader: Reader) -> None:
    """datasets#7928: offline, with another version in the cache."""
    plain = 'tried(lambda: datasets.load_dataset("org/name", "articles", revision="v{}"))'
    assert reader.run(f"answer = {plain.format('1.1.0')}", home="b") == 8
    ask = 'tried(lambda: corpus.load("org/name", "articles", version="1.0.0"))'
    wrong, ours = reader.run(f"answer = [{plain.format('1.0.0')}, {ask}]", home="b", HF_HUB_OFFLINE="1")
    assert wrong == 8, "datasets has mended #7928"
    assert ours[0] == "hub-unreachable"


def test_the_version_of_a_folder_is_the_one_asked_for_or_an_error(two_versions: dict[str, Path]) -> None:
    folder = two_versions["1.0.0"]
    for version in (None, "1.0.0", "v1.0.0"):
        loaded = corpus.load(folder, "articles", version, "train")
        assert isinstance(loaded, Dataset)
        assert str(loaded.info.version) == "1.0.0"
    for ask in (corpus.load, corpus.frame):
        with pytest.raises(UsageError, match="version-mismatch"):
            ask(folder, "articles", "1.1.0")
