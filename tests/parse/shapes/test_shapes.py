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


def test_each_parser_is_in_the_list() -> None:
    folder = Path(shapes.__file__).parent
    parsers = {file.stem for file in folder.glob("*.py") if "\ndef parse(" in file.read_text("utf-8")}
    assert parsers == set(SHAPES)


def test_source_yaml_may_name_each_shape() -> None:
    assert schema.schema("source")["properties"]["shape"]["enum"] == list(SHAPES)


def test_a_shape_that_is_not_in_the_list_raises() -> None:
    with pytest.raises(ValueError, match="no shape 'fields'; known are text, markdown"):
        shapes.parser("fields")
