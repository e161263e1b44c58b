"""Files that fuzzing found (``scripts/fuzz``): each made an exception that nobody had foreseen, or took too long."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.any_bytes import AnyBytes

FINDS = sorted((Path(__file__).parents[1] / "records" / "fuzzed").glob("*"))


@pytest.mark.parametrize("find", FINDS, ids=[find.name for find in FINDS])
def test_a_find_is_an_article_or_a_problem_that_was_foreseen(find: Path, tmp_path: Path) -> None:
    shape, _, rest = find.name.partition("-")
    AnyBytes(tmp_path, shape, f".{rest.partition('.')[2]}").check(find.read_bytes())
