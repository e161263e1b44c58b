"""Every kind of page that an application has, by its links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import httpx
from lxml import html

BEGIN = ("/", "/search?q=halle", '/search?q=[word="l.*"]')
"""The first page, and what somebody writes into a form."""


def kind_of(address: str) -> tuple[str, ...]:
    """What kind of page an address leads to: what is in it, without values."""
    parts = urlsplit(address)
    first, *more = parts.path.split("/")[1:]
    last = re.search(r"\.\w+$", parts.path)
    return first, last[0] if last else "", str(bool(more)), *sorted({name for name, _ in parse_qsl(parts.query)})


def crawl(ask: Callable[[str], httpx.Response], base: str) -> Iterator[tuple[str, httpx.Response]]:
    """The address of each page with its answer: two of a kind, one with a condition, none with several."""
    waiting, seen = [*BEGIN], {*BEGIN}
    asked: Counter[tuple[str, ...]] = Counter()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        conditions = {*kind[3:]} - {"q", "for"}
        if len(conditions) > 1 or asked[kind] == (1 if conditions else 2):
            continue
        asked[kind] += 1
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
