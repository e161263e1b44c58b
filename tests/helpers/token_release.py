"""Releases whose tokens somebody lists, without a build: tables with what is given, and a manifest that lists them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.model.edtf import bounds
from corpus.model.schema import TABLES, arrow_schema, kind_of
from corpus.model.schema import schema as properties
from corpus.model.table_names import base_name
from corpus.release.format import PARQUET


class Token(NamedTuple):
    """A token, and what stands behind it in the text."""

    word: str
    lemma: str
    upos: str = "X"
    space: str = " "


Sentences = Sequence[Sequence[Token]]


def tokens(line: str) -> list[Token]:
    """Tokens written as ``word/lemma/UPOS``, of which the last two may be missing."""
    parts = [one.split("/") for one in line.split()]
    return [Token(one[0], one[1] if len(one) > 1 else one[0].lower(), one[2] if len(one) > 2 else "X") for one in parts]


def text_of(sentences: Sentences) -> str:
    """The text in which these tokens stand."""
    return "".join(token.word + token.space for sentence in sentences for token in sentence).rstrip(" ")


def rows(article: str, sentences: Sentences) -> Iterator[dict[str, Any]]:
    """The sentences of an article as rows."""
    at = 0
    for index, sentence in enumerate(sentences):
        starts = []
        for token in sentence:
            starts.append(at)
            at += len(token.word) + len(token.space)
        ends = [start + len(token.word) for start, token in zip(starts, sentence, strict=True)]
        columns = {"tokens": [one.word for one in sentence], "lemmas": [one.lemma for one in sentence]}
        places = {"start": starts[0], "end": ends[-1], "token_starts": starts, "token_ends": ends}
        more = {"upos": [one.upos for one in sentence], "feats": [""] * len(sentence), "ner_tags": [0] * len(sentence)}
        yield {"article": article, "index": index, **columns, **places, **more}


def article(identity: str, text: str, **more: Any) -> dict[str, Any]:
    """The row of an article, all of it body."""
    paragraphs = [{"start": 0, "end": len(text), "role": "body"}]
    row = {"id": identity, "source": identity.partition("/")[0], "split": "train", "text": text, "title": text[:20]}
    row |= {"date": "2024-03-12", "paragraphs": paragraphs, **more}
    first, last = map(datetime.fromisoformat, bounds(row["date"]))
    return row | {"date_earliest": first, "date_latest": last}


def write(folder: Path, tables: Mapping[str, Sequence[pa.Table]]) -> Path:
    """A release of these tables, each given by its row groups; a file for each table."""
    files, counts = [], {}
    for name, groups in tables.items():
        path = f"data/{name}/train-00000-of-00001.parquet"
        file = folder / path
        file.parent.mkdir(parents=True)
        dictionaries = ["upos.list.element", "feats.list.element", "article", "source"]
        with pq.ParquetWriter(file, arrow_schema(name), use_dictionary=dictionaries, **PARQUET) as writer:
            for group in groups:
                writer.write_table(group, row_group_size=max(1, len(group)))
        content = file.read_bytes()
        files.append({"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        counts[name] = {"train": sum(map(len, groups))}
    manifest = {"version": "0.0.0", "format": 1, "name": "essai", "date": None, "previous": None}
    manifest |= {"tables": counts, "files": files}
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def table(name: str, given: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table with all its columns; what a row does not say is null, or empty where it may not be."""
    schema, rules = arrow_schema(name), properties(TABLES[base_name(name)])["properties"]
    filled = [
        pa.array([row.get(field.name, nothing(rules[field.name])) for row in given], field.type) for field in schema
    ]
    return pa.Table.from_arrays(filled, schema=schema)


def nothing(rules: Mapping[str, Any]) -> Any:
    """What stands for a value that nobody gives: null where there may be one."""
    kind, may_be_null = kind_of(rules)
    empty = {"array": [], "string": "", "integer": 0, "number": 0.0, "boolean": False}
    if rules.get("format") == "date":
        return datetime.fromisoformat("1970-01-01")
    return None if may_be_null else empty[kind]


def release(
    folder: Path,
    articles: Mapping[str, Sentences],
    about: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    a_group: int = 1000,
    **tables: Sequence[Mapping[str, Any]],
) -> Path:
    """A release of articles given by their sentences, and by what else their rows say; so many in a row group.

    ``tables`` are rows of further tables.
    """
    said = about or {}
    names = list(articles)
    groups = [names[at : at + a_group] for at in range(0, len(names), a_group)]
    of_articles = [
        table("articles", [article(one, text_of(articles[one]), **said.get(one, {})) for one in group])
        for group in groups
    ]
    of_sentences = [table("sentences", [row for one in group for row in rows(one, articles[one])]) for group in groups]
    more = {name: [table(name, some)] for name, some in tables.items()}
    return write(folder, {"articles": of_articles, "sentences": of_sentences} | more)
