"""Scores the keywords layer on keyphrases of French Wikinews articles (wikinews-2013-pre).

    python keywords.py FOLDER [--half even|odd|all] [--json]

F1 of the ten keywords, mean over articles, on lower-cased words without plural endings. Articles are sorted by id;
weights were tuned on ``even``. Tokens come from the tokens layer.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from pathlib import Path

from corpus.annotate.keywords import keywords
from corpus.annotate.tokens import sentences
from gold_times import article_of


def plain(phrase: str) -> str:
    """A phrase without case and plural endings, to compare by."""
    return " ".join(
        re.sub(r"[sx]$", "", word) if len(word) > 3 else word for word in re.split(r"[ ’']", phrase.lower())
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("even", "odd", "all"), default="odd")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    wanted = json.loads((asked.folder / "keyphrases.json").read_text("utf-8"))
    files = sorted((asked.folder / "html").glob("*.html"))
    files = {"even": files[::2], "odd": files[1::2], "all": files}[asked.half]
    articles = []
    for file in files:
        blocks = re.findall(r"<(?:h1|h2|p)[^>]*>(.*?)</(?:h1|h2|p)>", file.read_text("utf-8"), re.DOTALL)
        lines = [re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", "", block))).strip() for block in blocks]
        articles.append(article_of("\n\n".join(line for line in lines if line), "2012"))
    sums = [0.0, 0.0, 0.0]
    for file, article, found in zip(files, articles, sentences(articles), strict=True):
        gold = {plain(phrase) for phrase in wanted[file.stem]}
        given = {plain(phrase) for phrase in keywords(article, found)}
        precision, recall = len(gold & given) / max(1, len(given)), len(gold & given) / max(1, len(gold))
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        sums = [total + part for total, part in zip(sums, (precision, recall, f1), strict=True)]
    names = ("precision_at_10", "recall_at_10", "f1_at_10")
    figures = {
        "files": len(files),
        **{name: round(total / len(files), 4) for name, total in zip(names, sums, strict=True)},
    }
    print(json.dumps(figures) if asked.json else "\n".join(f"{name:18}{value}" for name, value in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
