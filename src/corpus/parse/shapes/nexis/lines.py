"""The paragraphs of one article of a Nexis export, from HTML, from broken lines, or from one line a paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import groupby, pairwise
from typing import NamedTuple

from corpus.parse.containers.html_blocks import BLOCK, SPACES
from corpus.parse.shapes.nexis.labels import label_of
from corpus.parse.shapes.nexis.split import COUNTER

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<dark>style|script)\b.*?(?:</(?P=dark)\s*>|\Z)|</?(?P<tag>[A-Za-z][A-Za-z0-9]*)[^<>]*>"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)|(?P<words>[^<&]+|[<&])",
    re.DOTALL | re.IGNORECASE,
)
_CELLS = frozenset(("td", "th"))
_BLANK = " \t\r\f\v\xa0"
_WIDEST = 100
"""A text whose lines are all shorter than this was broken to fit a screen."""
_NARROW = 76
_SURELY = 0.62
_FEWEST = 3
_STOPS = (".", "!", "?", "…", ":", "»", '"', "”", ")")
_LIST = ("*", "-", "–", "—", "•", "·")


class Para(NamedTuple):
    r"""A paragraph, its lines parted by ``\n``, and whether an empty one follows it."""

    text: str
    gap: bool = False


@dataclass(slots=True)
class _Page:
    """What is being read of an article in HTML: words of a paragraph, cells of a row, rows of a table."""

    paragraphs: list[str]
    words: list[str]
    cells: list[list[str]]
    rows: list[str]

    def close(self) -> None:
        """End a paragraph, in a row that of its cell."""
        text = "".join(self.words)
        self.words.clear()
        if not text.strip(_BLANK + "\n"):
            return
        if self.cells:
            self.cells[-1].append(text)
        else:
            self.end_table()
            self.paragraphs.append(text)

    def end_row(self) -> None:
        """End a row: the text of its one cell is paragraphs, several cells are a line of a table."""
        self.close()
        cells = [cell for cell in self.cells if cell]
        self.cells.clear()
        if len(cells) == 1:
            self.end_table()
            self.paragraphs += cells[0]
        elif cells:
            self.rows.append(" | ".join(" ".join(" ".join(cell).split()) for cell in cells))

    def end_table(self) -> None:
        """End a table: its rows are one paragraph."""
        if self.rows:
            self.paragraphs.append("\n".join(self.rows))
            self.rows.clear()


def html_paragraphs(content: str) -> list[Para]:
    """The paragraphs of an article in HTML; the cells of a row of a table stand on one line."""
    page = _Page([], [], [], [])
    for found in _TOKEN.finditer(content):
        tag = (found["tag"] or "").lower()
        if found["words"]:
            page.words.append(SPACES.sub(" ", found["words"]))
        elif found["entity"]:
            page.words.append(unescape(found["entity"]))
        elif tag == "br":
            page.words.append("\n")
        elif tag in _CELLS and found[0][1] != "/":
            page.close()
            page.cells.append([])
        elif tag == "tr":
            page.end_row()
        elif tag not in _CELLS and BLOCK.fullmatch(tag):
            page.close()
    page.end_row()
    page.end_table()
    return [Para(text, gap=True) for one in page.paragraphs for text in _parts(one)]


def _parts(text: str) -> Iterator[str]:
    """A text without spaces at the ends of its lines, parted where a line is empty."""
    for filled, lines in groupby((line.strip(_BLANK) for line in text.split("\n")), key=bool):
        if filled:
            yield "\n".join(lines)


def text_paragraphs(content: str, *, container: bool) -> list[Para]:
    """The paragraphs of an article in text; of a ``container`` (DOCX, RTF) each line is one.

    In a text whose lines were broken to fit a screen, an empty line parts them; each line of its opening stays one.
    """
    lines = [line.strip(_BLANK) for line in content.replace("\f", "\n").split("\n")]
    if container or not _broken(lines):
        return [Para(line.replace("\v", "\n"), gap=not following) for line, following in pairwise([*lines, ""]) if line]
    parts = _parts("\n".join(lines))
    return [Para(part, gap=True) for one in parts for part in _grouped(one.split("\n"), _is_labelled)]


def _broken(lines: list[str]) -> bool:
    """Whether lines were broken: those of exports with counters are, others where most had no room for a word more."""
    longest = max(map(len, lines), default=0)
    if longest > _WIDEST:
        return False
    if COUNTER.match(next(filter(None, lines), "").encode()):
        return "" in lines
    pairs = [(line, following) for line, following in pairwise(lines) if line and following]
    full = sum(len(line) + 1 + len(following.split(" ", 1)[0]) > longest - 2 for line, following in pairs)
    return full > len(pairs) / 2


def _grouped(lines: Iterable[str], opens: Callable[[str, str], bool]) -> Iterator[str]:
    """Lines put together, up to each of which the one before it and itself say that it opens a group."""
    group: list[str] = []
    for line in lines:
        if group and opens(group[-1], line):
            yield "\n".join(group)
            group = []
        group.append(line)
    if group:
        yield "\n".join(group)


def _is_labelled(before: str, line: str) -> bool:
    """Whether a line opens a paragraph: by a label in capitals, or behind a counter."""
    label = label_of(line)
    return bool(COUNTER.match(before.encode()) or (label and label.capitals and label.field))


def joined(text: str) -> str:
    """The lines of a title or a value as one."""
    return " ".join(text.split("\n"))


def unbroken(paragraphs: list[Para]) -> list[str]:
    """The paragraphs of a body with the lines joined that were broken to fit a screen.

    A line that had room for the next word was ended by its author, and stays one: of a list, a table, a poem.
    """
    texts = [one.text for one in paragraphs]
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    if longest > _WIDEST:
        return texts
    if _is_broken(paragraphs, longest):
        texts = list(_by_gaps(paragraphs))
    elif _one_line_each(texts, longest):
        texts = list(_grouped(texts, lambda before, text: not _runs_on(before, text, longest)))
    return [_rejoined(text.split("\n"), longest) for text in texts] if longest > _NARROW // 2 else texts


def _is_broken(paragraphs: list[Para], longest: int) -> bool:
    """Whether each line of a text that was broken to fit a screen is a paragraph, and empty ones part its own."""
    pairs = [(one.text, two.text) for one, two in pairwise(paragraphs) if not one.gap]
    if longest < _NARROW // 2 or len(pairs) < _FEWEST or not any(one.gap for one in paragraphs):
        return False
    full = sum(len(line) + 1 + len(following.split(" ", 1)[0]) > longest - 2 for line, following in pairs)
    return full > _SURELY * len(pairs)


def _by_gaps(paragraphs: list[Para]) -> Iterator[str]:
    lines: list[str] = []
    for one in paragraphs:
        lines.append(one.text)
        if one.gap:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def _one_line_each(texts: list[str], longest: int) -> bool:
    """Whether each paragraph is a line of one: most end in the middle of a sentence, near the same width."""
    if len(texts) < 8 or longest > _NARROW or any("\n" in text for text in texts):
        return False
    running = sum(not text.endswith(_STOPS) and len(text) > _SURELY * longest for text in texts)
    within = sum(text[0].islower() for text in texts)
    return running > len(texts) / 2 and within > len(texts) / 3


def _rejoined(lines: list[str], width: int) -> str:
    text = lines[0]
    for before, line in pairwise(lines):
        text += (" " if _runs_on(before, line, width) else "\n") + line
    return text


def _runs_on(line: str, following: str, width: int) -> bool:
    if following.startswith(_LIST):
        return False
    full = len(line) + 1 + len(following.split(" ", 1)[0]) > width - 2
    return full or (len(line) > _SURELY * width and not line.endswith(_STOPS))
