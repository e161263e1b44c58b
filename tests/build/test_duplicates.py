"""Which of several records with one id, or one text, stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.build.duplicates import duplicates
from corpus.build.row_index import index_rows
from corpus.build.work_files import PartitionResult
from corpus.dedup.partitioned import Workers
from corpus.model.article import Article
from corpus.model.problem import Rejected

Partition = Callable[[Sequence[Article]], PartitionResult]


class Record(NamedTuple):
    """An invented record: the key of its id, its text, and the row of history that its id has, -1 for none."""

    key: str
    text: str
    history_row: int = -1
    source: str = "d"
    version: str | None = None
    publication: str | None = None


def judged(partition: Partition, parts: Sequence[Sequence[Record]]) -> tuple[list[bool], list[Rejected]]:
    """Which of the records of these partitions repeat another one, and the refusals."""
    articles: list[list[Article]] = []
    for part in parts:
        articles.append([])
        for record in part:
            number = sum(map(len, articles))
            names = (f"{record.source}/{record.key}", "d", "Le pont", None, None, *("2023-02-07",) * 3, "fr")
            more = (record.text, (), "CC0-1.0", "full", f"raw/d/{number}.txt", "0" * 64)
            article = Article(*names, *more, version=record.version, publication=record.publication)
            articles[-1].append(article)
    known = np.array([record.history_row for part in parts for record in part], np.int64)
    with TemporaryDirectory() as folder:
        found = duplicates(index_rows(map(partition, articles), {}), known, Workers(map, Path(folder)))
    return found.repeats.tolist(), [*found.refused, *found.superseded]


def rules(refused: Sequence[Rejected]) -> list[tuple[str, str, str]]:
    """The file, rule and finding of each refusal."""
    return [(one.file, one.problems[0].rule, one.problems[0].found) for one in refused]


def test_nothing_is_refused_where_nothing_repeats(partition: Partition) -> None:
    assert judged(partition, [[Record("a", "Un"), Record("b", "Deux")], [Record("c", "Trois")]]) == ([False] * 3, [])
    assert judged(partition, []) == ([], [])


def test_the_first_in_the_order_of_raw_stays_across_partitions(partition: Partition) -> None:
    repeats, refused = judged(partition, [[Record("a", "Un")], [Record("b", "Un"), Record("a", "Deux")]])
    assert repeats == [False, True, True]
    assert rules(refused) == [
        ("raw/d/1.txt", "content-duplicate", "the text of raw/d/0.txt"),
        ("raw/d/2.txt", "id-duplicate", "d/a, as in raw/d/0.txt"),
    ]


def test_the_one_that_history_knows_stays_wherever_it_is_filed(partition: Partition) -> None:
    repeats, refused = judged(partition, [[Record("neuf", "Un")], [Record("ancien", "Un", 5)], [Record("b", "Un", 9)]])
    assert repeats == [True, False, True]
    assert {found for _, _, found in rules(refused)} == {"the text of raw/d/1.txt"}


def test_the_same_text_in_another_source_is_no_duplicate(partition: Partition) -> None:
    assert judged(partition, [[Record("a", "Un"), Record("a", "Un", source="e")]])[0] == [False, False]


def test_an_id_is_taken_even_by_a_record_that_is_refused_for_its_text(partition: Partition) -> None:
    repeats, refused = judged(partition, [[Record("a", "Un"), Record("b", "Un"), Record("b", "Deux")]])
    assert repeats == [False, True, True]
    assert rules(refused)[1] == ("raw/d/2.txt", "id-duplicate", "d/b, as in raw/d/1.txt")


def test_the_same_text_in_two_newspapers_of_one_export_is_two_articles(partition: Partition) -> None:
    records = [Record(key, "Un", publication=name) for key, name in zip("abc", ("Phare", "Écho", "Phare"), strict=True)]
    assert judged(partition, [records])[0] == [False, False, True]


def test_of_versions_the_newest_stands_wherever_it_is_filed(partition: Partition) -> None:
    records = [
        Record("a", "Deux", 3, version="1"),
        Record("a", "Trois", 3, version="3"),
        Record("a", "Un", 3, version="2"),
    ]
    repeats, refused = judged(partition, [records[:2], records[2:]])
    assert repeats == [True, False, True]
    assert rules(refused) == [
        ("raw/d/0.txt", "version-superseded", "an older version of d/a; the newer is raw/d/1.txt"),
        ("raw/d/2.txt", "version-superseded", "an older version of d/a; the newer is raw/d/1.txt"),
    ]


def test_the_same_version_twice_is_a_duplicate(partition: Partition) -> None:
    repeats, refused = judged(partition, [[Record("a", "Un", version="1"), Record("a", "Deux", version="1")]])
    assert repeats == [False, True]
    assert [rule for _, rule, _ in rules(refused)] == ["id-duplicate"]


RECORDS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["Un", "Deux", "Trois"])).map(lambda one: Record(*one))
)


@settings(max_examples=60)
@given(RECORDS, st.integers(0, 8), st.permutations(range(8)))
def test_where_partitions_are_cut_and_records_are_filed_decides_nothing_that_history_knows(
    partition: Partition, records: list[Record], cut: int, order: list[int]
) -> None:
    kept = {key: number for number, key in enumerate("abcd")}
    known = [record._replace(history_row=kept[record.key]) for record in dict.fromkeys(records)]
    known = list({record.key: record for record in known}.values())  # an id has one row of history
    whole, _ = judged(partition, [known])
    shuffled = [known[at] for at in order if at < len(known)]
    repeats, _ = judged(partition, [shuffled[:cut], shuffled[cut:]])
    stays = {record for record, repeated in zip(known, whole, strict=True) if not repeated}
    assert {record for record, repeated in zip(shuffled, repeats, strict=True) if not repeated} == stays


@settings(max_examples=60)
@given(RECORDS)
def test_what_stays_repeats_nothing_and_what_is_refused_repeats_something(
    partition: Partition, records: list[Record]
) -> None:
    repeats, refused = judged(partition, [records])
    stays = [record for record, repeated in zip(records, repeats, strict=True) if not repeated]
    assert len(refused) == sum(repeats)
    assert len({record.key for record in stays}) == len({record.text for record in stays}) == len(stays)
    for at, repeated in enumerate(repeats):
        same_id = any(records[at].key == one.key for one in records[:at])
        same_text = any(
            records[at].text == one.text for one, gone in zip(records[:at], repeats[:at], strict=True) if not gone
        )
        assert repeated == (same_id or same_text)
