"""Publishing to a store: a reader sees a whole release or none, and a version never changes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.model.problem import CorpusError, UsageError
from corpus.publish.bucket import publish_objects, purge_objects
from helpers.publishing import publish, with_another_card

PLACE = "s3://seau/presse"


def manifest_of(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    return found


def paths_of(release: Path) -> list[str]:
    return [entry["path"] for entry in manifest_of(release)["files"]]


def test_what_is_published_is_the_release_byte_for_byte_and_again_is_success(
    s3: Any, two_versions: dict[str, Path]
) -> None:
    release = two_versions["1.0.0"]
    seen: list[str] = []
    sent = publish_objects(release, PLACE, progress=lambda path, _size: seen.append(path))
    assert sent.published
    assert sent.address == f"{PLACE}/v1.0.0"
    assert [*sent.sent] == seen == [*paths_of(release), "MANIFEST.json"]
    assert sent.bytes == sum((release / path).stat().st_size for path in seen)
    found = s3.find("seau")
    assert sorted(found) == sorted(f"seau/presse/v1.0.0/{path}" for path in seen)  # and no claim is left
    for path in seen:
        assert s3.cat_file(f"seau/presse/v1.0.0/{path}") == (release / path).read_bytes()
    again = publish(release, f"{PLACE}/")
    assert (again.published, again.sent, again.bytes) == (False, (), 0)
    assert publish_objects(two_versions["1.1.0"], PLACE).published
    assert corpus.versions(PLACE) == ["1.1.0", "1.0.0"]


def test_a_dry_run_says_what_it_would_send_and_sends_nothing(s3: Any, two_versions: dict[str, Path]) -> None:
    release = two_versions["1.0.0"]
    s3.put_file(str(release / "README.md"), "seau/presse/v1.0.0/README.md")
    planned = publish_objects(release, PLACE, dry_run=True)
    assert not planned.published
    assert planned.there == ("README.md",)
    assert {*planned.sent} == {*paths_of(release), "MANIFEST.json"} - {"README.md"}
    assert s3.find("seau") == ["seau/presse/v1.0.0/README.md"]
    with pytest.raises(UsageError, match="store-missing"):
        publish_objects(release, "s3://autre/presse", dry_run=True)


def test_another_content_under_the_same_version_is_refused(
    s3: Any, two_versions: dict[str, Path], tmp_path: Path
) -> None:
    publish_objects(two_versions["1.0.0"], PLACE)
    before = {path: s3.cat_file(path) for path in s3.find("seau")}
    for dry_run in (True, False):
        with pytest.raises(UsageError, match="version-taken"):
            publish_objects(with_another_card(two_versions["1.0.0"], tmp_path / str(dry_run)), PLACE, dry_run=dry_run)
    assert {path: s3.cat_file(path) for path in s3.find("seau")} == before


def test_a_begun_publication_is_not_overwritten_by_one_of_other_content(
    s3: Any, two_versions: dict[str, Path], tmp_path: Path
) -> None:
    """The conditional put decides: whoever claims the version first."""
    s3.pipe_file("seau/presse/v1.0.0/PUBLISHING.json", b'{"manifest_sha256": "of another"}\n')
    for dry_run in (True, False):
        with pytest.raises(UsageError, match="version-taken"):
            publish_objects(two_versions["1.0.0"], PLACE, dry_run=dry_run)
    assert s3.find("seau") == ["seau/presse/v1.0.0/PUBLISHING.json"]


def test_of_two_publications_at_the_same_time_one_wins_and_nothing_is_mixed(
    s3: Any, two_versions: dict[str, Path], tmp_path: Path
) -> None:
    releases = [two_versions["1.0.0"], with_another_card(two_versions["1.0.0"], tmp_path / "other")]
    answers: dict[int, Any] = {}
    ready = threading.Barrier(2)

    def publish(place: int) -> None:
        ready.wait()
        try:
            answers[place] = publish_objects(releases[place], PLACE)
        except CorpusError as error:
            answers[place] = error

    threads = [threading.Thread(target=publish, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [place for place, answer in answers.items() if not isinstance(answer, CorpusError)]
    assert answers[1 - winner].problems[0].rule == "version-taken"
    for path in (*paths_of(releases[winner]), "MANIFEST.json"):
        assert s3.cat_file(f"seau/presse/v1.0.0/{path}") == (releases[winner] / path).read_bytes()


_PUBLISH = """\
import os, sys
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from corpus.publish.bucket import publish_objects
left = int(sys.argv[2])
def progress(path, size):
    global left
    left -= 1
    print(path, flush=True)
    if not left:
        os.kill(os.getpid(), 9)
publish_objects(Path(sys.argv[1]), sys.argv[3], progress=progress)
"""


@pytest.mark.parametrize("after", [1, 4, -1, 0])
def test_killed_at_any_moment_it_leaves_no_release_or_a_whole_one_and_goes_on(
    s3: Any, two_versions: dict[str, Path], after: int
) -> None:
    release = two_versions["1.0.0"]
    count = len(paths_of(release))
    ended = subprocess.run(
        [sys.executable, "-c", _PUBLISH, release, str(after if after > 0 else count + 1 + after), PLACE],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    sent = ended.stdout.splitlines()
    s3.invalidate_cache()
    assert s3.exists("seau/presse/v1.0.0/PUBLISHING.json")
    if "MANIFEST.json" not in sent:  # nobody sees it
        with pytest.raises(UsageError, match="release-missing"):
            corpus.versions(PLACE)
        with pytest.raises(UsageError, match="release-missing"):
            corpus.load(PLACE, version="1.0.0")
    again = publish_objects(release, PLACE)
    assert not {*again.sent} & {*sent}  # what was there is not sent again
    assert {*again.sent} | {*sent} == {*paths_of(release), "MANIFEST.json"}
    frame = corpus.frame(PLACE, version="1.0.0")
    assert len(frame) == sum(manifest_of(release)["tables"]["articles"].values())


def test_a_file_that_lies_there_with_other_bytes_is_sent_again(s3: Any, two_versions: dict[str, Path]) -> None:
    release = two_versions["1.0.0"]
    size = (release / "README.md").stat().st_size
    s3.pipe_file("seau/presse/v1.0.0/README.md", b"x" * size)
    assert "README.md" in publish_objects(release, PLACE).sent
    assert s3.cat_file("seau/presse/v1.0.0/README.md") == (release / "README.md").read_bytes()


def test_a_published_version_that_lost_a_file_is_not_called_published(s3: Any, two_versions: dict[str, Path]) -> None:
    publish_objects(two_versions["1.0.0"], PLACE)
    s3.rm_file("seau/presse/v1.0.0/history.parquet")
    with pytest.raises(CorpusError, match="release-damaged"):
        publish_objects(two_versions["1.0.0"], PLACE)


def test_a_preview_and_a_damaged_release_are_refused_before_anything_is_sent(
    s3: Any, two_versions: dict[str, Path], tmp_path: Path
) -> None:
    for rule, change in (
        ("release-preview", lambda folder: folder.joinpath("MANIFEST.json").write_text(_preview(folder), "utf-8")),
        ("release-damaged", lambda folder: _flip(folder / "history.parquet")),
        ("release-damaged", lambda folder: (folder / "README.md").unlink()),
    ):
        folder = tmp_path / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(two_versions["1.0.0"], folder)
        change(folder)
        with pytest.raises(CorpusError, match=rule):
            publish_objects(folder, PLACE)
    assert s3.find("seau") == []


def _preview(folder: Path) -> str:
    return json.dumps({**manifest_of(folder), "version": "0.0.0"})


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


@pytest.mark.parametrize("address", ["dossier", "s3://seau/presse@1.0.0"])
def test_what_is_no_place_is_refused(two_versions: dict[str, Path], address: str) -> None:
    with pytest.raises(UsageError, match="address-unknown"):
        publish(two_versions["1.0.0"], address)


def test_no_bucket_and_no_credentials_are_said_in_words(
    s3: Any, two_versions: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="store-missing"):
        publish_objects(two_versions["1.0.0"], "s3://autre/presse")
    assert not s3.exists("autre")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nonexistent")
    type(s3).clear_instance_cache()
    with pytest.raises(CorpusError, match="store-refused") as error:
        publish_objects(two_versions["1.0.0"], PLACE)
    assert "AWS_ACCESS_KEY_ID" in error.value.problems[0].hint


def test_a_purge_deletes_the_version_with_its_old_objects_and_names_the_successor(
    s3: Any, two_versions: dict[str, Path]
) -> None:
    s3.call_s3("put_bucket_versioning", Bucket="seau", VersioningConfiguration={"Status": "Enabled"})
    for release in two_versions.values():
        publish_objects(release, PLACE)
    planned = purge_objects(PLACE, ["1.0.0"], "1.1.0", dry_run=True)
    assert corpus.versions(PLACE) == ["1.1.0", "1.0.0"]
    assert purge_objects(PLACE, ["1.0.0"], "1.1.0") == planned
    assert planned[0] == "seau/presse/v1.0.0/MANIFEST.json"
    assert len(planned) == len(paths_of(two_versions["1.0.0"])) + 1
    assert corpus.versions(PLACE) == ["1.1.0"]
    page = s3.call_s3("list_object_versions", Bucket="seau", Prefix="presse/v1.0.0/")
    assert not page.get("Versions")
    assert not page.get("DeleteMarkers")
    for ask in (
        lambda: corpus.load(PLACE, version="1.0.0"),
        lambda: publish_objects(two_versions["1.0.0"], PLACE),
    ):
        with pytest.raises(UsageError, match="version-purged") as error:
            ask()
        assert "1.1.0" in error.value.problems[0].hint
    assert purge_objects(PLACE, ["1.0.0"], "1.1.0") == []
    purge_objects(PLACE, ["1.1.0"], "2.0.0")
    assert json.loads(s3.cat_file("seau/presse/PURGED.json")) == {"purged": {"1.0.0": "2.0.0", "1.1.0": "2.0.0"}}


@pytest.mark.parametrize("scheme", ["memory", "local"])
def test_other_file_systems_take_a_release_too(scheme: str, two_versions: dict[str, Path], tmp_path: Path) -> None:
    place = f"{scheme}://{tmp_path}/presse"
    assert publish_objects(two_versions["1.0.0"], place).published
    assert not publish_objects(two_versions["1.0.0"], place).published
    with pytest.raises(UsageError, match="version-taken"):
        publish_objects(with_another_card(two_versions["1.0.0"], tmp_path / "other"), place)
    assert len(corpus.frame(f"{place}@1.0.0")) == 6
    assert purge_objects(place, ["1.0.0"], "1.1.0")
    with pytest.raises(UsageError, match="version-purged"):
        corpus.frame(f"{place}@1.0.0")


class _Unsteady(BaseHTTPRequestHandler):
    """Passes requests on to the store; of every eight it answers one with 503, and cuts the line of another."""

    protocol_version = "HTTP/1.1"
    endpoint = ""
    count = 0

    def log_message(self, *_: Any) -> None:
        pass

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        type(self).count += 1
        if self.count % 8 == 1:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.count % 8 == 5:
            self.close_connection = True
            return
        host = self.endpoint.removeprefix("http://")
        connection = HTTPConnection(host, timeout=30)
        connection.request(self.command, self.path, body, {**dict(self.headers), "Host": host})
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "date", "server", "content-length"):
                self.send_header(name, value)
        head = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", head or str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on  # noqa: N815


def test_a_store_that_fails_for_the_moment_is_asked_again(
    s3: Any, s3_server: str, two_versions: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = type("Handler", (_Unsteady,), {"endpoint": s3_server})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
        type(s3).clear_instance_cache()
        assert publish_objects(two_versions["1.0.0"], PLACE).published
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    type(s3).clear_instance_cache()
    assert len(corpus.frame(PLACE, version="1.0.0", verify=True)) == 6
