"""The two ledgers in raw/: what was withdrawn for good, and who contributed what.

A ledger is a file of JSON lines. Lines are parted by line feeds and by nothing else, they are added under a lock and
all at once, so that two writers lose nothing and a writer that is killed leaves the ledger as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import Any

from filelock import FileLock

from corpus.files import paths
from corpus.files.deletion import remove_file
from corpus.files.paths import Location
from corpus.files.refusals import refused, unwritable, writing
from corpus.model import schema
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.raw import stat_cache
from corpus.raw.layout import LEDGERS

WITHDRAWN, CONTRIBUTORS = LEDGERS

_CUTS = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that some programs end a line at, or that turn the order of what follows: they are written as escapes."""
_HALF = "half of a surrogate pair"
_SURROGATE = re.compile("[\ud800-\udfff]")


def contributors(root: Location) -> dict[str, tuple[str, ...]]:
    """Who contributed each record, by id, in the order of the lines.

    Raises:
        CorpusError: a line is no contribution; all problems.
    """
    found: dict[str, tuple[str, ...]] = {}
    for values in lines(root, CONTRIBUTORS, "contributor"):
        names = found.get(values["id"], ())
        found[values["id"]] = names if values["name"] in names else (*names, values["name"])
    return found


def lines(root: Location, ledger: str, name: str) -> list[dict[str, Any]]:
    """The lines of a ledger that the schema ``name`` describes, empty where there is none.

    Raises:
        UsageError: it cannot be read.
        CorpusError: lines are wrong; all problems.
    """
    shown = f"raw/{ledger}"
    try:
        content = paths.read(root / "raw" / ledger, within=root / "raw").decode("utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeError) as error:
        raise UsageError(Problem(shown, 0, "", "file-unreadable", refused(error), "a readable UTF-8 file")) from None
    problems: list[Problem] = []
    sound = []
    parts = content.split("\n")
    for number, line in enumerate(parts, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            hint = "a writer was stopped in the middle of it: remove it" if number == len(parts) else ""
            problems.append(Problem(shown, number, "", "json-invalid", str(error), "one JSON object a line", hint))
            continue
        if _SURROGATE.search(json.dumps(values, ensure_ascii=False)):
            problems.append(Problem(shown, number, "", "json-invalid", _HALF, "whole characters"))
        elif found := list(schema.problems(name, values, shown, number)):
            problems += found
        else:
            sound.append(values)
    if problems:
        raise CorpusError(problems)
    return sound


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keeps other writers of the ledgers, and those who file records, waiting; it may be taken again inside.

    The lock lies in the folder for what can be made again, where neither raw/ nor Git sees it.

    Raises:
        CorpusError: rule ``place-unwritable``.
    """
    try:
        folder = stat_cache.scratch_folder(root)
        lock = FileLock(folder / "ledgers.lock", is_singleton=True)
        lock.acquire()
    except (OSError, NotImplementedError) as error:
        raise unwritable("raw", error) from None
    try:
        yield
    finally:
        lock.release()


def append(root: Path, ledger: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add entries to a ledger, all or none; they are on the disk once this ends.

    Raises:
        CorpusError: it cannot be written, which is left as it was.
    """
    try:
        new = b"".join(map(_as_line, entries))
    except UnicodeEncodeError:
        raise CorpusError(Problem(f"raw/{ledger}", 0, "", "json-invalid", _HALF, "whole characters")) from None
    with _rewriting(root, ledger) as (file, before):
        replace(file, before + (b"" if before.endswith(b"\n") or not before else b"\n") + new)


def drop_lines(root: Path, ledger: str, goes: Callable[[bytes], bool]) -> int:
    """Take lines out of a ledger, all or none; how many went.

    Raises:
        CorpusError: it cannot be read or written; it is as it was then.
    """
    with _rewriting(root, ledger) as (file, content):
        before = content.split(b"\n") if file.exists() else []
        kept = [line for line in before if not goes(line)]
        if len(kept) < len(before):
            replace(file, b"\n".join(kept))
    return len(before) - len(kept)


@contextmanager
def _rewriting(root: Path, ledger: str) -> Iterator[tuple[Path, bytes]]:
    """A ledger and what it says, empty where there is none, while nobody else writes it."""
    file = root / "raw" / ledger
    with locked(root), writing(f"raw/{ledger}"):
        yield file, paths.read(file, within=file.parent) if file.exists() else b""


def replace(file: Path, content: bytes) -> None:
    """Write a file so that whoever reads it, after a power cut as well, has the old one or the new one whole.

    Nobody else may write it at the same time: what a writer left that was killed is removed.

    Raises:
        OSError: the disk does not take it; the file is as it was.
    """
    for left in file.parent.glob(f".{escape(file.name)}.*.partial"):
        remove_file(left)
    with paths.atomic_write(file) as partial:
        partial.write_bytes(content)


def _as_line(values: Mapping[str, Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False)
    return _CUTS.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode() + b"\n"
