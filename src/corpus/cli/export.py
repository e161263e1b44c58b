"""The command that writes a release in the format of another tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import PLACE, layers_option, options, print_json, progress, say
from corpus.formats import FORMATS, READ_ONLY
from corpus.model.problem import number_of

if TYPE_CHECKING:
    from corpus.files.paths import Location

_WRITTEN = click.Choice([one for one in FORMATS if one not in READ_ONLY])


@click.command()
@click.argument("release", metavar="RELEASE")
@click.option("--to", required=True, type=_WRITTEN, help="The format.")
@click.option("--out", required=True, type=PLACE, metavar="FOLDER", help="A new folder of this machine.")
@click.option("--split", metavar="NAME", help="Only the articles of this split.")
@click.option("--where", "condition", metavar="SQL", help="Only the articles for which this holds, in DuckDB's SQL.")
@layers_option("Layers to write; by default all of the release.")
@click.option("--excel-fr", is_flag=True, help="With --to csv: as a French Excel opens it (semicolons, BOM).")
@options("json")
def export(
    release: str,
    to: str,
    out: Location,
    split: str | None,
    condition: str | None,
    layers: list[str] | None,
    *,
    excel_fr: bool,
    as_json: bool,
) -> None:
    """Write a release in the format of another tool.

    RELEASE is a folder, hub:org/name@X.Y.Z or an address of a store. Articles whose text may not be passed on are left
    out. What each format cannot carry: src/corpus/formats/README.md, and EXPORT.md beside the files. Texts in CSV stand
    as they are, for programs; for a spreadsheet, which would compute those that begin with =, take xlsx or --excel-fr.

    \b
    Examples:
      corpus export build/preview --to csv --excel-fr --out tables
      corpus export build/preview --to csv --layers quotations --where "date >= '2024'" --out quoted
    """
    from corpus.formats import export as exports

    if excel_fr and to != "csv":
        raise click.UsageError("--excel-fr goes with --to csv")
    if not isinstance(out, Path):
        raise click.UsageError("--out is a folder of this machine; copy it from there")
    found = exports.export(
        release, to, out, split=split, condition=condition, layers=layers, excel_fr=excel_fr, progress=progress()
    )
    if as_json:
        answer = {"out": out, "counts": found.counts, "masked": found.masked, "files": found.files}
        print_json(answer | {"leaves_out": found.leaves_out, "remarks": found.remarks})
        return
    say(", ".join(f"{name} {count:,}" for name, count in found.counts.items()))
    if found.masked:
        say(f"left out: {number_of(found.masked, 'article')} whose text may not be passed on")
    if found.leaves_out:
        say(f"{to} does not carry: {', '.join(found.leaves_out)}")
    for remark in found.remarks:
        say(remark)
    say(f"wrote {number_of(len(found.files), 'file')} to {out}")
