"""Keeps what partitions became until a release stands: a build that was stopped goes on from there.

A finished partition is a folder of work files that appears by one rename, under the hash of all that it was made
from: its raw and gold files as the disk describes them, source, settings, layers, code. The next build into the same
place takes it as it is where the hash is the same, and removes it where it is not.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import socket
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from corpus.annotate.metrics import Score
from corpus.build import fingerprint
from corpus.build.work_files import GoldFile, PartitionResult, summary_dtype
from corpus.files import paths
from corpus.files.paths import Location, Status
from corpus.model.problem import Problem, Rejected, StorageError
from corpus.raw.config import Settings, Source
from corpus.raw.layout import GOLD
from corpus.raw.ledgers import Withdrawn
from corpus.raw.partitions import Partition

if TYPE_CHECKING:
    from upath import UPath

FOLDER = "parts"
"""Where finished partitions wait, inside ``OUT.partial``."""

_FORMAT = 1
_ROWS = "rows.arrow"
_SAID = "part.json"
_NUMBERS = "numbers.npy"
_HAND = ".hand"
_SETTLED = 2 * 10**9


Note = Callable[[str], None] | None
"""Leaves word of the record with this raw path, which somebody has in hand; None where nobody asks."""

Make = Callable[[Path, Note], PartitionResult]
"""Makes a partition in a file."""


@dataclass(frozen=True, slots=True)
class CheckpointStore:
    """Where the partitions of a build are kept: ``folder`` is named for all that they have in common.

    ``started_ns`` is when the build began, in nanoseconds by the clock of the disk that it writes to. ``elsewhere``
    says that workers may be lost: one that begins a partition over leaves word of each record that it has in hand.
    """

    folder: Location
    started_ns: int
    elsewhere: bool = False

    def in_hand(self, number: int) -> str:
        """The raw path of the record that a worker had in hand over a partition, empty where nobody left word."""
        try:
            return paths.read(self._hand(number)).decode()
        except (OSError, StorageError):
            return ""

    def _hand(self, number: int) -> Location:
        return self.folder / f"{number:06}{_HAND}"

    def _note(self, number: int) -> Note:
        """How a worker leaves word: not at all the first time, since it costs a file a record."""
        hand = self._hand(number)
        try:
            paths.read(hand)
        except FileNotFoundError:
            paths.write(hand, b"")
            return None
        return lambda raw_path: paths.write(hand, raw_path.encode())

    def get_or_build(
        self, numbered: tuple[int, Partition], source: Source, settings: Settings, state: State, make: Make
    ) -> PartitionResult:
        """What a partition of a source became: as it was kept, or as ``make`` makes it in the file that it is given.

        ``numbered`` is the partition with its number in the build, ``state`` is that of the files that it is made from.
        """
        number, part = numbered
        key, settled = _key(part, fingerprint.of_source(source, settings), state, self.started_ns)
        place = self.folder / key
        if (kept := _read(place)) is not None:
            return kept
        settled = settled or bool(part.statuses)  # a store says of the content what it is
        note = self._note(number) if self.elsewhere else None
        part_made = self._made(place, make, note, settled=settled)
        if self.elsewhere:
            paths.remove(self._hand(number))
        return replace(part_made, file=place / _ROWS)

    def _made(self, place: Location, make: Make, note: Note, *, settled: bool) -> PartitionResult:
        if not isinstance(place, Path):
            return _sent(make, note, place, settled=settled)
        attempt = place.with_name(f"{place.name}.{socket.gethostname()}-{os.getpid()}")
        shutil.rmtree(attempt, ignore_errors=True)
        attempt.mkdir()
        made = make(attempt / _ROWS, note)
        if settled:
            _write(made, attempt)
        try:
            attempt.rename(place)
        except OSError:
            if not (place / _ROWS).is_file():
                raise  # else a worker that was given up for lost was quicker, and its files are the same
            shutil.rmtree(attempt, ignore_errors=True)
        return made


def _sent(make: Make, note: Note, place: UPath, *, settled: bool) -> PartitionResult:
    """A partition that is made on this machine and sent to a store: it is there once its description is."""
    with TemporaryDirectory(prefix="corpus-") as folder:
        attempt = Path(folder)
        made = make(attempt / _ROWS, note)
        _write(made, attempt)
        paths.upload(sorted(file for file in attempt.iterdir() if file.name != _SAID), place)
        if settled:
            paths.upload([attempt / _SAID], place)
    return made


def checkpoint_store(
    partial: Location,
    settings: Settings,
    withdrawn: Withdrawn,
    layers: Sequence[str],
    previous: str | None,
    started_ns: int = 0,
    *,
    elsewhere: bool = False,
) -> CheckpointStore:
    """Where partitions are kept in the folder ``partial``; what a build that was made of other things left is removed.

    ``layers`` are the fingerprints of those that run, ``previous`` is the hash of the release before whose rows are
    kept, None for none, ``elsewhere`` as ``CheckpointStore`` says.
    ``started_ns`` is when the build began by the clock of the disk that has raw/, which counts where ``partial`` has
    none.
    """
    asked = {
        "format": _FORMAT,
        "settings": {**asdict(settings), "root": _named(settings.root)},
        "withdrawn": [asdict(one) for one in withdrawn.tombstones],
        "layers": layers,
        "code": fingerprint.of_package(),
        "previous": previous,
    }
    name = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:32]
    above = partial / FOLDER
    if not isinstance(above, Path):
        for other in set(paths.entries(above)) - {name}:
            paths.remove(above / other)
        for hand in paths.entries(above / name):
            if hand.endswith(_HAND):
                paths.remove(above / name / hand)
        return CheckpointStore(above / name, started_ns, elsewhere)
    above.mkdir(exist_ok=True)
    for left in above.iterdir():
        if left.name != name:
            shutil.rmtree(left, ignore_errors=True)
    (above / name).mkdir(exist_ok=True)
    for left in (above / name).iterdir():
        if not (left / _SAID).is_file():
            paths.remove(left)
    return CheckpointStore(above / name, paths.changed_ns(partial / "owner"), elsewhere)


def _named(root: Location) -> str:
    return str(root.resolve() if isinstance(root, Path) else root)


def prune(kept: CheckpointStore, parts: Iterable[PartitionResult]) -> None:
    """Remove what none of these partitions is: raw files have changed since, or a worker was stopped."""
    used = {part.file.parent.name for part in parts}
    if not isinstance(kept.folder, Path):
        for name in set(paths.entries(kept.folder)) - used:
            paths.remove(kept.folder / name)
        return
    for left in kept.folder.iterdir():
        if left.name not in used:
            paths.remove(left)


State = list[tuple[str, Status | int]]
"""Files by path, each with its status, or the number of the error where it has none."""


def state_of(part: Partition, root: Location, gold: Mapping[str, Status | None]) -> State:
    """The files that a partition is made from as they are now: its records and the gold files of their names.

    ``gold`` has the status of gold files where a store listed them.
    """
    beside: list[str] = []
    if gold and part.bulk:
        folder, _, name = part.paths[0].rpartition("/")
        beside = sorted(one for one in gold if one.startswith(f"{folder}/{name.split('.jsonl')[0]}."))
    elif gold:
        beside = [one for path in part.paths if (one := path.rpartition(".")[0] + GOLD) in gold]
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

    A file that is written while it is read, twice within a tick of the disk's clock, would look the same after; one
    that is missing may be there the next time.
    """
    digest = hashlib.sha256(json.dumps([source, asdict(part), state]).encode())
    newest = max((started_ns if isinstance(one, int) else max(one.mtime, one.ctime) for _, one in state), default=0)
    return digest.hexdigest()[:32], newest < started_ns - _SETTLED


def _write(part: PartitionResult, folder: Path) -> None:
    """Describe a partition beside its work files, without anything that runs code when it is read."""
    with open(folder / _NUMBERS, "wb") as sink:
        np.save(sink, part.numbers, allow_pickle=False)
    said = {
        "source": part.source,
        "rejected": [refusal.as_json() for refusal in part.rejected],
        "tables": part.tables,
        "gold": part.gold,
        "scores": {identity: [asdict(one) for one in several] for identity, several in part.scores.items()},
        "withdrawn": part.withdrawn,
        "left_out": part.left_out,
        "files": {file.name: _sum(file) for file in sorted(folder.iterdir())},
    }
    (folder / _SAID).write_text(json.dumps(said), "utf-8")


def _read(folder: Location) -> PartitionResult | None:
    """A partition that was kept, None where there is none, or one that a machine's end left damaged."""
    try:
        said = json.loads(paths.read(folder / _SAID))
        if isinstance(folder, Path) and any(_sum(folder / name) != wanted for name, wanted in said["files"].items()):
            shutil.rmtree(folder)
            return None
        numbers = np.load(io.BytesIO(paths.read(folder / _NUMBERS)), allow_pickle=False)
        tables = tuple(said["tables"])
        if numbers.dtype != summary_dtype(tables):
            return None
        return PartitionResult(
            folder / _ROWS,
            said["source"],
            len(numbers),
            tuple(_refusal(one) for one in said["rejected"]),
            tables,
            {path: GoldFile(*one) for path, one in said["gold"].items()},
            {identity: tuple(Score(**one) for one in several) for identity, several in said["scores"].items()},
            said["withdrawn"],
            numbers,
            said["left_out"],
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _refusal(said: dict[str, object]) -> Rejected:
    problems = tuple(Problem(**one) for one in said["problems"])  # type: ignore[attr-defined]  # as as_json wrote it
    return Rejected(str(said["source"]), str(said["file"]), int(str(said["line"])), problems)


def _sum(file: Path) -> list[int]:
    """Size and checksum: what a machine that lost power may have kept only the name of."""
    check, size = 0, 0
    with open(file, "rb", buffering=0) as stream:
        while block := stream.read(1 << 20):
            check, size = zlib.crc32(block, check), size + len(block)
    return [size, check]
