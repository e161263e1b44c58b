"""What the paragraphs of one article of a Nexis export are: title, newspaper, date, fields, text.

Two orders. Exports to 2019: newspaper, date, title, labels in capitals, text, labels, rights. Later ones: title,
newspaper, date, rights, labels, ``Body``, text, ``Classification`` or other headings, labels. Only what the marks tell
apart is told apart: a label within the text is text, since what stands behind the text runs to the end without a gap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus.model.article import Block
from corpus.parse.shapes.nexis.dates import date_in
from corpus.parse.shapes.nexis.labels import (
    ENDING,
    FIRM,
    HEAD,
    LEFT_OUT,
    LENGTH,
    RUNS_ON,
    TAIL,
    Label,
    heading_of,
    label_of,
)
from corpus.parse.shapes.nexis.lines import Para, joined, unbroken
from corpus.parse.shapes.nexis.split import COUNTER, END, is_rights

_FIRST = 30
"""Within so many paragraphs the labels begin that stand before the text."""
_LONGEST_VALUE = 250
"""A line of a value that has several is no longer; a longer one is text."""
_SHORT = 45
_MOST_OWED = 600
"""A caption of so many characters may be longer than the text."""
_APPENDED = frozenset(("correction appended", "corrections appended", "clarification appended", "correction ajoutée"))
_NO_TITLE = frozenset(("no headline in original", "no headline", "(no headline)", "sans titre", "kein titel"))
_EDITION = re.compile(
    r"(?:[\w-]+[ ;,-]+){0,4}(?:edition|édition|ausgabe|editie|edición)\b(?:[ ;,-]+[\w-]+){0,4}", re.IGNORECASE
)
"""« Late Edition - Final », where it does not stand in one paragraph with the date."""
_SERVICE = re.compile(
    r"(?:link to (?:the )?|lien vers (?:l['’]|le |la )?|verknüpfung zu[mr]? )?"
    r"(?:images?|story|pdf|original|article|bild|original[- ]?(?:gesamt)?seiten?-?pdf|original gesamtseiten-pdf|"
    r"pdf-datei dieses dokuments)|https?://\S+",
    re.IGNORECASE,
)
"""Links that the service adds to a text, whose words alone are left of them."""
_ABSTRACT = frozenset(("abstract", "résumé", "zusammenfassung", "samenvatting", "resumen"))
_WHOLE = frozenset(("full text", "texte intégral", "volltext", "texto completo"))


@dataclass(slots=True)
class Reading:
    """What was found, in the words of the export; ``labels`` are the fields of the head in order."""

    title: str = ""
    publication: str = ""
    date: str = ""
    labels: list[Label] = field(default_factory=list)
    before: list[Block] = field(default_factory=list)
    body: list[Para] = field(default_factory=list)
    behind: list[Block] = field(default_factory=list)


class _Line(NamedTuple):
    """A paragraph with the label that it begins with, or the field whose heading it is (empty for none)."""

    text: str
    gap: bool
    label: Label | None
    heading: str

    @property
    def field(self) -> str:
        """The field of its label, empty for none."""
        return self.label.field if self.label is not None else ""

    @property
    def opens_text(self) -> bool:
        """Whether it is the heading of the text, or its label."""
        return "body" in (self.heading, self.field)


class _Mark(NamedTuple):
    """A paragraph that opens a field behind the text; ``firm`` where it may be the first of them."""

    field: str
    name: str
    value: str
    firm: bool


def reading_of(paragraphs: list[Para], *, old: bool) -> Reading:
    """What the paragraphs of an article say; ``old`` is the order of exports to 2019."""
    reading = Reading()
    if paragraphs and COUNTER.match(paragraphs[0].text.encode()):
        paragraphs, old = paragraphs[1:], True
    while paragraphs and END.match(paragraphs[-1].text.encode()):
        paragraphs = paragraphs[:-1]
    lines = _lines(paragraphs, old=old)
    opens = (at for at, one in enumerate(lines[:_FIRST]) if at and (one.field in FIRM or one.opens_text))
    labels = next(opens, None)  # the first of those before the text
    dated = _dated(lines[: _FIRST if labels is None else labels], old=old)
    if dated is None:
        at = _undated(reading, lines, labels, old=old)
    else:
        behind = [is_rights(one.text) for one in lines[dated + 1 : labels]]
        # a title stands behind the date and none before the newspaper
        old = old or (dated <= 1 and bool(behind) and not any(behind))
        at = (_old_head if old else _new_head)(reading, lines, dated, labels)
    at = _labels(reading, lines, at)
    _tail(reading, lines[at:], headings=any(one.heading == "body" for one in lines[:at]))
    if not reading.title:
        reading.title = next((label.value for label in reading.labels if label.field == "title"), "")
    if reading.title.strip(" .").casefold() in _NO_TITLE:
        reading.title = ""
    return reading


def _lines(paragraphs: list[Para], *, old: bool) -> list[_Line]:
    """The paragraphs with their labels; where labels are in capitals, no other counts, and no heading."""
    labels = [label_of(one.text) for one in paragraphs]
    if old and any(label.capitals and label.field for label in labels if label):
        loud = [label if label and label.capitals else None for label in labels]
        return [_Line(*one, label, "") for one, label in zip(paragraphs, loud, strict=True)]
    return [_Line(*one, label, heading_of(one.text)) for one, label in zip(paragraphs, labels, strict=True)]


def _dated(head: list[_Line], *, old: bool) -> int | None:
    """The paragraph that gives the date: the first after a newspaper, in later exports the last before the rights."""
    found = None
    for index, one in enumerate(head[:_FIRST]):
        if index and not old and is_rights(one.text):
            break
        dates = [date_in(line) is not None for line in one.text.split("\n")]
        if any(dates if index or old else dates[1:]):
            found = index
            if old:
                break
    return found


def _undated(reading: Reading, lines: list[_Line], labels: int | None, *, old: bool) -> int:
    """A document without a date: of what stands before its labels, the first two paragraphs are told by their order."""
    if labels is None:
        return 0
    above = [joined(one.text) for one in lines[:labels] if not _is_declared(one.text)]
    if old and above:
        reading.publication, reading.title = above[0], " ".join(above[1:])
    elif above:
        reading.title, reading.publication = above[0], " ".join(above[1:2])
    return labels


def _old_head(reading: Reading, lines: list[_Line], dated: int, labels: int | None) -> int:
    over = _read_date(reading, lines[dated])
    above = [[line for line in one.text.split("\n") if not is_rights(line)] for one in lines[:dated]]
    names = [" ".join(one) for one in above if one] + over
    reading.publication = names[0] if names else ""  # an edition may follow
    end = labels if labels is not None else dated + 2
    first = dated + 1
    if any(one.gap for one in lines[dated : end - 1]):  # editions stand under the date without a gap
        first += next(index for index, one in enumerate(lines[dated:end]) if one.gap)
    rest = [one.text for one in lines[first:end] if not _is_declared(one.text)]
    while len(rest) > 1 and _EDITION.fullmatch(rest[0]):
        rest = rest[1:]
    reading.title = " ".join(map(joined, rest))
    return end


def _new_head(reading: Reading, lines: list[_Line], dated: int, labels: int | None) -> int:
    over = _read_date(reading, lines[dated])
    above = [joined(one.text) for one in lines[:dated] if not _is_declared(one.text)] + over
    reading.publication = above.pop() if above else ""
    reading.title = " ".join(above)
    if labels is not None:
        return labels  # editions and rights stand between
    at = dated + 1
    while at < len(lines) and is_rights(lines[at].text):
        at += 1
    return at


def _read_date(reading: Reading, line: _Line) -> list[str]:
    """Read the date of a paragraph; gives the lines over it there."""
    written = line.text.split("\n")
    at = next(index for index, one in enumerate(written) if date_in(one))
    reading.date = date_in(written[at]) or ""
    return written[:at]


def _is_declared(text: str) -> bool:
    return is_rights(text) or text.strip(" .").casefold() in _APPENDED


def _labels(reading: Reading, lines: list[_Line], at: int) -> int:
    """Read the labels before the text; gives the paragraph at which the text begins."""
    end = _head_end(lines, at)
    for one in lines[at:end]:
        label = one.label
        if one.opens_text and (label is None or one.field == "body"):
            if label is not None and label.value:
                reading.body.append(Para(label.value, one.gap))
        elif is_rights(one.text):
            continue
        elif label is not None and label.field in HEAD:
            value = _people(label.value) if label.field == "byline" else joined(label.value)
            reading.labels.append(Label(label.name, label.field, value))
        elif label is None and reading.labels:  # a value of several lines
            last = reading.labels[-1]
            reading.labels[-1] = last._replace(value=f"{last.value} {joined(one.text)}".strip())
        elif label is None or label.field not in LEFT_OUT:
            text = joined(one.text if label is None else f"{label.name}: {label.value}")
            reading.before.append(Block(text, "boilerplate"))
    return end


def _people(value: str) -> str:
    """A byline as one line; a short line of it was not broken by width: it is somebody else."""
    lines = value.split("\n")
    return (" " if any(len(line) > _SHORT for line in lines[:-1]) else "; ").join(lines)


def _head_end(lines: list[_Line], at: int) -> int:
    """Where the labels before the text end: behind the heading of the text, else behind the last of them."""
    head = lines[at : at + _FIRST]
    for index, one in enumerate(head):
        if one.opens_text:
            return at + index + 1
        if one.field in TAIL - HEAD:
            break
    end = 0
    unlabelled = 0  # a value has a second line, seldom a third
    for index, one in enumerate(head):
        unlabelled = unlabelled + 1 if one.label is None else 0
        if one.label is not None and one.field == "length" and LENGTH.search(one.label.value):
            end = index + 1
            break
        if unlabelled > 2 or (len(one.text) > _LONGEST_VALUE and one.label is None):
            break
    while end < len(head) and head[end].field in HEAD - {"notes"}:
        end += 1
    return at + end


def _tail(reading: Reading, rest: list[_Line], *, headings: bool) -> None:
    """Part the text from what stands behind it. Headings open a field only where the text has one."""
    gaps = any(one.gap for one in rest if one.heading)  # then a heading without one is text
    marks = [_mark(one, headings=headings and (one.gap or not gaps)) for one in rest]
    at = _tail_start(rest, marks)
    reading.body += [Para(one.text, one.gap) for one in rest[:at]]
    mark = _Mark("", "", "", firm=False)
    for one, opened in zip(rest[at:], marks[at:], strict=True):
        if is_rights(one.text):
            continue
        if opened is None and mark.field not in RUNS_ON:  # a footer of the file
            reading.behind.append(Block(joined(one.text), "boilerplate"))
            continue
        mark = opened or mark
        _behind(reading, mark, opened.value if opened else one.text)


def _behind(reading: Reading, mark: _Mark, value: str) -> None:
    if mark.field == "language" or mark.field in HEAD - LEFT_OUT.keys() - {"notes", "title"}:
        reading.labels.append(Label(mark.name, mark.field, joined(value)))
    elif not value or mark.field in LEFT_OUT:
        return
    elif mark.field == "caption":
        reading.behind.append(Block(joined(value), "caption"))
    else:
        named = mark.name and mark.field not in ("correction", "notes")
        reading.behind.append(Block(joined(f"{mark.name}: {value}" if named else value), "boilerplate"))


def _tail_start(rest: list[_Line], marks: list[_Mark | None]) -> int:
    """The first paragraph from which on there are only marks, and paragraphs of those that may take several.

    A field that comes again further down did not begin here, and none takes more than the text before it.
    """
    last_of = {mark.field: index for index, mark in enumerate(marks) if mark is not None}
    start = min((last_of[name] for name in ENDING & last_of.keys()), default=len(rest))
    owed = 0  # characters of the paragraphs below that lack their mark
    for index in range(start - 1, -1, -1):
        mark, text = marks[index], rest[index].text
        if mark is None:
            owed += 0 if is_rights(text) else len(text)
            continue
        if owed and mark.value and mark.field not in RUNS_ON:
            break
        if owed:
            before = sum(len(one.text) for one in rest[:index])
            if last_of[mark.field] != index or owed > max(_MOST_OWED, before):
                break
        owed = 0
        if mark.firm:
            start = index
    while start == len(rest) and start and is_rights(rest[start - 1].text):
        start -= 1
    return start


def _mark(one: _Line, *, headings: bool) -> _Mark | None:
    """The field that a paragraph opens behind the text, None for a paragraph of text."""
    if one.heading == "classification" or (headings and one.heading and one.heading != "body"):
        return _Mark(one.heading, "", "", firm=True)
    label = one.label
    if label is None or not (label.field or label.capitals):
        return None
    written = label.capitals or one.text.startswith(f"{label.name}:")  # « Graphique : … » is somebody's text
    firm = written and (label.field in TAIL or (label.capitals and label.field not in ("", "body")))
    return _Mark(label.field, label.name, label.value, firm)


def blocks_of(reading: Reading) -> tuple[Block, ...]:
    """The blocks of the article: standfirst, dateline, text, captions, and what is kept beside it."""
    blocks: list[Block] = []
    texts = unbroken(reading.body)
    abstract, texts = _abstract(texts)
    standfirsts = [label.value for label in reading.labels if label.field == "standfirst" and label.value]
    blocks += [Block(text, "standfirst") for text in dict.fromkeys([*standfirsts, *abstract])]
    for label in reading.labels:
        opening = label.value.casefold().rstrip(". ")
        if label.field == "dateline" and opening and not (texts and texts[0].casefold().startswith(opening)):
            blocks.append(Block(label.value, "dateline"))
    last = len(texts) - 1
    while last >= 0 and _SERVICE.fullmatch(texts[last]):
        last -= 1
    blocks += [Block(text, "boilerplate" if is_rights(text) or at > last else None) for at, text in enumerate(texts)]
    blocks += reading.behind
    blocks += [Block(f"{one.name}: {one.value}", "boilerplate") for one in reading.labels if one.field == "notes"]
    return (*blocks, *reading.before)


def _abstract(texts: list[str]) -> tuple[list[str], list[str]]:
    """The abstract that a text begins with, and the text without the two headings."""
    keys = [text.casefold().strip(" :") for text in texts[:12]]
    whole = next((index for index, key in enumerate(keys) if key in _WHOLE), None)
    if whole is None:
        return [], texts[1:] if keys and keys[0] in _ABSTRACT and len(texts) > 1 else texts
    if keys[0] in _ABSTRACT:
        return texts[1:whole], texts[whole + 1 :]
    return [], texts[:whole] + texts[whole + 1 :] if whole == 0 else texts
