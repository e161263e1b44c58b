"""datacite.json: a release as DataCite describes what has a DOI (kernel 4), to be handed in with a deposit.

It has no DOI, which whoever takes the deposit gives to the version; no year either where the release has no date, so
that somebody must add it. All else is there that Zenodo, a university or DataCite itself ask for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from corpus.model.foreign_text import as_json
from corpus.model.table_names import base_name
from corpus.release.write import citation
from corpus.release.write.counting import Counted
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Written

_ORCID = {"nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}
_SPDX = {"rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"}


def datacite(
    metadata: ReleaseMetadata, written: Sequence[Written], found: Counted, entries: Mapping[str, Any]
) -> bytes:
    """The bytes of datacite.json; ``entries`` are what CHANGES.json says, with those whom it thanks."""
    settings = metadata.settings
    articles = sum(file.rows for file in written if base_name(file.table) == "articles")
    said: dict[str, Any] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Annotated text corpus"},
        "titles": [{"title": citation.title(settings)}],
        "creators": [_creator(one) for one in citation.creators(settings)],
        "contributors": _thanked(metadata, entries),
        "publisher": {"name": citation.publisher(settings)},
        "publicationYear": metadata.date[:4] if metadata.date else None,
        "dates": _dates(metadata, found),
        "language": metadata.languages[0] if len(metadata.languages) == 1 else None,
        "version": metadata.version,
        "url": citation.address(metadata) or None,
        "subjects": [{"subject": word} for word in citation.KEYWORDS],
        "rightsList": [_rights(licence) for licence in metadata.licences],
        "relatedIdentifiers": _related(metadata),
        "descriptions": [
            {
                "description": citation.one_line(settings.description) or citation.title(settings),
                "descriptionType": "Abstract",
            }
        ],
        "sizes": [f"{articles} articles", f"{sum(file.bytes for file in written)} bytes"],
        "formats": ["application/vnd.apache.parquet"],
    }
    return (as_json({key: value for key, value in said.items() if value}, indent=2) + "\n").encode()


def _creator(creator: Mapping[str, str]) -> dict[str, Any]:
    if "name" in creator:
        return {"name": creator["name"], "nameType": "Organizational"}
    found: dict[str, Any] = {"name": citation.sorted_name(creator), "nameType": "Personal"}
    if "given" in creator:
        found["givenName"] = creator["given"]
    found["familyName"] = creator["family"]
    if "orcid" in creator:
        found["nameIdentifiers"] = [{"nameIdentifier": f"https://orcid.org/{creator['orcid']}", **_ORCID}]
    if "affiliation" in creator:
        found["affiliation"] = [{"name": creator["affiliation"]}]
    return found


def _thanked(metadata: ReleaseMetadata, entries: Mapping[str, Any]) -> list[dict[str, str]]:
    """Those whom any version thanks for records or annotations, the first of them first, less the creators.

    A line of contributors.jsonl does not say which part of a name is the family's, nor whether a person bears it.
    """
    names = [citation.one_line(name) for one in reversed(entries["releases"]) for name in one["contributors"]]
    known = {citation.full_name(one) for one in citation.creators(metadata.settings)}
    return [{"name": name, "contributorType": "DataCurator"} for name in dict.fromkeys(names) if name not in known]


def _dates(metadata: ReleaseMetadata, found: Counted) -> list[dict[str, str]]:
    """The day of the release, and the months that its articles are of."""
    dates = [{"date": metadata.date, "dateType": "Issued"}] if metadata.date else []
    if found.months:
        first, last = (f"{month // 12:04}-{month % 12 + 1:02}" for month in (min(found.months), max(found.months)))
        about = "Articles are of these months; of some only the year is known, and its first month counts."
        dates.append({"date": f"{first}/{last}", "dateType": "Other", "dateInformation": about})
    return dates


def _rights(licence: str) -> dict[str, str]:
    if not (address := citation.licence_address(licence)):
        return {"rights": licence}
    return {"rights": licence, "rightsUri": address, "rightsIdentifier": licence, **_SPDX}


def _related(metadata: ReleaseMetadata) -> list[dict[str, str]]:
    """The corpus in all its versions, the version before, and the published sources, as far as they have an address."""
    found = []
    if metadata.settings.doi:
        found.append(("DOI", metadata.settings.doi, "IsVersionOf"))
    if metadata.previous and (before := citation.address(metadata, metadata.previous["version"])):
        found.append(("URL", before, "IsNewVersionOf"))
    there = [source for source in metadata.sources.values() if metadata.counts[source.id]["published"]]
    urls = [source.url for source in there if re.match("https?://", source.url or "")]
    found += [("URL", quote(url or "", safe="/:?#@!$&*+,;=%-._~'()"), "IsDerivedFrom") for url in urls]
    keys = ("relatedIdentifierType", "relatedIdentifier", "relationType")
    return [dict(zip(keys, one, strict=True)) for one in dict.fromkeys(found)]
