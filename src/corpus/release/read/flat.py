"""Quotations of a release with what a spreadsheet needs of their articles, also of one without ``quotations_flat``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from corpus.model.problem import Problem, UsageError
from corpus.release.quotations_flat import ARTICLES, QUOTATIONS, TABLE, joined
from corpus.release.read.load import arrow_table, opened
from corpus.release.read.reader import Release

if TYPE_CHECKING:
    import pandas as pd


def quotations_flat(
    where: str | Path,
    version: str | None = None,
    split: str | None = None,
    *,
    verify: bool = False,
    trust: str | Path | Sequence[str | Path] | None = None,
) -> pd.DataFrame:
    """One row a quotation as a pandas frame: who said what, in which article of which publication, and when.

    Columns, of which the schemas (schema/README.md) say more:

    - ``article``, ``index``: the article's id and the number of the quotation in it, the key of the table quotations
    - ``split``, ``date``, ``date_earliest``, ``date_latest``, ``publication``, ``source``, ``title``, ``url``,
      ``story``: of the article; articles of one ``story`` are near-duplicates, such as one dispatch in three newspapers
    - ``speaker_name``: the fullest name in the article; ``speaker_key``: the same in the whole corpus;
      ``speaker_text``, ``cue_text``: the mention and the word that attributes, as written
    - ``kind``: direct, partial or indirect; ``role``: title, standfirst, body, … in which the quotation begins
    - ``text``: the quoted words without their marks
    - ``confidence``, ``speaker_confidence``, ``status``: how sure a program was; silver (a program) or gold (a person)

    ``where``, ``version``, ``split``, ``verify`` and ``trust`` are those of ``corpus.load``. Of a release that was made
    before it had such a table, the rows are joined here; a column that it does not know is empty. Quotations of
    articles whose words may not be passed on are not among them: ``corpus rehydrate`` makes a release that has them.

    >>> said = corpus.quotations_flat("releases/1.2.0")  # doctest: +SKIP
    >>> said.groupby(["publication", "speaker_name"]).size().nlargest(20)  # doctest: +SKIP

    Raises:
        UsageError: as ``corpus.load``; the release has no quotations with their words (``table-unknown``).
        CorpusError: as ``corpus.load``.
    """
    release, verify = opened(where, version, trust, verify=verify)
    tables = release.manifest["tables"]
    if TABLE not in tables and "quotations" not in tables:
        masked = "quotations_masked" in tables
        hint = "put the words back with corpus rehydrate" if masked else "build it with --layers quotations"
        wanted = f"a table beside {', '.join(tables) or 'nothing'}"
        raise UsageError(Problem(release.where, 0, "", "table-unknown", "no quotations with words", wanted, hint))
    found: pd.DataFrame = _rows(release, split, verify=verify).to_pandas()
    return found


def _rows(release: Release, split: str | None, *, verify: bool) -> pa.Table:
    """The rows of the table, or those that it would have."""
    if TABLE in release.manifest["tables"]:
        return arrow_table(release, TABLE, split, verify=verify)
    parts = []
    for name in release.manifest["tables"]["quotations"] if split is None else (split,):
        said, about = (
            arrow_table(release, table, name, _known(release, table, columns), verify=verify)
            for table, columns in (("quotations", QUOTATIONS), ("articles", ARTICLES))
        )
        parts.append(joined(about, said))
    return pa.concat_tables(parts)


def _known(release: Release, table: str, columns: Sequence[str]) -> list[str] | None:
    """Those of some columns that a table has, as far as the manifest tells; None for all."""
    listed = release.manifest.get("columns", {}).get(table)
    return None if listed is None else [name for name in columns if name in listed]
