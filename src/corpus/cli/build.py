"""Commands that build: a preview, and a release."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.cli.common import (
    FOLDER,
    PLACE,
    can_resume,
    options,
    passphrase_of,
    print_json,
    print_problems,
    progress,
    root_of,
    say,
    workers_of,
)

if TYPE_CHECKING:
    from corpus.build.report import Report
    from corpus.build.request import BuildRequest
    from corpus.files.paths import Location
    from corpus.model.stages import Spent

_PROFILE = click.option(
    "--profile", is_flag=True, help="Also say what took how long, by stage: CPU time of all processes."
)


@click.command()
@click.option("--out", required=True, type=PLACE, metavar="DIR", help="Where to write the release folder.")
@click.option("--allow-rejects", is_flag=True, help="Exit with 0 although records were rejected.")
@click.option(
    "--rejects", type=PLACE, metavar="FILE", help="Where rejected records are listed; by default DIR.rejects.jsonl."
)
@click.option("--previous", metavar="RELEASE", help="The version before: its order and splits stay, its rows are kept.")
@click.option(
    "--fresh",
    is_flag=True,
    help="Keep no rows of the version before, nor of a preview at DIR: the same bytes, made anew.",
)
@_PROFILE
@options("layers", "root", "workers", "executor", "json", "verbose")
def build(
    out: Location,
    root: Location | None,
    rejects: Location | None,
    previous: str | None,
    layers: list[str] | None,
    workers: int | None,
    executor: str,
    *,
    allow_rejects: bool,
    fresh: bool,
    profile: bool,
    as_json: bool,
    verbose: bool,
) -> None:
    """Build a preview release, whole or not at all. It is tables as Parquet, a manifest and a card.

    Without --previous it has no history: of few stories, splits are drawn anew as records come and go.

    \b
    Examples:
      corpus build --out build/preview
      corpus build --root my-corpus --out preview --workers 4 --allow-rejects
      corpus build --out build/preview --profile
      corpus build --executor dask --dask-address dask.json --out /shared/preview
      corpus build --root s3://bucket/corpus --out s3://bucket/preview
    """
    from corpus.build import request
    from corpus.build.rejects import refuse_rejects, write_rejects
    from corpus.release import history

    ask = request.BuildRequest(previous=history.read(previous) if previous else None, fresh=fresh)
    listed = rejects or out.parent / f"{out.name}.rejects.jsonl"
    refuse_rejects(listed, out if rejects else None)
    report, spent = _built(root, out, workers, layers, ask, executor, profile=profile)
    write_rejects(report, listed)
    if as_json:
        files = {"out": str(out), "rejects": str(listed) if report.rejected else None}
        print_json({**files, **_as_json(report, spent)})
    else:
        print_problems(report.problems, verbose=verbose)
        _print_summary(report, out, listed, _without_layers(report) if layers is None else "")
        _print_profile(report, spent)
    sys.exit(1 if report.rejected and not allow_rejects else 0)


def _built(
    root: Location | None,
    out: Location,
    workers: int | None,
    layers: list[str] | None,
    ask: BuildRequest,
    executor: str,
    *,
    profile: bool,
) -> tuple[Report, Spent | None]:
    """Build, and say that the corpus has a key since then, or another one than the version before.

    What became of the records, and with ``profile`` what that took.
    """
    from corpus.build import pipeline
    from corpus.model import stages

    can_resume(out)
    with stages.profile() if profile else nullcontext() as spent, stages.stage("everything else"):
        report = pipeline.build(root_of(root), out, workers_of(workers), progress(), layers, ask, executor)
    name, previous = (report.manifest or {}).get("key", ""), ask.previous
    if report.new_key:
        say("made raw/corpus.key, the key of hashes of withheld text: keep a copy, publish it nowhere", err=True)
    elif name and previous is not None and previous.key not in ("", name):
        say(f"hashes of withheld text: made with the key {name}, no longer with {previous.key}", err=True)
    return report, spent


def _as_json(report: Report, spent: Spent | None) -> dict[str, Any]:
    """What became of the records, and what that took where it was measured, for programs."""
    from corpus.build import profile

    return {
        "counts": report.counts,
        "left_out": report.left_out,
        "tables": (report.manifest or {})["tables"],
        "small_splits": report.small_splits,
        "problems": report.problems,
        "held": [problem for refusal in report.held for problem in refusal.problems],
        "superseded": [problem for refusal in report.superseded for problem in refusal.problems],
        **({"profile": profile.as_json(spent, report)} if spent is not None else {}),
    }


def _print_profile(report: Report, spent: Spent | None) -> None:
    """What took how long, where that was measured."""
    from corpus.build import profile

    for line in profile.table(spent, report) if spent is not None else ():
        say(line)


def _without_layers(report: Report) -> str:
    """What to tell who chose no layers, empty where some ran."""
    if (report.manifest or {})["layers"]:
        return ""
    return 'no layers ran: name them in corpus.toml (layers = ["sentences", "entities", ...])'


def _print_summary(report: Report, out: Location, listed: Location | None, layers: str) -> None:
    """What became of every raw record, where the release is, the note on ``layers``, and how to load it."""
    from corpus.release.format import OUTCOMES

    width = max(map(len, report.counts), default=6)
    say("  ".join(("source".ljust(width), *(kind.rjust(10) for kind in OUTCOMES))))
    total = {kind: report.total(kind) for kind in OUTCOMES}
    for source, counts in [*report.counts.items(), ("all", total)]:
        say("  ".join((source.ljust(width), *(f"{counts[kind]:>10,}" for kind in OUTCOMES))))
    if report.left_out:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in report.left_out.items())
        say(f"left out of crawls: {reasons}")
    for said, refusals in (
        ("held back because they resemble articles of other splits", report.held),
        ("older versions of an item, whose newest stands", report.superseded),
    ):
        if refusals:
            say(f"{said}: {len(refusals):,}")
        for refusal in refusals[:5]:
            say(f"  {refusal.file}{f':{refusal.line}' if refusal.line else ''}: {refusal.problems[0].found}")
    if (report.rejected or report.superseded) and listed:
        say(f"rejected records and their problems: {listed}")
    tables, version = ((report.manifest or {})[name] for name in ("tables", "version"))
    say(
        f"{'preview' if version == '0.0.0' else 'release'} {version}: {out}"
        + ("" if tables else " (no articles yet: add records under raw/)")
    )
    longest = max(map(len, tables), default=0)
    for table, splits in tables.items():
        say(f"  {table.ljust(longest)}  " + ", ".join(f"{split} {rows:,}" for split, rows in splits.items()))
    if report.small_splits:
        from corpus.build.report import FEW_ARTICLES

        listed_splits = ", ".join(f"{split} {articles}" for split, articles in report.small_splits.items())
        say(f"splits of fewer than {FEW_ARTICLES} articles, on which scores mean little: {listed_splits}")
    if layers:
        say(layers)
    if tables:
        name = "articles" if "articles" in tables else next(iter(tables))
        say("load it:")
        library, call = ("datasets", "load_dataset") if isinstance(out, Path) else ("corpus", "load")
        say(f"  from {library} import {call}")
        say(f'  articles = {call}("{out}", "{name}")')


@click.command()
@click.option("--out", required=True, type=PLACE, metavar="DIR", help="Where to write the release folder.")
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
    help="The day of the release (ISO 8601), whose year is cited; by default that of SOURCE_DATE_EPOCH, else none.",
)
@click.option("--allow-rejects", is_flag=True, help="Release although records are rejected.")
@click.option("--fresh", is_flag=True, help="Keep no rows of the version before: the same bytes, made anew.")
@click.option(
    "--sign",
    multiple=True,
    type=FOLDER,
    metavar="KEY",
    help="Sign it with this private key (PEM). Its passphrase is asked for, or is that of CORPUS_SIGN_PASSPHRASE.",
)
@_PROFILE
@options("layers", "root", "workers", "executor", "json", "verbose")
def release(
    out: Location,
    root: Location | None,
    layers: list[str] | None,
    workers: int | None,
    executor: str,
    sign: tuple[Path, ...],
    *,
    profile: bool,
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
      corpus release --previous none --out releases/1.0.0 --sign KEY.pem
    """
    from corpus.build import request
    from corpus.release.keys import signing_keys

    ask = request.asked(**asked, sign=signing_keys(sign, passphrase_of()))
    report, spent = _built(root, out, workers, layers, ask, executor, profile=profile)
    if as_json:
        print_json({"out": str(out), "version": (report.manifest or {})["version"], **_as_json(report, spent)})
    else:
        print_problems(report.problems, verbose=verbose)
        _print_summary(report, out, None, _without_layers(report) if layers is None else "")
        for key in ask.sign:
            say(f"signed by {key.public.fingerprint}")
        if ask.date is None:
            say("it has no date: citations have no year, which a deposit asks for; give the day with --date")
        _print_profile(report, spent)
