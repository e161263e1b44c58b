"""What a saved page states of itself: titles, dates, authors, address, language.

Read from JSON-LD (schema.org), meta elements, links and trafilatura's own reading of them.
Nothing is looked for in running text, except a date at the very opening of an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import islice

import orjson
from lxml.etree import _Element as Element
from trafilatura.metadata import extract_metadata

from corpus.model.written_dates import edtf_of
from corpus.parse.languages import language_of

# The names under which pages give the day of publication, in lower case.
_DATES = tuple(
    """
    article:published_time og:article:published_time og:published_time datepublished dc.date.issued dcterms.issued
    dc.date dcterms.date dc.date.created dcterms.created date pubdate publication_date publish-date publishdate
    parsely-pub-date sailthru.date cxenseparse:recs:publishtime citation_publication_date
    """.split()  # noqa: SIM905  # read as words
)
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author",
            "citation_author")  # fmt: skip
_DESCRIPTIONS = ("description", "og:description", "dc.description")
_TITLES = ("og:title", "dc.title", "dcterms.title", "twitter:title")
_NOBODY = frozenset(("admin", "administrateur", "webmaster", "redaction", "rédaction", "la redaction", "la rédaction"))
_KINDS = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|Report|Review)")
_MOST_NODES = 10_000
_MOST_TITLES = 10
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")
_ADDRESS = re.compile(r"https?://[^\s/]\S*")
_OPENING = re.compile(  # « 22 août 2012, Espagne. - Le parti … », « Lomé, le 4 mars 2023 (HEXA) – Le port … »
    r"(?:[A-ZÀ-Þ][^\d\n]{1,60}?, (?:le )?)?(?P<date>(?:\w{5,8}[ \xa0]+)?[0-9]{1,2}[^\d\n,]{4,20}[0-9]{4})"
    r"(?:, [A-ZÀ-Þ][^\d\n.,]{1,40}\.)?(?: ?\([^()\n]{2,30}\))?[ \xa0]?\.?[ \xa0]?[-–—][ \xa0]"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_INLINE_TAG = re.compile(r"</?(?:b|i|em|strong|span|sup|sub|cite|small|br|p)(?:\s[^<>]*)?/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statements:
    """What a page states of itself; empty or None where it does not say.

    ``titles`` are in the order of trust, ``date`` is as written. ``free`` is False
    where only subscribers may read the article; ``locked`` are the classes and ids of what only they may see.
    """

    titles: tuple[str, ...]
    description: str
    site: str
    date: str | None
    authors: tuple[str, ...]
    url: str | None
    language: str | None
    free: bool
    locked: tuple[str, ...]


def statements(root: Element, content: str, date_format: str | None = None) -> Statements:
    """What the head of a page and its JSON-LD say; ``date_format`` is that of source.yaml."""
    meta = _meta(root)
    linked = list(_json_ld(root))
    document = extract_metadata(root, None, {"original_date": True, "extensive_search": False})
    headlines = [text for node in linked if (text := _text(node.get("headline")))]
    site = meta.get("og:site_name") or document.sitename or ""
    guess = (document.title or "").strip()
    window = _without_site(root.findtext(".//title") or "", site)
    dates = [_text(node.get("datePublished")) for node in linked] + [meta.get(name, "") for name in _DATES]
    titles = [*headlines, *(meta[name] for name in _TITLES if name in meta)]
    titles += [guess, window] if window.startswith(guess) else [window, guess]
    titles = [title.strip() for title in titles if title.strip().casefold() not in ("", site.casefold())]
    parts = (part for node in linked for part in _listed(node.get("hasPart")))
    locked = [part for part in parts if isinstance(part, dict) and _not_free(part)]  # ``.paywall`` is "paywall"
    return Statements(
        titles=tuple(dict.fromkeys(titles))[:_MOST_TITLES],
        description=next((meta[name] for name in _DESCRIPTIONS if name in meta), ""),
        site=site,
        date=first_date(dates, date_format),
        authors=_authors(linked, meta, site, document.author or ""),
        url=_url(root, meta, linked, content),
        language=_language(root, meta, linked),
        free=not any(map(_not_free, linked)) and meta.get("article:content_tier", "").lower() != "locked",
        locked=tuple(re.findall(r"[.#]([\w-]+)", " ".join(_text(part.get("cssSelector")) for part in locked))),
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _not_free(node: dict[str, object]) -> bool:
    return str(node.get("isAccessibleForFree")).rpartition("/")[2].lower() == "false"


def _without_site(title: str, site: str) -> str:
    """A page's <title> without the name of the site, which most put behind a bar or a dash."""
    title = title.strip()
    before = title[: len(title) - len(site)].rstrip() if site and title.endswith(site) else ""
    return before[:-1].rstrip() if before.endswith(("|", "-", "–", "—", "·", "•", ":")) else title


def _meta(root: Element) -> dict[str, str]:
    """The page's meta elements, by name in lower case; of a repeated name the first that says something."""
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        content = _text(element.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                meta.setdefault(name.strip().lower(), content)
    return meta


def _json_ld(root: Element) -> Iterator[dict[str, object]]:
    """The articles that the page's JSON-LD describes; what is no JSON is passed over, as browsers do."""
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            pending = [orjson.loads(script.text or "")]
        except orjson.JSONDecodeError:
            continue
        for node in islice(pending, _MOST_NODES):  # which grows as it is read
            if isinstance(node, list):
                pending += node
            elif isinstance(node, dict):
                if any(isinstance(kind, str) and _KINDS.fullmatch(kind) for kind in _listed(node.get("@type"))):
                    yield node
                pending += [node[name] for name in ("@graph", "mainEntity") if name in node]


def _text(value: object) -> str:
    """A statement as its reader sees it: many sites write HTML into JSON-LD, and escape twice in meta elements."""
    if not isinstance(value, str):
        return ""
    if "&" in value:
        value = _ENTITY.sub(lambda found: unescape(found[0]), value)
    return (_INLINE_TAG.sub("", value) if "<" in value else value).strip()


def _names(value: object) -> Iterator[str]:
    """The names in schema.org's ``author``: a name, a Person, or a list of them."""
    for one in _listed(value):
        name = _text(one.get("name")) if isinstance(one, dict) else _text(one)
        if name and not _ADDRESS.match(name):
            yield name


def _authors(linked: list[dict[str, object]], meta: dict[str, str], site: str, fallback: str) -> tuple[str, ...]:
    """Who signed, by the most trusted of those that say so; the site and its desk are nobody."""
    choices = [list(_names(node.get("author"))) for node in linked]
    choices += [list(_names(meta.get(name))) for name in _AUTHORS]
    choices.append([name for name in fallback.split("; ") if name])
    for names in choices:
        people = [name for name in dict.fromkeys(names) if name.casefold() not in (site.casefold(), *_NOBODY)]
        if people:
            return tuple(people)
    return ()


def _url(root: Element, meta: dict[str, str], linked: list[dict[str, object]], content: str) -> str | None:
    """The page's own address: canonical link, Open Graph, JSON-LD, or where the browser saved it from."""
    choices = [link.get("href") for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    choices.append(meta.get("og:url"))
    for node in linked:
        main = node.get("mainEntityOfPage")
        choices += [_text(node.get("url")), _text(main.get("@id")) if isinstance(main, dict) else _text(main)]
    choices += _SAVED_FROM.findall(content[:4000])
    return next((url.strip() for url in choices if url and _ADDRESS.fullmatch(url.strip())), None)


def _language(root: Element, meta: dict[str, str], linked: list[dict[str, object]]) -> str | None:
    page = root if root.tag == "html" else root.find(".//html")
    choices = [] if page is None else [page.get("lang"), page.get("xml:lang")]
    choices += [_text(node.get("inLanguage")) for node in linked]
    choices += [meta.get("og:locale"), meta.get("content-language"), meta.get("dc.language")]
    return language_of(*filter(None, choices))


def first_date(choices: Iterable[str], date_format: str | None) -> str | None:
    """The first date that can be read; if none can, the first; both as written."""
    written = [choice for choice in choices if choice]
    return next((choice for choice in written if edtf_of(choice, date_format)), written[0] if written else None)


def opening_date(text: str) -> str | None:
    """The day with which an article opens, as EDTF, where a dash follows it.

    >>> opening_date("5 juin 2012. - Un avion de ligne"), opening_date("Le 5 juin 2012, un avion - vide -")
    ('2012-06-05', None)
    """
    found = _OPENING.match(text)
    return edtf_of(found["date"]) if found else None
