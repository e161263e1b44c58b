"""The command ``corpus browse``: what it reads, where it is reached, how it ends, what it says of what cannot be."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from corpus.cli import main
from corpus.formats import export
from corpus.web.browse import serve
from corpus.web.browse.library import Shelf
from corpus.web.browse.serve import listen
from helpers.browsing import browsing, stopped
from helpers.reading_room import serving


def test_the_address_is_printed_alone_and_ctrl_c_ends_it_at_once_whoever_is_connected(built_room: Path) -> None:
    """uvicorn waits for every connection that is open, of which a browser has many (uvicorn#251)."""
    with browsing(built_room, "--port", "0", "--lang", "fr", "--annotator", "Léa Roux") as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        host = address.removeprefix("http://").rstrip("/")
        kept, begun, silent = (http.client.HTTPConnection(host, timeout=60) for _ in range(3))
        kept.request("GET", "/article/agence/phare")
        answer = kept.getresponse()
        assert (answer.status, b'lang="fr"' in answer.read()) == (200, True)
        silent.connect()
        begun.putrequest("POST", "/nix")
        begun.putheader("content-length", "10")
        begun.putheader("content-type", "application/json")
        begun.endheaders(b"{")
        assert stopped(process) == (0, "", "Ctrl-C ends it\nstopped\n")
        for connection in (kept, begun, silent):
            connection.close()


def test_for_others_in_the_network_there_is_a_token_and_a_warning(built_room: Path) -> None:
    with browsing(built_room, "--host", "0.0.0.0", "--port", "0") as (process, address):  # noqa: S104  # what is tested
        found = re.fullmatch(r"http://([\d.]+):(\d+)/\?token=([\w-]{32,})", address)
        assert found
        here = f"http://127.0.0.1:{found[2]}"
        assert httpx.get(f"{here}/", timeout=60).status_code == 403
        with httpx.Client(base_url=here, timeout=60) as client:
            assert (
                client.get(f"/article/agence/phare?token={found[3]}").headers["refresh"]
                == "0; url=/article/agence/phare"
            )
            assert client.get("/article/agence/phare").status_code == 200
        code, out, err = stopped(process)
        assert (code, out) == (0, "")
        warning, *others = err.splitlines()
        assert others == ["Ctrl-C ends it", "stopped"]
        for words in ("read and correct", "plain http"):
            assert words in warning
        assert found[3] not in err


def test_the_port_stays_from_one_time_to_the_next_and_another_is_taken_where_it_is_not_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        usual = free.getsockname()[1]
    monkeypatch.setattr(serve, "PORT", usual)  # other tests, which run at the same time, take the real one
    with listen(None, None).socket as first, listen(None, None).socket as second:
        assert first.getsockname() == ("127.0.0.1", usual)
        assert second.getsockname()[0] == "127.0.0.1"
        assert second.getsockname()[1] != usual
    with listen(None, None).socket as third:
        assert third.getsockname()[1] == usual


def test_an_address_of_the_sixth_version_is_printed_as_a_browser_takes_it() -> None:
    with socket.socket(socket.AF_INET6) as asked:
        try:
            asked.bind(("::", 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
    at = listen("::", 0)
    with at.socket:
        assert re.fullmatch(r"http://\[[0-9a-f:]+\]:\d+/\?token=[\w-]+", at.address)
        assert at.access.knows(at.address.removeprefix("http://").partition("]")[0] + "]")


@pytest.fixture
def taken() -> Iterator[str]:
    """A port where something else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield str(listening.getsockname()[1])


def said(*words: str | Path, command: tuple[str, ...] = ("browse", "--no-open")) -> str:
    """The rule and the hint of what a command says that cannot go on."""
    done = CliRunner().invoke(main, [*command, *map(str, words)])
    assert isinstance(done.exception, SystemExit), done.exc_info
    assert done.exit_code in (1, 2)
    assert done.stdout == ""
    return done.stderr


def test_what_cannot_be_is_said_to_people(
    room_root: Path, tmp_path: Path, taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    root = ("--root", room_root)
    for words, rule, hint in (
        ((*root, "--port", taken), "address-unusable", "leave --port out"),
        ((*root, "--host", "127.0.0.1"), "address-unusable", "leave --host out"),
        ((*root, "--host", "localhost"), "address-unusable", "leave --host out"),
        ((*root, "--host", "::1"), "address-unusable", "leave --host out"),
        ((*root, "--host", "salle.invalid"), "address-unusable", "an address of this machine"),
        ((*root, "--host", "192.0.2.7"), "address-unusable", "an address of this machine"),
        ((*root, "--host", "a\nb\x1b"), "address-unusable", "an address of this machine"),
        ((*root, tmp_path / "nowhere"), "release-missing", "corpus"),
        (("--root", tmp_path), "root-missing", "corpus init"),
        ((room_root / "build" / "preview", "--root", tmp_path), "root-missing", "corpus init"),
        (("--root", "s3://bucket/corpus"), "root-elsewhere", "fetch it"),
        ((), "root-missing", "--root DIR"),
    ):
        answer = said(*words)
        assert rule in answer, words
        assert hint in answer, words
    [table, *_] = sorted((room_root / "build/preview/data/articles").glob("*.parquet"))
    table.write_bytes(table.read_bytes()[:-50])
    assert "release-damaged" in said(*root)
    shutil.rmtree(room_root / "build")
    answer = said(*root)
    assert "release-missing" in answer
    assert "corpus build" in answer


def test_a_release_alone_is_read_without_a_corpus_folder(
    built_room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "address-unusable" in said(built_room / "build" / "preview", "--port", taken)  # all else was found


@pytest.mark.parametrize("name", ["browse", "site"])
def test_without_its_libraries_it_is_said_what_to_install(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(export, "requires", lambda _: [f"babel>=2.14; extra == '{name}'"])
    monkeypatch.setattr(export, "version", version)
    command = {"browse": ("browse", "--no-open"), "site": ("site", "release", "--out", str(tmp_path / "out"))}
    answer = said(command=command[name])
    assert "extra-missing" in answer
    assert f"pip install 'annotated-corpus[{name}]'" in answer
    assert f"corpus {name} needs" in answer


def test_of_a_release_in_a_store_nothing_is_fetched_twice(built_room: Path, s3: Any) -> None:
    s3.put(str(built_room / "build" / "preview"), "seau/essai", recursive=True)
    shelf = Shelf("s3://seau/essai", None)
    with shelf.open() as first:
        assert len(first.articles.ids) == 16
    with serving(built_room, "s3://seau/essai") as room:
        assert httpx.get(f"{room.address}/article/agence/phare", timeout=60).status_code == 200
        s3.rm("seau/essai", recursive=True)
        assert httpx.get(f"{room.address}/article/agence/phare", timeout=60).status_code == 200
    with shelf.open() as second:
        assert second is first
