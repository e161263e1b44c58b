"""Scores the topics layer on the sections that a French news site filed its articles under (OrangeSum).

    python orangesum_topics.py FOLDER [--half even|odd|all] [--errors] [--json]

A hit is a topic that the article's section allows by ``TOPICS_OF_SECTION``. Choices were made on articles of even id,
figures are reported on odd ids. The texts are only measured on: nothing was learnt from them. ``macro`` is the mean
over sections, ``micro`` over articles.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from corpus.article import Article, Paragraph

from corpus.annotate.topics import topics

TOPICS_OF_SECTION: dict[str, tuple[str, ...]] = {
    # section: the IPTC topics that it may hold, for the concepts that IPTC files under them
    "politique": ("medtop:11000000",),
    "automobile": ("medtop:04000000", "medtop:10000000"),  # « Industrie automobile »; « Amateur d'automobile »
    "societe/people": ("medtop:01000000", "medtop:08000000"),  # « Arts et divertissement »; « Célébrités »
    "societe/fait-divers": ("medtop:02000000", "medtop:03000000"),  # crimes; accidents
    "societe/culture": ("medtop:01000000",),
    "societe/media": ("medtop:01000000",),  # IPTC's first topic holds « Médias »
    "societe/high-tech": ("medtop:13000000",),
    "societe/sante": ("medtop:07000000",),
    "societe/environnement": ("medtop:06000000",),
    "societe/insolite": ("medtop:08000000",),  # « Gens animaux insolite »
}
"""``monde`` and ``france`` say where, not what, and are left out."""

_SITE = re.compile(r" : actualité automobile, infos, scoop$")


def article_of(row: dict[str, Any]) -> Article:
    """The article as our parsers would give it; a heading that is a bare date is none."""
    heading = (row["heading"] or "").strip()
    blocks = [(_SITE.sub("", row["title"]).strip(), "title")]
    if len(heading.split()) > 4:
        blocks.append((heading, "standfirst"))
    blocks += [(text, "body") for text in row["paragraphs"] if text.strip() and text.strip() != heading]
    paragraphs, start = [], 0
    for text, role in blocks:
        paragraphs.append(Paragraph(start, start + len(text), role))
        start += len(text) + 2
    whole, day = "\n\n".join(text for text, _ in blocks), row["published"][:10]
    return Article(
        str(row["id"]), "o", blocks[0][0], None, None, day, day, day, "fr", whole, tuple(paragraphs), "", "none", "", ""
    )


def main() -> int:
    """Prints the table or the JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("even", "odd", "all"), default="odd")
    parser.add_argument("--errors", action="store_true", help="print the articles whose first topic is no hit")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    with (asked.folder / "articles.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            allowed = TOPICS_OF_SECTION.get(row["category"])
            if allowed is None or (asked.half != "all" and row["id"] % 2 != (asked.half == "odd")):
                continue
            codes = [topic.code for topic in topics(article_of(row))]
            hits[row["category"]].append(
                (codes[:1] != [] and codes[0] in allowed, any(code in allowed for code in codes[:3]))
            )
            if asked.errors and not hits[row["category"]][-1][0]:
                sys.stderr.write(f"{row['category']}\t{' '.join(code[7:9] for code in codes[:3])}\t{row['title']}\n")
    rows = {section: _means(found) for section, found in sorted(hits.items())}
    every = [one for found in hits.values() for one in found]
    figures: dict[str, dict[str, float]] = {**rows, "micro": _means(every)}
    figures["macro"] = {
        "articles": len(every),
        **{name: round(sum(row[name] for row in rows.values()) / len(rows), 4) for name in ("top_1", "top_3")},
    }
    if asked.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for name, row in figures.items():
            print(f"{name:24}{row['articles']:5.0f}{row['top_1']:8.3f}{row['top_3']:8.3f}")
    return 0


def _means(found: list[tuple[bool, bool]]) -> dict[str, float]:
    first, third = (sum(one[place] for one in found) / len(found) for place in (0, 1))
    return {"articles": len(found), "top_1": round(first, 4), "top_3": round(third, 4)}


if __name__ == "__main__":
    sys.exit(main())
