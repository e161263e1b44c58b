"""Whether passages that were planted in other articles are found; prints one JSON object where there is an answer.

Usage: reuse_jobs.py make RAW_DIR COUNT FOLDER   (a corpus of generated articles, a fifth of them with a passage of
                                                  40 to 200 words of another one; FOLDER/planted.json says which)
       reuse_jobs.py judge FOLDER RELEASE        (F1 of the pairs of articles, by what was done to the passage)
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

_EVERY = 5
_SHORTEST, _LONGEST = 40, 200
_OTHER = 0.5
"""Words of an article that are replaced, so that what it is put together from is no passage of another one."""
_PLAIN = str.maketrans("éèêëàâîïôûùç’«»", 'eeeeaaiiouuc\'""')


def _few_words(draw: random.Random, words: list[str], others: list[str]) -> list[str]:
    return [draw.choice(others) if draw.random() < 0.02 else word for word in words]


EDITS: dict[str, Callable[[random.Random, list[str], list[str]], list[str]]] = {
    "as it was": lambda _, words, __: words,
    "without accents, in capitals": lambda _, words, __: [word.translate(_PLAIN).upper() for word in words],
    "1 word in 50 changed": _few_words,
}


def make(raw: Path, count: int, folder: Path) -> None:
    """The corpus folder, and what was planted: the two ids, and what was done."""
    from articles import articles, copy_of, corpus_of

    copy = copy_of(raw)
    corpus_of(folder, "jsonl", copy, 0)
    draw = random.Random(11)
    vocabulary = sorted(
        {word for said in copy.sentences for word in said.split(" ") if word.isalpha() and len(word) > 3}
    )
    rows = list(articles(copy, count))
    bodies = []
    for row in rows:
        words = row["text"].replace("\n\n", " \n\n ").split(" ")
        bodies.append([draw.choice(vocabulary) if one.isalpha() and draw.random() < _OTHER else one for one in words])
        row["standfirst"] = None
    planted = []
    for number in range(_EVERY - 1, count, _EVERY):
        kind = list(EDITS)[number // _EVERY % len(EDITS)]
        source = [word for word in bodies[number - 1] if word != "\n\n"]
        length = draw.randint(_SHORTEST, _LONGEST)
        start = draw.randrange(len(source) - length)
        at = draw.randrange(len(bodies[number]))
        bodies[number][at:at] = EDITS[kind](draw, source[start : start + length], vocabulary)
        planted.append((rows[number - 1]["id"], rows[number]["id"], kind))
    for row, body in zip(rows, bodies, strict=True):
        row["text"] = " ".join(body).replace(" \n\n ", "\n\n")
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "raw" / "banc" / "articles.jsonl").write_text(lines, "utf-8")
    (folder / "planted.json").write_text(json.dumps(planted), "utf-8")


def judge(folder: Path, release: Path) -> dict[str, object]:
    """Precision of all pairs, and recall and F1 of each kind of change; articles that were refused do not count."""
    import corpus

    there = set(corpus.frame(release, columns=["id"])["id"])
    rows = corpus.frame(release, "reuse", columns=["article", "other"])
    found = {frozenset(pair) for pair in zip(rows["article"], rows["other"], strict=True)}
    planted = {
        frozenset(f"banc/{one}" for one in pair): kind
        for *pair, kind in json.loads((folder / "planted.json").read_text())
    }
    planted = {pair: kind for pair, kind in planted.items() if pair <= there}
    precision = len(found & planted.keys()) / max(len(found), 1)
    recall = {}
    for kind in EDITS:
        of_kind = {pair for pair, one in planted.items() if one == kind}
        recall[kind] = len(of_kind & found) / len(of_kind)
    f1 = {kind: 2 * precision * one / (precision + one) for kind, one in recall.items()}
    return {"planted": len(planted), "found": len(found), "precision": precision, "f1": f1}


if __name__ == "__main__":
    job, *given = sys.argv[1:]
    if job == "make":
        make(Path(given[0]), int(given[1]), Path(given[2]))
    else:
        print(json.dumps(judge(Path(given[0]), Path(given[1]))))
