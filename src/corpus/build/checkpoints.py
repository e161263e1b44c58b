"""Keeps what partitions became until the release is in place: a build that was stopped goes on from there.

A finished partition is a folder of work files that appears by one rename, under the hash of all that it was made
from: its raw and gold files as the disk describes them, source, settings, layers, code. The next build into the same
place takes it as it is where the hash is the same, and removes it where it is not.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xxhash

from corpus import annotate
from corpus.annotate.metrics import Score
from corpus.build import fingerprint
from corpus.build.plan import Plan
from corpus.build.work_files import GoldFile, PartitionResult, WorkFiles, summary_dtype
from corpus.dedup.withdrawn_texts import Match
from corpus.files import paths
from corpus.files.deletion import remove_file, remove_made, temporary_folder
from corpus.files.paths import Location, Status
from corpus.model.problem import Problem, Rejected, StorageError
from corpus.raw.config import Settings, Source
from corpus.raw.layout import GOLD
from corpus.raw.partitions import Partition
from corpus.raw.stat_cache import MARGIN_NS
from corpus.release.write.staging import OWNER

if TYPE_CHECKING:
    from upath import UPath

FOLDER = "parts"
"""Where finished partitions wait, inside ``OUT.partial``."""

_FORMAT = 3
_DESCRIPTION = "part.json"
_SUMMARY = "summary.npy"
_IN_PROGRESS = ".in-progress"
"""How the name of a file ends that says which record of a partition a worker is at."""

MarkRecord = Callable[[str], None] | None
"""Writes down the raw path of the record that is being worked on; None where nobody asks."""

Make = Callable[[Path, MarkRecord], PartitionResult]
"""Makes a partition in a folder of this machine."""


@dataclass(frozen=True, slots=True)
class CheckpointStore:
    """Where the finished partitions of a build are kept: ``folder`` is named for all that they have in common.

    ``started_ns`` is when the build began, in nanoseconds by the clock of the disk that it writes to. ``elsewhere``
    says that workers run on other machines and may be lost: one that begins a partition again marks each record that
    it works on.
    """

    folder: Location
    started_ns: int
    elsewhere: bool = False

    def record_in_progress(self, number: int) -> str:
        """The raw path of the record of a partition that a worker was at, empty where none was marked."""
        try:
            return paths.read(self._mark_file(number)).decode()
        except (OSError, StorageError):
            return ""

    def _mark_file(self, number: int) -> Location:
        return self.folder / f"{number:06}{_IN_PROGRESS}"

    def _mark(self, number: int) -> MarkRecord:
        """How a worker marks records: not at all the first time, since it costs a file a record."""
        file = self._mark_file(number)
        try:
            paths.read(file)
        except FileNotFoundError:
            paths.write(file, b"")
            return None
        return lambda raw_path: paths.write(file, raw_path.encode())

    def get_or_build(
        self, numbered: tuple[int, Partition], source: Source, settings: Settings, state: State, make: Make
    ) -> PartitionResult:
        """What a partition of a source became: as it was kept, or as ``make`` makes it in the folder that it is given.

        ``numbered`` is the partition with its number in the build, ``state`` is that of the files that it is made from.
        """
        number, part = numbered
        key, settled = _key(part, fingerprint.of_source(source, settings), state, self.started_ns)
        place = self.folder / key
        if (kept := _read(place)) is not None:
            return kept
        settled = settled or bool(part.statuses)  # the status that a store gives belongs to the content
        mark = self._mark(number) if self.elsewhere else None
        if isinstance(place, Path):
            result = _made_on_disk(make, mark, place, settled=settled)
        else:
            result = _made_in_store(make, mark, place, settled=settled)
        if self.elsewhere:
            remove_file(self._mark_file(number))
        return replace(result, files=WorkFiles(place))


def _made_on_disk(make: Make, mark: MarkRecord, place: Path, *, settled: bool) -> PartitionResult:
    """A partition that is made beside its place and renamed; it is described, and so kept, where it is ``settled``."""
    attempt = place.with_name(f"{place.name}.{socket.gethostname()}-{os.getpid()}")
    remove_made(attempt, _is_ours)
    attempt.mkdir()
    result = make(attempt, mark)
    if settled:
        _describe(result, attempt)
    try:
        attempt.rename(place)
    except OSError:
        if not place.is_dir():
            raise  # else a worker that was given up for lost was quicker, and its files are the same
        remove_made(attempt, _is_ours)
    return result


def _made_in_store(make: Make, mark: MarkRecord, place: UPath, *, settled: bool) -> PartitionResult:
    """A partition that is made on this machine and sent to a store: it is there once its description is."""
    with temporary_folder() as attempt:
        result = make(attempt, mark)
        _describe(result, attempt)
        paths.upload(sorted(file for file in attempt.iterdir() if file.name != _DESCRIPTION), place)
        if settled:
            paths.upload([attempt / _DESCRIPTION], place)
    return result


def checkpoint_store(
    partial: Location, plan: Plan, reused: str | None, started_ns: int | None, *, elsewhere: bool = False
) -> CheckpointStore:
    """Where partitions are kept in the folder ``partial``; what a build with other settings or code left is removed.

    ``reused`` is the hash of the release that rows are reused from,
    None for none, ``elsewhere`` as ``CheckpointStore`` says. ``started_ns`` is when the build began by the clock of the
    disk or store that has raw/; the clock of ``partial`` takes its place where that is a disk.
    """
    root = plan.settings.root
    made_of = {
        "format": _FORMAT,
        "settings": {**asdict(plan.settings), "root": str(root.resolve() if isinstance(root, Path) else root)},
        "withdrawn": plan.withdrawn.mark,
        "layers": [fingerprint.of_layer(layer) for layer in annotate.choose(plan.layers)],
        "code": fingerprint.of_package(),
        "reused": reused,
        "key": plan.key.name if plan.key is not None else "",
    }
    name = hashlib.sha256(json.dumps(made_of, sort_keys=True, default=str).encode()).hexdigest()[:32]
    above = partial / FOLDER
    _keep(above, {name})
    if not isinstance(above, Path):
        for mark in paths.entries(above / name):
            if mark.endswith(_IN_PROGRESS):
                remove_file(above / name / mark)
        return CheckpointStore(above / name, started_ns or 0, elsewhere)
    (above / name).mkdir(parents=True, exist_ok=True)
    _keep(above / name, {left.name for left in (above / name).iterdir() if (left / _DESCRIPTION).is_file()})
    return CheckpointStore(above / name, paths.changed_ns(partial / OWNER), elsewhere)


def prune(store: CheckpointStore, parts: Iterable[PartitionResult]) -> None:
    """Remove what belongs to none of these partitions: raw files have changed since, or a worker was stopped."""
    _keep(store.folder, {part.files.folder.name for part in parts})


def _keep(folder: Location, names: Collection[str]) -> None:
    """Remove what lies in a folder, but for what has one of these names.

    A folder is renamed first: a worker that was given up for lost, and writes into it still, would else describe what
    is left of its partition as the whole.
    """
    for name in set(paths.entries(folder)) - set(names):
        if name.endswith(_IN_PROGRESS):
            remove_file(folder / name)
            continue
        removed = folder / name
        if isinstance(folder, Path):
            with suppress(FileNotFoundError):
                removed = (folder / name).rename(folder / f"{name}.removed-{os.getpid()}")
        remove_made(removed, _is_ours)


def _is_ours(path: str) -> bool:
    """Whether a file of this path is one that a finished partition, or the folder of several, may have."""
    return path.endswith((".arrow", ".bin", ".npy", ".json", _IN_PROGRESS, "/"))


State = list[tuple[str, Status | int]]
"""Files by path, each with its status, or the number of the error where it has none."""


def state_of(part: Partition, root: Location, planned: Plan) -> State:
    """The files that a partition is made from as they are now: its records and the gold files of their names."""
    gold = planned.gold
    beside: list[str] = []
    if gold and part.bulk:
        folder, _, name = part.paths[0].rpartition("/")
        beside = sorted(one for one in gold if one.startswith(f"{folder}/{name.split('.jsonl')[0]}."))
    elif gold:
        settled = (path.rpartition(".")[0] + GOLD for path in part.paths)
        beside = [one for path in settled for one in planned.gold_by_record.get(path, ())]
    if not isinstance(root, Path):
        known = zip(part.paths, part.statuses, strict=True)
        return [*known, *((path, gold[path] or 0) for path in beside)]
    return [(path, _status(root / path)) for path in (*part.paths, *beside)]


def _status(file: Path) -> Status | int:
    try:
        return paths.status_of(file.stat())._replace(device=0)  # a disk may be mounted under another number
    except OSError as error:
        return error.errno or -1


def _key(part: Partition, source: str, state: State, started_ns: int) -> tuple[str, bool]:
    """The hash of what a partition is made from, and whether all of it is older than the build.

    A file that is written twice within a tick of the disk's clock looks the same after the second time; one that is
    missing may be there the next time.
    """
    digest = hashlib.sha256(json.dumps([source, asdict(part), state]).encode())
    newest = max((started_ns if isinstance(one, int) else max(one.mtime, one.ctime) for _, one in state), default=0)
    return digest.hexdigest()[:32], newest < started_ns - MARGIN_NS


def _describe(part: PartitionResult, folder: Path) -> None:
    """Describe a partition beside its work files, without anything that runs code when it is read."""
    with open(folder / _SUMMARY, "wb") as sink:
        np.save(sink, part.summary, allow_pickle=False)
    description = {
        "source": part.source,
        "rejected": [refusal.as_json() for refusal in part.rejected],
        "tables": part.tables,
        "gold": part.gold,
        "scores": {identity: [asdict(one) for one in several] for identity, several in part.scores.items()},
        "withdrawn": part.withdrawn,
        "copies": part.copies,
        "left_out": part.left_out,
        "files": {file.name: _size_and_checksum(file) for file in sorted(folder.iterdir())},
    }
    (folder / _DESCRIPTION).write_text(json.dumps(description), "utf-8")


def _read(folder: Location) -> PartitionResult | None:
    """A partition that was kept, None where there is none, or one that a crash of the machine left damaged."""
    try:
        described = paths.read(folder / _DESCRIPTION)
    except OSError:
        return None
    try:
        return _described(folder, json.loads(described))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        if isinstance(folder, Path):
            remove_made(folder, _is_ours)  # else what is made now would find its place taken
        return None


def _described(folder: Location, description: Any) -> PartitionResult:
    """A partition as it is described.

    Raises:
        OSError, ValueError, LookupError, TypeError, AttributeError: it is not that.
    """
    for name, wanted in description["files"].items() if isinstance(folder, Path) else ():
        if _size_and_checksum(folder / name) != wanted:
            raise ValueError(name)
    summary = np.load(io.BytesIO(paths.read(folder / _SUMMARY)), allow_pickle=False)
    tables = tuple(description["tables"])
    if summary.dtype != summary_dtype(tables):
        raise ValueError(_SUMMARY)
    scores = description["scores"].items()
    return PartitionResult(
        WorkFiles(folder),
        description["source"],
        len(summary),
        tuple(_refusal(one) for one in description["rejected"]),
        tables,
        {path: GoldFile(*one) for path, one in description["gold"].items()},
        {identity: tuple(Score(**one) for one in several) for identity, several in scores},
        description["withdrawn"],
        summary,
        description["left_out"],
        tuple(Match(*one) for one in description["copies"]),
    )


def _refusal(given: Mapping[str, Any]) -> Rejected:
    """A refusal as ``Rejected.as_json`` wrote it."""
    problems = tuple(Problem(**one) for one in given["problems"])
    return Rejected(given["source"], given["file"], given["line"], problems, given.get("records", 1))


def _size_and_checksum(file: Path) -> list[int]:
    """What shows that a file is whole: after a power cut there may be nothing of it but its name."""
    check, size = xxhash.xxh3_64(), 0
    with open(file, "rb", buffering=0) as stream:
        while block := stream.read(1 << 20):
            check.update(block)
            size += len(block)
    return [size, check.intdigest()]
