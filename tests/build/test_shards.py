"""Which row stands in which file: every published row once, in the order of history, wherever it is taken from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpus.build.row_index import RowIndex, index_rows
from corpus.build.shards import Placement, RowLocations, Shards, locate
from corpus.build.work_files import PartitionResult, counted, kept
from corpus.files.paths import Location
from corpus.raw.config import Settings
from corpus.release.write import parquet

Summarised = Callable[..., PartitionResult]
EARLIER = Path("earlier.parquet")
WHOLE = parquet.ReusedFile(EARLIER, "ab" * 32, (parquet.RowGroup(3, "cd" * 32, ""),))


def history_of(splits: Sequence[str]) -> pa.Table:
    """A history of records in these splits, each a story of its own."""
    ids = pa.array([f"d/{number}" for number in range(len(splits))], pa.string())
    release = pa.array(["1.0.0"] * len(splits), pa.string())
    return pa.table({"id": ids, "split": pa.array(splits, pa.string()), "story": ids, "first_release": release})


def shards(rows: RowIndex, placement: Placement, *splits: str) -> list[parquet.Shard]:
    """The files of a release with these splits."""
    settings = Settings(Path("corpus"), "corpus", "Corpus", splits=tuple((name, 1 / len(splits)) for name in splits))
    made = Shards(rows, placement, settings)
    found = list(made)
    assert len(found) == len(made)
    return found


def taken(group: parquet.Group, content: Mapping[Location, Sequence[Any]]) -> list[Any]:
    """What a row group holds, where files have this content."""
    whole = [content[piece.file][at] for piece in group.rows for at in piece.indices.tolist()]
    return whole if group.order is None else [whole[at] for at in group.order.tolist()]


ARTICLES = st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans(), st.sampled_from(["train", "test"])))
"""For each article how many rows it has in a table, whether they are kept, whether it is published, and its split."""


@given(ARTICLES, st.integers(0, 6), st.randoms(use_true_random=False))
def test_every_published_row_is_taken_once_in_the_order_of_history(
    summarised: Summarised, articles: list[tuple[int, bool, bool, str]], cut: int, random: Any
) -> None:
    total = len(articles)
    history_row_of_row = random.sample(range(total), total)
    kept_row_of_row = random.sample(range(total), total)
    in_earlier = sorted((kept_row_of_row[row], row) for row in range(total) if articles[row][1])
    content: dict[Location, list[tuple[int, int]]] = {
        EARLIER: [(row, number) for _, row in in_earlier for number in range(articles[row][0])]
    }
    first, count = np.zeros(total, np.int64), np.zeros(total, np.int64)
    for kept_row, row in in_earlier:
        count[kept_row] = articles[row][0]
        first[kept_row] = content[EARLIER].index((row, 0)) if articles[row][0] else 0
    earlier = RowLocations((EARLIER,), np.zeros(total, np.int64), first, count, (None,))
    parts = []
    for name, some in (("a", range(min(cut, total))), ("b", range(min(cut, total), total))):
        fields = {
            counted("articles"): 1,
            counted("times"): [0 if articles[row][1] else articles[row][0] for row in some],
            kept("times"): [articles[row][1] for row in some],
            "kept_row": [kept_row_of_row[row] for row in some],
            "cut": 1,
        }
        parts.append(summarised(len(some), name, ("times",), **fields))
        content[parts[-1].files.table("times")] = [
            (row, number) for row in some if not articles[row][1] for number in range(articles[row][0])
        ]
    splits = [""] * total
    for row, history_row in enumerate(history_row_of_row):
        splits[history_row] = articles[row][3]
    published = np.array([one[2] for one in articles], bool)
    rows = index_rows(parts, {"times": "time"})
    placement = Placement(
        np.array(history_row_of_row, np.int64),
        published,
        history_of(splits),
        {"times": earlier},
        np.zeros(total, bool),
    )
    found = {shard.path: shard for shard in shards(rows, placement, "train", "test")}
    in_order = sorted(range(total), key=lambda row: history_row_of_row[row])
    for split in ("train", "test"):
        chosen = [row for row in in_order if published[row] and articles[row][3] == split]
        wanted = [(row, number) for row in chosen for number in range(articles[row][0])]
        shard = found.pop(f"data/times/{split}-00000-of-00001.parquet", None)
        assert [one for group in (shard.groups if shard else ()) for one in taken(group, content)] == wanted
        if chosen:
            [group] = found.pop(f"data/articles/{split}-00000-of-00001.parquet").groups
            assert group.columns["split"].to_pylist() == [split] * len(chosen)
            assert group.columns["story"].to_pylist() == [f"d/{history_row_of_row[row]}" for row in chosen]
    assert not found


def placed(rows: RowIndex, earlier: RowLocations | None = None, overridden: Sequence[int] = ()) -> Placement:
    """All rows published in the order of raw/, all of them in the split train."""
    says_otherwise = np.zeros(len(rows), bool)
    says_otherwise[list(overridden)] = True
    known = {"articles": earlier} if earlier is not None else {}
    everything = np.ones(len(rows), bool)
    return Placement(np.arange(len(rows)), everything, history_of(["train"] * len(rows)), known, says_otherwise)


def test_rights_part_the_files_and_what_may_not_be_passed_on_is_in_none(summarised: Summarised) -> None:
    rows = index_rows([summarised(4, rights=[1, 0, 2, 1], **{counted("articles"): 1, "cut": 1})], {})
    found = {
        shard.path: [piece.indices.tolist() for group in shard.groups for piece in group.rows]
        for shard in shards(rows, placed(rows), "train")
    }
    assert found == {
        "data/articles/train-00000-of-00001.parquet": [[1]],
        "data/articles_masked/train-00000-of-00001.parquet": [[0, 3]],
    }


def test_groups_and_files_are_cut_where_the_hash_of_an_id_says_so(summarised: Summarised) -> None:
    cut = np.ones(2000, np.int32)
    cut[700], cut[1400] = parquet.GROUP_ROWS, parquet.GROUP_ROWS * parquet.FILE_GROUPS
    rows = index_rows([summarised(2000, **{counted("articles"): 1, "cut": cut})], {})
    found = {
        shard.path: [len(group.rows[0].indices) for group in shard.groups]
        for shard in shards(rows, placed(rows), "train")
    }
    assert found == {
        "data/articles/train-00000-of-00002.parquet": [700, 700],
        "data/articles/train-00001-of-00002.parquet": [600],
    }


def kept_rows(summarised: Summarised, kept_row: Sequence[int]) -> RowIndex:
    """Articles whose rows are all kept, from these rows of an earlier history."""
    return index_rows([summarised(len(kept_row), **{kept("articles"): True, "kept_row": kept_row, "cut": 1})], {})


def test_a_file_is_copied_whole_where_it_has_these_rows_and_history_says_the_same(summarised: Summarised) -> None:
    earlier = RowLocations((EARLIER,), np.zeros(3, np.int64), np.arange(3), np.ones(3, np.int64), (WHOLE,))
    same = kept_rows(summarised, [0, 1, 2])
    [shard] = shards(same, placed(same, earlier), "train")
    assert shard.same is WHOLE
    [other_story] = shards(same, placed(same, earlier, overridden=[1]), "train")
    assert other_story.same is None
    for kept_row in ([0, 1], [0, 2, 1]):  # one is gone; two changed places
        rows = kept_rows(summarised, kept_row)
        [shard] = shards(rows, placed(rows, earlier), "train")
        assert shard.same is None


def test_work_files_come_before_the_files_of_the_earlier_release(summarised: Summarised) -> None:
    earlier = RowLocations((EARLIER,), np.zeros(9, np.int64), np.arange(9) * 10, np.ones(9, np.int64), (WHOLE,))
    parts = [
        summarised(2, "a", **{counted("articles"): [1, 1]}),
        summarised(2, "b", **{counted("articles"): [0, 1], kept("articles"): [True, False], "kept_row": [7, -1]}),
    ]
    found = locate(index_rows(parts, {}), "articles", earlier)
    assert found.files == (Path("a/articles.arrow"), Path("b/articles.arrow"), EARLIER)
    assert found.whole == (None, None, WHOLE)
    assert found.file.tolist() == [0, 0, 2, 1]
    assert found.first.tolist() == [0, 1, 70, 0]
    assert found.count.tolist() == [1, 1, 1, 1]
