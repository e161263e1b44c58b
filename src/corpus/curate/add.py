"""Makes a corpus folder, and files contributors' records in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.build import plan
from corpus.curate import check
from corpus.files import paths
from corpus.model import schema
from corpus.model.article import Article
from corpus.model.problem import CorpusError, Problem, Rejected, UsageError, quoted, said_once
from corpus.parse.articles import articles_of
from corpus.parse.assemble import key_of
from corpus.raw import ledgers, listing
from corpus.raw.config import SOURCE_NAME
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
    if source_id not in planned.sources:
        if wrong := [
            problem for refusal in planned.rejected if refusal.source == source_id for problem in refusal.problems
        ]:
            raise CorpusError(wrong)
        known = sorted(folder.name for folder in listing.source_folders(root, None)[0])
        raise UsageError(
            Problem(
                source_id,
                0,
                "",
                "source-missing",
                f"no folder raw/{source_id}",
                f"one of {', '.join(known) or 'none yet'}",
                "make the folder with a source.yaml in it" if SOURCE_NAME.fullmatch(source_id) else "",
            )
        )
    source = planned.sources[source_id]
    filed: list[tuple[Path, Path]] = []
    rejected: list[Rejected] = []
    found: list[Article] = []
    contents: list[bytes] = []
    for file in given:
        suffix = next((end for end in SHAPES[source.shape].suffixes if file.name.endswith(end)), None)
        if not file.is_file():
            raise UsageError(Problem(str(file), 0, "", "file-unreadable", "no such file", "files to add", ""))
        if suffix is None:
            problem = Problem(
                str(file),
                0,
                "",
                "file-unexpected",
                quoted(file.name),
                f"a name that ends in {' or '.join(SHAPES[source.shape].suffixes)}",
                f"{source_id} takes the shape {source.shape}",
            )
            rejected.append(Rejected(source_id, str(file), 0, (problem,)))
            continue
        hosts = tuple(sorted(source.hosts))
        part = next(iter(partitions_of(source_id, [(file.name, 0)], file.parent, source.shape, 1, hosts)))
        whole = replace(part, end=file.stat().st_size) if part.bulk and part.end >= 0 else part
        records = [
            replace(record, path=f"raw/{source_id}/{file.name}") if isinstance(record, Record) else record
            for record in read_records(whole, file.parent)
            if not isinstance(record, LeftOut)
        ]
        articles = list(articles_of(records, source, planned.settings))
        rejected += [_at(article, file) for article in articles if isinstance(article, Rejected)]
        sound = [article for article in articles if isinstance(article, Article)]
        content = file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        stem = digest if part.bulk or not sound else f"{sound[0].date[:10]}-{digest}"
        target = root / "raw" / source_id / f"{stem}{suffix}"
        if paths.standing(target) not in ("", "a file") or (target.exists() and target.read_bytes() != content):
            rejected.append(_edited(source_id, file, target.relative_to(root).as_posix()))
        filed.append((file, target))
        contents.append(content)
        if not SHAPES[source.shape].own_id:
            sound = [replace(article, id=f"{source_id}/{key_of(stem, article.redistribution)}") for article in sound]
        found += [replace(article, raw_path=str(file)) for article in sound]
    rejected += _known_already(root, source_id, found)
    if rejected:
        return Addition((), tuple(rejected))
    if not dry_run:
        for (_, target), content in zip(filed, contents, strict=True):
            _put(target, content)
        if by and found:
            lines = [json.dumps({"id": article.id, "name": by}, ensure_ascii=False) + "\n" for article in found]
            ledgers.append(root, ledgers.CONTRIBUTORS, lines)
    return Addition(tuple(filed), ())


def _edited(source_id: str, file: Path, path: str) -> Rejected:
    """The refusal of a file whose name in the corpus is taken: it was filed before, and edited since."""
    hint = "it was filed before and edited since: mend that file, or move it away"
    problem = Problem(str(file), 0, "", "place-not-free", f"{path} with other content", "a name that is free", hint)
    return Rejected(source_id, str(file), 0, (problem,))


def _at(refusal: Rejected, file: Path) -> Rejected:
    """A refusal that names the file as the contributor does."""
    return replace(
        refusal, file=str(file), problems=tuple(replace(problem, file=str(file)) for problem in refusal.problems)
    )


def _known_already(root: Path, source_id: str, found: Sequence[Article]) -> list[Rejected]:
    """Refusals of articles whose id or text the source, or an earlier one of them, has."""
    table = check.rows(root, ("id", "text_sha256", "raw_path"), only=frozenset([source_id]))
    ids = dict(zip(table["id"].to_pylist(), table["raw_path"].to_pylist(), strict=True))
    texts = dict(zip(table["text_sha256"].to_pylist(), table["raw_path"].to_pylist(), strict=True))
    gone = ledgers.withdrawn(root)
    rejected = []
    for article in found:
        digest = hashlib.sha256(article.text.encode()).hexdigest()
        judged = gone.judge(article)
        problem = judged if isinstance(judged, Problem) else None
        if judged is True:
            found_words, hint = f"{article.id}, which was withdrawn", "leave it out"
            problem = Problem(article.raw_path, 0, "$.id", "content-withdrawn", found_words, "another record", hint)
        elif problem is None and digest in texts:
            problem = Problem(
                article.raw_path,
                0,
                "$.text",
                "content-duplicate",
                f"the text of {texts[digest]}",
                "each article once in a source",
                "it is there already; to correct it, edit that file",
            )
        elif problem is None and article.id in ids:
            problem = Problem(
                article.raw_path,
                0,
                "$.id",
                "id-duplicate",
                f"{article.id}, as in {ids[article.id]}",
                "an id of its own",
                "to correct that article, edit its file",
            )
        if problem:
            rejected.append(Rejected(source_id, article.raw_path, 0, (problem,)))
        ids[article.id] = texts[digest] = article.raw_path
    return rejected


def _put(target: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CorpusError(
            Problem(
                str(target), 0, "", "place-unwritable", error.strerror or str(error), "a folder that can be written", ""
            )
        ) from None
