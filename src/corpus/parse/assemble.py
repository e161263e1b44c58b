"""From a draft to an article: its id, date, paragraphs and text."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from itertools import chain, islice
from pathlib import PurePosixPath

from corpus.model.article import Article, Block, Draft
from corpus.model.edtf import bounds, date_in_path
from corpus.model.problem import RAISE, CorpusError, Problem, quoted
from corpus.model.written_dates import edtf_of, fault_of
from corpus.parse.names import authors_of
from corpus.parse.normalise import normalise_blocks, normalise_line
from corpus.parse.roles import paragraphs_of
from corpus.parse.screens import Seen
from corpus.raw.config import Source
from corpus.raw.layout import SHAPES
from corpus.raw.records import Record

_KEY = re.compile(r"[a-z0-9._-]{1,80}")
_OPEN = "full"
_WORD = re.compile(r"\w{1,20}|[^\w\s]")
_LONG_BYLINE = 200
_AROUND_NAME = " ()-–—*"


def key_of(own: str, redistribution: str) -> str:
    """The second half of an id: the record's own id, or 16 hex digits of its SHA-256.

    Hashed where it is no plain word (``[a-z0-9._-]{1,80}``), and always where the text may
    not be passed on, since an id can say what a title says.
    """
    if redistribution == _OPEN and _KEY.fullmatch(own):
        return own
    return hashlib.sha256(own.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def article_of(draft: Draft, record: Record, source: Source, seen: Seen | None = None) -> Article:
    """The normalised article; ``seen`` is what is known of its text, None for nothing.

    Raises:
        CorpusError: more words than an article has; or no date, an impossible date, nothing left of the text, all of
            them together.
    """
    _refuse_too_long(draft, record, source)
    problems: list[Problem] = []
    date, (earliest, latest) = _date(draft, record, source, problems)
    publication = _publication(draft.publication, source)
    signed = _signature if sum(map(len, draft.authors)) < _LONG_BYLINE else _signature.__wrapped__
    byline, authors, known, longest = signed(draft.authors, publication)
    title = draft.title
    if seen is not None and (seen.shortest > longest or not _has_signature(seen.text, known, longest)):
        text, paragraphs, word_count = seen.text, seen.paragraphs, seen.words
    else:
        title = normalise_line(title)
        found = normalise_blocks([block.text for block in draft.blocks])
        blocks = tuple(Block(text, draft.blocks[index].role) for index, text in found)
        if not title or not blocks:
            problems.append(record.problem("article-empty", "", "invisible characters only", "a title and a body"))
        if any(role is None and len(text) <= longest for text, role in blocks):
            blocks = tuple(Block(text, role or _role_of_name(text, known)) for text, role in blocks)
        text, paragraphs, word_count = paragraphs_of(blocks, title)
    if problems:
        raise CorpusError(problems)
    redistribution = draft.redistribution or source.redistribution
    raw_sha256 = hashlib.sha256(record.content).hexdigest()
    own = raw_sha256[:16] if draft.key is None else draft.key
    if draft.key is None and not record.number:  # composed (NFC): a Mac writes the same name in another form
        own = unicodedata.normalize("NFC", PurePosixPath(record.path).name.rpartition(".")[0])
    return Article(
        id=f"{source.id}/{key_of(own, redistribution)}",
        source=source.id,
        title=title,
        byline=byline,
        url=draft.url,
        date=date,
        date_earliest=earliest,
        date_latest=latest,
        language=draft.language or source.language,
        text=text,
        paragraphs=paragraphs,
        licence=draft.licence or source.licence,
        redistribution=redistribution,
        raw_path=record.raw_path,
        raw_sha256=raw_sha256,
        word_count=word_count,
        authors=authors,
        publication=publication,
        section=_line(draft.section),
        page=_line(draft.page),
        version=draft.version,
    )


def _refuse_too_long(draft: Draft, record: Record, source: Source) -> None:
    """Stop where an article is longer than any: time and memory of all that follows go with its words and marks."""
    most = source.limit("words")
    if source.shape == "jsonl" and len(record.content) <= most:
        return  # each character was read from a byte of its own, or more
    said = (draft.title, draft.date, draft.url, draft.publication, draft.section, draft.page, *draft.authors)
    texts = [*filter(None, said), *(block.text for block in draft.blocks)]
    if sum(map(len, texts)) <= most:
        return
    words = islice(chain.from_iterable(map(_WORD.finditer, texts)), most + 1)
    if sum(1 for _ in words) > most:
        found, wanted = f"more than {most:,} words and marks", f"at most {most:,}"
        hint = f"is it one article? split it; {RAISE.format('words')}"
        raise record.error("text-too-long", "$.text", found, wanted, hint)


@lru_cache(maxsize=4096)
def _signature(
    written: tuple[str, ...], publication: str | None
) -> tuple[str | None, tuple[str, ...], frozenset[str], int]:
    """The byline, who signed, their names in small letters as written and as known, and how long the longest is."""
    names = [name for author in written if (name := normalise_line(author))]
    authors = _people(authors_of(names), publication)
    known = frozenset(name.casefold() for name in (*names, *authors))
    return ", ".join(names) or None, authors, known, max(map(len, known), default=0)


def _people(authors: tuple[str, ...], publication: str | None) -> tuple[str, ...]:
    """Those who signed, without the newspaper that stands beside them: « Ana Roux, La Vigie » in « La Vigie »."""
    if len(authors) < 2 or publication is None:
        return authors
    paper = publication.casefold()
    return tuple(author for author in authors if author.casefold() != paper)


def _role_of_name(text: str, known: frozenset[str]) -> str | None:
    """The role of a block that is nothing but the name of an author: it is a signature."""
    return "byline" if text.strip(_AROUND_NAME).casefold() in known else None


def _has_signature(text: str, known: frozenset[str], longest: int) -> bool:
    """Whether a block of a text in normal form is a name of an author, of which the longest has so many characters."""
    for one in text.split("\n\n"):
        if (len(one) <= longest or one[0] in _AROUND_NAME or one[-1] in _AROUND_NAME) and _role_of_name(one, known):
            return True
    return False


def _line(value: str | None) -> str | None:
    """A value in normal form, None for nothing."""
    return (normalise_line(value) or None) if value else None


def _publication(written: str | None, source: Source) -> str | None:
    """The newspaper, agency or site: what source.yaml says it is, else what the record says, else the source's own.

    A mapping of source.yaml gives the names that it has by the written ones.
    """
    named = _line(written)
    exported = SHAPES[source.shape].bulk and not SHAPES[source.shape].streamed
    if isinstance(source.publication, str):
        return source.publication
    if source.publication and named is not None and named in source.publication:
        return source.publication[named]
    return named or (None if exported else source.name)


def _date(draft: Draft, record: Record, source: Source, problems: list[Problem]) -> tuple[str, tuple[str, str]]:
    """The article's date and its bounds: the record's own, its path's, or its source's."""
    written, date_format = (draft.date or "").strip(), source.date_format
    if not written:
        date_format = None  # it is how the records write theirs
        if not record.url:  # the path of a crawl says when it was fetched
            written = date_in_path(record.path.split("/", 2)[-1]) or ""
        written = written or source.date or ""
    if not written:
        wanted = "a date such as 2023-03 or 2023-03-03 (EDTF)"
        hint = "say it in the record, at the head of its file's name (2023-03-03-halle.txt), or for all in source.yaml"
        problems.append(record.problem("date-missing", "$.date", "nothing", wanted, hint))
        return "", ("", "")
    if date := edtf_of(written, date_format):
        return date, bounds(date)
    if wrong := fault_of(written, date_format):
        rule, wanted, hint = wrong
        problems.append(record.problem(rule, "$.date", quoted(written), wanted, hint))
    return "", ("", "")
