"""What leaves for annotation tools comes back as it was, whatever the text is made of."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from cassis import load_cas_from_xmi, load_typesystem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from corpus.formats import FORMATS, format_of
from corpus.formats.document import Document, Documents
from corpus.formats.format import Export
from corpus.formats.label_map import ENTITIES, QUOTATIONS, TIMES, LabelMap
from corpus.formats.labelled import Statements, statements
from corpus.formats.placing import offsets_in, placed
from helpers.documents_of_words import BLANK
from helpers.tool_files import GOLD, LAYERS, TEXT, with_emoji, written

BOTH = [name for name in FORMATS if (form := format_of(name)).write and form.read and name != "conllu"]

_ODD = ["🗼", "é", "n\u0303", "q\u0323\u0307", "👩\u200d🚀", "𝔸b", "l’été"]
WORDS = st.sampled_from(["Odile", "Ferrand", "phare", "«", "»", "a", "20", "%", *_ODD])
SPACES = st.sampled_from([" ", " ", " ", "\n\n", ", ", "", "\u202f"])


class Drawn:
    """A document with annotations that are sound gold, in the order of the text."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw
        words = draw(st.lists(WORDS, min_size=4, max_size=14))
        self.text, self._places = "", []
        for word in (unicodedata.normalize("NFC", one) for one in words):
            self._places.append((len(self.text), len(self.text) + len(word)))
            self.text += word + draw(SPACES)
        self.text = self.text.rstrip()
        whole = unicodedata.normalize("NFC", self.text)
        assert whole == self.text

    def apart(self, most: int = 4) -> list[dict[str, int]]:
        """Spans of one or more words that do not overlap."""
        cuts = sorted(self._draw(st.sets(st.integers(0, len(self._places)), max_size=2 * most)))
        pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
        return [{"start": self._places[one][0], "end": self._places[other - 1][1]} for one, other in pairs]

    def document(self) -> Document:
        draw = self._draw
        sentences = [{"index": n, **one, **GOLD} for n, one in enumerate(self.apart())]
        for one in sentences:
            one |= {"token_starts": [], "token_ends": [], "lemmas": [], "upos": [], "feats": []}
        numbers: dict[int, str] = {}
        entities = []
        for n, one in enumerate(self.apart()):
            entity = numbers.setdefault(draw(st.integers(0, 2)), f"e{len(numbers) + 1}")
            link = draw(st.sampled_from([None, "iso3166:FR", "geonames:1"]))
            kind = draw(st.sampled_from(ENTITIES))
            entities.append({"index": n, **one, "type": kind, "entity": entity, "link": link, **GOLD})
        fragments = draw(st.lists(st.builds(lambda: None), max_size=4))
        quoted = {tuple((one["start"], one["end"]) for one in self.apart(3)) for _ in fragments} - {()}
        quotations = [
            {
                "fragments": [{"start": start, "end": end} for start, end in one],
                "kind": draw(st.sampled_from(QUOTATIONS)),
                "speaker": self.apart(1)[:1],
                "speaker_name": draw(st.sampled_from([None, "Odile Ferrand 🗼"])),
                "cue": self.apart(1)[:1],
                **GOLD,
            }
            for one in sorted(quoted)
        ]
        times = [
            {"index": n, **one, "kind": draw(st.sampled_from(TIMES)), **GOLD}
            | {"value": draw(st.sampled_from([None, "2024-03-12", "P3D"]))}
            for n, one in enumerate(self.apart())
        ]
        article: dict[str, Any] = {
            "id": "essai/0",
            "text": self.text,
            "language": "fr",
            "topics": [],
            "paragraphs": [],
            "keywords": draw(st.sampled_from([[], ["phare", "n\u0303"]])),
            "gold": ["keywords"],
        }
        for n, row in enumerate(quotations):
            row["index"] = n
        tables = {"sentences": sentences, "entities": entities, "quotations": quotations, "times": times}
        return Document(article, cast("dict[str, list[dict[str, Any]]]", tables))


documents = st.composite(lambda draw: Drawn(draw).document())()


def wanted(document: Document) -> dict[str, list[dict[str, Any]]]:
    """The statements of a document, as a gold file has them with all offsets."""

    def kept(layer: str, *names: str) -> list[dict[str, Any]]:
        return [{name: row[name] for name in names} for row in document.rows(layer)]

    layers = {
        "sentences": kept("sentences", "start", "end"),
        "entities": [
            {**one, "id": row["entity"]}
            for one, row in zip(
                kept("entities", "start", "end", "type", "link"), document.rows("entities"), strict=True
            )
        ],
        "quotations": [
            {**one, "start": one["fragments"][0]["start"]}
            for one in kept("quotations", "fragments", "kind", "speaker_name", "speaker", "cue")
        ],
        "times": kept("times", "start", "end", "kind", "value"),
        "keywords": [{"text": word} for word in document.article["keywords"]],
    }
    return {layer: rows for layer, rows in layers.items() if rows}


def brought_back(form: str, document: Document, folder: Path) -> list[Statements]:
    """What is read of a document that was written, by each who is said to have annotated it."""
    there = format_of(form)
    assert there.write is not None
    assert there.read is not None
    there.write(cast("Documents", [document]), Export(folder, "essai", "1.0.0", LAYERS))
    found = []
    for one in there.read(folder):
        proved = placed(one, document.text)
        assert not proved.problems, proved.problems
        found.append(statements(proved.annotated, LabelMap()))
    return found


@pytest.mark.parametrize("form", BOTH)
def test_what_leaves_comes_back_as_it_was(form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    @settings(max_examples=10 if form == "cas" else 25, suppress_health_check=list(HealthCheck))
    @given(documents)
    def check(document: Document) -> None:
        for said in brought_back(form, document, tmp_path_factory.mktemp("out")):
            assert not said.problems, said.problems
            carried = {name: rows for name, rows in wanted(document).items() if name in format_of(form).carries}
            assert said.layers == carried

    check()


OTHER_LINES = re.compile(r"|R\d+\t\w+ Arg1:T\d+ Arg2:T\d+\t|\*\tEquiv( T\d+)+|[N#]\d+\t\w+ T\d+[\t ].*")


def test_brat_accepts_each_span(tmp_path_factory: pytest.TempPathFactory) -> None:
    """By what brat itself asks of an .ann file: no fragments that touch, no line ends, the words of all fragments."""

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(documents)
    def check(document: Document) -> None:
        folder = tmp_path_factory.mktemp("brat")
        brought_back("brat", document, folder)
        text = (folder / f"{document.id}.txt").read_text("utf-8")
        known = set(
            re.search(r"\[entities\]\n(.*?)\n\n", (folder / "annotation.conf").read_text(), re.DOTALL)[1].split()
        )  # type: ignore[index]  # it is there
        for line in (folder / f"{document.id}.ann").read_text("utf-8").split("\n"):
            if not line.startswith("T"):
                assert re.fullmatch(
                    r"|R\d+\t\w+ Arg1:T\d+ Arg2:T\d+\t|\*\tEquiv( T\d+)+|[N#]\d+\t\w+ T\d+[\t ].*", line
                )
                continue
            _, head, words = line.split("\t")
            label, _, offsets = head.partition(" ")
            assert label in known
            pairs = [tuple(map(int, pair.split(" "))) for pair in offsets.split(";")]
            assert all(0 <= start < end <= len(text) for start, end in pairs)
            assert all(one[1] < other[0] for one, other in pairwise(pairs))
            assert words == " ".join(text[start:end] for start, end in pairs)

    check()


def test_articles_whose_names_would_be_one_have_a_file_each(tmp_path: Path) -> None:
    article = {**BLANK["articles"], "text": TEXT}
    write = format_of("cas").write
    assert write is not None
    given = [Document({**article, "id": identity}, {}) for identity in ("a__b/c", "a/b__c")]
    write(cast("Documents", given), Export(tmp_path, "essai", "1.0.0", ()))
    read = format_of("cas").read
    assert read is not None
    assert {one.article for one in read(tmp_path)} == {"a__b/c", "a/b__c"}


def test_a_cas_counts_utf_16_units_and_has_the_layers_of_inception(tmp_path: Path) -> None:
    folder = written("cas", tmp_path)
    units = offsets_in(TEXT, "UTF-16 units")
    root = etree.parse(folder / "essai_A_1.xmi").getroot()
    [entity] = root.findall("{http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore}NamedEntity")
    at = TEXT.index("Brest")
    assert (int(entity.get("begin", "")), int(entity.get("end", ""))) == (units[at], units[at + 5])
    assert units[at] == at + 4
    with (folder / "TypeSystem.xml").open("rb") as types, (folder / "essai_A_1.xmi").open("rb") as file:
        cas = load_cas_from_xmi(file, typesystem=load_typesystem(types))
    assert not cas.typecheck()
    counts = {name: len(cas.select(name)) for name in ("Sentence", "Token", "NamedEntity", "webanno.custom.Quotation")}
    assert counts == {"Sentence": 1, "Token": 1, "NamedEntity": 1, "webanno.custom.Quotation": 4}
    [token] = cas.select("Token")
    assert (token.lemma.value, token.pos.PosValue, token.morph.value) == ("«", "PUNCT", "Foreign=Yes")
    assert {one.value for one in cas.select("webanno.custom.QuotationRelation")} == {"speaker", "cue", "continues"}


def test_web_annotations_obey_the_model(tmp_path: Path) -> None:
    """Data model 3.1: an id that is an IRI, the context, a type, a target; 4.2.4 and 4.2.5 for selectors."""
    folder = written("web-annotation", tmp_path)
    lines = (folder / "annotations.jsonl").read_text("utf-8").splitlines()
    annotations = [json.loads(line) for line in lines]
    assert len({one["id"] for one in annotations}) == len(annotations) == 9
    motivations = {"tagging", "linking", "classifying", "identifying", "describing"}
    for one in annotations:
        assert one["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
        assert one["type"] == "Annotation"
        assert re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", one["id"])
        assert one["motivation"] in motivations
        assert one["target"]
        for body in one["body"]:
            assert body["purpose"] in motivations
            assert ("value" in body) == (body["type"] == "TextualBody")
        for target in one["target"]:
            if isinstance(target, str):
                continue
            text = (folder / target["source"]).read_text("utf-8")
            position, quotation = target["selector"]
            assert text[position["start"] : position["end"]] == quotation["exact"]
            assert text[: position["start"]].endswith(quotation.get("prefix", ""))
            assert text[position["end"] :].startswith(quotation.get("suffix", ""))


def test_label_studio_gets_fields_and_labels_that_its_interface_has(tmp_path: Path) -> None:
    folder = written("label-studio", tmp_path)
    interface = etree.parse(folder / "labelling-interface.xml")
    names = set(interface.xpath("//Labels/@name | //TextArea/@name"))
    labels = set(interface.xpath("//Label/@value"))
    relations = set(interface.xpath("//Relation/@value"))
    [task] = json.loads((folder / "tasks-00001.json").read_text("utf-8"))
    assert task["data"]["id"] == "essai/1"
    [annotation] = task["annotations"]
    assert annotation["result"]
    for one in annotation["result"]:
        if one["type"] == "relation":
            assert set(one["labels"]) <= relations
            continue
        assert one["from_name"] in names
        assert set(one["value"].get("labels", ())) <= labels
        if "start" in one["value"] and one["type"] == "labels":
            assert TEXT[one["value"]["start"] : one["value"]["end"]] == one["value"]["text"]


def test_predictions_are_no_annotations(tmp_path: Path) -> None:
    document = with_emoji()
    for rows in document.tables.values():
        for row in rows:
            row["status"] = "silver"
    document.article["gold"] = []
    there = format_of("label-studio")
    assert there.write is not None
    assert there.read is not None
    there.write(cast("Documents", [document]), Export(tmp_path, "essai", "1.0.0", LAYERS))
    [one] = there.read(tmp_path)
    assert not one.is_annotated
