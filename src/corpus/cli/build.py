"""Commands that make: a corpus folder, its records, a build."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.cli.common import (
    FOLDER,
    PLACE,
    folder_of,
    main,
    names_of,
    options,
    print_json,
    print_problems,
    progress,
    root_of,
    stays,
    workers_of,
)
from corpus.model.problem import Problem, number_of

if TYPE_CHECKING:
    from corpus.build.report import Report
    from corpus.files.paths import Location


@main.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option("--example", is_flag=True, help="Add a source with one invented article.")
def init(folder: Path, *, example: bool) -> None:
    """Make a new corpus folder, which build accepts at once.

    \b
    Examples:
      corpus init my-corpus
      corpus init my-corpus --example
    """
    from corpus.curate.init import init

    for made in init(folder, example=example):
        click.echo(f"made {made}")
    build_it = shlex.join(["corpus", "build", "--root", str(folder), "--out", str(folder / "build" / "preview")])
    first = "" if example else f"add a source (see {folder / 'raw' / 'README.md'}), then: "
    click.echo(f"next: {first}{build_it}")


@main.command()
@click.argument("given", type=FOLDER, nargs=-1, required=True, metavar="FILE...")
@click.option("--source", required=True, metavar="S", help="The source to file them in: a folder of raw/.")
@click.option("--by", metavar="NAME", help="Who contributes them; the next release says so.")
@click.option("--dry-run", is_flag=True, help="Check, and say where they would be filed.")
@options("root", "json")
def add(
    given: tuple[Path, ...], source: str, by: str | None, root: Location | None, *, dry_run: bool, as_json: bool
) -> None:
    """File records in a source, under names that stay. Refused as a whole if one has a problem.

    \b
    Examples:
      corpus add dispatch.txt --source agence-hexa --by "Prénom Nom"
      corpus add *.md --source gazette-du-ponant --dry-run
    """
    from corpus.curate import add as adding

    here = folder_of(root)
    addition = adding.add(here, given, source, by=by, dry_run=dry_run)
    if as_json:
        print_json(
            {
                "filed": [
                    {"file": str(file), "as": target.relative_to(here).as_posix()} for file, target in addition.filed
                ],
                "dry_run": dry_run,
                "problems": [problem.as_json() for problem in addition.problems],
            }
        )
    else:
        print_problems(addition.problems, verbose=True)
        for file, target in addition.filed:
            click.echo(f"{'would file' if dry_run else 'filed'} {file} as {target.relative_to(here).as_posix()}")
    sys.exit(1 if addition.problems else 0)


@main.command()
@click.argument("paths", type=FOLDER, nargs=-1, metavar="[PATH...]")
@click.option("--github", is_flag=True, help="Print problems as annotations of a GitHub workflow.")
@options("root", "workers", "json", "verbose")
def check(
    paths: tuple[Path, ...], root: Location | None, workers: int | None, *, github: bool, as_json: bool, verbose: bool
) -> None:
    """Say everything that is wrong with the raw records. PATH names some of them; nothing is written.

    \b
    Examples:
      corpus check
      corpus check raw/gazette-du-ponant --json
    """
    from corpus.curate import check as checking

    report = checking.check(root_of(root), paths, workers_of(workers), progress())
    problems = report.problems
    if as_json:
        print_json({"counts": report.counts, "problems": [problem.as_json() for problem in problems]})
    elif github:
        for problem in problems:
            click.echo(_as_annotation(problem))
    else:
        print_problems(problems, verbose=verbose)
    if not as_json:
        records, found = number_of(report.total("raw"), "raw record"), number_of(len(problems), "problem")
        click.echo(f"{records}: {f'{found} in {len(report.rejected):,} of them' if problems else 'sound'}")
    sys.exit(1 if problems else 0)


def _as_annotation(problem: Problem) -> str:
    """A problem as GitHub's workflow command, which shows it beside the line."""
    message = f"{problem.path + ': ' if problem.path else ''}found {problem.found}; wanted {problem.wanted}"
    if problem.hint:
        message += f"; try: {problem.hint}"

    def escape(text: str, *more: str) -> str:
        for letter in ("%", "\r", "\n", *more):
            text = text.replace(letter, f"%{ord(letter):02X}")
        return text

    line = f",line={problem.line}" if problem.line else ""
    return (
        f"::error file={escape(problem.file, ':', ',')}{line},title={escape(problem.rule, ':', ',')}::{escape(message)}"
    )


@main.command()
@click.option("--out", required=True, type=PLACE, metavar="DIR", help="Where the release folder shall be.")
@click.option("--allow-rejects", is_flag=True, help="Exit with 0 although records were rejected.")
@click.option(
    "--rejects", type=PLACE, metavar="FILE", help="Where rejected records are listed; by default DIR.rejects.jsonl."
)
@click.option("--layers", metavar="none|NAME,...", help="Annotation layers to run; by default those of corpus.toml.")
@click.option("--previous", metavar="RELEASE", help="The version before: its order and splits stay, its rows are kept.")
@click.option(
    "--fresh",
    is_flag=True,
    help="Keep no rows of the version before, nor of a preview at DIR: the same bytes, made anew.",
)
@options("root", "workers", "executor", "json", "verbose")
def build(
    out: Location,
    root: Location | None,
    rejects: Location | None,
    previous: str | None,
    layers: str | None,
    workers: int | None,
    executor: str,
    *,
    allow_rejects: bool,
    fresh: bool,
    as_json: bool,
    verbose: bool,
) -> None:
    """Build a preview release, whole or not at all. It is tables as Parquet, a manifest and a card.

    \b
    Examples:
      corpus build --out build/preview
      corpus build --root my-corpus --out preview --workers 4 --allow-rejects
      corpus build --executor dask --dask-address tcp://10.0.0.1:8786 --out /shared/preview
      corpus build --root s3://bucket/corpus --out s3://bucket/preview
    """
    from corpus.build import pipeline, request
    from corpus.build.rejects import refuse_rejects, write_rejects
    from corpus.release import history

    chosen = None if layers is None else names_of(layers, ())
    ask = request.BuildRequest(previous=history.read(previous) if previous else None, fresh=fresh)
    listed = rejects or out.parent / f"{out.name}.rejects.jsonl"
    refuse_rejects(listed, out if rejects else None)
    stays(out)
    report = pipeline.build(root_of(root), out, workers_of(workers), progress(), chosen, ask, executor)
    write_rejects(report, listed)
    if as_json:
        print_json({"out": str(out), "rejects": str(listed) if report.rejected else None, **_as_json(report)})
    else:
        print_problems(report.problems, verbose=verbose)
        _print_summary(report, out, listed, _without_layers(report) if layers is None else "")
    sys.exit(1 if report.rejected and not allow_rejects else 0)


def _as_json(report: Report) -> dict[str, Any]:
    """What became of the records, for programs."""
    return {
        "counts": report.counts,
        "left_out": report.left_out,
        "tables": (report.manifest or {})["tables"],
        "problems": [problem.as_json() for problem in report.problems],
        "held": [problem.as_json() for refusal in report.held for problem in refusal.problems],
    }


def _without_layers(report: Report) -> str:
    """What there is to say of a release for which nobody chose layers, empty where some ran."""
    if (report.manifest or {})["layers"]:
        return ""
    from corpus.annotate import engine

    first = "pip install 'annotated-corpus[layers]', then " if engine.missing() else ""
    return f'no layers ran: {first}name them in corpus.toml (layers = ["sentences", "entities", ...])'


def _print_summary(report: Report, out: Location, listed: Location | None, layers: str) -> None:
    """Where the release is, what became of every raw record, what is to be said of ``layers``, and how to load it."""
    from corpus.release.format import OUTCOMES

    width = max(map(len, report.counts), default=6)
    click.echo("  ".join(("source".ljust(width), *(kind.rjust(9) for kind in OUTCOMES))))
    total = {kind: report.total(kind) for kind in OUTCOMES}
    for source, counts in [*report.counts.items(), ("all", total)]:
        click.echo("  ".join((source.ljust(width), *(f"{counts[kind]:>9,}" for kind in OUTCOMES))))
    if report.left_out:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in report.left_out.items())
        click.echo(f"left out of crawls: {reasons}")
    if report.held:
        click.echo(f"held back, since they are like articles of other splits: {len(report.held):,}")
        for refusal in report.held[:5]:
            click.echo(f"  {refusal.file}{f':{refusal.line}' if refusal.line else ''}: {refusal.problems[0].found}")
    if report.rejected and listed:
        click.echo(f"rejected records and their problems: {listed}")
    tables = (report.manifest or {})["tables"]
    version = (report.manifest or {})["version"]
    click.echo(
        f"{'preview' if version == '0.0.0' else 'release'} {version}: {out}"
        + ("" if tables else " (no articles yet: add records under raw/)")
    )
    longest = max(map(len, tables), default=0)
    for table, splits in tables.items():
        click.echo(f"  {table.ljust(longest)}  " + ", ".join(f"{split} {rows:,}" for split, rows in splits.items()))
    if layers:
        click.echo(layers)
    if tables:
        name = "articles" if "articles" in tables else next(iter(tables))
        click.echo("load it:")
        library, call = ("datasets", "load_dataset") if isinstance(out, Path) else ("corpus", "load")
        click.echo(f"  from {library} import {call}")
        click.echo(f'  articles = {call}("{out}", "{name}")')


@main.command()
@click.option("--out", required=True, type=PLACE, metavar="DIR", help="Where the release folder shall be.")
@click.option(
    "--previous",
    required=True,
    metavar="RELEASE|none",
    help="The version before: a folder, hub:org/name@X.Y.Z, s3://...; none for the first.",
)
@click.option("--version", metavar="X.Y.Z", help="The version; by default the least that the changes allow.")
@click.option(
    "--bump",
    is_flag=False,
    flag_value="patch",
    type=click.Choice(["patch", "minor", "major"]),
    help="Take at least this step; the changes may ask for a higher one.",
)
@click.option(
    "--date",
    metavar="DAY",
    envvar="CORPUS_DATE",
    help="The day that the release shows (ISO 8601); by default that of SOURCE_DATE_EPOCH, else none: cited as n.d.",
)
@click.option("--allow-rejects", is_flag=True, help="Release although records are rejected.")
@click.option("--fresh", is_flag=True, help="Keep no rows of the version before: the same bytes, made anew.")
@click.option("--layers", metavar="none|NAME,...", help="Annotation layers to run; by default those of corpus.toml.")
@options("root", "workers", "executor", "json", "verbose")
def release(
    out: Location,
    root: Location | None,
    layers: str | None,
    workers: int | None,
    executor: str,
    *,
    as_json: bool,
    verbose: bool,
    **asked: Any,
) -> None:
    """Make an immutable release, with the least version that fits.

    The version follows from the changes since the previous one: a record removed, a value or label changed, a column
    removed or a split moved asks for a new major version; records or columns added for a minor one; card and docs
    alone for a patch. Where nothing changed there is no new version, unless --version or --bump asks for one.

    \b
    Examples:
      corpus release --previous none --out releases/1.0.0 --date 2026-11-22
      corpus release --previous releases/1.0.0 --out releases/next
      corpus release --previous hub:org/name --version 2.0.0 --out releases/2.0.0
    """
    from corpus.build import pipeline, request

    chosen = None if layers is None else names_of(layers, ())
    ask = request.asked(**asked)
    stays(out)
    report = pipeline.build(root_of(root), out, workers_of(workers), progress(), chosen, ask, executor)
    if as_json:
        print_json({"out": str(out), "version": (report.manifest or {})["version"], **_as_json(report)})
    else:
        print_problems(report.problems, verbose=verbose)
        _print_summary(report, out, None, _without_layers(report) if layers is None else "")
        if ask.date is None:
            click.echo("it shows no date and is cited as n.d.: give the day with --date where it should have one")


@main.command()
@click.argument("identity", metavar="ID")
@click.option(
    "--reason",
    required=True,
    type=click.Choice(["rights-holder", "person", "legal", "error"]),
    help="Who or what asks for it.",
)
@click.option("--date", required=True, metavar="DAY", help="The day of the withdrawal (ISO 8601).")
@click.option("--release", "releases", multiple=True, metavar="X.Y.Z", help="A version known to hold it; repeatable.")
@click.option("--delete-raw", is_flag=True, help="Remove the raw record and its gold file as well.")
@options("root", "json")
def withdraw(
    identity: str,
    reason: str,
    date: str,
    releases: tuple[str, ...],
    root: Location | None,
    *,
    delete_raw: bool,
    as_json: bool,
) -> None:
    """Take a record out for good. The next release is without it, and its id and content never come back.

    \b
    Examples:
      corpus withdraw agence-hexa/2022-02-14-edc2b5dceb74 --reason person --date 2026-11-22
    """
    from dataclasses import asdict

    from corpus.curate import withdraw as withdrawing

    done = withdrawing.withdraw(folder_of(root), identity, reason, date, releases, delete_raw=delete_raw)
    if as_json:
        print_json({**asdict(done.tombstone), "raw_path": done.raw_path, "deleted": list(done.deleted)})
        return
    click.echo(f"withdrawn: {identity} ({reason}, {date}); raw/withdrawn.jsonl keeps id and hashes, no content")
    for path in done.deleted:
        click.echo(f"removed {path}")
    if not done.deleted:
        click.echo(f"its raw record is still at {done.raw_path}; it is left out of every build from now on")
    click.echo("next: corpus release, corpus publish --purge-withdrawn for the versions that hold it")
