"""Simple signals of text quality, as columns of the articles table: nothing is filtered by them.

Word and line statistics of Rae et al. 2021, Scaling Language Models: Methods, Analysis & Insights from
Training Gopher (arXiv:2112.11446), appendix A.1. Running press copy has 80% or more words
with a letter, a mean word length between 3 and 10, and hardly a repeated line.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from corpus.annotate.layer import Layer, LayerInput

_LETTER = re.compile(r"[^\W\d_]")


class Quality(NamedTuple):
    """Shares lie between 0 and 1; the mean length of a word is in code points."""

    letter_share: float
    repeated_line_share: float
    mean_word_length: float


def quality(text: str) -> Quality:
    """The signals of a text that has at least one word."""
    words = text.split()
    lines = [line for line in text.split("\n") if line]
    return Quality(
        letter_share=round(sum(_LETTER.search(word) is not None for word in words) / max(1, len(words)), 4),
        repeated_line_share=round(1 - len(set(lines)) / max(1, len(lines)), 4),
        mean_word_length=round(sum(map(len, words)) / max(1, len(words)), 4),
    )


def _annotate(reading: LayerInput) -> tuple[Quality, ...]:
    return (quality(reading.article.text),)


def _rows(reading: LayerInput) -> list[dict[str, Any]]:
    return [reading.found["quality"][0]._asdict()]


QUALITY = Layer("quality", "1", _annotate, _rows, columns=Quality._fields)
