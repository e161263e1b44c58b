"""What source.yaml has to say for a file of fields, as the names and the values of its columns prove it."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.parse.fields.column_names import fields_of, known_among
from corpus.parse.fields.names import mapped
from corpus.raw.config import read_source
from helpers.columns import settings
from helpers.workbooks import workbook

BODY = "La halle de Kerlez rouvre lundi, et les commerçants le disent avec joie. Le maire attend jeudi."
VALUES: dict[str, list[Any]] = {
    "text": [f"{BODY} {number}" for number in range(3)],
    "title": ["La halle", "Le pont", "Le phare"],
    "date": ["2023-03-03", "2023-03-04", "2023-03-05"],
    "url": [f"https://exemple.invalid/{number}" for number in range(3)],
    "home": ["https://exemple.invalid"] * 3,
    "number": ["1", "2", "3"],
    "name": ["Ana Roux", "Yann Tallec", "Ana Roux"],
    "paper": ["Le Courrier"] * 3,
    "language": ["fr"] * 3,
    "word": ["Pays", "Port", "Pays"],
    "count": ["120", "130", "140"],
    "id": ["a1", "a2", "a3"],
    "nothing": ["", "nan", ""],
    "lead": ["Le toit est réparé depuis mars par trois couvreurs."] * 3,
}


@pytest.mark.parametrize(
    "columns",
    [
        "Titre:title Date_de_parution:date Titre_de_presse:publication Auteur(s):authors Texte_intégral:text Mots:-",
        "Titre_de_l’article:title Support:publication Date_de_diffusion:date Journaliste:authors Contenu:text Lien:url",
        "N°:- Titre:title Chapô:standfirst Corps:text Rubrique:section Page(s):page Langue:language Résumé:-",
        "o:id:id url:url dcterms:title:title dcterms:creator:authors bibo:content:text",
        "o:id:id dcterms:title:title dcterms:publisher:publication dcterms:source:- bibo:content:text",
        "maintext:text title:title date_publish:date date_download:- authors:authors source_domain:publication url:url",
        "title:title text:text authors:authors publish_date:date meta_site_name:publication summary:-",
        "source.id:- source.name:publication author:authors title:title publishedAt:date content:text url:url",
        "url:url resolved_url:- title:title raw_content:text author:authors date:date sitename:publication status:-",
        "title:title hostname:publication date:date fingerprint:id text:text raw_text:- source:url source-hostname:-",
        "id:id date:date link:url title.rendered:title content.rendered:text modified:- slug:-",
        "_id:id _score:- _source.title:title _source.content:text _source.date:date _source.source:publication",
        "stories_id:id publish_date:date title:title media_name:publication url:url text:text",
        "ID:id Newspaper:publication Date:date Length:- Section:section Author:authors Headline:title Article:text",
        "Article:title Texte:text Date:date Journal:publication",
        "Unnamed:_0:- headline:title body:text pubDate:date",
    ],
)
def test_columns_are_known_by_their_names(columns: str) -> None:
    wanted = {}
    for column in columns.split():
        name, _, field = column.rpartition(":")
        wanted[name.replace("_", " ") if name[0].isupper() or "_0" in name else name] = field
    kinds = {"title": "title", "text": "text", "date": "date", "url": "url", "id": "id", "language": "language"}
    kinds |= {"authors": "name", "publication": "paper", "section": "word", "page": "number", "standfirst": "lead"}
    given_columns = {name: VALUES[kinds.get(field, "word")] for name, field in wanted.items()}
    if "raw_text" in wanted:
        given_columns |= {"raw_text": VALUES["text"], "source-hostname": VALUES["nothing"]}
    fields, left_out = mapped(given_columns)
    assert fields == {name: field for name, field in wanted.items() if field != "-"}
    assert set(left_out) == {name for name, field in wanted.items() if field == "-"}
    assert all(reason.startswith("not mapped: ") for reason in left_out.values())


def test_values_decide_what_a_name_leaves_open() -> None:
    fields, left_out = mapped(
        {
            "text": VALUES["count"],
            "contenu": VALUES["text"],
            "titre": VALUES["title"],
            "date": VALUES["word"],
            "publié le": VALUES["date"],
            "auteur": VALUES["number"],
            "id": VALUES["word"],
            "langue": VALUES["word"],
            "lien": VALUES["word"],
            "description": [text[:60] + "…" for text in VALUES["text"]],
            "source": VALUES["home"],
        }
    )
    assert fields == {"contenu": "text", "titre": "title", "publié le": "date"}
    assert left_out["text"] == "not mapped: its values are no running texts"
    assert left_out["description"] == "not mapped: it repeats the opening of the text"
    assert left_out["id"] == "not mapped: its values are no ids: some repeat or are missing"


def test_of_two_columns_for_a_field_the_surer_is_taken_if_it_says_something() -> None:
    fields, left_out = mapped({"titre": VALUES["title"], "texte": VALUES["text"], "contenu": VALUES["text"]})
    assert fields == {"texte": "text", "titre": "title"}
    assert left_out == {"contenu": "not mapped: texte fills text already"}
    fields, _ = mapped({"titre": VALUES["title"], "texte": VALUES["nothing"], "contenu": VALUES["text"]})
    assert fields == {"contenu": "text", "titre": "title"}


def table(*rows: tuple[str, ...], names: tuple[str, ...] = ("Titre", "Date", "Texte", "Vues")) -> str:
    """A table as a spreadsheet writes it."""
    target = io.StringIO()
    csv.writer(target, delimiter=";").writerows([names, *rows])
    return target.getvalue()


def test_all_that_a_table_proves_is_said(tmp_path: Path) -> None:
    rows = [("L’été &eacute;tait beau", "12/01/2022", BODY, "3"), ("L’hiver", "25/12/2022", f"<p>{BODY}</p>", "4")]
    said = settings(table(*rows).encode("cp1252"), "export.csv")
    assert said == {
        "fields": {"Titre": "title", "Date": "date", "Texte": "text"},
        "left_out": {"Vues": "not mapped: no field of an article is known by this name"},
        "encoding": "windows-1252",
        "date_format": "day-first",
        "markup": "html",
    }
    folder = tmp_path / "raw" / "kerlez"
    folder.mkdir(parents=True)
    about = {"name": "K", "language": "fr", "licence": "CC0-1.0", "redistribution": "full", "shape": "csv"}
    (folder / "source.yaml").write_text(yaml.safe_dump({**about, **said}, allow_unicode=True), "utf-8")
    assert read_source(folder, tmp_path).markup == "html"


def test_what_is_not_proved_is_not_said() -> None:
    said = settings(table(("Un", "12/01/2022", BODY, "3")).encode(), "export.csv")
    assert set(said) == {"fields", "left_out"}
    assert settings(b"Bonjour, rien ici.", "export.csv") == {}
    assert settings(b"PK\x03\x04", "export.xlsx") == {}
    assert settings(b"", "export.json") == {}


def test_wide_characters_without_a_mark_are_proved() -> None:
    assert settings(table(("Un", "2022", BODY, "3")).encode("utf-16-le"), "a.csv")["encoding"] == "utf-16-le"


def test_columns_of_all_sheets_are_named() -> None:
    names = ["Titre", "Date", "Texte"]
    content = workbook({"A": [names, ["Un", "2022", BODY]], "B": [[*names, "Vues"], ["Deux", "2022", BODY, 3]]})
    assert settings(content, "a.xlsx") == {
        "fields": {"Texte": "text", "Titre": "title", "Date": "date"},
        "left_out": {"Vues": "not mapped: no field of an article is known by this name"},
    }


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_lines_of_json_are_looked_at_too(name: str) -> None:
    lines = [
        {"article_id": f"a{number}", "titre": "Un", "published": 1677801600 + number, "body": f"{BODY} {number}"}
        for number in range(3)
    ]
    content = "\n".join(map(json.dumps, lines)).encode()
    said = settings(gzip.compress(content)[:-8] if name.endswith("gz") else content, name)
    assert said == {
        "fields": {"body": "text", "titre": "title", "published": "date", "article_id": "id"},
        "date_format": "epoch",
    }


def test_objects_of_one_file_may_call_their_fields_differently() -> None:
    first = {"title": "Un", "text": BODY, "date": "2023"}
    second = {"titre": "Deux", "contenu": BODY, "publie_le": "2023", "auteur": "Ana Roux"}
    said = settings(json.dumps([first, second, first]).encode(), "a.json")
    assert said["fields"] == {
        "text": "text",
        "contenu": "text",
        "title": "title",
        "titre": "title",
        "date": "date",
        "publie_le": "date",
        "auteur": "authors",
    }


def test_markup_and_escapes_are_seen_in_blocks_too() -> None:
    content = [{"type": "text/html", "value": f"<p>{BODY}</p>"}]
    assert settings(json.dumps([{"title": "Un", "content": content}]).encode(), "a.json")["markup"] == "html"
    rows = [("Un", "2023", f"{BODY}\\n\\n{BODY}\\n\\n{BODY}", "3")]
    assert settings(table(*rows).encode(), "a.csv")["markup"] == "html"


def test_names_are_folded() -> None:
    assert fields_of("TITRE") == fields_of("titre") == fields_of(" Titre ")
    assert "authors" in fields_of("Auteur·e·s")
    assert known_among(["Titre", "Lien"]) == 2
    assert known_among(["Date", "Lien"]) == 0


@pytest.mark.parametrize(
    "columns",
    [
        "doc_id:id text:text heading:title datetimestamp:date author:authors origin:publication publisher:-",
        "storyid:id source:publication pubdate:date headline:title bodytext:text nbmots:-",
        "date_publi:date titre:title corps_html:text journal:publication",
        "title:title created_utc:date content:text domain:publication",
        "Title:title Publication_Date:date Hlead:standfirst Full_Text:text Load_Date:- Byline:authors",
        "title:title pub_date:date newspaper:publication OCR:text descriptionAI:- OCR_stemmed:- added_date:-",
    ],
)
def test_names_of_programs_are_known_without_their_spaces(columns: str) -> None:
    wanted = dict(column.split(":") for column in columns.split())
    kinds = {"authors": "name", "publication": "paper", "standfirst": "lead", "-": "word"}
    fields, left_out = mapped({name: VALUES[kinds.get(field, field)] for name, field in wanted.items()})
    assert fields == {name: field for name, field in wanted.items() if field != "-"}
    assert set(left_out) == {name for name, field in wanted.items() if field == "-"}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Titre de l’article de presse", "title"),
        ("Nom du titre de presse", "publication"),
        ("Contenu intégral de l’article", "text"),
        ("Nom du ou des journalistes", "authors"),
        ("article_source", "publication"),
        ("news_section", "section"),
        ("Seite", "page"),
        ("Periódico", "publication"),
        ("Titre de la page", ""),
        ("Résumé de l’article", ""),
        ("Type de document", ""),
        ("post_status", ""),
    ],
)
def test_words_around_a_name_that_say_no_more_than_it_are_passed_over(name: str, field: str) -> None:
    assert next(iter(fields_of(name)), "") == field


def test_data_are_dates_where_they_can_be() -> None:
    assert mapped({"Titolo": VALUES["title"], "Data": VALUES["date"], "Testo": VALUES["text"]})[0]["Data"] == "date"
    assert "Data" not in mapped({"Titre": VALUES["title"], "Data": VALUES["word"], "Texte": VALUES["text"]})[0]


def test_the_only_column_of_running_text_is_the_text_whatever_its_name() -> None:
    long = [f"{BODY} {number}. " * 8 for number in range(3)]
    columns = {"titre": VALUES["title"], "date": VALUES["date"], "Q4_b": long, "vues": VALUES["number"]}
    assert mapped(columns)[0]["Q4_b"] == "text"
    assert "text" not in mapped({**columns, "Q5": long})[0].values()
    assert "text" not in mapped({"titre": VALUES["title"], "Commentaires": long})[0].values()
    assert "text" not in mapped({"titre": VALUES["title"], "Extrait": long})[0].values()
