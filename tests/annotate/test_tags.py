"""IOB2 tags of tokens, from quotations and entities that people might annotate about invented persons."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate import choose
from corpus.annotate.gold import Gold
from corpus.annotate.rows import CachedRows, annotate_article
from corpus.annotate.sentences.tags import entity_tags, quotation_tags
from corpus.annotate.spans import Entity, Quotation, Sentence, Token
from corpus.model import schema
from corpus.model.article import Article, Paragraph, Span
from corpus.model.article_row import row_of

COLUMNS = schema.schema("sentence")["properties"]
LABELS = schema.class_labels(COLUMNS["quote_tags"])
NAMES = schema.class_labels(COLUMNS["ner_tags"])


def cut(text: str) -> list[Sentence]:
    """Sentences, one a line, of the words and marks between spaces."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        words = [
            Token(line.start() + word.start(), line.start() + word.end(), "", "X", "")
            for word in re.finditer(r"\S+", line[0])
        ]
        found.append(Sentence(line.start(), line.end(), tuple(words)))
    return found


def span(text: str, words: str) -> Span:
    """Where these words stand."""
    return Span(text.index(words), text.index(words) + len(words))


def quotation(text: str, kind: str, *words: str, speaker: str = "", cue: str = "") -> Quotation:
    """A quotation of these fragments."""
    others = [tuple(span(text, one) for one in (words_of,) if one) for words_of in (speaker, cue)]
    return Quotation(tuple(span(text, one) for one in words), kind, others[0], others[1], None, None)


def tagged(text: str, *quotations: Quotation) -> list[str]:
    """Each sentence's tags in words."""
    return [" ".join(LABELS[tag] for tag in tags) for tags in quotation_tags(cut(text), quotations)]


def test_fragments_are_runs_of_their_own_with_cue_and_speaker_between_them() -> None:
    text = "« Nous partons , a dit Odile Ferrand , demain soir »"
    one = quotation(text, "direct", "Nous partons", "demain soir", speaker="Odile Ferrand", cue="dit")
    assert tagged(text, one) == ["O B-DIRECT I-DIRECT O O B-CUE B-SPEAKER I-SPEAKER O B-DIRECT I-DIRECT O"]


def test_a_quotation_over_two_sentences_begins_anew_in_the_second() -> None:
    text = "« Le port ferme .\nIl rouvrira » ."
    assert tagged(text, quotation(text, "direct", "Le port ferme .\nIl rouvrira")) == [
        "O B-DIRECT I-DIRECT I-DIRECT I-DIRECT",
        "B-DIRECT I-DIRECT O O",
    ]


def test_of_quotations_in_one_another_the_outer_one_counts_with_its_words_alone() -> None:
    text = "Odile dit que le maire juge cela « honteux » depuis lundi"
    outer = quotation(text, "indirect", "le maire juge cela « honteux »", speaker="Odile", cue="dit")
    inner = quotation(text, "partial", "honteux", speaker="le maire", cue="juge")
    wanted = ["B-SPEAKER B-CUE O" + " B-INDIRECT" + " I-INDIRECT" * 6 + " O O"]
    assert tagged(text, outer, inner) == tagged(text, inner, outer) == wanted


def test_where_two_quotations_cross_the_rest_of_the_second_begins_with_b() -> None:
    text = "un deux trois quatre"
    first, second = quotation(text, "direct", "un deux trois"), quotation(text, "partial", "trois quatre")
    assert tagged(text, second, first) == ["B-DIRECT I-DIRECT I-DIRECT B-PARTIAL"]


def test_a_token_that_ends_behind_the_quoted_words_belongs_to_them() -> None:
    text = "« Non»dit-il , oui"
    assert tagged(text, quotation(text, "direct", "Non")) == ["O B-DIRECT O O"]


@given(st.data())
@settings(max_examples=60)
def test_tags_are_valid_iob2_and_say_of_each_token_what_covers_it(data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from("aé\u0301😀« .\n"), min_size=1, max_size=40))
    starts = st.integers(0, len(text) - 1)
    spans = starts.flatmap(lambda start: st.integers(start + 1, len(text)).map(lambda end: Span(start, end)))
    one = st.builds(
        Quotation,
        fragments=st.lists(spans, min_size=1, max_size=3).map(tuple),
        kind=st.sampled_from(["direct", "partial", "indirect"]),
        speaker=st.lists(spans, max_size=1).map(tuple),
        cue=st.lists(spans, max_size=1).map(tuple),
        speaker_name=st.none(),
        speaker_entity=st.none(),
    )
    quotations = data.draw(st.lists(one, max_size=4))
    sentences = cut(text)
    for sentence, tags in zip(sentences, quotation_tags(sentences, quotations), strict=True):
        names = [LABELS[tag] for tag in tags]
        assert all(now[0] != "I" or before[1:] == now[1:] for before, now in pairwise(["O", *names]))
        for token, name in zip(sentence.tokens, names, strict=True):
            covering = {
                kind
                for each in quotations
                for kind, some in ((each.kind, each.fragments), ("speaker", each.speaker), ("cue", each.cue))
                if any(start < token.end and token.start < end for start, end in some)
            }
            words = covering - {"speaker", "cue"}
            assert (name[2:].lower() in (words or covering)) if covering else name == "O"


def test_entities_are_tagged_by_type() -> None:
    text = "Odile Ferrand quitte Port-Écluse"
    found = [Entity(21, 32, "LOC", "e2", "", None), Entity(0, 13, "PER", "e1", "", None)]
    assert [[NAMES[tag] for tag in tags] for tags in entity_tags(cut(text), found)] == [
        ["B-PER", "I-PER", "O", "B-LOC"]
    ]


TEXT = "Odile Ferrand habite Kerlouan. « Nous partons demain », a déclaré Odile Ferrand."
SAID = {
    "fragments": [{"start": 33, "end": 51}],
    "kind": "direct",
    "speaker": [{"start": 66, "end": 79}],
    "cue": [{"start": 58, "end": 65}],
    "speaker_name": None,
}


def one_paragraph() -> Article:
    """An article of this text."""
    return Article(
        id="essai/a", source="essai", title="Odile", byline=None, url=None, date="2031", date_earliest="2031-01-01",
        date_latest="2031-12-31", language="fr", text=TEXT, licence="CC0-1.0", redistribution="full",
        raw_path="essai/a.txt", paragraphs=(Paragraph(0, len(TEXT), "body"),), raw_sha256="0" * 64,
    )  # fmt: skip


@pytest.mark.parametrize("by_hand", [False, True])
def test_tags_of_quotations_say_who_made_them_also_where_they_alone_are_made_again(*, by_hand: bool) -> None:
    read = one_paragraph()
    gold = Gold("Odile", {"quotations": [SAID]}) if by_hand else None
    layers = choose(("quotations",))
    row = row_of(read, "train")
    _, tables = annotate_article(read, row, layers, gold)
    [*_, last] = tables["sentences"]
    program = next(layer.annotator() for layer in layers if layer.name == "quotations")
    assert [LABELS[tag] for tag in last["quote_tags"]].count("B-DIRECT") == 1
    assert (last["quote_annotator"], last["quote_status"]) == (("Odile", "gold") if by_hand else (program, "silver"))
    every = frozenset(layer.name for layer in layers)
    kept = {**tables, "articles": [{"gold": ["quotations"] if by_hand else []}]}
    cached = CachedRows(every, every, frozenset(("sentences",)), kept.__getitem__)
    assert annotate_article(read, row, layers, gold, cached)[1]["sentences"] == tables["sentences"]


def test_no_tags_are_signed_where_the_quotations_did_not_run() -> None:
    read = one_paragraph()
    _, tables = annotate_article(read, row_of(read, "train"), choose(("sentences", "entities")))
    assert {(*row["quote_tags"], row["quote_annotator"], row["quote_status"]) for row in tables["sentences"]} == {
        (None, None)
    }
