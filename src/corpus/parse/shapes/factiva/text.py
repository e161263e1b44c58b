"""Factiva's RTF, and its pages that a browser saved as text: where articles begin, and the fields of one of them.

Both are lines. Browsers write what is bold between asterisks, so that a code reads ``*HD*``; the lines of RTF are
written in the same way here: ``*HD*`` and a tab for a row of the table, and a line that is bold between asterisks.
A blank line parts two paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpus.parse.containers.rtf import Line as Printed
from corpus.parse.shapes.factiva.fields import AFTER_TEXT, CODES, DOCUMENT, START, TEXT, TOLD, Fields, Part, accession
from corpus.parse.shapes.factiva.order import Line, fields_of, is_anchor, is_date
from corpus.raw.config import Source
from corpus.raw.records import Record

_ROW = re.compile(r"(?P<code>[A-Z]{2,4})\s*\|(?P<value>.*)", re.DOTALL)
_FIELD = re.compile(
    r"[ \xa0\t]*(?:\*(?P<code>[A-Z]{2,4})[ \xa0]*\*(?:[ \xa0\t]+|\Z)|(?P<bare>[A-Z]{2,4})[ \xa0]*(?:\t|\Z))"
    r"(?P<value>.*)"
)
_BOLD = re.compile(r"\*(?P<inside>\S(?:[^*\n]*\S)?)\*")
_WHOLE = re.compile(r"\s*\*(?P<inside>\S(?:[^*]*\S)?)\*\s*")
_SPACES = re.compile(r"[ \t\n]+")
_UNWRAPPED = 100
"""Browsers break lines after 72 or 80 characters, if they do; a file with a longer line has none broken."""
_WRAPPED = 72
_MOST_WITHOUT_COVER = 2
"""A column and a section can stand over the first headline."""
_MOST_ABOVE = 8
"""No more lines than these stand over the word count."""


def of_rtf(lines: Sequence[Printed]) -> list[str]:
    """The lines of an RTF document as a browser would write them as text; each is a paragraph of its own."""
    written: list[str] = []
    largest = _headlines(lines)
    cover = _cover(lines, largest)
    code = ""
    for at, line in enumerate(lines):
        text = _SPACES.sub(" ", line.text).strip()
        if line.page or at == cover:
            written.append("\f")
        if (row := _ROW.fullmatch(text)) and _opens(row["code"], code, known_only=not text.endswith("|")):
            code = row["code"]
            text = row["value"].strip().removesuffix("|").strip()
            written += [f"*{code}*\t{text}", ""]
            code = "" if code == "AN" else code
        elif text := text.removesuffix("|").removeprefix("|").strip() if code else text:
            bold = line.bold or at in largest
            written += [f"*{text}*" if bold and "*" not in text else text, ""]
    return written


def _headlines(lines: Sequence[Printed]) -> set[int]:
    """Lines over a word count that are printed larger than those beside them, where none is bold."""
    found: set[int] = set()
    filled = [at for at, line in enumerate(lines) if line.text.strip()]
    for index, at in enumerate(filled[:-1]):
        if not is_anchor(lines[at].text.strip(), lines[filled[index + 1]].text.strip()):
            continue
        above = filled[max(0, index - 3) : index]
        sizes = [lines[one].size for one in above]
        if above and not any(lines[one].bold for one in above) and sizes.count(max(sizes)) == 1 and len(sizes) > 1:
            found.add(above[sizes.index(max(sizes))])
    return found


def _cover(lines: Sequence[Printed], largest: set[int]) -> int:
    """Where a cover with a list of headlines ends: at the last blank line over the first headline; -1 for no cover."""
    filled = [at for at, line in enumerate(lines) if line.text.strip()]
    anchors = (one for one, two in pairwise(filled) if is_anchor(lines[one].text.strip(), lines[two].text.strip()))
    anchor = next(anchors, 0)
    headline = next((at for at in range(anchor - 1, -1, -1) if lines[at].bold or at in largest), 0)
    above = [at for at in filled if at < headline]
    if len(above) <= _MOST_WITHOUT_COVER:
        return -1
    return next((at + 1 for at in range(headline - 1, -1, -1) if not lines[at].text.strip()), -1)


def _opens(code: str, current: str, *, known_only: bool) -> bool:
    """Whether a code opens a field here: under the text only what can stand there."""
    if current in TEXT and code not in (*AFTER_TEXT, *TEXT):
        return False
    return code in CODES or not known_only


def articles(lines: Sequence[str]) -> list[list[str]]:
    """The lines of each article; covers, summaries and footers are in none."""
    return _coded(lines) or _ordered(lines)


def _coded(lines: Sequence[str]) -> list[list[str]]:
    """Articles with codes: from the first of their codes to the accession number."""
    found: list[list[str]] = []
    codes: set[str] = set()
    current, closed = "", True
    for line in lines:
        code, _ = _code(line, current)
        if code and (closed or (code in START and {"HD", "PD"} <= codes)):
            found.append([])
            codes, closed = set(), False
        current = code or current
        codes.add(current)
        if not closed and line.strip() != "\f":
            found[-1].append(line)
            if current == "AN" and accession(line.partition("*AN*")[2] or line):
                current, closed = "", True
    return found if any({"HD", "PD"} <= _codes(one) for one in found) else []


def _codes(lines: Sequence[str]) -> set[str]:
    return {code for line in lines if (code := _code(line, "")[0])}


def _code(line: str, current: str) -> tuple[str, str]:
    """The code that a line opens with and what stands behind it; empty for a line of the field above."""
    found = _FIELD.fullmatch(line.rstrip())
    if not found:
        return "", line
    code = found["code"] or found["bare"]
    with_tab = "\t" in line[: found.start("value")]
    if not _opens(code, current, known_only=not (found["code"] and with_tab)):
        return "", line
    apart = with_tab or line[: found.start("value")].endswith("  ")
    if current in TEXT and not apart and found["value"]:
        return "", line  # a word that was searched opens a line of the text
    return code, found["value"]


def _ordered(lines: Sequence[str]) -> list[list[str]]:
    """Articles without codes: the lines from a « Document … » to the next, with a word count and a date, or a date.

    A stretch without these is text that speaks of a document. Where a stretch holds two word counts, a page break must
    part them. Of a cover no more than a few lines over the word count are taken.
    """
    found: list[list[str]] = []
    for stretch in _stretches(lines):
        anchors = _anchors(stretch)
        if not anchors:
            if found and DOCUMENT.fullmatch(unmarked(stretch[-1])):
                found[-1] += ["", *stretch]
            continue
        start = 0
        for anchor, following in zip(anchors, [*anchors[1:], len(stretch)], strict=True):
            start = max([start, *(at for at in range(start, anchor) if stretch[at] == "\f")])
            pages = [at for at in range(anchor, following) if stretch[at] == "\f"]
            end = pages[-1] if pages and following < len(stretch) else len(stretch)
            found.append([line for line in stretch[start:end] if line != "\f"])
            start = end
            if end == len(stretch):
                break
    for article in found:
        above = [at for at in range(_anchors(article)[0]) if article[at]]
        del article[: above[-_MOST_ABOVE] if len(above) > _MOST_ABOVE else 0]
    return found


def _stretches(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines up to each « Document … », and those behind the last one."""
    stretch: list[str] = []
    for line in lines:
        text = line.strip(" \t\r")
        stretch.append(text)
        if text and DOCUMENT.fullmatch(unmarked(text)):
            yield stretch
            stretch = []
    if any(stretch):
        yield stretch


def _anchors(stretch: Sequence[str]) -> list[int]:
    """Where the word counts over a date are; where there is none, the first date, if it stands near the top."""
    filled = [at for at, line in enumerate(stretch) if line not in ("", "\f")]
    texts = [unmarked(stretch[at]) for at in filled]
    counts = [filled[at] for at in range(len(texts) - 1) if is_anchor(texts[at], texts[at + 1])]
    closed = bool(texts) and DOCUMENT.fullmatch(texts[-1])
    dates = (at for at, text in zip(filled[:_MOST_ABOVE], texts, strict=False) if is_date(text))
    return counts or ([at] if closed and (at := next(dates, None)) is not None else [])


def shown(lines: Sequence[str]) -> int:
    """How many articles lines show: by accession numbers under codes, or by word counts."""
    if _coded(lines):
        return max(sum(_code(line, "")[0] == "AN" for line in lines), len(_coded(lines)))
    return sum(len(_anchors(stretch)) for stretch in _stretches(lines))


def unmarked(line: str) -> str:
    """A line without the asterisks around it."""
    return line.strip().strip("*").strip()


def fields(content: str, record: Record, source: Source) -> Fields:
    """The fields of an article by their codes.

    Raises:
        CorpusError: fields are missing (order.py).
    """
    lines = content.split("\n")
    of_browser = not record.path.lower().endswith((".rtf", ".doc"))
    if len(TOLD & _codes(lines)) > 1:
        return {
            code: [Part(line.text, line.bold) for line in _lines(_joined(value), of_browser=of_browser)]
            for code, value in _by_code(lines).items()
        }
    if of_browser:
        anchor = next(iter(_anchors([line.strip() for line in lines])), 0)
        header = next((at for at in range(anchor, len(lines)) if not lines[at].strip()), len(lines))
        lines = [*lines[:header], *_joined(lines[header:])]
    return fields_of(list(_lines(lines, of_browser=of_browser)), record, source.date_format)


def _by_code(lines: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    code = ""
    for line in lines:
        opens, value = _code(line, code)
        code = opens or code
        if code:
            found.setdefault(code, []).append(value)
    return found


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Lines that were broken by width joined again; a line that the next word would have fitted into was not broken."""
    unwrapped = any(len(line) > _UNWRAPPED for line in lines)
    together = last = ""
    for line in lines:
        first = line.split(" ", 1)[0]
        if together and line.strip() and not unwrapped and len(last) + 1 + len(first) > _WRAPPED:
            together = f"{together.rstrip()} {line.strip()}"
        else:
            if together:
                yield together
            together = line if line.strip() else ""
        last = line.rstrip()
    if together:
        yield together


def _lines(lines: Iterable[str], *, of_browser: bool) -> Iterator[Line]:
    """Lines without the asterisks around what is bold."""
    for line in lines:
        text = _SPACES.sub(" ", line).strip()
        whole = _WHOLE.fullmatch(text)
        if whole:
            text = whole["inside"]
        elif of_browser:
            text = _BOLD.sub(r"\g<inside>", text)
        if text:
            yield Line(text, whole is not None)


def visible(content: str) -> tuple[str, list[int]]:
    """The characters of an article without the asterisks around what is bold, and the offset of each."""
    marks = {at for found in _BOLD.finditer(content) for at in (found.start(), found.end() - 1)}
    offsets = [at for at in range(len(content)) if at not in marks]
    return "".join(content[at] for at in offsets), offsets
