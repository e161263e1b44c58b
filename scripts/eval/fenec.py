#!/usr/bin/env python3
"""Extents of dates, times and durations: overlapping and strict F1 of the times layer on FENEC.

FENEC is French texts of many kinds under the Quaero guidelines; each text has its own licence (its README: CC BY,
CC BY-SA, LGPL-LR). PATH is one release: ``FENEC`` (v1, ``time.*`` types) or ``FENEC_2.0`` (``TIME``). Documents
are sorted by name; rules were tuned on the even half, and the odd half is what is reported.

FENEC follows other guidelines than ours; what is mapped, and only this:

- its v1 counts durations as ``amount`` beside weights and sums, its v2 leaves most of them out: our durations
  are compared only where they overlap a gold span, unless ``--durations`` counts them all;
- nested gold spans: the longest;
- FENEC puts a leading preposition or article inside (« à 20 h 30 », « Du 8 au 15 août ») or leaves it out (« 17 h »,
  « 23 juin au 7 juillet »), our guidelines always leave it out: leading words of ``LEADING`` are cut from both sides
  alike, unless ``--as-annotated`` compares the spans as they are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sets import arguments, article_of, half_of, print_scores

from corpus.annotate.metrics import Case
from corpus.annotate.times.times import times

LEADING = re.compile(
    r"(?:(?:à partir|pas avant|jusqu['’](?:à|au|en)?|aux alentours|aux environs|autour|depuis|pendant|durant|entre|"
    r"vers|avant|après|dès|dans|pour|lors|sur|en|du|des|de|au|aux|à|le|la|les)(?: |$)|[ld]['’])",
    re.IGNORECASE,
)
_DATE = "2012-01-15"
"""FENEC gives no dates, and values are not judged."""

Extent = tuple[int, int]


def core(text: str, start: int, end: int) -> Extent:
    """The span without the prepositions and articles that it begins with."""
    while (cut := LEADING.match(text, start, end)) and cut.end() < end:
        start = cut.end()
    return start, end


def gold_of(file: Path) -> list[Extent]:
    """The longest time spans of an annotation file of either release."""
    spans = []
    for line in file.read_text("utf-8").splitlines():
        cells = line.split("\t")
        if cells[0] == "TIME":
            spans.append((int(cells[1]), int(cells[2])))
        elif len(cells) > 2 and cells[1].startswith("time."):
            numbers = [int(number) for number in re.findall(r"\d+", cells[1])]
            spans.append((numbers[0], numbers[-1]))
    spans.sort(key=lambda span: (span[0], -span[1]))
    longest: list[Extent] = []
    for span in spans:
        if not longest or span[0] >= longest[-1][1]:
            longest.append(span)
    return longest


def _statements(spans: Iterable[Extent]) -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "value": None} for start, end in spans]


def case_of(file: Path, *, durations: bool, as_annotated: bool) -> Case:
    """A text of the set, what people found in it, and what the layer finds."""
    with file.open(encoding="utf-8", newline="") as opened:
        text = opened.read()
    gold = gold_of(file.with_suffix(".ann"))
    article = article_of(file.stem, text, _DATE)
    found = [
        (one.start, one.end)
        for one in times(article, ())
        if durations or one.kind != "duration" or any(start < one.end and one.start < end for start, end in gold)
    ]
    if not as_annotated:
        gold, found = [core(text, *span) for span in gold], [core(text, *span) for span in found]
    return Case(article, {"times": _statements(gold)}, {"times": _statements(found)})


def main() -> int:
    """Print the scores."""
    parser = arguments(__doc__, "PATH", halves=True)
    parser.add_argument("--durations", action="store_true", help="count all our durations")
    parser.add_argument("--as-annotated", action="store_true", help="do not cut leading prepositions and articles")
    given = parser.parse_args()
    files = half_of(sorted(given.path.glob("*.txt")), given.half)
    cases = [case_of(file, durations=given.durations, as_annotated=given.as_annotated) for file in files]
    print_scores({"texts": len(cases)}, cases, ("strict", "overlap"), as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
