"""The files in which a release describes itself to readers, from its metadata, its tables and what they count.

A build writes them, and ``verify`` writes them again from the release alone: the same function, so the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.release.format import CARD, CHANGELOG, CHANGES, CITATION, DATACITE
from corpus.release.write import card, changelog, citation, datacite, manifest, plots
from corpus.release.write.counting import Counted
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Written


def pages(
    metadata: ReleaseMetadata, written: Sequence[Written], found: Counted, entries: Mapping[str, Any] | None
) -> dict[str, bytes]:
    """The bytes of these files by their path; ``entries`` are what CHANGES.json says, None for a preview.

    The Croissant file comes after them, since it names their hashes.
    """
    newest = None
    made: dict[str, bytes] = {}
    pictures: dict[str, bytes] = {}
    if entries is not None:
        newest = entries["releases"][0]
        pictures = plots.plots(found)
        made = {CHANGES: manifest.dump(entries), CHANGELOG: changelog.changelog(entries).encode(), **pictures}
        made[CITATION] = citation.cff(metadata)
        made[DATACITE] = datacite.datacite(metadata, written, found, entries)
    shown = card.Shown({path: plots.TITLES[path] for path in pictures}, found.publications, found.labels)
    return made | {CARD: card.card(metadata, written, newest, shown).encode()}
