"""A Hub for tests: dataset repositories with commits, tags, branches and large files, over the HTTP interface that
``huggingface_hub``, ``datasets`` and ``hf://`` speak.

``Server.fault`` is asked before every request and may answer an error status, ``before`` (the line is cut and nothing
done), ``after`` (the work is done and the answer lost), a status and a page (nothing is done, as where a proxy answers)
or a function that is called first. As on the real Hub a squash rewrites only its branch: tags keep their old commits,
and what no branch or tag reaches is gone.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import RLock, Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

DAY = "2026-11-22T00:00:00.000Z"
LARGE = (".parquet",)
Fault = str | int | tuple[int, bytes] | Callable[[], None] | None


def git_oid(content: bytes) -> str:
    """The name that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Blob:
    """A file of a commit: its bytes, or for a large one the SHA-256 under which they are stored."""

    size: int
    content: bytes | None = None
    large: str | None = None

    @property
    def oid(self) -> str:
        if self.content is not None:
            return git_oid(self.content)
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.large}\nsize {self.size}\n"
        return git_oid(pointer.encode())


@dataclass(frozen=True)
class Commit:
    """The files at a moment, and the commit before."""

    files: Mapping[str, Blob]
    parent: str | None
    title: str


@dataclass
class Repository:
    """A dataset repository."""

    name: str
    private: bool = False
    gated: str | bool = False
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    large: dict[str, bytes] = field(default_factory=dict)

    def add(self, commit: Commit, branch: str = "main") -> str:
        """Make the commit the head of a branch."""
        said = [commit.title, str(commit.parent), str(len(self.commits)), branch]
        sha = hashlib.sha1(f"{self.name} {said}".encode(), usedforsecurity=False).hexdigest()
        self.commits[sha] = commit
        self.branches[branch] = sha
        return sha

    def history(self, sha: str | None) -> list[str]:
        """A commit and those before it, the newest first."""
        found = []
        while sha is not None:
            found.append(sha)
            sha = self.commits[sha].parent
        return found

    def reachable(self) -> set[str]:
        """The commits that a branch or tag keeps."""
        return {one for sha in (*self.branches.values(), *self.tags.values()) for one in self.history(sha)}

    def resolved(self, revision: str) -> str | None:
        """The commit of a branch, a tag or a hash."""
        named = self.branches.get(revision) or self.tags.get(revision)
        return named or (revision if revision in self.reachable() else None)

    def bytes_of(self, blob: Blob) -> bytes | None:
        """The bytes of a file; None for a large file that was deleted for good."""
        return blob.content if blob.large is None else self.large.get(blob.large)

    def files(self, revision: str = "main") -> dict[str, bytes | None]:
        """The bytes of every file of a revision."""
        sha = self.resolved(revision)
        assert sha is not None, revision
        return {path: self.bytes_of(blob) for path, blob in self.commits[sha].files.items()}


class Server:
    """Repositories by name, the tokens that may write, what was asked, and the faults to come."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.endpoint = ""
        self.clear()

    def clear(self) -> None:
        """As if nobody had asked anything yet."""
        self.repositories: dict[str, Repository] = {}
        self.readers: set[str] = {"hf_reader"}
        self.seen: list[tuple[str, str, str]] = []
        self.cards: list[str] = []
        self.fault: Callable[[str, str, str], Fault] = lambda _who, _method, _path: None

    def twin(self, repository: Repository, name: str) -> Repository:
        """A repository of another name with the same content."""
        made = copy.deepcopy(repository)
        made.name = name
        self.repositories[name] = made
        return made

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address at which it answers."""
        hub = self

        class Handler(_Handler):
            server_state = hub

        server = _Quiet(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        self.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self.endpoint
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def requests(self, who: str) -> list[tuple[str, str]]:
        """What was asked by one repository's publisher, in order."""
        return [(method, path) for name, method, path in self.seen if name == who]


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no news."""


class _Answer(Exception):  # noqa: N818
    def __init__(self, status: int, code: str = "", message: str = "") -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_state: Server

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        hub = self.server_state
        body = self._body()
        url = urlsplit(self.path)
        path = unquote(url.path)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        named = re.search(r"(?:datasets|large)/([\w.-]+/[\w.-]+?)(?:\.git)?(?:/|$)", path)
        who = named[1] if named else "org/" + token.removeprefix("hf_")
        with hub.lock:
            hub.seen.append((who, self.command, path))
            fault = hub.fault(who, self.command, path)
        if callable(fault):
            fault()
            fault = None
        if fault == "before":
            return self._cut()
        if isinstance(fault, tuple):
            return self._send(fault[0], fault[1], {"Content-Type": "text/html"})
        if isinstance(fault, int):
            return self._send(fault, b'{"error": "as the test wanted"}', {})
        try:
            with hub.lock:
                status, content, headers = self._answer(path, parse_qs(url.query), body, token)
        except _Answer as error:
            headers = {"X-Error-Code": error.code, "X-Error-Message": error.message} if error.code else {}
            status, content = error.status, json.dumps({"error": error.message or error.code}).encode()
        if fault == "after":
            return self._cut()
        return self._send(status, content, headers)

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _answer(
        self, path: str, query: dict[str, list[str]], body: bytes, token: str
    ) -> tuple[int, bytes, dict[str, str]]:
        hub = self.server_state
        if path.startswith("/large/"):
            org, name, oid = path.removeprefix("/large/").split("/")
            if hashlib.sha256(body).hexdigest() != oid:
                raise _Answer(400, "BadRequest", "another content")
            hub.repositories[f"{org}/{name}"].large[oid] = body
            return 200, b"", {}
        if token in ("", "hf_wrong") and (self.command not in ("GET", "HEAD") and "paths-info" not in path):
            raise _Answer(401, "", "Invalid username or password.")
        if path == "/api/whoami-v2":
            return _json({"type": "user", "name": "someone", "orgs": []})
        if path == "/api/validate-yaml":
            return self._card(json.loads(body))
        if path == "/api/repos/create":
            return self._create(json.loads(body), token)
        if path == "/api/repos/delete":
            asked = json.loads(body)
            del hub.repositories[f"{asked['organization']}/{asked['name']}"]
            return _json({})
        found = re.fullmatch(r"(/api)?/datasets/([\w.-]+/[\w.-]+?)(\.git)?(?:/(.*))?", path)
        repository = hub.repositories.get(found[2]) if found else None
        if found is None or repository is None or (repository.private and token in ("", "hf_wrong")):
            raise _Answer(401 if not token else 404, "RepoNotFound", "Repository not found")
        if token in hub.readers and self.command not in ("GET", "HEAD") and "paths-info" not in path:
            raise _Answer(403, "", "You don't have the rights to write to this repository")
        rest = found[4] or ""
        if found[3]:
            return self._large(repository, rest, json.loads(body))
        if not found[1]:
            return self._file(repository, rest)
        verb, _, argument = rest.partition("/")
        name = f"_{self.command.lower()}_{verb.replace('-', '_')}" if verb else "_get_revision"
        answer = getattr(self, name, None)
        if answer is None:
            raise _Answer(404, "", f"no such thing: {self.command} {path}")
        found_answer: tuple[int, bytes, dict[str, str]] = answer(repository, argument, query, body)
        return found_answer

    def _card(self, asked: Any) -> tuple[int, bytes, dict[str, str]]:
        self.server_state.cards.append(asked["content"])
        try:
            head = yaml.safe_load(asked["content"].split("---")[1])
            assert isinstance(head, dict)
        except (yaml.YAMLError, IndexError, AssertionError):
            errors = [{"message": "the YAML of the card cannot be read"}]
            return 400, json.dumps({"errors": errors, "warnings": []}).encode(), {}
        return _json({"errors": [], "warnings": []})

    def _create(self, asked: Any, token: str) -> tuple[int, bytes, dict[str, str]]:
        hub = self.server_state
        assert asked["type"] == "dataset"
        name = f"{asked['organization']}/{asked['name']}"
        if token in hub.readers or asked["organization"] == "others":
            raise _Answer(403, "", "You don't have the rights to create a dataset under this namespace")
        if name in hub.repositories:
            return 409, json.dumps({"error": "exists", "url": f"{hub.endpoint}/datasets/{name}"}).encode(), {}
        made = hub.repositories[name] = Repository(name, private=asked.get("visibility") == "private")
        attributes = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"
        made.add(Commit({".gitattributes": Blob(len(attributes), attributes)}, None, "initial commit"))
        return _json({"url": f"{hub.endpoint}/datasets/{name}", "name": name})

    def _large(self, repository: Repository, rest: str, asked: Any) -> tuple[int, bytes, dict[str, str]]:
        if rest == "info/lfs/objects/batch":
            objects = []
            for one in asked["objects"]:
                answer = {"oid": one["oid"], "size": one["size"]}
                if one["oid"] not in repository.large:
                    base = self.server_state.endpoint
                    upload = {"href": f"{base}/large/{repository.name}/{one['oid']}"}
                    verify = {"href": f"{base}/datasets/{repository.name}.git/info/lfs/objects/verify"}
                    answer["actions"] = {"upload": upload, "verify": verify}
                objects.append(answer)
            return _json({"transfer": "basic", "objects": objects})
        if asked["oid"] not in repository.large:
            raise _Answer(404, "", "not uploaded")
        return _json({})

    def _file(self, repository: Repository, rest: str) -> tuple[int, bytes, dict[str, str]]:
        verb, revision, name = rest.split("/", 2)
        assert verb == "resolve"
        sha = self._sha(repository, revision)
        blob = repository.commits[sha].files.get(name)
        content = None if blob is None else repository.bytes_of(blob)
        if blob is None or content is None:
            return 404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": sha}
        headers = {"ETag": f'"{blob.large or blob.oid}"', "X-Repo-Commit": sha, "Accept-Ranges": "bytes"}
        given = self.headers.get("Range")
        if given and self.command == "GET":
            start, _, end = given.removeprefix("bytes=").partition("-")
            first, last = int(start), min(int(end or len(content) - 1), len(content) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            return 206, content[first : last + 1], headers
        return 200, content, headers

    def _sha(self, repository: Repository, revision: str) -> str:
        sha = repository.resolved(revision)
        if sha is None:
            raise _Answer(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return sha

    def _get_revision(
        self, repository: Repository, revision: str, _query: Any, _body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        sha = self._sha(repository, revision or "main")
        siblings = [{"rfilename": name} for name in sorted(repository.commits[sha].files)]
        info = {
            "id": repository.name,
            "sha": sha,
            "siblings": siblings,
            "lastModified": DAY,
            "tags": [],
            "downloads": 0,
        }
        return _json({**info, "private": repository.private, "gated": repository.gated, "disabled": False})

    def _get_refs(self, repository: Repository, *_: Any) -> tuple[int, bytes, dict[str, str]]:
        def listed(refs: Mapping[str, str], kind: str) -> list[dict[str, str]]:
            return [{"name": one, "ref": f"refs/{kind}/{one}", "targetCommit": sha} for one, sha in refs.items()]

        branches, tags = listed(repository.branches, "heads"), listed(repository.tags, "tags")
        return _json({"branches": branches, "tags": tags, "converts": [], "pullRequests": []})

    def _get_commits(
        self, repository: Repository, revision: str, _query: Any, _body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        history = repository.history(self._sha(repository, revision))
        return _json(
            [
                {"id": sha, "title": repository.commits[sha].title, "message": "", "authors": [], "date": DAY}
                for sha in history
            ]
        )

    def _get_tree(
        self, repository: Repository, argument: str, query: Any, _body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        revision, _, under = argument.partition("/")
        files = repository.commits[self._sha(repository, revision)].files
        start = f"{under}/" if under else ""
        recursive = query.get("recursive", [""])[0].lower() == "true"
        found: dict[str, dict[str, Any]] = {}
        for path, blob in sorted(files.items()):
            if not path.startswith(start):
                continue
            parts = path.removeprefix(start).split("/")
            for depth in range(1, len(parts) if recursive else min(2, len(parts))):
                folder = start + "/".join(parts[:depth])
                found[folder] = {"type": "directory", "path": folder, "size": 0, "oid": "0" * 40}
            if recursive or len(parts) == 1:
                found[path] = _entry(path, blob)
        if under and not found:
            raise _Answer(404, "EntryNotFound", under)
        return _json(list(found.values()))

    def _post_paths_info(
        self, repository: Repository, revision: str, _query: Any, body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        files = repository.commits[self._sha(repository, revision)].files
        fields = parse_qs(body.decode()) if body[:1] != b"{" else json.loads(body)
        answer = []
        for one in (path.strip("/") for path in fields["paths"]):
            if one in files:
                answer.append(_entry(one, files[one]))
            elif any(path.startswith(f"{one}/") for path in files):
                answer.append({"type": "directory", "path": one, "size": 0, "oid": "0" * 40})
        return _json(answer)

    def _post_preupload(
        self, repository: Repository, revision: str, _query: Any, body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        files = repository.commits[self._sha(repository, revision)].files
        answer = []
        for one in json.loads(body)["files"]:
            there = files.get(one["path"])
            mode = "lfs" if one["path"].endswith(LARGE) or one["size"] > 10_000_000 else "regular"
            oid = (there.large or there.oid) if there else None
            answer.append({"path": one["path"], "uploadMode": mode, "shouldIgnore": False, "oid": oid})
        return _json({"files": answer})

    def _post_commit(
        self, repository: Repository, branch: str, _query: Any, body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        head = repository.branches.get(branch)
        if head is None:
            raise _Answer(404, "RevisionNotFound", branch)
        lines = [json.loads(line) for line in body.splitlines()]
        header = lines[0]["value"]
        if header.get("parentCommit", head) != head:
            raise _Answer(412, "", "A commit has happened since. Please refresh and try again.")
        files = dict(repository.commits[head].files)
        for line in lines[1:]:
            value, path = line["value"], line["value"]["path"]
            if line["key"] == "file":
                content = base64.b64decode(value["content"])
                files[path] = Blob(len(content), content)
            elif line["key"] == "lfsFile":
                if value["oid"] not in repository.large:
                    raise _Answer(400, "BadRequest", "LFS pointer pointed to a file that does not exist")
                files[path] = Blob(len(repository.large[value["oid"]]), None, value["oid"])
            elif line["key"] == "deletedFile" and path in files:
                del files[path]
            elif line["key"] == "deletedFolder":
                files = {one: blob for one, blob in files.items() if not one.startswith(path)}
            else:
                raise _Answer(404, "EntryNotFound", "A file with this name doesn't exist")
        sha = repository.add(Commit(files, head, header["summary"]), branch)
        return _json({"success": True, "commitOid": sha, "commitUrl": _url(repository, sha, self.server_state)})

    def _post_tag(
        self, repository: Repository, revision: str, _query: Any, body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        return self._refer(repository.tags, json.loads(body)["tag"], self._sha(repository, revision))

    def _post_branch(
        self, repository: Repository, name: str, _query: Any, body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        start = (json.loads(body) if body else {}).get("startingPoint", "main")
        return self._refer(repository.branches, name, self._sha(repository, start))

    def _refer(self, refs: dict[str, str], name: str, sha: str) -> tuple[int, bytes, dict[str, str]]:
        if name in refs:
            raise _Answer(409, "", f"Reference {name} exists already")
        refs[name] = sha
        return _json({})

    def _delete_tag(self, repository: Repository, name: str, *_: Any) -> tuple[int, bytes, dict[str, str]]:
        if repository.tags.pop(name, None) is None:
            raise _Answer(404, "RevisionNotFound", name)
        return _json({})

    def _delete_branch(self, repository: Repository, name: str, *_: Any) -> tuple[int, bytes, dict[str, str]]:
        if repository.branches.pop(name, None) is None:
            raise _Answer(404, "RevisionNotFound", name)
        return _json({})

    def _post_super_squash(
        self, repository: Repository, branch: str, _query: Any, body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        head = repository.branches.get(branch)
        if head is None:
            raise _Answer(404, "RevisionNotFound", branch)
        repository.add(Commit(repository.commits[head].files, None, json.loads(body)["message"]), branch)
        return _json({})

    def _put_settings(
        self, repository: Repository, _rest: str, _query: Any, body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        asked = json.loads(body)
        repository.gated = asked.get("gated", repository.gated)
        if "visibility" in asked:
            repository.private = asked["visibility"] == "private"
        return _json({})

    def _get_lfs_files(self, repository: Repository, *_: Any) -> tuple[int, bytes, dict[str, str]]:
        return _json(
            [
                {"fileOid": oid, "filename": oid[:8], "oid": oid, "pushedAt": DAY, "size": len(content), "ref": None}
                for oid, content in repository.large.items()
            ]
        )

    def _post_lfs_files(
        self, repository: Repository, rest: str, _query: Any, body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        assert rest == "batch"
        for oid in json.loads(body)["deletions"]["sha"]:
            repository.large.pop(oid, None)
        return _json({})


def _url(repository: Repository, sha: str, hub: Server) -> str:
    return f"{hub.endpoint}/datasets/{repository.name}/commit/{sha}"


def _entry(path: str, blob: Blob) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": "file", "path": path, "size": blob.size, "oid": blob.oid}
    if blob.large is not None:
        entry["lfs"] = {"oid": blob.large, "size": blob.size, "pointerSize": 130}
    return entry


def _json(value: Any) -> tuple[int, bytes, dict[str, str]]:
    return 200, json.dumps(value).encode(), {"Content-Type": "application/json"}
