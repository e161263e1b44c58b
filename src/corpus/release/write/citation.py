"""How a release is cited: BibTeX in its card, CITATION.cff (Citation File Format 1.2.0) beside it.

What every such file says in its own way is here once: who made the corpus, who publishes it, where this version lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from corpus.model.foreign_text import printable
from corpus.raw.config import Settings
from corpus.release.format import PREVIEW
from corpus.release.write.metadata import ReleaseMetadata

HUB = "https://huggingface.co/datasets/"
KEYWORDS = ("news", "press", "corpus")
_SPDX = "https://spdx.org/licenses/"


def title(settings: Settings) -> str:
    """The title of the corpus, its short name where that shows nothing."""
    return one_line(settings.title) or settings.name


def creators(settings: Settings) -> list[dict[str, str]]:
    """Who made the corpus, as corpus.toml names them; else the contributors to it, as one organisation."""
    named = [{key: one_line(value) for key, value in one.items()} for one in settings.creators]
    return named or [{"name": f"The contributors to {settings.name}"}]


def publisher(settings: Settings) -> str:
    """Who publishes the releases: as corpus.toml says, else the organisation on the Hub, else who made the corpus."""
    if settings.publisher or settings.hub:
        return one_line(settings.publisher) or settings.hub.split("/")[0]
    return "; ".join(full_name(one) for one in creators(settings))


def full_name(creator: Mapping[str, str]) -> str:
    """A creator's name, the given one first.

    >>> full_name({"family": "von Aalst", "given": "Zoé"}), full_name({"family": "Colette"})
    ('Zoé von Aalst', 'Colette')
    """
    return creator.get("name") or " ".join(filter(None, (creator.get("given"), creator["family"])))


def sorted_name(creator: Mapping[str, str]) -> str:
    """A creator's name, the family one first.

    >>> sorted_name({"family": "von Aalst", "given": "Zoé"}), sorted_name({"family": "Colette"})
    ('von Aalst, Zoé', 'Colette')
    """
    return creator.get("name") or ", ".join(filter(None, (creator["family"], creator.get("given"))))


def address(metadata: ReleaseMetadata, version: str | None = None) -> str:
    """Where a version lies on the Hub, this one where none is named; "" for a preview, and where nobody said."""
    if not metadata.settings.hub or metadata.version == PREVIEW:
        return ""
    return f"{HUB}{metadata.settings.hub}/tree/v{version or metadata.version}"


def licence_address(licence: str) -> str:
    """Where SPDX describes a licence; "" for an expression of several, and for one that it does not list.

    >>> licence_address("CC-BY-4.0"), licence_address("LicenseRef-presse"), licence_address("MIT OR CC0-1.0")
    ('https://spdx.org/licenses/CC-BY-4.0', '', '')
    """
    plain = licence.translate(str.maketrans("", "", "-."))
    return f"{_SPDX}{licence}" if plain.isalnum() and "LicenseRef" not in licence else ""


def one_line(text: str) -> str:
    """A text that people wrote, on one line, without signs that do not show."""
    return printable(" ".join(text.split()))


def cff(metadata: ReleaseMetadata) -> bytes:
    """The bytes of CITATION.cff.

    A licence stands in it where it is that of all that is passed on: the format takes several to be a choice.
    """
    settings, licences = metadata.settings, metadata.licences
    said: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this corpus, please cite the version that you used.",
        "type": "dataset",
        "title": title(settings),
        "abstract": one_line(settings.description) or None,
        "authors": [_author(one) for one in creators(settings)],
        "version": metadata.version,
        "date-released": metadata.date,
        "license": licences[0] if len(licences) == 1 and licence_address(licences[0]) else None,
        "keywords": [*KEYWORDS],
        "url": address(metadata) or None,
    }
    if settings.doi:
        said["identifiers"] = [{"type": "doi", "value": settings.doi, "description": "The corpus, in all its versions"}]
    said = {key: value for key, value in said.items() if value is not None}
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=1000).encode()


def _author(creator: Mapping[str, str]) -> dict[str, str]:
    """A creator as CFF names persons and organisations."""
    if "name" in creator:
        return {"name": creator["name"]}
    keys = {"family": "family-names", "given": "given-names", "affiliation": "affiliation"}
    found = {keys[key]: creator[key] for key in keys if key in creator}
    return found | ({"orcid": f"https://orcid.org/{creator['orcid']}"} if "orcid" in creator else {})


_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


def bibtex(metadata: ReleaseMetadata) -> str:
    """How to cite a version; without a year where nobody gave a date, without an address where it is a preview."""
    settings = metadata.settings
    fields = {
        "title": f"{{{_escaped(title(settings))}}}",
        "author": " and ".join(map(_in_bibtex, creators(settings))),
        "version": metadata.version,
        "year": (metadata.date or "")[:4],
        "publisher": f"{{{_escaped(settings.publisher)}}}" if settings.publisher else "",
        "doi": settings.doi.replace("_", r"\_"),
        "howpublished": f"\\url{{{address(metadata)}}}" if address(metadata) else "",
    }
    key = f"{settings.name}-{metadata.version}".replace("_", "-")
    lines = (f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n" + "".join(lines) + "}"


def _in_bibtex(creator: Mapping[str, str]) -> str:
    """A name that BibTeX neither takes apart where it is one, nor inverts; a particle in small letters stays one."""
    if "given" not in creator:
        return f"{{{_escaped(full_name(creator))}}}"
    parts = [_escaped(creator[key]) for key in ("family", "given")]
    return ", ".join(f"{{{part}}}" if "," in part or " and " in f" {part} ".lower() else part for part in parts)


def _escaped(text: str) -> str:
    """Text as BibTeX may hold it, which counts braces whether a backslash stands before them or not."""
    return "".join(_SPECIAL.get(sign, sign) for sign in one_line(text))
