"""Direct speech with its speaker against fr-litbank (novels, brat standoff): another genre than the press.

    python eval/frlitbank.py FOLDER [--json]

Novels open speech with a dash, which the layer leaves alone (in press copy a dash is no speech). So recall is
given over the citations that stand between quotation marks; a hit overlaps a gold citation by half of both.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from corpus.annotate.quotations import quotations
from standin import annotate, article_of

_LINE = re.compile(r"(T\d+)\t(\w+) ([\d; ]+)\t")
_SOURCE = re.compile(r"R\d+\tSource Arg1:(T\d+) Arg2:(T\d+)")
_MARKS = '«»“”"'


def _read(file: Path) -> tuple[str, dict[str, list[tuple[int, int]]], dict[str, str]]:
    """The text, the spans of every citation and mention, and the mention that each citation's source is."""
    text = file.read_text("utf-8")
    lines = file.with_suffix(".ann").read_text("utf-8")
    spans = {}
    for mark, kind, offsets in _LINE.findall(lines):
        pairs = [tuple(map(int, part.split())) for part in offsets.split(";")]
        spans[f"{kind} {mark}"] = [(pair[0], pair[1]) for pair in pairs]
    return text, spans, dict(_SOURCE.findall(lines))


def _marked(text: str, spans: list[tuple[int, int]]) -> bool:
    around = text[max(spans[0][0] - 2, 0) : spans[0][0] + 2]
    return any(sign in around for sign in _MARKS)


def _shared(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> float:
    common = sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in other)
    return common / max(sum(b - a for a, b in one), sum(b - a for a, b in other), 1)


def scores(folder: Path) -> Iterator[tuple[str, int]]:
    """Counts by name, to be added up."""
    for file in sorted(folder.glob("*.txt")):
        if not file.with_suffix(".ann").exists():
            continue
        text, spans, sources = _read(file)
        article = article_of(file.stem, "1900", text)
        found = quotations(article, *annotate(article))
        gold = {name.split()[1]: one for name, one in spans.items() if name.startswith("Citation")}
        mentions = {name.split()[1]: one for name, one in spans.items() if not name.startswith("Citation")}
        sources |= {mention: citation for citation, mention in sources.items()}  # both directions occur
        sources = {
            citation: mention for citation, mention in sources.items() if citation in gold and mention in mentions
        }
        yield "found", len(found)
        for mark, one in gold.items():
            if not _marked(text, one):
                yield "gold_by_dash", 1
                continue
            yield "gold", 1
            hit = next((quotation for quotation in found if _shared(one, list(quotation.fragments)) >= 0.5), None)
            if hit is None:
                continue
            yield "hits", 1
            if mark in sources:
                start, end = mentions[sources[mark]][0]
                yield "with_speaker", 1
                yield "speaker", int(any(min(end, b) > max(start, a) for a, b in hit.speaker))


def main() -> int:
    """Score the folder that the command names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    count: dict[str, float] = {}
    for name, number in scores(arguments.path):
        count[name] = count.get(name, 0) + number
    count["recall"] = count.get("hits", 0) / max(count.get("gold", 0), 1)
    count["speaker_accuracy"] = count.get("speaker", 0) / max(count.get("with_speaker", 0), 1)
    print(json.dumps(count) if arguments.json else "\n".join(f"{name}\t{value:g}" for name, value in count.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
