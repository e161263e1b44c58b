"""The keywords layer: what becomes a keyword, in which order, and that nothing but the article decides."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.annotate.keywords.keywords import COUNT, LONGEST, keywords
from corpus.annotate.spans import Sentence, Token
from corpus.model.article import Article, Paragraph


def article(text: str) -> Article:
    paragraphs, start = [], 0
    for index, block in enumerate(text.split("\n\n")):
        if block:
            paragraphs.append(Paragraph(start, start + len(block), "body" if index else "title"))
        start += len(block) + 2
    day = "2012-05-23"
    return Article("s/a", "s", "", None, None, day, day, day, "fr", text, tuple(paragraphs), "x", "full", "x", "x")


def tagged(words: str) -> tuple[str, tuple[Sentence, ...]]:
    """A text and its sentences from « mot/UPOS » pairs; ``//`` parts paragraphs."""
    text, sentences = "", []
    for block in words.split(" // "):
        tokens = []
        text += "\n\n" if text else ""
        first = len(text)
        for pair in block.split():
            word, upos = pair.rsplit("/", 1)
            text += " " if len(text) > first else ""
            tokens.append(Token(len(text), len(text) + len(word), word.lower(), upos, ""))
            text += word
        sentences.append(Sentence(first, len(text), tuple(tokens)))
    return text, tuple(sentences)


def test_nouns_names_and_phrases_become_keywords_and_verbs_do_not() -> None:
    text, sentences = tagged("La/DET digue/NOUN cède/VERB // Kerlouan/PROPN pleure/VERB la/DET digue/NOUN")
    assert set(keywords(article(text), sentences)) == {"digue", "kerlouan"}


def test_a_phrase_as_frequent_as_its_head_takes_its_place() -> None:
    text, sentences = tagged("digue/NOUN ancienne/ADJ // la/DET digue/NOUN ancienne/ADJ cède/VERB")
    assert keywords(article(text), sentences) == ("digue ancienne",)


def test_days_and_counting_words_are_no_keywords() -> None:
    text, sentences = tagged("mardi/NOUN dernier/ADJ // la/DET première/ADJ fois/NOUN cette/DET année/NOUN")
    assert keywords(article(text), sentences) == ()


def test_the_title_weighs_more_than_the_body() -> None:
    text, sentences = tagged("Le/DET phare/NOUN // rien/PRON // Le/DET goéland/NOUN dort/VERB")
    assert keywords(article(text), sentences) == ("phare", "goéland")


def test_without_sentences_there_are_no_keywords() -> None:
    assert keywords(article("La digue cède."), ()) == ()


PAIRS = st.sampled_from(["digue/NOUN", "Kerlouan/PROPN", "vieux/ADJ", "cède/VERB", "//", "phare/NOUN", "goéland/NOUN"])


@given(st.lists(PAIRS, max_size=40).map(lambda pairs: " ".join(["mot/X", *pairs, "mot/X"])))
def test_keywords_are_few_short_different_and_repeatable(words: str) -> None:
    text, sentences = tagged(" // ".join(part.strip() or "mot/X" for part in words.split("//")))
    found = keywords(article(text), sentences)
    assert len(found) <= COUNT
    assert len(set(found)) == len(found)
    assert all(1 <= len(term.split()) <= LONGEST for term in found)
    assert keywords(article(text), sentences) == found
