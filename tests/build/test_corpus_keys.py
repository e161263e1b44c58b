"""The columns of keys in a release: made from all articles, the same however it is built, and proved by verify."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corpus.build import pipeline
from corpus.build.corpus_keys import blocks_of, changed_rows, numbers_of, resolve
from corpus.build.request import BuildRequest
from corpus.build.reusable_rows import locations_of
from corpus.dedup.partitioned import Workers
from corpus.release import history
from corpus.verify import corpus_keys
from corpus.verify.verify import verify
from helpers.articles import make_corpus, source_yaml
from helpers.folders import bytes_of, rows_of

LAYERS = ("sentences", "entities", "quotations")
FULL = "Odile Kerlédan, maire de Redon, a présenté le projet. « Les travaux commencent lundi », a dit Odile Kerlédan."
BARE = "Le projet a été présenté. « Les travaux commencent lundi », a déclaré Mme Kerlédan devant les habitants."


def record(key: str, text: str) -> dict[str, str]:
    return {"id": key, "title": f"La halle de Redon, récit {key}", "date": "2023-03-01", "text": text}


def corpus_of(folder: Path, *records: dict[str, str], hidden: str = "") -> Path:
    """A corpus of these records, and of one whose text may not be passed on."""
    files = {
        "raw/libre/source.yaml": source_yaml("jsonl"),
        "raw/libre/a.jsonl": "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records),
    }
    if hidden:
        files["raw/muets/source.yaml"] = source_yaml("jsonl", "annotations")
        files["raw/muets/a.jsonl"] = json.dumps(record("tu", hidden), ensure_ascii=False) + "\n"
    return make_corpus(folder / "corpus", files)


def released(root: Path, out: Path, previous: Path | None = None, *, fresh: bool = False, workers: int = 1) -> Path:
    before = history.read(previous) if previous else None
    ask = BuildRequest(version=None, previous=before, fresh=fresh, date="2026-11-30")
    pipeline.build(root, out, workers, layers=LAYERS, ask=ask)
    return out


def keys_of(release: Path, table: str, column: str) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for row in rows_of(release, table):
        found.setdefault(row["article"], set()).add(row[column])
    return found


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of an article with a surname, and the next one, with three that give the full name."""
    folder = tmp_path_factory.mktemp("keys")
    first = corpus_of(folder / "a", record("nu", BARE))
    released(first, folder / "1")
    more = [record(f"plein{at}", f"{FULL} Note {at}.") for at in range(3)]
    released(corpus_of(folder / "b", record("nu", BARE), *more, hidden=FULL), folder / "2", folder / "1")
    released(folder / "b" / "corpus", folder / "fresh", folder / "1", fresh=True, workers=2)
    return folder


def test_another_article_tells_whom_a_surname_means(steps: Path) -> None:
    assert keys_of(steps / "1", "quotations", "speaker_key") == {"libre/nu": {None}}
    assert keys_of(steps / "2", "quotations", "speaker_key")["libre/nu"] == {"per:odile-kerledan"}
    assert "per:odile-kerledan" in keys_of(steps / "2", "entities", "entity_key")["libre/nu"]


def test_a_key_that_other_articles_changed_is_no_change_of_its_record(steps: Path) -> None:
    hashes = []
    for version in ("1", "2"):
        [row] = [row for row in history.read(steps / version).table.to_pylist() if row["id"] == "libre/nu"]
        hashes.append((row["entities_hash"], row["quotations_hash"], row["sentences_hash"]))
    assert hashes[0] == hashes[1]


def test_the_bytes_are_those_of_a_fresh_build_by_two_workers(steps: Path) -> None:
    assert bytes_of(steps / "2") == bytes_of(steps / "fresh")


def test_rows_whose_keys_stay_are_not_written_again(steps: Path, tmp_path: Path) -> None:
    found = {}
    for version in ("1", "2"):
        now = history.read(steps / version)
        assert now.release is not None
        tables = corpus_keys.tables_of(now.release)
        there = locations_of(now.release, now.table, tables, elsewhere=False, masks=False)
        stories = numbers_of(now.table["story"].combine_chunks())
        chosen = np.flatnonzero(there["articles"].count > 0)
        [block] = blocks_of(chosen, stories, there)
        answers = resolve([block], Workers(map, tmp_path))
        assert changed_rows(tmp_path, answers, block) == {}
        [alone] = blocks_of(chosen[:1], stories, there)
        found[version] = changed_rows(tmp_path, resolve([alone], Workers(map, tmp_path)), alone)
    assert found["1"] == {}
    assert [*found["2"]["entities"].articles] == [0]  # whom nobody else names any more


def test_a_month_that_nobody_knows_tells_nothing(tmp_path: Path) -> None:
    some = [{**record(key, text), "date": "2023-XX"} for key, text in (("nu", BARE), ("plein", FULL))]
    release = released(corpus_of(tmp_path, *some), tmp_path / "1")
    assert keys_of(release, "entities", "entity_key")["libre/plein"] >= {"per:odile-kerledan"}


def test_masked_tables_have_no_keys(steps: Path) -> None:
    assert rows_of(steps / "2", "entities_masked")
    for table in ("entities_masked", "quotations_masked"):
        assert not any(name.endswith("_key") for row in rows_of(steps / "2", table) for name in row)


def test_names_of_masked_articles_tell_nothing(tmp_path: Path) -> None:
    release = released(corpus_of(tmp_path, record("nu", BARE), hidden=FULL), tmp_path / "1")
    assert "kerledan" not in json.dumps(rows_of(release, "entities"))


def test_verify_makes_the_keys_again(steps: Path) -> None:
    for version in ("1", "2"):
        assert verify(steps / version).problems == []
