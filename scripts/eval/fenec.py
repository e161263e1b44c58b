"""Scores the extents of the times layer on FENEC (Quaero guidelines, brat standoff or tab-separated).

    python fenec.py FOLDER [--half even|odd|all] [--extents as-annotated|core] [--durations] [--errors] [--json]

FOLDER is one release: ``FENEC`` (v1, ``time.*`` types) or ``FENEC_2.0`` (``TIME``). Documents are sorted by name; ``even``
is the half that rules were tuned on. FENEC follows other guidelines than ours; what is mapped, and only this:

- its v1 counts durations as ``amount`` beside weights and sums, its v2 leaves most of them out: our durations are compared
  only where they overlap a gold span, unless ``--durations`` counts them all;
- nested gold spans: the longest;
- ``--extents core``: FENEC puts a leading preposition or article inside (« à 20 h 30 », « Du 8 au 15 août ») or leaves it
  out (« 17 h », « 23 juin au 7 juillet »), GUIDELINES.md always leaves it out; so leading words of ``LEADING`` are cut from
  both sides alike. ``as-annotated`` compares the spans as they are.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from corpus.annotate.times import times
from gold_times import article_of, f1, paired

LEADING = re.compile(
    r"(?:(?:à partir|pas avant|jusqu['’](?:à|au|en)?|aux alentours|aux environs|autour|depuis|pendant|durant|entre|vers|avant|après|"
    r"dès|dans|pour|lors|sur|en|du|des|de|au|aux|à|le|la|les)(?: |$)|[ld]['’])",
    re.IGNORECASE,
)


def core(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the prepositions and articles that it begins with."""
    while (cut := LEADING.match(text, start, end)) and cut.end() < end:
        start = cut.end()
    return start, end


def gold_of(file: Path) -> list[tuple[int, int]]:
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
    longest: list[tuple[int, int]] = []
    for span in spans:
        if not longest or span[0] >= longest[-1][1]:
            longest.append(span)
    return longest


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("even", "odd", "all"), default="odd")
    parser.add_argument("--extents", choices=("as-annotated", "core"), default="core")
    parser.add_argument("--durations", action="store_true")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    files = sorted(asked.folder.glob("*.txt"))
    files = {"even": files[::2], "odd": files[1::2], "all": files}[asked.half]
    counts = dict.fromkeys(("gold", "found", "overlap", "strict"), 0)
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            text = opened.read()
        gold = gold_of(file.with_suffix(".ann"))
        article = article_of(re.sub(r"\n", "\n", text), "2012-01-15")
        found = [
            (one.start, one.end)
            for one in times(article, ())
            if asked.durations or one.kind != "duration" or any(s < one.end and one.start < e for s, e in gold)
        ]
        if asked.extents == "core":
            gold, found = [core(text, *span) for span in gold], [core(text, *span) for span in found]
        pairs, exact = paired(gold, found)
        for name, count in zip(counts, (len(gold), len(found), len(pairs), exact), strict=True):
            counts[name] += count
        if asked.errors:
            _show(file.stem, text, gold, found, pairs)
    figures = {
        "files": len(files), **counts,
        "overlap_f1": round(f1(counts["overlap"], counts["gold"], counts["found"]), 4),
        "strict_f1": round(f1(counts["strict"], counts["gold"], counts["found"]), 4),
    }  # fmt: skip
    print(json.dumps(figures) if asked.json else "\n".join(f"{name:12}{value}" for name, value in figures.items()))
    return 0


def _show(
    name: str, text: str, gold: list[tuple[int, int]], found: list[tuple[int, int]], pairs: list[tuple[int, int]]
) -> None:
    for g, f in pairs:
        if gold[g] != found[f]:
            print("DIFF", name, repr(text[slice(*gold[g])]), repr(text[slice(*found[f])]))
    for g, span in enumerate(gold):
        if g not in {pair[0] for pair in pairs}:
            print("MISS", name, repr(text[slice(*span)]), repr(text[max(0, span[0] - 40) : span[1] + 30]))
    for f, span in enumerate(found):
        if f not in {pair[1] for pair in pairs}:
            print("EXTRA", name, repr(text[slice(*span)]), repr(text[max(0, span[0] - 40) : span[1] + 30]))


if __name__ == "__main__":
    sys.exit(main())
