"""Quoted headings: « - "Nous irons au vote" - », which a newspaper takes out of what somebody says below."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.annotate.quotations.judgement import is_verb
from corpus.annotate.quotations.marks import Stretch, stretches
from corpus.annotate.spans import Quotation, Sentence
from corpus.model.article import Article, Span

_IMPERATIVE = re.compile(r"\w-(?:vous|nous|moi|toi)\b")  # Asseyez-vous
_WORDS = re.compile(r"\w+")
_ARTICLES = frozenset(("le", "la", "les", "l", "un", "une", "des"))
_LONGEST = 14
"""Words of a heading at most."""
_MOST = 40
"""Headings whose speaker is looked for, so that time stays linear."""


def subheads(article: Article, sentences: Sequence[Sentence], said: Sequence[Stretch]) -> Iterator[Quotation]:
    """Subheadings that are nothing but quoted words: « - "Nous irons au vote" - »; they name nobody.

    Without a verb they are some of the words that stand between marks in the article itself.
    """
    starts = [sentence.start for sentence in sentences]
    elsewhere: str | None = None
    for paragraph in article.paragraphs:
        if paragraph.role != "subheading":
            continue
        for stretch in stretches(article.text, [Span(paragraph.start, paragraph.end)]):
            around = article.text[paragraph.start : stretch.start] + article.text[stretch.end : paragraph.end]
            if around.strip(" -–—.\xa0"):
                continue
            inside = sentences[max(bisect_right(starts, stretch.start) - 1, 0) : bisect_left(starts, stretch.end)]
            verb = any(
                is_verb(token) for one in inside for token in one.tokens if stretch.start < token.start < stretch.end
            )
            if not verb and elsewhere is None:
                elsewhere = "\n".join(_plain(article.text, one.fragments) for one in said)
            if (
                verb
                or _IMPERATIVE.search(article.text, stretch.start, stretch.end)
                or (elsewhere and _plain(article.text, stretch.fragments) in elsewhere)
            ):
                yield Quotation(stretch.fragments, "direct", (), (), None, None)


def is_heading(text: str, paragraph: Span, stretch: Stretch, words: int) -> bool:
    """True for a paragraph that is nothing but a few marked words without a full stop: a heading names nobody."""
    around = text[paragraph.start : stretch.start] + text[stretch.end : paragraph.end]
    stops = text[stretch.fragments[-1].end - 1] in ".…"
    return not (around.strip(" -–—\xa0") or stops) and words <= _LONGEST


def named_below(text: str, found: Sequence[Quotation]) -> tuple[Quotation, ...]:
    """The quotations; one that names nobody has the name of whoever says the same words, and more, elsewhere."""
    nameless = [at for at, one in enumerate(found) if not one.speaker and one.kind == "direct"][:_MOST]
    if not nameless:
        return tuple(found)
    named = [one for one in found if one.speaker_name is not None]
    said = [_plain(text, one.fragments) for one in named]
    mended = list(found)
    for at in nameless:
        words = _plain(text, found[at].fragments)
        teller = next((one for one, told in zip(named, said, strict=True) if words in told), None)
        if teller is not None and " " in words.strip():
            mended[at] = replace(found[at], speaker_name=teller.speaker_name, speaker_entity=teller.speaker_entity)
    return tuple(mended)


def _plain(text: str, fragments: Sequence[Span]) -> str:
    """Words in lower case without marks, nor an article before them, between spaces."""
    words = [word for span in fragments for word in _WORDS.findall(text[slice(*span)].casefold())]
    return f" {' '.join(words[1:] if words[:1] and words[0] in _ARTICLES else words)} "
