"""IRaMuTeQ: one text with a line of variables before each article, and a table that says which article is which.

Its own imports of the press have the same variables. linguistics.md says what is left out of the text, and changed:
marks that steer, and what it drops by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TextIO

from corpus.files.spreadsheet import Cell, write_csv
from corpus.formats.document import Document, Documents
from corpus.formats.format import Export, Format
from corpus.formats.metadata import ABOUT, about
from corpus.model.article import READ

ROLES = READ | {"subheading"}
"""The roles of the paragraphs that are in the text."""

_CHANGED = str.maketrans(
    dict.fromkeys('*$£"«»“”„‟‹›–—―|', " ")
    | {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "…": "...",
        "‐": "-",
        "‑": "-",
        "\u00ad": "",
        "\u200b": "",
        "\u200d": "",
        "\ufe0f": "",
        "\ufeff": "",
    }
)
_OUTSIDE = re.compile("[\U00010000-\U0010ffff]")


def cleaned(text: str) -> str:
    """A text on one line, as IRaMuTeQ takes it.

    >>> cleaned("« C’est l’été… », 5 $ — ou *rien*")
    "C'est l'été... , 5 ou rien"
    """
    return " ".join(_OUTSIDE.sub(" ", text.translate(_CHANGED)).split())


def modality(text: str) -> str:
    """A value as it may stand in a line of variables, "" where no letter or digit is left.

    >>> modality("Économie & société")
    'economie_societe'
    """
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae")).casefold()
    return re.sub(r"[^a-z0-9-]+", "_", re.sub(r"[\u0300-\u036f]", "", plain)).strip("_")


def _variables(document: Document, number: int) -> Iterator[tuple[str, str]]:
    article = document.article
    yield "article", str(number)
    topics = article["topics"]
    for name, value in (
        ("source", article["source"]),
        ("publication", article["publication"]),
        ("section", article["section"]),
        ("split", article["split"]),
        ("theme", topics[0]["label"] if topics else None),
    ):
        if value:
            yield name, value
    first, last = str(article["date_earliest"])[:10], str(article["date_latest"])[:10]
    for name, length in (("annee", 4), ("am", 7), ("date", 10)):  # what every day that the date may mean has in common
        if first[:length] == last[:length]:
            yield name, first[:length]


def _lines(document: Document) -> list[str]:
    paragraphs = document.article["paragraphs"]
    found = [cleaned(document.text[one["start"] : one["end"]]) for one in paragraphs if one["role"] in ROLES]
    return [line for line in found if any(map(str.isalnum, line))]


def _rows(documents: Documents, text: TextIO) -> Iterator[Sequence[Cell]]:
    """Write the text, and give the rows of the table."""
    number = 0
    for document in documents:
        known = dict(about(document))
        lines = _lines(document)
        number += bool(lines)
        if lines:
            said = [f"*{name}_{value}" for name, raw in _variables(document, number) if (value := modality(raw))]
            text.write(f"**** {' '.join(said)}\n" + "\n".join(lines) + "\n\n")
        yield [number if lines else None, document.id, *(known.get(name, "") for name in ABOUT)]


def _write(documents: Documents, export: Export) -> None:
    path = export.folder / f"{export.name}.txt"
    with path.open("x", encoding="utf-8", newline="\n") as text:
        header = ["article", "id", *ABOUT]
        needed = documents.of(*(name for name in ("topics",) if name in export.layers))
        write_csv(export.folder / "articles.csv", header, _rows(needed, text), excel_fr=export.excel_fr)


IRAMUTEQ = Format("iramuteq", "IRaMuTeQ (a text corpus in UTF-8: the .txt)", frozenset({"metadata", "topics"}), _write)
