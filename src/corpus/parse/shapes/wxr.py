"""Exports of WordPress (WXR): posts and pages with their texts as editors stored them.

An export holds everything that a site has. Posts and pages that the site shows are articles; drafts and what lies
behind a password are refused by name, other kinds of content too, and files, menus and settings are no articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from corpus.model.article import Block, Draft
from corpus.model.problem import Problem, quoted
from corpus.parse.containers import xml_items
from corpus.parse.containers.markup import blocks_of_html
from corpus.parse.containers.xml_items import child, children, local, value, words
from corpus.parse.containers.xml_items import visible_html as visible
from corpus.parse.languages import language_of
from corpus.parse.normalise import bare
from corpus.parse.shapes.feed import head_of, is_of_wordpress, moment_of, unmarked
from corpus.parse.shapes.feed.texts import signed
from corpus.raw.config import Source
from corpus.raw.records import Record

__all__ = ["parse", "records", "seen", "visible"]

_ITEMS = ("item",)
ARTICLES = frozenset(
    """
    post page article articles news actualite actualites actu actus story stories breve breves reportage reportages
    interview interviews entretien enquete enquetes chronique chroniques tribune tribunes edito editorial opinion
    opinions column critique critiques feature features blog nieuws artikel noticia noticias notizia nachrichten
    """.split()  # noqa: SIM905  # read as words
)
"""Kinds of content that are articles: those of WordPress, and those of sites whose name says it."""
_REASONS = {
    "is a file of the media library": "attachment",
    "is a menu": "nav_menu_item wp_navigation",
    "is an older state of a post": "revision",
    "is a style of the site": "custom_css wp_global_styles",
    "is a setting of the site": "customize_changeset acf-field acf-field-group",
    "is what WordPress fetched from elsewhere": "oembed_cache",
    "is a request about personal data": "user_request",
    "is a part or a layout of pages": "wp_block wp_template wp_template_part elementor_library et_pb_layout",
    "is a font": "wp_font_family wp_font_face",
    "is a form, or a message to the site": "wpcf7_contact_form wpforms feedback",
    "is a name that signs posts": "guest-author",
    "is an order of a shop": "shop_order",
    "is a task of the site, or a report of an extension": "scheduled-action amp_validated_url",
    "is a list of addresses": "jp_img_sitemap jp_sitemap jp_sitemap_master",
}
LEFT_OUT = {kind: reason for reason, kinds in _REASONS.items() for kind in kinds.split()}
"""Kinds of content that are no articles, each with the reason; any other kind is a problem that names it."""
_KIND = re.compile(rb"<wp:post_type>\s*(?:<!\[CDATA\[)?\s*([\w-]*)")
_SIGNATURE = re.compile(
    rb"<(?:dc:creator|category\b[^>]{0,200}?domain=\"(?:author|byline)\"[^>]{0,200})>\s*(?:<!\[CDATA\[)?(.{1,200}?)\s*(?:\]\]>)?\s*</",
    re.DOTALL,
)
_ASIDE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<(?P<close>/)?wp:(?P<name>postmeta|comment)>", re.DOTALL)
"""What plugins store about a post, and what readers wrote: not read, and often damaged."""
_CODE = re.compile(
    r"\[(?P<close>/)?(?P<name>code|sourcecode|php|html|css|javascript|js|xml|sql|bash|python|java|crayon)\b[^\[\]]*\]"
)
"""Programs that a post shows: « [code lang="css"]…[/code] »."""
_ZERO = re.compile(r"0000-|-0001|0001-")
_EMBED = re.compile(
    r"\[(youtube|vimeo|dailymotion|soundcloud|gist|tweet|instagram|facebook|slideshare|scribd|googlemaps|googlevideo"
    r"|flickr|bandcamp|polldaddy|poll|archives|wpvideo|videopress|ted|kickstarter|contact-form)(?:[\s=:][^\[\]]*)?/?\]",
    re.IGNORECASE,
)
"""Shortcodes that put something from elsewhere: « [youtube 4Zr9] »."""
_EMBED_LINE = re.compile(r"(?:\[/?[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*\]\s*)+|https?://\S+")
"""A line of shortcodes alone, or an address alone: WordPress puts there what it stands for."""
_NO_NAMES = frozenset(("admin", "administrator", "administrateur", "root", "webmaster", "wordpress"))
_BESIDE = ("caption", "credit", "boilerplate", "related")
_GUEST = re.compile(rb"<wp:post_type>\s*(?:<!\[CDATA\[)?guest-author\b")
_GUEST_NAME = re.compile(rb"<title>\s*(?:<!\[CDATA\[)?(.{1,200}?)\s*(?:\]\]>)?\s*</title>", re.DOTALL)
_GUEST_LOGIN = re.compile(rb"<wp:post_name>\s*(?:<!\[CDATA\[)?(?:cap-)?([^\]<]{1,100})")


def seen(content: bytes) -> int:
    """How many posts, pages and items of unknown kinds an export shows; 0 for another file."""
    file = xml_items.begun_file(content)
    if file is None or not _is_export(file):
        return 0
    return sum(
        1 for piece in xml_items.pieces(file.content, _ITEMS, file.start) if _kind(file.content, piece) not in LEFT_OUT
    )


def _is_export(file: xml_items.File) -> bool:
    return file.name == "rss" and is_of_wordpress(file)


def _kind(content: bytes, piece: xml_items.Piece) -> str:
    found = _KIND.search(content, piece.start, piece.end)
    return found[1].decode("ascii", "replace") if found else ""


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The posts and pages of an export in order, with their numbers among all its items.

    Raises:
        CorpusError: the file is no XML that can be read.
    """
    begun = xml_items.opened(file)
    if not _is_export(begun):
        return
    around: tuple[bytes, ...] = ()
    said = b""
    authors: dict[str, str] = {}
    number = 0
    for number, piece in enumerate(xml_items.pieces(begun.content, _ITEMS, begun.start), 1):
        if number == 1:
            around = xml_items.ancestors(begun, piece.start)
            said, authors = _said(begun, piece.start, file)
            authors |= _guests(begun)
        if piece.fault:
            yield xml_items.damaged(file, number, piece)
        elif _kind(begun.content, piece) not in LEFT_OUT:
            signatures = _SIGNATURE.findall(begun.content, piece.start, piece.end)
            logins = dict.fromkeys(one.decode("utf-8", "replace") for one in signatures)
            names = [xml_items.declared("author", authors[one], login=one) for one in logins if authors.get(one)]
            yield xml_items.part(file, begun, number, piece, around, said + b"".join(names) + b"</head>")
    if number and (problem := xml_items.cut_off(file, begun)):
        yield problem


def _said(file: xml_items.File, start: int, record: Record) -> tuple[bytes, dict[str, str]]:
    """What the export says of the site, and the name of each login."""
    head = head_of(file, start, record)
    channel = child(head, "channel")
    found = xml_items.declared("title", unmarked(words(child(channel, "title"))))
    found += xml_items.declared("language", words(child(channel, "language")))
    address = words(child(channel, "base_blog_url")) or words(child(channel, "link"))
    found += xml_items.declared("link", address)
    authors = {}
    for author in children(channel, "author"):
        names = [words(child(author, f"author_{part}_name")) for part in ("display", "first", "last")]
        authors[words(child(author, "author_login"))] = names[0] or " ".join(name for name in names[1:] if name)
    return b"<head>" + found, authors


def _guests(file: xml_items.File) -> dict[str, str]:
    """The names of those who sign without an account, as Co-Authors Plus keeps them: items of their own."""
    found: dict[str, str] = {}
    if not _GUEST.search(file.content):
        return found
    for piece in xml_items.pieces(file.content, _ITEMS, file.start):
        if not piece.fault and _GUEST.search(file.content, piece.start, piece.end):
            name = _GUEST_NAME.search(file.content, piece.start, piece.end)
            login = _GUEST_LOGIN.search(file.content, piece.start, piece.end)
            if name and login:
                found[login[1].decode("utf-8", "replace").strip()] = unmarked(name[1].decode("utf-8", "replace"))
    return found


def parse(content: str, record: Record, source: Source) -> Draft:
    """What a post or a page says.

    Raises:
        CorpusError: it is another kind of content, not published (``article-unpublished``), or has no text.
    """
    root = xml_items.tree(_without(content, _ASIDE), record)
    item = next((one for one in root.iter() if local(one) == "item"), root)
    head = next((one for one in root.iter() if local(one) == "head"), None)
    title = unmarked(words(child(item, "title")))
    _check(item, title, record)
    stored, extract = (
        next((one for one in children(item, "encoded") if f"/{space}/" in str(one.tag)), None)
        for space in ("content", "excerpt")
    )
    text = "".join(map(str, stored.itertext())) if stored is not None else ""
    blocks = tuple(
        block
        for block in blocks_of_html(_without_embeds(re.sub(r"<!--\s*nextpage\s*-->", "\n\n", text)), record)
        if not _EMBED_LINE.fullmatch(block.text)
    )
    if not any(block.role not in _BESIDE for block in blocks):
        found = f"{quoted(title)}, " + ("a picture or its caption only" if blocks or "<img" in text else "without text")
        raise record.error("article-empty", "", found, "a text", "nothing has to be done where the post has no words")
    if not title:
        raise record.error("article-empty", "$.title", f"no title above {quoted(blocks[0].text)}", "a title", "")
    authors = tuple(_authors(item, head))
    blocks = signed(blocks, authors)
    said = bare(" ".join(block.text for block in blocks))
    excerpt = words(extract)
    decks = [block.text for block in blocks_of_html(excerpt, record)] if excerpt else []
    decks = [one for one in decks if bare(one).rstrip(".…[]") not in said and bare(one) != bare(title)]
    link = words(child(item, "link"))
    return Draft(
        title=title,
        blocks=(*(Block(one, "standfirst") for one in decks), *blocks),
        key=_key(item, head),
        date=_date(item),
        authors=authors,
        url=link if re.match(r"https?://[^\s/]\S*\Z", link) else None,
        language=language_of(words(child(head, "language"))),
        publication=words(child(head, "title")) or None,
    )


def _without(content: str, marks: re.Pattern[str]) -> str:
    """The content without what stands from a mark to the next one that closes it."""
    kept: list[str] = []
    at, name = 0, ""
    for found in marks.finditer(content):
        if found["name"] is None:
            continue
        if not name and not found["close"]:
            kept.append(content[at : found.start()])
            at, name = found.start(), found["name"]
        elif found["close"] and found["name"] == name:
            at, name = found.end(), ""
    kept.append(content[at:])
    return "".join(kept)


def _without_embeds(text: str) -> str:
    """The text without programs, and without shortcodes of one tag that put a medium."""
    if "[" not in text:
        return text
    text = _without(text, _CODE)
    lower = text.lower()
    return _EMBED.sub(lambda found: found[0] if f"[/{found[1].lower()}" in lower else "", text)


def _check(item: Element, title: str, record: Record) -> None:
    kind, status = words(child(item, "post_type")) or "post", words(child(item, "status")) or "publish"
    if kind not in ARTICLES:
        hint = "nothing has to be done where it is none; where it is one, write post as its wp:post_type in the export"
        raise record.error("article-unpublished", "", f"{kind}: {quoted(title)}", "a post or a page", hint)
    hint = "publish it and export again, or leave it out of the export"
    if status != "publish":
        raise record.error("article-unpublished", "", f"{status}: {quoted(title)}", "publish", hint)
    if words(child(item, "post_password")):
        raise record.error("article-unpublished", "", f"behind a password: {quoted(title)}", "an open post", hint)


def _key(item: Element, head: Element | None) -> str | None:
    """The number of the post with the site's address; two exports of one site agree on it."""
    number = words(child(item, "post_id"))
    site = re.sub(r"\Ahttps?://", "", words(child(head, "link"))).strip("/").lower()
    if number:
        return f"{site.replace('/', '-')}-{number}" if site else number
    return words(child(item, "guid")) or None


def _date(item: Element) -> str | None:
    """When the post appeared: its instant in UTC, else that of the feed, else that of the site's clock.

    Drafts and some imports have zeros in the first.
    """
    universal, local_time = words(child(item, "post_date_gmt")), words(child(item, "post_date"))
    if universal and not _ZERO.match(universal):
        return universal.replace(" ", "T") + "Z"
    feed = words(child(item, "pubDate"))
    if feed and not _ZERO.search(feed) and re.match(r"\d{4}-", moment := moment_of(feed)):
        return moment
    return local_time.replace(" ", "T") if local_time and not _ZERO.match(local_time) else None


def _authors(item: Element, head: Element | None) -> Iterator[str]:
    """The names that sign a post: those of several authors, else that of the login; accounts sign nothing."""
    names = {value(one, "login"): words(one) for one in children(head, "author")}
    signed = [words(one) for one in children(item, "category") if value(one, "domain") in ("author", "byline")]
    for login in signed or [words(one) for one in children(item, "creator")]:
        name = unmarked(names.get(login, login))
        if name and name.casefold() not in _NO_NAMES:
            yield name
