"""JSON Schemas are the one source: Arrow types, HF features and the dictionary come from them.

``schema/<name>.schema.json`` (JSON Schema 2020-12) describes a table's row or a file that
people write. Only the part of JSON Schema that Parquet keeps is understood. Everything else
raises, so that nothing a schema says is lost in a release.
``jsonschema-rs`` decides in bulk; ``jsonschema`` explains the few values that fail.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from corpus.model.features import NO_LABELS, Labels, feature
from corpus.model.problem import Problem, quoted
from corpus.model.table_names import base_name, is_masked

if TYPE_CHECKING:
    import jsonschema_rs
    import pyarrow as pa
    from jsonschema.exceptions import ValidationError

TABLES: Mapping[str, str] = MappingProxyType(
    {
        "articles": "article",
        "sentences": "sentence",
        "entities": "entity",
        "quotations": "quotation",
        "times": "time",
        "reuse": "reuse",
        "quotations_flat": "quotation_flat",
    }
)
"""Each table of a release and the schema of its rows; the first is the default config.

Tables that layers of other packages fill are not in it: see ``annotate.tables``.
"""

OF_ALL = frozenset({"reuse"})
"""Those whose rows say something of an article because of others: they change although it stays the same."""

JOINED = frozenset({"quotations_flat"})
"""Those whose rows only say again what other tables say: no history has hashes of them, no difference counts them."""

FILES = {
    "record": "raw records",
    "source": "source.yaml",
    "corpus": "corpus.toml",
    "contributor": "raw/contributors.jsonl",
    "withdrawn": "raw/withdrawn.jsonl",
    "history": "history.parquet of a release",
}
"""Each file beside the tables and the schema of what it holds."""


def annotation_tables(tables: Iterable[str]) -> set[str]:
    """Those of these tables, without their masks, that programs or people annotated."""
    return {base_name(table) for table in tables} - {"articles"} - OF_ALL - JOINED


@cache
def repeated(name: str) -> tuple[str, ...]:
    """The columns of this schema whose rows repeat what the row of their article says (``x-repeats``), in order.

    Only tables of this package may have such columns: what changed in them alone is no change of a record.
    """
    return tuple(column for column, rules in schema(name)["properties"].items() if "x-repeats" in rules)


_INT32_MOST = 2**31 - 1
_END = r"(?![\s\S])"  # a pattern's end in the schemas: $ also matches before a last line break in Python


def folder() -> Traversable:
    """Where the schemas are: in the installed package, or at the top of a source tree."""
    packaged = files("corpus") / "_schema"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "schema"


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema called ``name``, as it stands in its file; ``package:file`` for one of another package."""
    package, _, path = name.rpartition(":")
    file = files(package) / path if package else folder() / f"{name}.schema.json"
    loaded: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return loaded


@cache
def validator(name: str) -> jsonschema_rs.Draft202012Validator:
    """The fast judge: ``is_valid(value)`` says whether a value satisfies the schema."""
    return _validator(schema(name))


def _validator(rules: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs

    plain = jsonschema_rs.RegexOptions()  # the engine without look-ahead
    return jsonschema_rs.Draft202012Validator(_quick(rules), validate_formats=True, pattern_options=plain)


def _quick(rules: Any) -> Any:
    """A schema that allows the same values and is checked in two thirds of the time.

    ``$`` needs no look-ahead, and in the fast judge's engine it matches at the very end only. An object that may have
    no other properties than the required ones has all of them if it has as many.
    """
    if isinstance(rules, list):
        return [_quick(rule) for rule in rules]
    if not isinstance(rules, dict):
        return rules.replace(_END, "$") if isinstance(rules, str) else rules
    quick = {key: _quick(rule) for key, rule in rules.items()}
    required = quick.get("required")
    closed = isinstance(required, list) and quick.get("additionalProperties") is False
    if closed and set(quick["required"]) == set(quick["properties"]):
        quick["minProperties"] = len(quick.pop("required"))
    return quick


@cache
def columns_validator(name: str) -> jsonschema_rs.Draft202012Validator:
    """The fast judge of columns: ``is_valid({column: values})`` says whether the schema allows each of the values."""
    rules = schema(name)["properties"]
    return _validator({"properties": {column: {"items": one} for column, one in rules.items()}})


_MOST_PROBLEMS = 100
"""So many problems of one value are said."""


def problems(name: str, value: object, file: str, line: int = 0) -> Iterator[Problem]:
    """What is wrong with a value by its schema, the first hundred of it; nothing if it is sound."""
    try:
        if validator(name).is_valid(value):
            return
    except ValueError as refused:  # such as half a character as a key: the value is none that JSON has
        yield Problem(file, line, "$", "field-invalid", str(refused), f"what {name}.schema.json describes", "")
        return
    from jsonschema import Draft202012Validator

    judge = Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER)
    errors = islice(judge.iter_errors(value), _MOST_PROBLEMS + 1)
    found = sorted(errors, key=lambda error: (error.json_path, str(error.validator)))
    explained = chain.from_iterable(_explained(error, file, line) for error in found)
    yield from islice(explained, _MOST_PROBLEMS)
    if next(explained, None) is not None:
        more, hint = f"more than {_MOST_PROBLEMS} problems", "mend those that are listed, and look again"
        yield Problem(file, line, "$", "problems-many", more, f"what {name}.schema.json describes", hint)
    if not found:  # the two libraries disagree: refuse rather than let it slip through
        yield Problem(file, line, "$", "field-invalid", quoted(value), f"what {name}.schema.json describes", "")


def _explained(error: ValidationError, file: str, line: int) -> Iterator[Problem]:
    """One schema error as one problem for each field that it concerns."""
    rules: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    properties: dict[str, Any] = rules.get("properties", {})
    path: str = error.json_path
    found: Any = error.instance
    description: str = rules.get("description", "")
    if error.validator == "additionalProperties" and properties:
        wanted = f"one of {', '.join(sorted(properties))}"
        for name in sorted(set(found) - set(properties)):
            hint = "remove it"
            if not file.endswith((".toml", ".yaml")):  # a record
                hint = "map it under fields or left_out of source.yaml, or remove it"
            if near := get_close_matches(name, properties, 1):
                hint = f"did you mean {near[0]}?"
            yield Problem(file, line, f"{path}.{name}", "field-unknown", quoted(found[name]), wanted, hint)
    elif error.validator == "required":
        missing = [name for name in rules["required"] if name not in found]
        [name] = [name for name in missing if error.message.startswith(repr(name))] or missing[:1]
        wanted = properties.get(name, {}).get("description", "a value")
        yield Problem(file, line, f"{path}.{name}", "field-missing", "nothing", wanted, f"add {name}")
    else:
        wanted = f"{_wanted(error)}: {description}" if description else _wanted(error)
        yield Problem(file, line, path, "field-invalid", quoted(found), wanted)


def _wanted(error: ValidationError) -> str:
    """What a failed keyword asks for."""
    value: Any = error.validator_value
    match error.validator:
        case "enum":
            return "one of " + ", ".join(str(choice) for choice in value if choice is not None)
        case "type":
            return " or ".join([value] if isinstance(value, str) else value)
        case "pattern":
            return f"the form {value.removesuffix(_END)}"
        case "minLength" | "maxLength":
            return f"at {'least' if error.validator == 'minLength' else 'most'} {value} characters"
        case "minimum" | "maximum":
            return f"a number of at {'least' if error.validator == 'minimum' else 'most'} {value}"
        case "format":
            return f"a {value}"
        case "anyOf":
            return " or ".join(str(choice.get("type", "another form")) for choice in value)
        case "propertyNames":
            return "names of lower-case letters, digits and _"
    return str(error.message)


def kind_of(rules: Mapping[str, Any]) -> tuple[str, bool]:
    """The one JSON type of a property and whether it may be null."""
    if "enum" in rules:
        if not all(choice is None or isinstance(choice, str) for choice in rules["enum"]):
            raise TypeError(f"an enum of strings is wanted, with or without null, not {rules['enum']}")
        return "string", None in rules["enum"]
    types = rules.get("type")
    names = [types] if isinstance(types, str) else list(types or ())
    plain = [name for name in names if name != "null"]
    if len(plain) != 1:
        raise TypeError(f"one type, with or without null, is wanted, not {types!r}")
    return plain[0], "null" in names


def arrow_type(rules: Mapping[str, Any]) -> pa.DataType:
    """The Arrow type of what a property describes.

    Raises:
        TypeError: the property has a form that Parquet, ``datasets`` or pandas would damage.
    """
    import pyarrow as pa

    kind, nullable = kind_of(rules)
    if kind == "array":
        return pa.list_(arrow_type(rules["items"]))
    if kind == "object":
        if rules.get("additionalProperties") is not False or set(rules["required"]) != set(rules["properties"]):
            raise TypeError("an object needs all its properties required and no others")
        return pa.struct([arrow_field(name, rule) for name, rule in rules["properties"].items()])
    if "x-class-label" in rules:
        return pa.int64()  # what datasets stores a ClassLabel as
    if kind == "integer":
        if nullable:
            raise TypeError("a nullable integer becomes a float in pandas; use another form")
        return pa.int32() if rules.get("maximum", _INT32_MOST + 1) <= _INT32_MOST else pa.int64()
    formats = {
        "date": pa.timestamp("us"),  # a date32 is an object in pandas, without ``.dt``
        "date-time": pa.timestamp("us", tz="UTC"),
    }
    scalars = {
        "string": formats.get(rules.get("format", ""), pa.string()),
        "boolean": pa.bool_(),
        "number": pa.float64(),
    }
    if kind not in scalars:
        raise TypeError(f"no Arrow type for {kind!r}; known are array, object, integer, {', '.join(scalars)}")
    return scalars[kind]


def arrow_field(name: str, rules: Mapping[str, Any]) -> pa.Field:
    """A column that carries its own description into every Parquet file."""
    import pyarrow as pa

    metadata = {"description": rules["description"]}
    if labels := class_labels(rules):
        metadata["names"] = json.dumps(labels)
    if "x-labels" in rules:
        metadata["labels"] = rules["x-labels"]
    return pa.field(name, arrow_type(rules), metadata=metadata)


def class_labels(rules: Mapping[str, Any]) -> list[str]:
    """The names behind the numbers of a property or of its items, empty where it has none."""
    labels: list[str] = rules.get("x-class-label") or rules.get("items", {}).get("x-class-label") or []
    return labels


def arrow_schema(table: str, tables: Mapping[str, str] = TABLES) -> pa.Schema:
    """The Arrow schema of a table, or of its masked form ``<table>_masked``, without text.

    ``tables`` gives the schema of each table's rows, as ``TABLES`` does.
    """
    return _arrow_schema(tables[base_name(table)], masked=is_masked(table))


@cache
def _arrow_schema(name: str, *, masked: bool) -> pa.Schema:
    import pyarrow as pa

    rules = schema(name)
    columns = [
        arrow_field(name, {**rule, "description": rule["x-masked"]} if masked and "x-masked" in rule else rule)
        for name, rule in rules["properties"].items()
        if not masked or rights(name, rule) == "open"
    ]
    of_datasets = {one.name: feature(rules["properties"][one.name], one.type) for one in columns}
    metadata = {"description": rules["description"], "huggingface": json.dumps({"info": {"features": of_datasets}})}
    return pa.schema(columns, metadata=metadata)


def about(table: str, tables: Mapping[str, str] = TABLES) -> str:
    """What a row of a table is, in words; that of a masked table promises none of the columns that it lacks."""
    rules = schema(tables[base_name(table)])
    described: str = rules["description"]
    if not is_masked(table):
        return described
    masked: str = rules.get("x-masked", f"{described.rstrip('.')}; without the columns of words.")
    return masked


def rights(name: str, rules: Mapping[str, Any]) -> str:
    """``open`` for what may always be published, ``text`` for the words of an article.

    Raises:
        TypeError: the property does not say which; nothing is published by default.
    """
    if rules.get("x-rights") not in ("open", "text"):
        raise TypeError(f"the property {name} needs x-rights: open or text")
    return str(rules["x-rights"])


def features(table: str, tables: Mapping[str, str] = TABLES, labels: Labels = NO_LABELS) -> dict[str, Any]:
    """What ``datasets`` makes of each column of a table, in order, as ``Features.from_dict`` reads it.

    ``labels`` are the names of the sets that are closed in one release.
    """
    rules = schema(tables[base_name(table)])["properties"]
    return {one.name: feature(rules[one.name], one.type, labels) for one in arrow_schema(table, tables)}


def dictionary(table: str, tables: Mapping[str, str] = TABLES) -> list[dict[str, str]]:
    """The columns of a table in order: name, type and description; structs as ``list[struct[…]]``."""
    return [
        {"name": field.name, "type": named(field.type), "description": field.metadata[b"description"].decode()}
        for field in arrow_schema(table, tables)
    ]


def named(kind: pa.DataType) -> str:
    """An Arrow type as the dictionary and a manifest write it: ``list[struct[start: int32, end: int32]]``."""
    import pyarrow as pa

    if pa.types.is_list(kind):
        return f"list[{named(kind.value_type)}]"
    if pa.types.is_struct(kind):
        return "struct[" + ", ".join(f"{field.name}: {named(field.type)}" for field in kind) + "]"
    return str(kind)
