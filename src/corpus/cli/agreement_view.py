"""How far annotators agree, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corpus.annotate.agreement import ALL, Agreement
from corpus.annotate.metrics import Score, as_rate
from corpus.cli.common import SHOWN
from corpus.curate.agreement import Disagreement, Found, Pair
from corpus.model.problem import number_of

_HEAD = f"{'layer':<11} {'type':<9} {'alpha':>6} {'kappa':>6} {'strict':>6} {'overlap':>7} {'one':>7} {'other':>7}"
_CUT = 60
_LISTED = 10


def lines(
    found: Found,
    rates: Sequence[Agreement],
    of_hits: Sequence[Score],
    pairs: Mapping[Pair, Sequence[Agreement]],
    asked: Sequence[str],
) -> Iterator[str]:
    """Rates by layer and type, and of each two annotators where there are more; confused types; where they differ.

    What was not compared stands at the end.
    """
    if rates:
        yield _HEAD
        yield from map(_rates, rates)
        for one in of_hits:
            yield f"{one.layer:<11} {one.measure:<30} {as_rate(one.f1):>6} {'':>7} {one.gold:>7,} {one.found:>7,}"
        if any(one.alpha is None for one in rates):
            yield "–: keywords have no place; elsewhere every word has the same answer, and chance explains all"
        for (first, second), of_pair in pairs.items() if len(pairs) > 1 else ():
            yield ""
            yield f"{first} (one), {second} (other)"
            yield from (_rates(one) for one in of_pair if one.type == ALL)
        yield from _confused(found)
        yield from _differences(found.disagreements)
        yield ""
    yield from _missing(found, rates, asked)


def _rates(one: Agreement) -> str:
    shown = [f"{as_rate(rate):>6}" for rate in (one.alpha, one.kappa, one.strict)]
    return f"{one.layer:<11} {one.type:<9} {' '.join(shown)} {as_rate(one.overlap):>7} {one.one:>7,} {one.other:>7,}"


def _confused(found: Found) -> Iterator[str]:
    """For each layer a table of the types that the first and the second of each pair gave one place."""
    for layer, counts in found.confused.items():
        if not counts:
            continue
        types = [*sorted({kind for pair in counts for kind in pair if kind}), ""]
        width = max(9, *map(len, types))
        yield ""
        yield f"{layer}: types of the first annotator (lines) and the second (columns) at one place"
        yield f"  {'':<{width}} " + " ".join(f"{kind or 'none':>{width}}" for kind in types)
        for kind in types:
            row = " ".join(f"{counts[kind, other] or '.':>{width}}" for other in types)
            yield f"  {kind or 'none':<{width}} {row}"


def _differences(found: Sequence[Disagreement]) -> Iterator[str]:
    yield ""
    yield number_of(len(found), "disagreement")
    for one in found[:SHOWN]:
        said, other = (cut(words) or "nothing" for words in (one.says, one.other_says))
        place = f"{one.file}: {one.layer}" + (f" {one.start}-{one.end}" if one.end else "")
        yield f"  {place}: {one.differs}: {one.annotator}: {said} | {one.other_annotator}: {other}"
    if len(found) > SHOWN:
        yield f"  ... and {len(found) - SHOWN:,} more: --csv FILE writes all"


def cut(words: str) -> str:
    """Words that fit into a line beside others."""
    return words if len(words) <= _CUT else f"{words[:_CUT]}…"


def _missing(found: Found, rates: Sequence[Agreement], asked: Sequence[str]) -> Iterator[str]:
    """How much was compared, and what is missing, with what to do about it."""
    said = [f"{name} {count:,}" for name, count in sorted(found.annotators.items())]
    count = number_of(len(found.scores), "article")
    yield f"{count} of two or more annotators" + (f": {', '.join(said)}" if said else "")
    compared = {score.layer for scores in found.scores for score in scores}
    for layer in asked:
        if found.scores and layer not in {one.layer for one in rates}:
            yield f"{layer}: {'nobody annotated any' if layer in compared else 'in no article by two annotators'}"
    if found.alone:
        yield f"{number_of(found.alone, 'article')} of one annotator alone: corpus gold ID --annotator NAME --empty"
    if found.settled:
        how = "of two annotators each has a file of their own: corpus gold ID --annotator NAME --empty"
        yield f"{number_of(found.settled, 'article')} with a settled file only; {how}"
    if found.unfinished:
        yield f"not signed yet, and left out: {listed(found.unfinished)}"
    if found.refused:
        yield f"refused, and left out: {listed(found.refused)}; corpus check says why"


def listed(files: Sequence[str]) -> str:
    """The first of some files, and how many more there are."""
    more = f" and {len(files) - _LISTED:,} more" if len(files) > _LISTED else ""
    return ", ".join(files[:_LISTED]) + more
