"""What a release says of itself: filled once by a build, read by what writes manifest, card, croissant and changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.annotate.metrics import Score
from corpus.raw.config import Settings, Source
from corpus.raw.tombstones import Tombstone


@dataclass(frozen=True)
class ReleaseMetadata:
    """Everything that is said of a release beside its tables and files.

    - ``date`` is the day that the caller gave, ``previous`` the version before and the SHA-256 of its manifest.
    - ``counts`` are the raw records of each source by ``format.OUTCOMES``.
    - ``layers`` and ``records`` are the fingerprints of layers and sources by name, ``writer`` that of what writes
      Parquet.
    - ``scores`` are those of silver against the corpus's own gold by article, ``annotators`` the names in the gold
      files, of persons or (``card_text.programs``) not.
    - ``withdrawn`` are all tombstones, ``withdrawn_now`` the ids that the version before still had.
    - ``contributors`` are the names of those whose records or annotations are new or changed; ``named`` those of all
      whom the corpus names today: who has asked not to be named is thanked in no earlier version either.
    - ``key`` is the name of the key that hashes of withheld text are keyed with, "" where there are none.
    """

    settings: Settings
    sources: Mapping[str, Source]
    version: str
    counts: Mapping[str, Mapping[str, int]]
    date: str | None = None
    previous: Mapping[str, str] | None = None
    layers: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)
    writer: str = ""
    scores: Mapping[str, Sequence[Score]] = field(default_factory=dict)
    annotators: Collection[str] = ()
    withdrawn: Sequence[Tombstone] = ()
    withdrawn_now: Sequence[str] = ()
    contributors: Sequence[str] = ()
    named: frozenset[str] = frozenset()
    key: str = ""

    @property
    def languages(self) -> list[str]:
        """The languages of its sources, sorted."""
        return sorted({source.language for source in self.sources.values()})

    @property
    def licences(self) -> list[str]:
        """The licences of what is passed on, sorted."""
        return sorted({source.licence for source in self.sources.values() if source.redistribution != "none"})
