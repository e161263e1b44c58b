"""Withdrawal: what is remembered, what is refused for it, who else is asked about, and where it can be taken up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

import corpus
from corpus.build import request
from corpus.curate import check
from corpus.curate.withdraw import Others, Related, withdraw
from corpus.model.problem import CorpusError, UsageError
from corpus.raw import tombstones
from corpus.release import history
from helpers.articles import make_corpus, source_yaml
from helpers.faults import stopped_at_each
from helpers.folders import bytes_of, rows_of

DAY = "2026-11-22"
BODY = (
    "La halle de Kerlaz rouvre samedi après onze mois de travaux. Le maire, Yann Le Dréau, y attend six cents "
    "personnes. Les commerçants avaient été relogés sous une tente place du Marché.\n\nLe chantier a coûté deux "
    "millions d'euros, dont la moitié payée par la région. Une fanfare jouera dès neuf heures."
)
OTHER = (
    "Le syndicat des eaux de la vallée élira jeudi un nouveau président. Trois candidats se présentent, dont la maire "
    "de Trégoz, Anne Kermeur. Le scrutin est secret et se tient à huis clos dans la salle des fêtes du bourg voisin."
)
FILES = {
    "raw/a/source.yaml": source_yaml("text"),
    "raw/b/source.yaml": source_yaml("text"),
    "raw/a/halle.txt": f"date 2023-03-03 La halle rouvre\n\n{BODY}",
    "raw/a/eaux.txt": f"date 2023-03-04 Eaux : jeudi, on vote\n\n{OTHER}",
}
KEEP, WITHDRAW = Others(lambda _: "keep"), Others(lambda _: "withdraw")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_corpus(tmp_path / "corpus", FILES)


def release(root: Path, out: Path, previous: Path | None = None, *, fresh: bool = False) -> Path:
    before = history.read(previous) if previous else None
    ask = request.BuildRequest(None, None, before, DAY, allow_rejects=True, fresh=fresh)
    corpus.build(root, out, layers=[], ask=ask)
    return out


def rules(root: Path) -> list[tuple[str, str]]:
    return [(one.file, one.rule) for one in corpus.check(root).problems]


CHANGES: Mapping[str, Callable[[str], str]] = {
    "space": lambda text: text.replace("la région", "la\u00a0région"),
    "case": lambda text: text.replace("Le maire", "LE MAIRE"),
    "dot": lambda text: text.replace("travaux.", "travaux !"),
    "title": lambda text: text.replace("La halle rouvre", "Kerlaz en fête : condamné !"),
    "caption": lambda text: text.replace("\n\nLe", "\n\nLa halle, lundi. Photo Anne Kermeur\n\nLe"),
    "more": lambda text: f"{text} La pluie est annoncée pour la fin de l'après-midi.",
    "less": lambda text: text.replace(" Une fanfare jouera dès neuf heures.", ""),
    "words": lambda text: text.replace("samedi", "dimanche").replace("deux millions", "trois millions"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_withdrawn_text_does_not_come_back_under_another_name(root: Path, change: str) -> None:
    withdraw(root, "a/halle", "person", DAY, delete_raw=True)
    assert rules(root) == []
    (root / "raw/b/neuf.txt").write_text(CHANGES[change](FILES["raw/a/halle.txt"]), "utf-8")
    [problem] = corpus.check(root).problems
    assert (problem.file, problem.rule) == ("raw/b/neuf.txt", "content-withdrawn")
    assert "a/halle" in problem.found
    withdraw(root, "a/halle", "", "", others=Others(keep=["b/neuf"]))  # another article, somebody has looked
    assert rules(root) == []
    (root / "raw/b/encore.txt").write_text(f"{CHANGES[change](FILES['raw/a/halle.txt'])} Fin.", "utf-8")
    assert ("raw/b/encore.txt", "content-withdrawn") in rules(root)


def test_every_text_that_a_release_published_is_remembered(root: Path, tmp_path: Path) -> None:
    first = release(root, tmp_path / "1")
    corrected = f"date 2023-03-03 La halle rouvre\n\n{OTHER.replace('eaux', 'bois').replace('jeudi', 'lundi')[::-1]}"
    (root / "raw/a/halle.txt").write_text(corrected, "utf-8")
    done = withdraw(root, "a/halle", "person", DAY, given=[first], delete_raw=True)
    assert len(done.tombstone.texts) == 2
    assert done.tombstone.releases == ("1.0.0",)
    for number, text in enumerate((FILES["raw/a/halle.txt"], corrected)):
        (root / f"raw/b/{number}.txt").write_text(text.replace("rouvre", "ouvre"), "utf-8")
    assert rules(root) == [(f"raw/b/{number}.txt", "content-withdrawn") for number in range(2)]


@pytest.mark.parametrize("damage", ["gone", "unsound"])
def test_a_release_stands_in_for_a_raw_record(root: Path, tmp_path: Path, damage: str) -> None:
    first = release(root, tmp_path / "1")
    if damage == "gone":
        (root / "raw/a/halle.txt").unlink()
    else:
        (root / "raw/a/halle.txt").write_text("date nulle\n\n\x00", "utf-8")
    with pytest.raises(UsageError) as raised:
        withdraw(root, "a/halle", "person", DAY)
    [problem] = raised.value.problems
    assert problem.rule == "id-unknown"
    assert "--from RELEASE" in problem.hint
    done = withdraw(root, "a/halle", "person", DAY, given=[str(first)], delete_raw=True)
    assert done.deleted == (("raw/a/halle.txt",) if damage == "unsound" else ())
    (root / "raw/b/neuf.txt").write_text(FILES["raw/a/halle.txt"].replace("samedi", "dimanche"), "utf-8")
    assert rules(root) == [("raw/b/neuf.txt", "content-withdrawn")]


def test_who_says_the_same_is_asked_about_and_nothing_is_done_before(root: Path, tmp_path: Path) -> None:
    (root / "raw/b/reprise.txt").write_text(CHANGES["title"](FILES["raw/a/halle.txt"]), "utf-8")
    passage = f"date 2023-03-05 Marchés\n\n{OTHER[::-1]}\n\n{BODY.partition(chr(10))[0]}"
    (root / "raw/b/passage.txt").write_text(passage, "utf-8")
    before = bytes_of(root / "raw")
    with pytest.raises(CorpusError) as raised:
        withdraw(root, "a/halle", "person", DAY, delete_raw=True)
    assert {(one.file, one.rule) for one in raised.value.problems} == {
        ("raw/b/passage.txt", "story-undecided"),
        ("raw/b/reprise.txt", "story-undecided"),
    }
    assert bytes_of(root / "raw") == before

    asked: list[Related] = []

    def decide(related: Related) -> str:
        asked.append(related)
        return "keep" if related.id == "b/passage" else "withdraw"

    done = withdraw(root, "a/halle", "person", DAY, delete_raw=True, others=Others(decide))
    assert {(one.id, one.title) for one in asked} == {
        ("b/reprise", "Kerlaz en fête : condamné !"),
        ("b/passage", "Marchés"),
    }
    assert done.deleted == ("raw/a/halle.txt", "raw/b/reprise.txt")
    assert [one.id for one in done.others] == ["b/reprise"]
    assert rules(root) == []
    ids = rows_of(release(root, tmp_path / "1"), "articles")
    assert {row["id"] for row in ids} == {"a/eaux", "b/passage"}


def test_a_chain_of_copies_is_asked_about_to_its_end(root: Path) -> None:
    middle = f"{BODY} {OTHER}"
    (root / "raw/b/deux.txt").write_text(f"date 2023-03-05 Les deux\n\n{middle}", "utf-8")
    done = withdraw(root, "a/halle", "person", DAY, others=WITHDRAW)
    assert {one.id for one in done.others} == {"b/deux", "a/eaux"}
    assert rules(root) == []


def test_what_one_story_of_a_release_holds_is_asked_about(root: Path, tmp_path: Path) -> None:
    (root / "raw/b/reprise.txt").write_text(CHANGES["title"](FILES["raw/a/halle.txt"]), "utf-8")
    first = release(root, tmp_path / "1")
    (root / "raw/b/reprise.txt").write_text(f"date 2023-03-05 Autre\n\n{OTHER[::-1]}", "utf-8")
    with pytest.raises(CorpusError) as raised:
        withdraw(root, "a/halle", "person", DAY, given=[first])
    [problem] = raised.value.problems
    assert "b/reprise" in problem.found
    assert "in one story with it in 1.0.0" in problem.found


@pytest.mark.parametrize("others", [KEEP, WITHDRAW], ids=["keep", "withdraw"])
def test_a_withdrawal_that_is_killed_at_any_write_is_finished_by_the_same_command(
    root: Path, monkeypatch: pytest.MonkeyPatch, others: Others
) -> None:
    text = FILES["raw/a/halle.txt"].partition(" ")[2].partition(" ")[2]
    gold = {"annotator": "un essai", "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "times": []}
    files = {
        **FILES,
        "raw/b/reprise.txt": CHANGES["title"](FILES["raw/a/halle.txt"]),
        "raw/a/halle.gold.json": json.dumps(gold),
        "raw/corpus.key": "ab" * 32,
    }
    make_corpus(root, files)
    before = bytes_of(root / "raw")

    def work() -> None:
        withdraw(root, "a/halle", "person", DAY, delete_raw=True, others=others)

    work()
    whole = {path: content for path, content in bytes_of(root / "raw").items() if path != "withdrawn.jsonl"}
    stones = tombstones.withdrawn(root).tombstones
    assert len(whole) == len(before) - (2 if others is KEEP else 3)
    with pytest.raises(UsageError) as raised:
        work()
    assert [one.rule for one in raised.value.problems] == ["withdrawn-already"]
    for path in set(bytes_of(root / "raw")) - set(before):
        (root / "raw" / path).unlink()
    make_corpus(root, files)
    for _ in stopped_at_each(root, work):
        with suppress(UsageError):  # where it was stopped after its last write
            work()
        found = bytes_of(root / "raw")
        assert {path: content for path, content in found.items() if path != "withdrawn.jsonl"} == whole
        assert tombstones.withdrawn(root).tombstones == stones
        (root / "raw" / "withdrawn.jsonl").unlink()
        make_corpus(root, files)


def test_rows_of_the_release_before_are_looked_at_again(root: Path, tmp_path: Path) -> None:
    (root / "raw/b/reprise.txt").write_text(CHANGES["words"](FILES["raw/a/halle.txt"]), "utf-8")
    first = release(root, tmp_path / "1")
    withdraw(root, "a/halle", "person", DAY, others=Others(keep=["b/reprise"]))
    ledger = root / "raw" / "withdrawn.jsonl"
    values = json.loads(ledger.read_text("utf-8"))
    del values["kept"]
    ledger.write_text(json.dumps(values), "utf-8")  # somebody does not keep it after all
    next_one = release(root, tmp_path / "2", first)
    assert {row["id"] for row in rows_of(next_one, "articles")} == {"a/eaux"}
    assert bytes_of(next_one) == bytes_of(release(root, tmp_path / "fresh", first, fresh=True))


def test_a_release_names_the_record_and_nothing_of_what_it_said(root: Path, tmp_path: Path) -> None:
    secret = source_yaml("text").replace("redistribution: full", "redistribution: none")
    make_corpus(root, {"raw/muet/source.yaml": secret, "raw/muet/rien.txt": f"date 2023-03-09 Rien\n\n{OTHER[::-1]}"})
    first = release(root, tmp_path / "1")
    withdraw(root, "a/halle", "person", DAY)
    [hidden] = [one for one in check.rows(root, ["id"])["id"].to_pylist() if one.startswith("muet/")]
    withdraw(root, hidden, "person", DAY)
    second = release(root, tmp_path / "2", first)
    assert [json.loads(line) for line in (second / "withdrawn.jsonl").read_text("utf-8").splitlines()] == [
        {"id": "a/halle", "date": DAY, "reason": "person", "releases": ["1.0.0"]}
    ]
    assert not [file for file in second.rglob("*") if file.is_file() and hidden.encode() in file.read_bytes()]
    (root / "raw/corpus.key").unlink()
    with pytest.raises(CorpusError) as raised:
        corpus.check(root)
    assert [one.rule for one in raised.value.problems] == ["key-missing"]


def test_the_text_of_a_record_that_is_counted_only_does_not_come_back(root: Path) -> None:
    secret = source_yaml("text").replace("redistribution: full", "redistribution: none")
    make_corpus(root, {"raw/muet/source.yaml": secret})
    withdraw(root, "a/halle", "person", DAY, delete_raw=True)
    (root / "raw/muet/neuf.txt").write_text(CHANGES["words"](FILES["raw/a/halle.txt"]), "utf-8")
    assert rules(root) == [("raw/muet/neuf.txt", "content-withdrawn")]


def test_all_records_of_the_id_go(root: Path) -> None:
    (root / "raw/a/plus").mkdir()
    (root / "raw/a/plus/halle.txt").write_text(f"date 2023-03-08 Trois fois\n\n{OTHER[:90]} {BODY[:80]} Fin.", "utf-8")
    assert rules(root) == [("raw/a/plus/halle.txt", "id-duplicate")]
    done = withdraw(root, "a/halle", "person", DAY, others=KEEP)
    assert len(done.tombstone.texts) == 2
    assert rules(root) == []
    done = withdraw(root, "a/halle", "", "", delete_raw=True, others=KEEP)
    assert set(done.deleted) == {"raw/a/halle.txt", "raw/a/plus/halle.txt"}


def test_a_line_of_a_file_of_many_is_withdrawn_and_not_deleted(root: Path) -> None:
    line = {"id": "un", "title": "La halle rouvre", "date": "2023-03-03", "text": BODY}
    make_corpus(root, {"raw/l/source.yaml": source_yaml("jsonl"), "raw/l/tout.jsonl": json.dumps(line) + "\n"})
    (root / "raw/a/halle.txt").unlink()
    with pytest.raises(UsageError) as raised:
        withdraw(root, "l/un", "person", DAY, delete_raw=True)
    assert [(one.file, one.rule) for one in raised.value.problems] == [("raw/l/tout.jsonl", "record-shared")]
    assert withdraw(root, "l/un", "person", DAY).deleted == ()
    assert rules(root) == []


def test_old_tombstones_gain_what_is_known_now(root: Path) -> None:
    old = {"id": "a/halle", "date": DAY, "reason": "legal", "releases": [], "raw_sha256": "0" * 64}
    (root / "raw/withdrawn.jsonl").write_text(json.dumps({**old, "text_sha256": "1" * 64}), "utf-8")
    assert rules(root) == [("raw/a/halle.txt", "id-withdrawn")]
    assert withdraw(root, "a/halle", "", "").tombstone.reason == "legal"
    assert rules(root) == []


def test_of_a_release_without_its_text_the_very_same_text_is_known(root: Path, tmp_path: Path) -> None:
    masked = source_yaml("text", "annotations")
    make_corpus(root, {"raw/m/source.yaml": masked, "raw/m/halle.txt": FILES["raw/a/halle.txt"]})
    (root / "raw/a/halle.txt").unlink()
    make_corpus(root, {"raw/corpus.key": "ab" * 32})
    first = release(root, tmp_path / "1")
    [hidden] = [one for one in check.rows(root, ["id"])["id"].to_pylist() if one.startswith("m/")]
    (root / "raw/m/halle.txt").unlink()
    done = withdraw(root, hidden, "person", DAY, given=[first])
    assert [bool(text.sketch) for text in done.tombstone.texts] == [False]
    (root / "raw/b/neuf.txt").write_text(f"{FILES['raw/a/halle.txt']}\n\n", "utf-8")
    assert rules(root) == [("raw/b/neuf.txt", "content-withdrawn")]


def test_a_paragraph_that_is_most_of_a_brief_is_asked_about(root: Path) -> None:
    words = [f"mot{number}" for number in range(600)]
    long = "\n\n".join(" ".join(words[start : start + 30]) + "." for start in range(0, 600, 30))
    brief = f"{' '.join(words[300:330])}.\n\nLa piscine rouvre samedi matin. Il pleut sur le port, et la mer monte."
    (root / "raw/a/long.txt").write_text(f"date 2023-03-05 Long papier\n\n{long}", "utf-8")
    (root / "raw/b/bref.txt").write_text(f"date 2023-03-06 En bref\n\n{brief}", "utf-8")
    with pytest.raises(CorpusError) as raised:
        withdraw(root, "a/long", "person", DAY)
    assert [(one.file, one.rule) for one in raised.value.problems] == [("raw/b/bref.txt", "story-undecided")]


@pytest.mark.parametrize("kept", ["b/reprisé", "a/halle", "a/eaux"])
def test_an_id_to_keep_that_nobody_asked_about_withdraws_nothing(root: Path, kept: str) -> None:
    (root / "raw/b/reprise.txt").write_text(CHANGES["title"](FILES["raw/a/halle.txt"]), "utf-8")
    before = bytes_of(root / "raw")
    with pytest.raises(UsageError, match=r"(?s)id-unknown.*b/reprise"):
        withdraw(root, "a/halle", "person", DAY, delete_raw=True, others=Others(lambda _: "withdraw", [kept]))
    assert bytes_of(root / "raw") == before


def test_a_raw_record_that_is_gone_is_not_said_to_be_there(root: Path, tmp_path: Path) -> None:
    first = release(root, tmp_path / "1")
    (root / "raw/a/halle.txt").unlink()
    assert withdraw(root, "a/halle", "person", DAY, given=[first]).raw_path == ""
