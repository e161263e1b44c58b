"""The paragraphs of documents of word processors: RTF with striprtf, DOCX with python-docx."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from corpus.raw.records import Record

_MOST_UNPACKED = 2**29
"""A DOCX whose parts have more bytes than this is no document: it would fill the memory."""


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
    """The paragraphs of a DOCX file in order, those in tables too, each with the name of its style.

    Raises:
        CorpusError: rule ``document-damaged``.
    """
    from docx import Document
    from docx.text.paragraph import Paragraph

    try:
        with zipfile.ZipFile(io.BytesIO(record.content)) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > _MOST_UNPACKED:
            found, hint = f"{size:,} bytes unpacked", "leave it out: no document is that large"
            raise record.error("size-absurd", "", found, f"at most {_MOST_UNPACKED:,} bytes", hint)
        document = Document(io.BytesIO(record.content))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        hint = "download it again, or open it in a word processor and save it as DOCX"
        raise record.error("document-damaged", "", str(error), "a DOCX document", hint) from None
    for element in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
        paragraph = Paragraph(element, document)
        yield paragraph.text, (paragraph.style.name or "") if paragraph.style is not None else ""
