"""The names that the encoder sees in an article. Nothing here knows French; trimming and consistency: mentions.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.annotate.entities.mentions import Mention

if TYPE_CHECKING:
    from corpus.annotate.engine import Document

KINDS = ("LOC", "PER", "MISC", "ORG")
"""The types of names, in the order of the network's outputs."""
_LEAST = 1e-6


def recognised(doc: Document) -> list[Mention]:
    """The names in one article's ``Document``, in order, each with the product of its steps' probabilities."""
    found = []
    for first, last, kind, confidence in doc.names:
        end = doc.starts[last] + len(doc.forms[last])
        found.append(Mention(doc.starts[first], end, KINDS[kind], max(confidence, _LEAST)))
    return found
