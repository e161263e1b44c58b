"""XML is cut at the marks of its articles: none is lost, none is split, nothing outside of the file is read."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.article import Article
from corpus.model.problem import CorpusError, Rejected
from corpus.parse import shapes
from corpus.parse.containers.xml_items import begun_file, opened, pieces, visible, visible_html
from corpus.raw.layout import SHAPES
from corpus.raw.records import Record, decode
from helpers import articles
from helpers.xml_exports import (
    Said,
    assert_survives,
    atom,
    corpus,
    drafts,
    g2,
    issue,
    newsml,
    parts,
    problems,
    read,
    rss,
    source,
    titles,
    wxr,
)

FORMATS: dict[str, tuple[str, Callable[[list[Said]], str], str, str]] = {
    "rss": ("feed", rss, "Tue, 05 Mar 2024 07:30:00 +0100", "2024-03-05T07:30:00+01:00"),
    "atom": ("feed", atom, "2024-03-05T07:30:00+01:00", "2024-03-05T07:30:00+01:00"),
    "wxr": ("wxr", wxr, "2024-03-05 06:30:00", "2024-03-05T06:30:00Z"),
    "g2": ("newsml", g2, "2024-03-05T07:30:00+01:00", "2024-03-05T07:30:00+01:00"),
    "newsml": ("newsml", newsml, "20240305T073000+0100", "2024-03-05T07:30:00+01:00"),
    "corpus": ("tei", corpus, "1911-03-04", "1911-03-04"),
    "issue": ("tei", issue, "1911-03-04", "1911-03-04"),
}
"""Each format: its shape, what writes it, a date as it stands there, and the date that is meant."""

MARKS = (
    "<item>",
    "</item>",
    "<entry>",
    "</newsItem>",
    "<TEI>",
    "<div type='article'>",
    "R&D",
    "a < b",
    "]]>",
    "&eacute;",
)


def said(number: int, date: str, *more: str) -> Said:
    """The invented article of this number."""
    paragraphs = (*articles.body(number), *more)
    return Said(articles.title(number), paragraphs, date, "Odile Ferrand", f"urn:article:{number}")


def export(name: str, count: int) -> tuple[str, bytes]:
    """The shape and the bytes of an export of so many articles."""
    shape, write, date, _ = FORMATS[name]
    return shape, write([said(number, date) for number in range(count)]).encode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
@given(
    numbers=st.lists(st.integers(0, 500), min_size=1, max_size=6, unique=True),
    more=st.lists(st.sampled_from(MARKS[-4:-1]), max_size=3),
)
def test_every_article_of_an_export_is_found_in_order(name: str, numbers: list[int], more: list[str]) -> None:
    shape, write, date, meant = FORMATS[name]
    tail = " ".join(("Ils notent :", *more, "et voilà."))
    written = [said(number, date, tail) for number in numbers]
    found = drafts(shape, write(written))
    assert [one.title for one in found] == [one.title for one in written]
    assert [tuple(block.text.strip() for block in one.blocks) for one in found] == [one.paragraphs for one in written]
    assert {one.date for one in found} == {meant}
    assert {one.authors for one in found} == {("Odile Ferrand",)}


@pytest.mark.parametrize("name", FORMATS)
def test_marks_of_articles_within_an_article_do_not_split_it(name: str) -> None:
    shape, write, date, _ = FORMATS[name]
    tail = f"Le format s’écrit {' puis '.join(MARKS[:6])} : c’est tout."
    found = drafts(shape, write([said(1, date, tail), said(2, date)]))
    assert len(found) == 2
    commented = write([said(1, date), said(2, date)]).replace("<title>", "<!-- <item> <TEI> <newsItem> --><title>")
    assert len(drafts(shape, commented)) == 2


@pytest.mark.parametrize("name", FORMATS)
def test_each_article_has_its_number_and_bytes_that_do_not_depend_on_its_place(name: str) -> None:
    shape, write, date, _ = FORMATS[name]
    one, two, three = (said(number, date) for number in (1, 2, 3))
    whole = parts(shape, write([one, two, three]))
    assert [record.number for record in whole if isinstance(record, Record)] == [1, 2, 3]
    if name != "wxr":  # whose posts are numbered by their place in this test
        less = parts(shape, write([two, three]))
        assert [one.content for one in whole[1:] if isinstance(one, Record)] == [
            one.content for one in less if isinstance(one, Record)
        ]


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_export_gives_articles_and_problems_and_nothing_else(name: str) -> None:
    shape, content = export(name, 3)
    assert_survives(shape, content)


@pytest.mark.parametrize("name", FORMATS)
def test_articles_before_a_cut_are_read_and_the_cut_is_named(name: str) -> None:
    shape, content = export(name, 6)
    found = read(shape, content[: len(content) * 2 // 3])
    assert titles(found)[:2] == [articles.title(0), articles.title(1)]
    assert "xml-invalid" in {one.rule for refusal in found if isinstance(refusal, Rejected) for one in refusal.problems}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_seen_by_its_own_shape_only(name: str) -> None:
    shape, content = export(name, 3)
    for other in ("feed", "newsml", "wxr", "tei"):
        assert shapes.seen(other, content) == (3 if other == shape else 0)
    assert shapes.seen(shape, b"\xef\xbb\xbf" + content) == 3
    assert shapes.seen(shape, b"<html><body><p>Rien</p></body></html>") == 0
    assert shapes.seen(shape, b"") == 0
    assert shapes.seen(shape, b"\xff\xfe\x00") == 0


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-15", "windows-1252"])
def test_the_encoding_is_that_of_the_mark_or_the_declaration(name: str, encoding: str) -> None:
    shape, content = export(name, 2)
    text = content.decode("utf-8").replace("’", "'").replace("…", "").partition("?>")[2]
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' + text
    found = drafts(shape, declared.encode(encoding))
    assert [one.title for one in found] == [articles.title(number).replace("’", "'") for number in range(2)]


def test_one_article_in_no_encoding_is_named_and_the_others_are_read() -> None:
    shape, content = export("rss", 3)
    broken = content.replace("numéro 1 ".encode(), b"num\xe9ro 1 ")
    found = read(shape, broken)
    assert titles(found) == [articles.title(0), articles.title(2)]
    [refusal] = [one for one in found if isinstance(one, Rejected)]
    assert refusal.file == "raw/essai/export.xml#2"
    [problem] = refusal.problems
    assert problem.rule == "encoding-unreadable"
    assert f"byte offset {broken.index(b'num' + bytes([0xE9])) + 3}" in problem.found


def test_a_control_character_is_named_with_its_line_and_the_others_are_read() -> None:
    shape, content = export("rss", 3)
    found = read(shape, content.replace("numéro 1 ".encode(), "numéro\x0b1 ".encode()))
    assert titles(found) == [articles.title(0), articles.title(2)]
    [problem] = [one for refusal in found if isinstance(refusal, Rejected) for one in refusal.problems]
    assert (problem.file, problem.rule) == ("raw/essai/export.xml#2", "xml-invalid")
    assert "U+000B behind « " in problem.found
    assert "le budget numéro »" in problem.found


def test_markup_that_is_not_well_formed_is_named_with_its_line() -> None:
    shape, content = export("g2", 2)
    [problem] = problems(shape, content.replace("numéro 1 ".encode(), b"<b>1 "))
    assert problem.rule == "xml-invalid"
    assert "(line 1 of the article, which begins near byte" in problem.found
    apart = content.replace(b" xmlns", b"\n xmlns", 1).replace("numéro 1 ".encode(), b"\n<b>1 ")
    assert "(line 2 of the article" in problems(shape, apart)[0].found


def test_an_article_without_its_end_does_not_swallow_the_next_one() -> None:
    shape, content = export("rss", 3)
    at = content.index(b"</item>")
    found = read(shape, content[:at] + content[at + 7 :])
    assert titles(found) == [articles.title(1), articles.title(2)]
    assert "the next one begins before it ends" in problems(shape, content[:at] + content[at + 7 :])[0].found
    lost = content.replace(b"<item>", b"<xtem>", 1)
    assert titles(read(shape, lost)) == [articles.title(1), articles.title(2)]
    assert "its beginning is damaged" in problems(shape, lost)[0].found


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_fetched_and_no_entity_of_the_file_is_resolved(name: str, tmp_path: Path) -> None:
    shape, content = export(name, 2)
    secret = tmp_path / "secret.txt"
    secret.write_text("un secret", "utf-8")
    for subset in (
        f'<!ENTITY voir SYSTEM "{secret.as_uri()}">',
        '<!ENTITY voir "haha"><!ENTITY plus "&voir;&voir;&voir;">',
        f'<!ENTITY % dehors SYSTEM "{secret.as_uri()}"> %dehors; <!ENTITY voir "x">',
    ):
        bomb = content.replace(b"?>", f"?>\n<!DOCTYPE racine [ {subset} ]>".encode(), 1)
        assert titles(read(shape, bomb)) == [articles.title(0), articles.title(1)]  # it is declared, and nobody uses it
        used = bomb.replace("numéro 1".encode(), b"&voir;")
        assert {one.rule for one in problems(shape, used)} <= {"xml-invalid"}
        assert "secret" not in "".join(one.text for one in read(shape, used) if isinstance(one, Article))


def test_a_document_type_with_an_address_is_read_without_it() -> None:
    shape, content = export("newsml", 2)
    doctype = (
        b'?>\n<!DOCTYPE NewsML PUBLIC "urn:newsml:iptc.org:20021018:NewsMLv1.2:1" "http://nulle.part.invalid/a.dtd" ['
        b'<!ENTITY % nitf SYSTEM "http://nulle.part.invalid/nitf.dtd"> %nitf; <!ENTITY eacute "&#233;">]>'
    )
    typed = content.replace(b"?>", doctype, 1).replace("numéro".encode(), b"num&eacute;ro")
    assert [one.blocks for one in drafts(shape, typed)] == [one.blocks for one in drafts(shape, content)]


def test_entities_of_html_are_known_although_nothing_declares_them() -> None:
    shape, content = export("rss", 1)
    written = content.replace(b"<title>La Gazette", b"<title>L&agrave;&nbsp;&hellip; La Gazette")
    assert drafts(shape, written)[0].publication == "Là\xa0… La Gazette de Bréhac"
    with pytest.raises(CorpusError, match="xml-invalid"):
        drafts(shape, content.replace(b"<dc:creator>", b"<dc:creator>&agence;"))


def test_a_file_that_is_no_xml_is_a_problem() -> None:
    assert [one.rule for one in problems("feed", "du texte seul")] == ["xml-invalid"]
    assert [one.rule for one in problems("tei", b"\xff\xfe")] == ["xml-invalid"]
    assert parts("feed", "<html><body/></html>") == []


def test_elements_of_other_names_and_prefixes_are_none() -> None:
    content = b'<r><a:item x=">"><items/><item/></a:item><item.x/><item/><item-y></item-y></r>'
    assert [content[one.start : one.end] for one in pieces(content, ("item",))] == [
        b'<a:item x=">"><items/><item/></a:item>',
        b"<item/>",
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_character_of_an_article_can_be_seen_in_its_record(name: str) -> None:
    shape, content = export(name, 2)
    for record in parts(shape, content):
        assert isinstance(record, Record)
        stored = decode(record)
        characters, offsets = shapes.parser(shape).visible(stored)
        assert len(characters) == len(offsets)
        assert list(offsets) == sorted(offsets)
        for block in shapes.draft(record, source(shape)).blocks:
            assert "".join(block.text.split()) in "".join(characters.split())


def test_what_is_seen_has_no_markup_and_keeps_its_places() -> None:
    content = "<?x?><!DOCTYPE a [<!ENTITY b 'c'>]><a t='>'>é&amp;<!-- non --><![CDATA[<b>&eacute;</b>]]>z</a>"
    assert visible(content)[0] == "é&<b>&eacute;</b>z"
    characters, offsets = visible_html(content)
    assert characters == "é&éz"
    assert [content[place] for place in offsets] == ["é", "&", "&", "z"]


def test_a_large_export_is_read_one_article_at_a_time() -> None:
    shape, write, date, _ = FORMATS["rss"]
    body = " ".join(articles.body(3)) * 60
    content = write([said(number, date, body) for number in range(300)]).encode("utf-8")
    file = Record("raw/essai/a.xml", 0, 0, content)
    tracemalloc.start()
    count = sum(1 for _ in shapes.records(file, source(shape)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300
    assert peak < len(content) / 3


def test_an_export_of_any_beginning_is_opened_or_refused() -> None:
    assert begun_file(b"<?xml version='1.0'?><!-- <a> --><b/>") is not None
    with pytest.raises(CorpusError):
        opened(Record("raw/essai/a.xml", 0, 0, b"<!-- sans fin"))
    assert all(SHAPES[shape].bulk for shape, *_ in FORMATS.values())
