"""The pipeline on one page: raw -> parse -> normalise -> validate -> write.

The only module that joins stages. A partition of raw records becomes a work file of rows and
a list of refusals; what needs the whole corpus (identity, order, splits) runs on ids and
hashes; then the work files become the tables of a release, which appears whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import assemble, execute, parse, raw, schema, settings, validate
from corpus.article import Article
from corpus.problem import CorpusError, Problem
from corpus.release import card, manifest, tables
from corpus.release.place import partial_of
from corpus.release.rows import PREVIEW, batch_of, cut_of, row_of
from corpus.settings import Settings, Source
from corpus.stories import split_of

_BATCH = 500

Progress = Callable[[Iterable[Any], int | None, str], Iterable[Any]]
"""Shows how far work is: takes what is worked through, its length or None, and what it is."""


def quiet(given: Iterable[Any], total: int | None, what: str) -> Iterable[Any]:
    """No progress shown."""
    return given


@dataclass(frozen=True, slots=True)
class Rejected:
    """A raw record that is in no release; ``source`` is empty where it lies in none."""

    source: str
    file: str
    line: int
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        """The line of the rejects file."""
        return {"file": self.file, "line": self.line, "source": self.source,
                "problems": [problem.as_json() for problem in self.problems]}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read: sources by id, their partitions in order, and what was refused at the door."""

    settings: Settings
    sources: dict[str, Source]
    partitions: tuple[raw.Partition, ...]
    rejected: tuple[Rejected, ...]


def plan(root: Path, only: frozenset[str] | None = None) -> Plan:
    """The sources and partitions of the corpus folder ``root``; ``only`` names the sources to read.

    Raises:
        UsageError: it is no corpus folder.
        CorpusError: its corpus.toml is wrong.
    """
    ours = settings.read_settings(root)
    folders, found = raw.source_folders(root, ours.sources)
    rejected = [Rejected("", problem.file, 0, (problem,)) for problem in found]
    sources: dict[str, Source] = {}
    parts: list[raw.Partition] = []
    for folder in folders:
        if only is not None and folder.name not in only:
            continue
        try:
            source = settings.read_source(folder, root)
        except CorpusError as error:
            rejected.append(Rejected(folder.name, error.problems[0].file, 0, error.problems))
            continue
        sources[source.id] = source
        files, unfit = raw.list_files(folder, root, source.shape)
        rejected += [Rejected(source.id, problem.file, 0, (problem,)) for problem in unfit]
        parts += raw.partitions(source.id, files, root, source.shape)
    return Plan(ours, sources, tuple(parts), tuple(rejected))


def articles(part: raw.Partition, source: Source, ours: Settings) -> Iterator[Article | Rejected]:
    """The articles of a partition in order; a record that makes none is refused with its problems."""
    parser = parse.parser(source.shape)
    for record in raw.records(part, ours.root):
        if isinstance(record, Problem):
            yield Rejected(source.id, record.file, record.line, (record,))
            continue
        try:
            draft = parser.parse(raw.decode(record), record, source)
            article = assemble.article_of(draft, record, source)
            problems = tuple(validate.problems(article, source, ours))
        except CorpusError as error:
            problems = error.problems
        except RecursionError:
            problems = (record.problem("record-too-deep", "", "nesting without end", "a flat record", ""),)
        if problems:
            yield Rejected(source.id, record.path, record.line, problems)
        else:
            yield article


@dataclass(frozen=True, slots=True)
class Part:
    """What a partition became: a work file with ``rows`` rows, and refusals."""

    file: Path
    rows: int
    rejected: tuple[Rejected, ...]


def _work_schema() -> pa.Schema:
    """The columns of a work file: those of the articles table, and each row's cut."""
    return schema.arrow_schema("articles").append(pa.field("cut", pa.int64()))


def work(numbered: tuple[int, raw.Partition], sources: dict[str, Source], ours: Settings, folder: Path) -> Part:
    """Turn a partition into a work file of sound rows in ``folder``."""
    number, part = numbered
    file = folder / f"{number:06}.arrow"
    judge = schema.validator("article")
    rejected: list[Rejected] = []
    rows: list[dict[str, Any]] = []
    count = 0
    with ExitStack() as stack:
        sink = stack.enter_context(pa.OSFile(str(file), "wb"))
        writer = stack.enter_context(pa.ipc.new_file(sink, _work_schema()))
        for article in articles(part, sources[part.source], ours):
            if isinstance(article, Rejected):
                rejected.append(article)
                continue
            row = row_of(article, split_of(article.id, ours.splits))
            if not judge.is_valid(row):
                path, _, line = article.raw_path.partition("#L")
                problems = tuple(schema.problems("article", row, path, int(line or 0)))
                rejected.append(Rejected(article.source, path, int(line or 0), problems))
                continue
            row["cut"] = cut_of(article.id)
            rows.append(row)
            if len(rows) == _BATCH:
                writer.write_batch(batch_of(rows, _work_schema()))
                count += len(rows)
                rows = []
        if rows:
            writer.write_batch(batch_of(rows, _work_schema()))
        count += len(rows)
    return Part(file, count, tuple(rejected))


_SMALL = ("id", "source", "redistribution", "split", "text_sha256", "cut")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The small columns of all rows in raw order: what decides about the corpus as a whole.

    ``parts`` are the work files that hold rows, ``ends`` the position behind the last row of each.
    """

    parts: tuple[Part, ...]
    ends: np.ndarray
    columns: pa.Table

    def codes(self, name: str) -> np.ndarray:
        """A number for each row, the same for equal values of a column."""
        codes: np.ndarray = pc.dictionary_encode(self.columns[name].combine_chunks()).indices.to_numpy(zero_copy_only=False)
        return codes

    def place(self, position: int) -> tuple[str, int]:
        """The file and line of a row."""
        part = int(np.searchsorted(self.ends, position, side="right"))
        at = position - (int(self.ends[part - 1]) if part else 0)
        file, _, line = str(_column(self.parts[part].file, "raw_path")[at]).partition("#L")
        return file, int(line or 0)


def _column(file: Path, name: str) -> pa.ChunkedArray:
    with pa.memory_map(str(file)) as source:
        wanted = pa.ipc.IpcReadOptions(included_fields=[_work_schema().get_field_index(name)])
        return pa.ipc.open_file(source, options=wanted).read_all()[name]


def catalogue(parts: Iterable[Part]) -> Catalogue:
    """The small columns, read from the work files."""
    kept = tuple(part for part in parts if part.rows)
    wanted = pa.ipc.IpcReadOptions(included_fields=sorted(_work_schema().get_field_index(name) for name in _SMALL))
    tables_read = [pa.table({name: pa.array([], _work_schema().field(name).type) for name in _SMALL})]
    for part in kept:
        with pa.memory_map(str(part.file)) as source:
            read = pa.ipc.open_file(source, options=wanted).read_all()
        columns = {name: read[name].cast(_work_schema().field(name).type) for name in _SMALL}
        tables_read.append(pa.table(columns).combine_chunks())
    return Catalogue(kept, np.cumsum([part.rows for part in kept], dtype=np.int64), pa.concat_tables(tables_read).combine_chunks())


def _first_of_each(codes: np.ndarray) -> np.ndarray:
    """For each row the position of the first row with the same code."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return first[inverse]


def duplicates(rows: Catalogue) -> tuple[np.ndarray, list[Rejected]]:
    """Which rows repeat an earlier row's id, or an earlier text of their source, and the refusals."""
    total = rows.columns.num_rows
    same_id = _first_of_each(rows.codes("id"))
    sources = rows.codes("source").astype(np.int64)
    same_text = _first_of_each(rows.codes("text_sha256").astype(np.int64) * (int(sources.max(initial=0)) + 1) + sources)
    here = np.arange(total)
    repeated = (same_id != here) | (same_text != here)
    rejected = []
    for position in np.flatnonzero(repeated).tolist():
        file, line = rows.place(position)
        by_id = same_id[position] != position
        first_file, first_line = rows.place(int(same_id[position] if by_id else same_text[position]))
        first = f"{first_file}:{first_line}" if first_line else first_file
        identity = str(rows.columns["id"][position])
        problem = (
            Problem(file, line, "$.id", "id-duplicate", f"{identity}, as in {first}", "an id of its own",
                    "give it another id or file name, or remove one of the two")
            if by_id
            else Problem(file, line, "$.text", "content-duplicate", f"the text of {first}", "each article once in a source",
                         "remove one of the two")
        )
        rejected.append(Rejected(identity.split("/")[0], file, line, (problem,)))
    return repeated, rejected


_TABLE_OF = {"full": "articles", "annotations": "articles_masked"}
"""The table that the rows of each kind of redistribution stand in; none is withheld."""


def shards(rows: Catalogue, sound: np.ndarray, ours: Settings) -> Iterator[tables.Shard]:
    """The files to write, in the order of tables, splits and rows."""
    kinds = rows.columns["redistribution"].to_pandas().to_numpy() if rows.columns.num_rows else np.array([], dtype=object)
    splits = rows.columns["split"].to_pandas().to_numpy() if rows.columns.num_rows else np.array([], dtype=object)
    marks = rows.columns["cut"].to_numpy()
    starts = [0, *rows.ends.tolist()]
    for kind, table in _TABLE_OF.items():
        for split, _ in ours.splits:
            chosen = np.flatnonzero(sound & (kinds == kind) & (splits == split))
            bounds = np.searchsorted(chosen, starts)
            pieces = [
                tables.Rows(part.file, chosen[bounds[number] : bounds[number + 1]] - starts[number])
                for number, part in enumerate(rows.parts)
                if bounds[number] < bounds[number + 1]
            ]
            yield from tables.shards(table, split, schema.arrow_schema(table), pieces, marks[chosen])


KINDS = ("raw", "published", "withheld", "rejected")


def count(rows: Catalogue, sound: np.ndarray, rejected: Iterable[Rejected], sources: Iterable[str]) -> dict[str, dict[str, int]]:
    """What became of the raw records of each source; every record is counted once."""
    counts = {source: dict.fromkeys(KINDS, 0) for source in sources}
    open_ = rows.columns.filter(pa.array(sound))
    for pair in open_.group_by(["source", "redistribution"]).aggregate([([], "count_all")]).to_pylist():
        kind = "published" if pair["redistribution"] in _TABLE_OF else "withheld"
        counts[pair["source"]][kind] += pair["count_all"]
    for refusal in rejected:
        counts.setdefault(refusal.source or "(no source)", dict.fromkeys(KINDS, 0))["rejected"] += 1
    for kinds in counts.values():
        kinds["raw"] = kinds["published"] + kinds["withheld"] + kinds["rejected"]
    return counts


@dataclass(frozen=True, slots=True)
class Report:
    """What a check or a build found. ``counts`` are by source and by ``KINDS``; ``manifest`` is None for a check."""

    counts: dict[str, dict[str, int]]
    rejected: tuple[Rejected, ...]
    manifest: dict[str, Any] | None = None

    @property
    def problems(self) -> list[Problem]:
        """All problems, sorted by file, line and place."""
        return sorted(problem for refusal in self.rejected for problem in refusal.problems)

    def total(self, kind: str) -> int:
        """How many raw records became this, one of ``KINDS``."""
        return sum(counts[kind] for counts in self.counts.values())


@dataclass(frozen=True, slots=True)
class _Read:
    """The whole corpus as work files, judged."""

    plan: Plan
    rows: Catalogue
    sound: np.ndarray
    report: Report


def _read_all(planned: Plan, folder: Path, pool: execute.Executor | None, workers: int, progress: Progress) -> _Read:
    """Run all partitions and decide what needs the whole corpus."""
    make = partial(work, sources=planned.sources, ours=planned.settings, folder=folder)
    made = execute.in_order(pool, make, enumerate(planned.partitions), workers)
    parts = tuple(progress(made, len(planned.partitions), "reading"))
    rows = catalogue(parts)
    repeated, refused = duplicates(rows)
    rejected = (*planned.rejected, *(refusal for part in parts for refusal in part.rejected), *refused)
    rejected = tuple(sorted(rejected, key=lambda refusal: (refusal.file, refusal.line)))
    counts = count(rows, ~repeated, rejected, planned.sources)
    return _Read(planned, rows, ~repeated, Report(counts, rejected))


def build(root: Path, out: Path, workers: int = 1, progress: Progress = quiet) -> Report:
    """Write the corpus folder ``root`` as a preview release at ``out``, and say what became of each record.

    Rejected records are in the report and not in the release. The bytes are the same
    for any number of workers.

    Raises:
        UsageError: no corpus folder, or ``out`` holds something that is no preview.
        CorpusError: the settings are wrong, a worker died, the disk refuses.
    """
    planned = plan(root)
    with partial_of(out) as partial_folder, execute.local(workers if len(planned.partitions) > 1 else 1) as pool:
        (partial_folder / "work").mkdir()
        read = _read_all(planned, partial_folder / "work", pool, workers, progress)
        release = partial_folder / "release"
        files = list(shards(read.rows, read.sound, planned.settings))
        made = execute.in_order(pool, partial(tables.write, folder=release), files, workers)
        written = list(progress(made, len(files), "writing"))
        text = card.card(planned.settings, planned.sources, read.report.counts, written, PREVIEW).encode()
        proof = manifest.manifest(planned.settings.name, PREVIEW, read.report.counts, written, {"README.md": text})
        (release / "README.md").write_bytes(text)
        (release / "MANIFEST.json").write_bytes(manifest.dump(proof))
    return Report(read.report.counts, read.report.rejected, proof)
