"""Where the tagger errs as a rule, and what is right instead.

``ALWAYS`` holds words that have one UPOS whatever the tagger thinks, ``INSTEAD`` words of which one tag is
always wrong. What depends on the neighbours is a function of ``IN_CONTEXT``, under the words that it is for;
``_capital`` decides on capitals. To add a correction, put the word in the first table that can say it, with the
sentence that needs it, and measure it on a treebank: a rule that helps one treebank alone is a convention of that
treebank, and stays out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from corpus.annotate.sentences.lemmas_patterns import COMMON_ACRONYMS, LEMMAS, ORDINAL
from corpus.annotate.words import words_of

Words = Sequence[str]
"""The forms of a sentence, in lower case."""

Tags = Sequence[str]

SYMBOLS = words_of("% ‰ ° °c € $ £ ¥ § + = ± × & n° nº")
"""« 12 % »: marks that are read aloud as words."""

ALWAYS: Mapping[str, str] = {
    **dict.fromkeys(SYMBOLS, "SYM"),
    **dict.fromkeys(("au", "aux"), "ADP"),  # Grâce au vent, il avance.
    **dict.fromkeys(words_of("-il -elle -ils -elles -t-il -t-elle -t-ils -t-elles -on -t-on -je -tu -ce"), "PRON"),
    **dict.fromkeys(("-nous", "-vous", "-moi"), "PRON"),  # Allons-nous ?
    "1er": "NUM",  # le 1er mai
    "parce": "ADV",  # parce que
    "c'est-à-dire": "CCONJ",
    "j.-c.": "PROPN",  # av. J.-C.
    "beaucoup": "ADV",
}

INSTEAD: Mapping[tuple[str, str], str] = {
    ("est", "VERB"): "AUX",  # La tâche est de bâtir.
    ("sont", "VERB"): "AUX",
    ("était", "VERB"): "AUX",
    ("étaient", "VERB"): "AUX",
    ("fut", "VERB"): "AUX",
    ("furent", "VERB"): "AUX",
    ("sera", "VERB"): "AUX",
    ("seront", "VERB"): "AUX",
    ("serait", "VERB"): "AUX",
    ("envers", "VERB"): "ADP",  # juste envers tous
    ("es", "ADV"): "AUX",  # Tu es là.
    ("av.", "VERB"): "ADP",
    ("-là", "INTJ"): "ADV",  # ce jour-là
    ("au-delà", "NOUN"): "ADV",
    ("afin", "ADV"): "ADP",  # afin de partir
}


def _pronouns(forms: str, feats: str) -> dict[tuple[str, str], str]:
    """Personal pronouns of one person, gender and number."""
    return {(form, "PRON"): f"{feats}|PronType=Prs" for form in forms.split()}


def _possessives(forms: str, owner: str, person: str) -> dict[tuple[str, str], str]:
    """Possessives of one owner, or of several (``owner`` is Sing or Plur)."""
    found = {}
    for form in forms.split():
        gender = "Gender=Fem|" if form in ("ma", "ta", "sa") else ""
        number = "Plur" if form.endswith("s") else "Sing"
        owned = f"Number={number}|Number[psor]={owner}|Person[psor]={person}|Poss=Yes|PronType=Prs"
        found[form, "DET"] = gender + owned
    return found


FEATS: Mapping[tuple[str, str], str] = {
    **_pronouns("il -il -t-il", "Gender=Masc|Number=Sing|Person=3"),  # Vient-il ?
    **_pronouns("ils -ils -t-ils", "Gender=Masc|Number=Plur|Person=3"),
    **_pronouns("elle -elle -t-elle", "Gender=Fem|Number=Sing|Person=3"),
    **_pronouns("elles -elles -t-elles", "Gender=Fem|Number=Plur|Person=3"),
    **_pronouns("je j' -je", "Number=Sing|Person=1"),
    **_pronouns("tu -tu", "Number=Sing|Person=2"),
    ("se", "PRON"): "Person=3|PronType=Prs|Reflex=Yes",  # Il se lève.
    ("s'", "PRON"): "Person=3|PronType=Prs|Reflex=Yes",
    **_possessives("mon ma mes", "Sing", "1"),  # C'est mon tour.
    **_possessives("ton ta tes", "Sing", "2"),
    **_possessives("son sa ses", "Sing", "3"),
    **_possessives("notre nos", "Plur", "1"),
    **_possessives("votre vos", "Plur", "2"),
    **_possessives("leur leurs", "Plur", "3"),
}
"""Features of closed classes, whole, where the model's are short: « sa » is possessive, of one owner."""

NUMBER = re.compile(r"[-+]?[0-9][0-9.,/-]*")
ROMAN = re.compile(r"[IVXLC]+")
ENDED = re.compile(r"[A-Z]\.|sept\.")
"""« le groupe B. », « Ils sont sept. »: a last token whose full stop ends the sentence."""

COMMON_IN_NAMES = words_of("""
    sud nord est ouest mer sénat parti société union état île république ministère conseil université parlement
    gouvernement assemblée président cour lac fleuve océan mont rue avenue église prix coupe championnat fédération
    association comité musée théâtre festival institut école centre traité loi guerre roi reine prince ligue commission
    banque armée police agence chambre département région province comté ville commune district château palais pont gare
    aéroport stade monsieur madame docteur professeur colonel général
    """)
"""« le Sénat », « la Société savante », « l'Afrique du Sud »: common nouns that are written with a capital."""

_FOREIGN = words_of("the of and in for you to on at by with from")
_CLOSED = frozenset(form for form, upos in LEMMAS if upos not in ("NOUN", "VERB", "ADJ"))
_OPEN_TAGS = frozenset(("NOUN", "VERB", "ADV", "ADJ", "INTJ", "X"))
_BEFORE_A_FIRST_WORD = frozenset(("«", '"', "“", "-", "–", "—", ":", "("))
_NEGATIONS = frozenset(("pas", "plus", "jamais", "rien", "point", "aussi"))
_SUBJECTS = words_of("on ne il elle nous vous je qui ils elles")


def _que(words: Words, tags: Tags, at: int) -> str | None:
    """« il ne boit que du thé » is ADV, « Est-ce que » and « il sait que » SCONJ, « le vin que je bois » PRON."""
    upos, before = tags[at], tags[at - 1] if at else ""
    after = tags[at + 1] if at + 1 < len(tags) else ""
    if after in ("ADP", "NUM") or (after == "DET" and before in ("VERB", "AUX") and upos == "SCONJ"):
        near = words[max(0, at - 5) : at]
        if ("ne" in near or "n'" in near) and _NEGATIONS.isdisjoint(near):
            return "ADV"
    if upos == "PRON" and at and (before in ("VERB", "ADJ", "ADV") or words[at - 1] == "-ce"):
        return "SCONJ"
    if upos == "SCONJ" and before == "NOUN" and after and words[at + 1] in ("je", "j'", "tu", "nous", "vous"):
        return "PRON"
    return None


def _le(words: Words, tags: Tags, at: int) -> str | None:
    """« on la trouve », « il le sait »: a pronoun between a subject and its verb."""
    return "PRON" if tags[at] == "DET" and at and words[at - 1] in _SUBJECTS else None


def _peu(words: Words, tags: Tags, at: int) -> str | None:
    """« un peu »."""
    return "NOUN" if tags[at] == "ADV" and at and words[at - 1] == "un" else None


def _autres(words: Words, tags: Tags, at: int) -> str | None:
    """« les unes contre les autres »."""
    del words
    after = tags[at + 1] if at + 1 < len(tags) else ""
    alone = after not in ("NOUN", "ADJ", "PROPN", "NUM", "X")
    return "PRON" if alone and at and tags[at] == "ADJ" and tags[at - 1] in ("DET", "NUM") else None


def _a(words: Words, tags: Tags, at: int) -> str | None:
    """« A noter que … »: a capital without its accent."""
    return "ADP" if not at and len(words) > 1 and tags[at] != "ADP" and not words[1].startswith("-") else None


def _tout(words: Words, tags: Tags, at: int) -> str | None:
    """« de toutes sortes »."""
    del words
    after = tags[at + 1] if at + 1 < len(tags) else ""
    return "DET" if tags[at] == "ADJ" and after == "NOUN" else None


IN_CONTEXT: Mapping[str, Callable[[Words, Tags, int], str | None]] = {
    **dict.fromkeys(("que", "qu'"), _que),
    **dict.fromkeys(("le", "la", "les", "l'"), _le),
    **dict.fromkeys(("autre", "autres"), _autres),
    **dict.fromkeys(("tout", "toute", "tous", "toutes"), _tout),
    "peu": _peu,
    "a": _a,
}


def corrected(forms: Sequence[str], tags: Tags, known: Callable[[str], bool]) -> list[str]:
    """The UPOS of each word of a sentence.

    ``forms`` are as the model reads them, ``known`` says whether a lower-case form is in a dictionary.
    """
    found = list(tags)
    words = [form.lower() for form in forms]
    for at, (form, lower, upos) in enumerate(zip(forms, words, tags, strict=True)):
        if lower in ALWAYS:
            found[at] = ALWAYS[lower]
        elif (lower, upos) in INSTEAD:
            found[at] = INSTEAD[lower, upos]
        elif lower in IN_CONTEXT:
            found[at] = IN_CONTEXT[lower](words, found, at) or upos
        elif not lower[0].isalpha():
            found[at] = _mark_or_number(form, upos)
        elif form is not lower and form != lower:
            found[at] = _capital(words, found, at, form, known)
        elif upos == "PROPN" and known(lower):
            found[at] = "NOUN"  # « sur l'île »
    return found


def _mark_or_number(form: str, upos: str) -> str:
    """PUNCT where nothing is a letter or a digit, NUM where all is a number."""
    if upos not in ("NUM", "PUNCT", "SYM"):
        if not any(map(str.isalnum, form)):
            return "PUNCT"
        if NUMBER.fullmatch(form):
            return "NUM"
    return upos


def _capital(words: Words, tags: Tags, at: int, form: str, known: Callable[[str], bool]) -> str:
    """The UPOS of a word with a capital: PROPN where no dictionary has it, NOUN for « le Sénat »."""
    upos, lower = tags[at], words[at]
    first = not at or words[at - 1] in _BEFORE_A_FIRST_WORD
    if upos == "PROPN":
        named = at and tags[at - 1] in ("DET", "ADP") and lower in COMMON_IN_NAMES
        return "NOUN" if named or (lower in COMMON_ACRONYMS and form.isupper()) else upos
    if upos in ("ADJ", "NOUN", "X") and at and tags[at - 1] == "PROPN" and ROMAN.fullmatch(form):
        return "NUM"  # « Alix II »
    if upos not in _OPEN_TAGS or len(form) < 2 or form[-1] == "." or lower in _CLOSED or known(lower):
        return upos
    if ORDINAL.fullmatch(form) or lower in COMMON_ACRONYMS or lower in _FOREIGN:
        return upos
    if first and upos == "ADV":
        return upos
    return "PROPN"
