"""Keys as openssl makes them are taken; whatever else a file holds is named, and never repeated."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from corpus.model.problem import Problem, UsageError
from corpus.release import keys
from helpers.signing import MAKE, key_files


def refused(file: Path, *, public: bool) -> Problem:
    with pytest.raises(UsageError) as caught:
        keys.trusted(file) if public else keys.signing_keys([file])
    [problem] = caught.value.problems
    assert problem.rule == "signing-key-invalid"
    if file.is_file():
        lines = [line for line in file.read_bytes().decode("latin-1").splitlines() if len(line) > 20]
        assert not any(line in str(problem) for line in lines if not line.startswith("-----"))
    return problem


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_the_commands_that_the_help_gives_make_a_pair_of_keys(tmp_path: Path, command: Any) -> None:
    lines = [line.split() for line in command("sign", "--help").stdout.splitlines() if line.startswith("    openssl")]
    assert len(lines) == 2
    for line in lines:
        subprocess.run(line, cwd=tmp_path, check=True, capture_output=True)
    [key] = keys.signing_keys([tmp_path / "KEY.pem"])
    trust = keys.trusted([tmp_path / "KEY.pub"])
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", "KEY.pub", "-outform", "DER"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    ).stdout
    assert list(trust or ()) == [key.public.fingerprint] == [hashlib.sha256(der).hexdigest()]


@pytest.mark.parametrize("kind", MAKE)
def test_a_key_proves_what_it_signed_and_nothing_else(tmp_path: Path, kind: str) -> None:
    [key] = keys.signing_keys([key_files(tmp_path, "a", kind)[0]])
    other = keys.trusted(key_files(tmp_path, "b", kind)[1]) or {}
    signature = key.sign(b"ceci")
    assert key.public.proves(signature, b"ceci")
    assert not key.public.proves(signature, b"cela")
    assert not key.public.proves(signature[:-1], b"ceci")
    assert not any(one is None or one.proves(signature, b"ceci") for one in other.values())
    assert "PRIVATE" not in repr(key)


def test_what_is_no_key_is_named(tmp_path: Path) -> None:
    private, public = key_files(tmp_path, "a")
    assert refused(private, public=True).found == "PRIVATE KEY, as PEM says"
    assert refused(public, public=False).found == "PUBLIC KEY, as PEM says"
    certificate = tmp_path / "cert.pem"
    certificate.write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    assert "openssl x509" in refused(certificate, public=True).hint
    two = tmp_path / "two.pub"
    two.write_bytes(public.read_bytes() * 2)
    assert refused(two, public=True).found == "PUBLIC KEY and PUBLIC KEY, as PEM says"
    cut = tmp_path / "cut.pem"
    for whole, is_public in ((private, False), (public, True)):
        cut.write_bytes(whole.read_bytes()[:60])
        refused(cut, public=is_public)
    for content in (b"", b"\0" * 9, b"a" * 2_000_000, b"-----BEGIN PUBLIC KEY-----\n" * 3):
        cut.write_bytes(content)
        refused(cut, public=True)
        refused(cut, public=False)
    os.mkfifo(tmp_path / "pipe")
    for file in (tmp_path / "pipe", tmp_path / "nulle-part", Path("/dev/zero"), Path("a\0b")):
        refused(file, public=False)
        refused(file, public=True)


def test_keys_of_other_kinds_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    for key in (
        rsa.generate_private_key(65537, 2048),
        ec.generate_private_key(ec.SECP256K1()),
        ec.generate_private_key(ec.SECP521R1()),
        x25519.X25519PrivateKey.generate(),
    ):
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        assert "of another kind" in refused(file, public=False).found
        file.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        assert "of another kind" in refused(file, public=True).found


def test_a_passphrase_comes_from_the_environment_or_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "locked.pem"
    locked = BestAvailableEncryption(b"ouvre-toi")
    file.write_bytes(MAKE["p256"]().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    assert "no passphrase" in refused(file, public=False).found
    [asked] = keys.signing_keys([file], lambda _file: "ouvre-toi")
    monkeypatch.setenv(keys.PASSPHRASE, "ouvre-toi")
    assert keys.signing_keys([file]) == (asked,)
    monkeypatch.setenv(keys.PASSPHRASE, "ferme-toi")
    problem = refused(file, public=False)
    assert "another passphrase" in problem.found
    assert "ferme-toi" not in str(problem)


def test_trust_is_a_file_a_folder_or_a_fingerprint_and_never_empty(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    fingerprints = {next(iter(keys.trusted(key_files(tmp_path, name)[1]) or ())) for name in "ab"}
    for name in "ab":
        shutil.copy(tmp_path / f"{name}.pub", folder)
    (folder / ".DS_Store").write_bytes(b"\0")
    assert set(keys.trusted(folder) or ()) == fingerprints == set(keys.trusted(sorted(fingerprints)) or ())
    assert keys.trusted(None) is None
    (tmp_path / "empty").mkdir()
    for nothing in ([], tmp_path / "empty", "A" * 64):
        with pytest.raises(UsageError, match="signing-key-invalid"):
            keys.trusted(nothing)
    shutil.copy(tmp_path / "a.pem", folder)
    with pytest.raises(UsageError, match="PRIVATE KEY"):
        keys.trusted(folder)
