"""The keywords of an article: its nouns, names and short noun phrases, weighed against how common they are.

TF-IDF over what the tokens say is a noun, a name or an adjective. Document frequencies are a fixed table of the package
(``frequencies.tsv``, counted by ``scripts/keyword_frequencies`` on Wikinews texts, CC BY 2.5), never the
corpus at hand, so that an article's keywords do not depend on the articles around it. To leave a word out for good, add
it to ``EMPTY_WORDS``; to change the table, run the script and raise the layer's version.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from corpus.annotate.layer import Layer, LayerInput
from corpus.annotate.spans import Sentence, Token
from corpus.annotate.words import words_of
from corpus.model.article import Article

COUNT = 10
"""How many keywords an article gets at most."""
LONGEST = 3
"""How many words a keyword has at most."""
READ = frozenset(("title", "standfirst", "body", "subheading"))

_NAMING = frozenset(("NOUN", "PROPN"))
_PART = frozenset(("NOUN", "PROPN", "ADJ"))
EMPTY_WORDS = words_of(
    # « la première fois cette année », « mardi 3 mai »: words that name no subject
    "an année jour mois semaine heure minute fois temps fin début cours part cas premier dernier nouveau autre "
    "même plusieurs m. mme lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai "
    "juin juillet août septembre octobre novembre décembre"
)

_PHRASE = 0.7
"""What a phrase weighs beside a single word; its parts already count by themselves."""
_HEADED = 1.5
"""What a keyword of the title or the standfirst weighs beside one of the body alone."""
_EARLY = 0.5
"""How much more a keyword weighs that stands at the very beginning."""
_RAREST = 5.0
"""The weight of a word that the table does not hold: rarer than one document in 150."""


class Candidate(NamedTuple):
    """A word or phrase in lower case (a name as written, else the lemma), where it stands, and its words."""

    term: str
    start: int
    words: int


def keywords(article: Article, sentences: tuple[Sentence, ...]) -> tuple[str, ...]:
    """At most ten keywords, the weightiest first; ties in the order of the text. None without sentences."""
    found = list(candidates(article, sentences))
    counts = Counter(one.term for one in found)
    first: dict[str, Candidate] = {}
    for one in found:
        first.setdefault(one.term, one)
    head = _end_of_head(article)
    weights = {
        term: _weight(one, counts[term], len(article.text), head)
        for term, one in first.items()
        if one.words == 1 or counts[term] > 1 or one.start < head
    }
    order = sorted(weights, key=lambda term: (-weights[term], first[term].start, term))
    return _chosen(order, counts)


def candidates(article: Article, sentences: tuple[Sentence, ...]) -> Iterator[Candidate]:
    """Every word and phrase that could be a keyword, as often as it stands in the text."""
    starts = [one.start for one in article.paragraphs]
    for sentence in sentences:
        index = bisect_right(starts, sentence.start) - 1
        if index < 0 or article.paragraphs[index].role not in READ:
            continue
        run: list[Token] = []
        for token in (*sentence.tokens, None):
            if token is not None and _may_be_part(article.text, token):
                run.append(token)
            else:
                yield from _phrases(article.text, run)
                run = []


def _may_be_part(text: str, token: Token) -> bool:
    if token.upos not in _PART or token.end - token.start < 2 or not text[token.start].isalpha():
        return False
    return token.lemma.lower() not in EMPTY_WORDS and text[token.start : token.end].lower() not in EMPTY_WORDS


def _phrases(text: str, run: list[Token]) -> Iterator[Candidate]:
    """The stretches of a run of nouns, names and adjectives that hold a noun or a name."""
    forms = [(text[one.start : one.end] if one.upos == "PROPN" else one.lemma).lower() for one in run]
    for first, token in enumerate(run):
        for last in range(first + 1, min(len(run), first + LONGEST) + 1):
            if any(one.upos in _NAMING for one in run[first:last]):
                yield Candidate(" ".join(forms[first:last]), token.start, last - first)


def _end_of_head(article: Article) -> int:
    """Where the title and the standfirst end; the first block after the title stands for a standfirst not told."""
    heads = [one.end for one in article.paragraphs if one.role in ("title", "standfirst")]
    second = [one.end for one in article.paragraphs[1:2] if one.role == "body"]
    return max((*heads, *second), default=0)


def _weight(one: Candidate, count: int, length: int, head: int) -> float:
    documents, held = _frequencies()
    rarity = min(_RAREST, math.log((documents + 1) / (1 + held.get(one.term, 0))))
    weight = count * rarity * (1 + _EARLY * (1 - one.start / max(1, length)))
    if one.words > 1:
        weight *= _PHRASE
    return weight * _HEADED if one.start < head else weight


def _chosen(order: list[str], counts: Counter[str]) -> tuple[str, ...]:
    """The first that say something of their own; of « fusée » and « fusée Ourse » as frequent, the longer."""
    chosen: list[str] = []
    for term in order:
        if any(_within(term, other) and counts[term] <= counts[other] for other in chosen):
            continue
        chosen = [other for other in chosen if not (_within(other, term) and counts[other] <= counts[term])]
        chosen.append(term)
        if len(chosen) == COUNT:
            break
    return tuple(chosen)


def _within(term: str, other: str) -> bool:
    return f" {term} " in f" {other} "


@cache
def _frequencies() -> tuple[int, dict[str, int]]:
    """How many documents the table was counted on, and in how many of them each term stands."""
    table = resources.files("corpus.annotate.keywords").joinpath("frequencies.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    counts = {term: int(count) for term, count in rows}
    return counts.pop(""), counts


def _annotate(reading: LayerInput) -> tuple[str, ...]:
    return keywords(reading.article, reading.found["sentences"])


def _from_gold(_: LayerInput, gold: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(one["text"] for one in gold)


def _rows(reading: LayerInput) -> list[dict[str, Any]]:
    return [{"keywords": list(reading.found["keywords"])}]


KEYWORDS = Layer("keywords", "1", _annotate, _rows, needs=("sentences",), columns=("keywords",), from_gold=_from_gold)
