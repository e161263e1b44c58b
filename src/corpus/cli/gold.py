"""Commands for gold: what people annotate, bring in from their tools, compare and settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.cli.common import folder_of, options, print_json, say

if TYPE_CHECKING:
    from corpus.files.paths import Location

_LAYERS = ("sentences", "entities", "quotations", "times", "keywords")
"""Those of ``corpus.annotate.gold``, which takes longer to import than the help to print."""


@click.command()
@click.argument("identity", metavar="ID")
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(_LAYERS),
    help="A layer that you are going to read; once for each. By default quotations alone.",
)
@click.option("--annotator", metavar="NAME", help="Write the file of one annotator among several.")
@click.option("--empty", is_flag=True, help="Leave the layers empty: for reading without the program's answer.")
@click.option("--force", is_flag=True, help="Replace the file that is there, and say what is lost.")
@options("root", "json")
def gold(
    identity: str,
    layers: tuple[str, ...],
    annotator: str | None,
    root: Location | None,
    *,
    empty: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write a gold file to be corrected, beside the record.

    It holds what the program finds in an article, one statement a line. A layer in a gold file replaces what the
    program finds there, as read by a person; so the file has only the layers that you ask for, and is refused until
    your name is in it. Two people who correct the same answer agree too well: --empty gives them nothing to start from.
    With --annotator it is RECORD.<annotator>.gold.json, which is compared with those of others
    (corpus agreement) before one is settled (corpus adjudicate). No file is replaced unless --force says so.

    \b
    Examples:
      corpus gold agence-hexa/2022-02-14-edc2b5dceb74
      corpus gold agence-hexa/2022-02-14-edc2b5dceb74 --layer entities --layer times --annotator "Léa Roux"
    """
    from corpus.curate import gold_files, lookup

    folder = folder_of(root)
    found = lookup.find(folder, identity)
    place = gold_files.place_of(found.article, annotator)
    gold_files.refuse_taken(folder, place, force=force)  # before the layers run
    lost = gold_files.lost(folder, place)
    asked = [layer for layer in _LAYERS if layer in (layers or ("quotations",))]
    values = gold_files.prefilled(folder, found, asked, empty=empty)
    most = found.source.limit("gold")
    gold_files.write_gold(folder, found.article, values, annotator, force=force, most=most)
    counts = {layer: len(values[layer]) for layer in asked}
    if as_json:
        print_json({"file": place, "layers": counts, "lost": lost})
        return
    if lost:
        say(f"lost: {lost}")
    listed = ", ".join(asked if empty else [f"{count:,} {layer}" for layer, count in counts.items()])
    say(f"{place}: {listed}, {'left empty' if empty else 'as the program finds them'}")
    say(f"next: correct it, put your name into annotator, then: corpus check {place}")
