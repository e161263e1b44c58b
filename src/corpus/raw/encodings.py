"""Which characters bytes are: what proves itself, else what is declared; never a guess.

Bytes with a byte order mark, and bytes that are UTF-8 (which text in another encoding practically never is by chance:
Unicode standard, chapter 3.9, table 3-7), prove their encoding. For others the server, source.yaml, a
``<meta charset>`` or an XML declaration has to say it, and each byte has to exist there. Where none does, the problem
shows the reading that would be French, and a person decides.
"""

from __future__ import annotations

import codecs
import re

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
_CANDIDATES = ("windows-1252", "macintosh", "cp850", "utf-16-le", "utf-16-be")
_FRENCH = frozenset("éèêëàâäçùûüîïôöœæÉÈÊËÀÂÇÙÛÎÏÔŒ’‘“”«»–—…€°·©\xa0\u202f")
_AROUND = 24


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
    """The text of bytes that are in an encoding, or that were UTF-8 once and then wrongly read in it and saved.

    >>> repaired("Ã©cole".encode(), "windows-1252"), repaired("école".encode("cp1252"), "windows-1252")
    ('école', 'école')

    Raises:
        UndecodableError: neither is the case.
    """
    name = codec(encoding)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            return content.decode(name or "ascii")
        except UnicodeDecodeError:
            raise UndecodableError(content, error.start, encoding) from None
    before = "".join(_byte(character, name) for character in text)
    for wanted in ("utf-8", name):  # Windows-1252 that was read as Latin-1 holds controls for its marks
        try:
            found = before.encode("latin-1").decode(wanted or "ascii")
        except UnicodeError:
            continue
        if found != text:
            return found
    from ftfy import fix_encoding

    if (found := fix_encoding(text)) != text:
        return found
    first = next((at for at, character in enumerate(text) if not character.isascii()), 0)
    raise UndecodableError(content, len(text[:first].encode()), encoding)


def _byte(character: str, name: str) -> str:
    """The byte, as a Latin-1 character, that a character was when it was read in this encoding."""
    try:
        return character.encode(name or "ascii").decode("latin-1")
    except UnicodeEncodeError:
        return character
