"""Counts by whatever articles and annotations differ in are those of a naive count, of masked rows too."""

from __future__ import annotations

import csv
import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.explore import stats
from corpus.explore.stats import DIMENSIONS, MASKED, NONE, OF_RAW, SEVERAL
from corpus.formats.document import Documents
from corpus.model.problem import CorpusError, UsageError
from corpus.release.read.reader import open_release
from helpers import token_release
from helpers.planted import Rows, planted

Command = Callable[..., subprocess.CompletedProcess[str]]
FORMULA = '=HYPERLINK("https://a.example";"ici")'
PUBLICATIONS = (FORMULA, 'L\'Écho; "{de} 100 %"', None, "---\x1b[2J\u202e", "Le Petit 🗼")
ROWS = {
    "speaker": "quotations",
    "quotation": "quotations",
    "entity": "entities",
    "time": "times",
    "upos": "sentences",
}


def change(tables: dict[str, Rows]) -> None:
    """Other publications, dates that are not of one day, topics, and speakers of several names."""
    for number, article in enumerate([*tables["articles"], *tables["articles_masked"]]):
        article["publication"] = PUBLICATIONS[number % len(PUBLICATIONS)]
        spans = {1: ("2023-01-01", "2023-12-31"), 2: ("2020-01-01", "2029-12-31"), 3: ("2024-02-01", "2024-02-29")}
        if number in spans:
            article["date_earliest"], article["date_latest"] = map(datetime.fromisoformat, spans[number])
        codes = ["politique", "sport"][: number % 3]
        article["topics"] = [
            {"code": f"medtop:{place:08}", "label": code, "score": 0.5} for place, code in enumerate(codes)
        ]
    names = ("Odile Ferrand", "Mme Ferrand", "Odile Ferrand", FORMULA, None)
    for number, quotation in enumerate(tables["quotations"]):
        name = names[number % len(names)]
        quotation["speaker_name"] = name
        quotation["speaker_key"] = "odile-ferrand" if name and "Ferrand" in name else None


@pytest.fixture(scope="module")
def release(annotated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A preview of twelve articles, four of them masked, with what ``change`` plants."""
    return planted(annotated, tmp_path_factory.mktemp("stats") / "preview", change)


def rows_of(release: Path, base: str) -> Iterator[dict[str, Any]]:
    """The rows of a table and of its masked form."""
    for table in (base, f"{base}_masked"):
        for file in sorted((release / "data" / table).glob("*.parquet")):
            yield from pq.read_table(file).to_pylist()


def of_article(name: str, row: Mapping[str, Any]) -> list[str]:
    """What an article counts under."""
    first, last = row["date_earliest"], row["date_latest"]
    if name in ("month", "year") and first.year != last.year:
        return [SEVERAL]
    if name == "month":
        return [f"{first:%Y-%m}" if first.month == last.month else f"{first:%Y} (no month)"]
    if name == "topic":
        return [topic["label"] for topic in row["topics"]] or [NONE]
    return [f"{first:%Y}"] if name == "year" else [row[name] or NONE]


def of_row(name: str, row: Mapping[str, Any]) -> list[Any]:
    """What a row of annotations counts under."""
    if name == "upos":
        return list(row["upos"])
    if name == "speaker":
        named = "Odile Ferrand" if row.get("speaker_key") else row.get("speaker_name", MASKED) or NONE
        return [(named, row.get("speaker_key") or "")]
    return [row["type" if name == "entity" else "kind"]]


def naive(release: Path, names: list[str]) -> dict[tuple[Any, ...], tuple[int, int]]:
    """Rows and articles by dimensions, counted one by one."""
    articles = {row["id"]: row for row in rows_of(release, "articles")}
    table = next((ROWS[name] for name in names if name in ROWS), None)
    rows = (
        [(row, row["article"]) for row in rows_of(release, table)]
        if table
        else [(row, row["id"]) for row in articles.values()]
    )
    counts: Counter[tuple[Any, ...]] = Counter()
    within: dict[tuple[Any, ...], set[str]] = {}
    for row, article in rows:
        values = [of_row(name, row) if name in ROWS else of_article(name, articles[article]) for name in names]
        for value in product(*values):
            flat = tuple(part for one in value for part in (one if isinstance(one, tuple) else (one,)))
            counts[flat] += 1
            within.setdefault(flat, set()).add(article)
    return {value: (count, len(within[value])) for value, count in counts.items()}


@pytest.mark.parametrize(
    "names",
    [
        *([name] for name in DIMENSIONS if name != "label"),
        ["publication", "month"],
        ["speaker", "publication", "month"],
        ["topic", "speaker", "quotation"],
        ["month", "upos"],
        ["topic", "year", "source", "split", "licence"],
    ],
)
def test_counts_are_those_of_a_naive_count(release: Path, names: list[str]) -> None:
    found = stats.by(release, names)
    wanted = naive(release, names)
    rows = list(found.rows())
    keys = len(rows[0]) - (1 if found.counted == "articles" else 2)
    assert {row[:keys]: (row[keys], row[-1]) for row in rows} == wanted
    assert len(rows) == len(wanted)
    if "topic" not in names:
        assert found.total == sum(count for count, _ in wanted.values())


def test_labels_of_all_layers_stand_beside_each_other(release: Path) -> None:
    wanted = {
        f"{name} {value}": count
        for name in ("entity", "quotation", "time", "upos")
        for (value,), (count, _) in naive(release, [name]).items()
    }
    assert {row[0]: row[1] for row in stats.by(release, ["label"]).rows()} == wanted


def test_the_greatest_count_comes_first_but_months_in_their_order(release: Path) -> None:
    for name in ("publication", "entity"):
        counts = [row[1] for row in stats.by(release, [name]).rows()]
        assert counts == sorted(counts, reverse=True)
    months = [row[0] for row in stats.by(release, ["month"]).rows()]
    assert months == sorted(months)
    of_each = [row[0] for row in stats.by(release, ["publication", "month"]).rows()]
    assert of_each == sorted(of_each, key=of_each.index)


def test_what_numbers_do_not_say_is_said_in_notes(release: Path) -> None:
    said = " ".join(stats.by(release, ["speaker", "topic", "month"]).notes)
    assert "under each of them" in said
    assert "“YEAR (no month)”" in said
    assert SEVERAL in said
    assert MASKED in said
    assert stats.by(release, ["entity"]).notes == (
        "masked articles, whose words may not be passed on, are counted as all others",
    )


def test_who_is_quoted_by_publication_and_month_is_a_spreadsheet_that_computes_nothing(
    release: Path, tmp_path: Path, command: Command
) -> None:
    file = tmp_path / "who.csv"
    asked = ("stats", release, "--by", "speaker,publication", "--by", "month", "--csv", file)
    done = command(*asked, "--excel-fr")
    assert (done.returncode, done.stderr) == (0, "")
    assert "quotations in" in done.stdout
    assert file.read_bytes().startswith(b"\xef\xbb\xbfspeaker;speaker_key;publication;month;quotations;articles\r\n")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened, delimiter=";"))[1:]
    wanted = naive(release, ["speaker", "publication", "month"])
    shown = {tuple(cell.removeprefix("'").replace("\ufffd", "\x1b") for cell in row[:4]): int(row[4]) for row in rows}
    assert shown == {key: count for key, (count, _) in wanted.items()}
    assert not [cell for row in rows for cell in row if cell[:1] in [*"=+-@"]]
    taken = command(*asked)
    assert taken.returncode == 2
    assert "place-not-free" in taken.stderr


def test_a_program_gets_all_lines_and_a_person_the_first_on_a_terminal(release: Path, command: Command) -> None:
    said = json.loads(command("stats", release, "--by", "publication", "--json").stdout)
    assert (said["counted"], said["total"], len(said["rows"])) == ("articles", 12, 5)
    assert {row["publication"] for row in said["rows"]} == {one or NONE for one in PUBLICATIONS}
    shown = command("stats", release, "--by", "speaker,month,publication,upos").stderr
    assert "dimension-unknown" in shown
    shown = command("stats", release, "--by", "publication,month").stdout
    assert "\x1b" not in shown
    assert "12 articles, by publication, month" in shown


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["mood"], "'mood'"),
        ([], "'nothing'"),
        (["speaker", "entity"], "'speaker and entity'"),
        (["label", "upos"], "label"),
    ],
)
def test_what_cannot_be_counted_together_is_said(release: Path, names: list[str], found: str) -> None:
    with pytest.raises(UsageError) as raised:
        stats.by(release, names)
    [problem] = raised.value.problems
    assert problem.rule == "dimension-unknown"
    assert found in problem.found


def test_raw_records_are_counted_by_what_no_layer_finds(release: Path) -> None:
    ours = pa.concat_tables(
        pq.read_table(file, columns=list(stats.COLUMNS)) for file in sorted(release.glob("data/articles*/*.parquet"))
    )
    for name in OF_RAW:
        assert {row[0]: row[1] for row in stats.by_raw(ours, [name]).rows()} == {
            key: count for (key,), (count, _) in naive(release, [name]).items()
        }
    with pytest.raises(UsageError, match="corpus build"):
        stats.by_raw(ours, ["speaker"])


@pytest.mark.parametrize("number", [2, 3, 4])
def test_releases_of_older_formats_are_counted(number: int, repository: Path) -> None:
    release = repository / "tests" / "release" / f"format_{number}" / "release"
    found = stats.by(release, ["source", "publication", "month", "topic"])
    assert found.articles == stats.of_release(release).articles > 0
    if number == 4:
        assert stats.by(release, ["speaker"]).total == sum(1 for _ in rows_of(release, "quotations"))


def test_a_table_that_cannot_be_read_is_a_problem(release: Path, tmp_path: Path) -> None:
    damaged = planted(release, tmp_path / "damaged", lambda _tables: None)
    [file] = (damaged / "data" / "quotations").glob("*.parquet")
    content = bytearray(file.read_bytes())
    content[-200:-100] = bytes(100)
    file.write_bytes(content)
    with pytest.raises(CorpusError) as raised:
        stats.by(damaged, ["speaker"])
    assert raised.value.problems[0].rule == "release-damaged"


def test_ten_thousand_publications_are_counted_and_fifty_printed(
    command: Command, release: Path, tmp_path: Path
) -> None:
    def many(tables: dict[str, Rows]) -> None:
        [first, *_] = tables["articles"]
        tables["articles"] = [first | {"id": f"a/{n}", "publication": f"Journal {n}"} for n in range(10_000)]

    wide = planted(release, tmp_path / "wide", many)
    said = command("stats", wide, "--by", "publication,month").stdout.splitlines()
    assert len(said) < 60
    assert any("more: --csv FILE writes all" in line for line in said)
    assert stats.by(wide, ["publication"]).table.num_rows == 10_004


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("split", None, "null for split in row 2"),
        ("date_earliest", None, "null for date_earliest in row 2"),
        ("paragraphs", [None], "null for paragraphs in row 2"),
        ("paragraphs", [{"start": 0, "end": None, "role": "body"}], "null for paragraphs.end in row 2"),
        ("gold", ["times", None], "null for gold in row 2"),
    ],
)
def test_a_null_where_none_may_be_is_said_with_its_row(column: str, value: Any, said: str, tmp_path: Path) -> None:
    rows = [token_release.article("a/1", "un"), {**token_release.article("a/2", "deux"), column: value}]
    folder = token_release.write(tmp_path / "r", {"articles": [token_release.table("articles", [one]) for one in rows]})
    with pytest.raises(CorpusError, match=said) as error:
        list(Documents(open_release(folder), ()))
    assert "data/articles/train-00000-of-00001.parquet" in error.value.problems[0].file
    if column in stats.COLUMNS:
        for count in (stats.of_release, partial(stats.by, dimensions=["split", "month"])):
            with pytest.raises(CorpusError, match=said):
                count(folder)
