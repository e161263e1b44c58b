"""Promise 4: a record never changes split, and no two published articles of different splits share a text.

They share one where they are near-duplicates, or where one holds .8 of the shingles of another of 40 words or more.
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.build import pipeline
from corpus.build.report import Report
from corpus.build.request import BuildRequest
from corpus.release import history
from corpus.release.read.reader import open_release
from helpers.articles import body, jsonl, jsonl_line, make_corpus, source_yaml

WORDS = (
    *("halle", "pont", "phare", "école", "port", "gare", "marché", "digue", "conseil", "région", "budget", "tempête"),
    *("bateau", "musée", "orgue", "sentier"),
)


def text(family: int, variant: int) -> str:
    """An invented article of a family; variants differ by a few words, families share no three in a row."""
    words = [f"{WORDS[(family * 7 + place * place) % 16]}{family}{place}" for place in range(90)]
    for place in range(variant % 4):
        words[20 + 15 * place] = f"autre{variant}"
    body = " ".join(words)
    return f"date 2023-0{variant % 9 + 1} Le conseil de la commune {family} a voté\n\nLa commune a voté, {body}.\n"


def rows(folder: Path) -> dict[str, dict[str, str]]:
    """The published articles by id."""
    files = sorted((folder / "data" / "articles").glob("*.parquet"))
    found = [row for file in files for row in pq.read_table(file).to_pylist()]
    return {row["id"]: row for row in found}


def jaccard(one: str, other: str) -> float:
    """Of the sets of three words that follow each other."""
    sets = [{tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in (one.split(), other.split())]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty source."""
    (tmp_path / "corpus" / "raw" / "essai").mkdir(parents=True)
    (tmp_path / "corpus" / "raw" / "essai" / "source.yaml").write_text(source_yaml("text"), "utf-8")
    (tmp_path / "corpus" / "corpus.toml").write_text('name = "essai"\n[splits]\ntrain = 0.5\ntest = 0.5\n', "utf-8")
    return tmp_path / "corpus"


def build(root: Path, out: Path, previous: Path | None, version: str | None = None) -> Report:
    """The next version."""
    before = history.read(previous) if previous else None
    return pipeline.build(root, out, layers=[], ask=BuildRequest(version=version, previous=before))


@pytest.mark.slow
@settings(max_examples=10)
@given(
    steps=st.lists(
        st.lists(st.tuples(st.sampled_from("aaaxce"), st.integers(0, 5), st.integers(0, 8)), min_size=1, max_size=4),
        min_size=2,
        max_size=4,
    )
)
def test_splits_stay_and_never_leak_over_any_sequence_of_additions_and_edits(
    steps: list[list[tuple[str, int, int]]], root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here = tmp_path_factory.mktemp("steps")
    folder = root / "raw" / "essai"
    for file in folder.glob("*.txt"):
        file.unlink()
    splits: dict[str, str] = {}
    previous = None
    for number, step in enumerate(steps):
        for kind, family, variant in step:
            name = folder / f"{kind}{family}-{variant}.txt"
            match kind:
                case "a" | "c":
                    name.write_text(text(family, variant), "utf-8")
                case "e" if edited := sorted(folder.glob("a*.txt")):
                    edited[variant % len(edited)].write_text(text(family, variant), "utf-8")
                case "x" if gone := sorted(folder.glob("*.txt")):
                    gone[variant % len(gone)].unlink()
                case _:
                    pass
        out = here / f"v{number}"
        report = build(root, out, previous)
        published = rows(out)
        for identity, row in published.items():
            assert splits.setdefault(identity, row["split"]) == row["split"]
        for one in published.values():
            for other in published.values():
                assert one["split"] == other["split"] or jaccard(one["text"], other["text"]) < 0.8
        counts = report.counts["essai"]
        assert counts["raw"] == counts["published"] + counts["withheld"] + counts["rejected"]
        assert counts["withheld"] == len(report.held)
        assert json.loads((out / "leaks.json").read_text("utf-8"))["pairs_found"] == 0
        previous = out


def test_a_dispatch_and_the_articles_that_reprint_it_are_one_story(root: Path, tmp_path: Path) -> None:
    """Of preview and release alike, and whether they come at once or one after the other."""
    dispatches = {family: text(family, 0).partition("\n\n")[2].strip() for family in (0, 1, 2, 4, 5)}
    for family, dispatch in dispatches.items():
        (root / "raw" / "essai" / f"a{family}.txt").write_text(text(family, 0), "utf-8")
        longer = f"{text(family + 20, 0)}\n{text(family + 40, 0).partition(chr(10) * 2)[2]}\n{dispatch}\n"
        (root / "raw" / "essai" / f"b{family}.txt").write_text(longer, "utf-8")
    pipeline.build(root, tmp_path / "preview", layers=[])
    build(root, tmp_path / "first", None)
    for out in (tmp_path / "preview", tmp_path / "first"):
        published = rows(out)
        assert all(published[f"essai/b{family}"]["story"] == f"essai/a{family}" for family in dispatches)
        assert all(published[f"essai/b{one}"]["split"] == published[f"essai/a{one}"]["split"] for one in dispatches)
    late = root / "raw" / "essai" / "c0.txt"
    late.write_text(f"{text(60, 0)}\n{text(61, 0).partition(chr(10) * 2)[2]}\n{dispatches[0]}\n", "utf-8")
    report = build(root, tmp_path / "second", tmp_path / "first")
    assert not report.held
    assert rows(tmp_path / "second")["essai/c0"]["story"] == "essai/a0"
    bridge = root / "raw" / "essai" / "d.txt"
    split_of = {family: rows(tmp_path / "first")[f"essai/a{family}"]["split"] for family in dispatches}
    other = next(family for family in dispatches if split_of[family] != split_of[0])
    bridge.write_text(f"{text(62, 0)}\n{dispatches[0]}\n\n{dispatches[other]}\n", "utf-8")
    [held] = build(root, tmp_path / "third", tmp_path / "second").held
    assert held.problems[0].found.count("of the shorter") == 2


def of_two_splits(root: Path, tmp_path: Path) -> tuple[Path, tuple[int, int]]:
    """A release with two articles in different splits, and their families."""
    for family in range(8):
        (root / "raw" / "essai" / f"a{family}.txt").write_text(text(family, 0), "utf-8")
    build(root, tmp_path / "first", None)
    splits = {family: rows(tmp_path / "first")[f"essai/a{family}"]["split"] for family in range(8)}
    train = next(family for family, split in splits.items() if split == "train")
    test = next(family for family, split in splits.items() if split == "test")
    return tmp_path / "first", (train, test)


def test_an_article_that_joins_a_story_takes_its_name_and_split(root: Path, tmp_path: Path) -> None:
    first, families = of_two_splits(root, tmp_path)
    for family in families:
        (root / "raw" / "essai" / f"zz{family}.txt").write_text(text(family, 1), "utf-8")
    build(root, tmp_path / "second", first)
    found = rows(tmp_path / "second")
    for family in families:
        assert found[f"essai/zz{family}"]["story"] == f"essai/a{family}"
        assert found[f"essai/zz{family}"]["split"] == found[f"essai/a{family}"]["split"]


def test_an_edit_that_would_link_two_splits_is_held_back_and_comes_in_when_it_may(root: Path, tmp_path: Path) -> None:
    first, (train, test) = of_two_splits(root, tmp_path)
    edited = root / "raw" / "essai" / f"a{test}.txt"
    before = edited.read_text("utf-8")
    edited.write_text(text(train, 2), "utf-8")
    report = build(root, tmp_path / "second", first)
    assert [refusal.problems[0].rule for refusal in report.held] == ["story-bridges-splits"]
    assert f"essai/a{train} in train" in report.held[0].problems[0].found
    assert f"essai/a{test}" not in rows(tmp_path / "second")
    states = {row["id"]: row["state"] for row in history.of_release(open_release(tmp_path / "second")).to_pylist()}
    assert states[f"essai/a{test}"] == "withheld"
    edited.write_text(before, "utf-8")
    build(root, tmp_path / "third", tmp_path / "second")
    back = rows(tmp_path / "third")[f"essai/a{test}"]
    assert (back["split"], back["first_release"]) == ("test", "1.0.0")


@pytest.mark.slow
def test_a_first_release_holds_nothing_back_and_one_of_the_same_records_is_the_same(tmp_path: Path) -> None:
    """Where hundreds of records share a template, each is compared with some: which ones hangs on the records alone."""
    lines = (
        jsonl_line(number, *body(number + 10_000), *body(number + 20_000), "x" * 3600) for number in range(1000, 2500)
    )
    files = {"raw/essai/source.yaml": source_yaml("jsonl"), "raw/essai/a.jsonl": jsonl(lines)}
    root = make_corpus(tmp_path / "corpus", files)
    first = build(root, tmp_path / "1", None)
    second = build(root, tmp_path / "2", tmp_path / "1")
    assert not first.held
    assert not second.held
    assert first.total("published") == 1500
    assert rows(tmp_path / "2") == rows(tmp_path / "1")
