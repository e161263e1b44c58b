"""The queue: what to correct next, in its context, and the way from one article of it to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from corpus.annotate.errors import AROUND
from corpus.curate import queue
from corpus.curate.queue import Corrected, Pool, Waiting
from corpus.model.arrow import index_of, string_array
from corpus.web.article import kind_labels, layer_labels
from corpus.web.browse.downloads import download
from corpus.web.browse.library import Library
from corpus.web.browse.links import address_of_article
from corpus.web.browse.pages import language_of, page, show
from corpus.web.browse.preferences import who_of

SHOWN = 25
"""Articles of the queue that its page shows."""

_LONG = 200
"""So many articles are put in order at once: who goes through them stays in this order."""

_SHORT = 160
"""Characters of a span that are shown."""


class Span(NamedTuple):
    """A doubtful span in its context: its kind in words, how likely it is right in percent, what of it is doubted."""

    kind: str
    right: int
    of: str
    before: str
    words: str
    after: str


class Entry(NamedTuple):
    """An article of the queue as the page shows it."""

    waiting: Waiting
    title: str
    publication: str
    address: str
    spans: list[Span]


class Queued(NamedTuple):
    """The queue that is asked for: the layer, who corrects, what was corrected."""

    layer: str
    name: str
    pool: Pool
    corrected: Corrected


def _asked(request: Request, library: Library) -> Queued:
    given = request.query_params
    wanted = given.get("queue") or given.get("layer") or ""
    layer = wanted if wanted in queue.LAYERS else "quotations"
    pool = library.pool(layer)
    return Queued(layer, who_of(request).name, pool, queue.corrected(library.root, pool))


def _ordered(library: Library, asked: Queued) -> list[Waiting]:
    """The queue as it stands now; it is kept, so that who goes through it meets each article once."""
    made = queue.queue(asked.pool, asked.corrected.numbers(asked.name), _LONG)
    library.queues[asked.layer, asked.name] = made
    return made


def address(library: Library, layer: str, one: Waiting) -> str:
    """The page on which an article of the queue is corrected, at its first doubtful span."""
    page_of = "correct" if library.root is not None else "article"
    at = f"{layer}-{one.doubtful[0].row}" if one.doubtful else ""
    return address_of_article(page_of, one.article, at, queue=layer)


@page
def waiting(request: Request, library: Library) -> Response:
    """The articles that are to be corrected next."""
    asked = _asked(request, library)
    language = language_of(request)
    ordered = _ordered(library, asked)
    labels, kinds = layer_labels(language), kind_labels(language)
    done = len(asked.corrected.numbers(asked.name))
    return show(
        request,
        "queue.html",
        layer=asked.layer,
        layers={layer: labels[layer] for layer in queue.LAYERS},
        entries=list(_entries(library, asked, ordered[:SHOWN], kinds)),
        more=len(ordered) - SHOWN,
        done=done,
        articles=len(asked.pool),
        by=asked.corrected.counts(),
        unknown=not asked.pool.expected.any(),
        unfinished=asked.corrected.unfinished,
    )


def _entries(library: Library, asked: Queued, ordered: list[Waiting], kinds: Any) -> Iterator[Entry]:
    """The articles of the queue with their doubtful spans in context."""
    articles = library.articles
    numbers = index_of(string_array([one.article for one in ordered]), articles.ids)
    texts = articles.texts(numbers)
    named = articles.rows(numbers, ("title", "publication")).to_pylist()
    for one, number, row in zip(ordered, numbers, named, strict=True):
        text = texts[int(number)]
        spans = [
            Span(
                kinds.get(span.kind, span.kind),
                round(100 * (1 - span.doubt)),
                span.of,
                text[begin : span.start],
                _cut(text[span.start : span.end]),
                text[span.end : end],
            )
            for span in one.doubtful
            for begin, end in [window(text, span.start, span.end)]
        ]
        title, publication = row["title"] or one.article, row["publication"] or ""
        yield Entry(one, title, publication, address(library, asked.layer, one), spans)


def window(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the words around a span begin and end: whole words of its paragraph."""
    first = max(text.rfind("\n\n", 0, start) + 2, 0 if start < AROUND else text.find(" ", start - AROUND, start) + 1)
    known = [text.find("\n\n", end), text.rfind(" ", end, end + AROUND) if end + AROUND < len(text) else -1]
    return min(first, start), min([at for at in known if at >= end] or [min(len(text), end + AROUND)])


def _cut(words: str) -> str:
    return words if len(words) <= _SHORT else f"{words[: _SHORT // 2]} … {words[-_SHORT // 2 :]}"


@page
def as_csv(request: Request, library: Library) -> Response:
    """The same articles as CSV, a line for each doubtful span."""
    asked = _asked(request, library)
    ordered = _ordered(library, asked)
    rows = list(queue.lines(ordered, queue.in_words(library.articles, ordered)))
    return download(request, f"queue-{asked.layer}", queue.COLUMNS, rows, len(rows))


@page
def following(request: Request, library: Library) -> Response:
    """The article that comes after another one in the queue and was not corrected yet; the queue where none does."""
    asked, here = _asked(request, library), request.query_params.get("after", "")
    kept = library.queues.get((asked.layer, asked.name)) or _ordered(library, asked)
    done = asked.corrected.numbers(asked.name)
    place = next((number for number, one in enumerate(kept) if one.article == here), -1)
    found = next((one for one in kept[place + 1 :] if one.number not in done), None)
    found = found or next((one for one in _ordered(library, asked) if one.article != here), None)
    return RedirectResponse(address(library, asked.layer, found) if found else f"/queue?layer={asked.layer}", 303)


@page
def preceding(request: Request, library: Library) -> Response:
    """The article that stands before another one in the queue, corrected or not; the queue where none does."""
    asked, here = _asked(request, library), request.query_params.get("before", "")
    kept = library.queues.get((asked.layer, asked.name)) or _ordered(library, asked)
    place = next((number for number, one in enumerate(kept) if one.article == here), 0)
    to = address(library, asked.layer, kept[place - 1]) if place else f"/queue?layer={asked.layer}"
    return RedirectResponse(to, 303)


ROUTES = (
    Route("/queue", waiting),
    Route("/queue.csv", as_csv),
    Route("/queue/next", following),
    Route("/queue/previous", preceding),
)
