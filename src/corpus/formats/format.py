"""What a format is: who opens it, what of an article it carries, how it is written and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.formats.document import Documents
    from corpus.formats.labelled import Annotated

FEATURES = (
    *("metadata", "paragraphs", "topics", "keywords"),
    *("sentences", "tokens", "lemmas", "upos", "feats", "dependencies"),
    *("entities", "entity ids", "links"),
    *("quotations", "speakers", "speaker names", "cues"),
    *("times", "time values"),
    *("annotators", "confidence"),
)
"""What an article of a release has, besides its text, that a format may or may not carry.

``entity ids`` tell which mentions are of one thing; ``annotators`` are names of programs and persons, with status.
"""


@dataclass(frozen=True, slots=True)
class Export:
    """What a writer is told: the folder to write into, which is there, and what the documents are of.

    ``layers`` are the annotation tables, and ``topics`` and ``keywords``, that were asked for. ``excel_fr`` asks for
    CSV as a French Excel opens it. A writer adds to ``remarks`` what a person should know of these files.
    """

    folder: Path
    name: str
    version: str
    layers: tuple[str, ...]
    excel_fr: bool = False
    remarks: list[str] = field(default_factory=list)

    def write(self, path: str, pieces: Iterable[str]) -> None:
        """Write a new file of text, piece by piece; ``path`` is from the folder on."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)


@dataclass(frozen=True, slots=True)
class Format:
    """A format of another tool.

    ``tools`` says what opens it, ``carries`` what it holds of ``FEATURES``, ``extra`` the extra of this package that
    writing or reading it needs, "" for none. ``write`` writes documents as they come, so that no more than a few are in
    memory, and goes through all of them. ``read`` gives what a file or folder of people says of each article; None
    where nobody annotates in it.
    """

    name: str
    tools: str
    carries: frozenset[str]
    write: Callable[[Documents, Export], None] | None
    read: Callable[[Path], Iterator[Annotated]] | None = None
    extra: str = ""

    def __post_init__(self) -> None:
        if unknown := self.carries - set(FEATURES):
            raise ValueError(f"{self.name} carries what no article has: {sorted(unknown)}")

    @property
    def leaves_out(self) -> tuple[str, ...]:
        """What of an article it cannot carry, in the order of ``FEATURES``."""
        return tuple(one for one in FEATURES if one not in self.carries)
