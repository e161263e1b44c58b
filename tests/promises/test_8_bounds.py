"""Bounds: what a record or a file may cost is said by a rule, and nothing is lost where a bound is reached."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.annotate import engine
from corpus.annotate.encoder import network
from corpus.annotate.metrics import paired
from corpus.files.strict_yaml import read_yaml
from corpus.model.problem import CorpusError, Refusals, Rejected
from corpus.parse.normalise import composed
from corpus.raw import jsonl
from helpers import articles

MakeCorpus = Callable[[Path, Mapping[str, str | bytes]], Path]
SourceYaml = Callable[..., str]


@pytest.mark.parametrize("packed", [True, False])
def test_of_a_file_of_bad_lines_the_first_are_listed_and_all_are_counted(
    tmp_path: Path,
    make_corpus: MakeCorpus,
    source_yaml: SourceYaml,
    packed: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    content = (
        b"x\n" * 5_000
        + b"\n" * 2**20
        + articles.jsonl_line(1).encode()
        + b"\n"
        + b'{"id": "a", "title": "b"}\n' * 3_000
    )
    name, file = ("a.jsonl.zst", zstandard.compress(content)) if packed else ("a.jsonl", content)
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("jsonl"), f"raw/a/{name}": file})
    report = corpus.build(root, tmp_path / "out")
    assert report.counts["a"] == {**report.counts["a"], "raw": 8_001, "rejected": 8_000, "published": 1}
    assert len(report.rejected) == 1001
    more = next(one for one in report.rejected if one.records > 1)
    assert (more.records, more.line, more.problems[0].rule) == (7_000, 1001, "problems-many")
    again = corpus.build(root, tmp_path / "out")
    assert (again.counts, again.rejected) == (report.counts, report.rejected)


def test_what_several_parts_of_a_file_count_is_added() -> None:
    listed = Refusals(lambda _: 3)
    for part in range(4):
        of_part = Refusals(lambda _: 2)
        for line in range(5):
            of_part.add(Rejected("s", "raw/s/a", 10 * part + line, ()))
        of_part.skip("s", "raw/s/a", 10 * part + 5)
        for one in of_part:
            listed.add(one)
    found = list(listed)
    assert [one.line for one in found[:3]] == [0, 1, 10]
    assert [(one.records, one.problems[0].rule) for one in found[3:]] == [(17, "problems-many"), (4, "records-unread")]
    assert listed.count == 24


def test_a_limit_of_a_source_is_raised_in_its_settings(
    tmp_path: Path, make_corpus: MakeCorpus, source_yaml: SourceYaml
) -> None:
    text = "date 2023 La halle\n\n" + "La halle de Brest rouvre lundi. " * 15_000
    for limits, rules in (("{}", ["text-too-long"]), ("{words: 200000}", [])):
        files = {"raw/a/source.yaml": source_yaml("text", limits=limits), "raw/a/1.txt": text}
        report = corpus.check(make_corpus(tmp_path / f"c{len(rules)}", files))
        assert [problem.rule for problem in report.problems] == rules


@given(st.text(st.sampled_from("aeé \n!\u0301\u0316\u0345\u05b0\u0344\u3099\u1e9b«"), max_size=200), st.integers(1, 9))
def test_composing_is_what_unicode_says(text: str, times: int) -> None:
    assert composed(text * times) == unicodedata.normalize("NFC", text * times)


def test_marks_are_composed_in_time_that_goes_with_their_number() -> None:
    assert len(composed("e" + "\u0301\u0316\u0345\u05b0" * 250_000)) == 1_000_000  # by swapping it takes hours


@pytest.mark.parametrize("pack", [zstandard.compress, lambda content: gzip.compress(content, 1)])
def test_an_archive_that_unpacks_to_more_than_text_does_is_read_no_further(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / ("a.jsonl.zst" if pack is zstandard.compress else "a.jsonl.gz")
    for unit in (b"x" * 2**20, b"x" * 9 + b"\n"):
        file.write_bytes(pack(unit * (40 * 2**20 // len(unit))))
        lines = jsonl.lines(file, 2**16, unpacked=10)
        with pytest.raises(jsonl.InflatedError):
            list(lines)


def test_a_mapping_of_settings_has_a_bounded_number_of_keys() -> None:
    assert len(read_yaml("".join(f"k{number}: 1\n" for number in range(9_000)), "a.yaml")) == 9_000
    with pytest.raises(CorpusError, match="more than 20,000 keys"):
        read_yaml("".join(f"k{number}: 1\n" for number in range(100_000)), "a.yaml")


def test_a_hint_for_a_line_of_settings_costs_no_more_than_the_line() -> None:
    with pytest.raises(CorpusError, match="yaml-invalid"):
        read_yaml("a: b\n" + " " * 400_000 + "c: d: e\n", "a.yaml")


def test_gold_with_a_thousand_faults_is_answered_with_a_hundred(
    tmp_path: Path, make_corpus: MakeCorpus, source_yaml: SourceYaml, text_record: Callable[[int], str]
) -> None:
    gold = json.dumps({"annotator": "Léa Roux", "text_sha256": "0" * 64, "entities": [{}] * 1000})
    files = {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": text_record(1), "raw/a/1.gold.json": gold}
    report = corpus.build(make_corpus(tmp_path / "c", files), tmp_path / "out")
    assert [problem.rule for problem in report.problems].count("field-missing") == 100
    assert [problem.rule for problem in report.problems].count("problems-many") == 1


span = st.tuples(st.integers(0, 12), st.integers(1, 5), st.sampled_from("ab")).map(
    lambda one: (one[0], one[0] + one[1], one[2])
)


@given(st.lists(span, max_size=12), st.lists(span, max_size=12))
def test_spans_are_paired_as_by_looking_at_each_pair(
    wanted: list[tuple[int, int, str]], found: list[tuple[int, int, str]]
) -> None:
    pairs: list[tuple[int, int]] = []
    for exact in (True, False):
        for w, one in enumerate(wanted):
            for f, other in enumerate(found):
                meets = one == other if exact else one[2] == other[2] and one[0] < other[1] and other[0] < one[1]
                if meets and w not in [pair[0] for pair in pairs] and f not in [pair[1] for pair in pairs]:
                    pairs.append((w, f))
    assert paired(wanted, found) == pairs


def test_a_long_article_is_read_in_stretches_that_say_what_the_whole_says(monkeypatch: pytest.MonkeyPatch) -> None:
    paragraph = "La maire de Brest, Odile Ferrand, a ouvert la halle lundi. Elle a remercié les commerçants."
    text = "\n\n".join([paragraph] * 30)
    [whole] = engine.docs([text])
    monkeypatch.setattr(network, "_STRETCH", 50)
    monkeypatch.setattr(network, "_BLOCK", 70)
    [parted] = engine.docs([text])
    assert parted.tags.tolist() == whole.tags.tolist()
    assert [name[:3] for name in parted.names] == [name[:3] for name in whole.names]
