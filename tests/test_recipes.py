"""The recipes for other programs run as they are written, and find what a naive count finds."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus.model.schema import arrow_schema

PAGE = (Path(__file__).parents[1] / "schema" / "recipes.md").read_text("utf-8")
CODE = {
    heading: (language, code)
    for heading, language, code in re.findall(r"^## (\w+)\n.*?```(\w+)\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
}


@pytest.fixture(scope="module")
def wanted(annotated: Path) -> list[tuple[str, str, str, str]]:
    """Months, keys, names and counts of those who are quoted, in the order of the recipes."""
    dates = {
        row["id"]: f"{row['date_earliest']:%Y-%m}" for row in pq.read_table(annotated / "data" / "articles").to_pylist()
    }
    rows = pq.read_table(annotated / "data" / "quotations").to_pylist()
    named = [(dates[row["article"]], row["speaker_key"]) for row in rows if row["speaker_key"]]
    names = {row["speaker_key"]: row["speaker_name"] for row in rows}
    counted = sorted(Counter(named).items(), key=lambda one: (one[0][0], -one[1], one[0][1]))
    return [(month, key, names[key], str(count)) for (month, key), count in counted]


@pytest.mark.parametrize("program", ["DuckDB", "Polars"])
def test_a_recipe_opens_a_release_joins_two_tables_and_says_who_is_quoted_by_month(
    program: str,
    annotated: Path,
    wanted: list[tuple[str, str, str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "preview").symlink_to(annotated)
    monkeypatch.chdir(tmp_path)
    language, code = CODE[program]
    assert language == "python"
    exec(compile(code, "schema/recipes.md", "exec"), {})  # noqa: S102  # what stands on a page of ours
    with (tmp_path / "who.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["month"], row["speaker_key"], row["speaker"], row["quotations"]) for row in rows] == wanted
    first = pq.read_table(annotated / "data" / "entities").to_pylist()[0]
    printed = capfd.readouterr().out
    assert first["text"] in printed
    assert "│" in printed


def test_the_recipe_for_r_names_columns_that_there_are_and_is_said_not_to_run() -> None:
    language, code = CODE["R"]
    assert language == "r"
    assert "not run in our tests" in PAGE
    known = {name for table in ("articles", "entities", "quotations") for name in arrow_schema(table).names}
    used = {"id", "title", "text", "article", "index", "start", "end", "type"}
    used |= {"date_earliest", "date_latest", "speaker_key", "speaker_name"}
    assert used <= known
    assert all(re.search(rf"\b{name}\b", code) for name in used)
