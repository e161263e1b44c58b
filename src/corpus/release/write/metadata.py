"""What a release says of itself: filled once by a build, read by what writes manifest, card, croissant and changes.

What of it stands nowhere else in a release is kept in the manifest (``about``), so that ``recalled`` gives it back:
card, changelog and croissant can be written again from a release alone, and compared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.annotate.metrics import Score
from corpus.model.features import Labels
from corpus.raw.config import Settings, Source
from corpus.raw.tombstones import Tombstone

_SETTINGS = ("title", "description", "contact", "hub", "publisher", "doi")
_SOURCE = ("name", "publisher", "url", "description", "language", "licence", "redistribution")


@dataclass(frozen=True)
class ReleaseMetadata:
    """Everything that is said of a release beside its tables and files.

    - ``date`` is the day that the caller gave, ``previous`` the version before and the SHA-256 of its manifest.
    - ``counts`` are the raw records of each source by ``format.OUTCOMES``.
    - ``layers`` and ``records`` are the fingerprints of layers and sources by name, ``writer`` that of what writes
      Parquet; ``silver`` is who signs what each layer found.
    - ``scores`` are those of silver against the corpus's own gold by article, ``annotators`` the names in the gold
      files, of persons or (``programs``) not.
    - ``withdrawn`` are all tombstones, ``withdrawn_now`` the ids that the version before still had.
    - ``contributors`` are the names of those whose records or annotations are new or changed; ``named`` those of all
      whom the corpus names today: who has asked not to be named is thanked in no earlier version either.
    - ``key`` is the name of the key that hashes of withheld text are keyed with, "" where there are none.
    - ``labels`` are the sets that are closed in this release, as ``with_labels`` gives them.
    """

    settings: Settings
    sources: Mapping[str, Source]
    version: str
    counts: Mapping[str, Mapping[str, int]]
    date: str | None = None
    previous: Mapping[str, str] | None = None
    layers: Mapping[str, str] = field(default_factory=dict)
    silver: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)
    writer: str = ""
    scores: Mapping[str, Sequence[Score]] = field(default_factory=dict)
    annotators: Collection[str] = ()
    withdrawn: Sequence[Tombstone] = ()
    withdrawn_now: Sequence[str] = ()
    contributors: Sequence[str] = ()
    named: frozenset[str] = frozenset()
    key: str = ""
    labels: Labels = field(default_factory=dict)

    def with_labels(self, splits: Iterable[str], licences: Iterable[str]) -> ReleaseMetadata:
        """The same with its labels: all sources, sorted; these licences, sorted; the splits of its settings and these.

        ``splits`` are those that have rows, ``licences`` those of its articles.
        """
        named = [name for name, _ in self.settings.splits]
        found = {"split": [*named, *sorted({*splits} - {*named})], "source": sorted(self.counts)}
        return replace(self, labels={**found, "licence": sorted({*licences})})

    @property
    def languages(self) -> list[str]:
        """The languages of its sources, sorted."""
        return sorted({source.language for source in self.sources.values()})

    @property
    def licences(self) -> list[str]:
        """The licences of what is passed on, sorted."""
        return sorted({source.licence for source in self.sources.values() if source.redistribution != "none"})

    def about(self) -> dict[str, Any]:
        """What stands in no table: settings and sources as people wrote them, and how many annotated by hand.

        Programs among the annotators are named, persons counted.
        """
        machines = programs(self.annotators)
        return {
            **{name: getattr(self.settings, name) for name in _SETTINGS},
            "creators": [dict(one) for one in self.settings.creators],
            "splits": [list(one) for one in self.settings.splits],
            "sources": {one.id: {name: getattr(one, name) for name in _SOURCE} for one in self.sources.values()},
            "silver": dict(self.silver),
            "annotators": {"persons": len(set(self.annotators)) - len(machines), "programs": machines},
        }


_PROGRAM = re.compile(r"\b(AI|IA|LLM|program|programme|model|modèle)\b")


def programs(annotators: Collection[str]) -> list[str]:
    """Those annotators that are no persons: their names say so by one of these words, written like this.

    >>> programs(["Odile Ferrand", "Ai Kerlédan", "corpus team (AI annotator)"])
    ['corpus team (AI annotator)']
    """
    return sorted(name for name in annotators if _PROGRAM.search(name))


def recalled(manifest: Mapping[str, Any], withdrawn: Sequence[Tombstone]) -> ReleaseMetadata:
    """What was said of a release when it was made, by its manifest; who contributed to it stands in CHANGES.json.

    Raises:
        KeyError, TypeError, ValueError: the manifest is none of this format.
    """
    about = manifest["about"]
    settings = {name: about.get(name, "") for name in (*_SETTINGS, "creators")}
    splits = tuple((name, share) for name, share in about["splits"])
    annotators = about["annotators"]
    persons = [f"person {number}" for number in range(annotators["persons"])]  # their names are not needed
    return ReleaseMetadata(
        settings=Settings(Path(), manifest["name"], **settings, splits=splits),
        sources={name: Source(name, shape="", **about["sources"][name]) for name in about["sources"]},
        version=manifest["version"],
        counts=manifest["sources"],
        date=manifest["date"],
        previous=manifest["previous"],
        layers=manifest["layers"],
        silver=about["silver"],
        records=manifest["records"],
        writer=manifest["pipeline"]["writer"],
        scores={identity: [Score(*one) for one in scores] for identity, scores in manifest["scores"].items()},
        annotators=[*annotators["programs"], *persons],
        withdrawn=withdrawn,
        key=manifest.get("key", ""),
    )
