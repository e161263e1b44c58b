#!/usr/bin/env python3
"""Topics against the sections of a news site: how often the first, and one of the first three, is right on OrangeSum.

The texts are of news agencies, whose rights the set's authors do not hold: they are only measured on, and nothing
was learnt from them. PATH holds ``articles.jsonl``. Choices were made on articles of even id; those of odd id are
reported. A hit is a topic that the article's section allows (``TOPICS_OF_SECTION``); ``monde`` and ``france`` say
where, not what, and are left out. ``micro`` is the mean over articles, ``macro`` over sections.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from typing import Any

from sets import arguments, article_of, found_in

from corpus.model.article import Article

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
_SITE = re.compile(r" : actualité automobile, infos, scoop$")
_LAYER = "corpus.annotate.topics.topics:TOPICS"

Hits = list[tuple[bool, bool]]


def article_in(row: dict[str, Any]) -> Article:
    """The article as our parsers would give it; a heading that is a bare date is none."""
    heading = (row["heading"] or "").strip()
    blocks = [(_SITE.sub("", row["title"]).strip(), "title")]
    if len(heading.split()) > 4:
        blocks.append((heading, "standfirst"))
    blocks += [(text.strip(), "body") for text in row["paragraphs"] if text.strip() and text.strip() != heading]
    blocks = [(re.sub(r"\n{2,}", "\n", text), role) for text, role in blocks if text]
    text, roles = "\n\n".join(text for text, _ in blocks), [role for _, role in blocks]
    return article_of(str(row["id"]), text, row["published"][:10], roles)


def means(found: Hits) -> dict[str, float]:
    """The share of articles whose first topic is right, and of those where one of the first three is."""
    first, third = (sum(one[place] for one in found) / len(found) for place in (0, 1))
    return {"articles": len(found), "top_1": round(first, 4), "top_3": round(third, 4)}


def main() -> int:
    """Print the figures."""
    given = arguments(__doc__, "PATH", halves=True).parse_args()
    hits: dict[str, Hits] = defaultdict(list)
    with (given.path / "articles.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            allowed = TOPICS_OF_SECTION.get(row["category"])
            if allowed is None or (given.half != "all" and row["id"] % 2 != (given.half == "odd")):
                continue
            found = [topic.code in allowed for topic in found_in(article_in(row), _LAYER).found["topics"]]
            hits[row["category"]].append((any(found[:1]), any(found[:3])))
    rows = {section: means(found) for section, found in sorted(hits.items())}
    every = [one for found in hits.values() for one in found]
    macro = {name: round(sum(row[name] for row in rows.values()) / len(rows), 4) for name in ("top_1", "top_3")}
    figures = {**rows, "micro": means(every), "macro": {"articles": len(every), **macro}}
    if given.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for name, row in figures.items():
            print(f"{name:24}{row['articles']:5.0f}{row['top_1']:8.3f}{row['top_3']:8.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
