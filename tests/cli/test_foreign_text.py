"""What others wrote is shown and never obeyed: by no command on a terminal, and by no reader of a card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

import corpus
from corpus.cli import COMMANDS, main
from corpus.model.foreign_text import as_json
from corpus.model.problem import CorpusError
from helpers import articles
from helpers.folders import files_of
from helpers.hostile import HOSTILE, MARKUP, STEERS, forged, steering

TEXT = "À Brest, la halle rouvre\n\nLa halle de Brest a rouvert. « C'est fini », a dit Odile Ferrand."


def said(text: str) -> str:
    """A text as a string of TOML and of YAML, in escapes."""
    return '"' + "".join(one if one.isalnum() and one.isascii() else f"\\U{ord(one):08x}" for one in text) + '"'


SETTINGS = f"""name = "essai"
title = {said(HOSTILE)}
description = {said(HOSTILE + chr(10) * 2 + HOSTILE)}
contact = {said(HOSTILE)}
layers = ["entities", "quotations", "sentences"]
"""
SOURCE = f"""name: {said(HOSTILE)}
publisher: {said(HOSTILE)}
description: {said(HOSTILE)}
publication: {said(HOSTILE)}
url: 'https://zlien.example/"><img(x)[y]<b>|`'
language: fr
licence: CC0-1.0
redistribution: full
shape: text
"""


def run(*words: str | Path) -> tuple[int, str]:
    """The exit code of a command, and everything that it prints."""
    done = CliRunner().invoke(main, list(map(str, words)))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done.exit_code, done.output


def gold(annotator: str) -> str:
    quotation = {"fragments": [{"text": "C'est fini"}], "kind": "direct", "speaker": {"text": "Odile Ferrand"}}
    layers = {
        "entities": [{"text": "Odile Ferrand", "type": "PER", "id": HOSTILE}],
        "quotations": [{**quotation, "speaker_name": "Odile Ferrand", "cue": {"text": "dit"}}],
    }
    return json.dumps({"annotator": annotator, "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(), **layers})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a hostile corpus and two releases of it, 1 and 2, the second with hostile names in all places."""
    folder = tmp_path_factory.mktemp("hostile")
    files = {
        "corpus.toml": SETTINGS,
        "raw/a/source.yaml": SOURCE,
        "raw/a/2024-03-12-halle.txt": TEXT,
        "raw/a/2024-03-12-halle.gold.json": gold(f"{HOSTILE} model"),
        "raw/masque/source.yaml": SOURCE.replace("full", "annotations"),
        "raw/masque/2024-03-13.txt": articles.text_record(3),
        "raw/contributors.jsonl": json.dumps({"id": "a/2024-03-12-halle", "name": HOSTILE}) + "\n",
    }
    root = articles.make_corpus(folder / "corpus", files)
    code, answer = run("release", "--root", root, "--out", folder / "1", "--previous", "none", "--workers", "1")
    assert code == 0, answer
    code, answer = run("release", "--root", root, "--out", folder / "plain", "--previous", "none", "--layers", "none")
    assert code == 0, answer
    (root / "raw/a/2024-03-12-halle.gold.json").write_text(gold(f"{HOSTILE} program"), "utf-8")
    (root / "raw/a/2024-03-14.txt").write_text(articles.text_record(5), "utf-8")
    code, answer = run("release", "--root", root, "--out", folder / "2", "--previous", folder / "1", "--workers", "1")
    assert code == 0, answer
    return folder


def rendered(page: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The kind and the attributes of everything that a page of Markdown becomes."""
    made = MarkdownIt("gfm-like", {"linkify": False}).parse(page)
    for token in made:
        yield token.type, token.attrs
        yield from ((child.type, child.attrs) for child in token.children or ())


def test_a_card_and_a_changelog_show_hostile_names_and_nothing_comes_of_them(made: Path) -> None:
    for path in (*made.glob("[12]/README.md"), *made.glob("[12]/CHANGELOG.md")):
        page = path.read_text("utf-8")
        assert "zlien" in page or path.parent.name == "1"
        assert not steering(page)
        body = page.split("---\n", 2)[-1]
        found = list(rendered(body))
        assert not {"html_inline", "html_block", "em_open", "strong_open"} & {kind for kind, _ in found}
        places = [str(attrs.get("href") or attrs.get("src")) for kind, attrs in found if kind in ("link_open", "image")]
        ours = ("plots/", "https://zlien.example/%22%3E%3Cimg")
        assert [place for place in places if not place.startswith(ours)] == []


def test_no_file_of_a_release_that_people_open_steers_a_terminal(made: Path) -> None:
    for path, content in files_of(made / "2").items():
        if path.endswith((".json", ".md", ".jsonl", ".svg")):
            assert not steering(content.decode("utf-8")), path


def everything(folder: Path, release: Path, other: Path, tmp_path: Path) -> dict[str, list[tuple[str | Path, ...]]]:
    """Calls of every command, on a corpus and on releases of whatever origin."""
    root, raw = ("--root", folder / "corpus"), folder / "corpus" / "raw"
    fast = ("--layers", "none", "--workers", "1")
    identity = "a/2024-03-12-halle"
    brought = tmp_path / "brought.jsonl"
    lines = [{"article": identity, "text": TEXT, "label": [[0, 3, STEERS]]}]
    lines += [{"article": HOSTILE, "text": HOSTILE, "label": [[0, 3, HOSTILE]], "username": HOSTILE}]
    brought.write_text("".join(f"{as_json(line)}\n" for line in lines), "utf-8")
    no_file = tmp_path / STEERS.replace("\0", "")
    return {
        "init": [("init", tmp_path / f"c{STEERS[:4]}")],
        "add": [
            ("add", "--dry-run", raw / "a/2024-03-12-halle.txt", "--source", "a", "--by", HOSTILE, *root),
            ("add", "--dry-run", raw / "a/2024-03-12-halle.txt", "--new-source", STEERS[:-3], *root),
            ("add", "--dry-run", tmp_path / STEERS.replace("\0", ""), "--source", f"a{STEERS}", *root),
        ],
        "check": [("check", *root), ("check", "--json", *root), ("check", "--github", *root)],
        "build": [
            ("build", "--out", tmp_path / "out", *fast, *root),
            ("build", "--out", tmp_path / "out", "--json", *fast, *root, "--previous", release),
            ("build", "--out", tmp_path / "out", "--layers", f"x{STEERS}", *root),
        ],
        "release": [("release", "--out", tmp_path / "3", "--previous", release, *fast, *root)],
        "withdraw": [("withdraw", f"a/{STEERS}", "--reason", "error", "--date", f"2024{STEERS}", *root)],
        "person": [
            ("person", "Odile Ferrand", "--release", release, *root),
            ("person", "Odile Ferrand", "--csv", *root),
            ("person", f"a/{STEERS}", "--json", *root),
        ],
        "publish": [
            ("publish", release, "--to", f"folder:{tmp_path / 'store'}", "--verbose"),
            ("publish", release, "--to", f"folder:{tmp_path / 'store'}", "--purge-withdrawn", "--json"),
            ("publish", release, "--to", f"nowhere{STEERS}:x"),
        ],
        "sign": [("sign", release, "--key", tmp_path / f"k{STEERS[:4]}")],
        "show": [
            ("show", identity, *root),
            ("show", identity, "--json", *root),
            ("show", f"a/{STEERS}", *root),
            ("show", identity, "--release", f"hub{STEERS}", *root),
        ],
        "gold": [
            ("gold", identity, *root),
            ("gold", identity, "--layer", "sentences", "--annotator", f"a{STEERS}", "--json", *root),
            ("gold", f"a/{STEERS}", *root),
        ],
        "queue": [
            ("queue", "--release", release, *root),
            ("queue", "--release", release, "--layer", "entities", "--json", "--annotator", STEERS, *root),
            ("queue", "--release", tmp_path / f"r{STEERS[:4]}", "--csv", tmp_path / "queue.csv", *root),
        ],
        "agreement": [
            ("agreement", *root),
            ("agreement", "--json", *root),
            ("agreement", "--layers", STEERS, "--csv", tmp_path / "differences.csv", *root),
        ],
        "adjudicate": [("adjudicate", identity, "--between", STEERS, *root), ("adjudicate", f"a/{STEERS}", *root)],
        "list": [
            ("list", release),
            ("list", release, "--json", "--publication", HOSTILE),
            ("list", release, "--csv", "-"),
            ("list", *root, "--source", STEERS),
        ],
        "search": [
            ("search", "halle", release),
            ("search", "halle", release, "--csv", "-"),
            ("search", '[word="h.*"]', release, "--json", "--count-by", "publication"),
            ("search", '[word="h.*"]', release, "--count-by", "speaker"),
            ("search", f'[word="{STEERS}', release),
            ("search", "halle", release, "--collocations", "word", "--text", STEERS),
        ],
        "import": [
            ("import", "gold", brought, "--from", "doccano", "--annotator", f"a{STEERS}", *root),
            ("import", "gold", brought, "--from", "doccano", "--layers", "keywords", "--json", *root),
            ("import", "gold", no_file, "--from", "cas", "--labels", no_file, *root),
            ("import", "gold", no_file, "--from", "brat", *root),
        ],
        "stats": [
            ("stats", release),
            ("stats", "--json", release),
            ("stats", *root),
            ("stats", release, "--by", "publication,source,month"),
            ("stats", release, "--by", STEERS),
            ("stats", release, "--by", "speaker", "--csv", tmp_path / f"{STEERS[:4]}.csv"),
        ],
        "evaluate": [
            ("evaluate", *root),
            ("evaluate", "--gold", tmp_path / "x", "--layers", STEERS, *root),
            ("evaluate", "--split", STEERS, "--errors", tmp_path / "errors.csv", *root),
        ],
        "browse": [
            ("browse", release, "--no-open", "--host", STEERS, *root),
            ("browse", release / STEERS[:4], "--no-open", "--annotator", STEERS, *root),
            ("browse", f"hub:{STEERS}", "--no-open"),
        ],
        "diff": [("diff", other, release), ("diff", "--json", other, release), ("diff", "--stat", other, release)],
        "verify": [("verify", release), ("verify", "--json", release), ("verify", f"hub:{STEERS}")],
        "export": [
            ("export", release, "--to", "csv", "--out", tmp_path / "csv"),
            ("export", release, "--to", "xlsx", "--out", tmp_path / "xlsx", "--json"),
            ("export", release, "--to", "csv", "--out", tmp_path / "no", "--where", STEERS, "--split", STEERS),
        ],
        "site": [
            ("site", release, "--out", tmp_path / f"site {STEERS[:4]}"),
            ("site", release, "--out", folder, "--json"),
            ("site", f"hub:{STEERS}", "--out", tmp_path / "no"),
        ],
        "reproduce": [("reproduce", release.with_name("plain"), *root)],
        "rehydrate": [
            ("rehydrate", release, "--raw", folder / "corpus", "--out", tmp_path / "re", "--no-layers"),
            ("rehydrate", release, "--raw", tmp_path, "--out", tmp_path / "ra", "--no-layers", "--json"),
        ],
    }


def obeyed(calls: dict[str, list[tuple[str | Path, ...]]]) -> dict[str, set[str]]:
    """The calls that printed a character which does not show."""
    assert calls.keys() == {command.name for command in COMMANDS}
    answers = {" ".join(map(str, call[:2])): run(*call)[1] for of_command in calls.values() for call in of_command}
    assert all(answers.values())
    return {call: found for call, text in answers.items() if (found := steering(text))}


def test_no_command_passes_on_what_a_corpus_holds(made: Path, tmp_path: Path) -> None:
    assert obeyed(everything(made, made / "2", made / "1", tmp_path)) == {}


def test_no_command_passes_on_what_an_unsound_corpus_holds(made: Path, tmp_path: Path) -> None:
    articles.make_corpus(
        tmp_path / "corpus",
        {
            **{file: content for file, content in files_of(made / "corpus").items() if "halle" not in file},
            "raw/a/2024-03-12-halle.txt": TEXT,
            "raw/a/2024-03-12-halle.gold.json": gold(HOSTILE).replace("Odile Ferrand", f"Odile {MARKUP}"),
            f"raw/a/{STEERS[1:].replace(chr(0), '')}.txt": TEXT,
            "raw/a/mauvais.txt": f"date {STEERS} {STEERS}\n\n{STEERS}",
            "raw/lignes/source.yaml": articles.source_yaml("jsonl"),
            "raw/lignes/l.jsonl": as_json({HOSTILE: HOSTILE, "id": HOSTILE, "title": HOSTILE, "licence": HOSTILE}),
            "raw/mal/source.yaml": f"name: a\n{said(HOSTILE)}: {said(HOSTILE)}\n",
            f"raw/{STEERS[1:5]}/source.yaml": "",
        },
    )
    assert obeyed(everything(tmp_path, made / "2", made / "1", tmp_path)) == {}


def test_no_command_passes_on_what_a_release_of_somebody_else_holds(made: Path, tmp_path: Path) -> None:
    release = forged(made / "2", tmp_path / "forged")
    forged(made / "plain", tmp_path / "plain")
    code, answer = run("verify", release)
    assert code == 1
    assert "\\x1b" in answer
    assert obeyed(everything(made, release, made / "1", tmp_path)) == {}
    for read in (corpus.load, corpus.frame, corpus.read_manifest):
        said = ""
        try:
            read(str(release))
        except CorpusError as error:
            said = str(error)
        assert not steering(said)
