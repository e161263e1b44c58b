"""Formats of other tools: what leaves a release for them, and what people annotated in them and bring back.

In: documents, which are articles of a release with their annotations; or files of a tool. Out: files of a tool; or
what they say of each article. A format is a ``Format`` in a module here, and a line in ``FORMATS``; its tools and what
it carries stand in that value alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.formats.format import Format

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "csv": "corpus.formats.tables:CSV",
        "xlsx": "corpus.formats.tables:XLSX",
        "conllu": "corpus.formats.conllu:CONLLU",
        "docbin": "corpus.formats.docbin:DOCBIN",
        "tei": "corpus.formats.tei:TEI",
        "txm": "corpus.formats.txm:TXM",
        "iramuteq": "corpus.formats.iramuteq:IRAMUTEQ",
        "brat": "corpus.formats.brat:BRAT",
        "cas": "corpus.formats.cas:CAS",
        "web-annotation": "corpus.formats.web_annotation:WEB_ANNOTATION",
        "label-studio": "corpus.formats.label_studio:LABEL_STUDIO",
        "doccano": "corpus.formats.jsonl_spans:DOCCANO",
        "prodigy": "corpus.formats.jsonl_spans:PRODIGY",
    }
)
"""Each format and where it is, in the order in which they are listed."""

READ_ONLY = ("doccano", "prodigy")
"""Formats that nothing is written in."""

READ = ("conllu", "brat", "cas", "web-annotation", "label-studio", *READ_ONLY)
"""Formats in which people annotate."""


def format_of(name: str) -> Format:
    """The format of this name, which is one of ``FORMATS``."""
    module, _, value = FORMATS[name].partition(":")
    found: Format = getattr(import_module(module), value)
    return found
