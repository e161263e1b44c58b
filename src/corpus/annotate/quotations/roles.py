"""What nouns tell of a person: the role without its gender, the gender, roles that mean one another."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from corpus.annotate.quotations.patterns import APART, FEMININE_ROLES, GROUPS, HUMAN, MASCULINE_ROLES, TEMPORAL, TITLES
from corpus.annotate.quotations.phrases import Word

_DE = frozenset(("de", "du", "des", "d'"))
_KINDRED = (
    # « Odile Ferrand, élue du port … la députée »
    frozenset(("élu", "député", "sénateur", "parlementaire", "maire", "conseiller", "eurodéputé")),
    frozenset(("magistrat", "procureur", "juge")),
    frozenset(("prévenu", "accusé", "suspect", "mis-en-cause")),
    frozenset(("patron", "dirigeant", "directeur", "pdg", "président", "chef", "gérant")),
)
"""Roles that mean one another."""


def completion(words: Sequence[Word], head: Word, name: int | None = None) -> frozenset[str]:
    """The words that complete a role, but for those of a name: « le chef | du PS »."""
    behind = [word for word in words if word.start > head.start and word.entity != name and word.upos != "DET"]
    return frozenset(word.form for word in behind if len(word.form) > 1) - _DE


def role_of(form: str) -> str:
    """A role without gender: procureure and procureur are one."""
    for feminine, masculine in _MASCULINE:
        if form.endswith(feminine):
            return form[: -len(feminine)] + masculine
    return form


def kindred(role: str) -> frozenset[str]:
    """The roles that may mean this one, itself among them."""
    return next((kin for kin in _KINDRED if role in kin), frozenset((role,)))


def excluded(role: str, borne: Collection[str]) -> bool:
    """Whether nobody who has these roles has this one too in an article: « la victime », « l'accusé »."""
    return role in APART and any(other in APART and other not in kindred(role) for other in borne)


_MASCULINE = (
    *(("trice", "teur"), ("euse", "eur"), ("ière", "ier"), ("enne", "en"), ("esse", "e")),
    *(("eure", "eur"), ("ée", "é"), ("ate", "at"), ("ante", "ant"), ("ente", "ent")),
)


def gender_of(noun: Word, first: Word) -> str:
    """``m`` or ``f`` for a noun whose phrase begins with a word; "" where neither tells."""
    told = gender_of_role(noun.form)
    if told or "Number=Plur" in noun.feats:
        return told
    if first.form in ("la", "une", "cette", "sa"):
        return "f"
    if first.form in ("le", "un", "ce", "cet"):
        return "m"
    return "f" if "Gender=Fem" in noun.feats else "m" if "Gender=Masc" in noun.feats else ""


def gender_of_role(form: str) -> str:
    """``m`` or ``f`` for a role that tells it; else ""."""
    if form in FEMININE_ROLES:
        return "f"
    return "m" if form in MASCULINE_ROLES else ""


def is_role(word: Word) -> bool:
    """True for a noun that may say what somebody is, known or not."""
    if word.form in HUMAN:
        return True
    known = word.form in GROUPS or word.form in TEMPORAL or word.form in TITLES
    return word.upos == "NOUN" and not known and "Number=Plur" not in word.feats and len(word.form) > 3
