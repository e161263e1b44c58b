"""Publishing to the Hub: the old version or the new, whatever fails; and nothing that should not be there."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.folders import files_of
from helpers.publishing import killed, shown, with_another_card

NAME = "org/jetonsecret"
TO = f"hub:{NAME}"
TOKEN = "hf_jetonsecret"  # noqa: S105


def task(release: Path, name: str, what: str = "publish", **more: Any) -> dict[str, Any]:
    short = name.removeprefix("org/")
    return {"what": what, "release": str(release), "to": f"hub:{name}", "token": f"hf_{short}", **more}


def published(hub: Any, versions: dict[str, Path], *which: str, name: str = NAME) -> Any:
    """The repository once these versions are published, one after the other."""
    answers = hub.tasks([task(versions[version], name) for version in which], 1)
    assert all(answer["done"]["published"] for answer in answers), answers
    hub.server.seen.clear()
    return hub.server.repositories[name]


@pytest.mark.slow
def test_what_is_published_is_loaded_again_in_every_way(hub: Any, versions: dict[str, Path]) -> None:
    first = hub.command("publish", versions["1.0.0"], "--to", TO, "--private", "--gated", "manual", "--json")
    assert first.returncode == 0, first.stderr
    answer = json.loads(first.stdout)
    assert (answer["made"], answer["published"], answer["there"]) == (True, True, [])
    assert set(answer["sent"]) == set(files_of(versions["1.0.0"]))
    assert answer["bytes"] == sum(len(content) for content in files_of(versions["1.0.0"]).values())
    repository = hub.server.repositories[NAME]
    assert (repository.private, repository.gated) == (True, "manual")
    second = hub.command("publish", versions["1.1.0"], "--to", TO)
    assert second.returncode == 0, second.stderr
    assert "published hub:org/jetonsecret@1.1.0" in second.stdout
    for revision, version in (("main", "1.1.0"), ("v1.1.0", "1.1.0"), ("v1.0.0", "1.0.0")):
        assert shown(repository, revision) == files_of(versions[version])
    assert len(repository.history(repository.branches["main"])) == 3  # one commit each, and the first of all
    assert [card.encode() for card in hub.server.cards] == [
        (versions[one] / "README.md").read_bytes() for one in ("1.0.0", "1.1.0")
    ]
    again = hub.command("publish", versions["1.0.0"], "--to", TO)
    assert (again.returncode, "is there already" in again.stdout) == (0, True), again.stderr
    assert shown(repository, "main") == files_of(versions["1.1.0"])
    found = hub.run(
        """
import corpus, datasets, pandas as pd
from corpus.verify.verify import verify
from huggingface_hub import snapshot_download
datasets.disable_progress_bars()
name = "org/jetonsecret"
answer = {"versions": corpus.versions(name), "sound": verify(f"hub:{name}@1.1.0").sound}
for version in answer["versions"]:
    rows = sum(one.num_rows for one in corpus.load(name, version=version).values())
    plain = sum(one.num_rows for one in datasets.load_dataset(name, "articles", revision=f"v{version}").values())
    read = len(pd.read_parquet(f"hf://datasets/{name}@v{version}/data/articles"))
    answer[version] = [rows, plain, read]
    snapshot_download(name, repo_type="dataset", revision=f"v{version}")
"""
    )
    assert found == {"versions": ["1.1.0", "1.0.0"], "sound": True, "1.0.0": [3, 3, 3], "1.1.0": [4, 4, 4]}
    for done in (first, second, again):
        assert TOKEN not in done.stdout + done.stderr
    for file in hub.folder.rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes()


def test_a_dry_run_says_what_it_would_do_and_only_asks(hub: Any, versions: dict[str, Path], tmp_path: Path) -> None:
    new = hub.command("publish", versions["1.0.0"], "--to", TO, "--dry-run", token=None)
    assert (new.returncode, "would make the repository" in new.stdout) == (0, True), new.stderr
    assert not hub.server.repositories
    repository = published(hub, versions, "1.0.0")
    before = copy.deepcopy(repository)
    size = sum(len(content) for content in files_of(versions["1.1.0"]).values())
    planned = hub.command("publish", versions["1.1.0"], "--to", TO, "--dry-run", "--json", token=None)
    answer = json.loads(planned.stdout)
    assert answer["dry_run"]
    assert not answer["published"]
    assert sorted(answer["sent"] + answer["there"]) == sorted(files_of(versions["1.1.0"]))
    assert answer["bytes"] == size - sum((versions["1.1.0"] / path).stat().st_size for path in answer["there"])
    shown_again = hub.command("publish", versions["1.0.0"], "--to", TO, "--dry-run", token=None)
    assert "is there already" in shown_again.stdout
    assert {method for _, method, _ in hub.server.seen} <= {"GET", "HEAD"}
    assert repository == before


def test_only_what_the_hub_does_not_have_is_sent_and_what_is_gone_is_removed(
    hub: Any, versions: dict[str, Path], tmp_path: Path
) -> None:
    repository = published(hub, versions, "1.0.0")
    manifest = versions["1.0.0"] / "MANIFEST.json"
    previous = {"version": "1.0.0", "manifest_sha256": hashlib.sha256(manifest.read_bytes()).hexdigest()}
    folder = with_another_card(versions["1.0.0"], tmp_path / "next", version="1.0.1", previous=previous)
    head = repository.branches["main"]
    repository.add(
        type(repository.commits[head])({**repository.commits[head].files, "data/old.txt": next(iter(
            repository.commits[head].files.values()))}, head, "by hand")
    )  # fmt: skip
    [planned, done] = hub.tasks([task(folder, NAME, options={"dry_run": True}), task(folder, NAME)], 1)
    for answer in (planned["done"], done["done"]):
        assert sorted(answer["sent"]) == ["MANIFEST.json", "README.md"]
        assert answer["removed"] == ["data/old.txt"]
    assert shown(repository, "main") == shown(repository, "v1.0.1") == files_of(folder)
    assert not [path for _, method, path in hub.server.seen if method == "PUT"]


@pytest.mark.parametrize(
    ("rule", "prepare"),
    [
        ("version-taken", lambda path, versions: with_another_card(versions["1.1.0"], path)),
        ("version-not-newest", lambda path, versions: with_another_card(versions["1.0.0"], path, version="1.0.5")),
        ("release-fork", lambda path, versions: with_another_card(versions["1.2.0"], path, previous=None)),
        (
            "release-fork",
            lambda path, versions: with_another_card(
                versions["1.2.0"], path, previous={"version": "1.1.0", "manifest_sha256": "0" * 64}
            ),
        ),
        ("release-preview", lambda path, versions: with_another_card(versions["1.2.0"], path, version="0.0.0")),
    ],
)
def test_what_may_not_be_published_is_refused_before_anything_is_sent(
    hub: Any, versions: dict[str, Path], tmp_path: Path, rule: str, prepare: Callable[[Path, dict[str, Path]], Path]
) -> None:
    repository = published(hub, versions, "1.0.0", "1.1.0")
    before = copy.deepcopy(repository)
    folder = prepare(tmp_path / "release", versions)
    asked = [task(folder, NAME, options={"dry_run": dry_run}) for dry_run in (True, False)]
    assert [answer.get("rule") for answer in hub.tasks(asked)] == [rule, rule]
    assert repository == before


def test_a_dataset_that_is_no_release_is_left_alone(hub: Any, versions: dict[str, Path]) -> None:
    repository = published(hub, versions, "1.0.0")
    head = repository.commits[repository.branches["main"]]
    files = {path: blob for path, blob in head.files.items() if path != "MANIFEST.json"}
    repository.tags.clear()
    repository.add(type(head)(files, None, "somebody's"))
    [answer] = hub.tasks([task(versions["1.1.0"], NAME)])
    assert answer["rule"] == "place-not-free"


def test_no_token_no_leave_and_no_network_are_said_in_words(
    hub: Any, versions: dict[str, Path], tmp_path: Path
) -> None:
    published(hub, versions, "1.0.0")
    nobody = hub.command("publish", versions["1.1.0"], "--to", TO, token=None)
    assert (nobody.returncode, "hub-refused" in nobody.stderr, "no token" in nobody.stderr) == (1, True, True)
    for token in ("hf_reader", "hf_wrong"):
        refused = hub.command("publish", versions["1.1.0"], "--to", TO, token=token)
        assert (refused.returncode, "hub-refused" in refused.stderr) == (1, True), refused.stderr
        assert "HF_TOKEN" in refused.stderr
        assert token not in refused.stdout + refused.stderr
        assert "Traceback" not in refused.stderr
    [theirs] = hub.tasks([{**task(versions["1.0.0"], NAME), "to": "hub:others/name"}])
    assert theirs["rule"] == "hub-refused"
    offline = hub.command("publish", versions["1.1.0"], "--to", TO, HF_HUB_OFFLINE="1")
    assert (offline.returncode, "hub-unreachable" in offline.stderr) == (1, True), offline.stderr
    hub.server.fault = lambda _who, _method, _path: "before"
    [down] = hub.tasks([task(versions["1.1.0"], NAME)])
    assert down["rule"] == "hub-unreachable"


def test_a_card_that_the_hub_does_not_accept_is_an_error_before_anything_is_sent(
    hub: Any, versions: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "release"
    shutil.copytree(versions["1.0.0"], folder)
    content = b"---\na: [\n---\n"
    (folder / "README.md").write_bytes(content)
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    for entry in manifest["files"]:
        if entry["path"] == "README.md":
            entry.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    [answer] = hub.tasks([task(folder, NAME)])
    assert answer["rule"] == "hub-rejected"
    assert "YAML" in answer["said"]
    assert set(hub.server.repositories[NAME].files()) == {".gitattributes"}


class Watch:
    """Sees to it that whatever happens a repository holds the old version or the new one."""

    def __init__(self, old: Path, new: Path) -> None:
        self.old, self.new = files_of(old), files_of(new)

    def look(self, repository: Any, old: str, new: str) -> None:
        assert shown(repository, f"v{old}") == self.old
        assert shown(repository, "main") in (self.old, self.new)
        if f"v{new}" in repository.tags:
            assert shown(repository, f"v{new}") == self.new


def faults(place: int) -> tuple[int | str, ...]:
    """What befalls a request: of the answers that mean "later" one, each in turn."""
    return 412, (429, 500, 503)[place % 3], "before", "after"


@pytest.mark.slow
def test_every_fault_at_every_request_is_got_over_and_nobody_ever_sees_a_mixture(
    hub: Any, versions: dict[str, Path]
) -> None:
    repository = published(hub, versions, "1.0.0")
    clean = copy.deepcopy(repository)
    [_] = hub.tasks([task(versions["1.1.0"], NAME)])
    count = len(hub.server.requests(NAME))
    watch = Watch(versions["1.0.0"], versions["1.1.0"])
    plan: dict[str, tuple[int, Any]] = {}
    for place in range(count):
        for kind in faults(place):
            name = f"org/r{place}-{kind}"
            hub.server.twin(clean, name)
            plan[name] = (place, kind)
    wrong: list[str] = []
    met: list[str] = []

    def fault(who: str, _method: str, _path: str) -> Any:
        if who not in plan:
            return None
        try:
            watch.look(hub.server.repositories[who], "1.0.0", "1.1.0")
        except AssertionError:
            wrong.append(who)
        place, kind = plan[who]
        if len(hub.server.requests(who)) != place + 1:
            return None
        met.append(who)
        return kind

    hub.server.fault = fault
    answers = hub.tasks([task(versions["1.1.0"], name) for name in plan], 16)
    assert not wrong
    assert sorted(met) == sorted(plan)
    failed = {name: answer for name, answer in zip(plan, answers, strict=True) if "done" not in answer}
    assert not failed
    for name in plan:
        found = hub.server.repositories[name]
        assert shown(found, "main") == shown(found, "v1.1.0") == watch.new
        assert shown(found, "v1.0.0") == watch.old
        assert len(found.history(found.branches["main"])) == 3, name  # never a commit twice


@pytest.mark.slow
def test_killed_at_any_request_it_can_be_run_again(hub: Any, versions: dict[str, Path], tmp_path: Path) -> None:
    repository = published(hub, versions, "1.0.0")
    clean = copy.deepcopy(repository)
    [_] = hub.tasks([task(versions["1.1.0"], NAME)])
    count = len(hub.server.requests(NAME))
    watch = Watch(versions["1.0.0"], versions["1.1.0"])
    names = [f"org/k{place}" for place in range(count)]
    for name in names:
        hub.server.twin(clean, name)
    pids = {name: tmp_path / name.removeprefix("org/") for name in names}

    def fault(who: str, _method: str, _path: str) -> Any:
        if who in pids:
            watch.look(hub.server.repositories[who], "1.0.0", "1.1.0")
            if len(hub.server.requests(who)) == names.index(who) + 1:
                return lambda: killed(pids[who])  # and the Hub goes on with what it was asked
        return None

    hub.server.fault = fault
    tasks = [task(versions["1.1.0"], name, pid=str(pids[name])) for name in names]
    assert [answer.get("signal") for answer in hub.tasks(tasks)] == [9] * count
    for name in names:
        watch.look(hub.server.repositories[name], "1.0.0", "1.1.0")
    assert all("done" in answer for answer in hub.tasks(tasks))
    for name in names:
        found = hub.server.repositories[name]
        assert shown(found, "main") == shown(found, "v1.1.0") == watch.new
        assert len(found.history(found.branches["main"])) == 3, name


def test_a_hub_that_never_takes_the_commit_keeps_the_old_version(hub: Any, versions: dict[str, Path]) -> None:
    repository = published(hub, versions, "1.0.0")
    hub.server.fault = lambda _who, _method, path: 500 if "/commit/" in path else None
    [answer] = hub.tasks([task(versions["1.1.0"], NAME)])
    assert answer["rule"] == "hub-unreachable"
    assert "500" in answer["said"]
    assert len([path for _, _, path in hub.server.seen if "/commit/" in path]) == 4
    assert shown(repository, "main") == files_of(versions["1.0.0"])
    hub.server.fault = lambda *_: None
    [again] = hub.tasks([task(versions["1.1.0"], NAME)])
    assert again["done"]["published"]


def test_a_commit_of_somebody_else_in_between_is_seen_and_what_it_says_decides(
    hub: Any, versions: dict[str, Path], tmp_path: Path
) -> None:
    repository = published(hub, versions, "1.0.0")
    late = copy.deepcopy(repository)
    late.name = "org/late"
    hub.server.repositories["org/late"] = late
    rival = published(hub, versions, "1.0.0", "1.1.0", "1.2.0", name="org/rival")
    done: list[str] = []

    def meddle(who: str, _method: str, path: str) -> Any:
        if "/commit/" in path and who not in done:
            done.append(who)
            there = hub.server.repositories[who]
            if who == NAME:  # a card edited on the Hub
                head = there.branches["main"]
                files = {**there.commits[head].files, "README.md": there.commits[head].files[".gitattributes"]}
                there.add(type(there.commits[head])(files, head, "edited"))
            else:  # a newer version, and this one with another content
                there.commits, there.branches, there.tags = rival.commits, rival.branches, rival.tags

    hub.server.fault = meddle
    ours = with_another_card(versions["1.1.0"], tmp_path / "ours")
    taken, fine = hub.tasks([task(ours, "org/late"), task(versions["1.1.0"], NAME)])
    assert taken["rule"] == "version-taken"
    assert shown(late, "v1.1.0") == files_of(versions["1.1.0"])
    assert fine["done"]["published"]
    assert shown(repository, "main") == shown(repository, "v1.1.0") == files_of(versions["1.1.0"])


def test_what_the_hub_holds_is_read_back_and_no_tag_is_made_where_it_differs(
    hub: Any, versions: dict[str, Path]
) -> None:
    repository = published(hub, versions, "1.0.0")

    def spoil(_who: str, _method: str, path: str) -> None:
        head = repository.branches["main"]
        commit = repository.commits[head]
        if f"/tree/{head}" in path and commit.title == "Version 1.1.0":
            spoilt = {**commit.files, "README.md": commit.files[".gitattributes"]}
            repository.commits[head] = type(commit)(spoilt, commit.parent, commit.title)

    hub.server.fault = spoil
    [answer] = hub.tasks([task(versions["1.1.0"], NAME)])
    assert answer["rule"] == "hub-differs"
    assert "README.md" in answer["said"]
    assert set(repository.tags) == {"v1.0.0"}
    hub.server.fault = lambda *_: None
    [again] = hub.tasks([task(versions["1.1.0"], NAME)])
    assert again["done"]["sent"] == ["README.md"]
    assert shown(repository, "v1.1.0") == files_of(versions["1.1.0"])
