"""Where each page of a site stands: names that every disk and every web server takes, and no two of which are one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9_-])?")
_TAKEN_BY_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_PASSAGE = re.compile(r"passage-(\d+)-\d+")
_LETTERS, _DIGITS = 40, 12

OF_FACET = {"source": "sources", "publication": "publications", "topic": "topics", "month": "months"}
"""Where the lists of the articles that have a value stand."""


def file_name(name: str) -> str:
    """What a name is called as a file: itself where it is safe everywhere, else its plain letters and a hash of it.

    Capitals are not safe: two names that differ in them alone are one on many disks.

    >>> file_name("2023-04-02.a"), file_name("Élise O’Neil"), file_name("con")
    ('2023-04-02.a', 'elise-oneil~a8ee960cc7d4', 'con~1143da2bc54c')
    """
    if _PLAIN.fullmatch(name) and not _TAKEN_BY_WINDOWS.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    letters = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LETTERS]
    return f"{letters or 'x'}~{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:_DIGITS]}"


def page_address(stem: str, number: int = 1) -> str:
    """The path of a page of several, from 1; no name of a file has the mark that tells the later ones.

    >>> page_address("topics/sport"), page_address("topics/sport", 2)
    ('topics/sport.html', 'topics/sport~p2.html')
    """
    return f"{stem}.html" if number == 1 else f"{stem}~p{number}.html"


def article_stem(identity: str) -> str:
    """The path of the page of an article, without what follows the name."""
    source, _, key = identity.partition("/")
    return f"articles/{file_name(source)}/{file_name(key)}"


def list_stem(facet: str, value: str) -> str:
    """The path of the list of the articles that have a value, without what follows the name."""
    return f"{OF_FACET[facet]}/{file_name(value)}"


@dataclass
class Addresses:
    """Where articles and speakers stand, by path in the site.

    ``articles`` are their ids, ``speakers`` the paths of those who are quoted, by name, ``values`` those of each facet.
    ``begins`` has of each article whose words are written the offsets where its pages begin, ``passages`` of each that
    shares some the anchors of those that it shows.
    """

    articles: Collection[str]
    speakers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Collection[str]] = field(default_factory=dict)
    begins: dict[str, Sequence[int]] = field(default_factory=dict)
    passages: dict[str, Collection[str]] = field(default_factory=dict)

    def place(self, identity: str, offset: int, anchor: str) -> str:
        """The page of an article on which an offset of its text stands, at an anchor or "" for its top.

        The first page of one whose words are not written, or not yet.
        """
        stem = article_stem(identity)
        if identity not in self.begins:
            return page_address(stem)
        page = page_address(stem, bisect_right(self.begins[identity], offset) or 1)
        return f"{page}#{anchor}" if anchor else page


@dataclass(frozen=True)
class Links:
    """Where things that the page of an article names lead to; ``up`` is the way from that page to the front page."""

    addresses: Addresses
    up: str

    def article(self, identity: str, anchor: str = "") -> str:
        """The page of another article, at the passage of this anchor where it is known on which page that stands."""
        if identity not in self.addresses.articles:
            return ""
        passage = _PASSAGE.fullmatch(anchor)
        if passage is None:
            return self.up + page_address(article_stem(identity))
        shown = anchor if anchor in self.addresses.passages.get(identity, ()) else ""
        return self.up + self.addresses.place(identity, int(passage[1]), shown)

    def facet(self, name: str, value: str) -> str:
        """The list of the articles that have a value, or what a speaker says; "" where there is none."""
        if name == "speaker":
            found = self.addresses.speakers.get(value, "")
            return self.up + found if found else ""
        return self.up + page_address(list_stem(name, value)) if value in self.addresses.values.get(name, ()) else ""
