"""The command that publishes, and deletes for good what was withdrawn."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import FOLDER, PLACE, options, passphrase_of, print_json, print_problems, root_of, say
from corpus.model.problem import CorpusError, number_of
from corpus.model.secrets import scrubbed

if TYPE_CHECKING:
    from corpus.files.paths import Location
    from corpus.publish.publication import Published
    from corpus.publish.purge import Purge
    from corpus.raw.tombstones import Withdrawn

_STAY = "stay: mend or remove them by hand, then run it again"
_SHOWN = 20
"""Withdrawn ids of a version that are printed; --json prints all."""


@click.command()
@click.argument("release", type=FOLDER, metavar="RELEASE")
@click.option("--to", required=True, metavar="PLACE", help="folder:DIR, hub:org/name, or s3://bucket/prefix and such.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent and what is there; send nothing.")
@click.option("--private", is_flag=True, help="Hub: only members of the organisation see it.")
@click.option("--gated", type=click.Choice(["auto", "manual"]), help="Hub: readers ask for access first.")
@click.option(
    "--purge-withdrawn", is_flag=True, help="Say which versions hold withdrawn records; with --yes delete them."
)
@click.option("--yes", is_flag=True, help="Publish RELEASE and delete those versions for good.")
@click.option(
    "--root", type=PLACE, metavar="DIR", help="With --purge-withdrawn: the corpus that knows the withdrawn words."
)
@options("trust", "json", "verbose")
def publish(
    release: Path,
    to: str,
    gated: str | None,
    root: Location | None,
    trust: tuple[Path, ...],
    *,
    dry_run: bool,
    private: bool,
    purge_withdrawn: bool,
    yes: bool,
    as_json: bool,
    verbose: bool,
) -> None:
    """Publish a release as a version that never changes. A reader sees the old version or the new, never a mixture.

    It is verified first (`corpus verify`), and what is not sound is not sent. The same release published again is
    success. Interrupted, run it again. A token of the Hub is taken from HF_TOKEN or from what `hf auth login` keeps.

    Where the newest version there is signed, RELEASE has to be signed by one of the same keys, or by one that --trust
    names.

    \b
    Examples:
      corpus publish releases/1.1.0 --to hub:org/name --dry-run
      corpus publish releases/1.1.0 --to folder:/data/corpora/presse
      corpus publish releases/2.0.0 --to hub:org/name --purge-withdrawn
      corpus publish releases/2.0.0 --to hub:org/name --purge-withdrawn --yes
    """
    from corpus.publish.publish import publish as publish_release
    from corpus.publish.purge import purge as purge_versions
    from corpus.release.keys import trusted
    from corpus.verify.verify import problems_of

    if yes and not purge_withdrawn:
        raise click.UsageError("--yes goes with --purge-withdrawn")
    if not sys.stderr.isatty():
        from huggingface_hub.utils.tqdm import disable_progress_bars

        disable_progress_bars()
    only_say = dry_run or (purge_withdrawn and not yes)
    done = publish_release(
        release, to, prove=problems_of, dry_run=only_say, private=private, gated=gated, trust=trusted(trust or None)
    )
    purged = None
    if purge_withdrawn:
        words = _withdrawn_words(root)
        purged = purge_versions(release, to, dry_run=only_say, words=words)
        if words is None and not as_json:
            say("no corpus at hand: ids were looked for, words under other ids were not (--root DIR)")
    _print_all(done, purged, only_say=only_say, as_json=as_json, verbose=verbose)
    sys.exit(1 if purged is not None and purged.undecided else 0)


def _withdrawn_words(root: Location | None) -> Withdrawn | None:
    """The tombstones of the corpus folder that was given, or that one stands in; None where there is none."""
    from corpus.raw.tombstones import withdrawn

    try:
        return withdrawn(root_of(root))
    except CorpusError:
        if root is not None:
            raise
        return None


def _print_all(done: Published, purged: Purge | None, *, only_say: bool, as_json: bool, verbose: bool) -> None:
    if as_json:
        print_json({"dry_run": only_say, **asdict(done), **({} if purged is None else {"purge": asdict(purged)})})
        return
    _print(done, dry_run=only_say, verbose=verbose)
    if purged is not None:
        _print_purge(purged, dry_run=only_say)


@click.command()
@click.argument("release", type=FOLDER, metavar="RELEASE")
@click.option("--key", multiple=True, required=True, type=FOLDER, metavar="KEY", help="A private key (PEM).")
@options("json")
def sign(release: Path, key: tuple[Path, ...], *, as_json: bool) -> None:
    """Sign a release that was made elsewhere. Every file is proved first; signatures that it has stay.

    A passphrase is asked for, or is that of CORPUS_SIGN_PASSPHRASE. A key is made with openssl.

    \b
    Examples:
      openssl genpkey -algorithm ed25519 -out KEY.pem
      openssl pkey -in KEY.pem -pubout -out KEY.pub
      corpus sign releases/1.0.0 --key KEY.pem
      corpus verify releases/1.0.0 --trust KEY.pub
    """
    from corpus.publish.signing import sign as sign_release
    from corpus.release.keys import signing_keys

    signers = sign_release(release, signing_keys(key, passphrase_of()))
    if as_json:
        print_json({"release": str(release), "signers": signers})
        return
    for fingerprint in signers:
        say(f"signed by {fingerprint}")


def _print(done: Published, *, dry_run: bool, verbose: bool) -> None:
    if not done.published and not done.sent and not done.removed:
        say(f"{scrubbed(done.address)} is there already: {number_of(len(done.there), 'file')}, nothing to send")
        return
    if done.made:
        say(f"{'would make' if dry_run else 'made'} the repository")
    if dry_run or verbose:
        for sign, paths in (("+", done.sent), ("-", done.removed), ("=", done.there if verbose else ())):
            for path in paths:
                say(f"  {sign} {path}")
    counts = f"{number_of(len(done.sent), 'file')}, {number_of(done.bytes, 'byte')}"
    rest = f"{len(done.there):,} there already" + (f", {len(done.removed):,} removed" if done.removed else "")
    say(f"{'would send' if dry_run else 'published'} {scrubbed(done.address)}: {counts}; {rest}")


def _print_purge(purged: Purge, *, dry_run: bool) -> None:
    print_problems(purged.undecided, verbose=True)
    if purged.undecided:
        files = number_of(len(purged.undecided), "place")
        say(f"nobody can tell whether a withdrawn record is in {files}, which {_STAY}", err=True)
    if not purged.versions and not purged.files and not purged.rewritten:
        if not purged.undecided:
            say("no version there holds a withdrawn record")
        return
    for version, ids in purged.versions.items():
        more = f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
        say(f"  {version} holds {', '.join(ids[:_SHOWN])}{more}; its successor is {purged.successor}")
    for name, ids in purged.unfinished.items():
        what = f"holds {', '.join(ids[:_SHOWN])}" if ids else "cannot be read"
        say(f"  {name} was left by a publication or build that was stopped, and {what}")
    for path in purged.cached:
        say(f"  removed from the cache of this machine: {path}")
    for name in purged.rewritten:
        say(f"  {name} {'would get' if dry_run else 'got'} a history without deleted versions")
    for name in purged.by_hand:
        say(f"  close {name} on the page of the repository: it may name old commits")
    size = f", {number_of(purged.bytes, 'byte')}" if purged.bytes else ""
    counts = f"{number_of(len(purged.versions), 'version')}, {number_of(len(purged.files), 'file')}{size}"
    say(f"{'would delete for good' if dry_run else 'deleted for good'}: {counts}")
    if dry_run and (purged.versions or purged.files):
        say("this cannot be undone; with --yes it is done")
