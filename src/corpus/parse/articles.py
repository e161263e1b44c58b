"""Raw records become articles, or are rejected with their problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from corpus.model.article import Article
from corpus.model.problem import CorpusError, Problem, Rejected
from corpus.parse import assemble, shapes, validate
from corpus.raw.config import Settings, Source
from corpus.raw.partitions import Partition
from corpus.raw.records import Record, read_records
from corpus.raw.warc import LeftOut


def articles(part: Partition, source: Source, settings: Settings) -> Iterator[Article | Rejected]:
    """The articles of a partition in order; a record that makes none is ``Rejected`` with its problems."""
    return articles_of(wanted_records(read_records(part, settings.root), Counter()), source, settings)


def articles_of(
    records: Iterable[Record | Problem], source: Source, settings: Settings
) -> Iterator[Article | Rejected]:
    """The articles of raw records, in order."""
    for record in records:
        if isinstance(record, Problem):
            yield Rejected(source.id, record.file, record.line, (record,))
            continue
        try:
            draft = shapes.draft(record, source)
            article = assemble.article_of(draft, record, source)
            problems = tuple(validate.problems(article, source, settings))
        except CorpusError as error:
            problems = error.problems
        except MemoryError:
            raise  # of this machine at this moment, not of the record
        except RecursionError:
            problems = (record.problem("record-too-deep", "", "nesting without end", "a flat record", ""),)
        except Exception as error:  # noqa: BLE001  # a parser's library may fail in ways that it does not document
            found = f"{type(error).__name__}: {error}"
            hint = "is the file what it says it is? if so, please report this"
            problems = (record.problem("parser-failed", "", found, f"a record of the shape {source.shape}", hint),)
        if problems:
            yield Rejected(source.id, record.path, record.line, problems)
        else:
            yield article


def wanted_records(found: Iterable[Record | Problem | LeftOut], left_out: Counter[str]) -> Iterator[Record | Problem]:
    """The records, without what was left out, which is counted by its reason."""
    for one in found:
        if isinstance(one, LeftOut):
            left_out[one.reason] += 1
        else:
            yield one
