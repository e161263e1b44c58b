"""Word processor documents made of paragraphs, as exports of press databases are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx_of_xml(body: str, head: str = "", styles: str = "", **more: str) -> bytes:
    """A DOCX file whose body is this XML; ``head`` stands before its root."""
    root = (
        f'<w:document xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{body}</w:body></w:document>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?>{head}{root}')
        if styles:
            parts.writestr("word/styles.xml", f'<w:styles xmlns:w="{W}">{styles}</w:styles>')
        for name, content in more.items():
            parts.writestr(name, content)
    return file.getvalue()


def docx(paragraphs: Iterable[str]) -> bytes:
    """A DOCX file of these paragraphs; a line break is one within its paragraph."""
    body = ""
    for text in paragraphs:
        lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")]
        body += f"<w:p><w:r>{'<w:br/>'.join(lines)}</w:r></w:p>" if text else "<w:p/>"
    return docx_of_xml(body)


def rtf(paragraphs: Iterable[str]) -> bytes:
    """An RTF file of these paragraphs, in Windows-1252 with what lies beyond as Unicode."""
    lines = []
    for text in paragraphs:
        words = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
        lines.append("\\pard " + "".join(map(_of_rtf, words)) + "\\par\n")
    return ("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\f0\n" + "".join(lines) + "}").encode("ascii")


def _of_rtf(character: str) -> str:
    if character == "\n":
        return "\\line "
    if character.isascii():
        return character
    return f"\\'{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character)}?"
