"""The command that counts what is in a release, or in the raw records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import FOLDER, options, print_json, progress, root_of, say, workers_of
from corpus.model.foreign_text import printable
from corpus.model.problem import number_of

if TYPE_CHECKING:
    from corpus.explore.stats import Counts, Stats
    from corpus.files.paths import Location

_SHOWN = 50
"""Lines that are printed of counts; --csv and --json have all."""
_PUBLICATIONS = 20
_WIDEST = 40
"""Signs of a name that are printed."""


@click.command()
@click.argument("release", required=False, metavar="[RELEASE]")
@click.option(
    "--by",
    "dimensions",
    multiple=True,
    metavar="NAME,...",
    help="What to count by: source, publication, month, year, split, language, licence, redistribution, topic, "
    "speaker, quotation, entity, time, upos, or label for the last four. Several of them make a table.",
)
@click.option("--csv", "file", type=FOLDER, metavar="FILE", help="Write all lines there, a new file.")
@click.option("--excel-fr", is_flag=True, help="With --csv: as a French Excel opens it (semicolons, BOM).")
@options("root", "workers", "json")
def stats(
    release: str | None,
    dimensions: tuple[str, ...],
    file: Path | None,
    root: Location | None,
    workers: int | None,
    *,
    excel_fr: bool,
    as_json: bool,
) -> None:
    """Count what is in a release, or the articles of the raw corpus. By source, month, speaker, topic, and others.

    RELEASE is a folder, hub:org/name@X.Y.Z or an address of a store. What is counted follows from --by: quotations by
    speaker or kind, entities and times by type, tokens by upos, else articles. The file has a line for each
    combination, for a pivot table.

    \b
    Examples:
      corpus stats
      corpus stats build/preview --by publication,month
      corpus stats releases/1.2.0 --by speaker,publication,month --csv who.csv --excel-fr
    """
    from corpus.explore import stats as counting
    from corpus.files import spreadsheet

    names = [name.strip() for given in dimensions for name in given.split(",")]
    if (file is not None and not names) or (excel_fr and file is None):
        raise click.UsageError("--csv goes with --by, and --excel-fr with --csv")
    if file is not None:
        spreadsheet.refuse_taken(file)
    rows = None
    if release is None:
        from corpus.curate import check

        rows = check.rows(root_of(root), counting.COLUMNS, workers_of(workers), progress())
    if not names:
        found = counting.of_release(release) if release is not None else counting.stats(rows)
        if as_json:
            print_json(asdict(found))
        else:
            for line in _summary(found):
                say(line)
        return
    counts = counting.by_raw(rows, names) if release is None else counting.by(release, names, workers_of(workers))
    if file is not None:
        spreadsheet.write_csv(file, counts.table.column_names, counts.rows(), excel_fr=excel_fr)
    if as_json:
        lines = [dict(zip(counts.table.column_names, row, strict=True)) for row in counts.rows()] if not file else []
        print_json(
            {**{name: getattr(counts, name) for name in ("counted", "total", "articles", "notes")}, "rows": lines}
        )
        return
    for line in [] if file else _table(counts):
        say(line)
    articles = "" if counts.counted == "articles" else f" in {number_of(counts.articles, 'article')}"
    say(f"{counts.total:,} {counts.counted}{articles}, by {', '.join(dict.fromkeys(names))}")
    for note in counts.notes:
        say(f"note: {note}")
    if file is not None:
        say(f"wrote {number_of(counts.table.num_rows, 'line')} to {file}")


def _table(found: Counts) -> list[str]:
    """The first lines of counts, their columns one below the other; bars where there is one dimension."""
    names = [name for name in found.table.column_names if name != "speaker_key"]
    places = [found.table.column_names.index(name) for name in names]
    first = [[row[place] for place in places] for row in islice(found.rows(), _SHOWN)]
    shown = [[f"{cell:,}" if isinstance(cell, int) else _cut(cell) for cell in row] for row in [names, *first]]
    widths = [max(len(row[place]) for row in shown) for place in range(len(names))]
    at = names.index(found.counted)
    most = max((row[at] for row in first), default=1)
    lines = []
    for row, values in zip(shown, [None, *first], strict=True):
        cells = [
            f"{cell:>{width}}" if place >= at else f"{cell:<{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        bar = _bar(values[at], most) if at == 1 and values is not None else ""
        lines.append("  ".join([*cells, bar]).rstrip())
    if (more := found.table.num_rows - len(first)) > 0:
        lines.append(f"… and {number_of(more, 'line')} more: --csv FILE writes all")
    return [*lines, ""]


def _cut(text: str) -> str:
    """A name that leaves room for others, as it is printed."""
    shown = printable(text)
    return shown if len(shown) <= _WIDEST else f"{shown[: _WIDEST - 1]}…"


def _bar(count: int, most: int) -> str:
    return "█" * max(1, round(30 * count / most))


def _summary(found: Stats) -> list[str]:
    """The counts of articles as lines for a terminal; of many publications, those of most articles."""
    lines = [number_of(found.articles, "article")]
    publications = dict(list(found.publications.items())[:_PUBLICATIONS])
    if others := sum(found.publications.values()) - sum(publications.values()):
        publications[f"({len(found.publications) - len(publications):,} others)"] = others
    by: dict[str, Mapping[str, int]] = {
        "source": found.sources,
        "publication": publications,
        "year": found.years,
        "split": found.splits,
        "licence": found.licences,
        "redistribution": found.redistribution,
    }
    for heading, counts in by.items():
        width, most = max(map(len, counts), default=0), max(counts.values(), default=1)
        lines += ["", heading]
        lines += [f"  {name:<{width}}  {count:>9,}  {_bar(count, most)}" for name, count in counts.items()]
    if found.words:
        lines += ["", "words of title, standfirst and body"]
        lines += [f"  {name:<6}  {count:>11,}" for name, count in found.words.items()]
    return lines
