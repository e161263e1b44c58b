"""What changed between two histories, the version that it asks for, and how it is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from corpus.model import schema
from corpus.model.problem import UsageError
from corpus.raw.config import Settings
from corpus.release import versions
from corpus.release.changes import KINDS, Difference, Reason, TableChange, common, compare, level
from corpus.release.write import changelog, manifest
from corpus.release.write.metadata import ReleaseMetadata

COLUMNS = {"articles": {"id": "string", "title": "string"}, "entities": {"article": "string", "type": "string"}}


def history(rows: Sequence[Mapping[str, Any]], tables: Sequence[str] = ("articles", "entities")) -> pa.Table:
    """A history as the contract has it; what a row leaves out is as in any first version."""
    full: list[dict[str, Any]] = [
        {
            "order": order,
            "first_release": "1.0.0",
            "story": row["id"],
            "split": "train",
            "state": "published",
            "gold_sha256": "",
            "articles_hash": 1,
            "entities_hash": 1,
        }
        | dict(row)
        for order, row in enumerate(rows)
    ]
    names = ["id", "order", "first_release", "story", "split", "state", "gold_sha256"]
    names += [f"{table}_hash" for table in tables]
    kinds = [pa.int64() if name == "order" or name.endswith("_hash") else pa.string() for name in names]
    columns = [pa.array([row[name] for row in full], kind) for name, kind in zip(names, kinds, strict=True)]
    return pa.Table.from_arrays(columns, names=names)


BASE: list[dict[str, Any]] = [{"id": f"a/{number}"} for number in range(4)]


def with_row(place: int, **values: Any) -> list[dict[str, Any]]:
    """The four records, one of them with other values."""
    return [row | values if place == number else row for number, row in enumerate(BASE)]


def difference(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Difference:
    """What changed between two histories with the same columns."""
    return compare(history(old), history(new), COLUMNS, COLUMNS)


def test_a_version_and_itself_do_not_differ() -> None:
    found = difference(BASE, BASE)
    assert found.same
    assert level(found) == "patch"
    assert found.tables == {"articles": TableChange(), "entities": TableChange()}


@pytest.mark.parametrize(
    ("change", "table", "values", "asked"),
    [
        ("record-removed", "articles", {"state": "absent", "articles_hash": 0, "entities_hash": 0}, "major"),
        ("record-withdrawn", "articles", {"state": "withdrawn", "articles_hash": 0, "entities_hash": 0}, "major"),
        ("record-withheld", "articles", {"state": "withheld", "articles_hash": 0, "entities_hash": 0}, "major"),
        ("split-moved", "articles", {"split": "test"}, "major"),
        ("story-moved", "articles", {"story": "a/0"}, "major"),
        ("value-changed", "articles", {"articles_hash": 2}, "major"),
        ("value-changed", "entities", {"entities_hash": -2}, "major"),
        ("annotation-removed", "entities", {"entities_hash": 0}, "major"),
    ],
)
def test_each_change_of_a_record_asks_for_its_step(change: str, table: str, values: dict[str, Any], asked: str) -> None:
    found = difference(BASE, with_row(2, **values))
    assert found.reasons == (Reason(change, table, 1, ("a/2",)),)
    assert level(found) == asked


def test_a_record_that_was_not_published_counts_as_added_whatever_history_knew_of_it() -> None:
    absent = with_row(1, state="absent", articles_hash=0, entities_hash=0)
    found = difference(absent, [*BASE, {"id": "a/new", "entities_hash": 0}])
    assert found.reasons == (Reason("record-added", "articles", 2, ("a/1", "a/new")),)
    assert found.tables == {"articles": TableChange(added=2), "entities": TableChange(added=1)}
    assert level(found) == "minor"


def test_first_annotations_are_added_and_further_ones_are_a_change() -> None:
    found = difference(with_row(1, entities_hash=0), with_row(2, entities_hash=7))
    assert found.reasons == (
        Reason("value-changed", "entities", 1, ("a/2",)),
        Reason("annotation-added", "entities", 1, ("a/1",)),
    )
    assert found.tables["entities"] == TableChange(added=1, changed=1)


def test_moves_are_counted_by_field_and_a_record_once() -> None:
    found = difference(BASE, with_row(2, split="test", story="a/0", articles_hash=5))
    assert found.tables["articles"] == TableChange(changed=1, fields={"split": 1, "story": 1})
    assert [reason.change for reason in found.reasons] == ["split-moved", "story-moved", "value-changed"]


def test_what_only_history_notes_is_no_change() -> None:
    noted = with_row(2, first_release="0.9.0", gold_sha256="f" * 64, order=77)
    assert difference(BASE, noted).same


def test_the_order_of_records_is_no_change() -> None:
    assert difference(BASE, BASE[::-1]).same


def test_a_record_that_history_lost_counts_as_removed() -> None:
    found = difference(BASE, BASE[:3])
    assert found.reasons == (Reason("record-removed", "articles", 1, ("a/3",)),)


@pytest.mark.parametrize(
    ("now", "change", "examples", "asked"),
    [
        ({"id": "string", "title": "string", "url": "string"}, "column-added", ("url",), "minor"),
        ({"id": "string"}, "column-removed", ("title",), "major"),
        ({"id": "string", "title": "list[string]"}, "column-retyped", ("title",), "major"),
    ],
)
def test_columns_ask_for_a_step_of_their_own(
    now: dict[str, str], change: str, examples: tuple[str, ...], asked: str
) -> None:
    found = compare(history(BASE), history(BASE), COLUMNS, COLUMNS | {"articles": now})
    assert found.reasons == (Reason(change, "articles", 1, examples),)
    assert getattr(found, f"columns_{change.partition('-')[2]}") == (f"articles.{examples[0]}",)
    assert level(found) == asked


def test_a_new_table_is_added_and_no_change_of_its_records() -> None:
    only = {"articles": COLUMNS["articles"]}
    found = compare(history(BASE, ["articles"]), history(BASE), only, COLUMNS)
    assert found.reasons == (Reason("table-added", "entities", 1),)
    assert found.tables == {"articles": TableChange(), "entities": TableChange(added=4)}
    gone = compare(history(BASE), history(BASE, ["articles"]), COLUMNS, only)
    assert gone.reasons == (Reason("table-removed", "entities", 1),)
    assert gone.tables["entities"] == TableChange(removed=4)
    assert level(gone) == "major"


def test_a_layer_that_found_its_first_row_adds_a_table() -> None:
    nothing = [row | {"entities_hash": 0} for row in BASE]
    found = compare(history(nothing), history(BASE), {"articles": COLUMNS["articles"]}, COLUMNS)
    assert found.reasons == (Reason("table-added", "entities", 1),)


def test_a_masked_table_that_is_new_is_named() -> None:
    masked = COLUMNS | {"articles_masked": {"id": "string"}}
    found = compare(history(BASE), history([*BASE, {"id": "m/1"}]), COLUMNS, masked)
    assert [reason.change for reason in found.reasons] == ["record-added", "table-added"]


def test_a_first_version_adds_everything() -> None:
    found = compare(None, history(BASE), {}, COLUMNS)
    assert found.tables == {"articles": TableChange(added=4), "entities": TableChange(added=4)}
    assert found.reasons == (Reason("record-added", "articles", 4, ("a/0", "a/1", "a/2", "a/3")),)


def test_common_columns_are_those_of_one_type_in_both() -> None:
    new = {"articles": {"id": "string", "title": "int64", "url": "string"}, "times": {"id": "string"}}
    assert common(COLUMNS, new) == {"articles": ("id",)}


_RECORD = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["published", "published", "withheld", "withdrawn", "absent"]),
        "split": st.sampled_from(["train", "test"]),
        "story": st.sampled_from(["s/1", "s/2"]),
        "articles_hash": st.sampled_from([1, 2]),
        "entities_hash": st.sampled_from([0, 1, 2]),
    }
)
_HISTORY = st.dictionaries(st.integers(0, 12).map(lambda number: f"a/{number}"), _RECORD)


@given(_HISTORY, _HISTORY)
def test_counts_are_those_that_a_loop_over_records_gives(
    old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]
) -> None:
    found = compare(
        history([{"id": one, **row} for one, row in old.items()]),
        history([{"id": one, **row} for one, row in new.items()]),
        COLUMNS,
        COLUMNS,
    )
    before = {one: row for one, row in old.items() if row["state"] == "published"}
    now = {one: row for one, row in new.items() if row["state"] == "published"}
    both = before.keys() & now.keys()
    seen = ("articles_hash", "split", "story")
    counts = found.tables["articles"]
    assert counts.added == len(now.keys() - both)
    assert counts.removed == len(before.keys() - both)
    assert counts.changed == sum(any(before[one][name] != now[one][name] for name in seen) for one in both)
    had = {one for one, row in before.items() if row["entities_hash"]}
    has = {one for one, row in now.items() if row["entities_hash"]}
    counts = found.tables["entities"]
    assert (counts.added, counts.removed) == (len(has - had), len(had - has))
    assert counts.changed == sum(before[one]["entities_hash"] != now[one]["entities_hash"] for one in had & has)


@pytest.mark.parametrize(
    ("previous", "asked", "wanted"),
    [("1.2.3", "major", "2.0.0"), ("1.2.3", "minor", "1.3.0"), ("1.2.3", "patch", "1.2.4"),
     ("0.3.1", "major", "1.0.0")],
)  # fmt: skip
def test_the_least_version_takes_the_step(previous: str, asked: str, wanted: str) -> None:
    assert versions.least(previous, asked) == wanted
    versions.check_version(wanted, previous, asked)


def test_the_greatest_of_some_steps() -> None:
    assert versions.greatest("patch", "major", "minor") == "major"
    assert versions.greatest() == "patch"


def test_a_version_that_is_too_low_is_refused_and_the_change_is_named() -> None:
    reasons = (Reason("value-changed", "entities", 3, ("a/1",)), Reason("record-added", "articles", 9))
    with pytest.raises(UsageError) as refused:
        versions.check_version("1.1.0", "1.0.4", "major", reasons)
    [problem] = refused.value.problems
    assert problem.rule == "version-too-low"
    assert problem.found == "1.1.0 after 1.0.4, with 3 records with other values or labels in entities (a/1, ...)"
    assert problem.wanted == "2.0.0 or above (major)"


@pytest.mark.parametrize("asked", ["1.0", "v1.0.0", "01.0.0", "1.0.0-rc1", "", "1.0.0\n", "١.0.0", "0.0.0", "1.2.3"])
def test_what_is_no_version_above_the_one_before_is_refused(asked: str) -> None:
    with pytest.raises(UsageError) as refused:
        versions.check_version(asked, "1.2.3", "patch")
    assert refused.value.problems[0].rule == "version-invalid"


@pytest.mark.parametrize("asked", ["0.0.1", "0.1.0", "3.0.0"])
def test_a_first_version_may_be_any_but_that_of_a_preview(asked: str) -> None:
    versions.check_version(asked, None, "minor")
    with pytest.raises(UsageError):
        versions.check_version("0.0.0", None, "minor")


def test_higher_versions_than_the_least_are_allowed() -> None:
    for asked in ("1.3.0", "1.4.0", "2.0.0"):
        versions.check_version(asked, "1.2.3", "minor")


ESSAI = Settings(Path(), "essai", "Essai")


def _two() -> dict[str, Any]:
    first = compare(None, history(BASE), {}, COLUMNS)
    second = difference(BASE, with_row(2, split="test", entities_hash=3))
    one = ReleaseMetadata(ESSAI, {}, "1.0.0", {}, date="2026-01-02")
    two = ReleaseMetadata(
        *(ESSAI, {}, "2.0.0", {}),
        previous={"version": "1.0.0"},
        withdrawn_now=["a/9"],
        contributors=["Odile *Ferrand*", "Maël"],
    )
    entries = changelog.changes(changelog.entry(two, second), changelog.changes(changelog.entry(one, first)))
    known: dict[str, Any] = json.loads(manifest.dump(entries))
    return known


def test_changes_are_cumulative_newest_first_and_of_the_form_that_the_schema_describes(repository: Path) -> None:
    known = _two()
    assert [(one["version"], one["level"]) for one in known["releases"]] == [("2.0.0", "major"), ("1.0.0", "first")]
    rules = json.loads((repository / "schema" / "changes.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(rules)
    Draft202012Validator(rules).validate(known)
    kinds = rules["properties"]["releases"]["items"]["properties"]["why"]["items"]["properties"]["change"]["enum"]
    assert kinds == list(KINDS)
    assert "changes" not in schema.TABLES.values()


def test_the_changelog_says_it_to_people() -> None:
    assert changelog.changelog(_two()) == (
        "# Changes\n"
        "\n"
        "## 2.0.0\n"
        "\n"
        "A major version: what was published before is removed or changed.\n"
        "\n"
        "- 1 record in another split, in articles (a/2)\n"
        "- 1 record with other values or labels in entities (a/2)\n"
        "\n"
        "| rows of | added | removed | changed | fields |\n"
        "| --- | ---: | ---: | ---: | --- |\n"
        "| articles | 0 | 0 | 1 | `split` 1 |\n"
        "| entities | 0 | 0 | 1 |  |\n"
        "\n"
        "With thanks to Odile \\*Ferrand\\*, Maël.\n"
        "\n"
        "Withdrawn: `a/9`.\n"
        "\n"
        "## 1.0.0 (2026-01-02)\n"
        "\n"
        "The first version.\n"
        "\n"
        "- 4 records added to articles (a/0, a/1, a/2, a/3)\n"
        "\n"
        "| rows of | added | removed | changed | fields |\n"
        "| --- | ---: | ---: | ---: | --- |\n"
        "| articles | 4 | 0 | 0 |  |\n"
        "| entities | 4 | 0 | 0 |  |\n"
    )
