"""A Hub to read from, for tests: one dataset repository of a few commits, with the part of its HTTP interface that
``huggingface_hub``, ``datasets`` and ``hf://`` use for reading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

DAY = "2026-11-22T00:00:00.000Z"


class Hub:
    """The repository ``org/name``: commits by hash (each a folder), tags, and the commit of ``main``."""

    def __init__(self) -> None:
        self.commits: dict[str, Path] = {}
        self.tags: dict[str, str] = {}
        self.main = ""
        self.seen: list[str] = []

    def commit(self, folder: Path, tag: str | None = None) -> str:
        """A commit with the files of a folder, the new head of ``main``."""
        sha = hashlib.sha1(str(folder).encode(), usedforsecurity=False).hexdigest()
        self.commits[sha] = folder
        self.main = sha
        if tag:
            self.tags[tag] = sha
        return sha

    def resolved(self, revision: str) -> str | None:
        """The commit of a revision."""
        if revision in self.commits:
            return revision
        return self.main if revision == "main" else self.tags.get(revision)

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address at which it answers."""
        hub = self

        class Handler(_Handler):
            repository = hub

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    repository: Hub

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _json(self, value: Any, status: int = 200) -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _error(self, code: str, status: int = 404) -> None:
        self._send(status, b"{}", {"X-Error-Code": code, "X-Error-Message": code})

    def _answer(self, body: bytes) -> None:
        hub, url = self.repository, urlsplit(self.path)
        path = unquote(url.path)
        hub.seen.append(f"{self.command} {path}")
        api, raw = "/api/datasets/org/name", "/datasets/org/name/resolve/"
        if path.startswith(raw):
            revision, _, name = path.removeprefix(raw).partition("/")
            return self._file(hub.resolved(revision), name)
        if path == f"{api}/refs":
            branches = [{"name": "main", "ref": "refs/heads/main", "targetCommit": hub.main}]
            tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": sha} for tag, sha in hub.tags.items()]
            return self._json({"branches": branches, "tags": tags, "converts": []})
        if path == api or path.startswith(f"{api}/revision/"):
            sha = hub.resolved(path.removeprefix(api).removeprefix("/revision/") or "main")
            if sha is None:
                return self._error("RevisionNotFound")
            siblings = [{"rfilename": name} for name in self._names(sha)]
            info = {"id": "org/name", "sha": sha, "siblings": siblings, "private": False, "gated": False}
            return self._json({**info, "lastModified": DAY, "tags": [], "disabled": False, "downloads": 0})
        for kind in ("tree", "paths-info"):
            if path.startswith(f"{api}/{kind}/"):
                revision, _, under = path.removeprefix(f"{api}/{kind}/").partition("/")
                sha = hub.resolved(revision)
                if sha is None:
                    return self._error("RevisionNotFound")
                if kind == "tree":
                    return self._tree(sha, under, parse_qs(url.query).get("recursive", [""])[0].lower() == "true")
                fields = parse_qs(body.decode()) if body[:1] != b"{" else json.loads(body)
                entries = [entry for one in fields["paths"] if (entry := self._entry(sha, one.strip("/")))]
                return self._json(entries)
        return self._error("RepoNotFound", 404)

    def _names(self, sha: str) -> list[str]:
        folder = self.repository.commits[sha]
        return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())

    def _entry(self, sha: str, name: str) -> dict[str, Any] | None:
        file = self.repository.commits[sha] / name
        if file.is_dir():
            return {"type": "directory", "path": name, "size": 0, "oid": "0" * 40}
        if not file.is_file():
            return None
        oid = hashlib.sha1(file.read_bytes(), usedforsecurity=False).hexdigest()
        return {"type": "file", "path": name, "size": file.stat().st_size, "oid": oid}

    def _tree(self, sha: str, under: str, recursive: bool) -> None:  # noqa: FBT001
        folder = self.repository.commits[sha] / under
        if not folder.is_dir():
            return self._error("EntryNotFound")
        found = sorted(folder.rglob("*") if recursive else folder.iterdir())
        root = self.repository.commits[sha]
        return self._json([self._entry(sha, str(file.relative_to(root))) for file in found])

    def _file(self, sha: str | None, name: str) -> None:
        if sha is None:
            return self._error("RevisionNotFound")
        file = self.repository.commits[sha] / name
        if not file.is_file():
            self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": sha})
            return None
        content = file.read_bytes()
        etag = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        headers = {"ETag": f'"{etag}"', "X-Repo-Commit": sha, "Accept-Ranges": "bytes"}
        given = self.headers.get("Range")
        if given and self.command == "GET":
            start, _, end = given.removeprefix("bytes=").partition("-")
            first, last = int(start), min(int(end or len(content) - 1), len(content) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            self._send(206, content[first : last + 1], headers)
            return None
        self._send(200, content, headers)
        return None
