"""The key of a corpus: what nobody may confirm a guess about is hashed with it, or sealed.

A plain hash of a text tells everybody who holds the text that it is this one. Hashes of what was withdrawn, or may not
be passed on, are therefore HMACs (RFC 2104) under a secret of 32 bytes. It lies in ``raw/corpus.key``, beside the
texts that it protects: whoever may read those may know it, nobody else.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from corpus.files import paths
from corpus.files.paths import Location
from corpus.files.refusals import refused, unwritable
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.raw.layout import KEY

VARIABLE = "CORPUS_KEY"
"""The environment variable that gives the key where it may not lie in the folder, as 64 hex digits."""

WITHHELD = "annotations"
"""The redistribution of records whose hashes are published, and are keyed."""

HASHES = ("text_sha256", "raw_sha256", "record_sha256")
"""The columns of such a record in which a key stands before a hash."""

_HINT = f"put raw/{KEY} back, or ask the publisher of the corpus for it; ${VARIABLE} takes it too"
_DIGITS = 64
_LARGEST = 4096
_WANTED = f"{_DIGITS} hex digits"


@dataclass(frozen=True, slots=True)
class CorpusKey:
    """A secret, and what is made with it."""

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """16 hex digits by which two keys are told apart, and which say nothing of the secret."""
        return self.hash("name of the key", b"")[:16]

    def hash(self, use: str, content: bytes) -> str:
        """64 hex digits for some content: the same for the same ``use`` and content, and for nobody without the key."""
        return hmac.digest(self.secret, _framed(use) + content, "sha256").hex()

    def hashes_of(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Those of ``HASHES`` in a row, keyed over their hex digits, as a release has them of withheld text."""
        return {name: self.hash(name, row[name].encode()) for name in HASHES if name in row}

    def seal(self, use: str, nonce: bytes, content: bytes) -> bytes:
        """The content, unreadable without the key; sealed again with the same ``use`` and ``nonce``, as it was.

        The nonce must differ wherever the content does. A keystream of SHAKE-256 (FIPS 202) over a key made for this
        use and nonce is added to the content: it hides it, and does not prove that nobody changed it.
        """
        own = hmac.digest(self.secret, _framed(f"seal: {use}") + nonce, "sha256")
        stream = hashlib.shake_256(own).digest(len(content))
        return (int.from_bytes(content, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(content), "big")


class KeyNeededError(CorpusError):
    """There is a record whose text may not be passed on, and the corpus has no key."""


def key_needed(file: str, line: int = 0) -> KeyNeededError:
    """What is raised over a record, or a source, whose hashes have to be keyed."""
    found, wanted = "text that may not be passed on, in a corpus without a key", f"raw/{KEY}"
    return KeyNeededError(Problem(file, line, "", "key-missing", found, wanted, _HINT))


def key_missing(found: str, name: str) -> Problem:
    """What is said where a release has hashes made with the key of this name, and it is not at hand."""
    return Problem(f"raw/{KEY}", 0, "", "key-missing", found, f"the key {name}, as the release says", _HINT)


def _framed(use: str) -> bytes:
    """The name of a use, so that no content of one use reads as the content of another."""
    name = use.encode()
    return len(name).to_bytes(2, "big") + name


def read_key(root: Location) -> CorpusKey | None:
    """The key of a corpus folder, or of the environment, which comes first; None where there is neither.

    Raises:
        UsageError: what is there is no key (rule ``key-invalid``), or cannot be read.
    """
    if given := os.environ.get(VARIABLE):
        return parse_key(given.encode(), f"${VARIABLE}")
    return key_in(root / "raw" / KEY, f"raw/{KEY}", root / "raw")


def key_in(file: Location, shown: str = "", within: Location | None = None) -> CorpusKey | None:
    """The key in a file, which ``shown`` names; None where there is none. A link may not lead out of ``within``.

    Raises:
        UsageError: as ``read_key``.
    """
    shown = shown or str(file)
    try:
        content = paths.read(file, _LARGEST, within)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(Problem(shown, 0, "", "file-unreadable", refused(error), "a file that can be read")) from None
    return parse_key(content, shown)


def obtain_key(root: Location) -> CorpusKey:
    """The key of a corpus folder; a new one is made and written where there is none.

    Raises:
        UsageError: as ``read_key``.
        CorpusError: a new one cannot be written (rule ``place-unwritable``).
    """
    known = read_key(root)
    if known is not None:
        return known
    content = secrets.token_hex(_DIGITS // 2).encode() + b"\n"
    try:
        paths.create(root / "raw" / KEY, content, private=True)
    except FileExistsError:  # another process was faster
        return obtain_key(root)
    except OSError as error:
        wanted = "a folder in which the key of the corpus can be kept"
        hint = f"make the folder writable, or give the key in ${VARIABLE}"
        raise unwritable(f"raw/{KEY}", error, wanted, hint) from None
    return parse_key(content, f"raw/{KEY}")


def parse_key(content: bytes, place: str) -> CorpusKey:
    """The key that stands in a file, or in the environment; ``place`` names it.

    Raises:
        UsageError: it is none (rule ``key-invalid``); what stands there is not repeated.
    """
    text = content.strip()
    try:
        secret = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        secret = b""
    if len(text) != _DIGITS or len(secret) != _DIGITS // 2:
        found, hint = f"{len(text)} bytes that are no key", f"put the file back as it was; never make a new {KEY}"
        raise UsageError(Problem(place, 0, "", "key-invalid", found, _WANTED, hint))
    return CorpusKey(secret)
