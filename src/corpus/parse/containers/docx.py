"""The paragraphs of a DOCX file, from its XML.

Only what a reader sees is taken: not what was deleted or moved away, not hidden text, not the codes of
fields, and of two drawings of one text box the first.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from lxml import etree

from corpus.raw.layout import LIMITS
from corpus.raw.records import Record

MOST_UNPACKED = 2**27
"""A DOCX whose parts have more bytes than this is no document: it would fill the memory."""
_SMALL = 2**25

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How Word's files before DOCX begin, and those of a DOCX with a password."""
_AGAIN = "download it again, or open it in a word processor and save it as DOCX"
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged ZIP file, or one with a password, raises."""
_W = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main",
      "http://purl.oclc.org/ooxml/wordprocessingml/main")  # fmt: skip
"""The namespace of Word, and that of documents in the strict form of the standard."""
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHUNK = 2**20


def unpacked(parts: zipfile.ZipFile, packed: int, most: int) -> tuple[int, int]:
    """How many bytes the parts of a ZIP file have, and how many they may: ``most``, and not more than text shrinks."""
    return sum(part.file_size for part in parts.infolist()), min(most, max(_SMALL, LIMITS["unpacked"] * packed))


def _named(*names: str) -> tuple[str, ...]:
    return tuple(f"{{{space}}}{name}" for space in _W for name in names)


_P = _named("p")
_TEXT = frozenset(_named("t"))
_BREAKS = {**dict.fromkeys(_named("br", "cr"), "\n"), **dict.fromkeys(_named("tab"), "\t")}
_SAID = {**_BREAKS, **dict.fromkeys(_named("noBreakHyphen"), "\u2011")}
_WORDS = (*_TEXT, *_SAID)
_UNSEEN = frozenset((_FALLBACK, *_named("moveFrom", "del")))
_INNER = (*_UNSEEN, *_named("txbxContent", "vanish"))
"""A paragraph without one of these is its words, one behind the other."""
_RUN = frozenset(_named("r"))


def docx_paragraphs(record: Record) -> Iterator[tuple[str, str]]:
    r"""The paragraphs of a DOCX file in order, those in tables and text boxes too, each with the name of its style.

    Line breaks within a paragraph are ``\n``. The style is that of Word in English (``Heading 1``), empty for the
    ordinary one. Where the XML breaks off, the paragraphs before are given first.

    Raises:
        CorpusError: rule ``document-damaged``; rule ``size-absurd``, before anything is unpacked.
    """
    if record.content.startswith(_OLE):
        found, hint = "a document of Word before DOCX, or one with a password", "open it in Word and save it as DOCX"
        raise record.error("document-damaged", "", found, "a DOCX document", hint)
    try:
        parts = zipfile.ZipFile(io.BytesIO(record.content))
        size, most = unpacked(parts, len(record.content), MOST_UNPACKED)
        if size > most:
            found, hint = f"{size:,} bytes unpacked", "leave it out: no document is that large"
            raise record.error("size-absurd", "", found, f"at most {most:,} bytes", hint)
        names = frozenset(parts.namelist())
        main = _main_part(parts, names)
        if main not in names:
            raise record.error("document-damaged", "", f"a ZIP file without {main}", "a DOCX document", _AGAIN)
        with parts.open(main) as part:  # to its end: the checksum stands there
            while part.read(_CHUNK):
                pass
        with parts.open(main) as part:
            yield from _written(part, _styles(parts), record)
    except DAMAGED as error:
        raise record.error("document-damaged", "", str(error) or "no ZIP file", "a DOCX document", _AGAIN) from None
    except etree.XMLSyntaxError as error:
        found = f"its XML breaks off: {error.msg or 'it is empty'}"
        raise record.error("document-damaged", "", found, "a DOCX document", _AGAIN) from None


def _tree(parts: zipfile.ZipFile, name: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(parts.read(name), parser)
    except (KeyError, etree.XMLSyntaxError):
        return None


def _main_part(parts: zipfile.ZipFile, names: frozenset[str]) -> str:
    """The name of the part that holds the text: what the package says, else the usual one."""
    usual = "word/document.xml"
    root = None if usual in names else _tree(parts, "_rels/.rels")
    for element in root if root is not None else ():
        if str(element.get("Type", "")).endswith("/officeDocument"):
            return str(element.get("Target", "")).lstrip("/")
    return usual


def _styles(parts: zipfile.ZipFile) -> dict[str, str]:
    """The name of each style by its id; Word writes those of headings in small letters."""
    root = _tree(parts, "word/styles.xml")
    names: dict[str, str] = {}
    for style in root.iter(*_named("style")) if root is not None else ():
        key = _value(style, "styleId")
        for child in style.iter(*_named("name")):
            given = _value(child, "val")
            names[key] = given.capitalize() if given.startswith("heading ") else given
    return names


def _value(element: etree._Element, name: str) -> str:
    return next((str(value) for space in _W if (value := element.get(f"{{{space}}}{name}"))), "")


def _written(part: IO[bytes], styles: dict[str, str], record: Record) -> Iterator[tuple[str, str]]:
    checked = False
    events = etree.iterparse(
        part, events=("end",), tag=_P, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    for _, element in events:
        if not checked:
            checked = True
            if element.getroottree().docinfo.internalDTD is not None:
                found = "a document type with entities of its own"
                raise record.error("document-damaged", "", found, "a DOCX document, which has none", _AGAIN)
        if next(element.iterancestors(*_P), None) is not None:
            continue  # in a text box of another, which gives it
        style = ""
        for named in element.iterchildren(*_named("pPr")):
            for given in named.iterchildren(*_named("pStyle")):
                key = _value(given, "val")
                style = styles.get(key, key)
        for text in _texts(element):
            yield text, style
        element.clear()
        before = element.getprevious()
        while before is not None:  # what has been read goes, so that a long document does not fill the memory
            parent = before.getparent()
            if parent is None:
                break
            parent.remove(before)
            before = element.getprevious()


def _texts(paragraph: etree._Element) -> list[str]:
    """The words of a paragraph, then those of each paragraph of its text boxes."""
    if next(paragraph.iter(*_INNER), None) is None:
        return ["".join([_said(element) for element in paragraph.iter(*_WORDS)])]
    texts = [""]
    _seen_of(paragraph, texts, 0)
    return texts


def _said(element: etree._Element) -> str:
    if element.tag in _TEXT:
        return element.text or ""
    return "" if _value(element, "type") in ("page", "column") else _SAID[str(element.tag)]


def _seen_of(element: etree._Element, texts: list[str], at: int) -> None:
    for child in element:
        tag = str(child.tag)
        formats = child.iterchildren(*_named("rPr")) if tag in _RUN else ()
        marks = (mark for one in formats for mark in one.iterchildren(*_named("vanish")))
        if tag in _UNSEEN or any(_value(mark, "val") not in ("0", "false", "off") for mark in marks):
            continue  # Word does not show it
        if tag in _P:
            texts.append("")
            _seen_of(child, texts, len(texts) - 1)
        elif tag in _TEXT or tag in _SAID:
            texts[at] += _said(child)
        else:
            _seen_of(child, texts, at)
