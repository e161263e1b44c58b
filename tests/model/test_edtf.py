"""Dates at the precision of the source, with the days that they can mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.edtf import DateError, bounds, date_in_path

days = st.dates(min_value=date(1, 1, 1))


@given(days, st.sampled_from(["year", "month", "day", "instant"]), st.sampled_from(["", "Z", "+01:00", "-1130"]))
def test_the_bounds_of_a_date_contain_it_and_are_in_order(day: date, precision: str, zone: str) -> None:
    iso = day.isoformat()
    edtf = {"year": iso[:4], "month": iso[:7], "day": iso, "instant": f"{iso}T14:30{zone}"}[precision]
    earliest, latest = bounds(edtf)
    assert earliest <= iso <= latest
    assert (earliest[: len(edtf)], latest[: len(edtf)]) == (edtf[:10], edtf[:10])
    if precision in ("day", "instant"):
        assert earliest == latest == iso
    assert date.fromisoformat(earliest) <= date.fromisoformat(latest)


@given(days)
def test_the_day_behind_the_last_one_is_in_another_month(day: date) -> None:
    _, latest = bounds(day.isoformat()[:7])
    last = date.fromisoformat(latest)
    if last < date.max:
        assert date.fromordinal(last.toordinal() + 1).day == 1


@given(st.text(st.sampled_from("0123456789-T:+Z. \n٢２"), max_size=25))
def test_a_string_is_a_date_or_a_date_error(text: str) -> None:
    try:
        earliest, latest = bounds(text)
    except DateError:
        return
    assert text.isascii()
    assert text == text.strip()
    assert earliest <= latest


@pytest.mark.parametrize("wrong", ["2023-02-30", "2023-13", "0000", "2023-00", "2023-03-01T24:00", "2023-03-01T10:60"])
def test_what_no_calendar_has_is_refused(wrong: str) -> None:
    with pytest.raises(DateError, match="no such date"):
        bounds(wrong)


@pytest.mark.parametrize("wrong", ["2023-3", "23-03-01", "2023-03-01\n", "2023/03", "2023-03-01T1", "٢٠٢٣", ""])
def test_what_is_no_edtf_is_refused(wrong: str) -> None:
    with pytest.raises(DateError, match="not an EDTF date"):
        bounds(wrong)


@given(st.dates(min_value=date(1600, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(["-", "_"]))
def test_a_path_that_opens_with_a_date_says_it(day: date, mark: str) -> None:
    iso = day.isoformat()
    assert date_in_path(f"archives/{iso.replace('-', mark)}-pont.txt") == iso
    assert date_in_path(f"{iso[:4]}/{iso[5:7]}/pont.txt") == iso[:7]


@pytest.mark.parametrize("path", ["pont-2023-03.txt", "2023.jsonl", "12023-03-01.txt", "2023-13-01.txt", "2150-01.txt"])
def test_a_path_that_merely_holds_digits_says_no_date(path: str) -> None:
    assert date_in_path(path) is None
