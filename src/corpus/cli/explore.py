"""Commands that read a release: list its articles, search its words."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from corpus.cli.common import FOLDER, Command, Styled, options, print_json, progress, root_of, say, workers_of
from corpus.cli.faults import to_output, write_utf_8
from corpus.model.problem import number_of

if TYPE_CHECKING:
    from corpus.explore.collocations import Collocate
    from corpus.explore.filters import Filter
    from corpus.explore.hits import Count, Hits, Line
    from corpus.files.paths import Location

_SHOWN = 25
"""Hits, and rows of counts, that are printed; files and --json have all."""

_FILTERS = (
    ("source", "NAME", "Only articles of this source."),
    ("publication", "NAME", "Only those of this publication."),
    ("from", "DATE", "Only those of this date (2024, 2024-03, 2024-03-12) or later; one dated only 2024 is taken."),
    ("to", "DATE", "Only those of this date or earlier, or that may be, as with --from."),
    ("topic", "NAME", "Only those with this topic, by its name or code."),
    ("speaker", "NAME", "Only those that quote this person; corpus search takes only what the person says."),
    ("split", "NAME", "Only those of this split."),
    ("text", "WORDS", "Only those in whose text all these words stand."),
    ("where", "SQL", "Only those for which this holds, in DuckDB's SQL over the columns of articles."),
)
_NAMES = {"from": "earliest", "to": "latest", "where": "condition"}


def _filters(command: Command) -> Command:
    """The options that choose articles, as one ``Filter``."""

    @wraps(command)
    def decided(*given: Any, **named: Any) -> None:
        from corpus.explore.filters import Filter

        asked = {known: named.pop(known) for name, _, _ in _FILTERS for known in [_NAMES.get(name, name)]}
        command(*given, wanted=Filter(**asked), **named)

    for name, metavar, what in reversed(_FILTERS):
        decided = click.option(f"--{name}", _NAMES.get(name, name), metavar=metavar, help=what)(decided)
    return decided  # type: ignore[return-value]  # with the same signature but for the filter


class _Files(NamedTuple):
    """Where all rows are to be written: ``csv`` may be ``-``."""

    csv: str | None = None
    xlsx: Path | None = None


_CSV = click.option(
    "--csv", "as_csv", metavar="FILE|-", help="Write all, or as many as --limit says, as CSV there, - for the output."
)
_XLSX = click.option(
    "--xlsx", type=FOLDER, metavar="FILE", help="Write all, or as many as --limit says, as a workbook there."
)


def _files(as_csv: str | None, xlsx: Path | None, *, as_json: bool) -> _Files:
    if as_json and (as_csv or xlsx):
        raise click.UsageError("ask for --json or for files")
    return _Files(as_csv, xlsx)


def _refuse(wrong: Mapping[str, bool]) -> None:
    """Stop where something is wrong with what was asked for, by what is said of it."""
    for said in (said for said, is_so in wrong.items() if is_so):
        raise click.UsageError(said)


def _write(files: _Files, name: str, header: Sequence[str], count: int, rows: Callable[[], Iterable[Any]]) -> bool:
    """Write so many rows to the files that were asked for; whether there are any."""
    from corpus.files import spreadsheet

    if files.csv == "-":
        write_utf_8()
        to_output(lambda output: spreadsheet.print_csv(output, header, rows()))
    elif files.csv is not None:
        spreadsheet.write_csv(Path(files.csv), header, rows())
        say(f"wrote {number_of(count, 'row')} to {files.csv}", err=True)
    if files.xlsx is not None:
        spreadsheet.write_xlsx(files.xlsx, [spreadsheet.Sheet(name, header, rows())])
        say(f"wrote {number_of(count, 'row')} to {files.xlsx}", err=True)
    return files != _Files()


@click.command("list")
@click.argument("release", required=False, metavar="[RELEASE]")
@_filters
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many.")
@_CSV
@_XLSX
@options("root", "workers", "json")
def list_articles(
    release: str | None,
    wanted: Filter,
    limit: int | None,
    as_csv: str | None,
    xlsx: Path | None,
    root: Location | None,
    workers: int | None,
    *,
    as_json: bool,
) -> None:
    """List the articles of a release, or of the raw corpus. Ids, dates, publications, titles.

    Articles whose text may not be passed on are listed with what is open of them, which is not their title. Case and
    accents of what you ask for do not matter.

    \b
    Examples:
      corpus list build/preview --publication "La Gazette" --from 2024-03
      corpus list build/preview --speaker Ferrand --csv articles.csv
      corpus list --source agence-hexa
    """
    import numpy as np

    from corpus.explore.articles import LISTED, Articles
    from corpus.explore.filters import chosen, loosely_dated

    files = _files(as_csv, xlsx, as_json=as_json)
    if release is None:
        from corpus.curate import check

        columns = (*LISTED, "date_earliest", "date_latest")
        articles = Articles.of_rows(check.rows(root_of(root), columns, workers_of(workers), progress()))
    else:
        from corpus.release.read.reader import open_release

        articles = Articles.of(open_release(release))
    numbers = np.flatnonzero(chosen(articles, wanted))
    rows = articles.rows(numbers[:limit]).to_pylist()
    masked = numbers[:limit] >= articles.searchable
    loose = int(loosely_dated(articles, wanted)[numbers].sum())
    if as_json:
        listed = [row | {"masked": bool(one)} for row, one in zip(rows, masked, strict=True)]
        print_json({"total": len(numbers), "dated_loosely": loose, "articles": listed})
        return
    if not _write(files, "articles", LISTED, len(rows), lambda: (list(row.values()) for row in rows)):
        _print_articles(rows, masked.tolist())
        shown = f", the first {len(rows):,} of them listed" if len(rows) < len(numbers) else ""
        say(f"{number_of(len(numbers), 'article')}{shown}")
    _note(loose)


def _note(loose: int, count_by: str | None = None) -> None:
    """Say, beside the answer, of how many articles the dates may lie outside of those that were asked for."""
    if loose:
        articles = "1 article is" if loose == 1 else f"{loose:,} articles are"
        say(f"note: {articles} dated less precisely than --from or --to, and may lie outside of them", err=True)
    if count_by == "topic":
        say("note: an article with several topics counts under each of them, so that hits do not add up", err=True)


def _print_articles(rows: list[dict[str, Any]], masked: list[bool]) -> None:
    """Their ids, dates and publications in columns, then their titles, which a terminal shows as far as it has room."""
    from corpus.cli.concordance_view import columns_of, first_columns

    names = ("id", "date", "publication")
    widths = [max((columns_of(row[name] or "") for row in rows), default=0) for name in names]
    room = shutil.get_terminal_size().columns - sum(width + 2 for width in widths if width)
    for row, is_masked in zip(rows, masked, strict=True):
        cells = [(row[name] or "", width) for name, width in zip(names, widths, strict=True) if width]
        title = row["title"] or ""
        if sys.stdout.isatty():
            title = first_columns(title, max(room, 20))
        before = "".join(cell + " " * (width - columns_of(cell) + 2) for cell, width in cells)
        say(before, Styled("(masked)", dim=True) if is_masked else title)


@click.command(context_settings={"ignore_unknown_options": True})  # a word may begin with a hyphen: "-t-il"
@click.argument("query", metavar="QUERY")
@click.argument("release", metavar="RELEASE")
@_filters
@click.option("--context", type=click.IntRange(0, 100), metavar="N", help="Tokens on each side; 8 if not given.")
@click.option("--sort", metavar="KEY,...", default="", help="text, left, right, keyword, date, publication ...")
@click.option("--limit", type=click.IntRange(1), metavar="N", help=f"At most so many; {_SHOWN} on a terminal.")
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="Leave out the first so many.")
@click.option("--random", type=click.IntRange(1), metavar="N", help="So many drawn at random.")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="With --random: another number draws others.")
@click.option(
    "--count-by",
    metavar="ATTRIBUTE",
    help="Count: lemma, word (each as it stands), upos, role, speaker, publication, month, topic ...",
)
@click.option(
    "--collocations",
    type=click.Choice(["lemma", "word"]),
    help="What stands near the hits more often than by chance, whatever its case.",
)
@click.option("--window", type=click.IntRange(1, 50), metavar="N", help="With --collocations: tokens on each side; 5.")
@click.option(
    "--measure",
    type=click.Choice(["log-likelihood", "logdice", "mi"]),
    help="With --collocations: rank by this; log-likelihood if not given.",
)
@_CSV
@_XLSX
@options("json")
def search(
    query: str,
    release: str,
    *,
    wanted: Filter,
    context: int | None,
    sort: str,
    limit: int | None,
    offset: int,
    random: int | None,
    seed: int | None,
    count_by: str | None,
    collocations: str | None,
    window: int | None,
    measure: str | None,
    as_csv: str | None,
    xlsx: Path | None,
    as_json: bool,
) -> None:
    """Search the words of a release. Hits in their context, counts, collocations.

    QUERY is words as they stand, in any case (état finds Etat too, * is any letters), or tokens in the language of CQP:
    [lemma="dire" & upos="VERB"] is one token, [] any, ? * + {2,4} repeat it, | chooses. Values are regular
    expressions that match the whole of what a token has; %c behind one ignores case, %d accents, %l takes it as it
    stands. Attributes: word, lemma, upos, feats, ner, role, speaker; article, source, publication, section, split,
    language, date, year, month, topic (any of the article's). A hit stays in its article and has 200 tokens at most;
    `within s` holds it to a sentence, `within p` to a paragraph, `within 9` to nine tokens.

    A hit is as long as its pattern allows, and no two overlap (CQP itself takes the shortest from each start, and lets
    hits overlap). Of CQP there are conditions joined by &, |, ! and parentheses, and patterns of tokens; there are no
    labels (a:[] :: ...), no tags (<s>), no MU, no expand and no cut (see --limit).

    \b
    Examples:
      corpus search "guerre civile" build/preview --sort right
      corpus search '[lemma="déclarer"] [upos="DET"]? [upos="NOUN"]' build/preview
      corpus search '[lemma="grève"]' build/preview --count-by publication --csv counts.csv
      corpus search '[lemma="grève"]' build/preview --collocations lemma
    """
    import numpy as np

    from corpus.explore import collocations as near
    from corpus.explore import hits as found_by
    from corpus.explore.filters import loosely_dated
    from corpus.explore.tokens import Tokens

    near_only, hits_only = window is not None or measure is not None, bool(sort) or context is not None
    _refuse(
        {
            "ask for --count-by or for --collocations": bool(count_by and collocations),
            "--window and --measure go with --collocations": near_only and not collocations,
            "--sort and --context are for hits, not for counts or collocations": hits_only
            and bool(count_by or collocations),
            "--seed goes with --random": seed is not None and random is None,
        }
    )
    files = _files(as_csv, xlsx, as_json=as_json)
    window, measure = window or 5, measure or "log-likelihood"
    by = [one.strip() for one in sort.split(",") if one.strip()]
    tokens = Tokens.of(release)
    hits = found_by.search(tokens, query, wanted)
    loose = int(loosely_dated(tokens.articles, wanted)[np.unique(hits.article)].sum())
    about: dict[str, Any] = {"query": query, "total": len(hits), "articles": hits.articles, "dated_loosely": loose}
    about |= {"masked": tokens.masked}
    if random is not None:
        hits = hits.sample(random, seed or 0)
    most = limit if limit is not None or as_json or files != _Files() else _SHOWN
    page = slice(offset, None if most is None else offset + most)
    show: Callable[[list[Any]], None]
    each: Callable[[], Iterable[Any]]
    header: Sequence[str]
    rows: Any
    if count_by is not None:
        found = hits.counts(count_by)
        name, header, every = "counts", found_by.Count._fields, len(found)
        rows = found[page]
        each = partial(iter, rows)
        about |= {"count_by": count_by}
        show = partial(_print_counts, count_by)
    elif collocations is not None:
        found_near = near.collocations(hits, collocations, window, measure=measure)
        name, header, every = "collocations", near.Collocate._fields, len(found_near)
        rows = found_near[page]
        each = partial(iter, rows)
        about |= {"collocations_of": collocations, "window": window, "measure": measure}
        show = partial(_print_collocates, collocations)
    else:
        name, header, every = "hits", found_by.Line._fields, len(hits)
        rows = hits.ordered(by).slice(offset, most)
        each = partial(rows.each, 8 if context is None else context)
        show = _print_lines
    if as_json:
        print_json(about | {"offset": offset, name: [one._asdict() for one in each()]})
        return
    if not _write(files, name, header, len(rows), each):
        show(list(each()))
        _print_summary(about, offset, len(rows), every, hits, limited=limit is not None)
    _note(loose, count_by)


def _print_lines(lines: list[Line]) -> None:
    from corpus.cli import concordance_view

    for parts in concordance_view.lines(lines, shutil.get_terminal_size((120, 24)).columns):
        say(*parts)


def _print_counts(attribute: str, counts: list[Count]) -> None:
    _print_table(
        ("hits", "articles", "per million", attribute),
        [
            (f"{hits:,}", f"{articles:,}", "" if rate is None else f"{rate:,.1f}", value)
            for value, hits, articles, rate in counts
        ],
    )


def _print_collocates(attribute: str, collocates: list[Collocate]) -> None:
    _print_table(
        ("near", "left", "right", "total", "expected", "log-likelihood", "logdice", "mi", attribute),
        [
            (
                *(f"{count:,}" for count in (one.near, one.left, one.right, one.total)),
                *(f"{score:,.1f}" for score in (one.expected, one.log_likelihood)),
                *(f"{score:.2f}" for score in (one.logdice, one.mi)),
                one.word,
            )
            for one in collocates
        ],
    )


def _print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows of numbers under their names, and behind them what they are of."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)][:-1]
    for row in (header, *rows):
        say("  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=False)), "  ", row[-1])


def _print_summary(about: dict[str, Any], offset: int, shown: int, every: int, hits: Hits, *, limited: bool) -> None:
    """How much was found, what of it was not shown, and where nothing was found what is like it."""
    total, articles = number_of(about["total"], "hit"), number_of(about["articles"], "article")
    say(f"{total} in {articles}")
    if every and not shown:
        say(f"nothing is behind --offset {offset}: there are {every:,}")
    elif shown < every:
        more = f": --offset {offset + shown} shows more" if offset + shown < every else ""
        more += ", --csv FILE all" if more and not limited else ""
        say(f"{offset + 1:,} to {offset + shown:,} of {every:,}{more}")
    if about["masked"]:
        say(f"not searched: {number_of(about['masked'], 'article')} whose text may not be passed on")
    for attribute, value, near in hits.alike() if not about["total"] else ():
        say(f"no {attribute} is {value}; there is {near}")
