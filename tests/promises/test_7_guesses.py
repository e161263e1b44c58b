"""Nobody confirms a guess about a withheld text: who holds it, or nearly, learns nothing without the key.

Offsets, values and numbers of words are what a release publishes of such a text, and they fit it; hashes of it and
signatures of its words would confirm a guess of any text at all, whatever is annotated.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow.parquet as pq
import pytest

from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.curate import check
from corpus.dedup.minhash import BITS, signatures_of
from corpus.dedup.shingles import compared_text, shingles
from corpus.model import schema
from corpus.model.arrow import batch_of
from corpus.model.article import Paragraph
from corpus.model.article_row import RECORD
from corpus.raw.key import HASHES, obtain_key
from corpus.release import history
from corpus.release.format import HISTORY, STORIES
from corpus.release.row_hash import record_hashes
from helpers.articles import jsonl, source_yaml, title
from helpers.folders import rows_of
from helpers.said import everything

WITHHELD = 12
ALGORITHMS = ("sha256", "sha1", "md5", "sha512", "blake2b", "sha3_256")


@dataclass(frozen=True)
class Guessed:
    """A withheld record as somebody may hold it who never saw the key: its bytes, its row, its text."""

    raw: bytes
    row: dict[str, object]
    gold: bytes = b""

    @property
    def text(self) -> str:
        """Its text."""
        return str(self.row["text"])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, make_corpus: Callable[..., Path]) -> Path:
    """Twelve withheld articles, files and lines, two of sources that pass on their other texts; and open ones."""
    files = {f"raw/{name}/source.yaml": source_yaml("text", rights) for name, rights in RIGHTS.items()}
    files |= {f"raw/libre/{number:02}.txt": text_record(number) for number in range(8)}
    files |= {f"raw/muet/2023-01-{number}-page.txt": text_record(number) for number in range(20, 26)}
    files |= {"raw/muettes/source.yaml": source_yaml("jsonl", "annotations")}
    files |= {"raw/muettes/a.jsonl": jsonl(map(line, range(30, 34)))}
    said = {"redistribution": "annotations", "redistribution_reason": "essai"}
    files |= {"raw/mixte/source.yaml": source_yaml("jsonl")}
    files |= {"raw/mixte/a.jsonl": jsonl([*map(line, range(40, 42)), *(line(number, said) for number in (42, 43))])}
    words = title(20)
    digest = hashlib.sha256(f"{words}\n\n{prose(20)}".encode()).hexdigest()
    gold = {"annotator": "Annotatrice", "text_sha256": digest, "times": []}
    files |= {"raw/muet/2023-01-20-page.gold.json": json.dumps(gold)}
    return make_corpus(tmp_path_factory.mktemp("guesses") / "corpus", files)


RIGHTS = {"libre": "full", "muet": "annotations"}


_WORDS = (
    "le marché;la digue;un voisin;la chorale;le jardinier;une factrice;le moulin;la barque;un pêcheur;la forge",
    "attend;regarde;traverse;répare;quitte;retrouve;éclaire;abrite;entoure;dessine;raconte;surveille;oublie",
    "le puits;la ruelle;un verger;la fontaine;le lavoir;une horloge;le clocher;la remise;un escalier;la place",
    "depuis mardi;sans bruit;au printemps;avec patience;près du quai;chaque hiver;sous la pluie;avant midi",
)


def prose(number: int) -> str:
    """Two paragraphs of invented French which share hardly three words in a row with those of another number."""
    draw = random.Random(number)
    said = [" ".join(draw.choice(words.split(";")) for words in _WORDS).capitalize() + "." for _ in range(16)]
    return " ".join(said[:8]) + "\n\n" + " ".join(said[8:])


def text_record(number: int) -> str:
    """The article of this number as a file."""
    return f"date 2023-{number % 12 + 1:02} {title(number)}\n\n{prose(number)}\n"


def line(number: int, more: dict[str, str] | None = None) -> str:
    """The article of this number as a line without an id of its own name."""
    said = {"id": f"l-{number}", "title": title(number), "date": "2023", "text": prose(number)}
    return json.dumps(said | (more or {}), ensure_ascii=False)


@pytest.fixture(scope="module")
def releases(root: Path) -> list[Path]:
    """A first version, a second one that keeps its rows, and a preview."""
    first, second, preview = (root.parent / name for name in ("1", "2", "preview"))
    pipeline.build(root, first, layers=LAYERS, ask=BuildRequest(version=None, date="2026-11-22"))
    (root / "raw/libre/99.txt").write_text(text_record(99), "utf-8")
    ask = BuildRequest(version=None, previous=history.read(first), date="2026-11-23")
    pipeline.build(root, second, layers=LAYERS, ask=ask)
    pipeline.build(root, preview, layers=LAYERS)
    return [first, second, preview]


LAYERS = ["times", "quality"]


@pytest.fixture(scope="module")
def guessed(root: Path) -> list[Guessed]:
    """The withheld records, in full."""
    names = tuple(schema.arrow_schema("articles").names)
    found = []
    for row in check.rows(root, names).to_pylist():
        if row["redistribution"] == "annotations":
            file, _, number = row["raw_path"].partition("#L")
            content = (root / file).read_bytes()
            gold = (root / file).with_suffix(".gold.json")
            raw = content.splitlines()[int(number) - 1] if number else content
            found.append(Guessed(raw, row, gold.read_bytes() if gold.exists() else b""))
    assert len(found) == WITHHELD
    return found


def digests_of(content: bytes) -> Iterator[bytes]:
    """What somebody may hash a guess with, once or again over the digits."""
    for name in ALGORITHMS:
        digest = hashlib.new(name, content).digest()
        yield digest
        yield hashlib.new(name, digest.hex().encode()).digest()
    for size in (8, 12, 16, 20, 32):
        yield hashlib.blake2b(content, digest_size=size).digest()


def needles(one: Guessed) -> Iterator[bytes]:
    """All plain hashes of a record that a release ever had, and others."""
    text = one.text.encode()
    contents = [one.raw, one.raw.strip(), text, text + b"\n", one.text.lower().encode(), *text.split(b"\n\n")]
    contents += [text.partition(b"\n\n")[2], one.text.replace("’", "'").encode()]
    contents.append(orjson.dumps([one.row[name] for name in RECORD]))
    contents += [one.gold] if one.gold else []
    for content in contents:
        yield from digests_of(content)
    for name in HASHES:
        yield bytes.fromhex(str(one.row[name]))
    made = signatures_of(shingles([compared(one)]))
    yield made.text_hash.astype(">u8").tobytes()


def compared(one: Guessed) -> str:
    """What near-duplicates of a guess share with it."""
    paragraphs = [Paragraph(**each) for each in one.row["paragraphs"]]  # type: ignore[attr-defined]  # a list
    return compared_text(one.text, paragraphs)


def forms(digest: bytes) -> Iterator[bytes]:
    """How a hash may stand in a file: its first digits, as bytes either way round, packed in base 64, as a number."""
    yield digest.hex()[:12].encode()
    yield digest[:8]
    yield digest[:8][::-1]
    yield base64.b64encode(digest)[:10]
    yield base64.urlsafe_b64encode(digest)[:10]
    for signed in (False, True):
        yield str(int.from_bytes(digest[:8], "big", signed=signed)).encode()
    yield str(int(digest.hex()[:15], 16)).encode()


def found_in(release: Path, wanted: dict[bytes, int]) -> set[int]:
    """The numbers of those guesses of which some form stands somewhere in a release."""
    said = b"\n".join({part for file in release.rglob("*") if file.is_file() for _, part in everything(file)})
    there = np.unique(np.lib.stride_tricks.sliding_window_view(np.frombuffer(said, np.uint8), 8).copy().view("S8"))
    begins = {one.ljust(8, b"\0") for one in there.tolist()}
    return {number for form, number in wanted.items() if form[:8] in begins and form in said}


def test_no_hash_of_an_exact_guess_stands_in_any_byte(releases: list[Path], guessed: list[Guessed]) -> None:
    wanted = {form: number for number, one in enumerate(guessed) for digest in needles(one) for form in forms(digest)}
    for release in releases:
        assert len(rows_of(release, "articles_masked")) == WITHHELD
        assert found_in(release, wanted) == set()


def test_the_search_finds_the_hashes_of_open_texts(releases: list[Path], root: Path) -> None:
    wanted = {}
    for number, row in enumerate(check.rows(root, ("text", "redistribution", "raw_sha256")).to_pylist()):
        if row["redistribution"] == "full":
            digest = hashlib.sha256(row["text"].encode()).digest()
            wanted |= dict.fromkeys(forms(digest), number)
    open_articles = set(wanted.values())
    assert found_in(releases[1], wanted) == open_articles
    assert len(open_articles) == 11


def other_words(text: str, share: float, seed: int) -> str:
    """The text with this share of its words replaced."""
    draw = random.Random(seed)  # reproducible
    return re.sub(r"\w+", lambda word: f"autre{draw.randrange(10**6)}" if draw.random() < share else word[0], text)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.1])
def test_no_signature_tells_a_guess_from_any_other_text(
    releases: list[Path], guessed: list[Guessed], share: float
) -> None:
    texts = [other_words(compared(one), share, number) for number, one in enumerate(guessed)]
    made = signatures_of(shingles(texts))
    of_guesses = {*made.bands.ravel().tolist(), *made.text_hash.tolist()}
    for release in releases:
        for name in (HISTORY, STORIES):
            table = pq.read_table(release / name)
            numbers: set[int] = set()
            for column in table.columns:
                flat = column.combine_chunks()
                flat = flat.flatten() if str(flat.type).startswith("list") else flat
                if str(flat.type) == "int64":
                    numbers.update(np.asarray(flat).view(np.uint64).tolist())
                    numbers.update((np.asarray(flat).view(np.uint64) >> np.uint64(64 - BITS)).tolist())
            assert not of_guesses & (numbers - {0})
        shown = {row["id"] for row in rows_of(release, "articles_masked")}
        rows = history.read(release).table
        carried = pq.read_table(release / STORIES)["order"].to_pylist()
        assert not shown & {rows["id"][order].as_py() for order in carried}
        assert len(carried) >= 10


def test_no_hash_of_a_row_can_be_made_from_a_guess(releases: list[Path], guessed: list[Guessed]) -> None:
    for release in releases:
        known = {row["id"]: row for row in history.read(release).table.to_pylist()}
        masked = {row["id"]: row for row in rows_of(release, "articles_masked")}
        for one in guessed:
            published, past = masked[one.row["id"]], known[one.row["id"]]
            as_guessed = published | {name: one.row[name] for name in HASHES}
            both = batch_of([published, as_guessed], schema.arrow_schema("articles_masked"))
            kept, guess = record_hashes("articles_masked", both, np.ones(2, np.int64)).tolist()
            assert kept == past["articles_hash"] != guess
            assert past["words"] != 0
            if one.gold:
                assert len(past["gold_sha256"]) == 64
                assert past["gold_sha256"] != hashlib.sha256(one.gold).hexdigest()


def test_who_has_the_key_proves_each(releases: list[Path], guessed: list[Guessed], root: Path) -> None:
    key = obtain_key(root)
    for release in releases:
        masked = {row["id"]: row for row in rows_of(release, "articles_masked")}
        for one in guessed:
            proofs = {name: masked[one.row["id"]][name] for name in HASHES}
            assert proofs == key.hashes_of(one.row)
        assert json.loads((release / "MANIFEST.json").read_text("utf-8"))["key"] == key.name


def test_the_key_itself_stands_in_no_byte(releases: list[Path], root: Path) -> None:
    secret = obtain_key(root).secret
    wanted = {form: 0 for part in (secret, secret[8:], secret[16:]) for form in forms(part)}
    assert [found_in(release, wanted) for release in releases] == [set()] * 3


def test_two_texts_that_annotations_do_not_tell_apart_differ_in_keyed_values_alone(
    tmp_path: Path, make_corpus: Callable[..., Path]
) -> None:
    outs = []
    for words in ("marché", "marcha"):
        files = {f"raw/{name}/source.yaml": source_yaml("text", rights) for name, rights in RIGHTS.items()}
        files |= {"raw/libre/1.txt": text_record(1), "raw/corpus.key": "ab" * 32}
        files |= {f"raw/muet/{number}.txt": text_record(number).replace("marché", words) for number in range(2, 6)}
        root = make_corpus(tmp_path / words, files)
        outs.append(tmp_path / f"{words}.release")
        pipeline.build(root, outs[-1], layers=LAYERS, ask=BuildRequest(version=None, date="2026-11-22"))
    for file in outs[0].rglob("*.parquet"):
        one, other = (pq.read_table(out / file.relative_to(outs[0])) for out in outs)
        masked = file.parent.name == "articles_masked"
        keyed = set(HASHES) if masked else {"words", "articles_hash"} if file.name == HISTORY else set()
        assert {name for name in one.column_names if not one[name].equals(other[name])} == keyed
    manifests = [json.loads((out / "MANIFEST.json").read_text("utf-8")) for out in outs]
    assert [name for name in manifests[0] if manifests[0][name] != manifests[1][name]] == ["files"]
