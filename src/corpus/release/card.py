"""The card (README.md) of a release: what the Hub reads at its head, what people read below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, Template

from corpus import schema
from corpus.release.tables import Written
from corpus.scores import Score
from corpus.settings import Settings, Source

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)
_HUB_LICENCES = {
    "CC0-1.0": "cc0-1.0",
    "CC-BY-4.0": "cc-by-4.0",
    "CC-BY-SA-4.0": "cc-by-sa-4.0",
    "CC-BY-2.5": "cc-by-2.5",
    "CC-BY-SA-3.0": "cc-by-sa-3.0",
    "CC-BY-NC-4.0": "cc-by-nc-4.0",
    "etalab-2.0": "etalab-2.0",
}


@cache
def _template() -> Template:
    text = (files("corpus.release") / "card.md.jinja").read_text("utf-8")
    return Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False).from_string(text)  # noqa: S701  # Markdown, escaped by _cell


def card(
    ours: Settings,
    sources: Mapping[str, Source],
    counts: Mapping[str, Mapping[str, int]],
    written: Sequence[Written],
    version: str,
    scores: Sequence[Score] = (),
) -> str:
    """The card's text; the same for the same corpus. ``scores`` are those of silver against the corpus's own gold."""
    tables: dict[str, dict[str, int]] = {}
    for file in written:
        table, split = file.path.split("/")[1], file.path.split("/")[2].split("-")[0]
        tables.setdefault(table, {}).setdefault(split, 0)
        tables[table][split] += file.rows
    head = yaml.safe_dump(
        _head(ours, sources, tables, written, version), sort_keys=False, allow_unicode=True, width=1000
    )
    body = _template().render(
        title=ours.title,
        description=ours.description.strip(),
        contact=ours.contact,
        version=version,
        place="DIR" if version == "0.0.0" else ours.name,
        tables=tables,
        dictionary={table: schema.dictionary(table) for table in tables},
        sources=[_source_row(source, counts[source.id]) for source in sources.values()],
        splits=ours.splits,
        scores=scores,
    )
    return f"---\n{head}---\n\n{body}"


def _source_row(source: Source, counts: Mapping[str, int]) -> dict[str, Any]:
    shown = {
        name: getattr(source, name)
        for name in ("id", "name", "publisher", "url", "licence", "redistribution", "description")
    }
    return {**{name: _cell(value) for name, value in shown.items()}, **counts}


def _cell(value: str | None) -> str:
    """A value that cannot break a table of the card."""
    return (value or "").replace("|", "\\|").replace("\n", " ").strip()


def _head(
    ours: Settings,
    sources: Mapping[str, Source],
    tables: Mapping[str, Mapping[str, int]],
    written: Sequence[Written],
    version: str,
) -> dict[str, Any]:
    """The YAML that the Hub and ``load_dataset`` read."""
    open_ = [source for source in sources.values() if source.redistribution == "full"]
    licences = sorted({_HUB_LICENCES.get(source.licence, "other") for source in open_}) or ["other"]
    rows = sum(tables.get("articles", {}).values())
    configs = []
    details = []
    for table, splits in tables.items():
        config: dict[str, Any] = {"config_name": table, "version": version}
        if table == "articles":
            config["default"] = True
        config["data_files"] = [{"split": split, "path": f"data/{table}/{split}-*-of-*.parquet"} for split in splits]
        configs.append(config)
        files_of = [file for file in written if file.path.startswith(f"data/{table}/")]
        details.append(
            {
                "config_name": table,
                "features": schema.features_yaml(table),
                "splits": [
                    {
                        "name": split,
                        "num_bytes": sum(file.uncompressed for file in files_of if f"/{split}-" in file.path),
                        "num_examples": count,
                    }
                    for split, count in splits.items()
                ],
                "download_size": sum(file.bytes for file in files_of),
                "dataset_size": sum(file.uncompressed for file in files_of),
            }
        )
    head: dict[str, Any] = {
        "pretty_name": ours.title,
        "language": sorted({source.language for source in sources.values()}),
        "license": licences if len(licences) > 1 else licences[0],
        "task_categories": ["text-generation", "text-classification"],
        "size_categories": [next((name for most, name in _SIZES if rows < most), "n>1T")],
        "tags": ["news", "press"],
    }
    if configs:
        head |= {"configs": configs, "dataset_info": details}
    return head
