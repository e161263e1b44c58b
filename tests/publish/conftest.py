"""A Hub of our own for the tests of publishing, releases to publish, and processes that publish them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers import commands, hub_server
from helpers.forks import Forks

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
        self._processes: dict[str, Forks] = {}

    def _forks(self, home: str = "home", offline: str = "") -> Forks:
        """The process with what libraries read of their environment when they are imported."""
        more = {"HF_HUB_OFFLINE": offline} if offline else {}
        made = Forks("helpers.publications", self.env(home, None, **more))
        return self._processes.setdefault(home + offline, made)

    def env(self, home: str = "home", token: str | None = TOKEN, **more: str) -> dict[str, str]:
        """The environment of a process, with a cache of its own."""
        names = ("HF_HUB_OFFLINE", "HF_TOKEN", "HF_DATASETS_CACHE", "HF_HUB_CACHE", "HF_TOKEN_PATH", "SSL_CERT_FILE")
        env = {name: value for name, value in os.environ.items() if name not in names}
        env |= {"HF_ENDPOINT": self.server.endpoint, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(self.folder / home)}
        env |= {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONUTF8": "1"}
        env |= {"HF_HUB_ETAG_TIMEOUT": "60", "HF_HUB_DOWNLOAD_TIMEOUT": "60"}  # a busy machine is no fault of the Hub
        env["SSL_CERT_DIR"] = str(self.folder)  # to read all certificates there are takes longer than to publish
        return env | ({} if token is None else {"HF_TOKEN": token}) | more

    def command(
        self, *arguments: str | Path, token: str | None = TOKEN, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """The real command line."""
        forks = self._forks(offline=more.get("HF_HUB_OFFLINE", ""))
        return commands.run(forks, *arguments, environment=self.env(token=token, **more))

    def run(self, code: str, home: str = "home", **more: str) -> Any:
        """What ``answer`` is after this code."""
        forks = self._forks(home, more.get("HF_HUB_OFFLINE", ""))
        return commands.answer(forks, code, self.env(home, **more))

    def tasks(self, asked: Sequence[Mapping[str, Any]], at_once: int = 8) -> list[dict[str, Any]]:
        """What each publication or purge answers: ``{"done": ...}``, ``{"rule", "said"}`` or ``{"signal": 9}``."""
        ended = self._forks().each(asked, at_once)
        assert TOKEN not in repr(ended)
        return [one.answer or ({"signal": -one.code} if one.code < 0 else {"rule": "crash"}) for one in ended]

    def close(self) -> None:
        """End the processes that fork."""
        for forks in self._processes.values():
            forks.close()


@pytest.fixture(scope="session")
def hub_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    """A Hub, and processes that publish to it."""
    server = hub_server.Server()
    with server.served():
        publisher = Publisher(server, tmp_path_factory.mktemp("hub"))
        try:
            yield publisher
        finally:
            publisher.close()


@pytest.fixture
def hub(hub_of_all: Publisher) -> Publisher:
    """The Hub, emptied."""
    hub_of_all.server.clear()
    shutil.rmtree(hub_of_all.folder)
    hub_of_all.folder.mkdir()
    return hub_of_all


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
