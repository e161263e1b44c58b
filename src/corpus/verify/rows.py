"""Rows against their hashes, their keys and the history: articles, and the annotations of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.annotate.quality import quality
from corpus.dedup.minhash import signatures_of
from corpus.dedup.shingles import compared_text, shingles
from corpus.model.arrow import bools, int64_array, word
from corpus.model.article import READ, Paragraph, count_words
from corpus.model.article_row import RECORD, record_sha256
from corpus.model.edtf import bounds
from corpus.model.problem import quoted
from corpus.model.table_names import base_name
from corpus.release.row_hash import SIGNATURES, no_change, plain, record_hashes, record_hashes_as_json
from corpus.verify import repeated, spans
from corpus.verify.findings import Fault
from corpus.verify.history_index import HistoryIndex
from corpus.verify.stored_signatures import StoredSignatures

_BATCH = 256


@dataclass
class TableProgress:
    """How far a table was read in one split: the row of history of the last record, and what was counted.

    ``rights`` is the redistribution that its records have. ``spans`` and ``records`` count what was verified,
    ``sources`` the articles of each source, ``programs`` are those that sign the silver of each table. ``rows`` are
    the rows of history of the articles of each row group, ``extents`` the first and the last of any table's,
    ``signatures`` those that the release stores;
    ``quality`` says whether the layer of this name made its columns as it makes them here, ``as_json`` whether history
    has hashes of rows as JSON.
    """

    name: str
    split: str
    history: HistoryIndex
    rights: str = "full"
    last: int = -1
    records: int = 0
    spans: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)
    extents: list[tuple[int, int]] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)
    signatures: StoredSignatures | None = None
    quality: bool = False
    as_json: bool = False

    @property
    def base(self) -> str:
        """The table's name without its mask."""
        return base_name(self.name)


class Records(NamedTuple):
    """The records of a row group in order: their ids, their rows of history (-1 for none), their rows in the group."""

    ids: pa.Array
    in_history: np.ndarray
    starts: np.ndarray
    counts: np.ndarray


def check_articles(progress: TableProgress, group: pa.Table) -> tuple[list[Fault], spans.Texts]:
    """What is wrong with the articles of a row group, and their texts, for the spans of other tables."""
    ids = group["id"].combine_chunks()
    history, masked = progress.history, progress.name != progress.base
    in_history = history.rows_of(ids)
    records = Records(ids, in_history, np.arange(len(ids)), np.ones(len(ids), np.int64))
    faults = list(_check_order(progress, records, "id"))
    trusted = np.ones(len(ids), bool)
    otherwise = _check_hashes(progress, group, records)
    names = [name for name in group.column_names if name != "text"]
    hashed = tuple(name for name in group.column_names if name not in no_change("articles"))
    texts = None if masked else group["text"].combine_chunks()
    offsets, content = (np.empty(0, np.int64), np.empty(0, np.uint8)) if texts is None else spans.raw(texts)
    expected = {name: history.values(name, in_history) for name in ("story", "first_release")}
    golden = history.values("gold_sha256", in_history)
    compared: list[str] = []
    for start in range(0, len(ids), _BATCH):
        for at, row in enumerate(plain(group.slice(start, _BATCH), names), start):
            progress.sources[row["source"]] = progress.sources.get(row["source"], 0) + 1
            text = None if texts is None else content[offsets[at] : offsets[at + 1]].tobytes()
            if text is not None:
                paragraphs = [Paragraph(**one) for one in row["paragraphs"]]
                compared.append(compared_text(text.decode("utf-8", "replace"), paragraphs))
            if row["gold"] and golden[at] == "":
                faults.append(Fault(at, ("gold",), quoted(row["gold"]), "none: history has no hash of a gold file"))
            for fault in _check_article(progress, at, row, text):
                faults.append(fault)
                trusted[at] &= fault.columns[0] != "text"
            for name, values in expected.items():
                if values[at] is not None and row[name] != values[at]:
                    faults.append(Fault(at, (name,), quoted(row[name]), f"{values[at]}, as history says"))
            faults += [_hashed_otherwise(at, 1, hashed)] if otherwise[at] else []
    if progress.signatures is not None and texts is not None and (trusted & (in_history >= 0)).all():
        progress.signatures.check(in_history, signatures_of(shingles(compared)))
    history.seen["articles"][in_history[in_history >= 0]] = True
    progress.rows.append(in_history)
    progress.records += len(ids)
    of_group = _lengths(ids, group) if texts is None else spans.of_texts(ids, texts, trusted)
    count, wrong = spans.check_paragraphs(of_group, group["paragraphs"].combine_chunks())
    progress.spans += count
    faults += [fault._replace(rule="release-span") for fault in wrong if trusted[fault.row]]
    return faults, replace(of_group, said=repeated.said_by(group, [fault.row for fault in faults]))


def _lengths(ids: pa.Array, group: pa.Table) -> spans.Texts:
    """Articles without their texts: how long each is at least, by its last paragraph."""
    rows, values = spans.lists(group["paragraphs"].combine_chunks())
    lengths = np.zeros(len(ids), np.int64)
    np.maximum.at(lengths, rows, np.asarray(values.field("end").fill_null(0)))
    return spans.of_lengths(ids, lengths)


def _check_article(progress: TableProgress, at: int, row: Mapping[str, Any], text: bytes | None) -> Iterator[Fault]:
    """What is wrong with one article."""
    if row["split"] != progress.split:
        yield Fault(at, ("split",), quoted(row["split"]), f"{progress.split}, the split of the file")
    if row["redistribution"] != progress.rights:
        wanted = f"{progress.rights}, as in every row of {progress.name}"
        yield Fault(at, ("redistribution",), quoted(row["redistribution"]), wanted)
    if row["source"] != row["id"].partition("/")[0]:
        yield Fault(at, ("source",), quoted(row["source"]), f"the source that opens the id {row['id']}")
    try:
        earliest, latest = bounds(row["date"])
    except ValueError:
        yield Fault(at, ("date",), quoted(row["date"]), "a date (EDTF)")
    else:
        for name, day in (("date_earliest", earliest), ("date_latest", latest)):
            if row[name] != day:
                yield Fault(at, (name, "date"), quoted(row[name]), f"{day}, by the date {row['date']}")
    main = next(iter(row["topics"]), {"code": None, "label": None})
    for name, value in (("main_topic", main["code"]), ("main_topic_label", main["label"])):
        if row.get(name, value) != value:
            yield Fault(at, (name, "topics"), quoted(row[name]), f"{value or 'null'}, the first of topics")
    if text is not None:
        yield from _check_text(at, row, text)
        yield from _check_derived(progress, at, row, text.decode("utf-8", "replace"))


def _check_text(at: int, row: Mapping[str, Any], text: bytes) -> Iterator[Fault]:
    """What is wrong with the text of an article, and with what only those have whose text may be passed on."""
    if row["redistribution"] == "full" and not row["raw_path"].startswith(f"raw/{row['source']}/"):
        yield Fault(at, ("raw_path",), quoted(row["raw_path"]), f"a path under raw/{row['source']}/")
    digest = hashlib.sha256(text).hexdigest()
    record = record_sha256(row)
    sound = record == row["record_sha256"]
    if digest != row["text_sha256"]:
        if record_sha256({**row, "text_sha256": digest}) == row["record_sha256"]:
            yield Fault(at, ("text_sha256",), row["text_sha256"], f"{digest}, as the text and record_sha256 say")
            return
        columns = ("text",) if sound else ("text", "text_sha256")
        yield Fault(at, columns, f"a text with SHA-256 {digest}", f"{row['text_sha256']}, as text_sha256 says")
    elif (opens := text.partition(b"\n\n")[0].decode("utf-8", "replace")) != row["title"]:
        yield Fault(at, ("title",), quoted(row["title"]), f"{quoted(opens)}, which opens the text")
    if not sound:
        wanted = f"{row['record_sha256']}, as record_sha256 says"
        yield Fault(at, (*RECORD, "record_sha256"), f"a record with SHA-256 {record}", wanted)


def _check_derived(progress: TableProgress, at: int, row: Mapping[str, Any], text: str) -> Iterator[Fault]:
    """Columns that the text gives again."""
    spans_read = [one for one in row["paragraphs"] if one["role"] in READ]
    given = {"word_count": sum(count_words(text[one["start"] : one["end"]]) for one in spans_read)}
    made = given | (quality(text)._asdict() if progress.quality else {})
    for name, value in made.items():
        if row[name] != value:
            yield Fault(at, (name,), quoted(row[name]), f"{value}, which its text gives")


def _hashed_otherwise(at: int, count: int, columns: tuple[str, ...]) -> Fault:
    rows = "a row" if count == 1 else "rows"
    found = f"{rows} with another hash than in history"
    return Fault(at, columns, found, "what history.parquet hashed", rows=count)


def _check_order(progress: TableProgress, records: Records, column: str) -> Iterator[Fault]:
    """Records of a group against history: known, published, of this split, each once and in its order."""
    states = progress.history.values("state", records.in_history)
    splits = progress.history.values("split", records.in_history)
    known = records.in_history[records.in_history >= 0].tolist()
    progress.extents.append((known[0], known[-1]) if known else (-1, -1))
    for at, row in enumerate(records.in_history.tolist()):
        wanted = ""
        if row < 0:
            found, wanted = "an id that history does not have", "a record of history"
        elif states[at] != "published":
            found, wanted = f"a record that is {states[at]}", "published records only"
        elif splits[at] != progress.split:
            found, wanted = f"a record of the split {splits[at]}", f"records of {progress.split}"
        elif row <= progress.last:
            found, wanted = "a record at the wrong place, or twice", "each record once, in the order of history"
        if wanted:
            yield Fault(int(records.starts[at]), (column,), found, wanted, "release-key")
        progress.last = max(progress.last, row)


def check_annotations(progress: TableProgress, group: pa.Table, texts: spans.Texts) -> list[Fault]:
    """What is wrong with a row group of an annotation table; ``texts`` are those of the articles that it is about."""
    articles = group["article"].combine_chunks()
    codes = np.asarray(articles.dictionary_encode().indices.fill_null(-1))
    starts = np.flatnonzero(np.diff(codes, prepend=codes[0] - 1 if len(codes) else 0) != 0)
    counts = np.diff(starts, append=len(codes))
    ids = articles.take(int64_array(starts))
    records = Records(ids, progress.history.rows_of(ids), starts, counts)
    faults = list(_check_order(progress, records, "article"))
    index = np.asarray(group["index"].combine_chunks().fill_null(-1))
    dense = np.arange(len(index)) - np.repeat(starts, counts)
    for at in np.flatnonzero(index != dense).tolist()[:1]:
        wanted = f"{dense[at]}: 0, 1, 2 and so on in each article"
        faults.append(Fault(at, ("index",), str(index[at]), wanted, "release-key"))
    record = np.repeat(np.arange(len(starts)), counts)
    article = texts.indices_of(ids)[record]
    count, wrong = spans.check_table(texts, article, record, group)
    progress.spans += count
    faults += [fault._replace(rule="release-span") for fault in wrong]
    if texts.said is not None:
        faults += repeated.check(texts.said, progress.base, progress.split, group, article)
    hashed = tuple(name for name in group.column_names if name not in no_change(progress.name))
    for at in np.flatnonzero(_check_hashes(progress, group, records)).tolist():
        start, count = int(records.starts[at]), int(records.counts[at])
        faults.append(_hashed_otherwise(start, count, hashed))
    faults += _check_annotator(progress, group)
    if progress.base in progress.history.seen:
        progress.history.seen[progress.base][records.in_history[records.in_history >= 0]] = True
    progress.records += len(group)
    return faults


def _check_hashes(progress: TableProgress, group: pa.Table, records: Records) -> np.ndarray:
    """Which records have other rows than history has a hash of."""
    hashes = progress.history.hashes.get(progress.base)
    if hashes is None:
        return np.zeros(len(records.counts), bool)
    hashed = record_hashes_as_json if progress.as_json else record_hashes
    here = hashed(progress.name, group, records.counts)
    otherwise: np.ndarray = (here != hashes[records.in_history]) & (records.in_history >= 0)
    return otherwise


_SIGNED_BY = {
    "tokens_annotator": "sentences",
    "ner_annotator": "entities",
    "quote_annotator": "quotations",
    "dep_annotator": "dependencies",
}
"""The layer whose program signs a column that does not speak of its own table."""


def _check_annotator(progress: TableProgress, group: pa.Table) -> Iterator[Fault]:
    """Silver of a table is signed by one program: another version of it would have made all rows anew."""
    for annotator, status in SIGNATURES:
        if not {annotator, status} <= set(group.column_names):
            continue
        silver = np.flatnonzero(bools(pc.equal(group[status], word("silver"))))
        signed = group[annotator].combine_chunks().take(int64_array(silver)).dictionary_encode()
        if not len(signed):
            continue
        codes, names = np.asarray(signed.indices.fill_null(0)), signed.dictionary.to_pylist()
        most = names[int(np.bincount(codes).argmax())] if names else ""
        usual = progress.programs.setdefault(_SIGNED_BY.get(annotator, progress.base), most)
        for code, name in enumerate(names):
            if name != usual:
                row = int(silver[np.flatnonzero(np.asarray(signed.indices) == code)[0]])
                yield Fault(row, (annotator,), quoted(name), f"{usual}, as in the other rows that a program made")
