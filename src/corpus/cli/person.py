"""The command that lists what a corpus and its releases hold of a person, and what withdraws it."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import options, print_json, print_problems, progress, root_of, say, workers_of
from corpus.cli.faults import to_output
from corpus.model.foreign_text import printable
from corpus.model.problem import number_of, quoted

if TYPE_CHECKING:
    from corpus.curate.person.mention import Mention
    from corpus.curate.person.person import Found
    from corpus.curate.person.take_out import Work
    from corpus.files.paths import Location

RELEASES = click.option(
    "--release", "releases", multiple=True, metavar="WHERE", help="A release, or a place of versions; repeatable."
)


@click.command()
@click.argument("name", metavar="NAME")
@RELEASES
@click.option("--csv", "as_csv", is_flag=True, help="Answer in CSV: delete lines, then corpus withdraw --list.")
@options("root", "workers", "json")
def person(
    name: str,
    releases: tuple[str, ...],
    root: Location | None,
    workers: int | None,
    *,
    as_csv: bool,
    as_json: bool,
) -> None:
    """List every place that names a person.

    NAME is the full name, given name first. It is found whatever its case, accents, hyphens and order; what may be
    somebody else (initials, a name more) is listed as possible. Of a release it also says under which keys
    (entity_key, speaker_key) the name stands there, for a surname or an acronym too. The exit code is 0 whether or not
    anything is found, 1 where a file could not be read.

    \b
    Examples:
      corpus person "Apolline Fabregoulier"
      corpus person "Apolline Fabregoulier" --release hub:org/name --csv > list.csv
      corpus person CNB --release build/preview
    """
    from corpus.curate.person.mention import COLUMNS
    from corpus.curate.person.person import find

    found = find(root_of(root), name, releases, workers_of(workers), progress())
    if as_json:
        keys = [one._asdict() for one in found.keys]
        print_json({"name": name, "mentions": found.mentions, "unreadable": found.unreadable, "keys": keys})
    elif as_csv:
        rows = ([printable(str(getattr(one, column))) for column in COLUMNS] for one in found.mentions)
        to_output(lambda output: csv.writer(output, lineterminator="\n").writerows([COLUMNS, *rows]))
        print_problems(found.unreadable)
    else:
        _print(found)
    sys.exit(1 if found.unreadable else 0)


def _print(found: Found) -> None:
    for one in found.mentions:
        _print_mention(one)
    print_problems(found.unreadable)
    certain = sum(one.count for one in found.mentions if one.certain)
    possible = sum(one.count for one in found.mentions) - certain
    records = len({one.record for one in found.mentions if one.certain and one.record})
    say(f"{number_of(certain, 'mention')} in {number_of(records, 'record')}; {possible:,} more possible")
    for key in found.keys:
        quotations, articles = number_of(key.quotations, "quotation"), number_of(key.articles, "article")
        say(f"{key.version}: {key.key}: {number_of(key.mentions, 'mention')}, {quotations}, in {articles}")
    for action, count in sorted(Counter(one.action for one in found.mentions if one.certain).items()):
        say(f"  {action}: {number_of(count, 'place')}")


def _print_mention(one: Mention) -> None:
    """One line, which grep finds by its place."""
    place = ": ".join(part for part in (one.version, one.record, one.place) if part)
    sure = "" if one.certain else " (possible)"
    times = f" x{one.count:,}" if one.count > 1 else ""
    say(f"{place}: {one.kind}: {quoted(one.form)}{times}{sure}: {one.action}")


def withdraw_person(
    root: Path,
    name: str,
    reason: str,
    date: str,
    releases: tuple[str, ...],
    listed: Path | None,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Withdraw what a list of mentions holds, once somebody has said yes; exit code 1 where something is left."""
    from corpus.curate.person.person import find
    from corpus.curate.person.take_out import read_list, take_out, work_of

    if listed is None:
        found = find(root, name, releases, workers_of(None), progress())
        print_problems(found.unreadable)
        work, unreadable = work_of(found.mentions), bool(found.unreadable)
    else:
        work, unreadable = work_of(read_list(listed), reviewed=True), False
    if not as_json:
        _print_work(work)
    if work and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("add --yes to do it; nothing was done")
        if not click.confirm("This cannot be undone. Do it?"):
            sys.exit(1)
    done = take_out(root, name, work, date, reason)
    if as_json:
        print_json({"withdrawn": [one.id for one in done], "work": asdict(work)})
    else:
        say(f"withdrawn: {number_of(len(done), 'record')}")
        say("next: corpus release, then corpus publish --purge-withdrawn for the versions that hold them")
    sys.exit(1 if unreadable or work.by_hand or work.left else 0)


def _print_work(work: Work) -> None:
    for identity, versions in work.records.items():
        say(f"withdraw {identity}" + "".join(f" --from {one}" for one in versions))
    if work.contributions:
        say(f"remove {number_of(work.contributions, 'line')} of raw/contributors.jsonl")
    for path in work.gold:
        say(f"put a pseudonym for the annotator into {path}")
    for title, mentions in (
        ("left to be done by hand:", work.by_hand),
        ("left, since it may be somebody else:", work.left),
    ):
        if mentions:
            say(title)
        for one in mentions:
            _print_mention(one)
