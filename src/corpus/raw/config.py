"""A corpus folder's own settings: ``corpus.toml`` and the ``source.yaml`` of each source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from corpus.files import paths
from corpus.files.paths import Location
from corpus.files.strict_yaml import DEEPEST, read_yaml
from corpus.model import schema
from corpus.model.edtf import fault
from corpus.model.problem import CorpusError, Problem, UsageError, first_line, quoted
from corpus.raw.encodings import codec
from corpus.raw.layout import LIMITS

SPLITS = {"train": 0.8, "validation": 0.1, "test": 0.1}
SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_LARGEST = 2**20
_LONGEST_LICENCE = 500
_LICENCE_REF = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Source:
    """Where articles come from; ``id`` is the folder's name, the rest is its source.yaml.

    ``date`` is the date of records that have none of their own, or None. ``hosts`` are those whose pages are taken from
    a crawl, each with what differs from the source. ``undated`` says whether a page without a date takes the crawl's.
    ``encoding`` is that of files that do not prove theirs, ``date_format`` the order of the parts of dates in numbers,
    ``publication`` the newspaper of all records or, as a mapping, its name by the written one, ``markup`` that of text
    in fields; None where source.yaml does not say. ``limits`` are those that differ from ``LIMITS``.
    """

    id: str
    name: str
    language: str
    licence: str
    redistribution: str
    shape: str
    publisher: str | None = None
    description: str | None = None
    url: str | None = None
    date: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    undated: str = "refused"
    encoding: str | None = None
    date_format: str | None = None
    publication: str | Mapping[str, str] | None = None
    markup: str | None = None
    limits: Mapping[str, int] = field(default_factory=dict)

    def limit(self, name: str) -> int:
        """What its records and files may cost, by a name of ``LIMITS``."""
        return self.limits.get(name, LIMITS[name])


@dataclass(frozen=True, slots=True)
class Settings:
    """corpus.toml, read and checked. ``sources`` is None for all of raw/, other fields are "" for none.

    ``earliest`` and ``latest`` bound the dates of articles (ISO days, included), None for no bound. ``reuse`` asks for
    the table of passages that articles share. ``creators`` are objects as corpus.schema.json describes them.
    """

    root: Location
    name: str
    title: str
    description: str = ""
    contact: str = ""
    sources: tuple[str, ...] | None = None
    layers: tuple[str, ...] = ()
    splits: tuple[tuple[str, float], ...] = tuple(SPLITS.items())
    earliest: str | None = None
    latest: str | None = None
    hub: str = ""
    reuse: bool = True
    creators: Sequence[Mapping[str, str]] = ()
    publisher: str = ""
    doi: str = ""


def find_root(start: Path) -> Path:
    """The nearest folder upwards that holds a corpus.toml.

    Raises:
        UsageError: there is none.
    """
    resolved = start.resolve()
    for candidate in (resolved, *resolved.parents):
        if (candidate / "corpus.toml").is_file():
            return candidate
    found, hint = "no corpus.toml here or in a folder above", "give --root DIR, or make one with: corpus init DIR"
    raise UsageError(Problem(str(start), 0, "", "root-missing", found, "a corpus folder", hint))


def read_settings(root: Location) -> Settings:
    """The settings of the corpus folder ``root``.

    Raises:
        UsageError: there is no corpus.toml.
        CorpusError: it is no TOML, or not what corpus.schema.json describes.
    """
    file = root / "corpus.toml"
    try:
        content = _read_small(file, "corpus.toml", root)
    except FileNotFoundError:
        hint = f"make one with: corpus init {root}"
        raise UsageError(Problem(str(root), 0, "", "root-missing", "no corpus.toml", "a corpus folder", hint)) from None
    try:
        values = _plain(tomllib.loads(content))
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError
        what = "nested without end" if isinstance(error, RecursionError) else first_line(error)
        hint = "see https://toml.io"
        raise CorpusError(_problem("corpus.toml", "toml-invalid", "", what, "TOML", hint)) from None
    found = list(schema.problems("corpus", values, "corpus.toml"))
    sound = _sound(values, found)
    splits = {name: float(share) for name, share in sound.get("splits", SPLITS).items()}
    if abs(sum(splits.values()) - 1) > 1e-9:
        sums = f"shares that sum to {sum(splits.values()):g}", "shares that sum to 1"
        found.append(_problem("corpus.toml", "field-invalid", "$.splits", *sums, "change one of them"))
    dates = sound.get("dates", {})
    for key, day in dates.items():
        found += _date_problems("corpus.toml", f"$.dates.{key}", day)
    for number, creator in enumerate(sound.get("creators", ())):
        found += _creator_problems(f"$.creators[{number}]", creator)
    if found:
        raise CorpusError(found)
    return Settings(
        root=root,
        name=values["name"],
        title=values.get("title", values["name"]),
        description=values.get("description", ""),
        contact=values.get("contact", ""),
        sources=tuple(values["sources"]) if "sources" in values else None,
        layers=tuple(values.get("layers", ())),
        splits=tuple(splits.items()),
        earliest=dates.get("earliest"),
        latest=dates.get("latest"),
        hub=values.get("hub", ""),
        reuse=values.get("reuse", True),
        creators=tuple(values.get("creators", ())),
        publisher=values.get("publisher", ""),
        doi=values.get("doi", ""),
    )


def _creator_problems(path: str, creator: Mapping[str, str]) -> Iterator[Problem]:
    """A creator is a person or an organisation, not both; the last digit of an ORCID iD fits (ISO 7064, MOD 11-2)."""
    if ("name" in creator) == ("family" in creator) or ("name" in creator and len(creator) > 1):
        wanted = "an organisation's name alone, or a person's family, with given, orcid and affiliation where known"
        hint = 'write {name = "…"} or {family = "…", given = "…"}'
        yield _problem("corpus.toml", "field-invalid", path, ", ".join(creator), wanted, hint)
    if identifier := creator.get("orcid", "").replace("-", ""):
        rest = 0
        for digit in identifier[:-1]:
            rest = (rest + int(digit)) * 2
        if "0123456789X"[(12 - rest % 11) % 11] != identifier[-1]:
            found, wanted = quoted(creator["orcid"]), "an ORCID iD: its last sign does not fit the others"
            hint = "copy it again from orcid.org"
            yield _problem("corpus.toml", "field-invalid", f"{path}.orcid", found, wanted, hint)


def _read_small(file: Location, shown: str, within: Location) -> str:
    """The characters of a settings file, which is a plain file of at most a mebibyte.

    Raises:
        FileNotFoundError: it is not there.
        CorpusError: rule ``file-unreadable``.
    """
    try:
        return paths.read(file, _LARGEST, within).decode("utf-8-sig")
    except FileNotFoundError:
        raise
    except OSError as error:
        found = error.strerror or "a file that cannot be read"
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at byte offset {error.start}"
    wanted = f"a readable UTF-8 file of at most {_LARGEST:,} bytes"
    raise CorpusError(_problem(shown, "file-unreadable", "", found, wanted, "mend or replace it"))


def _problem(file: str, rule: str, path: str, found: str, wanted: str, hint: str) -> Problem:
    """A problem of a settings file, which has no lines to point to."""
    return Problem(file, 0, path, rule, found, wanted, hint)


def _plain(value: Any, depth: int = 0) -> Any:
    """TOML values as JSON has them: a date is the string that it was written as.

    Raises:
        ValueError: tables or lists are nested deeper than any setting, or a number is longer than any.
    """
    if depth > DEEPEST:
        raise ValueError(f"nesting over {DEEPEST} deep")
    if isinstance(value, dict):
        return {key: _plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    if isinstance(value, int) and value.bit_length() > 64:
        raise ValueError("a number that is too long")
    return value.isoformat() if isinstance(value, (date, time)) else value


def read_source(folder: Location, root: Location) -> Source:
    """The source that a folder of raw/ is.

    Raises:
        CorpusError: source.yaml is missing or wrong; all its problems.
    """
    shown = paths.under(folder, root)
    file = f"{shown}/source.yaml"
    if not SOURCE_NAME.fullmatch(folder.name):
        wanted = "at most 80 of a-z 0-9 . _ -, first a letter or digit"
        hint = "rename the folder: its name opens every id"
        raise CorpusError(_problem(shown, "source-name", "", quoted(folder.name), wanted, hint))
    try:
        content = _read_small(folder / "source.yaml", file, folder.parent)
    except FileNotFoundError:
        wanted = "source.yaml with name, language, licence, redistribution, shape"
        hint = "add one (corpus init DIR --example makes one to copy), or move the folder out of raw/"
        raise CorpusError(_problem(shown, "source-missing", "", "a folder without source.yaml", wanted, hint)) from None
    values = read_yaml(content, file)
    found = list(schema.problems("source", values, file))
    sound = _sound(values, found)
    licences = {"$.licence": sound["licence"]} if "licence" in sound else {}
    rights = sound.get("hosts", {}).items()
    licences |= {f"$.hosts.{host}.licence": its["licence"] for host, its in rights if "licence" in its}
    for path, licence in licences.items():
        if wrong := licence_problem(licence):
            found.append(_problem(file, "licence-unknown", path, quoted(licence), *wrong))
    found += _field_problems(file, sound)
    if "date" in sound:
        found += _date_problems(file, "$.date", sound["date"])
    if "encoding" in sound and not codec(sound["encoding"]):
        wanted, hint = "the name of an encoding", "such as windows-1252, macintosh, cp850 or utf-16-le"
        found.append(_problem(file, "field-invalid", "$.encoding", quoted(sound["encoding"]), wanted, hint))
    if found:
        raise CorpusError(found)
    limits = {name: int(most) for name, most in values.pop("limits", {}).items()}
    return Source(id=folder.name, limits=limits, **values)


_FIELD = re.compile(r"\$(?:\.|\[')(\w+)")


def _sound(values: Any, found: Sequence[Problem]) -> dict[str, Any]:
    """The fields that satisfy the schema, so that they can be checked further although others do not."""
    wrong = {field[1] for problem in found if (field := _FIELD.match(problem.path))}
    return {key: value for key, value in values.items() if key not in wrong} if isinstance(values, dict) else {}


def _date_problems(file: str, path: str, value: str) -> list[Problem]:
    if wrong := fault(value):
        rule, wanted, hint = wrong
        return [_problem(file, rule, path, quoted(value), wanted, hint)]
    return []


def licence_problem(licence: str) -> tuple[str, str] | None:
    """What was wanted and what to try where a licence is unknown, else None.

    Known are SPDX licence expressions (https://spdx.org/licenses/) and ``LicenseRef-<name>``.
    """
    if licence in ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0") or _LICENCE_REF.fullmatch(licence):
        return None
    from license_expression import get_spdx_licensing

    if licence.strip() and len(licence) <= _LONGEST_LICENCE:
        with suppress(Exception):  # the library fails in many ways at what is no expression
            if not get_spdx_licensing().validate(_LICENCE_REF.sub("CC0-1.0", licence)).errors:
                return None
    return "an SPDX id such as CC-BY-4.0, or LicenseRef-<name>", "look it up at https://spdx.org/licenses/"


def _field_problems(file: str, values: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the field map: each name leads to a field of a record, each field is filled once.

    The tables of a source may call a column differently, so that exports may have several names for a field.
    """
    known = schema.schema("record")["properties"]
    filled_by: dict[str, str] = {}
    for name, field_name in values.get("fields", {}).items():
        path = f"$.fields.{name}"
        if field_name not in known:
            wanted = f"one of {', '.join(known)}"
            hint = "map it to one of these, or list it under left_out with the reason"
            yield _problem(file, "field-unknown", path, quoted(field_name), wanted, hint)
        elif field_name in filled_by and values.get("shape") not in ("csv", "json"):
            found = f"{filled_by[field_name]} and {name} both fill {field_name}"
            yield _problem(file, "field-invalid", path, found, "one field for each", "list one of them under left_out")
        filled_by[field_name] = name
        if name in values.get("left_out", {}):
            found, wanted = f"{name} under fields as well", "a field that is used or left out"
            yield _problem(file, "field-invalid", f"$.left_out.{name}", found, wanted, "remove one of the two")
