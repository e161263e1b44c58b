"""Small questions to the tree of an XML record, by the local names of elements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

_SPACES = re.compile(r"[ \t\r\n]+")


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of these local names, in order."""
    if element is not None:
        yield from (child for child in element if local(child) in names)


def child(element: Element | None, path: str) -> Element | None:
    """The first element that a path of local names leads to, each the first of its name that leads on."""
    name, _, rest = path.partition("/")
    for one in children(element, name):
        if not rest:
            return one
        if (found := child(one, rest)) is not None:
            return found
    return None


def below(element: Element | None, *names: str) -> Iterator[Element]:
    """All elements below of these local names, in the order of the file."""
    if element is not None:
        yield from (one for one in element.iter() if one is not element and local(one) in names)


def words(element: Element | None) -> str:
    """The text of an element and of all below it, on one line."""
    if element is None:
        return ""
    said = element.text or "" if len(element) == 0 else "".join(map(str, element.itertext()))
    return _SPACES.sub(" ", said).strip(" ")


def value(element: Element | None, name: str) -> str:
    """An attribute without the white space around it; empty where it is not there. Its namespace does not matter."""
    if element is None:
        return ""
    if name in element.attrib:
        return str(element.attrib[name]).strip()
    found = (given for key, given in element.attrib.items() if str(key).rpartition("}")[2] == name)
    return str(next(found, "")).strip()
