"""Everything wrong with the raw records of a corpus folder, and columns of the sound ones, without a release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from corpus import annotate
from corpus.build.context import BuildContext
from corpus.build.duplicates import copies_in
from corpus.build.executors import local
from corpus.build.executors.local import Progress, quiet
from corpus.build.plan import Plan, plan
from corpus.build.reading import CorpusRows, read_corpus
from corpus.build.report import Report
from corpus.build.work_files import NAMING
from corpus.dedup.withdrawn_texts import WithdrawnTexts
from corpus.files.deletion import temporary_folder
from corpus.files.paths import Location
from corpus.model import schema
from corpus.model.problem import Problem, Rejected, UsageError


def check(root: Location, paths: Sequence[Path] = (), workers: int = 1, progress: Progress = quiet) -> Report:
    """Everything wrong with the raw records of a corpus folder; nothing is written.

    ``paths`` (files or folders under raw/) narrow the answer; the sources that they lie in are
    read as a whole, since a duplicate may stand anywhere in them.

    Raises:
        UsageError: no corpus folder, a path that is in no source, or a layer that is none.
        CorpusError: the settings are wrong, a worker died.
    """
    wanted = [under_raw(path, root) for path in paths]
    only = frozenset(parts[1] for parts in wanted if len(parts) > 1)
    planned = plan(root, only if wanted and all(len(parts) > 1 for parts in wanted) else None)
    annotate.choose(planned.settings.layers)  # a build runs them
    with _read_in_passing(planned, workers, progress) as read:
        report = read.report
    if not wanted:
        return report
    told = ((one, _files(one)) for one in report.rejected)
    chosen = tuple(one for one, files in told if any(lies_in(file, parts) for file in files for parts in wanted))
    return replace(report, rejected=chosen)


def _files(refusal: Rejected) -> set[str]:
    """The files that a refusal tells something of: the record, and its gold where that is wrong."""
    return {refusal.file, *(problem.file for problem in refusal.problems)}


def under_raw(path: Path, root: Location) -> tuple[str, ...]:
    """A path as its parts from the corpus folder down; corpus.toml and raw/ itself mean everything.

    Raises:
        UsageError: rule ``path-unknown``.
    """
    if not isinstance(root, Path):
        if path.parts[:1] in (("raw",), ("corpus.toml",)):
            return path.parts if path.parts[0] == "raw" else ("raw",)
        raise _unknown(path, root)
    absolute = path if path.is_absolute() else Path.cwd() / path
    absolute = absolute.parent.resolve() / absolute.name
    if absolute.exists() or absolute.is_symlink():
        parts = absolute.relative_to(root.resolve()).parts if absolute.is_relative_to(root.resolve()) else ()
        if parts and parts[0] == "raw":
            return parts
        if absolute == root.resolve() or parts == ("corpus.toml",):
            return ("raw",)
    raise _unknown(path, root)


def _unknown(path: Path, root: Location) -> UsageError:
    found, wanted = "no file or folder under raw/ of this corpus", f"a path under {root / 'raw'}"
    hint = "to check a file before it is filed: corpus add --dry-run FILE --source S"
    return UsageError(Problem(str(path), 0, "", "path-unknown", found, wanted, hint))


def lies_in(file: str, parts: tuple[str, ...]) -> bool:
    """Whether a file is what the parts name, or lies in it, or is the settings that it needs."""
    names = tuple(file.split("/"))
    return names[: len(parts)] == parts or (names[-1] == "source.yaml" and parts[: len(names) - 1] == names[:-1])


@contextmanager
def _read_in_passing(
    planned: Plan,
    workers: int,
    progress: Progress,
    columns: tuple[str, ...] = NAMING,
    alike: WithdrawnTexts | None = None,
) -> Iterator[CorpusRows]:
    """The whole corpus as work files of some columns that are gone afterwards."""
    workers = workers if len(planned.partitions) > 1 else 1
    with temporary_folder() as folder, local.local(workers) as pool:
        context = BuildContext(planned.without_partitions(), folder, columns=columns, alike=alike)
        yield read_corpus(planned, context, pool, workers, local.joining(pool, workers, folder), progress)


class Likeness(NamedTuple):
    """A record that is like some texts: its title, and how much of the one stands in the other."""

    id: str
    raw_path: str
    title: str
    share: float


def like(root: Location, texts: WithdrawnTexts, workers: int = 1, progress: Progress = quiet) -> list[Likeness]:
    """The records of a corpus folder, in order, that are like these texts; withdrawn ones are not among them.

    Raises:
        UsageError: no corpus folder.
        CorpusError: the settings are wrong, a worker died.
    """
    found: dict[str, Likeness] = {}
    with _read_in_passing(plan(root), workers, progress, ("title",), texts) as read:
        for part, end in zip(read.rows.parts, read.rows.ends.tolist(), strict=True):
            titles = part.files.read_columns(("title",))["title"].to_pylist() if part.copies else []
            for one in copies_in(part, end):
                title = titles[one.row - end + part.rows]
                found.setdefault(one.id, Likeness(one.id, one.raw_path, title, one.share))
    return list(found.values())


def rows(
    root: Location,
    columns: Sequence[str],
    workers: int = 1,
    progress: Progress = quiet,
    only: frozenset[str] | None = None,
) -> pa.Table:
    """Columns of the sound articles of a corpus folder, in order, without a release being written.

    ``only`` names the sources to read, None for all.

    Raises:
        UsageError: no corpus folder.
        CorpusError: the settings are wrong, a worker died.
    """
    with _read_in_passing(plan(root, only), workers, progress, tuple(columns)) as read:
        ours = schema.arrow_schema("articles")
        empty = pa.table({name: pa.array([], ours.field(name).type) for name in columns})
        kept = [part.files.read_columns(columns) for part in read.rows.parts]
        return pa.concat_tables([empty, *kept]).filter(pa.array(read.sound)).combine_chunks()
