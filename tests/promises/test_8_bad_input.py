"""Hostile input: two hundred bad files beside twenty good articles, through the real command line."""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard

import corpus
from corpus.model.problem import CorpusError
from corpus.raw.config import read_settings

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)
SHAPES = {"text": "txt", "markdown": "md", "jsonl": "jsonl", "ninjs": "json", "html": "html"}


def _noise(number: int) -> bytes:
    """Random bytes, the same in every run, that are no UTF-8."""
    return b"\xff" + random.Random(number).randbytes(500 + 37 * number)


def _everywhere(article: str) -> dict[str, bytes]:
    """Contents that are bad in every shape; the article is sound where nothing is done to it."""
    plain = article.encode()
    return {
        **{f"noise-{number}": _noise(number) for number in range(6)},
        "empty": b"",
        "blank": b" \n\n \t\n",
        "one-byte": b"\x00",
        "nul": b"\0" * 5000,
        "newlines": b"\n" * 9999 + b"x",
        "mark-alone": b"\xef\xbb\xbf",
        "wide-mark-alone": b"\xff\xfe",
        "wide-half": b"\xff\xfe" + "Un titre\n\nUn été".encode("utf-16-le") + b"\x00",
        "wide-without-mark": article.encode("utf-16-le"),
        "wide-without-mark-big": article.encode("utf-16-be"),
        "latin": article.encode("latin-1", "replace") + b"\xe9\n",
        "surrogate": plain + b"\xed\xa0\x80\n",
        "overlong": plain + b"\xc0\xaf\n",
        "beyond-unicode": plain + b"\xf4\x90\x80\x80\n",
        "cut-letter": plain.rstrip() + b"\xe2\x80",
        "gzip-by-mistake": gzip.compress(plain, mtime=0),
        "elf": b"\x7fELF\x02\x01\x01" + bytes(100) + b"\xfe\xff",
    }


def _text(article: str) -> dict[str, str | bytes]:
    return {
        "override": article.replace("lundi", "\u202elundi\u202c"),
        "isolate": article.replace("lundi", "\u2066lundi\u2069"),
        "private": article.replace("lundi", "\uf8ff"),
        "not-a-character": article.replace("lundi", "\ufdd0"),
        "escape": article.replace("lundi", "\x1b[31mlundi\x1b[0m"),
        "bell": article.replace("lundi", "\x07"),
        "tags": article.replace("lundi", "\U000e0041\U000e0042"),
        "lost": article.replace("lundi", "\ufffd\ufffd"),
        "title-only": article.partition("\n")[0],
        "carriage-returns-only": "Un titre\r\r\r",
        "impossible-day": article.replace("date 2023-", "date 2023-02-30#", 1),
        "thirteenth-month": "date 2023-13 Un titre\n\nUn corps.\n",
        "foreign-digits": "date 2٠٢٣ Un titre\n\nUn corps.\n",
        "year-nought": "date 0000 Un titre\n\nUn corps.\n",
        "mojibake": article.encode().decode("latin-1"),
        "other-alphabet": "date 2023 Заголовок\n\n" + "Городской совет принял бюджет на следующий год. " * 8,
        "seventeen-megabytes": "date 2023 Long\n\n" + "a" * (17 * 2**20),
    }


def _markdown(body: str) -> dict[str, str | bytes]:
    def page(front: str, under: str = body) -> str:
        return f"---\n{front}\n---\n\n{under}\n"

    return {
        "bomb": page(BOMB + "title: *j"),
        "code": page("title: !!python/object/apply:os.system ['true']"),
        "tag": page("title: !secret clef"),
        "alias": page("title: *perdu"),
        "merge": page("<<: {title: Un titre}"),
        "twice": page("title: Un\ntitle: Deux"),
        "deep": page("title: " + "[" * 5000),
        "deep-map": page("title: " + "{a: " * 3000),
        "list": page("- Un titre"),
        "number": page("12"),
        "nothing": page(""),
        "no-end": "---\ntitle: Un titre\n\n" + body,
        "no-front": body,
        "documents": page("title: Un\n... \ntitle: Deux"),
        "list-key": page("? [a, b]\n: c"),
        "nul-in-yaml": page("title: Un\0titre"),
        "unknown": page("title: Un titre\nauteur: Personne"),
        "date-list": page("title: Un titre\ndate: [2023, 3]"),
        "huge-number": page("title: Un titre\ndate: " + "9" * 5000),
        "script": page("title: Un titre\ndate: 2023", "```\n" + body + "\n```"),
        "no-body": page("title: Un titre\ndate: 2023", ""),
        "bad-url": page("title: Un titre\ndate: 2023\nurl: javascript:alert(1)"),
        "quotes-nested": page("title: Un titre\ndate: 2023-02-31", ">" * 5000 + " " + body),
    }


def _jsonl(body: str) -> dict[str, str | bytes]:
    def line(**fields: object) -> str:
        return json.dumps({"id": "x", "title": "Un titre", "date": "2023", "text": body, **fields})

    sound = line()
    return {
        "nan": sound.replace('"2023"', "NaN"),
        "infinity": sound.replace('"2023"', "-Infinity"),
        "huge-number": sound.replace('"x"', "9" * 400),
        "huge-exponent": sound.replace('"x"', "1e400"),
        "half-pair": sound.replace("Un titre", "\\ud83d"),
        "half-pair-low": sound.replace("Un titre", "\\udc00"),
        "twice": sound.replace('"title"', '"title": "Un", "title"'),
        "twice-tab": sound.replace('"title"', '"title"\t: "Un", "title"'),
        "twice-escaped": sound.replace('"title"', '"titl\\u0065": "Un", "title"'),
        "deep-list": sound.replace('"2023"', "[" * 100_000 + "]" * 100_000),
        "deep-object": sound.replace('"2023"', '{"a":' * 50_000 + "1" + "}" * 50_000),
        "deep-enough": sound.replace('"2023"', "[" * 990 + "]" * 990),
        "deep-unclosed": "[" * 1_000_000,
        "list": "[1, 2, 3]",
        "null": "null",
        "string": '"bonjour"',
        "two-objects": sound + sound,
        "comma": sound + ",",
        "single-quotes": sound.replace('"', "'"),
        "comment": "// rien\\" + sound,
        "null-title": line(title=None),
        "null-text": line(text=None),
        "text-list": line(text=[body]),
        "title-object": line(title={"fr": "Un titre"}),
        "bool-id": line(id=True),
        "unknown": line(**{"\x1b]0;x\x07": 1}),
        "proto": line(__proto__={}),
        "nul": line(text=body + "\0"),
        "override": line(title="\u202eUn titre"),
        "date-number": line(date=20230301),
        "url-space": line(url="http://a b"),
        "redistribution": line(redistribution="full"),
        "licence": line(licence="GPL-9"),
    }


def _archives(sound: str) -> dict[str, bytes]:
    packed = gzip.compress((sound + "\n").encode() * 50, mtime=0)
    frame = zstandard.ZstdCompressor().compress((sound + "\n").encode())
    return {
        "truncated.jsonl.gz": packed[:18],
        "headless.jsonl.gz": packed[10:],
        "only-head.jsonl.gz": packed[:10],
        "noise.jsonl.gz": _noise(90),
        "text.jsonl.gz": sound.encode(),
        "truncated.jsonl.zst": frame[: len(frame) // 2],
        "noise.jsonl.zst": _noise(91),
        "gzip.jsonl.zst": packed,
    }


def _special(folder: Path, root: Path) -> int:
    """What only a file system can hold, in a source of texts; how many."""
    os.mkfifo(folder / "tuyau.txt")
    (folder / "dossier.txt").mkdir()
    (folder / "ferme.txt").write_text("date 2023 Un titre\n\nUn corps.\n", "utf-8")
    (folder / "ferme.txt").chmod(0)
    (folder / "rond-a.txt").symlink_to("rond-b.txt")
    (folder / "rond-b.txt").symlink_to("rond-a.txt")
    (folder / "moi").symlink_to(".")
    (folder / "dehors.txt").symlink_to(root.parent / "secret.txt")
    (folder / "absolu.txt").symlink_to("/etc/hostname")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "perdu.txt").symlink_to("nulle-part.txt")
    (folder / "image.png").write_bytes(b"\x89PNG\r\n")
    with open(os.fsencode(folder) + b"/nom-\xff.txt", "wb") as file:
        file.write(b"date 2023 Un titre\n\nUn corps.\n")
    return 12


@pytest.fixture(scope="module")
def hostile(  # noqa: PLR0912  # a list of files, with loops
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[..., Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
) -> tuple[Path, int, set[str]]:
    """The corpus, how many hostile files it holds, and the ids of its good articles."""
    root = tmp_path_factory.mktemp("hostile") / "corpus"
    (root.parent / "secret.txt").write_text("date 2023 Un secret\n\nRien pour le corpus.\n", "utf-8")
    files: dict[str, str | bytes] = {}
    shapes = [
        shape
        for shape in SHAPES
        if find_spec(f"corpus.parse.shapes.{shape}") and (shape != "html" or find_spec("trafilatura"))
    ]
    for shape in SHAPES:
        if shape in shapes:
            files[f"raw/{shape}/source.yaml"] = source_yaml(shape)
    for number in range(10):
        files[f"raw/text/bon-{number}.txt"] = text_record(number)
    paragraphs = "\n\n".join(body(50))
    for number in range(10, 15):
        under = "\n\n".join(body(number))
        files[f"raw/markdown/bon-{number}.md"] = f"---\ntitle: {title(number)}\ndate: 2023-03\n---\n\n{under}\n"
    lines = [{"id": f"bon-{n}", "title": title(n), "date": "2023", "paragraphs": body(n)} for n in range(15, 20)]
    files["raw/jsonl/2023.jsonl"] = "".join(json.dumps(line) + "\n" for line in lines)
    good = {f"text/bon-{n}" for n in range(10)} | {f"markdown/bon-{n}" for n in range(10, 15)}
    good |= {f"jsonl/bon-{n}" for n in range(15, 20)}
    bad: dict[str, str | bytes] = {}
    for shape in shapes:
        for name, content in _everywhere(text_record(60)).items():
            if shape == "jsonl" and name in ("blank", "newlines"):  # blank lines are no records
                continue
            one_line = content.replace(b"\n", b" ") if shape == "jsonl" and len(content) > 1 else content
            if shape == "html" and name in ("latin", "surrogate", "overlong"):
                one_line = b"<p>" + content
            bad[f"raw/{shape}/2023-03-mal-{name}.{SHAPES[shape]}"] = one_line
    for name, content in _text(text_record(61)).items():
        bad[f"raw/text/2023-03-mal-{name}.txt"] = content
    for name, content in _markdown(paragraphs).items():
        bad[f"raw/markdown/2023-03-mal-{name}.md"] = content
    for name, content in _jsonl(paragraphs).items():
        bad[f"raw/jsonl/mal-{name}.jsonl"] = content
    sound = json.dumps({"id": "y", "title": "Un titre", "date": "2023", "text": paragraphs})
    for name, content in _archives(sound).items():
        bad[f"raw/jsonl/{name}"] = content
    make_corpus(root, {**files, **bad})
    with open(root / "raw" / "jsonl" / "cent-mega.jsonl", "wb") as file:  # one line, as holes on the disk
        file.write(b'{"id": "')
        file.truncate(100 * 2**20)
    count = len(bad) + 1 + _special(root / "raw" / "text", root)
    (root / "raw" / "egare.txt").write_text("date 2023 Un titre\n\nUn corps.\n", "utf-8")
    while count < 199:  # up to two hundred
        (root / "raw" / "text" / f"2023-03-bruit-{count}.txt").write_bytes(_noise(count))
        count += 1
    return root, count + 1, good


def test_two_hundred_hostile_files_are_two_hundred_refusals_and_the_good_articles_are_built(
    hostile: tuple[Path, int, set[str]], tmp_path: Path, command: Callable[..., object]
) -> None:
    root, count, good = hostile
    assert count >= 200
    start = time.monotonic()
    done = command("build", "--root", root, "--out", tmp_path / "release", "--json")
    took = time.monotonic() - start
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    answer = json.loads(done.stdout)
    refused = [json.loads(line) for line in (tmp_path / "release.rejects.jsonl").read_text("utf-8").splitlines()]
    assert all(refusal["problems"] for refusal in refused)
    seen = {refusal["file"] for refusal in refused}
    silent = {
        path.relative_to(root).as_posix()
        for path in (root / "raw").rglob("*")
        if ("bon-" not in path.name and path.name not in ("source.yaml", "2023.jsonl"))
        and path.parent != root / "raw"
        and path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode() not in seen
    }
    assert not silent
    twice = sorted(refusal["file"] for refusal in refused)
    assert not {file for file in twice if twice.count(file) > 1}, "one refusal for each hostile file"
    assert len(refused) == count
    assert {row["id"] for row in pq.read_table(tmp_path / "release" / "data").to_pylist()} == good
    assert sum(source["rejected"] for source in answer["counts"].values()) == count
    assert took < 60


def test_check_says_the_same_and_no_message_carries_control_characters(
    hostile: tuple[Path, int, set[str]], command: Callable[..., object]
) -> None:
    root, count, _ = hostile
    done = command("check", "--root", root, "-v")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"{count + 20:,} raw records" in done.stdout
    odd = {character for character in done.stderr + done.stdout if ord(character) < 32 and character != "\n"}
    assert not odd
    assert max(map(len, done.stderr.split("\n"))) < 1000


def test_settings_that_are_no_file_are_a_problem_and_not_a_wait(
    tmp_path: Path, make_corpus: Callable[..., Path], command: Callable[..., object]
) -> None:
    root = make_corpus(tmp_path, {"raw/essai/2023-03-01.txt": "Un titre\n\nUn corps.\n"})
    os.mkfifo(root / "raw" / "essai" / "source.yaml")
    done = command("check", "--root", root)
    assert done.returncode == 1
    assert "raw/essai/source.yaml: file-unreadable" in done.stderr


def test_a_settings_link_to_an_endless_file_is_a_problem(
    tmp_path: Path, make_corpus: Callable[..., Path], command: Callable[..., object]
) -> None:
    root = make_corpus(tmp_path, {"raw/essai/2023-03-01.txt": "Un titre\n\nUn corps.\n"})
    (root / "raw" / "essai" / "source.yaml").symlink_to("/dev/zero")
    done = command("check", "--root", root)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("place", [b"raw/d\xff", b"raw/text/d\xff"])
def test_a_folder_whose_name_is_no_utf_8_is_a_problem_for_check_and_build(
    place: bytes,
    tmp_path: Path,
    make_corpus: Callable[..., Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
    command: Callable[..., object],
) -> None:
    root = make_corpus(
        tmp_path / "corpus", {"raw/text/source.yaml": source_yaml("text"), "raw/text/a.txt": text_record(1)}
    )
    folder = os.fsencode(root) + b"/" + place
    os.mkdir(folder)  # noqa: PTH102  # pathlib has no bytes
    for name, content in ((b"/b.txt", text_record(2)), (b"/source.yaml", source_yaml("text"))):
        if name != b"/source.yaml" or place == b"raw/d\xff":
            with open(folder + name, "wb") as file:
                file.write(content.encode())
    for arguments in (("check",), ("build", "--out", tmp_path / "out")):
        done = command(*arguments, "--root", root)
        assert "Traceback" not in done.stderr
        assert done.returncode == 1


def test_corpus_toml_cannot_name_a_folder_outside_of_raw(
    tmp_path: Path, make_corpus: Callable[..., Path], source_yaml: Callable[..., str], command: Callable[..., object]
) -> None:
    files = {
        "corpus.toml": 'name = "essai"\nsources = ["../dehors"]\n',
        "dehors/source.yaml": source_yaml("text"),
        "dehors/2023-03-01.txt": "Un titre\n\nUn corps qui n’est pas sous raw.\n",
    }
    done = command("check", "--root", make_corpus(tmp_path, files))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("bound", ["2026-12-31", "2026-12-31T10:00:00", "10:00:00"])
def test_a_bare_toml_date_is_taken_or_refused_but_never_a_crash(
    bound: str, tmp_path: Path, make_corpus: Callable[..., Path]
) -> None:
    root = make_corpus(tmp_path, {"corpus.toml": f'name = "essai"\n[dates]\nlatest = {bound}\n'})
    if bound == "2026-12-31":
        assert read_settings(root).latest == bound
    else:
        with pytest.raises(CorpusError, match=r"field-invalid|date-invalid"):
            read_settings(root)


@pytest.mark.parametrize("share", ["nan", "inf", "-0.1", "true", '"0.8"'])
def test_a_split_needs_a_share_that_is_a_number(share: str, tmp_path: Path, make_corpus: Callable[..., Path]) -> None:
    root = make_corpus(tmp_path, {"corpus.toml": f'name = "essai"\n[splits]\ntrain = {share}\n'})
    with pytest.raises(CorpusError, match="field-invalid"):
        read_settings(root)


@pytest.mark.parametrize(
    "field",
    [
        '"authors": "\\u202eArmelle Le Dantec"',
        '"authors": ["Armelle\\u0000"]',
        '"url": "https://hexa.example/\\u202etxt.exe"',
    ],
)
def test_no_field_that_is_published_carries_characters_that_do_not_show(
    field: str, tmp_path: Path, make_corpus: Callable[..., Path], source_yaml: Callable[..., str]
) -> None:
    line = f'{{"id": "a", "title": "Le pont rouvre", "date": "2023", "text": "Le pont est rouvert.", {field}}}\n'
    root = make_corpus(tmp_path, {"raw/lignes/source.yaml": source_yaml("jsonl"), "raw/lignes/a.jsonl": line})
    assert corpus.check(root).total("rejected") == 1


def test_integer_ids_that_lose_digits_never_collide(
    tmp_path: Path, make_corpus: Callable[..., Path], source_yaml: Callable[..., str]
) -> None:
    lines = [f'{{"id": {2**70 + n}, "title": "Le pont {n}", "date": "2023", "text": "Rouvert {n}."}}\n' for n in (0, 1)]
    root = make_corpus(tmp_path, {"raw/lignes/source.yaml": source_yaml("jsonl"), "raw/lignes/a.jsonl": "".join(lines)})
    assert {problem.rule for problem in corpus.check(root).problems} <= {"field-invalid"}
