"""IPTC ninjs 1.0 to 3.1: one item of news in JSON, as agencies send it.

Of the renderings of a body plain text is preferred, unless only an HTML one shows its
paragraphs. The title is the main headline, the standfirst a description that the body does
not repeat; captions and credits are those of the associated pictures. ``uri`` is the item's
own id (an article's id is its hash, for it is no plain word), and its address where it is one of
the web; Superdesk writes ``guid`` for it. ``version`` and versioncreated order what was sent of
one item. The date is the first there is of firstcreated, versioncreated and contentcreated:
a dispatch counts from its first transmission, and archives renew versioncreated at every
touch. Which fields there are, and why the others are left out, stands in fields.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson

from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError, Problem, UsageError, quoted
from corpus.model.written_dates import fault_of
from corpus.parse.containers.html_blocks import blocks_of
from corpus.parse.containers.html_blocks import visible as visible_html
from corpus.parse.containers.whole_text import Shown, shown
from corpus.parse.fields.merging import Proved
from corpus.parse.normalise import bare
from corpus.parse.shapes import jsonl
from corpus.parse.shapes.ninjs.fields import problems, reading_of, unused
from corpus.parse.versions import version_of
from corpus.raw.config import Source
from corpus.raw.records import Record

_DATES = ("firstcreated", "versioncreated", "contentcreated")
_NO_ARTICLES = ("audio", "video", "picture", "graphic", "composite", "component", "event", "planning")
_PICTURES = ("picture", "graphic")

# Roles in the order in which they are preferred; "" is none.
_TITLES = ("main", "headline", "title", "")
_BODIES = ("main", "")
_LEADS = ("standfirst", "summary", "abstract", "lead", "chapo", "intro", "deck", "main", "")
_CAPTIONS = ("caption", "main", "")
_CREDITS = ("creditline", "credit")

_HTML_TYPES = ("text/html", "text/html5", "application/xhtml+xml", "application/html")
_HTML_ROLES = ("html", "xhtml", "html5", "richhtml5")
_PLAIN_ROLES = ("text", "plain")
_TAG = re.compile(
    r"<(?:p|div|br|h[1-6]|[uo]l|span|body|html|section|article|blockquote|em|strong|[abi])\b", re.IGNORECASE
)
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_].*)?")
_ADDRESS = re.compile(r"https?://[^\s/]\S*")
_BY = re.compile(r"[Pp]ar[ \xa0]+(?=[A-ZÀ-Þ])")
_STRING = re.compile(r'"(?P<inside>[^"\\]*+(?:\\.[^"\\]*+)*)(?:"|\\?\Z)', re.DOTALL)


class _Text(NamedTuple):
    """A headline, description or body; ``is_html`` is None where it is neither HTML nor plain text."""

    role: str
    is_html: bool | None
    value: str


def parse(content: str, record: Record, source: Source) -> Draft:
    """What an item says, if it is an article.

    Raises:
        CorpusError: no JSON object, a field unknown to its version of ninjs or of another form,
            no article (``ninjs-not-article``), one that may not be used (``ninjs-not-usable``).
    """
    item = {name: value for name, value in jsonl.json_object(content, record).items() if name not in source.left_out}
    reading = reading_of(item, record, source.left_out)
    if reading is None:
        found = quoted(item.get("$standard", item.get("standard", item.get("$schema"))))
        raise record.error("field-invalid", "$.standard", found, "ninjs 1.0 to 3.1", "convert the item")
    fields = _lower(item)
    if (kind := _string(fields, "type")) in _NO_ARTICLES:
        hint = "move it out of raw/; only items of type text are articles"
        raise record.error("ninjs-not-article", "$.type", quoted(kind), "text", hint)
    wrong = [*problems(item, reading), *_status_problems(item, record, source.date_format)]
    draft, more = _read(fields, record)
    if wrong or more:
        raise CorpusError(sorted({*wrong, *more}))
    return draft


def _lower(item: Mapping[str, object]) -> dict[str, object]:
    """The fields of an object under lower-case names, which ninjs 2 and 3 share."""
    return {name.lower(): value for name, value in item.items()}


def _string(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""


def _objects(value: object) -> Iterator[dict[str, object]]:
    """The objects of a list, or of a map of names, with lower-case fields."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (_lower(one) for one in inner if isinstance(one, dict))


def _status_problems(item: Mapping[str, object], record: Record, date_format: str | None) -> Iterator[Problem]:
    """What forbids the use of an item that is otherwise sound."""
    for name, value in item.items():
        if name.lower() == "pubstatus" and value in ("withheld", "canceled"):
            hint = "remove the record, or withdraw the article if it was published"
            yield record.problem("ninjs-not-usable", f"$.{name}", quoted(value), "usable", hint)
        if name.lower() == "representationtype" and value in ("incomplete", "partial"):
            wanted = "the whole article (complete or full)"
            yield record.problem("article-truncated", f"$.{name}", quoted(value), wanted, "fetch the whole item")
        if name == "language" and isinstance(value, str) and value and not _LANGUAGE.fullmatch(value):
            yield record.problem("field-invalid", "$.language", quoted(value), "a language tag such as fr or fr-BE", "")
        is_date = name.lower() in _DATES and isinstance(value, str) and value == _date(_lower(item))
        if is_date and (found := fault_of(str(value), date_format)):
            rule, wanted, hint = found
            yield record.problem(rule, f"$.{name}", quoted(value), wanted, hint)


def _read(fields: Mapping[str, object], record: Record) -> tuple[Draft, list[Problem]]:
    """The draft that the fields make, and why it is none; what has another form than it should is passed over."""
    found: list[Problem] = []
    own_id = _string(fields, "uri") or _string(fields, "guid")
    if not own_id:
        found.append(record.problem("field-missing", "$.uri", "nothing", "the item's own id", "add uri"))
    title, blocks = "", []
    try:
        title = _title(fields, record)
        blocks = _blocks(fields, title, record)
    except UsageError:
        raise
    except CorpusError as error:
        found += error.problems
    else:
        for missing, is_there in (("no headline and no title", bool(title)), ("no body text", bool(blocks))):
            if not is_there:
                wanted = "a headline, and a body in plain text or HTML"
                hint = "fetch the whole item; one without words of its own belongs to those that use it"
                found.append(record.problem("ninjs-not-article", "$", missing, wanted, hint))
    by = _string(fields, "by") or _string(fields, "byline")
    signed = [by] if by else [name for one in _objects(fields.get("authors")) if (name := _string(one, "name"))]
    language = _LANGUAGE.fullmatch(_string(fields, "language"))
    sources = (*_objects(fields.get("infosource")), *_objects(fields.get("infosources")))
    papers = (_string(fields, "source"), *(_string(one, "name") for one in sources), _string(fields, "copyrightholder"))
    draft = Draft(
        title=title,
        blocks=tuple(blocks),
        key=own_id,
        date=_date(fields) or None,
        authors=tuple(_BY.sub("", one, count=1) for one in signed),
        url=_url(fields),
        language=language[1].lower() if language else None,
        publication=next(filter(None, papers), None),
        version=version_of(str(fields.get("version") or ""), _string(fields, "versioncreated")),
    )
    return draft, found


def _date(fields: Mapping[str, object]) -> str:
    return next((date for name in _DATES if (date := _string(fields, name))), "")


def _url(fields: Mapping[str, object]) -> str | None:
    renditions = _objects(fields.get("renditions"))
    in_html = (one for one in renditions if "text/html" in (_string(one, "contenttype"), _string(one, "mimetype")))
    pages = [_string(one, "href") for one in in_html]
    addresses = (*pages, _string(fields, "uri"), _string(fields, "guid"))
    return next((url for url in addresses if _ADDRESS.fullmatch(url)), None)


def _texts(fields: Mapping[str, object], one: str, many: str) -> Iterator[_Text]:
    """The texts of a kind in the order of the item: ``headline`` and ``headline_main``, or the list ``headlines``."""
    for name, value in fields.items():
        if isinstance(value, str) and (name == one or name.startswith(f"{one}_")):
            yield _text(name[len(one) + 1 :], "", value)
    for text in _objects(fields.get(many)):
        yield _text(_string(text, "role"), _string(text, "contenttype"), _string(text, "value"))


def _text(role: str, contenttype: str, value: str) -> _Text:
    """A text with its form; the names of forms that newsrooms put into roles (``caption_xhtml``) are not roles."""
    parts = role.lower().split("_")
    kind = contenttype.partition(";")[0].strip().lower()
    if kind:
        is_html = True if kind in _HTML_TYPES else False if kind == "text/plain" else None
    elif {*parts} & {*_HTML_ROLES, *_PLAIN_ROLES}:
        is_html = bool({*parts} & {*_HTML_ROLES})
    else:
        is_html = bool(_TAG.search(value))
    return _Text("_".join(part for part in parts if part not in (*_HTML_ROLES, *_PLAIN_ROLES)), is_html, value.strip())


def _chosen(texts: Iterator[_Text], roles: Sequence[str]) -> list[_Text]:
    """The texts of the wanted roles that are not empty, the preferred role first."""
    fit = [text for text in texts if text.value and text.role in roles and text.is_html is not None]
    return sorted(fit, key=lambda text: roles.index(text.role))


def _title(fields: Mapping[str, object], record: Record) -> str:
    """The main headline; else the first there is; else the working title."""
    texts = list(_texts(fields, "headline", "headlines"))
    for text in (*_chosen(iter(texts), _TITLES), *(text for text in texts if text.is_html is not None)):
        if title := " ".join(block.text for block in _as_blocks(text, record)):
            return title
    return _string(fields, "title")


def _as_blocks(text: _Text, record: Record) -> list[Block]:
    """The blocks of a text: of HTML by its markup, of plain text by blank lines, or by lines where there are none."""
    if text.is_html:
        return blocks_of(text.value, record)
    plain = text.value.replace("\r\n", "\n").replace("\r", "\n").strip()
    parts = _BLANK_LINES.split(plain)
    return [Block(part) for part in (parts if len(parts) > 1 else plain.split("\n")) if part.strip()]


def _blocks(fields: Mapping[str, object], title: str, record: Record) -> list[Block]:
    """Standfirst, body, captions; nothing where there is no body."""
    renderings = list(_texts(fields, "body", "bodies"))
    others = [text for text in renderings if text.value and text.is_html is not None]
    texts = _chosen(iter(renderings), _BODIES) or others
    plain = next((text for text in texts if not text.is_html), None)
    marked = next((text for text in texts if text.is_html), None)
    body = _as_blocks(plain, record) if plain else []
    if marked and len(body) < 2:
        rich = _as_blocks(marked, record)
        body = rich if len(rich) > len(body) else body
    body = [block for index, block in enumerate(body) if index > 1 or bare(block.text) != bare(title)]
    if not body:
        return []
    body_text = bare(" ".join(block.text for block in body))
    lead = next(iter(_chosen(_texts(fields, "description", "descriptions"), _LEADS)), None)
    standfirst = [Block(block.text, "standfirst") for block in _as_blocks(lead, record)] if lead else []
    if bare(" ".join(block.text for block in standfirst)).rstrip(".…") in body_text:
        standfirst = []  # an excerpt
    return [*standfirst, *body, *_captions(fields, body_text, record)]


def _captions(fields: Mapping[str, object], body_text: str, record: Record) -> Iterator[Block]:
    """The captions and credits of the associated pictures, but those that the body shows."""
    for picture in _objects(fields.get("associations")):
        texts = list(_texts(picture, "description", "descriptions"))
        kind = _string(picture, "type")
        if kind not in _PICTURES and (kind or not any(text.role == "caption" for text in texts)):
            continue
        choice = [*_chosen(iter(texts), _CAPTIONS), *_chosen(_texts(picture, "headline", "headlines"), _TITLES)]
        caption = " ".join(block.text for block in _as_blocks(choice[0], record)) if choice else ""
        if not caption or bare(caption) in body_text:
            continue
        yield Block(caption, "caption")
        credits_ = (text.value for text in _chosen(iter(texts), _CREDITS))
        credit = _string(picture, "by") or _string(picture, "byline") or next(credits_, "")
        if credit and bare(credit) not in bare(caption):
            yield Block(credit, "credit")


def proved(content: bytes, name: str) -> list[Proved]:
    """The fields that no article needs and that are not as the standard says, as what source.yaml leaves out."""
    try:
        item = orjson.loads(content)
    except orjson.JSONDecodeError:  # is said when it is read
        return []
    names = unused(item) if isinstance(item, dict) else {}
    return [Proved(name, {}, names)] if names else []


def visible(content: str) -> tuple[str, list[int]]:
    """The item with its string escapes resolved, and the markup of its HTML too."""
    return shown(content, _STRING, _resolved)


def _resolved(string: re.Match[str]) -> Shown:
    start, end = string.span("inside")
    seen, places = jsonl.visible(string["inside"])
    if _TAG.search(seen):
        seen, inner = visible_html(seen)
        places = [places[place] for place in inner]
    shift = string.start("inside")
    return (
        string.string[string.start() : start] + seen + string.string[end : string.end()],
        [*range(string.start(), start), *(shift + place for place in places), *range(end, string.end())],
    )
