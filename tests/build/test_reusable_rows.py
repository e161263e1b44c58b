"""A build over a preview has the bytes of one from scratch, and works through what changed alone."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate import layer
from corpus.build import pipeline, request
from corpus.build.request import BuildRequest
from corpus.curate import withdraw
from corpus.model import schema
from corpus.parse import shapes
from corpus.release import history
from helpers.folders import bytes_of

LAYERS = ["quality", "times"]


@pytest.fixture
def root(
    tmp_path: Path, make_corpus: Callable[..., Path], text_record: Callable[[int], str], source_yaml: Callable[..., str]
) -> Path:
    """Two sources, one of which may not pass its words on."""
    files = {f"raw/depeches/d-{number}.txt": text_record(number) for number in range(12)}
    files |= {f"raw/pages/p-{number}.txt": text_record(number + 50) for number in range(3)}
    yamls = {"depeches": source_yaml("text"), "pages": source_yaml("text", "annotations")}
    return make_corpus(tmp_path / "corpus", {f"raw/{name}/source.yaml": one for name, one in yamls.items()} | files)


@contextmanager
def watched() -> Iterator[tuple[set[str], set[str]]]:
    """The files of the records that are parsed meanwhile, and the ids of the articles on which a layer runs."""
    parsed: set[str] = set()
    annotated: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is shapes.draft.__code__:
            parsed.add(frame.f_locals["record"].path)
        elif event == "call" and frame.f_code is layer.run.__code__:
            annotated.add(frame.f_locals["reading"].article.id)

    sys.setprofile(note)
    try:
        yield parsed, annotated
    finally:
        sys.setprofile(None)


def over(root: Path, out: Path, layers: Sequence[str] = LAYERS) -> dict[str, str]:
    """The bytes of a preview that is built into ``out``, whatever stands there."""
    pipeline.build(root, out, layers=layers)
    return bytes_of(out)


def scratch(root: Path, folder: Path, layers: Sequence[str] = LAYERS) -> dict[str, str]:
    """The bytes of a preview that is built where nothing stands."""
    shutil.rmtree(folder, ignore_errors=True)
    return over(root, folder, layers)


EDITS = ("add", "add before all", "change", "remove", "like another", "rename", "licence", "gold", "withdraw", "splits")


def edit(kind: str, number: int, root: Path, text_record: Callable[[int], str]) -> None:
    """Change a corpus."""
    folder = root / "raw" / ("depeches" if number % 3 else "pages")
    file = next(iter(sorted(folder.glob("*.txt"))[number % 3 :]), folder / "none.txt")
    here = file.exists() and not file.with_suffix(".gold.json").exists()
    if kind == "add":
        (folder / f"x-{number}.txt").write_text(text_record(200 + number), "utf-8")
    elif kind == "add before all":
        (folder / f"a-{number}.txt").write_text(text_record(300 + number), "utf-8")
    elif kind == "change" and here:
        file.write_text(file.read_text("utf-8") + "\nLe 3 mai 2021, Brest a voté.\n", "utf-8")
    elif kind == "remove" and here:
        file.unlink()
    elif kind == "like another" and file.exists():  # before it: the story is named for another article
        text = file.read_text("utf-8").rstrip("\n") + " Le marché ouvre samedi.\n"
        (folder / f"0-{number}.txt").write_text(text, "utf-8")
    elif kind == "rename" and here:
        file.rename(file.with_name(f"z-{number}.txt"))
    elif kind == "licence":
        source = folder / "source.yaml"
        source.write_text(source.read_text("utf-8").replace("CC0-1.0", "CC-BY-4.0"), "utf-8")
    elif kind == "gold" and file.exists():
        text = file.read_text("utf-8").partition(" ")[2].partition(" ")[2].strip()
        values = {"annotator": "un essai", "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "times": []}
        file.with_suffix(".gold.json").write_text(json.dumps(values), "utf-8")
    elif kind == "withdraw" and (root / "raw" / "depeches" / "d-5.txt").exists():
        if not (root / "raw" / "withdrawn.jsonl").exists():
            withdraw.withdraw(root, "depeches/d-5", "person", "2026-11-22", others=withdraw.Others(lambda _: "keep"))
    elif kind == "splits":
        shares = "[splits]\ntrain = 0.4\nvalidation = 0.3\ntest = 0.3\n"
        (root / "corpus.toml").write_text(f'name = "essai"\n\n{shares}', "utf-8")


ROUND = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 8)), max_size=3)


@pytest.mark.slow
@settings(max_examples=10)
@given(rounds=st.lists(ROUND, min_size=1, max_size=3))
def test_whatever_changed_a_build_over_a_preview_has_the_bytes_of_one_from_scratch(
    rounds: list[list[tuple[str, int]]],
    tmp_path_factory: pytest.TempPathFactory,
    root: Path,
    text_record: Callable[[int], str],
) -> None:
    here = tmp_path_factory.mktemp("rounds")
    shutil.copytree(root, here / "corpus")
    over(here / "corpus", here / "out")
    for edits in rounds:
        for kind, number in edits:
            edit(kind, number, here / "corpus", text_record)
        assert over(here / "corpus", here / "out") == scratch(here / "corpus", here / "fresh")
    shutil.rmtree(here)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_edit_an_addition_a_removal_and_another_order_give_the_bytes_of_a_build_from_scratch(
    root: Path, tmp_path: Path, text_record: Callable[[int], str], workers: int
) -> None:
    out = tmp_path / "out"
    over(root, out)
    for kind, number in (("change", 1), ("add", 2), ("add before all", 4), ("remove", 5), ("rename", 8)):
        edit(kind, number, root, text_record)
    pipeline.build(root, out, workers, layers=LAYERS)
    order = history.read(out).table["id"].to_pylist()
    assert order.index("depeches/a-4") < order.index("depeches/d-0")  # raw order: what stood there is no history
    assert bytes_of(out) == scratch(root, tmp_path / "fresh")


def test_what_changed_is_parsed_and_annotated_and_nothing_else(
    root: Path, tmp_path: Path, text_record: Callable[[int], str]
) -> None:
    shutil.rmtree(root / "raw" / "pages")  # what may not be passed on has lost its words, and is parsed again
    out = tmp_path / "out"
    with watched() as (parsed, annotated):
        before = over(root, out)
    assert (len(parsed), len(annotated)) == (12, 12)
    with watched() as (parsed, annotated):
        assert over(root, out) == before
    assert (parsed, annotated) == (set(), set())
    (root / "raw" / "depeches" / "a-new.txt").write_text(text_record(300), "utf-8")
    (root / "raw" / "depeches" / "d-5.txt").unlink()
    edited = root / "raw" / "depeches" / "d-7.txt"
    edited.write_text(edited.read_text("utf-8").replace("lundi", "mardi"), "utf-8")
    with watched() as (parsed, annotated):
        now = over(root, out)
    assert parsed == {"raw/depeches/a-new.txt", "raw/depeches/d-7.txt"}
    assert annotated == {"depeches/a-new", "depeches/d-7"}
    with watched() as (parsed, annotated):
        pipeline.build(root, out, layers=LAYERS, ask=BuildRequest(fresh=True))
    assert (len(parsed), len(annotated)) == (12, 12)
    assert bytes_of(out) == now


def test_annotations_without_words_are_kept_although_their_records_are_parsed_again(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = over(root, out)
    with watched() as (parsed, annotated):
        assert over(root, out) == before
    assert parsed == {f"raw/pages/p-{number}.txt" for number in range(3)}
    assert annotated == set()


def test_first_release_and_splits_of_a_preview_after_a_release_are_not_carried_on(root: Path, tmp_path: Path) -> None:
    pipeline.build(root, tmp_path / "one", layers=LAYERS, ask=request.asked("none"))
    out = tmp_path / "out"
    pipeline.build(root, out, layers=LAYERS, ask=BuildRequest(previous=history.read(tmp_path / "one")))
    assert set(history.read(out).table["first_release"].to_pylist()) == {"1.0.0"}
    assert over(root, out) == scratch(root, tmp_path / "fresh")


def test_splits_of_other_names_are_in_every_row_over_a_preview(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (root / "corpus.toml").write_text('name = "essai"\n[splits]\ntrain = 0.5\ntest = 0.5\n', "utf-8")
    over(root, out)
    settings = 'name = "essai"\n[splits]\nappris = 0.5\ntenu = 0.5\n'  # each article with those that it was with
    (root / "corpus.toml").write_text(settings, "utf-8")
    assert over(root, out) == scratch(root, tmp_path / "fresh")
    for table in ("articles", "times", "articles_masked", "times_masked"):
        for file in (out / "data" / table).iterdir():
            assert set(pq.read_table(file)["split"].to_pylist()) == {file.name.split("-")[0]}


def test_rows_of_another_schema_are_made_anew(
    root: Path, tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in root.glob("raw/*/*.txt"):
        if file.stem not in ("d-1", "p-50"):
            file.unlink()
    cached = (schema.schema, schema.validator, schema.repeated, schema._arrow_schema)  # what is read once in a process
    file = Path(shutil.copytree(repository / "schema", tmp_path / "schema")) / "time.schema.json"
    rules = json.loads(file.read_text("utf-8"))
    del rules["properties"]["role"]
    rules["required"].remove("role")
    file.write_text(json.dumps(rules), "utf-8")
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "folder", lambda: tmp_path / "schema")
        for one in cached:
            one.cache_clear()
        over(root, out)
    for one in cached:
        one.cache_clear()
    columns = pq.read_schema(next((out / "data" / "times").iterdir())).names
    assert over(root, out) == scratch(root, tmp_path / "fresh")
    now = pq.read_schema(next((out / "data" / "times").iterdir())).names
    assert {*now} - {*columns} == {"role"}


@pytest.mark.parametrize("path", ["data/articles/train-*.parquet", "history.parquet", "stories.parquet"])
def test_a_preview_that_is_damaged_is_no_cache_and_no_harm(root: Path, tmp_path: Path, path: str) -> None:
    out = tmp_path / "out"
    whole = over(root, out)
    file = next(out.glob(path))
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)
    assert over(root, out) == whole
    file.unlink()
    assert over(root, out) == whole


def test_other_layers_are_run_over_a_preview_of_fewer(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    over(root, out, ["times"])
    assert over(root, out) == scratch(root, tmp_path / "fresh")
    assert over(root, out, []) == scratch(root, tmp_path / "fresh", [])


def test_a_first_release_over_a_preview_takes_nothing_from_it(root: Path, tmp_path: Path) -> None:
    over(root, tmp_path / "out")
    for out in ("out", "fresh"):
        pipeline.build(root, tmp_path / out, layers=LAYERS, ask=request.asked("none", date="2026-11-22"))
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "fresh")
