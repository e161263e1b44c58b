"""Fixtures that several tests share: corpus folders, the command line, the data beside the repository."""

from __future__ import annotations

import json
import logging
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from helpers import articles, commands
from helpers.forks import Forks

# Said once for all properties: what is drawn is the same in each run, and no clock decides; a test that names health
# checks to leave out names `too_slow` among them.
settings.register_profile(
    "stable",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("stable")

SLOW = {"s3", "hub", "assert_linear"}
"""Fixtures that make a test slow: servers, and work that is measured several times."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks as slow what uses a fixture that is."""
    for item in items:
        if not SLOW.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


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
def forks() -> Iterator[Forks]:
    """The process whose forks run commands; it has loaded what they need."""
    with Forks("helpers.commands") as started:
        yield started


@pytest.fixture(scope="session")
def command(forks: Forks) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the real command line in a process of its own."""
    return partial(commands.run, forks)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; tests that need it are skipped without it."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the repository: real articles are not part of it")
    return folder


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five sources of three shapes and the three redistribution values, in many partitions, with some bad records."""
    files: dict[str, str] = {"raw/depeches/source.yaml": articles.source_yaml("text")}
    for number in range(1100):  # more files than a partition takes
        files[f"raw/depeches/d-{number:04}.txt"] = articles.text_record(number)
    files["raw/depeches/vide.txt"] = ""
    files["raw/depeches/encore.txt"] = articles.text_record(7)
    files["raw/pages/source.yaml"] = articles.source_yaml("markdown")
    for number in range(2000, 2040):
        under = "\n\n".join(articles.body(number))
        files[f"raw/pages/p-{number}.md"] = f"---\ntitle: {articles.title(number)}\ndate: 2024-01\n---\n\n{under}\n"
    # more bytes than a partition takes
    lines = [articles.jsonl_line(number, *articles.body(number + 10_000) * 14) for number in range(3000, 3700)]
    lines[5] = lines[5][:-20]
    lines[9] = lines[8]
    for number in range(3):
        record = {"id": f"prive-{number}", "title": articles.title(number), "date": "2023"}
        record |= {"text": f"{articles.NONCE}e{number} seul.", "redistribution_reason": "essai"}
        lines.append(json.dumps(record | {"redistribution": ("annotations", "none", "none")[number]}))
    files["raw/lignes/source.yaml"] = articles.source_yaml("jsonl")
    files["raw/lignes/2023.jsonl"] = articles.jsonl(lines)
    for name, rights in (("muets", "annotations"), ("secrets", "none")):
        files[f"raw/{name}/source.yaml"] = articles.source_yaml("text", rights)
        for number in range(60):
            secret = f"{articles.NONCE}{name}{number}"
            files[f"raw/{name}/{secret}.txt"] = (
                f"date 2023-05 Le {secret} rouvre\n\nPar Odile {secret.capitalize()}\n\n"
                f"La {secret} de la commune est dans le {secret} depuis lundi, selon la maire, pour {number} jours.\n"
            )
    return articles.make_corpus(tmp_path_factory.mktemp("mixed"), files)


@pytest.fixture(scope="session")
def mixed_release(mixed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of it, built with one worker."""
    import corpus
    from corpus.build.rejects import write_rejects

    out = tmp_path_factory.mktemp("release") / "preview"
    write_rejects(corpus.build(mixed, out), out.with_name("rejects.jsonl"))
    return out


@pytest.fixture(scope="session")
def annotated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A preview of 12 articles with all layers, four of them of a source whose annotations alone may be passed on.

    It is shared, so copy it to change it.
    """
    import corpus
    from corpus import annotate

    folder = tmp_path_factory.mktemp("annotated")
    files = {
        "corpus.toml": 'name = "essai"\n[splits]\ntrain = 1.0\n',
        "raw/a/source.yaml": articles.source_yaml("text"),
        "raw/b/source.yaml": articles.source_yaml("text", redistribution="annotations"),
        **{f"raw/{'a' if n < 8 else 'b'}/{n:03}.txt": articles.text_record(n) for n in range(12)},
    }
    root = articles.make_corpus(folder / "corpus", files)
    report = corpus.build(root, folder / "release", layers=tuple(annotate.LAYERS))
    assert report.total("published") == 12
    return folder / "release"


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
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Gives a small disk of its own with these options of mount; skips where nobody may have one."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"no tmpfs may be mounted here (it takes root): {error}")
        return folder

    yield mount
    subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of this process begin when the files of their corpus are old: a build trusts no file as young as itself.

    The clock of a build is that of the disk or store, which says when the file that it begins with was changed.
    """
    from corpus.files import paths

    changed_ns = paths.changed_ns
    monkeypatch.setattr(paths, "changed_ns", lambda place: changed_ns(place) + 3_600 * 10**9)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The endpoint of a store that speaks S3, in threads of this process.

    One object is put after the other: moto looks whether there is one and puts it then, which S3 does at once.
    """
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    from moto.s3.responses import S3Response

    put, turn = S3Response.put_object, threading.Lock()

    def put_object(response: S3Response) -> Any:
        with turn:
            return put(response)

    logging.getLogger("werkzeug").disabled = True
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(S3Response, "put_object", put_object)
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


@pytest.fixture
def s3(s3_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket ``seau`` as s3fs sees it, and an environment that leads to it, with a cache of its own.

    Whoever asks the store again, in this process, need not wait.
    """
    import s3fs

    from corpus.files import object_store

    monkeypatch.setattr(object_store, "_WAITS", (0.0, 0.0, 0.0))
    values = {"AWS_ENDPOINT_URL": s3_server, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    for name, value in {**values, "AWS_DEFAULT_REGION": "us-east-1", "XDG_CACHE_HOME": str(tmp_path / "xdg")}.items():
        monkeypatch.setenv(name, value)
    urllib.request.urlopen(urllib.request.Request(f"{s3_server}/moto-api/reset", method="POST")).close()  # noqa: S310
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem()
    files.mkdir("seau")
    yield files
    s3fs.S3FileSystem.clear_instance_cache()
