"""A release as static pages, which any web server or a browser reads from a folder: whole, or nothing of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from corpus.explore.articles import Articles
from corpus.files.deletion import strangers
from corpus.files.exchange import exchange
from corpus.files.refusals import writing
from corpus.formats.export import require_extra
from corpus.model.problem import Problem, UsageError, number_of
from corpus.release.made_files import OF_SYSTEMS
from corpus.release.read.reader import Release, open_release
from corpus.release.write import citation
from corpus.web.language import LANGUAGES, language
from corpus.web.site.about import Said, write_about
from corpus.web.site.addresses import OF_FACET, Addresses
from corpus.web.site.articles import write_articles
from corpus.web.site.lists import by_value, entries, write_lists
from corpus.web.site.search_index import write_index
from corpus.web.site.speakers import addresses_of, speakers, write_speakers
from corpus.web.site.workplace import workplace
from corpus.web.site.writer import Writer

LISTED = "site-files.txt"
"""The file of a site that names all its files: what it names may be replaced by another site, and nothing else."""

_STATIC = ("style.css", "icon.svg", "site.js")
_JEKYLL = ".nojekyll"
"""The file that has GitHub Pages serve all others as they are."""

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Site:
    """What was written: how many articles, those among them whose words are not shown, pages of HTML, files, bytes."""

    articles: int
    masked: int
    pages: int
    files: int
    bytes: int


def site(where: str | Path, out: Path, lang: str = "", progress: Progress = lambda _what, _done, _total: None) -> Site:
    """Write a release as a folder ``out`` of static pages; ``lang`` is their language, by default that of the articles.

    The folder appears whole or not at all. A site that stands there is replaced where nobody has put anything into it.

    Raises:
        UsageError: no such release; the packages of the extra ``site`` are not installed; ``out`` is not free.
        CorpusError: a file of the release is damaged, the disk refuses, the index of the search cannot be made.
    """
    _require()
    release = open_release(where)
    out = out.parent.resolve() / out.name if out.name not in ("", "..") else out.resolve()
    _refuse_within(release, out)
    _refuse_taken(out)
    said = Said.of(release)
    articles_in = _language_of(said.articles)
    speaks = language(lang or (articles_in if articles_in in LANGUAGES else LANGUAGES[0]))
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    with writing(out), workplace(out) as above:
        folder, indexed = above / "site", above / "indexed"
        folder.mkdir()
        shared = {
            "corpus": citation.title(said.metadata.settings),
            "version": said.version,
            "lists": OF_FACET,
            "articles_in": articles_in,
        }
        writer = Writer(folder, indexed, speaks, shared)
        _write_pages(writer, said, progress)
        if len(said.articles):
            progress("indexing for the search", 0, None)
            write_index(indexed, folder, articles_in)
        _copy_static(folder)
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        size = sum((folder / name).stat().st_size for name in names)
        (folder / LISTED).write_text("".join(f"{name}\n" for name in (*names, LISTED)), "utf-8")
        _put(folder, out, above)
    total = len(said.articles)
    return Site(total, total - said.articles.searchable, len(writer.written), len(names) + 1, size)


def _write_pages(writer: Writer, said: Said, progress: Progress) -> None:
    every = entries(said.articles)
    values = {facet: by_value(said.articles, every, facet) for facet in OF_FACET}
    known = {one.id: one for one in every}
    quoted = speakers(said.release, known)
    addresses = Addresses(known, addresses_of(quoted), values)
    for done in write_articles(writer, said.release, addresses):
        progress("writing pages", done, len(every))
    write_speakers(writer, quoted, addresses)
    write_lists(writer, every, values)
    write_about(writer, said, values, quoted)
    writer.page("search.html", "search.html", searchable=len(every) > 0)


def _language_of(articles: Articles) -> str:
    """The language of most articles, by the first part of its code; what is no code of a language counts as English."""
    counts = Counter(articles.table["language"].to_pylist())
    most = min(counts, key=lambda one: (-counts[one], str(one)), default=None)
    code = str(most).partition("-")[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) else LANGUAGES[0]


def _copy_static(folder: Path) -> None:
    static = files("corpus.web") / "static"
    (folder / "static").mkdir()
    for name in _STATIC:
        (folder / "static" / name).write_bytes((static / name).read_bytes())
    (folder / _JEKYLL).touch()


def _require() -> None:
    """Stop where what makes the search index is not installed.

    Raises:
        UsageError: rule ``extra-missing``.
    """
    require_extra("site", "corpus site")
    from pagefind.service import get_executable

    if get_executable() is None:
        hint, wanted = "pip install 'annotated-corpus[site]'", "the program that makes the search index"
        raise UsageError(Problem("pagefind-bin", 0, "", "extra-missing", "not installed", wanted, hint))


def _refuse_within(release: Release, out: Path) -> None:
    """Stop where the site would stand in the release, which then is no longer what its manifest says, or around it.

    Raises:
        UsageError: rule ``place-not-free``.
    """
    if release.fetch is not None:
        return
    folder, place = Path(release.folder).resolve(), out.resolve()
    if place.is_relative_to(folder) or folder.is_relative_to(place):
        found = "a folder in the release" if place.is_relative_to(folder) else "a folder that has the release in it"
        wanted, hint = "a folder beside the release", f"--out {folder.with_name(f'{folder.name}-site')}"
        raise UsageError(Problem(str(out), 0, "", "place-not-free", found, wanted, hint))


def _refuse_taken(out: Path) -> None:
    """Stop where anything stands but an earlier site that nobody has put anything into.

    Raises:
        UsageError: rule ``place-not-free``.
    """
    if found := _taken(out):
        wanted, hint = (
            "a free name for a folder, or an earlier site",
            "give --out another folder, or move away what is there",
        )
        raise UsageError(Problem(str(out), 0, "", "place-not-free", found, wanted, hint))


def _taken(out: Path) -> str:
    """What stands in the way, "" for nothing."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        return "something there"
    if not out.is_dir() or not any(out.iterdir()):
        return ""
    if Path.cwd().is_relative_to(out.resolve()):
        return "the folder that you are in"
    try:
        listed = set((out / LISTED).read_text("utf-8").splitlines()) if (out / LISTED).is_file() else set()
    except (OSError, UnicodeDecodeError):
        listed = set()
    others = strangers(out, lambda path: path in listed or path.rpartition("/")[2] in OF_SYSTEMS or path.endswith("/"))
    if not listed:
        return "a folder with other things in it"
    return f"{number_of(len(others), 'file')} that no site has, such as {others[0]}" if others else ""


def _put(folder: Path, out: Path, above: Path) -> None:
    """Put the site that is ready in its place."""
    _refuse_taken(out)
    if not out.exists():
        folder.rename(out)
    elif exchange(folder, out):
        if _taken(folder):  # somebody put something there in this moment
            exchange(folder, out)
            _refuse_taken(out)
    else:  # a system that cannot exchange two folders: two renames, the shortest gap there is
        out.rename(above / "replaced")
        folder.rename(out)
