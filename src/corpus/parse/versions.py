"""When items of agencies were made, and which of their versions is the newest."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_COMPACT = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)


def instant(written: str) -> str:
    """A date of digits as ISO 8601 writes it; any other as it is.

    >>> instant("20220112T070400+0100"), instant("20220112"), instant("12 janvier 2022")
    ('2022-01-12T07:04:00+01:00', '2022-01-12', '12 janvier 2022')
    """
    written = written.strip()
    if not (found := _COMPACT.fullmatch(written)):
        return written
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    zone = "Z" if zone in ("Z", "+0000", "+00:00") else f"{zone[:3]}:{zone[-2:]}" if zone else ""
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone}"


def version_of(number: str, created: str) -> str | None:
    """A string that sorts as the versions of an item do: its number, then when it was made, in UTC; None for none."""
    digits = re.fullmatch(r"\s*(\d{1,18})\D*", number or "")
    count = digits[1].zfill(18) if digits else ""
    try:
        moment = datetime.fromisoformat(instant(created)) if created else None
        if moment is not None:
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        moment = None
    made = moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
    return " ".join(part for part in (count, made) if part) or None
