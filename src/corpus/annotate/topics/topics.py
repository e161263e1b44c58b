"""What an article is about: the seventeen top topics of the IPTC Media Topics, each with a share of 1.

A sparse linear model over the stems of the article's words and pairs of words, learnt on free texts by
``scripts/train_topics`` from hand-written seed words, IPTC's French names and definitions (CC BY 4.0) and a teacher;
``MODEL.md`` has data, licences and scores. It reads words, not tokens, so that an article's topics are
the same with and without the sentences layer. To teach it a word, add it to ``scripts/topics_seeds.tsv``, run the
training script and raise the layer's version.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, NamedTuple

from corpus.annotate.layer import Layer, LayerInput
from corpus.model.article import Article

LABELS = (
    ("medtop:01000000", "Arts, culture, divertissement et médias"),
    ("medtop:02000000", "Criminalité, droit et justice"),
    ("medtop:03000000", "Désastres et accidents"),
    ("medtop:04000000", "Économie et finances"),
    ("medtop:05000000", "Éducation"),
    ("medtop:06000000", "Environnement"),
    ("medtop:07000000", "Santé"),
    ("medtop:08000000", "Gens animaux insolite"),
    ("medtop:09000000", "Social"),
    ("medtop:10000000", "Vie quotidienne et loisirs"),
    ("medtop:11000000", "Politique"),
    ("medtop:12000000", "Religion et croyance"),
    ("medtop:13000000", "Science et technologie"),
    ("medtop:14000000", "Société"),
    ("medtop:15000000", "Sport"),
    ("medtop:16000000", "Conflit, guerre et paix"),
    ("medtop:17000000", "Météo"),
)
"""The code and IPTC's French name of each topic, in the order of the columns of ``weights.tsv``."""

LEAST = 0.05
"""The share below which a topic is left out, unless it is the first."""

ROLE_WEIGHTS = {"title": 4.0, "standfirst": 2.0, "subheading": 1.0, "body": 1.0, "caption": 0.5}
"""How much one word counts, by the paragraph it stands in; other roles are not read."""
LEAD = 1.5
"""What a word of the first body paragraph counts: it stands for a standfirst that few sources mark."""
READ_WORDS = 300
"""How many words are read at most: news says first what it is about."""
SHARPNESS = 2.0
"""The higher, the more of the whole the first topic takes."""
FEWEST = 3.0
"""The evidence that an article is taken to have at least: one known word is no certainty."""

_WORD = re.compile(r"[^\W_]+(?:[-][^\W_]+)*")


class Topic(NamedTuple):
    """A topic and its share of the article; the shares of all seventeen sum to 1."""

    code: str
    label: str
    score: float


def topics(article: Article) -> tuple[Topic, ...]:
    """The topics of a share of ``LEAST`` or more, the greatest first, at least one; none where no word is known.

    Ties stand in the order of ``LABELS``.
    """
    shares = shares_of(term_weights(article))
    order = sorted(range(len(shares)), key=lambda column: (-shares[column], column))
    kept = [column for rank, column in enumerate(order) if rank == 0 or shares[column] >= LEAST]
    return tuple(Topic(*LABELS[column], round(shares[column], 4)) for column in kept)


def term_weights(article: Article) -> dict[str, float]:
    """How much each stem and pair of stems of the article counts."""
    weights: dict[str, float] = {}
    left, body = READ_WORDS, 0
    for paragraph in article.paragraphs:
        factor = ROLE_WEIGHTS.get(paragraph.role)
        if factor is None or left <= 0:
            continue
        if paragraph.role == "body":
            factor, body = (LEAD if body == 0 else factor), body + 1
        found = stems(article.text[paragraph.start : paragraph.end], left)
        left -= len(found)
        for term in terms(found):
            weights[term] = weights.get(term, 0.0) + factor
    return weights


def stems(text: str, most: int = READ_WORDS) -> list[str]:
    """The stems of the first ``most`` words that are not empty, in order."""
    found: list[str] = []
    for match in _WORD.finditer(text):
        word = stem(match.group())
        if len(word) > 1 and word not in EMPTY and not word.isdigit():
            found.append(word)
            if len(found) == most:
                break
    return found


def terms(found: list[str]) -> list[str]:
    """The stems and each pair of neighbours among them, joined by a space."""
    return found + [f"{first} {second}" for first, second in pairwise(found)]


@cache
def _plain() -> dict[int, str | None]:
    """What takes accents off the letters of French."""
    accented = "àâäáãåçéèêëîïíìñôöóòõûüúùÿœæ’"
    plain = {ord(one): unicodedata.normalize("NFKD", one)[0] for one in accented}
    return {**plain, ord("œ"): "oe", ord("æ"): "ae", ord("’"): None}


def stem(word: str) -> str:
    """A word without case, accents, plural and mute e: « Régionales » and « régional » differ by nothing.

    >>> stem("Tribunaux"), stem("élues"), stem("bateaux"), stem("TF1")
    ('tribunal', 'elu', 'bateau', 'tf1')
    """
    word = word.lower().translate(_plain())
    if len(word) > 4 and word.endswith("aux"):
        word = word[:-1] if word.endswith("eaux") else word[:-2] + "l"
    elif len(word) > 3 and word[-1] in "sx":
        word = word[:-1]
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
        if len(word) > 3 and word[-1] == "e":
            word = word[:-1]
    return word


_EMPTY_WORDS = """
a à ai aucun aucune au aujourd'hui auprès aura aurait auraient aussi autant autour autre aux avaient avait avant avec
avez avoir avons beaucoup bien bon bonne car ce ceci cela celle celui cependant ces cet cette ceux chaque chez comme
comment contre d dans davantage de déjà demain depuis derrière dernier dernière des désormais deux devant devoir dire
dit dix doit doivent donc donne dont du durant elle en encore enfin ensuite entre environ est et étaient étais était
étant etc été êtes être eux faire fait faut fois font fut grand grande hier hors huit ici il ils j jamais je jour
jusque jusqu l la laquelle le lequel les leur lors lorsque lui ma mais maintenant mal malgré me même mes mieux mille
moi moins mois mon n ne neuf ni nos notamment notre nous nouveau nouvel nouvelle nul on ont onze ou où oui par parce
parmi pas pendant petit peu peut peuvent plupart plus plusieurs plutôt point pour pourquoi pourtant pouvait pouvoir
premier première prend prendre près presque pris puis puisque qu quand quant quatre que quel quelle quelque qui quoi
rien s sa sans sauf se selon semaine sept sera serait seront ses seul seulement si sien six soi soient soir soit son
sont sous souvent sur surtout t ta tandis tant te tel telle tes toi ton toujours tous tout toute toutefois trente très
trois trop trouve tu un une va vers vient vingt voici voilà voir vont vos votre vous voit vraiment y an année ans cent
cinq minute heure matin après-midi ainsi alors annonce annoncé indique indiqué explique expliqué ajoute ajouté déclare
déclaré précise précisé affirme affirmé estime estimé souligne souligné rappelle rappelé également actuel actuellement
concerne concernant lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet
août septembre octobre novembre décembre
"""
EMPTY = frozenset(stem(word) for word in _EMPTY_WORDS.split())
"""Stems that name no topic."""


def shares_of(weights: Mapping[str, float]) -> list[float]:
    """The share of each topic, in the order of ``LABELS``, summing to 1; nothing where no word is known.

    The sums grow with the square root of the evidence, so that long articles are not surer than they ought to be.
    """
    table = model()
    sums = [0.0] * len(LABELS)
    evidence = 0.0
    for term, weight in weights.items():
        if (row := table.get(term)) is not None:
            part = math.log1p(weight)
            evidence += part
            for column, value in row:
                sums[column] += part * value
    if not evidence:
        return []
    scale = SHARPNESS / math.sqrt(max(evidence, FEWEST))
    top = max(sums)
    powers = [math.exp(scale * (one - top)) for one in sums]
    whole = sum(powers)
    return [one / whole for one in powers]


@cache
def model() -> dict[str, tuple[tuple[int, float], ...]]:
    """The weights of each term by topic: columns of ``LABELS``, and hundredths in the file."""
    text = resources.files("corpus.annotate.topics").joinpath("weights.tsv").read_text("utf-8")
    table: dict[str, tuple[tuple[int, float], ...]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            term, *cells = line.split("\t")
            table[term] = tuple((int(cell[:2]), int(cell[2:]) / 100) for cell in cells)
    return table


def _annotate(reading: LayerInput) -> tuple[Topic, ...]:
    return topics(reading.article)


def _rows(reading: LayerInput) -> list[dict[str, Any]]:
    found = reading.found["topics"]
    return [
        {
            "topics": [{"code": one.code, "label": one.label, "score": one.score} for one in found],
            "main_topic": found[0].code if found else None,
            "main_topic_label": found[0].label if found else None,
        }
    ]


TOPICS = Layer("topics", "1", _annotate, _rows, columns=("topics", "main_topic", "main_topic_label"))
