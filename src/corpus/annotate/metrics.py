"""How good silver is: what the layers find against what a person annotated, as counts that add up.

Spans are strict (same bounds, same type) or overlapping (a shared character, same type; each
span is paired once, exact pairs first). A quotation is found where its fragments are those of
the gold one, punctuation and marks at their edges aside. A speaker is right where the mention
overlaps the gold one or the resolved name is the same; end to end asks for both quotation
and speaker. Values of times and links of entities are judged on hits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from corpus.model.article import Article

AGREEMENT = "agreement"
ON_HITS = "on hits"
SAME_THING = "pairs that are the same thing"

Span = tuple[int, int, str]
SpanPair = tuple[list[Span], list[Span]]
Statements = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Score:
    """One measure: ``right`` of ``found`` statements, of ``gold`` that a person made.

    For a measure on hits, such as the accuracy of speakers, ``found`` and ``gold`` are both the hits.
    ``of`` says what was measured: ``silver``, or where it is known the split of the articles with silver; or
    ``AGREEMENT``, where ``gold`` is what one annotator made and ``found`` what another did, who had not seen it.
    """

    layer: str
    measure: str
    right: float
    found: int
    gold: float
    of: str = "silver"

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right; None where nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of gold that was found; None where there is none."""
        return self.right / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two; None where there is nothing to find, and nothing was found."""
        both = self.found + self.gold
        return 2 * self.right / both if both else None

    def as_json(self) -> dict[str, Any]:
        """The counts and the rates, rounded to four places."""
        rates = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {**asdict(self), **{name: rounded(rate) for name, rate in rates.items()}}


def rounded(rate: float | None) -> float | None:
    """A rate to four places."""
    return None if rate is None else round(rate, 4)


def as_rate(rate: float | None) -> str:
    """A rate as people read it, to three places; a dash where there is nothing to count."""
    return "–" if rate is None else f"{rate:.3f}"


@dataclass(frozen=True, slots=True)
class Case:
    """An article, what a person annotated in it, and what the layers find without looking."""

    article: Article
    gold: Statements
    silver: Statements


def scores(cases: Sequence[Case]) -> list[Score]:
    """All measures of the layers that both a person and the program annotated, in a fixed order."""
    measures: list[Score] = []
    for layer, measure in _MEASURES.items():
        judged = [case for case in cases if layer in case.gold and layer in case.silver]
        if judged:
            measures += measure(judged)
    return measures


def added(several: Iterable[Sequence[Score]]) -> list[Score]:
    """The scores of several sets of cases as if they were one, in the order of the measures, apart by ``of``."""
    sums: dict[tuple[str, str, str], list[Any]] = {}
    for scores_of_one in several:
        for one in scores_of_one:
            counts = sums.setdefault((one.layer, one.measure, one.of), [0, 0, 0])
            for index, count in enumerate((one.right, one.found, one.gold)):
                counts[index] += count
    order = list(_MEASURES)
    ordered = sorted(sums.items(), key=lambda item: order.index(item[0][0]))
    return [Score(layer, measure, counts[0], counts[1], counts[2], of) for (layer, measure, of), counts in ordered]


def paired(wanted: Sequence[Span], found: Sequence[Span]) -> list[tuple[int, int]]:
    """Index pairs (wanted, found) that overlap with the same type, exact ones first, each used once."""
    same: dict[Span, list[int]] = defaultdict(list)
    for f in reversed(range(len(found))):
        same[found[f]].append(f)
    pairs = [(w, same[one].pop()) for w, one in enumerate(wanted) if same.get(one)]
    taken = {w for w, _ in pairs}
    free = sorted((found[f][0], f) for left in same.values() for f in left)
    starts = [start for start, _ in free]
    furthest = list(accumulate((found[f][1] for _, f in free), max))
    used: set[int] = set()
    for w, (start, end, kind) in enumerate(wanted):
        met: list[int] = []
        at = bisect_left(starts, end) if w not in taken else 0
        while at and furthest[at - 1] > start:
            at -= 1
            f = free[at][1]
            if found[f][1] > start and found[f][2] == kind and f not in used:
                met.append(f)
        if met:
            pairs.append((w, min(met)))
            used.add(min(met))
    return pairs


def _spans(statements: Statements, layer: str, types: Collection[str] = ()) -> list[Span]:
    """The spans of a layer's statements; with ``types`` those of these types alone, each with its type."""
    return [
        (one["start"], one["end"], one["type"] if types else "")
        for one in statements[layer]
        if not types or one["type"] in types
    ]


def _gold_and_silver(cases: Sequence[Case], layer: str, types: Collection[str] = ()) -> list[SpanPair]:
    """For each case the spans of gold and those of silver, as ``_spans``."""
    return [(_spans(case.gold, layer, types), _spans(case.silver, layer, types)) for case in cases]


def _strict(layer: str, name: str, pairs: Sequence[tuple[Sequence[Hashable], Sequence[Hashable]]]) -> Score:
    sets = [(set(wanted), set(found)) for wanted, found in pairs]
    right = sum(len(wanted & found) for wanted, found in sets)
    return Score(layer, name, right, sum(len(found) for _, found in sets), sum(len(wanted) for wanted, _ in sets))


def _overlapping(layer: str, name: str, pairs: Sequence[tuple[Sequence[Span], Sequence[Span]]]) -> Score:
    right = sum(len(paired(wanted, found)) for wanted, found in pairs)
    return Score(layer, name, right, sum(len(found) for _, found in pairs), sum(len(wanted) for wanted, _ in pairs))


def _partial(layer: str, name: str, cases: Sequence[Case], types: Collection[str]) -> Score:
    """Bounds alone, whatever the type: an overlap counts half (SemEval 2013, task 9.1; nervaluate's *partial*)."""
    pairs = [
        [[(start, end, "") for start, end, _ in _spans(side, layer, types)] for side in (case.gold, case.silver)]
        for case in cases
    ]
    right = 0.0
    for wanted, found in pairs:
        right += sum(1.0 if wanted[one] == found[other] else 0.5 for one, other in paired(wanted, found))
    return Score(layer, name, right, sum(len(found) for _, found in pairs), sum(len(wanted) for wanted, _ in pairs))


def _sentences(cases: Sequence[Case]) -> list[Score]:
    return [_strict("sentences", "strict", _gold_and_silver(cases, "sentences"))]


def _entities(cases: Sequence[Case]) -> list[Score]:
    scored: list[Score] = []
    for name, types in (("PER", {"PER"}), ("LOC", {"LOC"}), ("ORG", {"ORG"}), ("all", {"PER", "LOC", "ORG"})):
        pairs = _gold_and_silver(cases, "entities", types)
        scored += [_strict("entities", f"{name} strict", pairs), _overlapping("entities", f"{name} overlap", pairs)]
        if len(types) > 1:
            scored.append(_partial("entities", f"{name} partial, any type", cases, types))
    links, same_thing = [0, 0, 0], [0, 0, 0]
    for case in cases:
        silver = {(one["start"], one["end"], one["type"]): one for one in case.silver["entities"]}
        keyed = [((one["start"], one["end"], one["type"]), one) for one in case.gold["entities"]]
        hits = [(gold, silver[key]) for key, gold in keyed if key in silver]
        if any(gold.get("link") for _, gold in keyed):
            links[0] += sum(found["link"] is not None and gold.get("link") == found["link"] for gold, found in hits)
            links[1] += sum(found["link"] is not None for _, found in hits)
            links[2] += sum(gold.get("link") is not None for gold, _ in hits)
        things = [(found["entity"], gold["id"]) for gold, found in hits]
        for place, named in enumerate((things, [found for found, _ in things], [gold for _, gold in things])):
            same_thing[place] += sum(count * (count - 1) // 2 for count in Counter[Hashable](named).values())
    if links[2]:
        scored.append(Score("entities", "links on hits", right=links[0], found=links[1], gold=links[2]))
    right, found_pairs, gold_pairs = same_thing
    scored.append(Score("entities", SAME_THING, right, found_pairs, gold_pairs))
    return scored


_EDGE = " \n\t\xa0\u202f.,;:!?…«»\"“”'’-–—[]()"


def trimmed(text: str, statement: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """The fragments of a quotation without punctuation at their edges."""
    trimmed = []
    for fragment in statement["fragments"]:
        start, end = fragment["start"], fragment["end"]
        while start < end and text[start] in _EDGE:
            start += 1
        while end > start and text[end - 1] in _EDGE:
            end -= 1
        trimmed.append((start, end))
    return tuple(trimmed)


def _extents(quotations: Iterable[tuple[tuple[int, int], ...]]) -> list[Span]:
    """From the begin of the first fragment to the end of the last one."""
    return [(fragments[0][0], fragments[-1][1], "") for fragments in quotations]


def plain_name(name: str | None) -> str | None:
    """A name as names are compared: without case, spaces made one; None for none."""
    return " ".join(name.replace("’", "'").casefold().split()) if name else None


def same_speaker(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """The mention overlaps, or the resolved name is the same; where gold has none, none is found."""
    if not wanted["speaker"]:
        return not found["speaker"]
    [mention] = wanted["speaker"][:1]
    met = any(one["start"] < mention["end"] and mention["start"] < one["end"] for one in found["speaker"])
    name = plain_name(wanted["speaker_name"])
    return met or (name is not None and name == plain_name(found["speaker_name"]))


def judged_silver(case: Case, layer: str) -> list[dict[str, Any]]:
    """What a layer found and gold can judge: indirect quotations and further types of names where gold has some."""
    silver = case.silver[layer]
    if layer == "quotations":
        kinds = {one["kind"] for one in case.gold[layer]}
        return [one for one in silver if one["kind"] != "indirect" or "indirect" in kinds]
    if layer == "entities":
        types = {"PER", "LOC", "ORG", *(one["type"] for one in case.gold[layer])}
        return [one for one in silver if one["type"] in types]
    return silver


def _quotations(cases: Sequence[Case]) -> list[Score]:
    hits: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []
    fragments, whole = [], []
    for case in cases:
        judged = judged_silver(case, "quotations")
        gold = {trimmed(case.article.text, one): one for one in case.gold["quotations"]}
        silver = {trimmed(case.article.text, one): one for one in judged}
        hits += [(one, silver[key]) for key, one in gold.items() if key in silver]
        fragments.append((list(gold), list(silver)))
        whole.append((_extents(gold), _extents(silver)))
    detection = _strict("quotations", "detection", fragments)
    speakers = sum(same_speaker(one, other) for one, other in hits)
    names = sum(plain_name(one["speaker_name"]) == plain_name(other["speaker_name"]) for one, other in hits)
    cues = sum(
        [(span["start"], span["end"]) for span in one["cue"]] == [(span["start"], span["end"]) for span in other["cue"]]
        for one, other in hits
    )
    return [
        detection,
        _overlapping("quotations", "detection, overlap", whole),
        Score("quotations", "speaker on hits", speakers, len(hits), len(hits)),
        Score("quotations", "speaker end to end", speakers, detection.found, detection.gold),
        Score("quotations", "speaker name on hits", names, len(hits), len(hits)),
        Score("quotations", "cue on hits", cues, len(hits), len(hits)),
    ]


def _times(cases: Sequence[Case]) -> list[Score]:
    pairs = _gold_and_silver(cases, "times")
    hits = [
        (case.gold["times"][one], case.silver["times"][other])
        for case, (gold, silver) in zip(cases, pairs, strict=True)
        for one, other in paired(gold, silver)
    ]
    values = sum(gold["value"] == silver["value"] for gold, silver in hits)
    return [
        _strict("times", "strict", pairs),
        _overlapping("times", "overlap", pairs),
        Score("times", "value on hits", values, len(hits), len(hits)),
    ]


def _keywords(cases: Sequence[Case]) -> list[Score]:
    pairs = [
        [{plain_name(one["text"]) for one in side["keywords"]} for side in (case.gold, case.silver)] for case in cases
    ]
    return [_strict("keywords", "strict", [(list(wanted), list(found)) for wanted, found in pairs])]


_MEASURES: dict[str, Callable[[Sequence[Case]], list[Score]]] = {
    "sentences": _sentences,
    "entities": _entities,
    "quotations": _quotations,
    "times": _times,
    "keywords": _keywords,
}


_DRAWS = 1000
"""Articles are drawn so many times: enough for the second digit of an interval."""


Interval = tuple[Score, float | None, float | None]
"""A measure, and the bounds in which 95 % of its F1 lie; None where it has none."""


def intervals(cases: Sequence[Case]) -> list[Interval]:
    """All measures, each with the interval in which 95 % of its F1 lie when articles are drawn again with replacement.

    Bootstrap by article (Efron 1979; Berg-Kirkpatrick and others 2012), since statements of one article are not
    independent. The draws are the same every time; one in which there is nothing to count does not count. Where a
    single article has anything to count the interval says nothing: it is 0 to 1.
    """
    if not cases:
        return []
    each = [scores([case]) for case in cases]
    measured = added(each)
    places = {(one.layer, one.measure): number for number, one in enumerate(measured)}
    counts = np.zeros((len(measured), len(cases), 2))
    for number, of_case in enumerate(each):
        for one in of_case:
            counts[places[one.layer, one.measure], number] = 2 * one.right, one.found + one.gold
    draws = np.random.default_rng(0).multinomial(len(cases), np.full(len(cases), 1 / len(cases)), _DRAWS)
    found: list[Interval] = []
    for one, of_one in zip(measured, counts, strict=True):
        right, both = (draws @ of_one).T
        if np.count_nonzero(of_one[:, 1]) < 2:
            found.append((one, 0.0, 1.0) if one.f1 is not None else (one, None, None))
        else:
            low, high = np.quantile(right[both > 0] / both[both > 0], (0.025, 0.975)).tolist()
            found.append((one, low, high))
    return found


def as_text(found: Sequence[Interval]) -> str:
    """The scores with their intervals as a table for a terminal."""
    rates = f"{'precision':>9} {'recall':>7} {'F1':>6} {'95 % of draws':>14}"
    lines = [f"{'layer':<11} {'measure':<29} {rates} {'gold':>6} {'found':>6}"]
    for one, low, high in found:
        draws = "–" if low is None else f"{as_rate(low)}-{as_rate(high)}"
        rates = f"{as_rate(one.precision):>9} {as_rate(one.recall):>7} {as_rate(one.f1):>6} {draws:>14}"
        lines.append(f"{one.layer:<11} {one.measure:<29} {rates} {one.gold:>6} {one.found:>6}")
    return "\n".join(lines)
