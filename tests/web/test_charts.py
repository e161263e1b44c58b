"""Charts: every number of them can be read without seeing, at its place on the scale, and nothing in them runs."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.web.charts import MOST_SERIES, About, Mark, Series, bars, columns, lines
from corpus.web.language import language

ABOUT = About("one", 'Who "speaks" & where', "Quotations of <each>", "Speaker", "Quotations")
HOSTILE = "</title><script>alert(1)</script> ' onload=x \u202e👩‍👩‍👧 e\u0301"
MONTHS = st.builds("{:04}-{:02}".format, st.integers(1998, 2004), st.integers(1, 12))
VALUES = st.integers(0, 10_000_000)


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = parsed(bars(ABOUT, [Mark("Odile", 1200, "/articles?speaker=Odile"), Mark(HOSTILE, 300)], language("fr")))
    assert [float(one.get("width", "")[:-1]) for one in drawn.iter("rect") if one.get("class") == "s1"] == [100, 25]
    assert [one.text for one in drawn.iter("td") if one.text] == ["300"]
    assert [(one.get("href"), one.text) for one in drawn.iter("a")][-1] == ("/articles?speaker=Odile", "1\u202f200")
    assert HOSTILE in [one.text for one in drawn.iter("th")]
    assert [one.text for one in drawn.findall("svg/a//text")] == ["Odile", "1\u202f200"]


def test_a_chart_with_links_is_a_group_and_one_without_an_image() -> None:
    def role(address: str) -> str | None:
        return parsed(bars(ABOUT, [Mark("a", 1, address)], language("en"))).find("svg").get("role")  # type: ignore[union-attr]

    assert (role("/articles"), role("")) == ("group", "img")


def test_a_month_without_articles_has_its_place() -> None:
    drawn = parsed(columns(ABOUT, [Mark("2023-01", 2), Mark("2023-04", 4), Mark("2023 (no month)", 9)], language("fr")))
    places = [(float(one.get("x", "")[:-1]), float(one.get("height", "")[:-1])) for one in drawn.iter("rect")]
    assert places == [(2.5, 50), (77.5, 100)]
    assert [one.text for one in drawn.iter("th")][2:] == ["janvier 2023", "avril 2023", "2023 (no month)"]


def test_a_line_is_at_nought_where_it_has_no_mark() -> None:
    series = [Series("Odile", (Mark("2020", 3), Mark("2022", 6))), Series(HOSTILE, (Mark("2021", 1),))]
    drawn = parsed(lines(ABOUT, series, language("en")))
    assert [one.get("points") for one in drawn.iter("polyline")] == [
        "16.667,50.0 50.0,100.0 83.333,0.0 ",
        "16.667,100.0 50.0,83.33 83.333,100.0 ",
    ]
    assert [one.text for one in drawn.iter("td")] == ["3", "0", "0", "1", "6", "0"]
    drawn = parsed(
        lines(ABOUT, [Series("Odile", (Mark("2020", 3), Mark("2022", 6)))], language("en"), ["2019", "2023"])
    )
    assert [one.text for one in drawn.iter("th")][2:] == ["2019", "2020", "2021", "2022", "2023"]
    assert [one.text for one in drawn.iter("td")] == ["0", "3", "0", "6", "0"]


def test_centuries_without_articles_make_no_long_page() -> None:
    far = (Mark("0987-03", 1), Mark("2023-01", 2), Mark("9999-12", 1))
    for made in (lines(ABOUT, [Series("Odile", far)], language("en")), columns(ABOUT, far, language("en"))):
        assert len(made) < 4000
        assert 2 <= len(parsed(made).findall("svg/text")) <= 6
    drawn = parsed(lines(ABOUT, [Series("Odile", far)], language("en")))
    assert [one.get("cy") for one in drawn.iter("circle")].count("0.0%") == 1


def test_no_more_lines_than_can_be_told_apart() -> None:
    drawn = parsed(lines(ABOUT, [Series(f"{n}", (Mark("2020", n),)) for n in range(9)], language("en")))
    assert len({one.get("class") for one in drawn.iter("polyline")}) == MOST_SERIES


def test_the_keyboard_does_not_pass_hundreds_of_marks() -> None:
    many = [Mark(f"{year}-{month:02}", 1, "/articles") for year in range(2000, 2010) for month in range(1, 13)]
    drawn = parsed(columns(ABOUT, many, language("en")))
    assert {one.get("tabindex") for one in drawn.findall("svg//a")} == {"-1"}
    assert {one.get("tabindex") for one in drawn.findall("details//a")} == {None}
    assert 2 <= len(drawn.findall("svg/text")) <= 6


@pytest.mark.parametrize("chart", [bars, columns, lines])
def test_nothing_to_count_is_said(chart: Callable[..., str]) -> None:
    drawn = parsed(chart(ABOUT, [], language("fr")))
    assert drawn.find("svg") is None
    assert drawn.findtext("p") == "Il n’y a rien à compter."


@given(st.dictionaries(MONTHS, VALUES, min_size=1, max_size=8), st.text(max_size=20))
@settings(max_examples=15)
def test_all_stays_inside_and_every_number_is_in_the_table(found: dict[str, int], name: str) -> None:
    marks = [Mark(month, value) for month, value in found.items()]
    for made in (columns(ABOUT, marks, language("en")), lines(ABOUT, [Series(name, tuple(marks))], language("en"))):
        drawn = parsed(made)
        numbers = [int((one.text or "").replace(",", "")) for one in drawn.iter("td")]
        assert sorted(filter(None, numbers)) == sorted(filter(None, found.values()))
        for one in drawn.iter():
            for part in ("x", "y", "width", "height", "cx", "cy"):
                if (share := one.get(part, "")).endswith("%"):
                    assert 0 <= float(share[:-1]) <= 100


def parsed(made: str) -> ET.Element:
    """The figure, which has to be XML too; nothing in it runs or has a style of its own."""
    figure = ET.fromstring("".join(one for one in made if one >= " " or one in "\t\n"))  # noqa: S314  # ours
    for one in figure.iter():
        assert one.tag != "script"
        assert not [name for name in one.attrib if name.startswith(("on", "style"))]
    return figure
