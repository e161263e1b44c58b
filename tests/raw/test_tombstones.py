"""What the tombstones of a corpus say of a record: free, the withdrawn one, or not to come in its stead."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.dedup.withdrawn_texts import sketch
from corpus.model.article import Article, Paragraph
from corpus.model.problem import CorpusError, Problem
from corpus.raw import tombstones
from corpus.raw.key import CorpusKey, obtain_key
from corpus.raw.ledgers import WITHDRAWN, append
from corpus.raw.tombstones import Sealer, Tombstone, Withdrawn

TEXT = "Une halle rouvre\n\nElle avait fermé en mars."
KEY = CorpusKey(b"1" * 32)
ARTICLE = Article(
    *("a/halle", "a", "Une halle rouvre", None, None, "2023-03-01", "2023-03-01", "2023-03-01", "fr", TEXT, ()),
    *("CC0-1.0", "full", "raw/a/halle.txt", "1" * 64),
)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def plain(identity: str, raw_sha256: str, text: str) -> Tombstone:
    return Tombstone(identity, "2026-11-22", "person", (), raw_sha256, sha256(text))


def keyed(
    identity: str, raw_sha256: str, text: str, kept: tuple[str, ...] = (), *, sketched: bool = False
) -> Tombstone:
    made = Sealer(KEY)
    remembered = made.text(sha256(text), sketch(text, [Paragraph(0, len(text), "body")]) if sketched else b"")
    return Tombstone(
        identity, "2026-11-22", "person", key=KEY.name, raw=(made.raw(raw_sha256),), texts=(remembered,), kept=kept
    )


@pytest.mark.parametrize("made", [plain, keyed])
@pytest.mark.parametrize(
    ("withdrawn", "article", "found"),
    [
        ((), ARTICLE, False),
        ((("a/autre", "2" * 64, "Autre"),), ARTICLE, False),
        ((("a/halle", "1" * 64, "Autre"),), ARTICLE, True),  # the bytes that it had
        ((("a/halle", "2" * 64, TEXT),), ARTICLE, True),  # the text that it had
        ((("a/autre", "2" * 64, TEXT), ("a/halle", "1" * 64, "Avant")), ARTICLE, True),  # both say the same
        ((("a/halle", "2" * 64, "Autre"),), ARTICLE, "id-withdrawn"),
        ((("a/halle", "1" * 64, TEXT),), ARTICLE._replace(id="a/neuf"), "content-withdrawn"),
    ],
)
def test_a_record_is_free_or_withdrawn_or_refused(
    made: object, withdrawn: tuple[tuple[str, str, str], ...], article: Article, found: object
) -> None:
    assert callable(made)
    judged = Withdrawn([made(*one) for one in withdrawn], KEY).judge(article)
    assert (judged.rule if isinstance(judged, Problem) else judged) == found
    if isinstance(judged, Problem):
        assert "another id" not in judged.hint
        assert "name" not in judged.hint


def test_the_withdrawn_record_is_known_where_copies_of_it_are_left_to_their_sketch() -> None:
    stones = Withdrawn([keyed("a/halle", "1" * 64, TEXT, sketched=True)], KEY)
    assert stones.judge(ARTICLE) is True
    assert stones.judge(ARTICLE._replace(id="b/reprise")) is False
    assert isinstance(stones.judge(ARTICLE._replace(text="Autre", raw_sha256="3" * 64)), Problem)


def test_what_is_kept_on_purpose_may_stay_and_nothing_else() -> None:
    stones = Withdrawn([keyed("a/halle", "1" * 64, TEXT, ("b/reprise",))], KEY)
    assert stones.judge(ARTICLE._replace(id="b/reprise", raw_sha256="3" * 64)) is False
    assert isinstance(stones.judge(ARTICLE._replace(id="b/autre", raw_sha256="3" * 64)), Problem)
    assert stones.refusal_of_copy("raw/b/reprise.txt", "b/reprise", "a/halle", 0.9) is None
    assert stones.refusal_of_copy("raw/b/autre.txt", "b/autre", "a/halle", 0.9) is not None


def test_nothing_in_a_tombstone_depends_on_the_text_for_those_without_the_key() -> None:
    long = " ".join(f"mot{number}" for number in range(300))
    short, other = (keyed("a/x", "1" * 64, text, sketched=True) for text in (TEXT, long))
    assert len(json.dumps(short.as_entry())) == len(json.dumps(other.as_entry()))
    line = json.dumps(other.as_entry())
    assert sha256(long) not in line
    assert sketch(long, [Paragraph(0, len(long), "body")])[:8].hex() not in line
    assert json.loads(other.as_public_line()) == {"id": "a/x", "date": "2026-11-22", "reason": "person", "releases": []}
    [(owner, unsealed)] = Withdrawn([other], KEY).sketches()
    assert (owner, unsealed) == ("a/x", sketch(long, [Paragraph(0, len(long), "body")]))


def test_lines_of_one_record_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUS_KEY", KEY.secret.hex())
    (tmp_path / "raw").mkdir()
    first, second = keyed("a/halle", "1" * 64, TEXT), keyed("a/halle", "2" * 64, "Avant")
    lines = [plain("b/vieux", "3" * 64, "Vieux"), first, replace(second, date="2026-12-01", releases=("1.0.0",))]
    append(tmp_path, WITHDRAWN, [one.as_entry() for one in lines])
    found = tombstones.withdrawn(tmp_path)
    assert found.ids["a/halle"].date == "2026-11-22"
    assert found.ids["a/halle"].texts == first.texts + second.texts
    assert found.ids["a/halle"].releases == ("1.0.0",)
    assert found.ids["b/vieux"] == lines[0]


@pytest.mark.parametrize("other", [None, "22" * 32])
def test_tombstones_without_their_key_are_never_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str | None
) -> None:
    (tmp_path / "raw").mkdir()
    append(tmp_path, WITHDRAWN, [keyed("a/halle", "1" * 64, TEXT).as_entry()])
    if other is not None:
        monkeypatch.setenv("CORPUS_KEY", other)
    with pytest.raises(CorpusError) as raised:
        tombstones.withdrawn(tmp_path)
    [problem] = raised.value.problems
    assert problem.rule == "key-missing"
    assert ("another corpus" in problem.found) is (other is not None)
    assert KEY.name in problem.wanted


def test_old_lines_need_no_key(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    append(tmp_path, WITHDRAWN, [plain("a/halle", "1" * 64, TEXT).as_entry()])
    assert tombstones.withdrawn(tmp_path).judge(ARTICLE) is True
    assert obtain_key(tmp_path)
    assert tombstones.withdrawn(tmp_path).judge(ARTICLE) is True
