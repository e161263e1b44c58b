"""The characters of a file, of which a few bytes may be damaged, and those of them that a reader sees."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from html import unescape

from corpus.raw import encodings
from corpus.raw.records import Record, decode

_NULS = 0.3
"""UTF-16 of Latin letters is to a half of zero bytes."""
_STRAY = re.compile("[\udc80-\udcff]")
Shown = tuple[str, Iterable[int]]
"""Characters that a reader sees, and the offset of each."""


def text_of(file: Record) -> str:
    """The characters of a file. Where it plainly is UTF-8 but for a few bytes, these are lone surrogates.

    So a damaged article does not take all others with it: whoever writes a record of such characters fails.

    Raises:
        CorpusError: rule ``encoding-unreadable``.
    """
    if wide := wide_of(file.content):
        if encodings.codec(file.charset).startswith(wide[:6]):
            wide = encodings.codec(file.charset)
            return file.content.decode(wide if wide[-2:] in ("le", "be") else wide_of(file.content), "replace")
        found, wanted = "a zero byte beside each letter", "UTF-16 with a byte order mark, or UTF-8"
        raise file.error("encoding-unreadable", "", found, wanted, f"add `encoding: {wide}` to source.yaml")
    try:
        return encodings.decoded(file.content, file.charset)
    except encodings.UndecodableError:
        if mended := _mostly(file.content):
            return mended
        return decode(file)  # raises it with the place


def readable(content: bytes) -> str:
    """The characters of a file whose encoding nobody declared, to look at; Windows-1252 for what proves nothing."""
    if wide := wide_of(content):
        return content.decode(wide, "replace")
    try:
        return encodings.decoded(content)
    except encodings.UndecodableError as error:
        likely = encodings.likely(content, error.offset)
        return _mostly(content) or content.decode(likely[0] if likely else "cp1252", "replace")


def wide_of(content: bytes) -> str:
    """The encoding of UTF-16 that has no byte order mark, empty for other content."""
    head = content[:400]
    if not head or encodings.marked(content) or head.count(0) < _NULS * len(head) or head.startswith(b"PK"):
        return ""
    odd = head[1::2].count(0)
    return codecs.lookup("utf-16-le" if odd * 2 > head.count(0) else "utf-16-be").name


def _mostly(content: bytes) -> str:
    """The characters of UTF-8 with a few stray bytes; empty where they are not few."""
    if encodings.marked(content) not in ("", "utf-8-sig"):
        return ""
    text = content.decode("utf-8", "surrogateescape")
    stray = len(_STRAY.findall(text))
    beyond = sum(map(len, re.findall("[^\x00-\x7f\udc80-\udcff]+", text)))
    return text if 10 * stray < beyond else ""


def as_utf8(content: bytes) -> bytes:
    """A file whose marks can be found: UTF-16 becomes UTF-8.

    Raises:
        UnicodeDecodeError: it has the mark of UTF-16 and is none.
    """
    codec = encodings.marked(content)
    return content if codec in ("", "utf-8-sig") else content.decode(codec).encode("utf-8")


def in_utf8(file: Record) -> bytes:
    """The bytes of a file, as ``as_utf8`` gives them.

    Raises:
        CorpusError: rule ``encoding-unreadable``, of a file of UTF-16 that is damaged.
    """
    try:
        return as_utf8(file.content)
    except UnicodeDecodeError as error:
        found = f"byte offset {error.start} is no UTF-16, which its mark declares"
        raise file.error("encoding-unreadable", "", found, "a sound file", "export it again") from None


def shown(
    content: str, marks: re.Pattern[str], seen: Callable[[re.Match[str]], Shown], start: int = 0, end: int | None = None
) -> tuple[str, list[int]]:
    """What a reader sees of ``content[start:end]``: in the place of each of these marks what ``seen`` says of it."""
    end = len(content) if end is None else end
    characters: list[str] = []
    offsets: list[int] = []
    at = start
    for found in marks.finditer(content, start, end):
        text, places = seen(found)
        characters += content[at : found.start()], text
        offsets += (*range(at, found.start()), *places)
        at = found.end()
    characters.append(content[at:end])
    offsets += range(at, end)
    return "".join(characters), offsets


def instead(found: re.Match[str], text: str) -> Shown:
    """A text that stands for a mark, all of it at its beginning."""
    return text, [found.start()] * len(text)


def character(found: re.Match[str]) -> Shown:
    """The character of an entity; of any other mark nothing is seen."""
    return instead(found, unescape(found["entity"] or ""))


def as_it_stands(content: str) -> tuple[str, list[int]]:
    """All of a record, as it stands, and the offset of each character."""
    return content, list(range(len(content)))
