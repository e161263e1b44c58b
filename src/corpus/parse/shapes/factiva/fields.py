"""The fields of a Factiva article by their codes, and what they say as a draft.

All displays and containers of Factiva hold the same fields. A display without codes gets its codes by order
(order.py), XML by the names of its elements (xml.py). To teach it a code, add it to ``_USED`` or, with
the reason, to ``_LEFT_OUT``; what another code says is kept beside the text, with the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError, Problem, quoted
from corpus.parse.languages import language_named
from corpus.raw.config import Source
from corpus.raw.records import Record

START = ("CLM", "SE", "HD")
"""One of these codes opens an article."""
TEXT = ("LP", "TD")
TOLD = frozenset(("HD", "PD", "SN", "LP", "TD", "AN"))
"""Two of these codes make lines, or the rows of a table, an article with codes."""

_USED = ("CLM", "SE", "HD", "BY", "CR", "PD", "ET", "SN", "PG", "LA", "CX", "LP", "TD", "ART", "AN")
_REASONS = {
    "words are counted anew": "WC",
    "the source is named by SN": "SC NGC GC",
    "edition and volume: no column takes them": "ED VOL",
    "rights are those that source.yaml says": "CY",
    "for newsrooms and users of the archive": "CT RF",
    "subjects that Factiva or the publisher gives": "CO IN NS RE PE MI FDS DS IPD IPC",
    "the publisher, which is not the newspaper": "PUB",
    "when the database changed it": "UPD MOD",
    "numbers of the newspaper, and of the article elsewhere": "ISSN DOI",
}
_LEFT_OUT = {code: reason for reason, codes in _REASONS.items() for code in codes.split()}
AFTER_TEXT = (
    *("ART", "CX", "CT", "RF", "CO", "IN", "NS", "RE", "PE", "MI", "FDS", "DS", "IPD", "IPC"),
    *("PUB", "UPD", "MOD", "ISSN", "DOI", "AN"),
)
"""Codes of fields that can stand under the text."""
CODES = frozenset((*_USED, *_LEFT_OUT))
CODE = re.compile(r"[A-Z]{2,4}")

AN = r"(?=[A-Za-z0-9]*?(?:19|20)[0-9]{6})[A-Za-z][A-Za-z0-9]{9,34}(?:-[0-9]{1,6})?"
"""An accession number: the code of the source, a day, letters and figures."""
DOCUMENT = re.compile(
    rf"(?:documento?|dokument|документ|文書|文件|文档|ドキュメント|문서)\s+(?P<an>{AN})", re.IGNORECASE
)
_ACCESSION = re.compile(r"(?:[^\W\d]{2,12}\s+)?(?P<an>[\w.-]{8,60})")
_PAGE = re.compile(r"(?:pages?|pp?\.|pg\.?|seiten?|páginas?|págs?\.?)\s*(?=\w)", re.IGNORECASE)
_EASTERN = re.compile(r"([12][0-9]{3}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日일]")
_BY_FIELD = {
    "title": "HD", "authors": "BY", "section": "SE", "publication": "SN", "page": "PG", "date": "PD", "language": "LA",
    "text": "TD", "captions": "ART", "id": "AN",
}  # fmt: skip
"""The code that means what a field of ours means, for unknown codes that source.yaml maps to one."""
_SPACES = re.compile(r"[ \t\r\n]+")
_ENDS = (".", "!", "?", "…", ":", ";", "»", '"', "”", ",")
_LONGEST_HEADING = 14


class Part(NamedTuple):
    """A paragraph, or a line, of a field; ``bold`` where all of it is."""

    text: str
    bold: bool = False


Fields = dict[str, list[Part]]
"""The parts of each field of an article by its code, in the order of the article."""


def draft_of(fields: Fields, record: Record, source: Source) -> Draft:
    """What the fields of an article say.

    Raises:
        CorpusError: no headline, no text, no end, two articles in one; all of them together.
    """
    if len([part for part in fields.get("AN", ()) if part.text.strip()]) > 1:
        raise two_in_one(record, _line(fields, "HD"))
    # fields under the text show that it does not break off, though the accession number is missing
    goes_on = "TD" in fields and not fields.keys().isdisjoint({*AFTER_TEXT} - {"ART", "AN"})
    closed = "AN" in source.left_out or accession(_line(fields, "AN")) is not None or goes_on
    fields = _known(fields, source)
    problems = list(_problems(fields, record))
    if not closed:
        found = f"no accession number (« Document … ») under {quoted(_line(fields, 'HD'))}"
        hint = "it may end in the middle: export it again; if it is whole, list AN under left_out of source.yaml"
        problems.append(record.problem("field-missing", "$.AN", found, "the last field of an article", hint))
    if problems:
        raise CorpusError(problems)
    title = _line(fields, "HD")
    return Draft(
        title=title,
        blocks=tuple(_blocks(fields)),
        key=accession(_line(fields, "AN")),
        date=_date(_line(fields, "PD"), _line(fields, "ET")),
        authors=tuple(part.text for part in fields.get("BY", ()) if part.text),
        language=language_named(written) if (written := _line(fields, "LA")) else None,
        publication=_line(fields, "SN") or None,
        section=_line(fields, "SE") or _line(fields, "CLM") or None,
        page=_PAGE.sub("", _line(fields, "PG"), count=1) or None,
    )


def two_in_one(record: Record, title: str) -> CorpusError:
    """What is raised where nothing parts an article from the next one."""
    found = f"two articles that nothing parts, from {quoted(title)} on"
    return record.error("articles-left-over", "", found, "every article of the file read", "export the file again")


def _date(day: str, clock: str) -> str | None:
    """The date as written, with the time; that of a Chinese or Japanese interface in figures.

    >>> _date("2012 年 3 月 9 日", "15:32"), _date("", "15:32")
    ('2012-03-09 15:32', None)
    """
    if found := _EASTERN.match(day):
        day = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return f"{day} {clock}".strip() if day else None


def accession(written: str) -> str | None:
    """The accession number of « Document GAZPO00020230303ej330001a », None where there is none.

    >>> accession("Document GAZPO00020230303ej330001a")
    'GAZPO00020230303ej330001a'
    """
    found = DOCUMENT.search(written) or _ACCESSION.fullmatch(written.strip())
    return found["an"] if found else None


def _line(fields: Fields, code: str) -> str:
    """A field as one line, empty where it is not given."""
    return _SPACES.sub(" ", " ".join(part.text for part in fields.get(code, ()))).strip()


def _known(fields: Fields, source: Source) -> Fields:
    """The fields without those that source.yaml leaves out, under the codes that it maps others to."""
    if not (source.left_out or source.fields):
        return fields
    known: Fields = {}
    for code, parts in fields.items():
        if code not in source.left_out:
            known.setdefault(_BY_FIELD.get(source.fields.get(code, ""), code), []).extend(parts)
    return known


def _problems(fields: Fields, record: Record) -> Iterator[Problem]:
    title = _line(fields, "HD")
    if not title:
        text = next((part.text for code in TEXT for part in fields.get(code, ()) if part.text.strip()), "")
        found = f"no headline (HD) over {quoted(text)}" if text else "no headline (HD)"
        wanted, hint = "a title and a body", "is it an article? if so, export it again"
        yield record.problem("article-empty", "$.HD", found, wanted, hint)
    elif not any(part.text.strip() for code in TEXT for part in fields.get(code, ())):
        found = f"no text (LP, TD) under {quoted(title)}"
        hint = "Factiva gives some articles as a headline alone: take the text from the newspaper, or leave it out"
        yield record.problem("article-empty", "$.TD", found, "a title and a body", hint)


def _blocks(fields: Fields) -> Iterator[Block]:
    """The credit, the text (LP is its opening, no standfirst), the captions, and what was corrected later."""
    said = {code: [part for part in parts if part.text.strip()] for code, parts in fields.items()}
    yield from (Block(part.text, "credit") for part in said.get("CR", ()))
    text = [part for code in TEXT for part in said.get(code, ())]
    for index, part in enumerate(text):
        heads = part.bold and 0 < index < len(text) - 1 and not part.text.endswith(_ENDS)
        yield Block(part.text, "subheading" if heads and len(part.text.split()) <= _LONGEST_HEADING else None)
    yield from (Block(part.text, "caption") for part in said.get("ART", ()))
    yield from (Block(part.text, "boilerplate") for part in said.get("CX", ()))
    for code, parts in said.items():
        if code not in CODES:  # of a code that nobody knows, so that nothing is lost
            yield from (Block(f"{code}: {part.text}", "boilerplate") for part in parts)
