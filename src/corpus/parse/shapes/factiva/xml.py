"""Factiva's XML (PPSResponse, given until 2014): where its articles are, and the fields of one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import QName
from lxml.etree import _Element as Element

from corpus.parse.containers.xml_items import parse_xml
from corpus.parse.shapes.factiva.fields import Fields, Part
from corpus.raw.records import Record

_TOKEN = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<(?P<close>/)?(?:[A-Za-z_][\w.-]{0,40}:)?article(?=[\s/>])[^>]*(?:>|\Z)",
    re.DOTALL,
)
_FRAME = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:PPSResponse|ppsArticle\w*|ppsarticle\w*)[\s>]|factiva\.com/pps/")
_HEAD = 4096
_PREFIX = re.compile(rb"(?<=<)(/?)[A-Za-z_][\w.-]{0,40}:(?=[A-Za-z_])")
_SPACES = re.compile(r"[ \t\r\n]+")
_INDENTED = re.compile(r"\n[ \t]{2,}")
_NO_TIME = re.compile(r"T00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?\Z")

_ELEMENTS = dict(
    line.split()
    for line in """
    accessionNo AN, headline HD, byline BY, credit CR, columnName CLM, sectionName SE, pages PG, publicationDate PD
    publicationTime ET, baseLanguage LA, sourceName SN, leadParagraph LP, tailParagraphs TD, artWorks ART, artWork ART
    corrections CX, wordCount WC, sourceCode SC, edition ED, volume VOL, copyright CY, contact CT, notes RF, company CO
    industry IN, newsSubject NS, region RE, person PE, marketIndex MI, descField IPD, ipDescriptors IPD, ipDocId IPC
    publisherName PUB, publisherGroupName PUB, publisherGroupCode PUB, publisher PUB, modificationDate UPD
    modificationTime UPD
    """.strip()
    .replace("\n", ",")
    .split(",")
)
"""The code of the field that an element holds."""
_UNREAD = frozenset(
    (
        *("reference", "contentParts", "adocTOC"),  # addresses inside of the service
        *("sourceLogo", "logo", "attribution", "properties", "status", "documentType"),  # marks of the service
        *("indexTerms", "codeSets"),  # subjects that Factiva gives
        "snippet",  # repeats the opening
    )
)


def is_xml(content: bytes) -> bool:
    """Whether a file is an answer of Factiva's service in XML."""
    return _FRAME.search(content[:_HEAD]) is not None


def seen(content: bytes) -> int:
    """How many articles open in a file."""
    depth = count = 0
    for token in _TOKEN.finditer(content):
        if token[0].startswith(b"<!"):
            continue
        if token["close"]:
            depth = max(0, depth - 1)
        else:
            count += depth == 0
            depth += not token[0].endswith(b"/>")
    return count


def slices(content: bytes) -> Iterator[tuple[int, int]]:
    """Where each article begins and ends; one that does not end ends with the file."""
    depth = start = 0
    for token in _TOKEN.finditer(content):
        if token[0].startswith(b"<!"):
            continue
        if token["close"]:
            depth -= depth > 0
            if depth == 0:
                yield start, token.end()
        elif token[0].endswith(b"/>"):
            if depth == 0:
                yield token.span()
        else:
            start = start if depth else token.start()
            depth += 1
    if depth:
        yield start, len(content)


def fields(record: Record) -> Fields:
    """The fields of an article by their codes; an element that is not known keeps its name.

    Raises:
        CorpusError: the XML cannot be read.
    """
    if re.match(rb"\s*<[\w.-]+:article", record.content):  # the prefix is declared above, outside of the article
        record = record.part(record.number, _PREFIX.sub(rb"\1", record.content), record.offset)
    found: Fields = {}
    for element in parse_xml(record):
        name = QName(element).localname
        if name in _UNREAD:
            continue
        code = _ELEMENTS.get(name, name)
        parts = _parts(element)
        if code == "PD":  # midnight to the second stands where no time is known
            parts = [Part(_NO_TIME.sub("", part.text)) for part in parts[:1]]
        if code == "PG":
            parts = [Part(", ".join(part.text for part in parts))]
        found.setdefault(code, []).extend(parts)
    if (time := found.get("ET")) and any("T" in part.text for part in found.get("PD", ())):
        time.clear()
    return {code: parts for code, parts in found.items() if parts or code in ("PD", "HD")}


def _text(element: Element) -> str:
    return "".join(map(str, element.itertext()))


def _parts(element: Element) -> list[Part]:
    """The paragraphs of an element, and its bare text: paragraphs are indented there."""
    texts = _INDENTED.split((element.text or "").rstrip())
    for child in element:
        name = QName(child).localname
        if name in ("hlt", "eLink", "ELink", "en", "b", "i") and texts:
            texts[-1] += _text(child) + (child.tail or "")
        else:
            texts += [_text(child), *_INDENTED.split(child.tail or "")]
    return [Part(text) for one in texts if (text := _SPACES.sub(" ", one).strip())]
