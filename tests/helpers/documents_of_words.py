"""Documents of words, tokens and spans, for formats that lay annotations over words; also such as nobody expects."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from corpus.formats.document import Document, Row

WORDS = (
    *("Odile", "Ferrand", "l’", "été", "🗼", "👩‍🚒", "x\u0301", "<&>\"'", "]]>", "Pen-Hir", "-t-il", "a=b|c", "(e1-x)"),
    *("«", "»", ".", "…", "%2D", "\\n", "#", "_", "1", "****", "-*"),
)
GAPS = (" ", " ", " ", "", "\u00a0", "\u202f", "\n\n", "\n", "  ", "\u2028")

BLANK: dict[str, Row] = {
    "articles": {
        **dict.fromkeys(("url", "byline", "publication", "section", "page", "version")),
        "source": "a",
        "split": "train",
        "story": "a/1",
        "title": "",
        "authors": [],
        "topics": [],
        "keywords": [],
        "gold": [],
        "language": "fr",
        "licence": "CC0-1.0",
        "word_count": 1,
        "first_release": "0.0.0",
        "date": "2023-03-14",
        "date_earliest": date(2023, 3, 14),
        "date_latest": date(2023, 3, 14),
        "text_sha256": "0" * 64,
        "paragraphs": [],
    },
    "sentences": {
        **dict.fromkeys(("tokens", "token_starts", "token_ends", "lemmas", "upos", "feats", "dep_head", "dep_rel"), ()),
        "tokens_annotator": "essai/1",
        "tokens_status": "silver",
        "dep_annotator": None,
        "dep_status": None,
    },
    "entities": {"name": "", "link": None, "entity_key": None, "confidence": None, "link_confidence": None},
    "quotations": {
        **dict.fromkeys(("speaker_text", "speaker_name", "speaker_entity", "speaker_key", "cue_text")),
        "speaker": [],
        "cue": [],
        "confidence": None,
        "speaker_confidence": None,
    },
    "times": {"value": None, "earliest": None, "latest": None, "confidence": None},
}
"""What rows of a release have besides what a test says."""


def document(
    text: str,
    *,
    sentences: Sequence[tuple[int, int, Sequence[tuple[int, int]]]] = (),
    entities: Sequence[tuple[int, int]] = (),
    quotations: Sequence[Sequence[tuple[int, int]]] = (),
    times: Sequence[tuple[int, int]] = (),
    paragraphs: Sequence[tuple[int, int, str]] = (),
    **about: Any,
) -> Document:
    """A document with sentences, which have their tokens, and with spans; each second quotation has speaker and cue."""
    article: Row = {
        **BLANK["articles"],
        "id": "a/1",
        "title": text[:20],
        "text": text,
        "paragraphs": [
            {"start": start, "end": end, "role": role} for start, end, role in paragraphs or [(0, len(text), "title")]
        ],
        **about,
    }
    made_by = {"annotator": "essai/1", "status": "silver"}
    tables: dict[str, list[Row]] = {
        "sentences": [
            {
                "article": "a/1",
                "index": number,
                "start": start,
                "end": end,
                "text": text[start:end],
                "tokens": [text[low:high] for low, high in tokens],
                "token_starts": [low for low, _ in tokens],
                "token_ends": [high for _, high in tokens],
                "lemmas": [text[low:high].lower() for low, high in tokens],
                "upos": ["NOUN" for _ in tokens],
                "feats": ["Gender=Fem|Number=Sing" for _ in tokens],
                "dep_head": [],
                "dep_rel": [],
                "dep_annotator": None,
                "dep_status": None,
                "tokens_annotator": "essai/1",
                "tokens_status": "silver",
                **made_by,
            }
            for number, (start, end, tokens) in enumerate(sentences)
        ],
        "entities": [
            {
                "article": "a/1",
                "index": number,
                "start": start,
                "end": end,
                "text": text[start:end],
                "entity": f"e{number + 1}",
                "type": ("PER", "LOC", "ORG", "MISC")[number % 4],
                "name": text[start:end],
                "link": "geonames:1" if number % 2 else None,
                "entity_key": None,
                "confidence": None,
                "link_confidence": None,
                **made_by,
            }
            for number, (start, end) in enumerate(sorted(entities))
        ],
        "quotations": [
            {
                "article": "a/1",
                "index": number,
                "kind": ("direct", "partial", "indirect")[number % 3],
                "fragments": [{"start": start, "end": end} for start, end in fragments],
                "text": " ".join(text[start:end] for start, end in fragments),
                "speaker": [dict(zip(("start", "end"), fragments[0], strict=True))] if number % 2 else [],
                "speaker_name": "Odile <& Ferrand-Le Goff" if number % 2 else None,
                "speaker_entity": "e1" if number % 2 else None,
                "speaker_key": "per:odile-ferrand" if number % 2 else None,
                "cue": [dict(zip(("start", "end"), fragments[-1], strict=True))] if number % 2 else [],
                "cue_text": None,
                "confidence": 0.5,
                "speaker_confidence": None,
                **made_by,
            }
            for number, fragments in enumerate(quotations)
        ],
        "times": [
            {
                "article": "a/1",
                "index": number,
                "start": start,
                "end": end,
                "text": text[start:end],
                "kind": ("date", "time", "duration", "set")[number % 4],
                "value": ("2023-03-14", "2023-21", None, "198X", "2023-03-14T14:30", "-0044", "2023-06~%")[number % 7],
                "earliest": date(2023, 3, 14),
                "latest": None,
                "confidence": None,
                **made_by,
            }
            for number, (start, end) in enumerate(sorted(times))
        ],
    }
    return Document(article, tables)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents as nobody expects them: text outside of sentences, sentences that touch or lack tokens, any spans."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
    gaps = [*draw(st.lists(st.sampled_from(GAPS), min_size=len(words) - 1, max_size=len(words) - 1)), ""]
    text, places = "", []
    for word, gap in zip(words, gaps, strict=True):
        places.append((len(text), len(text) + len(word)))
        text += word + gap
    cuts = sorted({0, len(words), *draw(st.lists(st.integers(0, len(words)), max_size=4))})
    sentences = []
    for first, last in itertools.pairwise(cuts):
        kind = draw(st.sampled_from(("whole", "whole", "without tokens", "a token is missing", "none")))
        tokens = places[first:last]
        if kind == "none":
            continue
        kept = {"without tokens": [], "a token is missing": tokens[1:]}.get(kind, tokens)
        sentences.append((tokens[0][0], tokens[-1][1], kept))
    role = st.sampled_from(("title", "body", "caption", "credit"))
    paragraphs = [(places[first][0], places[last - 1][1], draw(role)) for first, last in itertools.pairwise(cuts)]

    def span() -> tuple[int, int]:
        first, last = sorted(draw(st.tuples(*[st.integers(0, len(words) - 1)] * 2)))
        start, end = places[first][0], places[last][1]
        if draw(st.booleans()) and places[first][1] - start > 1 and not text[start + 1 :].startswith("\u0301"):
            start += 1
        return start, end

    fragments = [sorted({span() for _ in range(draw(st.integers(1, 2)))}) for _ in range(draw(st.integers(0, 3)))]
    return document(
        text,
        sentences=sentences,
        paragraphs=paragraphs,
        entities={span() for _ in range(draw(st.integers(0, 3)))},
        quotations=[one for one in fragments if all(a[1] <= b[0] for a, b in itertools.pairwise(one))],
        times={span() for _ in range(draw(st.integers(0, 2)))},
    )
