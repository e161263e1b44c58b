"""Puts articles into stories and splits, given what history says, and proves that no split leaks into another.

Works on signatures; shingles are read from what workers left on disk, or made again from the release before.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.build.row_index import RowIndex
from corpus.build.shards import RowLocations
from corpus.build.work_files import kept
from corpus.dedup.candidates import first_identical
from corpus.dedup.leaks import leak_report
from corpus.dedup.minhash import Signatures
from corpus.dedup.shingles import Shingles, compared_text, joined, shingles
from corpus.dedup.signature_table import COLUMNS, VERSION, WRITING, row_groups, signatures_in, table_of
from corpus.dedup.spill import SpilledShingles, SpilledSignatures, read_shingles, read_signatures, write_shingles
from corpus.dedup.splits import split_of
from corpus.dedup.stories import NONE, Held, PriorAssignment, assign, links
from corpus.files import scratch
from corpus.model import arrow
from corpus.model.arrow import group_ends, int64_array, string_array, to_numpy
from corpus.model.article import Paragraph, split_raw_path
from corpus.model.problem import Problem, Rejected, number_of
from corpus.raw.config import Settings
from corpus.release.format import STORIES
from corpus.release.read.reader import Release

if TYPE_CHECKING:
    from corpus.dedup.leaks import LeakReport


"""The signatures in a release, for the next one."""


@dataclass(frozen=True, slots=True)
class SignatureExport:
    """The signatures that a release carries for the next one: those at ``positions``; ``order`` are rows of history."""

    order: np.ndarray
    positions: np.ndarray
    signatures: SpilledSignatures

    def __iter__(self) -> Iterator[pa.Table]:
        """The row groups that they are, one at a time."""
        for start, end in row_groups(self.order):
            yield table_of(self.order[start:end], self.signatures.at(self.positions[start:end]))


@dataclass(frozen=True)
class StoryAssignment:
    """What became of the articles that may be published.

    ``index_of`` are their rows in the new history, -1 for those that have none; ``published`` says which are, ``held``
    why the others are held back; ``stories`` and ``splits`` are those of all rows of the new history, ``moved`` says
    which of these are in another story than they were. ``carried`` is what the next release reads.
    """

    places: np.ndarray
    published: np.ndarray
    held: tuple[Rejected, ...]
    stories: pa.Array
    splits: pa.Array
    moved: np.ndarray
    carried: SignatureExport


class NearDuplicateIndex:
    """The articles of a build in history order, with their signatures, and their shingles where they are asked for.

    ``index_of`` are rows of history (``assign_rows``), ``enters`` says which articles may be published. ``before``
    says where kept articles are in the release that they are kept from, ``stored`` are its signatures.
    """

    def __init__(
        self,
        rows: RowIndex,
        places: np.ndarray,
        enters: np.ndarray,
        before: RowLocations | None,
        stored: Iterable[pa.Table],
        folder: Path,
    ) -> None:
        self._rows, self.places, self._before, self._folder = rows, places, before, folder
        chosen = np.flatnonzero(enters)
        self.positions = chosen[np.argsort(places[chosen], kind="stable")]
        self._at = np.full(len(enters), -1, np.int64)
        self._at[self.positions] = np.arange(len(self.positions))
        self.signatures = self._signatures()
        self._elsewhere = rows.numbers[kept("articles")][self.positions] & (self.signatures.text_hash == 0)
        self._add(stored)
        self._spilled: SpilledShingles | None = None

    def _signatures(self) -> SpilledSignatures:
        """The signature of each article that was read in this build."""
        rows = self._rows
        made = SpilledSignatures(self._folder / "signatures", len(self.positions))
        for part, end in zip(rows.parts, rows.ends.tolist(), strict=True):
            at = self._at[end - part.rows : end]
            there = at >= 0
            found = read_signatures(scratch.local_copy(part.file_of("signatures")))
            made.put(at[there], Signatures(found.text_hash[there], found.bands[there]))
        return made

    def _add(self, stored: Iterable[pa.Table]) -> None:
        """The signature of each article that nobody read: the one that the release before has."""
        wanted = np.flatnonzero(self._elsewhere)
        places = self._rows.numbers["place"][self.positions[wanted]]
        for some in stored:
            order, known = signatures_in(some)
            at = np.minimum(np.searchsorted(order, places), len(order) - 1)
            found = order[at] == places
            self.signatures.put(wanted[found], Signatures(known.text_hash[at[found]], known.bands[at[found]]))

    def shingles(self, positions: np.ndarray) -> Shingles:
        """The shingles of some articles, by their place in history order."""
        elsewhere = self._elsewhere[positions]
        made = iter(self._spill().at(positions[~elsewhere]))
        again = iter(shingles(self._texts(positions[elsewhere])).distinct())
        return joined(
            Shingles(one, np.array([len(one)], np.int64))
            for one in (next(again if other else made) for other in elsewhere.tolist())
        )

    def blocks(self) -> Iterator[tuple[np.ndarray, Shingles]]:
        """The shingles of all articles, as the leak report reads them."""
        old = np.flatnonzero(self._elsewhere)
        if len(old) and not list(self._folder.glob("*.kept-shingles")):
            for number, start in enumerate(range(0, len(old), _BLOCK)):
                made = shingles(self._texts(old[start : start + _BLOCK]))
                write_shingles(self._folder / f"{number:06}.kept-shingles", made)
        yield from self._spill().blocks()
        for start, file in zip(range(0, len(old), _BLOCK), sorted(self._folder.glob("*.kept-shingles")), strict=False):
            sets = read_shingles(file)
            yield old[start : start + _BLOCK], Shingles(np.array(sets.values), sets.ends)

    def _spill(self) -> SpilledShingles:
        if self._spilled is None:
            rows = self._rows
            at = self._at.copy()
            at[self.positions[self._elsewhere]] = -1
            ends = rows.ends.tolist()
            starts = [0, *ends[:-1]]
            files = [part.file_of("shingles") for part in rows.parts]
            self._spilled = SpilledShingles(files, [at[start:end] for start, end in zip(starts, ends, strict=True)])
        return self._spilled

    def _texts(self, positions: np.ndarray) -> list[str]:
        """What is compared of articles that the release before has, in their order."""
        texts = [""] * len(positions)
        if self._before is None or not len(positions):
            return texts
        places = self._rows.numbers["place"][self.positions[positions]]
        numbers, firsts = self._before.file[places], self._before.first[places]
        for number in np.unique(numbers).tolist():
            with pq.ParquetFile(scratch.local_copy(self._before.files[number]), memory_map=True) as file:
                ends = group_ends(file)
                groups = np.where(numbers == number, np.searchsorted(ends, firsts, side="right"), -1)
                for group in np.unique(groups[groups >= 0]).tolist():
                    table = file.read_row_group(group, columns=["text", "paragraphs"], use_threads=False)
                    start = int(ends[group - 1]) if group else 0
                    for wanted in np.flatnonzero(groups == group).tolist():
                        row = int(firsts[wanted]) - start
                        paragraphs = [Paragraph(**one) for one in table["paragraphs"][row].as_py()]
                        texts[wanted] = compared_text(table["text"][row].as_py(), paragraphs)
        return texts

    @property
    def words(self) -> np.ndarray:
        """The hash of what is compared of each article (int64), by its row in the catalogue; 0 for others."""
        found = np.zeros(len(self._at), np.int64)
        found[self.positions] = self.signatures.text_hash.view(np.int64)
        return found

    def names(self, position: int) -> tuple[str, str]:
        """The id and the path of an article, by its row in the catalogue."""
        [(part, places)] = self._rows.split_up(np.array([position]))
        named = part.columns(("id", "raw_path"))
        return str(named["id"][int(places[0])]), str(named["raw_path"][int(places[0])])


_BLOCK = 2000


def assign_stories(
    grouping: NearDuplicateIndex,
    known: pa.Table,
    read_ids: pa.Array,
    settings: Settings,
    found_leaks: LeakReport | None = None,
) -> StoryAssignment:
    """The stories and splits of all articles, given the history ``known``; see ``stories.groups`` for the rules.

    ``found_leaks`` are pairs that the exact join found where signatures did not: they are taken as found too.
    """
    places = grouping.places
    pairs = found_leaks.leaks if found_leaks is not None else ()
    unsettled = np.array([second for _, second, _ in pairs], np.int64)
    positions = grouping.positions
    shown = [name for name, _ in settings.splits]
    names = [*shown, *sorted(set(known["split"].unique().to_pylist()) - set(shown))]
    ids = _all_ids(known, read_ids, places)
    story, split, published, before = _of_history(known, names, len(ids))
    here = places[positions]
    own = np.zeros(len(here), np.int8)
    fresh = here >= len(known)
    own[fresh] = [names.index(split_of(one, settings.splits)) for one in _each(ids.take(int64_array(here[fresh])))]
    words = grouping.signatures.text_hash
    settled = published[here] & (before[here] == words.view(np.int64)) & ~np.isin(np.arange(len(here)), unsettled)
    given = PriorAssignment(here, story[here], split[here], own, settled, positions)
    linked = links(grouping.signatures, given, grouping.shingles).plus(pairs)
    found = assign(given, first_identical(words), linked)
    story[here], split[here] = found.story, found.split
    for given_up, name in found.merged.items():
        story[story == given_up] = name
    held = np.array([one.position for one in found.held], np.int64)
    back = positions[held]
    stays = np.zeros(len(places), bool)
    stays[positions] = True
    stays[back] = False
    final = places.copy()
    leaves = back[places[back] >= len(known)]
    final[leaves] = -1
    new = np.flatnonzero(final >= len(known))
    new = new[np.argsort(final[new], kind="stable")]
    kept_places = np.concatenate([np.arange(len(known)), final[new]])
    final[new] = len(known) + np.arange(len(new))
    order = final[positions]
    there = (order >= 0) & (words != 0) & stays[positions]
    carried = np.flatnonzero(there)
    stories = ids.take(int64_array(story[kept_places]))
    moved = np.zeros(len(stories), bool)
    moved[: len(known)] = _true(pc.not_equal(known["story"], stories.slice(0, len(known))))
    return StoryAssignment(
        final,
        stays,
        _reasons(grouping, found.held, ids, ["", *names], split),
        stories,
        string_array(names).take(int64_array(split[kept_places])),
        moved,
        SignatureExport(order[carried], carried, grouping.signatures),
    )


def _all_ids(known: pa.Table, read_ids: pa.Array, places: np.ndarray) -> pa.Array:
    """The id of every row of history, new ones included."""
    new = np.flatnonzero(places >= len(known))
    new = new[np.argsort(places[new], kind="stable")]
    return pa.concat_arrays([known["id"].combine_chunks(), read_ids.take(int64_array(new))])


def _of_history(
    known: pa.Table, names: Sequence[str], total: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Story, split (a place in ``names``), whether published, and words of each row that history will have.

    New ones have ``near.NONE``, False and 0.
    """
    story, split = np.full(total, NONE, np.int64), np.full(total, NONE, np.int8)
    published, words = np.zeros(total, bool), np.zeros(total, np.int64)
    if old := len(known):
        at = arrow.index_of(known["story"], known["id"])
        story[:old] = np.where(at >= 0, at, np.arange(old))
        split[:old] = arrow.index_of(known["split"], string_array(names))
        published[:old] = _true(pc.equal(known["state"], "published"))
        words[:old] = to_numpy(known["words"].combine_chunks())
    return story, split, published, words


def _true(column: pa.ChunkedArray) -> np.ndarray:
    """Where a column says so (bool)."""
    found: np.ndarray = column.combine_chunks().to_numpy(zero_copy_only=False)
    return found


def _each(words: pa.Array) -> Iterator[str]:
    """The strings of a column, of which few are in memory at once."""
    for start in range(0, len(words), _BLOCK):
        yield from words.slice(start, _BLOCK).to_pylist()


def _reasons(
    grouping: NearDuplicateIndex, held: Sequence[Held], ids: pa.Array, names: Sequence[str], split: np.ndarray
) -> tuple[Rejected, ...]:
    """Why articles are held back, said as problems of their records; ``split`` + 1 is a place in ``names``."""
    positions = grouping.positions
    found = []
    for one in held:
        identity, raw_path = grouping.names(int(positions[one.position]))
        file, line = split_raw_path(raw_path)
        others = grouping.places[positions[list(one.like)]].tolist()
        like = " and ".join(
            f"{ids[place]} in {names[split[place] + 1]} ({much:.2f})"
            for place, much in zip(others, one.similarity, strict=True)
        )
        wanted = "near-duplicates in one split"
        hint = "nothing has to be done; it comes in when the article that it is like leaves"
        problem = Problem(file, line, "$.text", "story-bridges-splits", f"like {like}", wanted, hint)
        found.append(Rejected(identity.partition("/")[0], file, line, (problem,)))
    return tuple(found)


def leaking(report: LeakReport) -> Problem:
    """What is said where two splits still share an article, which is not released."""
    found = f"{number_of(len(report.leaks), 'pair')} of articles that are alike, in different splits"
    return Problem("", 0, "", "split-leak", found, "none", "please report this: it should have been held back")


def stored(release: Release | None) -> Iterator[pa.Table]:
    """The signatures that a release carries, a part at a time; none of one that has none that can be read.

    Those are made anew.
    """
    if release is None or not release.has(STORIES):
        return
    with pq.ParquetFile(io.BytesIO(release.read_verified(STORIES))) as file:
        if (file.schema_arrow.metadata or {}).get(b"stories") == VERSION.encode():
            for batch in file.iter_batches(_STORED, use_threads=False):
                yield pa.Table.from_batches([batch])


_STORED = 1 << 15
"""Signatures of the release before that are in memory at once."""


def write(carried: SignatureExport, file: Path) -> None:
    """Write ``stories.parquet``: the same bytes for the same signatures."""
    with pq.ParquetWriter(file, COLUMNS, **WRITING) as writer:
        for group in carried:
            writer.write_table(group)


def leaks(grouping: NearDuplicateIndex, result: StoryAssignment) -> LeakReport:
    """All pairs of published articles in different splits that are near-duplicates: there must be none."""
    split = np.full(len(grouping.positions), -1, np.int8)
    shown = result.published[grouping.positions]
    places = result.places[grouping.positions[shown]]
    split[shown] = arrow.index_of(result.splits.take(int64_array(places)), result.splits.unique())
    return leak_report(grouping.blocks, split, grouping.shingles)
