"""The schemas: two judges with one verdict, and columns that keep what rows say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from corpus.model import schema
from corpus.model.arrow import batch_of

ODD_STRINGS = st.one_of(
    st.text(max_size=12),
    st.text(st.sampled_from("a9-/:.T٣२\n\r \u00a0\u001c\u0085\u2028\ufeffé\u0301"), max_size=14),
    st.sampled_from(
        [
            "2023-02-30", "2023-03-01\n", "٢٠٢٣-03-01", "2024-02-29", "20240101", "2024-W01-1", "fr\n", "fra", "FR",
            "https://hexa.example/a\n", "https://hexa.example/é", "http://a\u001cb", "http://a\u0085b",
            "http://a\u00a0b", "http://a\ufeffb", "http://", "full", "full\n", "a/b\n", "a/b",
            "é/b", "0" * 64, "0" * 64 + "\n", "1.0.0\n", "",
        ]
    ),
)  # fmt: skip
ODD_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**64 - 1),
        st.floats(allow_infinity=False, allow_nan=False),
        ODD_STRINGS,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=5,
)


def both(name: str, value: object) -> tuple[bool, bool]:
    """The verdicts of jsonschema-rs and of jsonschema."""
    judge = Draft202012Validator(schema.schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return schema.validator(name).is_valid(value), judge.is_valid(value)


@st.composite
def sound(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A value that is near to what a schema asks for."""
    return {key: draw(_near(rules)) for key, rules in schema.schema(name)["properties"].items()}


def _near(rules: dict[str, Any]) -> st.SearchStrategy[Any]:
    kinds = [rules["type"]] if isinstance(rules.get("type"), str) else list(rules.get("type", ()))
    if "enum" in rules:
        return st.sampled_from(rules["enum"])
    if "array" in kinds:
        return st.lists(_near(rules["items"]), min_size=rules.get("minItems", 0), max_size=3)
    if kinds == ["object"] and "properties" in rules:
        return st.fixed_dictionaries({key: _near(inner) for key, inner in rules["properties"].items()})
    if kinds == ["object"]:
        return st.dictionaries(st.text(max_size=5), st.sampled_from(["title", "x"]), max_size=2)
    if "integer" in kinds and "string" not in kinds:
        return st.integers(rules.get("minimum", 0), rules.get("maximum", 2**63 - 1))
    if "number" in kinds:
        shares = st.floats(rules.get("minimum", 0), rules.get("maximum", 1))
        return st.one_of(st.none(), shares) if "null" in kinds else shares
    if rules.get("format") == "date":
        return st.dates().map(lambda day: day.isoformat())
    if "pattern" in rules:
        return st.from_regex(rules["pattern"].removesuffix(r"(?![\s\S])"), fullmatch=True).filter(
            lambda s: "\n" not in s
        )
    words = st.text(min_size=1, max_size=20)
    return st.one_of(st.none(), words) if "null" in kinds else words


@st.composite
def mutated(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A near-sound value with some of its fields spoilt, dropped or added."""
    value = draw(sound(name))
    for key in draw(st.lists(st.sampled_from(sorted(value)), max_size=3, unique=True)):
        how = draw(st.sampled_from(["value", "string", "drop", "line end"]))
        if how == "drop":
            del value[key]
        elif how == "line end" and isinstance(value[key], str):
            value[key] += draw(st.sampled_from(["\n", "\r", "\u2028", " ", "٣"]))
        else:
            value[key] = draw(ODD_STRINGS if how == "string" else ODD_VALUES)
    if draw(st.booleans()):
        value[draw(st.text(max_size=5))] = draw(ODD_VALUES)
    return value


@pytest.mark.parametrize("name", ["article", "record", "source", "corpus"])
def test_both_judges_give_one_verdict_on_what_is_spoilt(name: str) -> None:
    @settings(max_examples=60)
    @given(st.one_of(sound(name), mutated(name), mutated(name), ODD_VALUES))
    def judged(value: object) -> None:
        fast, slow = both(name, value)
        assert fast == slow
        assert fast != bool(list(schema.problems(name, value, "a.json")))

    judged()


@pytest.mark.parametrize("key", ["url", "date", "language", "id", "licence"])
@given(value=ODD_STRINGS)
@example(value="http://a\u001cb")
@example(value="http://a\ufeffb")
def test_both_judges_give_one_verdict_on_every_odd_string(key: str, value: str) -> None:
    fast, slow = both("record", {"title": "Un titre", key: value})
    assert fast == slow


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1.0, 1e300, True, 2**70])
def test_both_judges_give_one_verdict_on_odd_numbers(number: float) -> None:
    fast, slow = both("record", {"title": "Un titre", "id": number})
    assert fast == slow
    fast, slow = both("corpus", {"name": "essai", "splits": {"train": number}})
    assert not fast or slow, "what passes the fast judge passes the slow one"


@pytest.mark.slow
@settings(max_examples=10, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.lists(sound("article").filter(lambda row: schema.validator("article").is_valid(row)), min_size=1, max_size=2))
def test_rows_are_the_same_behind_arrow(rows: list[dict[str, Any]]) -> None:
    rows = [{**row, "url": row["url"], "byline": row["byline"]} for row in rows]
    wanted = schema.arrow_schema("articles")
    batch = batch_of(rows, wanted)
    assert batch.schema.equals(wanted, check_metadata=True)
    back = batch.to_pylist()
    for row in back:
        row |= {key: str(row[key].date()) for key in ("date_earliest", "date_latest")}
    assert back == rows


def test_descriptions_and_rights_stand_in_every_parquet_file(tmp_path: Path) -> None:
    for table in ("articles", "articles_masked"):
        wanted = schema.arrow_schema(table)
        pq.write_table(wanted.empty_table(), tmp_path / "a.parquet")
        read = pq.read_schema(tmp_path / "a.parquet")
        assert all(field.metadata[b"description"] for field in read)
        inner = read.field("paragraphs").type.value_type
        assert b"code points" in inner.field("start").metadata[b"description"]


def test_the_masked_table_has_no_column_that_holds_words() -> None:
    masked = set(schema.arrow_schema("articles_masked").names)
    assert not masked & {"title", "text", "byline", "raw_path", "keywords", "names"}
    assert {"id", "url", "paragraphs", "text_sha256"} <= masked


@pytest.mark.parametrize(
    "rules",
    [
        {"type": ["integer", "null"]},
        {"type": ["string", "integer"]},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "additionalProperties": False, "required": [], "properties": {"a": {"type": "string"}}},
        {"enum": [1, 2]},
        {},
    ],
)
def test_what_parquet_would_lose_raises(rules: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        schema.arrow_type(rules)


def test_a_property_without_rights_raises() -> None:
    with pytest.raises(TypeError, match="x-rights"):
        schema.rights("mood", {"type": "string"})


def test_only_allowed_types_are_in_a_table() -> None:
    def kinds(kind: pa.DataType) -> set[str]:
        if pa.types.is_list(kind):
            return kinds(kind.value_type)
        if pa.types.is_struct(kind):
            return {name for field in kind for name in kinds(field.type)}
        return {str(kind)}

    found = {name for field in schema.arrow_schema("articles") for name in kinds(field.type)}
    assert found <= {"string", "int32", "int64", "bool", "double", "timestamp[us]", "timestamp[us, tz=UTC]"}


def test_every_property_of_every_schema_is_described(repository: Path) -> None:
    def properties(rules: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        found = list(rules.get("properties", {}).items())
        nested = [inner for _, rule in found for inner in (rule, rule.get("items", {}))]
        return found + [pair for rule in nested for pair in properties(rule)]

    for file in sorted((repository / "schema").glob("*.schema.json")):
        for name, rules in properties(json.loads(file.read_text("utf-8"))):
            assert rules.get("description") or "$ref" in rules, f"{file.name}: {name}"


def test_a_table_of_another_package_says_when_masked_that_words_are_missing() -> None:
    tables = {"moods": "history"}
    whole = schema.about("moods", tables)
    assert schema.about("moods_masked", tables) == f"{whole.rstrip('.')}; without the columns of words."
