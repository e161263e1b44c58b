"""JSON of articles: where the array stands does not matter, what programs write is read, and damage is named."""

from __future__ import annotations

import json
import random
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.article import Article
from corpus.model.problem import CorpusError, Problem, Rejected
from corpus.parse import shapes
from corpus.parse.articles import articles_of
from corpus.raw.config import Settings, Source
from corpus.raw.records import Record
from helpers.columns import settings

BODY = "La halle de Kerlez rouvre lundi, et les commerçants le disent avec joie.\nLe maire, lui, attend jeudi."


def article(number: int = 1, **more: Any) -> dict[str, Any]:
    """An article with our own names."""
    return {"title": f"La halle {number}", "date": "2023-03-03", "text": f"{BODY} Numéro {number}.", **more}


def source_of(**said: Any) -> Source:
    """A source of JSON."""
    return Source("kerlez", "Kerlez", "fr", "CC0-1.0", "full", "json", **said)


def read(content: object, **said: Any) -> list[Article | Rejected]:
    """What becomes of a file: its articles and its problems, in order."""
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    source = source_of(**said)
    file = Record("raw/kerlez/a.json", 0, 0, raw, charset=source.encoding or "")
    try:
        found = list(shapes.records(file, source))
    except CorpusError as error:
        found = list(error.problems)
    return list(articles_of(found, source, Settings(Path(), "essai", "Essai")))


def sound(content: object, **said: Any) -> list[Article]:
    """The articles of a file in which nothing is wrong."""
    found = read(content, **said)
    assert [one for one in found if isinstance(one, Rejected)] == []
    return [one for one in found if isinstance(one, Article)]


def wrong(content: object, **said: Any) -> list[Problem]:
    """The problems of a file."""
    return [problem for one in read(content, **said) if isinstance(one, Rejected) for problem in one.problems]


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda all_: all_,
        lambda all_: {"articles": all_},
        lambda all_: {"status": "ok", "totalResults": 2, "items": all_, "next": None},
        lambda all_: {"response": {"numFound": 2, "docs": all_}},
        lambda all_: {"title": "Mes articles", "url": "https://exemple.invalid", "items": all_},
        lambda all_: {"2022": all_[:1], "2023": all_[1:]},
        lambda all_: {"V1": all_[0], "V1_1": all_[1]},
        lambda all_: [all_[:1], all_[1:]],
        lambda all_: {"data": [{"type": "page", "links": [1, [2]]}, *all_]},
    ],
)
def test_articles_are_found_wherever_they_stand(wrapped: Any) -> None:
    found = sound(wrapped([article(1), article(2)]))
    assert [(one.title, one.raw_path[-2:]) for one in found] == [("La halle 1", "#1"), ("La halle 2", "#2")]


def test_tags_and_pictures_with_titles_beside_a_text_are_no_articles() -> None:
    fields = {"headline": "La halle rouvre", "body": f"<p>{BODY}</p>"}
    tags = [{"id": "profil/ana", "webTitle": "Ana Roux", "webUrl": "https://exemple.invalid/ana"}]
    item = {"id": "a/1", "webTitle": "La halle", "webPublicationDate": "2023-03-03", "fields": fields, "tags": tags}
    names = {"fields.headline": "title", "fields.body": "text", "webPublicationDate": "date"}
    left_out = {"webTitle": "another", "tags": "none"}
    [found] = sound({"response": {"results": [item]}}, fields=names, left_out=left_out, markup="html")
    assert (found.title, found.date) == ("La halle rouvre", "2023-03-03")


@pytest.mark.parametrize("key", ["text", "value", "content", "html"])
def test_a_body_of_blocks_is_read_without_its_pictures(key: str) -> None:
    body = [
        {"type": "paragraph", key: BODY},
        {"type": "image", "url": "x"},
        None,
        {"type": "text", key: f"{BODY} Oui."},
    ]
    [found] = sound([article(text=body, date={"year": 2023, "month": 3, "day": 1})])
    assert found.date == "2023-03-01"
    assert found.text.endswith("Oui.")


def test_comments_below_an_article_without_text_are_no_articles() -> None:
    comments = [{"title": "Oh", "text": BODY, "date": "2023-03-05"}]
    problems = wrong([{"title": "La halle", "date": "2023-03-03", "comments": comments}], left_out={"comments": "-"})
    assert [(problem.rule, problem.path) for problem in problems] == [("field-missing", "$.text")]


def test_the_title_of_a_feed_is_no_article() -> None:
    [found] = sound({"feed": {"title": "Le Courrier", "link": "x"}, "entries": [article()]})
    assert found.title == "La halle 1"


def test_what_pandas_writes_column_by_column_is_read_row_by_row() -> None:
    rows = [article(1), article(2)]
    columns = {name: {str(at): row[name] for at, row in enumerate(rows)} for name in rows[0]}
    split = {"columns": list(rows[0]), "index": [0, 1], "data": [list(row.values()) for row in rows]}
    for content in (columns, split, {str(at): row for at, row in enumerate(rows)}):
        assert [one.title for one in sound(content)] == ["La halle 1", "La halle 2"]
        assert shapes.seen("json", json.dumps(content).encode()) == 2


def test_one_object_is_one_article() -> None:
    [one] = sound(article())
    assert one.raw_path == "raw/kerlez/a.json#1"


@pytest.mark.parametrize("between", ["\n", "\n\n", "", ",\n"])
def test_objects_one_behind_the_other_are_read(between: str) -> None:
    content = between.join(json.dumps(article(number)) for number in (1, 2, 3))
    assert len(sound(content.encode())) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_content_of_a_record_is_its_own_slice_of_the_file(encoding: str) -> None:
    written = json.dumps([article(1), article(2)], ensure_ascii=False, indent=2)
    source = source_of(encoding="windows-1252" if encoding == "cp1252" else None)
    file = Record("raw/kerlez/a.json", 0, 0, written.encode(encoding), charset=source.encoding or "")
    one, two = (record for record in shapes.records(file, source) if isinstance(record, Record))
    assert json.loads(one.content) == article(1)
    assert two.content.decode() in written
    assert [two.number, two.file] == [2, "raw/kerlez/a.json#2"]


def test_keys_of_keys_are_named_with_dots() -> None:
    given_article = {
        "title": "Un",
        "publishedAt": "2023-03-03",
        "source": {"id": "k", "name": "Kerlez"},
        "content": BODY,
    }
    said = settings(json.dumps({"articles": [given_article]}).encode(), "a.json")
    assert said["fields"] == {"content": "text", "publishedAt": "date", "source.name": "publication"}
    assert list(said["left_out"]) == ["source.id"]  # type: ignore[call-overload]  # it is a mapping
    [one] = sound({"articles": [given_article]}, **said)
    assert (one.publication, one.date) == ("Kerlez", "2023-03-03")
    assert wrong({"articles": [given_article]}, fields=said["fields"])[0].path == "$['source.id']"
    without = sound({"articles": [given_article, {**given_article, "content": f"{BODY} Fin.", "source": None}]}, **said)
    assert [one.publication for one in without] == ["Kerlez", None]


def test_a_body_that_is_a_tree_of_sections_is_read_in_order() -> None:
    tree = {
        "summary": ["Le toit est réparé."],
        "sections": [
            {"headline": [], "paragraphs": ["La halle rouvre lundi.", "Le maire attend."]},
            {"headline": ["Et le pont ?"], "paragraphs": ["Il reste fermé."]},
        ],
    }
    content = {
        "V1": {"title": "Un", "publishing_date": "2023-03-03 16:00:34+02:00", "authors": ["Ana Roux"], "body": tree}
    }
    [one] = sound(content, **settings(json.dumps(content).encode(), "a.json"))
    assert [(one.surface(part), part.role) for part in one.paragraphs[1:]] == [
        ("Le toit est réparé.", "standfirst"),
        ("La halle rouvre lundi.", "body"),
        ("Le maire attend.", "body"),
        ("Et le pont ?", "subheading"),
        ("Il reste fermé.", "body"),
    ]
    tree["notes"] = ["rien"]
    [problem] = wrong(content, fields={"body": "text", "publishing_date": "date"})
    assert problem.rule == "field-unknown"


def test_what_programs_write_is_read() -> None:
    given_articles = [
        article(
            1, authors=[{"name": "Ana Roux"}, "Yann Tallec"], publication={"name": "Kerlez"}, section=["Pays", "Port"]
        ),
        article(2, date={"$date": "2023-03-03T10:00:00Z"}, id={"$oid": "abc"}, page=5.0, authors=[]),
        article(3, date=1677801600000, url=None, standfirst="null", language="fr_FR"),
        article(4, text=["La halle rouvre.", "Le pont ferme."], authors=None),
    ]
    one, two, three, four = sound(given_articles, date_format="epoch-milliseconds")
    assert (one.byline, one.publication, one.section) == ("Ana Roux, Yann Tallec", "Kerlez", "Pays, Port")
    assert (two.date, two.id, two.page) == ("2023-03-03T10:00:00Z", "kerlez/abc", "5")
    assert (three.date[:10], three.url, three.language) == ("2023-03-03", None, "fr")
    assert [four.surface(part) for part in four.paragraphs[1:]] == ["La halle rouvre.", "Le pont ferme."]


def test_python_writes_nan_where_there_is_nothing() -> None:
    content = json.dumps([article(1, section=float("nan")), article(2, section="NaN : 3")]).encode()
    assert [one.section for one in sound(content)] == [None, "NaN : 3"]


def test_a_key_twice_is_refused_in_its_article_only() -> None:
    content = json.dumps([article(1), article(2)]).replace('"title": "La halle 1"', '"title": "Un", "title": "Deux"')
    found = read(content.encode())
    assert isinstance(found[0], Rejected)
    assert found[0].problems[0].rule == "json-invalid"
    assert isinstance(found[1], Article)


def test_keys_that_nobody_named_are_said_once() -> None:
    content = [article(1, vues=3), article(2, vues=4), article(3)]
    [problem] = wrong(content)
    assert (problem.rule, problem.path, problem.found) == ("field-unknown", "$['vues']", "3, in 2 articles")
    assert len(sound(content, left_out={"vues": "a count"})) == 3


def test_a_list_of_links_is_refused_once() -> None:
    [problem] = wrong([{"title": "Un", "url": "https://exemple.invalid"}] * 3)
    assert (problem.rule, problem.path) == ("field-missing", "$.text")


def test_an_article_of_a_teaser_only_is_refused() -> None:
    content = [{"title": "Un", "date": "2023", "standfirst": BODY, "text": None}, article()]
    [problem] = wrong(content)
    assert (problem.rule, problem.file) == ("article-empty", "raw/kerlez/a.json#1")


@pytest.mark.parametrize("mark", ["… [+467 chars]", "... [1234 chars]", "… [+467 characters]"])
def test_content_that_a_service_cut_is_refused(mark: str) -> None:
    [problem] = wrong([article(text=f"La halle de Kerlez rouvre lundi, et les comm{mark}")])
    assert problem.rule == "article-truncated"


def test_what_stands_before_and_behind_damage_is_read() -> None:
    written = json.dumps([article(number) for number in range(1, 6)], ensure_ascii=False)
    damaged = written.replace('"title": "La halle 3"', '"title: "La halle 3"')
    found = read(damaged.encode())
    assert [one.title[-1] if isinstance(one, Article) else one.file[-2:] for one in found] == ["1", "2", "#3", "4", "5"]
    without_comma = read(written.replace("}, {", "} {", 1).encode())
    assert [isinstance(one, Article) for one in without_comma] == [True] * 5
    junk = read(written.replace("}, {", "} rien, {", 1).encode())
    assert [isinstance(one, Article) for one in junk] == [True, False, True, True, True, True]
    wrapped = read(f'{{"articles": {written}'.encode()[:-60])
    assert [isinstance(one, Article) for one in wrapped] == [True] * 4 + [False]
    cut = read(written.encode()[:-60])
    assert [isinstance(one, Article) for one in cut] == [True] * 4 + [False]


def test_a_few_damaged_bytes_damage_their_article_only() -> None:
    content = json.dumps([article(number) for number in range(1, 20)], ensure_ascii=False).encode()
    found = read(content.replace(b"La halle 2", b"La \xffhalle 2", 1))
    assert [one.problems[0].rule for one in found if isinstance(one, Rejected)] == ["encoding-unreadable"]
    assert len(found) == 19


@pytest.mark.parametrize("content", [b"", b"[]", b"3", b'"x"', b'{"a": 1}', b"[[1], 2]", b"<html>"])
def test_a_file_without_articles_says_so(content: bytes) -> None:
    assert shapes.seen("json", content) == 0
    assert {problem.rule for problem in wrong(content)} <= {"articles-missing", "json-invalid"}
    assert wrong(content)


def test_nesting_without_end_is_named() -> None:
    assert wrong(b'{"a":' * 100_000)
    assert wrong(b"[" * 100_000)


def test_an_item_of_ninjs_is_not_seen() -> None:
    item = {"uri": "urn:x", "type": "text", "headline": "Un", "body_text": BODY, "versioncreated": "2023"}
    assert shapes.seen("json", json.dumps(item).encode()) == 0
    assert shapes.seen("json", json.dumps([article(1), article(2)]).encode()) == 2


@given(
    rows=st.lists(st.tuples(st.text(max_size=20), st.dates(), st.text(max_size=80)), min_size=1, max_size=6),
    escaped=st.booleans(),
    indent=st.sampled_from([None, 1]),
)
def test_all_articles_of_a_file_are_found_in_order(rows: list[Any], *, escaped: bool, indent: int | None) -> None:
    given_articles = [
        {"title": f"Titre {title}", "date": day.isoformat(), "text": f"{BODY} {text}."} for title, day, text in rows
    ]
    written = json.dumps({"articles": given_articles}, ensure_ascii=escaped, indent=indent)
    content = written.encode("utf-8", "surrogatepass")
    found = list(shapes.records(Record("raw/kerlez/a.json", 0, 0, content), source_of()))
    assert [json.loads(record.content) for record in found if isinstance(record, Record)] == given_articles


def test_damaged_files_give_articles_and_problems_and_nothing_else() -> None:
    written = json.dumps({"status": "ok", "articles": [article(number) for number in range(5)]}, ensure_ascii=False)
    content = written.encode()
    ends = [content.index(f"Numéro {number}.".encode()) + 20 for number in range(5)]
    for at in range(1, len(content), 40):
        found = read(content[:at])
        assert sum(isinstance(one, Article) for one in found) >= sum(end < at for end in ends)
    draw = random.Random(7)
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(draw.randint(1, 4)):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        assert read(bytes(damaged))


def test_the_files_beside_the_repository_are_read(shared: Path) -> None:
    folder = shared / "exports" / "json"
    for name, wanted in json.loads((folder / "expected.json").read_text("utf-8")).items():
        if name == "_about":
            continue
        content = (folder / name).read_bytes()
        found = {
            one.raw_path.partition("#")[2]: one
            for one in read(content, **settings(content, name))
            if isinstance(one, Article)
        }
        for one in wanted["listed"]:
            published = found.get(str(one["n"]))
            assert (published is not None) == one["publish"]
            if published:
                assert " ".join(unicodedata.normalize("NFC", published.title).split()) == one["title"]
                assert published.date[:10] == one["date"][:10]
