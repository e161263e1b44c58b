"""A server between that answers for the Hub with a page and 200: no write is believed, nothing of it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.folders import files_of
from helpers.publishing import shown

NAME = "org/jetonsecret"
TO = f"hub:{NAME}"
PAGES = (b"<!doctype html><title>Connexion</title><p>hf_jetonsecret", b"", b'{"tags": [', b"[]", b"{}")
"""What it answers with: a page, nothing, half of an answer, answers of another kind."""


def task(release: Path, name: str, what: str = "publish", **more: Any) -> dict[str, Any]:
    token = f"hf_{name.removeprefix('org/')}"
    return {"what": what, "release": str(release), "to": f"hub:{name}", "token": token, **more}


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_at_any_request_is_got_over_and_for_ever_is_no_success(
    hub: Any, versions: dict[str, Path], page: bytes
) -> None:
    [first] = hub.tasks([task(versions["1.0.0"], NAME)])
    assert first["done"]["published"], first
    clean = hub.server.repositories[NAME]
    hub.server.seen.clear()
    for name in ("org/once", "org/always"):
        hub.server.twin(clean, name)
    hub.server.twin(clean, "org/count")
    hub.tasks([task(versions["1.1.0"], "org/count")])
    asked = hub.server.requests("org/count")
    plan = {f"org/p{place}": (place, False) for place in range(len(asked))}
    kinds = dict.fromkeys((method, path.replace("org/count", "*")) for method, path in asked if method != "HEAD")
    always = {f"org/a{number}": kind for number, kind in enumerate(kinds)}
    names = (*plan, *always)
    for name in names:
        hub.server.twin(clean, name)

    def fault(who: str, method: str, path: str) -> Any:
        if who in plan and len(hub.server.requests(who)) == plan[who][0] + 1:
            return 200, page
        if who in always and (method, path.replace(who, "*")) == always[who]:
            return 200, page
        return None

    hub.server.fault = fault
    answers = dict(
        zip((*plan, *always), hub.tasks([task(versions["1.1.0"], one) for one in (*plan, *always)], 16), strict=True)
    )
    hub.server.fault = lambda *_: None
    for name, answer in answers.items():
        repository = hub.server.repositories[name]
        case = (name, always.get(name) or asked[plan[name][0]], answer)
        if "done" in answer:
            assert repository.tags.get("v1.1.0"), case
            assert shown(repository, "v1.1.0") == files_of(versions["1.1.0"]), case
        else:
            assert answer["rule"].startswith("hub-"), case
            assert f"hf_{name.removeprefix('org/')}" not in answer["said"].split(), case


@pytest.mark.slow
def test_a_damaged_download_is_taken_again_and_never_handed_over(hub: Any, versions: dict[str, Path]) -> None:
    [_] = hub.tasks([task(versions["1.0.0"], NAME)])
    code = """
import corpus, os
from pathlib import Path
name, home = "org/jetonsecret", Path(os.environ["HF_HOME"])
whole = corpus.frame(name, version="1.0.0")
def flip(suffix):
    for file in home.rglob("*" + suffix):
        if "snapshots" in file.parts:
            content = bytearray(file.read_bytes())
            content[len(content) // 3] ^= 1
            file.resolve().write_bytes(bytes(content))
answer = []
for suffix in (".parquet", "MANIFEST.json"):
    flip(suffix)
    answer.append(corpus.frame(name, version="1.0.0").equals(whole))
    flip(suffix)
    answer.append(corpus.frame(name, version="1.0.0", columns=["id", "text"]).equals(whole[["id", "text"]]))
    flip(suffix)
    answer.append(corpus.load(name, version="1.0.0", split="train").num_rows == int((whole["split"] == "train").sum()))
"""
    assert hub.run(code, XDG_CACHE_HOME=str(hub.folder / "xdg")) == [True] * 6


@pytest.mark.slow
def test_what_comes_damaged_twice_is_a_problem_and_is_not_kept(hub: Any, versions: dict[str, Path]) -> None:
    [_] = hub.tasks([task(versions["1.0.0"], NAME)])
    repository = hub.server.repositories[NAME]
    for digest, content in repository.large.items():
        repository.large[digest] = content[:-1] + bytes([content[-1] ^ 1])
    code = """
import corpus, os
from pathlib import Path
from corpus.model.problem import CorpusError
answer = []
for read in (corpus.frame, corpus.load):
    try:
        read("org/jetonsecret", version="1.0.0")
    except CorpusError as error:
        answer.append(error.problems[0].rule)
kept = [file for file in Path(os.environ["HF_HOME"]).rglob("*.parquet") if file.is_file()]
answer.append(len(kept))
"""
    assert hub.run(code, XDG_CACHE_HOME=str(hub.folder / "xdg")) == ["release-damaged", "release-damaged", 0]


@pytest.mark.slow
def test_no_command_shows_a_token_that_the_hub_sends_back(hub: Any, versions: dict[str, Path]) -> None:
    echo = b'{"error": "no leave for Authorization: Bearer hf_jetonsecret (hf_jetonsecret, aGZfamV0b25zZWNyZXQ=)"}'
    hub.server.fault = lambda *_: (403, echo)
    release = versions["1.0.0"]
    for command in (
        ("verify", f"{TO}@1.0.0"),
        ("diff", f"{TO}@1.0.0", release),
        ("stats", f"{TO}@1.0.0"),
        ("publish", release, "--to", TO),
        ("publish", versions["2.0.0"], "--to", TO, "--purge-withdrawn", "--yes"),
        ("verify", "https://odile:hf_jetonsecret@127.0.0.1:1/release"),
    ):
        for more in ((), ("--json",)):
            done = hub.command(*command, *more)
            assert done.returncode in (1, 2), (command, done)
            assert "Traceback" not in done.stderr, (command, done)
            for secret in ("hf_jetonsecret", "aGZfamV0b25zZWNyZXQ"):
                assert secret not in done.stdout + done.stderr, (command, done)
