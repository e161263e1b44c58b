"""An article on a terminal: its colours, and lines that fit."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.terminal import COLOUR, SHOW, on_a_terminal

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_title_has_the_colour_that_the_terminal_gives_to_text(example: Path) -> None:
    shown = on_a_terminal(*SHOW, example)
    assert "\x1b[1mÀ Bréhac" in shown
    assert "\x1b[97m" not in shown


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_an_article_fits_the_terminal(example: Path, command: Run, columns: int) -> None:
    shown = COLOUR.sub("", on_a_terminal(*SHOW, example, columns=columns)).splitlines()
    assert max(map(len, shown)) <= min(columns, 101)
    assert max(map(len, shown)) > min(columns, 101) - 15
    told = COLOUR.sub("", on_a_terminal(*SHOW, example, columns=columns, COLUMNS="70")).splitlines()
    assert max(map(len, told)) <= 70
    assert max(map(len, command(*SHOW, example).stdout.splitlines())) <= 80


def test_what_layers_found_fits_the_terminal() -> None:
    from corpus.cli.article_view import _listed

    long = "la Société d’exploitation et de restauration des vieilles halles de Bretagne occidentale"
    speaker = {"speaker_text": long, "speaker_name": "Odile Ferrand", "cue_text": "a déclaré"}
    quotation = {"kind": "direct", "text": f"Nous rouvrons {long}", **speaker}
    entity = {"entity": "e0", "type": "ORG", "text": long, "name": f"{long} et d’ailleurs", "link": ""}
    time = {"kind": "date", "text": "le mardi qui suivit la réouverture de la halle", "value": "2024-03-12"}
    found = {
        "quotations": [quotation],
        "entities": [entity],
        "times": [{**time, "earliest": None}],
    }
    lines = ["".join(part if isinstance(part, str) else part.text for part in line) for line in _listed(found, 67)]
    assert max(map(len, lines)) <= 80
    words = " ".join(" ".join(lines).split())
    assert f"{long} = Odile Ferrand (a déclaré)" in words
    assert f"ORG {long} et d’ailleurs x1 also {long}" in words
