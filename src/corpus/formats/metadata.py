"""What is said of an article as a whole, as text: for formats with a line, an attribute or a cell for each thing."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.formats.document import Document

ABOUT = (
    *("title", "byline", "publication", "section", "page", "date", "date_earliest", "date_latest", "url"),
    *("source", "split", "story", "language", "licence", "version", "word_count", "text_sha256", "first_release"),
)
"""Columns of articles that are about an article, as they are called there."""


def about(document: Document) -> Iterator[tuple[str, str]]:
    """The name and the text of each thing that is known of an article, on one line; what is not known is left out.

    After ``ABOUT`` come ``gold`` (the layers that a person annotated), ``topics`` and ``keywords``.
    """
    article = document.article
    for name in ABOUT:
        if (value := article.get(name)) is not None:
            yield name, one_line(str(value))
    several = {
        "gold": article["gold"],
        "topics": [f"{one['code']} {one['label']} {one['score']}" for one in article["topics"]],
        "keywords": article["keywords"],
    }
    for name, values in several.items():
        if values:
            yield name, one_line("; ".join(values))


def one_line(text: str) -> str:
    """A text with a space for each run of white space that is more or other than a space."""
    return " ".join(text.split())


def name_of(identity: str) -> str:
    """The id of an article as a name in XML and of a file: ``_A_`` for its slash, which no other id has.

    >>> name_of("agence-hexa/2022-02")
    'agence-hexa_A_2022-02'
    """
    name = identity.replace("/", "_A_")
    return name if name[0].isalpha() else f"A_{name}"


def id_of(name: str) -> str:
    """The id that a file of this name is of.

    >>> id_of("A_1er_A_2022-02")
    '1er/2022-02'
    """
    return name.removeprefix("A_").replace("_A_", "/")
