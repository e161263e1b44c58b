"""IRaMuTeQ: each line of variables opens an article."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.article import Article, Draft
from corpus.model.problem import CorpusError, Problem, Rejected
from corpus.parse.articles import articles_of
from corpus.parse.shapes import iramuteq
from corpus.raw.config import Settings, Source
from corpus.raw.records import Record, decode

SOURCE = Source("essai", "Essai", "fr", "CC0-1.0", "full", "iramuteq")
SETTINGS = Settings(Path(), "essai", "Essai")
TEXT = "Le bac qui relie Kerlannec à l’île aux Oies a repris ses traversées lundi, après huit mois d’arrêt."
TWO = f"""**** *journal_La_Vigie *date_2023-03-14 *am_2023-03 *annee_2023
Le bac reprend du service
{TEXT}

**** *journal_Le_Guet *date_2023-03-15 *am_2023-03 *annee_2023
Les moteurs sont neufs
{TEXT}
"""


def records_of(content: str | bytes, source: Source = SOURCE) -> list[Record]:
    content = content.encode() if isinstance(content, str) else content
    found = list(iramuteq.records(Record("raw/essai/corpus.txt", 0, 0, content), source))
    return [one for one in found if isinstance(one, Record)]


def drafts_of(content: str | bytes, source: Source = SOURCE) -> list[Draft]:
    return [iramuteq.parse(decode(record), record, source) for record in records_of(content, source)]


def problems_of(content: str, source: Source = SOURCE) -> tuple[Problem, ...]:
    with pytest.raises(CorpusError) as caught:
        drafts_of(content, source)
    return caught.value.problems


def test_each_line_of_variables_opens_an_article() -> None:
    assert iramuteq.seen(TWO.encode()) == 2
    assert [record.file for record in records_of(TWO)] == ["raw/essai/corpus.txt#1", "raw/essai/corpus.txt#2"]
    assert all(TWO.encode()[one.offset :].startswith(one.content) for one in records_of(TWO))
    first, second = drafts_of(TWO)
    assert (first.title, first.publication, first.date) == ("Le bac reprend du service", "La Vigie", "2023-03-14")
    assert (second.title, second.publication, second.date) == ("Les moteurs sont neufs", "Le Guet", "2023-03-15")
    assert [block.text for block in first.blocks] == [TEXT]


@pytest.mark.parametrize(
    "content",
    ["", TEXT, f"Un titre\n\n{TEXT}\n\n****\n\nSuite.", "****\nUn texte", "# Titre\n**** *gras*", "2023 * une note"],
)
def test_other_texts_show_no_article(content: str) -> None:
    assert iramuteq.seen(content.encode()) == 0
    assert records_of(content) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_encodings(codec: str, end: str) -> None:
    content = TWO.replace("\n", end).encode(codec)
    assert iramuteq.seen(content) == 2
    assert drafts_of(content) == drafts_of(TWO)


def test_windows_1252_is_declared_by_the_source() -> None:
    content = TWO.replace("’", "'").encode("cp1252")
    file = Record("raw/essai/corpus.txt", 0, 0, content, charset="cp1252")
    assert [decode(one)[:4] for one in iramuteq.records(file, SOURCE) if isinstance(one, Record)] == ["****", "****"]


def test_utf_16_that_is_damaged() -> None:
    content = TWO.encode("utf-16")[:-1]
    assert iramuteq.seen(content) == 0
    with pytest.raises(CorpusError, match="UTF-16"):
        records_of(content)


def test_alceste_numbers_its_texts() -> None:
    numbered = TWO.replace("**** *journal_La", "0001 *journal_La").replace("**** *journal_Le", "0002 *journal_Le")
    assert drafts_of(numbered) == drafts_of(TWO)


def test_all_variables_that_say_what_they_are() -> None:
    head = (
        "**** *source_Le_Guet *titre_Le_bac_reprend *Auteur_Maud_Ferrec *rubrique_Littoral *page_7 *id_g42 *lang_fr"
        " *url_https://guet.exemple/a_b *date_20230314"
    )
    [draft] = drafts_of(f"{head}\n-*chapeau\n{TEXT}\nFin du texte.\n")
    assert (draft.title, draft.authors, draft.section, draft.page) == (
        "Le bac reprend",
        ("Maud Ferrec",),
        "Littoral",
        "7",
    )
    assert (draft.key, draft.language, draft.url) == ("g42", "fr", "https://guet.exemple/a_b")
    assert draft.date == "2023-03-14"
    assert [block.text for block in draft.blocks] == [TEXT, "Fin du texte."]


@pytest.mark.parametrize(
    ("variables", "date"),
    [
        ("*date_2023-03-14 *annee_2021", "2023-03-14"),
        ("*date_2023_03_14", "2023-03-14"),
        ("*date_14_mars_2023", "14 mars 2023"),
        ("*date_14/03/2023", "14/03/2023"),
        ("*am_2023-03 *annee_2023", "2023-03"),
        ("*annee_2023", "2023"),
        ("*année_2023 *mois_3 *jour_4", "2023-03-04"),
        ("*annee_2023 *mois_mars *jour_4", "4 mars 2023"),
        ("*annee_2023 *mois_03", "2023-03"),
        ("", None),
    ],
)
def test_dates_and_their_parts(variables: str, date: str | None) -> None:
    [draft] = drafts_of(f"**** *journal_Le_Guet {variables}\nLe bac reprend\n{TEXT}\n")
    assert draft.date == date


def test_a_variable_that_nothing_explains() -> None:
    content = f"**** *journal_Le_Guet *cluster_3 *themes_bac\nLe bac reprend\n{TEXT}\n"
    cluster, themes = problems_of(content)
    assert (cluster.rule, cluster.path, cluster.file) == ("field-unknown", "$.cluster", "raw/essai/corpus.txt#1")
    assert themes.path == "$.themes"
    told = replace(SOURCE, fields={"themes": "section"}, left_out={"cluster": "a class of the analysis"})
    [draft] = drafts_of(content, told)
    assert draft.section == "bac"


@pytest.mark.parametrize(
    ("content", "rule", "words"),
    [
        (f"**** *journal_A *journal_B\nTitre\n{TEXT}", "field-invalid", "'*journal_B'"),
        (f"**** *papier perdu\nTitre\n{TEXT}", "field-invalid", "'perdu'"),
        (f"**** *journal_A\n{TEXT}", "article-empty", "no title over 'Le bac qui relie"),
        ("**** *journal_A\nUn titre sans texte\n", "article-empty", "no title over 'Un titre"),
        ("**** *titre_Seul\n\n", "article-empty", "no text under 'Seul'"),
        ("**** *journal_A\n", "article-empty", "nothing under the line of variables"),
        (f"**** *journal_A\nTitre\n{TEXT}\n****\nEt ceci ?", "field-missing", "a line **** without variables"),
    ],
)
def test_what_is_no_article(content: str, rule: str, words: str) -> None:
    problem = problems_of(content)[-1]
    assert problem.rule == rule
    assert words in problem.found


@pytest.mark.parametrize(
    "variables", ["*source_europresse *journal_La_Vigie", "*journal_La_Vigie *source_europresse", "*source_La Vigie"]
)
def test_of_several_names_of_a_newspaper_the_plainest_counts_and_spaces_are_its_own(variables: str) -> None:
    [draft] = drafts_of(f"**** {variables} *date_20230314\nLe bac reprend\n{TEXT}\n")
    assert (draft.publication, draft.date) == ("La Vigie", "2023-03-14")


def test_what_programs_write_for_no_value_is_none() -> None:
    [draft] = drafts_of(f"**** *journal_Le_Guet *auteur_NA *page_nan *date_2023-03-14\nLe bac reprend\n{TEXT}\n")
    assert (draft.authors, draft.page, draft.publication) == ((), None, "Le Guet")


def test_variables_that_nothing_explains_are_left_out_by_name_when_a_source_is_made() -> None:
    content = f"**** *journal_Le_Guet *cluster_3 *thème_bac *papier\nLe bac reprend\n{TEXT}\n"
    left_out = iramuteq.proved(content.encode(), "a.txt")[0].left_out
    assert [*left_out] == ["cluster", "thème", "papier"]
    [draft] = drafts_of(content, replace(SOURCE, left_out=left_out))
    assert (draft.title, draft.publication) == ("Le bac reprend", "Le Guet")


def test_what_stands_above_the_first_article_is_named() -> None:
    content = f"Corpus des bacs\n\n{TWO}".encode()
    assert iramuteq.seen(content) == 2
    found = list(iramuteq.records(Record("raw/essai/corpus.txt", 0, 0, content), SOURCE))
    assert [one.rule for one in found if isinstance(one, Problem)] == ["articles-left-over"]
    assert len(drafts_of(content)) == 2
    assert iramuteq.seen(b"Mot. " * 500 + content) == 0


def test_paragraphs_end_with_a_sentence_or_a_blank_line() -> None:
    [draft] = drafts_of("**** *titre_Le_bac\nUn début\nqui continue.\nUn autre.\n\nSans point\n\nFin.\n")
    assert [block.text for block in draft.blocks] == ["Un début\nqui continue.", "Un autre.", "Sans point", "Fin."]


@st.composite
def articles(draw: Callable[[Any], Any]) -> tuple[str, str, tuple[str, ...]]:
    letters = string.ascii_lowercase + "éèàç’*-"
    words = st.lists(
        st.text(letters, min_size=1, max_size=8).filter(lambda word: word[0] not in "*-"), min_size=2, max_size=9
    )
    sentences = st.lists(words, min_size=1, max_size=3)
    title = "Titre " + " ".join(draw(words)) + " bac"
    day = draw(st.integers(1, 28))
    return title, f"2023-03-{day:02}", tuple(" ".join(sentence) + " bac." for sentence in draw(sentences))


@given(st.lists(articles(), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_all_articles_are_found_in_order(written: list[tuple[str, str, tuple[str, ...]]], end: str) -> None:
    content = end.join(
        line for title, date, body in written for line in (f"**** *date_{date} *journal_Guet", title, *body, "")
    )
    assert iramuteq.seen(content.encode()) == len(written)
    for (title, date, body), draft in zip(written, drafts_of(content), strict=True):
        assert (draft.title, draft.date, tuple(block.text for block in draft.blocks)) == (title, date, body)


def read(content: bytes) -> list[Article | Rejected]:
    def found() -> Iterator[Record | Problem]:
        try:
            yield from iramuteq.records(Record("raw/essai/corpus.txt", 0, 0, content), SOURCE)
        except CorpusError as error:
            yield from error.problems

    answers = list(articles_of(found(), SOURCE, SETTINGS))
    rules = {problem.rule for one in answers if isinstance(one, Rejected) for problem in one.problems}
    assert "parser-failed" not in rules
    return answers


def test_a_file_that_was_cut_or_damaged() -> None:
    content = (TWO * 3).encode()
    ends = [record.offset + len(record.content) for record in records_of(content)]
    for cut in range(0, len(content), 25):
        done = sum(end <= cut for end in ends)
        assert sum(isinstance(one, Article) for one in read(content[:cut])) >= done
    chance = random.Random(5)
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 9)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        iramuteq.seen(bytes(damaged))
        read(bytes(damaged))
