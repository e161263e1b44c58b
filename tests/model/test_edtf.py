"""Dates at the precision of the source, with the days that they can mean."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import schema
from corpus.model.edtf import DateError, bounds, date_in_path, fault

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


@pytest.mark.parametrize(
    ("edtf", "earliest", "latest"),
    [
        ("2023-03?", "2023-03-01", "2023-03-31"),
        ("2023-03-03~", "2023-03-03", "2023-03-03"),
        ("2023%", "2023-01-01", "2023-12-31"),
        ("2023-XX", "2023-01-01", "2023-12-31"),
        ("2023-XX-XX", "2023-01-01", "2023-12-31"),
        ("2024-02-XX", "2024-02-01", "2024-02-29"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("19XX", "1900-01-01", "1999-12-31"),
        ("2023-21", "2023-03-01", "2023-05-31"),
        ("2023-22", "2023-06-01", "2023-08-31"),
        ("2023-23~", "2023-09-01", "2023-11-30"),
        ("2023-24", "2023-12-01", "2024-02-29"),
        ("2023-03-01/2023-03-05", "2023-03-01", "2023-03-05"),
        ("2023-03/2023-04", "2023-03-01", "2023-04-30"),
        ("2023-03/2023-03-05", "2023-03-01", "2023-03-31"),
        ("2022/2023-02", "2022-01-01", "2023-02-28"),
        ("2023-24/2024-21?", "2023-12-01", "2024-05-31"),
        ("2023-03-01T10:00:00.123456789012Z", "2023-03-01", "2023-03-01"),
    ],
)
def test_edtf_of_level_1_has_true_first_and_last_days(edtf: str, earliest: str, latest: str) -> None:
    assert bounds(edtf) == (earliest, latest)
    assert fault(edtf) is None
    rules = schema.schema("article")["properties"]
    assert re.search(rules["date"]["pattern"], edtf)


@given(days, days, st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]), st.sampled_from(["", "?", "~", "%"]))
def test_an_interval_spans_both_its_ends(one: date, other: date, long: int, short: int, doubt: str) -> None:
    first, last = sorted((one, other))
    edtf = f"{first.isoformat()[:long]}/{last.isoformat()[:short]}{doubt}"
    earliest, latest = bounds(edtf)
    assert earliest == bounds(first.isoformat()[:long])[0]
    assert latest == max(bounds(first.isoformat()[:long])[1], bounds(last.isoformat()[:short])[1])


@pytest.mark.parametrize(
    ("wrong", "rule", "hint"),
    [
        ("2023-03-01/..", "date-invalid", "write 2023-03-01 if that is the date, or both ends of the interval"),
        ("../2023-03", "date-invalid", "an interval without a beginning"),
        ("2023-04/2023-03", "date-impossible", "write 2023-03/2023-04"),
        ("2023-25", "date-impossible", "write 2023 if the month is not known"),
        ("2023-02-30", "date-impossible", "write 2023-02 if the day is not known"),
        ("2023-03-01T24:00", "date-impossible", "write 2023-03-01 if the hour is not known"),
        ("9999-24", "date-impossible", "write 9999 if the month is not known"),
        ("Y170000", "date-impossible", "years are 0001 to 9999"),
        ("-0044", "date-impossible", "years are 0001 to 9999"),
        ("00XX", "date-impossible", "year 0"),
        ("2023-3-1", "date-invalid", "did you mean 2023-03-01?"),
        ("2023/03/01", "date-invalid", "did you mean 2023-03-01?"),
        ("2023/3?", "date-invalid", "did you mean 2023-03??"),
        ("2023-03-01 06:30", "date-invalid", "did you mean 2023-03-01T06:30?"),
        ("2023-3-32", "date-invalid", "not an EDTF date"),
        ("../..", "date-invalid", "not an EDTF date"),
        ("mars", "date-invalid", "not an EDTF date"),
    ],
)
def test_what_is_wrong_with_a_date_is_said_with_something_to_type(wrong: str, rule: str, hint: str) -> None:
    found = fault(wrong)
    assert found is not None
    assert found[0] == rule
    assert hint in found[2]


@pytest.mark.parametrize("wrong", ["2023-02-30", "2023-13", "0000", "2023-00", "2023-03-01T24:00", "2023-03-01T10:60"])
def test_what_no_calendar_has_is_refused(wrong: str) -> None:
    with pytest.raises(DateError, match="no such date"):
        bounds(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        *("2023-3", "23-03-01", "2023-03-01\n", "2023/03", "2023-03-01T1", "٢٠٢٣", ""),
        *("XXXX", "2023-XX-05", "202X-03", "2023??", "2023-03/", "2023-03-01T10:00/2023-03-02"),
    ],
)
def test_what_is_no_edtf_is_refused(wrong: str) -> None:
    with pytest.raises(DateError, match=r"not an EDTF date|without an end"):
        bounds(wrong)


@given(st.dates(min_value=date(1600, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(["-", "_"]))
def test_a_path_that_opens_with_a_date_says_it(day: date, mark: str) -> None:
    iso = day.isoformat()
    assert date_in_path(f"archives/{iso.replace('-', mark)}-pont.txt") == iso
    assert date_in_path(f"{iso[:4]}/{iso[5:7]}/pont.txt") == iso[:7]


@pytest.mark.parametrize("path", ["pont-2023-03.txt", "2023.jsonl", "12023-03-01.txt", "2023-13-01.txt", "2150-01.txt"])
def test_a_path_that_merely_holds_digits_says_no_date(path: str) -> None:
    assert date_in_path(path) is None
