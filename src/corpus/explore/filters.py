"""Which articles of a release, or of the raw corpus, somebody asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from typing import TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore.articles import NONE, Articles, apart
from corpus.explore.collation import folded
from corpus.explore.pattern import anywhere_pattern
from corpus.explore.text_index import TextIndex
from corpus.model.arrow import bools, to_numpy, word
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
    year: str | None
    month: str | None
    gold: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles somebody asks for: all conditions that are given hold. Case and accents do not matter.

    ``earliest`` and ``latest`` are EDTF dates: an article whose date may lie between them is in, one of 2023 also where
    ``earliest`` is a day of that year (``loosely_dated``). ``speaker`` is quoted in the article; ``text`` are words
    that stand in it. ``condition`` is one in DuckDB's SQL over the columns of articles. ``year`` and ``month`` are as
    they are counted (``Articles.coded``); ``gold`` is a layer that a person annotated.
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
    year: str | None = None
    month: str | None = None
    gold: str | None = None

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return any(getattr(self, one.name) is not None for one in fields(self))


def chosen(articles: Articles, wanted: Filter, index: TextIndex | None = None) -> np.ndarray:
    """For each article whether a filter asks for it; ``index`` is that of its texts, where there is one.

    Raises:
        UsageError: rule ``value-unknown``, no article has this source, publication, year, month, topic, split, gold or
            speaker; ``date-invalid``, ``where-invalid``.
    """
    return all_hold(articles, (holds for _, holds in conditions(articles, wanted, index)))


def all_hold(articles: Articles, conditions: Iterable[np.ndarray]) -> np.ndarray:
    """For each article whether all conditions hold; they do where there is none."""
    found = np.ones(len(articles), bool)
    for holds in conditions:
        found &= holds
    return found


def conditions(articles: Articles, wanted: Filter, index: TextIndex | None = None) -> Iterator[tuple[str, np.ndarray]]:
    """The conditions of a filter that are given, each with the articles for which it holds; as ``chosen``.

    Where there is no index, the text is looked for in those articles alone for which all others hold.
    """
    all_hold = np.ones(len(articles), bool)
    for name, of in _CONDITIONS.items():
        if (value := getattr(wanted, name)) is not None:
            holds = of(articles, value)
            all_hold &= holds
            yield name, holds
    if wanted.text is not None:
        yield "text", _saying(articles, wanted.text, all_hold, index)


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
    """Which of some values are the one that is asked for; ``NONE`` asks for those that say nothing."""
    known, wanted = values.to_pylist(), folded("" if value == NONE else value)
    fold = cache(folded)
    found = np.array([fold(one) == wanted for one in known], bool)
    if not found.any():
        raise _unknown(option, value, sorted({one for one in known if one}))
    return found


def _having(attribute: str) -> Callable[[Articles, str], np.ndarray]:
    """The condition that articles have this value of an attribute."""

    def holds(articles: Articles, value: str) -> np.ndarray:
        codes, values = articles.coded(attribute)
        found: np.ndarray = _holds(attribute, value, values)[codes]
        return found

    return holds


def _having_one(attribute: str) -> Callable[[Articles, str], np.ndarray]:
    """The same of an attribute of which articles have several values."""

    def holds(articles: Articles, value: str) -> np.ndarray:
        codes, values = articles.coded(attribute)
        lists = apart(values)
        each = lists.flatten()
        name = articles.topics.get(value, value) if attribute == "topic" else value
        one_of = np.logical_or.reduceat(_holds(attribute, name, each), to_numpy(lists.offsets)[:-1])
        found: np.ndarray = one_of[codes]
        return found

    return holds


def _from(articles: Articles, date: str) -> np.ndarray:
    return bools(pc.greater_equal(articles.table["date_latest"], _first(date)))


def _to(articles: Articles, date: str) -> np.ndarray:
    return bools(pc.less_equal(articles.table["date_earliest"], _last(date)))


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
    words = frozenset(folded(speaker).split())
    is_speaker = np.array([bool(words) and words <= known for known in articles.speaker_words], bool)
    if not is_speaker.any():
        raise _unknown("speaker", speaker, sorted(quoted_.names.to_pylist()))
    found[quoted_.article[is_speaker[quoted_.speaker]]] = True
    return found


_CONDITIONS: dict[str, Callable[[Articles, str], np.ndarray]] = {
    "source": _having("source"),
    "publication": _having("publication"),
    "split": _having("split"),
    "topic": _having_one("topic"),
    "earliest": _from,
    "latest": _to,
    "year": _having("year"),
    "month": _having("month"),
    "gold": _having_one("gold"),
    "condition": _where,
    "speaker": _quoting,
}
"""What decides over each condition of a filter but the text, whose articles are the fewer the later it is asked."""


def _saying(articles: Articles, words: str, among: np.ndarray, index: TextIndex | None) -> np.ndarray:
    """Which articles hold all of some words, of those among which they are looked for."""
    if index is not None:
        saying = articles.are_open.copy()
        for one in words.split():
            saying &= index.saying(one)
        return saying
    articles.of_release("--text")
    found, at = np.zeros(len(articles), bool), 0
    for group in articles.open_groups:
        if among[at : at + group.rows].any():
            texts = articles.texts_of(group)
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
    wanted = f"one of {shown}" if known else "no such condition: no article of the release has a value of this kind"
    return UsageError(Problem(f"--{option}", 0, "", "value-unknown", quoted(value), wanted, hint))
