"""The command that brings back what people annotated in another tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import FOLDER, folder_of, layers_option, options, print_json, print_problems, progress, say
from corpus.formats import READ
from corpus.model.problem import number_of

if TYPE_CHECKING:
    from corpus.files.paths import Location


@click.group("import")
def import_() -> None:
    """Bring back what people made of the corpus in other tools."""


@import_.command("gold")
@click.argument("files", nargs=-1, type=FOLDER, metavar="FILES...")
@click.option("--from", "form", required=True, type=click.Choice(READ), help="The format.")
@click.option(
    "--annotator",
    "annotators",
    multiple=True,
    metavar="NAME",
    help="Who annotated; 'NAME IN THE FILE=NAME' for each of several, 'program=NAME' for what a program made.",
)
@layers_option(
    "Layers that were annotated, also where nothing is; by default those in the files but sentences and keywords."
)
@click.option("--labels", type=FOLDER, metavar="FILE", help="A TOML file that says what the labels mean.")
@click.option("--print-labels", is_flag=True, help="Print what labels mean by default, as such a file, and stop.")
@click.option("--several", is_flag=True, help="Write files of one annotator among several, to be settled.")
@click.option("--force", is_flag=True, help="Replace gold files that are there, and say what is lost.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@options("root", "json", "verbose")
def gold(
    files: tuple[Path, ...],
    form: str,
    annotators: tuple[str, ...],
    layers: list[str] | None,
    labels: Path | None,
    root: Location | None,
    *,
    print_labels: bool,
    several: bool,
    force: bool,
    dry_run: bool,
    as_json: bool,
    verbose: bool,
) -> None:
    """Write gold files from the files of an annotation tool.

    FILES are files, or folders of them. Articles are found by the id in the file, or by their text. Every span is
    proved against the text of its article; where one cannot be placed, or a label is unknown, nothing of that file is
    written. An article that several people annotated gets a file for each, RECORD.<annotator>.gold.json. How to open an
    export in each tool, and to bring it back: src/corpus/formats/README.md.

    \b
    Examples:
      corpus import gold annotated --from brat --annotator "Léa Roux" --layers quotations
      corpus import gold project-1.json --from label-studio --annotator "3=Léa Roux" --annotator "4=Yann Morel"
      corpus import gold --from prodigy --print-labels > labels.toml
    """
    from corpus.curate.import_gold import import_gold
    from corpus.curate.import_people import Wanted
    from corpus.formats.label_map import LabelMap, default_labels, read_labels

    if print_labels:
        click.echo(default_labels(), nl=False)
        return
    if not files:
        raise click.UsageError("Missing argument 'FILES...'.")
    known = LabelMap() if labels is None else read_labels(labels)
    wanted = Wanted(annotators, layers, known, several, force, dry_run)
    found = import_gold(folder_of(root), files, form, wanted, progress())
    if as_json:
        print_json({"files": found.written, "lost": found.lost, "notes": found.by_note(), "problems": found.problems})
    else:
        for note, in_files in found.by_note().items():
            say(f"{note} ({_where(in_files)})")
        for place, counts in found.written.items():
            said = ", ".join(f"{count:,} {layer}" for layer, count in counts.items())
            say(f"{place}: {said}{', not written (--dry-run)' if dry_run else ''}")
            if place in found.lost:
                say(f"  {'would be lost' if dry_run else 'lost'}: {found.lost[place]}")
        print_problems(found.problems, verbose=verbose)
        say(f"{'would write' if dry_run else 'wrote'} {number_of(len(found.written), 'gold file')}")
        if found.written and not dry_run:
            say("next: corpus check")
    if found.problems:
        raise SystemExit(1)


def _where(files: list[str]) -> str:
    """In how many articles something is, and in which files: ``files`` has one for each article."""
    different = list(dict.fromkeys(files))
    more = f" and {number_of(len(different) - 1, 'more file')}" if len(different) > 1 else ""
    many = f"{number_of(len(files), 'article')}: " if len(files) > 1 else ""
    return f"{many}{different[0]}{more}"
