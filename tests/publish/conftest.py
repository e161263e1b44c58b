"""A Hub of our own for the tests of publishing, releases to publish, and processes that publish them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers import hub_server

TOKEN = "hf_jetonsecret"  # noqa: S105
"""The token that tests write with; no output may hold it."""


class Publisher:
    """Processes with the environment of a Hub; their libraries read it when they are imported.

    ``tasks`` runs functions in forks of one process that has imported everything: many at once, and each can be
    killed. A fork's token names its repository, so that the Hub knows who asks even where the path does not say.
    """

    def __init__(self, server: Any, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.forks: subprocess.Popen[str] | None = None
        self.said = tempfile.TemporaryFile("w+")  # noqa: SIM115  # close() closes it

    def env(self, home: str = "home", token: str | None = TOKEN, **more: str) -> dict[str, str]:
        """The environment of a process, with a cache of its own."""
        names = ("HF_HUB_OFFLINE", "HF_TOKEN", "HF_DATASETS_CACHE", "HF_HUB_CACHE", "HF_TOKEN_PATH")
        env = {name: value for name, value in os.environ.items() if name not in names}
        env |= {"HF_ENDPOINT": self.server.endpoint, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(self.folder / home)}
        env |= {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONUTF8": "1"}
        return env | ({} if token is None else {"HF_TOKEN": token}) | more

    def command(self, *arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
        """The real command line."""
        return subprocess.run(
            [sys.executable, "-c", "from corpus.cli import main; main()", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=self.env(**more),
        )

    def run(self, code: str, **more: Any) -> Any:
        """What ``answer`` is after this code."""
        ended = subprocess.run(
            [sys.executable, "-c", f"import json\n{code}\nprint(json.dumps(answer))"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=self.env(**more),
        )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout.splitlines()[-1])

    def tasks(self, asked: Sequence[Mapping[str, Any]], at_once: int = 8) -> list[dict[str, Any]]:
        """What each publication or purge answers: ``{"done": ...}``, ``{"rule", "said"}`` or ``{"signal": 9}``."""
        if self.forks is None:
            program = [sys.executable, str(Path(__file__).with_name("forks.py"))]
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self.said}
            self.forks = subprocess.Popen(program, text=True, env=self.env(token=None), **pipes)
        assert self.forks.stdin
        assert self.forks.stdout
        self.forks.stdin.write(json.dumps({"tasks": list(asked), "at_once": at_once}) + "\n")
        self.forks.stdin.flush()
        line = self.forks.stdout.readline()
        self.said.seek(0)
        said = self.said.read()
        assert line, said
        assert TOKEN not in line + said
        found: list[dict[str, Any]] = json.loads(line)
        return found

    def close(self) -> None:
        """End the process that forks."""
        if self.forks is not None:
            with self.forks:  # which waits for it once it has no more to read
                pass
            assert self.forks.returncode == 0
        self.said.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Publisher]:
    """An empty Hub, and processes that publish to it."""
    server = hub_server.Server()
    with server.served():
        publisher = Publisher(server, tmp_path / "hub")
        try:
            yield publisher
        finally:
            publisher.close()


@pytest.fixture(scope="session")
def versions(
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> dict[str, Path]:
    """Releases of one invented corpus: 1.0.0 of 3 articles, 1.1.0 and 1.2.0 with one more each, 2.0.0 without one.

    The article that 2.0.0 withdraws came with 1.1.0; 2.0.1 is 2.0.0 with another number.
    """
    from corpus.build import pipeline, request
    from corpus.curate import withdraw

    folder = tmp_path_factory.mktemp("published")
    made: dict[str, Path] = {}
    before = "none"
    for version, count in (("1.0.0", 3), ("1.1.0", 4), ("1.2.0", 5), ("2.0.0", 5), ("2.0.1", 5)):
        files = {
            "raw/a/source.yaml": source_yaml("text"),
            **{f"raw/a/{one}.txt": text_record(one) for one in range(count)},
        }
        root = make_corpus(folder / "corpus", files)
        if version == "2.0.0":
            withdraw.withdraw(root, "a/3", "person", "2026-11-22", others=withdraw.Others(lambda _: "keep"))
        asked = request.asked(made.get(before, "none"), version)
        pipeline.build(root, folder / version, 1, layers=[], ask=asked)
        made[version], before = folder / version, version
    return made
