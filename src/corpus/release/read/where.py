"""Chooses articles of a release by a condition in DuckDB's SQL."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from corpus.model.problem import Problem, UsageError, first_line, quoted
from corpus.release.read.reader import Release

EXAMPLE = "publication = 'La Gazette' and date_earliest >= '2024-01-01'"


def articles_where(
    release: Release,
    condition: str | None,
    columns: Sequence[str] = ("id",),
    split: str | None = None,
    *,
    table: str = "articles",
) -> pa.Table:
    """Some columns of the articles for which a condition holds, in the order of the release.

    ``condition`` is what may stand behind ``where`` in DuckDB, over the columns of the table, which is ``articles`` or
    ``articles_masked``; None for all articles. It can read nothing else: no file, no other table.

    Raises:
        UsageError: rule ``where-invalid``, it is no such condition.
        CorpusError: rule ``release-damaged``.
    """
    import duckdb
    import pyarrow.dataset as ds

    files = [str(release.local(entry["path"])) for entry in release.tables(table, split)]
    if not files:
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    listed = ", ".join(f'"{name}"' for name in columns)
    query = f"select {listed} from articles" + ("" if condition is None else f" where (\n{condition}\n)")  # noqa: S608  # whoever writes the condition runs it
    with duckdb.connect(config={"enable_external_access": "false", "threads": "1"}) as connection:
        connection.execute("set python_enable_replacements = false")
        connection.register("articles", ds.dataset(files, format="parquet"))
        try:
            [statement] = connection.extract_statements(query)
            if statement.type != duckdb.StatementType.SELECT:
                raise duckdb.ParserException("not a condition")
            return connection.sql(query).to_arrow_table()
        except (duckdb.Error, ValueError) as error:
            hint = f"for example: {EXAMPLE}"
            found = f"{quoted(condition or '')}: {first_line(error)}"
            wanted = "a condition over the columns of articles, as DuckDB writes them"
            raise UsageError(Problem("--where", 0, "", "where-invalid", found, wanted, hint)) from None
