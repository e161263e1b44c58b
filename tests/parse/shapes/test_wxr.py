"""Exports of WordPress: what the site shows is an article, what it does not show is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model.article import Draft
from corpus.model.problem import Problem
from corpus.parse import shapes
from corpus.raw.records import Record
from helpers.xml_exports import FIELDS, differences, drafts, parts, problems

HEAD = (
    '<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Le Blog du Port</title><language>fr-FR</language>'
    "<wp:base_blog_url>https://Blog.example/port</wp:base_blog_url>"
    "<wp:author><wp:author_login>odile</wp:author_login><wp:author_display_name><![CDATA[Odile Ferrand]]>"
    "</wp:author_display_name></wp:author><wp:author><wp:author_login>yr</wp:author_login><wp:author_display_name/>"
    "<wp:author_first_name>Yvon</wp:author_first_name><wp:author_last_name>Roux</wp:author_last_name></wp:author>"
)
BODY = "La criée rouvre lundi, a dit le maire.\n\nLes pêcheurs l’attendaient\ndepuis mars."


ZEROS = "0000-00-00 00:00:00"


def post(inside: str = "", text: str = BODY, kind: str = "post", status: str = "publish") -> str:
    """An item of an export."""
    return (
        f"<item><title>La criée &amp;#8211; enfin</title><link>https://blog.example/port/criee/</link>{inside}"
        f"<dc:creator>odile</dc:creator><content:encoded><![CDATA[{text}]]></content:encoded>"
        f"<wp:post_id>12</wp:post_id><wp:status>{status}</wp:status><wp:post_type><![CDATA[{kind}]]></wp:post_type></item>"
    )


def export(*items: str) -> str:
    """An export of these items."""
    return f"{HEAD}{''.join(items)}</channel></rss>"


def one(inside: str = "", text: str = BODY) -> Draft:
    """The article of an export of one post."""
    [draft] = drafts("wxr", export(post(inside, text)))
    return draft


def refused(item: str) -> Problem:
    """The problem of an export of one item."""
    [problem] = problems("wxr", export(item))
    return problem


def test_a_post_says_what_it_is() -> None:
    draft = one()
    assert draft.title == "La criée – enfin"
    assert (draft.publication, draft.language, draft.authors) == ("Le Blog du Port", "fr", ("Odile Ferrand",))
    assert (draft.key, draft.url) == ("blog.example-port-12", "https://blog.example/port/criee/")
    assert [block.text for block in draft.blocks] == BODY.split("\n\n")


@pytest.mark.parametrize("status", ["draft", "pending", "private", "future", "trash", "inherit"])
def test_what_the_site_does_not_show_is_refused_by_name(status: str) -> None:
    problem = refused(post(status=status))
    assert problem.rule == "article-unpublished"
    assert problem.found == f"{status}: 'La criée – enfin'"


def test_what_lies_behind_a_password_is_refused_by_name() -> None:
    assert "behind a password" in refused(post("<wp:post_password>sel</wp:post_password>")).found


def test_files_and_menus_are_no_articles_and_unknown_kinds_are_named() -> None:
    dated = post("<wp:post_date>2024-03-05 07:30:00</wp:post_date>")
    content = export(post(kind="attachment"), dated, post(kind="nav_menu_item"), post(kind="evenement"))
    assert shapes.seen("wxr", content.encode()) == 2
    found = parts("wxr", content)
    assert [one.number for one in found if isinstance(one, Record)] == [2, 4]
    assert [one.found for one in problems("wxr", content)] == ["evenement: 'La criée – enfin'"]
    assert len(drafts("wxr", export(post(kind="page")))) == 1


@pytest.mark.parametrize(
    ("universal", "feed", "local", "date"),
    [
        ("2024-03-05 06:30:00", "", "2024-03-05 07:30:00", "2024-03-05T06:30:00Z"),
        (ZEROS, "Tue, 05 Mar 2024 06:30:00 +0000", ZEROS, "2024-03-05T06:30:00+00:00"),
        (ZEROS, "Wed, 30 Nov -0001 00:00:00 +0000", "2024-03-05 07:30:00", "2024-03-05T07:30:00"),
        (ZEROS, "hier", "2024-03-05 07:30:00", "2024-03-05T07:30:00"),
        ("", "", ZEROS, None),
        ("", "", "", None),
    ],
)
def test_zeros_are_no_date(universal: str, feed: str, local: str, date: str | None) -> None:
    dates = f"<wp:post_date_gmt>{universal}</wp:post_date_gmt><wp:post_date>{local}</wp:post_date>"
    assert one(f"<pubDate>{feed}</pubDate>{dates}").date == date


def test_logins_have_the_names_of_their_authors() -> None:
    item = post().replace(">odile<", "><![CDATA[yr]]><")
    assert drafts("wxr", export(item))[0].authors == ("Yvon Roux",)
    several = '<category domain="author" nicename="a"><![CDATA[odile]]></category>'
    several += '<category domain="author">Ana</category>'
    assert one(several).authors == ("Odile Ferrand", "Ana")
    assert drafts("wxr", export(post().replace(">odile<", ">admin<")))[0].authors == ()
    assert drafts("wxr", export(post().replace(">odile<", ">Maël Trividic<")))[0].authors == ("Maël Trividic",)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("Un.\n\n[youtube Xy12]\n\nDeux.", [("Un.", None), ("Deux.", None)]),
        ('Un.\n\n[gallery ids="1,2"]\n\n[embed]https://v.example/1[/embed]\n\nDeux.', [("Un.", None), ("Deux.", None)]),
        ("Un<!--more--> mot [sic].", [("Un mot [sic].", None)]),
        ('Un.\n\n[code lang="css"]\na { b: c }\n[/code]\n\nDeux.', [("Un.", None), ("Deux.", None)]),
        ("Un.<!--nextpage-->Deux.", [("Un.", None), ("Deux.", None)]),
        ("<!-- wp:paragraph -->\n<p>Un.</p>\n<!-- /wp:paragraph -->", [("Un.", None)]),
        ("Un.\n\n<h2>Après</h2>\nDeux.", [("Un.", None), ("Après", "subheading"), ("Deux.", None)]),
        ('Un.\n\n[caption id="a" caption="Le quai"]<img src="a"/>[/caption]', [("Un.", None), ("Le quai", "caption")]),
    ],
)
def test_shortcodes_and_comments_are_no_text(text: str, blocks: list[tuple[str, str | None]]) -> None:
    assert [(block.text, block.role) for block in one(text=text).blocks] == blocks


def test_a_picture_alone_is_no_article() -> None:
    problem = refused(post(text='<a href="b"><img src="a" alt="Le quai"/></a>'))
    assert (problem.rule, problem.found) == ("article-empty", "'La criée – enfin', a picture or its caption only")
    assert refused(post(text="")).found == "'La criée – enfin', without text"
    assert refused(post().replace("La criée &amp;#8211; enfin", "")).path == "$.title"


def test_an_excerpt_is_a_standfirst_unless_it_opens_the_text() -> None:
    said = "<excerpt:encoded><![CDATA[{}]]></excerpt:encoded>"
    assert one(said.format("Cinq mois de travaux.")).blocks[0] == ("Cinq mois de travaux.", "standfirst")
    assert len(one(said.format("La criée rouvre lundi")).blocks) == 2


def test_comments_and_what_plugins_store_are_not_read_even_if_damaged() -> None:
    beside = (
        "<wp:postmeta><wp:meta_value><![CDATA[a:\x01\x00</wp:postmeta>]]></wp:meta_value></wp:postmeta>"
        "<wp:comment><wp:comment_content><![CDATA[Bravo \x0b !]]></wp:comment_content></wp:comment>"
    )
    content = export(post().replace("</item>", f"{beside}</item>"))
    assert "Bravo" not in "".join(block.text for block in drafts("wxr", content)[0].blocks)
    assert refused(post(text="Un mot\x0b de trop.")).rule == "xml-invalid"


def test_other_files_are_no_exports() -> None:
    assert parts("wxr", "<rss><channel><item/></channel></rss>") == []


def test_real_exports_say_what_people_read_in_them(shared: Path) -> None:
    assert differences(shared / "exports" / "wxr", "wxr", FIELDS) == []


def test_a_kind_of_content_whose_name_says_that_it_is_an_article_is_one() -> None:
    assert [draft.title for draft in drafts("wxr", export(post(kind="actualites")))] == ["La criée – enfin"]
    assert refused(post(kind="product")).rule == "article-unpublished"
    assert len(parts("wxr", export(post(), post(kind="elementor_library")))) == 1


def test_who_signs_without_an_account_is_named_by_the_item_that_the_export_has_of_them() -> None:
    signed = '<category domain="author" nicename="cap-soizic-le-bihan"><![CDATA[soizic-le-bihan]]></category>'
    guest = (
        "<item><title><![CDATA[Soizic Le Bihan]]></title><wp:post_name><![CDATA[cap-soizic-le-bihan]]></wp:post_name>"
        "<wp:post_type><![CDATA[guest-author]]></wp:post_type></item>"
    )
    [draft] = drafts("wxr", export(post(signed), guest))
    assert draft.authors == ("Soizic Le Bihan",)
    assert one('<category domain="byline" nicename="x"><![CDATA[Yann Roux]]></category>').authors == ("Yann Roux",)


def test_an_address_or_a_shortcode_on_a_line_of_its_own_is_no_text_and_a_signature_is_the_byline() -> None:
    draft = one("", f"{BODY}\n\nhttps://video.example/watch?v=1\n\n[sociallinks]\n\nOdile Ferrand")
    assert [(block.text, block.role) for block in draft.blocks[2:]] == [("Odile Ferrand", "byline")]
