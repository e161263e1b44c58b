"""Factiva's display without codes: which field a line is, by the order of the lines.

Section, headline, author, credit, word count, date, time, source, its code, edition, page, volume, language, rights,
text, publisher, « Document … ». Any of them may be absent but the headline and the date, so the anchors are the word
count and the date under it, the code of the source, which the accession number begins with, and the language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.model.problem import quoted
from corpus.model.written_dates import edtf_of
from corpus.parse.languages import language_named
from corpus.parse.shapes.factiva.fields import DOCUMENT, Fields, Part, two_in_one
from corpus.raw.records import Record

WORDS = re.compile(
    r"\d[\d.,\s]*(?:mots?|words?|wort|wörter|palabras?|parol[ae]|palavras?|woorden|слов[ао]?"
    r"|字|字数|个字|個字|文字|語|ワード|单词|單詞|단어)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:[^\W\d]{2,12}[.,]? )?\d{1,2}(?:er|\.|º)? (?:de )?[^\W\d]{3,12}\.?,? (?:de )?[12]\d{3}"
    r"|[^\W\d]{3,12}\.? \d{1,2},? [12]\d{3}|[12]\d{3} ?[年년].{1,12}|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}",
)
_TIME = re.compile(r"\d{1,2}[:.h]\d\d(?::\d\d)?(?: ?[AP]\.?M\.?)?(?: ?[A-Z]{2,5}(?:[+-]\d{1,4})?)?", re.IGNORECASE)
_SOURCE_CODE = re.compile(r"[A-Z0-9]{2,10}")
_VOLUME = re.compile(r"(?:vol|volume|band|nr|no|issue|numéro|nº|n°|heft|tome)\b.*", re.IGNORECASE)
_PAGE = re.compile(
    r"(?:(?:pages?|pp?|pg|seiten?|s|páginas?|pág)\.? ?)?[A-Z]{0,4}[ -]?\d{1,4}[A-Z]?"
    r"(?: ?[-–,;/+&] ?[A-Z]{0,4}[ -]?\d{1,4}[A-Z]?){0,12}|[A-Z]{1,2}",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright\b|all rights reserved|tous droits).*"
    r"|.*\b(?:droits réservés|rights reserved|rechte vorbehalten|derechos reservados|diritti riservati)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_PUBLISHER = re.compile(
    r"\b(?:SA|SAS|S\.A\.|SARL|GmbH|AG|KG|Inc|Ltd|Limited|LLC|PLC|plc|Company|Corp|Corporation|Groupe|Group|Verlag|Société"
    r"|Éditions|Editions|Publishing|Publications|Newspapers|Digital|Presse|Media|Médias|Communications|S\.L\.|S\.p\.A\.)"
    r"(?!\w)"
)
_SIGNED = re.compile(r"(?:par|by|von|por|di|propos recueillis par|de notre)\s", re.IGNORECASE)
_NAME = re.compile(r"[A-ZÀ-Þ][\w.’'-]+(?: (?:de|du|des|la|le|van|von|et|and|und|y)(?= )| [A-ZÀ-Þ][\w.’'-]*){1,7}")
"""« Goulven Stéphan et Aïcha Belmadani »"""
_LONGEST_PUBLISHER = 10
_LONGEST_NOTE = 30
_LONGEST_RIGHTS = 80
_YEAR = re.compile(r"[12]\d{3}")
_MOST_BETWEEN = 9
"""No more lines than these stand between the source and the language."""


class Line(NamedTuple):
    """A line of an article; ``bold`` says that all of it is.

    ``kind`` is what the markup says of it: title, author, text, note (a paragraph that is not marked as text), nothing.
    """

    text: str
    bold: bool = False
    kind: str = ""


def is_anchor(line: str, following: str) -> bool:
    """Whether a line is the word count of an article: the date stands under it."""
    return bool(WORDS.fullmatch(line)) and is_date(following)


def is_date(line: str) -> bool:
    """Whether a line is a date and nothing else."""
    line = " ".join(line.split())
    return len(line) <= 40 and bool(_DATE.fullmatch(line)) and (not line[0].isalpha() or edtf_of(line) is not None)


def fields_of(lines: Sequence[Line], record: Record, date_format: str | None) -> Fields:
    """The fields of an article by their codes.

    Raises:
        CorpusError: rule ``field-missing``: no date line, or a headline that cannot be told from other lines.
    """
    end = _end(lines)
    anchors = [at for at in range(end - 1) if is_anchor(lines[at].text, lines[at + 1].text)]
    if len(anchors) > 1:
        raise two_in_one(record, lines[anchors[0] - 1].text if anchors[0] else "")
    dates = (
        at
        for at, line in enumerate(lines[:end])
        if is_date(line.text) or (len(line.text) <= 40 and edtf_of(line.text, date_format) is not None)
    )
    anchor = anchors[0] if anchors else next(dates, None)
    hint = "export it with codes (full article with index)"
    if anchor is None:
        found = f"no word count and no date under {quoted(lines[0].text if lines else '')}"
        raise record.error("field-missing", "$.date", found, "a word count and a date under the headline", hint)
    date_at = anchor + 1 if anchors else anchor
    fields: Fields = {}
    _above(lines[:anchor], fields, record)
    _put(fields, "WC", lines[anchor:date_at])
    _put(fields, "PD", lines[date_at : date_at + 1])
    at = date_at + 1
    if at < end and _TIME.fullmatch(lines[at].text):
        _put(fields, "ET", lines[at : at + 1])
        at += 1
    number = DOCUMENT.fullmatch(lines[end].text) if end < len(lines) else None
    at = _source(lines[:end], at, fields)
    at = _rights(lines[:end], at, fields)
    if not ("LA" in fields or "CY" in fields or any(line.kind == "text" for line in lines)):
        found = f"neither a language nor rights under {quoted(fields['SN'][0].text if fields.get('SN') else '')}"
        raise record.error("field-missing", "$.LA", found, "a line that the text begins under", hint)
    _text(lines[at:end], fields)
    if number:
        _put(fields, "AN", [Line(number["an"])])
    return fields


def _end(lines: Sequence[Line]) -> int:
    """Where the last « Document … » stands, else behind the last line."""
    return next((at for at in range(len(lines) - 1, -1, -1) if DOCUMENT.fullmatch(lines[at].text)), len(lines))


def _put(fields: Fields, code: str, lines: Sequence[Line]) -> None:
    if lines:
        fields.setdefault(code, []).extend(Part(line.text, line.bold) for line in lines)


def _above(lines: Sequence[Line], fields: Fields, record: Record) -> None:
    """The lines over the word count: column, section, headline, author, credit."""
    first, last = _headline(lines, record)
    _put(fields, "SE", lines[max(0, first - 1) : first])
    _put(fields, "CLM", lines[max(0, first - 2) : max(0, first - 1)])
    _put(fields, "HD", lines[first:last])
    marked = any(line.kind == "author" for line in lines)
    for at, line in enumerate(lines[last:]):
        may_sign = not lines[first].kind or _SIGNED.match(line.text) or _NAME.fullmatch(line.text)
        signed = line.kind == "author" if marked else at == 0 and may_sign
        _put(fields, "BY" if signed else "CR", [line])


def _headline(lines: Sequence[Line], record: Record) -> tuple[int, int]:
    """Where the headline begins and ends: what is marked as it, the bold lines, or the only one that it can be."""
    titles = [at for at, line in enumerate(lines) if line.kind == "title"]
    if chosen := titles or [at for at, line in enumerate(lines) if line.bold]:
        first = chosen[-1]  # those nearest to the word count: a cover may have bold lines too
        while first - 1 in chosen:
            first -= 1
        return first, chosen[-1] + 1
    signed = next((at for at, line in enumerate(lines) if _SIGNED.match(line.text)), len(lines))
    if signed == 1 or (signed == len(lines) == 1):
        return 0, 1
    if 1 < signed < len(lines):
        return signed - 1, signed
    if len(lines) == 3 and _NAME.fullmatch(lines[2].text) and not _NAME.fullmatch(lines[1].text):
        return 1, 2  # section, headline, author
    found = " / ".join(quoted(line.text) for line in lines[:3]) or "no line over the word count"
    wanted = "one line over the word count that is the headline"
    hint = "export it with codes (full article with index), or as RTF, where the headline is bold"
    raise record.error("field-missing", "$.title", found, wanted, hint)


def _source(lines: Sequence[Line], at: int, fields: Fields) -> int:
    """The source, its code, edition, page, volume and language; where the rest begins."""
    last = min(len(lines), at + _MOST_BETWEEN)
    header = next((end for end in range(at, last) if lines[end].kind == "text"), last)
    languages = (end for end in range(at + 1, header) if language_named(lines[end].text))
    rights = (end for end in range(at + 1, header) if _RIGHTS.fullmatch(lines[end].text))
    language = next(languages, None)
    behind = next(rights, None) if language is None else language
    _put(fields, "SN", lines[at : at + 1])
    if behind is None:
        return at + 1 + (at + 1 < header and _SOURCE_CODE.fullmatch(lines[at + 1].text) is not None)
    between = list(lines[at + 1 : behind])
    if between and _SOURCE_CODE.fullmatch(between[0].text):
        _put(fields, "SC", [between.pop(0)])
    pages = [at for at, line in enumerate(between) if _PAGE.fullmatch(line.text)]
    for index, line in enumerate(between):
        code = "VOL" if _VOLUME.fullmatch(line.text) else "PG" if index in pages[-1:] else "ED"
        _put(fields, code, [line])
    if language is not None:
        _put(fields, "LA", [lines[language]])
        behind += 1
    return behind


def _rights(lines: Sequence[Line], at: int, fields: Fields) -> int:
    """The lines of rights: in marked lines all that stands over the text, else what reads as rights."""
    text = next((index for index in range(at, len(lines)) if lines[index].kind == "text"), None)
    first = at
    if text is not None:
        while at < text and len(lines[at].text.split()) <= _LONGEST_NOTE:
            at += 1
    else:
        while at < len(lines) and _reads_as_rights(lines[at].text, fields, first=at == first):
            at += 1
    _put(fields, "CY", lines[first:at])
    return at


def _reads_as_rights(line: str, fields: Fields, *, first: bool) -> bool:
    """« © 2022 La Gazette »; right under the language also « La Gazette 2022 »."""
    words = len(line.split())
    if _RIGHTS.fullmatch(line):
        return words <= _LONGEST_RIGHTS
    years = {year for part in fields["PD"] for year in _YEAR.findall(part.text)}
    name = " ".join(part.text for part in fields.get("SN", ())).casefold()
    named = first and bool(name) and name in line.casefold() and any(year in line for year in years)
    return words <= _LONGEST_NOTE and (named or line.startswith(tuple(years)))


def _text(lines: Sequence[Line], fields: Fields) -> None:
    """The text, and under it notes or, where nothing is marked, the publisher: short, no sentence, a company's name."""
    last = len(lines)
    if any(line.kind == "text" for line in lines):
        while lines[last - 1].kind == "note" and len(lines[last - 1].text.split()) <= _LONGEST_NOTE:
            last -= 1
    elif last > 1:
        line = lines[-1].text
        source = " ".join(part.text for part in fields.get("SN", ()))
        named = bool(_PUBLISHER.search(line)) or line.casefold() == source.casefold()
        short = len(line.split()) <= _LONGEST_PUBLISHER and not line.endswith((".", "!", "?", "…", "»", ")"))
        last -= named and short
    _put(fields, "TD", lines[:last])
    _put(fields, "PUB", lines[last:])
