"""Puts articles into stories and splits, given what history says, and proves that no split leaks into another.

Four ways to count articles meet here; the name of every array says which one it is indexed by.

- **row**: of the row index, in raw order, everything that was read;
- **position**: in the ``NearDuplicateIndex``, in history order, what may be published;
- **history row**: of the history before, then every arrival (``history.assign_rows``);
- **final row**: of the history after, which has no gaps where arrivals were held back.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.build.near_duplicates import NearDuplicateIndex
from corpus.dedup.candidates import LINKED, Pairs, copies
from corpus.dedup.comparison import NO_PAIRS, Overlap, together
from corpus.dedup.leaks import leak_report
from corpus.dedup.overlaps import SETTLED
from corpus.dedup.signature_table import COLUMNS, VERSION, WRITING, row_groups, table_of
from corpus.dedup.spill import NO_ONE, SpilledSignatures
from corpus.dedup.splits import Draw
from corpus.dedup.stories import NONE, Held, PriorAssignment, Stories, assign, links, near_duplicates
from corpus.model.arrow import bools, index_of, int64_array, string_array, to_numpy, word
from corpus.model.article import split_raw_path
from corpus.model.problem import Problem, Rejected, number_of
from corpus.model.stages import staged
from corpus.raw.config import Settings
from corpus.raw.key import CorpusKey
from corpus.release import history
from corpus.release.format import STORIES
from corpus.release.read.reader import Release

if TYPE_CHECKING:
    from corpus.dedup.leaks import LeakReport


_BATCH = 2000
_STORED = 1 << 15
"""Signatures of the earlier release that are in memory at once."""


@dataclass(frozen=True, slots=True)
class SignatureExport:
    """The signatures that a release carries for the next one: those at ``positions``, with their final rows."""

    final_rows: np.ndarray
    positions: np.ndarray
    signatures: SpilledSignatures

    def write(self, file: Path) -> None:
        """Write ``stories.parquet``: the same bytes for the same signatures."""
        with stories_writer(file, COLUMNS) as writer:
            for start, end in row_groups(self.final_rows):
                some = self.signatures.at(self.positions[start:end])
                writer.write_table(table_of(self.final_rows[start:end], some))


@dataclass(frozen=True)
class StoryAssignment:
    """What became of the articles that may be published.

    ``final_row_of_row`` are rows of the history after, -1 for articles that do not enter it; ``published`` says of each
    row whether it is, ``held`` why others are held back. ``stories``, ``splits`` and ``moved`` (is it in another story
    than before?) are by final row. ``carried`` is what the next release reads.
    """

    final_row_of_row: np.ndarray
    published: np.ndarray
    held: tuple[Rejected, ...]
    stories: pa.Array
    splits: pa.Array
    moved: np.ndarray
    carried: SignatureExport


@dataclass(frozen=True)
class _PastStories:
    """What the history before says, by history row; arrivals have ``NONE``, False and 0.

    ``story`` is the history row of the record that names the story, ``split`` an index into the names of splits.
    """

    ids: pa.Array
    story: np.ndarray
    split: np.ndarray
    published: np.ndarray
    text_hash: np.ndarray


@staged("joining: stories")
def assign_stories(
    index: NearDuplicateIndex,
    known: pa.Table,
    read_ids: pa.Array,
    history_row_of_row: np.ndarray,
    gold: np.ndarray,
    settings: Settings,
    key: CorpusKey | None = None,
    found_leaks: Sequence[Overlap] = (),
) -> StoryAssignment:
    """The stories and splits of all articles, given the history ``known``; see ``dedup.stories`` for the rules.

    ``read_ids`` are the ids of all rows, ``gold`` says which have gold, as ``Draw`` takes it, ``key`` is that of the
    corpus. ``found_leaks`` are pairs of rows that a leak report found: they are linked too.
    """
    shown = [name for name, _ in settings.splits]
    split_names = [*shown, *sorted(set(known["split"].unique().to_pylist()) - set(shown))]
    past = _past_stories(known, read_ids, history_row_of_row, split_names)
    settled = _settled(index, past, key if history.key_name(known) else None)
    stories = _assign(index, past, settled, gold, settings, found_leaks)

    held_rows = index.row_of_position[np.array([one.position for one in stories.held], np.int64)]
    final_row_of_row, history_row_of_final = _renumber(history_row_of_row, held_rows, len(known))
    published = np.zeros(len(history_row_of_row), bool)
    published[index.row_of_position] = True
    published[held_rows] = False

    story_of_history = past.story.copy()
    story_of_history[index.history_row_of_position] = stories.story
    for given_up, name in stories.merged.items():
        story_of_history[story_of_history == given_up] = name
    split_of_history = past.split.copy()
    split_of_history[index.history_row_of_position] = stories.split
    story_ids = past.ids.take(int64_array(story_of_history[history_row_of_final]))
    moved = np.zeros(len(story_ids), bool)
    moved[: len(known)] = bools(pc.not_equal(known["story"], story_ids.slice(0, len(known))))
    return StoryAssignment(
        final_row_of_row,
        published,
        tuple(_explain(index, one, past.ids, split_of_history, split_names) for one in stories.held),
        story_ids,
        string_array(split_names).take(int64_array(split_of_history[history_row_of_final])),
        moved,
        _export(index, final_row_of_row, published),
    )


def _past_stories(
    known: pa.Table, read_ids: pa.Array, history_row_of_row: np.ndarray, split_names: Sequence[str]
) -> _PastStories:
    """What history says, with a row for each arrival behind its own."""
    arrivals = _ordered(history_row_of_row, len(known))
    ids = pa.concat_arrays([known["id"].combine_chunks(), read_ids.take(int64_array(arrivals))])
    story, split = np.full(len(ids), NONE, np.int64), np.full(len(ids), NONE, np.int8)
    published, text_hash = np.zeros(len(ids), bool), np.zeros(len(ids), np.int64)
    if old := len(known):
        named_by = index_of(known["story"], known["id"])
        story[:old] = np.where(named_by >= 0, named_by, np.arange(old))
        split[:old] = index_of(known["split"], string_array(split_names))
        published[:old] = bools(pc.equal(known["state"], word("published")))
        text_hash[:old] = to_numpy(known["words"].combine_chunks())
    return _PastStories(ids, story, split, published, text_hash)


def _settled(index: NearDuplicateIndex, past: _PastStories, key: CorpusKey | None) -> np.ndarray:
    """Which positions were published with the words that they have; ``key`` is None where history has no keyed ones."""
    history_row, text_hash = index.history_row_of_position, index.signatures.text_hash.view(np.int64)
    before = past.text_hash[history_row]
    found: np.ndarray = before == text_hash
    if key is not None:
        other = np.flatnonzero(past.published[history_row] & ~found)
        ids = past.ids.take(int64_array(history_row[other]))
        found[other] = before[other] == keyed_words(key, ids, text_hash[other])
    found &= past.published[history_row]
    return found


def keyed_words(key: CorpusKey, ids: pa.Array, text_hash: np.ndarray) -> np.ndarray:
    """What history says of the words of withheld articles (int64): the same words of two articles do not show."""
    found = [
        int(key.hash("words", words.to_bytes(8, "big", signed=True) + identity.encode())[:16], 16) if words else 0
        for identity, words in zip(_each(ids), text_hash.tolist(), strict=True)
    ]
    return np.array(found, np.uint64).view(np.int64)


def _assign(
    index: NearDuplicateIndex,
    past: _PastStories,
    settled: np.ndarray,
    gold: np.ndarray,
    settings: Settings,
    found_leaks: Sequence[Overlap],
) -> Stories:
    """Story (a history row) and split of each position."""
    history_row = index.history_row_of_position
    for pairs in found_leaks:
        at = index.position_of_row
        settled[np.maximum(at[pairs.first], at[pairs.second])] = False

    def ids_at(positions: np.ndarray) -> Iterator[str]:
        return _each(past.ids.take(int64_array(history_row[positions])))

    draw = Draw(ids_at, gold[index.row_of_position], settings.splits)
    prior = PriorAssignment(history_row, past.story[history_row], past.split[history_row], draw, settled)
    again, first = copies(index.workers, index.text_hash_of_row.view(np.uint64))
    found = _links(index, prior, (again, first), len(past.ids)) if not settled.all() else NO_PAIRS
    return assign(prior, _earliest(index, again, first), _pairs(index, together([*found_leaks, found])))


def _links(
    index: NearDuplicateIndex, prior: PriorAssignment, again: tuple[np.ndarray, np.ndarray], known: int
) -> Overlap:
    """The pairs of rows that belong to one story, of which one is an arrival."""
    rows = index.row_of_position
    settled, heads = np.zeros((2, len(index.position_of_row)), bool)
    settled[rows], heads[rows] = prior.settled, True
    heads[again[0]] = False
    groups = np.full(len(settled), NO_ONE)
    groups[rows] = np.where(prior.settled, prior.story | int(SETTLED), known + rows)
    near = near_duplicates(index.workers, index.signed(settled, heads), index.sets)
    return links(near, index.overlaps, again, groups)


def _earliest(index: NearDuplicateIndex, again: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of articles with the same words, the positions, each with the lowest of all that have them."""
    names = np.unique(first)
    group = np.concatenate([np.arange(len(names)), np.searchsorted(names, first)])
    positions = index.position_of_row[np.concatenate([names, again])]
    lowest = np.full(len(names), len(index), np.int64)
    np.minimum.at(lowest, group, positions)
    return positions, lowest[group]


def _pairs(index: NearDuplicateIndex, linked: Overlap) -> Pairs:
    """Pairs of rows as pairs of positions."""
    first, second = index.position_of_row[linked.first], index.position_of_row[linked.second]
    held = linked.similarity < LINKED
    return Pairs(first, second, np.where(held, linked.share, linked.similarity), held)


def _renumber(history_row_of_row: np.ndarray, held_rows: np.ndarray, known: int) -> tuple[np.ndarray, np.ndarray]:
    """The final row of each row, -1 for arrivals that are held back, and the history row of each final row."""
    entering = history_row_of_row.copy()
    entering[held_rows[history_row_of_row[held_rows] >= known]] = -1
    arrivals = _ordered(entering, known)
    history_row_of_final = np.concatenate([np.arange(known), entering[arrivals]])
    final_row_of_row = entering
    final_row_of_row[arrivals] = known + np.arange(len(arrivals))
    return final_row_of_row, history_row_of_final


def _ordered(history_row_of_row: np.ndarray, known: int) -> np.ndarray:
    """The rows of the arrivals, in the order of history."""
    arrivals = np.flatnonzero(history_row_of_row >= known)
    return arrivals[np.argsort(history_row_of_row[arrivals], kind="stable")]


def _export(index: NearDuplicateIndex, final_row_of_row: np.ndarray, published: np.ndarray) -> SignatureExport:
    """The signatures of the published articles that have any text to compare, and whose text may be passed on."""
    has_text = index.signatures.text_hash != 0
    positions = np.flatnonzero(has_text & ~index.is_withheld & published[index.row_of_position])
    return SignatureExport(final_row_of_row[index.row_of_position[positions]], positions, index.signatures)


def _each(strings: pa.Array) -> Iterator[str]:
    """The strings of a column, of which few are in memory at once."""
    for start in range(0, len(strings), _BATCH):
        yield from strings.slice(start, _BATCH).to_pylist()


def _explain(
    index: NearDuplicateIndex, held: Held, ids: pa.Array, split_of_history: np.ndarray, split_names: Sequence[str]
) -> Rejected:
    """Why an article is held back, as a problem of its record."""
    identity, raw_path = index.names(held.position)
    file, line = split_raw_path(raw_path)
    others = index.history_row_of_position[list(held.like)].tolist()
    like = " and ".join(
        f"{ids[other]} in {split_names[split_of_history[other]]} ({similarity:.2f}{' of the shorter' if holds else ''})"
        for other, similarity, holds in zip(others, held.similarity, held.held, strict=True)
    )
    wanted = "near-duplicates in one split"
    hint = "nothing has to be done; it comes in when the article that it is like leaves"
    problem = Problem(file, line, "$.text", "story-bridges-splits", f"like {like}", wanted, hint)
    return Rejected(identity.partition("/")[0], file, line, (problem,))


@staged("joining: leak report")
def leaks(index: NearDuplicateIndex, assigned: StoryAssignment) -> LeakReport:
    """All pairs of published articles in different splits that are near-duplicates: there must be none."""
    split_of_row = np.full(len(assigned.published), -1, np.int8)
    final_rows = assigned.final_row_of_row[assigned.published]
    splits = assigned.splits
    split_of_row[assigned.published] = index_of(splits.take(int64_array(final_rows)), splits.unique())
    return leak_report(index.overlaps, split_of_row)


def leaking(report: LeakReport) -> Problem:
    """The problem of a corpus in which two splits still share an article: it is not released."""
    found = f"{number_of(len(report.leaks), 'pair')} of articles that are alike, in different splits"
    return Problem("", 0, "", "split-leak", found, "none", "please report this: it should have been held back")


def stored_signatures(release: Release | None) -> Iterator[pa.Table]:
    """The signatures that a release carries, a part at a time; none where it has none of this version."""
    if release is None or not release.has(STORIES):
        return
    with pq.ParquetFile(io.BytesIO(release.read_verified(STORIES))) as file:
        if (file.schema_arrow.metadata or {}).get(b"stories") == VERSION.encode():
            for batch in file.iter_batches(_STORED, use_threads=False):
                yield pa.Table.from_batches([batch])


def stories_writer(target: Any, columns: pa.Schema) -> pq.ParquetWriter:
    """What writes ``stories.parquet``; ``target`` is a path or what Arrow can write to."""
    return pq.ParquetWriter(target, columns, **WRITING)
