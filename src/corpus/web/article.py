"""An article as a page shows it: its paragraphs cut wherever a mark begins or ends, and lists of what is marked.

It is made of rows as a release has them; ``correcting`` gives rows made from a gold file. Of a masked article every
text is None: what is left are roles, offsets and counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from corpus.web.damage import of_article
from corpus.web.language import Language
from corpus.web.value_names import passed_on

Row = Mapping[str, Any]

STEPS = (0.95, 0.8, 0.6)
"""From which confidence on a mark is very sure, sure, less sure; below the last it is unsure."""

_ORDER = ("reuse", "quotations", "entities", "times")
"""Which mark is around which where several cover the same words: the first is the outermost."""

_TAGS = {"title": "h1", "subheading": "h2"}


class Mark(NamedTuple):
    """What a layer says of a stretch: its layer, the number of its row there, its kind, and which part of it this is.

    ``part`` is ``words``, or ``cue`` or ``speaker`` of a quotation. ``sure`` is the step of its confidence: ``gold``,
    ``sure-3`` (very sure) to ``sure-0``, empty where nothing is known. ``anchor`` is the id of the place where the mark
    begins, empty in the segments behind.
    """

    layer: str
    row: int
    kind: str
    part: str
    sure: str = ""
    anchor: str = ""

    @property
    def classes(self) -> str:
        """The classes of its element."""
        name = self.part if self.part != "words" else _CLASSES.get(self.layer, self.kind.lower())
        return f"mark {name} {self.sure}".rstrip()


_CLASSES = {"quotations": "quote", "times": "time", "reuse": "passage"}


class Segment(NamedTuple):
    """The text between two boundaries and the marks that cover all of it, the outermost first."""

    start: int
    end: int
    text: str | None
    marks: tuple[Mark, ...]


class Quotation(NamedTuple):
    """A quotation as it is listed, and as it stands beside its paragraph; ``start`` is where its words begin."""

    row: int
    start: int
    kind: str
    label: str
    text: str | None
    speaker: str | None
    name: str | None
    cue: str | None
    sure: str
    confidence: float | None
    speaker_confidence: float | None


class Entity(NamedTuple):
    """All mentions of one entity: ``rows`` are their numbers, ``forms`` how it is written beside its name."""

    type: str
    label: str
    name: str | None
    forms: tuple[str, ...]
    link: str | None
    rows: tuple[int, ...]
    sure: str
    confidence: float | None


class Time(NamedTuple):
    """A time expression; ``value`` is empty where it cannot be told."""

    row: int
    kind: str
    label: str
    text: str | None
    value: str
    sure: str
    confidence: float | None


class Passage(NamedTuple):
    """A passage that another article has too: where it stands here, and there. ``share`` is of the words here."""

    row: int
    start: int
    end: int
    other: str
    anchor: str
    words: int
    share: float
    other_is_earlier: bool | None


class Paragraph(NamedTuple):
    """A paragraph: ``tag`` is its element, ``quotations`` are those that begin in it."""

    role: str
    label: str
    tag: str
    start: int
    end: int
    segments: tuple[Segment, ...]
    quotations: tuple[Quotation, ...]


class Fact(NamedTuple):
    """What is known of an article: the name of the column, its label, the value; ``href`` where it leads outside."""

    name: str
    label: str
    value: str
    href: str = ""


class Count(NamedTuple):
    """How many there are of something, and of each kind of it, the most frequent first."""

    label: str
    total: int
    kinds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article for a template; ``title`` is its id where its words may not be passed on."""

    id: str
    title: str
    language: str
    masked: bool
    head: tuple[Fact, ...]
    paragraphs: tuple[Paragraph, ...]
    quotations: tuple[Quotation, ...]
    entities: tuple[Entity, ...]
    times: tuple[Time, ...]
    passages: tuple[Passage, ...]
    topics: tuple[tuple[str, str, float | None], ...]
    keywords: tuple[str, ...]
    counts: tuple[Count, ...]


@of_article
def article_page(row: Row, tables: Mapping[str, Sequence[Row]], language: Language) -> ArticlePage:
    """The page of an article from its row and its rows by layer; of ``reuse`` those that name it on either side."""
    text: str | None = row.get("text")
    passages = tuple(_passages(str(row["id"]), tables.get("reuse", ())))
    marks = list(_marks(tables, passages))
    quotations = tuple(_quotations(tables.get("quotations", ()), language))
    entities = tuple(_entities(tables.get("entities", ()), language))
    times = tuple(_times(tables.get("times", ()), language))
    if text is None:
        quotations = tuple(one._replace(text=None, speaker=None, name=None, cue=None) for one in quotations)
        entities = tuple(one._replace(name=None, forms=(), link=None) for one in entities)
        times = tuple(one._replace(text=None) for one in times)
    return ArticlePage(
        id=str(row["id"]),
        title=str(row["title"]) if text is not None else str(row["id"]),
        language=str(row.get("language") or ""),
        masked=text is None,
        head=tuple(_head(row, language)),
        paragraphs=tuple(_paragraphs(row["paragraphs"], text, marks, quotations, language)),
        quotations=quotations,
        entities=entities,
        times=times,
        passages=passages,
        topics=tuple((one["code"], one["label"], one.get("score")) for one in row.get("topics") or ()),
        keywords=() if text is None else tuple(row.get("keywords") or ()),
        counts=tuple(_counts(row, tables, language)),
    )


def sureness(confidence: float | None, status: str | None = None) -> str:
    """The step of a confidence as a class: ``gold`` where a person annotated, empty where nothing is known."""
    if confidence is None:
        return "gold" if status == "gold" else ""
    return f"sure-{sum(confidence >= step for step in STEPS)}"


def segments(text: str | None, start: int, end: int, marks: Iterable[tuple[int, int, Mark]]) -> tuple[Segment, ...]:
    """A stretch of a text, cut at every boundary of a mark; put together, the segments are the stretch."""
    inside = [(max(first, start), min(last, end), first, mark) for first, last, mark in marks]
    inside = sorted((one for one in inside if one[0] < one[1]), key=lambda one: one[0], reverse=True)
    cuts = sorted({start, end, *(place for one in inside for place in one[:2])})
    found = []
    open_: list[tuple[int, int, Mark]] = []
    for first, last in pairwise(cuts):
        open_ = [one for one in open_ if one[0] > first]
        while inside and inside[-1][0] == first:
            open_.append(inside.pop()[1:])
        covering = [mark if began == first else mark._replace(anchor="") for _, began, mark in open_]
        covering.sort(key=lambda mark: (_ORDER.index(mark.layer), mark.part != "words", mark.row))
        found.append(Segment(first, last, None if text is None else text[first:last], tuple(covering)))
    return tuple(found)


def _marks(tables: Mapping[str, Sequence[Row]], passages: Sequence[Passage]) -> Iterator[tuple[int, int, Mark]]:
    """All marks with what they cover; the first part of each has an anchor."""
    for number, row in enumerate(tables.get("quotations", ())):
        sure = sureness(row.get("confidence"), row.get("status"))
        speaker = sureness(row.get("speaker_confidence"), row.get("status"))
        for part, spans in (("words", row["fragments"]), ("cue", row["cue"]), ("speaker", row["speaker"])):
            for place, span in enumerate(spans):
                anchor = f"quotations-{number}" if part == "words" else f"quotations-{number}-{part}"
                shade = speaker if part == "speaker" else sure
                mark = Mark("quotations", number, row["kind"], part, shade, "" if place else anchor)
                yield span["start"], span["end"], mark
    for layer, kind in (("entities", "type"), ("times", "kind")):
        for number, row in enumerate(tables.get(layer, ())):
            sure = sureness(row.get("confidence"), row.get("status"))
            yield row["start"], row["end"], Mark(layer, number, row[kind], "words", sure, f"{layer}-{number}")
    known: set[str] = set()
    for passage in passages:
        anchor = passage_anchor(passage.start, passage.end)
        mark = Mark("reuse", passage.row, "passage", "words", "", "" if anchor in known else anchor)
        known.add(anchor)
        yield passage.start, passage.end, mark


def passage_anchor(start: int, end: int) -> str:
    """The id of the place where a passage that is shared with another article begins."""
    return f"passage-{start}-{end}"


def _paragraphs(
    paragraphs: Iterable[Row],
    text: str | None,
    marks: Sequence[tuple[int, int, Mark]],
    quotations: Sequence[Quotation],
    language: Language,
) -> Iterator[Paragraph]:
    labels = role_labels(language)
    coming = sorted(marks, key=lambda one: one[0], reverse=True)
    open_: list[tuple[int, int, Mark]] = []
    after = 0
    for one in paragraphs:
        start, end, role = max(one["start"], after), one["end"], one["role"]
        after = end = max(start, end)  # no stretch is shown twice, whatever a release says
        open_ = [one for one in open_ if one[1] > start]
        while coming and coming[-1][0] < end:
            open_.append(coming.pop())
        beside = tuple(said for said in quotations if start <= said.start < end)
        cut = segments(text, start, end, open_)
        yield Paragraph(role, labels[role], _TAGS.get(role, "p"), start, end, cut, beside)


def _quotations(rows: Sequence[Row], language: Language) -> Iterator[Quotation]:
    labels = kind_labels(language)
    for number, row in enumerate(rows):
        sure = sureness(row.get("confidence"), row.get("status"))
        start = min((span["start"] for span in row["fragments"]), default=0)
        said = (row.get("text"), row.get("speaker_text"), row.get("speaker_name"), row.get("cue_text"), sure)
        figures = (row.get("confidence"), row.get("speaker_confidence"))
        yield Quotation(number, start, row["kind"], labels[row["kind"]], *said, *figures)


def _entities(rows: Sequence[Row], language: Language) -> Iterator[Entity]:
    labels = kind_labels(language)
    same: dict[Any, list[int]] = {}
    for number, row in enumerate(rows):
        same.setdefault(row.get("entity") or (row.get("name") or row.get("text"), row["type"]), []).append(number)
    for numbers in same.values():
        first = rows[numbers[0]]
        name = first.get("name") or first.get("text")
        forms = dict.fromkeys(rows[one].get("text") for one in numbers)
        others = tuple(one for one in forms if one and one != name)
        least = min(
            (rows[one]["confidence"] for one in numbers if rows[one].get("confidence") is not None), default=None
        )
        label, sure = labels[first["type"]], sureness(least, first.get("status"))
        yield Entity(first["type"], label, name, others, first.get("link"), tuple(numbers), sure, least)


def _times(rows: Sequence[Row], language: Language) -> Iterator[Time]:
    labels = kind_labels(language)
    for number, row in enumerate(rows):
        earliest, latest = row.get("earliest"), row.get("latest")
        bounds = f"{earliest or '..'}/{latest or '..'}" if earliest or latest else ""
        sure = sureness(row.get("confidence"), row.get("status"))
        value, label = row.get("value") or bounds, labels[row["kind"]]
        yield Time(number, row["kind"], label, row.get("text"), value, sure, row.get("confidence"))


def _passages(identity: str, rows: Sequence[Row]) -> Iterator[Passage]:
    for number, row in enumerate(rows):
        earlier = None if row.get("earlier") is None else row["earlier"] != identity
        if row["article"] == identity:
            here, there, other, share = "", "other_", row["other"], row["share"]
        else:
            here, there, other, share = "other_", "", row["article"], row["other_share"]
        anchor = passage_anchor(row[f"{there}start"], row[f"{there}end"])
        yield Passage(number, row[f"{here}start"], row[f"{here}end"], other, anchor, row["words"], share, earlier)


def _head(row: Row, language: Language) -> Iterator[Fact]:
    """What the release says of the article; of one whose text may not be passed on what is open of it."""
    _ = language.gettext
    gold = ", ".join(layer_labels(language).get(one, one) for one in row.get("gold") or ())
    words, first = row.get("word_count"), language.version(row.get("first_release") or "")
    for name, label, value in (
        ("id", _("Identifier"), row["id"]),
        ("date", _("Date"), language.date(str(row["date"]))),
        ("byline", _("Signed"), None if row.get("text") is None else row.get("byline")),
        ("publication", _("Publication"), row.get("publication")),
        ("section", _("Section"), row.get("section")),
        ("page", _("Page"), row.get("page")),
        ("source", _("Source"), row.get("source")),
        ("url", _("Address"), row.get("url")),
        ("version", _("Version of the item"), row.get("version")),
        ("licence", _("Licence"), row.get("licence")),
        ("redistribution", _("May be passed on"), passed_on(language, row.get("redistribution"))),
        ("split", _("Split"), row.get("split")),
        ("story", _("Story"), row.get("story")),
        ("word_count", _("Words"), None if words is None else language.number(words)),
        ("gold", _("Annotated by a person"), gold),
        ("first_release", _("First release"), first),
    ):
        if value:
            is_address = name == "url" and str(value).startswith(("https://", "http://"))
            yield Fact(name, label, str(value), str(value) if is_address else "")


def _counts(row: Row, tables: Mapping[str, Sequence[Row]], language: Language) -> Iterator[Count]:
    kinds = kind_labels(language)
    yield Count(language.gettext("Paragraphs"), len(row["paragraphs"]), ())
    for layer, label in layer_labels(language).items():
        if rows := tables.get(layer):
            counted = Counter(kinds[one[column]] for one in rows for column in ("kind", "type") if column in one)
            yield Count(label, len(rows), tuple(counted.most_common()))


def layer_labels(language: Language) -> dict[str, str]:
    """What the layers and the table of copied passages are called."""
    _ = language.gettext
    return {
        "quotations": _("Quotations"),
        "entities": _("Names"),
        "times": _("Times"),
        "sentences": _("Sentences"),
        "keywords": _("Keywords"),
        "reuse": _("Copied passages"),
    }


def role_labels(language: Language) -> dict[str, str]:
    """What the roles of paragraphs are called."""
    _ = language.gettext
    return {
        "title": _("title"),
        "standfirst": _("standfirst"),
        "dateline": _("dateline"),
        "byline": _("byline"),
        "body": _("text"),
        "subheading": _("subheading"),
        "caption": _("caption"),
        "credit": _("credit"),
        "related": _("related"),
        "boilerplate": _("boilerplate"),
    }


def kind_labels(language: Language) -> dict[str, str]:
    """What the kinds of entities, quotations and times are called."""
    _ = language.gettext
    return {
        "PER": _("person"),
        "LOC": _("place"),
        "ORG": _("organisation"),
        "MISC": _("other name"),
        "direct": _("direct"),
        "partial": _("partial"),
        "indirect": _("indirect"),
        "date": _("date"),
        "time": _("time of day"),
        "duration": _("duration"),
        "set": _("repetition"),
    }
