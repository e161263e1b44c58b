r"""Unicode and white space: one normal form, reached in one step and left alone by a second.

What is changed: soft hyphens and zero-width characters go (joiners stay within an emoji, and between letters of
scripts that need them), characters are composed (Unicode
NFC), line ends become ``\n``, a run of white space inside a line becomes one character, and
one blank line parts two blocks. What is kept: French typography as written, so no-break
spaces (U+00A0, U+202F), straight and curly quotation marks, apostrophes and dashes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

# Characters beyond ASCII that are no ordinary ones of French press copy: without them a text needs no Unicode work.
# What good copy hardly has and wrongly decoded copy is full of (Ã, Â, Å, ¿, â€) counts as unusual.
UNUSUAL = re.compile(r"[^ÀÁÄÆ-öø-ÿœŒ’‘«»…–—€\xa0\u202f“”°²]|â€")
PLAIN = bytes([10, *range(32, 127)])
_INVISIBLE = re.compile(
    r"[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u2064\ufeff]+"
)
_JOINERS = "\u200c\u200d"
# What a joiner belongs between: the parts of one emoji (a family, a flag), letters that it joins or keeps apart.
_PICTURE = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u231a\u231b\u23e9-\u23fa\u24c2\u25aa-\u27bf"
    "\u2b1b\u2b1c\u2b50\u2b55\U0001f000-\U0001faff"
)
_JOINING = "\u0600-\u06ff\u0750-\u077f\u0900-\u0dff"  # Arabic script, scripts of India
_STRAY_JOINER = re.compile(
    f"\u200d(?!(?<=[{_PICTURE}\ufe0f\u20e3]\u200d)[{_PICTURE}])(?!(?<=[{_JOINING}]\u200d)[{_JOINING}])"
    f"|\u200c(?!(?<=[{_JOINING}]\u200c)[{_JOINING}])"
)
# U+0085 ends no line: it is the « … » of Windows-1252 read as Latin-1, which a rule refuses.
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\u2028]")
_WIDE_SPACE = re.compile(r"[^\S\n\x85\xa0\u202f]")
_SPACES = re.compile(r"[ \xa0\u202f]{2,}")
_EDGE = re.compile(r"[ \xa0\u202f]*\n[ \xa0\u202f]*")
_BLANK_LINES = re.compile(r"\n{3,}")
_RAGGED = re.compile(r"[ \xa0\u202f]{2}|[ \xa0\u202f]\n|\n[ \xa0\u202f]|\n\n\n")
_MARKS = re.compile(r"[^\w\s!-~]{32,}")
_ANCHOR = 8
_REACH = 400


def _one_space(run: re.Match[str]) -> str:
    """The narrowest no-break space of a run wins: it was typed on purpose."""
    return "\u202f" if "\u202f" in run[0] else "\xa0" if "\xa0" in run[0] else " "


def _ordered(run: re.Match[str]) -> str:
    """A run of marks with those that combine in the order that Unicode gives them."""
    parts = groupby(run[0], key=lambda mark: unicodedata.combining(mark) > 0)
    return "".join("".join(sorted(part, key=unicodedata.combining) if combine else part) for combine, part in parts)


def composed(text: str) -> str:
    """The text composed (NFC), in linear time: the library alone puts marks in order by swapping neighbours."""
    return unicodedata.normalize("NFC", _MARKS.sub(_ordered, text))


def normalise(text: str) -> str:
    r"""The text in normal form; normalising it again changes nothing.

    >>> normalise("Le  pre\u0301fet\r\na dit :\n\n\n« non ».\n")
    'Le préfet\na dit :\n\n« non ».'
    """
    if is_normal(text):
        return text
    if not is_ordinary(text):
        text = composed(_INVISIBLE.sub("", text))
        if "\u200c" in text or "\u200d" in text:
            text = composed(_STRAY_JOINER.sub("", text))
        text = _LINE_END.sub("\n", text.replace("\u2029", "\n\n"))
        text = _WIDE_SPACE.sub(" ", text)
    if _RAGGED.search(text):
        text = _SPACES.sub(_one_space, text)
        text = _EDGE.sub("\n", text)
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip("\n \xa0\u202f")


def is_ordinary(text: str) -> bool:
    """Whether a text has line feeds, printable ASCII and the usual letters and marks of French press copy only.

    Such a text is composed (NFC) and holds no character that a rule refuses, nor any sign of a wrong decoding.
    """
    if text.isascii() and text.isprintable():
        return True
    # Five times as fast as a search through the text: bytes.translate leaves a twentieth of it to be looked at.
    beyond = text.encode("utf-8", "surrogatepass").translate(None, PLAIN).decode("utf-8", "surrogatepass")
    return not UNUSUAL.search(beyond)


def is_normal(text: str) -> bool:
    """Whether a text of ordinary characters is in normal form; a quick look that may say no too often."""
    if text[:1].isspace() or text[-1:].isspace() or not is_ordinary(text):
        return False
    text = text.replace("\xa0", " ").replace("\u202f", " ")  # whose runs are no better than those of spaces
    # where spaces are many, from behind is twice as fast
    return not (text.rfind("  ") >= 0 or " \n" in text or "\n " in text or "\n\n\n" in text)


def normalise_blocks(texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The blocks that these texts hold, none empty, each with the index of its text."""
    for index, text in enumerate(texts):
        for part in text.split("\n\n"):  # by itself, since one unusual character costs a text ten times as much
            yield from ((index, block) for block in normalise(part).split("\n\n") if block)


def normalise_line(text: str) -> str:
    """The text in normal form on one line, as titles and names need it."""
    line = normalise(text)
    return _SPACES.sub(_one_space, line.replace("\n", " ")) if "\n" in line else line


def bare(text: str) -> str:
    """A text without its spaces, in small letters: whether two say the same does not hang on these."""
    return "".join(text.split()).casefold()


def _without_space(text: str) -> tuple[str, list[int]]:
    """The visible characters in normal form, each with the offset of what it came from."""
    characters: list[str] = []
    offsets: list[int] = []
    end = len(text)
    at = 0
    while at < end:
        after = at + 1
        while after < end and (unicodedata.combining(text[after]) or _is_unseen(text[after])):
            after += 1
        seen = "".join(character for character in text[at:after] if not _is_unseen(character))
        for character in composed(seen):
            if not character.isspace():
                characters.append(character)
                offsets.append(at)
        at = after
    return "".join(characters), offsets


def _is_unseen(character: str) -> bool:
    return character in _JOINERS or bool(_INVISIBLE.match(character))


def trace(text: str, pieces: tuple[tuple[int, int], ...], visible: str, offsets: list[int] | None = None) -> list[int]:
    """Where each character of a normalised text came from.

    Args:
        text: the normalised text.
        pieces: its stretches (start, end), each contiguous in the raw record.
        visible: what a reader sees of the decoded raw record (a parser's ``visible``).
        offsets: for each character of ``visible`` its offset in the decoded raw record;
            None where ``visible`` is the decoded raw record itself.

    Returns:
        For each code point of ``text`` the offset, in code points of the decoded raw record,
        of the character that it stands for; white space and joiners point just behind their left
        neighbour; -1 where a character is in no piece or was not found.
    """
    seen, at = _without_space(visible)
    if offsets is not None:
        at = [offsets[position] for position in at]
    traced = [-1] * len(text)
    cursor = 0
    for start, end in pieces:
        wanted = [index for index in range(start, end) if not text[index].isspace() and text[index] not in _JOINERS]
        letters = "".join(text[index] for index in wanted)
        found = seen.find(letters, cursor)
        if found < 0:
            found = seen.find(letters)
        contiguous = range(found, found + len(letters))
        positions = list(contiguous) if found >= 0 else _scattered(letters, seen, cursor)
        for index, position in zip(wanted, positions, strict=True):
            traced[index] = at[position] if position >= 0 else -1
        if positions and positions[-1] >= 0:
            cursor = positions[-1] + 1
        for index in range(start + 1, end):
            beside = text[index].isspace() or text[index] in _JOINERS
            if traced[index] < 0 and beside and traced[index - 1] >= 0:
                traced[index] = traced[index - 1] + 1
    return traced


def _scattered(letters: str, seen: str, cursor: int) -> list[int]:
    """Positions of letters that markup keeps apart, each at most ``_REACH`` behind the last."""
    positions = []
    start = seen.find(letters[:_ANCHOR], cursor)
    last = (start if start >= 0 else cursor) - 1
    for letter in letters:
        position = seen.find(letter, last + 1, last + 1 + _REACH)
        positions.append(position)
        if position >= 0:
            last = position
    return positions
