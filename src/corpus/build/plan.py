"""What a build is to read: sources, partitions, layers, and what was refused at the door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from corpus import annotate
from corpus.annotate.gold import path_of
from corpus.files.paths import Location, Status
from corpus.model.problem import CorpusError, Problem, Rejected, UsageError
from corpus.model.stages import staged
from corpus.raw import config, listing
from corpus.raw.config import Settings, Source
from corpus.raw.key import WITHHELD, CorpusKey, read_key
from corpus.raw.layout import gold_by_record
from corpus.raw.ledgers import contributors
from corpus.raw.partitions import Partition, partitions_of
from corpus.raw.tombstones import Withdrawn, withdrawn
from corpus.release.read.reader import Release


@dataclass(frozen=True)
class Plan:
    """What is to be read: sources by id, their partitions in order, what was refused at the door.

    ``gold`` are the paths of gold files, with their status where a store listed them; ``layers`` the names of the
    layers to run; ``key`` is that of the corpus, None where it has none yet; ``contributors`` who contributed each
    record, by id.
    """

    settings: Settings
    sources: dict[str, Source]
    partitions: tuple[Partition, ...]
    rejected: tuple[Rejected, ...]
    gold: Mapping[str, Status | None] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    withdrawn: Withdrawn = field(default_factory=Withdrawn)
    key: CorpusKey | None = None
    contributors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def gold_by_record(self) -> dict[str, tuple[str, ...]]:
        """The gold files of each record, by the path of its settled one."""
        return gold_by_record(self.gold)

    def gold_of(self, raw_path: str, identity: str) -> tuple[str, tuple[str, ...]]:
        """The path of the settled gold file of a record, and the gold files that it has."""
        path = path_of(raw_path, identity) if self.gold else ""
        return path, self.gold_by_record.get(path, ())

    @property
    def reuse(self) -> bool:
        """Whether to make the table ``reuse``: corpus.toml asks for it, and some layer runs."""
        return self.settings.reuse and bool(self.layers)

    @property
    def withheld(self) -> str:
        """The first source whose texts may not be passed on, "" for none; records of others may say so themselves."""
        return next((one.id for one in self.sources.values() if one.redistribution == WITHHELD), "")

    def without_partitions(self) -> Plan:
        """What a worker has to know of it; its partitions come one by one."""
        return replace(self, partitions=(), rejected=(), contributors={})


_SHARE = 16
"""Partitions are this many times smaller where layers run: a few dozen articles, a second or two of work."""


@staged("planning")
def plan(root: Location, only: frozenset[str] | None = None, layers: Sequence[str] | None = ()) -> Plan:
    """The sources and partitions of the corpus folder ``root``.

    ``only`` names the sources to read, None for all; ``layers`` those to run, None for those of corpus.toml.

    Raises:
        UsageError: it is no corpus folder, or its key is none.
        CorpusError: its corpus.toml or a ledger is wrong.
    """
    settings = config.read_settings(root)
    chosen = tuple(settings.layers if layers is None else layers)
    annotate.choose(chosen, "corpus.toml" if layers is None else "--layers")  # a wrong name is said before any work
    folders, found = listing.source_folders(root, settings.sources)
    rejected = [Rejected("", problem.file, 0, (problem,)) for problem in found]
    sources: dict[str, Source] = {}
    parts: list[Partition] = []
    annotated: dict[str, Status | None] = {}
    for folder in folders:
        if only is not None and folder.name not in only:
            continue
        try:
            source = config.read_source(folder, root)
        except CorpusError as error:
            rejected.append(Rejected(folder.name, error.problems[0].file, 0, error.problems))
            continue
        sources[source.id] = source
        there = listing.list_files(folder, root, source.shape)
        rejected += [Rejected(source.id, problem.file, 0, (problem,)) for problem in there.problems]
        share, hosts = _SHARE if chosen else 1, tuple(sorted(source.hosts))
        parts += partitions_of(source.id, there.files, root, source.shape, share, hosts, there.statuses)
        annotated |= {path: there.statuses.get(path) for path in sorted(there.gold)}
    ledgers = withdrawn(root), read_key(root), contributors(root)
    return Plan(settings, sources, tuple(parts), tuple(rejected), annotated, chosen, *ledgers)


def layers_of(release: Release, root: Path) -> tuple[str, ...]:
    """The layers that made a release, as ``corpus build --layers`` takes them; another package's by its import path.

    Raises:
        UsageError: corpus.toml does not name a layer of another package that the release has.
    """
    ran = tuple(release.manifest["layers"])
    known = {layer.name: layer.name for layer in annotate.choose(annotate.LAYERS)}
    asked = config.read_settings(root).layers if (root / "corpus.toml").is_file() else ()
    for path in asked:
        known |= {layer.name: path for layer in annotate.choose([path]) if layer.name not in known}
    missing = [name for name in ran if name not in known]
    if missing:
        hint = "install the package that has it, and name it in corpus.toml"
        wanted = f"one of {', '.join(known)}"
        raise UsageError(Problem("corpus.toml", 0, "$.layers", "layer-unknown", missing[0], wanted, hint))
    return tuple(dict.fromkeys(known[name] for name in ran))
