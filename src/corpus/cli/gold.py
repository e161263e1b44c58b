"""Commands for gold: what people annotate, bring in from their tools, compare and settle."""

from __future__ import annotations

import os
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import FOLDER, folder_of, layers_option, options, print_json, root_of, say
from corpus.model.problem import Problem, UsageError, number_of, quoted

if TYPE_CHECKING:
    from corpus.files.paths import Location

_LAYERS = ("sentences", "entities", "quotations", "times", "keywords")
"""Those of ``corpus.annotate.gold``, which takes longer to import than the help to print."""

_SURE = ("entities", "quotations", "times")
"""Those of ``corpus.curate.queue``."""


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
    seen = gold_files.refuse_taken(folder, place, force=force)  # before the layers run
    lost = gold_files.lost(seen)
    asked = [layer for layer in _LAYERS if layer in (layers or ("quotations",))]
    values = gold_files.prefilled(folder, found, asked, empty=empty)
    most = found.source.limit("gold")
    gold_files.write_gold(folder, found.article, values, annotator, expected=seen, most=most)
    counts = {layer: len(values[layer]) for layer in asked}
    if as_json:
        print_json({"file": place, "layers": counts, "lost": lost})
        return
    if lost:
        say(f"lost: {lost}")
    listed = ", ".join(asked if empty else [f"{count:,} {layer}" for layer, count in counts.items()])
    say(f"{place}: {listed}, {'left empty' if empty else 'as the program finds them'}")
    task = "annotate" if empty else "correct"
    say(f"next: {task} it, put your name into annotator, then: {_checked(folder, place, root)}")


@click.command()
@click.option(
    "--layer",
    type=click.Choice(_SURE),
    default="quotations",
    show_default=True,
    help="The layer that you are going to correct.",
)
@click.option("--limit", type=click.IntRange(1), default=25, show_default=True, metavar="N", help="At most so many.")
@click.option("--release", metavar="RELEASE", help="The release to look at; by default the newest in build/.")
@click.option("--annotator", metavar="NAME", help="Leave out what you corrected or is settled, not what others did.")
@click.option("--csv", "listed", type=FOLDER, metavar="FILE", help="Write the articles there, as CSV.")
@options("root", "json")
def queue(
    layer: str,
    limit: int,
    release: str | None,
    annotator: str | None,
    listed: Path | None,
    root: Location | None,
    *,
    as_json: bool,
) -> None:
    """Say which articles to correct next.

    Those where most is likely wrong come first, among them those that are least like what was corrected, by the
    confidence of the rows of a release. Of each article it says how many spans of the layer are likely wrong, and
    the most doubtful ones. Articles that were corrected are left out, and so are those whose text may not be passed on.
    corpus browse has the same list as a page, from which each article opens to be corrected.

    \b
    Examples:
      corpus queue
      corpus queue --layer entities --limit 100 --csv next.csv
    """
    from corpus.cli import agreement_view
    from corpus.curate import queue as waiting_list
    from corpus.explore.articles import Articles
    from corpus.files.spreadsheet import refuse_taken, write_csv
    from corpus.model.foreign_text import all_printable
    from corpus.release.read.reader import open_release
    from corpus.release.read.standing import standing_release

    folder = folder_of(root)
    if listed is not None:
        refuse_taken(listed)
    where = release or standing_release(folder)
    opened = open_release(where)
    pool = waiting_list.Pool.of(opened, layer)
    done = waiting_list.corrected(folder, pool)
    waiting = waiting_list.queue(pool, done.numbers(annotator or ""), limit)
    shown = waiting_list.in_words(Articles.of(opened), waiting)
    if listed is not None:
        write_csv(listed, waiting_list.COLUMNS, map(all_printable, waiting_list.lines(waiting, shown)))
    if as_json:
        articles = [one.as_json(words) for one, words in zip(waiting, shown, strict=True)]
        counts = {"articles": len(pool), "corrected": len(done.numbers()), "annotators": dict(done.counts())}
        print_json({"release": where, "layer": layer, **counts, "unfinished": done.unfinished, "queue": articles})
        return
    if waiting:
        say(f"likely wrong, of how many {layer}; article; the most doubtful ones")
    for one, words in zip(waiting, shown, strict=True):
        say(f"{one.errors:>6.1f} of {one.spans:>3} {one.article}  {agreement_view.cut('; '.join(words))}")
    by = "".join(f", {name} {count:,}" for name, count in done.counts())
    say(f"{where}: {layer} of {len(done.numbers()):,} of {number_of(len(pool), 'article')} corrected{by}")
    if done.unfinished:
        say(f"not signed or settled yet, and not counted: {agreement_view.listed(done.unfinished)}")
    if waiting:
        say(f"next: corpus gold {shlex.quote(waiting[0].article)} --layer {layer}, or corpus browse")
    else:
        how = "" if len(pool.rows.article) else f": corpus build --layers {layer} --out build/preview"
        say(f"no other article has {layer} that are in doubt{how}")


@click.command()
@click.argument("paths", type=FOLDER, nargs=-1, metavar="[PATH...]")
@layers_option("Layers to compare; by default all.")
@click.option("--csv", "listed", type=FOLDER, metavar="FILE", help="Write each disagreement there, as CSV.")
@options("root", "json")
def agreement(
    paths: tuple[Path, ...], layers: list[str] | None, listed: Path | None, root: Location | None, *, as_json: bool
) -> None:
    """Say how far annotators agree, and where they do not.

    Of the articles that two or more annotated, each in RECORD.<annotator>.gold.json; PATH names some of them. By layer
    and type: Krippendorff's alpha and Cohen's kappa, counted on words (in a span of the type or not; for sentences,
    whether one begins there), and F1 of the spans of each two annotators, with the same bounds (strict) or a shared
    character (overlap). Of more than two, alpha is of all, and pairs are added up for kappa and F1.

    \b
    Examples:
      corpus agreement
      corpus agreement raw/agence-hexa --layers quotations,times --csv differences.csv
    """
    from corpus.annotate.agreement import measured
    from corpus.cli import agreement_view
    from corpus.curate import agreement as comparing
    from corpus.files.spreadsheet import refuse_taken, write_csv
    from corpus.model.foreign_text import all_printable

    asked = _known(layers)
    if listed is not None:
        refuse_taken(listed)
    found = comparing.agreement_of(root_of(root), paths, asked)
    if listed is not None:
        write_csv(listed, comparing.Disagreement._fields, map(all_printable, found.disagreements))
    rates, of_hits = measured(found.scores)
    pairs = {pair: measured(scores)[0] for pair, scores in found.pairs.items()}
    if as_json:
        confused = {
            layer: [{"one": one, "other": other, "count": count} for (one, other), count in sorted(counts.items())]
            for layer, counts in found.confused.items()
        }
        print_json(
            {
                "articles": len(found.scores),
                "annotators": found.annotators,
                "agreement": rates,
                "of_both": of_hits,
                "pairs": [{"annotators": pair, "agreement": of_pair} for pair, of_pair in pairs.items()],
                "types": confused,
                "disagreements": [one._asdict() for one in found.disagreements],
                "one_annotator": found.alone,
                "settled_only": found.settled,
                "unfinished": found.unfinished,
                "refused": found.refused,
            }
        )
        return
    for line in agreement_view.lines(found, rates, of_hits, pairs, asked):
        say(line)


def _checked(folder: Path, place: str, root: Location | None) -> str:
    """The command that checks a gold file, as it is typed in the folder where one is."""
    words = ["corpus", "check", os.path.relpath(folder / place), *(["--root", str(root)] if root is not None else [])]
    return shlex.join(words)


def _known(layers: list[str] | None) -> tuple[str, ...]:
    """The layers of --layers that people can annotate; all where it is not given.

    Raises:
        UsageError: rule ``layer-unknown``.
    """
    for name in layers or ():
        if name not in _LAYERS:
            wanted = f"one of {', '.join(_LAYERS)}, which people annotate"
            raise UsageError(Problem("--layers", 0, "", "layer-unknown", quoted(name), wanted))
    return tuple(name for name in _LAYERS if layers is None or name in layers)


@click.command()
@click.argument("identity", metavar="ID")
@click.option("--between", metavar="NAME,...", help="The annotators, as their files or they are named; by default all.")
@options("root", "json")
def adjudicate(identity: str, between: str | None, root: Location | None, *, as_json: bool) -> None:
    """Write the settled gold file from those of several annotators.

    RECORD.gold.json gets what all of them say. Where they differ it has a line for each reading, in the order of the
    text, with a mark: "unsettled", which says who says so and in what others differ. Keep the line that is right and
    take its mark away, remove the others, put your name into annotator: until then the file is refused, as no gold.
    The files of the annotators stay as they are, and no settled file is replaced.

    \b
    Examples:
      corpus adjudicate agence-hexa/2022-02-14-edc2b5dceb74
      corpus adjudicate agence-hexa/2022-02-14-edc2b5dceb74 --between lea-roux,yann
    """
    from corpus.curate.adjudicate import adjudicate as settle

    folder = folder_of(root)
    made = settle(folder, identity, [name for name in (between or "").split(",") if name.strip()])
    if as_json:
        print_json(asdict(made))
        return
    say(f"{made.file}: from {', '.join(made.annotators)}")
    for layer, agreed in made.agreed.items():
        say(f"{layer:<11} {agreed:>6,} agreed {made.unsettled[layer]:>6,} unsettled")
    for layer, annotator in made.left_out.items():
        say(f"{layer}: only {annotator} annotated it, so it is left out")
    if any(made.unsettled.values()):
        say('next: keep one line of each place that is "unsettled", without the mark, and put your name into annotator')
    else:
        say("next: read it, and put your name into annotator")
    say(f"then: {_checked(folder, made.file, root)}")
