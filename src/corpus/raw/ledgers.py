"""The two ledgers in raw/: what was withdrawn for good, and who contributed what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.files import paths
from corpus.files.paths import Location
from corpus.model import schema
from corpus.model.article import Article, split_raw_path
from corpus.model.problem import CorpusError, Problem, UsageError, quoted

WITHDRAWN = "withdrawn.jsonl"
CONTRIBUTORS = "contributors.jsonl"
REASONS = ("rights-holder", "person", "legal", "error")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A record that was taken out for good, without anything that it said (withdrawn.schema.json)."""

    id: str
    date: str
    reason: str
    releases: tuple[str, ...]
    raw_sha256: str
    text_sha256: str

    def as_line(self) -> str:
        """The line of the ledger."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


class Withdrawn:
    """All tombstones of a corpus, by which records that come back are recognised."""

    def __init__(self, tombstones: Sequence[Tombstone] = ()) -> None:
        self.tombstones = tuple(tombstones)
        self.ids = {one.id: one for one in tombstones}
        self._raw = {one.raw_sha256: one.id for one in tombstones}
        self._text = {one.text_sha256: one.id for one in tombstones}

    def __bool__(self) -> bool:
        return bool(self.tombstones)

    def concerns(self, identity: str, raw_sha256: str, text_sha256: str) -> bool:
        """Whether anything is to be decided of a record with this id, these raw bytes or this text."""
        return identity in self.ids or raw_sha256 in self._raw or text_sha256 in self._text

    def holds(self, article: Article) -> bool:
        """Whether this very record was withdrawn: its id, with the raw bytes or the text that it had."""
        return article.id in self.ids and self._withdrawn_content(article) == article.id

    def refusal(self, article: Article) -> Problem | None:
        """Why a record may not come in the stead of one that was withdrawn; None if it has neither its content nor id.

        The withdrawn record itself is no problem: a build leaves it out (``holds``).
        """
        withdrawn = self._withdrawn_content(article)
        file, line = split_raw_path(article.raw_path)
        if withdrawn not in (None, article.id):
            found, wanted = f"the content of {withdrawn}, which was withdrawn", "content that nobody had taken out"
            hint = f"remove it; raw/{WITHDRAWN} says when it was withdrawn and why"
            return Problem(file, line, "$.text", "content-withdrawn", found, wanted, hint)
        if article.id in self.ids and withdrawn is None:
            found, wanted = f"{article.id}, the id of a withdrawn record", "an id that was never used"
            return Problem(file, line, "$.id", "id-withdrawn", found, wanted, "give it another id or file name")
        return None

    def _withdrawn_content(self, article: Article) -> str | None:
        """The id of the withdrawn record that had these raw bytes or this text."""
        if not self.tombstones:
            return None
        digest = hashlib.sha256(article.text.encode()).hexdigest()
        return self._raw.get(article.raw_sha256) or self._text.get(digest)


def withdrawn(root: Location) -> Withdrawn:
    """The tombstones of the corpus folder ``root``, in the order of their lines.

    Raises:
        CorpusError: a line is none, or an id is withdrawn twice; all problems.
    """
    found: dict[str, Tombstone] = {}
    problems = []
    for line, values in _lines(root, WITHDRAWN, "withdrawn"):
        if values["id"] in found:
            where = Problem(f"raw/{WITHDRAWN}", line, "$.id", "id-duplicate", quoted(values["id"]), "each id once", "")
            problems.append(where)
        found[values["id"]] = Tombstone(**{**values, "releases": tuple(values["releases"])})
    if problems:
        raise CorpusError(problems)
    return Withdrawn(tuple(found.values()))


def contributors(root: Location) -> dict[str, tuple[str, ...]]:
    """Who contributed each record, by id, in the order of the lines.

    Raises:
        CorpusError: a line is no contribution; all problems.
    """
    found: dict[str, tuple[str, ...]] = {}
    for _, values in _lines(root, CONTRIBUTORS, "contributor"):
        names = found.get(values["id"], ())
        found[values["id"]] = names if values["name"] in names else (*names, values["name"])
    return found


def append(root: Path, ledger: str, lines: Sequence[str]) -> None:
    """Add lines to a ledger, all or none.

    Raises:
        CorpusError: it cannot be written.
    """
    file = root / "raw" / ledger
    try:
        before = paths.read(file).decode() if file.exists() else ""
        if before and not before.endswith("\n"):
            before += "\n"
        with paths.atomic_write(file) as partial:
            partial.write_text(before + "".join(lines), "utf-8")
    except OSError as error:
        found = error.strerror or str(error)
        raise CorpusError(
            Problem(f"raw/{ledger}", 0, "", "place-unwritable", found, "a file that can be written")
        ) from None


def _lines(root: Location, ledger: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The sound lines of a ledger, after which all problems are raised."""
    shown = f"raw/{ledger}"
    try:
        content = paths.read(root / "raw" / ledger, within=root / "raw").decode("utf-8-sig")
    except FileNotFoundError:
        return
    except (OSError, UnicodeError) as error:
        problem = Problem(shown, 0, "", "file-unreadable", str(error), "a readable UTF-8 file")
        raise UsageError(problem) from None
    problems: list[Problem] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(shown, number, "", "json-invalid", str(error), "one JSON object a line"))
            continue
        if found := list(schema.problems(name, values, shown, number)):
            problems += found
        else:
            yield number, values
    if problems:
        raise CorpusError(problems)
