"""The card (README.md) of a release: what the Hub reads at its head, what people read below.

Written from the schemas, the settings and counts; no word of an article stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import cycle
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, Template

from corpus.annotate.agreement import measured as measured_agreement
from corpus.annotate.confidence import MEASURE, calibration
from corpus.annotate.metrics import AGREEMENT, added, as_rate
from corpus.model import schema
from corpus.model.features import Labels, as_yaml, closed_values
from corpus.model.foreign_text import as_code, as_link, in_markdown, printable
from corpus.model.table_names import base_name, is_masked, masked_name
from corpus.release.changes import Reason
from corpus.release.format import PREVIEW
from corpus.release.write import card_text, citation
from corpus.release.write.counting import LABELS
from corpus.release.write.metadata import ReleaseMetadata, programs
from corpus.release.write.parquet import Written, row_schemas
from corpus.release.write.parquet import counts as counts_of

_SIZES = (
    *("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B"),
    "10B<n<100B",
)
"""What the Hub calls fewer than 10^3 rows, fewer than 10^4, and so on."""
_SAME = (
    *("CC0-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "etalab-2.0"),
    *("CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0"),
    *("CC-BY-NC-SA-2.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "Apache-2.0", "MIT", "Unlicense"),
)
_HUB_LICENCES = {
    **{name: name.lower() for name in _SAME},
    "PDDL-1.0": "pddl",
    "ODC-By-1.0": "odc-by",
    "ODbL-1.0": "odbl",
    "GFDL-1.3-only": "gfdl",
    "GFDL-1.3-or-later": "gfdl",
}
"""SPDX ids and what the Hub calls them; every other licence is ``other`` there."""
_TASKS = {
    "sentences": (("token-classification",), ("part-of-speech",)),
    "entities": (("token-classification",), ("named-entity-recognition",)),
    "quotations": (("token-classification",), ()),
    "times": (("token-classification",), ()),
    "articles": (("text-generation", "fill-mask"), ("language-modeling", "masked-language-modeling")),
}
"""What a table can be used for, as the Hub names it: categories of tasks, and tasks."""
_TAGS = {"entities": "named-entities", "quotations": "quotations", "times": "temporal-expressions"}
_SHOWN = 20
_PUBLICATIONS = 20
"""Withdrawn records that the card names; the file has all."""


@cache
def _template() -> Template:
    text = (files("corpus.release.write") / "card.md.jinja").read_text("utf-8")
    made = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False, trim_blocks=True)  # noqa: S701  # Markdown, escaped by foreign_text
    made.filters |= {
        "plain": lambda value: in_markdown(str(value or "")),  # what others wrote; nothing for None
        "code": as_code,
        "cell": _cell,
        "rate": as_rate,
        "link": lambda source: as_link(source.name, source.url),
    }
    return made.from_string(text)


@dataclass(frozen=True, slots=True)
class Shown:
    """What was counted for a card: the paths of the pictures beside it with their titles, articles by publication.

    ``labels`` is that of ``counting.Counted``.
    """

    plots: Mapping[str, str] = field(default_factory=dict)
    publications: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[tuple[str, str, str], Mapping[str, int]] = field(default_factory=dict)


def card(
    metadata: ReleaseMetadata,
    written: Sequence[Written],
    changes: Mapping[str, Any] | None = None,
    shown: Shown | None = None,
) -> str:
    """The card's text; the same for the same corpus. ``changes`` is the newest entry of CHANGES.json."""
    shown = shown or Shown()
    settings, version = metadata.settings, metadata.version
    tables, schemas = counts_of(written), row_schemas(written)
    agreed, agreed_of_hits = measured_agreement(metadata.scores.values())
    split, measured = card_text.scored(metadata)
    scores = added(measured)
    sure, scores = calibration(scores), [one for one in scores if not one.measure.startswith(MEASURE)]
    head = _head(metadata, tables, written)
    if scores and len(programs(metadata.annotators)) < len(metadata.annotators):
        head["annotations_creators"] = ["machine-generated", "expert-generated"]
    if "topics" in metadata.layers and "articles" in tables:
        head["task_categories"] = [*head["task_categories"], "text-classification"]
        head["task_ids"] = [*head["task_ids"], "topic-classification"]
    explained = [table for table in tables if not is_masked(table) or base_name(table) not in tables]
    body = _template().render(
        settings=settings,
        version=version,
        preview=version == PREVIEW,
        place=settings.hub or "ORG/NAME",
        tables={table: splits for table, splits in tables.items() if splits},
        about={table: schema.about(table, schemas) for table in tables},
        dictionary={table: schema.dictionary(table, schemas) for table in explained},
        masked={table: _left_out(table, schemas) for table in tables if is_masked(table)},
        sources=[(one, card_text.counts_of(metadata.counts[one.id])) for one in metadata.sources.values()],
        topics="topics" in metadata.layers,
        scores=scores,
        calibration=sure,
        scored_split=split,
        scored_articles=len(measured),
        agreement=agreed,
        agreed_of_hits=agreed_of_hits,
        agreed_articles=sum(any(one.of == AGREEMENT for one in several) for several in metadata.scores.values()),
        changes=changes,
        reasons=[Reason(**{**why, "examples": tuple(why["examples"])}) for why in (changes or {}).get("why", ())],
        withdrawn=metadata.withdrawn[-_SHOWN:],
        more=max(0, len(metadata.withdrawn) - _SHOWN),
        plots=shown.plots,
        splits=list(dict.fromkeys(split for one in tables.values() for split in one)),
        labels=list(_labels(shown.labels, schemas)),
        publications=sorted(shown.publications.items(), key=lambda one: (-one[1], one[0]))[:_PUBLICATIONS],
        more_publications=max(0, len(shown.publications) - _PUBLICATIONS),
        gold_by=card_text.gold_by(metadata.annotators),
        described=[part for part in re.split(r"\n\s*\n", settings.description) if part.strip()],
        personal=card_text.personal(settings, in_markdown),
        limits=card_text.limits(metadata, tables),
        bibtex=citation.bibtex(metadata),
        date=metadata.date,
    )
    printed = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{printed}---\n\n{body}"


def _left_out(table: str, schemas: Mapping[str, str]) -> list[str]:
    """The columns that a masked table lacks."""
    there = schema.arrow_schema(table, schemas).names
    return [name for name in schema.arrow_schema(base_name(table), schemas).names if name not in there]


def _labels(
    labels: Mapping[tuple[str, str, str], Mapping[str, int]], schemas: Mapping[str, str]
) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Each label of each column that is counted, in the order of the schema, with how often it is in each split."""
    found: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    for (table, column, split), counts in labels.items():
        for label, count in counts.items():
            found.setdefault((table, column), {}).setdefault(label, {})[split] = count
    for table, column in ((table, column) for table, columns in LABELS.items() for column in columns):
        if said := found.get((table, column)):
            closed = closed_values(schema.schema(schemas[table])["properties"][column])
            for label in (*(one for one in closed if one in said), *sorted({*said} - {*closed})):
                yield f"{table}.{column}", label, said[label]


def _cell(value: str) -> str:
    """What a schema says of a table or a column, which is Markdown without HTML, in a table of the card."""
    parts = " ".join(value.split()).replace("|", "\\|").split("`")
    return "`".join(part if code else part.replace("<", "\\<") for part, code in zip(parts, cycle((False, True))))


def _head(
    metadata: ReleaseMetadata, tables: Mapping[str, Mapping[str, int]], written: Sequence[Written]
) -> dict[str, Any]:
    """The YAML that the Hub and ``load_dataset`` read."""
    settings, languages = metadata.settings, metadata.languages
    licences = sorted({_HUB_LICENCES.get(licence, "other") for licence in metadata.licences}) or ["other"]
    rows = sum(sum(tables.get(table, {}).values()) for table in ("articles", masked_name("articles")))
    annotated = schema.annotation_tables(tables)
    tasks = [use for table, use in _TASKS.items() if table in tables]
    tags = [tag for table, tag in _TAGS.items() if {table, masked_name(table)} & set(tables)]
    head: dict[str, Any] = {
        "pretty_name": printable(settings.title),
        "language": languages,
        "license": licences if len(licences) > 1 else licences[0],
    }
    if "other" in licences:
        head["license_name"] = "licences-of-the-sources"
        if settings.hub:
            head["license_link"] = f"{citation.HUB}{settings.hub}#sources-and-licences"
    head |= {
        "annotations_creators": ["machine-generated" if annotated else "no-annotation"],
        "language_creators": ["found"],
        "multilinguality": ["multilingual" if len(languages) > 1 else "monolingual"],
        "size_categories": [_SIZES[min(max(len(str(rows)) - 3, 0), len(_SIZES) - 1)]],
        "source_datasets": ["original"],
        "task_categories": list(dict.fromkeys(category for categories, _ in tasks for category in categories)),
        "task_ids": list(dict.fromkeys(task for _, ids in tasks for task in ids)),
        "tags": ["news", "press", "corpus", *tags, *(["topics"] if "topics" in metadata.layers else [])],
    }
    return head | tables_head(metadata.version, written, metadata.labels)


def tables_head(version: str, written: Sequence[Written], labels: Labels) -> dict[str, Any]:
    """The part of a card's YAML that says where the tables are and what they hold; empty where there are none.

    ``labels`` are the sets that are closed in this release.
    """
    tables = counts_of(written)
    configs = [
        {
            "config_name": table,
            "version": version,
            **({"default": True} if table == next(iter(tables)) else {}),
            "data_files": [{"split": split, "path": f"data/{table}/{split}-*-of-*.parquet"} for split in splits],
        }
        for table, splits in tables.items()
    ]
    return {"configs": configs, "dataset_info": [_info(table, written, labels) for table in tables]} if configs else {}


def _info(table: str, written: Sequence[Written], labels: Labels) -> dict[str, Any]:
    """What ``datasets`` wants to know of a table before it reads it."""
    files_of_table = [file for file in written if file.table == table]
    features = schema.features(table, row_schemas(files_of_table), labels)
    splits = []
    for split, count in counts_of(files_of_table)[table].items():
        size = sum(file.uncompressed for file in files_of_table if file.split == split)
        splits.append({"name": split, "num_bytes": size, "num_examples": count})
    return {
        "config_name": table,
        "features": [{"name": name, **as_yaml(one)} for name, one in features.items()],
        "splits": splits,
        "download_size": sum(file.bytes for file in files_of_table),
        "dataset_size": sum(file.uncompressed for file in files_of_table),
    }
