"""Raw records become articles, or are rejected with their problems."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from corpus.files.paths import Location, Status
from corpus.model.article import Article, Draft
from corpus.model.problem import CorpusError, Problem, Rejected, UsageError
from corpus.model.stages import stage
from corpus.parse import assemble, screens, shapes, validate
from corpus.raw.config import Settings, Source
from corpus.raw.layout import LARGEST
from corpus.raw.partitions import Partition
from corpus.raw.records import Record, absurd, read_records
from corpus.raw.warc import LeftOut

_OPENS_PAGE = re.compile(rb"<html\b", re.IGNORECASE)
_CLOSES_PAGE = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_END = 4096
_MOST_RECORDS, _MOST_BYTES = 500, 2 * 2**20


def articles(part: Partition, source: Source, settings: Settings) -> Iterator[Article | Rejected]:
    """The articles of a partition in order; a record that makes none is ``Rejected`` with its problems."""
    return articles_of(records_of(part, source, settings.root), source, settings)


def records_of(
    part: Partition,
    source: Source,
    root: Location,
    left_out: Counter[str] | None = None,
    untouched: Callable[[str, Status], bool] | None = None,
) -> Iterator[Record | Problem]:
    """The raw records of a partition in order, one for each article, and the problems of what cannot be read.

    What a crawl holds beside pages is counted in ``left_out`` by its reason. ``untouched`` is asked before each whole
    file is read; where it says yes, the file is passed over.
    """
    counted = Counter[str]() if left_out is None else left_out
    charset = source.encoding or ""
    for one in read_records(part, root, untouched, source.limit("unpacked")):
        if isinstance(one, LeftOut):
            counted[one.reason] += 1
        elif isinstance(one, Problem) or part.streamed or not part.bulk:
            yield one if isinstance(one, Problem) or one.charset or not charset else replace(one, charset=charset)
        else:
            yield from _in_file(replace(one, charset=charset), source)


def _in_file(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The articles of a file that holds many; whatever goes wrong with it is a problem of the file."""
    found = False
    try:
        for one in shapes.records(file, source):
            found = True
            if isinstance(one, Record) and len(one.content) > LARGEST:
                yield replace(absurd(one.path, 0, len(one.content)), file=one.file)
            else:
                yield one
    except (MemoryError, UsageError):
        raise
    except Exception as error:  # noqa: BLE001  # as in articles_of
        yield from _said(error, file, source)
    else:
        if _is_cut(file.content):
            wanted, hint = "a whole page, up to </html>", "save the page again; the articles before its end are taken"
            yield file.problem("document-damaged", "", "a page that ends without </html>", wanted, hint)
        elif not found:
            hint = "is it an export of this shape? `corpus add FILE --new-source NAME` says which shape it sees"
            yield file.problem("articles-missing", "", "no article", f"a file of the shape {source.shape}", hint)


def _is_cut(content: bytes) -> bool:
    """Whether a saved page ends before its end: whatever stood behind is lost, and nobody would notice."""
    head, tail = (part.replace(b"\0", b"") for part in (content[:_END], content[-_END:]))
    return bool(_OPENS_PAGE.search(head)) and not _CLOSES_PAGE.search(tail)


def runs(records: Iterable[Record | Problem]) -> Iterator[list[Record | Problem]]:
    """The records in order, some at a time: up to 500, and no more once they have 2 MB.

    Where reading on fails, those that were read come first.
    """
    run: list[Record | Problem] = []
    size = 0
    try:
        for record in records:
            run.append(record)
            size += len(record.content) if isinstance(record, Record) else 0
            if len(run) >= _MOST_RECORDS or size >= _MOST_BYTES:
                yield run
                run, size = [], 0
    except Exception:
        if run:
            yield run
        raise
    if run:
        yield run


def articles_of(
    records: Iterable[Record | Problem], source: Source, settings: Settings
) -> Iterator[Article | Rejected]:
    """The articles of raw records, in order; a run of them is read before its first is given."""
    for run in runs(records):
        with stage("exact work: parsing"):
            drafts = [_draft(record, source) for record in run]
        with stage("screening"):
            seen = iter(screens.look([draft for draft in drafts if isinstance(draft, Draft)]))
        for record, draft in zip(run, drafts, strict=True):
            if isinstance(record, Problem):
                yield Rejected(source.id, record.file, record.line, (record,))
                continue
            found = _article(draft, record, source, settings, next(seen)) if isinstance(draft, Draft) else draft
            yield found if isinstance(found, Article) else Rejected(source.id, record.file, record.line, found)


def _draft(record: Record | Problem, source: Source) -> Draft | tuple[Problem, ...]:
    if isinstance(record, Problem):
        return (record,)
    try:
        return shapes.draft(record, source)
    except MemoryError:
        raise  # of this machine at this moment, not of the record
    except Exception as error:  # noqa: BLE001  # a parser's library may fail in ways that it does not document
        return _said(error, record, source)


def _article(
    draft: Draft, record: Record, source: Source, settings: Settings, seen: screens.Seen | None
) -> Article | tuple[Problem, ...]:
    """The article of a draft, or its problems with their lines."""
    try:
        article = assemble.article_of(draft, record, source, seen)
        passed = frozenset() if seen is None else seen.passed
        problems = tuple(validate.problems(article, source, settings, passed))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # as above
        return _said(error, record, source)
    return shapes.placed(problems, record, source) if problems else article


def _said(error: Exception, record: Record, source: Source) -> tuple[Problem, ...]:
    """What went wrong while a record was read, as problems of it."""
    if isinstance(error, CorpusError):
        return shapes.placed(error.problems, record, source)
    if isinstance(error, RecursionError):
        return (record.problem("record-too-deep", "", "nesting without end", "a flat record", ""),)
    found = f"{type(error).__name__}: {error}"
    hint = "is the file what it says it is? if so, please report this"
    return (record.problem("parser-failed", "", found, f"a record of the shape {source.shape}", hint),)
