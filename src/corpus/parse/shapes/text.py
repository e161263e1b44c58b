"""Plain text: a first line ``date <EDTF> <title>``, then blocks parted by blank lines.

The first line may also be the title alone; the date then comes from the record's path or
from source.yaml. « Date : » opens a date line, too, and its date is handed on as it is written; the title may
stand on the next line. Blocks get their roles from their form (roles.py). A file in which the marks of another
format, or a second date line, show several articles is refused.
"""

from __future__ import annotations

import re

from corpus.model.article import Block, Draft
from corpus.model.problem import number_of, quoted
from corpus.parse.containers.whole_text import as_it_stands as visible
from corpus.raw.config import Source
from corpus.raw.records import Record

__all__ = ["parse", "visible"]

_IN_WORDS = (
    r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche),?[ \t\xa0]+)?(?:le[ \t\xa0]+)?[0-3]?[0-9](?:[ \xa0]?er)?[ \t\xa0]+"
    r"[a-zà-ÿ]{3,9}\.?[ \t\xa0]+[0-9]{4}"
)
_DATE_LINE = re.compile(
    r"date(?:[ \t\xa0]+de[ \t\xa0]+(?:publication|parution))?(?:[ \t\xa0]*:[ \t\xa0]*|[ \t\xa0]+)"
    rf"(?P<date>{_IN_WORDS}|[0-9]\S*)(?:[ \t\xa0]+(?P<title>\S.*))?",
    re.IGNORECASE,
)
_DATE_SAID = re.compile(
    r"date(?:[ \t\xa0]+de[ \t\xa0]+(?:publication|parution))?[ \t\xa0]*:[ \t\xa0]*(?P<date>\S.*)?", re.IGNORECASE
)
_SPACES = "".join(space for space in map(chr, range(0x3001)) if space.isspace() and space != "\x85")
"""White space, but for U+0085, which is an « … » decoded wrongly, and a rule's to name."""
_BLANK_LINES = re.compile(r"\n[^\S\n\x85]*\n[^\S\x85]*")
_LONGEST_TITLE = 300
_SENTENCE_ENDS = re.compile(r"[a-zà-ÿ0-9)»][.!?…][ \xa0\u202f]+[«A-ZÀ-Þ]")

# The line that each article of a file of many has, what to call it, and the shape that reads such files.
_NEXIS_COUNTER = r"^[ \t]*(?:Document[ \t]+)?[0-9]+[ \t]+(?:of|de|sur)[ \t]+[0-9]+[ \t]+DOCUMENTS?[ \t]*$"
_NEXIS_END = r"^[ \t]*(?i:End of Document|Fin du document|Ende des Dokuments?)[ \t]*$"
_FACTIVA_END = r"^[ \t]*Document[ \t]+[A-Z0-9]{3,10}0{2}[0-9]{8}[a-z0-9]{5,12}[ \t]*$"
_MARKS_OF_MANY = (
    (re.compile(r"^\*{4}(?:[ \t]+\*\S+)+[ \t]*$", re.MULTILINE), "`****`", "iramuteq"),
    (re.compile(_NEXIS_COUNTER, re.MULTILINE), "« n of m DOCUMENTS »", "nexis"),
    (re.compile(_NEXIS_END, re.MULTILINE), "« End of Document »", "nexis"),
    (re.compile(_FACTIVA_END, re.MULTILINE), "« Document … », as Factiva writes them", "factiva"),
)
_NEXT_DATE_LINE = re.compile(
    r"\n[^\S\n]*\n[^\S\n]*date(?:[ \t]*:[ \t]*|[ \t]+)[0-9]{4}(?:-\S*)?[ \t]+\S+[ \t]+\S", re.IGNORECASE
)


def parse(content: str, record: Record, source: Source) -> Draft:
    """The title, date and blocks of a text.

    Raises:
        CorpusError: rule ``article-empty``, where there is no title or nothing under it, ``field-invalid``, where no
            blank line parts the two, or ``articles-left-over``, where the file holds several articles.
    """
    lines = content.replace("\r\n", "\n").replace("\r", "\n").strip(_SPACES)
    _refuse_many(lines, record)
    date, title, rest = _opening(lines)
    blocks = tuple(Block(block) for block in _BLANK_LINES.split(rest.strip(_SPACES)) if block)
    wanted = "a line `date <EDTF> <title>`, a blank line, and the article"
    if not title or not blocks:
        found = "a first line and nothing under it" if title else "no title"
        raise record.error("article-empty", "", found, wanted)
    if len(title) > _LONGEST_TITLE or (title.endswith(".") and len(_SENTENCE_ENDS.findall(title)) > 1):
        found = f"no title: the first line is a paragraph, {quoted(title)}"
        raise record.error("article-empty", "$.title", found, wanted, "write the title on the first line")
    if (second := rest.partition("\n")[0].strip(_SPACES)) and rest.strip(_SPACES).startswith(second):
        found, hint = f"{quoted(second)} right under the title", "add a blank line, or write the title on one line"
        raise record.error("field-invalid", "$.title", found, "a title on one line, and a blank line", hint)
    return Draft(title=title, blocks=blocks, date=date)


def _opening(lines: str) -> tuple[str | None, str, str]:
    """The date as it is written, the title, and what stands below them."""
    first, _, rest = lines.partition("\n")
    first = first.strip(_SPACES)
    dated = _DATE_LINE.fullmatch(first)
    if dated and dated["title"]:
        return dated["date"], dated["title"], rest
    said = dated or _DATE_SAID.fullmatch(first)
    if said:
        title, _, rest = rest.strip(_SPACES).partition("\n")
        return said["date"], title.strip(_SPACES), rest
    second, _, below = rest.partition("\n")
    dated = _DATE_LINE.fullmatch(second.strip(_SPACES))
    if dated and not dated["title"]:
        return dated["date"], first, below
    return None, first, rest


def _refuse_many(lines: str, record: Record) -> None:
    """Say that a file of several articles is one, before all but the first are lost in its text."""
    for pattern, name, shape in _MARKS_OF_MANY:
        if count := len(pattern.findall(lines)):
            found = f"{number_of(count, 'line')} {name}: an export of several articles"
            hint = f"say `shape: {shape}` in source.yaml"
            raise record.error("articles-left-over", "", found, "one article a file", hint)
    dated = _DATE_LINE.match(lines)
    if dated and (count := len(_NEXT_DATE_LINE.findall(lines))):
        found, hint = f"{count + 1} date lines, each with a title", "write each article into a file of its own"
        raise record.error("articles-left-over", "", found, "one article a file", hint)
