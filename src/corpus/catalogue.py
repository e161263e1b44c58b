"""What needs the whole corpus: identity, duplicates, counts, which row stands in which file.

It runs on a few numbers for each row of the work files that partitions became,
never on texts or ids, so that its memory is tens of bytes an article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus import schema
from corpus.problem import Problem, Rejected
from corpus.release import tables
from corpus.settings import Settings
from corpus.workfiles import NAMING, RIGHTS, Part, counted, numbers_of


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The numbers of all rows in raw order: what decides about the corpus as a whole.

    ``parts`` are the work files that hold rows, ``ends`` the position behind the last row of each,
    ``numbers`` as ``workfiles.numbers_of`` says, ``annotated`` the annotation tables that stand beside the articles.
    """

    parts: tuple[Part, ...]
    ends: np.ndarray
    numbers: np.ndarray
    annotated: tuple[str, ...]

    def split_up(self, positions: np.ndarray) -> Iterator[tuple[Part, np.ndarray]]:
        """Ascending positions work file by work file, each as places in its file; none are left out."""
        for number in np.unique(np.searchsorted(self.ends, positions, side="right")).tolist():
            part = self.parts[number]
            start, end = int(self.ends[number]) - part.rows, int(self.ends[number])
            yield part, positions[(positions >= start) & (positions < end)] - start


def catalogue(parts: Iterable[Part], annotated: Sequence[str]) -> Catalogue:
    """The numbers of the rows of all work files; ``annotated`` are the annotation tables."""
    kept = tuple(part for part in parts if part.rows)
    ends = np.cumsum([part.rows for part in kept], dtype=np.int64)
    numbers = np.concatenate([np.empty(0, numbers_of(tuple(annotated))), *(part.numbers for part in kept)])
    return Catalogue(kept, ends, numbers, tuple(annotated))


def _repeating(hashes: np.ndarray) -> np.ndarray:
    """Which of these stand more than once."""
    _, inverse, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    repeating: np.ndarray = counts[inverse] > 1
    return repeating


def duplicates(rows: Catalogue) -> tuple[np.ndarray, list[Rejected]]:
    """Which rows repeat an earlier row's id, or an earlier text of their source, and the refusals.

    Short hashes say which rows may repeat another; what they are is then read and compared in full.
    """
    repeated = np.zeros(len(rows.numbers), bool)
    suspects = np.flatnonzero(_repeating(rows.numbers["id"]) | _repeating(rows.numbers["text"]))
    first_of_id: dict[str, str] = {}
    first_of_text: dict[tuple[str, str], str] = {}
    rejected = []
    position = iter(suspects.tolist())
    for part, places in rows.split_up(suspects):
        named = part.columns(NAMING)
        for place in places.tolist():
            at = next(position)
            identity, raw_path, digest = (str(named[name][place]) for name in NAMING)
            source = identity.partition("/")[0]
            file, _, line = raw_path.partition("#L")
            where = f"{file}:{line}" if line else file
            if identity in first_of_id:
                problem = _id_duplicate(file, int(line or 0), identity, first_of_id[identity])
            elif (source, digest) in first_of_text:
                problem = _content_duplicate(file, int(line or 0), first_of_text[source, digest])
            else:
                first_of_id[identity] = first_of_text[source, digest] = where
                continue
            first_of_id.setdefault(identity, where)
            repeated[at] = True
            rejected.append(Rejected(source, file, int(line or 0), (problem,)))
    return repeated, rejected


def _id_duplicate(file: str, line: int, identity: str, first: str) -> Problem:
    hint = "give it another id or file name, or remove one of the two"
    return Problem(file, line, "$.id", "id-duplicate", f"{identity}, as in {first}", "an id of its own", hint)


def _content_duplicate(file: str, line: int, first: str) -> Problem:
    wanted, hint = "each article once in a source", "remove one of the two"
    return Problem(file, line, "$.text", "content-duplicate", f"the text of {first}", wanted, hint)


_MASK = {"full": "", "annotations": "_masked"}
"""What the name of a table ends in for each kind of redistribution; none is withheld."""


def shards(rows: Catalogue, sound: np.ndarray, ours: Settings) -> Iterator[tables.Shard]:
    """The files to write: for each kind of rights and table its splits, rows in the order of raw/."""
    marks = rows.numbers["cut"]
    for kind, mask in _MASK.items():
        chosen = {
            split: np.flatnonzero(
                sound & (rows.numbers["rights"] == RIGHTS.index(kind)) & (rows.numbers["split"] == place)
            )
            for place, (split, _) in enumerate(ours.splits)
        }
        files = {split: tables.cut(marks[positions]) for split, positions in chosen.items()}
        for table in ("articles", *rows.annotated):
            for split, positions in chosen.items():
                found = [
                    [pieces for start, end in groups if (pieces := _pieces(rows, positions[start:end], table))]
                    for groups in files[split]
                ]
                found = [groups for groups in found if groups]
                for number, groups in enumerate(found):
                    path = f"data/{table}{mask}/{split}-{number:05}-of-{len(found):05}.parquet"
                    yield tables.Shard(path, schema.arrow_schema(table + mask), tuple(groups))


def _pieces(rows: Catalogue, positions: np.ndarray, table: str) -> tuple[tables.Rows, ...]:
    """The rows that articles at these positions have in a table, work file by work file; none are left out."""
    pieces = []
    for part, places in rows.split_up(positions):
        local = places
        if table != "articles":
            counts = part.numbers[counted(table)].astype(np.int64)
            firsts = np.cumsum(counts) - counts
            lengths = counts[local]
            behind = np.cumsum(lengths)
            local = np.repeat(firsts[local] - (behind - lengths), lengths) + np.arange(int(lengths.sum()))
        if len(local):
            pieces.append(tables.Rows(part.file_of(table), local))
    return tuple(pieces)


KINDS = ("raw", "published", "withheld", "rejected")


def count(
    rows: Catalogue, sound: np.ndarray, rejected: Iterable[Rejected], sources: Iterable[str]
) -> dict[str, dict[str, int]]:
    """What became of the raw records of each source; every record is counted once."""
    counts = {source: dict.fromkeys(KINDS, 0) for source in sources}
    withheld = rows.numbers["rights"] == RIGHTS.index("none")
    for part, start in zip(rows.parts, [0, *rows.ends.tolist()], strict=False):
        kept = sound[start : start + part.rows]
        hidden = int(np.count_nonzero(kept & withheld[start : start + part.rows]))
        counts[part.source]["withheld"] += hidden
        counts[part.source]["published"] += int(np.count_nonzero(kept)) - hidden
    for refusal in rejected:
        counts.setdefault(refusal.source or "(no source)", dict.fromkeys(KINDS, 0))["rejected"] += 1
    for kinds in counts.values():
        kinds["raw"] = kinds["published"] + kinds["withheld"] + kinds["rejected"]
    return counts
