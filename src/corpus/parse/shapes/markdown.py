"""Markdown with YAML front matter: the shape for contributors.

Between two lines ``---`` stand the fields of record.schema.json but ``text``, ``paragraphs``
and ``captions``; the body is CommonMark: paragraphs, ``## subheadings`` and pictures
``![caption](file "credit")``. Emphasis and links are read as their words.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.files.strict_yaml import read_yaml
from corpus.model.article import Block, Draft
from corpus.model.problem import quoted
from corpus.parse.shapes.fields import draft_of
from corpus.raw.config import Source
from corpus.raw.records import Record

_FRONT = re.compile(r"\ufeff?---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_BODY_FIELDS = ("text", "paragraphs", "captions")
# Without lists and link references: a line « 2023. Une année » or « [Note]: ceci » is read as it is written.
_READER = MarkdownIt("commonmark", {"html": False}).disable(["list", "reference"])


def parse(content: str, record: Record, source: Source) -> Draft:
    """What the front matter and the body say.

    Raises:
        CorpusError: no front matter, YAML that is unsafe or invalid, an unknown field, a part
            of Markdown that has no place in an article (a table, code, raw HTML).
    """
    lines = content.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(lines)
    if not front:
        wanted, hint = "a first line `---`, fields, a line `---`", "corpus init DIR --example makes one to copy"
        raise record.error("front-matter-missing", "", quoted(lines[:60]), wanted, hint)
    fields = read_yaml(front["yaml"], record.path, first_line=2)
    if not isinstance(fields, dict):
        raise record.error("yaml-invalid", "$", quoted(fields), "fields with values, such as `title: …`", "")
    for name in _BODY_FIELDS:
        if name in fields and source.fields.get(name, name) in fields:
            wanted, hint = "the body under the front matter", f"move {name} below the second line ---"
            raise record.error("field-unknown", f"$.{name}", quoted(fields[name]), wanted, hint)
    # a scalar left empty says nothing, as null does
    fields = {name: None if value == "" and name != "title" else value for name, value in fields.items()}
    first_line = lines.count("\n", 0, front.end())
    return draft_of(fields, record, source, tuple(_blocks(lines[front.end() :], record, first_line)))


def _blocks(body: str, record: Record, first_line: int) -> list[Block]:
    """The blocks of a Markdown body, with the roles that it marks."""
    blocks: list[Block] = []
    tokens = _READER.parse(body)
    role: str | None = None
    for token in tokens:
        if token.type == "heading_open":
            role = "subheading"
        elif token.type == "inline":
            blocks += _inline(token, role)
            role = None
        elif token.type in ("code_block", "fence", "html_block"):
            line = first_line + (token.map[0] if token.map else 0) + 1
            wanted = "paragraphs, ## subheadings, lists, quotations and pictures"
            hint = f"line {line}: do not indent paragraphs by four spaces; write no HTML or code"
            raise record.error("markdown-unexpected", "", quoted(token.content.strip()), wanted, hint)
    return blocks


def _inline(token: Token, role: str | None) -> list[Block]:
    """A paragraph's text, with its pictures as captions and credits of their own."""
    blocks: list[Block] = []
    texts: list[str] = []
    for child in token.children or ():
        if child.type == "image":
            if "".join(texts).strip():
                blocks.append(Block("".join(texts), role))
            texts = []
            if child.content.strip():
                blocks.append(Block(child.content, "caption"))
            if credit := str(child.attrs.get("title", "")).strip():
                blocks.append(Block(credit, "credit"))
        elif child.type in ("softbreak", "hardbreak"):
            texts.append("\n")
        else:
            texts.append(child.content)
    if "".join(texts).strip():
        blocks.append(Block("".join(texts), role))
    return blocks


def visible(content: str) -> tuple[str, list[int]]:
    """All of the file, markup included: ``trace`` steps over what the reader does not see."""
    return content, list(range(len(content)))
