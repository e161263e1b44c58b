#!/usr/bin/env python3
"""Keywords against keyphrases of readers: precision, recall and F1 of the ten keywords on a hundred Wikinews articles.

The set is wikinews-2013-pre: texts of French Wikinews of 2012 (CC BY 2.5), keyphrases Apache-2.0. PATH holds
``keyphrases.json`` and ``html/``. Articles are sorted by id; the layer's weights were tuned on the even half, and the
odd half is what is reported. Figures are means over articles, on lower-cased words without plural endings.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Collection
from pathlib import Path
from statistics import mean

from sets import arguments, article_of, found_in, half_of, print_figures

from corpus.model.article import Article


def plain(phrase: str) -> str:
    """A phrase without case and plural endings, to compare by."""
    return " ".join(
        re.sub(r"[sx]$", "", word) if len(word) > 3 else word for word in re.split(r"[ ’']", phrase.lower())
    )


def article_in(file: Path) -> Article:
    """The headings and paragraphs of a page."""
    blocks = re.findall(r"<(?:h1|h2|p)[^>]*>(.*?)</(?:h1|h2|p)>", file.read_text("utf-8"), re.DOTALL)
    lines = [re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", "", block))).strip() for block in blocks]
    return article_of(file.stem, "\n\n".join(line for line in lines if line), "2012")


def judged(wanted: Collection[str], found: Collection[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of one article."""
    gold, given = {plain(phrase) for phrase in wanted}, {plain(phrase) for phrase in found}
    hits = len(gold & given)
    return hits / max(1, len(given)), hits / max(1, len(gold)), 2 * hits / max(1, len(gold) + len(given))


def main() -> int:
    """Print the figures."""
    given = arguments(__doc__, "PATH", halves=True).parse_args()
    wanted = json.loads((given.path / "keyphrases.json").read_text("utf-8"))
    files = half_of(sorted((given.path / "html").glob("*.html")), given.half)
    rows = [judged(wanted[file.stem], found_in(article_in(file), "keywords").found["keywords"]) for file in files]
    names = ("precision_at_10", "recall_at_10", "f1_at_10")
    means = {name: mean(row[place] for row in rows) for place, name in enumerate(names)}
    print_figures({"texts": len(files), **means}, as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
