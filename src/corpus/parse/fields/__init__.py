"""Records that are fields with values: renames them as source.yaml says, and reads them strictly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus.model import schema
from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError, Problem, quoted
from corpus.model.written_dates import fault_of
from corpus.parse.fields.column_names import part_of_date
from corpus.parse.fields.values import (
    blocks_of_tree,
    date_of_parts,
    is_missing,
    paragraphs_of_lines,
    plain,
    without_missing,
)
from corpus.raw.config import Source
from corpus.raw.records import Record

_SPACES = 50
_NOT_SHOWN = ("draft", "auto-draft", "brouillon", "pending", "private", "trash", "future", "en attente", "privé")
"""What WordPress and its like call posts that nobody can read."""
_LINES = ("title", "publication", "section")


def draft_of(fields: Mapping[str, Any], record: Record, source: Source, body: tuple[Block, ...] = ()) -> Draft:
    """What the fields of a record say; ``body`` are the blocks found outside of them.

    Raises:
        CorpusError: an unknown field, a wrong type, no text; all the problems there are.
    """
    if record.number:
        _check_status(fields, record)
    if source.fields or source.left_out:
        fields = _renamed(fields, record, source)
    fields = without_missing(fields, exported=bool(record.number))
    if record.number:
        fields = plain(fields)
        if isinstance(fields.get("text"), dict):
            body = (*body, *blocks_of_tree(fields["text"], record))
            fields = {name: value for name, value in fields.items() if name != "text"}
    if not schema.validator("record").is_valid(fields):
        raise CorpusError(_refused(fields, record, source))
    if isinstance(fields.get("id"), float):  # JSON Schema calls 1.0 an integer, and a long integer is read as a float
        found_id, hint = quoted(fields["id"]), "write it in quotation marks"
        raise record.error("field-invalid", "$.id", found_id, "a string, or an integer of 64 bits", hint)
    if fields.get("redistribution") and not fields.get("redistribution_reason"):
        wanted = "why this record's redistribution differs from its source's"
        path = "$.redistribution_reason"
        raise record.error("field-missing", path, "nothing", wanted, "add redistribution_reason")
    if "text" in fields and "paragraphs" in fields:
        found, hint = "a body in text and again in paragraphs", "leave one out in source.yaml"
        raise record.error("field-invalid", "$.paragraphs", found, "one of the two", hint)
    html = source.markup == "html"
    authors = fields.get("authors") or ()
    authors = (authors,) if isinstance(authors, str) else tuple(authors)
    if html:
        from corpus.parse.containers.markup import line_of_html  # which needs lxml

        fields = {**fields, **{name: line_of_html(fields[name], record) for name in _LINES if fields.get(name)}}
        authors = tuple(line_of_html(author, record) for author in authors)
    blocks = _blocks(fields, record, body, html=html)
    if record.number and all(block.role in ("standfirst", "caption") for block in blocks):
        blocks = ()  # of an article that a service did not fetch
    title = fields["title"]
    first = blocks[0] if record.number and len(blocks) > 1 and blocks[0].role is None else None
    if first and len(first.text) < len(title) + _SPACES and first.text.split() == title.split():
        blocks = blocks[1:]  # the page's headline, which some readers of pages leave in the text
    if not title.strip() or not blocks:
        path = "$.text" if title.strip() else "$.title"
        found = f"nothing under the title {quoted(title)}" if record.number and path == "$.text" else "nothing"
        raise record.error("article-empty", path, found, "a title and a body")
    return Draft(
        title=title,
        blocks=blocks,
        key=str(fields["id"]) if "id" in fields else None,
        date=fields.get("date"),
        authors=authors,
        url=fields.get("url"),
        language=fields.get("language"),
        licence=fields.get("licence"),
        redistribution=fields.get("redistribution"),
        redistribution_reason=fields.get("redistribution_reason"),
        publication=fields.get("publication"),
        section=fields.get("section"),
        page=str(fields["page"]) if fields.get("page") is not None else None,
    )


def _check_status(fields: Mapping[str, Any], record: Record) -> None:
    """Refuse what a site does not show, where an export of it says so."""
    for name in ("status", "post_status", "statut"):
        status = fields.get(name)
        if isinstance(status, str) and status.strip().casefold() in _NOT_SHOWN:
            hint = "where it was published after all, publish it and export again"
            raise record.error("article-unpublished", f"$.{name}", status, "publish", hint)


def _refused(fields: Mapping[str, Any], record: Record, source: Source) -> list[Problem]:
    """The problems of fields that record.schema.json does not allow, and of the date beside them."""
    problems = list(schema.problems("record", fields, record.file, record.line))
    date = fields.get("date")
    if isinstance(date, str) and date.strip() and (wrong := fault_of(date.strip(), source.date_format)):
        rule, wanted, hint = wrong
        problems.append(record.problem(rule, "$.date", quoted(date), wanted, hint))
    return problems


def _blocks(fields: Mapping[str, Any], record: Record, body: tuple[Block, ...], *, html: bool) -> tuple[Block, ...]:
    """The blocks of the fields in the order of an article: standfirst, body, captions."""
    blocks: list[Block] = []
    if standfirst := fields.get("standfirst"):
        found = _blocks_of(standfirst, record, html=html, parted=False)
        blocks += [Block(text, "standfirst" if role is None else role) for text, role in found]
    blocks += body
    blocks += _blocks_of(fields.get("text", ""), record, html=html, parted=True)
    for paragraph in fields.get("paragraphs", ()):
        blocks += _blocks_of(paragraph, record, html=html, parted=False)
    for caption in fields.get("captions") or ():
        blocks += [Block(text, "caption") for text, _ in _blocks_of(caption, record, html=html, parted=False)]
    return tuple(blocks)


def _blocks_of(text: str, record: Record, *, html: bool, parted: bool) -> Sequence[Block]:
    """The blocks of one field: of HTML as its tags say, of an export ``parted`` at line ends, else one."""
    if not text or text.isspace():
        return ()
    if html:
        from corpus.parse.containers.markup import blocks_of_html  # as above

        return list(blocks_of_html(text, record))
    if parted and record.number:
        return list(map(Block, paragraphs_of_lines(text)))
    if parted and "\x85" in text:  # of white space only this is refused, unless a block is nothing else
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        return [Block(block) for block in lines.split("\n\n") if block.strip()]
    return (Block(text),)  # normalising finds blank lines


def _renamed(fields: Mapping[str, Any], record: Record, source: Source) -> dict[str, Any]:
    """The fields under the names of record.schema.json, without those that source.yaml leaves out."""
    renamed: dict[str, Any] = {}
    named: dict[str, str] = {}
    parts: dict[int, Any] = {}
    for name, value in paths_of(fields, source):
        if name in source.left_out:
            continue
        new = source.fields.get(name, name)
        if new == "date" and record.number and name in source.fields and (part := part_of_date(name)) >= 0:
            parts[part] = value
            if len(parts) > 1:
                continue
        if new in named:
            if not record.number or not {name, named[new]} <= source.fields.keys():
                wanted, hint = f"one field for {new}", "list the other under left_out of source.yaml"
                raise record.error("field-invalid", f"$.{name}", quoted(value), wanted, hint)
            names = list(source.fields)
            first = min(
                (name, named[new]),
                key=lambda one: (is_missing(value if one == name else renamed[new]), names.index(one)),
            )
            if first != name:
                continue
        renamed[new], named[new] = value, name
    if len(parts) > 1 and (named.get("date", "") not in source.fields or part_of_date(named["date"]) >= 0):
        renamed["date"] = date_of_parts(parts) or renamed.get("date")
    return renamed


def paths_of(fields: Mapping[str, Any], source: Source, above: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of a record with their values; of an object whose parts source.yaml names, the parts: source.name."""
    for key, value in fields.items():
        name = above + key
        if (value is None or isinstance(value, dict)) and name not in source.fields and name not in source.left_out:
            inside = f"{name}."
            if any(known.startswith(inside) for known in (*source.fields, *source.left_out)):
                yield from paths_of(value or {}, source, inside)
                continue
        yield name, value
