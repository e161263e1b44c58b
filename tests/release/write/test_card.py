"""The card says what is in a release and nothing that may not be in it; the Hub and datasets read it as written."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from datasets import load_dataset
from datasets.info import DatasetInfosDict
from datasets.utils import metadata
from huggingface_hub import DatasetCard, DatasetCardData, metadata_load

from corpus.annotate.metrics import Score
from corpus.raw.config import Settings, Source
from corpus.raw.tombstones import Tombstone
from corpus.release.write import card_text
from corpus.release.write.card import Shown, card
from corpus.release.write.counting import LABELS
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Written
from helpers.features import features_of

TASK_IDS = {
    *("part-of-speech", "named-entity-recognition", "language-modeling", "masked-language-modeling"),
    "topic-classification",
}
CHANGES: dict[str, Any] = {
    "version": "1.1.0",
    "previous": "1.0.0",
    "date": "2026-11-23",
    "level": "minor",
    "why": [{"change": "record-added", "table": "articles", "count": 2, "examples": ["libre/a", "libre/b"]}],
    "tables": {"articles": {"added": 2, "removed": 0, "changed": 1234, "fields": {"text": 3}}},
    "columns": {"added": ["articles.mood"], "removed": [], "retyped": []},
    "contributors": ["Maël | Trividic"],
    "withdrawn": ["libre/z"],
}


@pytest.fixture(scope="session")
def make(ours: Settings, sources: dict[str, Source], written: list[Written]) -> Callable[..., str]:
    """The card of the release where something else is said of it: its version, who annotated it, its settings."""
    counts = {name: {"raw": 3, "published": 2, "withheld": 0, "rejected": 1} for name in sources}

    def made(
        files: Sequence[Written] = written,
        changes: dict[str, Any] | None = None,
        plots: dict[str, str] | None = None,
        settings: dict[str, Any] | None = None,
        **said: Any,
    ) -> str:
        usual = {"version": "1.1.0", "layers": dict.fromkeys(ours.layers, "")}
        metadata = ReleaseMetadata(replace(ours, **(settings or {})), sources, counts=counts, **(usual | said))
        return card(metadata, files, changes, Shown(plots or {}, {"Le Petit Lauzien": 2}))

    return made


@pytest.fixture(scope="session")
def text(release: Path) -> str:
    """The card of the release."""
    return (release / "README.md").read_text("utf-8")


def head(text: str) -> dict[str, Any]:
    """The YAML of a card."""
    found: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return found


def test_huggingface_hub_reads_the_head_as_it_was_written(release: Path, text: str) -> None:
    data = DatasetCard(text).data
    assert isinstance(data, DatasetCardData)
    assert data.to_dict() == head(text) == metadata_load(release / "README.md")
    assert DatasetCard(str(DatasetCard(text))).data.to_dict() == head(text)


def test_datasets_reads_the_configs_and_the_infos_as_they_were_written(
    release: Path, text: str, written: list[Written]
) -> None:
    data = DatasetCardData(**head(text))
    configs = metadata.MetadataConfigs.from_dataset_card_data(data)
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    tables = manifest["tables"]
    assert list(configs) == list(tables)
    assert configs.get_default_config_name() == "articles"
    assert {config["version"] for config in configs.values()} == {"1.0.0"}
    infos = DatasetInfosDict.from_dataset_card_data(data)
    for table, splits in tables.items():
        assert infos[table].features == features_of(table, manifest["labels"])
        assert {name: split.num_examples for name, split in infos[table].splits.items()} == splits
        assert infos[table].download_size == sum(file.bytes for file in written if file.table == table)
        assert infos[table].dataset_size == sum(split.num_bytes for split in infos[table].splits.values())
        for entry in configs[table]["data_files"]:
            assert list(release.glob(entry["path"]))


def test_load_dataset_gives_every_table_with_its_version(release: Path, text: str, tmp_path: Path) -> None:
    for table, splits in json.loads((release / "MANIFEST.json").read_text("utf-8"))["tables"].items():
        loaded = load_dataset(str(release), table, cache_dir=str(tmp_path))
        assert {name: split.num_rows for name, split in loaded.items()} == splits
        assert {str(split.info.version) for split in loaded.values()} == {"1.0.0"}


def test_every_word_of_the_head_is_one_that_the_hub_knows(text: str) -> None:
    known = {
        name: json.loads((files("datasets.utils") / "resources" / f"{name}.json").read_text("utf-8"))
        for name in ("creators", "languages", "multilingualities", "size_categories")
    }
    said = head(text)
    assert set(said["annotations_creators"]) <= set(known["creators"]["annotations"])
    assert set(said["language_creators"]) <= set(known["creators"]["language"])
    assert set(said["language"]) <= set(known["languages"])
    assert set(said["multilinguality"]) <= set(known["multilingualities"])
    assert set(said["size_categories"]) <= set(known["size_categories"])
    assert set(said["task_categories"]) <= set(metadata.known_task_ids)
    assert set(said["task_ids"]) <= TASK_IDS
    assert said["license"] == ["cc0-1.0", "other"]
    assert re.fullmatch(r"[a-z0-9.-]+", said["license_name"])
    assert said["license_link"].startswith("https://")
    assert said["source_datasets"] == ["original"]


def test_gold_makes_experts_of_the_annotators(make: Callable[..., str]) -> None:
    assert head(make())["annotations_creators"] == ["machine-generated"]
    scores = {"libre/a": [Score("entities", "all strict", 3, 4, 5)]}
    scored = make(annotators={"Odile Ferrand"}, scores=scores)
    assert head(scored)["annotations_creators"] == ["machine-generated", "expert-generated"]
    assert "| entities | all strict | 0.750 | 0.600 | 0.667 | 5 | 4 |" in scored
    assert "those with `status: gold` by the person that it names." in scored


def test_a_program_that_annotated_is_said_to_be_one(make: Callable[..., str]) -> None:
    scores = {"libre/a": [Score("entities", "all strict", 3, 4, 5)]}
    alone = make(annotators={"équipe (IA)"}, scores=scores)
    assert head(alone)["annotations_creators"] == ["machine-generated"]
    assert "by équipe (IA), which is no person: read that where a description speaks of a person." in alone
    assert "a person annotated (`corpus evaluate`)" not in alone
    both = make(annotators={"Odile Ferrand", "équipe (IA)"}, scores=scores)
    assert head(both)["annotations_creators"] == ["machine-generated", "expert-generated"]
    assert "or by a program where it names one: équipe (IA)." in both


@pytest.mark.parametrize(
    ("annotator", "program"),
    [
        *(("corpus team (AI annotator)", True), ("un modèle de langue", True), ("Some LLM", True), ("essai, IA", True)),
        *(("Ai Kerlédan", False), ("Mai Trividic", False), ("Lia Modèle-Abgrall", False), ("AIda Bot", False)),
    ],
)
def test_an_annotator_is_a_program_where_its_name_has_a_word_that_says_so(annotator: str, program: bool) -> None:  # noqa: FBT001  # pytest's own way
    assert card_text.programs([annotator]) == ([annotator] if program else [])


def test_the_gold_of_this_repository_was_made_by_no_person(repository: Path) -> None:
    for file in sorted((repository / "raw").rglob("*.gold.json")):
        annotator = json.loads(file.read_text("utf-8"))["annotator"]
        assert card_text.programs([annotator]) == [annotator], file


def test_topics_make_it_a_corpus_for_text_classification(make: Callable[..., str]) -> None:
    assert "text-classification" not in head(make())["task_categories"]
    assert "text-classification" in head(make(layers={"topics": ""}))["task_categories"]


def test_the_first_table_is_the_default_where_nothing_may_be_passed_on_in_full(
    make: Callable[..., str], written: list[Written]
) -> None:
    said = head(make(files=[file for file in written if file.table.endswith("_masked")]))
    assert [config["config_name"] for config in said["configs"] if config.get("default")] == ["articles_masked"]
    assert "text-generation" not in said["task_categories"]


def test_what_is_said_of_a_masked_table_promises_no_column_that_it_lacks(
    make: Callable[..., str], release: Path, text: str, written: list[Written]
) -> None:
    said = {row[0]: row[1] for row in re.findall(r"^\| `(\w+)` \| \w+ \| [\d,]+ \| (.+) \|$", text, re.MULTILINE)}
    croissant = json.loads((release / "croissant.json").read_text("utf-8"))
    described = {one["name"]: one["description"] for one in croissant["recordSet"]}
    assert "ready for token-classification training" in said["sentences"]
    for table in (name for name in said if name.endswith("_masked")):
        assert "without its words" in said[table], table
        assert said[table] != said[table.removesuffix("_masked")]
        assert described[table].startswith(said[table])
    masked = make(files=[file for file in written if file.table.endswith("_masked")])
    assert "No table of this release has that `text`" in masked
    assert "is the `id` of `articles_masked`." in masked
    assert "No table of this release has that `text`" not in text


def test_no_word_of_what_is_withheld_is_in_what_describes_a_release(release: Path, nonce: str) -> None:
    described = [file for file in release.rglob("*") if file.is_file() and file.suffix != ".parquet"]
    assert {"README.md", "croissant.json", "entity_types.svg"} <= {file.name for file in described}
    for file in described:
        assert nonce.casefold() not in file.read_text("utf-8").casefold(), file
        assert b"secret/" not in file.read_bytes(), file


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", ["preview", "release"])
def test_the_examples_for_a_folder_run_in_the_folder_of_the_card(
    kind: str,
    root: Path,
    release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    folder = release
    if kind == "preview":
        folder = tmp_path / "aperçu d’essai"
        answer = command("build", "--root", root, "--out", folder)
        assert answer.returncode == 0, answer.stderr
    monkeypatch.chdir(folder)
    text = Path("README.md").read_text("utf-8")
    ours = text[text.index("From a folder") :].partition("\n## ")[0]
    examples = re.findall(r"```python\n(.*?)```", ours, re.DOTALL)
    assert len(examples) == 4
    names: dict[str, Any] = {}
    for example in examples:
        exec(example, names)  # noqa: S102  # what a reader would paste
    assert len(names["frame"]) == names["articles"]["train"].num_rows + sum(
        split.num_rows for name, split in names["articles"].items() if name != "train"
    )
    if kind == "preview":
        assert "This is a preview" in text
        assert "## Changes" not in text
        assert "presse/essai@v" not in text
        assert "/tree/v0.0.0" not in text


def test_a_version_is_named_in_every_way_to_load_it(text: str) -> None:
    assert 'load_dataset("presse/essai", "articles", revision="v1.0.0")' in text
    assert 'corpus.load("presse/essai", "sentences", version="1.0.0")' in text
    assert "hf://datasets/presse/essai@v1.0.0/data/articles" in text
    assert "corpus rehydrate hub:presse/essai@1.0.0 --raw RAW --out OUT" in text
    assert text.index("From the Hub.") < text.index("From a folder")
    assert 'corpus.load(".", "sentences", version="1.0.0")' in text


def test_an_address_that_is_not_known_is_not_made_up(make: Callable[..., str]) -> None:
    text = make(settings={"hub": ""})
    assert "where `ORG/NAME` stands for the address that you have this card from" in text
    assert 'load_dataset("ORG/NAME", "articles", revision="v1.1.0")' in text
    assert text.index("From a folder") < text.index("From the Hub")
    assert "corpus rehydrate . --raw RAW --out OUT" in text
    assert "license_link" not in head(text)


def test_changes_are_those_of_the_newest_entry(make: Callable[..., str]) -> None:
    text = make(changes=CHANGES)
    assert "1.1.0 is a minor version after 1.0.0" in text
    assert "| `articles` | 2 | 0 | 1,234 | `text` (3) |" in text
    assert "Columns added: `articles.mood`." in text
    assert "\n- 2 records added to articles (libre/a, libre/b)\n" in text
    assert "With thanks to Maël \\| Trividic." in text
    first = make(changes={**CHANGES, "previous": None, "level": "first", "why": []})
    assert "1.1.0 is the first version." in first


def test_withdrawn_records_are_named_with_what_to_do(make: Callable[..., str]) -> None:
    stones = [Tombstone(f"libre/{n}", "2026-11-20", "person", ("1.0.0",), "0" * 64, "1" * 64) for n in range(23)]
    text = make(withdrawn=stones)
    assert "| `libre/22` | 2026-11-20 | person | 1.0.0 |" in text
    assert "`libre/2`" not in text
    assert "3 more stand in `withdrawn.jsonl`" in text
    assert 'pd.read_json("hf://datasets/presse/essai@v1.1.0/withdrawn.jsonl", lines=True)' in text
    assert 'pd.read_json("withdrawn.jsonl", lines=True)' in make(settings={"hub": ""}, withdrawn=stones)
    assert "None so far." in make()


def test_what_people_write_cannot_break_a_table(text: str) -> None:
    [row] = [line for line in text.splitlines() if "(`libre`)" in line]
    assert row.startswith(
        "| [Source inventée](https://libre.example/a%28b%29) (`libre`) | Libre \\| Cie \\[s\\] | CC0-1.0 |"
    )
    assert len(re.findall(r"(?<!\\)\|", row)) == 11


def test_every_picture_that_the_card_shows_is_there(release: Path, text: str) -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert shown == sorted(shown, key=shown.index)
    assert {path.relative_to(release).as_posix() for path in release.glob("plots/*")} == set(shown)
    assert len(shown) == 3


@pytest.mark.parametrize("more", [{}, {"changes": CHANGES}, {"plots": {"plots/a.svg": "A"}}])
@pytest.mark.parametrize("version", ["0.0.0", "1.1.0"])
@pytest.mark.parametrize("tables", ["all", "articles", "none"])
def test_whatever_is_known_the_card_has_no_gaps_and_no_signs_of_its_template(
    make: Callable[..., str], written: list[Written], version: str, tables: str, more: dict[str, Any]
) -> None:
    text = make([file for file in written if tables in ("all", file.table)], version=version, **more)
    assert not re.search(r"{[{%]|[%}]}|\n\n\n", text.split("## Citation")[0])
    assert DatasetCard(text).data.to_dict() == head(text)


def test_labels_are_counted_in_each_split_over_open_and_masked_tables(release: Path) -> None:
    lines = (release / "README.md").read_text("utf-8").partition("How often each label")[2].splitlines()[2:]
    head, _, *rows = [line.strip("| ").split(" | ") for line in takewhile(bool, lines)]
    column, found = "", {}
    for name, label, *counts in ([""] * (len(head) - len(row)) + row for row in rows):
        column = name.strip("`") or column
        shown = zip(head[2:], counts, strict=True)
        found |= {(column, label, split): int(count.replace(",", "")) for split, count in shown if count != "0"}
    wanted: Counter[tuple[str, str, str]] = Counter()
    for table, columns in LABELS.items():
        for file in release.glob(f"data/{table}*/*.parquet"):
            if file.parent.name.removesuffix("_masked") == table:
                for row in pq.read_table(file, columns=list(columns)).to_pylist():
                    for name in columns:
                        values = row[name] if isinstance(row[name], list) else [row[name]]
                        labels = [value for value in values if value is not None]
                        wanted.update((f"{table}.{name}", one, file.name.split("-")[0]) for one in labels)
    assert found == dict(wanted)
    assert {"entities.type", "quotations.kind", "sentences.upos"} <= {name for name, _, _ in wanted}
