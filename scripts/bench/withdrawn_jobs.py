"""Whether withdrawn texts are known again, and no others; prints one JSON object.

Usage: withdrawn_jobs.py measure FILE   (JSON lines with title and text: recall by kind of change, false refusals)
       withdrawn_jobs.py cost FILE N    (microseconds an article that comparing with N of them takes)
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.dedup.candidates import LINKED
from corpus.dedup.shingles import Shingles, shingles
from corpus.dedup.withdrawn_texts import WithdrawnTexts, sketch
from corpus.model.article import Paragraph

_CHANGED = 0.1
_SHORT = (40, 100)
_ROUNDS = 2
_AT_ONCE = 300
"""Texts that are withdrawn at once, all others being compared with them."""

Change = Callable[[random.Random, list[str], Sequence[str]], list[str]]


def texts_of(file: Path) -> list[tuple[str, str]]:
    """Title and text of each article."""
    with file.open(encoding="utf-8") as lines:
        return [(one["title"], one["text"]) for one in map(json.loads, lines)]


def remembered(title: str, body: str) -> bytes:
    """The sketch of an article."""
    end = len(title)
    return sketch(f"{title}\n\n{body}", [Paragraph(0, end, "title"), Paragraph(end + 2, end + 2 + len(body), "body")])


def _words(kinds: str, *, block: bool) -> Change:
    """A tenth of the words replaced (r), deleted (d) or inserted (i), at random places or in one block."""

    def change(draw: random.Random, body: list[str], others: Sequence[str]) -> list[str]:
        count = max(1, int(len(body) * _CHANGED))
        first = draw.randrange(max(1, len(body) - count))
        found = list(body)
        for place in sorted(range(first, first + count) if block else draw.sample(range(len(body)), count))[::-1]:
            kind = draw.choice(kinds)
            found[place : place + (kind != "i")] = [] if kind == "d" else [draw.choice(others)]
        return found

    return change


def _sentence_less(draw: random.Random, body: list[str], _: Sequence[str]) -> list[str]:
    sentences = re.split(r"(?<=[.!?]) ", " ".join(body))
    if len(sentences) > 3:
        del sentences[draw.randrange(len(sentences))]
    return " ".join(sentences).split(" ")


def _sentence_more(draw: random.Random, body: list[str], others: Sequence[str]) -> list[str]:
    at = draw.randrange(len(body))
    return [*body[:at], *draw.choices(others, k=18), *body[at:]]


def _both(first: Change, second: Change) -> Change:
    return lambda draw, body, others: second(draw, first(draw, body, others), others)


_MIXED = _words("rdi", block=False)
CHANGES: dict[str, Change] = {
    "a tenth replaced": _words("r", block=False),
    "a tenth deleted": _words("d", block=False),
    "a tenth inserted": _words("i", block=False),
    "a tenth, in one block": _words("rdi", block=True),
    "a tenth of each kind": _MIXED,
    "a sentence more, and a tenth": _both(_sentence_more, _MIXED),
    "a sentence less": _sentence_less,
    "a sentence less, and a tenth": _both(_sentence_less, _MIXED),
}


def measure(file: Path) -> dict[str, object]:
    """Recall of each change for texts of 40 to 100 words and for whole ones, and how many others are refused.

    A refusal is false where the two texts are no near-duplicates (``LINKED``) as stories know them.
    """
    draw = random.Random(11)
    texts = texts_of(file)
    others = [word for _, text in texts[:500] for word in text.split()]
    whole = [(title, text.split()) for title, text in texts if len(text.split()) >= _SHORT[1]]
    short = [(title, words[: draw.randint(*_SHORT)]) for title, words in whole]
    recall = {}
    for size, chosen in (("short", short), ("whole", whole)):
        for name, change in CHANGES.items():
            known = 0
            for title, body in chosen:
                stones = WithdrawnTexts([("", remembered(title, " ".join(body)))])
                new = [f"{draw.choice(texts)[0]}\n{' '.join(change(draw, body, others))}" for _ in range(_ROUNDS)]
                known += len(stones.matches(shingles(new)))
            recall[f"{size}: {name}"] = known / max(1, _ROUNDS * len(chosen))
    return {"recall": recall, **_refused(texts)}


def _refused(texts: Sequence[tuple[str, str]]) -> dict[str, object]:
    """How many ordered pairs there are, and those refused whose texts stories do not link."""
    made = shingles([f"{title}\n{text}" for title, text in texts])
    sets = list(made.distinct())
    false, alike = [], 0
    for start in range(0, len(texts), _AT_ONCE):
        some = [(str(number), remembered(*texts[number])) for number in range(start, min(start + _AT_ONCE, len(texts)))]
        for match in WithdrawnTexts(some).matches(made):
            one, other = int(match.owner), match.text
            if one == other:
                continue
            shared = len(set(sets[one].tolist()) & set(sets[other].tolist()))
            if shared >= LINKED * (len(sets[one]) + len(sets[other]) - shared):
                alike += 1
            else:
                false.append((round(match.share, 2), texts[one][0], texts[other][0]))
    return {"pairs": len(texts) * (len(texts) - 1), "near_duplicates": alike, "refused": sorted(false, reverse=True)}


def cost(file: Path, count: int) -> dict[str, float]:
    """Microseconds an article, in blocks of 500 as a build compares them, its shingles at hand."""
    texts = texts_of(file)
    stones = WithdrawnTexts([(str(number), remembered(*one)) for number, one in enumerate(texts[:count])])
    blocks: list[Shingles] = [
        shingles([f"{title}\n{text}" for title, text in texts[start : start + 500]])
        for start in range(count, len(texts), 500)
    ]
    begun = time.process_time()
    for block in blocks:
        stones.matches(block)
    return {"microseconds": (time.process_time() - begun) / max(1, len(texts) - count) * 1e6}


if __name__ == "__main__":
    job, place, *more = sys.argv[1:]
    answer = measure(Path(place)) if job == "measure" else cost(Path(place), int(more[0]))
    print(json.dumps(answer, ensure_ascii=False))
