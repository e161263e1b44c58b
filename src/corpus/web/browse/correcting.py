"""Correcting: what a layer says of an article is changed word by word, and saved as gold at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.annotate.times.calendar import bounds_of, is_value
from corpus.curate.corrections import Corrected, Refusal, correct
from corpus.curate.gold_changes import CORRECTED
from corpus.model.problem import CorpusError
from corpus.web.article import article_page, kind_labels, layer_labels
from corpus.web.browse.draft import Draft, draft_of
from corpus.web.browse.library import Library
from corpus.web.browse.links import Links
from corpus.web.browse.pages import language_of, page, show
from corpus.web.browse.preferences import who_of
from corpus.web.language import Language
from corpus.web.templates import render
from corpus.web.trouble import for_scripts


@page
def correcting(request: Request, library: Library) -> Response:
    """The page on which an article is corrected."""
    draft, language = draft_of(library, request.path_params["identity"], who_of(request)), language_of(request)
    return show(
        request,
        "correct.html",
        **_shown(draft, language),
        draft=_said(draft),
        kinds=kind_labels(language),
        words=script_words(language),
        queued=queued if (queued := request.query_params.get("queue", "")) in CORRECTED else "quotations",
    )


@page
def change(request: Request, library: Library, sent: Any) -> Response:
    """Makes a change; the article as it stands after it, or what was refused."""
    identity, who, language = request.path_params["identity"], who_of(request), language_of(request)
    wanted: Mapping[str, Any] = sent if isinstance(sent, dict) else {}
    try:
        draft = draft_of(library, identity, who)
        made = correct(draft.root, draft.now, wanted, who, draft.most)
        draft = draft_of(library, identity, who)
    except CorpusError as error:
        made = Corrected(str(wanted.get("layer")), refusals=tuple(map(Refusal, error.problems)))
        try:
            draft = draft_of(library, identity, who)
        except CorpusError:  # it was said
            return JSONResponse({"problems": [_for_page(language, one) for one in made.refusals]})
    return JSONResponse(
        {
            "html": render("_correct.html", language, who=who, **_shown(draft, language)),
            "draft": _said(draft),
            "problems": [_for_page(language, one) for one in made.refusals],
            "saved": draft.now.place if draft.now.own is not None else "",
            "row": None if made.refusals else made.row(draft.now),
            "undo": None if made.refusals else {"layer": made.layer, "statements": made.before},
        }
    )


def _shown(draft: Draft, language: Language) -> dict[str, Any]:
    """What the template of an article that is corrected needs."""
    labels = layer_labels(language)
    layers = [
        {
            "name": layer,
            "label": labels[layer],
            "signs": signs,
            "count": len(draft.tables[layer]),
            "said_by": who,
            "status": status,
        }
        for layer, signs in signed_for(language).items()
        for who, status in [draft.now.said_by.get(layer, ("", ""))]
    ]
    shown = article_page(draft.row, draft.tables, language)
    return {"page": shown, "now": draft.now, "layers": layers, "links": Links(), "masked": draft.masked}


def _said(draft: Draft) -> dict[str, Any]:
    """What the script of the page has to know of the article."""
    layers = {name: list(map(_without_words, draft.now.layers.get(name, ()))) for name in CORRECTED}
    return {"revision": draft.now.revision, "place": draft.now.place, "layers": layers}


def _without_words(one: Mapping[str, Any]) -> dict[str, Any]:
    """A statement without what stands on the page already."""
    spans = {name: list(map(_without_words, value)) for name, value in one.items() if isinstance(value, list)}
    return {name: value for name, value in one.items() if name != "text"} | spans


def _for_page(language: Language, one: Refusal) -> dict[str, Any]:
    """What is refused, for the script of the page."""
    return {**for_scripts(language, one.problem), "layer": one.layer, "start": one.start, "end": one.end}


def signed_for(language: Language) -> dict[str, str]:
    """The layers that can be corrected, and what is signed with one of their statements."""
    _ = language.gettext
    return {
        "entities": _("You sign for all names of this article."),
        "quotations": _("You sign for all quotations of this article."),
        "times": _("You sign for all times of this article."),
        "sentences": _("You sign for all sentences of this article."),
    }


def script_words(language: Language) -> dict[str, str]:
    """What the script of the page says."""
    _ = language.gettext
    return {
        "saved": _("Saved to"),
        "removed": _("Nothing of yours is left: the file is gone"),
        "select": _("Select words first"),
        "quotation": _("Choose a quotation first"),
        "mark": _("Choose a mark first"),
        "name": _("Choose a name first"),
        "nothing": _("There is nothing to undo"),
        "undone": _("Undone"),
        "forgotten": _("The article changed elsewhere: what was done before can no longer be undone"),
        "silent": _("The application does not answer; nothing was saved, and your words are still selected"),
        "sound": _("a value"),
        "unsound": _("no value: write 2024-03-12, 2024-W11, 2024-03-12T14:30 or P3D"),
        "none": _("cannot be told"),
    }


@page
def time_value(request: Request, _library: Library) -> Response:
    """Whether the value of a time is one, and which days it means."""
    value = request.query_params.get("value", "")
    first, last = bounds_of(value) if is_value(value) else (None, None)
    return JSONResponse({"sound": not value or is_value(value), "first": first, "last": last})


ROUTES = (
    Route("/correct/{identity:path}", correcting),
    Route("/correct/{identity:path}", change, methods=["POST"]),
    Route("/time-value", time_value),
)
