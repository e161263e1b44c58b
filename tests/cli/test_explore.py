"""What people see who list and search a release."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from corpus.cli import main
from corpus.cli.common import Styled
from corpus.cli.concordance_view import columns_of, lines
from corpus.explore.hits import Line
from helpers import articles, token_release
from helpers.token_release import tokens


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of four articles, one of which is masked."""
    texts = {
        "a/1": [tokens("La/le/DET grève/grève/NOUN continue/continuer/VERB à/à/ADP Brest/Brest/PROPN")],
        "a/2": [tokens("=1+1/=1+1/X la/le/DET grève/grève/NOUN dure/durer/VERB encore/encore/ADV")],
        "b/3": [tokens("la/le/DET grève/grève/NOUN dure/durer/VERB encore/encore/ADV à/à/ADP 東京/東京/PROPN")],
    }
    about = {
        "a/1": {"publication": "La Gazette", "date": "2024-03-12"},
        "a/2": {"publication": "Le Phare", "date": "2024-04-02"},
        "b/3": {"publication": "Le Phare", "date": "2024-04-03"},
    }
    masked = [token_release.article("m/4", "Zorvexquin", publication="Le Muet")]
    folder = tmp_path_factory.mktemp("press") / "release"
    token_release.release(folder, texts, about, articles_masked=masked)
    return folder


def run(*words: str | Path, columns: int = 80) -> str:
    """What a command prints."""
    done = CliRunner(env={"COLUMNS": str(columns)}).invoke(main, list(map(str, words)))
    assert done.exit_code == 0, done.output
    return done.output


def test_articles_are_listed_with_what_is_open_of_masked_ones(press: Path) -> None:
    assert run("list", press).splitlines() == [
        "a/1  2024-03-12  La Gazette  La grève continue à ",
        "a/2  2024-04-02  Le Phare    =1+1 la grève dure e",
        "b/3  2024-04-03  Le Phare    la grève dure encore",
        "m/4  2024-03-12  Le Muet     (masked)",
        "4 articles",
    ]
    assert "Zorvexquin" not in run("list", press, "--json") + run("list", press, "--csv", "-")
    assert json.loads(run("list", press, "--publication", "le muet", "--json")) == {
        "total": 1,
        "dated_loosely": 0,
        "articles": [
            {**dict.fromkeys(("section", "url", "title")), "masked": True, "language": "", "story": "", "word_count": 0,
             "id": "m/4", "date": "2024-03-12", "source": "m", "publication": "Le Muet", "split": "train"}
        ],
    }  # fmt: skip


def test_a_list_is_cut_and_filtered_and_says_how_many_there_are(press: Path) -> None:
    assert run("list", press, "--limit", "1", "--where", "publication = 'Le Phare'").endswith(
        "2 articles, the first 1 of them listed\n"
    )
    assert run("list", press, "--from", "2024-04", "--text", "tokyo") == "0 articles\n"


def test_the_raw_corpus_is_listed_without_a_release(tmp_path: Path) -> None:
    files = {"raw/a/source.yaml": articles.source_yaml("text"), "raw/a/1.txt": articles.text_record(1)}
    root = articles.make_corpus(tmp_path / "c", files)
    assert run("list", "--root", root, "--workers", "1").endswith(f"{articles.title(1)}\n1 article\n")
    done = CliRunner().invoke(main, ["list", "--root", str(root), "--speaker", "Odile", "--workers", "1"])
    assert done.exit_code == 2
    assert "corpus build" in done.output


def test_hits_stand_one_under_the_other_at_the_keyword(press: Path) -> None:
    assert run("search", "grève", press, "--sort", "right", columns=40).splitlines() == [
        "             La grève continue à Brest",
        "        =1+1 la grève dure encore",
        "             la grève dure encore à …",
        "3 hits in 3 articles",
        "not searched: 1 article whose text may not be passed on",
    ]
    first = run("search", "dure encore", press, columns=110).splitlines()[0]
    assert columns_of(first) <= 110
    assert first.endswith("  a/2")


def test_the_help_says_what_of_cqp_there_is() -> None:
    shown = " ".join(run("search", "--help").split())
    for said in ("as long as its pattern allows, and no two overlap", "no labels (a:[] :: ...), no tags (<s>), no MU"):
        assert said in shown


def test_nothing_found_says_what_is_like_it(press: Path) -> None:
    assert "no lemma is greve; there is grève" in run("search", '[lemma="greve"]', press)


def test_pages_counts_and_collocations(press: Path) -> None:
    assert "2 to 2 of 3: --offset 2 shows more" in run("search", "grève", press, "--limit", "1", "--offset", "1")
    counts = run("search", '[lemma="grève"]', press, "--count-by", "publication").splitlines()
    assert counts[:3] == [
        "hits  articles  per million  publication",
        "   2         2    181,818.2  Le Phare",
        "   1         1    200,000.0  La Gazette",
    ]
    found = json.loads(run("search", "grève", press, "--collocations", "lemma", "--json"))
    assert [one["word"] for one in found["collocations"]] == []
    assert (found["total"], found["articles"], found["masked"], found["measure"]) == (3, 3, 1, "log-likelihood")
    assert "counts under each of them" in run("search", "grève", press, "--count-by", "topic")
    drawn = json.loads(run("search", "[]", press, "--random", "4", "--context", "1", "--json"))
    assert (drawn["total"], len(drawn["hits"])) == (16, 4)


def test_a_page_says_what_is_before_and_behind_it(press: Path) -> None:
    def page(*words: str) -> list[str]:
        return [
            line for line in run("search", "grève", press, *words).splitlines() if "--offset" in line or " to " in line
        ]

    assert page() == []
    assert page("--limit", "1") == ["1 to 1 of 3: --offset 1 shows more"]
    assert page("--offset", "2") == ["3 to 3 of 3"]
    assert page("--offset", "3") == ["nothing is behind --offset 3: there are 3"]
    assert page("--random", "2", "--limit", "1") == ["1 to 1 of 2: --offset 1 shows more"]
    assert "--csv FILE all" not in run("search", "[]", press, "--limit", "2")


def test_articles_that_are_dated_loosely_are_counted(tmp_path: Path) -> None:
    about = {
        "a/1": {"date": "2023"},
        "a/2": {"date": "2023-05"},
        "a/3": {"date": "2023-05-04"},
        "a/4": {"date": "2022"},
    }
    made = token_release.release(tmp_path / "r", {name: [tokens("mot")] for name in about}, about)
    note = "articles are dated less precisely than --from or --to"
    for command in (("list",), ("search", "mot")):
        for bounds, count in ((("--from", "2023-05-03"), 2), (("--to", "2023-05"), 1), (("--from", "2023"), 0)):
            assert json.loads(run(*command, made, "--json", *bounds))["dated_loosely"] == count
        done = CliRunner().invoke(main, [*command, str(made), "--from", "2023-05-03", "--csv", "-"])
        assert f"note: 2 {note}" in done.stderr
        assert len(list(csv.reader(StringIO(done.stdout)))) == 4
        assert note not in CliRunner().invoke(main, [*command, str(made)]).stderr
    assert "note: 1 article is dated" in run("search", "mot", made, "--to", "2023-05")


def test_what_others_wrote_is_text_in_a_workbook_and_exact_in_csv(press: Path, tmp_path: Path) -> None:
    book, file = tmp_path / "hits.xlsx", tmp_path / "hits.csv"
    run("search", '[word="=.*"] "la"', press, "--xlsx", book, "--csv", file)
    [header, *rows] = list(csv.reader(StringIO(file.read_text("utf-8"))))
    assert header == list(Line._fields)
    assert [row[header.index("keyword")] for row in rows] == ["=1+1 la"]
    cell = load_workbook(book)["hits"].cell(2, header.index("keyword") + 1)
    assert (cell.value, cell.data_type) == ("=1+1 la", "s")
    assert run("search", '[word="=.*"]', press, "--csv", "-").splitlines()[1].startswith("a/2,0,4,0,,=1+1,")


def test_wrong_usage_is_said(press: Path) -> None:
    assert run("search", "-t-il", press).startswith("0 hits")
    for words, said in (
        (("grève", press, "--sorted", "right"), "unexpected extra argument"),
        (("grève", press, "--count-by", "x"), "value-unknown"),
        (("grève", press, "--sort", "x"), "value-unknown"),
        (("[", press), "query-invalid"),
        (("grève", press, "--count-by", "word", "--collocations", "word"), "--count-by or for --collocations"),
        (("grève", press, "--window", "5"), "go with --collocations"),
        (("grève", press, "--measure", "mi", "--count-by", "word"), "go with --collocations"),
        (("grève", press, "--sort", "left", "--count-by", "word"), "are for hits"),
        (("grève", press, "--context", "3", "--collocations", "word"), "are for hits"),
        (("grève", press, "--seed", "3"), "goes with --random"),
        (("grève", press, "--json", "--csv", "-"), "--json or for files"),
    ):
        done = CliRunner().invoke(main, ["search", *map(str, words)])
        assert done.exit_code == 2
        assert said in done.output


parts = st.text(alphabet="aé œ東\u0301\u200d👩\n\t…«’\u202e", max_size=30)


@given(st.lists(st.tuples(parts, parts, parts), max_size=4), st.integers(1, 130))
def test_no_line_is_wider_than_the_terminal_and_keywords_begin_at_one_column(
    hits: list[tuple[str, str, str]], width: int
) -> None:
    found = list(lines([Line("a/1", 0, 1, 0, *one, "", "", "", "", "", "") for one in hits], width))
    begins = set()
    for shown in found:
        texts = [part.text if isinstance(part, Styled) else part for part in shown]
        assert columns_of("".join(texts).rstrip(" ")) <= max(width, 12)
        begins.add(columns_of(texts[0]))
    assert len(begins) <= 1
