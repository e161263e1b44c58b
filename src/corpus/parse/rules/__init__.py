"""The larger rules of validate.py, one module for each kind, with the tables that they go by.

``letters`` looks at characters and at the traces of a wrong decoding, ``markup`` at markup that
stands in the text as words, ``whole`` at what shows that a text is a part of an article or none.
"""

from __future__ import annotations

from corpus.model.article import Article, split_raw_path
from corpus.model.problem import Problem


def problem_of(article: Article, rule: str, path: str, found: str, wanted: str, hint: str = "") -> Problem:
    """A problem of an article, at the place of its raw record."""
    return Problem(*split_raw_path(article.raw_path), path, rule, found, wanted, hint)
