"""How sure the layers are: raw scores made into shares that come true, and how far they do.

A layer gives each span a raw score in (0, 1]: of a model, or what is usual for the rule that found it. ``calibrated``
maps it to the share of such spans that were right in the validation part of the gold (``confidence.tsv``, which
``scripts/eval/calibrate`` makes). To give a new kind of span a confidence, write its score through ``calibrated`` and
add a judge to ``_JUDGES``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from corpus.annotate.metrics import Case, Score, judged_silver, plain_name, same_speaker, trimmed

MEASURE = "confidence "
"""How the names of the measures begin whose scores say how far confidence comes true."""

_TENTHS = 10

Knots = Sequence[tuple[float, float]]
"""Raw scores, growing, each with the share that is right; between two of them the line that joins them."""


def calibrated(kind: str, raw: float | None) -> float | None:
    """The share of spans of this kind and raw score that are right, in (0, 1], to two decimals; None for None.

    A kind that the table does not have keeps its raw score as it is, so that a line can be fitted to all its digits.
    """
    knots = _tables().get(kind)
    if raw is None or knots is None:
        return raw
    return round(min(1.0, max(0.01, at(knots, raw))), 2)


def at(knots: Knots, raw: float) -> float:
    """The value of the line through ``knots``; beyond its ends that of the end."""
    place = bisect_right(knots, (raw, 2.0))
    if place == 0 or place == len(knots):
        return knots[min(place, len(knots) - 1)][1]
    (left, low), (right, high) = knots[place - 1], knots[place]
    return low + (high - low) * (raw - left) / (right - left)


@cache
def _tables() -> dict[str, list[tuple[float, float]]]:
    """The knots of each kind; empty where nothing was calibrated."""
    tables: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for line in files("corpus.annotate").joinpath("confidence.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, raw, share = line.split("\t")
            tables[kind].append((float(raw), float(share)))
    return dict(tables)


def forget() -> None:
    """Read ``confidence.tsv`` again the next time."""
    _tables.cache_clear()


def judged(case: Case) -> Iterator[tuple[str, float, bool]]:
    """Each confidence of an article with gold: of which kind, how high, and whether the span was right."""
    for kind, (layer, judge) in _JUDGES.items():
        if layer in case.gold and layer in case.silver:
            for confidence, right in judge(case):
                if confidence is not None:
                    yield kind, confidence, right


def confidences(cases: Iterable[Case]) -> list[Score]:
    """For each kind and each tenth of confidence how many spans were ``found``, and of these ``right``.

    ``gold`` is here the sum of their confidence. Scores of several sets of cases are added as others are.
    """
    counts: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for case in cases:
        for kind, confidence, right in judged(case):
            tenth = counts[kind, min(int(confidence * _TENTHS), _TENTHS - 1)]
            for index, count in enumerate((right, 1, confidence)):
                tenth[index] += count
    return [
        Score(_JUDGES[kind][0], f"{MEASURE}{kind} {tenth}", int(right), int(spans), round(total, 2))
        for (kind, tenth), (right, spans, total) in sorted(counts.items())
    ]


class Calibration(NamedTuple):
    """How far the confidence of a kind of span comes true: its mean beside the share that is right.

    ``error`` is the expected calibration error over tenths (Naeini, Cooper and Hauskrecht 2015): the mean distance of
    the two, weighted by spans.
    """

    kind: str
    spans: int
    confidence: float
    right: float
    error: float


def calibration(scores: Iterable[Score]) -> list[Calibration]:
    """What scores of ``confidences`` that were added up say of each kind, in the order of the kinds."""
    by_kind: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        if one.measure.startswith(MEASURE):
            by_kind[one.measure.removeprefix(MEASURE).rpartition(" ")[0]].append(one)
    found = []
    for kind in [one for one in _JUDGES if one in by_kind]:
        tenths = by_kind[kind]
        spans = sum(one.found for one in tenths)
        right, total = sum(one.right for one in tenths), sum(one.gold for one in tenths)
        error = sum(abs(one.right - one.gold) for one in tenths)
        found.append(Calibration(kind, spans, total / spans, right / spans, error / spans))
    return found


class _Pool(NamedTuple):
    """Spans with neighbouring raw scores: the lowest and the highest, how many were right, how many there are."""

    low: float
    high: float
    right: float
    spans: int

    def with_next(self, other: _Pool) -> _Pool:
        return _Pool(self.low, other.high, self.right + other.right, self.spans + other.spans)


def fit(scored: Iterable[tuple[float, bool]]) -> list[tuple[float, float]]:
    """The growing line that is closest to whether spans of some raw scores were right: knots for ``at``.

    Isotonic regression by pooling neighbours that do not grow (Barlow and others 1972; Zadrozny and Elkan 2002): level
    within a pool, a slope from one to the next. Each pool has at least ``_POOL`` spans, all spans of one score are in
    the same, and each is drawn towards the share of all by two spans, so that no pool says 0 or 1.
    """
    alike: dict[float, _Pool] = {}
    for raw, right in scored:
        one = _Pool(raw, raw, float(right), 1)
        alike[raw] = alike[raw].with_next(one) if raw in alike else one
    pools: list[_Pool] = []
    for _, pool in sorted(alike.items()):
        if pools and pools[-1].spans < _POOL:
            pools[-1] = pools[-1].with_next(pool)
        else:
            pools.append(pool)
        while len(pools) > 1 and pools[-2].right / pools[-2].spans >= pools[-1].right / pools[-1].spans:
            last = pools.pop()
            pools[-1] = pools[-1].with_next(last)
    overall = sum(pool.right for pool in pools) / max(1, sum(pool.spans for pool in pools))
    shares = [(pool, (pool.right + 2 * overall) / (pool.spans + 2)) for pool in pools]
    return [(edge, share) for pool, share in shares for edge in sorted({pool.low, pool.high})]


_POOL = 12


def _entities(case: Case) -> Iterator[tuple[float | None, bool]]:
    gold = {(one["start"], one["end"], one["type"]) for one in case.gold["entities"]}
    for one in judged_silver(case, "entities"):
        yield one.get("confidence"), (one["start"], one["end"], one["type"]) in gold


def _links(case: Case) -> Iterator[tuple[float | None, bool]]:
    gold = {(one["start"], one["end"]): one.get("link") for one in case.gold["entities"]}
    if any(gold.values()):
        for one in case.silver["entities"]:
            if one["link"] is not None and (one["start"], one["end"]) in gold:
                yield one.get("link_confidence"), one["link"] == gold[one["start"], one["end"]]


def _quotations(case: Case) -> Iterator[tuple[float | None, bool]]:
    for one, gold in _quotation_pairs(case):
        yield one.get("confidence"), gold is not None


def _speakers(case: Case) -> Iterator[tuple[float | None, bool]]:
    for one, gold in _quotation_pairs(case):
        if gold is not None:
            named = plain_name(gold["speaker_name"]) == plain_name(one["speaker_name"])
            yield one.get("speaker_confidence"), named and same_speaker(gold, one)


def _quotation_pairs(case: Case) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    text = case.article.text
    gold = {trimmed(text, one): one for one in case.gold["quotations"]}
    for one in judged_silver(case, "quotations"):
        yield one, gold.get(trimmed(text, one))


def _times(case: Case) -> Iterator[tuple[float | None, bool]]:
    gold = {(one["start"], one["end"]): one["value"] for one in case.gold["times"]}
    for one in case.silver["times"]:
        span = one["start"], one["end"]
        yield one.get("confidence"), span in gold and gold[span] == one["value"]


_JUDGES: dict[str, tuple[str, Callable[[Case], Iterator[tuple[float | None, bool]]]]] = {
    "entity": ("entities", _entities),
    "link": ("entities", _links),
    "quotation": ("quotations", _quotations),
    "speaker": ("quotations", _speakers),
    "time": ("times", _times),
}
