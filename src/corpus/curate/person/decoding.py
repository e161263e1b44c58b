"""What bytes say once everything that hides words in them is undone: encodings, escapes, entities, markup, archives."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress

from corpus.raw import encodings

_LARGEST_MEMBER = 64 * 2**20
"""No more than this of a file within an archive is read."""
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError)
_NESTED = 3
"""So many layers of escapes are undone."""
_JSON = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|\\U[0-9A-Fa-f]{8}|\\x[0-9A-Fa-f]{2}|\\[nrt\"/\\]")
_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_MAIL = re.compile(r"(?:=[0-9A-F]{2})+|=\r?\n")
_MISREAD = re.compile(
    r"[\xc2-\xf4][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3}"
)
_TAG = re.compile(r"<!--[^<>]*-->|<[A-Za-z/!?][^<>]{0,4000}>")
_RTF = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,6}) ?\??|\\(?:par|line|tab)\b ?|\\[a-z]{1,32}-?\d{0,10} ?|[{}]|\r?\n"
)


def views(text: str) -> Iterator[str]:
    r"""A text as it stands, without its escapes, and without its markup too; none twice.

    The same again of what it would be as a mail (quoted-printable), and if UTF-8 was misread: each may be by chance.

    >>> list(views("<b>No&eacute;mie</b> %C3%A9 \\u00e9"))[1:]
    ['<b>Noémie</b> é é', '\x01Noémie\x01 é é']
    """
    found = dict.fromkeys(_plainer(text))
    if "=" in text:
        found |= dict.fromkeys(_plainer(_MAIL.sub(_of_bytes, text)))
    if not text.isascii() or "&" in text:
        found |= dict.fromkeys(_plainer(_MISREAD.sub(_reread, without_escapes(text))))
    yield from found


def _plainer(text: str) -> Iterator[str]:
    yield text
    plain = without_escapes(text)
    yield plain
    if "<" in plain:
        yield _TAG.sub("\x01", plain)
    if text.startswith("{\\rtf"):
        yield _RTF.sub(_of_rtf, text)


def without_escapes(text: str) -> str:
    """The text without escapes of JSON, entities of HTML, and bytes of URLs."""
    for _ in range(_NESTED):
        before = text
        if "\\" in text:
            text = _JSON.sub(_of_json, text)
        if "&" in text:
            text = html.unescape(text)
        if "%" in text:
            text = _BYTES.sub(_of_bytes, text)
        if text == before:
            break
    return text


def _of_json(found: re.Match[str]) -> str:
    escape = found[0]
    if escape[1] in "nrt":
        return " "
    if escape[1] in '"/\\':
        return escape[1]
    if escape[1] == "u":
        units = b"".join(bytes.fromhex(one) for one in escape.split("\\u")[1:])
        return units.decode("utf-16-be", "replace")
    digits = escape[2:]
    return chr(min(int(digits, 16), 0x10FFFF))


def _of_bytes(found: re.Match[str]) -> str:
    content = bytes.fromhex(found[0].strip("=\r\n").replace("%", "").replace("=", ""))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _reread(found: re.Match[str]) -> str:
    try:
        return found[0].encode("cp1252").decode("utf-8")
    except UnicodeError:
        try:
            return found[0].encode("latin-1").decode("utf-8")
        except UnicodeError:
            return found[0]


def _of_rtf(found: re.Match[str]) -> str:
    if found[1]:
        return bytes.fromhex(found[1]).decode("cp1252", "replace")
    if found[2]:
        return chr(int(found[2]) % 0x10000)
    return " " if found[0].startswith(("\\par", "\\line", "\\tab")) else "\x01" if found[0][0] == "\\" else ""


def texts_of(content: bytes, declared: str = "", depth: int = 0) -> Iterator[str]:
    """What bytes may say: as they prove or declare it, else in each of the usual encodings; archives file by file."""
    if depth < _NESTED:
        yield from (text for one in _unpacked(content) for text in texts_of(one, declared, depth + 1))
    try:
        yield encodings.decoded(content, declared)
    except encodings.UndecodableError:
        pass
    else:
        return
    yield content.decode("utf-8", "ignore")
    yield content.decode("cp1252", "replace")
    if b"\0" in content:
        yield content.decode("utf-16-le", "ignore")
        yield content.decode("utf-16-be", "ignore")


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The files in an archive; of a damaged one those that can be read, of anything else none."""
    with suppress(*_BROKEN):
        if content.startswith(b"\x1f\x8b"):
            yield zlib.decompressobj(31).decompress(content, _LARGEST_MEMBER)
        elif content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for one in archive.infolist():
                    with archive.open(one) as member:
                        yield member.read(_LARGEST_MEMBER)
