"""HTML in fields: what is markup is resolved, what only looks like it stays."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from corpus.model.problem import CorpusError
from corpus.parse.containers.markup import blocks_of_html, holds_markup, line_of_html
from corpus.parse.fields.values import paragraphs_of_lines
from corpus.raw.records import Record

RECORD = Record("raw/kerlez/export.csv", 0, 0, b"", number=1)


def blocks(text: str) -> list[tuple[str, str | None]]:
    """The blocks of a field, as (text, role)."""
    return [(block.text, block.role) for block in blocks_of_html(text, RECORD)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("L&rsquo;&eacute;cole rouvre&nbsp;!", ["L’école rouvre\xa0!"]),
        ("L&#146;&eacute;cole <b>rouvre</b>", ["L’école rouvre"]),
        (
            "<p>La halle a <strong>rou</strong>vert.</p><p>« Enfin », dit Anne.</p>",
            ["La halle a rouvert.", "« Enfin », dit Anne."],
        ),
        ("Un.<br>Deux.<br/><br>Trois.", ["Un.\nDeux.", "Trois."]),
        ("<script>x()</script><style>p{}</style><!-- rien -->Le pont.", ["Le pont."]),
        (
            "Un <em>mot</em>.\n\nDeux\nlignes.\n\n<h2>Après</h2>\nTrois.\n\nQuatre.",
            ["Un mot.", "Deux lignes.", "Après", "Trois.", "Quatre."],
        ),
        ("Un <em>mot</em>.\nDeux.", ["Un mot.", "Deux."]),
        ("Un <em>mot</em>\net un autre.", ["Un mot et un autre."]),
        ("Premier.\\\\n\\\\nSecond.", ["Premier.", "Second."]),
        ("Premier.\\nSecond.", ["Premier.", "Second."]),
        ("Le dossier C:\\nouveau est vide.", ["Le dossier C:\\nouveau est vide."]),
        ("&lt;p&gt;Oui.&lt;/p&gt;&lt;p&gt;L&amp;rsquo;an.&lt;/p&gt;", ["Oui.", "L’an."]),
        ("L&amp;eacute;cole &amp;amp; la halle", ["Lécole & la halle"]),
        ("L’été, écrire &amp;eacute; sans accent", ["L’été, écrire &eacute; sans accent"]),
        ("R&amp;D et <i>A&amp;B</i>", ["R&D et A&B"]),
        ("3 < 5 & 7 > 2 [sic] […]", ["3 < 5 & 7 > 2 [sic] […]"]),
        ('[gallery ids="3,4"]La halle.[embed]https://exemple.invalid/v[/embed]', ["La halle."]),
        ("[vc_row][vc_column width=1]La halle.[/vc_column][/vc_row]", ["La halle."]),
        ("[b]La halle[/b] et [url=https://exemple.invalid]le pont[/url].", ["La halle et le pont."]),
        ("<![CDATA[<p>La halle.</p>]]>", ["La halle."]),
        ("La<wbr>halle.<o:p></o:p>", ["Lahalle."]),
        ("Un.<br />&nbsp;<br />Deux.", ["Un.", "Deux."]),
        ("</div>Un.\n\nDeux.</div>", ["Un.", "Deux."]),
        ("", []),
        ("<p> </p>", []),
    ],
)
def test_the_words_of_a_field_are_its_blocks(text: str, wanted: list[str]) -> None:
    assert [block for block, _ in blocks(text)] == wanted


def test_tags_give_roles() -> None:
    text = (
        '[caption id="a" width="300"]<img src="a.jpg"/> La halle de Kerlez[/caption]'
        "<figure><img><figcaption>Le vieux pont</figcaption></figure>"
        "<h3>Les travaux</h3><ul><li>un toit</li><li>une porte</li></ul>"
        "<table><tr><td>3 mars</td><td>10 h</td></tr></table>"
        '<p class="auteur">Par Anne Kermeur</p><div class="sharedaddy">Partager</div><p>La fin.</p>'
    )
    assert blocks(text) == [
        ("La halle de Kerlez", "caption"),
        ("Le vieux pont", "caption"),
        ("Les travaux", "subheading"),
        ("un toit", "body"),
        ("une porte", "body"),
        ("3 mars", "body"),
        ("10 h", "body"),
        ("Par Anne Kermeur", "byline"),
        ("Partager", "boilerplate"),
        ("La fin.", None),
    ]


def test_the_words_of_an_old_caption_stand_in_its_attribute() -> None:
    assert blocks('[caption caption="La halle"]<img src="a.jpg"/>[/caption]Fin.') == [
        ("La halle", "caption"),
        ("Fin.", None),
    ]


def test_running_text_is_body_whatever_its_element_is_called() -> None:
    text = "Le conseil a voté. " * 15
    assert blocks(f'<p class="date-info">{text}</p>') == [(text.strip(), None)]


def test_a_title_is_one_line() -> None:
    assert line_of_html("La <i>halle</i><br>rouvre &amp; ferme", RECORD) == "La halle rouvre & ferme"
    assert line_of_html("La halle", RECORD) == "La halle"


def test_markup_is_told_from_signs() -> None:
    assert holds_markup("<p>Oui")
    assert holds_markup("L&eacute;on")
    assert not holds_markup("3 < 5 & <jean@exemple.invalid>")


def test_lines_are_paragraphs_where_they_end_sentences() -> None:
    assert paragraphs_of_lines("Un.\r\nDeux.\nTrois") == ["Un.", "Deux.", "Trois"]
    assert paragraphs_of_lines("Un\nmot\net un autre.") == ["Un\nmot\net un autre."]
    assert paragraphs_of_lines("Un.\nDeux.\n\nTrois.") == ["Un.\nDeux.", "Trois."]
    assert paragraphs_of_lines(" \n ") == []


def test_markup_without_end_is_a_problem() -> None:
    with pytest.raises(CorpusError, match="html-invalid"):
        blocks("<div>" * 5000 + "La halle")


@pytest.mark.parametrize(
    "piece", ["[caption]", "&lt;p ", '[a b="', "[vc_row ", "\\", "<p ", "[/a]", "\n ", "&amp;", "<b>\n\n"]
)
def test_hostile_fields_take_linear_time(piece: str) -> None:
    started = time.process_time()
    with suppress(CorpusError):
        blocks_of_html(piece * 40_000, RECORD)
    assert time.process_time() - started < 20  # a second and less; what grows with the square takes minutes
