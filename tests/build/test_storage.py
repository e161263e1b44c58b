"""A corpus folder and a build in a store: the same bytes as on a disk, the same promises, the same answers."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import zstandard

import corpus
from corpus.annotate import gold_text
from corpus.build import request
from corpus.build.executors import local
from corpus.curate import evaluate, lookup
from corpus.files import paths, scratch
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.raw import tombstones
from corpus.release import history
from helpers.folders import bytes_of

pytest.importorskip("s3fs")
pytest.importorskip("upath")
pytest.importorskip("moto.server")

Store = Any
"""The bucket, as s3fs sees it."""


@pytest.fixture
def files(
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
) -> dict[str, str | bytes]:
    """Records in all kinds of files, with names that a store could misread, some of them bad."""

    def line(number: int) -> str:
        said = {"id": f"l-{number}", "title": title(number), "date": "2023", "text": "\n\n".join(body(number))}
        return json.dumps(said, ensure_ascii=False) + "\n"

    made: dict[str, str | bytes] = {
        "raw/README.md": "Les sources.\n",
        "raw/depeches/source.yaml": source_yaml("text"),
        "raw/depeches/README.md": "Des dépêches inventées.\n",
        "raw/depeches/.brouillon.txt": "rien",
        "raw/depeches/vide.txt": "",
        "raw/depeches/mauvais nom.doc": "rien",
        "raw/depeches/2023/d[1].txt": text_record(1),
        "raw/depeches/2023/d*é?.txt": text_record(2),
        "raw/depeches/2023/d%20 #3.txt": text_record(3),
        "raw/lignes/source.yaml": source_yaml("jsonl"),
        "raw/lignes/a.jsonl": "".join(map(line, range(100, 140))) + "{\n",
        "raw/lignes/b.jsonl.gz": gzip.compress("".join(map(line, range(200, 220))).encode()),
        "raw/lignes/c.jsonl.zst": zstandard.compress("".join(map(line, range(300, 320))).encode()),
        "raw/reserve/source.yaml": source_yaml("text", redistribution="annotations"),
        "raw/perdu.txt": "hors de toute source",
        "raw/corpus.key": "ab" * 32,
    }
    made |= {f"raw/depeches/d-{number:03}.txt": text_record(number) for number in range(10, 30)}
    made |= {f"raw/reserve/r-{number}.txt": text_record(number) for number in range(400, 405)}
    return made


def sent(store: Store, files: Mapping[str, str | bytes], at: str = "seau/corpus") -> str:
    """Put a corpus into the bucket; its address."""
    for path, content in {"corpus.toml": 'name = "essai"\n', **files}.items():
        store.pipe_file(f"{at}/{path}", content if isinstance(content, bytes) else content.encode())
    return f"s3://{at}"


def bytes_at(store: Store, folder: str) -> dict[str, str]:
    store.invalidate_cache()
    found = store.find(folder)
    return {path[len(folder) + 1 :]: hashlib.sha256(store.cat_file(path)).hexdigest() for path in found}


def said(problems: Iterable[Problem]) -> list[str]:
    return sorted(f"{one.file}:{one.line}: {one.rule}" for one in problems)


@pytest.fixture
def older() -> None:
    """Worker processes from before the environment led to the store: those that come after share their server."""
    with local.local(2) as pool:
        assert pool is not None
        assert pool.submit(os.getpid).result() != os.getpid()


@pytest.mark.usefixtures("older")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_in_a_store_has_the_bytes_of_one_on_a_disk(
    s3: Store, files: dict[str, str | bytes], make_corpus: Callable[..., Path], tmp_path: Path, workers: int
) -> None:
    here = corpus.build(make_corpus(tmp_path / "corpus", files), tmp_path / "out")
    there = corpus.build(sent(s3, files), "s3://seau/out", workers)
    assert bytes_at(s3, "seau/out") == bytes_of(tmp_path / "out")
    assert said(there.problems) == said(here.problems)
    assert there.counts == here.counts
    assert len(here.problems) == 4
    assert here.total("published") == 108
    assert s3.ls("seau") == ["seau/corpus", "seau/out"]
    assert len(corpus.load("s3://seau/out", "articles", split="train")) > 60
    mixed = corpus.build(tmp_path / "corpus", "s3://seau/mixed")
    assert mixed.counts == here.counts
    assert bytes_at(s3, "seau/mixed") == bytes_of(tmp_path / "out")


def test_releases_in_a_store_follow_each_other_as_on_a_disk(
    s3: Store, files: dict[str, str | bytes], make_corpus: Callable[..., Path], tmp_path: Path
) -> None:
    def release(root: str | Path, out: str | Path, previous: str | Path | None, *, fresh: bool = False) -> str:
        before = history.read(previous) if previous else None
        ask = request.BuildRequest(None, "patch", before, "2026-11-22", allow_rejects=True, fresh=fresh)
        report = corpus.build(root, out, 2, layers=["quality"], ask=ask)
        return str((report.manifest or {})["version"])

    home, away = make_corpus(tmp_path / "corpus", files), sent(s3, files)
    assert release(home, tmp_path / "1", None) == release(away, "s3://seau/1", None) == "1.0.0"
    assert bytes_at(s3, "seau/1") == bytes_of(tmp_path / "1")
    tombstone = tombstones.Tombstone("depeches/d-011", "2026-11-22", "person", (), "0" * 64, "1" * 64)
    changes: dict[str, str | bytes] = {
        "raw/depeches/d-012.txt": str(files["raw/depeches/d-012.txt"]).replace("lundi", "mardi"),
        "raw/depeches/d-500.txt": str(files["raw/depeches/d-013.txt"]).replace("budget numéro", "budget annexe"),
        "raw/withdrawn.jsonl": json.dumps(tombstone.as_entry()) + "\n",
    }
    make_corpus(home, changes)
    sent(s3, changes)
    versions = {
        release(home, tmp_path / "2", tmp_path / "1", fresh=True),
        release(away, "s3://seau/2", "s3://seau/1"),
        release(away, "s3://seau/3", tmp_path / "1"),
    }
    assert versions == {"2.0.0"}
    assert bytes_at(s3, "seau/2") == bytes_at(s3, "seau/3") == bytes_of(tmp_path / "2")


@pytest.mark.usefixtures("later")
def test_objects_that_nobody_touched_are_not_fetched_again(
    s3: Store, files: dict[str, str | bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sent(s3, files)
    corpus.build(address, "s3://seau/1", layers=[], ask=request.BuildRequest("1.0.0"))
    s3.pipe_file("seau/corpus/raw/depeches/d-012.txt", str(files["raw/depeches/d-012.txt"]).replace("a", "o").encode())
    fetched: list[str] = []
    whole = type(s3)._cat_file

    async def counted(self: Store, path: str, *given: Any, **more: Any) -> bytes:
        fetched.append(path)
        return bytes(await whole(self, path, *given, **more))

    monkeypatch.setattr(type(s3), "_cat_file", counted)
    corpus.build(
        address, "s3://seau/2", layers=[], ask=request.BuildRequest(None, previous=history.read("s3://seau/1"))
    )
    read = [path for path in fetched if path.startswith("seau/corpus/raw/depeches/") and path.endswith(".txt")]
    refused = ["seau/corpus/raw/depeches/vide.txt"]  # what became no rows is judged again
    assert sorted(read) == ["seau/corpus/raw/depeches/d-012.txt", *refused]


def test_gold_in_a_store_is_read_and_an_edit_of_it_seen(
    s3: Store, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    names = {"raw/a/source.yaml": source_yaml("text"), "raw/a/un.txt": text_record(1)}
    address = sent(s3, names)
    root = paths.parse_location(address)
    article = lookup.find(root, "a/un").article
    gold = gold_text.dump(gold_text.prefilled(article, {"entities": []}, "Nobody"))
    s3.pipe_file("seau/corpus/raw/a/un.gold.json", gold.encode())
    s3.pipe_file("seau/corpus/raw/a/autre.gold.json", b"{}")
    report = corpus.build(address, "s3://seau/out", layers=[])
    assert said(report.problems) == ["raw/a/autre.gold.json:0: gold-orphan"]
    assert len(list(evaluate.cases_of_corpus(root))) == 1
    other = gold.replace(hashlib.sha256(article.text.encode()).hexdigest(), "0" * 64)
    s3.pipe_file("seau/corpus/raw/a/un.gold.json", other.encode())
    report = corpus.build(address, "s3://seau/out", layers=[])
    assert said(report.problems) == ["raw/a/autre.gold.json:0: gold-orphan", "raw/a/un.gold.json:0: gold-drift"]


def test_names_that_are_no_paths_are_refused(
    s3: Store, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    address = sent(
        s3,
        {
            "raw/a/source.yaml": source_yaml("text"),
            "raw/a/un.txt": text_record(1),
            "raw/a/../b.txt": text_record(2),
            "raw/a//c.txt": text_record(3),
            "raw/a/d\te.txt": text_record(4),
            "raw/a/f.txt/g.txt": text_record(5),
        },
    )
    report = corpus.build(address, "s3://seau/out", layers=[])
    assert {rule.rpartition(" ")[2] for rule in said(report.problems)} == {"file-unexpected"}
    assert (report.total("published"), report.total("rejected")) == (1, 4)


def test_a_place_in_a_store_is_replaced_only_where_it_holds_a_preview(s3: Store, files: dict[str, str | bytes]) -> None:
    address = sent(s3, files)
    corpus.build(address, "s3://seau/out", layers=[])
    preview = bytes_at(s3, "seau/out")
    corpus.build(address, "s3://seau/out/", layers=[])  # a slash at the end, as people write it
    assert bytes_at(s3, "seau/out") == preview
    s3.pipe_file("seau/out/data/articles/mine.parquet", b"x")
    with pytest.raises(UsageError, match=r"1 file that no build made, such as data/articles/mine\.parquet"):
        corpus.build(address, "s3://seau/out", layers=[])
    assert bytes_at(s3, "seau/out").keys() == {*preview, "data/articles/mine.parquet"}
    corpus.build(address, "s3://seau/made", layers=[], ask=request.BuildRequest("1.0.0"))
    for place in ("s3://seau/made", "s3://seau/corpus", "s3://seau"):
        before = bytes_at(s3, "seau")
        with pytest.raises(UsageError) as raised:
            corpus.build(address, place, layers=[])
        assert raised.value.problems[0].rule in ("place-not-free", "address-unknown")
        after = bytes_at(s3, "seau")
        assert {path for path in before if before[path] != after.get(path)} <= {"corpus/.corpus/index.arrow"}


def test_a_failed_build_leaves_what_stood_there(s3: Store, files: dict[str, str | bytes]) -> None:
    address = sent(s3, files)
    corpus.build(address, "s3://seau/out", layers=[])
    preview = bytes_at(s3, "seau/out")
    with pytest.raises(CorpusError):
        corpus.build(address, "s3://seau/out", layers=[], ask=request.BuildRequest(allow_rejects=False))
    assert bytes_at(s3, "seau/out") == preview
    left = bytes_at(s3, "seau/out.partial")
    assert left
    assert {path.split("/")[0] for path in left} == {"made-by-corpus", "parts"}
    corpus.build(address, "s3://seau/out", layers=[])
    assert bytes_at(s3, "seau/out.partial") == {}


def test_the_claim_of_a_build_that_is_gone_is_taken_over_and_no_other(s3: Store, files: dict[str, str | bytes]) -> None:
    address = sent(s3, files)
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    owner = f"process {gone.stdout.decode().strip()} on {socket.gethostname()}"
    s3.pipe_file("seau/out.partial/owner", owner.encode())
    corpus.build(address, "s3://seau/out", layers=[])
    for other in (f"process {os.getppid()} on {socket.gethostname()}", "process 1 on elsewhere"):
        s3.pipe_file("seau/out.partial/owner", other.encode())
        with pytest.raises(CorpusError) as raised:
            corpus.build(address, "s3://seau/out", layers=[])
        assert raised.value.problems[0].rule == "place-taken"
        assert other in raised.value.problems[0].found
        assert s3.cat_file("seau/out.partial/owner") == other.encode()


KILLED = """
import os, signal, sys
import corpus, s3fs

ask = s3fs.S3FileSystem._call_s3

async def killed(self, method, *given, **more):
    answer = await ask(self, method, *given, **more)
    asked = {name: value for one in given if isinstance(one, dict) for name, value in one.items()} | more
    if method in ("put_object", "copy_object") and sys.argv[3] in asked["Key"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

s3fs.S3FileSystem._call_s3 = killed
corpus.build(sys.argv[1], sys.argv[2], layers=[])
"""
"""A build that is killed once the store has something whose name has these words."""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL on this system")
@pytest.mark.parametrize("when", ["parts/", "release/", "moving"])
def test_a_build_into_a_store_that_was_killed_is_finished_by_the_next(
    s3: Store, files: dict[str, str | bytes], when: str
) -> None:
    address = sent(s3, files)
    corpus.build(address, "s3://seau/out", layers=[])
    preview = bytes_at(s3, "seau/out")
    ended = subprocess.run([sys.executable, "-c", KILLED, address, "s3://seau/out", when], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert any(when in path for path in bytes_at(s3, "seau/out.partial"))
    there = bytes_at(s3, "seau/out")
    if "MANIFEST.json" in there:
        assert there == preview  # the old one or the new one: their bytes are the same
    corpus.build(address, "s3://seau/out", layers=[])
    assert bytes_at(s3, "seau/out") == preview
    assert bytes_at(s3, "seau/out.partial") == {}


def test_a_partition_that_was_finished_is_not_made_again(
    s3: Store, files: dict[str, str | bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sent(s3, files)
    with pytest.raises(CorpusError):
        corpus.build(address, "s3://seau/out", layers=[], ask=request.BuildRequest(allow_rejects=False))
    kept = [path for path in bytes_at(s3, "seau/out.partial") if path.endswith("part.json")]
    s3.pipe_file("seau/corpus/raw/depeches/d-012.txt", str(files["raw/depeches/d-012.txt"]).replace("a", "o").encode())
    sent_to: set[str] = set()
    whole = type(s3)._put_file

    async def noted(self: Store, here: str, there: str, *given: Any, **more: Any) -> None:
        sent_to.add(there)
        await whole(self, here, there, *given, **more)

    monkeypatch.setattr(type(s3), "_put_file", noted)
    corpus.build(address, "s3://seau/out", layers=[])
    assert len(kept) == 5
    made = {path.rpartition("/")[0] for path in sent_to if "/parts/" in path}
    assert len(made) == 1  # that of the record that was changed, and no other


@pytest.mark.slow
def test_stores_that_do_not_answer_and_places_that_are_not_there_are_said(
    s3: Store,
    files: dict[str, str | bytes],
    command: Callable[..., subprocess.CompletedProcess[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    make_corpus: Callable[..., Path],
) -> None:
    address = sent(s3, files)
    home = make_corpus(tmp_path / "corpus", files)
    done = command(
        "build", "--root", address, "--out", "s3://seau/out", "--allow-rejects", "--layers", "none", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rejects"] == "s3://seau/out.rejects.jsonl"
    assert len(s3.cat_file("seau/out.rejects.jsonl").splitlines()) == 4
    done = command("check", "--root", address, "raw/depeches")
    assert (done.returncode, "vide.txt" in done.stderr) == (1, True)
    for arguments, code, rule in (
        (("build", "--root", "s3://seau/rien", "--out", "s3://seau/x"), 2, "root-missing"),
        (("build", "--root", "s3://sceau/corpus", "--out", "s3://seau/x"), 2, "root-missing"),
        (("build", "--root", home, "--out", "s3://sceau/x", "--layers", "none"), 2, "store-missing"),
        (("build", "--root", "nulle://part", "--out", "s3://seau/x"), 2, "address-unknown"),
        (("check", "--root", address, "rien/la"), 2, "path-unknown"),
        (("withdraw", "a/b", "--root", address, "--reason", "error", "--date", "2026-11-22"), 2, "root-elsewhere"),
    ):
        done = command(*arguments)
        assert (done.returncode, rule in done.stderr, "Traceback" in done.stderr) == (code, True, False), done.stderr
    assert "seau/rien" not in s3.ls("seau")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    done = command("build", "--root", address, "--out", "s3://seau/out")
    assert (done.returncode, "store-unreachable" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_files_of_a_store_that_are_taken_here_are_few_and_gone_with_their_process(
    s3: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "_HELD", 250)
    root = paths.parse_location("s3://seau/x")
    for number in range(4):
        paths.write(root / f"{number}.arrow", bytes([number]) * 100)
    taken = [scratch.local_copy(root / f"{number}.arrow") for number in range(4)]
    assert [file.exists() for file in taken] == [False, False, True, True]
    assert scratch.local_copy(root / "0.arrow").read_bytes() == bytes(100)
    assert scratch.local_copy(root / "3.arrow") == taken[3]
    program = (
        "import sys; from concurrent.futures import ProcessPoolExecutor;\n"
        "import os; from corpus.files import paths, scratch\n"
        "def there(): return str(scratch.local_copy(paths.parse_location('s3://seau/x/1.arrow')))\n"
        "if __name__ == '__main__':\n"
        "    print(there())\n"
        "    with ProcessPoolExecutor(1) as pool: print(pool.submit(there).result())\n"
        "    if len(sys.argv) > 1: sys.stdout.flush(); os.kill(os.getpid(), 9)\n"
    )

    def run(*arguments: str) -> list[Path]:
        done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
        return [Path(line) for line in done.stdout.splitlines()]

    for file in run():
        assert not file.parent.exists()
    killed = run("killed")
    assert killed[0].exists()
    run()
    assert not killed[0].parent.exists()


def test_any_file_system_that_fsspec_opens_will_do(
    files: dict[str, str | bytes], make_corpus: Callable[..., Path], tmp_path: Path
) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    for path, content in {"corpus.toml": 'name = "essai"\n', **files}.items():
        memory.pipe_file(f"/corpus/{path}", content if isinstance(content, bytes) else content.encode())
    try:
        corpus.build("memory://corpus", "memory://out", layers=[])
        corpus.build("memory://corpus", "memory://out", layers=[])
        corpus.build(make_corpus(tmp_path / "corpus", files), tmp_path / "out", layers=[])
        assert {path.removeprefix("/out/"): memory.cat_file(path) for path in memory.find("/out")} == {
            file.relative_to(tmp_path / "out").as_posix(): file.read_bytes()
            for file in (tmp_path / "out").rglob("*")
            if file.is_file()
        }
    finally:
        memory.store.clear()
        memory.pseudo_dirs[:] = [""]
