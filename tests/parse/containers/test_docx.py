"""DOCX: what a reader sees of a document is read, in its order; what is no document is refused before it does harm."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from corpus.model.problem import CorpusError
from corpus.parse.containers import docx as docx_module
from corpus.parse.containers.docx import docx_paragraphs
from corpus.raw.records import Record
from helpers.documents import docx, docx_of_xml


def texts(content: bytes) -> list[str]:
    return [text for text, _ in docx_paragraphs(Record("raw/essai/a.docx", 0, 0, content))]


def problem(content: bytes) -> str:
    with pytest.raises(CorpusError) as raised:
        texts(content)
    [one] = raised.value.problems
    return f"{one.rule}: {one.found}"


def p(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def test_paragraphs_come_in_order_with_the_empty_ones_and_their_line_breaks() -> None:
    written = ["La halle rouvre", "", "Le Guetteur\nédition du soir", "Rubrique:\xa0Locale"]
    assert texts(docx(written)) == written


def test_words_of_several_runs_links_and_insertions_are_one_text() -> None:
    body = (
        "<w:p><w:r><w:t>La </w:t></w:r><w:hyperlink><w:r><w:t>halle</w:t></w:r></w:hyperlink>"
        "<w:ins><w:r><w:t> rouvre</w:t></w:r></w:ins><w:r><w:tab/><w:noBreakHyphen/><w:br w:type='page'/></w:r></w:p>"
    )
    assert texts(docx_of_xml(body)) == ["La halle rouvre\t\u2011"]


def test_cells_of_a_table_and_what_stands_in_content_controls_are_paragraphs() -> None:
    row = "".join(f"<w:tc>{p(words)}</w:tc>" for words in ("Ville", "Voix"))
    body = f"<w:tbl><w:tr>{row}</w:tr></w:tbl><w:sdt><w:sdtContent>{p('Fin')}</w:sdtContent></w:sdt>"
    assert texts(docx_of_xml(body)) == ["Ville", "Voix", "Fin"]


def test_a_text_box_is_read_once_behind_the_paragraph_that_holds_it() -> None:
    box = f"<w:txbxContent>{p('Encadré')}</w:txbxContent>"
    drawn = (
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert texts(docx_of_xml(f"<w:p>{drawn}<w:r><w:t>Texte</w:t></w:r></w:p>")) == ["Texte", "Encadré"]


def test_what_was_deleted_moved_hidden_or_is_a_code_is_not_read() -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>biffé</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>parti</w:t></w:r></w:moveFrom><w:r><w:instrText>HYPERLINK</w:instrText></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>vu</w:t></w:r></w:p>'
    )
    assert texts(docx_of_xml(body)) == ["vu"]


def test_a_paragraph_has_the_name_of_its_style() -> None:
    styles = '<w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style>'
    body = '<w:p><w:pPr><w:pStyle w:val="Titre1"/></w:pPr><w:r><w:t>La halle</w:t></w:r></w:p>' + p("Texte")
    found = list(docx_paragraphs(Record("a.docx", 0, 0, docx_of_xml(body, styles=styles))))
    assert found == [("La halle", "Heading 1"), ("Texte", "")]


def test_the_text_is_found_where_the_package_says_it_is() -> None:
    whole = zipfile.ZipFile(io.BytesIO(docx(["La halle"])))
    relation = '<Relationships><Relationship Type="x/officeDocument" Target="/word/document2.xml"/></Relationships>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("_rels/.rels", relation)
        parts.writestr("word/document2.xml", whole.read("word/document.xml"))
    assert texts(file.getvalue()) == ["La halle"]


def test_a_document_that_would_fill_the_memory_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = docx_of_xml(p("a") * 10_000)
    monkeypatch.setattr(docx_module, "MOST_UNPACKED", 100_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    assert problem(content).startswith("size-absurd: 3")


def test_entities_of_the_document_are_not_resolved(tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("secret") / "secret.txt"
    secret.write_text("mot de passe")
    for declared in (f'SYSTEM "{secret.as_uri()}"', '"bonjour"'):
        content = docx_of_xml(p("&e;"), head=f"<!DOCTYPE w:document [<!ENTITY e {declared}>]>")
        assert problem(content) == "document-damaged: a document type with entities of its own"


def test_entities_that_multiply_do_no_harm() -> None:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    content = docx_of_xml(p("&e11;"), head=f'<!DOCTYPE w:document [<!ENTITY e0 "ha">{lines}]>')
    assert problem(content).startswith("document-damaged: ")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "document-damaged: File is not a zip file"),
        (b"Bonjour", "document-damaged: File is not a zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "document-damaged: a document of Word before DOCX, or one"),
        (docx(["La halle"] * 40)[:-30], "document-damaged: File is not a zip file"),
        (docx_of_xml("<w:p>"), "document-damaged: its XML breaks off: Opening and ending tag mismatch"),
    ],
)
def test_what_is_no_document_is_named(content: bytes, found: str) -> None:
    assert problem(content).startswith(found)


def test_a_zip_file_without_a_document_is_named() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
    assert problem(file.getvalue()) == "document-damaged: a ZIP file without word/document.xml"


def test_paragraphs_before_the_place_where_the_xml_breaks_off_are_given() -> None:
    given: list[str] = []
    broken = docx_paragraphs(Record("a.docx", 0, 0, docx_of_xml(p("un") + p("deux") + "</w:x>")))
    with pytest.raises(CorpusError):
        given.extend(text for text, _ in broken)
    assert given == ["un", "deux"]


def test_damage_of_any_byte_is_a_problem_or_no_difference() -> None:
    whole = docx([f"Paragraphe {number} de la halle" for number in range(60)])
    chance = random.Random(7)
    answers = []
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            answers.append("read" if texts(bytes(damaged)) == texts(whole) else "read wrongly")
        except CorpusError as error:
            answers.append(error.problems[0].rule)
    assert set(answers) <= {"read", "document-damaged", "size-absurd"}
