"""Every kind of page that an application has, by its links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import httpx
from lxml import html

MOST = 2
"""How many pages of a kind are asked for; two are of a kind that differ in values only."""


def kind_of(address: str) -> tuple[str, tuple[str, ...]]:
    """What kind of page an address leads to: the names in it, without values."""
    parts = urlsplit(address)
    first = parts.path.split("/")[1]
    last = re.search(r"/versions$|\.\w+$", parts.path)
    return first + (last[0] if last else ""), tuple(sorted({name for name, _ in parse_qsl(parts.query)}))


def crawl(ask: Callable[[str], httpx.Response], base: str) -> Iterator[tuple[str, httpx.Response]]:
    """The address of each page with its answer, from the first page on."""
    waiting, seen = ["/"], {"/"}
    asked: Counter[tuple[str, tuple[str, ...]]] = Counter()
    while waiting:
        address = waiting.pop(0)
        if asked[kind_of(address)] == MOST:
            continue
        asked[kind_of(address)] += 1
        answer = ask(address)
        yield address, answer
        found = [answer.headers["location"]] if "location" in answer.headers else []
        if answer.headers.get("content-type", "").startswith("text/html"):
            found += html.fromstring(answer.content).xpath("//a/@href | //link/@href | //script/@src | //form/@action")
        for link in found:
            whole = urlsplit(urljoin(base + address, quote(link, safe="/:?&=#%+@!$,;~*'()[]")))
            place = whole.path + (f"?{whole.query}" if whole.query else "")
            if f"{whole.scheme}://{whole.netloc}" == base and place not in seen:
                seen.add(place)
                waiting.append(place)
