"""Files records all or none, so that a run that was killed in the middle is finished by the same command.

What is to be filed is noted in raw/ before the first file is written, and the note is removed once the last line of the
ledger stands. A file that the note names is half of a work of ours, and no record that was there already.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from corpus.files import paths
from corpus.files.deletion import remove_file, remove_made
from corpus.files.refusals import unwritable
from corpus.model.problem import CorpusError
from corpus.raw import ledgers

_NOTE = ".adding.json"


@dataclass(frozen=True, slots=True)
class Filing:
    """A file to write: its place, its bytes, the ids of the records in it that are credited."""

    target: Path
    content: bytes
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """What a run had begun that did not end: the files by path from the corpus folder, with their ids, and by whom."""

    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    by: str | None = None


def begun(root: Path) -> Begun:
    """What a run before this one left unfinished; nothing most of the time."""
    try:
        said = json.loads(paths.read(root / "raw" / _NOTE, within=root / "raw"))
        return Begun({str(path): [*map(str, ids)] for path, ids in said["files"].items()}, said["by"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return Begun()


def file_all(root: Path, filings: Sequence[Filing], by: str | None) -> None:
    """Write all files, which are not there or have these bytes, and credit ``by`` with the records in them.

    What an earlier run had begun is credited as well, as far as it came.

    Raises:
        CorpusError: rule ``place-unwritable``; nothing is filed.
    """
    note = root / "raw" / _NOTE
    with ledgers.locked(root):
        earlier = begun(root)
        written: list[Path] = []
        made: list[Path] = []
        named = {one.target.relative_to(root).as_posix(): one.ids for one in filings}
        place = note
        try:
            ledgers.replace(note, json.dumps({"files": named, "by": by}).encode())
            for one in filings:
                place = one.target
                if not place.exists():
                    made = [*(one for one in place.parents if not one.exists()), *made]
                    place.parent.mkdir(parents=True, exist_ok=True)
                    written.append(place)  # before: it may stand there although its name could not be synced
                    ledgers.replace(place, one.content)
            credited = [(identity, by) for one in filings for identity in one.ids]
            there = (ids for path, ids in earlier.files.items() if path not in named and (root / path).is_file())
            credited += [(identity, earlier.by) for ids in there for identity in ids]
            _credit(root, credited)
            remove_file(note)
        except (CorpusError, OSError) as error:
            _undo(written, made, note)
            if isinstance(error, CorpusError):
                raise
            raise unwritable(place, error) from None


def _credit(root: Path, credited: Sequence[tuple[str, str | None]]) -> None:
    """Write who contributed which record, where the ledger does not say so."""
    if any(name for _, name in credited):
        known = ledgers.contributors(root)
        said = {(identity, name) for identity, names in known.items() for name in names}
        missing = [one for one in dict.fromkeys(credited) if one[1] and one not in said]
        new = [{"id": identity, "name": name} for identity, name in missing]
        if new:
            ledgers.append(root, ledgers.CONTRIBUTORS, new)


def _undo(written: Sequence[Path], made: Sequence[Path], note: Path) -> None:
    """Remove what was written, and the folders that were made for it; the note last, which says what is left."""
    with suppress(OSError):
        for file in reversed(written):
            remove_file(file)
        for folder in made:
            remove_made(folder, lambda _path: False)  # it goes if it is empty
        remove_file(note)
