"""Publishes a release: to a folder, to the Hub, or to a store that fsspec opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.publish.publication import Published, parse_destination, publishable
from corpus.publish.signing import Add, add_attestations, refuse_signer
from corpus.release.keys import Trust


def publish(
    release: Path,
    to: str,
    *,
    prove: Callable[[Path], Iterable[Problem]],
    dry_run: bool = False,
    private: bool = False,
    gated: str | None = None,
    trust: Trust | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Published:
    """Publish a release folder at a place; the very same version there already is success, and nothing is sent.

    ``prove`` says what is wrong with the release (``verify.verify``): where anything is, nothing is sent. ``dry_run``
    says what would be sent and sends nothing. ``private`` and ``gated`` (``auto`` or ``manual``) are settings of the
    Hub. Where versions there are signed, it has to be signed by one of the same keys, or by one that ``trust`` names.
    Attestations that lie beside it are added to those there. ``progress`` is called with the path and bytes of each
    file that was sent.

    Raises:
        UsageError: no such place, no release, a preview, a version that is there with other content or was purged.
        CorpusError: something is wrong with the release; a signature that is missing, wrong or by somebody else; the
            place refuses or does not answer. What was there before is as it was.
    """
    destination = parse_destination(to)
    publishable(release)
    if wrong := tuple(prove(release)):
        raise CorpusError(wrong)
    if destination.kind != "hub" and (private or gated):
        found, wanted = "--private" if private else "--gated", "hub:org/name, the only place that has such settings"
        hint = "say who may read it at the place itself"
        raise UsageError(Problem(to, 0, "", "address-unknown", found, wanted, hint))
    refuse_signer(release, destination, trust)
    place = destination.place
    add: Add
    if destination.kind == "hub":
        from corpus.publish.hub import add_on_main, publish_hub

        done = publish_hub(release, place, dry_run=dry_run, private=private, gated=gated, progress=progress)
        add = add_on_main
    elif destination.kind == "folder":
        from corpus.publish.folder import add_to_folder, publish_folder

        done, add = publish_folder(release, Path(place), dry_run=dry_run), add_to_folder
    else:
        from corpus.publish.bucket import add_objects, publish_objects

        done, add = publish_objects(release, place, dry_run=dry_run, progress=progress), add_objects
    return add_attestations(done, release, add, place, dry_run=dry_run)
