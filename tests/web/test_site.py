"""A release as static pages: addresses, pages that stay small, words that may not leave, a folder that is whole."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from corpus.cli import main
from corpus.model.problem import CorpusError, UsageError
from corpus.model.schema import arrow_schema
from corpus.web.article import article_page
from corpus.web.language import language
from corpus.web.site.addresses import Addresses, Links, article_stem, file_name, page_address
from corpus.web.site.articles import _anchors, fitting
from corpus.web.site.paging import LIMIT, begins, pages_of
from corpus.web.site.search_index import FOLDER, settle
from corpus.web.site.site import LISTED, site
from corpus.web.site.workplace import workplace
from corpus.web.site.writer import Writer
from helpers.articles import NONCE
from helpers.markup import faults

SHARED = {"corpus": "Essai", "version": "", "lists": {}, "articles_in": "fr"}


@pytest.fixture(scope="module")
def made(built_room: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the release of the reading room; to read only."""
    out = tmp_path_factory.mktemp("site") / "pages"
    answer = site(built_room / "build" / "preview", out)
    assert (answer.articles, answer.masked) == (16, 1)
    return out


def pages(folder: Path) -> Iterator[tuple[str, Any]]:
    """Each page by its path, parsed."""
    for file in sorted(folder.rglob("*.html")):
        yield file.relative_to(folder).as_posix(), html.document_fromstring(file.read_bytes())


def contents(folder: Path) -> dict[str, bytes]:
    """Each file by its path."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


NAMES = st.one_of(
    st.text(max_size=12), st.sampled_from(["con", "CON", "aux.a", "Été", "E\u0301te\u0301", "..", "a/b", ""])
)


@given(NAMES, NAMES)
def test_two_names_are_two_files_on_every_disk(one: str, other: str) -> None:
    files = [file_name(name) for name in (one, other)]
    assert (files[0].casefold() == files[1].casefold()) == (one == other)
    for name in files:
        assert re.fullmatch(r"[a-z0-9][a-z0-9._~-]{0,79}", name)
        assert not name.endswith(".")
        assert name.split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
    assert page_address(files[0], 2) != page_address(files[1])  # no file is called as the second page of another


def rows(paragraphs: list[str], marks: list[tuple[int, int]]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """An article of these paragraphs, with a name wherever marks say so."""
    text, spans = "\n\n".join(paragraphs), []
    at = 0
    for one in paragraphs:
        spans.append({"start": at, "end": at + len(one), "role": "body" if at else "title"})
        at += len(one) + 2
    row = {"id": "agence/un", "title": paragraphs[0], "text": text, "paragraphs": spans, "language": "fr"}
    row |= {"date": "2024-03", "date_earliest": "2024-03-01", "date_latest": "2024-03-31", "source": "agence"}
    found = sorted({(start % len(text), start % len(text) + length) for start, length in marks})
    names = [
        {"start": start, "end": min(end, len(text)), "type": "PER", "text": text[start:end], "name": text[start:end]}
        for start, end in found
    ]
    return row, {"entities": [{**one, "entity": f"e{n}", "status": "silver"} for n, one in enumerate(names)]}


WORDS = st.text(st.sampled_from("ab &<é\u0301😀\u202e"), min_size=1, max_size=60)


@given(st.lists(WORDS, min_size=1, max_size=6), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 9)), max_size=9))
def test_the_parts_of_an_article_are_its_text_and_each_mark_begins_once(
    paragraphs: list[str], marks: list[tuple[int, int]]
) -> None:
    row, tables = rows(paragraphs, marks)
    page = article_page(row, tables, language("en"))
    parts = pages_of(page, 600)
    segments = [one for part in parts for paragraph in part.paragraphs for one in paragraph.segments]
    for one in segments:
        assert row["text"][one.start : one.end] == one.text
    assert "".join(one.text or "" for one in segments) == "".join(paragraphs)
    anchors = [mark.anchor for one in segments for mark in one.marks if mark.anchor]
    assert len(anchors) == len(set(anchors))
    assert begins(parts) == sorted(begins(parts))


@pytest.mark.parametrize(
    "paragraphs",
    [
        [f"Camaret {number} & <Brest>" * 30 for number in range(60)],
        ["Titre", "&😀'\"" * 30_000],
        ["<script>" * 100, *(f"Une phrase {number}." for number in range(2000))],
    ],
    ids=["many names", "one long paragraph", "many short paragraphs"],
)
def test_no_page_of_a_long_article_is_too_long_and_its_parts_lead_to_each_other(
    paragraphs: list[str], tmp_path: Path
) -> None:
    row, tables = rows(paragraphs, [(number * 31, 9) for number in range(1500)])
    page = article_page(row, tables, language("fr"))
    writer = Writer(tmp_path, tmp_path, language("fr"), SHARED)
    parts, content = fitting(writer, page, Addresses({page.id}))
    assert len(parts) == len(content) > 1
    assert max(map(len, content)) < LIMIT
    last = html.document_fromstring(content[-1])
    assert last.xpath("//a[@rel='prev']/@href") == [f"../../{page_address(article_stem(page.id), len(parts) - 1)}"]


def test_a_link_to_a_passage_that_is_not_shown_leads_to_the_article() -> None:
    rows = [
        {"article": "a/0", "other": f"a/{n}", "start": n, "end": n + 9, "other_start": 5, "other_end": 14, "words": n}
        for n in range(1, 30)
    ]
    addresses = Addresses({f"a/{n}" for n in range(30)}, passages={"a/0": _anchors("a/0", rows)})
    addresses.begins["a/0"] = [0, 10]
    links = Links(addresses, "")
    assert len(addresses.passages["a/0"]) == 12
    assert links.article("a/0", "passage-29-38") == "articles/a/0~p2.html#passage-29-38"
    assert links.article("a/0", "passage-12-21") == "articles/a/0~p2.html"
    assert links.article("a/0", "passage-3-12") == "articles/a/0.html"


def test_a_masked_article_says_what_the_release_publishes_of_it() -> None:
    row, tables = rows(["Camaret", "Un texte."], [])
    row |= {
        "url": "https://essai.example/1",
        "section": "Ports",
        "publication": "Essai",
        "byline": NONCE,
        "text": NONCE,
    }
    is_open = {column.name for column in arrow_schema("articles_masked")}
    page = article_page({name: value for name, value in row.items() if name in is_open}, tables, language("en"))
    assert {"https://essai.example/1", "Ports", "Essai"} <= {one.value for one in page.head}
    assert page.masked
    assert NONCE not in repr(page)


def test_paragraphs_that_overlap_are_shown_once_and_an_unknown_role_is_damage() -> None:
    row, tables = rows(["Camaret", "Brest et Redon"], [(0, 7), (9, 5)])
    twice = article_page({**row, "paragraphs": row["paragraphs"] * 2}, tables, language("en"))
    ids = [mark.anchor for one in twice.paragraphs for part in one.segments for mark in part.marks if mark.anchor]
    assert sorted(ids) == ["entities-0", "entities-1"]
    [name, *_] = tables["entities"]
    for wrong, entities in (
        ({"paragraphs": [{"start": 0, "end": 7, "role": "<b>"}]}, []),
        ({"paragraphs": None}, []),
        ({"paragraphs": [{"start": None, "end": 7, "role": "title"}]}, []),
        ({}, [{**name, "type": "X"}]),
        ({}, [{**name, "start": None}]),
    ):
        with pytest.raises(CorpusError) as damage:
            article_page({**row, **wrong}, {"entities": entities}, language("en"))
        [problem] = damage.value.problems
        assert (problem.rule, "agence/un" in problem.file) == ("release-damaged", True)


def _file(value: Any) -> bytes:
    """A file of an index that says this, in the CBOR of lists, strings and small numbers."""

    def parts(one: Any) -> bytes:
        if isinstance(one, int):
            return bytes([one])
        body = one.encode() if isinstance(one, str) else b"".join(map(parts, one))
        length = len(body) if isinstance(one, str) else len(one)
        return bytes([(0x60 if isinstance(one, str) else 0x80) | length]) + body

    return gzip.compress(b"pagefind_dcd" + parts(value))


def _settled(folder: Path, values: list[str], facets: list[str]) -> dict[str, bytes]:
    """An index whose facets, and the values of each, were written in some order."""
    (folder / "filter").mkdir(parents=True)
    for number, name in enumerate(facets):
        content = _file([name, [[one, [1, 2]] for one in values]])
        (folder / "filter" / f"fr_{number}{values[0]}.pf_filter").write_bytes(content)
    listed = [[name, f"fr_{number}{values[0]}"] for number, name in enumerate(facets)]
    (folder / "pagefind.fr_x.pf_meta").write_bytes(_file(["1.5.2", [], listed, [["date", [2, 1]]]]))
    entry = {"version": "1.5.2", "languages": {"fr": {"hash": "fr_x", "page_count": 2}}}
    (folder / "pagefind-entry.json").write_text(json.dumps(entry))
    settle(folder)
    return contents(folder)


def test_an_index_has_the_same_bytes_in_whatever_order_it_was_written(tmp_path: Path) -> None:
    found = [
        _settled(tmp_path / "".join([*values, *facets]), [*values], [*facets])
        for values in permutations(["a", "é", "zz" * 5])
        for facets in permutations(["source", "year"])
    ]
    assert len(found[0]) == 4
    assert all(one == found[0] for one in found)


def test_no_word_of_a_masked_article_is_in_any_byte_of_the_site(made: Path) -> None:
    for path, content in contents(made).items():
        plain = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        assert NONCE.encode() not in plain.lower(), path
    [(address, page)] = [one for one in pages(made) if one[0].startswith("articles/ferme/")]
    assert page.xpath("//*[contains(@class, 'masked')]//*[@data-start]")
    assert page.xpath("//h1/text()") == ["ferme/" + address.split("/")[2].removesuffix(".html")]
    index = b"".join(gzip.decompress(file.read_bytes()) for file in (made / FOLDER / "fragment").iterdir())
    [fragment] = [one for one in index.split(b"pagefind_dcd") if address.encode() in one]
    said = json.loads(fragment)
    assert said["content"].strip(" .") == page.xpath("//h1/text()")[0]
    assert said["filters"]["publication"] == ["Journal fermé"]
    assert set(said["meta"]) == {"title", "about"}


def test_every_page_is_small_and_leads_only_to_what_is_there(made: Path) -> None:
    assert check_pages(made) > 40


def test_what_versions_changed_and_how_one_is_cited_is_shown(two_versions: dict[str, Path], tmp_path: Path) -> None:
    site(two_versions["1.1.0"], tmp_path / "pages", "en")
    check_pages(tmp_path / "pages")
    known = dict(pages(tmp_path / "pages"))
    assert [one.split()[0] for one in known["changes.html"].xpath("//h2/text()")] == ["1.1.0", "1.0.0"]
    assert "records added to articles" in known["changes.html"].xpath("string(//main)")
    assert known["cite.html"].xpath("string(//pre)").startswith("@misc{")
    cited = (two_versions["1.1.0"] / "CITATION.cff").read_bytes()
    assert (tmp_path / "pages" / "CITATION.cff").read_bytes() == cited


def test_a_release_of_an_older_format_has_a_site_where_it_says_what_it_is(repository: Path, tmp_path: Path) -> None:
    site(repository / "tests" / "release" / "format_3" / "release", tmp_path / "pages")
    check_pages(tmp_path / "pages")
    with pytest.raises(UsageError, match="format 2"):
        site(repository / "tests" / "release" / "format_2" / "release", tmp_path / "no")
    assert [one.name for one in tmp_path.iterdir()] == ["pages"]


def check_pages(made: Path) -> int:
    """How many pages there are; none is too long, and each of their links leads to a file and a place in it."""
    known = dict(pages(made))
    ids = {path: set(page.xpath("//@id")) for path, page in known.items()}
    for path, page in known.items():
        assert (made / path).stat().st_size < LIMIT, path
        for link in page.xpath("//@href | //@src"):
            if re.match(r"https?://", link):
                continue
            target, _, anchor = link.partition("#")
            there = (made / path).parent.joinpath(target).resolve() if target else made / path
            assert there.is_file(), (path, link)
            assert not anchor or anchor in ids[there.relative_to(made.resolve()).as_posix()], (path, link)
    return len(known)


def test_every_page_says_what_it_is_and_runs_nothing_of_anybody_else(made: Path) -> None:
    for path, page in pages(made):
        [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "unsafe-inline" not in policy
        assert policy.startswith("default-src 'none'")
        assert [one.get("src") for one in page.iter("script")] == (["static/site.js"] if path == "search.html" else [])
        assert faults((made / path).read_text(encoding="utf-8")) == [], path
        assert not page.xpath("//iframe | //object | //base")
        assert page.xpath("//html/@lang") == ["fr"]
        assert page.xpath("//meta[@name='description']/@content")[0].strip()
        assert page.xpath("//link[@rel='canonical']/@href") == [path.rpartition("/")[2]]


def test_the_same_release_gives_the_same_bytes_in_place_of_the_earlier_site(
    built_room: Path, made: Path, tmp_path: Path
) -> None:
    out = tmp_path / "pages"
    for lang in ("en", "fr"):
        answer = CliRunner().invoke(
            main, ["site", str(built_room / "build" / "preview"), "--out", str(out), "--lang", lang]
        )
        assert answer.exit_code == 0, answer.output
        assert f'<html lang="{lang}"' in (out / "index.html").read_text("utf-8")
    assert contents(out) == contents(made)
    assert [one.name for one in tmp_path.iterdir()] == ["pages"]
    (out / "CNAME").write_text("essai.example")
    before = contents(out)
    with pytest.raises(UsageError, match="CNAME") as refused:
        site(built_room / "build" / "preview", out)
    assert refused.value.problems[0].rule == "place-not-free"
    assert contents(out) == before


def test_a_relative_place_is_that_of_the_folder_that_one_is_in(
    built_room: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(main, ["site", str(built_room / "build" / "preview"), "--out", "of/essai"])
    assert answer.exit_code == 0, answer.output
    assert contents(tmp_path / "of" / "essai") == contents(made)


def test_a_site_stands_beside_a_release_and_not_in_it(room_root: Path) -> None:
    release = room_root / "build" / "preview"
    before = contents(room_root)
    (room_root / "link").symlink_to(release)
    for out in (release / "site", release, release / "data" / "a" / "b", room_root / "build", room_root / "link" / "s"):
        with pytest.raises(UsageError, match="release") as refused:
            site(release, out)
        assert refused.value.problems[0].rule == "place-not-free"
    (room_root / "link").unlink()
    assert contents(room_root) == before


def test_of_a_run_that_was_stopped_nothing_is_left(built_room: Path, tmp_path: Path) -> None:
    release, out = built_room / "build" / "preview", tmp_path / "pages"
    heard = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)"  # this run may be under nohup
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
        waits = tmp_path / "waits"
        waits.write_text(f"#!/bin/sh\nkill -{number} $PPID\nexec sleep 20 > /dev/null 2>&1\n")
        waits.chmod(0o755)
        started = f"{heard}; from corpus.cli import main; main()"
        words = [sys.executable, "-c", started, "site", str(release), "--out", str(out)]
        settings = {**os.environ, "PAGEFIND_BINARY_PATH": str(waits)}
        done = subprocess.run(words, check=False, capture_output=True, env=settings)
        assert done.returncode == (-number if number == signal.SIGKILL else 128 + number), done.stderr
        waits.unlink()
        if number != signal.SIGKILL:
            assert not list(tmp_path.iterdir())
    [left] = tmp_path.iterdir()
    own, other = tmp_path / ".pages-of-mine", tmp_path / ".pages-worked-in"
    own.mkdir()
    (own / "index.html").touch()
    (left / "site" / "letter.odt").touch()
    with workplace(tmp_path / "pages") as working:
        assert contents(left) == {"site/letter.odt": b""}
        (left / "site" / "letter.odt").rename(other)
        with workplace(tmp_path / "pages"):
            assert working.is_dir()
    assert {one.name for one in tmp_path.iterdir()} == {own.name, other.name, left.name}


def test_where_the_index_fails_nothing_appears(
    built_room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no room >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(broken))
    with pytest.raises(CorpusError, match="no room") as failed:
        site(built_room / "build" / "preview", tmp_path / "pages")
    assert failed.value.problems[0].rule == "search-index-failed"
    assert [one.name for one in tmp_path.iterdir()] == ["broken"]


def test_without_what_makes_the_index_the_answer_says_what_to_install(
    built_room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pagefind_bin", "pagefind_bin_extended"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = CliRunner().invoke(main, ["site", str(built_room / "build" / "preview"), "--out", str(tmp_path / "pages")])
    assert answer.exit_code == 2
    assert "pip install 'annotated-corpus[site]'" in answer.output
    assert not list(tmp_path.iterdir())


def test_a_site_lists_its_files(made: Path) -> None:
    assert (made / LISTED).read_text("utf-8").splitlines() == [*sorted(set(contents(made)) - {LISTED}), LISTED]
