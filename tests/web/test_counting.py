"""Counting in the browser: the figures are those of ``corpus stats --by``, of the articles that are asked for."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from click.testing import CliRunner
from lxml import html

from corpus.cli import main
from corpus.explore.articles import NONE, Articles
from corpus.explore.stats import MASKED
from corpus.release.read.reader import open_release
from helpers.reading_room import Room, serving


@pytest.fixture(scope="module")
def ask(built_room: Path) -> Iterator[httpx.Client]:
    """Asks an application that nobody changes."""
    with (
        serving(built_room, built_room / "build" / "preview") as room,
        httpx.Client(base_url=room.address, timeout=60) as client,
    ):
        yield client


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


@pytest.mark.parametrize("by", ["month", "speaker", "speaker,month", "topic", "publication", "year,split", "entity"])
def test_the_figures_are_those_of_corpus_stats(ask: httpx.Client, built_room: Path, tmp_path: Path, by: str) -> None:
    file = tmp_path / "counts.csv"
    command = ["stats", str(built_room / "build" / "preview"), "--by", by, "--csv", str(file)]
    assert CliRunner().invoke(main, command).exit_code == 0
    answer = ask.get("/counts.csv", params={"by": by})
    assert rows(answer.text) == rows(file.read_text(encoding="utf-8"))
    assert answer.headers["content-disposition"] == f'attachment; filename="counts-{by.replace(",", "-")}.csv"'


def test_a_chart_has_the_figures_of_its_file(ask: httpx.Client) -> None:
    page = html.fromstring(ask.get("/counts").text)
    for chart, by in (
        ("months", "month"),
        ("topics", "topic"),
        ("publications", "publication"),
        ("speakers", "speaker"),
    ):
        drawn = page.xpath(f"//figure[@id='{chart}']//tbody//td")
        counted = rows(ask.get("/counts.csv", params={"by": by}).text)[1:]
        named = [row for row in counted if by != "speaker" or row[0] not in (NONE, MASKED)]
        found = [row[-2 if by == "speaker" else -1] for row in named]
        assert [cell.text_content() for cell in drawn] == found[:20]
    links = [dict(parse_qsl(urlsplit(link).query))["by"] for link in page.xpath("//section//p/a[1]/@href")]
    assert links == ["month", "speaker", "speaker,month", "topic", "publication"]


def test_only_articles_that_are_asked_for_are_counted(ask: httpx.Client, built_room: Path) -> None:
    known = Articles.of(open_release(str(built_room / "build" / "preview"))).table.to_pylist()
    of_gazette = [one for one in known if one["source"] == "gazette"]
    found = rows(ask.get("/counts.csv", params={"by": "month", "source": "gazette"}).text)[1:]
    assert {month: int(count) for month, count in found} == Counter(one["date"][:7] for one in of_gazette)
    found = rows(ask.get("/counts.csv", params={"by": "source", "speaker": "ferrand", "text": "phare"}).text)[1:]
    assert found == [["agence", "2"]]
    page = html.fromstring(ask.get("/counts", params={"source": "gazette", "month": "2023-02"}).text)
    assert "1 article" in page.text_content()
    [link] = page.xpath("//figure[@id='topics']/svg/a/@href")[:1] or ["/articles?source=gazette&month=2023-02"]
    assert {"source": "gazette", "month": "2023-02"}.items() <= dict(parse_qsl(urlsplit(link).query)).items()


def test_a_mark_leads_to_the_articles_that_it_counts(ask: httpx.Client) -> None:
    page = html.fromstring(ask.get("/counts").text)
    for chart, name in (("months", "month"), ("speakers", "speaker"), ("publications", "publication")):
        for link in page.xpath(f"//figure[@id='{chart}']/svg//a"):
            parts = urlsplit(link.get("href"))
            assert (parts.path, list(dict(parse_qsl(parts.query)))) == ("/articles", [name])
    assert not page.xpath("//figure[@id='speakers']//a[contains(@href, 'masked') or contains(@href, 'none')]")


def test_what_cannot_be_counted_is_said(ask: httpx.Client) -> None:
    for by in ("", "nonsense", "speaker,entity"):
        answer = ask.get("/counts.csv", params={"by": by})
        assert (answer.status_code, "dimension-unknown" in answer.text) == (400, True)
    assert ask.get("/counts", params={"source": "no such source"}).status_code == 400


def test_who_has_no_name_is_counted_beside_the_chart(ask: httpx.Client) -> None:
    counted = rows(ask.get("/counts.csv", params={"by": "speaker"}).text)[1:]
    nobody = [int(row[-2]) for row in counted if row[0] == NONE]
    page = html.fromstring(ask.get("/counts").text)
    assert NONE not in page.xpath("//figure[@id='speakers']//th/text()")
    beside = page.xpath("string(//section[figure[@id='speakers']]/p[1])")
    assert not nobody or f"{sum(nobody)} quotation" in beside
    assert "5%" in page.xpath("string(//section[figure[@id='topics']]/p[1])")


def test_french_readers_get_french_charts(room: Room) -> None:
    page = html.fromstring(httpx.get(f"{room.address}/counts", headers={"accept-language": "fr"}, timeout=60).text)
    assert page.xpath("string(//figure[@id='months']//tbody/tr[1]/th)") == "janvier 2023"
    assert page.xpath("string(//figure[@id='months']//h2)") == "Articles par mois"
