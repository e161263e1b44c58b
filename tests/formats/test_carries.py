"""Each format carries what it says it carries, and nothing else: a change of it changes the files, or does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.formats import FORMATS, format_of
from corpus.formats.export import ABOUT, export
from corpus.formats.format import FEATURES
from helpers.folders import files_of
from helpers.planted import Change, Rows, planted

WRITTEN = [name for name in FORMATS if format_of(name).write is not None]


def whole(tables: dict[str, Rows]) -> None:
    """Fill in what no layer found in the article, so that everything is there."""
    [article] = tables["articles"]
    article |= {"topics": [{"code": "medtop:01000000", "label": "Arts", "score": 0.5}], "keywords": ["phare"]}
    for sentence in tables["sentences"]:
        count = len(sentence["tokens"])
        sentence |= {"dep_head": [0, *[1] * (count - 1)], "dep_rel": ["root", *["dep"] * (count - 1)]}
        sentence |= {"dep_annotator": "essai/1", "dep_status": "silver"}
    for entity in tables["entities"]:
        entity["link"] = "geonames:1"
    for one in tables["quotations"]:
        [speaker, cue] = (one["fragments"][-1]["end"] + 1, one["fragments"][-1]["end"] + 2)
        one |= {"speaker": [{"start": speaker, "end": speaker + 1}], "speaker_text": article["text"][speaker]}
        one |= {"cue": [{"start": cue, "end": cue + 1}], "cue_text": article["text"][cue]}
        one |= {"speaker_name": "Odile Ferrand", "speaker_key": "per:odile-ferrand"}


def _articles(**values: Any) -> Change:
    return lambda tables: tables["articles"][0].update(values)


def _each(table: str, **values: Any) -> Change:
    return lambda tables: [row.update(values) for row in tables[table]] and None


def _last(table: str) -> Change:
    return lambda tables: tables[table].pop() and None


def _role(tables: dict[str, Rows]) -> None:
    tables["articles"][0]["paragraphs"][1]["role"] = "subheading"


def _two_sentences_are_one(tables: dict[str, Rows]) -> None:
    """The first two sentences of the body become one, with the tokens of both."""
    rows = tables["sentences"]
    one, other = rows[1], rows.pop(2)
    for name, value in other.items():
        if name == "dep_head":
            one[name] = [0, *[1] * (len(one[name]) + len(value) - 1)]
        elif name == "dep_rel":
            one[name] = ["root", *["dep"] * (len(one[name]) + len(value) - 1)]
        elif isinstance(value, list):
            one[name] = one[name] + value
    one |= {"end": other["end"], "text": tables["articles"][0]["text"][one["start"] : other["end"]]}
    for number, row in enumerate(rows):
        row["index"] = number


def _two_tokens_are_one(tables: dict[str, Rows]) -> None:
    row = tables["sentences"][1]
    at = next(n for n in range(1, len(row["tokens"])) if row["token_starts"][n] == row["token_ends"][n - 1])
    row["tokens"][at - 1] += row["tokens"][at]
    row["token_ends"][at - 1] = row["token_ends"][at]
    for name, value in row.items():
        if isinstance(value, list) and len(value) > at:
            del value[at]
            row[name] = value
    row["dep_head"] = [0, *[1] * (len(row["tokens"]) - 1)]


def _of_tokens(name: str, value: str) -> Change:
    def change(tables: dict[str, Rows]) -> None:
        row = tables["sentences"][1]
        row[name] = [value, *row[name][1:]]

    return change


def _dependencies(tables: dict[str, Rows]) -> None:
    row = tables["sentences"][1]
    row["dep_head"] = [2, 0, *[2] * (len(row["tokens"]) - 2)]
    row["dep_rel"] = ["nsubj", "root", *["obl"] * (len(row["tokens"]) - 2)]


def _annotators(tables: dict[str, Rows]) -> None:
    for table in ("sentences", "entities", "quotations", "times"):
        for row in tables[table]:
            row |= {name: "Léa Annotatrice" for name in row if name.endswith("annotator")}
            row |= {name: "gold" for name in row if name.endswith("status")}


def _confidence(tables: dict[str, Rows]) -> None:
    for table in ("entities", "quotations", "times"):
        for row in tables[table]:
            row |= {name: 0.0625 for name in row if name.endswith("confidence")}


def _no_mention(tables: dict[str, Rows], role: str) -> None:
    tables["quotations"][0] |= {role: [], f"{role}_text": None}


CHANGES: dict[str, Change] = {
    "metadata": _articles(
        byline="Bleuenn Autrice", publication="Le Fanal", date="2023-04", url="https://fanal.example/1"
    ),
    "paragraphs": _role,
    "topics": _articles(topics=[{"code": "medtop:15000000", "label": "Sport", "score": 0.5}]),
    "keywords": _articles(keywords=["chantier"]),
    "sentences": _two_sentences_are_one,
    "tokens": _two_tokens_are_one,
    "lemmas": _of_tokens("lemmas", "autrelemme"),
    "upos": _of_tokens("upos", "INTJ"),
    "feats": _of_tokens("feats", "Foreign=Yes"),
    "dependencies": _dependencies,
    "entities": _last("entities"),
    "entity ids": _each("entities", entity="e9", entity_key=None),
    "links": _each("entities", link="geonames:2"),
    "quotations": _last("quotations"),
    "speakers": lambda tables: _no_mention(tables, "speaker"),
    "speaker names": _each("quotations", speaker_name="Solenn Quéméneur", speaker_key="per:solenn-quemeneur"),
    "cues": lambda tables: _no_mention(tables, "cue"),
    "times": _last("times"),
    "time values": _each("times", value="1999", earliest=None, latest=None),
    "annotators": _annotators,
    "confidence": _confidence,
}
"""A change of each feature, and of nothing else."""


@pytest.fixture(scope="module")
def releases(release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The release with everything in it, under "", and with each change."""
    folder = tmp_path_factory.mktemp("carries")
    base = planted(release, folder / "base", whole)
    changed = {name: planted(base, folder / name.replace(" ", "-"), change) for name, change in CHANGES.items()}
    return {"": base, **changed}


def exported(release: Path, to: str, folder: Path) -> dict[str, bytes]:
    """What a format writes of a release, but for the page about it."""
    export(release, to, folder)
    return {path: content for path, content in files_of(folder).items() if path != ABOUT}


def test_there_is_a_change_of_every_feature() -> None:
    assert tuple(CHANGES) == FEATURES


@pytest.mark.parametrize("to", WRITTEN)
def test_a_format_carries_what_it_says_and_nothing_else(to: str, releases: dict[str, Path], tmp_path: Path) -> None:
    files = {name: exported(one, to, tmp_path / (name or "base")) for name, one in releases.items()}
    assert files[""], "a format writes something"
    again = exported(releases[""], to, tmp_path / "again")
    assert again == files[""], "the same release gives the same bytes"
    carried = {name for name, content in files.items() if content != files[""]}
    assert carried == format_of(to).carries
