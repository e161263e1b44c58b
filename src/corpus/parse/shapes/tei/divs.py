"""Where the articles of a TEI issue begin and end: by the types of divs, else by their heads; without a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.model.problem import number_of, quoted
from corpus.parse.containers.xml_items import marks

DIVS = ("div", "div0", "div1", "div2", "div3", "div4", "div5", "div6", "div7")
WRAPPER = "articleOfIssue"
"""The element that is put around an article of an issue, so that it is told from the divs around it."""

_ARTICLES = frozenset(
    ("article", "articles", "news", "newsitem", "item", "story", "brief", "breve", "brève", "depeche", "dépêche",
     "dispatch", "feuilleton", "editorial", "éditorial", "chronique", "interview", "reportage", "letter", "lettre",
     "review", "compte-rendu", "fait-divers", "faitdivers", "tribune", "entretien")
)  # fmt: skip
LEFT_OUT = {
    "advert": "is an advert", "advertisement": "is an advert", "ad": "is an advert", "ads": "is an advert",
    "publicite": "is an advert", "publicité": "is an advert", "annonce": "is an advert", "annonces": "is an advert",
    "reclame": "is an advert", "réclame": "is an advert", "price": "is the price of the paper",
    "prix": "is the price of the paper", "rates": "is a list of rates", "tarif": "is a list of rates",
    "abonnements": "is a list of rates", "insertions": "is a list of rates", "date": "is the date of the issue",
    "masthead": "is the masthead", "ours": "is the masthead", "titre": "is the masthead",
    "manchette": "is the masthead",
    "colophon": "is the masthead", "address": "is the masthead", "toc": "is a table of contents",
    "contents": "is a table of contents", "sommaire": "is a table of contents", "bourse": "is a list of figures",
    "figure": "is a picture", "image": "is a picture", "illustration": "is a picture", "notes": "is a list of notes",
}  # fmt: skip
"""Types of divs that are no articles, each with the reason."""

_GROUPS = frozenset(("section", "sections", "column", "colonne", "page", "rubrique", "rubric", "part", "issue",
                     "numero", "numéro", "group", "feuille", "une", "cahier", "supplement", "supplément"))  # fmt: skip
"""Types of divs that hold articles and are none."""
_MARKS = (*DIVS, "group", "text", "front", "back", "head", "p", "ab", "l", "pb", "note", "figure")
_DEEPEST = 100
_ATTRIBUTE = re.compile(rb"""(?:^|[\s:])(type|prev|next|id|n)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ANALYTIC = re.compile(rb"<(?:[\w.-]+:)?title\b[^<>]*\blevel\s*=\s*[\"']a[\"']")


@dataclass(slots=True)
class Div:
    """A div of a text: its place, its type, the places of its heads, whether it has paragraphs of its own."""

    start: int
    kind: str
    attributes: dict[str, str]
    above: Div | None
    tag: bytes
    end: int = -1
    page: str = ""
    whole: bool = False
    inner: list[Div] = field(default_factory=list)
    heads: list[tuple[int, int]] = field(default_factory=list)
    paragraphs: int = 0
    more: list[Div] = field(default_factory=list)

    def __hash__(self) -> int:
        """By its place, which no other div shares."""
        return hash(self.start)


def is_article(kind: str) -> bool:
    """Whether a div of this type is an article by its type."""
    return kind.strip().lower() in _ARTICLES


def articles(content: bytes, start: int, end: int, *, corpus: bool) -> list[Div]:
    """The divs of a TEI that are an article each; none or one where the TEI as a whole is the article.

    ``corpus`` says that the TEI stands beside others, each of which is an article unless its divs say more.
    """
    top = _divs(content, start, end)
    found = [one for div in top for one in _chosen(div)]
    typed = [one for one in found if is_article(one.kind)]
    header = content.find(b"</teiHeader", start, end)
    analytic = bool(_ANALYTIC.search(content, start, header if header > 0 else start))
    if len(typed) < 2 and (corpus or analytic):
        return typed
    return _joined(found)


def _joined(found: list[Div]) -> list[Div]:
    """The articles with those that go on elsewhere put behind their beginning."""
    by_id = {one.attributes.get("id", ""): one for one in found}
    whole = []
    for one in found:
        before = by_id.get(one.attributes.get("prev", "").lstrip("#")) if one.attributes.get("prev") else None
        if before is not None and before is not one and before.start < one.start:
            by_id[one.attributes.get("id", "")] = before
            before.more.append(one)
        else:
            whole.append(one)
    return whole


def _chosen(div: Div) -> list[Div]:
    """The articles in a div: itself, or those below it."""
    kind = div.kind.strip().lower()
    if kind in LEFT_OUT:
        return []
    if kind in _ARTICLES:
        return [div]
    inner = [one for child in div.inner for one in _chosen(child)]
    if any(is_article(one.kind) for one in inner):
        return inner
    if kind not in _GROUPS and div.paragraphs and (div.heads or not inner):
        return [div]
    return inner or ([div] if div.paragraphs and not div.inner else [])


def _divs(content: bytes, start: int, end: int) -> list[Div]:
    """The outermost divs of a text, with those in them; what stands in front and back is none.

    The texts of a group are as divs.
    """
    scan = _Scan()
    for found in marks(_MARKS).finditer(content, start, end):
        if found["name"] is not None:
            scan.take(found)
    while scan.current is not None:
        scan.current.end = end
        scan.current = scan.current.above
    return scan.top


class _Scan:
    """The divs of a text while its marks are read in order."""

    def __init__(self) -> None:
        self.top: list[Div] = []
        self.current: Div | None = None
        self._outside = False
        self._aside = 0
        self._head = -1
        self._page = ""
        self._depth = 0
        self._groups = 0

    def take(self, found: re.Match[bytes]) -> None:
        """One more mark."""
        name = found["name"].rpartition(b":")[2].decode("ascii")
        opens, empty = not found["close"], (found["end"] or b"").endswith(b"/>")
        if name in ("front", "back"):
            self._outside = opens and not empty
        elif name == "pb" and not self._outside:
            self._page = _attributes(found["end"] or b"").get("n", self._page)
        elif self._outside or empty:
            return
        elif name in ("note", "figure"):
            self._aside += 1 if opens else -1 if self._aside else 0
        elif name == "group":
            self._groups += 1 if opens else -1 if self._groups else 0
        elif name in DIVS or (name == "text" and self._groups):
            self._div(found, opens=opens)
        elif self.current is not None and not self._aside:
            self._inner(name, found, self.current, opens=opens)

    def _div(self, found: re.Match[bytes], *, opens: bool) -> None:
        self._depth += 1 if opens else -1 if self._depth else 0
        if self._depth > _DEEPEST or (self._depth == _DEEPEST and not opens):
            return  # a part of the one around it
        if opens:
            attributes = _attributes(found["end"] or b"")
            kind = attributes.get("type", "article" if b"text" in found["name"] else "")
            div = Div(found.start(), kind, attributes, self.current, found[0], page=self._page)
            (self.current.inner if self.current else self.top).append(div)
            self.current = div
        elif self.current is not None:
            self.current.end = found.end()
            self.current.whole = True
            self.current = self.current.above

    def _inner(self, name: str, found: re.Match[bytes], div: Div, *, opens: bool) -> None:
        if name == "head" and opens:
            self._head = found.start()
        elif name == "head":
            if self._head >= 0:
                div.heads.append((self._head, found.end()))
            self._head = -1
        elif opens:
            div.paragraphs += 1


def _attributes(tag: bytes) -> dict[str, str]:
    found = _ATTRIBUTE.findall(tag)
    return {name.decode("ascii"): (one or other).decode("utf-8", "replace") for name, one, other in found}


def cut(content: bytes, article: Div) -> bytes:
    """The bytes of an article in the divs around it, with their heads, and the break of its page."""
    around = list(_around(article))[::-1]
    plain = article.page and not re.search(r"[<>&\"]", article.page)
    page = f'<pb n="{article.page}"/>'.encode("ascii", "xmlcharrefreplace") if plain else b""
    prefix = b"".join(_name(article.tag).rpartition(b":")[:2])
    opening = b"".join(one.tag + b"".join(content[start:end] for start, end in one.heads[:1]) for one in around)
    closing = b"".join(b"</" + prefix + _name(one.tag).rpartition(b":")[2] + b">" for one in reversed(around))
    inner = b"".join(content[one.start : one.end] for one in (article, *article.more))
    wrapper = WRAPPER.encode("ascii")
    return b"<text>" + page + opening + b"<" + wrapper + b">" + inner + b"</" + wrapper + b">" + closing + b"</text>"


def _around(div: Div) -> Iterator[Div]:
    while div.above is not None:
        div = div.above
        yield div


def _name(tag: bytes) -> bytes:
    return tag[1:].split()[0].rstrip(b"/>")


def stray(content: bytes, articles: list[Div]) -> Iterator[str]:
    """What stands around articles and is in none: paragraphs of a div that holds some."""
    for div in dict.fromkeys(div for article in articles for div in _around(article)):
        if div.paragraphs:
            heads = b" ".join(content[start:end] for start, end in div.heads[:1]).decode("utf-8", "replace")
            name = " ".join(re.sub(r"<[^<>]*>", " ", heads).split()) or div.kind or f"at byte {div.start:,}"
            yield f"{number_of(div.paragraphs, 'paragraph')} beside the articles of the div {quoted(name)}"
