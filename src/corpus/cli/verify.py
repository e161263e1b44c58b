"""Commands that prove: that a release is what it says, and that the corpus gives it again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import FOLDER, folder_of, main, options, print_json, print_problems, progress, workers_of
from corpus.model.problem import number_of

if TYPE_CHECKING:
    from corpus.files.paths import Location


@main.command()
@click.argument("where", metavar="WHERE")
@options("json", "verbose")
def verify(where: str, *, as_json: bool, verbose: bool) -> None:
    """Prove a release, down to each row and span.

    Every file against the manifest, every record against its hashes, every span against its words; names the first row
    and column of each file that is not what it was. WHERE is a folder, hub:org/name@X.Y.Z or an address such as
    s3://bucket/prefix.

    \b
    Examples:
      corpus verify releases/1.0.0
      corpus verify hub:org/name@1.0.0 --json
    """
    from corpus.verify.verify import verify as prove

    verdict = prove(where)
    counts = {"files": verdict.files, "records": verdict.records, "spans": verdict.spans}
    if as_json:
        problems = [problem.as_json() for problem in verdict.problems]
        print_json({"sound": verdict.sound, **counts, "problems": problems})
    else:
        print_problems(verdict.problems, verbose=verbose)
        said = ", ".join(number_of(count, what.removesuffix("s")) for what, count in counts.items())
        found = "sound" if verdict.sound else number_of(len(verdict.problems), "problem")
        click.echo(f"{found}: {said}")
    sys.exit(0 if verdict.sound else 1)


@main.command()
@click.argument("release", metavar="RELEASE")
@click.option("--previous", metavar="RELEASE", help="The version before, where the release names one.")
@click.option("--out", type=FOLDER, metavar="DIR", help="Keep what is made there.")
@options("root", "workers", "json")
def reproduce(
    release: str,
    previous: str | None,
    out: Path | None,
    root: Location | None,
    workers: int | None,
    *,
    as_json: bool,
) -> None:
    """Make a release again from scratch, and compare the bytes. It is made from its corpus folder.

    \b
    Examples:
      corpus reproduce releases/1.0.0
      corpus reproduce hub:org/name@1.1.0 --previous hub:org/name@1.0.0 --root my-corpus
    """
    from corpus.verify import reproduce as making

    found = making.reproduce(release, folder_of(root), previous, out, workers_of(workers), progress())
    if as_json:
        problems = [problem.as_json() for problem in found.problems]
        causes, rows = list(found.causes), {"differing": found.differing, "rows": list(found.rows)}
        print_json({"same": found.same, "files": found.files, "problems": problems, "causes": causes, **rows})
    else:
        print_problems(found.problems, verbose=True)
        for row in found.rows:
            click.echo(f"  {row}")
        if found.differing > len(found.rows):
            click.echo(f"  ... and {number_of(found.differing - len(found.rows), 'more row')}")
        for cause in found.causes:
            click.echo(f"not the same here: {cause}")
        click.echo(f"{'same' if found.same else 'different'}: {number_of(found.files, 'file')} byte for byte")
    sys.exit(0 if found.same else 1)


@main.command()
@click.argument("release", metavar="RELEASE")
@click.option(
    "--raw",
    "given",
    type=FOLDER,
    required=True,
    metavar="DIR",
    help="The raw records: a corpus, its raw/, or a source.",
)
@click.option("--out", type=FOLDER, required=True, metavar="DIR", help="Where the tables with text shall be.")
@click.option("--no-layers", is_flag=True, help="Run no model: lemmas, names and keywords are left empty.")
@options("json", "verbose")
def rehydrate(release: str, given: Path, out: Path, *, no_layers: bool, as_json: bool, verbose: bool) -> None:
    """Put the text back into masked tables, from your raw records. Each is proved by hash.

    \b
    Examples:
      corpus rehydrate hub:org/name@1.0.0 --raw my-corpus --out with-text
      corpus rehydrate releases/1.0.0 --raw raw/revue-tangente --out with-text --no-layers
    """
    from corpus.curate.rehydrate import rehydrate as restoring

    found = restoring.rehydrate(release, given, out, layers=not no_layers)
    if as_json:
        problems = [problem.as_json() for problem in found.problems]
        counts = {"records": found.records, "restored": found.restored}
        print_json({**counts, "missing": list(found.missing), "problems": problems, "out": str(out)})
    else:
        print_problems(found.problems, verbose=verbose)
        for identity in found.missing:
            click.echo(f"missing: {identity}", err=True)
        click.echo(f"{found.restored:,} of {number_of(found.records, 'record')} with text again: {out}")
        click.echo("not to be published: it is the text of sources that do not allow it")
    sys.exit(0 if found.whole else 1)
