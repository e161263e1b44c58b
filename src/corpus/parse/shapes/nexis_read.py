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
from corpus.parse.shapes.nexis_dates import date_in
from corpus.parse.shapes.nexis_labels import FIRM, HEAD, LEFT_OUT, RUNS_ON, TAIL, Label, heading_of, label_of
from corpus.parse.shapes.nexis_lines import Para, joined, unbroken
from corpus.parse.shapes.nexis_split import COUNTER, END, is_rights

_FIRST = 30
"""Within so many paragraphs the labels begin that stand before the text."""
_SURE = frozenset(("load-date", "publication-type", "journal-code"))
"""Fields that no text has a paragraph for; what follows them is a footer, not the text."""
_MOST_OWED = 600
"""A caption of so many characters may be longer than the text."""
_APPENDED = frozenset(("correction appended", "corrections appended", "clarification appended", "correction ajoutée"))
_NO_TITLE = frozenset(("no headline in original", "no headline", "(no headline)", "sans titre", "kein titel"))
_EDITION = re.compile(
    r"(?:[\w-]+[ ;,-]+){0,4}(?:edition|édition|ausgabe|editie|edición)\b(?:[ ;,-]+[\w-]+){0,4}", re.IGNORECASE
)
"""« Late Edition - Final », where it does not stand in one paragraph with the date."""
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


class _Mark(NamedTuple):
    """A paragraph that opens a field behind the text."""

    field: str
    name: str
    value: str
    firm: bool
    heading: bool


def reading_of(paragraphs: list[Para], *, old: bool) -> Reading:
    """What the paragraphs of an article say; ``old`` is the order of exports to 2019."""
    reading = Reading()
    if paragraphs and COUNTER.match(paragraphs[0].text.encode()):
        paragraphs, old = paragraphs[1:], True
    while paragraphs and END.match(paragraphs[-1].text.encode()):
        paragraphs = paragraphs[:-1]
    capitals = old and any(label.capitals for one in paragraphs if (label := label_of(one.text)) and label.field)
    labels = _first_label(paragraphs, capitals=capitals)
    dated = _dated(paragraphs[: _FIRST if labels is None else labels], old=old)
    if dated is None:
        at = _undated(reading, paragraphs, labels)
    elif old or _is_old(paragraphs, dated, labels):
        at = _old_head(reading, paragraphs, dated, labels)
    else:
        at = _new_head(reading, paragraphs, dated, labels)
    at = _labels(reading, paragraphs, at)
    _tail(
        reading, paragraphs[at:], capitals=capitals, headings=any(heading_of(p.text) == "body" for p in paragraphs[:at])
    )
    if not reading.title:
        reading.title = next((label.value for label in reading.labels if label.field == "title"), "")
    if reading.title.strip(" .").casefold() in _NO_TITLE:
        reading.title = ""
    return reading


def _first_label(paragraphs: list[Para], *, capitals: bool) -> int | None:
    """The first paragraph with a label of the head, or that is the heading of the text."""
    for index, one in enumerate(paragraphs[:_FIRST]):
        label = label_of(one.text)
        if label is not None and label.field in FIRM and index and (label.capitals or not capitals):
            return index
        if heading_of(one.text) == "body" and index:
            return index
    return None


def _dated(head: list[Para], *, old: bool) -> int | None:
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


def _is_old(paragraphs: list[Para], dated: int, labels: int | None) -> bool:
    """Whether a title stands behind the date and none before the newspaper."""
    behind = paragraphs[dated + 1 : labels]
    return dated <= 1 and any(not is_rights(one.text) for one in behind) and not any(is_rights(p.text) for p in behind)


def _undated(reading: Reading, paragraphs: list[Para], labels: int | None) -> int:
    """A document without a date: what stands before its labels may be anything, so its first paragraph is the title."""
    if labels is None:
        return 0
    above = [one.text for one in paragraphs[:labels] if not is_rights(one.text)]
    if above:
        reading.title = joined(above[0])
        reading.publication = joined(above[1]) if len(above) > 1 else ""
    return labels


def _old_head(reading: Reading, paragraphs: list[Para], dated: int, labels: int | None) -> int:
    lines = paragraphs[dated].text.split("\n")
    at = next(index for index, line in enumerate(lines) if date_in(line))
    reading.date = date_in(lines[at]) or ""
    above = [[line for line in one.text.split("\n") if not is_rights(line)] for one in paragraphs[:dated]]
    names = [" ".join(one) for one in above if one] + lines[:at]
    reading.publication = names[0] if names else ""  # an edition may follow
    end = labels if labels is not None else dated + 2
    first = dated + 1
    if any(one.gap for one in paragraphs[dated : end - 1]):  # editions stand under the date without a gap
        first += next(index for index, one in enumerate(paragraphs[dated:end]) if one.gap)
    rest = [one for one in paragraphs[first:end] if not _is_declared(one.text)]
    while len(rest) > 1 and _EDITION.fullmatch(rest[0].text):
        rest = rest[1:]
    reading.title = " ".join(joined(one.text) for one in rest)
    return end


def _new_head(reading: Reading, paragraphs: list[Para], dated: int, labels: int | None) -> int:
    lines = paragraphs[dated].text.split("\n")
    at = next(index for index, line in enumerate(lines) if date_in(line))
    reading.date = date_in(lines[at]) or ""
    above = [one.text for one in paragraphs[:dated] if not _is_declared(one.text)]
    above += lines[:at]
    reading.publication = joined(above[-1]) if above else ""
    reading.title = " ".join(map(joined, above[:-1]))
    if labels is not None:
        return labels  # editions and rights stand between
    at = dated + 1
    while at < len(paragraphs) and is_rights(paragraphs[at].text):
        at += 1
    return at


def _is_declared(text: str) -> bool:
    return is_rights(text) or text.strip(" .").casefold() in _APPENDED


def _labels(reading: Reading, paragraphs: list[Para], at: int) -> int:
    """Read the labels before the text; gives the paragraph at which the text begins."""
    end = _head_end(paragraphs, at)
    for one in paragraphs[at:end]:
        label = label_of(one.text)
        if label is not None and label.field == "body" and label.value:
            reading.body.append(Para(label.value, one.gap))
        elif is_rights(one.text) or (label is None and heading_of(one.text) == "body"):
            continue
        elif label is not None and label.field in HEAD:
            reading.labels.append(Label(label.name, label.field, joined(label.value)))
        elif label is None and reading.labels:  # a value of several lines
            last = reading.labels[-1]
            reading.labels[-1] = last._replace(value=f"{last.value} {joined(one.text)}".strip())
        elif label is None or label.field not in LEFT_OUT:
            text = joined(one.text if label is None else f"{label.name}: {label.value}")
            reading.before.append(Block(text, "boilerplate"))
    return end


def _head_end(paragraphs: list[Para], at: int) -> int:
    """Where the labels before the text end: behind the heading of the text, else behind the last of them."""
    stop = min(len(paragraphs), at + _FIRST)
    end = at
    for index in range(at, stop):
        label = label_of(paragraphs[index].text)
        if heading_of(paragraphs[index].text) == "body" or (label is not None and label.field == "body"):
            return index + 1
        if label is not None and label.field in TAIL and label.field not in HEAD:
            break
    for index in range(at, stop):
        label = label_of(paragraphs[index].text)
        if label is not None and label.field == "length":
            end = index + 1
            break
        if label is None and index - at > 8:
            break
    while end < stop and (label := label_of(paragraphs[end].text)) is not None and label.field in HEAD - {"notes"}:
        end += 1
    return end


def _tail(reading: Reading, rest: list[Para], *, capitals: bool, headings: bool) -> None:
    """Part the text from what stands behind it. Headings open a field only where the text has one."""
    marks = [_mark(one, capitals=capitals, headings=headings) for one in rest]
    if headings and any(one.gap and mark and mark.heading for one, mark in zip(rest, marks, strict=True)):
        marks = [
            mark if mark and (one.gap or not mark.heading) else None for one, mark in zip(rest, marks, strict=True)
        ]
    at = _tail_start(rest, marks)
    reading.body += rest[:at]
    mark = _Mark("", "", "", firm=False, heading=False)
    for one, opened in zip(rest[at:], marks[at:], strict=True):
        if is_rights(one.text):
            continue
        if opened is None and mark.field not in RUNS_ON:  # a footer of the file
            reading.behind.append(Block(joined(one.text), "boilerplate"))
            continue
        mark = opened or mark
        _behind(reading, mark, opened.value if opened else one.text)


def _behind(reading: Reading, mark: _Mark, value: str) -> None:
    if mark.field == "language":
        reading.labels.append(Label(mark.name, "language", joined(value)))
    elif mark.field in ("url", "byline", "section", "page", "dateline", "standfirst"):
        reading.labels.append(Label(mark.name, mark.field, joined(value)))
    elif not value or mark.field in LEFT_OUT:
        return
    elif mark.field == "caption":
        reading.behind.append(Block(joined(value), "caption"))
    else:
        named = mark.name and mark.field not in ("correction", "notes")
        reading.behind.append(Block(joined(f"{mark.name}: {value}" if named else value), "boilerplate"))


def _tail_start(rest: list[Para], marks: list[_Mark | None]) -> int:
    """The first paragraph from which on there are only marks, and paragraphs of those that may take several.

    A field that comes again further down did not begin here, and none takes more than the text before it.
    """
    last_of = {mark.field: index for index, mark in enumerate(marks) if mark is not None}
    start = len(rest)
    owed = 0  # characters of the paragraphs below that lack their mark
    for index in range(len(rest) - 1, -1, -1):
        mark, text = marks[index], rest[index].text
        if mark is None:
            owed += 0 if is_rights(text) else len(text)
            continue
        if owed and mark.value and mark.field not in (RUNS_ON | _SURE):
            break
        if (
            owed
            and mark.field not in _SURE
            and (last_of[mark.field] != index or owed > max(_MOST_OWED, sum(len(p.text) for p in rest[:index])))
        ):
            break
        owed = 0
        if mark.firm:
            start = index
    while start == len(rest) and start and is_rights(rest[start - 1].text):
        start -= 1
    return start


def _mark(one: Para, *, capitals: bool, headings: bool) -> _Mark | None:
    """The field that a paragraph opens behind the text, None for a paragraph of text."""
    if headings and (heading := heading_of(one.text)) and heading != "body":
        return _Mark(heading, "", "", firm=True, heading=True)
    label = label_of(one.text)
    if label is None or not (label.field or label.capitals) or (capitals and not label.capitals):
        return None
    firm = label.field in TAIL or (label.capitals and label.field not in ("", "body"))
    return _Mark(label.field, label.name, label.value, firm, heading=False)


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
    blocks += [Block(text, "boilerplate") if is_rights(text) else Block(text) for text in texts]
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
