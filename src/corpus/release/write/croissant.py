"""croissant.json: a release described for machines (Croissant 1.1), with the SHA-256 of every file.

Where it comes from is said in the words of PROV, what may be done with it in those of ODRL, both as Croissant asks;
how many rows a table has, and the bounds of a column, are annotations of the table and of the column.

``mlcroissant.Dataset(jsonld="croissant.json").records("articles")`` reads a table through it, all splits and shards,
and refuses a file that has changed. Written without that library, which only reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus.model import schema
from corpus.model.foreign_text import as_json
from corpus.model.table_names import base_name
from corpus.release.write import card_text, citation
from corpus.release.write.counting import Counted
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Written, row_schemas
from corpus.release.write.parquet import counts as counts_of

if TYPE_CHECKING:
    import pyarrow as pa

_PARQUET = "application/x-parquet"
_FORMATS = {
    "md": "text/markdown",
    "json": "application/json",
    "jsonl": "application/jsonlines",
    "svg": "image/svg+xml",
    "parquet": _PARQUET,
}
_TYPES = {
    "string": "sc:Text",
    "bool": "sc:Boolean",
    "int32": "cr:Int32",
    "int64": "cr:Int64",
    "double": "cr:Float64",
    "timestamp[us]": "sc:Date",
    "timestamp[us, tz=UTC]": "sc:DateTime",
}
_KEYS = ("article", "index")
_CARDINALITY = "http://www.wikidata.org/entity/Q4049983"
"""How many there are, as the specification names it."""
_OWN = """
    annotation arrayShape citeAs column containedIn equivalentProperty extract field fileObject excludes
    fileProperty fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet
    references readLines regex repeated replace samplingRate sdVersion separator source subField transform unArchive
"""
"""The terms of Croissant, which have the same name in its context."""
_OF_OTHERS = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}
_CONTEXT = dict(sorted((_OF_OTHERS | {name: f"cr:{name}" for name in _OWN.split()}).items()))
"""The context that the specification gives, word for word, with that of others: readers warn where one is missing.

Not ``value``, which it gives as a term of its own, and mlcroissant reads as schema.org's.
"""


def croissant(
    metadata: ReleaseMetadata, written: Sequence[Written], others: Mapping[str, tuple[int, str]], found: Counted
) -> bytes:
    """The bytes of croissant.json; ``others`` are size and SHA-256 of the files that are no tables, by path.

    It lists every file but itself and the manifest, which both come after it.
    """
    settings = metadata.settings
    creators = [_creator(one) for one in citation.creators(settings)]
    tables, schemas = counts_of(written), row_schemas(written)
    described: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": settings.name,
        "alternateName": settings.title,
        "description": settings.description.strip() or settings.title,
        "version": metadata.version,
        "license": [citation.licence_address(name) or name for name in metadata.licences] or ["other"],
        "inLanguage": metadata.languages,
        "keywords": [*citation.KEYWORDS],
        "citeAs": citation.bibtex(metadata),
        "creator": creators if len(creators) > 1 else creators[0],
        "publisher": [{"@type": "sc:Organization", "name": citation.publisher(settings)}],
        **({"datePublished": metadata.date} if metadata.date else {}),
        **({"url": f"{citation.HUB}{settings.hub}"} if settings.hub else {}),
        **_responsible(metadata, tables),
        **_provenance(metadata),
        "usageInfo": [_offer(licence) for licence in metadata.licences],
        "distribution": [*_files(written, others), *(_file_set(table, written) for table in tables)],
        "recordSet": [
            *_splits(tables),
            *(_record_set(table, rows, schemas, metadata, found) for table, rows in tables.items()),
        ],
    }
    return (as_json(described, indent=1) + "\n").encode()


def _creator(creator: Mapping[str, str]) -> dict[str, str]:
    kind = "sc:Organization" if "name" in creator else "sc:Person"
    found = {"@type": kind, "name": citation.full_name(creator)}
    return found | ({"url": f"https://orcid.org/{creator['orcid']}"} if "orcid" in creator else {})


def _responsible(metadata: ReleaseMetadata, tables: Collection[str]) -> dict[str, Any]:
    """What Croissant's vocabulary for responsible AI asks for, as far as a release knows it."""
    about = [f"{source.name} ({source.id}, {source.redistribution})" for source in metadata.sources.values()]
    said: dict[str, Any] = {
        "rai:dataCollection": f"Articles as their sources published them: {'; '.join(about)}.",
        "rai:dataCollectionType": ["Secondary Data Analysis"],
        "rai:personalSensitiveInformation": card_text.personal(metadata.settings),
        "rai:dataLimitations": card_text.limits(metadata, tables),
        "rai:dataReleaseMaintenancePlan": "Versions never change; corrections and withdrawals come with the next one.",
    }
    if schema.annotation_tables(tables):
        silver = "Annotations with status silver were made by the program that annotator names"
        gold = f"those with status gold {card_text.gold_by(metadata.annotators)}"
        said["rai:dataAnnotationProtocol"] = [f"{silver}, {gold}."]
    if metadata.layers:
        said["rai:machineAnnotationTools"] = [f"{name}: {mark}" for name, mark in metadata.layers.items()]
    return said


def _provenance(metadata: ReleaseMetadata) -> dict[str, Any]:
    """What the release was made from, and how: its sources and the version before (PROV-O)."""
    entities: list[dict[str, Any]] = []
    for source in metadata.sources.values():
        entity: dict[str, Any] = {"@type": "prov:Entity", "name": source.name}
        if source.url:
            entity["url"] = source.url
        if source.publisher:
            entity["prov:wasAttributedTo"] = {"@type": "prov:Agent", "prov:label": source.publisher}
        entities.append(entity)
    made: dict[str, Any] = {
        "prov:wasDerivedFrom": entities,
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:label": "Raw records parsed, checked, annotated and split",
            "prov:wasAssociatedWith": {"@type": "prov:SoftwareAgent", "prov:label": "corpus"},
        },
    }
    if metadata.previous:
        before = {"@type": "prov:Entity", "name": metadata.settings.name, "version": metadata.previous["version"]}
        made["prov:wasRevisionOf"] = before | {"sha256": metadata.previous["manifest_sha256"]}
    return made


def _offer(licence: str) -> dict[str, Any]:
    """What may be done with the articles under a licence: what it says (ODRL)."""
    duties = (
        (
            "odrl:reviewPolicy",
            f"Do what {licence} asks for: `licence` of the articles says which of them it holds for.",
        ),
        ("odrl:delete", "Take out of every copy what withdrawn.jsonl of a later version lists."),
    )
    return {
        "@type": ["CreativeWork", "odrl:Offer"],
        "name": f"Use under {licence}",
        "license": citation.licence_address(licence) or licence,
        "odrl:permission": {
            "@type": "odrl:Permission",
            "odrl:action": {"@id": "odrl:use"},
            "odrl:duty": [
                {"@type": "odrl:Duty", "odrl:action": {"@id": action}, "description": what} for action, what in duties
            ],
        },
    }


def _files(written: Sequence[Written], others: Mapping[str, tuple[int, str]]) -> Iterable[dict[str, Any]]:
    """Every file with its hash, sorted by path.

    The Parquet files are given ``git+https`` as a second format, as what is published on a Hub has it: mlcroissant
    joins several files to one table, each proved by its hash, only where they are files of a Git repository.
    """
    found = {path: (*of_file, False) for path, of_file in others.items()}
    found |= {file.path: (file.bytes, file.sha256, True) for file in written}
    for path, (size, digest, table) in sorted(found.items()):
        kind = _FORMATS.get(path.rpartition(".")[2], "application/octet-stream")
        yield {
            "@type": "cr:FileObject",
            "@id": path,
            "name": path,
            "contentUrl": path,
            "contentSize": f"{size} B",
            "encodingFormat": [kind, "git+https"] if table else kind,
            "sha256": digest,
        }


def _file_set(table: str, written: Sequence[Written]) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{table}-files",
        "name": f"{table}-files",
        "description": f"The Parquet files of the table {table}.",
        "containedIn": [{"@id": path} for path in sorted(file.path for file in written if file.table == table)],
        "encodingFormat": _PARQUET,
        "includes": f"*data/{table}/*.parquet",
    }


def _splits(tables: Mapping[str, Mapping[str, int]]) -> Iterable[dict[str, Any]]:
    """The splits as a table of their own, which the column ``split`` refers to."""
    names = list(dict.fromkeys(split for splits in tables.values() for split in splits))
    if names:
        yield {
            "@type": "cr:RecordSet",
            "@id": "splits",
            "name": "splits",
            "description": "The splits; articles of one story stand in one.",
            "dataType": "cr:Split",
            "key": {"@id": "splits/split_name"},
            "field": [_described("splits", "split_name", "Name of the split.") | {"dataType": "sc:Text"}],
            "data": [{"splits/split_name": name} for name in names],
        }


def _record_set(
    table: str, splits: Mapping[str, int], schemas: Mapping[str, str], metadata: ReleaseMetadata, found: Counted
) -> dict[str, Any]:
    silver = metadata.silver.get(base_name(table))
    fields = list(schema.arrow_schema(table, schemas))
    columns = [field.name for field in fields]
    keys = _KEYS if "article" in columns else ("id",)
    rows = ", ".join(f"{count:,} in {split}" for split, count in splits.items())
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": f"{schema.about(table, schemas)} Rows: {rows}.",
        "key": [{"@id": f"{table}/{name}"} for name in keys if name in columns],
        **({"prov:wasAttributedTo": {"@type": "prov:SoftwareAgent", "prov:label": silver}} if silver else {}),
        "annotation": [_statistic(table, "rows", sum(splits.values()), _CARDINALITY)],
        "field": [_field(table, field) | _bounds(f"{table}/{field.name}", found) for field in fields],
    }


def _bounds(column: str, found: Counted) -> dict[str, Any]:
    """The least and the greatest value of a column, where they were counted."""
    if column not in found.bounds:
        return {}
    least, greatest = (one if isinstance(one, int) else one.isoformat()[:10] for one in found.bounds[column])
    kind = "cr:Int64" if isinstance(least, int) else "sc:Date"
    both = (("min", least, "sc:minValue"), ("max", greatest, "sc:maxValue"))
    return {"annotation": [_statistic(column, *one) | {"dataType": kind} for one in both]}


def _statistic(where: str, name: str, value: int | str, meaning: str) -> dict[str, Any]:
    """A number of a table or a column; ``meaning`` is the term of another vocabulary that it is."""
    described = {"@type": "cr:Field", "@id": f"{where}/{name}", "name": name, "value": value}
    return described | {"dataType": "cr:Int64", "equivalentProperty": meaning}


def _field(table: str, field: pa.Field) -> dict[str, Any]:
    """A column: a value, a list of values, or a list of parts of which each has its place in the column."""
    import pyarrow as pa

    found = _described(table, field.name, field.metadata[b"description"].decode())
    if field.name == "annotator":
        found["equivalentProperty"] = "prov:wasAttributedTo"
    kind = field.type
    if pa.types.is_list(kind):
        found |= {"isArray": True, "arrayShape": "-1"}
        kind = kind.value_type
    if pa.types.is_struct(kind):
        found["subField"] = [_part(table, field.name, part) for part in kind]
        return found
    found |= {"dataType": _TYPES[str(kind)], "source": _source(table, field.name)}
    return found


def _part(table: str, column: str, part: pa.Field) -> dict[str, Any]:
    source = _source(table, column) | {"transform": {"jsonPath": part.name}}
    described = _described(f"{table}/{column}", part.name, part.metadata[b"description"].decode())
    return described | {"dataType": _TYPES[str(part.type)], "source": source}


def _described(where: str, name: str, description: str) -> dict[str, Any]:
    return {"@type": "cr:Field", "@id": f"{where}/{name}", "name": name, "description": description}


def _source(table: str, column: str) -> dict[str, Any]:
    return {"fileSet": {"@id": f"{table}-files"}, "extract": {"column": column}}
