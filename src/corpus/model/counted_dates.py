"""Dates that a bare number counts to: seconds since 1970, or days and fractions of days as Excel has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from corpus.model.edtf import DateError

COUNTS = ("epoch", "epoch-milliseconds", "excel-1900", "excel-1904")
"""What a number may count, as ``date_format`` of source.yaml says it: seconds, thousandths, days of Excel."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXCEL = {"excel-1900": datetime(1899, 12, 30, tzinfo=UTC), "excel-1904": datetime(1904, 1, 1, tzinfo=UTC)}
_FIRST_SURE_DAY = 61
"""1 March 1900 in workbooks that count from 1900: Excel counts a 29 February that this year did not have."""


def date_of_count(number: str, counts: str) -> str:
    """The EDTF of a decimal number: an instant in UTC for seconds, a day, or day and time without zone, for Excel.

    >>> date_of_count("1677825000", "epoch"), date_of_count("43465.25", "excel-1904")
    ('2023-03-03T06:30:00Z', '2023-01-01T06:00')

    Raises:
        DateError: the number counts to no day from the year 1 to 9999, to one before March 1900 that Excel miscounts,
            or it is whole, from 1000 to 2999, and in a column of Excel's days: it may be a year.
    """
    try:
        return _of_seconds(number, counts) if counts.startswith("epoch") else _of_days(number, counts)
    except OverflowError:
        raise DateError("no such date: the number is too great", "date-impossible") from None


def _of_seconds(number: str, counts: str) -> str:
    whole, _, fraction = number.partition(".")
    seconds, part = int(whole), fraction
    if counts == "epoch-milliseconds":
        seconds, thousandths = divmod(int(whole), 1000)
        part = f"{thousandths:03}{fraction}"
    elif part.strip("0") and number.startswith("-"):
        raise DateError("no such date: a fraction of a second before 1970", "date-impossible")
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}".zfill(19) + (f".{part}" if part.strip("0") else "") + "Z"


def _of_days(number: str, counts: str) -> str:
    whole, _, fraction = number.partition(".")
    in_day = bool(fraction.strip("0"))
    if not in_day and 1000 <= int(whole) <= 2999:
        hint = f"write {whole} in EDTF as 2023-03 or 2023-03-01 are, or leave `date_format` out of source.yaml"
        raise DateError("a year, or a day that Excel counts", "date-ambiguous", hint)
    days = float(number)
    if days < (_FIRST_SURE_DAY if counts == "excel-1900" else 0):
        raise DateError("no such date: Excel does not count days before March 1900 rightly", "date-impossible")
    moment = _EXCEL[counts] + timedelta(seconds=round(days * 86400))
    day = f"{moment:%Y-%m-%d}"
    if not in_day:
        return day
    return f"{day}T{moment:%H:%M:%S}" if moment.second else f"{day}T{moment:%H:%M}"
