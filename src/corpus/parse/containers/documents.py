"""The paragraphs of documents of word processors: RTF with rtf.py, DOCX with docx.py."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.parse.containers.docx import paragraphs
from corpus.parse.containers.rtf import Text, read
from corpus.raw.records import Record

RTF_HINT = "download it again, or open it in a word processor and save it as RTF"


def rtf_text(record: Record) -> Text:
    """The lines of an RTF file with their form, up to where it is damaged.

    Raises:
        CorpusError: rule ``document-damaged``: it does not begin as RTF does.
    """
    if not record.content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        found = "a file that does not begin with {\\rtf"
        raise record.error("document-damaged", "", found, "an RTF document", "save it as RTF again")
    return read(record.content)


def docx_paragraphs(record: Record) -> Iterator[tuple[str, str]]:
    """The paragraphs of a DOCX file in order, those in tables and text boxes too, each with the name of its style.

    Raises:
        CorpusError: rule ``document-damaged``; rule ``size-absurd``; the paragraphs before the damage come first.
    """
    return paragraphs(record)
