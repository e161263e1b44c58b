#!/usr/bin/env python3
"""Direct speech with its speaker in novels, another genre than the press: recall of the quotations layer on fr-litbank.

fr-litbank is novels of 1830 to 1937 in the public domain with brat annotations (CC BY-SA 2.0 FR). All of it is
measured; nothing was tuned on it. Novels open speech with a dash, which the layer leaves alone (in press copy
a dash is no speech), so that recall is given over the citations that stand between quotation marks; a hit overlaps a
gold citation by half of both. The speaker is right where its span touches the gold mention.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from sets import arguments, article_of, found_in, print_figures

_LINE = re.compile(r"(T\d+)\t(\w+) ([\d; ]+)\t")
_SOURCE = re.compile(r"R\d+\tSource Arg1:(T\d+) Arg2:(T\d+)")
_MARKS = '«»“”"'

Extents = Sequence[tuple[int, int]]


def _read(file: Path) -> tuple[str, dict[str, Extents], dict[str, Extents], dict[str, str]]:
    """The text, the spans of its citations and of its mentions, and the mention that each citation's source is."""
    lines = file.with_suffix(".ann").read_text("utf-8")
    gold: dict[str, Extents] = {}
    mentions: dict[str, Extents] = {}
    for mark, kind, offsets in _LINE.findall(lines):
        pairs = [part.split() for part in offsets.split(";")]
        (gold if kind.startswith("Citation") else mentions)[mark] = [(int(pair[0]), int(pair[1])) for pair in pairs]
    sources = dict(_SOURCE.findall(lines))
    sources |= {mention: citation for citation, mention in sources.items()}  # both directions occur
    return file.read_text("utf-8"), gold, mentions, {c: m for c, m in sources.items() if c in gold and m in mentions}


def _marked(text: str, spans: Extents) -> bool:
    around = text[max(spans[0][0] - 2, 0) : spans[0][0] + 2]
    return any(sign in around for sign in _MARKS)


def _shared(one: Extents, other: Extents) -> float:
    common = sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in other)
    return common / max(sum(b - a for a, b in one), sum(b - a for a, b in other), 1)


def counted(file: Path) -> Iterator[tuple[str, int]]:
    """What a novel adds to each count."""
    text, gold, mentions, sources = _read(file)
    found = found_in(article_of(file.stem, text, "1900"), "quotations").found["quotations"]
    yield "found", len(found)
    for mark, one in gold.items():
        if not _marked(text, one):
            yield "gold_by_dash", 1
            continue
        yield "gold", 1
        hit = next((quotation for quotation in found if _shared(one, quotation.fragments) >= 0.5), None)
        if hit is None:
            continue
        yield "hits", 1
        if mark in sources:
            start, end = mentions[sources[mark]][0]
            yield "with_speaker", 1
            yield "speaker", int(any(min(end, b) > max(start, a) for a, b in hit.speaker))


def main() -> int:
    """Print the figures."""
    given = arguments(__doc__, "PATH").parse_args()
    files = [file for file in sorted(given.path.glob("*.txt")) if file.with_suffix(".ann").exists()]
    count = Counter[str]()
    for file in files:
        for name, number in counted(file):
            count[name] += number
    shares = {
        "recall": count["hits"] / max(count["gold"], 1),
        "speaker_accuracy": count["speaker"] / max(count["with_speaker"], 1),
    }
    print_figures({"texts": len(files), **count, **shares}, as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
