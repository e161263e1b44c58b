"""A correction becomes gold of who made it: whole, undone to the byte, never over what another wrote."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate import gold
from corpus.annotate.rows import Tables
from corpus.curate import corrections, lookup
from corpus.curate.corrections import Corrected, Who
from corpus.curate.selected_words import snapped
from corpus.model.article import Article
from corpus.model.problem import CorpusError
from helpers.articles import make_corpus, source_yaml

BODY = (
    "👩‍👩‍👧 🙂 q̃ Odile Ferrand, maire de Brest, a ouvert la halle mardi. « C'est 🙂 fini », a dit Odile Ferrand. "
    "« Deux ans, dit-elle, et c'est long. »\n\nÀ Brest, l'Union des riverains s'en réjouit 🇫🇷 depuis le 3 mars 2024."
)
TEXT = f"La halle rouvre\n\n{BODY}"
PLACE, MINE = "raw/essai/a.gold.json", "raw/essai/a.lea-roux.gold.json"
FILES = {"raw/essai/source.yaml": source_yaml("text"), "raw/essai/a.txt": f"date 2024-03-12 {TEXT}\n"}
LEA, ONE_OF_SEVERAL = Who("Léa Roux"), Who("Léa Roux", several=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    record = f"date 2024-03-12 {TEXT}\n"
    return make_corpus(tmp_path / "corpus", {"raw/essai/source.yaml": source_yaml("text"), "raw/essai/a.txt": record})


@pytest.fixture
def article(root: Path) -> Article:
    found = lookup.find(root, "essai/a").article
    assert found.text == TEXT
    return found


def span(words: str, number: int = 0) -> dict[str, int]:
    start = -1
    for _ in range(number + 1):
        start = TEXT.index(words, start + 1)
    return {"start": start, "end": start + len(words)}


def rows() -> Tables:
    """What a release has of the article."""
    made = {"annotator": "corpus essai 1", "status": "silver"}
    cut = [0, TEXT.index("👩"), TEXT.index("« C'est"), TEXT.index("« Deux"), TEXT.index("À Brest"), len(TEXT)]
    sentences = [snapped(TEXT, start, end) for start, end in pairwise(cut)]
    return {
        "sentences": [{"start": one.start, "end": one.end, **made} for one in sentences if one],
        "entities": [
            {**span("Odile Ferrand", n), "type": "PER", "entity": "e1", "link": None, **made} for n in range(2)
        ]
        + [{**span("Brest"), "type": "LOC", "entity": "e2", "link": "geonames:3030300", **made}],
        "quotations": [
            {
                "fragments": [span("C'est 🙂 fini")],
                "kind": "direct",
                "speaker": [span("Odile Ferrand", 1)],
                "speaker_name": "Odile Ferrand",
                "cue": [span("dit")],
                **made,
            },
            {
                "fragments": [span("Deux ans, dit-elle, et c'est long.")],
                "kind": "direct",
                "speaker": [],
                "speaker_name": None,
                "cue": [],
                **made,
            },
        ],
        "times": [{**span("mardi"), "kind": "date", "value": "2024-03-12", **made}],
    }


def now(root: Path, article: Article, who: Who = LEA) -> corrections.Standing:
    return corrections.standing(root, article, rows(), who)


def correct(root: Path, article: Article, who: Who = LEA, **change: Any) -> Corrected:
    seen = now(root, article, who)
    return corrections.correct(root, seen, {"revision": seen.revision, **change}, who)


def layer_of(root: Path, layer: str, place: str = PLACE) -> Any:
    return json.loads((root / place).read_text("utf-8"))[layer]


CHANGES: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    (
        {"layer": "entities", "do": "add", **span(" l'Union des riverains"[3:]), "type": "ORG"},
        [{"text": "Union des riverains", "type": "ORG", "id": "e3"}],
    ),
    (
        {"layer": "entities", "do": "add", **span("Brest", 1), "type": "LOC"},
        [{"start": span("Brest", 1)["start"], "text": "Brest", "type": "LOC", "id": "e2", "link": "geonames:3030300"}],
    ),
    (
        {"layer": "entities", "do": "add", **span("riverains"), "type": "MISC", "everywhere": True},
        [{"text": "riverains", "type": "MISC", "id": "e3"}],
    ),
    (
        {"layer": "entities", "do": "add", **span("Brest"), "type": "ORG"},
        [{"start": span("Brest")["start"], "text": "Brest", "type": "ORG", "id": "e2"}],
    ),
    (  # the other mention stays who it was
        {"layer": "entities", "do": "add", **span("Odile Ferrand", 1), "type": "ORG"},
        [{"start": span("Odile Ferrand", 1)["start"], "text": "Odile Ferrand", "type": "ORG", "id": "e3"}],
    ),
    (
        {"layer": "entities", "do": "set", "at": 2, "values": {"type": "MISC"}},
        [{"start": span("Odile Ferrand", 1)["start"], "text": "Odile Ferrand", "type": "MISC", "id": "e3"}],
    ),
    (
        {"layer": "entities", "do": "set", "at": 2, "values": {"type": "ORG"}, "everywhere": True},
        [
            {"start": span("Odile Ferrand", number)["start"], "text": "Odile Ferrand", "type": "ORG", "id": "e1"}
            for number in range(2)
        ],
    ),
    (
        {"layer": "entities", "do": "add", **span("maire de Brest"), "type": "PER"},
        [{"text": "maire de Brest", "type": "PER", "id": "e2"}],
    ),
    (
        {"layer": "entities", "do": "add", **span("maire de Brest,"), "type": "LOC"},
        [{"text": "maire de Brest,", "type": "LOC", "id": "e2", "link": "geonames:3030300"}],
    ),
    (
        {"layer": "times", "do": "add", **span("halle mardi")},
        [{"text": "halle mardi", "kind": "date", "value": "2024-03-12"}],
    ),
    (
        {"layer": "entities", "do": "set", "at": 0, "values": {"id": "odile", "link": ""}},
        [{"start": span("Odile Ferrand")["start"], "text": "Odile Ferrand", "type": "PER", "id": "odile"}],
    ),
    (
        {"layer": "entities", "do": "move", "at": 1, **span("maire de Brest")},
        [{"text": "maire de Brest", "type": "LOC", "id": "e2", "link": "geonames:3030300"}],
    ),
    (
        {"layer": "entities", "do": "split", "at": 0, "where": span("Ferrand")["start"]},
        [
            {"start": span("Odile")["start"], "text": "Odile", "type": "PER", "id": "e1"},
            {"start": span("Ferrand")["start"], "text": "Ferrand", "type": "PER", "id": "e3"},
        ],
    ),
    (
        {"layer": "quotations", "do": "part", "at": 0, "part": "speaker", **span("Odile Ferrand")},
        [
            {
                "fragments": [{"text": "C'est 🙂 fini"}],
                "kind": "direct",
                "speaker": {"start": span("Odile Ferrand")["start"], "text": "Odile Ferrand"},
                "speaker_name": "Odile Ferrand",
                "cue": {"start": span("dit")["start"], "text": "dit"},
            }
        ],
    ),
    (
        {"layer": "quotations", "do": "cut", "at": 1, **span(", dit-elle,")},
        [
            {
                "fragments": [{"text": "Deux ans"}, {"text": "et c'est long."}],
                "kind": "direct",
                "speaker": None,
                "speaker_name": None,
                "cue": None,
            }
        ],
    ),
    (
        {"layer": "quotations", "do": "add", **span("s'en réjouit 🇫🇷"), "kind": "partial"},
        [
            {
                "fragments": [{"text": "s'en réjouit 🇫🇷"}],
                "kind": "partial",
                "speaker": None,
                "speaker_name": None,
                "cue": None,
            }
        ],
    ),
    (
        {"layer": "quotations", "do": "join", "at": 0},
        [
            {
                "fragments": [{"text": "C'est 🙂 fini"}, {"text": "Deux ans, dit-elle, et c'est long."}],
                "kind": "direct",
                "speaker": {"start": span("Odile Ferrand", 1)["start"], "text": "Odile Ferrand"},
                "speaker_name": "Odile Ferrand",
                "cue": {"start": span("dit")["start"], "text": "dit"},
            }
        ],
    ),
    (
        {"layer": "times", "do": "add", **span("3 mars 2024"), "value": "2024-03-03"},
        [{"text": "3 mars 2024", "kind": "date", "value": "2024-03-03"}],
    ),
    (
        {"layer": "times", "do": "set", "at": 0, "values": {"kind": "set", "value": "P1W"}},
        [{"text": "mardi", "kind": "set", "value": "P1W"}],
    ),
    (
        {"layer": "sentences", "do": "end", "where": span("À Brest,")["end"]},
        [{"text": "À Brest,"}, {"text": "l'Union des riverains s'en réjouit 🇫🇷 depuis le 3 mars 2024."}],
    ),
    (
        {"layer": "sentences", "do": "end", "where": span("la halle mardi.")["end"]},
        [{"text": TEXT[TEXT.index("👩") : TEXT.index(" « Deux")]}],
    ),
]


@pytest.mark.parametrize(("change", "lines"), CHANGES, ids=lambda one: one.get("do") if isinstance(one, dict) else "")
def test_a_change_is_written_with_the_whole_of_its_layer_and_no_other(
    root: Path, article: Article, change: dict[str, Any], lines: list[dict[str, Any]]
) -> None:
    before = len(rows()[change["layer"]])
    made = correct(root, article, **change)
    assert (made.before, made.refusals) == (None, ())
    layer = layer_of(root, change["layer"])
    assert [one for one in layer if one in lines] == lines
    assert before - 1 <= len(layer) <= before + 1
    assert [*json.loads((root / PLACE).read_text("utf-8"))] == ["annotator", "text_sha256", change["layer"]]
    assert gold.read(root, article) is not None
    correct(root, article, layer=change["layer"], do="restore", statements=made.before)
    assert not (root / PLACE).exists()


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        ({"layer": "entities", "do": "add", **span("Ferrand, maire"), "type": "PER"}, "gold-overlap", "Ferrand, maire"),
        ({"layer": "entities", "do": "add", **span("halle"), "type": "Halle"}, "value-unknown", "halle"),
        ({"layer": "times", "do": "set", "at": 0, "values": {"value": "2024-02-30"}}, "gold-value", "mardi"),
        (
            {"layer": "quotations", "do": "set", "at": 1, "values": {"speaker_name": "Personne Ici"}},
            "gold-surface",
            "Deux ans, dit-elle, et c'est long.",
        ),
        ({"layer": "entities", "do": "add", **span("\n\nÀ"), "type": "PER", "end": 3}, "correction-refused", ""),
        ({"layer": "entities", "do": "remove", "at": 99}, "correction-refused", ""),
        ({"layer": "entities", "do": "remove", "at": True}, "correction-refused", ""),
        ({"layer": "quotations", "do": "cut", "at": 0, **span("C'est 🙂 fini")}, "correction-refused", None),
        ({"layer": "keywords", "do": "remove", "at": 0}, "correction-refused", ""),
        ({"layer": ["entities"], "do": {}}, "correction-refused", ""),
        ({"layer": "times", "do": "restore", "statements": [{"text": "jamais"}]}, "schema", ""),
        (
            {"layer": "sentences", "do": "restore", "statements": [{"text": "q̃", "unsettled": "lea: nobody else"}]},
            "correction-refused",
            "",
        ),
    ],
)
def test_what_is_refused_is_about_its_words_and_nothing_is_written(
    root: Path, article: Article, change: dict[str, Any], rule: str, words: str | None
) -> None:
    made = correct(root, article, **change)
    assert not (root / PLACE).exists()
    [first, *_] = made.refusals
    assert first.problem.rule == rule or rule in ("schema", "value-unknown")
    if words:
        assert first.start is not None
        assert TEXT[first.start : first.end] == words
    elif words == "":
        assert first.start is None or first.problem.rule == "correction-refused"


def test_sentences_are_begun_with_the_paragraphs_where_there_are_none(root: Path, article: Article) -> None:
    seen = corrections.standing(root, article, {}, LEA)
    where = span("la halle mardi.")["end"]
    change = {"revision": seen.revision, "layer": "sentences", "do": "end", "where": where}
    assert not corrections.correct(root, seen, change, LEA).refusals
    first, second = TEXT[TEXT.index("👩") : where], "« C'est"
    made = [one["text"] for one in layer_of(root, "sentences")]
    assert made[:2] == ["La halle rouvre", first]
    assert made[2].startswith(second)
    assert len(made) == 4
    emptied = correct(root, article, layer="sentences", do="restore", statements=[])
    assert [one.problem.rule for one in emptied.refusals] == ["gold-sentences"]


def test_one_of_several_begins_with_nothing_that_another_said(root: Path, article: Article) -> None:
    correct(root, article, layer="times", do="remove", at=0)
    assert now(root, article).said_by["times"] == ("Léa Roux", "gold")
    alone = now(root, article, Who("Paul Le Bihan", several=True))
    assert len(alone.layers["times"]) == 1
    released = {"times": [{**one, "status": "gold"} for one in rows()["times"]]}
    assert "times" not in corrections.standing(root, article, released, ONE_OF_SEVERAL).layers
    named = Who("Λέα", several=True, short="lea")
    assert correct(root, article, named, layer="times", do="sign").refusals == ()
    assert json.loads((root / PLACE.replace(".gold", ".lea.gold")).read_text("utf-8"))["annotator"] == "Λέα"


@pytest.mark.parametrize("values", [{"id": "e2"}, {"link": "geonames:3030300"}])
def test_a_person_is_no_place(root: Path, article: Article, values: Any) -> None:
    made = correct(root, article, layer="entities", do="set", at=0, values=values)
    assert [one.problem.rule for one in made.refusals] == ["correction-refused"]
    assert not (root / PLACE).exists()


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"do": "add", **span("« Deux ans, dit-elle")}, 1),  # within another quotation
        ({"do": "add", **span("« C'est 🙂 fini », a dit")}, 0),
        ({"do": "split", "at": 1, "where": span("et c'est long")["start"]}, 1),
        ({"do": "move", "at": 1, "from": span("ans")["start"], **span("À Brest")}, 1),
        ({"do": "remove", "at": 0}, None),
    ],
)
def test_a_change_says_which_statement_it_made(root: Path, article: Article, change: Any, row: int | None) -> None:
    made = correct(root, article, layer="quotations", **change)
    assert not made.refusals
    assert made.row(now(root, article)) == row


def test_who_says_no_name_signs_nothing(root: Path, article: Article) -> None:
    for name in ("", "  ", "your name", "🙂"):
        made = correct(root, article, Who(name), layer="times", do="sign")
        assert [one.problem.rule for one in made.refusals] == ["gold-unsigned"]
    assert not (root / PLACE).exists()


def test_a_layer_that_was_read_and_is_right_is_signed_as_it_stands(root: Path, article: Article) -> None:
    correct(root, article, layer="times", do="sign")
    assert layer_of(root, "times") == [{"text": "mardi", "kind": "date", "value": "2024-03-12"}]
    assert now(root, article).said_by["times"] == ("Léa Roux", "gold")
    assert now(root, article).said_by["entities"] == ("corpus essai 1", "silver")


def test_nobody_writes_into_the_gold_of_another(root: Path, article: Article) -> None:
    correct(root, article, Who("Yann Kerlédan"), layer="times", do="sign")
    before = (root / PLACE).read_bytes()
    made = correct(root, article, layer="times", do="remove", at=0)
    assert [one.problem.rule for one in made.refusals] == ["gold-already"]
    assert (root / PLACE).read_bytes() == before
    assert now(root, article, ONE_OF_SEVERAL).said_by["times"] == ("corpus essai 1", "silver")
    correct(root, article, ONE_OF_SEVERAL, layer="times", do="remove", at=0)
    assert (root / PLACE).read_bytes() == before
    assert layer_of(root, "times", MINE) == []
    assert now(root, article, ONE_OF_SEVERAL).layers["times"] == []
    other = correct(root, article, Who("Lea Roux !", several=True), layer="times", do="sign")
    assert [one.problem.rule for one in other.refusals] == ["gold-already"]
    assert "give a short name" in other.refusals[0].problem.hint


def test_a_name_is_the_same_however_it_is_written(root: Path, article: Article) -> None:
    correct(root, article, layer="times", do="sign")
    made = correct(root, article, Who("léa  ROUX"), layer="entities", do="sign")
    assert made.refusals == ()
    assert json.loads((root / PLACE).read_text("utf-8"))["annotator"] == "Léa Roux"


def test_the_second_of_two_pages_is_told_and_writes_nothing(root: Path, article: Article) -> None:
    seen = now(root, article)
    correct(root, article, layer="times", do="sign")
    before = (root / PLACE).read_bytes()
    with pytest.raises(CorpusError, match="correction-stale"):
        corrections.correct(root, seen, {"revision": seen.revision, "layer": "times", "do": "remove", "at": 0}, LEA)
    forged = {"revision": now(root, article).revision, "layer": "times", "do": "remove", "at": 0}
    with pytest.raises(CorpusError, match="correction-stale"):
        corrections.correct(root, seen, forged, LEA)
    assert (root / PLACE).read_bytes() == before


def test_a_file_that_is_wrong_is_left_to_its_author(root: Path, article: Article) -> None:
    (root / PLACE).write_text('{"annotator": "Léa Roux", "text_sha256": "', "utf-8")
    made = correct(root, article, layer="times", do="sign")
    assert [one.problem.rule for one in made.refusals] == ["json-invalid"]
    assert not now(root, article, ONE_OF_SEVERAL).problems
    (root / PLACE).unlink()
    (root / "elsewhere.json").write_text("{}", "utf-8")
    (root / PLACE).symlink_to(root / "elsewhere.json")
    assert correct(root, article, layer="times", do="sign").refusals
    assert (root / "elsewhere.json").read_text("utf-8") == "{}"


def test_what_the_file_says_besides_stays(root: Path, article: Article) -> None:
    correct(root, article, layer="times", do="sign")
    values = json.loads((root / PLACE).read_text("utf-8")) | {"split": "test", "note": "lu deux fois"}
    (root / PLACE).write_text(json.dumps(values), "utf-8")
    correct(root, article, layer="entities", do="remove", at=0, everywhere=True)
    written = json.loads((root / PLACE).read_text("utf-8"))
    assert [one["text"] for one in written["entities"]] == ["Brest"]
    assert [*written] == ["annotator", "text_sha256", "split", "note", "entities", "times"]
    correct(root, article, layer="entities", do="restore", statements=None)
    correct(root, article, layer="times", do="restore", statements=None)
    assert [*json.loads((root / PLACE).read_text("utf-8"))] == ["annotator", "text_sha256", "split", "note"]


def _save_for_ever(root: str, article: Article) -> None:
    while True:
        for do in ("sign", "remove"):
            correct(Path(root), article, layer="times", do=do, at=0)
            correct(Path(root), article, layer="times", do="restore", statements=[])


def test_who_is_killed_while_saving_leaves_a_whole_file(root: Path, article: Article) -> None:
    correct(root, article, layer="entities", do="sign")
    process = multiprocessing.get_context("fork").Process(target=_save_for_ever, args=(str(root), article))
    process.start()
    first = (root / PLACE).stat().st_ino
    while (root / PLACE).stat().st_ino == first and process.is_alive():  # until it saves
        pass
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert gold.read(root, article) is not None
    assert len(layer_of(root, "entities")) == 3


places = st.integers(0, len(TEXT))
numbers = st.integers(0, 5)
changes = st.fixed_dictionaries(
    {
        "layer": st.sampled_from(("entities", "quotations", "times", "sentences")),
        "do": st.sampled_from(("add", "remove", "move", "split", "join", "set", "part", "fragment", "cut", "end")),
    },
    optional={
        "at": numbers,
        "start": places,
        "end": places,
        "where": places,
        "from": places,
        "type": st.sampled_from(("PER", "LOC", "ORG", "MISC", "X", 3)),
        "kind": st.sampled_from(("direct", "indirect", "date", "set", None)),
        "part": st.sampled_from(("speaker", "cue", "words")),
        "everywhere": st.booleans(),
        "values": st.dictionaries(
            st.sampled_from(("type", "id", "link", "kind", "value", "speaker_name")),
            st.sampled_from(("PER", "e1", "", "Brest", "date", "2024", None, 7)),
            max_size=2,
        ),
    },
)


@settings(max_examples=25)
@given(st.lists(changes, min_size=1, max_size=3))
def test_a_change_is_whole_or_not_at_all_and_undone_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, made: list[Mapping[str, Any]]
) -> None:
    root = make_corpus(tmp_path_factory.mktemp("any"), FILES)
    article = lookup.find(root, "essai/a").article
    for change in made:
        file = root / PLACE
        before = file.read_bytes() if file.exists() else None
        done = correct(root, article, **change)
        after = file.read_bytes() if file.exists() else None
        if done.refusals:
            assert after == before
            continue
        assert gold.read(root, article) is not None
        correct(root, article, layer=change["layer"], do="restore", statements=done.before)
        assert (file.read_bytes() if file.exists() else None) == before
        correct(root, article, **change)
        assert file.read_bytes() == after


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2**70)
    | st.sampled_from(("Brest", "", " ", "date", "PER", "mardi", "é")),
    lambda inside: (
        st.lists(inside, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ("text", "start", "type", "id", "kind", "value", "fragments", "speaker", "cue", "unsettled")
            ),
            inside,
            max_size=5,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.sampled_from(("entities", "quotations", "times", "sentences")), st.lists(anything, max_size=3))
def test_whatever_is_to_be_restored_is_sound_gold_or_refused(
    tmp_path_factory: pytest.TempPathFactory, layer: str, statements: list[Any]
) -> None:
    root = make_corpus(tmp_path_factory.mktemp("any"), FILES)
    article = lookup.find(root, "essai/a").article
    done = correct(root, article, layer=layer, do="restore", statements=statements)
    assert bool(done.refusals) != (root / PLACE).exists()
    assert done.refusals or gold.read(root, article) is not None


@given(st.text(st.sampled_from("aé \u00a0\u0301\u0303🙂👩\u200d👧🏽🇫🇷\ufe0f"), max_size=12), st.data())
def test_selected_words_have_no_space_around_them_and_cut_no_mark(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = snapped(text, start, end)
    if not text[start:end].strip():
        assert found is None
        return
    assert found is not None
    words = text[found.start : found.end]
    assert words == words.strip()
    assert text[start:end].strip() in words
    assert text[found.end : found.end + 1] not in ("\u0301", "\u0303", "\ufe0f", "🏽", "\u200d")
    assert snapped(text, *found) == found
