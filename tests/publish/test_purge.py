"""Deleting for good what was withdrawn: every version that holds it, and nothing else, wherever it is interrupted."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from corpus.model.problem import UsageError
from corpus.publish.purge import purge
from helpers.folders import files_of
from helpers.publishing import killed, publish, shown

GONE = "a/3"
HELD = ("1.1.0", "1.2.0")
KEPT = ("1.0.0", "2.0.0")
ALL = ("1.0.0", "1.1.0", "1.2.0")
NOTE = b"`1.1.0` was deleted for good: take `2.0.0` and delete copies of it."


def task(what: str, release: Path, name: str, **more: Any) -> dict[str, Any]:
    asked = {"what": what, "release": str(release), "to": f"hub:{name}", "token": f"hf_{name.removeprefix('org/')}"}
    return asked | {"options": {"dry_run": False}} | more


def published(hub: Any, versions: dict[str, Path], *which: str, name: str = "org/jetonsecret") -> Any:
    answers = hub.tasks([task("publish", versions[version], name) for version in which], 1)
    assert all(answer["done"]["published"] for answer in answers), answers
    hub.server.seen.clear()
    return hub.server.repositories[name]


def is_purged(repository: Any, kept: dict[str, dict[str, bytes]]) -> None:
    """The kept versions are whole, and nothing of the others can be reached."""
    assert set(repository.tags) == {f"v{version}" for version in KEPT}
    assert set(repository.branches) == {"main"}
    for version in KEPT:
        assert shown(repository, f"v{version}") == kept[version]
    head = repository.files("main")
    assert json.loads(head["PURGED.json"]) == {"purged": dict.fromkeys(HELD, "2.0.0")}
    assert NOTE in head["README.md"]
    assert head["README.md"].startswith(b"---\n")
    assert {**shown(repository, "main"), "README.md": b""} == {**kept["2.0.0"], "README.md": b""}
    stays = {content for version in KEPT for content in kept[version].values()}
    assert set(repository.large.values()) <= stays
    for sha in repository.reachable():
        for path, blob in repository.commits[sha].files.items():
            content = repository.bytes_of(blob)
            assert content is not None, path
            assert path in (".gitattributes", "PURGED.json", "README.md") or content in stays, path


def test_the_plan_is_printed_and_nothing_is_done_without_yes(hub: Any, versions: dict[str, Path]) -> None:
    repository = published(hub, versions, *ALL)
    before = copy.deepcopy(repository)
    words = ("publish", versions["2.0.0"], "--to", "hub:org/jetonsecret", "--purge-withdrawn")
    said = hub.command(*words)
    assert said.returncode == 0, said.stderr
    for version in HELD:
        assert f"{version} holds {GONE}; its successor is 2.0.0" in said.stdout
    assert "1.0.0 holds" not in said.stdout
    assert "would delete for good: 2 versions" in said.stdout
    planned = json.loads(hub.command(*words, "--json").stdout)["purge"]
    assert planned["versions"] == {version: [GONE] for version in HELD}
    assert planned["bytes"] == sum(len(repository.large[oid]) for oid in planned["files"])
    assert planned["rewritten"] == ["main"]
    assert not planned["done"]
    assert repository == before
    assert {method for _, method, _ in hub.server.seen} <= {"GET", "HEAD"}


@pytest.mark.slow
def test_every_version_that_held_the_record_is_gone_and_load_names_the_successor(
    hub: Any, versions: dict[str, Path]
) -> None:
    repository = published(hub, versions, *ALL)
    old = repository.tags["v1.0.0"]
    words = ("publish", versions["2.0.0"], "--to", "hub:org/jetonsecret", "--purge-withdrawn", "--yes")
    done = hub.command(*words)
    assert done.returncode == 0, done.stderr
    assert "deleted for good: 2 versions" in done.stdout
    is_purged(repository, {version: files_of(versions[version]) for version in KEPT})
    assert repository.tags["v1.0.0"] == old  # what was before the record came is not touched
    again = hub.command(*words)
    assert (again.returncode, "no version there holds a withdrawn record" in again.stdout) == (0, True), again.stdout
    found = hub.run(
        f"""
import corpus, datasets
from corpus.model.problem import CorpusError
from corpus.verify.verify import verify
datasets.disable_progress_bars()
name = "org/jetonsecret"
answer = {{"versions": corpus.versions(name)}}
for version in {(*ALL, "2.0.0")}:
    try:
        answer[version] = sum(one.num_rows for one in corpus.load(name, version=version, verify=True).values())
    except CorpusError as error:
        answer[version] = [error.problems[0].rule, error.problems[0].hint]
answer["plain"] = sum(one.num_rows for one in datasets.load_dataset(name, "articles", revision="v1.0.0").values())
answer["sound"] = [verify(f"hub:{{name}}@{{version}}").sound for version in ("1.0.0", "2.0.0")]
""",
        home="reader",
    )
    assert (found["versions"], found["1.0.0"], found["2.0.0"]) == (["2.0.0", "1.0.0"], 3, 4)
    assert (found["plain"], found["sound"]) == (3, [True, True])
    for version in HELD:
        assert found[version][0] == "version-purged"
        assert "2.0.0" in found[version][1]
    [refused] = hub.tasks([task("publish", versions["1.2.0"], "org/jetonsecret")])
    assert refused["rule"] == "version-purged"


@pytest.mark.slow
def test_interrupted_at_any_write_a_purge_is_finished_by_the_next(
    hub: Any, versions: dict[str, Path], tmp_path: Path
) -> None:
    """Killed before or after it, an answer lost, an error: what stays is never away but while its tag is moved."""
    kept = {version: files_of(versions[version]) for version in KEPT}
    repository = published(hub, versions, *ALL, "2.0.0")
    clean = copy.deepcopy(repository)
    [_] = hub.tasks([task("purge", versions["2.0.0"], "org/jetonsecret")])
    is_purged(repository, kept)
    harmless = ("validate-yaml", "preupload/main")
    writes = [
        place
        for place, (method, path) in enumerate(hub.server.requests("org/jetonsecret"))
        if method not in ("GET", "HEAD") and not path.endswith(harmless)
    ]
    plan = {f"org/p{place}-{kind}": (place, kind) for place in writes for kind in ("kill", "after", 500)}
    plan |= {f"org/p{place - 1}-kill": (place - 1, "kill") for place in writes if place - 1 not in writes}
    for name in plan:
        hub.server.twin(clean, name)
    pids = {name: tmp_path / name.removeprefix("org/") for name in plan}
    wrong: list[tuple[str, str]] = []

    def fault(who: str, _method: str, path: str) -> Any:
        if who not in plan:
            return None
        there = hub.server.repositories[who]
        for version in KEPT:
            held = f"v{version}" if f"v{version}" in there.tags else f"rewriting-v{version}"
            if there.resolved(held) is None or shown(there, held) != kept[version]:
                wrong.append((who, path))
        place, kind = plan[who]
        if len(hub.server.requests(who)) != place + 1:
            return None
        return (lambda: killed(pids[who])) if kind == "kill" else kind

    hub.server.fault = fault
    first = dict(
        zip(
            plan,
            hub.tasks([task("purge", versions["2.0.0"], name, pid=str(pids[name])) for name in plan], 12),
            strict=True,
        )
    )
    assert not wrong
    stopped = [name for name, answer in first.items() if answer.get("signal") == 9]
    assert stopped == [name for name, (_, kind) in plan.items() if kind == "kill"]
    assert all("done" in first[name] for name in plan if name not in stopped), [
        one for one in first.items() if "done" not in one[1] and one[0] not in stopped
    ]
    again = hub.tasks([task("purge", versions["2.0.0"], name, pid=str(pids[name])) for name in stopped], 12)
    assert not wrong
    assert all("done" in answer for answer in again), [one for one in again if "done" not in one]
    for name in plan:
        is_purged(hub.server.repositories[name], kept)


def test_the_next_version_keeps_the_note_and_the_list(hub: Any, versions: dict[str, Path], tmp_path: Path) -> None:
    repository = published(hub, versions, *ALL, "2.0.0")
    [_] = hub.tasks([task("purge", versions["2.0.0"], "org/jetonsecret")])
    [done] = hub.tasks([task("publish", versions["2.0.1"], "org/jetonsecret")])
    assert done["done"]["published"], done
    head = repository.files("main")
    assert json.loads(head["PURGED.json"]) == {"purged": dict.fromkeys(HELD, "2.0.0")}
    assert NOTE in head["README.md"]
    assert shown(repository, "v2.0.1") == files_of(versions["2.0.1"])
    assert head["MANIFEST.json"] == (versions["2.0.1"] / "MANIFEST.json").read_bytes()
    count = len(repository.commits)
    again, nothing = hub.tasks(
        [task(what, versions["2.0.1"], "org/jetonsecret") for what in ("publish", "purge")], at_once=1
    )
    assert not again["done"]["published"]
    assert not nothing["done"]["versions"]
    assert len(repository.commits) == count
    sound = "from corpus.verify.verify import verify\nanswer = verify('hub:org/jetonsecret@2.0.1').sound"
    assert hub.run(sound) is True


def test_what_cannot_be_purged_is_refused_before_anything_is_deleted(hub: Any, versions: dict[str, Path]) -> None:
    repository = published(hub, versions, *ALL)
    hub.server.twin(repository, "org/branch").branches["essai"] = repository.tags["v1.2.0"]
    tasks = [task("purge", versions["2.0.0"], name) for name in ("org/jetonsecret", "org/branch")]
    assert [answer.get("rule") for answer in hub.tasks(tasks)] == ["purge-too-early", "purge-branch"]
    published(hub, versions, "2.0.0", "2.0.1", name="org/jetonsecret")
    [older] = hub.tasks([task("purge", versions["2.0.0"], "org/jetonsecret")])
    assert older["rule"] == "version-not-newest"
    for name in ("org/jetonsecret", "org/branch"):
        assert {"v1.0.0", "v1.1.0", "v1.2.0"} <= set(hub.server.repositories[name].tags)


def test_a_branch_that_is_somebodys_own_keeps_its_large_files(hub: Any, versions: dict[str, Path]) -> None:
    repository = published(hub, versions, *ALL, "2.0.0")
    old = repository.tags["v1.0.0"]
    content = b"PAR1 essai"
    repository.large[hashlib.sha256(content).hexdigest()] = content
    first = repository.commits[old]
    blob = type(first.files["MANIFEST.json"])(len(content), None, hashlib.sha256(content).hexdigest())
    repository.add(type(first)({**first.files, "essai.parquet": blob}, old, "Essai"), "v1.0.0")  # named as a tag is
    [done] = hub.tasks([task("purge", versions["2.0.0"], "org/jetonsecret")])
    assert done["done"]["done"], done
    assert repository.files(repository.branches["v1.0.0"])["essai.parquet"] == content
    assert set(repository.tags) == {"v1.0.0", "v2.0.0"}


def test_nothing_withdrawn_deletes_nothing(hub: Any, versions: dict[str, Path]) -> None:
    repository = published(hub, versions, "1.0.0", "1.1.0")
    before = copy.deepcopy(repository)
    answers = hub.tasks(
        [task("purge", versions["1.1.0"], "org/jetonsecret"), task("purge", versions["2.0.0"], "org/no")]
    )
    for done in answers:
        assert (done["done"]["versions"], done["done"]["files"]) == ({}, []), done
    assert repository == before


@pytest.mark.parametrize("scheme", ["folder:", "local://"])
def test_folders_and_stores_lose_the_same_versions(scheme: str, versions: dict[str, Path], tmp_path: Path) -> None:
    place = f"{scheme}{tmp_path / 'place'}"
    assert not purge(versions["2.0.0"], place).versions
    for version in ALL:
        assert publish(versions[version], place).published
    planned = purge(versions["2.0.0"], place)
    assert planned.versions == dict.fromkeys(HELD, (GONE,))
    with pytest.raises(UsageError, match="purge-too-early"):
        purge(versions["2.0.0"], place, dry_run=False)
    assert publish(versions["2.0.0"], place).published
    done = purge(versions["2.0.0"], place, dry_run=False)
    assert done.done
    assert sorted(done.files) == sorted(planned.files)
    left = {path.partition("/")[0] for path in files_of(tmp_path / "place")}
    assert left == {"v1.0.0", "v2.0.0", "PURGED.json"}
    assert json.loads((tmp_path / "place/PURGED.json").read_text("utf-8")) == {"purged": dict.fromkeys(HELD, "2.0.0")}
    for version in KEPT:
        assert files_of(tmp_path / "place" / f"v{version}") == files_of(versions[version])
    assert not purge(versions["2.0.0"], place, dry_run=False).done
    with pytest.raises(UsageError, match="version-purged"):
        publish(versions["1.1.0"], place)
