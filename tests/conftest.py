"""Fixtures that several tests share: corpus folders, the command line, the data beside the repository."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from helpers import articles

settings.register_profile(
    "stable",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("stable")

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top of this repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def title() -> Callable[[int], str]:
    """The title of the invented article of this number."""
    return articles.title


@pytest.fixture(scope="session")
def body() -> Callable[[int], tuple[str, ...]]:
    """The two paragraphs of the invented article of this number; no two numbers share one."""
    return articles.body


@pytest.fixture(scope="session")
def text_record() -> Callable[[int], str]:
    """The invented article of this number in the shape ``text``."""
    return articles.text_record


@pytest.fixture(scope="session")
def source_yaml() -> Callable[..., str]:
    """A source.yaml of this shape; further fields by name."""
    return articles.source_yaml


@pytest.fixture(scope="session")
def make_corpus() -> Callable[[Path, Mapping[str, str | bytes]], Path]:
    """Writes a corpus folder from file contents by path; corpus.toml is added where it is not given."""
    return articles.make_corpus


@pytest.fixture(scope="session")
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the real command line in a process of its own."""

    def run(*arguments: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from corpus.cli import main; main()", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
            env={**os.environ, "PYTHONUTF8": "1"},
        )

    return run


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; tests that need it are skipped without it."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the repository: real articles are not part of it")
    return folder


@pytest.fixture(scope="session")
def two_versions(
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> dict[str, Path]:
    """Two releases of one invented corpus, 1.0.0 of 6 articles and 1.1.0 of 8; shared, so copy to change."""
    from corpus.build import pipeline, request

    folder = tmp_path_factory.mktemp("versions")
    made: dict[str, Path] = {}
    for version, count in (("1.0.0", 6), ("1.1.0", 8)):
        files = {
            "raw/a/source.yaml": source_yaml("text"),
            **{f"raw/a/{one}.txt": text_record(one) for one in range(count)},
        }
        root = make_corpus(folder / "corpus", files)
        asked = request.asked(made.get("1.0.0", "none"), version)
        pipeline.build(root, folder / version, 1, layers=[], ask=asked)
        made[version] = folder / version
    return made


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of this process begin when the files of their corpus are old: a build trusts no file as young as itself.

    The clock of a build is that of the disk or store, which says when the file that it begins with was changed.
    """
    from corpus.files import paths

    changed = paths.changed
    monkeypatch.setattr(paths, "changed", lambda place: changed(place) + 3_600 * 10**9)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The endpoint of a store that speaks S3, in threads of this process."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").disabled = True
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket ``seau`` as s3fs sees it, and an environment that leads to it, with a cache of its own."""
    import s3fs

    values = {"AWS_ENDPOINT_URL": s3_server, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    for name, value in {**values, "AWS_DEFAULT_REGION": "us-east-1", "XDG_CACHE_HOME": str(tmp_path / "xdg")}.items():
        monkeypatch.setenv(name, value)
    urllib.request.urlopen(urllib.request.Request(f"{s3_server}/moto-api/reset", method="POST")).close()  # noqa: S310
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem()
    files.mkdir("seau")
    yield files
    s3fs.S3FileSystem.clear_instance_cache()
