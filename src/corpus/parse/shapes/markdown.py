"""Markdown with YAML front matter: the shape for contributors.

Between two lines ``---`` stand the fields of record.schema.json but ``text``, ``paragraphs``
and ``captions``; the body is CommonMark: paragraphs, ``## subheadings`` and pictures
``![caption](file "credit")``. Emphasis and links are read as their words; asterisks within a word are
its own (« citoyen*ne*s »).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.files.strict_yaml import key_lines, read_yaml
from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError, Problem, quoted
from corpus.parse.containers.whole_text import as_it_stands as visible
from corpus.parse.fields import draft_of
from corpus.parse.rules.markup import is_tag
from corpus.raw.config import Source
from corpus.raw.records import Record

__all__ = ["parse", "placed", "visible"]

_FRONT = re.compile(r"\ufeff?---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_BODY_FIELDS = ("text", "paragraphs", "captions")
# Without lists and link references: a line « 2023. Une année » or « [Note]: ceci » is read as it is written.
# With tables and raw HTML, so that they are seen and refused.
_READER = MarkdownIt("commonmark").disable(["list", "reference"]).enable("table")
_NO_PROSE = ("code_block", "fence", "html_block", "table_open")
_WANTED = "paragraphs, ## subheadings, lists, quotations and pictures"
_HINT = "write it as paragraphs; do not indent them by four spaces; write no HTML, code or tables"


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
    fields = read_yaml(front["yaml"], record.path, first_line=2, comments=False)
    if not isinstance(fields, dict):
        raise record.error("yaml-invalid", "$", quoted(fields), "fields with values, such as `title: …`", "")
    for name in _BODY_FIELDS:
        if name in fields and source.fields.get(name, name) in fields:
            wanted, hint = "the body under the front matter", f"move {name} below the second line ---"
            problem = record.problem("field-unknown", f"$.{name}", quoted(fields[name]), wanted, hint)
            raise CorpusError(placed((problem,), content, source))
    # a scalar left empty says nothing, as null does
    fields = {name: None if value == "" and name != "title" else value for name, value in fields.items()}
    first_line = lines.count("\n", 0, front.end())
    blocks = tuple(_blocks(lines[front.end() :], record, first_line))
    try:
        return draft_of(fields, record, source, blocks)
    except CorpusError as error:
        raise CorpusError(placed(error.problems, content, source)) from None


def placed(problems: Iterable[Problem], content: str, source: Source) -> tuple[Problem, ...]:
    """The problems of a record, each of a field with the line on which the front matter has it; 1 where it lacks it."""
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(content)
    if not front:
        return tuple(problems)
    lines = {source.fields.get(name, name): line for name, line in key_lines(front["yaml"], first_line=2).items()}
    body = content[front.end() :]
    below = content.count("\n", 0, front.end()) + body.count("\n", 0, len(body) - len(body.lstrip())) + 1
    lines = {"text": below, **key_lines(front["yaml"], first_line=2), **lines}
    return tuple(
        problem
        if problem.line or not problem.path.startswith("$.")
        else replace(problem, line=lines.get(re.split(r"[.\[]", problem.path[2:], maxsplit=1)[0], 1))
        for problem in problems
    )


def _blocks(body: str, record: Record, first_line: int) -> list[Block]:
    """The blocks of a Markdown body, with the roles that it marks."""
    blocks: list[Block] = []
    tokens = _READER.parse(body)
    role: str | None = None
    for token in tokens:
        if token.type == "heading_open":
            role = "subheading"
        elif token.type == "inline":
            blocks += _inline(token, role, record, first_line)
            role = None
        elif token.type in _NO_PROSE:
            line = first_line + (token.map[0] if token.map else 0) + 1
            found = token.content.strip() or body.split("\n")[token.map[0] if token.map else 0]
            raise _unexpected(found, record, line)
    return blocks


def _unexpected(found: str, record: Record, line: int) -> CorpusError:
    return CorpusError(Problem(record.path, line, "", "markdown-unexpected", quoted(found), _WANTED, _HINT))


def _inline(token: Token, role: str | None, record: Record, first_line: int) -> list[Block]:
    """A paragraph's text, with its pictures as captions and credits of their own."""
    blocks: list[Block] = []
    texts: list[str] = []
    within: list[bool] = []  # of each emphasis that is open, whether its marks belong to a word: « citoyen*ne*s »
    line = first_line + (token.map[0] if token.map else 0) + 1
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
            line += 1
        elif child.type == "html_inline" and is_tag(child.content):
            raise _unexpected(child.content, record, line)
        elif child.type in ("em_open", "strong_open"):
            before = "".join(texts)[-1:]
            within.append(before.isalnum())
            texts.append(child.markup if within[-1] else "")
        elif child.type in ("em_close", "strong_close"):
            texts.append(child.markup if within.pop() else "")
        elif child.type == "code_inline" and any(map(child.content.__contains__, "<&\\[")):
            texts.append(f"`{child.content}`")  # markup that the article is about
        else:
            texts.append(child.content)
    if "".join(texts).strip():
        blocks.append(Block("".join(texts), role))
    return blocks
