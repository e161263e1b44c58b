"""A run of records: a few hundred that are read, looked at and written together.

What becomes of each is what would become of it alone: a run of one is the rule, a longer one only quicker. Articles to
which no layer and no person adds anything go from their fields to columns; each of the others is annotated by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from corpus import annotate
from corpus.annotate import gold
from corpus.annotate.agreement import agreement
from corpus.annotate.confidence import confidences
from corpus.annotate.layer import Layer
from corpus.annotate.metrics import Case, Score, scores
from corpus.annotate.rows import annotate_article, statements_of
from corpus.build.context import BuildContext
from corpus.build.record_in_progress import NOT_THE_RECORD, RecordInProgress, record_failed
from corpus.build.work_files import SPLIT, CachedRecord, GoldFile, Taken, Writer
from corpus.dedup.shingles import compared_text
from corpus.model.accepted import accepts
from corpus.model.article import Article, split_raw_path
from corpus.model.article_row import columns_of, row_of
from corpus.model.problem import CorpusError, Problem, Refusals, Rejected, quoted
from corpus.model.stages import stage
from corpus.parse.articles import articles_of
from corpus.raw.key import WITHHELD, key_needed
from corpus.raw.partitions import Partition
from corpus.raw.records import Record


@dataclass(slots=True)
class Outcome:
    """What became of the records of a partition so far, beside the rows that are written; as ``PartitionResult``."""

    rejected: Refusals
    gold_files: dict[str, GoldFile] = field(default_factory=dict)
    scored: dict[str, tuple[Score, ...]] = field(default_factory=dict)
    withdrawn: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


_SHORTEST = len('{"i":1,"t":"a","x":"b"}')
"""No line of JSON with an id, a title and a text is shorter, so that a shorter one need not be read to be refused."""


class Reused(NamedTuple):
    """The rows of an earlier release that a record keeps, and its gold files with their paths."""

    origin: CachedRecord
    gold_paths: tuple[str, ...]
    gold_file: GoldFile


class Waiting(NamedTuple):
    """A record that waits for its run, None for a file that need not be read; ``reused`` are the rows that it keeps."""

    record: Record | Problem | None
    reused: Reused | None = None


_RUN, _RUN_BYTES = 500, 2_000_000
"""Records wait for so many, or for so much of long ones, to be worked on together."""


class Run:
    """Works on records a few hundred at a time: what became of each is what it would have become alone."""

    def __init__(
        self,
        part: Partition,
        layers: Sequence[Layer],
        context: BuildContext,
        writer: Writer,
        outcome: Outcome,
        current: RecordInProgress,
    ) -> None:
        self.waiting: list[Waiting] = []
        self._source = context.plan.sources[part.source]
        self._most_rejected = self._source.limit("rejected")
        self._shortest = _SHORTEST if part.shape == "jsonl" else 0
        self._layers, self._context, self._writer, self._outcome = layers, context, writer, outcome
        self._current = current
        self._most = 1 if current.is_marked else _RUN
        self._bytes = 0

    def passes_over(self, record: Record | Problem) -> bool:
        """Whether a record is not judged, since so many were rejected before it; it is counted then."""
        rejected = self._outcome.rejected
        if rejected.count >= self._most_rejected:
            rejected.skip(self._source.id, record.file, record.line)
            return True
        if isinstance(record, Record) and len(record.content) < self._shortest and rejected.is_listed(record.path):
            rejected.add(Rejected(self._source.id, record.file, record.line, ()))
            return True
        return False

    def add(self, one: Waiting) -> None:
        """Take one more record; where these are enough, they are worked on."""
        self.waiting.append(one)
        self._bytes += len(one.record.content) if isinstance(one.record, Record) else 0
        if len(self.waiting) >= self._most or self._bytes >= _RUN_BYTES:
            self.finish()

    def finish(self) -> None:
        """Work on the records that wait."""
        waiting, self.waiting, self._bytes = self.waiting, [], 0
        try:
            read = self._read(waiting)
        except MemoryError:  # for all of them: one after the other, it is known which
            for one in waiting:
                self._current.record = one.record
                self._take(self._read([one]))
        else:
            self._take(read)
        self._current.record = None

    def _read(self, waiting: Sequence[Waiting]) -> list[tuple[Waiting, Article | Rejected | None]]:
        """What each record is; None where its rows are kept."""
        records = [one.record for one in waiting if one.record is not None and one.reused is None]
        with stage("exact work"):
            found = iter(articles_of(records, self._source, self._context.settings))
            return [(one, next(found) if one.reused is None else None) for one in waiting]

    def _take(self, read: Sequence[tuple[Waiting, Article | Rejected | None]]) -> None:
        """Write the rows of what was read, or say in the order of the records why not."""
        articles = [found for _, found in read if isinstance(found, Article)]
        columns = self._accepted(articles)
        taken: list[Taken] = []
        for one, found in read:
            self._current.record = one.record
            if one.record is not None and self.passes_over(one.record):
                continue
            if one.reused is not None:
                taken.append(Taken(None, origin=one.reused.origin))
                self._outcome.gold_files |= dict.fromkeys(one.reused.gold_paths, one.reused.gold_file)
            elif isinstance(found, Rejected):
                self._outcome.rejected.add(found)
            elif found is not None:
                try:
                    taken += self._taken(found, plain=columns is not None)
                except NOT_THE_RECORD:
                    raise
                except Exception as error:  # noqa: BLE001  # one record, one problem: its neighbours are built
                    self._refuse(found, error)
        if columns is not None and sum(one.article is not None for one in taken) != len(articles):
            columns = None
        self._write(taken, columns)

    def _accepted(self, articles: Sequence[Article]) -> dict[str, Any] | None:
        """The columns of articles whose rows are sound as they are; None where each has to be looked at."""
        if self._layers or self._context.reuse is not None or not articles:
            return None
        try:
            with stage("writing: columns"):
                columns = columns_of(articles, SPLIT)
        except NOT_THE_RECORD:
            raise
        except Exception:  # noqa: BLE001  # which of them it is, and why, is seen one by one
            return None
        with stage("exact work: schema"):
            return columns if accepts("article", columns) else None

    def _write(self, taken: Sequence[Taken], columns: dict[str, Any] | None) -> None:
        """Write a run; where that cannot be, whatever is wrong with an article is a refusal of it and of no other."""
        if not taken:
            return
        try:
            with stage("writing: work files"):
                self._writer.write(taken, columns)
        except NOT_THE_RECORD:
            raise
        except Exception as error:
            if len(taken) > 1:
                for one in taken:
                    self._write([one], None)
            elif taken[0].article is not None:
                self._refuse(taken[0].article, error)
            else:
                raise

    def _refuse(self, article: Article, error: Exception) -> None:
        """Whatever is wrong with an article, foreseen or not, is a refusal of it."""
        file, line = split_raw_path(article.raw_path)
        problems = error.problems if isinstance(error, CorpusError) else (record_failed(file, line, error),)
        self._outcome.rejected.add(Rejected(article.source, file, line, problems))

    def _taken(self, article: Article, *, plain: bool) -> list[Taken]:
        """An article for the writer, none where it was withdrawn; raises where its gold or a layer is at fault.

        ``plain`` says that its row is sound, and that nothing is added to it.
        """
        context, outcome = self._context, self._outcome
        path, files = context.plan.gold_of(article.raw_path, article.id)
        outcome.gold_files |= dict.fromkeys(files, GoldFile())
        judged = context.plan.withdrawn.judge(article)
        if judged is True:
            outcome.withdrawn += 1
            return []
        if isinstance(judged, Problem):
            outcome.rejected.add(Rejected(article.source, judged.file, judged.line, (judged,)))
            return []
        most = self._source.limit("gold")
        known = gold.read_all(context.settings.root, article, files, most) if files else None
        found = _annotated(article, known, self._layers, context, outcome.scored, plain=plain)
        if known is not None:
            if known.split and known.split not in (names := [name for name, _ in context.settings.splits]):
                wanted = f"a split of corpus.toml: {', '.join(names)}"
                raise CorpusError(Problem(path, 0, "$.split", "gold-split", quoted(known.split), wanted))
            file = GoldFile(article.id, _gold_sha256(article, known, context), known.annotator, known.split)
            outcome.gold_files |= dict.fromkeys(files, file)
        return [found]


def _annotated(
    article: Article,
    known: gold.Gold | None,
    layers: Sequence[Layer],
    context: BuildContext,
    scored: dict[str, tuple[Score, ...]],
    *,
    plain: bool,
) -> Taken:
    """An article with its rows, but for those that it had before where they can be kept; raises ``annotate_article``'s.

    ``plain`` says that it has none but its own, which is sound.
    """
    withheld = article.redistribution == WITHHELD and not context.columns
    if withheld and context.key is None:
        raise key_needed(*split_raw_path(article.raw_path))
    compares = article.redistribution != "none" and not context.columns
    looked_at = compares or context.plan.withdrawn or context.alike
    with stage("signatures: compared text"):
        compared = compared_text(article.text, article.paragraphs) if looked_at else ""
    if plain and known is None:
        return Taken(article, compared=compared)
    shown = layers if article.redistribution != "none" else ()
    row = row_of(article, SPLIT)
    if withheld and context.key is not None:
        row |= context.key.hashes_of(row)
    cached, rows_kept = None, False
    if context.reuse is not None:
        cached = context.reuse.earlier(article, row, _gold_sha256(article, known, context))
        rows_kept = cached is not None and context.reuse.whole
    columns, tables_of = annotate_article(article, row, shown, known, cached.rows if cached is not None else None)
    if not shown:
        tables_of = {table: [] for table in annotate.tables(layers)}
    keeps_article = cached is not None and cached.keeps_article
    if known is not None and not rows_kept and article.redistribution != "none":
        silver = statements_of(*annotate_article(article, row, layers))
        agreed = agreement(article, [one.layers for one in known.each])
        case = Case(article, known.layers, silver)
        scored[article.id] = (*scores([case]), *confidences([case]), *agreed)
    origin = cached.origin if cached is not None else None
    return Taken(None if keeps_article else article, columns, tables_of, origin, compared)


def _gold_sha256(article: Article, known: gold.Gold | None, context: BuildContext) -> str:
    """What history says of the gold file of an article, which may hold words of it; empty for none."""
    if known is None:
        return ""
    key = context.key if article.redistribution == WITHHELD else None
    return known.sha256 if key is None else key.hash("gold_sha256", known.sha256.encode())
