"""Sentences in which the answers are marked, « [speaker|Odile Ferrand] s'est tue. », and how long work may take."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from corpus.model.article import Span

Given = TypeVar("Given")

_ROUNDS = 8

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


def _seconds(work: Callable[[Given], object], given: Given) -> float:
    gc.collect()
    gc.disable()  # what the collector finds depends on the tests before
    try:
        start = time.process_time()
        work(given)
        return time.process_time() - start
    finally:
        gc.enable()


def _assert_linear(make: Callable[[int], Given], work: Callable[[Given], object], size: int) -> None:
    small, large = make(size), make(2 * size)
    once = twice = float("inf")
    for _ in range(_ROUNDS):  # a busy machine spoils some of them
        once, twice = min(once, _seconds(work, small)), min(twice, _seconds(work, large))
        if twice <= 2.3 * once + 0.05:
            return
    raise AssertionError(f"twice the text takes {twice / once:.2f} times as long: {twice:.3f} s for {once:.3f} s")


@pytest.fixture(scope="session")
def assert_linear() -> Callable[..., None]:
    """Fails where work on ``make(2 * size)`` takes over 2.3 times the CPU time of that on ``make(size)``, at best."""
    return _assert_linear
