"""The list of shapes: one module and one line each."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model import schema
from corpus.parse import shapes
from corpus.raw.layout import SHAPES


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_has_a_parser(shape: str) -> None:
    parser = shapes.parser(shape)
    assert callable(parser.parse)
    assert callable(parser.visible)
    if SHAPES[shape].bulk and not SHAPES[shape].streamed:
        assert callable(parser.records)
        assert parser.seen(b"Bonjour.") == 0


def test_each_parser_is_in_the_list() -> None:
    folder = Path(shapes.__file__).parent
    modules = [*folder.glob("*.py"), *folder.glob("*/__init__.py")]
    parsers = {
        file.stem if file.parent == folder else file.parent.name
        for file in modules
        if "\ndef parse(" in file.read_text("utf-8")
    }
    assert parsers == set(SHAPES)


def test_source_yaml_may_name_each_shape() -> None:
    assert schema.schema("source")["properties"]["shape"]["enum"] == list(SHAPES)


def test_a_shape_that_is_not_in_the_list_raises() -> None:
    with pytest.raises(ValueError, match="no shape 'fields'; known are text, markdown"):
        shapes.parser("fields")
