"""Sentences in which the answers are marked: « [speaker|Odile Ferrand] s'est tue. »."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from corpus.article import Span

_MARK = re.compile(r"\[(?P<label>[^\[\]|]+)\|(?P<words>[^\[\]|]+)\]")


def _labelled(marked: str) -> tuple[str, tuple[tuple[str, Span], ...]]:
    text, spans, done = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[done : mark.start()]
        spans.append((mark["label"], Span(len(text), len(text) + len(mark["words"]))))
        text += mark["words"]
        done = mark.end()
    return text + marked[done:], tuple(spans)


@pytest.fixture(scope="session")
def labelled() -> Callable[[str], tuple[str, tuple[tuple[str, Span], ...]]]:
    """The text without its marks, and each label with its span, in the order of the text."""
    return _labelled
