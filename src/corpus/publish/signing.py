"""Signatures at a place: who may release the next version there, and attestations that are added to those there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.files.paths import replace as replace_file
from corpus.files.refusals import writing
from corpus.model.problem import CorpusError, Problem
from corpus.publish.publication import Published, proved, versions_at
from corpus.release import statements
from corpus.release.format import MANIFEST, PREVIEW, SIGNATURE
from corpus.release.keys import SigningKey, Trust
from corpus.release.read.address import Address
from corpus.release.read.reader import open_release
from corpus.release.read.signatures import attestations, require_trusted, signature_of, unsigned
from corpus.release.statements import Envelope
from corpus.release.versions import newest_first


def sign(folder: Path, keys: Sequence[SigningKey]) -> tuple[str, ...]:
    """Sign a release that stands in a folder, every file of it proved first; the fingerprints of all who signed it.

    Signatures that it has stay; a key that has signed signs no more.

    Raises:
        UsageError: no release, or one that may not be published.
        CorpusError: it is not as its manifest says, or has a signature that is wrong; the disk refuses.
    """
    release = proved(folder)
    before = signature_of(release.release)
    statement = statements.released(release.release.manifest, release.hashes[MANIFEST])
    content = statements.envelope(statement, keys, before)
    with writing(folder):
        replace_file(folder / SIGNATURE, content)
    signers = before.signers if before else ()
    return tuple(dict.fromkeys([*signers, *(key.public.fingerprint for key in keys)]))


def refuse_signer(folder: Path, to: Address, trust: Trust | None) -> None:
    """Refuse a release that is not signed by whom it should be.

    That is one of the keys that ``trust`` names; without it one of those that signed the newest other version there.

    Raises:
        CorpusError: rules ``signature-missing``, ``signature-wrong``, ``signer-unknown``.
    """
    release = open_release(folder)
    if release.version == PREVIEW or release.manifest.get("rehydrated"):
        return  # which are refused for what they are
    if trust is not None:
        require_trusted(release, trust)
        return
    before = _newest_signature(to, release.version)
    if before is None:
        return
    signature = signature_of(release)
    if signature is None:
        raise CorpusError(unsigned(release.where, "a release that is signed, as the newest version there is"))
    if not set(signature.signers) & set(before.signers):
        found, wanted = f"signed by {', '.join(signature.signers)}", f"a signature by {' or '.join(before.signers)}"
        hint = "where the key was changed on purpose, sign with both, or name the new one: --trust KEY.pub"
        raise CorpusError(Problem(release.where, 0, "", "signer-unknown", found, f"{wanted}, as there", hint))


def _newest_signature(to: Address, version: str) -> Envelope | None:
    """The signature of the newest version at a place but for this one, None where it has none."""
    if to.kind == "hub":
        from corpus.publish.hub_repository import Repository

        repository = Repository(to.place)
        tags = {} if repository.settings() is None else repository.refs().tags
        for newest in [one for one in newest_first(list(tags)) if one != version][:1]:
            commit = tags[f"v{newest}"]
            content = repository.bytes_at(SIGNATURE, commit)
            if content is not None:
                manifest = repository.bytes_at(MANIFEST, commit) or b"{}"
                return statements.proved(content, statements.released, manifest, f"{to}@{newest}/{SIGNATURE}")
        return None
    place = str(Path(to.place).absolute()) if to.kind == "folder" else to.place
    there = [one for one in versions_at(place) if one != version]
    return signature_of(open_release(place, there[0])) if there else None


Add = Callable[..., list[str]]
"""Puts files where there are none, given a place, a version and their bytes by path; the paths of those it put."""


def add_attestations(done: Published, folder: Path, add: Add, place: str, *, dry_run: bool) -> Published:
    """Add to a version that is at a place what others say of it beside the release folder, and is not there yet."""
    found = {path: content for path, content, _ in attestations(open_release(folder))}
    if not found:
        return done
    new = add(place, done.version, found, dry_run=dry_run)
    return replace(done, sent=(*done.sent, *new), bytes=done.bytes + sum(len(found[path]) for path in new))
