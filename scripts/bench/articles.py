"""Invented articles by the thousand: the sentences of this repository's own articles, put together anew.

The sentences come from the sources that are CC0-1.0 (agence-hexa, gazette-du-ponant, fil-sportif);
the same number and seed give the same bytes. What comes out reads like press copy to a program,
with its short blocks (captions, credits, subheadings) and its quotation marks, and makes no sense.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

_SENTENCE_END = re.compile(r"(?<=[.!?…»\"])\s+(?=[«\"A-ZÀ-Þ])")
_FRONT_MATTER = re.compile(r"---\n.*?\n---\n", re.DOTALL)
_TITLE = re.compile(r'^title: "?(.+?)"?$', re.MULTILINE)
_SHORT = 24
_TEASER = "La suite"
"""Before another sentence it may read like the end of a teaser, which is refused: 1 article of 1,000,000 was."""
_WORDS = 340
"""Body words at which an article ends; with the sentence in hand, title, standfirst and captions it has about 408."""
_FIRST_DAY = date(2022, 1, 1)
_DAYS = 1400


@dataclass(frozen=True, slots=True)
class Copy:
    """What articles are put together from."""

    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    short_blocks: tuple[str, ...]


def copy_of(raw: Path) -> Copy:
    """The titles, sentences and short blocks of the invented articles under ``raw``, in order."""
    titles: list[str] = []
    blocks: list[str] = []
    for file in sorted((raw / "agence-hexa").glob("*.txt")):
        first, _, body = file.read_text("utf-8").strip().partition("\n")
        titles.append(first.split(" ", 2)[2])
        blocks += body.split("\n\n")
    for file in sorted((raw / "gazette-du-ponant").glob("*.md")):
        text = file.read_text("utf-8")
        titles += _TITLE.findall(text)[:1]
        blocks += [block.lstrip("#> ") for block in _FRONT_MATTER.sub("", text, count=1).split("\n\n")]
    for file in sorted((raw / "fil-sportif").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            fields = json.loads(line)
            titles.append(fields["titre"])
            blocks += fields["corps"]
    blocks = [" ".join(block.split(" ")).strip() for block in blocks if block.strip() and "\n" not in block.strip()]
    short = [block for block in blocks if len(block.split()) <= _SHORT]
    running = [block for block in blocks if len(block.split()) > _SHORT]
    sentences = [sentence for block in running for sentence in _SENTENCE_END.split(block)]
    sentences = [sentence for sentence in sentences if not sentence.startswith(_TEASER)]
    return Copy(tuple(titles), tuple(sentences), tuple(short))


def articles(copy: Copy, count: int, seed: int = 20240312) -> Iterator[dict[str, Any]]:
    """Articles with the fields of record.schema.json; id, title and text are each article's own."""
    draw = random.Random(seed)
    for number in range(1, count + 1):
        blocks: list[str] = []
        words = 0
        while words < _WORDS:
            sentences = draw.choices(copy.sentences, k=draw.randint(2, 5))
            block = " ".join(sentences)
            words += block.count(" ") + 1
            blocks.append(block)
        for _ in range(draw.choice((0, 0, 1, 2))):
            blocks.insert(draw.randint(1, len(blocks) - 1), draw.choice(copy.short_blocks))
        day = _FIRST_DAY + timedelta(days=draw.randrange(_DAYS))
        yield {
            "id": f"b{number:07}",
            "title": f"{draw.choice(copy.titles)} ({number})",
            "standfirst": draw.choice(copy.sentences) if number % 2 else None,
            "date": day.isoformat(),
            "authors": ["Odile Ferrand"],
            "url": f"https://banc.example/{day.isoformat()}/{number}",
            "text": "\n\n".join(blocks),
        }


def write_jsonl(files: Sequence[Path], copy: Copy, count: int) -> None:
    """One article a line, written as it is made, by turns into each file."""
    with ExitStack() as opened:
        sinks = [opened.enter_context(file.open("w", encoding="utf-8")) for file in files]
        for place, article in enumerate(articles(copy, count)):
            sinks[place % len(sinks)].write(json.dumps(article, ensure_ascii=False) + "\n")


def write_texts(folder: Path, copy: Copy, count: int) -> None:
    """One file an article, in the seed's shape, a thousand to a folder."""
    for place, article in enumerate(articles(copy, count)):
        here = folder / f"{place // 1000:03}"
        here.mkdir(parents=True, exist_ok=True)
        head = f"date {article['date']} {article['title']}"
        (here / f"{article['id']}.txt").write_text(f"{head}\n\n{article['text']}\n", "utf-8")


_CORPUS = """\
name = "banc"
title = "Articles inventés pour mesurer"

[splits]
train = 0.8
validation = 0.1
test = 0.1
"""
_SOURCE = "name: banc (inventé)\nlanguage: fr\nlicence: CC0-1.0\nredistribution: full\nshape: {shape}\n"


def corpus_of(folder: Path, shape: str, copy: Copy, count: int, sources: Sequence[str] = ("banc",)) -> Path:
    """A corpus folder with ``count`` articles; one that is there already is taken as it is.

    Records of shape ``jsonl`` are dealt to all ``sources``, files to the first.
    """
    done = folder / f"made-{count}"
    if not done.exists():
        for name in sources:
            (folder / "raw" / name).mkdir(parents=True, exist_ok=True)
            (folder / "raw" / name / "source.yaml").write_text(_SOURCE.format(shape=shape), "utf-8")
        (folder / "corpus.toml").write_text(_CORPUS, "utf-8")
        if shape == "jsonl":
            write_jsonl([folder / "raw" / name / "articles.jsonl" for name in sources], copy, count)
        else:
            write_texts(folder / "raw" / sources[0], copy, count)
        done.touch()
    return folder
