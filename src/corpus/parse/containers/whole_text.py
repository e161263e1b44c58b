"""The characters of a file that holds many records, of which a few bytes may be damaged."""

from __future__ import annotations

import codecs
import re

from corpus.raw import encodings
from corpus.raw.records import Record, decode

_NULS = 0.3
"""UTF-16 of Latin letters is to a half of zero bytes."""
_STRAY = re.compile("[\udc80-\udcff]")


def text_of(file: Record) -> str:
    """The characters of a file. Where it plainly is UTF-8 but for a few bytes, these are lone surrogates.

    So a damaged article does not take all others with it: whoever writes a record of such characters fails.

    Raises:
        CorpusError: rule ``encoding-unreadable``.
    """
    if wide := _without_mark(file.content):
        if encodings.codec(file.charset).startswith(wide[:6]):
            wide = encodings.codec(file.charset)
            return file.content.decode(wide if wide[-2:] in ("le", "be") else _without_mark(file.content), "replace")
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
    if wide := _without_mark(content):
        return content.decode(wide, "replace")
    try:
        return encodings.decoded(content)
    except encodings.UndecodableError as error:
        likely = encodings.likely(content, error.offset)
        return _mostly(content) or content.decode(likely[0] if likely else "cp1252", "replace")


def wide_of(content: bytes) -> str:
    """The encoding of UTF-16 that has no byte order mark, empty for other content."""
    return _without_mark(content)


def _without_mark(content: bytes) -> str:
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
