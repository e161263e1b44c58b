"""The table of shared passages in a release: what its rows say, whose they are, and that nothing else changes them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import corpus
from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.build.reuse import TABLE
from corpus.release import history
from corpus.release.write.parquet import table_writer
from corpus.verify.verify import verify
from helpers.articles import NONCE, make_corpus, source_yaml
from helpers.folders import bytes_of, rows_of
from helpers.tamperings import mend

LAYERS = ("sentences",)

DISPATCH = (
    "La commune de Port-Écluse a présenté lundi le projet de halle couverte qui remplacera le marché de la place "
    "Saint-Goustan. « Les travaux dureront neuf mois », a déclaré la maire, Solenn Kergoat, devant une centaine de "
    "commerçants. La région paiera la moitié des douze millions d’euros, et l’œuvre sera confiée à un atelier de Redon."
)
REPRINTED = DISPATCH.replace("œ", "oe").replace("« ", '"').replace(" »", '"').upper()
HALF = REPRINTED.index(" ", 150)
OTHERS = (
    "Sur le quai, les pêcheurs attendaient surtout des nouvelles de la criée, dont le toit fuit depuis l’automne.",
    "Yvon Tanguy vend des crêpes depuis trente ans, et il redoute que les clients ne reviennent pas après le chantier.",
    "Le conseil se réunira de nouveau en juin, quand les plans auront été montrés aux habitants du quartier.",
    "Une pétition circule déjà pour garder les platanes, que le dossier prévoit d’abattre le long du canal.",
)


def record(key: str, date: str, *blocks: str, **more: Any) -> dict[str, Any]:
    """A record of these paragraphs."""
    title = f"Port-Écluse prépare sa halle, récit {key}"
    return {"id": key, "title": title, "date": date, "text": "\n\n".join(blocks), **more}


RECORDS = (
    record("depeche", "2023-03-01", DISPATCH, OTHERS[0], authors=["AFP"]),
    record("vague", "2023-03", OTHERS[1], DISPATCH),
    record("suite", "2023-03-02T09:00+01:00", OTHERS[2], REPRINTED[:HALF], "Odile Ferrand / ATS", REPRINTED[HALF:]),
    record("seul", "2023-03-04", *OTHERS),
)


def corpus_of(folder: Path, records: tuple[dict[str, Any], ...] = RECORDS, **more: str) -> Path:
    """A corpus of these records, and one beside them whose text may not be passed on."""
    hidden = record(
        "tu", "2023-02-01", DISPATCH, f"Le {NONCE} a fermé ses portes après vingt ans de succès à la ville."
    )
    return make_corpus(
        folder / "corpus",
        {
            "raw/libre/source.yaml": source_yaml("jsonl"),
            "raw/libre/a.jsonl": "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records),
            "raw/muets/source.yaml": source_yaml("jsonl", "annotations"),
            "raw/muets/a.jsonl": json.dumps(hidden) + "\n",
            "raw/caches/source.yaml": source_yaml("jsonl", "none"),
            "raw/caches/a.jsonl": json.dumps(hidden) + "\n",
            **more,
        },
    )


def released(root: Path, out: Path, previous: Path | None = None, *, fresh: bool = False) -> Path:
    """A release with the cheapest layer: without any there is no table."""
    before = history.read(previous) if previous else None
    pipeline.build(root, out, layers=LAYERS, ask=BuildRequest(version=None, previous=before, fresh=fresh))
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and its first release."""
    folder = tmp_path_factory.mktemp("reuse")
    released(corpus_of(folder), folder / "1")
    return folder


def test_a_row_says_what_passage_two_articles_share_which_is_later_and_whose_agency_is_named(made: Path) -> None:
    articles = {row["id"]: row for row in rows_of(made / "1", "articles")}
    rows = {(row["article"], row["other"]): row for row in rows_of(made / "1", "reuse")}
    assert list(rows) == [
        ("libre/vague", "libre/depeche"),
        ("libre/suite", "libre/depeche"),
        ("libre/suite", "libre/vague"),
    ]
    for row in rows.values():
        one, other = (articles[row[name]]["text"] for name in ("article", "other"))
        assert one[row["start"] : row["end"]].casefold().startswith("la commune de")
        assert one[row["start"] : row["end"]].casefold().endswith("de redon")
        assert other[row["other_start"] : row["other_end"]] == DISPATCH.rstrip(".")
    assert {key: row["earlier"] for key, row in rows.items()} == {
        ("libre/vague", "libre/depeche"): None,
        ("libre/suite", "libre/depeche"): "libre/depeche",
        ("libre/suite", "libre/vague"): None,
    }
    row = rows["libre/suite", "libre/depeche"]
    assert row["agency"]
    assert row["agencies"] == [
        {"article": "libre/suite", "name": "ATS", "role": "credit"},
        {"article": "libre/depeche", "name": "AFP", "role": "byline"},
    ]
    assert rows["libre/suite", "libre/vague"]["agencies"] == row["agencies"][:1]
    assert "Odile Ferrand / ATS" in articles["libre/suite"]["text"][row["start"] : row["end"]]
    assert row["words"] == len(re.findall(r"\w+", DISPATCH))
    assert 0.5 < row["other_share"] < row["share"] < 1
    assert verify(made / "1").problems == []


def test_nothing_of_what_may_not_be_passed_on_is_in_it(made: Path) -> None:
    said = json.dumps(rows_of(made / "1", "reuse"))
    assert "muets" not in said
    assert "caches" not in said
    assert NONCE not in said
    manifest = corpus.read_manifest(made / "1")
    assert "reuse_masked" not in manifest["tables"]
    assert manifest["columns"]["reuse"]["agencies"] == "list[struct[article: string, name: string, role: string]]"


MORE = (
    record("avant", "2023-02-20", DISPATCH, OTHERS[3]),
    record("loin", "2023-06-01", OTHERS[2], DISPATCH + " La suite en juin."),
)


def test_rows_that_follow_from_new_articles_ask_for_no_more_than_these(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "corpus", tmp_path / "corpus")
    root = corpus_of(tmp_path, RECORDS + MORE)
    kept = released(root, tmp_path / "kept", made / "1")
    fresh = released(root, tmp_path / "fresh", made / "1", fresh=True)
    assert bytes_of(kept) == bytes_of(fresh)
    rows = {(row["article"], row["other"]) for row in rows_of(kept, "reuse")}
    assert ("libre/depeche", "libre/avant") in rows, "the older record is the later article"
    assert ("libre/loin", "libre/depeche") in rows
    assert len(rows) == 10
    manifest = corpus.read_manifest(kept)
    assert manifest["version"] == "1.1.0"
    assert verify(kept, previous=made / "1").problems == []
    again = released(root, tmp_path / "again", kept)
    assert corpus.read_manifest(again)["version"] == "1.1.1"


def test_a_preview_over_a_preview_says_what_one_from_scratch_says(tmp_path: Path) -> None:
    root = corpus_of(tmp_path)
    pipeline.build(root, tmp_path / "out", layers=LAYERS)
    corpus_of(tmp_path, RECORDS[1:] + MORE)
    pipeline.build(root, tmp_path / "out", layers=LAYERS)
    pipeline.build(root, tmp_path / "fresh", layers=LAYERS, ask=BuildRequest(fresh=True))
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "fresh")
    assert len(rows_of(tmp_path / "out", "reuse")) == 6


def test_an_article_that_leaves_takes_its_rows_with_it_and_the_last_one_the_table(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "corpus", tmp_path / "corpus")
    root = corpus_of(tmp_path, RECORDS[1:])
    second = released(root, tmp_path / "2", made / "1")
    assert [(row["article"], row["other"]) for row in rows_of(second, "reuse")] == [("libre/suite", "libre/vague")]
    corpus_of(tmp_path, RECORDS[2:])
    third = released(root, tmp_path / "3", second)
    assert "reuse" not in corpus.read_manifest(third)["tables"]
    assert not (third / "data" / "reuse").exists()
    assert verify(third, previous=second).problems == []


@pytest.mark.parametrize(("settings", "layers"), [("reuse = false\n", LAYERS), ("", ())])
def test_corpus_toml_may_do_without_and_where_no_layer_runs_there_is_none(
    settings: str, layers: tuple[str, ...], tmp_path: Path
) -> None:
    root = corpus_of(tmp_path, **{"corpus.toml": f'name = "essai"\n{settings}'})
    manifest = pipeline.build(root, tmp_path / "out", layers=layers).manifest
    assert TABLE not in manifest["tables"]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("other", "libre/rien", "the id of another article"),
        ("other", "libre/seul", "the later one of the two"),
        ("other_end", 100_000, "other_end <="),
        ("other_start", 3, "from the first to the last letter"),
        ("words", 400, "of which no more are equal"),
        ("share", 0.25, "which the two articles give"),
        ("earlier", "libre/vague", "which the two articles give"),
        ("agency", False, "which the two articles give"),
        ("agencies", [], "which the two articles give"),
    ],
)
def test_a_row_that_its_articles_do_not_bear_out_is_named(
    column: str, value: object, said: str, made: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(made / "1", tmp_path / "1"))
    file = min((folder / "data/reuse").glob("*.parquet"))
    table = pq.read_table(file)
    cells = [value, *table[column].to_pylist()[1:]]
    at = table.schema.get_field_index(column)
    table = table.set_column(at, table.schema.field(at), pa.array(cells, table.schema.field(at).type))
    with table_writer(file, table.schema) as writer:
        writer.write_table(table)
    mend(folder)
    found = [problem for problem in verify(folder).problems if "reuse" in problem.file]
    assert found
    assert said in f"{found[0].found} {found[0].wanted}"
