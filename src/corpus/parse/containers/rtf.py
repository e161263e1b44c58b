r"""Reads RTF: the lines that a reader sees, in order, each with whether it is bold (Rich Text Format 1.9.1).

Characters are those that the file says: by number (``\u``), by a byte of the code page of the document or of the font,
or as plain bytes. A byte that its code page does not have becomes U+FFFD, which a rule finds. What is not read is in
``_UNREAD``, with the reason; a group that says of itself that readers may pass over it (``\*``) is passed over.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from corpus.raw.records import Record

RTF_HINT = "download it again, or open it in a word processor and save it as RTF"
DEEPEST = 10_000
"""Groups nested deeper are no document: word processors nest a few dozen."""

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})?[ ]?"
    rb"|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>.)|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)|\\\Z",
    re.DOTALL,
)
_CHARACTERS = {
    "emdash": "—", "endash": "–", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "tab": "\t", "zwj": "\u200d", "zwnj": "\u200c",
    "ltrmark": "\u200e", "rtlmark": "\u200f", "~": "\xa0", "-": "\xad", "_": "\u2011", "{": "{", "}": "}", "\\": "\\",
}  # fmt: skip
_LINE_ENDS = {
    **dict.fromkeys(("par", "line", "row", "nestrow", "column", "lbr", "\n", "\r"), 1),
    **dict.fromkeys(("sect", "page"), 2),
}
"""How many line ends each of them is."""
_PAGE = ("page", "sect")
_CELLS = ("cell", "nestcell")

_REASONS = {
    "says how the document looks, who wrote it and changed it": (
        "colortbl stylesheet listtable listoverridetable filetbl revtbl rsidtbl info"
    ),
    "stands on every page": "header headerl headerr headerf footer footerl footerr footerf",
    "is a note, which no database writes into an article": "footnote",
    "is a picture in figures, or a form": "pict datafield",
    "is the address of a link, not its words": "fldinst",
    "is an entry of an index or a table of contents, hidden": "xe tc",
    "says again what a table or a drawing says": "nonesttables shprslt",
}
_UNREAD = {name: reason for reason, names in _REASONS.items() for name in names.split()}
_BOXES = ("shptxt", "dptxbxtext")
"""The words of a box stand in a drawing, which as a whole is passed over."""

# \fcharset of a font: its code page.
_CHARSETS = {
    0: "cp1252", 2: "cp1252", 77: "mac_roman", 83: "mac_greek", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk",
    136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_DOCUMENTS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_SURROGATES = re.compile("[\ud800-\udfff]+")

_SEEN, _STARRED, _HIDDEN, _FONTS, _IN_CODE_PAGE = range(5)


class Line(NamedTuple):
    """A line as it is seen, without its end; ``bold`` where all its words are, ``size`` the greatest in half points.

    ``page`` says that a new page begins with it.
    """

    text: str
    bold: bool = False
    size: int = 0
    page: bool = False


class Text(NamedTuple):
    """The lines of a document, and what is wrong with it: empty for nothing."""

    lines: list[Line]
    damage: str


class _State(NamedTuple):
    """What a group can change and its end takes back."""

    out: int = _SEEN
    skipped: int = 1
    font: int = -1
    bold: bool = False
    size: int = 24
    hidden: bool = False


def read(content: bytes) -> Text:
    """The lines of an RTF file up to where it is damaged, if it is."""
    reader = _Reader(content)
    reader.read()
    return Text(reader.lines, reader.damage)


def rtf_text(record: Record) -> Text:
    """The same of a record.

    Raises:
        CorpusError: rule ``document-damaged``: it does not begin as RTF does.
    """
    if not record.content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        found = "a file that does not begin with {\\rtf"
        raise record.error("document-damaged", "", found, "an RTF document", "save it as RTF again")
    return read(record.content)


class _Reader:
    """Where reading stands."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.lines: list[Line] = []
        self.damage = ""
        self.state = _State()
        self.stack: list[_State] = []
        self.page_codec = "cp1252"
        self.fonts: dict[int, str] = {}
        self.font = self.default_font = -1
        self.to_skip = 0
        self.pending = bytearray()
        self.new_page = False
        self.parts: list[str] = []
        self.bold, self.size = True, 0

    def read(self) -> None:
        """Read it all, or up to the damage."""
        at = max(0, self.content.find(b"{\\rtf"))
        while not self.damage and at >= 0:
            at = self._document(at)
        self._characters_of_bytes()
        if self.parts:
            self._end_line()

    def _document(self, at: int) -> int:
        """Read one document from an offset on; the offset of the next one, -1 for none."""
        for token in _TOKEN.finditer(self.content, at):  # one begins where the last one ends
            kind, end = token.lastgroup, token.end()
            if kind == "text":
                self._text(token[0])
            elif kind == "hex" and self.to_skip:
                self.to_skip -= 1
            elif kind == "hex" and not self.state.out:
                self.pending.append(int(token["hex"], 16))
            elif kind in ("word", "number"):
                word, number = token["word"].decode("ascii"), int(token["number"]) if kind == "number" else None
                if word == "bin" and number and number > 0:
                    return end + number  # bytes of a picture
                self._word(word, number)
            elif kind == "symbol":
                self._symbol(token["symbol"])
            elif kind == "brace":
                self._characters_of_bytes()
                self.to_skip = 0
                if self._brace(token[0]):
                    return self._next(end)
            if self.damage:
                return -1
        self.damage = "it ends in the middle" if self.stack else self.damage
        return -1

    def _brace(self, brace: bytes) -> bool:
        """A group opens or closes; whether the document ends with it."""
        if brace == b"{":
            self.stack.append(self.state)
            if len(self.stack) > DEEPEST:
                self.damage = f"groups nested more than {DEEPEST:,} deep"
            return False
        self.state = self.stack.pop() if self.stack else self.state
        return not self.stack

    def _next(self, end: int) -> int:
        """Behind a document: another one, nothing, or words that belong to none."""
        rest = self.content[end : end + 2**16].lstrip(b"\0 \t\r\n\x1a")
        if not rest:
            return -1
        if rest.startswith(b"{\\rtf"):
            self.state = _State()
            self._end_line(page=True)
            return self.content.index(b"{\\rtf", end)
        self.damage = "text behind its end"
        return -1

    def _text(self, text: bytes) -> None:
        if self.to_skip:
            skipped = min(self.to_skip, len(text))
            self.to_skip -= skipped
            text = text[skipped:]
        if self.state.out or not text:
            return
        if self.pending:
            text = self._characters_of_bytes(text)
        try:  # of bytes that the format does not allow: UTF-8 that proves itself, else of the code page
            self._add(text.decode("utf-8"))
        except UnicodeDecodeError:
            self._add(text.decode(self._codec(), "replace"))

    def _characters_of_bytes(self, following: bytes = b"") -> bytes:
        """Add the characters of the bytes read so far; the second byte of one may be plain: what is left of those."""
        if self.pending:
            pending, self.pending = bytes(self.pending), bytearray()
            if following and self._codec() in ("cp932", "cp949", "johab", "gbk", "cp950"):
                try:
                    pending.decode(self._codec())
                except UnicodeDecodeError:
                    pending, following = pending + following[:1], following[1:]
            self._add(pending.decode(self._codec(), "replace"))
        return following

    def _codec(self) -> str:
        return self.fonts.get(self.state.font, self.page_codec)

    def _symbol(self, symbol: bytes) -> None:
        name = symbol.decode("latin-1")
        self._characters_of_bytes()
        if name == "*":
            self.to_skip = 0
            self.state = self.state._replace(out=self.state.out or _STARRED)
        elif name == "'":  # no figures behind it
            self._add("\N{REPLACEMENT CHARACTER}")
        else:
            self._word(name, None)

    def _word(self, word: str, number: int | None) -> None:
        if self.pending:
            self._characters_of_bytes()
        if character := _CHARACTERS.get(word):
            if self.to_skip:
                self.to_skip -= 1
            else:
                self._add(character)
            return
        self.to_skip = 0
        if word in _LINE_ENDS or word in _CELLS:
            if not self.state.out:
                self._ends(word)
        elif word == "u":
            self.to_skip = self.state.skipped
            if number is not None:
                self._add(chr(number % 0x10000) if number < 0x10000 else chr(min(number, 0x10FFFF)))
        elif word in _UNREAD:
            self.state = self.state._replace(out=_HIDDEN)
        elif self.state.out:
            self._unseen(word, number or 0)
        else:
            self._format(word, number)

    def _unseen(self, word: str, number: int) -> None:
        """A word of a group that is passed over: it may be one that is read after all."""
        state, above = self.state, self.stack[-1] if self.stack else self.state
        if state.out == _FONTS:
            self._font(word, number)
        elif (
            (word in _BOXES and state.out == _STARRED)
            or (word == "nesttableprops" and above.out == _SEEN)  # the end of a row stands there
            or (word == "ud" and state.out == _IN_CODE_PAGE)
        ):
            self.state = state._replace(out=_SEEN)

    def _ends(self, word: str) -> None:
        if word in _CELLS:
            self._add("|")
            return
        for _ in range(_LINE_ENDS[word]):
            self._end_line()
        self.new_page = self.new_page or word in _PAGE

    def _format(self, word: str, number: int | None) -> None:
        """Words that say how what follows looks, or in which code page it is."""
        state = self.state
        if word in ("b", "v", "deleted"):
            field = "bold" if word == "b" else "hidden"
            self.state = state._replace(**{field: number != 0})
        elif word == "f":
            self.state = state._replace(font=number or 0)
        elif word == "fs":
            self.state = state._replace(size=number or 24)
        elif word == "plain":
            self.state = state._replace(bold=False, size=24, hidden=False, font=self.default_font)
        elif word == "uc":
            self.state = state._replace(skipped=max(0, number or 0))
        elif word == "deff":
            self.default_font = number or 0
            self.state = state._replace(font=self.default_font)
        elif word == "fonttbl":
            self.state = state._replace(out=_FONTS)
        elif word == "upr":  # words in the code page, and again in Unicode
            self.state = state._replace(out=_IN_CODE_PAGE)
        elif word in _DOCUMENTS:
            self.page_codec = _DOCUMENTS[word]
        elif word == "ansicpg" and number:
            self.page_codec = self._known(number)

    def _known(self, page: int) -> str:
        name = {65001: "utf-8", 10000: "mac_roman"}.get(page, f"cp{page}")
        try:
            return codecs.lookup(name).name
        except LookupError:
            self.damage = f"code page {page}, which nobody knows"
            return "cp1252"

    def _font(self, word: str, number: int) -> None:
        """A font of the table of fonts, and its code page; 1 says that it has none of its own."""
        if word == "f":
            self.font = number
        elif word == "fcharset" and number in _CHARSETS:
            self.fonts[self.font] = _CHARSETS[number]
        elif word == "cpg" and number:
            self.fonts[self.font] = self._known(number)

    def _add(self, text: str) -> None:
        state = self.state
        if state.hidden or state.out:
            return
        self.parts.append(text)
        if text != "|" and text.strip():
            self.bold = self.bold and state.bold
            self.size = max(self.size, state.size)

    def _end_line(self, *, page: bool = False) -> None:
        text = "".join(self.parts)
        if _SURROGATES.search(text):  # a character beyond U+FFFF is written as two halves
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self.lines.append(Line(text, bold=self.bold and self.size > 0, size=self.size, page=self.new_page))
        self.new_page = page
        self.parts = []
        self.bold, self.size = True, 0
