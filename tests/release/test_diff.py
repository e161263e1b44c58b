"""What two releases do not share: exactly the edits that were made, however the rows are cut and ordered."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import schema
from corpus.model.arrow import batch_of
from corpus.model.problem import CorpusError
from corpus.raw.config import Settings
from corpus.release import diff as comparing
from corpus.release import history
from corpus.release.changes import KINDS, Reason, TableChange, compare, level
from corpus.release.diff import differ
from corpus.release.format import HISTORY
from corpus.release.read.reader import Release, open_release
from corpus.release.row_hash import record_hashes
from corpus.release.write import manifest
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Group, Rows, Shard, write

Row = dict[str, Any]
Command = Callable[..., subprocess.CompletedProcess[str]]
DAY = "2024-05-06"


def article(identity: str, **values: Any) -> Row:
    """An invented row of the articles table."""
    row: Row = {
        "id": identity,
        "split": "train",
        "source": identity.partition("/")[0],
        "url": None,
        "title": f"Le marché de {identity} rouvre",
        "byline": None,
        "authors": [],
        "publication": None,
        "section": None,
        "page": None,
        "version": None,
        "date": "2024-05-06",
        "date_earliest": DAY,
        "date_latest": DAY,
        "language": "fr",
        "text": f"Le marché de {identity} rouvre.",
        "paragraphs": [{"start": 0, "end": 9, "role": "title"}, {"start": 10, "end": 20, "role": "body"}],
        "licence": "CC0-1.0",
        "redistribution": "full",
        "story": identity,
        "word_count": 5,
        "topics": [],
        "main_topic": None,
        "main_topic_label": None,
        "keywords": ["marché"],
        "letter_share": None,
        "repeated_line_share": 0.0,
        "mean_word_length": 4.5,
        "gold": [],
        "raw_path": f"raw/{identity}.txt",
        "raw_sha256": "0" * 64,
        "text_sha256": "1" * 64,
        "record_sha256": "2" * 64,
        "first_release": "1.0.0",
    }
    return row | values


def entity(identity: str, index: int, **values: Any) -> Row:
    """An invented row of the entities table."""
    row: Row = {
        "article": identity,
        "index": index,
        "split": "train",
        "source": "a",
        "publication": None,
        "date": "2024-05-13",
        "role": "body",
        "entity": f"e{index + 1}",
        "start": 3 * index,
        "end": 3 * index + 2,
        "text": "la",
        "type": "LOC",
        "name": "la",
        "link": None,
        "entity_key": None,
        "confidence": 0.5,
        "link_confidence": None,
        "annotator": "entities 1.0",
        "status": "silver",
    }
    return row | values


def identities(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by the id of their record."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get("id") or row["article"], []).append(row)
    return found


def release(
    folder: Path, tables: Mapping[str, Sequence[Row]], groups: int = 3, *, past: bool = True, version: str = "1.0.0"
) -> Release:
    """A release folder of these rows, ``groups`` rows in each row group, two groups in each file.

    Articles say their own split; annotations stand in that of their article. ``past`` adds the history.
    """
    folder.mkdir(parents=True)
    split_of = {row["id"]: row["split"] for name in tables if name.startswith("articles") for row in tables[name]}
    written = []
    for name, rows in tables.items():
        kind = schema.arrow_schema(name)
        for split in sorted({split_of[row.get("id") or row["article"]] for row in rows}):
            here = [{**row, "split": split} for row in rows if split_of[row.get("id") or row["article"]] == split]
            work = folder.parent / f"{folder.name}-{name}-{split}.arrow"
            batch = batch_of(here, kind)
            with pa.OSFile(str(work), "wb") as sink, pa.ipc.new_file(sink, kind) as stream:
                stream.write_batch(batch)
            starts = range(0, len(here), groups)
            pieces = [Group((Rows(work, np.arange(at, min(at + groups, len(here)))),)) for at in starts]
            files = [pieces[at : at + 2] for at in range(0, len(pieces), 2)]
            for number, some in enumerate(files):
                path = f"data/{name}/{split}-{number:05}-of-{len(files):05}.parquet"
                written.append(write(Shard(path, schema.TABLES[name.removesuffix("_masked")], tuple(some)), folder))
    others = {}
    if past:
        history.write(history_of(tables), folder / HISTORY)
        others[HISTORY] = manifest.described(folder / HISTORY)
    metadata = ReleaseMetadata(Settings(folder, "essai", "Essai"), {}, version, {"a": {"raw": 0, "published": 0}})
    (folder / "MANIFEST.json").write_bytes(manifest.dump(manifest.manifest(metadata, written, others)))
    return open_release(folder)


def history_of(tables: Mapping[str, Sequence[Row]]) -> pa.Table:
    """The history that the contract asks for, of a release of these rows."""
    articles = [row for name in tables if name.startswith("articles") for row in tables[name]]
    columns: dict[str, pa.Array] = {
        "id": pa.array([row["id"] for row in articles], pa.string()),
        "order": pa.array(range(len(articles)), pa.int64()),
        **{
            name: pa.array([row[name] for row in articles], pa.string()) for name in ("first_release", "story", "split")
        },
        "state": pa.array(["published"] * len(articles), pa.string()),
        "gold_sha256": pa.array([""] * len(articles), pa.string()),
    }
    for base in dict.fromkeys(name.removesuffix("_masked") for name in tables):
        hashes = {}
        for name in {base, f"{base}_masked"} & set(tables):
            kind = schema.arrow_schema(name)
            for one, rows in identities(tables[name]).items():
                table = pa.Table.from_batches([batch_of(rows, kind)])
                hashes[one] = int(record_hashes(name, table, np.array([len(rows)]))[0])
        columns[f"{base}_hash"] = pa.array([hashes.get(row["id"], 0) for row in articles], pa.int64())
    return pa.table(columns)


def small() -> dict[str, list[Row]]:
    """Eleven articles in two splits, with zero to two entities each."""
    articles = [article(f"a/{number:02}", split="test" if number % 4 == 3 else "train") for number in range(11)]
    entities = [entity(row["id"], index) for place, row in enumerate(articles) for index in range(place % 3)]
    return {"articles": articles, "entities": entities}


Edit = tuple[str, str, int | None, str, frozenset[str]]


def found_in(old: Release, new: Release) -> set[Edit]:
    """The changes between two releases, as (table, id, index, kind, fields)."""
    found = list(comparing.changes(old, new))
    edits = {(one.table, one.id, one.index, one.kind, frozenset(one.fields)) for one in found}
    assert len(edits) == len(found)
    return edits


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The small release."""
    return release(tmp_path_factory.mktemp("base") / "old", small())


def edited(tmp_path: Path, edit: Callable[[dict[str, list[Row]]], None], groups: int = 3) -> Release:
    """The small release after an edit."""
    tables = small()
    edit(tables)
    return release(tmp_path / "new", tables, groups, version="2.0.0")


def test_a_release_and_itself_do_not_differ(base: Release) -> None:
    found = comparing.diff(base, base)
    assert found.same
    assert found.tables == {"articles": TableChange(), "entities": TableChange()}


@pytest.mark.parametrize("groups", [1, 2, 3, 5, 100])
def test_how_rows_are_cut_is_no_difference(base: Release, tmp_path: Path, groups: int) -> None:
    assert comparing.diff(base, release(tmp_path / "new", small(), groups)).same


def test_the_order_of_rows_is_no_difference(base: Release, tmp_path: Path) -> None:
    def turn(tables: dict[str, list[Row]]) -> None:
        for rows in tables.values():
            rows.reverse()

    assert comparing.diff(base, edited(tmp_path, turn)).same


def test_what_only_history_or_programs_note_is_no_difference(base: Release, tmp_path: Path) -> None:
    def note(tables: dict[str, list[Row]]) -> None:
        tables["articles"][1] |= {"first_release": "0.5.0", "raw_path": "raw/elsewhere.txt"}
        for row in tables["entities"]:
            row |= {
                "annotator": "entities 2.0",
                "source": "b",
                "publication": "Le Môle",
                "date": "2024",
                "role": "title",
            }

    for groups in (3, 4):
        assert comparing.diff(base, edited(tmp_path / str(groups), note, groups)).same


def test_the_annotator_of_gold_is_a_value(tmp_path: Path) -> None:
    before, now = small(), small()
    before["entities"][2] |= {"status": "gold", "annotator": "Odile"}
    now["entities"][2] |= {"status": "gold", "annotator": "Maël"}
    now["entities"][4] |= {"status": "gold", "annotator": "Maël"}
    key = [(row["article"], row["index"]) for row in now["entities"]]
    found = found_in(release(tmp_path / "old", before), release(tmp_path / "new", now))
    assert found == {
        ("entities", *key[2], "changed", frozenset({"annotator"})),
        ("entities", *key[4], "changed", frozenset({"annotator", "status"})),
    }


@pytest.mark.parametrize("groups", [3, 4])
def test_values_of_both_sides_are_given(base: Release, tmp_path: Path, groups: int) -> None:
    def edit(tables: dict[str, list[Row]]) -> None:
        tables["articles"][4] |= {"title": "Autre", "text": "Autre texte.", "text_sha256": "f" * 64}
        tables["articles"][5]["story"] = "a/00"
        del tables["articles"][8]
        tables["entities"] = [row for row in tables["entities"] if row["article"] != "a/08"]
        tables["articles"].append(article("a/99"))

    new = edited(tmp_path, edit, groups)
    seen = {one.id: one for one in comparing.changes(base, new) if one.table == "articles"}
    before = {row["id"]: row for row in small()["articles"]}
    assert seen["a/04"].old == {name: before["a/04"][name] for name in ("title", "text_sha256", "text")}
    assert seen["a/04"].new == {"title": "Autre", "text_sha256": "f" * 64, "text": "Autre texte."}
    assert seen["a/05"].as_json() == {
        "table": "articles", "id": "a/05", "kind": "changed", "fields": ["story"],
        "old": {"story": "a/05"}, "new": {"story": "a/00"},
    }  # fmt: skip
    assert seen["a/08"].old == before["a/08"]
    assert seen["a/99"].new == article("a/99")
    assert len(seen) == 4
    assert all(not one.old and not one.new for one in comparing.changes(base, new, values=False))
    found = comparing.diff(base, new)
    assert found.tables["articles"] == TableChange(1, 1, 2, {"title": 1, "text_sha256": 1, "text": 1, "story": 1})
    assert found.reasons == (
        Reason("record-removed", "articles", 1, ("a/08",)),
        Reason("story-moved", "articles", 1, ("a/05",)),
        Reason("value-changed", "articles", 1, ("a/04",)),
        Reason("record-added", "articles", 1, ("a/99",)),
    )


def test_a_split_that_moved_is_a_change_of_the_article_alone(base: Release, tmp_path: Path) -> None:
    def move(tables: dict[str, list[Row]]) -> None:
        tables["articles"][2]["split"] = "validation"

    assert found_in(base, edited(tmp_path, move)) == {("articles", "a/02", None, "changed", frozenset({"split"}))}


def test_a_table_that_only_one_has_is_named_and_its_rows_are_given(base: Release, tmp_path: Path) -> None:
    alone = release(tmp_path / "new", {"articles": small()["articles"]})
    total = len(small()["entities"])
    found = comparing.diff(alone, base)
    assert found.reasons == (Reason("table-added", "entities", 1),)
    assert found.tables["entities"] == TableChange(added=total)
    assert {(row[0], row[3]) for row in found_in(base, alone)} == {("entities", "removed")}
    assert level(comparing.diff(base, alone)) == "major"


def test_a_record_that_may_no_longer_be_passed_on_leaves_one_table_for_another(base: Release, tmp_path: Path) -> None:
    tables = small()
    taken = tables["articles"].pop(2)
    masked = {name: value for name, value in taken.items() if name in schema.arrow_schema("articles_masked").names}
    rows = [row for row in tables["entities"] if row["article"] == "a/02"]
    tables["entities"] = [row for row in tables["entities"] if row["article"] != "a/02"]
    tables["articles_masked"] = [masked | {"redistribution": "annotations"}]
    names = schema.arrow_schema("entities_masked").names
    tables["entities_masked"] = [{name: row[name] for name in names} for row in rows]
    new = release(tmp_path / "new", tables)
    found = comparing.diff(base, new)
    assert [str(reason) for reason in found.reasons] == [
        "1 record removed from articles (a/02)",
        "1 record added to articles_masked (a/02)",
        "1 table added: articles_masked",
        "1 table added: entities_masked",
    ]
    assert level(found) == "major"
    assert level(between(base, new)) == "major"


def between(old: Release, new: Release) -> Any:
    """The same from the two histories."""
    pasts = history.of_release(old), history.of_release(new)
    return compare(*pasts, old.manifest["columns"], new.manifest["columns"])


# Columns: a release whose table has others, written past our own schema.


def with_columns(source: Release, folder: Path, change: Callable[[pa.Table], pa.Table]) -> Release:
    """A copy of a release whose articles have other columns."""
    from corpus.release.row_hash import column_hash

    shutil.copytree(source.folder, folder)
    proof = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    for entry in proof["files"]:
        if entry["path"].startswith("data/articles/"):
            with pq.ParquetFile(folder / entry["path"]) as file:
                groups = [change(file.read_row_group(place)) for place in range(file.num_row_groups)]
            with pq.ParquetWriter(folder / entry["path"], groups[0].schema) as writer:
                for place, group in enumerate(groups):
                    writer.write_table(group)
                    entry["row_groups"][place]["columns"] = "".join(map(column_hash, group.columns))
                    entry["row_groups"][place]["sha256"] = "0" * 64
            proof["columns"]["articles"] = {one.name: str(one.type) for one in groups[0].schema}
        (folder / "MANIFEST.json").write_text(json.dumps(proof), "utf-8")
    return open_release(folder)


def test_columns_are_compared_by_name_and_type(base: Release, tmp_path: Path) -> None:
    def plain(table: pa.Table) -> pa.Table:
        return table

    def other(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index("word_count")
        table = table.set_column(at, "word_count", table["word_count"].cast(pa.int64()))
        return table.drop_columns(["url"]).append_column("size", pa.array([1] * len(table)))

    old = with_columns(base, tmp_path / "old", plain)
    new = with_columns(base, tmp_path / "new", other)
    found = comparing.diff(old, new)
    assert (found.columns_added, found.columns_removed, found.columns_retyped) == (
        ("articles.size",),
        ("articles.url",),
        ("articles.word_count",),
    )
    assert found.tables["articles"] == TableChange()
    assert level(found) == "major"
    assert (
        level(comparing.diff(with_columns(base, tmp_path / "less", lambda table: table.drop_columns(["url"])), old))
        == "minor"
    )


def test_a_release_of_format_1_is_compared_by_its_rows(base: Release, tmp_path: Path) -> None:
    def first(source: Release, folder: Path, *, listed: bool) -> Release:
        shutil.copytree(source.folder, folder)
        proof = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
        del proof["columns"]
        proof["format"] = 1
        for entry in proof["files"]:
            for group in entry.get("row_groups", ()):
                del group["columns"]
            if not listed:
                entry.pop("row_groups", None)
        (folder / "MANIFEST.json").write_text(json.dumps(proof), "utf-8")
        return open_release(folder)

    def edit(tables: dict[str, list[Row]]) -> None:
        tables["entities"][3]["type"] = "ORG"

    new = edited(tmp_path, edit)
    key = (small()["entities"][3]["article"], small()["entities"][3]["index"])
    wanted = {("entities", *key, "changed", frozenset({"type"}))}
    assert found_in(first(base, tmp_path / "one", listed=True), new) == wanted
    assert found_in(base, first(new, tmp_path / "two", listed=False)) == wanted
    assert found_in(first(base, tmp_path / "three", listed=False), first(new, tmp_path / "four", listed=True)) == wanted


def test_a_file_that_is_not_as_its_manifest_says_is_named(base: Release, tmp_path: Path) -> None:
    def edit(tables: dict[str, list[Row]]) -> None:
        tables["articles"][0]["title"] = "Autre"

    new = edited(tmp_path, edit)
    entry = next(new.tables("articles", "train"))
    file = Path(new.folder) / entry["path"]
    content = file.read_bytes()
    file.write_bytes(content[:4] + bytes(len(content) // 2) + content[len(content) // 2 + 4 :])
    with pytest.raises(CorpusError) as refused:
        comparing.diff(base, new)
    assert refused.value.problems[0].rule == "release-damaged"
    assert entry["path"] in refused.value.problems[0].file


# Any edits give exactly these edits, and the same reasons as the histories give.

_CELLS: dict[str, dict[str, Any]] = {
    "articles": {
        "title": "Autre", "url": "https://example.org/", "date_latest": "2024-05-07", "word_count": 9,
        "paragraphs": [{"start": 0, "end": 9, "role": "body"}], "keywords": [], "letter_share": 0.5,
        "topics": [{"code": "1", "label": "x", "score": 0.5}], "story": "a/other", "split": "validation",
    },
    "entities": {"type": "ORG", "link": "iso3166:FR", "start": 77, "name": "Autre"},
}  # fmt: skip

_EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("remove"), st.integers(0, 10)),
        st.tuples(st.just("add"), st.integers(20, 24), st.integers(0, 2), st.integers(0, 10)),
        st.tuples(st.just("cell"), st.integers(0, 10), st.sampled_from(sorted(_CELLS["articles"]))),
        st.tuples(st.just("entity"), st.integers(0, 10), st.sampled_from(sorted(_CELLS["entities"]))),
        st.tuples(st.just("grow"), st.integers(0, 10)),
        st.tuples(st.just("shrink"), st.integers(0, 10)),
        st.tuples(st.just("noise"), st.integers(0, 10)),
    ),
    max_size=6,
)


def apply(tables: dict[str, list[Row]], edit: tuple[Any, ...]) -> None:
    """Make one edit, nothing where it does not apply."""
    kind, number = edit[:2]
    identity = f"a/{number:02}"
    rows = {row["id"]: row for row in tables["articles"]}
    mine = [row for row in tables["entities"] if row["article"] == identity]
    if kind == "add":
        if identity not in rows:
            tables["articles"].insert(edit[3], article(identity))
            tables["entities"][0:0] = [entity(identity, index) for index in range(edit[2])]
    elif identity not in rows:
        return
    elif kind == "remove":
        tables["articles"].remove(rows[identity])
        tables["entities"] = [row for row in tables["entities"] if row["article"] != identity]
    elif kind == "cell":
        rows[identity][edit[2]] = _CELLS["articles"][edit[2]]
    elif kind == "entity" and mine:
        mine[-1][edit[2]] = _CELLS["entities"][edit[2]]
    elif kind == "grow":
        tables["entities"].append(entity(identity, len(mine)))
    elif kind == "shrink" and mine:
        tables["entities"].remove(mine[-1])
    elif kind == "noise":
        rows[identity] |= {"first_release": "9.9.9", "raw_path": "raw/x"}


def edits_between(old: Mapping[str, list[Row]], new: Mapping[str, list[Row]]) -> set[Edit]:
    """What a loop over all rows finds."""
    found: set[Edit] = set()
    for table in ("articles", "entities"):
        before, now = (
            {(row.get("id") or row["article"], row.get("index")): row for row in side[table]} for side in (old, new)
        )
        for key in before.keys() | now.keys():
            if key not in now or key not in before:
                found.add((table, *key, "removed" if key in before else "added", frozenset()))
                continue
            fields = {name for name in before[key] if before[key][name] != now[key][name]}
            if fields := fields - {"first_release", "raw_path"}:
                found.add((table, *key, "changed", frozenset(fields)))
    return found


@pytest.mark.slow
@settings(max_examples=30)
@given(
    _EDITS, st.integers(1, 6), st.booleans(), st.booleans(),
    st.randoms(use_true_random=False), st.sampled_from([0, comparing.MANY]),
)  # fmt: skip
def test_any_edits_give_exactly_these_edits(
    tmp_path_factory: pytest.TempPathFactory,
    edits: list[tuple[Any, ...]],
    groups: int,
    shuffled: bool,  # noqa: FBT001
    past: bool,  # noqa: FBT001
    lots: Any,
    many: int,
) -> None:
    tables = deepcopy(small())
    for edit in edits:
        apply(tables, edit)
    if not all(tables.values()):
        return
    wanted = edits_between(small(), tables)
    if shuffled:
        lots.shuffle(tables["articles"])
        lots.shuffle(tables["entities"])
    folder = tmp_path_factory.mktemp("edits")
    old, new = release(folder / "old", small(), past=past), release(folder / "new", tables, groups, past=past)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparing, "MANY", many)
        patch.setattr(comparing, "BLOCK", 4)
        assert found_in(old, new) == wanted
        found = comparing.diff(old, new)
    assert found.same is (not wanted)
    for table in ("articles", "entities"):
        kinds = [edit[3] for edit in wanted if edit[0] == table]
        change = found.tables[table]
        assert (change.added, change.removed, change.changed) == tuple(
            map(kinds.count, ("added", "removed", "changed"))
        )
    if past and not shuffled:  # the hash of a record's rows has them in their order
        told = between(old, new)
        assert [(one.change, one.table, one.count) for one in found.reasons] == [
            (one.change, one.table, one.count) for one in told.reasons
        ]


def test_histories_are_read_where_many_rows_have_other_neighbours(
    base: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that history says is unchanged is not read: here it says so of a row that did change."""

    def edit(tables: dict[str, list[Row]]) -> None:
        tables["articles"][2]["title"] = tables["articles"][6]["title"] = "Autre"
        tables["articles"].reverse()

    new = edited(tmp_path, edit, 4)
    past = history.of_release(new).to_pylist()
    before = {row["id"]: row for row in history.of_release(base).to_pylist()}
    for row in past:
        if row["id"] == "a/06":
            row["articles_hash"] = before["a/06"]["articles_hash"]
    pq.write_table(pa.Table.from_pylist(past), Path(new.folder) / HISTORY)
    assert {edit[1] for edit in found_in(base, new)} == {"a/02", "a/06"}
    monkeypatch.setattr(comparing, "MANY", 0)
    assert {edit[1] for edit in found_in(base, new)} == {"a/02"}


_NESTED = pa.struct([("a", pa.list_(pa.string())), ("b", pa.float64())])
_VALUES = st.lists(
    st.one_of(
        st.none(),
        st.fixed_dictionaries(
            {
                "a": st.one_of(st.none(), st.lists(st.one_of(st.none(), st.sampled_from(["x", "y", ""])), max_size=3)),
                "b": st.one_of(st.none(), st.floats(allow_nan=True, width=64)),
            }
        ),
    ),
    max_size=5,
)


@given(st.lists(st.tuples(_VALUES, _VALUES), max_size=6), st.integers(0, 2))
def test_nested_values_differ_where_python_says_so(pairs: list[tuple[Any, Any]], start: int) -> None:
    sides = [pa.array([pair[side] for pair in pairs], pa.list_(_NESTED)).slice(start) for side in (0, 1)]
    wanted = [repr(old) != repr(new) for old, new in pairs][start:]
    assert differ(*sides).tolist() == wanted


# The command.


def test_the_command_says_what_changed_and_exits_with_1(base: Release, tmp_path: Path, command: Command) -> None:
    def edit(tables: dict[str, list[Row]]) -> None:
        tables["articles"][4]["title"] = "Le marché\x1b[31m couvert"
        tables["articles"] += [article(f"b/{number}") for number in range(12)]
        tables["entities"][0]["type"] = "ORG"

    new = edited(tmp_path, edit)
    done = command("diff", base.folder, new.folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "articles: 1 changed, 12 added (title 1)\n"
        "  ~ a/04  title: « Le marché de a/04 rouvre » -> « Le marché\\x1b[31m couvert »\n"
        + "".join(f"  + b/{number}  « Le marché de b/{number} rouvre »\n" for number in range(10))
        + "    ... and 2 more added: --json prints all\n"
        "entities: 1 changed (type 1)\n"
        "  ~ a/01 [0]  type: « LOC » -> « ORG »\n"
        "this asks for a major version:\n"
        "  1 record with other values or labels in articles (a/04)\n"
        "  1 record with other values or labels in entities (a/01)\n"
        "  12 records added to articles (b/0, b/1, b/2, b/3, b/4, ...)\n"
    )
    short = command("diff", base.folder, new.folder, "--stat")
    assert short.returncode == 1
    assert short.stdout == "".join(
        line for line in done.stdout.splitlines(keepends=True) if not re.match(r"  +[~+.]", line)
    )


def test_the_same_release_is_the_same(base: Release, command: Command) -> None:
    done = command("diff", base.folder, base.folder)
    assert (done.returncode, done.stdout) == (0, "the same\n")
    answer = json.loads(command("diff", base.folder, base.folder, "--json").stdout)
    assert (answer["same"], answer["changes"], answer["level"]) == (True, [], "patch")


def test_the_command_answers_programs(base: Release, tmp_path: Path, command: Command) -> None:
    def edit(tables: dict[str, list[Row]]) -> None:
        tables["articles"][4]["date_latest"] = "2024-06-01"
        del tables["entities"][-1]

    new = edited(tmp_path, edit)
    done = command("diff", base.folder, new.folder, "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert (answer["old"]["version"], answer["new"]["version"]) == ("1.0.0", "2.0.0")
    assert answer["changes"][0] == {
        "table": "articles", "id": "a/04", "kind": "changed", "fields": ["date_latest"],
        "old": {"date_latest": "2024-05-06"}, "new": {"date_latest": "2024-06-01"},
    }  # fmt: skip
    assert (answer["changes"][1]["kind"], answer["changes"][1]["index"]) == (
        "removed",
        small()["entities"][-1]["index"],
    )
    assert answer["tables"]["articles"] == {"added": 0, "removed": 0, "changed": 1, "fields": {"date_latest": 1}}
    assert {one["change"] for one in answer["why"]} <= set(KINDS)
    stat = json.loads(command("diff", base.folder, new.folder, "--json", "--stat").stdout)
    assert "changes" not in stat
    assert stat["tables"] == answer["tables"]


def test_what_is_no_release_is_wrong_usage(base: Release, tmp_path: Path, command: Command) -> None:
    done = command("diff", base.folder, tmp_path)
    assert done.returncode == 2
    assert "release-missing" in done.stderr
