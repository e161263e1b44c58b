"""Where versions are signed, the next one is signed by the same; attestations are added, and nothing else changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.files.hashing import sha256_of
from corpus.model.problem import CorpusError, UsageError
from corpus.publish.purge import purge
from corpus.publish.signing import sign
from corpus.release.keys import SigningKey, trusted
from corpus.release.read.reader import open_release
from corpus.verify.attest import attest, attestation_file
from corpus.verify.verify import verify
from helpers.folders import files_of
from helpers.publishing import publish, shown
from helpers.signing import key_files, pair

Keys = dict[str, tuple[SigningKey, Path]]
NAME = "org/signe"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    return {name: pair(folder, name) for name in ("ours", "new", "friend")}


@pytest.fixture
def copy(versions: dict[str, Path], tmp_path: Path, keys: Keys) -> Callable[..., Path]:
    """A copy of a version, signed by keys."""

    def made(version: str, *names: str, folder: str = "copies") -> Path:
        target = tmp_path / folder / version
        shutil.copytree(versions[version], target)
        if names:
            sign(target, [keys[name][0] for name in names])
        return target

    return made


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Two of the places that releases are published to."""
    if request.param == "folder":
        return f"folder:{tmp_path / 'place'}"
    request.getfixturevalue("s3")
    return "s3://seau/presse"


def where(place: str, version: str) -> str:
    return f"{place.removeprefix('folder:')}@{version}"


def rule_of(work: Callable[[], object]) -> str:
    with pytest.raises(CorpusError) as caught:
        work()
    return caught.value.problems[0].rule


def attested(release: Path, key: SigningKey, root: Path) -> Path:
    """The file in which a key says of a release folder that it was built again."""
    file = attestation_file(release, key)
    attest(release, sha256_of(release / "MANIFEST.json"), root, key, file)
    return file


@pytest.fixture
def root(versions: dict[str, Path]) -> Path:
    return versions["1.0.0"].parent / "corpus"


def test_the_signature_is_published_with_the_release(place: str, copy: Any, keys: Keys) -> None:
    done = publish(copy("1.0.0", "ours"), place)
    assert done.sent[-2:] == ("SIGNATURE.json", "MANIFEST.json") or done.sent[-1] == "MANIFEST.json"
    assert "SIGNATURE.json" in done.sent
    assert verify(where(place, "1.0.0"), trusted(keys["ours"][1])).sound


def test_who_follows_a_signed_version_is_signed_by_the_same(place: str, copy: Any, keys: Keys) -> None:
    publish(copy("1.0.0", "ours"), place)
    unsigned, by_new, by_both = (
        copy("1.1.0"),
        copy("1.1.0", "new", folder="n"),
        copy("1.1.0", "ours", "new", folder="b"),
    )
    for dry_run in (True, False):
        assert rule_of(lambda dry_run=dry_run: publish(unsigned, place, dry_run=dry_run)) == "signature-missing"
        assert rule_of(lambda dry_run=dry_run: publish(by_new, place, dry_run=dry_run)) == "signer-unknown"
    assert rule_of(lambda: publish(unsigned, place, trust=trusted(keys["ours"][1]))) == "signature-missing"
    assert rule_of(lambda: publish(by_both, place, trust=trusted(keys["friend"][1]))) == "signer-unknown"
    assert rule_of(lambda: open_release(where(place, "1.1.0"))) == "version-unknown"
    publish(by_both, place)
    publish(copy("1.2.0", "new"), place)  # readers had a version to learn the new key
    assert rule_of(lambda: publish(copy("2.0.0", "ours"), place)) == "signer-unknown"


def test_a_key_that_was_lost_is_followed_by_one_that_is_named(place: str, copy: Any, keys: Keys) -> None:
    publish(copy("1.0.0", "ours"), place)
    publish(copy("1.1.0", "new"), place, trust=trusted(keys["new"][1]))
    publish(copy("1.2.0", "new"), place)


def test_a_published_version_gets_no_other_signature(place: str, copy: Any, keys: Keys) -> None:
    plain = copy("1.0.0")
    publish(plain, place)
    with pytest.raises(UsageError, match="version-taken"):
        publish(copy("1.0.0", "ours", folder="late"), place)
    assert not publish(plain, place).published
    publish(copy("1.1.0", "ours"), place)  # the first that is signed
    for late in (copy("1.1.0", "ours", "new", folder="more"), copy("1.1.0", folder="less")):
        with pytest.raises(UsageError, match="version-taken"):
            publish(late, place)


def test_a_wrong_signature_is_not_published(place: str, copy: Any) -> None:
    one, two = copy("1.0.0", "ours"), copy("1.1.0", "ours")
    shutil.copy(one / "SIGNATURE.json", two)
    assert rule_of(lambda: publish(two, place)) == "signature-wrong"
    (two / "SIGNATURE.json").write_bytes(b"{")
    assert rule_of(lambda: publish(two, place)) == "signature-wrong"


def test_attestations_are_added_to_a_published_version_and_nothing_else_changes(
    place: str, copy: Any, keys: Keys, root: Path
) -> None:
    release = copy("1.0.0", "ours")
    publish(release, place)
    everybody = trusted([public for _, public in keys.values()])
    assert verify(where(place, "1.0.0"), everybody).signatures.rebuilders == ()
    for name in ("ours", "friend"):
        attested(release, keys[name][0], root)
    planned = publish(release, place, dry_run=True)
    done = publish(release, place)
    assert len(planned.sent) == len(done.sent) == 2
    assert not done.published
    assert publish(release, place).sent == ()
    found = verify(where(place, "1.0.0"), everybody)
    friend = keys["friend"][0].public.fingerprint
    assert (found.sound, found.signatures.rebuilders) == (True, (friend,))  # who signed it is no other
    strict = verify(where(place, "1.0.0"), trusted(keys["ours"][1])).signatures
    assert (strict.rebuilders, strict.others) == ((), (friend,))
    shutil.rmtree(release / "attestations")  # who has fewer takes none away
    assert publish(release, place).sent == ()
    assert verify(where(place, "1.0.0"), everybody).signatures.rebuilders == (friend,)


def test_a_wrong_attestation_is_neither_published_nor_sound(place: str, copy: Any, keys: Keys, root: Path) -> None:
    release, other = copy("1.0.0"), copy("1.1.0")
    file = attested(release, keys["friend"][0], root)
    moved = other / "attestations" / file.name.replace("1.0.0", "1.1.0")
    moved.parent.mkdir()
    shutil.copy(file, moved)
    for content in (moved.read_bytes(), b"{", b"x" * 100_000):
        moved.write_bytes(content)
        assert rule_of(lambda: publish(other, place)) == "signature-wrong"
        assert [one.rule for one in verify(other).problems] == ["signature-wrong"]
    moved.unlink()
    sign(other, [keys["friend"][0]])
    shutil.copy(other / "SIGNATURE.json", moved)  # to have released it is not to have built it again
    assert [one.rule for one in verify(other).problems] == ["signature-wrong"]
    shutil.copy(file, release / "SIGNATURE.json")
    assert [one.rule for one in verify(release).problems] == ["signature-wrong"]
    (release / "SIGNATURE.json").unlink()
    (release / "attestations/notes.txt").write_text("Sans rapport.\n", "utf-8")
    assert [one.rule for one in verify(release).problems] == ["release-file-unknown"]


def test_one_key_counts_once_however_often_it_says_it(copy: Any, keys: Keys, root: Path, tmp_path: Path) -> None:
    release = copy("1.0.0")
    file = attested(release, keys["friend"][0], root)
    elsewhere = shutil.copy(file, tmp_path / "autre.json")
    shutil.copy(file, release / "attestations" / "1.0.0-0123456789abcdef.json")
    found = verify(release, trusted(keys["friend"][1]), [elsewhere, elsewhere]).signatures
    assert found.rebuilders == (keys["friend"][0].public.fingerprint,)


def test_a_purge_takes_signatures_and_attestations_with_the_version(
    place: str, copy: Any, keys: Keys, root: Path
) -> None:
    one, two = copy("1.1.0", "ours"), copy("2.0.0", "ours")
    attested(one, keys["friend"][0], root)
    publish(one, place)
    publish(two, place)
    done = purge(two, place, dry_run=False)
    assert {name.rpartition("/")[2][:5] for name in done.files} > {"SIGNA", "1.1.0"}
    assert rule_of(lambda: open_release(where(place, "1.1.0"))) == "version-purged"
    assert verify(where(place, "2.0.0"), trusted(keys["ours"][1])).sound


@pytest.mark.slow
def test_the_hub_keeps_signatures_at_the_tag_and_attestations_on_main(
    hub: Any, copy: Any, keys: Keys, root: Path, tmp_path: Path
) -> None:
    to = f"hub:{NAME}"
    everybody = [option for _, public in keys.values() for option in ("--trust", public)]

    def said(*arguments: object, code: int = 0) -> str:
        answer = hub.command(*arguments)
        assert answer.returncode == code, answer.stderr
        return str(answer.stdout + answer.stderr)

    first, second = copy("1.1.0", "ours"), copy("2.0.0", "ours")
    said("publish", first, "--to", to)
    assert "signature-missing" in said("publish", copy("2.0.0", folder="u"), "--to", to, code=1)
    assert "signer-unknown" in said("publish", copy("2.0.0", "new", folder="n"), "--to", to, code=1)
    repository = hub.server.repositories[NAME]
    tagged = shown(repository, "v1.1.0")
    assert tagged == files_of(first)
    friend = attested(first, keys["friend"][0], root)
    assert "1 file" in said("publish", first, "--to", to)
    assert "is there already" in said("publish", first, "--to", to)
    path = friend.relative_to(first).as_posix()
    assert shown(repository, "v1.1.0") == tagged
    assert set(shown(repository, "main")) - set(tagged) == {path}
    assert "rebuilt by 1 other" in said("verify", f"{to}@1.1.0", *everybody)

    said("publish", copy("1.2.0", "ours"), "--to", to)
    said("publish", second, "--to", to)
    assert path in shown(repository, "main")  # it is of an older version, and stays
    assert said("verify", f"{to}@2.0.0", *everybody).count("rebuilt") == 0
    assert "rebuilt by 1 other" in said("verify", f"{to}@1.1.0", *everybody)
    loaded = f"import corpus; answer = len(corpus.frame({to!r}, version='2.0.0', trust={str(keys['ours'][1])!r}))"
    assert hub.run(loaded) == hub.run(loaded, HF_HUB_OFFLINE="1") > 0
    assert "signer-unknown" in said("verify", f"{to}@2.0.0", "--trust", keys["friend"][1], code=1)

    said("publish", second, "--to", to, "--purge-withdrawn", "--yes")
    assert path not in shown(repository, "main")
    assert "trusted" in said("verify", f"{to}@2.0.0", "--trust", keys["ours"][1])


def test_reproduce_attests_what_came_out_the_same_and_nothing_else(
    tmp_path: Path, make_corpus: Any, source_yaml: Any, text_record: Any, command: Any, keys: Keys
) -> None:
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": text_record(1)})
    private, public = key_files(tmp_path, "k", "p256")
    release = tmp_path / "r"
    made = command("release", "--root", root, "--previous", "none", "--layers", "none", "--out", release)
    assert made.returncode == 0, made.stderr
    again = ("reproduce", release, "--root", root, "--attest", private)
    answer = command(*again, "--date", "2026-11-22", "--json")
    assert answer.returncode == 0, answer.stderr
    file = Path(json.loads(answer.stdout)["attestation"])
    assert file.parent == release / "attestations"
    assert "rebuilt by 1 other" in command("verify", release, "--trust", public).stdout
    answer = command(*again, "--attestation", tmp_path / "x/mine.json")
    assert "mine.json" in answer.stdout
    both = command("verify", release, "--trust", public, "--attested", tmp_path / "x/mine.json")
    assert "rebuilt by 1 other" in both.stdout
    file.unlink()
    make_corpus(root, {"raw/a/2.txt": text_record(2)})
    other = command(*again)
    assert other.returncode == 1
    assert "attested" not in other.stdout
    assert not file.exists()
    usage = command("reproduce", release, "--root", root, "--date", "2026-11-22")
    assert usage.returncode == 2
