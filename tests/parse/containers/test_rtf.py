"""RTF: characters come out as the file says them, nothing that is seen is lost, and no file takes minutes."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.problem import CorpusError
from corpus.parse.containers import rtf
from corpus.parse.containers.rtf import rtf_text
from corpus.raw.records import Record


def _lines(content: bytes) -> list[str]:
    record = Record("raw/essai/a.rtf", 0, 0, content)
    text = rtf_text(record)
    if text.damage:
        raise record.error("document-damaged", "", text.damage, "a whole document", "")
    return [line.text for line in text.lines]


def _of(inside: bytes) -> str:
    """What is seen of a document with this inside, its lines joined."""
    return "\n".join(_lines(rb"{\rtf1\ansi\ansicpg1252\deff0 " + inside + b"}")).rstrip("\n")


@pytest.mark.parametrize(
    ("inside", "seen"),
    [
        (rb"L\'92\'e9t\'e9 co\'fbte 3\'a0\'80\'85", "L’été coûte 3\xa0€…"),
        (rb"l\u8217?\u339?uvre \u171 ?a\u187 ?", "l’œuvre «a»"),
        (rb"\uc0\u8217 a\u339 \uc1 b", "’aœb"),
        (rb"\uc2\u8217\'92\'92a", "’a"),
        (rb"{\uc0 {\uc1\u8217?}a}", "’a"),
        (rb"\u-10179?\u-8704?", "😀"),
        (rb"\u8217\par b", "’\nb"),
        (rb"\lquote a\rquote  \ldblquote b\rdblquote  \emdash  \endash  \bullet", "‘a’ “b” — – •"),
        (rb"12\~000 co\-op Saint\_Malo \{a\}\\", "12\xa0000 co\xadop Saint\u2011Malo {a}\\"),
        (rb"a\line b\par c\sect d\page e", "a\nb\nc\n\nd\n\ne"),
        (b"a\\\nb\\\r\nc", "a\nb\nc"),
        (b"un m\r\not", "un mot"),
        ("déjà « œuvre »".encode(), "déjà « œuvre »"),
        ("déjà “a”".encode("cp1252"), "déjà “a”"),
        (
            rb'{\field{\*\fldinst{HYPERLINK "https://presse.example/a"}}{\fldrslt{\ul La halle}}} rouvre',
            "La halle rouvre",
        ),
        (rb"{\*\bkmkstart a}La halle{\*\bkmkend a}", "La halle"),
        (rb"{\header En-t\'eate}{\footer 3}{\info{\title T}}{\stylesheet{\s1 S;}}La halle", "La halle"),
        (rb"{\pict\wmetafile8 0105}La halle", "La halle"),
        (b"{\\pict\\bin7 }}{\\par}La halle", "La halle"),
        (rb"{\upr{\'e9x}{\*\ud{\uc0\u339 x}}}uf", "œxuf"),
        (
            rb"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt Encadr\'e9}}{\shprslt{\*\do{\dptxbxtext Encadr\'e9}}}}",
            "Encadré",
        ),
        (rb"a{\v cach\'e9}b{\deleted ray\'e9}c", "abc"),
        (rb"a\'zzb", "a\N{REPLACEMENT CHARACTER}zzb"),
        (rb"a\'81b", "a\N{REPLACEMENT CHARACTER}b"),
        (rb"{\listtext\'95\tab}Un point", "•\tUn point"),
        (rb"\trowd HD\cell La halle\cell\row \trowd SN\cell L\'92\'c9cho\cell\row", "HD|La halle|\nSN|L’Écho|"),
        (rb"\itap2 a\nestcell b\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}c", "a|b|\nc"),
    ],
)
def test_what_a_reader_sees_comes_out(inside: bytes, seen: str) -> None:
    assert _of(inside) == seen


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (rb"{\rtf1\mac \'8et\'8e}", "été"),
        (rb"{\rtf1\ansi\ansicpg10000 \'8et\'8e}", "été"),
        (rb"{\rtf1\pca \'82t\'82}", "été"),
        (rb"{\rtf1\ansi\ansicpg65001 \'c3\'a9t\'c3\'a9}", "été"),
        (rb"{\rtf1\ansi\ansicpg1250 \'b9}", "ą"),
        (rb"{\rtf1\ansi\deff0{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset238 B;}}\'b9{\f1 \'b9}\f1\plain\'b9}", "¹ą¹"),
        (rb"{\rtf1\ansi{\fonttbl\f0\fcharset77 A;}\f0 \'8et\'8e}", "été"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fnil\cpg1253 A;}}\f0 \'e1}", "α"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset128 A;}}\f0 \'83A}", "ア"),
        (b"\xef\xbb\xbf{\\rtf1\\ansi a}\r\n\0", "a"),
    ],
)
def test_bytes_are_read_in_the_code_page_of_the_document_or_the_font(content: bytes, seen: str) -> None:
    assert "\n".join(_lines(content)) == seen


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"La halle", "does not begin with {\\rtf"),
        (b"", "does not begin with {\\rtf"),
        (rb"{\rtf1 La halle", "ends in the middle"),
        (rb"{\rtf1 La {\b halle}", "ends in the middle"),
        (rb"{\rtf1 La}} halle}", "text behind its end"),
        (b"{\\rtf1 " + b"{" * 20_000, "nested more than 10,000 deep"),
        (rb"{\rtf1\ansi\ansicpg99999 a}", "code page 99999"),
    ],
)
def test_a_damaged_document_is_a_problem(content: bytes, said: str) -> None:
    with pytest.raises(CorpusError) as caught:
        _lines(content)
    [problem] = caught.value.problems
    assert problem.rule == "document-damaged"
    assert said in problem.found


def test_two_documents_in_one_file_are_both_read() -> None:
    assert _lines(rb"{\rtf1 a\b}" + b"\r\n" + rb"{\rtf1 b}") == ["a", "b"]


def test_lines_say_whether_they_are_bold_and_begin_a_page() -> None:
    inside = rb"{\rtf1\fs20 Mer\par{\b\fs28 La halle}\par\b Un\b0  deux\par\plain\page\pard Trois\par}"
    read = rtf.read(inside)
    assert [(line.text, line.bold, line.size, line.page) for line in read.lines if line.text] == [
        ("Mer", False, 20, False),
        ("La halle", True, 28, False),
        ("Un deux", False, 20, False),
        ("Trois", False, 24, True),
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20), max_size=8))
def test_any_text_comes_out_as_it_was_written(texts: list[str]) -> None:
    def written(text: str) -> bytes:
        units = text.encode("utf-16-le")
        numbers = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
        return b"".join(b"\\u%d?" % number for number in numbers)

    assert _lines(b"{\\rtf1\\ansi " + b"\\par ".join(map(written, [*texts, "fin"])) + b"}") == [*texts, "fin"]


def test_broken_documents_end_in_lines_or_a_problem() -> None:
    whole = (
        rb"{\rtf1\ansi{\fonttbl{\f0\fcharset0 A;}}{\b La halle}\par l\u8217?\'e9t\'e9 {\pict\bin3 abc}"
        rb"\trowd HD\cell a\cell\row {\field{\*\fldinst{H}}{\fldrslt b}}\page}"
    )
    chance = random.Random(7)
    for _ in range(500):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        rtf.read(bytes(broken[: chance.randint(1, len(broken))]))


@pytest.mark.parametrize("piece", [b"{}", rb"\'e9", rb"\u8217?", rb"\cell", b"a", rb"\*\a", rb"{\field{\*\fldinst}}"])
def test_a_file_of_one_thing_takes_no_minutes(piece: bytes) -> None:
    content = b"{\\rtf1 " + piece * (1_000_000 // len(piece)) + b"}"
    begun = time.process_time()
    rtf.read(content)
    assert time.process_time() - begun < 20  # a second and less; what grows with the square takes minutes
