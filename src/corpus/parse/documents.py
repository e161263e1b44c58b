"""The paragraphs of documents of word processors: RTF with striprtf, DOCX with docx.py."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.parse.docx import paragraphs
from corpus.raw.records import Record


def rtf_lines(record: Record) -> list[str]:
    """The lines of an RTF file; the cells of a table row stand on one line, each closed by ``|``.

    Raises:
        CorpusError: rule ``document-damaged``.
    """
    from striprtf.striprtf import rtf_to_text

    if not record.content.lstrip().startswith(b"{\\rtf"):
        hint = "save it as RTF again"
        raise record.error("document-damaged", "", "a file that does not begin with {\\rtf", "an RTF document", hint)
    text = rtf_to_text(record.content.decode("latin-1"), encoding="cp1252", errors="strict")  # type: ignore[no-untyped-call]  # striprtf has no types
    return str(text).split("\n")


def docx_paragraphs(record: Record) -> Iterator[tuple[str, str]]:
    """The paragraphs of a DOCX file in order, those in tables and text boxes too, each with the name of its style.

    Raises:
        CorpusError: rule ``document-damaged``; rule ``size-absurd``; the paragraphs before the damage come first.
    """
    return paragraphs(record)
