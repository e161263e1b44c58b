"""Settling: what annotators of an article differ in, side by side, and one key for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from corpus.annotate.errors import extent_of
from corpus.annotate.gold import is_same_person
from corpus.curate import lookup, settling
from corpus.curate.adjudicate import in_file_name
from corpus.curate.disagreements import ALONE
from corpus.curate.places import NEITHER, Place
from corpus.curate.settling import Listed, Settling
from corpus.formats.document import document_of
from corpus.model.problem import CorpusError
from corpus.web.article import kind_labels, layer_labels
from corpus.web.browse.library import Library
from corpus.web.browse.links import address_of_article
from corpus.web.browse.pages import language_of, page, show
from corpus.web.browse.preferences import who_of
from corpus.web.browse.queue import window
from corpus.web.language import Language
from corpus.web.trouble import for_scripts

Part = tuple[str, tuple[str, ...]]
"""Words, and what they are in a version: ``words``, ``speaker``, ``cue``, several, or nothing."""


Say = Callable[[Mapping[str, Any]], str]
"""Tells a statement, in the language of who reads."""


class Shown(NamedTuple):
    """What some annotators say of a place: its words in their context, and the same told; none for nothing."""

    names: str
    parts: list[Part]
    said: list[str]


class Difference(NamedTuple):
    """A place as the page shows it: its number, and the versions that can be chosen, or what stands there instead."""

    number: int
    place: Place
    versions: list[Shown]
    instead: list[str]

    @property
    def is_nothing_said(self) -> bool:
        """Whether one of them says nothing, which is the same as neither."""
        return not all(one.said for one in self.versions)

    @property
    def chosen(self) -> int | None:
        """The number of the version that was chosen, which may be one that says nothing; None where none was."""
        if self.place.choice == NEITHER:
            return next((number for number, one in enumerate(self.versions) if not one.said), None)
        return int(self.place.choice) if self.place.choice.isdecimal() else None


def _differing(language: Language) -> dict[str, str]:
    """What the parts of a statement are called in which annotators may differ."""
    _ = language.gettext
    return {
        "bounds": _("bounds"),
        "type": _("type"),
        "link": _("link"),
        "kind": _("kind"),
        "speaker": _("speaker"),
        "speaker_name": _("name of the speaker"),
        "cue": _("cue"),
        "value": _("value"),
        "id": _("who is the same"),
        ALONE: _("whether anything is here"),
    }


def reasons(language: Language, place: Place) -> str:
    """In what annotators differ at a place."""
    known = _differing(language)
    return ", ".join(known.get(one, one) for one in place.differs.split(", "))


def told(language: Language, one: Mapping[str, Any]) -> str:
    """What a statement says: its words, then each part by its name; a dash for what there is not."""
    called, kinds = _differing(language), kind_labels(language)
    words = " … ".join(part["text"] for part in one["fragments"]) if "fragments" in one else one["text"]
    parts = {
        name: one[name]
        for name in ("type", "kind", "value", "link", "id", "speaker", "speaker_name", "cue")
        if name in one
    }
    if parts.get("link", "") is None:
        del parts["link"]
    said = [f"{called[name]}: {_part(value, kinds)}" for name, value in parts.items()]
    return "; ".join((words, *said))


def _part(value: Any, kinds: Mapping[str, str]) -> str:
    if isinstance(value, list):
        value = " ".join(part["text"] for part in value)
    return kinds.get(value, value) or "–"


def _between(request: Request) -> list[str]:
    return [name for name in request.query_params.get("between", "").split(",") if name.strip()]


def _now(request: Request, library: Library) -> Settling:
    """The article as it stands between its annotators."""
    root, identity = library.corpus_folder(), request.path_params["identity"]
    known = document_of(library.release, identity, ())
    place = known.article.get("raw_path") if known is not None else None
    found = lookup.find_at(root, place, identity) if place else lookup.find(root, identity)
    return settling.settling(root, found, _between(request))


@page
def articles(request: Request, library: Library) -> Response:
    """The articles that several annotated, and how far they agree."""
    found, rates, problems = settling.listed(library.corpus_folder())
    return show(
        request,
        "settle.html",
        articles=found,
        rates=rates,
        problems=problems,
        labels=layer_labels(language_of(request)),
        settled=sum(one.open == 0 and bool(one.settled_by) for one in found),
        begin=next((one for one in found if _waits(one, who_of(request).name)), None),
    )


def _waits(one: Listed, name: str) -> bool:
    """Whether something is left to settle in an article for this person."""
    if one.settled_by and not (name and is_same_person(one.settled_by, name)):
        return False
    return one.open != 0 or not one.settled_by


@page
def article(request: Request, library: Library) -> Response:
    """The differences in an article."""
    now, who = _now(request, library), who_of(request)
    text, identity = now.several.article.text, now.several.article.id
    say = partial(told, language_of(request))
    names = {in_file_name(one.path): one.annotator for one in now.several.each}
    between = _between(request)
    return show(
        request,
        "settling.html",
        now=now,
        title=now.several.article.title or identity,
        identity=identity,
        labels=layer_labels(language_of(request)),
        names=names,
        pairs=list(_pairs(identity, now, now.names)),
        layers=_layers(text, now, names, say),
        unsaid={layer: [say(one.statement) for one in settling.unsaid(now, layer)] for layer in now.readings},
        reasons=partial(reasons, language_of(request)),
        rates={one.layer: one for one in now.agreement()},
        stranger=bool(now.annotator) and not is_same_person(now.annotator, who.name),
        address=address_of_article("settle", identity, **({"between": ",".join(between)} if between else {})),
    )


def _pairs(identity: str, now: Settling, names: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Between whom an article of more than two annotators can be settled: names, address, whether this is shown."""
    known = now.several.known
    for chosen in (known, *combinations(known, 2)) if len(known) > 2 else ():
        address = address_of_article("settle", identity, between=",".join(chosen))
        yield ", ".join(chosen), address, set(chosen) == set(names)


def _layers(
    text: str, now: Settling, names: Mapping[str, str], say: Say
) -> Iterator[tuple[str, list[Difference], list[str]]]:
    """For each layer that two annotated its differences, and what all of them say."""
    for layer in now.several.sides:
        different = [
            Difference(number, place, list(_versions(text, now, place, names, say)), list(map(say, now.foreign(place))))
            for number, place in enumerate(now.places)
            if place.layer == layer
        ]
        agreed = [say(one.statement) for one in now.readings[layer] if not one.names]
        yield layer, different, agreed


def _versions(text: str, now: Settling, place: Place, names: Mapping[str, str], say: Say) -> Iterator[Shown]:
    for version in place.versions:
        statements = [now.readings[place.layer][number].statement for number in version.readings]
        said = list(map(say, statements))
        parts = list(_parts(text, place, statements)) if place.layer != "keywords" else []
        yield Shown(", ".join(names[name] for name in version.names), parts, said)


def _parts(text: str, place: Place, statements: Sequence[Mapping[str, Any]]) -> Iterator[Part]:
    """The words around a place, and around what a version has elsewhere, cut where something begins or ends in it."""
    marks: list[tuple[int, int, str]] = []
    for one in statements:
        fragments = (
            one["fragments"] if "fragments" in one else [dict(zip(("start", "end"), extent_of(one), strict=True))]
        )
        marks += [(span["start"], span["end"], "words") for span in fragments]
        marks += [(span["start"], span["end"], part) for part in ("speaker", "cue") for span in one.get(part) or ()]
    shown: list[tuple[int, int]] = []
    for begin, end in sorted(window(text, *span) for span in [(place.start, place.end), *(one[:2] for one in marks)]):
        if shown and begin <= shown[-1][1]:
            shown[-1] = (shown[-1][0], max(end, shown[-1][1]))
        else:
            shown.append((begin, end))
    for number, (begin, end) in enumerate(shown):
        if number:
            yield " […] ", ()
        cuts = {begin, end, *(at for start, stop, _ in marks for at in (start, stop) if begin < at < end)}
        for start, stop in pairwise(sorted(cuts)):
            inside = [part for first, last, part in marks if first <= start and stop <= last]
            yield text[start:stop], tuple(dict.fromkeys(inside))


def _number(written: str) -> int:
    """The number of a place, -1 for what is none."""
    return int(written) if re.fullmatch("[0-9]{1,6}", written) else -1


@page
def choice(request: Request, library: Library, sent: Mapping[str, Any]) -> Response:
    """Makes choices; how it stands then, or why they cannot be made."""
    root, given, language = library.corpus_folder(), sent.get("choices", {}), language_of(request)
    choices = given.items() if isinstance(given, dict) else (("", given),)
    made = {_number(number): str(one) for number, one in choices}
    try:
        now = _now(request, library)
        settling.choose(root, now, made, str(sent.get("revision")), who_of(request).name)
        now = _now(request, library)
    except CorpusError as error:
        return JSONResponse({"problems": [for_scripts(language, one) for one in error.problems]})
    layers = _layers("", now, dict.fromkeys(now.names, ""), partial(told, language))
    shown = [one.chosen for _, different, _ in layers for one in different]
    states = [{"choice": place.choice, "chosen": at} for place, at in zip(now.places, shown, strict=True)]
    return JSONResponse(
        {
            "revision": now.revision,
            "states": states,
            "left": now.left,
            "settled": now.is_settled,
            "file": now.several.place,
        }
    )


@page
def following(request: Request, library: Library) -> Response:
    """The next article after another one in which something is left to settle; the list where there is none."""
    known, name = settling.listed(library.corpus_folder())[0], who_of(request).name
    here = request.query_params.get("after", "")
    at = next((number for number, one in enumerate(known) if one.article == here), -1)
    rest = (one.article for one in (*known[at + 1 :], *known[: max(at, 0)]) if _waits(one, name))
    return RedirectResponse(address_of_article("settle", found) if (found := next(rest, "")) else "/settle", 303)


@page
def edit(request: Request, library: Library) -> Response:
    """The page on which what was settled at a place is corrected."""
    now = _now(request, library)
    number = _number(request.query_params.get("place", ""))
    identity = now.several.article.id
    if not 0 <= number < len(now.places) or now.places[number].layer == "keywords":
        return RedirectResponse(address_of_article("correct", identity), 303)
    place = now.places[number]
    statements = settling.in_file(now, place.layer)
    row = sum(extent_of(one) < (place.start, place.start) for one in statements)
    anchor = f"{place.layer}-{min(row, max(0, len(statements) - 1))}"
    return RedirectResponse(address_of_article("correct", identity, anchor), 303)


ROUTES = (
    Route("/settle", articles),
    Route("/settle-next", following),
    Route("/edit-settled/{identity:path}", edit),
    Route("/settle/{identity:path}", article),
    Route("/settle/{identity:path}", choice, methods=["POST"]),
)
