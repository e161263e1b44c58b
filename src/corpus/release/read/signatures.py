"""Who signed a release and who built it again: proved for its manifest, and held against the keys that are trusted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.files.object_store import translate_errors
from corpus.files.paths import kind_of
from corpus.model.problem import CorpusError, Problem
from corpus.release.format import ATTESTATIONS, MANIFEST, SIGNATURE
from corpus.release.keys import Trust, has_library
from corpus.release.read.hub_files import HubFiles, names_at
from corpus.release.read.reader import Release
from corpus.release.read.verified import damaged
from corpus.release.statements import LARGEST, Envelope, Kind, attested_version, proved, rebuilt, released, wrong

_ON_HUB = "main"
"""The branch of the Hub on which attestations stand: a tag cannot take what comes later."""


@dataclass(frozen=True)
class Signatures:
    """The keys that signed a release and those that rebuilt it, by their fingerprints, and what is wrong with that.

    ``trusted`` are signers that are trusted. ``rebuilders`` are trusted too, and no signers; ``others`` rebuilt it by
    their own account and are not trusted. ``signed`` says whether there is a signature, by whomever; where the library
    that proves it is missing, and nobody asked whether to trust it, nothing else is known.
    """

    signed: bool
    signers: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    rebuilders: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def signature_of(release: Release, keys: Trust | None = None) -> Envelope | None:
    """The signature of a release, proved to be one of this manifest; None where it has none.

    Raises:
        CorpusError: rule ``signature-wrong``; the place cannot be read.
    """
    content = _content(release, SIGNATURE)
    return None if content is None else _proved(release, SIGNATURE, content, released, keys)


def require_trusted(release: Release, trust: Trust) -> None:
    """Refuse a release that is not signed by at least one of the keys that are trusted.

    Raises:
        CorpusError: rules ``signature-missing``, ``signature-wrong``, ``signer-unknown``.
    """
    if problem := _distrust(release.where, signature_of(release, trust), trust):
        raise CorpusError(problem)


def _distrust(where: str, signature: Envelope | None, trust: Trust) -> Problem | None:
    """Why a signature is not to be trusted, None where it is."""
    if signature is None:
        return unsigned(where)
    if set(signature.signers) & set(trust):
        return None
    found = "signed by " + (", ".join(signature.signers) or "a key that is neither in the signature nor trusted")
    hint = "ask its publisher for the fingerprint by another way before you trust it"
    return Problem(where, 0, "", "signer-unknown", found, f"a signature by {' or '.join(trust)}", hint)


def unsigned(where: str, wanted: str = "a release that is signed by a key that you trust") -> Problem:
    """The problem of a release without a signature."""
    hint = "ask its publisher; who released it signs it with: corpus sign RELEASE --key KEY.pem"
    return Problem(where, 0, "", "signature-missing", f"no {SIGNATURE}", wanted, hint)


def attestations(release: Release, keys: Trust | None = None) -> Iterator[tuple[str, bytes, Envelope]]:
    """The path, the bytes and the proved content of each statement beside a release that it was built again.

    Raises:
        CorpusError: rule ``signature-wrong``; the place cannot be read.
    """
    for path in _names(release):
        if attested_version(path) == release.version:
            content = _content(release, path) or b""
            yield path, content, _proved(release, path, content, rebuilt, keys)


def examine(release: Release, trust: Trust | None = None, files: Iterable[Path] = ()) -> Signatures:
    """Everything that is said of a release by keys, with ``files`` of statements that lie elsewhere.

    Without ``trust`` nobody is trusted, and a signature that is missing is no problem.
    """
    problems: list[Problem] = []
    by: list[str] = []
    signature = None
    if trust is None and not has_library():
        return Signatures(signed=_content(release, SIGNATURE) is not None)
    try:
        signature = signature_of(release, trust)
        if trust is not None and (problem := _distrust(release.where, signature, trust)):
            problems.append(problem)
    except CorpusError as error:
        problems += error.problems
    try:
        by += [one for *_, said in attestations(release, trust) for one in said.signers]
        for file in files:
            by += _proved(release, str(file), _at_hand(file), rebuilt, trust, str(file)).signers
    except CorpusError as error:
        problems += error.problems
    signers = signature.signers if signature else ()
    apart = [one for one in dict.fromkeys(by) if one not in signers]
    known = trust or {}
    return Signatures(
        signed=signature is not None,
        signers=signers,
        trusted=tuple(one for one in signers if one in known),
        rebuilders=tuple(sorted(one for one in apart if one in known)),
        others=tuple(sorted(one for one in apart if one not in known)),
        problems=tuple(problems),
    )


def _proved(release: Release, path: str, content: bytes, kind: Kind, keys: Trust | None, place: str = "") -> Envelope:
    """The envelope in a file, if it is a statement of this kind about the manifest that the release was opened with."""
    manifest = release.read(MANIFEST)
    if json.loads(manifest) != release.manifest:
        raise damaged(f"{release.where}/{MANIFEST}", "another manifest than a moment ago")
    return proved(content, kind, manifest, place or f"{release.where}/{path}", keys)


def _content(release: Release, path: str) -> bytes | None:
    """The first bytes of a file beside what the manifest lists, None where there is none."""
    files, place = release.files, f"{release.folder}/{path}"
    if isinstance(files, HubFiles):
        at = HubFiles(files.repository, _ON_HUB) if attested_version(path) else files
        try:
            return _at_hand(at.local(path))
        except CorpusError as error:
            if error.problems[0].rule == "release-missing":
                return None
            raise
    if release.fetch is None:
        return _at_hand(Path(place)) if kind_of(Path(place)) else None
    with translate_errors(f"{release.where}/{path}"):
        try:
            with files.open(place, "rb") as opened:
                return bytes(opened.read(LARGEST + 1))
        except FileNotFoundError:
            return None


def _at_hand(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise wrong(str(file), kind_of(file) or "no such file", "a regular file")
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise wrong(str(file), error.strerror or "a file that cannot be read", "a file that can be read") from None


def _names(release: Release) -> list[str]:
    """The paths of all attestations beside a release."""
    files = release.files
    if isinstance(files, HubFiles):
        return names_at(files.repository, _ON_HUB, f"{ATTESTATIONS}/")
    start = release.folder.rstrip("/") + "/"
    with translate_errors(release.where):
        try:
            found = files.find(f"{start}{ATTESTATIONS}")
        except FileNotFoundError:
            return []
    return sorted(str(path).removeprefix(start) for path in found)
