"""What the labels of a tool's file mean: a layer with a type or kind; people can say it in a small TOML file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from corpus.files.refusals import refused
from corpus.files.regular import read_regular
from corpus.model.problem import Problem, UsageError, first_line, quoted

ENTITIES = ("PER", "LOC", "ORG", "MISC")
QUOTATIONS = ("direct", "partial", "indirect")
TIMES = ("date", "time", "duration", "set")
PARTS = ("speaker", "cue")
"""Labels of spans, and of the relations that lead to them."""

CONTINUES = "continues"
"""The relation from a fragment of a quotation to the next one."""

LEFT_OUT = "left out"
"""The meaning of a label that does not matter."""

_LARGEST = 1 << 20


class Meaning(NamedTuple):
    """The layer or part that a label is of, and its type or kind, "" for none."""

    layer: str
    value: str = ""


class LabelMap:
    """What labels mean. Capitals and small letters of a label make no difference."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        """The default, with what people say in ``own`` instead or besides: label to one of ``MEANINGS``."""
        self._labels = {label.casefold(): MEANINGS[said] for label, said in {**DEFAULT, **(own or {})}.items()}

    def meaning(self, label: str) -> Meaning | None:
        """What a label means, None where nobody says."""
        return self._labels.get(label.casefold())

    @staticmethod
    def line_for(label: str) -> str:
        """What to put into the file for a label that nobody knows."""
        line = f'{json.dumps(label, ensure_ascii=False)} = "entities PER"'
        return f'corpus import gold … --labels FILE, where FILE has a line such as {line}, or = "left out"'


MEANINGS: Mapping[str, Meaning] = {
    **{f"entities {one}": Meaning("entities", one) for one in ENTITIES},
    **{f"quotations {one}": Meaning("quotations", one) for one in QUOTATIONS},
    **{f"times {one}": Meaning("times", one) for one in TIMES},
    **{one: Meaning(one) for one in (*PARTS, CONTINUES, "sentences", LEFT_OUT)},
}
"""All that a label can mean, as the file says it."""

_SYNONYMS = {
    "entities PER": ("PERSON", "Personne"),
    "entities LOC": ("LOCATION", "Place", "Lieu", "GPE"),
    "entities ORG": ("ORGANIZATION", "Organisation"),
    "entities MISC": ("Other", "OTH"),
    "quotations direct": ("Quotation", "Quote", "Citation"),
}

DEFAULT: Mapping[str, str] = {
    **{one: f"entities {one}" for one in ENTITIES},
    **{one: f"quotations {one}" for one in QUOTATIONS},
    **{one: f"times {one}" for one in TIMES},
    **{one: one for one in (*PARTS, CONTINUES)},
    "sentence": "sentences",
    "paragraph": LEFT_OUT,
    **{label: meaning for meaning, labels in _SYNONYMS.items() for label in labels},
}
"""The labels that ``corpus export`` writes, and others that are common."""


def default_labels() -> str:
    """The default as a file that people can change: a line for each label."""
    lines = [
        "# What the labels of an annotation tool mean: label = meaning.",
        "# Name a copy of this file with --labels; a label that it does not have means what the default says.",
        f"# Meanings: {', '.join(MEANINGS)}",
    ]
    lines += [f"{json.dumps(label, ensure_ascii=False)} = {json.dumps(meaning)}" for label, meaning in DEFAULT.items()]
    return "\n".join(lines) + "\n"


def read_labels(file: Path) -> LabelMap:
    """What a TOML file of people says.

    Raises:
        UsageError: it cannot be read, or a label means nothing that is known.
    """
    try:
        said = tomllib.loads(read_regular(file, _LARGEST).decode("utf-8-sig"))
    except OSError as error:
        raise _refusal(file, "", refused(error), "a file of labels") from None
    except (ValueError, RecursionError) as error:
        raise _refusal(file, "", first_line(error), 'lines such as "Personne" = "entities PER"') from None
    for label, meaning in said.items():
        if not isinstance(meaning, str) or meaning not in MEANINGS:
            raise _refusal(file, label, quoted(meaning), f"one of {', '.join(MEANINGS)}")
    return LabelMap(said)


def _refusal(file: Path, label: str, found: str, wanted: str) -> UsageError:
    hint = "corpus import gold --print-labels > labels.toml writes the default, which you can change"
    return UsageError(Problem(str(file), 0, label, "import-labels", found, wanted, hint))
