"""What the tests of the pieces of a build share: work files of invented articles, without a corpus folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.build.work_files import NAMING, PartitionResult, Taken, WorkFiles, Writer, summary_dtype
from corpus.model.article import Article, Paragraph


@pytest.fixture(scope="session")
def made_article() -> Callable[..., Article]:
    """Makes an invented article."""

    def make(number: int, redistribution: str = "full", more: str = "") -> Article:
        text = (
            f"Le pont {number}\n\nLe pont numéro {number} rouvre à Quimper, a dit la maire, Odile Ferrand, mardi.{more}"
        )
        paragraphs = (Paragraph(0, text.index("\n"), "title"), Paragraph(text.index("\n") + 2, len(text), "body"))
        day = f"2023-02-{number % 28 + 1:02}"
        return Article(
            *(f"d/{number}", "d", f"Le pont {number}", None, None, day, day, day, "fr", text, paragraphs),
            *("CC0-1.0", redistribution, f"raw/d/{number}.txt", "0" * 64),
        )

    return make


@pytest.fixture
def partition(tmp_path: Path) -> Callable[[Sequence[Article]], PartitionResult]:
    """Makes the work files of a partition, as a check writes them: names and summaries."""
    numbers = count()

    def make(articles: Sequence[Article]) -> PartitionResult:
        folder = tmp_path / f"partition-{next(numbers)}"
        folder.mkdir()
        with Writer(folder, {}, NAMING) as writer:
            writer.write(list(map(Taken, articles)))
        return PartitionResult(writer.files, "d", len(articles), (), summary=writer.summary())

    return make


@pytest.fixture(scope="session")
def summarised() -> Callable[..., PartitionResult]:
    """Makes a partition of which nothing is on disk: the summaries of its articles, with some fields set."""

    def make(rows: int, folder: str = "partition", tables: tuple[str, ...] = (), **fields: Any) -> PartitionResult:
        summary = np.zeros(rows, summary_dtype(tables))
        summary["kept_row"] = -1
        for name, values in fields.items():
            summary[name] = values
        return PartitionResult(WorkFiles(Path(folder)), "d", rows, (), tables, summary=summary)

    return make
