"""Letters that are not the ones that were written: control characters, and text that was decoded wrongly.

UTF-8 read as another encoding leaves sequences that no language writes (« Ã© »). They are computed from the
letters of the press (``_LETTERS``) and the encodings that people's programs take UTF-8 for (``_READ_AS``): to add
one, add it there. Undoing it is only ever a hint: the text itself is left as it is, and refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model.article import Article
from corpus.model.problem import Problem, quoted
from corpus.parse.rules import problem_of
from corpus.raw.config import Settings, Source

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffd\ufffe\uffff"
    "\ue000-\uf8ff\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_C1 = re.compile("[\x80-\x9f]")
_C1_OF_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_PACKED = (".docx", ".rtf", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".gz", ".zst", ".warc")
"""Files whose text is packed, or that write their letters in another way: their bytes have no one encoding."""
_LETTERS = (
    "àâäéèêëîïôöùûüÿçœæÀÂÄÉÈÊËÎÏÔÖÙÛÜŸÇŒÆáíóúñãõåøßÁÍÓÚÑÃØšžłśńęćźżčřğışőűŠŽŁŚŻČİŞ"
    "«»‘’“”„…–—‑•·°²³§€£©®™→−½¼\xa0\u2009\u200b\u202f\ufeff\ufffd"
)
_READ_AS = ("cp1252", "mac_roman", "cp850", "cp437")
_WRITTEN = frozenset(("√π", "Ä…"))
"""Misread letters that people write: a root of π, a German hesitation."""
_GRAVE = (  # « à » is Ã and a no-break space, which may have become another space or be gone at the end of a line
    r"(?<=[a-zà-ÿ])Ã(?![^\W\d_])"  # « dÃ©jÃ  » ; not « IRMÃ », « São »
    r"|(?<![\w«“„‘\"'(])(?<![«“„‘\"'(][ \xa0\u202f])Ã(?=[ \xa0\u202f])"  # « Ã  Brest » ; not « la lettre “Ã” »
)
_IN_QUOTES = r"(?<![«“„‘])(?<![«“„‘][ \xa0\u202f])"
"""What stands before Å and Â followed by a closing mark: « Å » in quotation marks is the letter itself."""
_CLOSING = tuple("“”’‘»\xa0")
# One byte a letter, read by the table of another system: the é that betrays it, how it was written and how it was read.
ONE_BYTE = {
    "\u017d": ("mac-roman", "windows-1252"),  # dŽcidŽ
    "\u00c8": ("windows-1252", "mac-roman"),  # dÈcidÈ
    "\u201a": ("cp850", "windows-1252"),  # d‚cid‚
    "\u00da": ("windows-1252", "cp850"),  # dÚcidÚ
}
_WRONG_ACUTE = re.compile("(?<=[a-zà-ÿ])[\u017d\u00c8\u201a\u00da](?=[a-z ,.;:\\n]|\\Z)")
_ELIDED = re.compile(  # « l?école », « qu?il »
    r"(?<![\w./?=&%-])(?:[ldcjmnst]|qu|jusqu|lorsqu|puisqu|quelqu|aujourd)\?(?=[^\W\d_])", re.IGNORECASE
)
_HOLED = re.compile(r"(?<![\w./?=&%:-])[^\W\d_]+\?[a-zà-ÿœ]+(?![\w./?=&%])")  # « le pr?fet »
_ASKED = re.compile(r"\?[^\W\d_]")
_WANTED = "text decoded once, as UTF-8"
_SEVERAL = 3
"""So many strange letters are no name of a firm and no slip of the pen."""
_GRAVE_SPACED = re.compile(rf"(?:ÃƒÂ|{_GRAVE})[ \xa0\u202f]+(?=[\w«])")


def character_forbidden(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """No control, bidirectional-override, private-use, replacement or unassigned-for-ever characters."""
    for path, text in (("$.text", article.text), ("$.authors", article.byline or ""), ("$.url", article.url or "")):
        if text.isascii() and text.isprintable():
            continue
        first = _FORBIDDEN.search(text)
        if first is None:
            continue
        kinds = sorted(set(_FORBIDDEN.findall(text)))
        count = sum(text.count(kind) for kind in kinds)
        names = ", ".join(f"U+{ord(kind):04X}" for kind in kinds[:5]) + (" …" if len(kinds) > 5 else "")
        around = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text[max(0, first.start() - 12) : first.start() + 13])
        where = "$.title" if path == "$.text" and first.start() < len(article.title) else path
        found = f"{names}, {count} in all, first in {quoted(around)}"
        wanted = "letters, marks, digits, punctuation and symbols"
        hint = _hint_of_forbidden(article, text, kinds)
        yield problem_of(article, "character-forbidden", where, found, wanted, hint)


def _hint_of_forbidden(article: Article, text: str, kinds: list[str]) -> str:
    """What to do about the forbidden ``kinds`` of a text: C1 controls are letters of another encoding, not noise."""
    if first := _C1.search(text):
        stretch = _around(text, first.start(), first.end())
        mended = repaired(stretch).translate(_C1_OF_WINDOWS)
        if _MOJIBAKE.search(stretch):
            return f"it should probably read {quoted(mended)}: UTF-8 was read as Latin-1; {_file_it(article, 'utf-8')}"
        if len(acute := list(_WRONG_ACUTE.finditer(text))) >= _SEVERAL:
            return _reading_of_one_byte(article, text, acute[0])
        file_it = _file_it(article, "windows-1252")
        return f"it should probably read {quoted(mended)}: Windows-1252 was read as Latin-1; {file_it}"
    if kinds == ["\ufffd"]:
        return "a letter was lost at each of them: take the text again, read in the encoding that it was written in"
    return "remove them; they do not show, or show differently everywhere"


def _file_it(article: Article, encoding: str) -> str:
    """What mends a file of wrongly read letters: it is filed again, or exported again where its bytes have no encoding."""
    path = article.raw_path.partition("#")[0].lower()
    if path.endswith(_PACKED):
        return "the file holds it so: export it again, or correct it in the program that wrote it"
    return f"file it with: corpus add --encoding {encoding}"


def _misread(letter: str, encoding: str) -> str:
    """A letter in UTF-8, each byte read in an encoding; as Latin-1 where that has none, as browsers do it."""
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in letter.encode())


_SEQUENCES = {
    misread: letter
    for encoding in ("latin-1", *reversed(_READ_AS))
    for letter in _LETTERS
    if not (misread := _misread(letter, encoding)).isspace() and misread not in _WRITTEN
}
_LONGEST_FIRST = sorted(_SEQUENCES, key=len, reverse=True)
_PLAIN = "|".join(re.escape(one) for one in _LONGEST_FIRST if not one.endswith(_CLOSING))
_CLOSED = "|".join(  # Ã and a no-break space: _GRAVE
    re.escape(one) for one in _LONGEST_FIRST if one.endswith(_CLOSING) and not one.startswith("Ã")
)
_MOJIBAKE = re.compile(f"{_PLAIN}|{_IN_QUOTES}(?:{_CLOSED}|Ã[“”’‘»])|ðŸ|â€[\x80-\xbf\\]]|{_GRAVE}")
BEGINNING = re.compile(f"[{''.join(sorted({one[0] for one in _SEQUENCES} | set('Ãðâ')))}]")
"""Whatever ``_MOJIBAKE`` finds begins with one of these, which are sooner found."""


def text_mojibake(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """No text in one encoding that was read as another: « Ã© » where « é » was written, « l?école » for « l’école »."""
    text, byline = article.text, article.byline or ""
    found = _of_utf_8(article, "$.text", text)
    if not found and not byline.isascii():
        found = _of_utf_8(article, "$.authors", byline)
    if not found and any(map(text.__contains__, ONE_BYTE)):
        found = _of_one_byte(article)
    if not found and "?" in text:
        found = _of_lost_letters(article)
    if found:
        yield found


def _of_utf_8(article: Article, path: str, text: str) -> Problem | None:
    places = (one.start() for one in BEGINNING.finditer(text))
    first = next(filter(None, (_MOJIBAKE.match(text, place) for place in places)), None)
    if first is None:
        return None
    stretch = _around(text, first.start(), first.end())
    where = path if path == "$.authors" else _where(article, first)
    hint = f"it should probably read {quoted(repaired(stretch))}; {_file_it(article, 'utf-8')}"
    return problem_of(article, "text-mojibake", where, quoted(stretch), _WANTED, hint)


def _of_one_byte(article: Article) -> Problem | None:
    found = list(_WRONG_ACUTE.finditer(article.text))
    if len(found) < _SEVERAL:
        return None
    stretch = _around(article.text, found[0].start(), found[0].end())
    hint = _reading_of_one_byte(article, article.text, found[0])
    return problem_of(article, "text-mojibake", _where(article, found[0]), quoted(stretch), _WANTED, hint)


def _reading_of_one_byte(article: Article, text: str, first: re.Match[str]) -> str:
    """What a stretch around a wrong é should read, and what mends it."""
    written, read = ONE_BYTE[first[0]]
    table = {
        bytes([byte]).decode(read, "ignore") or chr(byte): bytes([byte]).decode(written, "ignore")
        for byte in range(128, 256)
    }
    mended = "".join(table.get(letter) or letter for letter in _around(text, first.start(), first.end()))
    return f"it should probably read {quoted(mended)}; {_file_it(article, written)}"


def _of_lost_letters(article: Article) -> Problem | None:
    text = article.text
    if len(_ASKED.findall(text)) < 2:  # one « ?a » is a slip of the pen
        return None
    elided, holed = list(_ELIDED.finditer(text)), list(_HOLED.finditer(text))
    if len(elided) < 2 and len(holed) <= _SEVERAL:
        return None
    first = min(elided[:1] + holed[:1], key=lambda one: one.start())
    stretch = _around(text, first.start(), first.end())
    mended = _ELIDED.sub(lambda one: one[0][:-1] + "’", stretch)
    reads = f" ({quoted(mended)}?)" if mended != stretch else ""
    found = f"{quoted(stretch)}: a question mark in {max(len(elided), len(holed))} words"
    hint = f"letters were lost{reads} and cannot be told from one another: take the text again, as UTF-8"
    return problem_of(article, "text-mojibake", _where(article, first), found, _WANTED, hint)


def _where(article: Article, found: re.Match[str]) -> str:
    return "$.text" if found.start() >= len(article.title) else "$.title"


def _around(text: str, start: int, end: int) -> str:
    """The stretch of a line around a find, whole words at its edges where they are near."""
    line_start = text.rfind("\n", 0, start) + 1
    start = max(line_start, start - 20)
    line_end = text.find("\n", end)
    stretch = text[start : end + 20 if line_end < 0 else min(line_end, end + 20)]
    opening = stretch.find(" ", 0, 12) + 1 if start > line_start else 0
    closing = stretch.rfind(" ", len(stretch) - 12) if start + len(stretch) not in (len(text), line_end) else -1
    return stretch[opening : closing if closing > end - start else len(stretch)]


def repaired(text: str) -> str:
    r"""The text with wrongly decoded letters put right, as far as they can be told.

    >>> repaired("dÃƒÂ©cidÃ©"), repaired("l‚Äô√©cole"), repaired("d├®j├á"), repaired("Ã\xa0 lâ€™heure")
    ('décidé', 'l’école', 'déjà', 'à l’heure')
    """
    from ftfy import fix_encoding

    for _ in range(3):  # decoded wrongly twice, or three times
        mended = fix_encoding(_GRAVE_SPACED.sub("à ", text))
        mended = _MOJIBAKE.sub(lambda found: "à" if found[0] == "Ã" else _SEQUENCES.get(found[0], found[0]), mended)
        if mended == text:
            break
        text = mended
    return text
