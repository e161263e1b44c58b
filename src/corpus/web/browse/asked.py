"""What an address asks for: conditions on articles, their facets, an order, a page; and the addresses beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request

from corpus.explore.articles import NONE
from corpus.explore.collation import folded
from corpus.explore.facets import FACETS, Facet
from corpus.explore.filters import Filter
from corpus.web.article import layer_labels
from corpus.web.language import Language
from corpus.web.value_names import counted_value

PAGE = 50
"""Rows of a page."""
SHOWN = 8
"""Values of a facet that are shown until all are asked for."""
MOST = 1000
"""Values that are shown then."""
_CONDITIONS = (*FACETS, "text")


class Choice(NamedTuple):
    """A value of a facet: as people read it, how many have it, the address where it is chosen, or no longer."""

    words: str
    total: int
    address: str
    is_chosen: bool


class Panel(NamedTuple):
    """A facet: its parameter, its name, its values, and the address that shows all of them, "" where they are shown.

    ``is_cut`` where there are more than ``MOST``.
    """

    name: str
    words: str
    choices: list[Choice]
    more: str
    is_cut: bool


class Pages(NamedTuple):
    """Where a page stands among the others; addresses are "" where there is none."""

    number: int
    total: int
    first: str
    before: str
    after: str
    last: str


@dataclass(frozen=True)
class Asked:
    """The parameters of an address that are given, and the language of the page."""

    path: str
    given: Mapping[str, str]
    language: Language

    @classmethod
    def of(cls, request: Request, language: Language, more: Sequence[str] = ()) -> Asked:
        """Those of a request that are conditions, ``sort``, ``page``, ``all`` or some more."""
        known = (*_CONDITIONS, *more, "sort", "page", "all")
        given = {name: value for name in known if (value := request.query_params.get(name, "").strip())}
        return cls(request.url.path.removesuffix(".csv"), given, language)

    @property
    def conditions(self) -> dict[str, str]:
        """The conditions on articles."""
        return {name: value for name, value in self.given.items() if name in _CONDITIONS}

    @property
    def filter(self) -> Filter:
        """The same."""
        return Filter(**self.conditions)

    def address(self, suffix: str = "", changed: Mapping[str, str | int | None] | None = None) -> str:
        """This address with other parameters, on its first page; without those that are None."""
        values = {**self.given, "page": None, **(changed or {})}
        query = urlencode({name: value for name, value in values.items() if value not in (None, "")})
        return f"{self.path}{suffix}{'?' if query else ''}{query}"

    def hidden(self, *fields: str) -> dict[str, str]:
        """What a form has to send on beside these fields of its own."""
        return {name: value for name, value in self.given.items() if name not in (*fields, "page")}

    def words(self, name: str) -> str:
        """The name of a condition."""
        _ = self.language.gettext
        return {
            "source": _("Source"),
            "publication": _("Publication"),
            "year": _("Year"),
            "month": _("Month"),
            "topic": _("Topic"),
            "speaker": _("Speaker"),
            "split": _("Split"),
            "gold": _("Gold"),
            "text": _("In the text"),
            "rule": _("Rule"),
        }[name]

    def value(self, value: str, name: str = "") -> str:
        """A value, of the condition of this name, as people read it."""
        if name == "gold":
            value = layer_labels(self.language).get(value, value)
        return counted_value(self.language, self.language.date(value) if name == "month" else value)

    def active(self) -> list[tuple[str, str, str]]:
        """The conditions: name, value, and the address without each."""
        return [
            (self.words(name), self.value(value, name), self.address(changed={name: None}))
            for name, value in self.given.items()
            if name in (*_CONDITIONS, "rule")
        ]

    def panels(self, found: Mapping[str, Sequence[Facet]], *, hits: bool = False) -> list[Panel]:
        """Facets with their counts, of hits or of articles; one whose values say nothing is left out."""
        panels = []
        for name, values in found.items():
            chosen = folded(self.given.get(name, ""))
            choices = []
            for one in values:
                is_chosen = folded(one.value) == chosen
                address = self.address(changed={name: None if is_chosen else one.value})
                count = one.hits if hits else one.articles
                choices.append(Choice(self.value(one.value, name), count, address, is_chosen))
            if not choices or (not chosen and [one.value for one in values] == [NONE]):
                continue
            shows_all = self.given.get("all") == name or len(choices) <= SHOWN
            if not shows_all:
                first = choices[-SHOWN:] if name in ("year", "month") else choices[:SHOWN]
                choices = first + [one for one in choices if one.is_chosen and one not in first]
            more = "" if shows_all else self.address(changed={"all": name})
            panels.append(Panel(name, self.words(name), choices[:MOST], more, len(choices) > MOST))
        return panels

    @property
    def most(self) -> int:
        """How many values of a facet have to be known: one more than are shown."""
        return (MOST if self.given.get("all") else SHOWN) + 1

    def page(self, total: int) -> Pages:
        """The page that is asked for, the last one where there are not so many."""
        count = max(1, -(-total // PAGE))
        asked = self.given.get("page", "1")
        number = min(max(int(asked), 1), count) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
        at = {"first": 1, "before": number - 1, "after": number + 1, "last": count}
        there = {name: 1 <= one <= count and one != number for name, one in at.items()}
        links = {
            name: self.address(changed={"page": one if one > 1 else None}) if there[name] else ""
            for name, one in at.items()
        }
        return Pages(number, count, **links)
