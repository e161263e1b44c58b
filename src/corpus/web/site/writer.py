"""Writes the pages of a site from their templates, each with its way to all others."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from corpus.web.language import Language
from corpus.web.site.addresses import page_address
from corpus.web.templates import render

_AROUND = 2


class Step(NamedTuple):
    """A link from a page of several to another one of them; without ``address`` it is this page, or a gap of them."""

    label: str
    address: str
    rel: str = ""


@dataclass
class Writer:
    """The pages of a site in the folder ``folder``, in a language; ``shared`` is what all templates are given.

    ``indexed`` is the folder of what the search finds of each article, by the paths of their pages. ``written`` has the
    paths of all pages and their bytes.
    """

    folder: Path
    indexed: Path
    language: Language
    shared: dict[str, Any]
    written: dict[str, int] = field(default_factory=dict)

    def html(self, address: str, template: str, **values: Any) -> bytes:
        """The page at a path in the site, from its template."""
        up = "../" * address.count("/")
        name = address.rpartition("/")[2]
        html = render(f"site/{template}", self.language, up=up, here=address, name=name, **self.shared, **values)
        return html.encode("utf-8", "replace")

    def put(self, address: str, content: bytes) -> None:
        """Write the page at a path."""
        if address in self.written:
            raise ValueError(f"two pages at {address}")
        self.written[address] = len(content)
        _write(self.folder / address, content)

    def page(self, address: str, template: str, **values: Any) -> None:
        """Write the page at a path from its template."""
        self.put(address, self.html(address, template, **values))

    def index(self, address: str, **values: Any) -> None:
        """Write what the search finds of the page at a path."""
        html = render("site/indexed.html", self.language, **values)
        _write(self.indexed / address, html.encode("utf-8", "replace"))


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def steps(stem: str, number: int, count: int) -> list[Step]:
    """From the page of this number to the first, the last and those around it; none where there is one page alone.

    >>> [step.label for step in steps("articles", 5, 9)]
    ['1', '…', '3', '4', '5', '6', '7', '…', '9']
    """
    if count == 1:
        return []
    up = "../" * stem.count("/")
    shown = [one for one in range(1, count + 1) if one in (1, count) or abs(one - number) <= _AROUND]
    found = []
    for before, one in zip([0, *shown], shown, strict=False):
        if one - before > 1:
            found.append(Step("…", ""))
        rel = {number - 1: "prev", number + 1: "next"}.get(one, "")
        found.append(Step(str(one), "" if one == number else up + page_address(stem, one), rel))
    return found
