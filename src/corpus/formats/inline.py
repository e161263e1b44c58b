"""Annotations as elements of XML around the words of an article, whatever overlaps.

An element whose content would overlap another is cut into parts, which say so: the boundaries of paragraphs cut
sentences, and those of sentences cut quotations. Between two words stands the white space of the article, so that the
text of all elements together is the article's text, and offsets in it are those of the release.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus.formats.document import Document
from corpus.formats.tokens import Sentence, Tokens

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STEERS = re.compile('[<>&"\n\r\t]')
_REFERENCES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def xml_text(text: str) -> str:
    """A text as content of an element; a character that XML forbids is U+FFFD, so that no offset moves."""
    if text.isalnum():
        return text
    text = _FORBIDDEN.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def xml_attribute(text: str) -> str:
    """A text as the value of an attribute, without its marks; what XML forbids is U+FFFD."""
    return _STEERS.sub(lambda found: _REFERENCES[found[0]], _FORBIDDEN.sub("\ufffd", text))


def attributes(values: Sequence[tuple[str, str | None]]) -> str:
    """Attributes as they stand in a tag, each after a space; those that are None are left out."""
    return "".join(f' {name}="{xml_attribute(value)}"' for name, value in values if value is not None)


class Element(NamedTuple):
    """An element around words: ``rank`` says what is inside of what, ``chain`` is the same for parts of one thing."""

    first: int
    last: int
    rank: int
    tag: str
    attributes: str
    chain: str


@dataclass(frozen=True, slots=True)
class Part:
    """An element, or a part of one: the ``number``th of so many of its chain, from 1."""

    element: Element
    number: int
    of: int


def element(
    tokens: Tokens, start: int, end: int, rank: int, tag: str, values: Sequence[tuple[str, str | None]], chain: str
) -> Iterator[Element]:
    """The element around the words of a span; none where it has no words."""
    if (covered := tokens.covering(start, end)) is not None:
        yield Element(*covered, rank, tag, attributes(values), chain)


def structure(
    document: Document,
    sentences: Sequence[Sentence],
    tokens: Tokens,
    paragraph: Callable[[int, str], tuple[str, Sequence[tuple[str, str | None]]]],
    sentence: Callable[[int], Sequence[tuple[str, str | None]]],
    name: str,
) -> Iterator[Element]:
    """Paragraphs and sentences; what their tags and attributes are is asked by number and role, and by index.

    Words in no paragraph are in one that has no role.
    """
    free = 0
    number = 0
    for one in document.article["paragraphs"]:
        for made in element(tokens, one["start"], one["end"], 0, *paragraph(number, one["role"]), f"{name}.p{number}"):
            if free < made.first:
                yield Element(free, made.first - 1, 0, "p", attributes(paragraph(-1, "")[1]), f"{name}.p{number}.0")
            free = made.last + 1
            yield made
        number += 1
    if free < len(tokens.starts):
        yield Element(free, len(tokens.starts) - 1, 0, "p", attributes(paragraph(-1, "")[1]), f"{name}.p{number}")
    for each in sentences:
        if each.index is not None:
            values = sentence(each.index)
            yield from element(tokens, each.start, each.end, 1, "s", values, f"{name}.s{each.index}")


def rendered(
    text: str,
    tokens: Tokens,
    elements: Sequence[Element],
    words: Sequence[str],
    opened: Callable[[Part], str],
) -> Iterator[str]:
    """The text with its elements, piece by piece; ``words`` are the tokens, ``opened`` begins an element."""
    begins: dict[int, list[Element]] = {}
    ends: dict[int, list[Element]] = {}
    for one in elements:
        begins.setdefault(one.first, []).append(one)
        ends.setdefault(one.last, []).append(one)
    operations: list[int | str | Element] = []
    open_now: list[Element] = []
    wanted: list[Element] = []
    counts: dict[str, int] = {}
    at = 0
    for token, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True)):
        if token in begins:
            wanted = sorted([*wanted, *begins[token]], key=_outer_first)
        if open_now != wanted:
            same = next((n for n, (a, b) in enumerate(zip(open_now, wanted, strict=False)) if a is not b), None)
            same = min(len(open_now), len(wanted)) if same is None else same
            closing = [f"</{one.tag}>" for one in reversed(open_now[same:])]
            space = xml_text(text[at:start])
            # between two paragraphs stands what is white space for XML; a no-break space is none
            operations += [*closing, space] if same or not space.strip(" \n\t") else [space, *closing]
            for one in wanted[same:]:
                counts[one.chain] = counts.get(one.chain, 0) + 1
                operations.append(one)
            open_now = wanted
        elif at < start:
            operations.append(xml_text(text[at:start]))
        operations.append(token)
        at = end
        if token in ends:
            wanted = [one for one in wanted if one not in ends[token]]
    operations += [f"</{one.tag}>" for one in reversed(open_now)]
    operations.append(xml_text(text[at:]))
    numbers: dict[str, int] = {}
    for operation in operations:
        if isinstance(operation, int):
            yield words[operation]
        elif isinstance(operation, str):
            yield operation
        else:
            number = numbers[operation.chain] = numbers.get(operation.chain, 0) + 1
            yield opened(Part(operation, number, counts[operation.chain]))


def _outer_first(one: Element) -> tuple[int, int, int]:
    return one.rank, one.first, -one.last
