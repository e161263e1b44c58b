"""TXM: XML files with words and structures, and the table of metadata that its import takes."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from hypothesis import given, settings
from lxml import etree

from corpus.formats import txm
from corpus.formats.document import Document
from corpus.formats.export import export
from helpers.documents_of_words import document, documents
from helpers.folders import rows_of

NAMESPACE = "{http://www.tei-c.org/ns/1.0}"


@settings(max_examples=40)
@given(documents())
def test_the_text_is_the_articles_and_no_structure_is_without_words(given: Document) -> None:
    root = etree.fromstring("".join(txm._article(given)).encode())
    [text] = root
    assert "".join(text.itertext()) == f"\n{given.text}\n"
    for one in text.iter():
        assert "".join(one.itertext()).strip()
        assert all(one.attrib.values())


def test_tables_and_files_go_together_and_nothing_is_lost(annotated: Path, tmp_path: Path) -> None:
    found = export(annotated, "txm", tmp_path / "out")
    with (tmp_path / "out" / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["article"] for row in rows] == [row["id"] for row in rows_of(annotated, "articles")]
    assert all(re.fullmatch("[a-z]+", column) for column in rows[0])
    files = {path.stem: etree.parse(path) for path in (tmp_path / "out").glob("*.xml")}
    assert next(iter(rows[0])) == "id"
    assert {row["id"] for row in rows} == files.keys()
    words = [one for file in files.values() for one in file.iter(f"{NAMESPACE}w")]
    assert len(words) == sum(len(row["tokens"]) for row in rows_of(annotated, "sentences"))
    assert all(set(one.attrib) == {"lemma", "upos", "feats"} for one in words)
    numbers = {(name, one.get("num")) for name, file in files.items() for one in file.iter(f"{NAMESPACE}q")}
    assert len(numbers) == found.counts["quotations"]


def test_a_speaker_is_a_property_of_the_quotation() -> None:
    given = document("Oui, dit", sentences=[(0, 8, [(0, 3), (3, 4), (5, 8)])], quotations=[[(0, 3)], [(0, 3)]])
    root = etree.fromstring("".join(txm._article(given)).encode())
    outer, inner = root.iter(f"{NAMESPACE}q")
    assert outer.attrib == {"num": "0", "kind": "direct", "speaker": "NA", "entity": "NA", "key": "NA"}
    assert inner.get("speaker") == "Odile <& Ferrand-Le Goff"
    assert inner.get("key") == "per:odile-ferrand"
