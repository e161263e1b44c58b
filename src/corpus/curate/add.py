"""Files contributors' records in a source of a corpus folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.build import plan
from corpus.build.first_seen import FirstSeen
from corpus.curate import check
from corpus.files import paths
from corpus.model import schema
from corpus.model.article import Article, split_raw_path
from corpus.model.problem import CorpusError, Problem, Rejected, UsageError, quoted, said_once
from corpus.parse.articles import articles_of
from corpus.parse.assemble import key_of
from corpus.raw import ledgers, listing
from corpus.raw.config import SOURCE_NAME, Settings, Source
from corpus.raw.layout import SHAPES
from corpus.raw.partitions import partitions_of
from corpus.raw.records import Record, read_records
from corpus.raw.warc import LeftOut


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of the files to add: where each is filed, or why none is.

    Nothing is filed where there is a problem: a contribution is taken whole or not at all.
    """

    filed: tuple[tuple[Path, Path], ...]
    rejected: tuple[Rejected, ...]

    @property
    def problems(self) -> list[Problem]:
        """All problems, sorted; a missing extra once."""
        return said_once(self.rejected)


@dataclass(frozen=True, slots=True)
class _Contribution:
    """A file to add: its content, where it would be filed, its sound articles, and what is wrong with the others."""

    file: Path
    content: bytes
    target: Path
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]


def add(root: Path, given: Sequence[Path], source_id: str, *, by: str | None = None, dry_run: bool = False) -> Addition:
    """Check files and file them in a source, under a name that stays: date and 12 hex digits of their hash.

    ``by`` names the contributor, whom raw/contributors.jsonl then names. ``dry_run`` checks and says where they
    would be filed.

    Raises:
        UsageError: no corpus folder, no such source, or a file that is not there.
        CorpusError: the settings or the source's are wrong.
    """
    if by is not None and (wrong := list(schema.problems("contributor", {"id": "a/b", "name": by}, "--by"))):
        raise UsageError(wrong)
    planned = plan.plan(root, frozenset([source_id]))
    source = _source(root, source_id, planned)
    contributions = []
    problems: list[Problem] = []
    for file in given:
        if not file.is_file():
            found = "a folder" if file.is_dir() else "no such file"
            raise UsageError(Problem(str(file), 0, "", "file-unreadable", found, "files to add"))
        suffixes = SHAPES[source.shape].suffixes
        if any(file.name.endswith(suffix) for suffix in suffixes):
            contributions.append(_read(root, file, source, planned.settings))
            problems += contributions[-1].problems
        else:
            wanted, hint = f"a name that ends in {' or '.join(suffixes)}", f"{source_id} takes the shape {source.shape}"
            problems.append(Problem(str(file), 0, "", "file-unexpected", quoted(file.name), wanted, hint))
    problems += _not_free(root, source_id, contributions)
    if problems:
        return Addition((), tuple(Rejected(source_id, problem.file, problem.line, (problem,)) for problem in problems))
    if not dry_run:
        for one in contributions:
            _put(one.target, one.content)
        ids = [article.id for one in contributions for article in one.articles]
        if by and ids:
            lines = [json.dumps({"id": identity, "name": by}, ensure_ascii=False) + "\n" for identity in ids]
            ledgers.append(root, ledgers.CONTRIBUTORS, lines)
    return Addition(tuple((one.file, one.target) for one in contributions), ())


def _source(root: Path, source_id: str, planned: plan.Plan) -> Source:
    """The source to file records in.

    Raises:
        UsageError: rule ``source-missing``.
        CorpusError: its settings are wrong.
    """
    if source_id in planned.sources:
        return planned.sources[source_id]
    if wrong := [problem for one in planned.rejected if one.source == source_id for problem in one.problems]:
        raise CorpusError(wrong)
    names = ", ".join(sorted(folder.name for folder in listing.source_folders(root, None)[0])) or "none yet"
    hint = "make the folder with a source.yaml in it" if SOURCE_NAME.fullmatch(source_id) else ""
    found = f"no folder raw/{source_id}"
    raise UsageError(Problem(source_id, 0, "", "source-missing", found, f"one of {names}", hint))


def _read(root: Path, file: Path, source: Source, settings: Settings) -> _Contribution:
    """What a file to add holds, read as it will be once it is filed."""
    shape = SHAPES[source.shape]
    [part, *_] = partitions_of(source.id, [(file.name, 0)], file.parent, source.shape, 1, tuple(sorted(source.hosts)))
    whole = replace(part, end=file.stat().st_size) if part.bulk and part.end >= 0 else part
    records = [
        replace(record, path=f"raw/{source.id}/{file.name}") if isinstance(record, Record) else record
        for record in read_records(whole, file.parent)
        if not isinstance(record, LeftOut)
    ]
    sound: list[tuple[str, Article]] = []
    problems: list[Problem] = []
    for record in records:
        for article in articles_of([record], source, settings):
            if isinstance(article, Rejected):
                problems += (replace(problem, file=str(file)) for problem in article.problems)
            else:
                sound.append((f"#L{record.line}" if record.line else "", article))
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    stem = digest if part.bulk or not sound else f"{sound[0][1].date[:10]}-{digest}"
    suffix = next(suffix for suffix in shape.suffixes if file.name.endswith(suffix))
    target = root / "raw" / source.id / f"{stem}{suffix}"
    if paths.kind_of(target) not in ("", "a file") or (target.exists() and target.read_bytes() != content):
        found = f"{target.relative_to(root).as_posix()} with other content"
        hint = "it was filed before and edited since: mend that file, or move it away"
        problems.append(Problem(str(file), 0, "", "place-not-free", found, "a name that is free", hint))
    articles = []
    for line, article in sound:
        identity = article.id if shape.own_id else f"{source.id}/{key_of(stem, article.redistribution)}"
        articles.append(replace(article, id=identity, raw_path=f"raw/{source.id}/{target.name}{line}"))
    return _Contribution(file, content, target, tuple(articles), tuple(problems))


def _not_free(root: Path, source_id: str, contributions: Sequence[_Contribution]) -> Iterator[Problem]:
    """Articles whose id or content a record of the source has, an earlier one of them, or one that was withdrawn."""
    seen = FirstSeen()
    for row in check.rows(root, ("id", "text_sha256", "raw_path"), only=frozenset([source_id])).to_pylist():
        seen.repeats(row["id"], row["text_sha256"], *split_raw_path(row["raw_path"]))
    withdrawn = ledgers.withdrawn(root)
    for one in contributions:
        for article in one.articles:
            file, line = str(one.file), split_raw_path(article.raw_path)[1]
            if withdrawn.holds(article):
                found = f"{article.id}, which was withdrawn"
                yield Problem(file, line, "$.id", "content-withdrawn", found, "another record", "leave it out")
            elif refusal := withdrawn.refusal(article):
                yield replace(refusal, file=file)
            else:
                digest = hashlib.sha256(article.text.encode()).hexdigest()
                hint = "it is there already; to correct it, edit that file"
                problem = seen.repeats(article.id, digest, file, line, hint)
                yield from [problem] if problem else []


def _put(target: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        found, wanted = error.strerror or str(error), "a folder that can be written"
        raise CorpusError(Problem(str(target), 0, "", "place-unwritable", found, wanted)) from None
