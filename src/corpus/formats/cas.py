"""UIMA CAS in XMI 1.0, as INCEpTION has it: an .xmi file for each article, and TypeSystem.xml, which says its types.

INCEpTION makes layers of layers.xml, which holds none of its own: of TypeSystem.xml it would make hundreds.
INCEpTION's own layers stand where they fit: Sentence, Token, Lemma, Part of speech, Morphological features, Named
entity. Quotations with their speakers and cues are the layer Quotation, times the layer Time. A CAS counts UTF-16
units; dkpro-cassis turns them into code points. Every span is in one piece: a quotation of several is joined by
relations.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from corpus.files.regular import is_of_system, read_regular
from corpus.formats.document import Document, Documents
from corpus.formats.format import Export, Format
from corpus.formats.label_map import PARTS, QUOTATIONS, TIMES
from corpus.formats.labelled import Annotated, Labelled, Relation, in_pieces, labelled
from corpus.formats.metadata import name_of
from corpus.formats.reading import files_in, reading
from corpus.model.article import Span
from corpus.model.problem import CorpusError, Problem, first_line

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

_Member = tuple[PurePosixPath, bytes, bytes | None]
_LARGEST = 1 << 29

_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."
_SENTENCE, _TOKEN = f"{_DKPRO}segmentation.type.Sentence", f"{_DKPRO}segmentation.type.Token"
_LEMMA, _POS = f"{_DKPRO}segmentation.type.Lemma", f"{_DKPRO}lexmorph.type.pos.POS"
_FEATS = f"{_DKPRO}lexmorph.type.morph.MorphologicalFeatures"
_PARAGRAPH, _ENTITY = f"{_DKPRO}segmentation.type.Paragraph", f"{_DKPRO}ner.type.NamedEntity"
_FIELD = f"{_DKPRO}metadata.type.MetaDataStringField"
_QUOTATION, _TIME = "webanno.custom.Quotation", "webanno.custom.Time"
_RELATION = "webanno.custom.QuotationRelation"
_BASE, _STRING = "uima.tcas.Annotation", "uima.cas.String"

_FEATURES = {
    _ENTITY: {"link": "identifier", "entity": "entity"},
    _QUOTATION: {"speaker_name": "speakerName"},
    _TIME: {"value": "timeValue"},
    _SENTENCE: {},
}
"""How the attributes of a span are called in each type."""

_LABEL = "value"
"""The feature that holds the label of a span or relation, as in INCEpTION's layer of named entities."""


@cache
def _types() -> TypeSystem:
    """DKPro Core's types, with those of ours."""
    from cassis import load_typesystem

    # not load_dkpro_core_typesystem(), which warns under Python 3.11
    with resources.files("cassis.resources").joinpath("dkpro-core-types.xml").open("rb") as file:
        types = load_typesystem(file)
    types.create_feature(types.get_type(_ENTITY), "entity", _STRING)
    return _with_layers(types)


def _with_layers(types: TypeSystem) -> TypeSystem:
    """The same with the types of the layers that INCEpTION has not."""
    quotation, time, relation = (types.create_type(name, _BASE) for name in (_QUOTATION, _TIME, _RELATION))
    for type_, names in ((quotation, (_LABEL, "speakerName")), (time, (_LABEL, "timeValue")), (relation, (_LABEL,))):
        for name in names:
            types.create_feature(type_, name, _STRING)
    for end in ("Governor", "Dependent"):
        types.create_feature(relation, end, _QUOTATION)
    return types


def _write(documents: Documents, export: Export) -> None:
    from cassis import TypeSystem

    _types().to_xml(export.folder / "TypeSystem.xml")
    _with_layers(TypeSystem(add_document_annotation_type=False)).to_xml(export.folder / "layers.xml")
    for document in documents:
        _cas(document).to_xmi(export.folder / f"{name_of(document.id)}.xmi")


def _cas(document: Document) -> Cas:
    from cassis import Cas

    cas = Cas(_types())
    cas.sofa_string = document.text
    cas.sofa_mime = "text/plain"
    cas.document_language = document.article["language"]
    made = _Made(cas)
    for name, value in document.article.items():
        if name != "text":
            made.fields(name, value)
    for topic in document.article["topics"]:
        made.fields("topic", f"{topic['code']} {topic['label']} {topic['score']}")
    for one in document.article["paragraphs"]:
        made.add(_PARAGRAPH, one["start"], one["end"], divType=one["role"])
    for row in document.rows("sentences"):
        _tokens(made, row)
    spans, relations = in_pieces(*labelled(document))
    by_id = {one.id: made.span(one) for one in spans}
    for relation in relations:
        source, target = by_id[relation.source], by_id[relation.target]
        ends = {"Governor": source, "Dependent": target, _LABEL: relation.label}
        made.add(_RELATION, target.begin, target.end, **ends)
    return cas


class _Made:
    """A CAS while it is filled."""

    def __init__(self, cas: Cas) -> None:
        self._cas = cas
        self._types = {name: _types().get_type(name) for name in (_FIELD, _PARAGRAPH, _TOKEN, _LEMMA, _POS, _FEATS)}
        self._types |= {name: _types().get_type(name) for name in (*_FEATURES, _RELATION)}

    def add(self, name: str, begin: int, end: int, **features: Any) -> Any:
        made = self._types[name](begin=begin, end=end, **features)
        self._cas.add(made)
        return made

    def fields(self, name: str, value: Any) -> None:
        """A field of the metadata, or one for each value of a list."""
        for one in value if isinstance(value, list) else [value]:
            if one is not None and not isinstance(one, dict):
                self.add(_FIELD, 0, 0, key=name, value=str(one))

    def span(self, one: Labelled) -> Any:
        name = _type_of(one.label)
        features = {feature: one.attributes.get(said) for said, feature in _FEATURES[name].items()}
        if name != _SENTENCE:
            features[_LABEL] = one.label
        [(start, end)] = one.fragments
        return self.add(name, start, end, **features)


def _type_of(label: str) -> str:
    if label in (*QUOTATIONS, *PARTS):
        return _QUOTATION
    return _TIME if label in TIMES else _SENTENCE if label == "sentence" else _ENTITY


def _tokens(made: _Made, row: dict[str, Any]) -> None:
    columns = ("token_starts", "token_ends", "lemmas", "upos", "feats")
    for start, end, lemma, upos, feats in zip(*(row[name] for name in columns), strict=True):
        parts = {
            "lemma": made.add(_LEMMA, start, end, value=lemma),
            "pos": made.add(_POS, start, end, PosValue=upos, coarseValue=upos),
        }
        if feats:
            parts["morph"] = made.add(_FEATS, start, end, value=feats)
        made.add(_TOKEN, start, end, **parts)


def _read(where: Path) -> Iterator[Annotated]:
    found = files_in(where, ".xmi", ".zip", ".json")
    of_project = [file for file in found if not set(_OF_PROJECT).isdisjoint(file.relative_to(where).parts[:-1])]
    for file in of_project or found:
        beside = file.with_name("TypeSystem.xml")
        with reading(str(file), _WANTED):
            types = beside.read_bytes() if beside.is_file() else None
            members = list(_members(PurePosixPath(file.as_posix()), read_regular(file), types))
        for path, content, system in members:
            if path.stem != _INITIAL:
                yield _annotated(path, _load(path, content, system))


_WANTED = "a CAS of INCEpTION in XMI 1.0 or JSON, or a ZIP archive of them"
_OF_PROJECT = ("annotation", "curation")
"""The folders of a project that INCEpTION exported in which people's work is."""

_INITIAL, _SETTLED = "INITIAL_CAS", "CURATION_USER"
"""What INCEpTION calls a document before anybody annotated it, and what a curator settled."""


def _members(path: PurePosixPath, content: bytes, types: bytes | None) -> Iterator[_Member]:
    """Each CAS of a file with its path and type system; archives of INCEpTION may hold others."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield path, content, types
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        systems = [one for one in archive.infolist() if one.filename.lower().endswith("typesystem.xml")]
        inner = archive.read(systems[0]) if systems else types
        project = [one for one in archive.infolist() if one.filename.partition("/")[0] in _OF_PROJECT]
        for one in project or archive.infolist():
            if one.file_size > _LARGEST:
                raise ValueError(f"{one.filename}: {one.file_size:,} bytes")
            if one.filename.endswith((".xmi", ".zip", ".json")) and not is_of_system(PurePosixPath(one.filename)):
                yield from _members(path / one.filename, archive.read(one), inner)


def _load(path: PurePosixPath, content: bytes, system: bytes | None) -> Cas:
    from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.suffix == ".json":
                return load_cas_from_json(io.BytesIO(content))
            types = load_typesystem(io.BytesIO(system)) if system is not None else _types()
            return load_cas_from_xmi(io.BytesIO(content), typesystem=types, lenient=True)
    except Exception as error:  # noqa: BLE001  # cassis and lxml fail in ways that they do not document
        hint = "in INCEpTION: export as UIMA CAS XMI (XML 1.0)"
        raise CorpusError(Problem(str(path), 0, "", "import-file", first_line(error), _WANTED, hint)) from None


def _annotated(path: PurePosixPath, cas: Cas) -> Annotated:
    fields = list(_all(cas, _FIELD))
    spans: list[Labelled] = []
    ids: dict[int, str] = {}
    for type_, said in _spans_of(cas).items():
        for one in _all(cas, type_):
            ids[id(one)] = f"{_short(type_)} {one.xmiID}"
            attributes = {name: value for name, feature in said.items() if (value := _said(one, feature))}
            label = "sentence" if type_ == _SENTENCE else _said(one, _LABEL)
            label = label or ("" if type_ in _FEATURES else _short(type_))
            spans.append(Labelled(ids[id(one)], label, (Span(one.begin, one.end),), attributes))
    relations = [
        Relation(_said(one, _LABEL) or _short(type_), *(ids.get(id(getattr(one, end)), "") for end in _ENDS))
        for type_ in _custom(cas, relations=True)
        for one in _all(cas, type_)
    ]
    document, annotator, is_settled, project = path.stem, None, False, ""
    parts = path.parts
    if found := [at for at, part in enumerate(parts[:-2]) if part in _OF_PROJECT]:
        at = found[-1]  # of a project that INCEpTION exported: annotation/<document>/<user>.zip
        document, project = PurePosixPath(parts[at + 1]).stem, str(PurePosixPath(*parts[:at]))
        is_settled = parts[at] == "curation" or path.stem == _SETTLED
        annotator = None if is_settled else path.stem
    return Annotated(
        *(str(path), 0, next((one.value for one in fields if one.key == "id"), document), annotator),
        cas.sofa_string or "",
        tuple(spans),
        tuple(relations),
        tuple(one.value for one in fields if one.key == "keywords" and one.value),
        is_settled=is_settled,
        project=project,
    )


_ENDS = ("Governor", "Dependent")
"""What INCEpTION calls the ends of a relation: where it comes from, and where it leads to."""


def _custom(cas: Cas, *, relations: bool) -> list[str]:
    """The types of the layers that people made in INCEpTION: those of relations, or of spans."""
    made = [one for one in cas.typesystem.get_types() if one.name.startswith("webanno.custom.")]
    return [one.name for one in made if all(one.get_feature(end) for end in _ENDS) == relations]


def _spans_of(cas: Cas) -> dict[str, dict[str, str]]:
    """The types whose spans are read, and what their features are called in a gold file, or as they are."""
    others = [name for name in _custom(cas, relations=False) if name not in _FEATURES]
    told = {name: [one for one in cas.typesystem.get_type(name).all_features if one.name != _LABEL] for name in others}
    return _FEATURES | {
        name: {one.name: one.name for one in features if one.rangeType.name == _STRING}
        for name, features in told.items()
    }


def _said(one: Any, feature: str) -> str | None:
    """What a feature says, None where it says nothing; cassis has methods of the same names as some features."""
    value = getattr(one, feature, None)
    return value if isinstance(value, str) and value else None


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _all(cas: Cas, name: str) -> list[Any]:
    """What a CAS has of a type, in the order in which it was made; none where it does not know the type."""
    known = cas.typesystem.contains_type(name)
    return sorted(cas.select(name), key=lambda one: one.xmiID) if known else []


CAS = Format(
    "cas",
    "INCEpTION, WebAnno, UIMA",
    frozenset({"metadata", "paragraphs", "topics", "keywords", "sentences", "tokens", "lemmas", "upos", "feats"})
    | {"entities", "entity ids", "links", "quotations", "speakers", "speaker names", "cues", "times", "time values"},
    _write,
    _read,
    extra="cas",
)
