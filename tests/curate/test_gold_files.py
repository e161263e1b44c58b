"""Gold files are written beside their record, whole or not at all, and never in the place of another unasked."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.annotate import gold, gold_text
from corpus.curate import gold_files, lookup
from corpus.model.article import Article
from corpus.model.problem import CorpusError, UsageError

BODY = "🦪 La halle de Brest a rouvert. « C'est fini », a dit Odile Ferrand. Odile Ferrand rit."
TEXT = f"La halle rouvre\n\n{BODY}"
RECORD = "raw/essai/2024-03-12-a.txt"
PLACE = "raw/essai/2024-03-12-a.gold.json"
ID = "essai/2024-03-12-a"
SOURCE = "name: Essai\nlanguage: fr\nlicence: CC0-1.0\nredistribution: full\nshape: text\n"
FILES = {"raw/essai/source.yaml": SOURCE, RECORD: f"date 2024-03-12 {TEXT}\n"}

Command = Callable[..., "subprocess.CompletedProcess[str]"]
MakeCorpus = Callable[[Path, Mapping[str, str]], Path]


def values(annotator: str = "Léa Roux", **layers: Any) -> dict[str, Any]:
    return {"annotator": annotator, "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(), **layers}


def odile(number: int) -> dict[str, Any]:
    start = [at for at in range(len(TEXT)) if TEXT.startswith("Odile Ferrand", at)][number]
    return {"start": start, "text": "Odile Ferrand", "type": "PER", "id": "o"}


@pytest.fixture
def root(tmp_path: Path, make_corpus: MakeCorpus) -> Path:
    return make_corpus(tmp_path / "corpus", FILES)


@pytest.fixture
def article(root: Path) -> Article:
    return lookup.find(root, ID).article


def test_what_the_program_finds_is_not_gold_before_somebody_signed_it(root: Path, command: Command) -> None:
    done = command("gold", ID, "--layer", "keywords", "--root", root)
    assert (done.returncode, done.stderr) == (0, "")
    assert PLACE in done.stdout
    assert [one.rule for one in corpus.check(root).problems] == ["gold-unsigned"]
    (root / PLACE).write_text((root / PLACE).read_text("utf-8").replace(gold.UNSIGNED, "Léa Roux"), "utf-8")
    assert corpus.check(root).problems == []


def test_a_file_has_only_the_layers_that_were_asked_for_which_are_quotations_by_default(
    root: Path, command: Command
) -> None:
    answer = json.loads(command("gold", ID, "--json", "--root", root).stdout)
    assert answer == {"file": PLACE, "layers": {"quotations": 1}, "lost": ""}
    assert [*json.loads((root / PLACE).read_text("utf-8"))] == ["annotator", "text_sha256", "quotations"]
    two = ("--layer", "times", "--layer", "sentences")
    command("gold", ID, "--annotator", "Éloïse L.", *two, "--empty", "--root", root)
    empty = json.loads((root / "raw/essai/2024-03-12-a.eloise-l.gold.json").read_text("utf-8"))
    assert [*empty] == ["annotator", "text_sha256", "sentences", "times"]
    assert (empty["annotator"], empty["sentences"], empty["times"]) == (gold.UNSIGNED, [], [])


def test_gold_that_is_there_stays_and_force_says_what_is_lost(root: Path, article: Article, command: Command) -> None:
    gold_files.write_gold(root, article, values(entities=[odile(0), odile(1)], times=[]))
    before = (root / PLACE).read_bytes()
    done = command("gold", ID, "--layer", "keywords", "--root", root, "--json")
    [problem] = json.loads(done.stdout)["problems"]
    assert (done.returncode, problem["rule"], problem["file"]) == (2, "gold-already", PLACE)
    assert problem["found"] == "gold of 'Léa Roux': 2 entities, 0 times"
    assert (root / PLACE).read_bytes() == before
    done = command("gold", ID, "--layer", "keywords", "--root", root, "--force")
    assert "lost: gold of 'Léa Roux': 2 entities, 0 times" in done.stdout
    assert json.loads((root / PLACE).read_text("utf-8"))["annotator"] == gold.UNSIGNED


@pytest.mark.parametrize(
    ("content", "found"),
    [(b" \n", "an empty file"), (b"[1]", "a file that is no gold file, 3 bytes"), (b"\xff{", "a file that is no gold")],
)
def test_a_file_that_is_no_gold_is_not_replaced_either(
    root: Path, article: Article, content: bytes, found: str
) -> None:
    (root / PLACE).write_bytes(content)
    with pytest.raises(UsageError, match="gold-already") as raised:
        gold_files.refuse_taken(root, PLACE, force=False)
    assert raised.value.problems[0].found.startswith(found)
    with pytest.raises(CorpusError, match="correction-stale") as raised:
        gold_files.write_gold(root, article, values())
    assert raised.value.problems[0].found.startswith(found)
    assert (root / PLACE).read_bytes() == content


WRITER = """
import sys
from pathlib import Path
from corpus.annotate import gold
from corpus.curate import gold_files, lookup
from corpus.model.problem import CorpusError
root, identity, digest, who = Path(sys.argv[1]), *sys.argv[2:]
article, written = lookup.find(root, identity).article, 0
place = root / gold_files.place_of(article)
print("ready", flush=True)
sys.stdin.readline()
while written < 20:
    seen = place.read_bytes() if place.exists() else None
    words = (gold.parsed(seen, article, "x").layers["keywords"] if seen else [])
    said = [one["text"] for one in words] + [f"{who}{written}"]
    try:
        values = {"annotator": "Zoé", "text_sha256": digest, "keywords": said}
        gold_files.write_gold(root, article, values, expected=seen)
    except CorpusError as error:
        assert [one.rule for one in error.problems] == ["correction-stale"], error
    else:
        written += 1
"""


def test_what_two_write_at_once_is_all_there_since_each_is_told_of_the_other(
    tmp_path: Path, make_corpus: MakeCorpus
) -> None:
    words = " ".join(f"{who}{number}" for who in "ab" for number in range(20))
    text = f"La halle rouvre\n\nLa halle de Brest a rouvert. {words}."
    root = make_corpus(tmp_path / "corpus", {**FILES, RECORD: f"date 2024-03-12 {text}\n"})
    digest = hashlib.sha256(text.encode()).hexdigest()
    calls = [[sys.executable, "-c", WRITER, str(root), ID, digest, who] for who in "ab"]
    both = [subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for call in calls]
    assert [one.stdout.readline() for one in both if one.stdout] == ["ready\n"] * 2
    for one in both:  # at once
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    assert [(one.communicate(), one.returncode)[1] for one in both] == [0, 0]
    said = json.loads((root / PLACE).read_text("utf-8"))["keywords"]
    assert sorted(said) == sorted(words.split())


def test_a_file_that_is_not_as_it_was_seen_is_neither_replaced_nor_removed(root: Path, article: Article) -> None:
    seen = gold_files.write_gold(root, article, values(times=[])).read_bytes()
    gold_files.write_gold(root, article, values(keywords=["halle"]), expected=seen)
    known = (root / PLACE).read_bytes()
    for work in (
        lambda: gold_files.write_gold(root, article, values(times=[]), expected=seen),
        lambda: gold_files.remove_gold(root, PLACE, seen),
    ):
        with pytest.raises(CorpusError, match="correction-stale") as raised:
            work()
        assert raised.value.problems[0].found == "gold of 'Léa Roux': 1 keywords"
    assert (root / PLACE).read_bytes() == known
    gold_files.remove_gold(root, PLACE, known)
    with pytest.raises(CorpusError, match="no file"):
        gold_files.write_gold(root, article, values(times=[]), expected=known)


@pytest.mark.parametrize("target", ["elsewhere.json", "nothing"])
def test_force_replaces_no_link_and_no_folder(root: Path, article: Article, tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere.json").write_text("{}", "utf-8")
    (root / PLACE).symlink_to(tmp_path / target)
    with pytest.raises(UsageError, match="gold-already"):
        gold_files.write_gold(root, article, values(), expected=b"{}")
    (root / PLACE).unlink()
    (root / PLACE).mkdir()
    with pytest.raises(UsageError, match="gold-already"):
        gold_files.write_gold(root, article, values(), expected=b"{}")
    assert (tmp_path / "elsewhere.json").read_text("utf-8") == "{}"


def test_what_is_no_sound_gold_of_the_text_is_not_written(root: Path, article: Article) -> None:
    with pytest.raises(CorpusError) as raised:
        gold_files.write_gold(root, article, values(sentences=[{"start": 3, "text": "Brest"}]))
    assert [one.rule for one in raised.value.problems] == ["gold-surface"]
    assert not (root / PLACE).exists()
    assert [path.name for path in (root / "raw/essai").iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Éloïse Le Gall", "eloise-le-gall"),
        ("N. B.", "n-b"),
        ("LE\u0301A\u00a0\u200bRoux\u200e", "lea-roux"),
        ("../../x", "x"),
        ("œuvre.gold.json", "oeuvre-gold-json"),
        ("AI annotator A", "ai-annotator-a"),
        ("Łukasz Ørsted", "lukasz-orsted"),
    ],
)
def test_a_name_becomes_a_name_of_a_file(name: str, file: str, root: Path, article: Article) -> None:
    written = gold_files.write_gold(root, article, values(name), name)
    assert written == root / f"raw/essai/2024-03-12-a.{file}.gold.json"
    assert corpus.check(root).problems == []


@pytest.mark.parametrize("name", ["", "Ольга", "42", "🙂", "-", ". ."])
def test_a_name_without_letters_of_files_is_refused(name: str, article: Article) -> None:
    with pytest.raises(UsageError, match="annotator-name"):
        gold_files.place_of(article, name)


def test_no_annotator_is_called_as_another_record_ends(root: Path, article: Article) -> None:
    (root / "raw/essai/2024-03-12-a.lea.txt").write_text(FILES[RECORD], "utf-8")
    with pytest.raises(UsageError, match="annotator-name"):
        gold_files.write_gold(root, article, values(), "Léa")
    assert gold_files.write_gold(root, article, values(), "L. R.").is_file()


def test_gold_of_a_line_of_a_bulk_file_stands_beside_the_file(tmp_path: Path, make_corpus: MakeCorpus) -> None:
    line = {"id": "x-1.b", "title": "La halle rouvre", "date": "2024-03-12", "text": BODY}
    bulk = {
        "raw/fil/source.yaml": SOURCE.replace("shape: text", "shape: jsonl"),
        "raw/fil/a.jsonl": json.dumps(line, ensure_ascii=False) + "\n",
    }
    root = make_corpus(tmp_path / "bulk", bulk)
    article = lookup.find(root, "fil/x-1.b").article
    for name, place in ((None, "a.x-1.b.gold.json"), ("Léa", "a.x-1.b.lea.gold.json")):
        assert gold_files.write_gold(root, article, values(), name) == root / "raw/fil" / place
    assert corpus.check(root).problems == []


def test_a_corpus_in_a_store_is_refused(command: Command) -> None:
    done = command("gold", ID, "--root", "s3://seau/corpus")
    assert (done.returncode, "root-elsewhere" in done.stderr) == (2, True)


@settings(max_examples=25)
@given(st.data())
def test_a_file_is_the_same_in_whatever_order_its_statements_come(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="ab é🦪́ ", min_size=8, max_size=40).filter(lambda one: len(one.split()) > 2))
    spans, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        spans.append({"start": start, "text": word, "type": "PER", "id": "x"})
        at = start + len(word)
    shuffled = data.draw(st.permutations(spans))
    once = [one if len(gold.places(text, one["text"])) > 1 else {**one, "start": None} for one in shuffled]
    sparse = [{key: value for key, value in one.items() if value is not None} for one in once]
    made = [gold_text.dump(gold_text.canonical(values(entities=each), text)) for each in (spans, shuffled, sparse)]
    assert len(set(made)) == 1
    assert gold.layers_of(json.loads(made[0]), text)["entities"] == gold.with_offsets("entities", spans, text)
