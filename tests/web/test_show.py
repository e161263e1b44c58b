"""``corpus show``, over the corpus that the tests of the reading room share: it reads the rows that stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pyarrow as pa
import pytest
from click.testing import CliRunner

from corpus.cli import article_view, main
from corpus.curate import lookup
from corpus.curate.found import source_at
from corpus.curate.shown import shown
from corpus.formats.document import document_of
from corpus.model.article_row import text_sha256
from corpus.model.problem import UsageError
from corpus.model.schema import arrow_schema
from corpus.release.read.reader import open_release
from helpers import token_release

PHARE = "agence/phare"


@pytest.mark.parametrize("identity", [PHARE, "gazette/g2"])
def test_rows_that_stand_are_shown(built_room: Path, identity: str) -> None:
    seen = shown(built_room, identity, None)
    assert (seen.release, seen.why) == ("build/preview", "")
    there = document_of(open_release(built_room / "build" / "preview"), identity, list(seen.tables))
    assert there is not None
    assert seen.tables.keys() == there.tables.keys()
    kept = [name for name in there.tables if name != "times"]  # whose days are ISO 8601 here
    assert {name: seen.tables[name] for name in kept} == {name: there.tables[name] for name in kept}
    assert seen.found.article == lookup.find(built_room, identity).article
    said = json.loads(json.dumps(article_view.as_json(seen)))
    assert (said["release"], said["split"]) == ("build/preview", "train")
    assert min(one["raw_start"] for one in said["paragraphs"]) >= 0
    assert set(shown(built_room, identity, ["times"]).tables) == {"times"}


def test_neither_the_model_nor_what_parses_records_is_loaded(built_room: Path) -> None:
    script = (
        "import sys; from corpus.cli import main\n"
        "for one in sys.argv[2:]: main(['show', one, '--root', sys.argv[1]], standalone_mode=False)\n"
        "print(*sys.modules)"
    )
    words = (built_room, "gazette/g2", PHARE)
    out = subprocess.run([sys.executable, "-c", script, *map(str, words)], capture_output=True, text=True, check=True)
    *told, modules = out.stdout.splitlines()
    assert any("legend" in line and "person, place" in line for line in told)
    assert any(line.split() == ["rows", "build/preview"] for line in told)
    loaded = {"corpus.annotate.engine", "corpus.parse.assemble", "corpus.build.plan", "starlette"} & set(
        modules.split()
    )
    assert not loaded


def test_a_record_that_changed_is_shown_as_it_is_now(room_root: Path) -> None:
    record = room_root / "raw/agence/phare.txt"
    record.write_text(record.read_text("utf-8").replace("mardi", "jeudi"), "utf-8")
    seen = shown(room_root, PHARE, [])
    assert not seen.release
    assert "build/preview" in seen.why
    assert "jeudi" in seen.found.article.text
    (room_root / "build/preview/MANIFEST.json").unlink()
    assert shown(room_root, PHARE, []).why == "no release"
    with pytest.raises(UsageError):
        shown(room_root, PHARE, [], str(room_root / "build" / "preview"))


@pytest.mark.parametrize(("file", "identity"), [("agence/phare.txt", PHARE), ("gazette/2023.jsonl", "gazette/g2")])
def test_an_article_whose_record_is_gone_is_shown_as_the_release_has_it(
    room_root: Path, file: str, identity: str
) -> None:
    before = shown(room_root, identity, None)
    (room_root / "raw" / file).unlink()
    seen = shown(room_root, identity, None)
    assert (seen.release, seen.why) == ("build/preview", "its raw record is no longer in raw/")
    assert (seen.tables, seen.found.article) == (before.tables, before.found.article)
    assert {one["raw_start"] for one in article_view.as_json(seen)["paragraphs"]} == {None}
    lines = ["".join(part if isinstance(part, str) else part.text for part in one) for one in article_view.lines(seen)]
    assert any("no longer in raw/" in line for line in lines)
    with pytest.raises(UsageError):
        shown(room_root, "agence/nobody", None)


def test_gold_that_was_written_since_stands_instead(room_root: Path) -> None:
    text = lookup.find(room_root, PHARE).article.text
    times = [{"text": "mardi", "kind": "date", "value": "2023-03-07"}]
    values = {"annotator": "Jeanne Essai", "text_sha256": text_sha256(text), "times": times}
    (room_root / "raw/agence/phare.gold.json").write_text(json.dumps(values), "utf-8")
    seen = shown(room_root, PHARE, None)
    assert (seen.release, seen.since) == ("build/preview", ("times",))
    assert [(one["text"], one["value"], one["annotator"]) for one in seen.tables["times"]] == [
        ("mardi", "2023-03-07", "Jeanne Essai")
    ]
    assert seen.tables["entities"] == shown(room_root, PHARE, ["entities"]).tables["entities"]
    lines = ["".join(part if isinstance(part, str) else part.text for part in one) for one in article_view.lines(seen)]
    assert any("gold of times that was written since" in line for line in lines)


def test_no_path_of_a_release_leads_out_of_its_source(built_room: Path) -> None:
    for place in (
        "raw/agence/../gazette/2023.jsonl#L1",
        "../raw/agence/phare.txt",
        "/etc/passwd",
        "raw/gazette/2023.jsonl",
    ):
        assert source_at(built_room, place, PHARE) is None
    assert source_at(built_room, "raw/agence/phare.txt", PHARE) is not None


def test_a_browser_is_sent_to_the_page_of_the_article(built_room: Path) -> None:
    words = ["show", PHARE, "--open", "--root", str(built_room)]
    refused = CliRunner().invoke(main, [*words, "--json"])
    assert (refused.exit_code, "one of them" in refused.output) == (2, True)
    script = "from corpus.cli import main; main()"
    clean = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")}
    with subprocess.Popen(
        [sys.executable, "-c", script, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean
    ) as serving:
        assert serving.stdout is not None
        address = serving.stdout.readline().strip()
        try:
            assert address.endswith(f"/article/{PHARE}")
            assert "le phare de Pen-Hir" in httpx.get(address, timeout=60).text
        finally:
            serving.terminate()


def test_a_masked_article_is_read_from_the_release_and_said_to_be_masked(room_root: Path, tmp_path: Path) -> None:
    release = token_release.write(
        tmp_path / "r", {"articles_masked": [masked_row()], "quotations_masked": [masked_quotation()]}
    )
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    (release / "MANIFEST.json").write_text(json.dumps(manifest | {"layers": {"quotations": "x"}}), "utf-8")
    out = CliRunner().invoke(main, ["show", "secret/1", "--release", str(release), "--root", str(room_root)])
    assert out.exit_code == 0
    said = {line.split()[0]: line.split()[1:] for line in out.output.splitlines() if line.strip()}
    assert said["url"] == ["https://essai.example/1"]
    assert said["body"] == ["0–7"]
    assert said["quotations"] == ["1"]
    assert "masked" in said


def masked_row() -> pa.Table:
    row = token_release.article("secret/1", "Un mot.", url="https://essai.example/1", redistribution="annotations")
    return token_release.table("articles", [row]).select(arrow_schema("articles_masked").names)


def masked_quotation() -> pa.Table:
    row = {"article": "secret/1", "index": 0, "kind": "direct", "fragments": [{"start": 0, "end": 2}]}
    return token_release.table("quotations", [row]).select(arrow_schema("quotations_masked").names)
