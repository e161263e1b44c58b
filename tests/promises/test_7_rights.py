"""No word of what may not be passed on is in any byte of a release: packed, unpacked, decoded, or in a footer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus.build import pipeline, request
from corpus.curate.withdraw import Others, withdraw
from corpus.formats import FORMATS, format_of
from corpus.formats.export import export
from corpus.model import schema
from corpus.raw.key import read_key
from corpus.release import history
from helpers.articles import NONCE
from helpers.folders import rows_of
from helpers.said import everything

LAYERS = ["sentences", "entities", "quotations", "times", "topics", "keywords", "quality"]


def secret(field: str) -> str:
    """A word that stands in this field of a withheld record and nowhere else; it looks like a name."""
    return f"{NONCE.capitalize()}{field}"


def page(number: int) -> str:
    """A saved page with a word of its own in every place that a page has."""
    return f"""<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">
<title>À Brest, la {secret("titre")} {number} rouvre en avril</title>
<meta name="author" content="Odile {secret("auteur")}">
<meta name="keywords" content="{secret("mots")}, port">
<meta name="description" content="La halle {secret("resume")} rouvre après {number} jours de travaux dans la ville.">
<meta property="article:published_time" content="2023-02-1{number}T07:30:00+01:00"></head><body><article>
<h1>À Brest, la {secret("titre")} {number} rouvre en avril</h1>
<p class="chapo">La halle {secret("chapo")} rouvre après {number} jours de travaux, et les habitants l’attendaient.</p>
<p>Le conseil municipal a voté lundi le budget de la commune, et la maire, Odile {secret("maire")}, le présente.</p>
<figure><img src="{secret("image")}.jpg" alt="{secret("alt")}"><figcaption>La halle {secret("legende")} au printemps.
Photo : Maël {secret("credit")}</figcaption></figure>
<p>« La {secret("cite")} sera prête {number} jours avant l’été », a déclaré Yvon {secret("parleur")} vendredi.</p>
<p>Le chantier de {secret("lieu")} a coûté {number + 3} millions d’euros, dont la moitié payée par la région.</p>
</article></body></html>"""


@pytest.fixture(scope="module")
def releases(
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[..., Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> list[Path]:
    """Two versions of a corpus whose withheld records say a nonce word in every field, and a preview of it."""
    folder = tmp_path_factory.mktemp("rights")
    files: dict[str, str] = {"raw/libre/source.yaml": source_yaml("text")}
    for number in range(6):
        files[f"raw/libre/l-{number}.txt"] = text_record(number)
    for name, rights in (("muets", "annotations"), ("caches", "none")):
        files[f"raw/{name}-html/source.yaml"] = source_yaml("html", rights)
        files |= {f"raw/{name}-html/{NONCE}-fichier-{number}.html": page(number) for number in range(3)}
        files[f"raw/{name}-html/{NONCE}-faux.html"] = f"<html><body><p>{secret('faux')}</p></body></html>"
        files[f"raw/{name}-lignes/source.yaml"] = source_yaml("jsonl", rights)
        lines = [
            {
                "id": f"{NONCE}-cle-{number}",
                "title": f"Le phare {secret('titre')} {number} rallumé",
                "standfirst": f"Le phare {secret('chapo')} était éteint depuis {number + 2} ans, rappelle la mairie.",
                "date": "2023-05",
                "authors": [f"Solenn {secret('auteur')}"],
                "text": f"Le phare de {secret('lieu')} a été rallumé mardi {number + 1} mai par la commune.\n\n"
                f"« Le {secret('cite')} éclaire à nouveau », a dit Armelle {secret('parleur')}, la maire, en 2023.",
                "captions": [f"Le phare {secret('legende')}. Photo : Yvon {secret('credit')}"],
            }
            for number in range(3)
        ]
        lines.append({"id": f"{NONCE}-faux", "title": secret("titre"), "text": secret("corps")})
        files[f"raw/{name}-lignes/{NONCE}.jsonl"] = "".join(json.dumps(line) + "\n" for line in lines)
    overridden = {
        "id": f"{NONCE}-seul",
        "title": f"La gare {secret('titre')} rouvre à Redon",
        "date": "2023-06",
        "text": f"La gare de {secret('lieu')} rouvre lundi après des travaux, selon Goulven {secret('parleur')}.",
        "redistribution": "annotations",
        "redistribution_reason": f"{secret('raison')} ne veut pas",
    }
    files["raw/mixte/source.yaml"] = source_yaml("jsonl")
    files["raw/mixte/a.jsonl"] = json.dumps(overridden) + "\n"
    root = make_corpus(folder / "corpus", files)
    places = [folder / "preview", folder / "1", folder / "2"]
    pipeline.build(root, places[0], layers=LAYERS)
    pipeline.build(root, places[1], layers=LAYERS, ask=request.BuildRequest(version=None, date="2026-11-22"))
    (root / f"raw/muets-html/{NONCE}-fichier-1.html").write_text(page(7), "utf-8")
    files_of_4 = {f"raw/muets-html/{NONCE}-fichier-4.html": page(4), "raw/libre/l-9.txt": text_record(9)}
    make_corpus(root, files_of_4)
    gone = next(one for one in history.read(places[1]).table["id"].to_pylist() if one.startswith("muets-lignes/"))
    withdraw(root, gone, "rights-holder", "2026-11-23", others=Others(lambda _: "keep"))
    ask = request.BuildRequest(version=None, previous=history.read(places[1]), date="2026-11-23")
    pipeline.build(root, places[2], layers=LAYERS, ask=ask)
    return places


def test_promise_7_holds_for_every_file_of_a_version_with_a_past(releases: list[Path]) -> None:
    for release in releases:
        files = [file for file in release.rglob("*") if file.is_file()]
        leaks = [
            (file.relative_to(release).as_posix(), where)
            for file in files
            for where, said in everything(file)
            if NONCE.encode() in said.lower()
        ]
        assert leaks == []
        names = {file.name for file in files}
        assert {"README.md", "MANIFEST.json", "croissant.json", "history.parquet"} <= names
    assert {"CHANGES.json", "CHANGELOG.md", "withdrawn.jsonl"} <= names
    assert list(releases[2].glob("plots/*.svg"))


@pytest.mark.parametrize("to", [name for name in FORMATS if format_of(name).write is not None])
def test_no_export_says_a_word_of_it(to: str, releases: list[Path], tmp_path: Path) -> None:
    found = export(releases[2], to, tmp_path / "out")
    assert found.masked == 3 + 1 + 3 - 1 + 1
    files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    leaks = [(file.name, where) for file in files for where, said in everything(file) if NONCE.encode() in said.lower()]
    assert leaks == []


def test_the_id_of_a_record_that_is_counted_only_is_in_no_byte_though_it_has_gold_or_is_withdrawn(
    tmp_path: Path,
    make_corpus: Callable[..., Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> None:
    files = {f"raw/libre/l-{number}.txt": text_record(number) for number in range(3)}
    for number in range(10, 14):
        files[f"raw/caches/{NONCE}-{number}.txt"] = text_record(number)
        text = text_record(number).partition(" ")[2].partition(" ")[2].strip()
        gold = {"annotator": f"Léa {secret('signe')} model", "text_sha256": hashlib.sha256(text.encode()).hexdigest()}
        said = {"entities": [{"text": text[2:8].split(",")[0].strip(), "type": "LOC", "id": "l"}]}
        files[f"raw/caches/{NONCE}-{number}.gold.json"] = json.dumps(gold | said)
    files |= {"raw/libre/source.yaml": source_yaml("text"), "raw/caches/source.yaml": source_yaml("text", "none")}
    root = make_corpus(tmp_path / "corpus", files)
    own = [f"{NONCE}-{number}" for number in range(10, 14)]
    keys = [hashlib.sha256(one.encode()).hexdigest()[:16] for one in own]
    (root / "raw/contributors.jsonl").write_text(
        "".join(json.dumps({"id": f"caches/{key}", "name": secret("donne")}) + "\n" for key in keys), "utf-8"
    )
    releases = [tmp_path / "preview", tmp_path / "1", tmp_path / "2"]
    assert not pipeline.build(root, releases[0], layers=["entities"]).rejected
    ask = request.BuildRequest(version=None, date="2026-11-22")
    assert pipeline.build(root, releases[1], layers=["entities"], ask=ask).total("withheld") == 4
    others = Others(lambda _: "keep")
    withdraw(root, f"caches/{keys[0]}", "person", "2026-11-23", others=others)
    withdraw(root, f"caches/{keys[1]}", "person", "2026-11-23", delete_raw=True, others=others)
    withdraw(root, "libre/l-1", "person", "2026-11-23", others=others)
    ask = request.BuildRequest(version=None, previous=history.read(releases[1]), date="2026-11-23")
    pipeline.build(root, releases[2], layers=["entities"], ask=ask)
    words = [word.lower().encode() for word in (NONCE, *keys)]
    for file in (file for release in releases for file in release.rglob("*") if file.is_file()):
        for where, part in everything(file):
            assert not [word for word in words if word in part.lower()], f"{file}: {where}"
    assert "libre/l-1" in (releases[2] / "withdrawn.jsonl").read_text("utf-8")


def test_the_withheld_records_are_really_there_without_their_words(releases: list[Path]) -> None:
    tables = json.loads((releases[2] / "MANIFEST.json").read_text("utf-8"))["tables"]
    assert sum(tables["articles_masked"].values()) == 3 + 1 + 3 - 1 + 1
    for table in ("sentences", "entities", "quotations", "times"):
        assert sum(tables[f"{table}_masked"].values()) > 0
    ids = history.read(releases[2]).table["id"].to_pylist()
    assert not [one for one in ids if one.startswith("caches")]


def test_the_search_would_find_a_word_in_a_page_a_dictionary_or_a_footer(releases: list[Path], tmp_path: Path) -> None:
    import pyarrow as pa

    said = [secret("a")] * 50 + [f"{number} autre" for number in range(50)]
    field = pa.field("mot", pa.string(), metadata={"description": "rien"})
    for dictionary in (True, False):
        file = tmp_path / f"{dictionary}.parquet"
        table = pa.Table.from_arrays([pa.array(said)], schema=pa.schema([field]))
        pq.write_table(table, file, compression="zstd", use_dictionary=dictionary)
        found = {where for where, part in everything(file) if NONCE.encode() in part.lower()}
        assert {"pages", "rows", "footer"} <= found
    assert releases


def test_no_word_of_what_may_not_be_passed_on_is_in_any_byte(mixed_release: Path) -> None:
    for file in mixed_release.rglob("*"):
        if not file.is_file():
            continue
        assert NONCE.encode() not in file.read_bytes().lower(), file.name
        if file.suffix == ".parquet":
            assert NONCE not in json.dumps(pq.read_table(file).to_pylist(), default=str, ensure_ascii=False).lower()
            assert NONCE not in str(pq.ParquetFile(file).metadata.to_dict()).lower()
    masked = rows_of(mixed_release, "articles_masked")
    assert set(masked[0]) == set(schema.arrow_schema("articles_masked").names)
    assert not {"title", "text", "byline", "raw_path"} & set(masked[0])
    assert all(len(row["id"].split("/")[1]) == 16 for row in masked)
    assert {row["redistribution"] for row in masked} == {"annotations"}


def test_a_holder_of_the_raw_text_and_the_key_can_prove_it(mixed: Path, mixed_release: Path) -> None:
    proofs = {row["raw_sha256"] for row in rows_of(mixed_release, "articles_masked")}
    held = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (mixed / "raw" / "muets").glob("*.txt")]
    key = read_key(mixed)
    assert key is not None
    assert {key.hash("raw_sha256", digest.encode()) for digest in held} <= proofs
