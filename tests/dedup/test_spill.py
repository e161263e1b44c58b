"""Shingles and signatures on disk are those of the texts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dedup.minhash import signatures_of
from corpus.dedup.shingles import shingles
from corpus.dedup.spill import (
    NO_ONE,
    Piece,
    SpilledShingles,
    SpilledSignatures,
    read_signatures,
    write_shingles,
    write_signatures,
)

TEXTS = st.lists(st.lists(st.text("abcde", min_size=1, max_size=1), max_size=9).map(" ".join), max_size=12)


@given(texts=TEXTS, cuts=st.sets(st.integers(0, 12)), data=st.data(), block=st.integers(1, 5))
def test_what_is_read_is_what_was_written(
    texts: list[str], cuts: set[int], data: st.DataObject, block: int, tmp_path: Path
) -> None:
    owners = np.array(data.draw(st.permutations(range(len(texts)))), np.uint32)
    dropped = data.draw(st.sets(st.integers(0, 12)))
    owners[[row for row in dropped if row < len(texts)]] = NO_ONE
    edges = sorted({0, len(texts), *(cut for cut in cuts if cut < len(texts))})
    pieces = []
    for number, (start, end) in enumerate(pairwise(edges)):
        write_shingles(tmp_path / f"{number}.shingles", shingles(texts[start:end]))
        pieces.append(Piece(tmp_path / f"{number}.shingles", owners[start:end]))
    wanted = {
        owner: sorted(set(shingles([text]).values.tolist()))
        for owner, text in zip(owners.tolist(), texts, strict=True)
        if owner != NO_ONE
    }
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus.dedup.spill._BLOCK", block)
        for where, sets in (one for piece in pieces for one in piece.blocks()):
            assert len(where) == len(sets) <= block
            found.update(zip(where.tolist(), [one.tolist() for one in sets], strict=True))
    assert found == wanted
    some = np.array(sorted(wanted)[::-2], np.int64)
    sets, words = SpilledShingles(pieces, len(texts)).located(some).sets()
    assert [one.tolist() for one in sets] == [wanted[owner] for owner in some.tolist()]
    said = {owner: len(text.split()) for owner, text in zip(owners.tolist(), texts, strict=True)}
    assert all(said[owner] == count for owner, count in zip(some.tolist(), words.tolist(), strict=True) if count > 3)


@given(texts=TEXTS, data=st.data())
def test_signatures_are_found_by_position(texts: list[str], data: st.DataObject, tmp_path: Path) -> None:
    places = np.array(data.draw(st.permutations(range(len(texts)))), np.int64)
    cut = data.draw(st.integers(0, len(texts)))
    whole = signatures_of(shingles(texts))
    kept = SpilledSignatures(tmp_path / "all", len(texts) + 1)
    for start, end in ((0, cut), (cut, len(texts))):
        write_signatures(tmp_path / "part", signatures_of(shingles(texts[start:end])))
        kept.put(places[start:end], read_signatures(tmp_path / "part"))
    assert len(kept) == len(texts) + 1
    assert (kept.text_hash[places] == whole.text_hash).all()
    assert kept.text_hash[-1] == 0
    some = data.draw(st.permutations(range(len(texts))))[::2]
    found = kept.at(places[some])
    assert (found.text_hash == whole.text_hash[some]).all()
    assert (found.bands == whole.bands[some]).all()
