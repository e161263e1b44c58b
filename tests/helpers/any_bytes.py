"""What must hold of a file of any bytes, read as a shape or as a person's annotations."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.annotate import gold
from corpus.model import schema
from corpus.model.article import Article
from corpus.model.article_row import row_of
from corpus.model.problem import CorpusError, Rejected
from corpus.parse.articles import articles
from corpus.parse.normalise import normalise
from corpus.raw.config import read_settings, read_source
from corpus.raw.layout import SHAPES
from corpus.raw.partitions import Partition
from helpers.articles import make_corpus, source_yaml, text_record

GOLD = "gold"
"""What is read as annotations of an article; all else is a shape."""

UNFORESEEN = ("parser-failed", "layer-failed", "partition-failed")
"""Rules that say that nobody thought of it."""


class AnyBytes:
    """A corpus folder with a source of one shape, whose only file is written again and again."""

    def __init__(self, folder: Path, shape: str, suffix: str = "") -> None:
        kind = "text" if shape == GOLD else shape
        more = {"date": "2024"} if kind == "warc" else {}
        files = {"raw/s/source.yaml": source_yaml(kind, **more), "raw/s/a.txt": text_record(1)}
        self._root = make_corpus(folder, files)
        self._settings = read_settings(self._root)
        self._source = read_source(self._root / "raw" / "s", self._root)
        self._name = "a.gold.json" if shape == GOLD else f"b{suffix or SHAPES[shape].suffixes[0]}"
        self.article: Article | None = None
        if shape == GOLD:
            [one] = articles(Partition("s", ("raw/s/a.txt",), "text"), self._source, self._settings)
            assert isinstance(one, Article)
            self.article = one

    def check(self, content: bytes) -> None:
        """Read a file of these bytes: what comes of it is a sound article or a problem that somebody foresaw.

        Raises:
            AssertionError: it is neither.
        """
        (self._root / "raw" / "s" / self._name).write_bytes(content)
        if self.article is not None:
            try:
                gold.read(self._root, self.article)
            except CorpusError as error:
                _foreseen(error.problems)
            return
        part = Partition("s", (f"raw/s/{self._name}",), self._source.shape)
        for one in articles(part, self._source, self._settings):
            if isinstance(one, Rejected):
                _foreseen(one.problems)
            else:
                _sound(one)


def _foreseen(problems: object) -> None:
    for problem in problems:  # type: ignore[attr-defined]  # problems of one kind or another
        assert problem.rule not in UNFORESEEN, str(problem)
        str(problem).encode()


def _sound(article: Article) -> None:
    assert normalise(article.text) == article.text
    row = row_of(article, "train")
    found = list(schema.problems("article", json.loads(json.dumps(row, default=str)), "", 0))
    assert not found, found
    for start, end, _ in article.paragraphs:
        assert 0 <= start < end <= len(article.text)
        assert article.text[start:end].strip() == article.text[start:end]
