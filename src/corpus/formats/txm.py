"""TXM: a folder for its module XML-XTZ + CSV, with a file for each article and ``metadata.csv`` (linguistics.md).

Spans are widened to whole words, and what overlaps is cut. Names of files and columns have letters, digits and ``-_.``
alone, as TXM's manual asks; all properties of a structure are always there, since CQP knows none that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.files.spreadsheet import Cell, write_csv
from corpus.formats.document import Document, Documents
from corpus.formats.format import FEATURES, Export, Format
from corpus.formats.inline import Element, Part, attributes, element, rendered, structure, xml_text
from corpus.formats.metadata import ABOUT, about, name_of, one_line
from corpus.formats.tokens import UNKNOWN, Sentence, Tokens, sentences_of

_UNKNOWN = "NA"
_COLUMNS = tuple(name for name in ABOUT if name not in ("text_sha256", "first_release"))
_LISTS = ("gold", "topics", "keywords")


def _known(*values: tuple[str, object]) -> list[tuple[str, str | None]]:
    """Properties of a structure, all of which are always there."""
    return [(name, one_line(str(value)) or _UNKNOWN if value is not None else _UNKNOWN) for name, value in values]


def _elements(document: Document, sentences: Sequence[Sentence], tokens: Tokens) -> Iterator[Element]:
    yield from structure(
        document,
        sentences,
        tokens,
        lambda number, role: ("p", _known(("num", number if role else None), ("role", role))),
        lambda index: _known(("num", index)),
        "",
    )
    for row in document.rows("quotations"):
        number = row["index"]
        values = _known(
            ("num", number),
            ("kind", row["kind"]),
            ("speaker", row["speaker_name"]),
            ("entity", row["speaker_entity"]),
            ("key", row["speaker_key"]),
        )
        for place in row["fragments"]:
            yield from element(tokens, place["start"], place["end"], 2, "q", values, f"q{number}")
        for part in ("speaker", "cue"):
            for place in row[part]:
                said = _known(("q", number))
                yield from element(tokens, place["start"], place["end"], 3, part, said, f"{part}{number}")
    for row in document.rows("entities"):
        values = _known(
            ("type", row["type"]),
            ("entity", row["entity"]),
            ("fullname", row["name"]),
            ("link", row["link"]),
            ("key", row["entity_key"]),
        )
        yield from element(tokens, row["start"], row["end"], 4, "name", values, f"m{row['index']}")
    for row in document.rows("times"):
        values = _known(*((name, row[name]) for name in ("kind", "value", "earliest", "latest")))
        yield from element(tokens, row["start"], row["end"], 5, "time", values, f"t{row['index']}")


def _opened(part: Part) -> str:
    return f"<{part.element.tag}{part.element.attributes}>"


@lru_cache(1 << 16)
def _begun(lemma: str, upos: str, feats: str) -> str:
    return f"<w{attributes(_known(('lemma', lemma), ('upos', upos), ('feats', feats)))}>"


def _words(text: str, sentences: Sequence[Sentence]) -> Iterator[str]:
    for one in sentences:
        for start, end, lemma, upos, feats in one.words:
            word = xml_text(text[start:end])
            if not lemma and upos == UNKNOWN:
                yield word
            else:
                yield f"{_begun(lemma, upos, feats)}{word}</w>"


def _article(document: Document) -> Iterator[str]:
    sentences = sentences_of(document)
    tokens = Tokens.of(sentences)
    identity = attributes([("id", name_of(document.id))])
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0"><text{identity}>\n'
    elements = list(_elements(document, sentences, tokens))
    yield from rendered(document.text, tokens, elements, list(_words(document.text, sentences)), _opened)
    yield "\n</text></TEI>\n"


def _write(documents: Documents, export: Export) -> None:
    def rows() -> Iterator[Sequence[Cell]]:
        for document in documents:
            name = name_of(document.id)
            export.write(f"{name}.xml", _article(document))
            known = dict(about(document))
            yield [name, document.id, *(known.get(one, _UNKNOWN) for one in (*_COLUMNS, *_LISTS))]

    header = ["id", "article", *(name.replace("_", "") for name in (*_COLUMNS, *_LISTS))]
    write_csv(export.folder / "metadata.csv", header, rows())


_TOOLS = "TXM 0.8 (File, Import, XML-XTZ + CSV: the folder)"
_CARRIED = frozenset(FEATURES) - {"dependencies", "annotators", "confidence"}

TXM = Format("txm", _TOOLS, _CARRIED, _write)
