"""Who signed a release is proved for the manifest that is used, or it is said why not."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.build import pipeline, request
from corpus.model.problem import CorpusError, UsageError
from corpus.publish.signing import sign
from corpus.release.keys import SigningKey, trusted
from corpus.release.read.reader import open_release
from corpus.release.read.signatures import examine, require_trusted, signature_of
from corpus.verify.verify import verify
from helpers.signing import key_files, pair, payload_of, recompute

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[SigningKey, Path]]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: pair(folder, name, kind) for name, kind in (("ours", "ed25519"), ("other", "p256"))}


@pytest.fixture
def signed(two_versions: dict[str, Path], keys: dict[str, tuple[SigningKey, Path]], tmp_path: Path) -> Path:
    """A release that our key signed."""
    shutil.copytree(two_versions["1.0.0"], tmp_path / "signed")
    assert sign(tmp_path / "signed", [keys["ours"][0]]) == (keys["ours"][0].public.fingerprint,)
    return tmp_path / "signed"


def rules(release: Path, trust: object = None) -> list[str]:
    found = verify(release, trusted(trust))  # type: ignore[arg-type]  # a path or None
    return [problem.rule for problem in found.problems]


def edited(release: Path, edit: Edit) -> None:
    """The signature file with something changed."""
    file = release / "SIGNATURE.json"
    values = json.loads(file.read_text("utf-8"))
    edit(values)
    file.write_text(json.dumps(values), "utf-8")


def test_a_signed_release_is_trusted_by_who_trusts_its_key(signed: Path, keys: Any) -> None:
    ours, public = keys["ours"]
    found = verify(signed, trusted(public))
    assert (found.sound, found.signatures.trusted) == (True, (ours.public.fingerprint,))
    assert verify(signed, trusted(ours.public.fingerprint)).sound
    assert verify(signed, trusted([keys["other"][1], public])).sound
    nobody = verify(signed).signatures
    assert (nobody.signers, nobody.trusted) == ((ours.public.fingerprint,), ())
    assert payload_of(signed / "SIGNATURE.json")["predicate"] == {"purl": "pkg:generic/essai@1.0.0"}


def test_nobody_else_is_trusted(signed: Path, two_versions: dict[str, Path], keys: Any) -> None:
    assert rules(signed, keys["other"][1]) == ["signer-unknown"]
    [problem] = verify(signed, trusted(keys["other"][1])).problems
    assert keys["ours"][0].public.fingerprint in problem.found
    assert keys["other"][0].public.fingerprint in problem.wanted
    assert rules(two_versions["1.0.0"], keys["ours"][1]) == ["signature-missing"]
    assert rules(two_versions["1.0.0"]) == []


def test_whatever_is_changed_is_found_although_the_manifest_was_made_anew(signed: Path, keys: Any) -> None:
    """A forger can make every hash right, and not the signature."""
    paths = [entry["path"] for entry in json.loads((signed / "MANIFEST.json").read_text("utf-8"))["files"]]
    for path in paths:
        before = {name: (signed / name).read_bytes() for name in (path, "MANIFEST.json")}
        (signed / path).write_bytes(before[path] + b" ")
        recompute(signed, path)
        with pytest.raises(CorpusError, match="signature-wrong"):
            require_trusted(open_release(signed), trusted(keys["ours"][1]) or {})
        assert "signature-wrong" in rules(signed)  # also where nobody said whom to trust
        for name, content in before.items():
            (signed / name).write_bytes(content)
    assert rules(signed, keys["ours"][1]) == []


def test_the_bytes_of_the_manifest_are_signed_not_its_values(signed: Path, keys: Any) -> None:
    file = signed / "MANIFEST.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8"))), "utf-8")
    assert "signature-wrong" in rules(signed, keys["ours"][1])  # that verify writes it otherwise is said as well


def test_a_forger_who_signs_anew_is_somebody_else(signed: Path, keys: Any) -> None:
    (signed / "SIGNATURE.json").unlink()
    sign(signed, [keys["other"][0]])
    assert rules(signed, keys["ours"][1]) == ["signer-unknown"]
    ours = keys["ours"][0].public
    for claimed in (ours.text, ours.fingerprint):  # under our name: the signature is not by our key
        edited(signed, lambda one, claimed=claimed: one["signatures"][0].update(keyid=claimed))
        assert rules(signed, keys["ours"][1]) == ["signature-wrong"]


def test_a_signature_of_another_version_is_no_signature_of_this_one(
    signed: Path, two_versions: dict[str, Path], keys: Any, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    shutil.copytree(two_versions["1.1.0"], later)
    shutil.copy(signed / "SIGNATURE.json", later)
    assert rules(later, keys["ours"][1]) == ["signature-wrong"]
    [problem] = verify(later).problems
    assert "another name and version" in problem.found
    assert "1.0.0" in problem.found
    assert "1.1.0" in problem.wanted


EDITS: dict[str, Edit] = {
    "no signatures": lambda one: one.update(signatures=[]),
    "a thousand signatures": lambda one: one.update(signatures=one["signatures"] * 200),
    "no list": lambda one: one.update(signatures={"sig": ""}),
    "another type": lambda one: one.update(payloadType="application/json"),
    "a payload of nothing": lambda one: one.update(payload=""),
    "a payload that is a list": lambda one: one.update(payload=base64.b64encode(b"[]").decode()),
    "a statement of nothing": lambda one: one.update(payload=base64.b64encode(b"{}").decode()),
    "no base64": lambda one: one.update(payload="é"),
    "a number": lambda one: one.update(payload=1),
    "no signature in it": lambda one: one["signatures"][0].pop("sig"),
    "an empty signature": lambda one: one["signatures"][0].update(sig=""),
    "a signature of zeros": lambda one: one["signatures"][0].update(sig=base64.b64encode(bytes(64)).decode()),
    "one that is right and one that is not": lambda one: one["signatures"].append(
        one["signatures"][0] | {"sig": base64.b64encode(bytes(64)).decode()}
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_envelope_that_was_tampered_with_is_refused(signed: Path, keys: Any, edit: str) -> None:
    edited(signed, EDITS[edit])
    assert rules(signed, keys["ours"][1]) == ["signature-wrong"]
    assert rules(signed) == ["signature-wrong"]


def test_a_file_that_is_no_envelope_is_refused(signed: Path, keys: Any, tmp_path: Path) -> None:
    file = signed / "SIGNATURE.json"
    whole = file.read_bytes()
    for content in (b"", b"{", b"null", b'"x"', b"[" * 60_000, whole[:-100], whole + whole, b" " * 3_000_000 + whole):
        file.write_bytes(content)
        assert rules(signed, keys["ours"][1]) == ["signature-wrong"]
    file.unlink()
    os.mkfifo(file)
    assert rules(signed, keys["ours"][1]) == ["signature-wrong"]
    file.unlink()
    file.mkdir()
    assert "signature-wrong" in rules(signed, keys["ours"][1])
    file.rmdir()
    file.symlink_to(tmp_path / "nulle-part")
    assert rules(signed, keys["ours"][1]) == ["signature-wrong"]


@settings(max_examples=60)
@given(st.data())
def test_no_changed_byte_makes_somebody_trusted(signed: Path, keys: Any, data: st.DataObject) -> None:
    """What is still proved says the same as before: spaces between the values are nobody's matter."""
    file = signed / "SIGNATURE.json"
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.integers(0, 255))
    try:
        file.write_bytes(whole[:at] + bytes([new]) + whole[at + 1 :])
        found = examine(open_release(signed), trusted(keys["other"][1]))
        assert (found.trusted, [one.rule for one in found.problems][:1]) in [
            ((), ["signature-wrong"]),
            ((), ["signer-unknown"]),
        ]
        ours = examine(open_release(signed), trusted(keys["ours"][1]))
        assert ours.problems or payload_of(file) == payload_of_bytes(whole)
    finally:
        file.write_bytes(whole)


def payload_of_bytes(content: bytes) -> object:
    return json.loads(base64.b64decode(json.loads(content)["payload"]))


def test_two_keys_sign_one_release_so_that_readers_can_change_keys(signed: Path, keys: Any) -> None:
    both = tuple(keys[name][0].public.fingerprint for name in ("ours", "other"))
    assert sign(signed, [keys["other"][0], keys["ours"][0]]) == both
    again = (signed / "SIGNATURE.json").read_bytes()
    assert sign(signed, [keys["other"][0]]) == both
    assert (signed / "SIGNATURE.json").read_bytes() == again  # ECDSA draws anew, so a signature that is there stays
    for name in ("ours", "other"):
        assert rules(signed, keys[name][1]) == []


def test_what_is_not_as_the_manifest_says_is_not_signed(signed: Path, keys: Any) -> None:
    (signed / "SIGNATURE.json").unlink()
    (signed / "README.md").write_text("Autre chose.\n", "utf-8")
    with pytest.raises(CorpusError, match="release-damaged"):
        sign(signed, [keys["ours"][0]])
    assert not (signed / "SIGNATURE.json").exists()


def test_an_envelope_of_another_tool_is_proved_by_the_key_at_hand(signed: Path, keys: Any) -> None:
    """DSSE lets everybody name keys as they like, or not at all, and use either alphabet of base64."""

    def as_others_do(one: dict[str, Any]) -> None:
        [signature] = one["signatures"]
        one["signatures"] = [{"sig": signature["sig"].replace("+", "-").replace("/", "_"), "extension": {"a": 1}}]

    edited(signed, as_others_do)
    assert rules(signed, keys["ours"][1]) == []
    assert rules(signed, keys["other"][1]) == ["signer-unknown"]
    nobody = examine(open_release(signed))
    assert (nobody.signed, nobody.signers, nobody.problems) == (True, (), ())


def test_load_and_frame_take_only_what_is_signed_by_whom_they_trust(
    signed: Path, two_versions: dict[str, Path], keys: Any
) -> None:
    ours, other = keys["ours"][1], keys["other"][1]
    loaded = corpus.load(signed, "articles", trust=ours)
    assert sum(split.num_rows for split in loaded.values()) == len(corpus.frame(signed, trust=[other, ours])) == 6
    for read in (corpus.load, corpus.frame):
        for place, trust, rule in (
            (signed, other, "signer-unknown"),
            (two_versions["1.0.0"], ours, "signature-missing"),
            (signed, [], "signing-key-invalid"),
        ):
            with pytest.raises(CorpusError, match=rule):
                read(place, "articles", trust=trust)
    [file] = sorted((signed / "data/articles").glob("train-*"))
    content = file.read_bytes()
    file.write_bytes(content[:-60] + bytes([content[-60] ^ 1]) + content[-59:])  # of the same size
    for read in (corpus.load, corpus.frame):
        with pytest.raises(CorpusError, match="release-damaged"):
            read(signed, "articles", trust=ours)


def test_a_store_gives_its_signature_as_a_folder_does(s3: Any, signed: Path, keys: Any) -> None:
    s3.put(str(signed), "seau/r", recursive=True)
    assert rules("s3://seau/r", keys["ours"][1]) == []  # type: ignore[arg-type]  # an address
    assert rules("s3://seau/r", keys["other"][1]) == ["signer-unknown"]  # type: ignore[arg-type]  # an address
    s3.rm_file("seau/r/SIGNATURE.json")
    assert rules("s3://seau/r", keys["ours"][1]) == ["signature-missing"]  # type: ignore[arg-type]  # an address


def test_a_release_is_made_signed_in_a_store(
    s3: Any, tmp_path: Path, make_corpus: Any, source_yaml: Any, text_record: Any, keys: Any
) -> None:
    files = {f"raw/{source}/{one}": text for source in "ab" for one, text in (("source.yaml", source_yaml("text")),)}
    files |= {f"raw/{source}/{number}.txt": text_record(number) for number, source in enumerate("ab")}
    root = make_corpus(tmp_path / "c", files)
    asked = request.asked("none", sign=[keys["ours"][0]])
    pipeline.build(root, "s3://seau/made", 2, layers=[], ask=asked)
    assert rules("s3://seau/made", keys["ours"][1]) == []  # type: ignore[arg-type]  # an address


def test_a_release_is_made_signed_from_the_command_line(
    tmp_path: Path, make_corpus: Any, source_yaml: Any, text_record: Any, command: Any
) -> None:
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": text_record(1)})
    private, public = key_files(tmp_path, "k")
    made = ("release", "--root", root, "--previous", "none", "--layers", "none", "--workers", "2")
    for name, options in (("plain", ()), ("signed", ("--sign", private))):
        answer = command(*made, "--out", tmp_path / name, *options)
        assert answer.returncode == 0, answer.stderr
    names = {file.name for file in (tmp_path / "signed").iterdir()} - {
        file.name for file in (tmp_path / "plain").iterdir()
    }
    assert names == {"SIGNATURE.json"}
    assert (tmp_path / "plain/MANIFEST.json").read_bytes() == (tmp_path / "signed/MANIFEST.json").read_bytes()
    sound = command("verify", tmp_path / "signed", "--trust", public)
    assert (sound.returncode, "trusted" in sound.stdout) == (0, True)
    assert "not trusted" in command("verify", tmp_path / "signed").stdout
    unsigned = command("verify", tmp_path / "plain", "--trust", public)
    assert (unsigned.returncode, "signature-missing" in unsigned.stderr) == (1, True)
    assert "not signed" in command("verify", tmp_path / "plain").stdout
    wrong = command(*made, "--out", tmp_path / "none", "--sign", public)
    assert (wrong.returncode, "signing-key-invalid" in wrong.stderr) == (2, True)
    assert not (tmp_path / "none").exists()
    signed = command("sign", tmp_path / "plain", "--key", private, "--json")
    assert json.loads(signed.stdout)["signers"] == list(trusted(public) or ())


WITHOUT = """
import importlib.util
importlib.util.find_spec = lambda name, find=importlib.util.find_spec: None if name == "cryptography" else find(name)
from corpus.cli import main
main()
"""


def test_without_the_library_it_is_said_what_to_install(signed: Path, keys: Any) -> None:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        code = [sys.executable, "-c", WITHOUT, *map(str, arguments)]
        return subprocess.run(code, capture_output=True, text=True, check=False, timeout=60)

    plain = run("verify", signed)
    assert (plain.returncode, "annotated-corpus[sign]" in plain.stdout) == (0, True), plain.stderr
    for arguments in (("verify", signed, "--trust", keys["ours"][1]), ("sign", signed, "--key", "KEY.pem")):
        answer = run(*arguments)
        assert "extra-missing" in answer.stderr
        assert "pip install 'annotated-corpus[sign]'" in answer.stderr
        assert answer.returncode == 2


def test_the_library_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys, corpus.cli, corpus.release.read.load, corpus.verify.verify; print('cryptography' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"


def test_a_rehydrated_release_is_not_signed(signed: Path, keys: Any) -> None:
    file = signed / "MANIFEST.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "rehydrated": True}), "utf-8")
    with pytest.raises(UsageError, match="release-rehydrated"):
        sign(signed, [keys["ours"][0]])
    with pytest.raises(CorpusError, match="signature-wrong"):
        signature_of(open_release(signed))
