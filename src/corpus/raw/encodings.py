"""Which characters bytes are: what proves itself, else what is declared; never a guess.

Bytes with a byte order mark, and bytes that are UTF-8 (which text in another encoding practically never is by chance:
Unicode standard, chapter 3.9, table 3-7), prove their encoding. For others the server, source.yaml, a
``<meta charset>`` or an XML declaration has to say it, and each byte has to exist there. Where none does, the problem
shows the reading that would be French, and a person decides.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 4096
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_AS_BROWSERS_DO = ("ascii", "iso8859-1")
"""Encodings that mean Windows-1252 where somebody declares them (https://encoding.spec.whatwg.org/#names-and-labels)."""
_CANDIDATES = ("windows-1252", "iso-8859-15", "macintosh", "cp850", "utf-16-le", "utf-16-be")
_FRENCH = frozenset("éèêëàâäçùûüîïôöœæÉÈÊËÀÂÇÙÛÎÏÔŒ’‘“”«»–—…€°·©\xa0\u202f")
_AROUND = 24
_READINGS = ("cp1252", "latin-1", "mac_roman", "cp850", "cp437")
"""The encodings that people's programs take bytes for."""
_MOSTLY = 0.8


class UndecodableError(ValueError):
    """Bytes that are no text in any encoding that proves itself or is declared.

    ``offset`` is that of the first byte that is not UTF-8, ``beside`` what to add to it, ``hint`` what to try.
    """

    def __init__(self, content: bytes, offset: int, tried: str) -> None:
        super().__init__(f"no text from byte {offset} on")
        self.offset = offset
        self.byte = content[offset] if offset < len(content) else 0
        self.beside = f", and no {tried} either, which is declared" if tried else ""
        self.wanted = "UTF-8, UTF-16 with a byte order mark, or the encoding that source.yaml or the file declares"
        self.hint = _hint(content, offset)


def decoded(content: bytes, declared: str = "") -> str:
    """The characters of a file; ``declared`` is the encoding that its server or source.yaml gives, empty for none.

    Raises:
        UndecodableError: they are none.
    """
    name = marked(content) or "utf-8"
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        start = error.start + (3 if name == "utf-8-sig" else 0)  # the codec counts behind the mark
    tried = ""
    for label in (declared, *stated(content)) if name == "utf-8" else ():
        if (name := codec(label)) and name != "utf-8":
            tried = label
            try:
                return content.decode(name)
            except UnicodeError:
                continue
    raise UndecodableError(content, start, tried)


def is_utf_8(content: bytes) -> bool:
    """Whether bytes are UTF-8, as ASCII is too."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def marked(content: bytes) -> str:
    """The codec that a byte order mark names, empty for none."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "")


def stated(content: bytes) -> list[str]:
    """The encodings that the head of a page or an XML file states, in the order in which they are believed."""
    head = content[:_HEAD]
    return [found[1].decode("ascii") for pattern in (_XML, _META) if (found := pattern.search(head))]


def codec(label: str) -> str:
    """Python's name of a text encoding, Windows-1252 for what is often declared instead; empty for an unknown one."""
    try:
        known = codecs.lookup(label) if label else None
    except LookupError:
        return ""
    if known is None or not known._is_text_encoding:  # noqa: SLF001  # bytes.decode asks it as well
        return ""
    return "cp1252" if known.name in _AS_BROWSERS_DO else known.name


def likely(content: bytes, offset: int = 0) -> tuple[str, str] | None:
    """The encoding in which bytes that are no UTF-8 would be French, with what would be read around an offset.

    None where no encoding, or more than one, makes letters and marks of French of nearly all that is not ASCII.
    """
    found = []
    for name in _CANDIDATES:
        start = max(0, offset - 2000) & ~1
        window = content[start : offset + 8000]
        try:
            text = window.decode(name)
        except UnicodeDecodeError as error:
            if error.start < len(window) - 3:
                continue
            text = window.decode(name, "ignore")
        beyond = [character for character in text if not character.isascii()]
        ascii_letters = sum(character.isascii() and character.isalpha() for character in text)
        sound = sum(character in _FRENCH for character in beyond)
        if "\0" not in text and sound >= 0.9 * len(beyond) and ascii_letters >= len(text) / 3:
            at = len(window[: offset - start].decode(name, "ignore"))
            found.append((sound, name, text[max(0, at - _AROUND) : at + _AROUND]))
    found.sort(reverse=True)
    if not found or (len(found) > 1 and found[0][0] == found[1][0] and found[0][2] != found[1][2]):
        return None
    return found[0][1], " ".join(found[0][2].split())


def _hint(content: bytes, offset: int) -> str:
    """What to try with bytes that nothing declares."""
    if (best := likely(content, offset)) is None:
        return "say the encoding it was written in as `encoding:` of source.yaml, or save the file as UTF-8"
    name, reading = best
    return (
        f"`encoding: {name}` in source.yaml would read « … {reading} … »; or file it with: corpus add --encoding {name}"
    )


def repaired(content: bytes, encoding: str) -> str:
    """The text of bytes that are in an encoding, or that were wrongly read once and saved as UTF-8.

    They were UTF-8 that was read in this encoding or another, or were in this encoding and read in another.

    >>> repaired("Ã©cole".encode(), "windows-1252"), repaired("école".encode("cp1252"), "windows-1252")
    ('école', 'école')
    >>> repaired("‡ l'ÈtÈ".encode(), "windows-1252"), repaired("d├®j├á".encode(), "utf-8")
    ("à l'été", 'déjà')

    Raises:
        UndecodableError: nothing of this is the case.
    """
    name = codec(encoding)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            return content.decode(name or "ascii")
        except UnicodeDecodeError:
            raise UndecodableError(content, error.start, encoding) from None
    if (found := _of_utf_8(text, name)) != text or (found := _of_one_byte(text, name)) != text:
        return found
    first = next((at for at, character in enumerate(text) if not character.isascii()), 0)
    raise UndecodableError(content, len(text[:first].encode()), encoding)


_MOST_TIMES = 3
"""So often a text may have been read wrongly and saved."""


def _of_utf_8(text: str, name: str) -> str:
    """The text with UTF-8 put right that was read as another encoding, as a whole, or in some of its lines only."""
    from ftfy import fix_encoding

    readings = dict.fromkeys((name, *_READINGS) if name and name != "utf-8" else _READINGS)

    def put_right(piece: str) -> str:
        return next((one for reading in readings if (one := _unread(piece, reading)) != piece), piece)

    for _ in range(_MOST_TIMES):
        found = put_right(text)
        if found == text:
            found = fix_encoding(text)
        if found == text:
            found = "".join(map(put_right, text.splitlines(keepends=True)))
        if found == text:
            break
        text = found
    return text


def _unread(text: str, reading: str) -> str:
    """The UTF-8 whose bytes make this text when they are read in an encoding; the text itself where there is none."""
    table = _read_as(reading)
    try:
        return bytes(table.get(character) or ord(character) for character in text).decode("utf-8")
    except (ValueError, UnicodeDecodeError):
        return text


@cache
def _read_as(encoding: str) -> dict[str, int]:
    """The byte above 127 of each character, as programs read them in an encoding; as Latin-1 where that has none."""
    try:
        return {bytes([byte]).decode(encoding, "ignore") or chr(byte): byte for byte in range(128, 256)}
    except (LookupError, UnicodeError):
        return {}


def _of_one_byte(text: str, name: str) -> str:
    """The text of an encoding of one byte a letter that was read in another; the text itself where none is French."""
    if not name or name.startswith("utf"):
        return text
    letters = {byte: letter for letter, byte in _read_as(name).items()}
    before, best = _share_of_french(text), text
    for reading in _READINGS:
        table = {ord(letter): letters[byte] for letter, byte in _read_as(reading).items() if byte in letters}
        found = text.translate(table)
        if reading != name and (share := _share_of_french(found)) >= _MOSTLY and share > before:
            before, best = share, found
    return best


def _share_of_french(text: str) -> float:
    """How much of what is not ASCII are letters and marks of French; 0 for none."""
    beyond = [character for character in text if not character.isascii()]
    return sum(map(_FRENCH.__contains__, beyond)) / len(beyond) if beyond else 0.0
