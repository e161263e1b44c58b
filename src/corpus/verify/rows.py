"""Rows against their hashes, their keys and the history: articles, and the annotations of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model.arrow import int64_array
from corpus.model.article_row import RECORD, record_sha256
from corpus.model.edtf import bounds
from corpus.model.problem import quoted
from corpus.model.table_names import base_name
from corpus.release.row_hash import NO_CHANGE, plain, rows_hash
from corpus.verify import spans
from corpus.verify.findings import Finding, Table
from corpus.verify.history_index import HistoryIndex

KEYS = ("id", "split", "source", "redistribution", "text_sha256", "paragraphs", "story", "first_release", "raw_sha256")
"""The columns without which the rows of articles, masked or not, cannot be verified."""
_BATCH = 256


@dataclass
class Walk:
    """How far a table was read: the file and group at hand, the place in history of the last record.

    ``rights`` is the redistribution that its records have. ``spans`` and ``records`` count what was verified,
    ``sources`` the articles of each source, ``programs`` are those that sign the silver of each table.
    """

    name: str
    split: str
    past: HistoryIndex
    rights: str = "full"
    last: int = -1
    records: int = 0
    spans: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The table's name without its mask."""
        return base_name(self.name)


def articles(walk: Walk, file: Table, group: pa.Table, first: int) -> spans.Texts:
    """Verify the articles of a row group, whose first row is row ``first`` of the file; their texts for spans."""
    ids = group["id"].combine_chunks()
    places = walk.past.places(ids)
    _in_history(walk, file, (ids, places, first, np.arange(len(ids))), "id")
    masked = walk.name != walk.base
    trusted = np.ones(len(ids), bool)
    hashes = walk.past.hashes.get("articles")
    names = [name for name in group.column_names if name != "text"]
    hashed = tuple(name for name in group.column_names if name not in NO_CHANGE["articles"])
    texts = None if masked else group["text"].combine_chunks()
    offsets, content = (None, b"") if texts is None else _bytes(texts)
    story, release = walk.past.taken("story", places), walk.past.taken("first_release", places)
    for start in range(0, len(ids), _BATCH):
        for at, row in enumerate(plain(group.slice(start, _BATCH), names), start):
            walk.sources[row["source"]] = walk.sources.get(row["source"], 0) + 1
            text = None if offsets is None else content[offsets[at] : offsets[at + 1]]
            for columns, found, wanted in _article(walk, row, text):
                rule = "release-record"
                file.add(Finding(first + at, first + at, columns, rule, found, wanted, row["id"]))
                trusted[at] &= columns[0] != "text"
            for name, said in (("story", story[at]), ("first_release", release[at])):
                if said is not None and row[name] != said:
                    words = quoted(row[name]), f"{said}, as history says"
                    file.add(Finding(first + at, first + at, (name,), "release-record", *words, row["id"]))
            if hashes is not None and places[at] >= 0:
                made = rows_hash(walk.name, group.column_names, [row])
                if made != hashes[places[at]]:
                    file.add(_other(first + at, first + at, hashed, row["id"]))
    known = places[places >= 0]
    walk.past.seen["articles"][known] = True
    walk.records += len(ids)
    made_texts = _lengths(ids, group) if texts is None else spans.of_texts(ids, texts, trusted)
    count, wrong = spans.paragraphs(made_texts, group["paragraphs"].combine_chunks())
    walk.spans += count
    for one in wrong:
        if trusted[one.row]:
            file.add(_span(one, first, ids[one.row].as_py()))
    return made_texts


def _bytes(texts: pa.Array) -> tuple[list[int], bytes]:
    offsets, content = spans.raw(texts)
    return offsets.tolist(), content.tobytes()


def _lengths(ids: pa.Array, group: pa.Table) -> spans.Texts:
    """Articles without their texts: how long each is at least, by its last paragraph."""
    rows, values = spans.lists(group["paragraphs"].combine_chunks())
    lengths = np.zeros(len(ids), np.int64)
    np.maximum.at(lengths, rows, np.asarray(values.field("end").fill_null(0)))
    return spans.of_lengths(ids, lengths)


def _article(walk: Walk, row: Mapping[str, Any], text: bytes | None) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What is wrong with one article: the columns in which the fault may lie, what is there, what should be."""
    if row["split"] != walk.split:
        yield ("split",), quoted(row["split"]), f"{walk.split}, the split of the file"
    if row["redistribution"] != walk.rights:
        yield ("redistribution",), quoted(row["redistribution"]), f"{walk.rights}, as in every row of {walk.name}"
    if row["source"] != row["id"].partition("/")[0]:
        yield ("source",), quoted(row["source"]), f"the source that opens the id {row['id']}"
    try:
        earliest, latest = bounds(row["date"])
    except ValueError:
        yield ("date",), quoted(row["date"]), "a date (EDTF)"
    else:
        for name, day in (("date_earliest", earliest), ("date_latest", latest)):
            if row[name] != day:
                yield (name, "date"), quoted(row[name]), f"{day}, by the date {row['date']}"
    if text is not None:
        yield from _words(row, text)


def _words(row: Mapping[str, Any], text: bytes) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What is wrong with the text of an article, and with what only those have whose text may be passed on."""
    if row["redistribution"] == "full" and not row["raw_path"].startswith(f"raw/{row['source']}/"):
        yield ("raw_path",), quoted(row["raw_path"]), f"a path under raw/{row['source']}/"
    digest = hashlib.sha256(text).hexdigest()
    sound = record_sha256(row) == row["record_sha256"]
    if digest != row["text_sha256"]:
        if record_sha256({**row, "text_sha256": digest}) == row["record_sha256"]:
            yield ("text_sha256",), row["text_sha256"], f"{digest}, as the text and record_sha256 say"
            return
        columns = ("text",) if sound else ("text", "text_sha256")
        yield columns, f"a text with SHA-256 {digest}", f"{row['text_sha256']}, as text_sha256 says"
    elif (opens := text.partition(b"\n\n")[0].decode("utf-8", "replace")) != row["title"]:
        yield ("title",), quoted(row["title"]), f"{quoted(opens)}, which opens the text"
    if not sound:
        yield (
            (*RECORD, "record_sha256"),
            f"a record with SHA-256 {record_sha256(row)}",
            f"{row['record_sha256']}, as record_sha256 says",
        )


def _other(first: int, last: int, columns: tuple[str, ...], identity: str) -> Finding:
    found, wanted = "rows that history hashes otherwise", "what history.parquet hashed"
    if first == last:
        found = "a row that history hashes otherwise"
    return Finding(first, last, columns, "release-record", found, wanted, identity)


def _span(one: spans.Wrong, first: int, identity: str) -> Finding:
    return Finding(first + one.row, first + one.row, one.columns, "release-span", one.found, one.wanted, identity)


def _in_history(walk: Walk, file: Table, runs: tuple[pa.Array, np.ndarray, int, np.ndarray], column: str) -> None:
    """Records of a group against history: known, published, of this split, each once and in its order.

    ``runs`` are the ids in order, their rows of history, the first row of the group, and the first row of each id.
    """
    ids, places, first, starts = runs
    state, split = walk.past.taken("state", places), walk.past.taken("split", places)
    for at, place in enumerate(places.tolist()):
        wanted = ""
        if place < 0:
            found, wanted = "an id that history does not have", "a record of history"
        elif state[at] != "published":
            found, wanted = f"a record that is {state[at]}", "published records only"
        elif split[at] != walk.split:
            found, wanted = f"a record of the split {split[at]}", f"records of {walk.split}"
        elif place <= walk.last:
            found, wanted = "a record at the wrong place, or twice", "each record once, in the order of history"
        if wanted:
            row = first + int(starts[at])
            file.add(Finding(row, row, (column,), "release-key", found, wanted, ids[at].as_py() or ""))
        walk.last = max(walk.last, place)


def of_articles(walk: Walk, file: Table, group: pa.Table, first: int, texts: spans.Texts) -> None:
    """Verify the rows of a row group of an annotation table, whose first row is row ``first`` of the file."""
    names = group["article"].combine_chunks()
    coded = names.dictionary_encode()
    codes = np.asarray(coded.indices.fill_null(-1))
    starts = np.flatnonzero(np.diff(codes, prepend=codes[0] - 1 if len(codes) else 0) != 0)
    lengths = np.diff(starts, append=len(codes))
    ids = names.take(pa.array(starts, pa.int64()))
    places = walk.past.places(ids)
    _in_history(walk, file, (ids, places, first, starts), "article")
    index = np.asarray(group["index"].combine_chunks().fill_null(-1))
    dense = np.arange(len(index)) - np.repeat(starts, lengths)
    runs = np.repeat(np.arange(len(starts)), lengths)
    for at in np.flatnonzero(index != dense).tolist()[:1]:
        found = Finding(
            first + at,
            first + at,
            ("index",),
            "release-key",
            str(index[at]),
            f"{dense[at]}: 0, 1, 2 and so on in each article",
            names[at].as_py() or "",
        )
        file.add(found)
    of_run = texts.places(ids)
    count, wrong = spans.of_table(texts, of_run[runs], runs, group)
    walk.spans += count
    for one in wrong:
        file.add(_span(one, first, names[one.row].as_py() or ""))
    hashes = walk.past.hashes.get(walk.base)
    if hashes is not None:
        _hashed(walk, file, group, (first, starts, lengths, ids, places), hashes)
    _one_program(walk, file, group, first)
    known = places[places >= 0]
    if walk.base in walk.past.seen:
        walk.past.seen[walk.base][known] = True
    walk.records += len(group)


def _hashed(
    walk: Walk,
    file: Table,
    group: pa.Table,
    runs: tuple[int, np.ndarray, np.ndarray, pa.Array, np.ndarray],
    hashes: np.ndarray,
) -> None:
    """The rows of each record against the hash that history has of them."""
    first, starts, lengths, ids, places = runs
    columns = group.column_names
    rows: list[dict[str, Any]] = []
    begin = 0
    for at, (start, length) in enumerate(zip(starts.tolist(), lengths.tolist(), strict=True)):
        if start + length > begin + len(rows):  # a few articles at a time, since Python's values take memory
            begin = start
            last = min(at + _BATCH // 2, len(starts)) - 1
            rows = plain(group.slice(start, int(starts[last] + lengths[last]) - start), columns)
        if (
            places[at] >= 0
            and rows_hash(walk.name, columns, rows[start - begin : start - begin + length]) != hashes[places[at]]
        ):
            file.add(_other(first + start, first + start + length - 1, tuple(columns), ids[at].as_py()))


def _one_program(walk: Walk, file: Table, group: pa.Table, first: int) -> None:
    """Silver of a table is signed by one program: another version of it would have made all rows anew."""
    if not {"annotator", "status"} <= set(group.column_names):
        return
    silver = np.flatnonzero(np.asarray(pc.equal(group["status"].combine_chunks(), "silver").fill_null(False)))  # noqa: FBT003
    signed = group["annotator"].combine_chunks().take(int64_array(silver)).dictionary_encode()
    if not len(signed):
        return
    counts = np.bincount(np.asarray(signed.indices.fill_null(0)), minlength=1)
    names = signed.dictionary.to_pylist()
    usual = walk.programs.setdefault(walk.base, names[int(counts.argmax())] if names else "")
    for code, name in enumerate(names):
        if name != usual:
            row = first + int(silver[np.flatnonzero(np.asarray(signed.indices) == code)[0]])
            wanted = f"{usual}, as in the other rows that a program made"
            identity = group["article"][row - first].as_py() or ""
            file.add(Finding(row, row, ("annotator",), "release-record", quoted(name), wanted, identity))
