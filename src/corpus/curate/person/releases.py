"""Where a release holds a person's name: every string of every table, and every other file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpus.curate.person import mention
from corpus.curate.person.decoding import without_escapes
from corpus.curate.person.folder import in_bytes
from corpus.curate.person.mention import Mention
from corpus.curate.person.name import Form, Name
from corpus.model import schema
from corpus.model.problem import CorpusError, Problem, first_line
from corpus.model.table_names import base_name
from corpus.release.format import MANIFEST
from corpus.release.read.address import address
from corpus.release.read.reader import Release, open_release, versions
from corpus.release.read.verified import damaged

_BATCH = 2000
_KINDS = {
    ("quotations", "text"): "quoted",
    ("quotations", "speaker_text"): "speaker",
    ("quotations", "speaker_name"): "speaker",
    ("entities", "text"): "entity",
    ("entities", "name"): "entity",
    ("entities", "entity_key"): "key",
    ("quotations", "speaker_key"): "key",
}
_KEYED = (("entities", "entity_key", ("text", "name")), ("quotations", "speaker_key", ("speaker_name",)))
"""Tables with keys, the column of the key, and those of the names that have it."""
_NEXT = " | "
"""Parts names so that nobody is found across two of them."""


class Keyed(NamedTuple):
    """A person or organisation of a release by its key: mentions, quotations, and articles that have either."""

    version: str
    key: str
    mentions: int
    quotations: int
    articles: int


def releases_at(where: str) -> Iterator[Release]:
    """The release at an address, or each of the versions that lie beside each other there, the oldest first.

    Raises:
        UsageError: there is none.
        CorpusError: the Hub or the store cannot be asked.
    """
    if address(where).version is not None:
        yield open_release(where)
        return
    for version in reversed(versions(where)):
        yield open_release(where, version)


def in_release(release: Release, name: Name) -> Iterator[Mention | Problem]:
    """The mentions in a release; the problem of a file that cannot be read comes in their stead."""
    same: set[tuple[str, str]] = set()
    tables = sorted(release.manifest["tables"], key=lambda table: (not table.startswith("entities"), table))
    in_tables: set[str] = set()
    for table in tables:
        for entry in release.tables(table):
            in_tables.add(entry["path"])
            if table in schema.JOINED:  # they say again what the other tables say
                continue
            yield from _in_parquet(release, entry["path"], table, name, same)
    others = {entry["path"] for entry in release.manifest["files"]} | {MANIFEST}
    if release.fetch is None:  # a folder may hold files that its manifest does not list
        found = [file for file in sorted(Path(release.folder).rglob("*")) if file.is_file() and not file.is_symlink()]
        others |= {file.relative_to(release.folder).as_posix() for file in found}
    for path in sorted(others - in_tables):
        if path.endswith(".parquet"):
            yield from _in_parquet(release, path, "", name, same)
            continue
        try:
            content = release.read(path)
        except CorpusError as error:
            yield from error.problems
            continue
        for form in in_bytes(name, content):
            yield _of(release, "", path, "file of the release", form, mention.PURGE)


def keys_in(release: Release, name: Name) -> list[Keyed]:
    """Whom the name may mean in a release, the most mentioned first: keys whose mentions are so called anywhere.

    An acronym and a long form give the same key, a surname those of all its bearers. Files that cannot be read, which
    ``in_release`` tells, count for nothing.
    """
    called: set[str] = set()
    for table, key, said in _KEYED:
        for rows in _with_key(release, table, (key, *said)):
            each = rows.group_by([key, *said]).aggregate([]).to_pylist()
            texts = [_NEXT.join(str(text) for text in one.values() if text) for one in each]
            called |= {each[at][key] for at, forms in name.rows(texts) if any(form.certain for form in forms)}
    counts: dict[str, Counter[str]] = {table: Counter() for table, _, _ in _KEYED}
    articles: dict[str, set[str]] = defaultdict(set)
    for table, key, _ in _KEYED:
        for rows in _with_key(release, table, (key, "article")):
            for one in rows.filter(pc.is_in(rows[key], pa.array(sorted(called), pa.string()))).to_pylist():
                counts[table][one[key]] += 1
                articles[one[key]].add(one["article"])
    found = [
        Keyed(release.where, key, counts["entities"][key], counts["quotations"][key], len(articles[key]))
        for key in called
    ]
    return sorted(found, key=lambda one: (-one.mentions, one.key))


def _with_key(release: Release, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Some columns of the rows of a table that have a key, file by file; nothing of what cannot be read."""
    for entry in release.tables(table):
        with suppress(CorpusError, OSError, pa.ArrowException, LookupError, TypeError, ValueError):
            with release.parquet(entry["path"]) as file:
                rows = file.read(columns=list(columns), use_threads=False)
            yield rows.filter(pc.is_valid(rows[columns[0]]))


def _in_parquet(
    release: Release, path: str, table: str, name: Name, same: set[tuple[str, str]]
) -> Iterator[Mention | Problem]:
    """The mentions in a Parquet file. ``same`` gathers the entities that are the person, by article."""
    try:
        with release.parquet(path) as file:
            for batch in file.iter_batches(_BATCH, use_threads=False):
                yield from _in_batch(release, batch, table, path, name, same)
    except CorpusError as error:
        yield from error.problems
    except (OSError, pa.ArrowException, LookupError, TypeError, ValueError) as error:  # or tables of other columns
        yield from damaged(f"{release.where}/{path}", first_line(error)).problems


def _in_batch(
    release: Release, batch: pa.RecordBatch, table: str, path: str, name: Name, same: set[tuple[str, str]]
) -> Iterator[Mention]:
    key = next((one for one in ("article", "id") if one in batch.schema.names), "")
    base, told = base_name(table), set[int]()
    called = {"entities": "text", "quotations": "speaker_text"}.get(base)
    for field in batch.schema:
        for column, strings in _strings(field.name, batch.column(field.name)):
            texts = strings.fill_null("").to_pylist()
            for row, form in _hits(name, texts):
                if column == called:
                    told.add(row)
                identity = str(batch.column(key)[row].as_py()) if key else ""
                kind, action = _KINDS.get((base, column), column), mention.WITHDRAW
                if (base, column) == ("articles", "text") and "paragraphs" in batch.schema.names:
                    kind = _role(batch, row, form)
                elif kind == "entity" and "entity" in batch.schema.names:
                    same.add((identity, str(batch.column("entity")[row].as_py())))
                if not table or not identity or kind == "annotator":
                    action = mention.PURGE
                place = f"{table}.{column}" if table else f"{path}.{column}"
                if kind == "key":  # what other articles told: here the name may stand in no word
                    named = (identity, str(batch.column("entity" if base == "entities" else "speaker_entity")[row]))
                    yield _of(release, identity, place, kind, replace(form, certain=named in same), action)
                else:
                    yield _of(release, identity, place, kind, form, action)
    if base == "entities":  # « Farguettes », where the article also has « Noémie Farguettes »
        yield from _of_entity(release, batch, table, ("entity", "entity", "text"), same, told)
    elif base == "quotations":
        yield from _of_entity(release, batch, table, ("speaker_entity", "speaker", "speaker_text"), same, told)


def _hits(name: Name, texts: list[str]) -> Iterator[tuple[int, Form]]:
    """The forms in some texts, as they stand or with their escapes undone, with the number of the text."""
    found = dict(name.rows(texts))
    for row, text in enumerate(texts):
        if ("%" in text or "&" in text or "\\" in text) and row not in found:
            plain = without_escapes(text)
            if plain != text and (forms := name.forms(plain)):
                found[row] = forms
    for row in sorted(found):
        yield from ((row, form) for form in found[row])


def _strings(column: str, array: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """The strings of a column, one for each row: those of a list are joined by a space."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        yield from _strings(column, array.dictionary_decode())
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        yield column, array
    elif pa.types.is_struct(kind):
        for place, child in enumerate(kind):
            yield from _strings(f"{column}.{child.name}", pc.struct_field(array, [place]))
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        lengths = pc.list_value_length(array).fill_null(0)
        ends = pa.array([0, *pc.cumulative_sum(lengths).to_pylist()], pa.int32())
        for inside, strings in _strings(column, pc.list_flatten(array)):
            listed = pa.ListArray.from_arrays(ends, strings.fill_null("").cast(pa.string()))
            yield inside, pc.binary_join(listed, " ")


def _role(batch: pa.RecordBatch, row: int, form: Form) -> str:
    paragraphs: list[dict[str, Any]] = batch.column("paragraphs")[row].as_py()
    return next((one["role"] for one in paragraphs if one["start"] <= form.start < one["end"]), "text")


def _of_entity(
    release: Release,
    batch: pa.RecordBatch,
    table: str,
    columns: tuple[str, str, str],
    same: set[tuple[str, str]],
    told: Collection[int],
) -> Iterator[Mention]:
    """Rows of the entities that are the person, written with the surname alone; those that were ``told`` are not again.

    ``columns``: that of the entity, the kind of the mention, that of the words.
    """
    key, kind, text = columns
    if not same or key not in batch.schema.names or text not in batch.schema.names:
        return
    ids, entities = batch.column("article").to_pylist(), batch.column(key).to_pylist()
    for row, pair in enumerate(zip(ids, entities, strict=True)):
        if row not in told and pair in same and (written := batch.column(text)[row].as_py()):
            form = Form(0, len(written), written, certain=True)
            yield _of(release, pair[0], f"{table}.{text}", kind, form, mention.WITHDRAW)


def _of(release: Release, identity: str, place: str, kind: str, form: Form, action: str) -> Mention:
    return Mention(release.where, identity, place, kind, form.shown, form.certain, action)
