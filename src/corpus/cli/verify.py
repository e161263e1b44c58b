"""Commands that prove: that a release is what it says, and that the corpus gives it again."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import (
    FOLDER,
    folder_of,
    options,
    passphrase_of,
    print_json,
    print_problems,
    progress,
    say,
    workers_of,
)
from corpus.model.problem import number_of

if TYPE_CHECKING:
    from corpus.files.paths import Location
    from corpus.release.read.signatures import Signatures


@click.command()
@click.argument("where", metavar="WHERE")
@click.option("--previous", metavar="RELEASE", help="The version before; one that lies beside WHERE is found.")
@click.option(
    "--attested", multiple=True, type=FOLDER, metavar="FILE", help="What somebody says who built it again: a file."
)
@options("trust", "json", "verbose")
def verify(
    where: str,
    previous: str | None,
    attested: tuple[Path, ...],
    trust: tuple[Path, ...],
    *,
    as_json: bool,
    verbose: bool,
) -> None:
    """Prove a release, down to each row and span.

    Every file against the manifest, every record against its hashes, every span against its words, every card, list
    and picture against what the tables give; names the first row and column of each file that is not what it was, and
    what nothing in a release can prove. WHERE is a folder, hub:org/name@X.Y.Z or an address such as s3://bucket/prefix.
    Of those who built it again, those that --trust names are counted, but for who signed it.

    \b
    Examples:
      corpus verify releases/1.0.0
      corpus verify hub:org/name@1.0.0 --json
      corpus verify hub:org/name@1.0.0 --trust KEY.pub
    """
    from corpus.release.keys import trusted
    from corpus.verify.verify import verify

    verdict = verify(where, trusted(trust or None), attested, previous)
    counts = {"files": verdict.files, "records": verdict.records, "spans": verdict.spans}
    if as_json:
        signatures = {name: value for name, value in asdict(verdict.signatures).items() if name != "problems"}
        unproved = [one._asdict() for one in verdict.unproved]
        told = {"problems": verdict.problems, "unproved": unproved}
        print_json({"sound": verdict.sound, **counts, **signatures, **told})
    else:
        print_problems(verdict.problems, verbose=verbose)
        seen = ", ".join(number_of(count, what.removesuffix("s")) for what, count in counts.items())
        say(f"{'sound' if verdict.sound else number_of(len(verdict.problems), 'problem')}: {seen}")
        _print_signatures(verdict.signatures)
        if verdict.unproved:
            say("not proved by the release itself (corpus reproduce proves it):")
        for one in verdict.unproved:
            say(f"  {one}")
    sys.exit(0 if verdict.sound else 1)


def _print_signatures(found: Signatures) -> None:
    """Who signed a release and who built it again; nothing that is not trusted is called sound."""
    if not found.signed:
        say("no signature that can be relied on" if found.problems else "not signed")
    elif not found.signers:
        say("signed, and not proved: pip install 'annotated-corpus[sign]', or name the key with --trust")
    for one in found.signers:
        say(f"signed by {one}, {'trusted' if one in found.trusted else 'not trusted: --trust names no such key'}")
    if found.rebuilders:
        say(f"rebuilt by {number_of(len(found.rebuilders), 'other')}: {', '.join(found.rebuilders)}")
    if found.others:
        said = number_of(len(found.others), "key")
        say(f"rebuilt, as {said} not trusted say: {', '.join(found.others)}")


@click.command()
@click.argument("release", metavar="RELEASE")
@click.option("--previous", metavar="RELEASE", help="The version before, where the release names one.")
@click.option("--out", type=FOLDER, metavar="DIR", help="Keep what is made there.")
@click.option(
    "--attest", type=FOLDER, metavar="KEY", help="Where the bytes are the same, say so, signed with this private key."
)
@click.option(
    "--attestation", type=FOLDER, metavar="FILE", help="Where it is said; by default in attestations/ of RELEASE."
)
@click.option(
    "--date", metavar="DAY", help="The day of the attestation; by default that of SOURCE_DATE_EPOCH, else none."
)
@options("root", "workers", "json")
def reproduce(
    release: str,
    previous: str | None,
    out: Path | None,
    attest: Path | None,
    attestation: Path | None,
    date: str | None,
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
      corpus reproduce hub:org/name@1.0.0 --attest KEY.pem --attestation rebuilt.json
    """
    from corpus.build.request import day_of
    from corpus.release.keys import signing_keys
    from corpus.verify.attest import attest as write_attestation
    from corpus.verify.attest import attestation_file, refuse_attestation
    from corpus.verify.reproduce import reproduce

    if attest is None and (attestation or date):
        raise click.UsageError("--attestation and --date go with --attest")
    keys, day = signing_keys([attest] if attest else [], passphrase_of()), day_of(date)
    attested = attestation or attestation_file(release, keys[0]) if keys else None
    if attested:
        refuse_attestation(attested)
    found = reproduce(release, folder_of(root), previous, out, workers_of(workers), progress())
    if attested and found.same:
        write_attestation(release, found.manifest_sha256, folder_of(root), keys[0], attested, day)
    if as_json:
        counts = {
            "same": found.same,
            "files": found.files,
            "differing": found.differing,
            "attestation": attested if found.same else None,
        }
        print_json({**counts, "problems": found.problems, "causes": found.causes, "rows": found.rows})
    else:
        print_problems(found.problems, verbose=True)
        for row in found.rows:
            say(f"  {row}")
        if found.differing > len(found.rows):
            say(f"  ... and {number_of(found.differing - len(found.rows), 'more row')}")
        for cause in found.causes:
            say(f"differs here: {cause}")
        say(f"{'same' if found.same else 'different'}: {number_of(found.files, 'file')} byte for byte")
        if attested and found.same:
            say(f"attested: {attested}")
    sys.exit(0 if found.same else 1)
