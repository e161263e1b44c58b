"""Records that are fields with values: renames them as source.yaml says, and reads them strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.model import schema
from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError, quoted
from corpus.model.written_dates import fault_of
from corpus.raw.config import Source
from corpus.raw.records import Record


def draft_of(fields: Mapping[str, Any], record: Record, source: Source, body: tuple[Block, ...] = ()) -> Draft:
    """What the fields of a record say; ``body`` are the blocks found outside of them.

    Raises:
        CorpusError: an unknown field, a wrong type, no text; all the problems there are.
    """
    if source.fields or source.left_out:
        fields = _renamed(fields, record, source)
    if not schema.validator("record").is_valid(fields):
        problems = list(schema.problems("record", fields, record.path, record.line))
        date = fields.get("date")
        if isinstance(date, str) and date.strip() and (wrong := fault_of(date, source.date_format)):
            rule, wanted, hint = wrong
            problems.append(record.problem(rule, "$.date", quoted(date), wanted, hint))
        raise CorpusError(problems)
    if isinstance(fields.get("id"), float):  # JSON Schema calls 1.0 an integer, and a long integer is read as a float
        found_id, hint = quoted(fields["id"]), "write it in quotation marks"
        raise record.error("field-invalid", "$.id", found_id, "a string, or an integer of 64 bits", hint)
    if fields.get("redistribution") and not fields.get("redistribution_reason"):
        wanted = "why this record's redistribution differs from its source's"
        path = "$.redistribution_reason"
        raise record.error("field-missing", path, "nothing", wanted, "add redistribution_reason")
    blocks = [Block(fields["standfirst"], "standfirst")] if (fields.get("standfirst") or "").strip() else []
    blocks += body
    if "text" in fields and "paragraphs" in fields:
        found, hint = "a body in text and again in paragraphs", "leave one out in source.yaml"
        raise record.error("field-invalid", "$.paragraphs", found, "one of the two", hint)
    if "text" in fields:
        text = fields["text"]
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        blocks += [Block(block) for block in text.split("\n\n") if block.strip()]  # normalising finds other blank lines
    blocks += [Block(block) for block in fields.get("paragraphs", ()) if block.strip()]
    blocks += [Block(caption, "caption") for caption in fields.get("captions") or () if caption.strip()]
    if not fields["title"].strip() or not blocks:
        path = "$.text" if fields["title"].strip() else "$.title"
        raise record.error("article-empty", path, "nothing", "a title and a body")
    authors = fields.get("authors") or ()
    return Draft(
        title=fields["title"],
        blocks=tuple(blocks),
        key=str(fields["id"]) if "id" in fields else None,
        date=fields.get("date"),
        authors=(authors,) if isinstance(authors, str) else tuple(authors),
        url=fields.get("url"),
        language=fields.get("language"),
        licence=fields.get("licence"),
        redistribution=fields.get("redistribution"),
        redistribution_reason=fields.get("redistribution_reason"),
        publication=fields.get("publication"),
        section=fields.get("section"),
        page=str(fields["page"]) if fields.get("page") is not None else None,
    )


def _renamed(fields: Mapping[str, Any], record: Record, source: Source) -> dict[str, Any]:
    """The fields under the names of record.schema.json, without those that source.yaml leaves out."""
    renamed: dict[str, Any] = {}
    for name, value in fields.items():
        if name in source.left_out:
            continue
        new = source.fields.get(name, name)
        if new in renamed:
            wanted, hint = f"one field for {new}", "list the other under left_out of source.yaml"
            raise record.error("field-invalid", f"$.{name}", quoted(value), wanted, hint)
        renamed[new] = value
    return renamed
