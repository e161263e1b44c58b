"""IRaMuTeQ (and Alceste): text files in which each article opens with a line of variables.

``**** *journal_Le_Courrier *date_2023-03-04``: a variable's name ends at its first ``_``, the others stand for spaces.
What a variable is, its name says (``NAMES``) or source.yaml (``fields``, ``left_out``). An article without a variable
for its title has it as its first line. Left out by name: lines of themes (``-*theme``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError, Problem, quoted
from corpus.parse.containers.whole_text import as_it_stands as visible
from corpus.parse.containers.whole_text import as_utf8, in_utf8
from corpus.parse.fields.merging import Proved
from corpus.parse.fields.values import MISSING
from corpus.raw.config import Source
from corpus.raw.records import Record

__all__ = ["parse", "proved", "records", "seen", "visible"]

NAMES = {
    "title": "titre title titrearticle",
    "date": "date dateparution datepublication jourparution da",
    "publication": "journal titrepresse newspaper quotidien revue publication presse media support source so",
    "authors": "auteur auteurs author authors journaliste signature",
    "section": "rubrique section",
    "page": "page pages",
    "url": "url lien link",
    "id": "id ident identifiant doc docid numero num",
    "language": "langue lang language",
}
"""The names of variables that say what they are, without accents, the plainest first; ``fields`` names others."""

_PARTS = {
    "month": "am anneemois moisannee yearmonth ym",
    "year": "annee an year",
    "of_year": "mois month",
    "of_month": "jour day",
}
"""Parts of the date: read where no variable gives the whole date, else left out, since it says them."""

_KNOWN = {
    written: field for table in (NAMES, _PARTS) for field, names in table.items() for written in (field, *names.split())
}
_HEAD = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?[ \t\r\n]*|(?<=[\r\n]))(?P<head>\*{4}[ \t]+\*[^\s*]|[0-9]{4}[ \t]+\*[^\s_*]+_[^\s*])"
)
_SURE_HEAD = re.compile(rb"\*{4}[ \t]+\*[^\s_*]+_[^\s*]")
_VARIABLE = re.compile(r"\*(?P<name>[^_\s]*)(?:_(?P<value>.*))?", re.DOTALL)
_BARE = re.compile(r"\*{4}[ \t]*\*?\Z")
_THEME = re.compile(r"-\*\S*\Z")
_DAY = re.compile(r"(?P<year>[12]\d{3})[-_]?(?P<month>0[1-9]|1[0-2])(?:[-_]?(?P<day>0[1-9]|[12]\d|3[01]))?\Z")
_SENTENCE_ENDS = (".", "!", "?", "…", "»", '"', "”", ":", ")")
_LONGEST_TITLE = 30
_LONGEST_ABOVE = 2000
"""A file with more bytes above its first line of variables is another text, which holds one."""


def seen(content: bytes) -> int:
    """How many lines of variables a file has; 0 where it does not open with one."""
    try:
        return len(_heads(as_utf8(content)))
    except UnicodeDecodeError:
        return 0


def proved(content: bytes, name: str) -> list[Proved]:
    """The variables of a file that no table here explains, as what source.yaml leaves out."""
    try:
        content = as_utf8(content) + b"\n"
    except UnicodeDecodeError:
        return []
    lines = (content[at : content.index(b"\n", at)].decode("utf-8", "replace") for at in _heads(content))
    found = [one["name"] for line in lines for one in map(_VARIABLE.match, line.split()[1:]) if one]
    unknown = [one for one in found if one and "\ufffd" not in one and _plain(one) not in _KNOWN]
    names = dict.fromkeys(unknown, "not mapped: a variable of whoever made the corpus")
    return [Proved(name, {}, names)] if names else []


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The articles of a file, each from its line of variables to the next.

    Raises:
        CorpusError: rule ``encoding-unreadable``, of a file of UTF-16 that is damaged.
    """
    content = in_utf8(file)
    charset = "utf-8" if content is not file.content else None
    heads = _heads(content)
    if above := _above(content, heads):
        found = f"{quoted(above.decode('utf-8', 'replace'))} above the first line of variables"
        wanted, hint = "a line **** *variable_value first", "remove these lines, or give them variables of their own"
        yield file.problem("articles-left-over", "", found, wanted, hint)
    for number, (start, end) in enumerate(zip(heads, [*heads, len(content)][1:], strict=True), 1):
        yield file.part(number, content[start:end], start, charset)


def _heads(content: bytes) -> list[int]:
    """Where each article begins; none where the file is plainly something else."""
    heads = [found.start("head") for found in _HEAD.finditer(content)]
    if not heads or not _above(content, heads):
        return heads
    starred = [at for at in heads if _SURE_HEAD.match(content, at)]  # a number may open a line of any text
    return starred if starred and starred[0] <= _LONGEST_ABOVE else []


def _above(content: bytes, heads: Sequence[int]) -> bytes:
    return content[: heads[0]].strip(b"\xef\xbb\xbf \t\r\n") if heads else b""


def parse(content: str, record: Record, source: Source) -> Draft:
    """What the variables of an article and its text say.

    Raises:
        CorpusError: rules ``field-unknown`` and ``field-invalid`` (a variable that nothing explains, or two for one
            thing), ``article-empty``; all the problems there are.
    """
    lines = content.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    problems: list[Problem] = []
    values = _values(lines[0], record, source, problems)
    text = [line.strip() for line in lines[1:] if not _THEME.match(line.strip())]
    while text and (not text[-1] or _BARE.match(text[-1])):  # the file was cut in the next line of variables
        del text[-1]
    if any(map(_BARE.match, text)):
        found, wanted = "a line **** without variables", "a variable *date_…"
        hint = "give it the variables of its article; if it only parts two paragraphs, remove it"
        problems.append(record.problem("field-missing", "$", found, wanted, hint))
    while text and not text[0]:
        del text[0]
    title = values.get("title", "").replace("_", " ").strip()
    first = text[0] if text and any(text[1:]) else ""
    if not title and first and len(first.split()) <= _LONGEST_TITLE and not first.endswith((".", ",", ";", ":")):
        title = text.pop(0)
    blocks = _blocks(text)
    if not title or not blocks:
        found = f"no text under {quoted(title)}" if title else f"no title over {quoted(' '.join(text)[:60])}"
        if not title and not any(text):
            found = "nothing under the line of variables"
        wanted = "a variable *titre_… or a first line that is the title, and the article"
        hint = "a title is a line of its own without a full stop"
        problems.append(record.problem("article-empty", "$.text" if title else "$.title", found, wanted, hint))
    if problems:
        raise CorpusError(problems)
    authors = values.get("authors")
    return Draft(
        title=title,
        blocks=blocks,
        key=values.get("id"),
        date=_date(values),
        authors=(_spaced(authors),) if authors else (),
        url=values.get("url"),
        language=values.get("language"),
        publication=_spaced(values.get("publication")) or None,
        section=_spaced(values.get("section")) or None,
        page=_spaced(values.get("page")) or None,
    )


def _values(head: str, record: Record, source: Source, problems: list[Problem]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    ranks: dict[str, int] = {}
    for word in _words(head):
        found = _VARIABLE.match(word)
        if found is None:
            hint = "the spaces of a value are written `_`"
            problems.append(record.problem("field-invalid", "$", quoted(word), "variables, each *name_value", hint))
            continue
        name, value = found["name"], found["value"]
        if name in source.left_out or value in MISSING:
            continue
        field = source.fields.get(name) or _KNOWN.get(_plain(name))
        if field is None or (field not in NAMES and field not in _PARTS):
            wanted = f"one of {', '.join(names.split()[0] for names in NAMES.values())}"
            hint = f"say under `fields` of source.yaml what *{name} is, or list it under left_out"
            problems.append(record.problem("field-unknown", f"$.{name}", quoted(word), wanted, hint))
        elif value and field in values and (rank := _rank(field, name)) != ranks[field]:
            if rank < ranks[field]:  # « *source_europresse *journal_La_Vigie »: the name that says more counts
                values[field], ranks[field] = value, rank
        elif field in values and value != values[field]:
            hint = "list the other under left_out of source.yaml"
            problems.append(
                record.problem("field-invalid", f"$.{name}", quoted(word), f"one variable for {field}", hint)
            )
        elif value:
            values[field], ranks[field] = value, _rank(field, name)
    return values


def _words(head: str) -> list[str]:
    """The variables of a line; a word without an asterisk goes on with the value before it."""
    words: list[str] = []
    for word in head.split()[1:]:
        if words and not word.startswith("*") and "_" in words[-1]:
            words[-1] += f"_{word}"
        else:
            words.append(word)
    return words


def _rank(field: str, name: str) -> int:
    """Where the name of a variable stands among those that mean its field, the one that says most first."""
    names = (NAMES.get(field) or _PARTS.get(field, "")).split()
    plain = _plain(name)
    return names.index(plain) if plain in names else len(names)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name[:200].casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def _spaced(value: str | None) -> str:
    return (value or "").replace("_", " ").strip()


def _date(values: Mapping[str, str]) -> str | None:
    """The date, with hyphens where it is a year, month and day in this order; else the parts of it that there are."""
    written = values.get("date") or values.get("month")
    if not written and values.get("year"):
        year, month, day = (values.get(part, "") for part in ("year", "of_year", "of_month"))
        if not month.isdigit():
            return _spaced(" ".join(part for part in (day, month, year) if part))
        written = f"{year}-{month:>02}" + (f"-{day:>02}" if day.isdigit() else "")
    if written and (day_of := _DAY.match(written)):
        return "-".join(part for part in day_of.groups() if part)
    return _spaced(written) or None


def _blocks(text: Sequence[str]) -> tuple[Block, ...]:
    """Paragraphs: what blank lines part, and a line behind one that ends a sentence."""
    blocks: list[str] = []
    apart = True
    for line in text:
        if not line:
            apart = True
            continue
        if apart or blocks[-1].endswith(_SENTENCE_ENDS):
            blocks.append(line)
        else:
            blocks[-1] += "\n" + line
        apart = False
    return tuple(Block(block) for block in blocks)
