"""Keys of invented publishers, and what forgers do to signed releases."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from corpus.release import keys
from corpus.release.keys import SigningKey

MAKE: dict[str, Callable[[], Any]] = {
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
}


def key_files(folder: Path, name: str, kind: str = "ed25519") -> tuple[Path, Path]:
    """The files ``name.pem`` and ``name.pub`` of a new pair of keys."""
    key = MAKE[kind]()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def pair(folder: Path, name: str, kind: str = "ed25519") -> tuple[SigningKey, Path]:
    """A new key, and the file of its public half."""
    private, public = key_files(folder, name, kind)
    [key] = keys.signing_keys([private])
    return key, public


def recompute(release: Path, path: str) -> None:
    """Write into the manifest what a file is now, as a forger does who changed it."""
    file = release / "MANIFEST.json"
    manifest = json.loads(file.read_text("utf-8"))
    content = (release / path).read_bytes()
    for entry in manifest["files"]:
        if entry["path"] == path:
            entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    file.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")


def payload_of(file: Path) -> dict[str, Any]:
    """The statement in an envelope."""
    found: dict[str, Any] = json.loads(base64.b64decode(json.loads(file.read_text("utf-8"))["payload"]))
    return found
