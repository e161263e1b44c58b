"""Which withdrawn records files hold: by the ids in their rows, and by the words of articles under any other id.

What names a record without holding any of it (histories, changes, tombstones) counts for nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from fsspec import AbstractFileSystem

from corpus.dedup.shingles import compared_text, shingles
from corpus.dedup.withdrawn_texts import WithdrawnTexts
from corpus.model.arrow import string_array
from corpus.model.article import Paragraph
from corpus.model.problem import CorpusError, Problem, first_line
from corpus.raw.tombstones import Withdrawn
from corpus.release.format import HISTORY, STORIES
from corpus.release.read.verified import damaged

_KEYS = ("id", "article")
_WORDS = ("id", "text", "paragraphs")
_ATTEMPTS = 3
_TABLES = (".parquet", ".arrow")
_BROKEN = (OSError, pa.ArrowException, ValueError)


@dataclass(frozen=True, slots=True)
class Sought:
    """The withdrawn records that are looked for: by id the versions that their tombstones name.

    ``words`` are the tombstones of the corpus, with which the words of articles are compared; empty where no corpus is
    at hand, so that ids alone decide.
    """

    said: Mapping[str, Sequence[str]]
    words: Withdrawn = field(default_factory=Withdrawn)

    def __bool__(self) -> bool:
        return bool(self.said)

    def said_of(self, version: str) -> set[str]:
        """The records that a version held by what the tombstones say."""
        return {identity for identity, versions in self.said.items() if version in versions}


def held_in(files: AbstractFileSystem, paths: Iterable[str], sought: Sought) -> tuple[set[str], list[Problem]]:
    """The withdrawn records that tables in a file system hold, and the problems of files of which nobody can tell."""
    held: set[str] = set()
    problems: list[Problem] = []
    texts = WithdrawnTexts(sought.words.sketches())
    for path in paths:
        if not path.endswith(_TABLES) or path.rpartition("/")[2] in (HISTORY, STORIES):
            continue
        try:
            held |= _held_by(files, path, sought, texts)
        except FileNotFoundError:
            continue  # removed meanwhile
        except CorpusError as error:
            problems += error.problems
        except _BROKEN as error:
            problems += damaged(str(path), first_line(error)).problems
    return held, problems


def _held_by(files: AbstractFileSystem, path: str, sought: Sought, texts: WithdrawnTexts) -> set[str]:
    """The same of one table; read again where a place fails for the moment."""
    for attempt in range(_ATTEMPTS):
        held: set[str] = set()
        try:
            with files.open(path, "rb") as stream:
                for rows in _rows(stream, path, words=bool(sought.words)):
                    held |= _named(rows, sought) | _worded(rows, sought, texts)
        except FileNotFoundError:
            raise
        except (OSError, CorpusError):
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            break
    return held


def _rows(stream: Any, path: str, *, words: bool) -> Iterator[pa.Table]:
    """The columns of a table by which records are told, a stretch of rows at a time."""
    wanted = (*_KEYS, *(_WORDS[1:] if words else ()))
    if path.endswith(".parquet"):
        with pq.ParquetFile(stream) as file:
            there = [name for name in wanted if name in file.schema_arrow.names]
            for group in range(file.num_row_groups if there else 0):
                yield file.read_row_group(group, columns=there, use_threads=False)
        return
    with pa.ipc.open_file(stream) as opened:
        there = [name for name in wanted if name in opened.schema.names]
        for number in range(opened.num_record_batches):
            yield pa.Table.from_batches([opened.get_batch(number)]).select(there)


def _named(rows: pa.Table, sought: Sought) -> set[str]:
    """The records whose ids stand in rows."""
    ids = string_array(list(sought.said))
    found: set[str] = set()
    for key in _KEYS:
        if key in rows.column_names and pa.types.is_string(rows[key].type):
            found.update(rows[key].filter(pc.is_in(rows[key], value_set=ids)).to_pylist())
    return found


def _worded(rows: pa.Table, sought: Sought, texts: WithdrawnTexts) -> set[str]:
    """The records whose words stand in rows under any id, but for those that may stay beside them."""
    if not sought.words or not all(name in rows.column_names for name in _WORDS):
        return set()
    found: set[str] = set()
    read = [row for row in rows.select(_WORDS).to_pylist() if row["text"]]
    for row in read:
        found |= {one for one in sought.words.of_text(row["text"]) if not sought.words.keeps(one, row["id"])}
    compared = [compared_text(row["text"], (Paragraph(**one) for one in row["paragraphs"])) for row in read]
    for match in texts.matches(shingles(compared)):
        if not sought.words.keeps(match.owner, read[match.text]["id"]):
            found.add(match.owner)
    return found & set(sought.said)
