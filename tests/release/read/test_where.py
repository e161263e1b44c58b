"""Articles by a condition in SQL: only they, only what may be read, and an error that a person can use."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model.problem import UsageError
from corpus.release.read.reader import open_release
from corpus.release.read.where import articles_where
from helpers.folders import rows_of


def test_the_articles_for_which_it_holds_come_in_the_order_of_the_release(mixed_release: Path) -> None:
    release = open_release(mixed_release)
    rows = [
        row
        for split in release.manifest["tables"]["articles"]
        for row in rows_of(mixed_release, "articles")
        if row["split"] == split
    ]
    found = articles_where(
        release, "word_count > 1000 or title like 'À Brest%' -- le reste", ("id", "title")
    ).to_pylist()
    wanted = [row for row in rows if row["word_count"] > 1000 or row["title"].startswith("À Brest")]
    assert found == [{"id": row["id"], "title": row["title"]} for row in wanted]
    assert 0 < len(found) < len(rows)
    assert articles_where(release, None).num_rows == len(rows)
    assert articles_where(release, "split = 'train'", split="test").num_rows == 0
    assert articles_where(release, None, split="no such split").to_pylist() == []


@pytest.mark.parametrize(
    "condition",
    [
        "titre = 'x'",
        "title = 'x",
        "title",
        "",
        "1 = 1; drop table articles",
        "1 = 1); copy articles to 'copie.csv",
        "id in (select id from read_csv('/etc/passwd'))",
        "id in (select * from '/etc/hosts')",
        "id in (select id from release)",
    ],
)
def test_what_is_no_condition_over_articles_is_refused(condition: str, mixed_release: Path) -> None:
    release = open_release(mixed_release)
    with pytest.raises(UsageError) as refused:
        articles_where(release, condition)
    [problem] = refused.value.problems
    assert problem.rule == "where-invalid"
    assert "\n" not in problem.found
