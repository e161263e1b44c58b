"""The labels of Europresse: « Illustration(s) : », « Note(s) : » and their like, and what follows each."""

from __future__ import annotations

import re

from corpus.parse.shapes.europresse.runs import Run

_KINDS = {
    "caption": "illustration photo image légende graphique graphic infographie carte tableau table",
    "box": "encadré sidebar",
    "boilerplate": "référence reference vidéo video",
    "left-out": (  # notes of Europresse (corrections, addresses, days of update), and what its programs find
        "note sujet type lieu catégorie personne organisme entreprise subject category place"
        " person organization company location keyword"
    ),
}
LABELS = {name: kind for kind, names in _KINDS.items() for name in names.split()}
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
