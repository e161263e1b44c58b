"""Feeds: whole texts are articles, teasers are refused by name, what the feed says of all items is said of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model.article import Article, Draft
from corpus.model.problem import Problem
from helpers.xml_exports import FIELDS, differences, drafts, parts, problems, read, titles

HEAD = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
    "<title>Le Ponant &#8211; toute l&#039;actualité</title><link>https://ponant.example/</link><language>fr</language>"
)
TEXT = "<p>La criée de Bréhac rouvre lundi, a dit le maire.</p><p>Les pêcheurs l’attendaient depuis mars.</p>"


def item(inside: str, text: str = TEXT) -> str:
    """A feed of one item with this text."""
    encoded = f"<content:encoded><![CDATA[{text}]]></content:encoded>" if text else ""
    return f"{HEAD}<item><title>La criée rouvre</title>{inside}{encoded}</item></channel></rss>"


def one(inside: str = "", text: str = TEXT) -> Draft:
    """The article of such a feed."""
    [draft] = drafts("feed", item(inside, text))
    return draft


def refused(content: str) -> Problem:
    """The one problem of a feed."""
    [problem] = problems("feed", content)
    return problem


def entry(inside: str, more: str = "") -> str:
    """A feed in Atom of one entry."""
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:xhtml="http://www.w3.org/1999/xhtml" xml:lang="fr-BE"><title>'
        f"Le Ponant</title>{more}<author><name>La rédaction du Ponant</name></author><entry>"
        f"<title type='html'>La criée &lt;em&gt;rouvre&lt;/em&gt; &amp;amp; vend</title>{inside}</entry></feed>"
    )


def test_a_teaser_is_no_article() -> None:
    problem = refused(item("<description>La criée rouvre lundi.</description>", ""))
    assert (problem.rule, problem.file) == ("article-truncated", "raw/essai/export.xml#1")
    assert "'La criée rouvre': a teaser; the feed has no whole text" in problem.found
    assert refused(item("", "")).rule == "article-empty"
    assert refused(item("", "<p>La criée rouvre lundi […]</p>")).rule == "article-truncated"
    assert refused(HEAD + "<item><link>https://a.example/</link></item></channel></rss>").rule == "article-empty"
    assert refused(entry("<summary>La criée rouvre lundi.</summary>")).rule == "article-truncated"
    assert refused(entry("<content src='https://a.example/1'/>")).rule == "article-empty"


def test_an_item_without_a_title_is_named() -> None:
    content = item("").replace("<title>La criée rouvre</title>", "")
    assert (refused(content).rule, refused(content).path) == ("article-empty", "$.title")


def test_what_the_feed_says_is_said_of_each_item() -> None:
    draft = one()
    assert draft.publication == "Le Ponant – toute l'actualité"
    assert draft.language == "fr"
    draft = drafts("feed", entry(f"<content type='html'><![CDATA[{TEXT}]]></content>"))[0]
    assert (draft.publication, draft.language, draft.authors) == ("Le Ponant", "fr", ("La rédaction du Ponant",))
    assert draft.title == "La criée rouvre & vend"


def test_an_item_that_names_its_source_was_published_there() -> None:
    assert one("<source url='https://x.example/feed'>La Gazette</source>").publication == "La Gazette"
    content = entry(f"<source><title>La Gazette</title></source><content type='html'><![CDATA[{TEXT}]]></content>")
    assert drafts("feed", content)[0].publication == "La Gazette"


@pytest.mark.parametrize(
    ("inside", "names"),
    [
        ("<dc:creator>Odile Ferrand</dc:creator><dc:creator>Yvon Roux</dc:creator>", ("Odile Ferrand", "Yvon Roux")),
        ("<dc:creator><![CDATA[admin]]></dc:creator>", ()),
        ("<dc:creator></dc:creator><author>odile@ponant.example (Odile Ferrand)</author>", ("Odile Ferrand",)),
        ("<author>odile@ponant.example</author>", ()),
        ("<dc:creator>Ana&#160;L&amp;#039;Her</dc:creator>", ("Ana\xa0L'Her",)),
    ],
)
def test_accounts_and_addresses_sign_nothing(inside: str, names: tuple[str, ...]) -> None:
    assert one(inside).authors == names


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("<pubDate>Tue, 05 Mar 2024 07:30:00 +0100</pubDate>", "2024-03-05T07:30:00+01:00"),
        ("<pubDate>5 Mar 2024 07:30 GMT</pubDate>", "2024-03-05T07:30:00+00:00"),
        ("<pubDate>05 Mar 2024</pubDate>", "05 Mar 2024"),
        ("<pubDate>lun., 4 mars 2024 07:30</pubDate>", "lun., 4 mars 2024 07:30"),
        ("<dc:date>2024-03-05T07:30+01:00</dc:date>", "2024-03-05T07:30:00+01:00"),
        ("<pubDate></pubDate>", None),
        ("<pubDate>32 Mar 2024 99:99:99</pubDate>", "32 Mar 2024 99:99:99"),
    ],
)
def test_dates_of_feeds(written: str, date: str | None) -> None:
    assert one(written).date == date


def test_an_entry_is_as_old_as_its_publication_and_its_change_is_its_version() -> None:
    dates = "<published>2024-03-05T07:30:00Z</published><updated>2024-04-01T00:00:00+02:00</updated>"
    draft = drafts("feed", entry(f"{dates}<content type='html'><![CDATA[{TEXT}]]></content>"))[0]
    assert (draft.date, draft.version) == ("2024-03-05T07:30:00Z", "2024-03-31T22:00:00Z")


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>https://ponant.example/criee</link>", "https://ponant.example/criee"),
        ("<link>/criee</link>", "https://ponant.example/criee"),
        ("<guid>https://ponant.example/?p=1</guid>", "https://ponant.example/?p=1"),
        ('<guid isPermaLink="false">https://ponant.example/?p=1</guid>', None),
        ("<link>http://[mal</link>", None),
    ],
)
def test_addresses_are_those_of_articles(inside: str, url: str | None) -> None:
    assert one(inside).url == url


def test_a_relative_address_without_a_base_is_left_out() -> None:
    content = item("<link>/criee</link>").replace("https://ponant.example/", "/")
    assert drafts("feed", content)[0].url is None


def test_the_key_is_the_guid_else_the_address() -> None:
    assert one("<guid>abc-1</guid><link>https://ponant.example/1</link>").key == "abc-1"
    assert one("<link>https://ponant.example/1</link>").key == "https://ponant.example/1"
    assert one().key is None


def test_a_description_that_opens_the_text_is_no_standfirst() -> None:
    for said in ("La criée de Bréhac rouvre lundi […]", "La criée de Bréhac rouvre lundi, a dit le maire."):
        assert [block.role for block in one(f"<description>{said}</description>").blocks] == [None, None]
    blocks = one("<description>&lt;p&gt;Cinq mois de travaux.&lt;/p&gt;</description>").blocks
    assert blocks[0] == ("Cinq mois de travaux.", "standfirst")
    assert len(one("<media:description>Une photo</media:description>").blocks) == 2


@pytest.mark.parametrize(
    "closing",
    [
        "L’article <a href='/'>La criée rouvre</a> est apparu en premier sur <a href='/'>Le Ponant</a>.",
        "Cet article La criée rouvre est apparu en premier sur Le Ponant.",
        "The post La criée rouvre first appeared on Le Ponant.",
        "The post La criée rouvre appeared first on Le Ponant.",
    ],
)
def test_the_sentence_that_closes_an_item_is_dropped(closing: str) -> None:
    assert one(text=f"{TEXT}<p>{closing}</p>").blocks == one().blocks


def test_what_an_article_says_of_another_article_stays() -> None:
    said = "L’article de loi est paru au journal officiel."
    assert one(text=f"{TEXT}<p>{said}</p>").blocks[-1].text == said


def test_one_category_is_a_section_and_several_are_none() -> None:
    assert one("<category>Mer</category>").section == "Mer"
    assert one("<category>Mer</category><category>Port</category>").section is None


def test_atom_in_xhtml_with_entities_and_prefixes_is_read() -> None:
    xhtml = "<xhtml:div><xhtml:p>La&nbsp;criée</xhtml:p><xhtml:p>rouvre.</xhtml:p></xhtml:div>"
    xhtml = f"<content type='xhtml'>{xhtml}</content>"
    assert [block.text for block in drafts("feed", entry(xhtml))[0].blocks] == ["La\xa0criée", "rouvre."]
    prefixed = (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>Le Ponant</a:title><a:entry><a:title>La criée</a:title>'
        '<a:content type="text">Elle rouvre.</a:content></a:entry></a:feed>'
    )
    assert drafts("feed", prefixed)[0].publication == "Le Ponant"


def test_rss_of_the_first_version_has_its_items_beside_the_channel() -> None:
    content = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel rdf:about="x"><title>Le Ponant</title>'
        '<items><rdf:Seq/></items></channel><item rdf:about="https://ponant.example/1"><title>La criée</title>'
        f"<content:encoded><![CDATA[{TEXT}]]></content:encoded></item></rdf:RDF>"
    )
    draft = drafts("feed", content)[0]
    assert (draft.publication, draft.key) == ("Le Ponant", "https://ponant.example/1")


def test_comments_and_drafts_of_a_blog_are_named() -> None:
    kind = "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
    text = "<content type='html'>Bravo à tous.</content>"
    assert refused(entry(kind.format("comment") + text)).rule == "article-unpublished"
    draft = "<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes</app:draft></app:control>"
    assert refused(entry(draft + text)).rule == "article-unpublished"
    assert len(drafts("feed", entry(kind.format("post") + text))) == 1


def test_an_export_of_wordpress_and_other_xml_are_no_feeds() -> None:
    assert parts("feed", '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item/></channel></rss>') == []
    assert parts("feed", "<feed><entry/></feed>") == []


def test_real_feeds_say_what_people_read_in_them(shared: Path) -> None:
    assert differences(shared / "exports" / "rss_atom", "feed", FIELDS) == []


def test_an_article_of_a_feed_is_whole(shared: Path) -> None:
    found = read("feed", (shared / "exports" / "rss_atom" / "equipe_extrait.atom.xml").read_bytes())
    assert len(titles(found)) == 6
    assert all(isinstance(one, Article) and (one.word_count or 0) > 50 for one in found)


def described(text: str) -> Draft:
    """The article of an item whose description holds this HTML, and which has no content."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return one(f"<description>{escaped}</description><author>a@b.example (Maël Kerguidu)</author>", "")


WHOLE = (
    "<p>La criée de Bréhac rouvre lundi après onze ans de fermeture, a dit le maire aux pêcheurs du port.</p>"
    "<h2>Des travaux</h2><p>Le toit avait cédé sous le poids de la neige en février.</p>"
    "<p>Les travaux ont coûté quarante mille euros à la commune, qui en attendait trente mille.</p>"
)


def test_a_description_of_several_whole_paragraphs_is_the_text() -> None:
    assert [block.role for block in described(WHOLE).blocks] == [None, "subheading", None, None]
    drupal = f'<div class="field field--type-text-with-summary"><div class="field-items">{WHOLE}</div></div>'
    head = "<span>La criée rouvre</span>\n<span>Maël Kerguidu</span>\n<time>dim 12/03/2023 - 07:00</time>\n"
    assert described(head + drupal).blocks == described(WHOLE).blocks
    for teaser in (WHOLE[:-5] + " …</p>", WHOLE + "<p><a href='x'>Lire la suite</a></p>", WHOLE.partition("<h2>")[0]):
        assert refused(item(f"<description><![CDATA[{teaser}]]></description>", "")).rule == "article-truncated"


def test_the_section_and_keywords_that_spip_puts_below_a_description_are_no_standfirst() -> None:
    below = (
        '<p>Onze ans de fermeture.</p>\n\n-\n<a href="x" rel="directory">Actu</a>\n\n/ \n<a href="y" rel="tag">Port</a>'
    )
    draft = one(f"<description><![CDATA[{below}]]></description>")
    assert [block.text for block in draft.blocks if block.role == "standfirst"] == ["Onze ans de fermeture."]


def test_a_signature_below_the_text_an_embedded_address_and_buttons_are_no_text() -> None:
    more = "<p>Maël Kerguidu</p>"
    address = "<p>https://video.example/watch?v=1</p><p class='button-wrapper'><a>Offrir Le Ponant</a></p>"
    draft = one("<dc:creator>Maël Kerguidu</dc:creator>", TEXT.replace("</p><p>", f"</p>{address}<p>") + more)
    assert [block.role for block in draft.blocks] == [None, "boilerplate", None, "byline"]
    assert not any("video.example" in block.text for block in draft.blocks)


def test_a_date_with_a_year_of_two_figures_is_read_and_an_ampersand_may_stand_alone() -> None:
    draft = one("<pubDate>Mon, 11 Mar 24 08:00:00 +0100</pubDate><link>https://ponant.example/?a=1&b=2</link>")
    assert (draft.date, draft.url) == ("2024-03-11T08:00:00+01:00", "https://ponant.example/?a=1&b=2")


def test_the_sentence_that_medium_adds_is_no_text() -> None:
    added = "<p>La criée rouvre was originally published in Le Ponant on Medium, where people are continuing.</p>"
    assert one("", TEXT + added).blocks == one().blocks


@pytest.mark.parametrize(
    "closing",
    [
        "Innlegget <a>Broen</a> dukket først opp på <a>Avisen</a>.",
        "O post <a>A ponte</a> apareceu primeiro em <a>O Diário</a>.",
        "El artículo <a>El puente</a> se publicó primero en <a>El Diario</a>.",
        "Artykuł <a>Most</a> pochodzi z serwisu <a>Gazeta</a>.",
        "Tags : <a>port</a>, <a>pêche</a>",
        "Partager : <a>Facebook</a> <a>X</a>",
        "* * *",
    ],
)
def test_what_a_site_puts_below_the_text_is_no_text(closing: str) -> None:
    assert one("", f"{TEXT}<p>{closing}</p>").blocks == one().blocks


def test_a_number_that_names_an_item_is_no_address_and_half_a_day_no_time() -> None:
    draft = one("<guid>4711</guid><pubDate>Tue, 12 Mar 2024 8:00:00 PM +0100</pubDate>")
    assert (draft.url, draft.date) == (None, "2024-03-12")
