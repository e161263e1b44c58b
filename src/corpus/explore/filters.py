"""Which articles of a release, or of the raw corpus, somebody asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore.articles import Articles, read
from corpus.explore.collation import folded
from corpus.explore.pattern import anywhere_pattern
from corpus.model.arrow import bools, word
from corpus.model.edtf import DateError, bounds
from corpus.model.problem import Problem, UsageError, quoted
from corpus.model.table_names import masked_name


class Asked(TypedDict, total=False):
    """The conditions of a ``Filter`` by their names, as functions take them."""

    source: str | None
    publication: str | None
    earliest: str | None
    latest: str | None
    topic: str | None
    speaker: str | None
    split: str | None
    text: str | None
    condition: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles somebody asks for: all conditions that are given hold. Case and accents do not matter.

    ``earliest`` and ``latest`` are EDTF dates: an article whose date may lie between them is in, one of 2023 also where
    ``earliest`` is a day of that year (``loosely_dated``). ``speaker`` is quoted in the article; ``text`` are words
    that stand in it. ``condition`` is one in DuckDB's SQL over the columns of articles.
    """

    source: str | None = None
    publication: str | None = None
    earliest: str | None = None
    latest: str | None = None
    topic: str | None = None
    speaker: str | None = None
    split: str | None = None
    text: str | None = None
    condition: str | None = None

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return any(getattr(self, one.name) is not None for one in fields(self))


def chosen(articles: Articles, wanted: Filter) -> np.ndarray:
    """For each article whether a filter asks for it.

    Raises:
        UsageError: rule ``value-unknown``, no article has this source, publication, topic, split or speaker;
            ``date-invalid``, ``where-invalid``.
    """
    found = np.ones(len(articles), bool)
    for option in ("source", "publication", "split"):
        if (value := getattr(wanted, option)) is not None:
            codes, values = articles.coded(option)
            found &= _holds(option, value, values)[codes]
    if wanted.topic is not None:
        found &= _of_topic(articles, wanted.topic)
    if wanted.earliest is not None:
        found &= bools(pc.greater_equal(articles.table["date_latest"], _first(wanted.earliest)))
    if wanted.latest is not None:
        found &= bools(pc.less_equal(articles.table["date_earliest"], _last(wanted.latest)))
    if wanted.condition is not None:
        found &= _where(articles, wanted.condition)
    if wanted.speaker is not None:
        found &= _quoting(articles, wanted.speaker)
    if wanted.text is not None:
        found &= _saying(articles, wanted.text, found)
    return found


def loosely_dated(articles: Articles, wanted: Filter) -> np.ndarray:
    """For each article whether its date, such as 2023, may also lie outside of the dates of a filter.

    Raises:
        UsageError: rule ``date-invalid``.
    """
    found = np.zeros(len(articles), bool)
    if wanted.earliest is not None:
        found |= bools(pc.less(articles.table["date_earliest"], _first(wanted.earliest)))
    if wanted.latest is not None:
        found |= bools(pc.greater(articles.table["date_latest"], _last(wanted.latest)))
    return found


def _holds(option: str, value: str, values: pa.Array) -> np.ndarray:
    """Which of some values are the one that is asked for, or begin as it."""
    known = values.to_pylist()
    found = np.array([folded(one) == folded(value) for one in known], bool)
    if not found.any():
        raise _unknown(option, value, [one for one in known if one])
    return found


def _of_topic(articles: Articles, topic: str) -> np.ndarray:
    topics = articles.table["topics"].to_pylist()
    found = [any(folded(topic) in (folded(one["label"]), one["code"]) for one in some or ()) for some in topics]
    if not any(found):
        raise _unknown("topic", topic, sorted({one["label"] for some in topics for one in some or ()}))
    return np.array(found, bool)


def _where(articles: Articles, condition: str) -> np.ndarray:
    release = articles.of_release("--where")
    from corpus.release.read.where import articles_where

    ids = articles_where(release, condition)["id"]
    if articles.masked_groups:
        try:
            more = articles_where(release, condition, table=masked_name("articles"))["id"]
        except UsageError:  # the condition asks for the text
            more = pa.chunked_array([], pa.string())
        ids = pa.chunked_array([*ids.chunks, *more.chunks], pa.string())
    return bools(pc.is_in(articles.table["id"], value_set=ids.combine_chunks()))


def _quoting(articles: Articles, speaker: str) -> np.ndarray:
    """Which articles quote somebody, as far as their names may be passed on."""
    articles.of_release("--speaker")
    found, quoted_ = np.zeros(len(articles), bool), articles.quoted
    is_speaker = said_by(speaker, quoted_.names)
    if not is_speaker.any():
        raise _unknown("speaker", speaker, sorted(quoted_.names.to_pylist()))
    found[quoted_.article[is_speaker[quoted_.speaker]]] = True
    return found


def _saying(articles: Articles, words: str, among: np.ndarray) -> np.ndarray:
    """Which articles hold all of some words, of those among which they are looked for."""
    release, found, at = articles.of_release("--text"), np.zeros(len(articles), bool), 0
    for group in articles.open_groups:
        if among[at : at + group.rows].any():
            texts = read(release, group, ("text",))["text"]
            said = [bools(pc.match_substring_regex(texts, anywhere_pattern(word))) for word in words.split()]
            found[at : at + group.rows] = np.logical_and.reduce(said) if said else True
        at += group.rows
    return found


def said_by(speaker: str, names: pa.Array) -> np.ndarray:
    """For each name whether it has all words of another: « Ferrand » is in « Odile Ferrand »."""
    wanted = set(folded(speaker).split())
    return np.array([bool(wanted) and wanted <= set(folded(name).split()) for name in names.to_pylist()], bool)


def _first(earliest: str) -> pa.Scalar:
    return word(_bounds("--from", earliest)[0]).cast(pa.date32())


def _last(latest: str) -> pa.Scalar:
    return word(_bounds("--to", latest)[1]).cast(pa.date32())


def _bounds(option: str, date: str) -> tuple[str, str]:
    try:
        return bounds(date)
    except DateError as error:
        wanted, hint = "a date in EDTF: 2024, 2024-03, 2024-03-12", str(error)
        raise UsageError(Problem(option, 0, "", "date-invalid", quoted(date), wanted, hint)) from None


def _unknown(option: str, value: str, known: Sequence[str]) -> UsageError:
    """The error for a value that no article has, with those that look like it."""
    by_fold = {folded(one): one for one in known}
    near = [by_fold[one] for one in get_close_matches(folded(value), by_fold, 3, 0.6)]
    near += [one for one in known if folded(value) in folded(one) and one not in near][:3]
    shown = ", ".join(known[:20]) + (f" and {len(known) - 20:,} more" if len(known) > 20 else "")
    hint = f"did you mean {' or '.join(map(quoted, near))}?" if near else ""
    wanted = f"one of {shown}" if known else "none: no article says it"
    return UsageError(Problem(f"--{option}", 0, "", "value-unknown", quoted(value), wanted, hint))
