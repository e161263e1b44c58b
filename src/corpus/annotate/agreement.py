"""How far people agree who annotated the same articles without seeing each other's work, as counts that add up.

Krippendorff's alpha and Cohen's kappa are counted on words (``WORD``): what an annotator says of a word is the types of
the spans in which it stands, or none; for sentences, whether one begins there (Krippendorff 2018, chapter 12; Cohen
1960; Artstein and Poesio 2008). Most words stand in no span, and how many do hangs on the text, so that F1 of the spans
stands beside them: it is the same whichever of two annotators stands for gold (Hripcsak and Rothschild 2005). Where
there are more than two, alpha is of all, and the words and spans of each pair are added up for kappa and F1. Keywords
have no place in the text, and F1 alone.

The libraries that count alpha and kappa take every word; here an article gives how often each answer was given, which
workers add up. Tests hold the two formulas against ``krippendorff`` and ``nltk``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, combinations
from typing import Any, NamedTuple

from corpus.annotate.gold import GOLD_LAYERS
from corpus.annotate.metrics import (
    AGREEMENT,
    ON_HITS,
    SAME_THING,
    Case,
    Score,
    Statements,
    added,
    paired,
    plain_name,
    rounded,
    scores,
    trimmed,
)
from corpus.annotate.words import WORD
from corpus.model.article import Article

ALL = "all"
_WORDS, _NONE, _ALSO, _NEXT = "words ", "", "+", "|"
TYPE = {"entities": "type", "quotations": "kind", "times": "kind"}
"""The field that says of which type a statement is, in the layers that have types."""

_STRICT, _OVERLAP = " strict", " overlap"


def agreement(article: Article, each: Sequence[Statements]) -> list[Score]:
    """How far several annotators of an article agree, in each layer that two of them annotated.

    ``words`` with an answer of each annotator says how many words were given these answers; all other measures are
    those of one annotator against another, pairs added up.
    """
    found: list[Score] = []
    for layer in GOLD_LAYERS:
        those = [one for one in each if layer in one]
        if len(those) < 2:
            continue
        if layer != "keywords":
            labels = [_labels(article.text, layer, one[layer]) for one in those]
            answers = Counter(zip(*labels, strict=True))
            found += [
                Score(layer, _WORDS + _NEXT.join(answer), count, 0, 0, AGREEMENT)
                for answer, count in sorted(answers.items())
            ]
        for one, other in combinations(those, 2):
            found += _of_spans(article.text, layer, one[layer], other[layer])
            found += _of_hits(article, layer, one, other)
    return added([found])


def _labels(text: str, layer: str, statements: Sequence[Mapping[str, Any]]) -> list[str]:
    """What an annotator says of each word of a text."""
    words = [found.span() for found in WORD.finditer(text)]
    starts, ends = [start for start, _ in words], [end for _, end in words]
    changes: dict[str, list[int]] = defaultdict(lambda: [0] * (len(words) + 1))
    for one in statements:
        kind = one[TYPE[layer]] if layer in TYPE else "begins"
        for span in one.get("fragments", (one,)):
            first, last = bisect_right(ends, span["start"]), bisect_left(starts, span["end"])
            if first < last:
                changes[kind][first] += 1
                changes[kind][first + 1 if layer == "sentences" else last] -= 1
    labels = [_NONE] * len(words)
    for kind, of_kind in sorted(changes.items()):
        for word, within in enumerate(accumulate(of_kind[:-1])):
            if within:
                labels[word] += _ALSO + kind if labels[word] else kind
    return labels


def _of_spans(
    text: str, layer: str, one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]
) -> Iterator[Score]:
    """Spans of the same bounds and type, and those that share a character and the type, by type."""
    sides = [[_placed(text, layer, statement) for statement in side] for side in (one, other)]
    types = sorted({kind for side in sides for _, kind, _ in side if kind})
    for name in (*types, ALL):
        ours, theirs = ([each for each in side if name in (ALL, each.type)] for side in sides)
        counts = len(theirs), len(ours)
        strict = len({each[:2] for each in ours} & {each[:2] for each in theirs})
        yield Score(layer, name + _STRICT, strict, *counts, AGREEMENT)
        if layer != "keywords":
            overlap = len(paired([each.extent for each in ours], [each.extent for each in theirs]))
            yield Score(layer, name + _OVERLAP, overlap, *counts, AGREEMENT)


class _Placed(NamedTuple):
    """A statement as another is compared with it: what its bounds are, its type, the stretch that it covers."""

    bounds: Any
    type: str
    extent: tuple[int, int, str]


def _placed(text: str, layer: str, one: Mapping[str, Any]) -> _Placed:
    kind = one[TYPE[layer]] if layer in TYPE else ""
    if layer == "keywords":
        return _Placed(plain_name(one["text"]), "", (0, 1, ""))
    if layer == "quotations":
        fragments = trimmed(text, one)
        return _Placed(fragments, kind, (fragments[0][0], fragments[-1][1], kind))
    return _Placed((one["start"], one["end"]), kind, (one["start"], one["end"], kind))


def _of_hits(article: Article, layer: str, one: Statements, other: Statements) -> Iterator[Score]:
    """What two annotators say of the statements that both made: speakers, values, links, who is the same."""
    sides = [{layer: side[layer]} for side in (one, other)]
    if layer == "entities":  # a gold file has other names for identity and link than a row of the table
        sides[1] = {layer: [{**each, "entity": each["id"], "link": each.get("link")} for each in other[layer]]}
    for score in scores([Case(article, *sides)]):
        if score.measure.endswith(ON_HITS) or score.measure == SAME_THING:
            yield replace(score, of=AGREEMENT)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far annotators agree in a layer, on a type of spans or all.

    ``alpha`` and ``kappa`` are None where they say nothing: all words were given the same answer, or the layer has no
    places. ``one`` and ``other`` are the spans of the first and the second of each pair; ``overlap`` is None for
    keywords.
    """

    layer: str
    type: str
    alpha: float | None
    kappa: float | None
    strict: float | None
    overlap: float | None
    words: int
    one: int
    other: int

    def as_json(self) -> dict[str, Any]:
        """The rates, rounded to four places, and the counts."""
        rates = {name: getattr(self, name) for name in ("alpha", "kappa", "strict", "overlap")}
        shown = {name: rounded(rate) for name, rate in rates.items()}
        counts = {"words": self.words, "one": self.one, "other": self.other}
        return {"layer": self.layer, "type": self.type, **shown, **counts}


def measured(several: Iterable[Iterable[Score]]) -> tuple[list[Agreement], list[Score]]:
    """Alpha, kappa and F1 by layer and type from the counts of ``agreement``; and what was said of hits, added up.

    Types that nobody annotated are left out, and so are layers of which nobody annotated anything. Measures of releases
    that were made before there was alpha come with F1 alone.
    """
    answers: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    spans: dict[tuple[str, str], dict[str, Score]] = {}
    others: list[Score] = []
    for score in added([[one for one in scores_of_one if one.of == AGREEMENT] for scores_of_one in several]):
        name, _, kind = score.measure.rpartition(" ")
        if score.measure.startswith(_WORDS):
            answers[score.layer][tuple(score.measure.removeprefix(_WORDS).split(_NEXT))] += int(score.right)
        elif f" {kind}" in (_STRICT, _OVERLAP) and not name.endswith(","):
            spans.setdefault((score.layer, name or ALL), {})[kind] = score
        elif score.gold or score.found:
            others.append(score)
    found = []
    for (layer, name), those in sorted(spans.items(), key=lambda one: _order(*one[0])):
        strict, overlap = those["strict"], those.get("overlap")
        if not strict.gold and not strict.found:
            continue
        said = answers[layer] if name == ALL else _of_type(answers[layer], name)
        rates = alpha(said), kappa(said), strict.f1, None if overlap is None else overlap.f1
        found.append(Agreement(layer, name, *rates, said.total(), int(strict.gold), strict.found))
    return found, others


def _order(layer: str, name: str) -> tuple[int, bool, str]:
    return GOLD_LAYERS.index(layer), name == ALL, name


def _of_type(answers: Mapping[tuple[str, ...], int], name: str) -> Counter[tuple[str, ...]]:
    """The same answers as yes and no: whether a word stands in a span of this type."""
    found: Counter[tuple[str, ...]] = Counter()
    for answer, count in answers.items():
        found[tuple(name if name in label.split(_ALSO) else _NONE for label in answer)] += count
    return found


def alpha(answers: Mapping[tuple[str, ...], int]) -> float | None:
    """Krippendorff's alpha of nominal answers, of two or more to each unit; None where all are the same.

    ``answers`` says of how many units these answers were given. It is 1 - observed / expected disagreement, both from
    the matrix of coincidences (Krippendorff 2018, section 12.3).

    >>> round(alpha({("a", "a"): 3, ("b", "b"): 4, ("a", "b"): 1}), 3)
    0.762
    """
    same, of_label = 0.0, Counter[str]()
    for answer, count in sorted(answers.items()):  # sums of fractions hang on their order
        for label, times in Counter(answer).items():
            of_label[label] += count * times
            same += count * times * (times - 1) / (len(answer) - 1)
    total = of_label.total()
    expected = sum(count * (total - count) for count in of_label.values())
    if not expected:
        return None
    return 1 - (total - 1) * (total - same) / expected


def kappa(answers: Mapping[tuple[str, ...], int]) -> float | None:
    """Cohen's kappa of nominal answers, the pairs of those to each unit added up; None where all are the same.

    ``answers`` is as for ``alpha``. It is (observed - expected) / (1 - expected) agreement, what is expected following
    from how often the first and the second of a pair give each answer (Cohen 1960).

    >>> round(kappa({("a", "a"): 3, ("b", "b"): 4, ("a", "b"): 1}), 3)
    0.75
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for answer, count in answers.items():
        for pair in combinations(answer, 2):
            pairs[pair] += count
    firsts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for (first, second), count in pairs.items():
        firsts[first] += count
        seconds[second] += count
    total = pairs.total()
    expected = sum(count * seconds[label] for label, count in firsts.items())
    if expected == total**2:
        return None
    observed = sum(count for (first, second), count in pairs.items() if first == second)
    return (observed * total - expected) / (total**2 - expected)
