"""Counts of a release or of raw records: articles, quotations, entities, times or tokens, by whatever they differ in.

To count by something else, write what it is in DuckDB's SQL into ``_OF_ARTICLES``, or into ``_OF_ROWS`` with the table
that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus.explore.articles import NO_MONTH, NONE, SEVERAL, groups, read
from corpus.model.problem import Problem, UsageError, first_line, quoted
from corpus.model.schema import arrow_schema
from corpus.model.table_names import base_name, is_masked, key_of, masked_name
from corpus.release.read.reader import Release, open_release
from corpus.release.read.verified import damaged

if TYPE_CHECKING:
    import duckdb

MASKED = "(masked)"
"""What a row of a masked table is counted under where the words may not be passed on."""

_SAME_YEAR = "year(date_earliest) = year(date_latest)"
_OF_ARTICLES = {
    "source": "source::varchar",
    "publication": f"coalesce(publication, '{NONE}')",
    "month": f"""case when not ({_SAME_YEAR}) then '{SEVERAL}'
        when month(date_earliest) = month(date_latest) then strftime(date_earliest, '%Y-%m')
        else strftime(date_earliest, '%Y{NO_MONTH}') end""",
    "year": f"case when {_SAME_YEAR} then strftime(date_earliest, '%Y') else '{SEVERAL}' end",
    "split": "split::varchar",
    "language": "language::varchar",
    "licence": "licence::varchar",
    "redistribution": "redistribution::varchar",
    "topic": f"unnest(case when len(topics) = 0 then ['{NONE}'] else list_transform(topics, lambda t: t.label) end)",
}
_OF_ROWS: dict[str, dict[str, dict[str, str]]] = {
    "speaker": {
        "quotations": {"speaker": f"coalesce(speaker_name, '{NONE}')", "speaker_key": "coalesce(speaker_key, '')"}
    },
    "quotation": {"quotations": {"quotation": "kind::varchar"}},
    "entity": {"entities": {"entity": "type::varchar"}},
    "time": {"times": {"time": "kind::varchar"}},
    "upos": {"sentences": {"upos": "unnest(upos::varchar[])"}},
    "label": {
        "entities": {"label": "'entity ' || type"},
        "quotations": {"label": "'quotation ' || kind"},
        "times": {"label": "'time ' || kind"},
        "sentences": {"label": "unnest(list_transform(upos, lambda one: 'upos ' || one))"},
    },
}
"""What is said of rows of tables: the columns of a count, each as the table has it."""
_COUNTED = {"upos": "tokens", "label": "annotations"}
"""What is counted where it is not the rows of a table."""
_IN_ORDER = ("year", "month")
"""What is shown in its own order; all else with the greatest count first."""

DIMENSIONS = (*_OF_ARTICLES, *_OF_ROWS)
"""What can be counted by."""
OF_RAW = tuple(name for name in _OF_ARTICLES if name != "topic")
"""Those that raw records have, before any layer has run."""
COLUMNS = (
    *("id", "source", "publication", "split", "date_earliest", "date_latest", "redistribution", "licence", "language"),
    "word_count",
)
"""The columns that counting raw records needs."""


class Counts(NamedTuple):
    """How many there are of what is ``counted``, by each dimension.

    ``table`` has a column for each dimension (``speaker`` has two), then one named ``counted``, and ``articles``: how
    many articles those are in. ``total`` and ``articles`` are sums over all, each article once. ``notes`` are
    sentences that whoever reads the numbers has to know.
    """

    counted: str
    table: pa.Table
    total: int
    articles: int
    notes: tuple[str, ...]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows of the table, some at a time."""
        for batch in self.table.to_batches(10_000):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of articles by value, in the order of the values; ``words`` are the quantiles of article lengths.

    ``publications`` has those of most articles first, and leaves out articles that do not say theirs.

    ``words`` holds ``total``, ``min``, ``p25``, ``median``, ``p75``, ``max``; it is empty where there is no article.
    """

    articles: int
    sources: dict[str, int]
    publications: dict[str, int]
    splits: dict[str, int]
    years: dict[str, int]
    licences: dict[str, int]
    redistribution: dict[str, int]
    words: dict[str, int]


def by(where: str | Path, dimensions: Sequence[str], threads: int = 1) -> Counts:
    """What a release has by some of ``DIMENSIONS``, its masked rows included.

    What is counted follows from the dimensions: quotations where one is ``speaker``, articles where all are theirs.

    Raises:
        UsageError: no release, or dimensions that no table has together (rule ``dimension-unknown``).
        CorpusError: rule ``release-damaged``.
    """
    return of_articles(open_release(str(where)), dimensions, None, threads)


def of_articles(release: Release, dimensions: Sequence[str], ids: pa.Array | None, threads: int = 1) -> Counts:
    """The same of the articles of these ids alone; of all where there are none to choose from.

    Raises:
        UsageError, CorpusError: as ``by``.
    """
    tables = _tables_of(dimensions, release)
    with _opened(release, ["articles", *tables], threads) as (connection, schemas):
        if ids is not None:
            connection.register("chosen", pa.table({"id": ids}))
        return _counts(connection, schemas, dimensions, tables, "" if ids is None else _CHOSEN)


def by_raw(articles: pa.Table, dimensions: Sequence[str]) -> Counts:
    """The same of raw records, given by their ``COLUMNS``, by some of ``OF_RAW``.

    Raises:
        UsageError: rule ``dimension-unknown``.
    """
    if strange := [name for name in dimensions if name not in OF_RAW]:
        hint = f"corpus build --out build/preview, then corpus stats build/preview --by {','.join(dimensions)}"
        raise _unknown(strange[0], f"one of {', '.join(OF_RAW)}: no layer has read the raw records", hint)
    import duckdb

    with duckdb.connect() as connection:
        connection.register("articles", articles)
        return _counts(connection, {"articles": articles.schema}, dimensions, [])


def stats(articles: pa.Table) -> Stats:
    """The counts of articles given by their ``COLUMNS``."""
    words = articles["word_count"].to_numpy()
    quantiles = {}
    if len(words):
        points = np.percentile(words, [0, 25, 50, 75, 100], method="nearest")
        quantiles = {"total": int(words.sum())}
        quantiles |= dict(zip(("min", "p25", "median", "p75", "max"), map(int, points), strict=True))
    names = ("source", "publication", "split", "year", "licence", "redistribution")
    found = {name: {row[0]: row[1] for row in by_raw(articles, [name]).rows()} for name in names}
    return Stats(
        articles=articles.num_rows,
        sources=dict(sorted(found["source"].items())),
        publications={name: count for name, count in found["publication"].items() if name != NONE},
        splits=dict(sorted(found["split"].items())),
        years=found["year"],
        licences=dict(sorted(found["licence"].items())),
        redistribution=dict(sorted(found["redistribution"].items())),
        words=quantiles,
    )


def of_release(where: str | Path) -> Stats:
    """The counts of the articles of a release, masked ones included.

    Raises:
        UsageError: there is no release.
        CorpusError: rule ``release-damaged``.
    """
    release = open_release(str(where))
    tables = ("articles", masked_name("articles"))
    parts = [read(release, group, COLUMNS) for table in tables for group in groups(release, table)]
    found = pa.concat_tables(parts or [arrow_schema("articles").empty_table()], promote_options="default")
    for name in set(COLUMNS) - set(found.column_names):  # a table of an older format
        found = found.append_column(name, pa.nulls(len(found), pa.string()))
    return stats(found)


def _tables_of(dimensions: Sequence[str], release: Release) -> list[str]:
    """The tables whose rows are counted, none where articles are."""
    if not dimensions or (strange := [name for name in dimensions if name not in DIMENSIONS]):
        found = strange[0] if dimensions else "nothing"
        raise _unknown(found, f"one or more of {', '.join(DIMENSIONS)}", "join several with commas")
    of_rows = [name for name in dict.fromkeys(dimensions) if name in _OF_ROWS]
    if not of_rows:
        return []
    tables = list(_OF_ROWS[of_rows[0]])
    for name in of_rows[1:]:
        if list(_OF_ROWS[name]) != tables:
            wanted = f"dimensions of one table: {of_rows[0]} is of {', '.join(tables)}"
            raise _unknown(f"{of_rows[0]} and {name}", wanted, "count by one of them at a time")
    there = [base_name(table) for table in release.manifest["tables"]]
    if not (found_tables := [table for table in tables if table in there]):
        wanted = f"a release with {' or '.join(tables)}; this one has {', '.join(dict.fromkeys(there)) or 'no table'}"
        raise _unknown(of_rows[0], wanted, "build it with the layer that makes the table (layers in corpus.toml)")
    return found_tables


def _unknown(found: str, wanted: str, hint: str) -> UsageError:
    return UsageError(Problem("--by", 0, "", "dimension-unknown", quoted(found), wanted, hint))


@contextmanager
def _opened(
    release: Release, tables: Iterable[str], threads: int
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, pa.Schema]]]:
    """A connection to some tables of a release and their masked forms, by name; and the columns of each."""
    import duckdb
    import pyarrow.dataset as ds

    schemas: dict[str, pa.Schema] = {}
    try:
        with duckdb.connect(config={"enable_external_access": "false", "threads": str(threads)}) as connection:
            for table in (name for base in tables for name in (base, masked_name(base))):
                if files := [str(release.local(entry["path"])) for entry in release.tables(table)]:
                    opened = ds.dataset(files, format="parquet")
                    connection.register(table, opened)
                    schemas[table] = opened.schema
            yield connection, schemas
    except (duckdb.Error, OSError, pa.ArrowException) as error:
        for table, schema in schemas.items():
            for group in groups(release, table):
                read(release, group, schema.names)  # it says the row that is wrong, if one is
        raise damaged(release.where, first_line(error), "tables that can be read (corpus verify)") from None


def _counts(
    connection: duckdb.DuckDBPyConnection,
    schemas: Mapping[str, pa.Schema],
    dimensions: Sequence[str],
    tables: Sequence[str],
    among: str = "",
) -> Counts:
    """Count rows of these tables by the dimensions, articles where there is no table.

    Rows are counted by article first: then no article has to be told from others again, and few rows are joined.
    """
    names = list(dict.fromkeys(dimensions))
    of_articles = {name: _OF_ARTICLES[name] for name in names if name in _OF_ARTICLES}
    connection.execute(f"create temp table a as from ({_rows(schemas, 'articles', of_articles)}){among.format('id')}")
    counted = next((_COUNTED[name] for name in names if name in _COUNTED), tables[0] if tables else "articles")
    columns, source, number = list(of_articles), "a", ""
    if tables:
        parts = []
        for table in tables:
            said = {part: sql for name in names if name in _OF_ROWS for part, sql in _OF_ROWS[name][table].items()}
            rows = f"from ({_rows(schemas, table, said)}){among.format(key_of(table))}"
            parts.append(f"select *, count(*) as c {rows} group by all")  # words of ours
        connection.execute(f"create temp table r as {' union all '.join(parts)}")
        columns = [one for name in names for one in ([name] if name in of_articles else _OF_ROWS[name][tables[0]])]
        source, number = "a join r on r.article = a.id", f"sum(c)::bigint as {counted}, "
    if "speaker" in names:
        connection.execute(_ONE_NAME)
    listed = ", ".join(columns)
    counts = f"select {listed}, {number}count(*) as articles from {source} group by {listed}"  # noqa: S608  # words of ours
    table = connection.sql(f"from ({counts}) order by {_order(columns, counted)}").to_arrow_table()
    if any(column.null_count for column in table.columns):
        raise pa.ArrowInvalid("null in a column that has none")
    of_all = "coalesce(sum(c), 0)::bigint, count(distinct article) from r" if tables else _ALL_ARTICLES
    total, articles = connection.execute(f"select {of_all}").fetchone() or (0, 0)
    return Counts(counted, table, total, articles, _notes(names, table, counted, masked=any(map(is_masked, schemas))))


_CHOSEN = " where {} in (select id from chosen)"
_ALL_ARTICLES = "count(distinct id), count(distinct id) from a"
_ONE_NAME = """create or replace temp table r as
    with n as (
        select speaker_key, speaker from r where speaker_key <> '' group by speaker_key, speaker
        qualify row_number() over (partition by speaker_key order by sum(c) desc, speaker) = 1
    )
    select article, coalesce(n.speaker, r.speaker) as speaker, r.* exclude (article, speaker, c), sum(c) as c
    from r left join n on n.speaker_key = r.speaker_key group by all"""
"""One name for all rows of a key: the one that most of them have."""


def _rows(schemas: Mapping[str, pa.Schema], base: str, columns: Mapping[str, str]) -> str:
    """The rows of a table and of its masked form, each with its article and the columns to count by."""
    key, parts = key_of(base), []
    for table in (base, masked_name(base)):
        if table in schemas:
            there = schemas[table].names
            shown = [f"{_of_masked(heading, sql, there)} as {heading}" for heading, sql in columns.items()]
            parts.append(f"select {', '.join([key, *shown])} from {table}")  # noqa: S608  # names of ours
    empty = "".join(f", '' as {heading}" for heading in columns)
    return " union all ".join(parts) or f"select '' as {key}{empty} where false"


def _of_masked(heading: str, sql: str, there: Sequence[str]) -> str:
    """What a column of a count is in a table that may lack the one that it is made of."""
    if heading == "speaker" and "speaker_name" not in there:
        return f"'{MASKED}'"
    if heading == "speaker_key" and "speaker_key" not in there:
        return "''"
    return f"'{NONE}'" if heading == "publication" and heading not in there else sql


def _order(columns: Sequence[str], counted: str) -> str:
    """The greatest of each column first, but years and months in their own order; then all in the order of words."""
    found = []
    for end, name in enumerate(columns, start=1):
        if name not in _IN_ORDER:
            found.append(f"sum({counted}) over (partition by {', '.join(columns[:end])}) desc")
        found.append(name)
    return ", ".join(found)


def _notes(names: Sequence[str], table: pa.Table, counted: str, *, masked: bool) -> tuple[str, ...]:
    """What has to be known of the numbers."""
    values = {name: set(table[name].to_pylist()) for name in names if name in table.column_names}
    notes = []
    if "topic" in names:
        notes.append(f"an article with several topics counts under each of them, so that {counted} do not add up")
    if any(value.endswith(NO_MONTH) for value in values.get("month", ())):
        notes.append(f"articles of which only the year is known stand under “YEAR{NO_MONTH}”")
    if any(SEVERAL in values.get(name, ()) for name in _IN_ORDER):
        notes.append(f"articles whose date may lie in one of several years stand under “{SEVERAL}”")
    if MASKED in values.get("speaker", ()):
        notes.append(
            f"names in masked tables may not be passed on: quotations of these speakers stand under “{MASKED}”"
        )
    elif masked:
        notes.append("masked articles, whose words may not be passed on, are counted as all others")
    return tuple(notes)
