"""Cuts an XML file into the elements that are its articles, asks their trees, and shows what a reader sees of XML.

No tree of the whole file is built: an export of 100 MB is scanned for the marks of its articles, and each slice is a
record of its own with the start tags and the few declarations of the file that it needs. Marks in CDATA sections and
comments are none. The document type is left behind: nothing is fetched, and of entities only the five of XML and those
of HTML, which the document types of the press share, are resolved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import escape, unescape
from html.entities import html5
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

from corpus.model.problem import CorpusError, Problem
from corpus.parse.containers import html_blocks
from corpus.parse.containers.whole_text import Shown, character, shown
from corpus.raw.encodings import codec, marked
from corpus.raw.records import Record, decode

_ASIDE = rb"!--.*?(?:-->|\Z)|!\[CDATA\[.*?(?:\]\]>|\Z)|\?.*?(?:\?>|\Z)"
"""What begins with < and is no tag: comments, CDATA sections, instructions."""
_ATTRIBUTES = rb"""(?:\s(?:[^"'<>]++|"[^"<]*+"|'[^'<]*+')*+)?"""
_TAG = re.compile(
    rb"<(?:" + _ASIDE + rb"|(?P<close>/)?(?P<name>[A-Za-z_][\w.:-]*+)" + _ATTRIBUTES + rb"(?P<end>/?>))", re.DOTALL
)
_PROLOGUE = re.compile(
    rb"\s*(?P<declaration><\?xml\s.*?\?>)?(?:\s|<\?.*?\?>|<!--.*?-->"
    rb"|(?P<doctype><!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>))*",
    re.DOTALL,
)
_ENTITY_DECLARED = re.compile(rb"""<!ENTITY\s+([\w.:-]+)\s+(?:(?:SYSTEM|PUBLIC)\b|"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?P<name>[A-Za-z][A-Za-z0-9]*);|(?P<bare>&)(?!#?[\w.:-]+;)",
    re.DOTALL,
)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FIVE = frozenset(("amp", "lt", "gt", "quot", "apos"))
_ONE_LINE = bytes.maketrans(b"\r\n\t", b"   ")
_DEEPEST = 100
"""Articles stand in so many elements at most: three or four are usual."""
_DAMAGE_HINT = "export or fetch it again; the articles around this one are read"
_SEEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?(?:>|\Z)"
    r"""|</?[A-Za-z_](?:[^"'<>]++|"[^"<]*+"|'[^'<]*+')*+(?:>|\Z)"""
    r"|(?P<entity>&(?:#[0-9]{1,8}|#x[0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});)",
    re.DOTALL,
)
_SPACES = re.compile(r"[ \t\r\n]+")


class File(NamedTuple):
    """An XML file as it is cut: its bytes in an encoding that shows ASCII as it is, and its beginning.

    ``charset`` is that of the bytes where it is not the one that the file proves or declares; ``shift`` is how many
    bytes of the file stand before these.
    """

    content: bytes
    charset: str | None
    shift: int
    declaration: bytes
    root: bytes
    start: int

    @property
    def name(self) -> str:
        """The local name of the root element, empty where there is none."""
        found = _TAG.match(self.root)
        return found["name"].rpartition(b":")[2].decode("ascii", "replace") if found else ""


class Piece(NamedTuple):
    """One of the elements that were looked for: its place, and what is wrong with it and in which line."""

    start: int
    end: int
    fault: str = ""
    line: int = 0


def opened(file: Record) -> File:
    """The file, ready to be cut.

    Raises:
        CorpusError: rule ``encoding-unreadable``; rule ``xml-invalid`` for an entity of its own.
    """
    begun = begun_file(file.content, file.charset) or begun_file(decode(file).encode("utf-8"), "")
    if begun is None:
        raise file.error("xml-invalid", "", "no element", "an XML file", "is it an export of this shape?")
    found = _PROLOGUE.match(begun.content)
    for name, *values in _ENTITY_DECLARED.findall((found and found["doctype"]) or b""):
        said = unescape((values[0] or values[1]).decode("utf-8", "replace"))
        known = html5.get(f"{name.decode('ascii', 'replace')};")
        if (not said or said != known) and begun.content.find(b"&" + name + b";", begun.start) >= 0:
            hint = "have it written out; none is resolved"
            raise file.error("xml-invalid", "", f"&{name.decode('ascii', 'replace')};, an entity that the file defines"
                             " itself", "XML without entities of its own", hint)  # fmt: skip
    return begun


def begun_file(content: bytes, charset: str = "") -> File | None:
    """The beginning of an XML file; None where the bytes show none. UTF-16 is written as UTF-8."""
    mark, shift, changed = marked(content), 0, None
    declared = codec(charset)
    if mark == "utf-8-sig":
        content, shift, changed = content[3:], 3, "utf-8"
    elif mark or (declared.startswith(("utf-16", "utf_16", "utf-32", "utf_32")) and b"\0" in content[:8]):
        try:
            content = content.decode(mark or declared).encode("utf-8")
        except UnicodeDecodeError:
            return None
        changed = "utf-8"
    found = _PROLOGUE.match(content)
    root = _TAG.match(content, found.end()) if found else None
    if found is None or root is None or root["name"] is None or root["close"]:
        return None
    declaration = b"" if changed else found["declaration"] or b""
    return File(content, changed, shift, declaration, root[0], root.start())


@cache
def marks(names: tuple[str, ...]) -> re.Pattern[bytes]:
    """What begins and ends the elements of these names, whatever their prefix."""
    one = "|".join(map(re.escape, names)).encode("ascii")
    return re.compile(
        rb"<(?:" + _ASIDE + rb"|(?P<close>/)?(?P<name>(?:[A-Za-z_][\w.-]*+:)?(?:" + one + rb"))(?![\w.:-])"
        rb"(?P<end>" + _ATTRIBUTES + rb"/?>)?)",
        re.DOTALL,
    )


def pieces(content: bytes, names: tuple[str, ...], start: int = 0) -> Iterator[Piece]:
    """The outermost elements of these local names in order; one that does not end where it should has its fault."""
    counted = start
    line = content.count(b"\n", 0, start) + 1
    for piece in _pieces(content, names, start):
        if piece.fault:
            line += content.count(b"\n", counted, piece.start)
            counted = piece.start
        yield piece._replace(line=line) if piece.fault else piece


def _pieces(content: bytes, names: tuple[str, ...], start: int) -> Iterator[Piece]:
    begin, opener = -1, b""
    for found in marks(names).finditer(content, start):
        name = found["name"]
        if name is None or (opener and name != opener):
            continue
        if found["close"]:
            yield Piece(begin if opener else found.start(), found.end(), "" if opener else "its beginning is damaged")
            opener = b""
        else:
            if opener:
                yield Piece(begin, found.start(), "the next one begins before it ends")
            begin, opener = found.start(), name
            if (found["end"] or b"").endswith(b"/>"):
                yield Piece(begin, found.end())
                opener = b""
    if opener:
        yield Piece(begin, len(content), "the file ends before it does")


def ancestors(file: File, start: int) -> tuple[bytes, ...]:
    """The start tags of the elements that are open at a place, from the root on; none where they are too many."""
    tags: list[tuple[bytes, bytes]] = []
    count = Counter[bytes]()
    for found in _TAG.finditer(file.content, file.start, start):
        name = found["name"]
        if name is None or found["end"] == b"/>" or found[0].endswith(b"/>"):
            continue
        if not found["close"]:
            tags.append((name, found[0]))
            count[name] += 1
        elif count[name]:
            last = b""
            while last != name:
                last = tags.pop()[0]
                count[last] -= 1
    return tuple(tag for _, tag in tags) if len(tags) <= _DEEPEST else ()


def start_tag(content: bytes, start: int) -> bytes:
    """The start tag at a place; empty where none stands there."""
    found = _TAG.match(content, start)
    return found[0] if found and found["name"] and not found["close"] else b""


def part(record: Record, file: File, number: int, piece: Piece, around: tuple[bytes, ...], said: bytes = b"") -> Record:
    """One article as a record: its slice in the start tags ``around`` it, behind what the file says of all of them."""
    tags = (file.declaration + b"".join(around)).translate(_ONE_LINE)  # so that the article begins in line 1
    before = tags + said
    closing = b"".join(b"</" + found["name"] + b">" for tag in reversed(around) if (found := _TAG.match(tag)))
    own = before + file.content[piece.start : piece.end] + closing
    return record.part(number, own, piece.start + file.shift - len(before), file.charset)


def damaged(record: Record, number: int, piece: Piece) -> Problem:
    """The problem of an article whose marks are damaged."""
    found = f"an article at line {piece.line:,} of the file: {piece.fault}"
    return replace(record, number=number).problem("xml-invalid", "", found, "well-formed XML", _DAMAGE_HINT)


def cut_off(record: Record, file: File) -> Problem | None:
    """The problem of a file that ends before its root element does; None for a whole one."""
    found = _TAG.match(file.root)
    if found is None or file.root.endswith(b"/>") or b"</" + found["name"] in file.content[-4096:]:
        return None
    hint = "export or fetch it again; the articles before its end are read"
    name = found["name"].decode("utf-8", "replace")
    return record.problem("xml-invalid", "", f"the file ends before </{name}>", "a whole file", hint)


def declared(name: str, words: str, **attributes: str) -> bytes:
    """An element that says what the file says of all its articles, in ASCII."""
    given = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{escape(words)}</{name}>".encode("ascii", "xmlcharrefreplace")


def tree(content: str, record: Record) -> Element:
    """The tree of an article's record.

    Raises:
        CorpusError: rule ``xml-invalid``, with the line of the article.
    """
    if wrong := _NO_XML.search(content):
        before = " ".join(content[max(0, wrong.start() - 40) : wrong.start()].split())
        line = content.count("\n", 0, wrong.start()) + 1
        byte = max(0, record.offset + len(content[: wrong.start()].encode("utf-8")))
        place = f"(line {line} of the article, near byte {byte:,})"
        found = f"the character U+{ord(wrong[0]):04X} behind « {before} » {place}"
        raise record.error("xml-invalid", "", found, "characters that XML allows", "remove it, and export again")
    content = resolved(content)
    try:
        return parse_xml(replace(record, content=content.encode("utf-8"), charset="utf-8"))
    except CorpusError as error:
        where = f" of the article, which begins near byte {max(0, record.offset):,} of the file)"
        raise CorpusError(
            replace(one, found=one.found[:-1] + where if one.found.endswith(")") else one.found)
            for one in error.problems
        ) from None


def parse_xml(record: Record) -> Element:
    """The root element of an XML record.

    Comments and processing instructions are gone; entities are the five of XML. The encoding is that of ``decode``.

    Raises:
        CorpusError: rule ``xml-invalid``, with the line in the file; rule ``encoding-unreadable``.
    """
    content = decode(record).lstrip("\ufeff \t\r\n")
    if content.startswith("<?xml"):
        content = content.partition("?>")[2]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(content.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        found = f"{error.msg} (line {error.lineno})" if error.msg else "no XML"
        hint = "export it again; a character that XML does not allow has to go"
        raise record.error("xml-invalid", "", found, "well-formed XML", hint) from None
    return root


def resolved(content: str) -> str:
    """XML with the entities of HTML written as numbers; those of other names stay.

    An « & » that begins no entity (« Dupont & fils », « ?a=1&b=2 ») can only be itself, and is written out.
    """
    return _ENTITY.sub(_character, content)


def _character(found: re.Match[str]) -> str:
    name = found["name"]
    if found["bare"]:
        return "&amp;"
    if name is None or name in _FIVE:
        return found[0]
    return "".join(f"&#{ord(one)};" for one in html5.get(f"{name};", "")) or found[0]


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of these local names, in order."""
    return iter(()) if element is None else element.iterchildren(*(f"{{*}}{name}" for name in names))


def child(element: Element | None, path: str) -> Element | None:
    """The first element that a path of local names leads to."""
    return None if element is None else element.find("/".join(f"{{*}}{name}" for name in path.split("/")))


def below(element: Element | None, *names: str) -> Iterator[Element]:
    """All elements below of these local names, in the order of the file."""
    return iter(()) if element is None else element.iterdescendants(*(f"{{*}}{name}" for name in names))


def words(element: Element | None) -> str:
    """The text of an element and of all below it, on one line."""
    if element is None:
        return ""
    said = element.text or "" if len(element) == 0 else "".join(map(str, element.itertext()))
    return _SPACES.sub(" ", said).strip(" ")


def value(element: Element | None, name: str) -> str:
    """An attribute without the white space around it; empty where it is not there. Its namespace does not matter."""
    if element is None:
        return ""
    if name in element.attrib:
        return str(element.attrib[name]).strip()
    found = (given for key, given in element.attrib.items() if str(key).rpartition("}")[2] == name)
    return str(next(found, "")).strip()


def visible(content: str) -> tuple[str, list[int]]:
    """The characters of an XML file without its markup, and the offset of each; markup in CDATA stays."""

    def seen(found: re.Match[str]) -> Shown:
        return (found["cdata"], range(*found.span("cdata"))) if found["cdata"] else character(found)

    return shown(content, _SEEN, seen)


def visible_html(content: str) -> tuple[str, list[int]]:
    """The same where the elements hold HTML, in CDATA or escaped: its markup is removed too."""
    seen, places = visible(content)
    if "<" not in seen and "&" not in seen:
        return seen, places
    shown, inner = html_blocks.visible(seen)
    return shown, [places[place] for place in inner]
