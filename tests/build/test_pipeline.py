"""The promises of DESIGN.md, kept by real builds of real folders."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from huggingface_hub import DatasetCard

import corpus
from corpus.build.rejects import write_rejects
from corpus.model import schema
from corpus.model.problem import CorpusError, UsageError
from helpers.articles import body, jsonl, jsonl_line, make_corpus, source_yaml, text_record, title
from helpers.folders import bytes_of, rows_of

NONCE = "zyxomane"  # words of this form stand only in records that may not be passed on


@pytest.fixture(scope="module")
def mixed(
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Five sources of three shapes and the three redistribution values, in many partitions, with some bad records."""
    files: dict[str, str] = {"raw/depeches/source.yaml": source_yaml("text")}
    for number in range(1100):  # more files than a partition takes
        files[f"raw/depeches/d-{number:04}.txt"] = text_record(number)
    files["raw/depeches/vide.txt"] = ""
    files["raw/depeches/encore.txt"] = text_record(7)
    files["raw/pages/source.yaml"] = source_yaml("markdown")
    for number in range(2000, 2040):
        under = "\n\n".join(body(number))
        files[f"raw/pages/p-{number}.md"] = f"---\ntitle: {title(number)}\ndate: 2024-01\n---\n\n{under}\n"
    lines = [
        jsonl_line(number, *body(number + 10_000) * 14) for number in range(3000, 3700)
    ]  # too much for a partition
    lines[5] = lines[5][:-20]
    lines[9] = lines[8]
    for number in range(3):
        record = {"id": f"prive-{number}", "title": title(number), "date": "2023", "text": f"{NONCE}e{number} seul.",
                  "redistribution": ("annotations", "none", "none")[number],
                  "redistribution_reason": "essai"}  # fmt: skip
        lines.append(json.dumps(record))
    files["raw/lignes/source.yaml"] = source_yaml("jsonl")
    files["raw/lignes/2023.jsonl"] = jsonl(lines)
    for name, rights in (("muets", "annotations"), ("secrets", "none")):
        files[f"raw/{name}/source.yaml"] = source_yaml("text", rights)
        for number in range(60):
            secret = f"{NONCE}{name}{number}"
            files[f"raw/{name}/{secret}.txt"] = (
                f"date 2023-05 Le {secret} rouvre\n\nPar Odile {secret.capitalize()}\n\n"
                f"La {secret} de la commune est dans le {secret} depuis lundi, selon la maire, pour {number} jours.\n"
            )
    return make_corpus(tmp_path_factory.mktemp("mixed"), files)


@pytest.fixture(scope="module")
def release(mixed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of it, built with one worker."""
    out = tmp_path_factory.mktemp("release") / "preview"
    write_rejects(corpus.build(mixed, out), out.with_name("rejects.jsonl"))
    return out


def test_promise_1_every_raw_record_is_published_or_withheld_or_rejected_by_id(mixed: Path, release: Path) -> None:
    report = corpus.check(mixed)
    raw = {f"depeches/d-{n:04}" for n in range(1100)} | {f"pages/p-{n}" for n in range(2000, 2040)}
    raw |= {f"lignes/l-{n}" for n in range(3000, 3700)} - {"lignes/l-3005", "lignes/l-3009"}
    published = {row["id"] for row in rows_of(release, "articles")}
    masked = rows_of(release, "articles_masked")
    listed = map(json.loads, release.with_name("rejects.jsonl").read_text("utf-8").splitlines())
    held = [one for one in listed if one.get("held")]
    assert {problem["rule"] for one in held for problem in one["problems"]} <= {"story-bridges-splits"}
    of_files = {"/".join(one["file"].split("/")[1:]).rpartition(".")[0] for one in held if not one["line"]}
    of_lines = {f"lignes/l-{2999 + one['line']}" for one in held if one["file"] == "raw/lignes/2023.jsonl"}
    assert published == raw - of_files - of_lines  # encore.txt repeats d-0007, which comes first
    assert len(masked) == 61 - (len(held) - len(raw & (of_files | of_lines)))
    refused = {(refusal.file, refusal.line) for refusal in report.rejected}
    assert refused == {
        ("raw/depeches/vide.txt", 0), ("raw/depeches/encore.txt", 0),
        ("raw/lignes/2023.jsonl", 6), ("raw/lignes/2023.jsonl", 10),
    }  # fmt: skip
    assert all(refusal.problems for refusal in report.rejected)
    counts = json.loads((release / "MANIFEST.json").read_text("utf-8"))["counts"]
    assert counts == {"raw": 1102 + 40 + 703 + 120, "published": len(published) + len(masked),
                      "withheld": 62 + len(held), "rejected": 4,
                      "withdrawn": 0}  # fmt: skip
    assert counts["raw"] == sum(counts[kind] for kind in ("published", "withheld", "rejected", "withdrawn"))


def test_promise_2_every_paragraph_of_a_release_slices_its_words(release: Path) -> None:
    for row in rows_of(release, "articles"):
        text, end = row["text"], 0
        for paragraph in row["paragraphs"]:
            surface = text[paragraph["start"] : paragraph["end"]]
            assert surface
            assert surface == surface.strip()
            assert not text[end : paragraph["start"]].strip()
            end = paragraph["end"]
        assert end == len(text)
        assert text.startswith(row["title"] + "\n\n")
        assert hashlib.sha256(text.encode()).hexdigest() == row["text_sha256"]


def test_promise_3_the_bytes_are_the_same_twice_and_with_two_workers(
    mixed: Path, release: Path, tmp_path: Path
) -> None:
    corpus.build(mixed, tmp_path / "again", workers=2)
    assert bytes_of(tmp_path / "again") == bytes_of(release)
    corpus.build(mixed, tmp_path / "again")  # in the place of the first
    assert bytes_of(tmp_path / "again") == bytes_of(release)


def test_promise_3_an_edit_changes_the_row_and_no_other(
    tmp_path: Path, make_corpus: Callable[..., Path], source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {f"raw/a/d-{number}.txt": text_record(number) for number in range(30)}
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), **files})
    corpus.build(root, tmp_path / "one")
    (root / "raw" / "a" / "d-5.txt").write_text(text_record(5).replace("lundi", "mardi"), "utf-8")
    (root / "raw" / "a" / "d-99.txt").write_text(text_record(99), "utf-8")
    corpus.build(root, tmp_path / "two")
    one = {row["id"]: row for row in rows_of(tmp_path / "one", "articles")}
    two = {row["id"]: row for row in rows_of(tmp_path / "two", "articles")}
    assert {identity for identity in one if one[identity] != two[identity]} == {"a/d-5"}
    assert {row["split"] for row in two.values()} <= {"train", "validation", "test"}
    assert one["a/d-5"]["split"] == two["a/d-5"]["split"]


def test_promise_5_nothing_but_a_preview_is_replaced(mixed: Path, tmp_path: Path) -> None:
    for name, content in (("MANIFEST.json", '{"version": "1.0.0"}'), ("notes.txt", "à garder")):
        place = tmp_path / name.partition(".")[0]
        place.mkdir()
        (place / name).write_text(content, "utf-8")
        with pytest.raises(UsageError, match="place-not-free"):
            corpus.build(mixed, place)
        assert (place / name).read_text("utf-8") == content
    (tmp_path / "fichier").write_text("à garder", "utf-8")
    with pytest.raises(UsageError, match="place-not-free"):
        corpus.build(mixed, tmp_path / "fichier")


def test_promise_5_a_killed_build_leaves_what_stood_there_and_the_next_one_is_whole(
    mixed: Path, release: Path, tmp_path: Path
) -> None:
    out = tmp_path / "preview"
    corpus.build(mixed, out)
    before = bytes_of(out)
    for wait in (0.6, 1.2, 2.0, 3.0):
        arguments = ["build", "--root", str(mixed), "--out", str(out), "--workers", "2"]
        process = subprocess.Popen(
            [sys.executable, "-c", "from corpus.cli import main; main()", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert bytes_of(out) == before == bytes_of(release)
    for _ in range(50):  # its workers notice that it is gone
        try:
            corpus.build(mixed, out)
        except CorpusError as error:
            assert error.problems[0].rule == "place-taken"  # noqa: PT017  # any other is a failure
            time.sleep(0.2)
        else:
            break
    assert bytes_of(out) == before
    left = {path.name for path in tmp_path.iterdir()} - {
        "preview.rejects.jsonl"
    }  # a build may have ended before its kill
    assert left == {"preview"}


@pytest.mark.parametrize("out", [".", "..", "neuf/"])
def test_any_way_to_write_a_place_is_taken_or_refused(
    out: str, mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ici").mkdir()
    monkeypatch.chdir(tmp_path / "ici")
    try:
        corpus.build(mixed, Path(out))
    except UsageError:
        assert not list((tmp_path / "ici").iterdir())
    else:
        # absolute: where `.` was replaced as a whole, the old folder is still this process's own
        assert (tmp_path / "ici" / out / "MANIFEST.json").is_file()


def test_promise_7_no_word_of_what_may_not_be_passed_on_is_in_any_byte(mixed: Path, release: Path) -> None:
    for file in release.rglob("*"):
        if not file.is_file():
            continue
        assert NONCE.encode() not in file.read_bytes().lower(), file.name
        if file.suffix == ".parquet":
            assert NONCE not in json.dumps(pq.read_table(file).to_pylist(), default=str, ensure_ascii=False).lower()
            assert NONCE not in str(pq.ParquetFile(file).metadata.to_dict()).lower()
    masked = rows_of(release, "articles_masked")
    assert set(masked[0]) == set(schema.arrow_schema("articles_masked").names)
    assert not {"title", "text", "byline", "raw_path"} & set(masked[0])
    assert all(len(row["id"].split("/")[1]) == 16 for row in masked)
    assert {row["redistribution"] for row in masked} == {"annotations"}


def test_a_holder_of_the_raw_text_can_prove_it(mixed: Path, release: Path) -> None:
    proofs = {row["raw_sha256"] for row in rows_of(release, "articles_masked")}
    held = {hashlib.sha256(file.read_bytes()).hexdigest() for file in (mixed / "raw" / "muets").glob("*.txt")}
    assert held <= proofs


def test_promise_8_each_rejected_record_has_place_rule_found_and_wanted(mixed: Path) -> None:
    for problem in corpus.check(mixed).problems:
        assert problem.file.startswith("raw/")
        assert problem.rule
        assert problem.found
        assert problem.wanted


def test_the_manifest_proves_every_file_and_every_row_group(release: Path) -> None:
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    listed = {entry["path"]: entry for entry in manifest["files"]}
    there = bytes_of(release)
    assert set(listed) == set(there) - {"MANIFEST.json"}
    for path, entry in listed.items():
        assert entry["sha256"] == there[path]
        assert entry["bytes"] == (release / path).stat().st_size
        if path.startswith("data/"):
            footer = pq.ParquetFile(release / path).metadata
            assert [group["rows"] for group in entry["row_groups"]] == [
                footer.row_group(number).num_rows for number in range(footer.num_row_groups)
            ]
            assert entry["rows"] == footer.num_rows
    by_table = {
        table: sum(listed[path]["rows"] for path in listed if path.startswith(f"data/{table}/"))
        for table in manifest["tables"]
    }
    assert by_table == {table: sum(splits.values()) for table, splits in manifest["tables"].items()}


def test_the_card_is_one_that_the_hub_can_read(release: Path) -> None:
    card = DatasetCard.load(release / "README.md")
    head = card.data.to_dict()
    assert [config["config_name"] for config in head["configs"]] == ["articles", "articles_masked"]
    assert [config.get("default", False) for config in head["configs"]] == [True, False]
    for config in head["configs"]:
        for entry in config["data_files"]:
            assert list(release.glob(entry["path"]))
    sizes = {
        entry["config_name"]: {s["name"]: s["num_examples"] for s in entry["splits"]} for entry in head["dataset_info"]
    }
    assert sizes == json.loads((release / "MANIFEST.json").read_text("utf-8"))["tables"]
    assert card.text.strip().startswith("#")


def test_nothing_in_a_release_names_the_machine_or_the_day(release: Path, mixed: Path) -> None:
    for file in release.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert str(mixed).encode() not in content
            assert str(release.parent).encode() not in content


def test_an_empty_corpus_is_built_and_says_so(tmp_path: Path, make_corpus: Callable[..., Path]) -> None:
    report = corpus.build(make_corpus(tmp_path / "c", {}), tmp_path / "out")
    assert report.total("raw") == 0
    assert not list((tmp_path / "out").glob("data/**/*.parquet"))


def test_rows_keep_the_order_of_raw(release: Path) -> None:
    for file in sorted((release / "data" / "articles").glob("*.parquet")):
        places = pq.read_table(file, columns=["raw_path"])["raw_path"].to_pylist()
        keys = [(*path.partition("#L")[0].split("/"), int(path.partition("#L")[2] or 0)) for path in places]
        assert keys == sorted(keys)


def test_a_parser_that_fails_in_an_unforeseen_way_refuses_one_record_and_no_more(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_corpus: Callable[..., Path],
    source_yaml: Callable[..., str],
) -> None:
    import orjson

    lines = [{"id": f"x{n}", "title": f"Titre {n}", "date": "2024", "text": f"La halle {n} rouvre."} for n in range(2)]
    root = make_corpus(
        tmp_path,
        {
            "raw/s/source.yaml": source_yaml("jsonl"),
            "raw/s/a.jsonl": "".join(json.dumps(line) + "\n" for line in lines),
        },
    )
    sound = orjson.loads

    def failing(content: bytes) -> object:
        if b'"x0"' in content:
            raise error
        return sound(content)

    monkeypatch.setattr(orjson, "loads", failing)
    error: Exception = ArithmeticError("no sense in x0")
    report = corpus.check(root)
    assert [(problem.rule, problem.line, problem.found) for problem in report.problems] == [
        ("parser-failed", 1, "ArithmeticError: no sense in x0")
    ]
    assert report.total("published") == 1
    error = MemoryError("no room for x0")  # of this machine, not of the record: a release must not hang on it
    with pytest.raises(CorpusError) as raised:
        corpus.check(root)
    assert [(problem.rule, problem.line) for problem in raised.value.problems] == [("partition-failed", 1)]
