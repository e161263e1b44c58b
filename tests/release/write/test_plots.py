"""The pictures show what was counted, and have the same bytes wherever they are made."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow.dataset as ds
import pytest

from corpus.release.write.counting import Counted, together
from corpus.release.write.parquet import Written
from corpus.release.write.plots import LENGTHS, MONTHS, TITLES, TYPES, plots

SOME = Counted({2024 * 12 + month: month + 1 for month in range(9)}, {"PER": 5, "LOC": 1000}, {120: 3, 900: 1})
_HASHES = """
import hashlib, sys
from corpus.release.write.counting import Counted
from corpus.release.write.plots import plots
months = {2024 * 12 + month: month + 1 for month in range(9)}
for path, content in plots(Counted(months, {"PER": 5, "LOC": 1000}, {120: 3, 900: 1})).items():
    print(path, hashlib.sha256(content).hexdigest())
assert "matplotlib.pyplot" not in sys.modules
"""


def hashes(home: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    """What a process of its own prints, and what it says beside it."""
    given = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": "", **environment}
    answer = subprocess.run([sys.executable, "-c", _HASHES], capture_output=True, text=True, check=True, env=given)
    return answer.stdout, answer.stderr


def test_every_row_of_open_and_masked_tables_is_counted(release: Path, written: list[Written]) -> None:
    found = together(file.counted for file in written)
    articles = sum(ds.dataset(release / "data" / table).count_rows() for table in ("articles", "articles_masked"))
    entities = sum(ds.dataset(release / "data" / table).count_rows() for table in ("entities", "entities_masked"))
    assert sum(found.months.values()) == sum(found.lengths.values()) == articles == 16
    assert sum(found.types.values()) == entities
    assert set(found.months) == {2023 * 12 + month for month in range(12)}


@pytest.mark.slow
def test_the_bytes_are_the_same_in_another_process_home_and_with_settings_of_a_user(tmp_path: Path) -> None:
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 30\naxes.facecolor: red\nsvg.fonttype: none\nbackend: Agg\nlines.linewidth: 9\n")
    homes = [tmp_path / name for name in ("one", "two")]
    for home in homes:
        home.mkdir()
    here = "".join(f"{path} {hashlib.sha256(content).hexdigest()}\n" for path, content in plots(SOME).items())
    assert hashes(homes[0], {}) == (here, "")
    assert hashes(homes[1], {"MATPLOTLIBRC": str(settings), "TZ": "Asia/Tokyo"}) == (here, "")


@pytest.mark.slow
def test_a_home_that_cannot_be_written_changes_nothing_and_nothing_is_said(tmp_path: Path) -> None:
    here = "".join(f"{path} {hashlib.sha256(content).hexdigest()}\n" for path, content in plots(SOME).items())
    file = tmp_path / "no-folder"
    file.write_text("")
    assert hashes(file, {}) == (here, "")


@pytest.mark.parametrize(
    "found",
    [
        SOME,
        Counted({year * 12: 7 for year in range(1900, 2027)}, {"PER": 1}, dict.fromkeys(range(0, 90_000, 7), 1)),
        Counted({2023 * 12 + 4: 1}, {"WORK & <ART>": 3_000_000, "MISC": 1}, {0: 1}),
        Counted({0: 1}, {}, {2_000_000: 5}),
    ],
)
def test_whatever_is_counted_is_drawn_as_svg_without_text_dates_or_scripts(found: Counted) -> None:
    drawn = plots(found)
    assert list(drawn) == [path for path in TITLES if path != TYPES or found.types]
    for content in drawn.values():
        names = {element.tag.rpartition("}")[2] for element in ET.fromstring(content).iter()}  # noqa: S314
        assert "path" in names
        assert not names & {"text", "script", "image", "foreignObject", "date"}
        assert len(content) < 200_000


def test_nothing_is_drawn_of_nothing() -> None:
    assert plots(Counted()) == {}


def test_more_articles_make_another_picture() -> None:
    more = Counted({**SOME.months, 2024 * 12: 50}, SOME.types, {**SOME.lengths, 500: 3})
    assert plots(more)[TYPES] == plots(SOME)[TYPES]
    assert plots(more)[MONTHS] != plots(SOME)[MONTHS]
    assert plots(more)[LENGTHS] != plots(SOME)[LENGTHS]


def test_what_the_caller_had_set_is_as_before() -> None:
    import matplotlib as mpl

    log = logging.getLogger("matplotlib")
    with mpl.rc_context({"font.size": 17.0, "svg.fonttype": "none"}):
        log.setLevel(logging.INFO)
        plots(SOME)
        assert (mpl.rcParams["font.size"], mpl.rcParams["svg.fonttype"], log.level) == (17.0, "none", logging.INFO)
        log.setLevel(logging.NOTSET)
