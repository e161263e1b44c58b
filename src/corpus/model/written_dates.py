"""Dates as people, databases and programs write them, as EDTF at the precision written: one reader for all shapes.

What may mean two days is not read, unless ``date_format`` of source.yaml says which is meant; then years of
two digits are read as well, by POSIX's rule (69-99 are 1969-1999, 00-68 are 2000-2068). A zone whose letters
stand for several (``CST``, ``BST``, ``IST``) is left out, as an instant means the day of its own clock. A
weekday that the date does not have makes it a problem: one of the two is wrong. Where a line says when
something was published and when it was changed, it is the first that counts.

A language is added in written_date_words.py, a form of days in ``_FORMS``, one of hours in written_times.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache

from corpus.model.counted_dates import COUNTS, date_of_count
from corpus.model.edtf import DateError, bounds
from corpus.model.meant_dates import meant_by
from corpus.model.program_dates import date_of_program
from corpus.model.written_date_words import FILLERS, MONTHS, OTHER_DAY, PUBLISHED, WEEKDAYS
from corpus.model.written_spans import span_of
from corpus.model.written_times import time_before, time_behind, zone_of

_ORDERS = ("day-first", "month-first")
FORMATS = (*_ORDERS, *COUNTS)
"""What ``date_format`` of source.yaml may be: which number comes first, or what a bare number counts."""

_WANTED = "a date such as 2023-03, 2023-03-03, 2023-03-03T14:30+01:00 (EDTF) or 3 mars 2023"
_LONGEST = 300
"""Characters of a date, or of a line that is looked through for one."""

_WRITE = "write it as year, month and day: 2023-03-01, 2023-03 or 2023"
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})(?![a-z])\.?"
_DAY = r"(?<![\d.,/:+-])(?P<day>\d{1,2})(?![\d:])(?:er|e|re|o|a|st|nd|rd|th|\.)?(?![a-ce-np-z])"
_YEAR = r"(?P<year>[1-9]\d{3})(?![\d:])"
_FORMS = (
    re.compile(
        r"(?<![\d.,/:+-])(?P<year>\d{4})(?P<mark>[-/.])(?P<month_number>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"
    ),
    re.compile(
        r"(?<![\d.,/:+-])(?P<one>\d{1,2})(?P<mark>[-/.]|\. | / )(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)(?![\d:.])"
    ),
    re.compile(
        rf"{_DAY}[ ,./-]*(?:de |of |d'|di )?{_MONTH}[ ,./-]*(?:de |del |of )?"
        r"(?P<year>[1-9]\d{3}|\d\d(?! ?h))(?![\d:])"
    ),
    re.compile(
        rf"(?<![a-z]){_MONTH} ?{_DAY},?(?: (?P<between>\d\d?:\d\d(?::\d\d)?(?: [a-z]{{1,4}}| [+-]\d{{4}})?))?"
        rf",? ?{_YEAR}"
    ),
    re.compile(rf"(?<![a-z\d]){_MONTH} ?,? ?(?:de |del |of )?{_YEAR}"),
    re.compile(r"(?<![\d.,/:+-])(?P<month_number>\d{1,2})(?P<mark>[-/.])(?P<year>[12]\d{3})(?![\d:.])"),
)
_PLAIN = re.compile(r"(?:(?:([^\W\d]+\.?),? )?([0-9]{1,2})(?:er)? )?([^\W\d]+)\.? ([12][0-9]{3})")
_ISO = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[Tt ]?([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:[.,]([0-9]+))?)?"
    r" ?(Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_RANGE = re.compile(r"\d(?:er)? ?(?:-|–|—|/|au|et|ou|to|and|und|bis|y|al?|e|en|tot) ?(?:le )?$")
_YEAR_MONTH = re.compile(r"(?P<year>[12][0-9]{3})[/.](?P<next>[0-9]{2})")
_NO_YEAR = re.compile(
    rf"{_DAY}[ ./-]*(?:de |of |di )?{_MONTH}|(?<![a-z]){_MONTH.replace('month', 'm')} ?{_DAY.replace('day', 'd')}"
)
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_WEEKDAY_FIRST = re.compile(rf"^[\s,(]*(?:{_WEEKDAY})(?![a-z])[\s,.)]*")
_WEEKDAY_LAST = re.compile(rf"(?<![a-z])({_WEEKDAY})(?:[., ]|le |den |the |el |il |de |dia |dem )*$")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_LABEL = re.compile(rf"(?<![a-z])(?:(?P<published>{'|'.join(PUBLISHED)})|(?P<other>{'|'.join(OTHER_DAY)}))")


def edtf_of(written: str, date_format: str | None = None) -> str | None:
    """The EDTF of a written date, at the precision written; None where it is no date, or may be several.

    ``date_format`` is one of ``FORMATS``, what source.yaml declares.

    >>> edtf_of("1er mars 2023"), edtf_of("Fri, 03 Mar 2023 06:30:00 +0100"), edtf_of("2023-03?")
    ('2023-03-01', '2023-03-03T06:30:00+01:00', '2023-03?')
    >>> edtf_of("Publié le 3 mars 2023 à 6 h 30, mis à jour le 9 mars 2023")
    '2023-03-03T06:30'
    >>> edtf_of("12/01/2022"), edtf_of("12/01/2022", "day-first"), edtf_of("25/12/2022")
    (None, '2022-01-12', '2022-12-25')
    """
    reading = _reading(written.strip()[: _LONGEST + 1], date_format)
    return reading if isinstance(reading, str) else None


def fault_of(written: str, date_format: str | None = None) -> tuple[str, str, str] | None:
    """Why a written date cannot be read, as rule, what is wanted, and what to try; None for one that can.

    >>> fault_of("12/01/2022")[2]
    'add `date_format: day-first` (2022-01-12) or `date_format: month-first` (2022-12-01) to source.yaml'
    """
    reading = _reading(written.strip()[: _LONGEST + 1], date_format)
    return None if isinstance(reading, str) else reading


def date_in(line: str, date_format: str | None = None) -> str | None:
    """When a line with other words says that something was published; None where it says no day, or that of a change.

    EDTF; but a date in numbers stays as written, for a whole source to prove its order, and so does one that is none.

    >>> date_in("Par Enora Kervizic - vendredi 12 mai 2023 - Imprimer"), date_in("Mis à jour le 9 mars 2023")
    ('2023-05-12', None)
    """
    with suppress(DateError):
        segment = _published(_folded(line[:_LONGEST]))
        found = _first(segment)
        while found and (
            _RANGE.search(segment[: found.start()])  # « du 3 au 5 mars 2023 » is not the 5th
            or (len(found["year"]) == 2 and date_format not in _ORDERS)  # « 3 mars, 20 minutes »
            or (len(found["year"]) == 4 and not "1500" <= found["year"] < "2200")  # « 3 mars, 7500 personnes »
        ):
            segment = segment[found.end() :]
            found = _first(segment)
        if found:
            with suppress(DateError):
                edtf = _dated(segment, found, date_format, strict=False)
                numbers = f"{found[0]} {edtf[11:]}".strip()
                return numbers if "one" in found.groupdict() and edtf_of(numbers, date_format) == edtf else edtf
            return found[0]
    return None


def label_of(words: str) -> str | None:
    """Whether words before a date say that it is that of publication, ``published``, or ``other``; None if neither.

    Of several labels the last counts.

    >>> label_of("Publié le"), label_of("Publié le 3 mars, mis à jour le"), label_of("Brest, le")
    ('published', 'other', None)
    """
    labels = list(_LABEL.finditer(_folded(words[-_LONGEST:])))
    return labels[-1].lastgroup if labels else None


def order_proved(written: Iterable[str]) -> str | None:
    """What the dates of a whole source prove of their order: ``day-first``, ``month-first``, None for nothing.

    A single 25/12/2022 proves it, unless another date says the opposite. Where all numbers stand around the name of a
    month, « 1-mars-23 », there is nothing to prove.

    >>> order_proved(["12/01/2022", "25/12/2022"]), order_proved(["12/01/2022"]), order_proved(["13/01/22", "01/13/22"])
    ('day-first', None, None)
    """
    possible = set(_ORDERS)
    undecided = True
    numbers, named = False, ""
    for one in written:
        folded = _folded(one[:_LONGEST])
        found = _FORMS[1].search(folded)
        if not found:
            if not named and (words := _FORMS[2].fullmatch(folded)) and len(words["year"]) == 2:
                named = "day-first"  # « 1-mars-23 » says its order, and needs but the century
            continue
        if not (readings := _readings(found, _FORMS[1].sub(" | ", found.string))):
            continue
        numbers = True
        if len(readings) == 1:
            undecided = False
            possible &= set(readings)
    if named and not numbers:
        return named
    return None if undecided or len(possible) != 1 else possible.pop()


@lru_cache(maxsize=65536)
def _reading(written: str, date_format: str | None) -> str | tuple[str, str, str]:
    """The EDTF, or the problem as rule, what is wanted, and what to try."""
    try:
        edtf = date_of_program(written) or _read(written, date_format)
        bounds(edtf)
    except DateError as error:
        said = str(error)
        if error.rule == "date-invalid" and not error.hint and (span := span_of(_folded(written))):
            return span
        if error.rule == "date-invalid" and not error.hint and (meant := meant_by(_folded(written))):
            return error.rule, _WANTED, f"did you mean {meant}?"
        hint = error.hint if error.hint.startswith(("add ", "did ", "write it ")) else f"{said}; {error.hint or _WRITE}"
        return error.rule, _WANTED, hint
    return edtf


def _read(text: str, date_format: str | None) -> str:
    if len(text) > _LONGEST:
        raise DateError("more than a date", "date-invalid")
    if date_format in COUNTS and _NUMBER.fullmatch(text):
        return date_of_count(text, date_format)
    try:
        bounds(text)
    except DateError as error:
        if error.rule == "date-impossible" or error.hint:
            raise
    else:
        return text
    if (found := _ISO.fullmatch(text)) and (text[4] == "-") == (text[7:8] == "-") and text[4:5].strip():
        day, clock = "-".join(found.groups()[:3]), ""
        if found[4]:
            clock = (
                f"T{found[4]}:{found[5]}" + (f":{found[6]}" if found[6] else "") + (f".{found[7]}" if found[7] else "")
            )
        if not text.isdigit() or len(text) in (8, 12, 14):
            return day + clock + zone_of((found[8] or "").lower())
    if (found := _YEAR_MONTH.fullmatch(text)) and int(found["next"]) != (int(found["year"]) + 1) % 100:
        return f"{found['year']}-{found['next']}"  # 2011/12 may also be a winter
    if (plain := _PLAIN.fullmatch(text)) and (month := MONTHS.get(plain[3].lower())):
        if not plain[2]:
            return f"{plain[4]}-{month:02}"
        weekday = WEEKDAYS.get((plain[1] or "").lower().rstrip("."))
        if weekday is not None or plain[1] in (None, "le", "Le"):
            return _day(int(plain[4]), month, int(plain[2]), weekday).isoformat()
    return _in_words(text, date_format)


def _in_words(text: str, date_format: str | None) -> str:
    """A date in a text that may say nothing else."""
    folded = _folded(text)
    if not _DIGIT.search(folded):
        raise DateError("no date" if folded else "nothing", "date-invalid")
    segment = _published(folded)
    found = _first(segment)
    if not found:
        raise _unread(text, segment)
    return _dated(segment, found, date_format, strict=True)


def _unread(text: str, segment: str) -> DateError:
    """Why there is no date, with what would make it one."""
    if text.isdigit():
        with suppress(DateError, ValueError):
            if 9 <= len(text) <= 10:
                return DateError("a bare number", "date-ambiguous", _declare({"epoch": date_of_count(text, "epoch")}))
            if 12 <= len(text) <= 13:
                day = date_of_count(text, "epoch-milliseconds")
                return DateError("a bare number", "date-ambiguous", _declare({"epoch-milliseconds": day}))
            if len(text) == 5:
                days = {kind: date_of_count(text, kind) for kind in ("excel-1900", "excel-1904")}
                return DateError("a bare number", "date-ambiguous", _declare(days))
    if found := _YEAR_MONTH.fullmatch(text):
        year, after = found["year"], found["next"]
        return DateError(
            "a month or two years", "date-ambiguous", f"write it as {year}-{after} or {year}/{year[:2]}{after}"
        )
    if _NO_YEAR.search(segment):
        return DateError("a day without its year", "date-invalid")
    return DateError("not a date that can be read", "date-invalid")


def _folded(text: str) -> str:
    """Lower case without accents, every space as one: what the forms are written in."""
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
        text = text.replace("\u2019", "'")
    return " ".join(text.lower().split())


def _published(folded: str) -> str:
    """The part of a line that says when something was published: « publié le … » before what has no label.

    A day without its year takes that of the change in the same line: « publié le 3 mars, mis à jour le 9 mars 2023 ».
    """
    labels = list(_LABEL.finditer(folded))
    if not labels:
        return folded
    ends = [label.start() for label in labels[1:]] + [len(folded)]
    parts = [(label.lastgroup, folded[label.end() : end]) for label, end in zip(labels, ends, strict=True)]
    parts.insert(0, ("none", folded[: labels[0].start()]))
    dated = [(kind, part) for kind, part in parts if _DIGIT.search(part)]
    chosen = next((part for wanted in ("published", "none") for kind, part in dated if kind == wanted), None)
    if chosen is None:
        raise DateError("the day of a change, and not of publication" if dated else "no date", "date-invalid")
    if parts[-1][0] == "other" and not _DIGIT.search(parts[-1][1]):
        raise DateError("a date that may be that of a change", "date-invalid")
    changed = next((part for kind, part in dated if kind == "other"), "")
    if changed and not _first(chosen) and (bare := _NO_YEAR.search(chosen)) and (later := _first(changed)):
        with suppress(DateError):
            last = _dated(changed, later, None, strict=False)[:10]
            for year in (int(last[:4]), int(last[:4]) - 1):
                meant = f"{chosen[: bare.end()]} {year}{chosen[bare.end() :]}"
                if (first := _first(meant)) and _dated(meant, first, None, strict=False)[:10] <= last:
                    return meant
    return chosen


def _first(segment: str) -> re.Match[str] | None:
    """The first date of a text, of those that begin at one place the fullest."""
    found = [match for form in _FORMS if (match := form.search(segment))]
    return min(found, key=re.Match.start, default=None)


def _dated(segment: str, found: re.Match[str], date_format: str | None, *, strict: bool) -> str:
    """The EDTF of a date that a form found; where ``strict``, nothing unknown may stand around it."""
    before, behind = segment[: found.start()], segment[found.end() :]
    parts = found.groupdict()
    weekday = _weekday(before, behind)
    if "one" in parts:
        day = _one_of(found, before + " | " + behind, date_format).isoformat()
    elif parts.get("day"):
        year = _full_year(found, date_format)
        day = _day(year, _month(parts), int(parts["day"]), weekday).isoformat()
    else:
        day = f"{parts['year']}-{_month(parts):02}"
    clock = ""
    if parts.get("between"):
        clock, _ = time_behind(parts["between"])
    elif len(day) == 10:
        after = _WEEKDAY_FIRST.sub(" ", behind, count=1)
        clock, end = time_behind(after)
        if clock:
            behind = after[end:]
        elif strict:
            clock, end = time_before(before)
            before = before[:end]
    if strict:
        _check_rest(before, behind)
    return day + clock


def _weekday(before: str, behind: str) -> int | None:
    found = _WEEKDAY_LAST.search(before)
    if found:
        return WEEKDAYS[found[1]]
    found = _WEEKDAY_FIRST.match(behind)
    return WEEKDAYS[found[0].strip(" ,.()")] if found else None


def _check_rest(before: str, behind: str) -> None:
    """Refuse what is neither a filler nor an edition: « 12 et 13 mars 2023 », « 3 mars 2023 ou après »."""
    behind = re.sub(r"[,;] ?[^,;\d]*\bedi(?:tion|cion|zione)[^,;\d]*$|, ?ausgabe[^,;\d]*$", "", behind)
    for part in (before, behind):
        words = _WORD.findall(part)
        if _DIGIT.search(part) or any(word not in FILLERS and word not in WEEKDAYS for word in words):
            raise DateError("more than a date", "date-invalid")


def _month(parts: dict[str, str]) -> int:
    return MONTHS[parts["month"]] if parts.get("month") else int(parts["month_number"])


def _full_year(found: re.Match[str], date_format: str | None) -> int:
    year = int(found["year"])
    if len(found["year"]) == 4:
        return year
    if date_format in _ORDERS:
        return year + (1900 if year >= 69 else 2000)
    hint = "add `date_format: day-first` to source.yaml, so that 69 to 99 are of the 20th century, 00 to 68 of the 21st"
    raise DateError("a year of two digits", "date-ambiguous", hint)


def _day(year: int, month: int, day: int, weekday: int | None) -> date:
    """The day, which must be one and have that weekday."""
    try:
        meant = date(year, month, day)
    except ValueError as error:
        hint = f"write {year:04}-{month:02} if the day is not known" if 1 <= month <= 12 and year else ""
        raise DateError(f"no such date: {error}", "date-impossible", hint) from None
    if weekday not in (None, meant.weekday()):
        hint = f"write {meant} if the day is right and its name wrong"
        raise DateError(f"no such date: {meant} is a {meant:%A}", "date-impossible", hint)
    return meant


def _readings(found: re.Match[str], around: str) -> dict[str, date]:
    """The days that two numbers and a year may mean, by the order that they are then in."""
    one, two = int(found["one"]), int(found["two"])
    year = _full_year(found, "day-first")
    before, _, behind = around.partition(" | ")
    weekday = _weekday(before, behind)
    days = {}
    for order, (day, month) in (("day-first", (one, two)), ("month-first", (two, one))):
        with suppress(DateError):
            days[order] = _day(year, month, day, weekday)
    return days


def _one_of(found: re.Match[str], around: str, date_format: str | None) -> date:
    """The one day that numbers mean, by what is declared or as no other is possible."""
    days = _readings(found, around)
    if date_format in days:
        return days[date_format]
    if not days:
        raise DateError("no such date: neither reading of the numbers is a day", "date-impossible")
    if date_format in _ORDERS:
        raise DateError(f"source.yaml says {date_format}, and this is not", "date-impossible", _declare(days))
    if len(found["year"]) == 4 and len(set(days.values())) == 1:
        return next(iter(days.values()))
    raise DateError("a date that may mean several days", "date-ambiguous", _declare(days))


def _declare(days: Mapping[str, object]) -> str:
    return f"add {' or '.join(f'`date_format: {order}` ({day})' for order, day in days.items())} to source.yaml"
