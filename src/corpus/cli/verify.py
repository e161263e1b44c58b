"""Commands that prove: that a release is what it says, and that the corpus gives it again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import FOLDER, folder_of, options, print_json, print_problems, progress, workers_of
from corpus.model.problem import number_of

if TYPE_CHECKING:
    from corpus.files.paths import Location


@click.command()
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
    from corpus.verify.verify import verify

    verdict = verify(where)
    counts = {"files": verdict.files, "records": verdict.records, "spans": verdict.spans}
    if as_json:
        print_json({"sound": verdict.sound, **counts, "problems": verdict.problems})
    else:
        print_problems(verdict.problems, verbose=verbose)
        seen = ", ".join(number_of(count, what.removesuffix("s")) for what, count in counts.items())
        click.echo(f"{'sound' if verdict.sound else number_of(len(verdict.problems), 'problem')}: {seen}")
    sys.exit(0 if verdict.sound else 1)


@click.command()
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
    from corpus.verify.reproduce import reproduce

    found = reproduce(release, folder_of(root), previous, out, workers_of(workers), progress())
    if as_json:
        counts = {"same": found.same, "files": found.files, "differing": found.differing}
        print_json({**counts, "problems": found.problems, "causes": found.causes, "rows": found.rows})
    else:
        print_problems(found.problems, verbose=True)
        for row in found.rows:
            click.echo(f"  {row}")
        if found.differing > len(found.rows):
            click.echo(f"  ... and {number_of(found.differing - len(found.rows), 'more row')}")
        for cause in found.causes:
            click.echo(f"differs here: {cause}")
        click.echo(f"{'same' if found.same else 'different'}: {number_of(found.files, 'file')} byte for byte")
    sys.exit(0 if found.same else 1)
