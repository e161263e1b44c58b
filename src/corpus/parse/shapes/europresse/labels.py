"""The labels of Europresse: « Illustration(s) : », « Note(s) : » and their like, and what follows each."""

from __future__ import annotations

import re

from corpus.parse.shapes.europresse.runs import Run

LABELS = {
    "illustration": "caption",
    "photo": "caption",
    "image": "caption",
    "légende": "caption",
    "graphique": "caption",
    "graphic": "caption",
    "infographie": "caption",
    "carte": "caption",
    "tableau": "caption",
    "table": "caption",
    "encadré": "box",
    "sidebar": "box",
    "note": "left-out",  # of Europresse about the document: corrections, e-mail addresses, days of update
    "référence": "boilerplate",
    "reference": "boilerplate",
    "vidéo": "boilerplate",
    "video": "boilerplate",
    **dict.fromkeys(  # given by programs of Europresse
        ("sujet", "type", "lieu", "catégorie", "personne", "organisme", "entreprise", "subject", "category", "place"),
        "left-out",
    ),
    **dict.fromkeys(("person", "organization", "company", "location", "keyword"), "left-out"),
}
"""What follows « Illustration(s) : » and its like; the labels themselves are no text."""

_LABEL = re.compile(
    r"(?P<name>[^\W\d_]{4,14}?)(?:\((?:s|x|es)\)(?:[ -]+[\w’'()]+){0,5}|s)?\s*:\s*(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_SURE_LABEL = re.compile(r"[^\W\d_]{4,14}\((?:s|x|es)\)[^:\n]{0,50}:", re.IGNORECASE)


def label_of(run: Run) -> re.Match[str] | None:
    """« Illustration(s) : » and its like at the beginning of a run; in what may be text only with its « (s) ».

    Beside the text, what is so written with « (s) » is a label of Europresse even where nobody knows it.
    """
    found = _LABEL.match(run.text)
    if found is None:
        return None
    known, sure = found["name"].lower() in LABELS, _SURE_LABEL.match(run.text) is not None
    return found if (known and (sure or run.zone == "aside")) or (sure and run.zone == "aside") else None


def kind_of(label: re.Match[str]) -> str:
    """What follows a label; behind one that nobody knows it is no text of the article."""
    return LABELS.get(label["name"].lower(), "boilerplate")
