"""A release is the cache of the next: what is kept, what is made anew, and that the bytes are the same either way."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.curate import withdraw
from corpus.files.paths import status_of
from corpus.model.problem import CorpusError
from corpus.raw import tombstones
from corpus.raw.stat_cache import Entry, StatCache
from corpus.release import history
from corpus.release.read.reader import open_release
from helpers.articles import make_corpus, source_yaml, text_record
from helpers.folders import bytes_of, rows_of

LAYERS = ["sentences", "entities", "quotations", "times", "topics", "keywords", "quality"]


def release(
    root: Path, out: Path, previous: Path | None = None, *, fresh: bool = False, layers: list[str] = LAYERS
) -> Path:
    """A release made in this process."""
    before = history.read(previous) if previous else None
    pipeline.build(root, out, layers=layers, ask=BuildRequest(version=None, previous=before, fresh=fresh))
    return out


def table(folder: Path, name: str) -> dict[str, dict[str, object]]:
    """The rows of a table by id or article."""
    rows = [
        row for file in sorted((folder / "data" / name).glob("*.parquet")) for row in pq.read_table(file).to_pylist()
    ]
    key = "id" if "id" in rows[0] else "article"
    return {str(row[key]): row for row in rows}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a corpus of three sources (open files, open lines, files of which only annotations may be passed on)
    and its first release.
    """
    made = tmp_path_factory.mktemp("made")
    root = made / "corpus"
    for name, shape, rights in (
        ("depeches", "text", "full"),
        ("lignes", "jsonl", "full"),
        ("pages", "text", "annotations"),
    ):
        (root / "raw" / name).mkdir(parents=True)
        (root / "raw" / name / "source.yaml").write_text(source_yaml(shape, rights), "utf-8")
    (root / "corpus.toml").write_text('name = "essai"\n', "utf-8")
    for number in range(4):
        (root / "raw" / "depeches" / f"d-{number}.txt").write_text(text_record(number), "utf-8")
        (root / "raw" / "pages" / f"p-{number}.txt").write_text(text_record(number + 50), "utf-8")
    _lines(root, range(100, 104))
    release(root, made / "first")
    return made


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """The corpus, to change."""
    return Path(shutil.copytree(made / "corpus", tmp_path / "corpus"))


def _lines(root: Path, numbers: range) -> None:
    lines = []
    for number in numbers:
        head, _, body = text_record(number).partition("\n\n")
        _, date, title = head.split(" ", 2)
        lines.append(json.dumps({"id": f"l-{number}", "date": date, "title": title, "text": body}, ensure_ascii=False))
    (root / "raw" / "lignes" / "2023.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


KEEP = withdraw.Others(lambda _: "keep")
"""The generated articles of this corpus are near-copies of each other."""

EDITS = (
    *("add", "change", "remove", "withdraw", "line", "gold", "rename", "licence", "bump nothing"),
    *("bump sentences", "bump entities", "bump times", "bump topics", "bump keywords"),
)


def edit(kind: str, number: int, root: Path, before: Path) -> None:
    """Change a corpus, or the fingerprint of a layer in the release before it."""
    depeches, pages = root / "raw" / "depeches", root / "raw" / "pages"
    file = (depeches if number % 2 else pages) / f"{'d' if number % 2 else 'p'}-{number % 4}.txt"
    match kind.split(" "):
        case ["add"]:
            (depeches / f"a-{number}.txt").write_text(text_record(200 + number), "utf-8")
        case ["change"] if file.exists():
            file.write_text(file.read_text("utf-8") + f"\nLe {number + 1} mai 2021, Brest a voté.\n", "utf-8")
        case ["remove"] if file.exists() and not file.with_suffix(".gold.json").exists():
            file.unlink()
        case ["withdraw"] if f"depeches/d-{number % 4}" not in tombstones.withdrawn(root).ids:
            withdraw.withdraw(
                root, f"depeches/d-{number % 4}", "person", "2026-11-22", others=withdraw.Others(lambda _: "keep")
            )
        case ["line"]:
            _lines(root, range(99 - number % 3, 104))
        case ["gold"] if (one := depeches / f"d-{number % 4}.txt").exists():
            text = one.read_text("utf-8").partition(" ")[2].partition(" ")[2].strip()
            for end, value in (("", "2023"), (".lea", "2023"), (".yann", None)):
                values = {"annotator": f"un essai{end}", "text_sha256": hashlib.sha256(text.encode()).hexdigest()}
                values |= {"times": [{"text": "lundi", "kind": "date", "value": value}]}
                one.with_suffix(f"{end}.gold.json").write_text(json.dumps(values), "utf-8")
        case ["rename"] if file.exists():
            (file.parent / "ailleurs").mkdir(exist_ok=True)
            gold = file.with_suffix(".gold.json")
            if not gold.exists():
                file.rename(file.parent / "ailleurs" / file.name)
        case ["licence"]:
            source = depeches / "source.yaml"
            source.write_text(source.read_text("utf-8").replace("CC0-1.0", "CC-BY-4.0"), "utf-8")
        case ["bump", layer] if layer != "nothing":
            manifest = json.loads((before / "MANIFEST.json").read_text("utf-8"))
            manifest["layers"][layer] = "0" * 64
            (before / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
        case _:
            pass


@pytest.mark.slow
@settings(max_examples=6)
@given(edits=st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 7)), min_size=3, max_size=6))
def test_an_incremental_release_has_the_bytes_of_one_from_scratch(
    edits: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory, root: Path, first: Path
) -> None:  # fmt: skip
    here = tmp_path_factory.mktemp("edits")
    shutil.copytree(root, here / "corpus")
    shutil.copytree(first, here / "first")
    for kind, number in edits:
        edit(kind, number, here / "corpus", here / "first")
    kept = release(here / "corpus", here / "kept", here / "first")
    fresh = release(here / "corpus", here / "fresh", here / "first", fresh=True)
    assert bytes_of(kept) == bytes_of(fresh)
    shutil.rmtree(here)


@pytest.fixture
def first(made: Path, tmp_path: Path) -> Path:
    """The first release of the corpus, to change."""
    return Path(shutil.copytree(made / "first", tmp_path / "first"))


def run(code: str) -> str:
    """What a Python program of its own prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300).stdout


BUILD = """
import sys
from pathlib import Path
from corpus.build import pipeline, request
from corpus.release import history
ask = request.BuildRequest(version=None, previous=history.read({before!r}))
pipeline.build(Path({root!r}), Path({out!r}), layers={layers!r}, ask=ask)
print("model" if "corpus.annotate.encoder.network" in sys.modules else "no model")
"""


def test_where_nothing_changed_no_model_is_loaded(root: Path, first: Path, tmp_path: Path) -> None:
    code = BUILD.format(before=str(first), root=str(root), out=str(tmp_path / "next"), layers=LAYERS)
    assert run(code) == "no model\n"
    manifest = json.loads((tmp_path / "next" / "MANIFEST.json").read_text("utf-8"))
    assert manifest["version"] == "1.0.1"
    assert {path: digest for path, digest in bytes_of(first).items() if path.startswith("data/")} == {
        path: digest for path, digest in bytes_of(tmp_path / "next").items() if path.startswith("data/")
    }


def test_a_changed_layer_runs_alone_on_what_the_others_found(root: Path, first: Path, tmp_path: Path) -> None:
    shutil.rmtree(root / "raw" / "pages")  # masked rows have lost the words that a layer reads
    before = release(root, tmp_path / "open")
    edit("bump times", 0, root, before)
    code = BUILD.format(before=str(before), root=str(root), out=str(tmp_path / "next"), layers=LAYERS)
    assert run(code) == "no model\n"


def test_gold_of_one_article_touches_that_article(root: Path, first: Path, tmp_path: Path) -> None:
    edit("gold", 1, root, first)
    after = release(root, tmp_path / "next", first)
    past, now = (history.of_release(open_release(one)) for one in (first, after))
    changed = [
        identity
        for identity, old, new in zip(
            past["id"].to_pylist(), past["times_hash"].to_pylist(), now["times_hash"].to_pylist(), strict=True
        )
        if old != new
    ]
    assert changed == ["depeches/d-1"]
    assert table(after, "articles")["depeches/d-1"]["gold"] == ["times"]
    assert table(after, "times")["depeches/d-1"]["status"] == "gold"
    assert json.loads((after / "MANIFEST.json").read_text("utf-8"))["scores"].keys() == {"depeches/d-1"}
    again = release(root, tmp_path / "again", after)
    assert json.loads((again / "MANIFEST.json").read_text("utf-8"))["scores"].keys() == {"depeches/d-1"}
    for one in (after, again):  # who annotated is said whether the rows were kept or made
        card = (one / "README.md").read_text("utf-8")
        assert "`status: gold` by the person that it names." in card
        assert "| times | all | 1.000 | 1.000 | 1.000 | 1.000 |" in card
        assert "| times | value on hits | 0.000 | 1 | 1 |" in card


def test_a_withdrawn_record_is_not_kept_from_the_release_before(root: Path, first: Path, tmp_path: Path) -> None:
    withdraw.withdraw(root, "depeches/d-2", "person", "2026-11-22", others=KEEP)
    after = release(root, tmp_path / "next", first)
    for name in ("articles", "sentences", "entities", "times"):
        assert "depeches/d-2" in table(first, name)
        assert "depeches/d-2" not in table(after, name)
    manifest = json.loads((after / "MANIFEST.json").read_text("utf-8"))
    assert (manifest["version"], manifest["counts"]["withdrawn"]) == ("2.0.0", 1)


def test_gold_of_a_line_is_seen(root: Path, first: Path, tmp_path: Path) -> None:
    text = str(table(first, "articles")["lignes/l-101"]["text"])
    values = {"annotator": "un essai", "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "times": []}
    (root / "raw" / "lignes" / "2023.l-101.gold.json").write_text(json.dumps(values), "utf-8")
    after = release(root, tmp_path / "next", first)
    assert table(after, "articles")["lignes/l-101"]["gold"] == ["times"]


def test_order_split_and_first_release_are_kept_for_ever(root: Path, first: Path, tmp_path: Path) -> None:
    gone = root / "raw" / "depeches" / "d-1.txt"
    content = gone.read_bytes()
    gone.unlink()
    (root / "raw" / "depeches" / "a-new.txt").write_text(text_record(300), "utf-8")
    second = release(root, tmp_path / "second", first)
    gone.write_bytes(content)
    third = release(root, tmp_path / "third", second)
    one, two, three = (history.of_release(open_release(where)).to_pylist() for where in (first, second, third))
    assert [row["id"] for row in two] == [*[row["id"] for row in one], "depeches/a-new"]
    assert [row["order"] for row in three] == list(range(len(three)))
    states = {row["id"]: row["state"] for row in two}
    assert states["depeches/d-1"] == "absent"
    before, back = ({**row, "reuse_hash": 0} for rows in (one, three) for row in rows if row["id"] == "depeches/d-1")
    assert back == before  # but for what it shares with the newcomer
    assert {row["id"]: row["first_release"] for row in three}["depeches/a-new"] == "2.0.0"
    versions = [json.loads((where / "MANIFEST.json").read_text("utf-8"))["version"] for where in (first, second, third)]
    assert versions == ["1.0.0", "2.0.0", "2.1.0"]


@pytest.mark.parametrize("path", ["data/articles/train-*.parquet", "history.parquet", "stories.parquet"])
def test_a_tampered_release_is_not_built_upon(root: Path, first: Path, tmp_path: Path, path: str) -> None:
    file = next(first.glob(path))
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)
    with pytest.raises(CorpusError) as raised:
        release(root, tmp_path / "next", first)
    assert [problem.rule for problem in raised.value.problems] == ["release-damaged"]


def test_an_untouched_file_is_not_opened_and_a_broken_index_is_no_harm(root: Path, first: Path, tmp_path: Path) -> None:
    files = sorted((root / "raw" / "depeches").glob("*.txt"))
    entries = [
        Entry(f"raw/depeches/{file.name}", hashlib.sha256(file.read_bytes()).hexdigest(), *status_of(file.stat()))
        for file in files
    ]
    StatCache(root, 2**62).save(entries)
    programs = [
        OPENED.format(build=BUILD.format(before=str(first), root=str(root), out=str(tmp_path / name), layers=LAYERS))
        for name in "ab"
    ]
    assert "d-0.txt" not in run(programs[0])
    (root / ".corpus" / "index.arrow").write_bytes(b"no index")
    assert "d-0.txt" in run(programs[1])
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
{build}
print([one for one in opened if one.endswith(".txt")])
"""


@pytest.mark.slow
def test_the_bytes_are_the_same_twice_and_with_two_workers(mixed: Path, mixed_release: Path, tmp_path: Path) -> None:
    corpus.build(mixed, tmp_path / "again", workers=2)
    assert bytes_of(tmp_path / "again") == bytes_of(mixed_release)
    corpus.build(mixed, tmp_path / "again")  # in the place of the first
    assert bytes_of(tmp_path / "again") == bytes_of(mixed_release)


def test_an_edit_changes_the_row_and_no_other(tmp_path: Path) -> None:
    files = {f"raw/a/d-{number}.txt": text_record(number) for number in range(30)}
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), **files})
    corpus.build(root, tmp_path / "one")
    (root / "raw" / "a" / "d-5.txt").write_text(text_record(5).replace("lundi", "mardi"), "utf-8")
    (root / "raw" / "a" / "d-99.txt").write_text(text_record(99), "utf-8")
    corpus.build(root, tmp_path / "two")
    one, two = ({row["id"]: row for row in rows_of(tmp_path / name, "articles")} for name in ("one", "two"))
    assert {row["split"] for row in (*one.values(), *two.values())} <= {"train", "validation", "test"}
    for row in (*one.values(), *two.values()):
        del row["split"]  # previews have no history: of few stories each draws anew
    assert {identity for identity in one if one[identity] != two[identity]} == {"a/d-5"}
