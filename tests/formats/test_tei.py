"""TEI: valid, with the article's text in its body, whatever overlaps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from corpus.formats import tei
from corpus.formats.document import Document
from corpus.formats.export import export
from corpus.formats.inline import xml_attribute, xml_text
from corpus.formats.metadata import id_of, name_of
from corpus.formats.tokens import Tokens, sentences_of
from helpers.documents_of_words import document, documents
from helpers.folders import rows_of

NAMESPACE = "{http://www.tei-c.org/ns/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"


@pytest.fixture(scope="module")
def schema() -> etree.RelaxNG:
    """The part of TEI All that an export needs: what is valid there is valid in TEI All."""
    return etree.RelaxNG(etree.parse(Path(__file__).parent / "tei.rng"))


def made(given: Document) -> etree._Element:
    """The file of a document, read."""
    return etree.fromstring("".join(tei._article(given, "../essai.xml")).encode())


def body(root: etree._Element) -> etree._Element:
    """Its body."""
    [found] = root.iter(f"{NAMESPACE}body")
    return found


def wholes(root: etree._Element, tag: str) -> list[list[etree._Element]]:
    """The elements of a tag with the parts that continue each."""
    parts = {one.get(f"{XML}id"): one for one in body(root).iter(f"{NAMESPACE}{tag}")}
    found = []
    for one in body(root).iter(f"{NAMESPACE}{tag}"):
        if one.get("prev") is None:
            run = [one]
            while (after := run[-1].get("next")) is not None:
                run.append(parts[after.removeprefix("#")])
                assert run[-1].get("prev") == f"#{run[-2].get(f'{XML}id')}"
            found.append(run)
    return found


def words(element: etree._Element) -> str:
    """Its words, without the white space."""
    return "".join("".join(element.itertext()).split())


@settings(max_examples=60)
@given(documents())
def test_what_is_written_is_valid_and_has_the_text_and_the_words_of_spans(
    schema: etree.RelaxNG, given: Document
) -> None:
    root = made(given)
    assert schema.validate(root), schema.error_log
    assert "".join(body(root).itertext()) == given.text
    ids = [one.get(f"{XML}id") for one in root.iter() if one.get(f"{XML}id")]
    pointers = {
        to for one in root.iter() for value in one.attrib.values() for to in value.split() if re.fullmatch("#.+", to)
    }
    assert len(ids) == len(set(ids))
    assert {to.removeprefix("#") for to in pointers} <= set(ids)
    tokens = Tokens.of(sentences_of(given))

    def widened(places: list[dict[str, int]]) -> str:
        spans = [tokens.covering(one["start"], one["end"]) for one in places]
        text = "".join(given.text[tokens.starts[one[0]] : tokens.ends[one[1]]] for one in spans if one)
        return "".join(text.split())

    assert sorted("".join(map(words, run)) for run in wholes(root, "name")) == sorted(
        widened([row]) for row in given.rows("entities")
    )
    assert sorted("".join(map(words, run)) for run in wholes(root, "q")) == sorted(
        widened(row["fragments"]) for row in given.rows("quotations")
    )
    assert sorted("".join(map(words, run)) for run in wholes(root, "s")) == sorted(
        widened([row]) for row in given.rows("sentences")
    )
    assert len(wholes(root, "date")) + len(wholes(root, "time")) == len(given.rows("times"))


def test_a_release_is_a_corpus_that_includes_its_articles(
    schema: etree.RelaxNG, annotated: Path, tmp_path: Path
) -> None:
    found = export(annotated, "tei", tmp_path / "out")
    [file] = (tmp_path / "out").glob("*.xml")
    whole = etree.parse(file)
    whole.xinclude()
    assert schema.validate(whole), schema.error_log
    articles = whole.getroot().findall(f"{NAMESPACE}TEI")
    assert len(articles) == found.counts["articles"] == 8
    texts = {f"{name_of(row['id'])}.article": row["text"] for row in rows_of(annotated, "articles")}
    assert {one.get(f"{XML}id"): "".join(body(one).itertext()) for one in articles} == texts
    for tag, table in (("s", "sentences"), ("name", "entities"), ("q", "quotations")):
        assert sum(len(wholes(one, tag)) for one in articles) == found.counts[table]
    tokens = sum(len(row["tokens"]) for row in rows_of(annotated, "sentences"))
    assert sum(1 for one in articles for tag in ("w", "pc") for _ in body(one).iter(f"{NAMESPACE}{tag}")) == tokens


def test_a_quotation_over_two_paragraphs_has_two_parts_and_a_person() -> None:
    given = document(
        "Titre\n\nOn vient.\n\nOn part.",
        paragraphs=[(0, 5, "title"), (7, 16, "body"), (18, 26, "caption")],
        sentences=[(0, 5, [(0, 5)]), (7, 16, [(7, 9), (10, 15), (15, 16)]), (18, 26, [(18, 20), (21, 25), (25, 26)])],
        quotations=[[(0, 5)], [(10, 25)]],
    )
    root = made(given)
    _, [first, second] = wholes(root, "q")
    assert (words(first), words(second)) == ("vient.", "Onpart")
    assert [one.getparent().tag.removeprefix(NAMESPACE) for one in (first, second)] == ["s", "s"]
    [person] = root.iter(f"{NAMESPACE}person")
    assert first.get("who") == f"#{person.get(f'{XML}id')}"
    assert person.findtext(f"{NAMESPACE}persName") == "Odile <& Ferrand-Le Goff"
    assert [one.get("ana") for one in body(root)] == ["role:title", "role:body", "role:caption"]
    [[cue, _]] = wholes(root, "seg")
    assert cue.get("corresp") == f"#{first.get(f'{XML}id')}"


def test_no_two_articles_share_an_id_of_xml() -> None:
    given = document("On part.", sentences=[(0, 8, [(0, 2), (3, 8)])])
    other = Document({**given.article, "id": f"{given.id}.s0"}, given.tables)
    ids = [one for each in (given, other) for one in made(each).xpath("//@xml:id")]
    assert len(ids) == len(set(ids)) > 2


def test_dependencies_are_links_from_head_to_dependent() -> None:
    given = document("On part.", sentences=[(0, 8, [(0, 2), (3, 7), (7, 8)])])
    given.rows("sentences")[0].update(dep_head=[2, 0, 2], dep_rel=["nsubj:pass", "root", "punct"])
    links = [(one.get("ana"), one.get("target")) for one in made(given).iter(f"{NAMESPACE}link")]
    assert links[:2] == [
        ("ud-syn:nsubj_pass", "#a_A_1.s0.w2 #a_A_1.s0.w1"),
        ("ud-syn:root", "#a_A_1.s0 #a_A_1.s0.w2"),
    ]


def test_what_xml_forbids_moves_no_offset() -> None:
    text = "a\x00b\x0b\ufffe<&>]]>🗼\r"
    assert etree.fromstring(f"<a>{xml_text(text)}</a>".encode()).text == "a\ufffdb\ufffd\ufffd<&>]]>🗼\r"
    value = etree.fromstring(f'<a b="{xml_attribute(text)}"/>'.encode()).get("b")
    assert value == "a\ufffdb\ufffd\ufffd<&>]]>🗼\r"
    assert name_of("1.x/2") == "A_1.x_A_2"
    assert id_of(name_of("1.x/2")) == "1.x/2"
