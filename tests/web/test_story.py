"""From a wrong speaker to a release that thanks who put it right: keys, gold, build, release."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import corpus
from corpus.cli import main
from helpers.articles import make_corpus, source_yaml
from helpers.browsing import browsing, stopped

KEYS = Path(__file__).with_name("story.tsv")

HALLE = """\
 date 2023-05 La halle rouvre à Brest après deux ans

Par Solenn Quéméneur

Le conseil de Brest a voté mardi le budget de la halle, fermée depuis deux ans.

« La halle rouvrira lundi », a répondu à Odile Ferrand, qui s’inquiétait, la maire Armelle Le Dantec.
"""
"""Who speaks stands far behind, after whom she speaks to: the program takes the council."""

SETTINGS = 'name = "essai"\nlayers = ["sentences", "entities", "quotations"]\n[splits]\ntrain = 1.0\n'


def ran(*words: str | Path) -> str:
    """What a command answers that comes to its end."""
    done = CliRunner().invoke(main, list(map(str, words)))
    assert done.exit_code == 0, done.output
    return done.output


def steps() -> list[dict[str, str]]:
    """The keys, one after the other."""
    with KEYS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.slow
def test_keys_turn_a_wrong_speaker_into_gold_and_the_release_thanks_who_pressed_them(
    tmp_path: Path, browser: Any
) -> None:
    files = {"corpus.toml": SETTINGS, "raw/agence/source.yaml": source_yaml("text"), "raw/agence/halle.txt": HALLE}
    root = make_corpus(tmp_path / "corpus", files)
    preview = root / "build" / "preview"
    ran("build", "--root", root, "--out", preview, "--workers", "1")
    [before] = corpus.frame(str(preview), "quotations").to_dict("records")
    assert before["speaker_name"] == "conseil de Brest"

    with browsing(root, "--port", "0", "--annotator", "Léa Roux") as (process, address):
        page = browser.new_context().new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{address}correct/agence/halle")
        page.wait_for_selector("#correct[data-ready]")
        for step in steps():
            for _ in range(int(step["times"])):
                page.keyboard.press(step["key"])
            assert page.locator("#selected").inner_text() == step["selected"], step
        page.get_by_text("Saved to").first.wait_for()
        page.wait_for_function("document.querySelector('#said').textContent !== ''")
        page.context.close()
        assert stopped(process)[0] == 0

    gold = json.loads((root / "raw/agence/halle.gold.json").read_text("utf-8"))
    assert gold["annotator"] == "Léa Roux"
    [quotation] = gold["quotations"]
    assert quotation["speaker"]["text"] == "Armelle Le Dantec"

    ran("build", "--root", root, "--out", preview, "--workers", "1")
    ran("release", "--root", root, "--out", tmp_path / "1.0.0", "--previous", "none", "--workers", "1")
    for release in (preview, tmp_path / "1.0.0"):
        [after] = corpus.frame(str(release), "quotations").to_dict("records")
        assert (after["speaker_text"], after["status"]) == ("Armelle Le Dantec", "gold")
        assert after["annotator"] == "Léa Roux"
    assert "With thanks to Léa Roux." in (tmp_path / "1.0.0" / "CHANGELOG.md").read_text("utf-8")
    assert "Léa Roux" in (tmp_path / "1.0.0" / "README.md").read_text("utf-8")


def test_the_keys_stand_in_the_page_for_who_works_on_the_code(repository: Path) -> None:
    page = (repository / "src/corpus/web/README.md").read_text("utf-8")
    shown = re.findall(r"^\| `(.+?)` \| (\d+) \| (.*?) \| (.+) \|$", page, re.MULTILINE)
    assert shown == [tuple(step.values()) for step in steps()]
