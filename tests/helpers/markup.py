"""What is wrong with a page as HTML, and for those who do not see it: the checks that need no browser."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
IN_NO_PARAGRAPH = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "details",
        "div",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    ]
)
INTERACTIVE = frozenset(["a", "button", "details", "input", "select", "textarea"])
WITH_A_NAME = frozenset(
    [
        "a",
        "button",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "summary",
        "title",
        "legend",
        "label",
        "figcaption",
        "option",
        "th",
    ]
)
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup"},
}


class Element:
    """An element that was opened: its name, its attributes, the words in it, where it stands."""

    def __init__(self, tag: str, attributes: dict[str, str], line: int, above: tuple[Element, ...]) -> None:
        self.tag, self.attributes, self.line, self.above = tag, attributes, line, above
        self.words = ""

    def __str__(self) -> str:
        return f"<{self.tag}> of line {self.line}"


class Markup(HTMLParser):
    """Reads a page as strictly as XML: what is opened is closed, in its order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.faults: list[str] = []
        self.feed(page)
        self.close()
        self.faults += [f"{one} is not closed" for one in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        made = Element(tag, {name: value or "" for name, value in attrs}, self.getpos()[0], tuple(self.open))
        if len(names) != len(set(names)):
            self.faults.append(f"{made} has an attribute twice")
        self.elements.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            if not any(one.tag == "svg" for one in self.open):
                self.faults.append(f"<{tag}/> of line {self.getpos()[0]}: HTML has no such end outside of SVG")
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.faults.append(
                f"</{tag}> of line {self.getpos()[0]} closes {self.open[-1] if self.open else 'nothing'}"
            )
            while any(one.tag == tag for one in self.open) and self.open.pop().tag != tag:
                pass
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for one in self.open:
            one.words += data


def faults(page: str) -> list[str]:
    """What is wrong with a whole page, in words; nothing is a page that can be relied on."""
    read = Markup(page)
    found = list(read.faults)
    if not page.startswith("<!doctype html>\n<html"):
        found.append("the page does not begin as HTML")
    found += _whole(read.elements)
    for one in read.elements:
        found += _single(one, read.elements)
    return found


def _whole(elements: list[Element]) -> Iterator[str]:
    ids = [one.attributes["id"] for one in elements if "id" in one.attributes]
    yield from (f"id {name!r} stands more than once" for name, count in Counter(ids).items() if count > 1)
    for one in elements:
        said = [(name, part) for name in REFERENCES for part in one.attributes.get(name, "").split()]
        if (link := one.attributes.get("href", "")).startswith("#") and one.tag == "a":
            said.append(("href", link[1:]))
        yield from (f"{one}: {name} names {part!r}, which is not there" for name, part in said if part not in ids)
    tags = Counter(one.tag for one in elements if all(above.tag != "svg" for above in one.above))
    yield from (f"there is not one <{tag}>" for tag in ("main", "h1", "title") if tags[tag] != 1)
    if not elements or not re.fullmatch("[a-z]{2}", elements[0].attributes.get("lang", "")):
        yield "the page does not say its language"
    landmarks = Counter(
        (one.tag, one.attributes.get("aria-label", "") or one.attributes.get("aria-labelledby", ""))
        for one in elements
        if one.tag == "nav"
    )
    yield from (f"{count} <nav> have the same name {name!r}" for (_, name), count in landmarks.items() if count > 1)
    levels = [int(one.tag[1]) for one in elements if re.fullmatch("h[1-6]", one.tag)]
    for before, level in zip([0, *levels], levels, strict=False):
        if level > before + 1:
            yield f"a heading of level {level} follows one of level {before}"


def _single(one: Element, elements: list[Element]) -> Iterator[str]:
    yield from _running(one)
    yield from _misplaced(one)
    yield from _nameless(one, elements)


def _running(one: Element) -> Iterator[str]:
    for name, value in one.attributes.items():
        if name.startswith("on") or name in ("style", "srcdoc") or re.match(r"\s*(?:javascript|data):", value):
            yield f"{one}: {name}={value!r} would run or be a style of its own"
    if one.tag == "style" or (one.tag == "script" and (one.words.strip() or "src" not in one.attributes)):
        yield f"{one} stands in the page, and not in a file"
    if one.attributes.get("tabindex", "0") not in ("0", "-1"):
        yield f"{one} changes the order of the keyboard"


def _misplaced(one: Element) -> Iterator[str]:
    names = {above.tag for above in one.above}
    if one.tag in IN_NO_PARAGRAPH and "p" in names:
        yield f"{one} stands in a <p>"
    if one.tag in INTERACTIVE and names & {"a", "button"} and one.attributes.get("type") != "hidden":
        yield f"{one} stands in something that is clicked itself"
    if one.above and one.tag not in CHILDREN.get(one.above[-1].tag, {one.tag}):
        yield f"{one} stands in {one.above[-1]}"
    if one.tag == "th" and "scope" not in one.attributes:
        yield f"{one} does not say of what it is the heading"


def _nameless(one: Element, elements: list[Element]) -> Iterator[str]:
    if one.tag == "img" and "alt" not in one.attributes:
        yield f"{one} has no alt"
    if one.tag in WITH_A_NAME and not named(one, elements):
        yield f"{one} has no name"
    if one.tag in ("span", "div", "p") and "aria-label" in one.attributes and "role" not in one.attributes:
        yield f"{one} has a name, and no role with which it would be said"
    if one.tag in ("input", "select", "textarea") and one.attributes.get("type") not in ("hidden", "submit", "button"):
        labels = {label.attributes.get("for") for label in elements if label.tag == "label"}
        inside = any(above.tag == "label" for above in one.above)
        if not (inside or one.attributes.get("id", "-") in labels or named(one, elements)):
            yield f"{one} has no label"
    if one.tag == "svg" and all(above.tag != "svg" for above in one.above):
        hidden = any(above.attributes.get("aria-hidden") == "true" for above in (*one.above, one))
        if not hidden and not (one.attributes.get("role") and named(one, elements)):
            yield f"{one} has no role with a name"


def named(one: Element, elements: list[Element]) -> bool:
    """Whether a screen reader has something to say for it."""
    if one.attributes.get("aria-label", "").strip() or one.words.strip() or one.attributes.get("title", "").strip():
        return True
    inside = [image for image in elements if one in image.above and image.attributes.get("alt", "").strip()]
    return bool(inside or one.attributes.get("aria-labelledby"))
