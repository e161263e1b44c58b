"""Puts articles into stories and splits, given what history says, and proves that no split leaks into another.

Works on signatures; shingles are read from what workers left on disk, or made again from the release before.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus import storage
from corpus import stories as near
from corpus.article import Paragraph, place_of
from corpus.catalogue import Catalogue, Kept
from corpus.columns import group_ends, numbers_in
from corpus.problem import Problem, Rejected
from corpus.settings import Settings
from corpus.where import Release
from corpus.workfiles import kept

if TYPE_CHECKING:
    from corpus.stories import LeakReport, Shingles, Signatures


FILE = "stories.parquet"
"""The signatures in a release, for the next one."""


@dataclass(frozen=True)
class Grouped:
    """What became of the articles that may be published.

    ``places`` are their rows in the new history, -1 for those that have none; ``published`` says which are, ``held``
    why the others are held back; ``stories`` and ``splits`` are those of all rows of the new history. ``signatures``
    is the table that the next release reads.
    """

    places: np.ndarray
    published: np.ndarray
    held: tuple[Rejected, ...]
    stories: list[str]
    splits: list[str]
    signatures: pa.Table


class Grouping:
    """The articles of a build in history order, with their signatures, and their shingles where they are asked for.

    ``places`` are rows of history (``history.entered``), ``enters`` says which articles may be published. ``before``
    says where kept articles are in the release before, ``stored`` are its signatures, None without one.
    """

    def __init__(
        self,
        rows: Catalogue,
        places: np.ndarray,
        enters: np.ndarray,
        before: Kept | None,
        stored: pa.Table | None,
        folder: Path,
    ) -> None:
        self._rows, self.places, self._before, self._folder = rows, places, before, folder
        chosen = np.flatnonzero(enters)
        self.positions = chosen[np.argsort(places[chosen], kind="stable")]
        self._at = np.full(len(enters), -1, np.int64)
        self._at[self.positions] = np.arange(len(self.positions))
        self.signatures = self._signatures(stored)
        self._elsewhere = rows.numbers[kept("articles")][self.positions] & (self._own_words == 0)
        self._spilled: near.Spilled | None = None

    def _signatures(self, stored: pa.Table | None) -> Signatures:
        """The signature of each article; that of one that nobody read is the one that the release before has."""
        rows = self._rows
        count = len(self.positions)
        words, bands = np.zeros(count, np.uint64), np.zeros((count, near.BANDS), np.uint64)
        for part, end in zip(
            rows.parts, rows.ends.tolist(), strict=True
        ):  # one part at a time: they are the most of it
            at = self._at[end - part.rows : end]
            there = at >= 0
            found = near.read_signatures(storage.here(part.file_of("signatures")))
            words[at[there]], bands[at[there]] = found.words[there], found.bands[there]
        self._own_words = words.copy()
        if stored is not None and len(stored):
            order, known = near.signatures_in(stored)
            places = self.places[self.positions]
            at = np.minimum(np.searchsorted(order, places), len(order) - 1)
            missing = (order[at] == places) & (words == 0) & rows.numbers[kept("articles")][self.positions]
            words[missing], bands[missing] = known.words[at[missing]], known.bands[at[missing]]
        return near.Signatures(words, bands)

    def shingles(self, positions: np.ndarray) -> Shingles:
        """The shingles of some articles, by their place in history order."""
        elsewhere = self._elsewhere[positions]
        made = iter(self._spill().at(positions[~elsewhere]))
        again = iter(near.shingles(self._texts(positions[elsewhere])).distinct())
        return near.joined(
            near.Shingles(one, np.array([len(one)], np.int64))
            for one in (next(again if other else made) for other in elsewhere.tolist())
        )

    def blocks(self) -> Iterator[tuple[np.ndarray, Shingles]]:
        """The shingles of all articles, as the leak report reads them."""
        old = np.flatnonzero(self._elsewhere)
        if len(old) and not list(self._folder.glob("*.kept-shingles")):
            for number, start in enumerate(range(0, len(old), _BLOCK)):
                made = near.shingles(self._texts(old[start : start + _BLOCK]))
                near.write_shingles(self._folder / f"{number:06}.kept-shingles", made)
        yield from self._spill().blocks()
        for start, file in zip(range(0, len(old), _BLOCK), sorted(self._folder.glob("*.kept-shingles")), strict=False):
            sets = near.read_shingles(file)
            yield old[start : start + _BLOCK], near.Shingles(np.array(sets.values), sets.ends)

    def _spill(self) -> near.Spilled:
        if self._spilled is None:
            rows = self._rows
            at = self._at.copy()
            at[self.positions[self._elsewhere]] = -1
            ends = rows.ends.tolist()
            starts = [0, *ends[:-1]]
            files = [part.file_of("shingles") for part in rows.parts]
            self._spilled = near.Spilled(files, [at[start:end] for start, end in zip(starts, ends, strict=True)])
        return self._spilled

    def _texts(self, positions: np.ndarray) -> list[str]:
        """What is compared of articles that the release before has, in their order."""
        texts = [""] * len(positions)
        if self._before is None or not len(positions):
            return texts
        places = self.places[self.positions[positions]]
        numbers, firsts = self._before.file[places], self._before.first[places]
        for number in np.unique(numbers).tolist():
            with pq.ParquetFile(storage.here(self._before.files[number]), memory_map=True) as file:
                ends = group_ends(file)
                groups = np.where(numbers == number, np.searchsorted(ends, firsts, side="right"), -1)
                for group in np.unique(groups[groups >= 0]).tolist():
                    table = file.read_row_group(group, columns=["text", "paragraphs"], use_threads=False)
                    start = int(ends[group - 1]) if group else 0
                    for wanted in np.flatnonzero(groups == group).tolist():
                        row = int(firsts[wanted]) - start
                        paragraphs = [Paragraph(**one) for one in table["paragraphs"][row].as_py()]
                        texts[wanted] = near.compared_text(table["text"][row].as_py(), paragraphs)
        return texts

    @property
    def words(self) -> np.ndarray:
        """The hash of what is compared of each article (int64), by its row in the catalogue; 0 for others."""
        found = np.zeros(len(self._at), np.int64)
        found[self.positions] = self.signatures.words.view(np.int64)
        return found

    def names(self, position: int) -> tuple[str, str]:
        """The id and the path of an article, by its row in the catalogue."""
        [(part, places)] = self._rows.split_up(np.array([position]))
        named = part.columns(("id", "raw_path"))
        return str(named["id"][int(places[0])]), str(named["raw_path"][int(places[0])])


_BLOCK = 2000


def grouped(
    grouping: Grouping, known: pa.Table, read_ids: pa.Array, ours: Settings, found_leaks: LeakReport | None = None
) -> Grouped:
    """The stories and splits of all articles, given the history ``known``; see ``stories.groups`` for the rules.

    ``found_leaks`` are pairs that the exact join found where signatures did not: they are taken as found too.
    """
    places = grouping.places
    pairs = found_leaks.leaks if found_leaks is not None else ()
    unsettled = np.array([second for _, second, _ in pairs], np.int64)
    positions = grouping.positions
    shown = [name for name, _ in ours.splits]
    old_splits = known["split"].to_pylist()
    names = [*shown, *sorted(set(old_splits) - set(shown))]
    code = {name: number for number, name in enumerate(names)}
    total = int(max(places.max(initial=-1) + 1, len(known)))
    ids = _all_ids(known, read_ids, places, total)
    story = np.full(total, near.NONE, np.int64)
    split = np.full(total, near.NONE, np.int8)
    split[: len(known)] = [code[one] for one in old_splits]
    at = {identity: place for place, identity in enumerate(ids[: len(known)])}
    story[: len(known)] = [at.get(one, place) for place, one in enumerate(known["story"].to_pylist())]
    here = places[positions]
    published = np.zeros(total, bool)
    published[: len(known)] = np.array([one == "published" for one in known["state"].to_pylist()], bool)
    own = np.array(
        [code[near.split_of(ids[place], ours.splits)] if place >= len(known) else 0 for place in here], np.int8
    )
    words = grouping.signatures.words
    before = np.zeros(total, np.int64)
    before[: len(known)] = numbers_in(known["words"].combine_chunks()) if len(known) else 0
    settled = published[here] & (before[here] == words.view(np.int64)) & ~np.isin(np.arange(len(here)), unsettled)
    given = near.Known(here, story[here], split[here], own, settled)
    linked = near.links(grouping.signatures, given, grouping.shingles).plus(pairs)
    found = near.place(given, near.heads(words), linked)
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
    kept_places = [*range(len(known)), *final[new].tolist()]
    final[new] = len(known) + np.arange(len(new))
    reasons = _reasons(grouping, found.held, ids, [names[one] if one >= 0 else "" for one in split.tolist()])
    order = final[positions]
    there = (order >= 0) & (words != 0) & stays[positions]
    carried = grouping.signatures
    if not there.all():  # a copy only where one is needed
        carried = near.Signatures(words[there], carried.bands[there])
    table = near.table_of(order[there], carried)
    return Grouped(
        final,
        stays,
        reasons,
        [ids[int(story[place])] for place in kept_places],
        [names[int(split[place])] for place in kept_places],
        table,
    )


def _all_ids(known: pa.Table, read_ids: pa.Array, places: np.ndarray, total: int) -> list[str]:
    """The id of every row of history, new ones included."""
    ids: list[str] = [*known["id"].to_pylist(), *([""] * (total - len(known)))]
    new = np.flatnonzero(places >= len(known))
    for row, position in zip(places[new].tolist(), new.tolist(), strict=True):
        ids[row] = read_ids[position].as_py()
    return ids


def _reasons(
    grouping: Grouping, held: Sequence[near.Held], ids: Sequence[str], splits: Sequence[str]
) -> tuple[Rejected, ...]:
    """Why articles are held back, said as problems of their records."""
    positions = grouping.positions
    found = []
    for one in held:
        identity, raw_path = grouping.names(int(positions[one.position]))
        file, line = place_of(raw_path)
        others = grouping.places[positions[list(one.like)]].tolist()
        like = " and ".join(
            f"{ids[place]} in {splits[place]} ({much:.2f})" for place, much in zip(others, one.similarity, strict=True)
        )
        wanted = "near-duplicates in one split"
        hint = "nothing has to be done; it comes in when the article that it is like leaves"
        problem = Problem(file, line, "$.text", "story-bridges-splits", f"like {like}", wanted, hint)
        found.append(Rejected(identity.partition("/")[0], file, line, (problem,)))
    return tuple(found)


def leaking(report: LeakReport) -> Problem:
    """What is said where two splits still share an article, which is not released."""
    found = f"{len(report.leaks):,} pairs of articles that are alike, in different splits"
    return Problem("", 0, "", "split-leak", found, "none", "please report this: it should have been held back")


def stored(release: Release | None) -> pa.Table | None:
    """The signatures that a release carries; None where it has none that can be read, which are then made anew."""
    if release is None or not release.has(FILE):
        return None
    table = pq.read_table(io.BytesIO(release.proved(FILE)), use_threads=False)
    return table if (table.schema.metadata or {}).get(b"stories") == near.VERSION.encode() else None


def dump(table: pa.Table) -> bytes:
    """The bytes of ``stories.parquet``: the same for the same signatures."""
    sink = io.BytesIO()
    pq.write_table(table, sink, **near.WRITING)
    return sink.getvalue()


def leaks(grouping: Grouping, result: Grouped) -> LeakReport:
    """All pairs of published articles in different splits that are near-duplicates: there must be none."""
    codes = {name: number for number, name in enumerate(dict.fromkeys(result.splits))}
    split = np.full(len(grouping.positions), -1, np.int8)
    shown = result.published[grouping.positions]
    places = result.places[grouping.positions[shown]]
    split[shown] = [codes[result.splits[place]] for place in places.tolist()]
    return near.leak_report(grouping.blocks, split, grouping.shingles)
