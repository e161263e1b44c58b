"""Counts in how many articles each keyword candidate stands, and prints the table that the keywords layer ships.

    python keyword_frequencies.py FOLDER > keywords_frequencies.tsv

FOLDER holds plain texts (WiNER-fr: French Wikinews of 2016 and 2017, CC BY 2.5), one article a file, its title on the
first line. Terms of fewer than six articles are left out: the layer weighs them all the same. The first row, of no
term, is the number of articles.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from corpus.annotate.keywords import candidates
from corpus.annotate.tokens import sentences
from corpus.article import Article, Paragraph

FEWEST = 6


def article_of(text: str) -> Article:
    """An article of paragraphs, one a line, whose first is the title."""
    lines = [line for raw in text.splitlines() if (line := re.sub(r"\s+", " ", raw).strip())]
    paragraphs, start = [], 0
    for index, line in enumerate(lines):
        paragraphs.append(Paragraph(start, start + len(line), "body" if index else "title"))
        start += len(line) + 2
    whole = "\n\n".join(lines)
    day = "2016-01-01"
    return Article(
        "w/a", "w", "", None, None, day, day, day, "fr", whole, tuple(paragraphs), "CC-BY-2.5", "full", "", ""
    )


def main() -> int:
    articles = [article_of(file.read_text("utf-8")) for file in sorted(Path(sys.argv[1]).rglob("*.txt"))]
    held: Counter[str] = Counter()
    for article, found in zip(articles, sentences(articles), strict=True):
        held.update({one.term for one in candidates(article, found)})
    sys.stdout.write(
        "# Articles that hold each term; French Wikinews 2016-2017 (WiNER-fr), CC BY 2.5, Wikinews contributors\n"
    )
    sys.stdout.write(f"\t{len(articles)}\n")
    for term, count in sorted(held.items()):
        if count >= FEWEST:
            sys.stdout.write(f"{term}\t{count}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
