"""Damaged and hostile exports: nothing crashes or hangs, and the articles around the damage stay as they are."""

from __future__ import annotations

import io
import random
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.model.article import Article
from corpus.model.problem import Problem, Rejected
from corpus.parse import shapes
from corpus.parse.articles import articles_of, records_of
from corpus.raw.config import Settings, Source
from corpus.raw.layout import SHAPES
from corpus.raw.partitions import Partition
from helpers import articles
from helpers.exports import COLUMNS, EXPORTS, items

FIELDS = ("title", "date", "publication", "authors", None, "section", "page", "text", "url")
MUTATIONS = 750
"""Of each format; 10,000 and more of all."""


def source_of(name: str) -> Source:
    """The source that reads a format."""
    more = {}
    if EXPORTS[name].shape == "csv":
        fields = ("title", "date", "publication", "authors", "section", "page", "text", "url")
        more = {"fields": dict(zip(COLUMNS, fields, strict=True))}
    elif name == "json":
        fields = {"maintext": "text", "date_publish": "date"}
        more = {"fields": fields, "left_out": {"source_domain": "not needed"}}
    return Source("s", "Essai", "fr", "CC0-1.0", "full", EXPORTS[name].shape, **more)


def read(name: str, content: bytes, folder: Path) -> list[Article | Rejected]:
    """What a file of a format is read as."""
    file = folder / f"export{EXPORTS[name].suffix}"
    file.write_bytes(content)
    source = source_of(name)
    part = Partition("s", (file.name,), source.shape)
    records = records_of(part, source, folder)
    return list(articles_of(records, source, Settings(folder, "essai", "Essai")))


def plain(found: list[Article | Rejected]) -> list[tuple[str, str, str]]:
    """Title, date and text of the articles."""
    return [(one.title, one.date, one.text) for one in found if isinstance(one, Article)]


@pytest.mark.parametrize("name", EXPORTS)
def test_every_article_of_an_export_is_read_in_order(name: str, tmp_path: Path) -> None:
    given = items(1 if name == "nitf" else 25, 2)
    content = EXPORTS[name].write(given)
    found = read(name, content, tmp_path)
    assert [one for one in found if isinstance(one, Rejected)] == []
    assert [one.title for one in found] == [one.title for one in given]
    for article, item in zip(found, given, strict=True):
        assert isinstance(article, Article)
        assert article.date.startswith(item.date)
        assert all(text in article.text for text in item.paragraphs)
    assert shapes.seen(EXPORTS[name].shape, content) == len(given)


@pytest.mark.parametrize("name", EXPORTS)
def test_no_format_is_taken_for_another(name: str) -> None:
    content = EXPORTS[name].write(items(3))
    seen = {
        shape: shapes.seen(shape, content)
        for shape, how in SHAPES.items()
        if how.bulk and not how.streamed and how.suffix_of(f"a{EXPORTS[name].suffix}")
    }
    assert {shape for shape, count in seen.items() if count} == {EXPORTS[name].shape}


def damaged(content: bytes, draw: random.Random) -> bytes:
    """The content with one kind of damage: bits, holes, doubled stretches, foreign bytes, a cut end."""
    at, size = draw.randrange(len(content)), draw.choice((1, 2, 7, 40, 300))
    kind = draw.randrange(6)
    if kind == 0:
        return content[:at] + bytes([content[at] ^ (1 << draw.randrange(8))]) + content[at + 1 :]
    if kind == 1:
        return content[:at] + content[at + size :]
    if kind == 2:
        return content[:at] + content[at : at + size] * 2 + content[at + size :]
    if kind == 3:
        return content[:at] + draw.randbytes(size) + content[at:]
    if kind == 4:
        return content[:at]
    signs = (
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<!--",
        b"\x00",
        b'"',
        b"{",
        b"}",
        b"\\",
        b";",
        b"\n",
        b"\xff\xfe",
        b"</article>",
    )
    return content[:at] + draw.choice(signs) + content[at:]


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTS)
def test_ten_thousand_mutations_neither_crash_nor_hang_and_lose_no_neighbour(name: str, tmp_path: Path) -> None:
    given = items(1 if name == "nitf" else 6)
    content = EXPORTS[name].write(given)
    whole = plain(read(name, content, tmp_path))
    # One damaged byte of a packed file may hide all behind it; an article of IRaMuTeQ ends where the next one begins.
    allowed = 5 if content.startswith((b"PK", b"{\\rtf")) else 15 if name == "iramuteq" else 1
    draw = random.Random(name)
    began = time.process_time()
    lost = 0
    for _ in range(MUTATIONS):
        found = read(name, damaged(content, draw), tmp_path)
        assert found
        assert all(one.problems for one in found if isinstance(one, Rejected))
        named = len(found) if not any(isinstance(one, Rejected) for one in found) else 99
        kept = sum(one in whole for one in plain(found))
        lost += len(given) - kept > 1 and named < len(given)
    assert lost <= MUTATIONS // 100 * allowed  # a hole that takes two articles with it
    assert time.process_time() - began < 0.2 * MUTATIONS


@pytest.mark.parametrize("name", [name for name in EXPORTS if name != "iramuteq"])  # it has no mark of an end
def test_a_file_that_ends_too_early_says_so(name: str, tmp_path: Path) -> None:
    given = items(1 if name == "nitf" else 6)
    content = EXPORTS[name].write(given)
    for share in (0.1, 0.35, 0.6, 0.85):
        found = read(name, content[: int(len(content) * share)], tmp_path)
        assert any(isinstance(one, Rejected) for one in found), share


XML = [name for name, one in EXPORTS.items() if one.suffix in (".xml", ".nitf")]


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY secret SYSTEM "file://@">',
        '<!ENTITY % away SYSTEM "http://127.0.0.1:9/a.dtd"> %away;',
        (
            '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
            '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY secret "&e;&e;">'
        ),
    ],
)
def test_entities_of_a_file_of_its_own_are_never_resolved(name: str, subset: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(articles.NONCE, "utf-8")
    subset = subset.replace("@", str(tmp_path / "secret.txt"))
    content = EXPORTS[name].write(items(2)).decode()
    root = content[content.index("?>") + 3 :].split(maxsplit=1)[0].split(">")[0]
    head, rest = content.split("?>", 1)
    hostile = f"{head}?><!DOCTYPE {root} [{subset}]>{rest}".replace("lundi", "&secret; lundi")
    began = time.process_time()
    found = read(name, hostile.encode(), tmp_path)
    assert time.process_time() - began < 5
    text = "".join(one.text for one in found if isinstance(one, Article))
    assert articles.NONCE not in text
    assert "aaaaaaaaaaaaaaaaaaaa" not in text
    assert found


@pytest.mark.parametrize("name", ["nexis-docx", "xlsx"])
def test_a_bomb_is_refused_before_it_is_unpacked(name: str, tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(EXPORTS[name].write(items(1)))) as sound, zipfile.ZipFile(made, "w") as bomb:
        for part in sound.infolist():
            big = part.filename.endswith(("document.xml", "sheet1.xml"))
            content = sound.read(part)
            if not big:
                bomb.writestr(part.filename, content, zipfile.ZIP_DEFLATED)
                continue
            with bomb.open(zipfile.ZipInfo(part.filename), "w", force_zip64=True) as stream:
                stream._compressor = zlib.compressobj(1, zlib.DEFLATED, -15)  # ZipFile.open knows no way to say it
                stream.write(content)
                for _ in range(1100):
                    stream.write(bytes(2**20))
    began = time.process_time()
    found = read(name, made.getvalue(), tmp_path)
    assert time.process_time() - began < 5
    assert [one.problems[0].rule for one in found if isinstance(one, Rejected)] == ["size-absurd"]
    assert len(found) == 1


def deep(name: str) -> Iterator[bytes]:
    """Nesting without end, in the words of a format."""
    sound = EXPORTS[name].write(items(2))
    yield sound.replace(b"lundi", b"<div>" * 30_000)
    yield sound.replace(b"lundi", b"{" * 30_000)
    yield sound.replace(b"lundi", b"[" * 30_000)


@pytest.mark.parametrize("name", [name for name in EXPORTS if EXPORTS[name].suffix not in (".docx", ".xlsx")])
def test_nesting_without_end_is_read_or_refused_in_time(name: str, tmp_path: Path) -> None:
    for content in deep(name):
        began = time.process_time()
        found = read(name, content, tmp_path)
        assert found
        assert time.process_time() - began < 20


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_of_no_shape_is_one_problem_of_the_file(name: str, tmp_path: Path) -> None:
    for content in (b"", b"\x00" * 5000, b"Bonjour.\n", random.Random(3).randbytes(4000), b"%PDF-1.7\n%\xe2\xe3"):
        found = read(name, content, tmp_path)
        assert len(found) == 1
        assert isinstance(found[0], Rejected)
        assert isinstance(found[0].problems[0], Problem)
