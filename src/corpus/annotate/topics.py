"""What an article is about: the seventeen top topics of the IPTC Media Topics, each with a share of 1.

A sparse linear model over the stems of the article's words and pairs of words, learnt on free texts by
``scripts/train_topics.py`` from hand-written seed words, IPTC's French names and definitions (CC BY 4.0) and a
teacher; ``topics/MODEL.md`` has data, licences and scores. It reads words, not tokens, so that an article's topics
are the same with and without the sentences layer. To teach it a word, add it to ``scripts/topics_seeds.tsv``, run the
training script and raise the layer's version.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from corpus.annotate.layer import Layer, Reading
from corpus.annotate.values import Sentence
from corpus.article import Article

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
"""The code and IPTC's French name of each topic, in the order of the columns of ``topics/weights.tsv``."""

LEAST = 0.05
"""The share below which a topic is left out, unless it is the first."""

ROLE_WEIGHTS = {"title": 3.0, "standfirst": 2.0, "subheading": 1.0, "body": 1.0, "caption": 0.5}
"""How much one word counts, by the paragraph it stands in; other roles are not read."""
LEAD = 1.5
"""What a word of the first body paragraph counts: it stands for a standfirst that few sources mark."""
READ_WORDS = 500
"""How many words are read at most: news says first what it is about."""
SHARPNESS = 1.0
"""Above 1 the first topic takes more of the whole, below 1 less."""

EMPTY = frozenset(
    "alors apres assez ainsi aucun aussi autant autr avait avaient avant avec avoir avon avez avai aurait aura auraient "
    "beaucoup bien car cela celui cell ceux cett ces chaqu chez comm comment contr cependant dan dans davantag "
    "depui derrier dernier derniere des desormai deux devant devoir doit doivent donc dont donn dit dire disait du "
    "dur durant ell elle encor enfin entre entr est etait etaient etant etr ete etes eux ensuit environ etc "
    "fait faire font fai faut fois fut hier hor ici ils jamai jour janvier fevrier mar avril mai juin juillet aout "
    "septembr octobr novembr decembr lundi mardi mercredi jeudi vendredi samedi dimanch jusqu jusque leur lequel "
    "laquell lor lorsqu lui mais mainten maintenant mal malgr malgre mem meme mes mieux moin mois moi mon mr mme "
    "m n naitr ni non nos notr nou nouveau nouvell nouvel nul ont ou oui onz par parc parce parmi pas pass pendant "
    "petit peu peut peuvent peutetr pouvait pouvoir plu plupart plusieur plutot point pour pourtant pourquoi pre premier "
    "premiere pres presqu pui puis puisqu qu quand quant quatr quel quell quelqu quelque qui quoi que rien sa san sans "
    "sauf se selon sera serait seront ses seul seulement si sien soi soient soit son sont sou sous souvent sur surtout tandi tant tel "
    "tell tell tes toi ton toujour tou tous tout toutefoi troi trop trouv tu un une va ver vers vien vient "
    "voici voila voir voit vont vos votr vou vraiment vu an anne annee ans annees semain heur minut matin soir apresmidi "
    "cent mill cinq dix six sept huit neuf vingt trent mettr mis mise mi pri pris prend prendr annonc indiqu expliqu "
    "ajout declar precis affirm estim soulign rappel notamment egalement actuell actuellement concern concernant "
    "grand grande bon bonne deja demain aujourd aujourdhui hui jusqua cel au aux ce cet de en et il je la le les "
    "ma me ne on te ta y à a i l d s c j t".split()
)
"""Stems that name no topic."""

_WORD = re.compile(r"[^\W_]+(?:[-][^\W_]+)*")


class Topic(NamedTuple):
    """A topic and its share of the article; the shares of all seventeen sum to 1."""

    code: str
    label: str
    score: float


def topics(article: Article, sentences: tuple[Sentence, ...] = ()) -> tuple[Topic, ...]:
    """The topics of a share of ``LEAST`` or more, the greatest first, and always at least one.

    Ties stand in the order of ``LABELS``. ``sentences`` is not read: see the module.
    """
    del sentences
    shares = shares_of(term_weights(article))
    order = sorted(range(len(LABELS)), key=lambda column: (-shares[column], column))
    kept = [column for rank, column in enumerate(order) if rank == 0 or shares[column] >= LEAST]
    return tuple(Topic(*LABELS[column], round(shares[column], 4)) for column in kept)


def term_weights(article: Article) -> Counter[str]:
    """How much each stem and pair of stems of the article counts."""
    weights: Counter[str] = Counter()
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
            weights[term] += factor  # type: ignore[assignment]  # Counter adds shares as well
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
    return found + [f"{first} {second}" for first, second in zip(found, found[1:], strict=False)]


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


def shares_of(weights: Counter[str]) -> list[float]:
    """The share of each topic, in the order of ``LABELS``, summing to 1."""
    bias, table = model()
    sums = list(bias)
    known = [(table[term], weight) for term, weight in weights.items() if term in table]
    size = math.sqrt(sum(weight * weight for _, weight in known)) or 1.0
    for row, weight in known:
        part = math.log1p(weight)
        for column, value in row:
            sums[column] += part * value
    del size
    top = max(sums)
    powers = [math.exp(SHARPNESS * (one - top)) for one in sums]
    whole = sum(powers)
    return [one / whole for one in powers]


@cache
def model() -> tuple[tuple[float, ...], dict[str, tuple[tuple[int, float], ...]]]:
    """The bias of each topic, and the weights of each term by topic; the row without a term is the bias."""
    text = resources.files("corpus.annotate").joinpath("topics/weights.tsv").read_text("utf-8")
    table: dict[str, tuple[tuple[int, float], ...]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        term, *cells = line.split("\t")
        table[term] = tuple((int(cell[:2]), int(cell[2:]) / 100) for cell in cells)
    bias = [0.0] * len(LABELS)
    for column, value in table.pop(""):
        bias[column] = value
    return tuple(bias), table


def _annotate(reading: Reading) -> tuple[Topic, ...]:
    return topics(reading.article, reading.found["sentences"])


def _rows(reading: Reading) -> list[dict[str, Any]]:
    return [{"topics": [{"code": one.code, "label": one.label, "score": one.score} for one in reading.found["topics"]]}]


TOPICS = Layer("topics", "1", _annotate, _rows, needs=("sentences",), columns=("topics",))
