"""What a release says about itself, written beside its tables: history, changes, card, manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpus import history
from corpus.ledgers import WITHDRAWN, Withdrawn
from corpus.release import card, croissant, manifest, plots
from corpus.release.rows import PREVIEW
from corpus.release.tables import Written
from corpus.scores import Score
from corpus.settings import Settings, Source


@dataclass(frozen=True)
class About:
    """What there is to say of a release beside its tables.

    ``scores`` are those of silver against the corpus's own gold, ``past`` the history after this version,
    ``contributors`` who contributed each record, by id.
    """

    settings: Settings
    sources: Mapping[str, Source]
    made: manifest.Made
    scores: Sequence[Score]
    past: pa.Table
    previous: history.Previous | None
    withdrawn: Withdrawn
    contributors: Mapping[str, tuple[str, ...]]


def write(folder: Path, about: About, written: Sequence[Written]) -> dict[str, Any]:
    """Write everything but the tables into the folder of a release; its manifest."""
    made = about.made
    others = {history.FILE: history.dump(about.past)}
    if about.withdrawn:
        others[WITHDRAWN] = "".join(one.as_line() for one in about.withdrawn.tombstones).encode()
    pictures: dict[str, bytes] = {}
    if made.version != PREVIEW:
        pictures = plots.plots(plots.counted(folder, written))
        others |= pictures
    notes = card.Notes(
        made.date,
        made.layers,
        withdrawn=about.withdrawn.tombstones,
        plots={path: plots.TITLES[path] for path in pictures},
    )
    text = card.card(about.settings, about.sources, made.counts, written, made.version, about.scores, notes)
    others["README.md"] = text.encode()
    others["croissant.json"] = croissant.croissant(
        about.settings, about.sources, written, others, made.version, made.date, made.layers
    )
    for path, content in others.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    proof = manifest.manifest(made, written, others)
    (folder / "MANIFEST.json").write_bytes(manifest.dump(proof))
    return proof
