"""Stories and splits: articles that are near-duplicates of each other, and fall together, for ever.

The way: ``compared_text`` of an article -> ``signatures`` of a partition -> ``stories`` of the corpus, which asks for
the ``shingles`` of candidates only -> ``leak_report``, the proof, which knows nothing of signatures. What the next
release needs is ``stored``.
"""

from __future__ import annotations

from corpus.dedup.candidates import LINKED, Pairs, ShinglesOf, candidates, heads, jaccard, similar
from corpus.dedup.leaks import LEAK, LeakReport, leak_report
from corpus.dedup.minhash import BANDS, Signatures, chance, signatures, signatures_of, together
from corpus.dedup.shingles import COMPARED, Shingles, compared_text, joined, shingles
from corpus.dedup.signature_table import COLUMNS, VERSION, WRITING, row_groups, signatures_in, table_of
from corpus.dedup.spill import (
    Spilled,
    SpilledSignatures,
    read_shingles,
    read_signatures,
    write_shingles,
    write_signatures,
)
from corpus.dedup.splits import split_of
from corpus.dedup.stories import NONE, Held, Known, Stories, links, place, stories

__all__ = [
    "BANDS",
    "COLUMNS",
    "COMPARED",
    "LEAK",
    "LINKED",
    "NONE",
    "VERSION",
    "WRITING",
    "Held",
    "Known",
    "LeakReport",
    "Pairs",
    "Shingles",
    "ShinglesOf",
    "Signatures",
    "Spilled",
    "SpilledSignatures",
    "Stories",
    "candidates",
    "chance",
    "compared_text",
    "heads",
    "jaccard",
    "joined",
    "leak_report",
    "links",
    "place",
    "read_shingles",
    "read_signatures",
    "row_groups",
    "shingles",
    "signatures",
    "signatures_in",
    "signatures_of",
    "similar",
    "split_of",
    "stories",
    "table_of",
    "together",
    "write_shingles",
    "write_signatures",
]  # fmt: skip
