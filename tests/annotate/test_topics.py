"""What the topics layer says an article is about. Articles and people are invented."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.annotate.layer import LayerInput, run
from corpus.annotate.topics.topics import (
    LABELS,
    LEAST,
    TOPICS,
    model,
    shares_of,
    stem,
    stems,
    term_weights,
    terms,
    topics,
)
from corpus.model.article import Article, Paragraph

NAMES = dict(LABELS)
ROLES = ("title", "standfirst", "body", "caption", "credit", "boilerplate", "byline", "related", "subheading")


def article(*blocks: tuple[str, str]) -> Article:
    """An article of blocks of a role and its text."""
    paragraphs, start = [], 0
    for role, text in blocks:
        if text:
            paragraphs.append(Paragraph(start, start + len(text), role))
        start += len(text) + 2
    whole, day = "\n\n".join(text for _, text in blocks), "2024-03-12"
    return Article("s/a", "s", "", None, None, day, day, day, "fr", whole, tuple(paragraphs), "x", "full", "x", "x")


ABOUT = (
    ("01", "Odile Ferrand quitte son émission, la chaîne cherche une animatrice pour son divertissement du samedi."),
    ("02", "Le prévenu, Yvon Kerlédan, a été condamné à trois ans de prison ferme par le tribunal de Brévan."),
    ("03", "Un autocar s'est renversé dans un ravin, les pompiers ont secouru onze blessés."),
    ("04", "Le groupe Armorin rachète son concurrent et vise une hausse de son bénéfice net."),
    ("04", "La nouvelle berline hybride de Marvec reçoit un moteur de 180 chevaux."),
    ("05", "Les lycéens de Kerlouan passent le baccalauréat, leurs professeurs corrigeront 900 copies."),
    ("06", "La fonte des glaciers s'accélère avec le réchauffement climatique."),
    ("07", "Les soignants de l'hôpital attendent le vaccin contre l'épidémie de grippe."),
    ("08", "Le prince Aldric et la duchesse se marient, les internautes commentent la robe."),
    ("09", "Les salariés en grève, les syndicats refusent le plan social."),
    ("10", "La recette du gâteau au chocolat d'un cuisinier étoilé."),
    ("11", "La ministre démissionne, les députés de la majorité demandent un remaniement du gouvernement."),
    ("12", "L'évêque de Brévan célébrera la messe de Pâques dans la cathédrale, devant des milliers de fidèles."),
    ("13", "La sonde a atteint l'astéroïde, des chercheurs analysent les échantillons au laboratoire."),
    ("14", "Des associations manifestent contre le racisme et les discriminations."),
    ("15", "Le gardien arrête un penalty, le club de Brévan remporte la finale de la Coupe."),
    ("16", "L'armée a bombardé la ville assiégée malgré le cessez-le-feu, les rebelles ripostent."),
    ("17", "Vigilance orange : pluies et orages attendus, les températures baisseront de dix degrés."),
)


@pytest.mark.parametrize(("topic", "text"), ABOUT)
def test_the_first_topic_is_what_the_article_says(topic: str, text: str) -> None:
    assert topics(article(("title", text)))[0].code == f"medtop:{topic}000000"


def test_every_topic_has_a_french_name_and_an_example() -> None:
    assert len(LABELS) == 17
    assert {code[7:9] for code in NAMES} == {topic for topic, _ in ABOUT}


def test_the_title_weighs_more_than_a_sentence_of_the_body() -> None:
    match, vote = "Le club remporte la finale.", "Le ministre quitte le gouvernement."
    assert topics(article(("title", match), ("body", vote)))[0].label == "Sport"
    assert topics(article(("title", vote), ("body", match)))[0].label == "Politique"


def test_credits_and_boilerplate_say_nothing() -> None:
    match = ("title", "Le club remporte la finale.")
    noise = (("credit", "Photo ministère"), ("boilerplate", "Le ministre et le gouvernement"), ("related", "Élections"))
    assert topics(article(match, *noise)) == topics(article(match))


def test_an_article_of_no_known_word_has_no_topics() -> None:
    for text in ("", "😀😀😀", "« » « »", "Kerlouanez", "42 000"):
        assert topics(article(("title", text))) == ()


def test_one_known_word_is_no_certainty() -> None:
    [first, *others] = topics(article(("title", "Grève")))
    assert first.label == "Social"
    assert first.score < 0.9
    assert all(LEAST <= topic.score <= first.score for topic in others)


def test_shares_sum_to_one_and_are_rounded_to_four_places() -> None:
    weights = term_weights(article(("title", ABOUT[1][1]), ("body", ABOUT[3][1])))
    assert sum(shares_of(weights)) == pytest.approx(1)
    for topic in topics(article(("title", ABOUT[1][1]))):
        assert topic.score == round(topic.score, 4)
        assert NAMES[topic.code] == topic.label


@pytest.mark.parametrize(
    ("forms", "wanted"),
    [
        (("Régional", "régionaux", "REGIONAUX"), "regional"),
        (("élu", "élue", "élues", "élus"), "elu"),
        (("bateau", "bateaux"), "bateau"),
        (("œuvre", "Œuvres"), "oeuvr"),
        (("TF1",), "tf1"),
    ],
)
def test_forms_of_a_word_share_a_stem(forms: tuple[str, ...], wanted: str) -> None:
    assert {stem(form) for form in forms} == {wanted}


def test_empty_words_are_skipped_and_neighbours_are_paired() -> None:
    assert stems("Mis en garde à vue depuis mardi") == ["mis", "gard", "vue"]
    assert terms(["mis", "gard", "vue"]) == ["mis", "gard", "vue", "mis gard", "gard vue"]


def test_a_word_with_an_elided_article_is_found_with_either_apostrophe() -> None:
    assert stems("l'hôpital") == stems("l’hôpital") == ["hopital"]


def test_words_beyond_the_limit_are_not_read() -> None:
    body = "Le club remporte la finale. " * 400
    assert topics(article(("body", body))) == topics(article(("body", body + "Le gouvernement vote la loi. " * 400)))


def test_the_table_is_sorted_small_and_holds_no_text() -> None:
    table = resources.files("corpus.annotate.topics").joinpath("weights.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    words = [row[0] for row in rows]
    assert words == sorted(words)
    assert len(set(words)) == len(words) == len(model())
    assert max(word.count(" ") for word in words) <= 1
    assert len(table.encode()) < 2_000_000
    assert all(re.fullmatch(r"(?:0\d|1[0-6])-?\d+", cell) for row in rows for cell in row[1:])


def test_a_doubled_article_takes_no_more_than_its_double(assert_linear: Callable[..., None]) -> None:
    def made(size: int) -> Article:
        return article(("body", "Le maire de Brévan a inauguré la digue. " * size))

    assert_linear(made, topics, 25_000)


@given(st.lists(st.tuples(st.sampled_from(ROLES), st.text(max_size=80)), max_size=6))
def test_any_article_has_sound_topics(blocks: list[tuple[str, str]]) -> None:
    found = topics(article(*blocks))
    assert found == topics(article(*blocks))
    assert [topic.score for topic in found] == sorted((topic.score for topic in found), reverse=True)
    assert sum(topic.score for topic in found) <= 1.001  # each is rounded to four places
    assert len({topic.code for topic in found}) == len(found)


@pytest.mark.parametrize("text", ["Le maire de Brévan a inauguré la digue.", "Zzz."])
def test_the_main_topic_is_the_first_one_and_null_where_there_is_none(text: str) -> None:
    reading = LayerInput(article(("body", text)))
    run(TOPICS, reading)
    [row] = TOPICS.rows(reading)
    first = next(iter(row["topics"]), {"code": None, "label": None})
    assert (row["main_topic"], row["main_topic_label"]) == (first["code"], first["label"])
    assert (row["main_topic"] is None) == (text == "Zzz.")
