"""Dates as people, databases and programs write them: read in one way, or a problem that says what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.counted_dates import date_of_count
from corpus.model.edtf import bounds
from corpus.model.written_dates import FORMATS, date_in, edtf_of, fault_of, label_of, order_proved


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        # EDTF, as it is.
        ("2023-03-03T06:30+0100", "2023-03-03T06:30+0100"),
        ("2023-03?", "2023-03?"),
        ("202X", "202X"),
        ("2023-21", "2023-21"),
        ("2023-03-01/2023-03-05", "2023-03-01/2023-03-05"),
        # Programs and databases.
        ("01mar2015", "2015-03-01"),
        ("14mar2015 06:30:00", "2015-03-14T06:30:00"),
        ("01MAR2015:06:30:00", "2015-03-01T06:30:00"),
        ("2023 03 01", "2023-03-01"),
        ("1998-03-00", "1998-03"),
        ("1998-00-00", "1998"),
        ("00/07/2010", "2010-07"),
        ("2018-07-25 09:20:13", "2018-07-25T09:20:13"),
        ("2018-07-25 00:00:00", "2018-07-25T00:00:00"),
        ("2018-07-25 09:20:13.1234567", "2018-07-25T09:20:13.1234567"),
        ("2021-02-02T07:22:27.4088598Z", "2021-02-02T07:22:27.4088598Z"),
        ("2018-07-25T09:20:13,5", "2018-07-25T09:20:13.5"),
        ("2018-07-25 09:20:13+0100", "2018-07-25T09:20:13+01:00"),
        ("2018-07-25 09:20:13 +01:00", "2018-07-25T09:20:13+01:00"),
        ("2018-07-25 09:20:13+01", "2018-07-25T09:20:13+01:00"),
        ("2018-07-25 09:20 UTC", "2018-07-25T09:20Z"),
        ("2018-07-25 09:20 GMT", "2018-07-25T09:20Z"),
        ("2018-07-25t09:20z", "2018-07-25T09:20Z"),
        ("20140829T134951+0000", "2014-08-29T13:49:51+00:00"),
        ("20140829T134951Z", "2014-08-29T13:49:51Z"),
        ("20140829", "2014-08-29"),
        ("20140829134951", "2014-08-29T13:49:51"),
        ("2023/03/12", "2023-03-12"),
        ("2023.3.1", "2023-03-01"),
        ("2023-3-1", "2023-03-01"),
        ("2023/03", "2023-03"),
        ("Fri, 03 Mar 2023 06:30:00 +0100", "2023-03-03T06:30:00+01:00"),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37"),
        ("Mon Jan 02 17:03:00 CET 2017", "2017-01-02T17:03:00+01:00"),
        ("Thu, 12 May 2011 00:00:00 EST", "2011-05-12T00:00:00-05:00"),
        ("Thu, 12 May 2011 00:00:00 CST", "2011-05-12T00:00:00"),  # of Chicago or of Shanghai
        ("Fri Mar 03 2023 06:30:00 GMT+0100 (Central European Time)", "2023-03-03T06:30:00+01:00"),
        ("Wed, 07 Jul 3013 15:06:01 +0000", "3013-07-07T15:06:01+00:00"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01.79"),
        # French.
        ("1er mars 2023", "2023-03-01"),
        ("1ᵉʳ mars 2023", "2023-03-01"),
        ("3 sept. 2023", "2023-09-03"),
        ("3\xa0août\u202f2023", "2023-08-03"),
        ("mars 2023", "2023-03"),
        ("fevrier 2023", "2023-02"),
        ("FÉVRIER 2023", "2023-02"),
        ("samedi 12 mars 2022", "2022-03-12"),
        ("le samedi 12 mars 2022", "2022-03-12"),
        ("samedi 12 mars 2022 - 08:15", "2022-03-12T08:15"),
        ("12 janvier 2022 à 08h15", "2022-01-12T08:15"),
        ("12 janvier 2022 à 8 h 15", "2022-01-12T08:15"),
        ("12 janvier 2022, 8 heures", "2022-01-12T08:00"),
        ("17 h 03, le 2 janvier 2023", "2023-01-02T17:03"),
        ("lundi 2 janvier 2023 à 17h03 (heure de Paris)", "2023-01-02T17:03"),
        ("Mardi, 5 mars 2024 - 18:10:00 -0000", "2024-03-05T18:10:00Z"),
        ("jeudi 5 octobre 2023 - 06:12 UTC +02:00", "2023-10-05T06:12+02:00"),
        ("12 mars 2022 (samedi)", "2022-03-12"),
        # English.
        ("May 2, 2002, Thursday,, FINAL EDITION", "2002-05-02"),
        ("September 30, 2015 Wednesday 9:03 AM GMT", "2015-09-30T09:03Z"),
        ("30 May 2014 Friday", "2014-05-30"),
        ("December 19, 1991", "1991-12-19"),
        ("Thursday 2 May 2002", "2002-05-02"),
        ("the 2nd of May 2002", "2002-05-02"),
        ("May 2nd, 2002 12:05 am", "2002-05-02T00:05"),
        ("2 May 2002 3pm", "2002-05-02T15:00"),
        # Others.
        ("29. Dezember 2011", "2011-12-29"),
        ("Fr., 3. März 2023, 14.30 Uhr", "2023-03-03T14:30"),
        ("3 de marzo de 2023", "2023-03-03"),
        ("3 marzo 2023", "2023-03-03"),
        ("vr 3 maart 2023", "2023-03-03"),
        ("3 de março de 2023", "2023-03-03"),
        # Numbers that can be read in one way.
        ("25/12/2022", "2022-12-25"),
        ("12/25/2022", "2022-12-25"),
        ("03/03/2023", "2023-03-03"),
        ("25.12.2022 08:15", "2022-12-25T08:15"),
        ("mercredi 12/01/2022", "2022-01-12"),
        ("03/2023", "2023-03"),
        # Which of several days.
        ("publié le 3 mars 2023", "2023-03-03"),
        ("Publié le 3 mars 2023, mis à jour le 9 mars 2023", "2023-03-03"),
        ("Mis à jour le 9 mars 2023, publié le 3 mars 2023", "2023-03-03"),
        ("3 mars 2023, modifié le 9 mars 2023", "2023-03-03"),
        ("Publié le 3 mars 2023 à 6h30 | Expire le 9 mars 2024", "2023-03-03T06:30"),
        ("Publié le 03/03/2023 à 06h30 - Mis à jour le 09/03/2023 à 10h00", "2023-03-03T06:30"),
        ("Publié le 3 mars, mis à jour le 9 mars 2023", "2023-03-03"),
        ("Publié le 30 décembre, mis à jour le 2 janvier 2023", "2022-12-30"),
        ("Published 3 March 2023, last updated 9 March 2023", "2023-03-03"),
        ("Veröffentlicht am 3. März 2023, aktualisiert am 9. März 2023", "2023-03-03"),
    ],
)
def test_a_date_is_read_at_the_precision_written(written: str, edtf: str) -> None:
    assert edtf_of(written) == edtf
    assert edtf_of(f"  {written}\n") == edtf
    assert fault_of(written) is None


@pytest.mark.parametrize(
    ("written", "rule", "hint"),
    [
        ("12/01/2022", "date-ambiguous", "add `date_format: day-first` (2022-01-12) or `date_format: month-first`"),
        ("12.01.2022", "date-ambiguous", "(2022-01-12)"),
        ("12-01-2022 08:15", "date-ambiguous", "(2022-12-01)"),
        ("12/01/22", "date-ambiguous", "(2022-12-01) to source.yaml"),
        ("25/12/22", "date-ambiguous", "add `date_format: day-first` (2022-12-25) to source.yaml"),
        ("3 mars 23", "date-ambiguous", "add `date_format: day-first` to source.yaml"),
        ("1677825000", "date-ambiguous", "add `date_format: epoch` (2023-03-03T06:30:00Z) to source.yaml"),
        ("1677825000000", "date-ambiguous", "add `date_format: epoch-milliseconds`"),
        ("44927", "date-ambiguous", "`date_format: excel-1900` (2023-01-01) or `date_format: excel-1904` (2027-01-02)"),
        ("2011/12", "date-ambiguous", "write it as 2011-12 or 2011/2012"),
        ("2023-02-30", "date-impossible", "write 2023-02 if the day is not known"),
        ("31 février 2023", "date-impossible", "write 2023-02 if the day is not known"),
        ("30/02/2023", "date-impossible", "write it as"),
        ("dimanche 3 mars 2023", "date-impossible", "2023-03-03 is a Friday"),
        ("2023-03-03 25:00", "date-impossible", "hour"),
        ("0000-00-00 00:00:00", "date-impossible", "year"),
        ("32mar2015", "date-impossible", "day"),
        ("hier", "date-invalid", "write it as year, month and day"),
        ("3 mars", "date-invalid", "without its year"),
        ("hiver 2023", "date-invalid", "did you mean 2023-24?"),
        ("vers 1950", "date-invalid", "did you mean 1950~?"),
        ("[1950?]", "date-invalid", "did you mean 1950??"),
        ("années 1980", "date-invalid", "did you mean 198X?"),
        ("1950-1960", "date-invalid", "did you mean 1950/1960?"),
        ("202303", "date-invalid", "did you mean 2023-03?"),
        ("dimanche 12 et lundi 13 mars 2022", "date-impossible", "is a Sunday"),
        ("13 et 12 mars 2022", "date-invalid", "more than a date"),
        ("3-5 brumaire 1823", "date-invalid", "write it as"),
        ("Mis à jour le 9 mars 2023", "date-invalid", "the day of a change"),
        ("9 mars 2023 (mis à jour)", "date-invalid", "that of a change"),
        ("du 3 au 35 mars 2023", "date-impossible", "write 2023-03"),
        ("3 mars 2023 ou plus tard", "date-invalid", "more than a date"),
        ("2023-03-01/..", "date-invalid", "write 2023-03-01 if that is the date"),
        ("٢٠٢٣", "date-invalid", "write it as"),
        ("", "date-invalid", "write it as"),
    ],
)
def test_what_may_mean_several_days_or_none_is_a_problem_that_says_what_to_do(
    written: str, rule: str, hint: str
) -> None:
    assert edtf_of(written) is None
    fault = fault_of(written)
    assert fault is not None
    assert fault[0] == rule
    assert hint in fault[2]


@pytest.mark.parametrize(
    ("written", "date_format", "edtf"),
    [
        ("12/01/2022", "day-first", "2022-01-12"),
        ("12/01/2022", "month-first", "2022-12-01"),
        ("12.01.22 08:15", "day-first", "2022-01-12T08:15"),
        ("12/01/68", "day-first", "2068-01-12"),
        ("12/01/69", "day-first", "1969-01-12"),
        ("3 mars 23", "day-first", "2023-03-03"),
        ("25/12/2022", "month-first", None),  # so the declaration is wrong, perhaps for every date
        ("mars 2023", "day-first", "2023-03"),
        ("1677825000", "epoch", "2023-03-03T06:30:00Z"),
        ("1677825000.25", "epoch", "2023-03-03T06:30:00.25Z"),
        ("-86400", "epoch", "1969-12-31T00:00:00Z"),
        ("1677825000123", "epoch-milliseconds", "2023-03-03T06:30:00.123Z"),
        ("2023-03-03", "epoch", "2023-03-03"),
        ("9" * 30, "epoch", None),
        ("44927", "excel-1900", "2023-01-01"),
        ("44927.34375", "excel-1900", "2023-01-01T08:15"),
        ("44927.5000116", "excel-1900", "2023-01-01T12:00:01"),
        ("43465", "excel-1904", "2023-01-01"),
        ("60", "excel-1900", None),  # 29 February 1900
        ("2023", "excel-1900", None),  # a year, or a day of 1905
        ("1er mars 2023", "excel-1900", "2023-03-01"),
    ],
)
def test_a_declared_format_decides(written: str, date_format: str, edtf: str | None) -> None:
    assert edtf_of(written, date_format) == edtf
    assert (fault_of(written, date_format) is None) is (edtf is not None)


def test_a_declaration_that_a_date_belies_is_said() -> None:
    rule, _, hint = fault_of("25/12/2022", "month-first") or ("", "", "")
    assert (rule, hint) == ("date-impossible", "add `date_format: day-first` (2022-12-25) to source.yaml")


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Par Enora Kervizic - vendredi 12 mai 2023 - Imprimer", "2023-05-12"),
        ("Publié le jeudi 1er février 2024 à 6 h 30 | Lecture 3 min", "2024-02-01T06:30"),
        ("Le Courrier, 12 mai 2023 · 3 minutes", "2023-05-12"),
        ("Mis à jour le 9 mars 2023", None),
        ("Mis à jour le 9 mars 2023 à 10h, publié le 3 mars 2023", "2023-03-03"),
        ("Publié le 12/01/2022 par Ana Roux", "12/01/2022"),  # a problem later on, and not a page without a date
        ("Publié le 25/12/2022 à 8h15 par Ana Roux", "25/12/2022 08:15"),  # which proves the order of others
        ("Le mercredi 12/01/2022", "2022-01-12"),
        ("Exposition du 3 au 5 mars 2023", None),
        ("3 mars, 20 minutes", None),
        ("3 mars, 7500 personnes", None),
        ("Imprimer", None),
    ],
)
def test_a_line_says_when_something_was_published(line: str, date: str | None) -> None:
    assert date_in(line) == date


def test_a_line_is_read_as_the_source_declares() -> None:
    written = date_in("Publié le 12/01/22 à 8h15 par Ana Roux", "day-first")
    assert written == "12/01/22 08:15"
    assert edtf_of(written, "day-first") == "2022-01-12T08:15"


@pytest.mark.parametrize(
    ("words", "label"),
    [("Publié le", "published"), ("Publié le 3 mars, mis à jour le", "other"), ("expire", "other"), ("Brest", None)],
)
def test_the_last_label_before_a_date_counts(words: str, label: str | None) -> None:
    assert label_of(words) == label


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["12/01/2022", "25/12/2022", "mars 2023"], "day-first"),
        (["12/01/2022", "12/25/2022"], "month-first"),
        (["12/01/22", "25/12/22"], "day-first"),
        (["12/01/2022", "11/01/2022"], None),
        (["25/12/2022", "12/25/2022"], None),
        (["mercredi 12/01/2022", "02/01/2022"], "day-first"),
        (["2022-01-12", "31/02/2022"], None),
        ([], None),
        (["01-mars-23", "02-févr.-23"], "day-first"),
        (["01-mars-23", "02/03/2023"], None),
        (["3 mars 20 minutes", "mars 2023"], None),
    ],
)
def test_a_whole_source_may_prove_the_order_of_its_numbers(dates: list[str], order: str | None) -> None:
    assert order_proved(dates) == order


# For all days, and all texts.

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
_WEEKDAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
}
_FORMS = {
    "fr": ["{w} {d} {m} {y}", "le {d} {m} {y}", "{w} {d} {m} {y} à 6h30", "{d}-{m}-{y}"],
    "en": ["{w} {d} {m} {y}", "{m} {d}, {y} {w}", "{w}, {m} {d}, {y}", "{d} {m}, {y}"],
    "de": ["{w}, {d}. {m} {y}", "{w}, den {d}. {m} {y}", "{d}. {m} {y}"],
    "es": ["{w}, {d} de {m} de {y}", "{w} {d} de {m} del {y}"],
    "it": ["{w} {d} {m} {y}", "{d} {m} {y}"],
    "nl": ["{w} {d} {m} {y}", "{d} {m} {y}"],
    "pt": ["{w}, {d} de {m} de {y}", "{d} de {m} de {y}"],
}
days = st.dates(min_value=date(1500, 1, 1), max_value=date(2199, 12, 31))


@given(days, st.sampled_from(sorted(_MONTHS)), st.data())
def test_a_day_in_words_is_read_back_in_every_language(day: date, language: str, data: st.DataObject) -> None:
    month, weekday = _MONTHS[language].split()[day.month - 1], _WEEKDAYS[language].split()[day.weekday()]
    written = data.draw(st.sampled_from(_FORMS[language])).format(w=weekday, d=day.day, m=month, y=day.year)
    assert (edtf_of(written) or "")[:10] == day.isoformat(), written
    assert (edtf_of(written.upper()) or "")[:10] == day.isoformat()
    assert edtf_of(f"{month} {day.year}") == day.isoformat()[:7]
    if weekday in written:
        other = _WEEKDAYS[language].split()[(day.weekday() + 1) % 7]
        assert edtf_of(written.replace(weekday, other)) is None


_FIRST, _LAST = datetime.fromisoformat("1000-01-01"), datetime.fromisoformat("2999-01-01")


@given(st.datetimes(_FIRST, _LAST), st.integers(-14, 14))
def test_a_moment_is_read_back_as_programs_write_it(moment: datetime, hours: int) -> None:
    moment = moment.replace(microsecond=0)
    assert edtf_of(str(moment)) == moment.isoformat()
    zoned = moment.replace(tzinfo=UTC)
    assert edtf_of(format_datetime(zoned)) == zoned.isoformat()
    there = f"{moment:%Y-%m-%d %H:%M} {'+' if hours >= 0 else '-'}{abs(hours):02}00"
    assert (edtf_of(there) or "")[:16] == moment.isoformat()[:16]
    assert edtf_of(f"{moment:%Y%m%dT%H%M%S}Z") == moment.isoformat() + "Z"


@given(days, st.sampled_from("/.-"))
def test_numbers_are_read_where_one_reading_is_possible(day: date, mark: str) -> None:
    written = f"{day.day:02}{mark}{day.month:02}{mark}{day.year}"
    assert edtf_of(written) == (day.isoformat() if day.day > 12 or day.day == day.month else None)
    assert edtf_of(written, "day-first") == day.isoformat()
    american = f"{day.month}{mark}{day.day}{mark}{day.year}"
    assert edtf_of(american, "month-first") == day.isoformat()


@given(st.integers(0, 4_000_000_000))
def test_seconds_and_days_are_counted_as_python_counts_them(seconds: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert date_of_count(str(seconds), "epoch") == moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    serial = seconds // 86400 + 25569
    assert date_of_count(str(serial), "excel-1900") == date_of_count(str(serial - 1462), "excel-1904")
    assert date_of_count(str(serial), "excel-1900") == moment.date().isoformat()


_PIECES = [
    *("3", "12", "1er", "mars", "May", "mai", "2023", "22", "à", "le", "publié", "mis à jour", "samedi"),
    *("06:30", "h", "8", "-", "/", ".", ",", "UTC", "+01:00", "pm", "et"),
]


@given(
    st.one_of(
        st.text(st.sampled_from("0123456789-/.: TZ+?~XepmarsMay,déle"), max_size=25),
        st.lists(st.sampled_from(_PIECES)).map(" ".join),
    ),
    st.sampled_from([None, *FORMATS]),
)
def test_any_text_is_a_date_that_the_corpus_accepts_or_a_problem(text: str, date_format: str | None) -> None:
    edtf = edtf_of(text, date_format)
    fault = fault_of(text, date_format)
    assert (edtf is None) is (fault is not None)
    if edtf is not None:
        earliest, latest = bounds(edtf)
        assert earliest <= latest
        assert edtf_of(edtf) == edtf
    if fault is not None:
        assert fault[0] in ("date-ambiguous", "date-impossible", "date-invalid")
        assert all(fault)
    date_in(text, date_format)


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("samedi 12 et dimanche 13 mars 2022", "2022-03-12/2022-03-13"),
        ("12-13 mars 2022", "2022-03-12/2022-03-13"),
        ("du 3 au 5 mars 2023", "2023-03-03/2023-03-05"),
        ("jeudi 29 décembre 2022 au mercredi 4 janvier 2023", "2022-12-29/2023-01-04"),
        ("29 décembre - 4 janvier 2023", None),
        ("mars-avril 2023", "2023-03/2023-04"),
        ("Juillet – Août 2023", "2023-07/2023-08"),
        ("janvier-février-mars 2023", "2023-01/2023-03"),
        ("December 2022/January 2023", "2022-12/2023-01"),
        ("été 2023", "2023-22"),
        ("Spring 2023", "2023-21"),
        ("Frühjahr 2023", "2023-21"),
    ],
)
def test_days_months_and_seasons_that_date_one_issue_are_an_interval(written: str, edtf: str | None) -> None:
    assert edtf_of(written) == edtf
