"""Shingles and signatures on disk are those of the texts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dedup.minhash import BANDS, signatures_of
from corpus.dedup.shingles import shingles
from corpus.dedup.spill import SpilledShingles, SpilledSignatures, read_signatures, write_shingles, write_signatures

TEXTS = st.lists(st.lists(st.text("abcde", min_size=1, max_size=1), max_size=9).map(" ".join), max_size=12)


@given(texts=TEXTS, cuts=st.sets(st.integers(0, 12)), data=st.data(), block=st.integers(1, 5))
def test_what_is_read_is_what_was_written(
    texts: list[str], cuts: set[int], data: st.DataObject, block: int, tmp_path: Path
) -> None:
    places = data.draw(st.permutations(range(len(texts))))
    dropped = data.draw(st.sets(st.integers(0, 12)))
    edges = sorted({0, len(texts), *(cut for cut in cuts if cut < len(texts))})
    files, positions = [], []
    for number, (start, end) in enumerate(pairwise(edges)):
        files.append(tmp_path / f"{number}.shingles")
        write_shingles(files[-1], shingles(texts[start:end]))
        positions.append(np.array([-1 if row in dropped else places[row] for row in range(start, end)], np.int64))
    wanted = {
        places[row]: sorted(set(shingles([text]).values.tolist()))
        for row, text in enumerate(texts)
        if row not in dropped
    }
    kept = SpilledShingles(files, positions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus.dedup.spill._BLOCK", block)
        found = {}
        for where, sets in kept.blocks():
            assert len(where) == len(sets)
            assert len(where) <= block
            found.update(zip(where.tolist(), [one.tolist() for one in sets], strict=True))
    assert found == wanted
    some = np.array(sorted(wanted)[::2], np.int64)
    assert [one.tolist() for one in kept.at(some)] == [wanted[place] for place in some.tolist()]


@given(texts=TEXTS, data=st.data())
def test_signatures_are_found_by_band_and_by_position(texts: list[str], data: st.DataObject, tmp_path: Path) -> None:
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
    for band in range(BANDS):
        assert (kept.band(band)[places] == whole.bands[:, band]).all()
        assert kept.band(band)[-1] == 0
    some = data.draw(st.permutations(range(len(texts))))[::2]
    found = kept.at(places[some])
    assert (found.text_hash == whole.text_hash[some]).all()
    assert (found.bands == whole.bands[some]).all()
