"""Tokens, their UPOS and lemmas, in sentences about invented people."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate import choose
from corpus.annotate.gold import Gold
from corpus.annotate.rows import CachedRows, annotate_article
from corpus.annotate.sentences.tokens import sentences
from corpus.annotate.spans import Sentence, Token
from corpus.model.article import Article, Paragraph
from corpus.model.article_row import row_of


def article(text: str, *cuts: int) -> Article:
    """An article of one paragraph, or of several that touch at ``cuts``."""
    edges = [0, *cuts, len(text)]
    return Article(
        id="essai/a", source="essai", title="", byline=None, url=None, date="2031", date_earliest="2031-01-01",
        date_latest="2031-12-31", language="fr", text=text, licence="CC0-1.0", redistribution="full", raw_path="a",
        paragraphs=tuple(Paragraph(a, b, "body") for a, b in pairwise(edges) if a < b),
        raw_sha256="0" * 64,
    )  # fmt: skip


def annotated(text: str) -> list[tuple[str, Token]]:
    """Each token of a text with its surface."""
    [found] = sentences([article(text)])
    return [(text[token.start : token.end], token) for sentence in found for token in sentence.tokens]


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("A-t-il quitté le Royaume-Uni ?", ["A", "-t-il", "quitté", "le", "Royaume-Uni", "?"]),
        ("L’école ouvre à 20h30.", ["L’", "école", "ouvre", "à", "20", "h", "30", "."]),
        ("Est-ce que quelqu'un vient aujourd’hui ?", ["Est", "-ce", "que", "quelqu'un", "vient", "aujourd’hui", "?"]),
        ("Le 1er mai, 12 % du conseil a dit non.", ["Le", "1er", "mai", ",", "12", "%", "du", "conseil"]),
        ("C'est le groupe B.", ["C'", "est", "le", "groupe", "B", "."]),
        ("Celui-ci, né en 1952-1953, est parti.", ["Celui-ci", ",", "né", "en", "1952-1953", ","]),
    ],
)
def test_tokens_are_cut_as_treebanks_do(text: str, surfaces: list[str]) -> None:
    assert [surface for surface, _ in annotated(text)][: len(surfaces)] == surfaces


@pytest.mark.parametrize(
    ("text", "word", "upos", "lemma"),
    [
        ("Odile rentre au port.", "au", "ADP", "à"),
        ("Le toit des halles fuit.", "des", "ADP", "de"),
        ("Il marche entre les maisons.", "entre", "ADP", "entre"),
        ("L’école a fermé.", "L’", "DET", "le"),
        ("Elles ont vu leurs voisins.", "Elles", "PRON", "il"),
        ("Elles ont vu leurs voisins.", "leurs", "DET", "son"),
        ("Le rapport indique une hausse.", "indique", "VERB", "indiquer"),
        ("Elle lui donne un livre.", "lui", "PRON", "lui"),
        ("La hausse atteint 12 % en mars.", "%", "SYM", "%"),
        ("La hausse atteint 12 % en mars.", "mars", "NOUN", "mars"),
        ("Le maire n'a vu que deux bateaux.", "que", "ADV", "que"),
        ("Vient-il demain ?", "-il", "PRON", "il"),
        ("Les bateaux passent parce que le pont est ouvert.", "parce", "ADV", "parce"),
        ("Il reste sur l'île avec nous.", "île", "NOUN", "île"),
        ("Des menus variés attendent les visiteurs.", "variés", "ADJ", "varié"),
        ("Le projet est porté par Zorvane depuis lundi.", "Zorvane", "PROPN", "Zorvane"),
    ],
)
def test_a_word_has_its_upos_and_its_lemma(text: str, word: str, upos: str, lemma: str) -> None:
    token = next(token for surface, token in annotated(text) if surface == word)
    assert (token.upos, token.lemma) == (upos, lemma)


def test_features_are_sorted_and_a_word_without_any_has_none() -> None:
    tokens = dict(annotated("Sa voisine dort, et elle rêve."))
    assert tokens["Sa"].feats == "Gender=Fem|Number=Sing|Number[psor]=Sing|Person[psor]=3|Poss=Yes|PronType=Prs"
    assert tokens["elle"].feats == "Gender=Fem|Number=Sing|Person=3|PronType=Prs"
    assert tokens["et"].feats == ""
    for token in tokens.values():
        assert token.feats == "|".join(sorted(token.feats.split("|")))


def test_a_glued_sentence_end_cuts_a_token() -> None:
    text = "Le pont ouvre en A2031.En mai, il ferme."
    [found] = sentences([article(text)])
    assert [text[sentence.start : sentence.end] for sentence in found] == [
        "Le pont ouvre en A2031.",
        "En mai, il ferme.",
    ]
    assert text[found[1].tokens[0].start : found[1].tokens[0].end] == "En"


def check(text: str, found: tuple[Sentence, ...]) -> None:
    at = 0
    for sentence in found:
        assert sentence.start >= at
        at = sentence.start
        for token in sentence.tokens:
            assert at <= token.start < token.end <= sentence.end
            assert not any(map(str.isspace, text[token.start : token.end]))
            assert token.lemma
            at = token.end
        covered = {place for token in sentence.tokens for place in range(token.start, token.end)}
        missed = [i for i in range(sentence.start, sentence.end) if i not in covered and not text[i].isspace()]
        assert not missed, "every visible character of a sentence is in a token"


FRENCH = st.text(st.sampled_from("aéÉMLœ’' \u00a0\u202f\n«»“”.…,!?-—([0123])%\"e\u0301😀h"), max_size=80)


@given(FRENCH, st.integers(0, 30))
@settings(max_examples=150)
def test_tokens_lie_in_their_sentence_and_hold_no_white_space(text: str, cut: int) -> None:
    [found] = sentences([article(text, min(cut, len(text)))])
    check(text, found)


@pytest.mark.parametrize(
    "text",
    [
        "Oui",
        '"' * 5000,
        "😀" * 5000,
        "a" * 20_000,
        "https://elvan.example/" + "a/" * 3000,
        "Der Bürgermeister sagte am Montag, dass die Brücke gesperrt bleibt. " * 20,
        "",
    ],
)
def test_strange_articles_have_sane_tokens(text: str) -> None:
    [found] = sentences([article(text)])
    check(text, found)


def test_an_article_does_not_depend_on_its_neighbours() -> None:
    texts = ["Odile Ferrand a quitté Elvan.", "", "Le vent tourne. " * 30, "« Non », dit-elle."]
    together = list(sentences([article(text) for text in texts]))
    alone = [next(iter(sentences([article(text)]))) for text in reversed(texts)]
    assert together == alone[::-1]


def test_an_article_of_one_paragraph_doubled_takes_at_most_about_twice_the_time(
    assert_linear: Callable[..., None],
) -> None:
    def repeated(size: int) -> Article:
        return article("Le maire d'Elvan, M. Roux, a dit : « Nous partons. » " * (size // 52))

    assert_linear(repeated, lambda one: list(sentences([one])), 25_000)


GOLD = {
    "sentences": [{"start": 0, "end": 34}],
    "entities": [{"start": 0, "end": 13, "type": "PER", "id": "a"}],
}


@pytest.mark.parametrize("names", [(), ("sentences",), ("entities",), ("sentences", "entities")])
def test_sentences_tokens_and_tags_each_say_who_made_them(names: tuple[str, ...]) -> None:
    """Also where an earlier release has the rows, of which one layer's are made again."""
    read = article("Odile Ferrand habite à Kerlouan. Ou")._replace(title="Odile", raw_path="essai/a.txt")
    gold = Gold("Odile", {name: GOLD[name] for name in names})
    layers = choose(("sentences", "entities"))
    row = row_of(read, "train")
    _, tables = annotate_article(read, row, layers, gold)
    [*_, last] = tables["sentences"]
    status = {name: "gold" if name in names else "silver" for name in GOLD}
    assert (last["status"], last["tokens_status"], last["ner_status"]) == (
        status["sentences"], "silver", status["entities"],
    )  # fmt: skip
    programs = {layer.name: layer.annotator() for layer in layers}
    assert last["tokens_annotator"] == programs["sentences"]
    assert last["ner_annotator"] == ("Odile" if "entities" in names else programs["entities"])
    every = frozenset(GOLD)
    kept = {**tables, "articles": [{"gold": [*names]}]}
    cached = CachedRows(every, every, frozenset(("sentences",)), kept.__getitem__)
    assert annotate_article(read, row, layers, gold, cached)[1]["sentences"] == tables["sentences"]


def test_no_tags_are_signed_where_the_entities_did_not_run() -> None:
    read = article("Odile Ferrand habite à Kerlouan.")._replace(title="Odile", raw_path="essai/a.txt")
    _, tables = annotate_article(read, row_of(read, "train"), choose(("sentences",)))
    [row] = tables["sentences"]
    assert (row["ner_tags"], row["ner_annotator"], row["ner_status"]) == ([], None, None)
