"""ninjs: what is an article is read whole, what is none is refused with its reason, and no field passes unseen."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError, Problem
from corpus.parse.assemble import article_of
from corpus.parse.normalise import trace
from corpus.parse.shapes import ninjs
from corpus.parse.shapes.ninjs.fields import FAMILIES, LATEST, LEFT_OUT, USED, reading_of
from corpus.raw.config import Source
from corpus.raw.records import Record

SOURCE = Source("essai", "Essai", "fr", "CC0-1.0", "full", "ninjs")
RECORD = Record("raw/essai/a.json", 0, 0, b"")

URI = "https://depeche.example/halle"
TITLE = "La halle de Morlaix rouvre lundi"
LEAD = "Fermée depuis l’incendie de mars, elle a retrouvé son toit."
BODY = ("Le toit est posé, a dit la maire, Odile Ferrand.", "« Nous avons tenu le calendrier. »")
CAPTION = "La halle, mardi."
CREDIT = "Yvon Kerlédan/HEXA"

ONE: dict[str, Any] = {
    "uri": URI,
    "type": "text",
    "versioncreated": "2023-03-06T18:00:00+01:00",
    "language": "fr-FR",
    "byline": "Par Armelle Le Dantec",
    "located": "Morlaix",
    "headline": TITLE,
    "description_text": LEAD,
    "body_text": "\n\n".join(BODY),
    "associations": {
        "photo": {"uri": "urn:photo:1", "type": "picture", "description_caption": CAPTION, "byline": CREDIT}
    },
}
TWO: dict[str, Any] = {
    "uri": URI,
    "type": "text",
    "versioncreated": "2023-03-06T18:00:00+01:00",
    "language": "fr",
    "by": "Armelle Le Dantec",
    "headlines": [{"role": "short", "value": "Une halle"}, {"role": "main", "value": TITLE}],
    "descriptions": [{"role": "note", "value": "Pas avant 18 h."}, {"role": "summary", "value": LEAD}],
    "bodies": [{"role": "main", "contenttype": "text/plain", "value": "\n\n".join(BODY)}],
    "associations": [
        {
            "name": "photo",
            "uri": "urn:photo:1",
            "type": "picture",
            "descriptions": [{"role": "caption", "value": CAPTION}, {"role": "creditline", "value": CREDIT}],
        },
        {"name": "autre", "uri": "urn:texte:2", "type": "text", "headlines": [{"value": "Un autre article"}]},
    ],
}
THREE: dict[str, Any] = {
    **{name: TWO[name] for name in ("uri", "type", "language", "by", "headlines", "descriptions", "associations")},
    "standard": {"name": "ninjs", "version": "3.0"},
    "versionCreated": "2023-03-06T18:00:00+01:00",
    "pubStatus": "usable",
    "bodies": [
        {"role": "main", "contentType": "text/html", "value": "".join(f"<p>{part}</p>" for part in BODY)},
        {"role": "nitf", "contentType": "application/xml", "value": "<nitf/>"},
    ],
}


def read(item: dict[str, Any], source: Source = SOURCE) -> Draft:
    return ninjs.parse(json.dumps(item, ensure_ascii=False), RECORD, source)


def refused(item: dict[str, Any]) -> list[Problem]:
    with pytest.raises(CorpusError) as caught:
        read(item)
    return list(caught.value.problems)


@pytest.mark.parametrize("item", [ONE, TWO, THREE], ids=["1.x", "2.x", "3.x"])
def test_an_article_is_the_same_in_every_version(item: dict[str, Any]) -> None:
    if "standard" in item:
        pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    assert read(item) == Draft(
        title=TITLE,
        blocks=(
            Block(LEAD, "standfirst"),
            *map(Block, BODY),
            Block(CAPTION, "caption"),
            Block(CREDIT, "credit"),
        ),
        key=URI,
        date="2023-03-06T18:00:00+01:00",
        authors=("Armelle Le Dantec",),
        url=URI,
        language="fr",
        version="2023-03-06T17:00:00Z",
    )


def test_the_own_id_is_the_whole_uri_and_the_identity_its_hash() -> None:
    article = article_of(read(ONE), RECORD, SOURCE)
    assert article.id == f"essai/{hashlib.sha256(URI.encode()).hexdigest()[:16]}"
    assert article.id == article_of(read(TWO), RECORD, SOURCE).id


@pytest.mark.parametrize(
    ("dates", "chosen"),
    [
        ({"firstcreated": "2023-03-05T09:00:00Z", "versioncreated": "2024-01-01T00:00:00Z"}, "2023-03-05T09:00:00Z"),
        ({"versioncreated": "2023-03-06", "contentcreated": "2023-03-01"}, "2023-03-06"),
        ({"versioncreated": "", "contentcreated": "2023-03-01"}, "2023-03-01"),
    ],
)
def test_the_first_transmission_dates_an_article(dates: dict[str, str], chosen: str) -> None:
    assert read({**ONE, **dates}).date == chosen


def test_the_guid_that_superdesk_writes_is_the_uri_of_an_item_and_of_its_pictures() -> None:
    item = copy.deepcopy(ONE)
    item["guid"] = item.pop("uri")
    item["associations"]["photo"]["guid"] = item["associations"]["photo"].pop("uri")
    assert read(item) == read(ONE)
    assert read(item | {"uri": "urn:halle"}).key == "urn:halle"
    del item["associations"]["photo"]["guid"]
    assert [(one.rule, one.path) for one in refused(item)] == [("field-missing", "$.associations.photo.uri")]


def test_versions_sort_by_their_number_then_by_their_moment() -> None:
    sent = [
        ("2", "2023-03-06T18:00:00+01:00"),
        ("2", "2023-03-06T17:30:00Z"),
        ("10", "2023-03-05T08:00:00Z"),
    ]
    versions = [read({**ONE, "version": number, "versioncreated": moment}).version for number, moment in sent]
    assert versions == sorted(set(versions), key=str)


def test_without_a_date_the_item_says_none() -> None:
    assert read({name: value for name, value in ONE.items() if name != "versioncreated"}).date is None


def test_plain_text_is_preferred_unless_only_html_shows_the_paragraphs() -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    rich = "".join(f"<p>{part}</p>" for part in BODY)
    both = {**ONE, "body_xhtml": rich + "<p>Une ligne de plus.</p>"}
    assert [block.text for block in read(both).blocks][1:3] == list(BODY)
    assert "Une ligne de plus." not in [block.text for block in read(both).blocks]
    merged = {**ONE, "body_text": " ".join(BODY), "body_xhtml": rich}
    assert [block.text for block in read(merged).blocks][1:3] == list(BODY)


def test_lines_are_paragraphs_where_no_blank_line_is() -> None:
    assert [block.text for block in read({**ONE, "body_text": "\r\n".join(BODY)}).blocks][1:3] == list(BODY)


def test_html_keeps_subheadings_captions_and_typography() -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    body = (
        "<h1>La halle de Morlaix rouvre lundi</h1><p>Le <em>toit</em> est pos&eacute;&nbsp;; tout va.</p>"
        "<h2>Un toit neuf</h2><figure><img src='a.jpg'><figcaption>La halle. <span class='credit'>Photo Ana Roux</span>"
        "</figcaption></figure><ul><li>Lundi</li></ul>"
    )
    item = {**THREE, "bodies": [{"contentType": "text/html", "value": body}], "descriptions": [], "associations": []}
    assert list(read(item).blocks) == [
        Block("Le toit est posé\xa0; tout va."),
        Block("Un toit neuf", "subheading"),
        Block("La halle.", "caption"),
        Block("Photo Ana Roux", "credit"),
        Block("Lundi", "body"),
    ]


def test_a_headline_repeated_over_the_body_is_not_read_twice() -> None:
    again = {**ONE, "body_text": "\n\n".join([TITLE, *BODY])}
    assert read(again) == read(ONE)


def test_a_description_that_the_body_repeats_is_no_standfirst() -> None:
    excerpt = {**ONE, "description_text": BODY[0][:30] + "…"}
    assert read(excerpt).blocks[0].role is None


def test_a_caption_that_the_body_shows_is_not_added_again() -> None:
    shown = {**ONE, "body_text": "\n\n".join([*BODY, CAPTION])}
    assert [block.role for block in read(shown).blocks] == ["standfirst", None, None, None]


def test_fields_that_source_yaml_leaves_out_are_no_problem() -> None:
    more = {**ONE, "x_rubrique": "Ville", "associations": {"photo": {"uri": "urn:photo:1", "x_rubrique": "Ville"}}}
    assert {problem.path for problem in refused(more)} == {"$.x_rubrique", "$.associations.photo.x_rubrique"}
    left_out = Source(**{**_fields(SOURCE), "left_out": {"x_rubrique": "the paper's own sections"}})
    assert read(more, left_out).title == TITLE


def _fields(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in Source.__dataclass_fields__}


@pytest.mark.parametrize(
    ("change", "rule", "path", "words"),
    [
        ({"type": "picture"}, "ninjs-not-article", "$.type", "'picture'"),
        ({"type": "planning"}, "ninjs-not-article", "$.type", "'planning'"),
        ({"headline": " "}, "ninjs-not-article", "$", "no headline and no title"),
        ({"body_text": ""}, "ninjs-not-article", "$", "no body text"),
        ({"pubstatus": "withheld"}, "ninjs-not-usable", "$.pubstatus", "'withheld'"),
        ({"pubstatus": "cancelled"}, "field-invalid", "$.pubstatus", "'cancelled'"),
        ({"representationtype": "incomplete"}, "article-truncated", "$.representationtype", "'incomplete'"),
        ({"uri": ""}, "field-missing", "$.uri", "nothing"),
        ({"versioncreated": "2023-02-30"}, "date-impossible", "$.versioncreated", "'2023-02-30'"),
        ({"versioncreated": "lundi"}, "date-invalid", "$.versioncreated", "'lundi'"),
        ({"language": "français"}, "field-invalid", "$.language", "'français'"),
        ({"urgency": True}, "field-invalid", "$.urgency", "True"),
        ({"person": "Odile Ferrand"}, "field-invalid", "$.person", "'Odile Ferrand'"),
        ({"person": [{"nom": "Odile Ferrand"}]}, "field-unknown", "$.person[0].nom", "'Odile Ferrand'"),
        ({"rightsinfo": {}}, "field-invalid", "$.rightsinfo", "neither"),
        ({"subject": [{"confidence": 101}]}, "field-invalid", "$.subject[0].confidence", "101"),
        ({"bodies": []}, "field-unknown", "$.bodies", "[]"),
        ({"associations": {"photo": "x"}}, "field-invalid", "$.associations.photo", "'x'"),
        ({"$standard": {"version": "4.0"}}, "field-invalid", "$.standard", "{'version': '4.0'}"),
    ],
)
def test_each_mistake_is_named_with_its_place(change: dict[str, Any], rule: str, path: str, words: str) -> None:
    [problem] = refused({**ONE, **change})
    assert (problem.rule, problem.path, problem.found) == (rule, path, words)


@pytest.mark.parametrize(
    ("shape", "sound"),
    [
        ({"type": "Point", "coordinates": [-3.8, 48.6]}, True),
        ({"type": "Feature", "geometry": {"type": "Point"}}, True),
        ({"type": "Foo", "coordinates": [1, 2]}, False),
        ({"type": "Point", "coordinates": ["Brest"]}, False),
        ({"type": "Point", "coordinates": [True, 2]}, False),
        ({"coordinates": [1, 2]}, False),
        ({"type": "Point"}, False),
    ],
)
def test_a_place_is_a_shape_of_geojson(shape: dict[str, Any], *, sound: bool) -> None:
    item = {**TWO, "places": [{"name": "Brest", "geojson": shape}]}
    if sound:
        assert read(item).title == TITLE
    else:
        assert [(problem.rule, problem.path) for problem in refused(item)] == [("field-invalid", "$.places[0].geojson")]


def test_a_web_page_among_the_renditions_is_the_address() -> None:
    page = {"name": "web", "contenttype": "text/html", "href": "https://depeche.example/2023/halle.html"}
    assert read({**TWO, "renditions": [page]}).url == "https://depeche.example/2023/halle.html"
    assert read({**TWO, "uri": "urn:depeche:halle"}).url is None


def test_html_that_cannot_be_read_is_a_problem_of_the_item() -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    bodies = [{"contentType": "text/html", "value": "<div>" * 5000 + "x"}]
    assert [problem.rule for problem in refused({**THREE, "bodies": bodies})] == ["html-invalid"]


def test_an_unknown_field_is_answered_with_the_nearest_one() -> None:
    [problem] = refused({**ONE, "headlin": "Une faute"})
    assert problem.hint.startswith("did you mean headline?")


def test_a_field_of_another_version_is_answered_with_that_version() -> None:
    [old] = refused({**ONE, "$standard": {"version": "1.3"}, "contentcreated": "2023-03-01"})
    assert "came with 1.4" in old.wanted
    other = refused({**THREE, "slug": "halle", "headline": TITLE})
    assert [problem.hint for problem in other if problem.path == "$.headline"] == [
        "it is a field of ninjs 1: declare the version in `standard`"
    ]


def test_all_the_mistakes_of_an_item_come_together_and_in_order() -> None:
    wrong = {**ONE, "pubstatus": "canceled", "version": 2, "foto": "x", "body_text": "", "versioncreated": "2023-13"}
    assert [(problem.rule, problem.path) for problem in refused(wrong)] == [
        ("ninjs-not-article", "$"),
        ("field-unknown", "$.foto"),
        ("ninjs-not-usable", "$.pubstatus"),
        ("field-invalid", "$.version"),
        ("date-impossible", "$.versioncreated"),
    ]


def test_no_item_has_more_to_say_than_a_person_can_read() -> None:
    assert len(refused({**ONE, **{f"champ{number}": number for number in range(5000)}})) == 100


def test_every_field_of_every_version_is_used_or_left_out_with_a_reason() -> None:
    names = {
        name.lower()
        for objects in FAMILIES.values()
        for kind in ("item", "association")
        for name in objects.get(kind, ())
    }
    assert names == USED | LEFT_OUT.keys()
    assert not USED & LEFT_OUT.keys()
    assert all(len(reason.split()) >= 4 for reason in LEFT_OUT.values())


def test_every_form_of_the_tables_is_one_that_is_checked() -> None:
    known = {"string", "number", "integer", "percent", "urgency", "geojson", "any"}
    known |= {"kind", "newskind", "status", "completeness", "extent", "scan"}
    for major, objects in FAMILIES.items():
        forms = {field.form.strip("[]{}") for fields in objects.values() for field in fields.values()}
        assert forms <= known | objects.keys()
        assert max(field.since for fields in objects.values() for field in fields.values()) <= LATEST[major]


@pytest.mark.parametrize(
    "content",
    ["", "[]", "null", '{"uri": "a", "uri": "b"}', '{"uri": NaN}', '{"uri": "\\ud800"}', "[" * 100_000, '{"uri": "a"'],
)
def test_what_is_no_json_object_is_a_problem(content: str) -> None:
    with pytest.raises(CorpusError) as caught:
        ninjs.parse(content, RECORD, SOURCE)
    assert [problem.rule for problem in caught.value.problems] == ["json-invalid"]


def test_associations_nested_without_end_are_a_problem() -> None:
    item: dict[str, Any] = copy.deepcopy(ONE)
    for _ in range(100):
        item = {**ONE, "associations": {"dans": item}}
    assert [problem.rule for problem in refused(item)] == ["record-too-deep"]


VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1.5,
    "",
    "x",
    "<p>a</p>",
    "<" * 9,
    [],
    {},
    [[]],
    [{}],
    {"a": {}},
    ["a"],
    "withheld",
    10**20,
)


@pytest.mark.parametrize("item", [ONE, TWO, THREE], ids=["1.x", "2.x", "3.x"])
def test_whatever_stands_in_an_item_it_is_read_or_refused(item: dict[str, Any]) -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    chance = random.Random(1)
    rules = set()
    for _ in range(500):
        wrong = copy.deepcopy(item)
        places = [wrong, *wrong["associations"]] if isinstance(wrong["associations"], list) else [wrong]
        place = chance.choice(places)
        place[chance.choice([*place, "bodies", "renditions", "standard"])] = copy.deepcopy(chance.choice(VALUES))
        try:
            assert read(wrong).title
        except CorpusError as error:
            rules |= {problem.rule for problem in error.problems}
    assert {"field-invalid", "field-unknown", "ninjs-not-article"} <= rules


def test_every_character_of_an_article_is_found_in_its_item() -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    html = (
        '<p>Il a dit&nbsp;: &laquo;&nbsp;<b>oui</b>&nbsp;&raquo;.</p><!-- a --><p>«&nbsp;\n "encore"&nbsp;» &amp;.</p>'
    )
    item = {**THREE, "bodies": [{"contentType": "text/html", "value": html}]}
    for ascii_only in (True, False):
        content = json.dumps(item, ensure_ascii=ascii_only, indent=1)
        article = article_of(ninjs.parse(content, RECORD, SOURCE), RECORD, SOURCE)
        characters, offsets = ninjs.visible(content)
        pieces = tuple((start, end) for start, end, _ in article.paragraphs)
        traced = trace(article.text, pieces, characters, offsets)
        letters = [index for index, letter in enumerate(article.text) if not letter.isspace()]
        assert all(traced[index] >= 0 for index in letters)
        assert all(content[traced[index]] in (article.text[index], "\\", "&") for index in letters)


# IPTC's own suite and examples, beside the repository.

ARTICLES = {"1.0": 2}
"""Of all that should pass only these are articles: the others have no body, or are pictures, events …"""


def _suite(shared: Path, kind: str) -> list[Path]:
    return sorted((shared / "standards_ninjs" / "validation" / "test_suite").glob(f"*/{kind}/*.json"))


def test_everything_that_should_pass_is_an_article_or_is_refused_with_a_reason(shared: Path) -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    parsed: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for file in _suite(shared, "should_pass"):
        try:
            ninjs.parse(file.read_text("utf-8"), RECORD, SOURCE)
            parsed[file.parts[-3]] += 1
        except CorpusError as error:
            rules.update({problem.rule for problem in error.problems})
    assert parsed == ARTICLES
    assert rules == {
        "ninjs-not-article": 156,
        "field-unknown": 8,
        "ninjs-not-usable": 2,
        "date-invalid": 2,
        "article-truncated": 1,
    }


def test_everything_that_should_fail_is_refused(shared: Path) -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    files = _suite(shared, "should_fail")
    assert len(files) == 70
    for file in files:
        with pytest.raises(CorpusError):
            ninjs.parse(file.read_text("utf-8"), RECORD, SOURCE)


# What is no fault in an item that does not declare its version: these two came with 1.2, and a
# number with a fraction is an urgency in 1.x and 2.x. The other two have their fault in ``type``.
NO_FAULT_IN_A_LATER_VERSION = {
    "1.0/016_infosource.json",
    "1.1/002_infosource.json",
    "3.0/006_bad_urgency.json",
}
FAULT_IN_TYPE = {"1.0/002_type_invalid.json", "1.0/014_type_component.json", "1.1/001_type_component.json"}


@pytest.mark.parametrize("kind", ["should_pass", "should_fail"])
def test_an_item_of_the_suite_made_an_article_is_refused_for_its_own_fault_only(shared: Path, kind: str) -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    answers: dict[str, set[str]] = {}
    for file in _suite(shared, kind):
        try:
            item = json.loads(file.read_text("utf-8"))
        except ValueError:
            continue
        if item.get("type") in ("event", "planning"):
            continue
        reading = reading_of(item, RECORD, ())
        assert reading is not None
        words = (
            {"headline": TITLE, "body_text": BODY[0]}
            if reading.version[0] == 1
            else {"headlines": [{"value": TITLE}], "bodies": [{"value": BODY[0]}]}
        )
        answers[f"{file.parts[-3]}/{file.name}"] = _rules({**words, **item, "type": "text"})
    parsed = {name for name, rules in answers.items() if not rules}
    assert "ninjs-not-article" not in set().union(*answers.values())
    if kind == "should_fail":
        assert parsed == NO_FAULT_IN_A_LATER_VERSION | FAULT_IN_TYPE
    else:
        assert len(answers) - len(parsed) == 13  # bad dates, withheld, incomplete, misdeclared, `advices` of drafts


def _rules(item: dict[str, Any]) -> set[str]:
    """The rules that an item breaks; none for an article."""
    try:
        read(item)
    except CorpusError as error:
        return {problem.rule for problem in error.problems}
    return set()


def test_the_examples_of_agencies_that_are_articles_parse(shared: Path) -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    found = {}
    for file in sorted((shared / "standards_ninjs" / "examples").glob("[23]*/*.json")):
        try:
            draft = ninjs.parse(file.read_text("utf-8"), RECORD, SOURCE)
        except CorpusError:
            continue
        found[f"{file.parts[-2]}/{file.name[:10]}"] = Counter(block.role for block in draft.blocks)
    assert found["2.1/tt_text_im"] == found["3.0/tt_text_im"] == {None: 5, "caption": 1, "credit": 1}
    assert found["2.1/ninjsExSim"] == {None: 4}
    assert found["3.0/20231008-a"] == {None: 12, "standfirst": 1}
    assert len(found) == 10


def test_the_invented_items_of_this_repository_are_articles(repository: Path) -> None:
    pytest.importorskip("lxml", reason="a body in HTML needs the extra html")
    files = sorted((repository / "raw" / "depeche-verte").glob("*.json"))
    assert len(files) >= 6
    for file in files:
        draft = ninjs.parse(file.read_text("utf-8"), RECORD, SOURCE)
        assert draft.date, file.name
        assert draft.authors, file.name
        assert sum(block.role is None for block in draft.blocks) >= 5, file.name
