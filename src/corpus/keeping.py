"""Keeps what partitions became until a release stands: a build that was stopped goes on from there.

A finished partition is a folder of work files that appears by one rename, under the hash of all that it was made
from: its raw and gold files as the disk describes them, source, settings, layers, code. The next build into the same
place takes it as it is where the hash is the same, and removes it where it is not.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from corpus import fingerprints
from corpus.ledgers import Withdrawn
from corpus.problem import Problem, Rejected
from corpus.raw import GOLD, Partition
from corpus.scores import Score
from corpus.settings import Settings, Source
from corpus.workfiles import GoldFile, Part, numbers_of

FOLDER = "parts"
"""Where finished partitions wait, inside ``OUT.partial``."""

_FORMAT = 1
_ROWS = "rows.arrow"
_SAID = "part.json"
_NUMBERS = "numbers.npy"
_SETTLED = 2 * 10**9


@dataclass(frozen=True, slots=True)
class Keep:
    """Where the partitions of a build are kept: ``folder`` is named for all that they have in common.

    ``begun`` is when the build began, in nanoseconds by the clock of the disk that it writes to.
    """

    folder: Path
    begun: int

    def made(
        self, part: Partition, source: Source, ours: Settings, files: Sequence[Path], make: Callable[[Path], Part]
    ) -> Part:
        """What a partition of a source became: as it was kept, or as ``make`` makes it in the file that it is given.

        ``files`` are those that it is made from.
        """
        key, settled = _key(part, fingerprints.of_source(source, ours), files, self.begun)
        place = self.folder / key
        if (kept := _read(place)) is not None:
            return kept
        attempt = self.folder / f"{key}.{socket.gethostname()}-{os.getpid()}"
        shutil.rmtree(attempt, ignore_errors=True)
        attempt.mkdir()
        made = make(attempt / _ROWS)
        if settled:
            _write(made, attempt)
        try:
            attempt.rename(place)
        except OSError:
            if not (place / _ROWS).is_file():
                raise  # else a worker that was given up for lost was quicker, and its files are the same
            shutil.rmtree(attempt, ignore_errors=True)
        return replace(made, file=place / _ROWS)


def keep(partial: Path, settings: Settings, withdrawn: Withdrawn, layers: Sequence[str], previous: str | None) -> Keep:
    """Where partitions are kept in the folder ``partial``; what a build that was made of other things left is removed.

    ``layers`` are the fingerprints of those that run, ``previous`` is the hash of the release before whose rows are
    kept, None for none.
    """
    asked = {
        "format": _FORMAT,
        "settings": {**asdict(settings), "root": str(settings.root.resolve())},
        "withdrawn": [asdict(one) for one in withdrawn.tombstones],
        "layers": layers,
        "code": fingerprints.of_package(),
        "previous": previous,
    }
    name = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:32]
    above = partial / FOLDER
    above.mkdir(exist_ok=True)
    for left in above.iterdir():
        if left.name != name:
            shutil.rmtree(left, ignore_errors=True)
    (above / name).mkdir(exist_ok=True)
    for left in (above / name).iterdir():
        if not (left / _SAID).is_file():
            shutil.rmtree(left, ignore_errors=True)
    return Keep(above / name, (partial / "owner").stat().st_mtime_ns)


def sweep(kept: Keep, parts: Iterable[Part]) -> None:
    """Remove what none of these partitions is: raw files have changed since, or a worker was stopped."""
    used = {part.file.parent.name for part in parts}
    for left in kept.folder.iterdir():
        if left.name not in used:
            shutil.rmtree(left, ignore_errors=True)


def files_of(part: Partition, root: Path, gold: frozenset[str]) -> list[Path]:
    """The files that a partition is made from: its records and the gold files of their names."""
    beside: list[str] = []
    if gold and part.bulk:
        folder, _, name = part.paths[0].rpartition("/")
        beside = sorted(one for one in gold if one.startswith(f"{folder}/{name.split('.jsonl')[0]}."))
    elif gold:
        beside = [one for path in part.paths if (one := path.rpartition(".")[0] + GOLD) in gold]
    return [root / path for path in (*part.paths, *beside)]


def _key(part: Partition, source: str, files: Sequence[Path], begun: int) -> tuple[str, bool]:
    """The hash of what a partition is made from, and whether all of it is older than the build.

    A file that is written while it is read, twice within a tick of the disk's clock, would look the same after.
    """
    said: list[object] = [source, asdict(part)]
    newest = 0
    for file in files:
        try:
            status = file.stat()
        except OSError as error:
            said.append(str(error.errno))
            newest = begun  # it may be there the next time
            continue
        said.append((status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
    digest = hashlib.sha256(json.dumps([str(file) for file in files]).encode() + json.dumps(said).encode())
    return digest.hexdigest()[:32], newest < begun - _SETTLED


def _write(part: Part, folder: Path) -> None:
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


def _read(folder: Path) -> Part | None:
    """A partition that was kept, None where there is none, or one that a machine's end left damaged."""
    try:
        said = json.loads((folder / _SAID).read_text("utf-8"))
        if any(_sum(folder / name) != wanted for name, wanted in said["files"].items()):
            shutil.rmtree(folder)
            return None
        numbers = np.load(folder / _NUMBERS, allow_pickle=False)
        tables = tuple(said["tables"])
        if numbers.dtype != numbers_of(tables):
            return None
        return Part(
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
