"""Quoted subheadings: « - "Nous irons au vote" - », which a newspaper takes out of what somebody says below."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from corpus.annotate.quotations.judgement import is_verb
from corpus.annotate.quotations.marks import stretches
from corpus.annotate.spans import Quotation, Sentence
from corpus.model.article import Article, Span

_IMPERATIVE = re.compile(r"\w-(?:vous|nous|moi|toi)\b")  # Asseyez-vous


def subheads(article: Article, sentences: Sequence[Sentence]) -> Iterator[Quotation]:
    """Subheadings that are nothing but quoted words with a verb: « - "Nous irons au vote" - »; they name nobody."""
    starts = [sentence.start for sentence in sentences]
    for paragraph in article.paragraphs:
        if paragraph.role != "subheading":
            continue
        for stretch in stretches(article.text, [Span(paragraph.start, paragraph.end)]):
            around = article.text[paragraph.start : stretch.start] + article.text[stretch.end : paragraph.end]
            inside = sentences[max(bisect_right(starts, stretch.start) - 1, 0) : bisect_left(starts, stretch.end)]
            verb = any(
                is_verb(token) for one in inside for token in one.tokens if stretch.start < token.start < stretch.end
            )
            asked = _IMPERATIVE.search(article.text, stretch.start, stretch.end)
            if (verb or asked) and not around.strip(" -–—.\xa0"):
                yield Quotation(stretch.fragments, "direct", (), (), None, None)
