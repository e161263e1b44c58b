"""Says, signed, that a release was built again and came out the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from corpus.files import hashing, paths
from corpus.files.paths import kind_of
from corpus.files.refusals import refused, writing
from corpus.model.problem import Problem, UsageError
from corpus.raw.key import read_key
from corpus.raw.layout import KEY
from corpus.release import statements
from corpus.release.keys import SigningKey
from corpus.release.read.reader import open_release


def attestation_file(where: str | Path, key: SigningKey) -> Path:
    """The file beside a release in which a key says that it was built again.

    Raises:
        UsageError: rule ``address-unknown``, the release lies in no folder.
    """
    release = open_release(where)
    if release.fetch is None:
        return Path(release.folder, statements.attestation_name(release.version, key.public.fingerprint))
    hint = "--attestation FILE; its publisher lays it into attestations/ of the release, and publishes it again"
    raise UsageError(Problem(release.where, 0, "", "address-unknown", "no folder", "a file to write", hint))


def refuse_attestation(file: Path) -> None:
    """Stop where an attestation may not be written: it takes the place of nothing but an earlier one.

    Raises:
        UsageError: rule ``place-not-free``.
    """
    try:
        found = kind_of(file)
        if found == "a file":
            known = json.loads(paths.read(file, _LARGEST))
            found = "" if {"payload", "payloadType", "signatures"} <= set(known) else "a file with other things in it"
    except (ValueError, TypeError, RecursionError):
        found = "a file with other things in it"
    except OSError as error:
        found = refused(error)
    if found:
        wanted, hint = "a free name for a file, or an earlier attestation", "name another: --attestation FILE"
        raise UsageError(Problem(str(file), 0, "", "place-not-free", found, wanted, hint))


_LARGEST = 1 << 24
"""No attestation has more bytes."""


def attest(
    where: str | Path, manifest_sha256: str, root: Path, key: SigningKey, file: Path, date: str | None = None
) -> None:
    """Write into a file that the corpus folder ``root`` gave the manifest with this hash, that of the release.

    Raises:
        UsageError: as ``refuse_attestation``.
        CorpusError: the disk refuses.
    """
    refuse_attestation(file)
    manifest = open_release(where).manifest
    sources = [{"name": "pipeline", "digest": {"sha256": manifest["pipeline"]["sha256"]}}]
    sources.append({"name": "corpus folder", "digest": _digest(root)})
    statement = statements.rebuilt(manifest, manifest_sha256, sources, date)
    with writing(file, "a place that can be written", "name another: --attestation FILE"):
        paths.replace(file, statements.envelope(statement, [key]))


def _digest(root: Path) -> dict[str, str]:
    """A digest of all files of a corpus folder by their paths; with its key, so that it confirms no guess of a text."""
    files = [file for file in (root / "raw").rglob("[!.]*") if file.is_file() and file.name != KEY]
    digest = hashlib.sha256()
    for file in sorted([root / "corpus.toml", *files]):
        digest.update(f"{file.relative_to(root).as_posix()}\0{hashing.sha256_of(file)}\n".encode(errors="replace"))
    key = read_key(root)
    if key is None:
        return {"sha256": digest.hexdigest()}
    return {"hmac_sha256": key.hash("corpus folder", digest.digest())}
