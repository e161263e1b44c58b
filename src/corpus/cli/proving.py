"""Commands that prove: that a release is what it says, and that the corpus gives it again."""

from __future__ import annotations

import sys

import click

from corpus.cli.base import main, options, print_json, print_problems


@main.command()
@click.argument("where", metavar="WHERE")
@options("json", "verbose")
def verify(where: str, *, as_json: bool, verbose: bool) -> None:
    """Prove a release: every file against the manifest, every record against its hashes, every span against its words.

    Names the first row and column of each file that is not what it was. WHERE is a folder, hub:org/name@X.Y.Z
    or an address such as s3://bucket/prefix.

    \b
    Examples:
      corpus verify releases/1.0.0
      corpus verify hub:org/name@1.0.0 --json
    """
    from corpus.verify import verify as prove

    verdict = prove(where)
    counts = {"files": verdict.files, "records": verdict.records, "spans": verdict.spans}
    if as_json:
        problems = [problem.as_json() for problem in verdict.problems]
        print_json({"sound": verdict.sound, **counts, "problems": problems})
    else:
        print_problems(verdict.problems, verbose=verbose)
        said = ", ".join(f"{count:,} {what}" for what, count in counts.items())
        found = "sound" if verdict.sound else f"{len(verdict.problems):,} problems"
        click.echo(f"{found}: {said}")
    sys.exit(0 if verdict.sound else 1)
