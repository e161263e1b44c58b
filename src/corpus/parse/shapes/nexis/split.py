"""Where the articles of a Nexis export begin and end, by the marks of the service.

Exports to 2019 begin each document with a counter (« 3 of 12 DOCUMENTS »), in HTML with a comment (``<DOCFULL>``);
later ones end each with « End of Document ». A mark that stands in the words of an article is none: a counter is
followed by a newspaper and a date, an end by the next document or by nothing. The numbers of counters are not believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from corpus.parse.shapes.nexis.dates import date_in
from corpus.parse.shapes.nexis.labels import ENDING, FIRM, TAIL, field_of, heading_of, label_of

COUNTER = re.compile(
    rb"^[ \t\f\xa0\xc2|]*(?:(?:document|dokument|documento)[ \t]+)?"
    rb"\d[\d.,]*[ \t]+(?:of|de|von|van|sur|di)[ \t]+\d[\d.,]*"
    rb"(?:[ \t]+(?:documents?|dokumenten?|dokumente|documenten|documentos|documenti))?[ \t\xa0\xc2|]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED = re.compile(rb"do[ck]ument", re.IGNORECASE)
END = re.compile(
    rb"^[ \t\f\xa0\xc2|]*(?:end of document|fin (?:du|de) document|(?:ende des )?dokuments?(?:ende| ende)|"
    rb"ende des dokuments|einde van (?:het )?document|einde document|fin del documento|fine del documento|"
    rb"fim do documento)"
    rb"[ \t\xa0\xc2|.]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_DOCFULL = re.compile(rb"<DOCFULL>(?:\s*-->)?", re.IGNORECASE)
_DOCFULL_END = re.compile(rb"(?:<!--[^<>]{0,200})?</DOCFULL>|<!-- Hide XML section", re.IGNORECASE)
_PAGE_END = re.compile(rb"</(?:body|html)>", re.IGNORECASE)
_COPYRIGHT = re.compile(
    r"(?:copyrights?\b|copr\.|©|\(c\)|urheberrecht\b|auteursrecht\b|derechos de autor\b)"
    r"[^\n]{0,120}?\b(?:19|20)\d\d\b.*"
    r"|copy[ \xa0](?:19|20)\d\d\b.*"
    r"|(?:copyright|©|\(c\))[ \xa0].{0,160}"
    r"|.{0,160}?\b(?:all rights reserved|tous droits réservés|alle rechte vorbehalten|alle rechten voorbehouden|"
    r"todos los derechos reservados|tutti i diritti riservati)\b.{0,160}",
    re.IGNORECASE | re.DOTALL,
)
_SURE = re.compile(r"\b(?:19|20)\d\d\b|reserved|réservés|vorbehalten|voorbehouden|reservados|riservati", re.IGNORECASE)
_RIGHTS = ("opy", "©", "(c)", "(C)", "OPY", "ight", "IGHT", "droits", "DROITS", "echt", "ECHT", "erechos", "diritti")
_LONGEST_RIGHTS = 400
_AHEAD = 3000
"""So many bytes behind a mark show whether a document begins there."""
_FEW = 8
"""So many lines a document opens with at most."""
_MOST_ABOVE = 4
_FAILED = re.compile(
    r"error in this document|not possible to display|impossible d.{1,3}afficher|kann nicht angezeigt", re.IGNORECASE
)


class Slice(NamedTuple):
    """The bytes of one article: from ``start`` to before ``end``; not ``whole`` where the file breaks off within it."""

    start: int
    end: int
    whole: bool = True


def is_rights(text: str) -> bool:
    """Whether a paragraph is the line of somebody's copyright and nothing else.

    >>> is_rights("Copyright 2014 Le Guetteur Tous droits réservés"), is_rights("Copyright law is old, said Ana.")
    (True, False)
    """
    if len(text) > _LONGEST_RIGHTS or not any(map(text.__contains__, _RIGHTS)) or not _COPYRIGHT.fullmatch(text):
        return False
    ending = text.rstrip()
    may_be_sentence = ending.endswith(".") or len(text.split()) > 12
    return not ending.endswith(("?", "!", "»", '"')) and bool(not may_be_sentence or _SURE.search(text))


def in_html(content: bytes) -> list[Slice]:
    """The articles of an HTML export that still has its comments."""
    opened = list(_DOCFULL.finditer(content))
    slices = []
    for index, mark in enumerate(opened):
        limit = opened[index + 1].start() if index + 1 < len(opened) else len(content)
        closed = _DOCFULL_END.search(content, mark.end(), limit)
        whole = closed is not None or limit < len(content) or _PAGE_END.search(content, mark.end()) is not None
        slices.append(Slice(mark.end(), closed.start() if closed else limit, whole))
    return slices


def in_text(content: bytes) -> list[Slice]:
    """The articles of a text, of whichever layout it is; none for a text that is no export."""
    return _from_starts(content, [mark.start() for mark in _counters(content)]) or _by_ends(content)


def count_text(content: bytes) -> int:
    """How many articles a text shows: its counters, or the heads of its documents where those are more."""
    if counters := _counters(content):
        return len(counters)
    slices = _by_ends(content)
    return sum(max(1, sum(1 for _ in _heads(_lines(content[one.start : one.end])))) for one in slices)


def _counters(content: bytes) -> list[re.Match[bytes]]:
    """The counters that open a document, the last also where the file breaks off in its opening."""
    marks = [mark for mark in COUNTER.finditer(content) if _NAMED.search(mark[0])]
    found = [mark for mark in marks if _opens(content, mark.end()) or _follows(content, mark.start())]
    if found and found[-1] is not marks[-1] and _breaks_off(content, marks[-1].end()):
        found.append(marks[-1])
    return found


def _from_starts(content: bytes, starts: list[int], *, rights: bool = True) -> list[Slice]:
    """Articles that each run to the next; the last is whole where what stands behind a text stands at its end.

    ``rights`` says whether they stand there too.
    """
    slices = [Slice(start, end) for start, end in zip(starts, [*starts[1:], len(content)], strict=False)]
    if slices:
        last = slices[-1]
        lines = [line.strip() for line in _around(content, max(last.start, last.end - _AHEAD), last.end)]
        slices[-1] = last._replace(whole=_is_whole(lines, rights=rights))
    return slices


def _is_whole(lines: list[str], *, rights: bool) -> bool:
    """Whether what stands behind a text stands at the end of these lines."""
    labels = [label_of(line) for line in lines]
    last = labels[-1] if labels else None
    if any(label and label.field in ENDING for label in labels) or (last and last.field in TAIL and last.value):
        return True
    dated = next((index for index, line in enumerate(lines) if date_in(line)), -1)
    at = next((index for index in range(len(lines) - 3, len(lines)) if index > 0 and is_rights(lines[index])), -1)
    return rights and at > dated + 2


def _opens(content: bytes, at: int) -> bool:
    """Whether a document begins behind a counter: a date or a label soon, none that stands behind a text before it."""
    lines = _around(content, at, at + _AHEAD)[1:]  # the counter is the first
    for line in lines[:_FEW]:
        label = label_of(line.strip())
        if date_in(line) or (label and label.capitals and label.field in FIRM):
            return True
        if label and label.field in TAIL:
            return False
    return any(map(_FAILED.search, lines))


def _follows(content: bytes, at: int) -> bool:
    """Whether what stands behind a text stands above a counter: then a document begins, whatever it looks like."""
    above = _around(content, at - _AHEAD, at)
    if above and COUNTER.match(above[-1].encode()):
        del above[-1]
    last = above[-1].strip() if above else ""
    label = label_of(last)
    return is_rights(last) or (label is not None and label.capitals and label.field in TAIL)


def _breaks_off(content: bytes, at: int) -> bool:
    """Whether a file ends a few lines behind a counter, with no label of what stands behind a text among them."""
    lines = _around(content, at, at + _AHEAD)[1:]
    ends = 0 < len(lines) < _FEW and at + _AHEAD >= len(content)
    return ends and TAIL.isdisjoint(field_of(line.strip()) for line in lines)


def _by_ends(content: bytes) -> list[Slice]:
    """The articles of a later export. What stands before the first, a cover, belongs to none."""
    slices: list[Slice] = []
    start = 0
    ends = [mark for mark in END.finditer(content) if _closes(content, mark)]
    if not ends:  # or in a language that is not known
        return _from_starts(content, [_offset(content, head) for head in _heads(_lines(content))], rights=False)
    for mark in [*ends, None]:
        stop = mark.end() if mark else len(content)
        chunk = content[start:stop]
        lines = _lines(chunk)
        heads = list(_apart(lines))
        if not heads and mark is not None and (undated := _undated(lines)) is not None:
            heads = [undated]
        begins = [start + _offset(chunk, head) for head in heads]
        for begin, end in zip(begins, [*begins[1:], stop], strict=False):
            slices.append(Slice(begin, end, mark is not None or end < stop))
        start = stop
    return slices


def _apart(lines: list[str]) -> Iterator[int]:
    """The lines at which documents begin up to one mark of an end: a second one where the first is plainly over.

    An end in words that nobody knows is none; what stands behind a text stands above it then.
    """
    last = -1
    for head in _heads(lines):
        if last < 0 or any(field_of(line.strip()) in ENDING for line in lines[max(last, head - _FEW) : head]):
            yield head
            last = head


def _closes(content: bytes, mark: re.Match[bytes]) -> bool:
    """Whether a document ends at a mark: nothing follows, or the head of another, or a label stands before it."""
    before = _around(content, mark.start() - _AHEAD, mark.start())[:-1]
    if before and field_of(before[-1].strip()) in TAIL:
        return True
    after = _around(content, mark.end(), mark.end() + _AHEAD)[1:]
    return not after or next(_heads(after[:12]), None) is not None


def _heads(lines: list[str]) -> Iterator[int]:
    """The line at which each document begins: title, newspaper, a date, then rights, labels or the text.

    The lines that open a document stand together; its title is what stands above the newspaper.
    """
    for index, line in enumerate(lines):
        if index and line[:1] and date_in(line) and _is_head(lines, index) and not _is_title(lines, index):
            yield _first(lines, index)


def _is_title(lines: list[str], index: int) -> bool:
    """Whether a line that may be a date stands over the newspaper and its date: « 2022, l’année des halles »."""
    return bool(lines[index + 1 : index + 2] and lines[index + 1].strip()) and any(
        map(date_in, filter(None, lines[index + 2 : index + 3]))
    )


def _undated(lines: list[str]) -> int | None:
    """The line at which a document begins whose date is in no form that is known; it is an article all the same."""
    for index, line in enumerate(map(str.strip, lines)):
        if index and (is_rights(line) or field_of(line) in FIRM or heading_of(line) == "body"):
            return _first(lines, index)
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    return None if END.match(lines[first].encode()) else first


def _is_head(lines: list[str], index: int) -> bool:
    rights = False
    following = (stripped for line in islice(lines, index + 1, index + 40) if (stripped := line.strip()))
    for line in islice(following, 12):
        field = field_of(line)
        if field == "length" or heading_of(line) == "body":
            return True
        rights = rights or is_rights(line)
        if rights and field in FIRM:
            return True
    return False


def _first(lines: list[str], dated: int) -> int:
    """The line of the title above a date line: with the newspaper at most four lines, up to an empty one."""
    newspaper = first = max(0, _above(lines, dated))
    while first > 0 and newspaper - first < _MOST_ABOVE and lines[first - 1].strip():
        first -= 1
    if newspaper - first == _MOST_ABOVE:  # something else stands above, without a gap
        return newspaper - 1
    title = _above(lines, first)
    return title if first == newspaper and title >= 0 and not END.match(lines[title].encode()) else first


def _above(lines: list[str], index: int) -> int:
    """The next line above that is not empty, -1 for none."""
    return next((above for above in range(index - 1, -1, -1) if lines[above].strip()), -1)


def _lines(content: bytes) -> list[str]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return text.split("\n")


def _around(content: bytes, start: int, end: int) -> list[str]:
    """The lines of a stretch, the first and the last of them whole, without the empty ones."""
    first = content.rfind(b"\n", 0, max(0, start)) + 1
    last = content.find(b"\n", min(end, len(content)))
    return [line for line in _lines(content[first : last if last >= 0 else len(content)]) if line.strip()]


def _offset(content: bytes, line: int) -> int:
    at = 0
    for _ in range(line):
        at = content.index(b"\n", at) + 1
    return at
