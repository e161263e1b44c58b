"""What is signed of a release: in-toto statements about the SHA-256 of its manifest, each in a DSSE envelope.

``SIGNATURE.json`` holds the predicate ``release``: whoever signs it released this version. A file in ``attestations/``
holds SLSA provenance: whoever signs it built the version again and got the same bytes. Both are formats of others
(in-toto.io/Statement/v1, github.com/secure-systems-lab/dsse), so that other tools can prove them too. The ``keyid`` of
a signature is its public key, so that it can be proved by itself; whether the key is trusted is another question.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from corpus.model.problem import CorpusError, Problem, UsageError, quoted
from corpus.release.format import ATTESTATIONS, MANIFEST, VERSION
from corpus.release.keys import SigningKey, Trust, public_key, require_library

LARGEST = 1 << 16
"""Bytes of an envelope; one with a signature has about 1,000."""

Statement = dict[str, Any]
Kind = Callable[[Mapping[str, Any], str], Statement]
"""The statement of a kind about a manifest, given with the SHA-256 of its bytes: ``released`` or ``rebuilt``."""

_PAYLOAD = "application/vnd.in-toto+json"
_NAME = re.compile(rf"{ATTESTATIONS}/({VERSION})-[0-9a-f]{{16}}\.json")
_PEM = b"-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
_MOST = 64
"""Signatures of an envelope."""


def attestation_name(version: str, fingerprint: str) -> str:
    """The path of what a key says of a version, beside its files."""
    return f"{ATTESTATIONS}/{version}-{fingerprint[:16]}.json"


def attested_version(path: str) -> str | None:
    """The version that a file is about, by its path; None for what is no attestation.

    >>> attested_version("attestations/1.0.0-0123456789abcdef.json"), attested_version("attestations/x.json")
    ('1.0.0', None)
    """
    found = _NAME.fullmatch(path)
    return found[1] if found else None


def released(manifest: Mapping[str, Any], sha256: str) -> Statement:
    """The statement that this is a release: the SHA-256 of its manifest, its name and version."""
    name, version = (quote(str(manifest.get(part)), safe="") for part in ("name", "version"))
    return _statement(sha256, "https://in-toto.io/attestation/release/v0.1", {"purl": f"pkg:generic/{name}@{version}"})


def rebuilt(
    manifest: Mapping[str, Any], sha256: str, sources: Sequence[Mapping[str, Any]] = (), date: str | None = None
) -> Statement:
    """The statement that a release was built again and came out the same.

    ``sources`` are what it was built from, each with ``name`` and ``digest``; ``date`` is the day, None for none.
    """
    definition = {
        "buildType": "urn:annotated-corpus:reproduce:v1",
        "externalParameters": {"name": manifest.get("name"), "version": manifest["version"]},
        "resolvedDependencies": list(sources),
    }
    details: dict[str, Any] = {"builder": {"id": "urn:annotated-corpus:attester"}}
    if date:
        details["metadata"] = {"finishedOn": f"{date}T00:00:00Z"}
    predicate = {"buildDefinition": definition, "runDetails": details}
    return _statement(sha256, "https://slsa.dev/provenance/v1", predicate)


def _statement(sha256: str, kind: str, predicate: Mapping[str, Any]) -> Statement:
    subject = [{"name": MANIFEST, "digest": {"sha256": sha256}}]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subject,
        "predicateType": kind,
        "predicate": predicate,
    }


def _claims(statement: Statement) -> dict[str, Any]:
    """What has to be the same in every statement of a kind about a release; of a rebuild sources and day may differ."""
    try:
        [subject], predicate = statement["subject"], statement["predicate"]
        definition = predicate.get("buildDefinition", {})
        about = predicate.get("purl"), definition.get("buildType"), definition.get("externalParameters")
        kind = statement["_type"], statement["predicateType"]
        return {"kind": kind, "name and version": about, "SHA-256 of the manifest": subject["digest"]["sha256"]}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}


@dataclass(frozen=True)
class Envelope:
    """A statement, and the fingerprints of the keys that are proved to have signed it."""

    statement: Statement
    payload: bytes
    signatures: tuple[Mapping[str, str], ...]
    signers: tuple[str, ...]


def envelope(statement: Statement, keys: Iterable[SigningKey], before: Envelope | None = None) -> bytes:
    """A statement with the signatures of these keys, as the bytes of a file.

    ``before`` is an envelope with the same statement, whose signatures stay; a key that is in it signs no more.
    """
    payload = before.payload if before else json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()
    signatures: list[Mapping[str, str]] = list(before.signatures) if before else []
    known = set(before.signers) if before else set()
    for key in keys:
        if key.public.fingerprint not in known:
            known.add(key.public.fingerprint)
            signature = base64.b64encode(key.sign(_signed(payload))).decode()
            signatures.append({"keyid": key.public.text, "sig": signature})
    sealed = {"payloadType": _PAYLOAD, "payload": base64.b64encode(payload).decode(), "signatures": signatures}
    return (json.dumps(sealed, indent=2) + "\n").encode()


def _signed(payload: bytes) -> bytes:
    """What a signature is made of: DSSE's encoding of the payload and its type before they are signed."""
    return b"DSSEv1 %d %s %d %s" % (len(_PAYLOAD), _PAYLOAD.encode(), len(payload), payload)


def proved(content: bytes, kind: Kind, manifest: bytes, place: str, keys: Trust | None = None) -> Envelope:
    """The envelope in a file at a place, if it makes a statement of this kind about a manifest, given by its bytes.

    Each of its signatures is proved: by the key that it names, or by one of ``keys``.

    Raises:
        CorpusError: rule ``signature-wrong``.
        UsageError: rule ``extra-missing``.
    """
    require_library()
    try:
        found = _opened(content, keys or {})
    except ValueError as error:
        raise wrong(place, str(error), "an envelope with signatures that their keys prove") from None
    said, wanted = _claims(found.statement), _claims(kind(json.loads(manifest), hashlib.sha256(manifest).hexdigest()))
    for claim, due in wanted.items():
        if said.get(claim) != due:
            raise wrong(place, f"a statement with another {claim}: {quoted(said.get(claim))}", quoted(due))
    return found


def wrong(place: str, found: str, wanted: str) -> CorpusError:
    """The error for what stands in the place of a signature and is none."""
    hint = "do not rely on the release before its publisher has said why; take it again from where it came"
    return CorpusError(Problem(place, 0, "", "signature-wrong", found, wanted, hint))


def _opened(content: bytes, keys: Trust) -> Envelope:
    import orjson

    if len(content) > LARGEST:
        raise ValueError(f"more than {LARGEST:,} bytes")
    try:
        sealed = orjson.loads(content)
        kind, payload, listed = sealed["payloadType"], _decoded(sealed["payload"]), list(sealed["signatures"])
        signatures = [({str(k): str(v) for k, v in one.items()}, _decoded(one["sig"])) for one in listed]
        statement = orjson.loads(payload)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{len(content):,} bytes that are no DSSE envelope of a statement") from None
    if kind != _PAYLOAD or not isinstance(statement, dict) or not 0 < len(signatures) <= _MOST:
        raise ValueError(f"an envelope of {quoted(kind)} with {len(signatures):,} signatures")
    signers = [_signer(said.get("keyid", ""), signature, payload, keys) for said, signature in signatures]
    proved_by = tuple(dict.fromkeys(one for one in signers if one))
    return Envelope(statement, payload, tuple(said for said, _ in signatures), proved_by)


def _signer(named: str, signature: bytes, payload: bytes, keys: Trust) -> str:
    """The fingerprint of the key that made a signature, empty where it is by a key that nobody has.

    Raises:
        ValueError: it is not by the key that it names.
    """
    try:
        carried = [public_key(_PEM % named.encode())]
    except UsageError:  # another tool made it, and calls its keys by other names
        carried = []
    for key in carried or [key for key in keys.values() if key is not None]:
        if key.proves(signature, _signed(payload)):
            return key.fingerprint
    if carried or keys.get(named) is not None:
        raise ValueError(f"a signature that is not by its key, {carried[0].fingerprint if carried else named}")
    return ""


def _decoded(text: str) -> bytes:
    """Base64 of either alphabet, as DSSE allows."""
    return base64.b64decode(text.translate({45: 43, 95: 47}), validate=True)
