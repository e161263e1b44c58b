"""Files that people give, read as they will be once they are filed: their articles, their place, what is wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from corpus.build.first_seen import FirstSeen, Naming
from corpus.curate import check
from corpus.curate.recognise import PACKED, partition
from corpus.dedup.candidates import LINKED, candidates, similar
from corpus.dedup.minhash import signatures_of
from corpus.dedup.shingles import compared_text, shingles
from corpus.files import paths
from corpus.model.article import Article, Paragraph, split_raw_path
from corpus.model.problem import CorpusError, Problem, Rejected, UsageError, quoted
from corpus.parse.articles import articles_of, records_of
from corpus.parse.assemble import key_of
from corpus.raw import ledgers
from corpus.raw.config import Settings, Source
from corpus.raw.encodings import UndecodableError, is_utf_8, repaired
from corpus.raw.layout import LEFT_OUT, SHAPES
from corpus.raw.records import Record

_OF_A_SAVED_PAGE = re.compile(
    r"[-_. ](?:files|fichiers|data|dateien|file|archivos|arquivos|ficheiros|bestanden|filer|pliki|soubory|fld)\Z",
    re.IGNORECASE,
)
"""How browsers and word processors end the name of the folder with the pictures and styles of a page that they save."""
_OF_THE_SYSTEM = re.compile(r"\..*|__MACOSX|Thumbs\.db|ehthumbs\.db|desktop\.ini|~\$.*|Icon\r", re.IGNORECASE)
"""Files and folders that systems and open word processors leave behind."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file to add, and the folder of the source that it goes into, "" for its top."""

    file: Path
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """A file to add: its content, where it would be filed, its sound articles, what is wrong with others.

    ``partly`` says that it is filed although some of its articles have problems: an export is never edited.
    """

    file: Path
    content: bytes
    target: Path
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    partly: bool = False

    @property
    def is_filed(self) -> bool:
        """Whether it can be filed."""
        return bool(self.articles) if self.partly else not self.problems


def files_in(given: Iterable[Path]) -> list[Given]:
    """The files to add, and all files of the folders among them in the order of their paths.

    Hidden files, those of the system and what a browser saves beside a page are passed over.

    Raises:
        UsageError: one is not there.
    """
    found: list[Given] = []
    for one in given:
        if one.is_file():
            found.append(Given(one))
        elif one.is_dir():
            found += _files_under(one)
        else:
            raise UsageError(Problem(str(one), 0, "", "file-unreadable", "no such file", "files or folders to add"))
    return found


def _files_under(folder: Path) -> Iterator[Given]:
    for file in sorted(folder.rglob("*")):
        relative = PurePosixPath(file.relative_to(folder).as_posix())
        passed_over = (
            any(_OF_A_SAVED_PAGE.search(part, max(0, len(part) - 12)) for part in relative.parts[:-1])
            or any(_OF_THE_SYSTEM.fullmatch(part) for part in relative.parts)
            or relative.as_posix() in LEFT_OUT
        )
        if file.is_file() and not passed_over:
            yield Given(file, "" if len(relative.parts) == 1 else relative.parent.as_posix())


def read(root: Path, given: Given, source: Source, settings: Settings, encoding: str = "") -> Contribution:
    """What a file to add holds, read as it will be once it is filed under its date and 12 digits of its SHA-256.

    With ``encoding`` it is filed as UTF-8: read in this encoding, or, where it is UTF-8 already, with a wrong reading
    undone. A file in which nothing was wrongly read is taken as it is.

    Raises:
        UsageError: it cannot be read.
    """
    file, shape = given.file, SHAPES[source.shape]
    try:
        content = file.read_bytes()
    except OSError as error:
        found = error.strerror or str(error)
        raise UsageError(Problem(str(file), 0, "", "file-unreadable", found, "a file that can be read")) from None
    sound: list[Article] = []
    problems: list[Problem] = []
    mended = _in_utf8(file, content, encoding) if encoding else content
    if isinstance(mended, Problem):
        problems.append(mended)
    else:
        content = mended
    place = "/".join(part for part in ("raw", source.id, given.folder) if part)
    for record in _records(file, content, source, encoding) if not problems else ():
        moved = replace(record, path=f"{place}/{file.name}") if isinstance(record, Record) else record
        for article in articles_of([moved], source, settings):
            if isinstance(article, Rejected):
                problems += (_named(problem, file) for problem in article.problems)
            else:
                sound.append(article)
    digest = hashlib.sha256(content).hexdigest()[:12]
    stem = digest if shape.bulk or not sound else f"{_day_in_name(sound[0].date)}-{digest}"
    target = root / place / f"{stem}{shape.suffix_of(file.name)}"
    if paths.kind_of(target) not in ("", "a file") or (target.exists() and target.read_bytes() != content):
        found = f"{target.relative_to(root).as_posix()} with other content"
        hint = "it was filed before and edited since: mend that file, or move it away"
        problems.append(Problem(str(file), 0, "", "place-not-free", found, "a name that is free", hint))
        sound = []
    articles = []
    for article in sound:
        identity = article.id if shape.own_id else f"{source.id}/{key_of(stem, article.redistribution)}"
        mark = article.raw_path[len(f"{place}/{file.name}") :]
        articles.append(replace(article, id=identity, raw_path=f"{place}/{target.name}{mark}"))
    partly = shape.bulk and not shape.streamed
    return Contribution(file, content, target, tuple(articles), tuple(problems), partly)


def _day_in_name(date: str) -> str:
    """A date as a file name may begin with it: without its time, its end, and what is uncertain of it."""
    return re.sub(r"[^0-9X-]", "", date[:10].partition("/")[0])


def _records(file: Path, content: bytes, source: Source, encoding: str) -> Iterator[Record | Problem]:
    """The records of a file; of one whose encoding was mended, those of the mended content."""
    if not encoding:
        yield from records_of(partition(file, source), source, file.parent)
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="corpus-") as folder:
        mended = Path(folder) / file.name
        mended.write_bytes(content)
        yield from records_of(partition(mended, source), source, mended.parent)


def _in_utf8(file: Path, content: bytes, encoding: str) -> bytes | Problem:
    """The content as UTF-8; as it is where it is packed, or UTF-8 in which nothing was wrongly read."""
    if content.startswith(PACKED):
        return content
    try:
        return repaired(content, encoding).encode()
    except UndecodableError as error:
        if is_utf_8(content):
            return content
        found = f"byte 0x{error.byte:02x} at byte offset {error.offset}, which {encoding} does not explain"
        wanted = "text that was written, or wrongly read, in this encoding"
        return Problem(str(file), 0, "", "encoding-unreadable", found, wanted, error.hint)


def _named(problem: Problem, file: Path) -> Problem:
    """A problem with the file as it was given, and the number of the article in it."""
    _, number, place = problem.file.partition("#")
    return replace(problem, file=f"{file}{number}{place}")


def not_free(root: Path, source_id: str, contributions: Sequence[Contribution]) -> list[Contribution]:
    """The contributions without the articles whose id or content is there already, or was withdrawn.

    These are problems. A newer version of an item that is filed is no repetition.
    """
    seen = FirstSeen()
    versions: dict[str, str | None] = {}
    columns = ("id", "text_sha256", "raw_path", "version", "publication")
    for row in check.rows(root, columns, only=frozenset([source_id])).to_pylist():
        naming = Naming(row["id"], row["text_sha256"], row["publication"] or "")
        seen.repeats(naming, *split_raw_path(row["raw_path"]))
        versions[row["id"]] = row["version"]
    withdrawn = ledgers.withdrawn(root)
    left = []
    for one in contributions:
        free: list[Article] = []
        problems = list(one.problems)
        for article in one.articles:
            file = f"{one.file}{article.raw_path[article.raw_path.index(one.target.name) + len(one.target.name) :]}"
            file, line = split_raw_path(file)
            if withdrawn.holds(article):
                found = f"{article.id}, which was withdrawn"
                problem: Problem | None = Problem(
                    file, line, "$.id", "content-withdrawn", found, "another record", "leave it out"
                )
            elif refusal := withdrawn.refusal(article):
                problem = replace(refusal, file=file)
            elif article.version and versions.get(article.id) not in (None, article.version):
                problem = None
            else:
                digest = hashlib.sha256(article.text.encode()).hexdigest()
                hint = "nothing has to be done, it is there once; to correct it, edit that file"
                problem = seen.repeats(Naming(article.id, digest, article.publication or ""), file, line, hint)
            versions[article.id] = article.version
            if problem is None:
                free.append(article)
            else:
                problems.append(problem)
        left.append(replace(one, articles=tuple(free), problems=tuple(problems)))
    return left


def near_duplicates(root: Path, source_id: str, contributions: Sequence[Contribution]) -> list[Problem]:
    """A warning for each article that is nearly one that is filed in the source, or another of those to add."""
    columns = ("id", "text", "paragraphs")
    filed = check.rows(root, columns, only=frozenset([source_id])).to_pylist()
    texts = [compared_text(row["text"], [Paragraph(**one) for one in row["paragraphs"]]) for row in filed]
    names = [str(row["id"]) for row in filed]
    new = [(one, article) for one in contributions for article in one.articles]
    texts += [compared_text(article.text, article.paragraphs) for _, article in new]
    names += [f"{one.file}, « {article.title} »" for one, article in new]
    if not new:
        return []
    made = signatures_of(shingles(texts))
    is_new = np.arange(len(texts)) >= len(filed)
    first, second = candidates(made, is_new, None)
    pairs = similar(first, second, lambda at: shingles([texts[one] for one in at.tolist()]), LINKED)
    warnings = []
    for one, other, much in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.similarity.tolist(), strict=True):
        earlier, later = sorted((one, other))
        contribution, article = new[later - len(filed)]
        found = f"{quoted(article.title)}, much like {names[earlier]} (similarity {much:.2f})"
        wanted, hint = (
            "articles that are not there already",
            "both are kept, in one story; leave one out if it is a copy",
        )
        warnings.append(Problem(str(contribution.file), 0, "$.text", "near-duplicate", found, wanted, hint))
    return warnings


def put(target: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        CorpusError: rule ``place-unwritable``.
    """
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        found, wanted = error.strerror or str(error), "a folder that can be written"
        raise CorpusError(Problem(str(target), 0, "", "place-unwritable", found, wanted)) from None
