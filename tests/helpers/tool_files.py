"""A document with all that annotation tools have, and the files of a format that hold it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from corpus.formats import format_of
from corpus.formats.document import Document, Documents
from corpus.formats.format import Export

LAYERS = ("sentences", "entities", "quotations", "times", "keywords")
GOLD = {"annotator": "essai 1", "status": "gold", "confidence": None}

TEXT = "« Le phare 🗼 rouvre 👩\u200d🚀 », a dit Odile Ferrand 🙂 à Brest."


def with_emoji() -> Document:
    """A document whose spans stand behind emoji, one of several code points."""

    def span(words: str) -> dict[str, int]:
        return {"start": TEXT.index(words), "end": TEXT.index(words) + len(words)}

    token = {"token_starts": [0], "token_ends": [1], "lemmas": ["«"], "upos": ["PUNCT"], "feats": ["Foreign=Yes"]}
    speaker = [span("Odile Ferrand")]
    quotation = {"fragments": [span("Le phare"), span("rouvre 👩\u200d🚀")], "kind": "direct", "speaker": speaker}
    tables: dict[str, list[dict[str, Any]]] = {
        "sentences": [{"index": 0, "start": 0, "end": len(TEXT), **token, **GOLD}],
        "entities": [{"index": 0, **span("Brest"), "type": "LOC", "entity": "e1", "link": "geonames:1", **GOLD}],
        "quotations": [{"index": 0, **quotation, "speaker_name": "Odile Ferrand", "cue": [span("dit")], **GOLD}],
        "times": [],
    }
    article = {
        "id": "essai/1",
        "text": TEXT,
        "language": "fr",
        "title": "Le phare 🗼",
        "gold": ["keywords"],
        "topics": [{"code": "medtop:1", "label": "Arts", "score": 0.5}],
        "keywords": ["phare"],
        "paragraphs": [{"start": 0, "end": len(TEXT), "role": "title"}],
    }
    return Document(article, tables)


def written(form: str, folder: Path) -> Path:
    """The document with emoji, as a format has it."""
    folder.mkdir(exist_ok=True)
    write = format_of(form).write
    assert write is not None
    write(cast("Documents", [with_emoji()]), Export(folder, "essai", "1.0.0", LAYERS))
    return folder
