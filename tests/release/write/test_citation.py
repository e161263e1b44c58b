"""A release says how to cite it as the formats of citations ask, whatever people are called."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model.problem import CorpusError
from corpus.raw.config import Settings, Source, read_settings
from corpus.release.write import citation
from corpus.release.write.counting import Counted
from corpus.release.write.datacite import datacite
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Written

SCHEMAS = Path(__file__).parent / "schemas"
PEOPLE: list[dict[str, str]] = [
    {"family": "von Aalst", "given": "Zoé", "orcid": "0000-0002-1825-0097", "affiliation": "Université d’Essai"},
    {"family": "Colette"},
    {"name": "Agence Hexa & fils, « {100 %} »"},
    {"family": "Ferrand and others", "given": 'Maël "Le_Roux", fils'},
    {"family": '=HYPERLINK("https://a.example")', "given": "--- !!python/object:os.system\n\x1b[2J\u202e"},
]
Metadata = Callable[..., ReleaseMetadata]
NOBODY: dict[str, Any] = {"releases": [{"contributors": []}]}


def loaded(content: bytes) -> dict[str, Any]:
    """CITATION.cff as programs read it, which holds no date and nothing but text."""
    found: dict[str, Any] = yaml.safe_load(content)
    return found


def wrong(name: str, said: dict[str, Any]) -> list[str]:
    """What the schema of a format has against it."""
    schema = json.loads((SCHEMAS / name).read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    found = kind(schema, format_checker=kind.FORMAT_CHECKER).iter_errors(said)
    return sorted(error.message for error in found)


def test_a_source_of_which_nothing_is_published_is_not_named(
    metadata: Metadata, sources: dict[str, Source], written: list[Written]
) -> None:
    addressed = {name: replace(source, url=f"https://{name}.example") for name, source in sources.items()}
    counts = {name: {"published": int(name != "secret")} for name in sources}
    said = deposited(replace(metadata(), sources=addressed, counts=counts), written)["relatedIdentifiers"]
    derived = [one["relatedIdentifier"] for one in said if one["relationType"] == "IsDerivedFrom"]
    assert derived == ["https://libre.example", "https://muet.example"]


@pytest.fixture(scope="session")
def metadata(ours: Settings, sources: dict[str, Source]) -> Metadata:
    """What is said of a release of the corpus, where something of its settings is another."""

    def made(version: str = "1.1.0", date: str | None = "2026-11-22", **more: Any) -> ReleaseMetadata:
        previous = {"version": "1.0.0", "manifest_sha256": "0" * 64}
        counts = {name: {"published": 1} for name in sources}
        return ReleaseMetadata(replace(ours, **more), sources, version, counts, date=date, previous=previous)

    return made


def deposited(metadata: ReleaseMetadata, written: list[Written], entries: dict[str, Any] = NOBODY) -> dict[str, Any]:
    """What datacite.json says."""
    found: dict[str, Any] = json.loads(datacite(metadata, written, Counted(months=Counter([24_300, 24_312])), entries))
    return found


@pytest.mark.parametrize("creators", [(), *([one] for one in PEOPLE), PEOPLE])
@pytest.mark.parametrize("more", [{}, {"date": None, "hub": "", "description": ""}, {"doi": "10.5281/zenodo.1_(2)"}])
def test_the_formats_take_what_a_release_says_whoever_made_it(
    metadata: Metadata, written: list[Written], creators: list[dict[str, str]], more: dict[str, Any]
) -> None:
    of_release = metadata(creators=creators, **more)
    assert wrong("cff-1.2.0.json", loaded(citation.cff(of_release))) == []
    missing = [] if of_release.date else ["'publicationYear' is a required property"]
    assert wrong("datacite-4.5.json", deposited(of_release, written)) == missing


def test_the_release_has_both_and_thanks_whom_its_changes_name(release: Path) -> None:
    said = loaded((release / "CITATION.cff").read_bytes())
    assert (said["version"], said["date-released"]) == ("1.0.0", "2026-11-22")
    assert said["title"] == "Essai : articles | inventés"
    assert said["url"] == "https://huggingface.co/datasets/presse/essai/tree/v1.0.0"
    assert "license" not in said  # there are two, and the format takes two to be a choice
    deposit = json.loads((release / "datacite.json").read_bytes())
    assert wrong("datacite-4.5.json", deposit) == []
    assert deposit["creators"] == [{"name": "The contributors to essai", "nameType": "Organizational"}]
    assert deposit["sizes"][0] == "16 articles"
    assert deposit["rightsList"][1] == {"rights": "LicenseRef-muet"}
    assert deposit["relatedIdentifiers"] == [
        {
            "relatedIdentifierType": "URL",
            "relatedIdentifier": "https://libre.example/a(b)",
            "relationType": "IsDerivedFrom",
        }
    ]
    listed = {entry["path"] for entry in json.loads((release / "MANIFEST.json").read_bytes())["files"]}
    assert {"CITATION.cff", "datacite.json"} <= listed
    assert "`CITATION.cff`" in (release / "README.md").read_text("utf-8")


def test_people_stand_in_each_format_as_it_names_them(metadata: Metadata, written: list[Written]) -> None:
    of_release = metadata(creators=PEOPLE, publisher="Presses d’Essai", doi="10.5281/zenodo.1")
    said = loaded(citation.cff(of_release))
    assert said["authors"][0] == {
        "family-names": "von Aalst",
        "given-names": "Zoé",
        "affiliation": "Université d’Essai",
        "orcid": "https://orcid.org/0000-0002-1825-0097",
    }
    assert said["authors"][1:3] == [{"family-names": "Colette"}, {"name": "Agence Hexa & fils, « {100 %} »"}]
    assert said["identifiers"][0]["value"] == "10.5281/zenodo.1"
    thanked = {"releases": [{"contributors": ["Yann Le Bihan", "Zoé von Aalst"]}, {"contributors": ["Odile"]}]}
    deposit = deposited(of_release, written, thanked)
    assert [one["name"] for one in deposit["creators"][:3]] == ["von Aalst, Zoé", "Colette", said["authors"][2]["name"]]
    assert [one["name"] for one in deposit["contributors"]] == ["Odile", "Yann Le Bihan"]
    assert deposit["publisher"] == {"name": "Presses d’Essai"}
    assert [one["date"] for one in deposit["dates"]] == ["2026-11-22", "2025-01/2026-01"]
    related = [(one["relationType"], one["relatedIdentifier"]) for one in deposit["relatedIdentifiers"]]
    before = "https://huggingface.co/datasets/presse/essai/tree/v1.0.0"
    assert related[:2] == [("IsVersionOf", "10.5281/zenodo.1"), ("IsNewVersionOf", before)]
    bibtex = citation.bibtex(of_release)
    names = r"von Aalst, Zoé and {Colette} and {Agence Hexa \& fils, « \textbraceleft{}100 \%\textbraceright{} »}"
    assert f'  author = {{{names} and {{Ferrand and others}}, {{Maël "Le\\_Roux", fils}} and =HYPERLINK(' in bibtex
    assert "\x1b" not in bibtex
    assert "\u202e" not in bibtex


def test_bibtex_has_the_year_of_the_date_or_none(metadata: Metadata) -> None:
    dated = citation.bibtex(metadata(title="100 % d’{essais} & co_x"))
    assert "  year = {2026},\n" in dated
    assert r"title = {{100 \% d’\textbraceleft{}essais\textbraceright{} \& co\_x}}" in dated
    assert r"howpublished = {\url{https://huggingface.co/datasets/presse/essai/tree/v1.1.0}}" in dated
    assert "year" not in citation.bibtex(metadata(date=None))
    assert "url" not in citation.bibtex(metadata(version="0.0.0"))


@settings(max_examples=40)
@given(st.text(st.sampled_from("{}\\%&$#_~^, é😀\n\x00and"), min_size=1, max_size=12), st.booleans())
def test_the_braces_of_bibtex_are_even_whatever_a_name_holds(name: str, person: bool) -> None:  # noqa: FBT001  # drawn
    creator = {"family": f"a{name}", "given": name} if person else {"name": f"a{name}"}
    said = citation.bibtex(ReleaseMetadata(Settings(Path(), "essai", name, creators=[creator]), {}, "1.0.0", {}))
    depth = 0
    for sign in said:  # a backslash before a brace is nothing to BibTeX
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize(
    ("creators", "path"),
    [
        ('[{given = "Zoé"}]', "$.creators[0]"),
        ('[{name = "Hexa", family = "Aalst"}]', "$.creators[0]"),
        ('[{family = "A"}, {name = "Hexa", orcid = "0000-0002-1825-0097"}]', "$.creators[1]"),
        ('[{family = "Aalst", orcid = "0000-0002-1825-0098"}]', "$.creators[0].orcid"),
        ('["Zoé"]', "$.creators[0]"),
        ("[]", "$.creators"),
    ],
)
def test_who_is_no_creator_is_a_problem_that_shows_how_to_write_one(tmp_path: Path, creators: str, path: str) -> None:
    (tmp_path / "corpus.toml").write_text(f'name = "essai"\ncreators = {creators}\n', "utf-8")
    with pytest.raises(CorpusError) as raised:
        read_settings(tmp_path)
    assert [problem.path for problem in raised.value.problems] == [path]


def test_creators_publisher_and_doi_are_settings(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text(
        'name = "essai"\npublisher = "Presses"\ndoi = "10.5281/zenodo.1"\n'
        'creators = [{family = "Aalst", orcid = "0000-0001-5109-3700"}, {name = "Hexa"}]\n',
        "utf-8",
    )
    found = read_settings(tmp_path)
    assert (found.publisher, found.doi, len(found.creators)) == ("Presses", "10.5281/zenodo.1", 2)
