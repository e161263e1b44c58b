"""Files that people give, read as they will be once they are filed: their articles, their place, what is wrong."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from corpus.build.first_seen import FirstSeen, Naming
from corpus.build.worker import withdrawn_texts
from corpus.curate import check, filing
from corpus.curate.recognise import PACKED, partition
from corpus.dedup.shingles import compared_text, shingles
from corpus.dedup.stories import alike
from corpus.files import paths
from corpus.files.deletion import temporary_folder
from corpus.files.regular import is_of_system, read_regular
from corpus.model.article import Article, Paragraph, file_of, split_raw_path
from corpus.model.article_row import text_sha256
from corpus.model.problem import Problem, Refusals, Rejected, UsageError, quoted
from corpus.parse.articles import articles_of, records_of
from corpus.parse.assemble import key_of
from corpus.raw.config import Settings, Source
from corpus.raw.encodings import UndecodableError, is_utf_8, repaired
from corpus.raw.key import CorpusKey
from corpus.raw.layout import LEFT_OUT, SHAPES, largest
from corpus.raw.records import Record, absurd
from corpus.raw.tombstones import Withdrawn

_OF_A_SAVED_PAGE = re.compile(
    r"[-_. ](?:files|fichiers|data|dateien|file|archivos|arquivos|ficheiros|bestanden|filer|pliki|soubory|fld)\Z",
    re.IGNORECASE,
)
"""How browsers and word processors end the name of the folder with the pictures and styles of a page that they save."""

_TOGETHER = 1000
"""Texts that are compared from a file."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file to add, and the folder of the source that it goes into, "" for its top."""

    file: Path
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """What is kept of a sound article of a file to add.

    ``mark`` is what its ``raw_path`` says behind the file, ``compared`` the compressed text in which near-duplicates
    are looked for, ``refusal`` why it may not be added although it is sound: it was withdrawn.
    """

    naming: Naming
    mark: str
    title: str
    date: str
    version: str | None
    compared: bytes
    refusal: Problem | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A file to add: its content, where it would be filed, its sound articles, what is wrong with others.

    ``partly`` says that it is filed although some of its articles have problems: an export is never edited.
    """

    file: Path
    content: bytes
    target: Path
    articles: tuple[Sound, ...]
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
            or is_of_system(relative)
            or relative.as_posix() in LEFT_OUT
        )
        if file.is_file() and not passed_over:
            yield Given(file, "" if len(relative.parts) == 1 else relative.parent.as_posix())


def read(
    root: Path,
    given: Given,
    source: Source,
    settings: Settings,
    withdrawn: Withdrawn,
    encoding: str = "",
    key: CorpusKey | None = None,
) -> Contribution:
    """What a file to add holds, read as it will be once it is filed under its date and 12 digits of its SHA-256.

    With a ``key`` they are keyed: an id that is made of a name says nothing of the content then.

    With ``encoding`` it is filed as UTF-8: read in this encoding, or, where it is UTF-8 already, with a wrong reading
    undone. A file in which nothing was wrongly read is taken as it is.

    Raises:
        UsageError: it cannot be read.
    """
    file, shape = given.file, SHAPES[source.shape]
    problems: list[Problem] = []
    content = b""
    try:
        if (size := file.stat().st_size) > largest(source.shape):
            problems.append(absurd(str(file), 0, size, largest(source.shape)))
        else:
            content = read_regular(file)
    except OSError as error:
        found = error.strerror or str(error)
        raise UsageError(Problem(str(file), 0, "", "file-unreadable", found, "a file that can be read")) from None
    mended = _in_utf8(file, content, encoding) if encoding else content
    if isinstance(mended, Problem):
        problems.append(mended)
    else:
        content = mended
    place = "/".join(part for part in ("raw", source.id, given.folder) if part)
    digest = hashlib.sha256(content).hexdigest()
    digest = (digest if key is None else key.hash("name", digest.encode()))[:12]
    suffix = shape.suffix_of(file.name)
    target = root / place / f"{digest}{suffix}"
    articles: list[Sound] = []
    refused = Refusals(lambda _: source.limit("problems"))
    for record in _records(file, content, source, encoding) if not problems else ():
        moved = replace(record, path=f"{place}/{file.name}") if isinstance(record, Record) else record
        for article in articles_of([moved], source, settings):
            if isinstance(article, Rejected):
                refused.add(article)
                continue
            if not shape.bulk:
                target = root / place / f"{_day_in_name(article.date)}-{digest}{suffix}"
            identity = article.id
            if not shape.own_id:
                identity = f"{source.id}/{key_of(target.name.removesuffix(suffix), article.redistribution)}"
            mark = article.raw_path[len(f"{place}/{file.name}") :]
            articles.append(_sound(article._replace(id=identity), mark, file, withdrawn))
    problems += (_named(problem, file) for refusal in refused for problem in refusal.problems)
    if paths.kind_of(target) not in ("", "a file") or (target.exists() and target.read_bytes() != content):
        found = f"{target.relative_to(root).as_posix()} with other content"
        hint = "it was filed before and edited since: mend that file, or move it away"
        problems.append(Problem(str(file), 0, "", "place-not-free", found, "a name that is free", hint))
        articles = []
    partly = shape.bulk and not shape.streamed
    return Contribution(file, content, target, tuple(articles), tuple(problems), partly)


def _sound(article: Article, mark: str, file: Path, withdrawn: Withdrawn) -> Sound:
    """What is kept of an article: texts of a large export would fill the memory."""
    refusal = withdrawn.judge(article)
    if refusal is True:
        found = f"{article.id}, which was withdrawn"
        refusal = Problem("", 0, "$.id", "content-withdrawn", found, "another record", "leave it out")
    comparable = compared_text(article.text, article.paragraphs)
    if not refusal and (texts := withdrawn_texts(withdrawn)):
        for one in texts.matches(shingles([comparable])):
            raw_path = f"{file}{mark}"
            refusal = refusal or withdrawn.refusal_of_copy(raw_path, article.id, one.owner, one.share) or False
    naming = Naming(article.id, text_sha256(article.text), article.publication or "")
    compared = zlib.compress(comparable.encode(), 1)
    return Sound(naming, mark, article.title, article.date, article.version, compared, refusal or None)


def _day_in_name(date: str) -> str:
    """A date as a file name may begin with it: without its time, its end, and what is uncertain of it."""
    return re.sub(r"[^0-9X-]", "", date[:10].partition("/")[0])


def _records(file: Path, content: bytes, source: Source, encoding: str) -> Iterator[Record | Problem]:
    """The records of a file; of one whose encoding was mended, those of the mended content."""
    if not encoding:
        yield from records_of(partition(file, source), source, file.parent)
        return
    with temporary_folder() as folder:
        mended = folder / file.name
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
    for row in _filed(root, source_id, columns):
        naming = Naming(row["id"], row["text_sha256"], row["publication"] or "")
        seen.repeats(naming, *split_raw_path(row["raw_path"]))
        versions[row["id"]] = row["version"]
    left = []
    for one in contributions:
        free: list[Sound] = []
        problems = list(one.problems)
        for article in one.articles:
            file, line = split_raw_path(f"{one.file}{article.mark}")
            identity = article.naming.id
            problem = replace(article.refusal, file=file, line=line) if article.refusal is not None else None
            newer = article.version and versions.get(identity) not in (None, article.version)
            if problem is None and not newer:
                hint = "nothing has to be done, it is there once; to correct it, edit that file"
                problem = seen.repeats(article.naming, file, line, hint)
            versions[identity] = article.version
            if problem is None:
                free.append(article)
            else:
                problems.append(problem)
        left.append(replace(one, articles=tuple(free), problems=tuple(problems)))
    return left


def _filed(root: Path, source_id: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Columns of the articles of a source, without those of files that an unfinished run had begun to file."""
    begun = filing.begun(root).files
    rows = check.rows(root, columns, only=frozenset([source_id])).to_pylist()
    return [row for row in rows if file_of(row["raw_path"])[0] not in begun]


def near_duplicates(root: Path, source_id: str, contributions: Sequence[Contribution]) -> list[Problem]:
    """A warning for each article that is nearly one that is filed in the source, or another of those to add."""
    new = [(one, article) for one in contributions for article in one.articles]
    if not new:
        return []
    filed = _filed(root, source_id, ("id", "text", "paragraphs", "raw_path"))
    names = [str(row["id"]) for row in filed]
    names += [f"{one.file}{article.mark}, « {article.title} »" for one, article in new]

    def compared(number: int) -> str:
        if number >= len(filed):
            return zlib.decompress(new[number - len(filed)][1].compared).decode()
        row = filed[number]
        return compared_text(row["text"], [Paragraph(**one) for one in row["paragraphs"]])

    everything = range(len(names))
    texts = (list(map(compared, everything[start : start + _TOGETHER])) for start in everything[::_TOGETHER])
    with temporary_folder() as folder:
        pairs = alike(texts, np.arange(len(names)) >= len(filed), folder)
    likest: dict[int, tuple[float, int]] = {}  # of each new article: how much it is like the one it is most like
    each = zip(pairs.first.tolist(), pairs.second.tolist(), pairs.similarity.tolist(), strict=True)
    for earlier, later, much in each:
        likest[later] = max(likest.get(later, (0.0, 0)), (much, earlier))
    warnings = []
    for later, (much, earlier) in sorted(likest.items()):
        contribution, article = new[later - len(filed)]
        found = f"{quoted(article.title)}, much like {names[earlier]} (similarity {much:.2f})"
        wanted = "articles that are not there already"
        hint = "both are kept, in one story; leave one out if it is a copy"
        file = f"{contribution.file}{article.mark}"
        warnings.append(Problem(file, 0, "$.text", "near-duplicate", found, wanted, hint))
    return warnings
