"""Purging finds a withdrawn record wherever a place holds it: in stopped work, in rows, in words under another id."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import corpus
from corpus.cli import main
from corpus.publish import folder as publishing
from corpus.publish.purge import purge
from corpus.raw.tombstones import withdrawn
from corpus.release.write.staging import stage_folder
from helpers.folders import files_of
from helpers.publishing import killed
from helpers.publishing import publish_unproved as publish

GONE = "a/3"
KEPT = ("v1.0.0", "v2.0.0", "PURGED.json")
Versions = dict[str, Path]


def altered(release: Path, folder: Path, files: Mapping[str, bytes], **changes: Any) -> Path:
    """A copy of a release with other files, and a manifest that describes them."""
    shutil.copytree(release, folder)
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    for path, content in files.items():
        (folder / path).write_bytes(content)
        for entry in manifest["files"]:
            if entry["path"] == path:
                entry.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    (folder / "MANIFEST.json").write_text(json.dumps(manifest | changes), "utf-8")
    return folder


def rewritten(release: Path, change: Callable[[pa.Table], pa.Table]) -> dict[str, bytes]:
    """The tables of articles of a release, each changed."""
    found = {}
    for file in sorted((release / "data/articles").glob("*.parquet")):
        sink = io.BytesIO()
        pq.write_table(change(pq.read_table(file)), sink)
        found[file.relative_to(release).as_posix()] = sink.getvalue()
    return found


def stopped(monkeypatch: pytest.MonkeyPatch, release: Path, place: Path, after: int, *, cut: bool) -> None:
    """A publication to a folder that is killed after so many files, or in the middle of the next one."""
    real, done = shutil.copyfile, []

    def copyfile(source: Path, target: Path) -> None:
        if len(done) == after:
            if cut:
                content = Path(source).read_bytes()
                Path(target).write_bytes(content[: len(content) // 2])
            raise KeyboardInterrupt
        done.append(source)
        real(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(publishing.shutil, "copyfile", copyfile)
        with pytest.raises(KeyboardInterrupt):
            publish(release, f"folder:{place}")


def test_nothing_of_a_publication_stays_that_was_killed_anywhere(
    versions: Versions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(files_of(versions["1.1.0"]))
    for number in range(0, count, 3):
        for cut in (False, True):
            place = tmp_path / f"{number}-{cut}"
            for version in ("1.0.0", "1.2.0", "2.0.0"):
                publish(versions[version], f"folder:{place}")
            stopped(monkeypatch, versions["1.1.0"], place, number, cut=cut)
            assert (place / "v1.1.0.partial").is_dir()
            planned = purge(versions["2.0.0"], f"folder:{place}")
            assert (place / "v1.1.0.partial").is_dir()
            done = purge(versions["2.0.0"], f"folder:{place}", dry_run=False)
            assert (done.unfinished, done.undecided) == ({"v1.1.0.partial": (GONE,)}, ())
            assert planned.files == done.files
            assert {path.name for path in place.iterdir()} == set(KEPT)


def test_a_stopped_publication_of_a_version_that_no_tombstone_names_goes_by_its_rows(
    versions: Versions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    publish(versions["2.0.0"], f"folder:{place}")
    other = altered(versions["1.2.0"], tmp_path / "1.3.0", {}, version="1.3.0")
    stopped(monkeypatch, other, place, len(files_of(other)) - 1, cut=False)
    words = ["publish", str(versions["2.0.0"]), "--to", f"folder:{place}", "--purge-withdrawn", "--yes"]
    said = CliRunner().invoke(main, words)
    assert (said.exit_code, "v1.3.0.partial was left" in said.stdout, f"holds {GONE}" in said.stdout) == (0, True, True)
    assert {path.name for path in place.iterdir()} == {"v2.0.0"}
    stopped(monkeypatch, versions["2.0.1"], place, len(files_of(other)) - 1, cut=False)
    clean = CliRunner().invoke(main, [*words[:1], str(versions["2.0.0"]), *words[2:]])
    assert "no version there holds" in clean.stdout
    assert (place / "v2.0.1.partial").is_dir()  # it holds nothing that was withdrawn: the next publication uses it


def _stopped_build(out: Path, ids: list[str]) -> Path:
    """What a build leaves beside a release when it is killed: work files with these records."""
    with pytest.raises(KeyboardInterrupt), stage_folder(out) as partial:  # noqa: PT012  # killed in the middle of it
        part = partial / "parts" / ("0" * 32) / ("1" * 32)
        part.mkdir(parents=True)
        table = pa.table({"id": ids, "text": ["Les mots."] * len(ids)})
        with pa.OSFile(str(part / "articles.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        raise KeyboardInterrupt
    return part / "articles.arrow"


def test_work_files_of_a_build_go_where_they_hold_it_and_are_said_where_nobody_can_tell(
    versions: Versions, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    publish(versions["2.0.0"], f"folder:{place}")
    _stopped_build(place / "1.3.0", ["a/2", GONE])
    _stopped_build(place / "clean", ["a/2"])
    broken = _stopped_build(place / "broken", ["a/2"])
    broken.write_bytes(broken.read_bytes()[:-30])
    own = place / "own.partial"
    own.mkdir()
    pq.write_table(pa.table({"id": [GONE]}), own / "rows.parquet")
    words = ["publish", str(versions["2.0.0"]), "--to", f"folder:{place}", "--purge-withdrawn"]
    said = CliRunner().invoke(main, [*words, "--yes"])
    assert said.exit_code == 1
    assert ("release-damaged" in said.stderr, "place-not-free" in said.stderr) == (True, True)
    assert "nobody can tell whether a withdrawn record is in 2 places" in said.stderr
    assert "1.3.0.partial was left by a publication or build that was stopped" in said.stdout
    names = {path.name for path in place.iterdir()}
    assert names == {"v2.0.0", "clean.partial", "broken.partial", "own.partial"}


def test_a_version_goes_whose_tables_hold_what_its_history_does_not_publish(versions: Versions, tmp_path: Path) -> None:
    place = tmp_path / "place"
    silent = {"history.parquet": (versions["2.0.0"] / "history.parquet").read_bytes()}
    publish(altered(versions["1.2.0"], tmp_path / "1.3.0", silent, version="1.3.0"), f"folder:{place}")
    publish(versions["2.0.0"], f"folder:{place}")
    done = purge(versions["2.0.0"], f"folder:{place}", dry_run=False)
    assert done.versions == {"1.3.0": (GONE,)}
    assert {path.name for path in place.iterdir()} == {"v2.0.0", "PURGED.json"}


def test_a_version_goes_that_holds_the_words_under_another_id(versions: Versions, tmp_path: Path) -> None:
    def renamed(rows: pa.Table, text: Callable[[str], str]) -> pa.Table:
        ids = ["b/reprint" if one == GONE else one for one in rows["id"].to_pylist()]
        texts = [text(one) for one in rows["text"].to_pylist()]
        rows = rows.set_column(rows.column_names.index("id"), "id", pa.array(ids))
        return rows.set_column(rows.column_names.index("text"), "text", pa.array(texts))

    silent = {"history.parquet": (versions["2.0.0"] / "history.parquet").read_bytes()}
    root = versions["1.0.0"].parent / "corpus"
    for number, text in enumerate((str, lambda text: text.replace("lundi", "mardi").upper())):
        place = tmp_path / str(number)
        files = silent | rewritten(versions["1.2.0"], lambda rows, text=text: renamed(rows, text))
        publish(altered(versions["1.2.0"], tmp_path / f"{number}-1.3.0", files, version="1.3.0"), f"folder:{place}")
        publish(versions["2.0.0"], f"folder:{place}")
        others = [one for one in purge(versions["2.0.0"], f"folder:{place}").versions.values() if one]
        assert others == []  # without the corpus nobody knows the words
        words = ["publish", str(versions["2.0.0"]), "--to", f"folder:{place}", "--purge-withdrawn", "--yes"]
        said = CliRunner().invoke(main, [*words, "--root", str(root)])
        assert f"1.3.0 holds {GONE}" in said.stdout, said.stdout
    assert withdrawn(root).ids


def test_a_version_that_cannot_be_read_is_said_and_stays(versions: Versions, tmp_path: Path) -> None:
    place = tmp_path / "place"
    for version in ("1.0.0", "2.0.0"):
        publish(versions[version], f"folder:{place}")
    table = next((place / "v1.0.0").glob("data/articles/*.parquet"))
    table.write_bytes(b"PAR1")
    done = purge(versions["2.0.0"], f"folder:{place}", dry_run=False)
    assert done.versions == {}
    assert [one.rule for one in done.undecided] == ["release-damaged"]
    assert table.is_file()


def test_a_bucket_loses_a_publication_that_was_stopped_and_the_cache_its_copies(
    s3: Any, versions: Versions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "s3://seau/presse"
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets")
    for version in ("1.0.0", "1.2.0"):
        publish(versions[version], place)
        loaded = corpus.load(place, "articles", version, "train", verify=True)
        assert isinstance(loaded, datasets.Dataset)
        loaded.map(lambda row: {"words": row["text"].split()})
    cached = {file.name for file in (tmp_path / "xdg/corpus").rglob("*") if file.is_file()}
    assert len(list((tmp_path / "datasets").rglob("*.arrow"))) == 2
    kept: set[str] = set()
    publish(versions["2.0.0"], place)
    files = files_of(versions["1.1.0"])
    for path in list(files)[:-2]:
        if path != "MANIFEST.json":
            s3.pipe_file(f"seau/presse/v1.1.0/{path}", files[path])
    s3.pipe_file("seau/presse/v1.1.0/PUBLISHING.json", b"{}\n")
    s3.call_s3("create_multipart_upload", Bucket="seau", Key="presse/v1.1.0/data/articles/x.parquet")
    work = _stopped_build(tmp_path / "1.3.0", [GONE]).relative_to(tmp_path).as_posix()
    s3.put_file(str(tmp_path / work), f"seau/presse/{work}")
    s3.pipe_file("seau/presse/1.3.0.partial/made-by-corpus", b"made by corpus, which may remove it\n")
    done = purge(versions["2.0.0"], place, dry_run=False)
    assert done.versions == {"1.1.0": (GONE,), "1.2.0": (GONE,)}
    assert done.unfinished == {"1.3.0.partial": (GONE,)}
    assert {path.split("/")[2] for path in s3.find("seau")} == {"v1.0.0", "v2.0.0", "PURGED.json"}
    assert not s3.call_s3("list_multipart_uploads", Bucket="seau").get("Uploads")
    left = {file.name for file in (tmp_path / "xdg/corpus").rglob("*") if file.is_file()}
    for version in versions:
        sums = {hashlib.sha256(one).hexdigest() for one in files_of(versions[version]).values()}
        kept |= {name for name in cached if name.partition(".")[0] in sums} if version in ("1.0.0", "2.0.0") else set()
    assert left == kept
    assert [file.parent.name for file in (tmp_path / "datasets").rglob("*.arrow")] == ["1.0.0"]
    assert len(done.cached) == len(cached - left) + 1


def _task(what: str, release: Path, name: str, **more: Any) -> dict[str, Any]:
    asked = {"what": what, "release": str(release), "to": f"hub:{name}", "token": f"hf_{name.removeprefix('org/')}"}
    return asked | {"options": {"dry_run": False}} | more


def test_the_hub_loses_a_publication_that_was_stopped_before_its_commit_or_its_tag(
    hub: Any, versions: Versions, tmp_path: Path
) -> None:
    other = altered(versions["1.2.0"], tmp_path / "1.3.0", {}, version="1.3.0", previous=_previous(versions["1.2.0"]))
    secret = next((versions["1.2.0"] / "data/articles").glob("*.parquet")).read_bytes()
    extra = {"history.parquet": secret + b"PAR1"}
    orphan = altered(versions["1.2.0"], tmp_path / "o", extra, version="1.3.0", previous=_previous(versions["1.2.0"]))
    for name, ending, release in (("org/un", "/tag/", other), ("org/deux", "/commit/", orphan)):
        for version in ("1.0.0", "1.1.0", "1.2.0"):
            [answer] = hub.tasks([_task("publish", versions[version], name)], 1)
            assert answer["done"]["published"], answer
        pid = tmp_path / name.removeprefix("org/")

        def fault(who: str, method: str, path: str, name: str = name, ending: str = ending, pid: Path = pid) -> Any:
            if who != name or method != "POST" or f"/{who}{ending}" not in path:
                return None
            killed(pid)
            return "before"  # and the request comes to nothing

        hub.server.fault = fault
        [stopped_] = hub.tasks([_task("publish", release, name, pid=str(pid))], 1)
        assert stopped_.get("signal") == 9, stopped_
        hub.server.fault = lambda *_: None
        repository = hub.server.repositories[name]
        assert "v1.3.0" not in repository.tags
        [sent] = hub.tasks([_task("publish", versions["2.0.0"], name)], 1)
        assert sent["done"]["published"], sent
        [done] = hub.tasks([_task("purge", versions["2.0.0"], name)], 1)
        assert "done" in done, done
        stays = {content for version in ("1.0.0", "2.0.0") for content in files_of(versions[version]).values()}
        assert set(repository.large.values()) <= stays
        cache = hub.folder / "home/hub" / f"datasets--{name.replace('/', '--')}"
        kept = [file.read_bytes() for file in cache.glob("snapshots/*/*") if file.is_file()]
        gone = {content for one in ("1.1.0", "1.2.0") for content in files_of(versions[one]).values()} - stays
        assert kept
        assert not gone & set(kept)
        assert not gone & {file.read_bytes() for file in cache.glob("blobs/*")}
        for sha in repository.reachable():
            for path, blob in repository.commits[sha].files.items():
                assert path in (".gitattributes", "PURGED.json", "README.md") or repository.bytes_of(blob) in stays, (
                    path
                )


def _previous(release: Path) -> dict[str, str]:
    manifest = (release / "MANIFEST.json").read_bytes()
    return {"version": json.loads(manifest)["version"], "manifest_sha256": hashlib.sha256(manifest).hexdigest()}
