"""What makes a draft an article: who signed it, and what of its text only says so."""

from __future__ import annotations

from corpus.model.article import Article, Block, Draft
from corpus.parse.assemble import article_of
from corpus.raw.config import Source
from corpus.raw.records import Record

SOURCE = Source("vigie", "La Vigie", "fr", "CC0-1.0", "full", "europresse")
DRAFT = Draft(
    title="Le bac reprend du service",
    blocks=(Block("Le bac a repris ses traversées lundi."), Block("Maud Ferrec"), Block("Il en fera douze par jour.")),
    date="2023-03-14",
    authors=("Maud Ferrec, La Vigie",),
    publication="La Vigie",
)


def article(draft: Draft) -> Article:
    return article_of(draft, Record("raw/vigie/a.html", 1, 0, b"x"), SOURCE)


def test_the_newspaper_beside_its_journalist_is_no_author() -> None:
    assert article(DRAFT).authors == ("Maud Ferrec",)
    assert article(DRAFT._replace(publication="L’Écho")).authors == ("Maud Ferrec", "La Vigie")
    assert article(DRAFT._replace(authors=("La Vigie",))).authors == ("La Vigie",)


def test_a_paragraph_that_is_only_the_name_of_the_author_is_a_signature() -> None:
    read = article(DRAFT)
    assert [paragraph.role for paragraph in read.paragraphs] == ["title", "body", "byline", "body"]
    other = article(DRAFT._replace(authors=("Odile Ferrand",)))
    assert "byline" not in [paragraph.role for paragraph in other.paragraphs]
