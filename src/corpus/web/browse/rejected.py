"""What the build refused: the list that it left beside the release, with the rule that each record breaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import orjson
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from corpus.explore.articles import NONE
from corpus.explore.facets import Facet
from corpus.files.refusals import refused
from corpus.model import schema
from corpus.model.problem import Problem, UsageError
from corpus.web.browse.asked import PAGE, Asked
from corpus.web.browse.downloads import download
from corpus.web.browse.library import Library
from corpus.web.browse.pages import language_of, page, show

_COLUMNS = ("file", "line", "source", "state", "records", "rule", "path", "found", "wanted", "hint")
_RULE = re.compile(r"^### `([a-z0-9-]+)`\n(.+?)\n$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Refused:
    """A record that is not in the release; ``state`` is ``rejected``, ``held`` or ``superseded``."""

    file: str
    line: int
    source: str
    state: str
    records: int
    problems: tuple[Problem, ...]


@page
def rejected(request: Request, library: Library) -> Response:
    """The list of rejected records."""
    asked = Asked.of(request, language_of(request), ("rule",))
    every = refused_records(library)
    found = [one for one in every or () if _is_asked(one, asked.given)]
    pages = asked.page(len(found))
    begin = (pages.number - 1) * PAGE
    rows = found[begin : begin + PAGE]
    return show(
        request,
        "rejected.html",
        asked=asked,
        is_listed=every is not None,
        place=_place(library).name,
        rows=rows,
        total=sum(one.records for one in found),
        panels=asked.panels(_facets(every or [], asked.given)),
        rules={problem.rule: _rule(problem.rule) for one in rows for problem in one.problems},
        pages=pages,
    )


@page
def rejected_csv(request: Request, library: Library) -> Response:
    """The same, a line for each problem."""
    asked = Asked.of(request, language_of(request), ("rule",))
    found = [one for one in refused_records(library) or () if _is_asked(one, asked.given)]

    def rows() -> Iterator[tuple[str | int, ...]]:
        for one in found:
            about = (one.file, one.line, one.source, one.state, one.records)
            for problem in one.problems:
                yield (*about, problem.rule, problem.path, problem.found, problem.wanted, problem.hint)

    return download(request, "rejected", _COLUMNS, rows(), sum(len(one.problems) for one in found))


ROUTES = (Route("/rejected", rejected), Route("/rejected.csv", rejected_csv))


def _place(library: Library) -> Path:
    folder = Path(library.release.where)
    return folder.parent / f"{folder.name}.rejects.jsonl"


def refused_records(library: Library) -> list[Refused] | None:
    """The records that are listed beside the release; None where there is no list.

    Raises:
        UsageError: rule ``rejects-unreadable``.
    """
    place = _place(library)
    try:
        status = place.stat()
        return _read(place, status.st_mtime_ns, status.st_size)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(place, 0, refused(error)) from None


@lru_cache(maxsize=1)
def _read(place: Path, _time: int, _size: int) -> list[Refused]:
    """The list as it stood when it had this time and size."""
    found = []
    for number, line in enumerate(place.read_bytes().splitlines(), start=1):
        try:
            found.append(_refused(orjson.loads(line)))
        except (ValueError, TypeError, KeyError) as error:
            raise _unreadable(place, number, f"{type(error).__name__}: {error}") from None
    return found


def _refused(values: Mapping[str, Any]) -> Refused:
    problems = tuple(Problem(**one) for one in values["problems"])
    state = next((one for one in ("held", "superseded") if values.get(one)), "rejected")
    return Refused(values["file"], values["line"], values["source"], state, values.get("records", 1), problems)


def _unreadable(place: Path, line: int, found: str) -> UsageError:
    wanted = "the list of rejected records that corpus build writes"
    hint = "build again, and the list is written anew"
    return UsageError(Problem(place.name, line, "", "rejects-unreadable", found, wanted, hint))


def _is_asked(one: Refused, given: Mapping[str, str], but: str = "") -> bool:
    source, rule = (given.get(name, "") if name != but else "" for name in ("source", "rule"))
    return source in ("", one.source or NONE) and (not rule or any(problem.rule == rule for problem in one.problems))


def _facets(every: list[Refused], given: Mapping[str, str]) -> dict[str, list[Facet]]:
    """How many records there are of each source, and of each rule, if the other stays as it is."""
    sources, rules = Counter[str](), Counter[str]()
    for one in every:
        if _is_asked(one, given, "source"):
            sources[one.source or NONE] += one.records
        if _is_asked(one, given, "rule"):
            for rule in {problem.rule for problem in one.problems}:
                rules[rule] += one.records
    return {
        name: [Facet(value, count, 0) for value, count in sorted(of.items(), key=lambda pair: (-pair[1], pair[0]))]
        for name, of in (("source", sources), ("rule", rules))
    }


@cache
def _rules() -> dict[str, str]:
    text = (schema.folder() / "rules.md").read_text("utf-8")
    return dict(_RULE.findall(text))


def _rule(rule: str) -> Markup:
    """The paragraph of a rule, its code as code; "" of one that has none."""
    pieces = _CODE.split(_rules().get(rule, ""))
    marked = [escape(one) if at % 2 == 0 else Markup("<code>{}</code>").format(one) for at, one in enumerate(pieces)]
    return Markup("").join(marked)
