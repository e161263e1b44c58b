"""The fields of IPTC ninjs 1.0 to 3.1: their forms, which are used, and why the others are left out.

Written after the JSON Schemas of https://github.com/iptc/newsinjson (MIT). To follow a new
version, add its fields to the table of its family with their version, and say in ``LEFT_OUT``
why a field is not used, or use it in ninjs.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from corpus.model.problem import Problem, quoted
from corpus.raw.records import Record

# Each line, and what is indented under it: an object, the version that brought its fields, then their forms, each with
# its names. A form is a value (string, number …), one object, a list of them [object] or a map of them {object}. A
# name with ! must be there; a name_* stands for all names that begin so.
_ONE = """
item 1.0 string uri! mimetype profile version versioncreated embargoed copyrightholder copyrightnotice language byline
    headline located description_* body_* $schema; kind type; completeness representationtype; status pubstatus;
    [party] person; [company] organisation; [place] place; [subject] subject; [concept] event object;
    {rendition} renditions; {item} associations
item 1.1 number urgency; string usageterms
item 1.2 string firstcreated ednote title slugline; number charcount wordcount; [party] infosource
item 1.3 string headline_*; {any} altids; [trust] trustindicator; [genre] genre; standard $standard
item 1.4 string contentcreated expires; rights rightsinfo
item 1.6 source digitalsourcetype
concept,party,company,place,subject 1.0 string name rel scheme code
party,company,place 1.5 [contact] contactinfo
company 1.0 [symbol] symbols
place 1.1 {any} geometry_*
subject 1.5 string creator; percent relevance confidence
genre 1.3 string name scheme code
symbol 1.0 string ticker exchange
symbol 1.5 string symboltype symbol
rendition 1.0 string href mimetype title; number height width sizeinbytes
rendition 1.2 number duration; string format
trust 1.3 string scheme code title href
standard 1.3 string name version schema
rights 1.4 string langid linkedrights encodedrights
source 1.6 string name uri literal
contact 1.5 string type role lang name value; address address
address 1.5 [string] lines; string locality area postalcode country
"""
_TWO = """
item 2.0 string uri! profile version firstcreated versioncreated contentcreated embargoed copyrightholder
    copyrightnotice usageterms ednote language title by slugline located expires $schema; kind type;
    extent representationtype; status pubstatus; number urgency; [text] descriptions headlines; [body] bodies;
    [party] people; [company] organisations; [place] places; [subject] subjects; [concept] events objects;
    [origin] infosources; [rendition] renditions; [association] associations; [altid] altids; [trust] trustindicators;
    [genre] genres; standard standard; rights rightsinfo
item 2.2 source digitalsourcetype
association 2.0 string name!
text,body 2.0 string role contenttype value!
body 2.0 number charcount wordcount
concept,party,company,place,subject 2.0 string name rel uri literal
party,company,place,origin 2.1 [contact] contactinfo
company 2.0 [symbol] symbols
place 2.0 geojson geojson
subject 2.1 string creator; percent relevance confidence
origin 2.0 string name role uri literal
symbol 2.0 string ticker exchange
symbol 2.1 string symboltype symbol
rendition 2.0 string name! href contenttype title format; number height width sizeinbytes duration
altid 2.0 string role value
trust 2.0 string role title href
genre 2.0 string name uri literal
standard 2.0 string name version schema
rights 2.0 string langid linkedrights encodedrights
source 2.2 string name uri literal
contact 2.1 string type role lang name value; address address
address 2.1 [string] lines; string locality area postalcode country
"""
_THREE = """
item 3.0 string uri! profile version firstCreated versionCreated contentCreated embargoedUntil copyrightHolder
    copyrightNotice usageTerms edNote language title by slugline located expires $schema; newskind type;
    extent representationType; status pubStatus; urgency urgency; [text] descriptions headlines; [body] bodies;
    [party] people; [company] organisations; [place] places; [subject] subjects; [happening] events;
    [concept] objects; [origin] infoSources; [rendition] renditions; [association] associations; [altid] altIds;
    [trust] trustIndicators; [genre] genres; standard standard; rights rightsInfo; {any} eventDetails;
    [any] plannedCoverage
item 3.1 source digitalSourceType
association 3.0 string name! rel
text,body 3.0 string role contentType value!
body 3.0 integer charCount wordCount
concept,party,company,place,subject,happening 3.0 string name rel uri literal
party,company,place,origin 3.0 [contact] contactInfo
company 3.0 [symbol] symbols
place 3.0 geojson geoJSON
subject 3.0 string creator; percent relevance confidence
happening 3.0 string id
origin 3.0 string name role uri literal
symbol 3.0 string exchange symbolType symbol
rendition 3.0 string name! href contentType title format aspectRatio videoCodec transportProtocol bitrate;
    scan scanType; integer height width sizeInBytes; number duration frameRate; point poi
point 3.0 integer x y
altid 3.0 string role value
trust 3.0 string role title href
genre 3.0 string name uri literal
standard 3.0 string name version schema
rights 3.0 string langId linkedRights encodedRights
source 3.1 string name uri literal
contact 3.0 string type role lang name value; address address
address 3.0 [string] lines; string locality area postalCode country
"""
_ITEM_KINDS = ("text", "audio", "video", "picture", "graphic", "composite", "component")
_CHOICES = {
    "kind": _ITEM_KINDS,
    "newskind": (*_ITEM_KINDS, "event", "planning"),
    "status": ("usable", "withheld", "canceled"),
    "completeness": ("complete", "incomplete"),
    "extent": ("full", "partial"),
    "scan": ("progressive", "interlaced"),
}
_BOUNDS = {"urgency": (1, 9), "percent": (0, 100), "integer": (None, None)}
_ONE_OF = {"rights": ("linkedrights", "encodedrights"), "contact": ("value", "address")}
_GEOJSON = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
            "Feature", "FeatureCollection")  # fmt: skip
_DEEPEST = 8  # associations within associations: real items have one or two

USED = frozenset(
    ("$schema", "$standard", "associations", "bodies", "body_*", "by", "byline", "contentcreated", "description_*",
     "descriptions", "firstcreated", "headline", "headline_*", "headlines", "language", "pubstatus", "renditions",
     "representationtype", "standard", "title", "type", "uri", "version",
     "versioncreated")
)  # fmt: skip
"""The fields of an item that ninjs.py reads, in lower case; of renditions only the address of a web page."""

_REASONS = {
    "the uri is the item's identity": "altids",
    "counted anew from the text": "charcount wordcount",
    "source.yaml says whose the articles are, and the licence": (
        "copyrightholder copyrightnotice rightsinfo usageterms"
    ),
    "is for editors, not for readers": "ednote slugline",
    "says when the item may be published, not when it was": "embargoed embargoeduntil",
    "is about the distribution of the item": "expires profile urgency",
    "what an article is about is for the layers to find": (
        "event events genre genres object objects organisation organisations people person place places"
        " subject subjects"
    ),
    "plans or describes something else than an article": "eventdetails plannedcoverage",
    "is about the publisher and its sources": "infosource infosources trustindicator trustindicators",
    "the place of writing; a body opens with it where it was printed": "located",
    "the body itself says its form": "mimetype",
    "says how a medium was made": "digitalsourcetype",
    "says how an association belongs to its item, in no fixed words": "name rel",
}
LEFT_OUT = {name: reason for reason, names in _REASONS.items() for name in names.split()}
"""The fields of an item that are not read, in lower case, each with the reason."""
_SUPERDESK = {
    "is for the newsroom that wrote the item": "annotations assignment_id attachments coverage_id evolvedfrom extra"
    " extra_items flags ingest_id ingest_version priority products service signal translated_from translations",
    "is about the transmission": "_created _etag _id _latest_version _links _type _updated",
    "counted anew from the text": "readtime",
    "what an article is about is for the layers to find": "keywords",
    "sign an item without a byline": "authors",
    "is the publication": "source",
}
OF_SUPERDESK = {name: reason for reason, names in _SUPERDESK.items() for name in names.split()}
"""The fields that Superdesk, which many agencies write with, adds to an item of ninjs 1, with what becomes of them."""
MARKS = ("versioncreated", "versionCreated", "body_text", "body_html", "body_xhtml", "bodies", "pubstatus", "pubStatus")
"""Fields that no other format has: one of them beside an id makes an item."""
LATEST = {1: 6, 2: 2, 3: 1}
"""The latest minor version of each major one."""
_IN_VERSION = re.compile(r"([0-9]+)\.([0-9]+)(?:\.[0-9]+)?")
_IN_SCHEMA = re.compile(r".*ninjs-schema_([0-9]+)\.([0-9]+)(?:\.[0-9]+)?\.json#?")


class Field(NamedTuple):
    """A field of an object: its form, the minor version that brought it, whether it must be there."""

    form: str
    since: int
    required: bool


def _objects(table: str) -> dict[str, dict[str, Field]]:
    """The objects of a table; an association is an item with a few fields more."""
    objects: dict[str, dict[str, Field]] = {}
    for line in table.replace("\n ", " ").strip().splitlines():
        names, version, fields = line.split(maxsplit=2)
        for name in names.split(","):
            known = objects.setdefault(name, {})
            for form, *given in map(str.split, fields.split(";")):
                known |= {field.rstrip("!"): Field(form, int(version[2:]), field.endswith("!")) for field in given}
    if "association" in objects:
        objects["association"] = {**objects["item"], **objects["association"]}
    return objects


FAMILIES = {1: _objects(_ONE), 2: _objects(_TWO), 3: _objects(_THREE)}
"""For each major version its objects and their fields."""


class Reading(NamedTuple):
    """What a strict reading needs to know: the record, its version, the further fields that source.yaml leaves out."""

    record: Record
    version: tuple[int, int]
    left_out: Collection[str]


def reading_of(item: Mapping[str, object], record: Record, left_out: Collection[str]) -> Reading | None:
    """How to read an item: in the version that it declares, or in the one that knows it best.

    A minor version that is not known yet is read as the latest one that is; None where a
    version is declared that is none of ninjs 1 to 3.
    """
    declared = item.get("$standard", item.get("standard"))
    standard = declared if isinstance(declared, dict) else {}
    schemas = ((text, _IN_SCHEMA) for text in (standard.get("schema"), item.get("$schema")))
    for text, form in ((standard.get("version"), _IN_VERSION), *schemas):
        if isinstance(text, str) and (found := form.fullmatch(text)):
            major, minor = int(found[1]), int(found[2])
            return Reading(record, (major, min(minor, LATEST[major])), left_out) if major in LATEST else None
    readings = [Reading(record, (major, LATEST[major]), left_out) for major in sorted(FAMILIES, reverse=True)]
    return min(readings, key=lambda reading: _strangeness(item, reading))


def _strangeness(item: Mapping[str, object], reading: Reading) -> tuple[int, int]:
    """How many fields of an item a version does not know, and how many problems there are in all."""
    fields = FAMILIES[reading.version[0]]["item"]
    return sum(_known(fields, name) is None for name in item), sum(1 for _ in problems(item, reading))


def _known(fields: Mapping[str, Field], name: str) -> Field | None:
    """The field called ``name``, or the one whose pattern ``body_*`` it fits; Superdesk writes ``guid`` for uri."""
    if name == "guid" and "uri" in fields:
        return fields["uri"]
    if name in fields or "_" not in name:
        return fields.get(name)
    start, _, rest = name.partition("_")
    return fields.get(f"{start}_*") if re.match(r"[a-zA-Z0-9_]", rest) else None


def problems(item: Mapping[str, object], reading: Reading) -> Iterator[Problem]:
    """Every field of an item that its version does not know, or that has another form; the first hundred."""
    return islice(_of_object(item, "item", "$", 0, reading), 100)


def _of_object(value: Mapping[str, object], name: str, path: str, depth: int, reading: Reading) -> Iterator[Problem]:
    major, minor = reading.version
    fields = FAMILIES[major].get(name, {})
    for key, inner in value.items():
        field = _known(fields, key)
        if key in reading.left_out or inner is None or (major == 1 and name == "item" and key in OF_SUPERDESK):
            continue
        if field is None or field.since > minor:
            yield _unknown(key, inner, field, f"{path}.{key}", fields, reading)
        else:
            yield from _of_value(inner, field.form, f"{path}.{key}", depth, reading)
    for key, field in fields.items():
        there = key in value or (key == "uri" and "guid" in value)
        if field.required and not there and not (name == "association" and reading.version == (2, 0)):
            hint = f"add {key}; ninjs {major}.{minor} requires it"
            yield reading.record.problem("field-missing", f"{path}.{key}", "nothing", "a value", hint)
    if choice := _ONE_OF.get(name):
        given = [key for key in value if key.lower() in choice]
        if len(given) != 1:
            found = " and ".join(given) or "neither"
            yield reading.record.problem("field-invalid", path, found, f"one of {' and '.join(choice)}", "")


def _unknown(
    key: str, value: object, field: Field | None, path: str, fields: Mapping[str, Field], reading: Reading
) -> Problem:
    major, minor = reading.version
    if field:
        wanted = f"the fields of ninjs {major}.{minor}; {key} came with {major}.{field.since}"
    else:
        wanted = f"a field of ninjs {major}.{minor}"
    names = [name.rstrip("*") for name in fields]
    elsewhere = sorted(family for family, objects in FAMILIES.items() if _known(objects["item"], key))
    near = get_close_matches(key, names, 1, 0.7)
    hint = "list it under left_out of source.yaml with the reason, or remove it"
    if elsewhere and not field:
        hint = f"it is a field of ninjs {elsewhere[0]}: declare the version in `standard`"
    elif near and not field:
        hint = f"did you mean {near[0]}? If not, {hint}"
    return reading.record.problem("field-unknown", path, quoted(value), wanted, hint)


def _of_value(value: object, form: str, path: str, depth: int, reading: Reading) -> Iterator[Problem]:
    if form == "any":
        return
    if form[0] in "[{":
        yield from _of_many(value, form, path, depth, reading)
    elif form in FAMILIES[reading.version[0]]:
        if not isinstance(value, dict):
            yield reading.record.problem("field-invalid", path, quoted(value), "an object", "")
        elif depth > _DEEPEST:
            found = f"objects nested over {_DEEPEST} deep"
            yield reading.record.problem("record-too-deep", path, found, "a flat item")
        else:
            yield from _of_object(value, form, path, depth + 1, reading)
    elif wanted := _wanted(value, form):
        yield reading.record.problem("field-invalid", path, quoted(value), wanted, "")


def _of_many(value: object, form: str, path: str, depth: int, reading: Reading) -> Iterator[Problem]:
    """The problems of a list ``[form]`` or a map ``{form}``."""
    kind = list if form[0] == "[" else dict
    if not isinstance(value, kind):
        wanted = "a list" if kind is list else "an object of names and values"
        yield reading.record.problem("field-invalid", path, quoted(value), wanted, "")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _of_value(inner, form[1:-1], f"{path}[{index}]", depth, reading)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _of_value(inner, form[1:-1], f"{path}.{name}", depth, reading)


def _wanted(value: object, form: str) -> str | None:
    """What a value should be, None where it is that."""
    if form in _CHOICES:
        return None if value in _CHOICES[form] else f"one of {', '.join(_CHOICES[form])}"
    if form == "string":
        return None if isinstance(value, str) else "a string"
    if form == "geojson":
        return None if _is_geojson(value) else "a GeoJSON object with type and coordinates"
    number = isinstance(value, int if form in _BOUNDS else (int, float)) and not isinstance(value, bool)
    least, most = _BOUNDS.get(form, (None, None))
    if not number or (isinstance(value, int) and least is not None and most is not None and not least <= value <= most):
        return "a number" if form == "number" else "an integer" + (f" from {least} to {most}" if most else "")
    return None


def _is_geojson(value: object) -> bool:
    if not isinstance(value, dict) or value.get("type") not in _GEOJSON:
        return False
    if "coordinates" not in value:
        return bool({"geometry", "geometries", "features"} & value.keys())
    pending = [value["coordinates"]]
    for part in pending:
        if isinstance(part, list):
            pending += part
        elif isinstance(part, bool) or not isinstance(part, (int, float)):
            return False
    return isinstance(value["coordinates"], list)


def is_item(fields: Mapping[str, object]) -> bool:
    """Whether an object is an item of ninjs, by its fields."""
    return ("uri" in fields or "guid" in fields) and sum(mark in fields for mark in MARKS) > 1


def unused(item: Mapping[str, object]) -> dict[str, str]:
    """The fields of an item, and of what is in it, that cannot be read as they are, each with the reason.

    A field that an article needs is not among them.
    """
    reading = reading_of(item, Record("", 0, 0, b""), ())
    found: dict[str, str] = {}
    for problem in problems(item, reading) if reading else ():
        name = re.sub(r"\[\d+\]", "", problem.path.rpartition(".")[2])
        lower = name.lower()
        needed = lower in USED or any(lower.startswith(one[:-1]) for one in USED if one.endswith("_*"))
        if name and name != "$" and not needed and problem.rule in ("field-unknown", "field-invalid"):
            why = "of another form than" if problem.rule == "field-invalid" else "no field of"
            found[name] = f"not mapped: {why} ninjs {'.'.join(map(str, reading.version if reading else ()))}"
    return found
