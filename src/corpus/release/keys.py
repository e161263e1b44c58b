"""Keys that sign releases, as ``openssl genpkey`` makes them: Ed25519, or ECDSA over P-256 or P-384.

The kind of a key says how it signs; nothing in a signed file has a say in that. A key is known by its fingerprint, the
SHA-256 of its public half in DER (``openssl pkey -pubin -in KEY.pub -outform DER | openssl sha256``).
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.files.refusals import refused
from corpus.model.problem import Problem, UsageError, number_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PASSPHRASE = "CORPUS_SIGN_PASSPHRASE"  # noqa: S105  # the name of a variable
"""The environment variable that gives the passphrase of a signing key."""

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_LARGEST = 1 << 14
_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_CURVES = {"secp256r1": "SHA256", "secp384r1": "SHA384"}
_WANTED = "a {} key as PEM: Ed25519, or EC over P-256 or P-384"
_MAKE = "make one with: openssl genpkey -algorithm ed25519 -out KEY.pem"
_HALF = "write the public half with: openssl pkey -in KEY.pem -pubout -out KEY.pub"
_TAKE_OUT = "take its key out: openssl x509 -pubkey -noout -in FILE"


@dataclass(frozen=True)
class PublicKey:
    """The half of a key that proves signatures; ``text`` is its DER in base64, ``fingerprint`` 64 hex digits."""

    text: str
    fingerprint: str
    _key: Ed25519PublicKey | EllipticCurvePublicKey = field(repr=False, compare=False)

    def proves(self, signature: bytes, message: bytes) -> bool:
        """Whether a signature of a message is by this key."""
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.verify(signature, message, *_scheme(self._key))
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """A key that signs; nothing of its private half is ever shown."""

    public: PublicKey
    _key: Ed25519PrivateKey | EllipticCurvePrivateKey = field(repr=False, compare=False)

    def sign(self, message: bytes) -> bytes:
        """A signature: of Ed25519 always the same for a message, of ECDSA another one each time."""
        return bytes(self._key.sign(message, *_scheme(self._key)))


Trust = Mapping[str, PublicKey | None]
"""Keys that are trusted, by fingerprint; None for one of which the fingerprint alone is known."""


def signing_keys(files: Iterable[str | Path], ask: Callable[[str], str] | None = None) -> tuple[SigningKey, ...]:
    """The keys in files of private keys. ``ask`` gives the passphrase of one, None where nobody can be asked.

    The passphrase of CORPUS_SIGN_PASSPHRASE comes first.

    Raises:
        UsageError: rule ``signing-key-invalid``; ``extra-missing`` where the library is not installed.
    """
    return tuple(_signing_key(Path(file), ask) for file in files)


def _signing_key(file: Path, ask: Callable[[str], str] | None) -> SigningKey:
    require_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = _content(file, "private")
    passphrase = ""
    try:
        try:
            key = load_pem_private_key(content, None)
        except TypeError:  # it is locked
            passphrase = os.environ.get(PASSPHRASE) or (ask(str(file)) if ask else "")
            if not passphrase:
                hint = f"give it in ${PASSPHRASE}"
                raise _invalid(file, "a key with a passphrase, and no passphrase", "private", hint) from None
            key = load_pem_private_key(content, passphrase.encode())
    except (ValueError, UnsupportedAlgorithm):
        if passphrase:
            hint = f"give its own in ${PASSPHRASE}, or at a terminal"
            raise _invalid(file, "another passphrase than that of the key", "private", hint) from None
        raise _invalid(file, _shown(content), "private", _MAKE) from None
    return SigningKey(_public(key, key.public_key(), file, "private"), key)  # type: ignore[arg-type]  # _public refuses all other kinds


def public_key(content: bytes, file: str | Path = "") -> PublicKey:
    """The public key in PEM; ``file`` names where it stands.

    Raises:
        UsageError: as ``signing_keys``; nothing of what stands there is repeated.
    """
    require_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if _LABEL.findall(content) != [b"PUBLIC KEY"]:
        raise _invalid(file, _shown(content), "public", _TAKE_OUT if b"BEGIN CERTIFICATE" in content else _HALF)
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise _invalid(file, _shown(content), "public", _HALF) from None
    return _public(key, key, file, "public")


def trusted(given: str | Path | Iterable[str | Path] | None) -> Trust | None:
    """What is trusted: files of public keys, folders of them, or fingerprints. None where nobody said what.

    Raises:
        UsageError: as ``signing_keys``; also for a list or a folder without a key, which is never taken for no list.
    """
    if given is None:
        return None
    found: dict[str, PublicKey | None] = {}
    for one in [given] if isinstance(given, (str, Path)) else given:
        if _FINGERPRINT.fullmatch(str(one)):
            found.setdefault(str(one), None)
            continue
        place = Path(one)
        for file in sorted(place.glob("[!.]*")) if place.is_dir() else [place]:
            key = public_key(_content(file, "public"), file)
            found[key.fingerprint] = key
    if not found:
        raise _invalid(str(given), "no key", "public", _HALF)
    return found


def has_library() -> bool:
    """Whether signatures can be made and proved here."""
    return find_spec("cryptography") is not None


def require_library() -> None:
    """Refuse to go on without ``cryptography``.

    Raises:
        UsageError: rule ``extra-missing``.
    """
    if not has_library():
        found, hint = "a signature, and no library that makes or proves one", "pip install 'annotated-corpus[sign]'"
        raise UsageError(Problem("", 0, "", "extra-missing", found, "the extra sign", hint))


def _public(key: object, half: Any, file: str | Path, wanted: str) -> PublicKey:
    """The public half of a key, if it is of a kind that signs here."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    curve = half.curve.name if isinstance(half, EllipticCurvePublicKey) else ""
    if not isinstance(half, Ed25519PublicKey) and curve not in _CURVES:
        found = f"a key of another kind: {type(key).__name__.strip('_')} {curve}".rstrip()
        raise _invalid(file, found, wanted, _MAKE)
    der = half.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return PublicKey(base64.b64encode(der).decode(), hashlib.sha256(der).hexdigest(), half)


def _scheme(key: Any) -> list[Any]:
    """What has to be said to a key beside the message, which its kind alone decides."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

    return [ECDSA(getattr(hashes, _CURVES[key.curve.name])())] if hasattr(key, "curve") else []


def _content(file: Path, wanted: str) -> bytes:
    try:
        if file.exists() and not file.is_file():
            raise _invalid(file, "no regular file", wanted, "")
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: no name of a file
        raise _invalid(file, refused(error), wanted, "") from None
    if len(content) > _LARGEST:
        raise _invalid(file, f"more than {number_of(_LARGEST, 'byte')}", wanted, "")
    return content


def _shown(content: bytes) -> str:
    """What a file says that it is, and nothing of what it holds."""
    labels = [label.decode() for label in _LABEL.findall(content)[:4]]
    return f"{' and '.join(labels)}, as PEM says" if labels else f"{number_of(len(content), 'byte')} without PEM"


def _invalid(file: str | Path, found: str, wanted: str, hint: str) -> UsageError:
    return UsageError(Problem(str(file), 0, "", "signing-key-invalid", found, _WANTED.format(wanted), hint))
