"""Real articles, where ../shared/data holds them: the seed, OrangeSum, WiNER."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import corpus
from corpus.curate.found import origins
from corpus.curate.lookup import find
from corpus.model.article import Block
from corpus.parse.normalise import normalise_blocks, normalise_line
from corpus.parse.roles import paragraphs_of

SEED = "000_c7430e1c391cc8ad"


def test_the_seed_article_is_read_exactly(
    shared: Path, tmp_path: Path, make_corpus: Callable[..., Path], source_yaml: Callable[..., str]
) -> None:
    content = (shared / "seed" / f"{SEED}.txt").read_bytes()
    root = make_corpus(
        tmp_path / "c", {"raw/graine/source.yaml": source_yaml("text"), f"raw/graine/{SEED}.txt": content}
    )
    found = find(root, f"graine/{SEED}")
    article = found.article
    roles = [paragraph.role for paragraph in article.paragraphs]
    assert roles == ["title", "body", "body", "body", "credit", "caption", "body", "body", "body"]
    surfaces = {p.role: article.surface(p) for p in article.paragraphs if p.role in ("credit", "caption")}
    assert surfaces == {"credit": "Sivan Shachor/GPO", "caption": "Yoav Gallant et Mark Milley"}
    assert (article.date, article.date_earliest, article.date_latest) == ("2023-03", "2023-03-01", "2023-03-31")
    assert article.title.startswith("Milley examinera les")
    assert article.title.endswith('coordination entre les armées"')
    assert "2023" not in article.text
    raw = content.decode()
    traced = origins(article, found.record, found.source)
    assert all(raw[place] == letter for place, letter in zip(traced, article.text, strict=True) if not letter.isspace())


def test_running_text_keeps_a_body_role_and_buttons_do_not(shared: Path) -> None:
    lines = (shared / "news_orangesum" / "articles.jsonl").read_text("utf-8").splitlines()
    long = kept = 0
    lost: list[str] = []
    buttons = [0, 0]
    for record in map(json.loads, lines):
        texts = record["paragraphs"]
        blocks = tuple(Block(text) for _, text in normalise_blocks([text for text in texts if text.strip()]))
        text, paragraphs, _ = paragraphs_of(blocks, normalise_line(record["title"]))
        for start, end, role in paragraphs[1:]:
            words = text[start:end].split()
            if len(words) >= 25:
                long += 1
                kept += role == "body"
                if role != "body":
                    lost.append(f"{role}: {text[start:end][:80]}")
            if text[start:end].strip(" .").casefold() in ("publicité", "réagir", "partager"):
                buttons[role == "boilerplate"] += 1
    assert long > 1000
    assert kept / long >= 0.998, lost
    assert buttons[0] == 0


@pytest.mark.parametrize("button", ["Publicité", "Réagir", "PUBLICITÉ", "Partager sur Facebook", "Publicité."])
def test_a_button_between_two_paragraphs_is_boilerplate(button: str) -> None:
    running = (
        "Le conseil municipal a voté lundi le budget de la commune, après deux heures de débat en séance publique."
    )
    _, paragraphs, _ = paragraphs_of((Block(running), Block(button), Block(running)), "Le budget")
    assert [paragraph.role for paragraph in paragraphs] == ["title", "body", "boilerplate", "body"]


@pytest.mark.slow
def test_all_winer_articles_in_the_shape_of_the_seed_are_built(
    shared: Path, tmp_path: Path, make_corpus: Callable[..., Path], source_yaml: Callable[..., str]
) -> None:
    files: dict[str, str | bytes] = {"raw/winer/source.yaml": source_yaml("text", licence="CC-BY-2.5")}
    texts = sorted((shared / "ner_winer").glob("20*/*/*.txt"))
    for file in texts:
        title, _, rest = file.read_text("utf-8-sig").strip().partition("\n")
        day = file.stem[:10].replace("_", "-")
        files[f"raw/winer/{file.stem}.txt"] = f" date {day} {title.strip()}\n\n{rest.strip()}\n"
    root = make_corpus(tmp_path / "c", files)
    report = corpus.build(root, tmp_path / "out", workers=2)
    assert len(texts) >= 960
    assert report.total("published") + report.total("rejected") == len(texts)
    unsound = [str(problem) for problem in report.problems if problem.rule != "content-duplicate"]
    assert not unsound
    assert report.total("published") >= 0.99 * len(texts)
    frame = corpus.frame(tmp_path / "out")
    assert len(frame) == report.total("published")
    assert (frame["date_earliest"] == frame["date_latest"]).all()
