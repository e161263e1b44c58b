"""A release wherever it lies: a folder, ``hub:org/name@X.Y.Z``, or an address that fsspec opens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from corpus.problem import Problem, UsageError, quoted

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


@dataclass(frozen=True)
class Release:
    """A release that can be read: its manifest, and its files by their path in it.

    ``where`` is the address as people write it, ``folder`` the place of the release in ``files``,
    the file system that holds it.
    """

    where: str
    manifest: dict[str, Any]
    files: AbstractFileSystem
    folder: str

    @property
    def version(self) -> str:
        """X.Y.Z; ``0.0.0`` for a preview."""
        return str(self.manifest["version"])

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            UsageError: rule ``release-damaged``, the file is not there or cannot be read.
        """
        try:
            content: bytes = self.files.cat_file(f"{self.folder}/{path}")
        except OSError as error:
            raise self._damaged(path, error) from None
        return content

    def parquet(self, path: str) -> pq.ParquetFile:
        """A Parquet file, opened; only what is asked of it is read. Close it, or use it as a context manager.

        Raises:
            UsageError: rule ``release-damaged``, the file is not there or is no Parquet file.
        """
        try:
            return pq.ParquetFile(self.files.open(f"{self.folder}/{path}", "rb"), pre_buffer=False)
        except (OSError, ValueError) as error:
            raise self._damaged(path, error) from None

    def tables(self, table: str, split: str | None = None) -> Iterator[dict[str, Any]]:
        """The manifest's entries of a table's files in the order of their rows, of all splits or of one."""
        order = list(self.manifest["tables"].get(table, ()))
        found = [entry for entry in self.manifest["files"] if entry["path"].startswith(f"data/{table}/")]
        for name in order:
            if split in (None, name):
                yield from (entry for entry in found if split_in(entry["path"]) == name)

    def _damaged(self, path: str, error: Exception) -> UsageError:
        wanted = "a file that is as MANIFEST.json says"
        hint = "take the release again from where it came"
        found = str(error).splitlines()[0] if str(error) else type(error).__name__
        return UsageError(Problem(f"{self.where}/{path}", 0, "", "release-damaged", found, wanted, hint))


def split_in(path: str) -> str:
    """The split that a table's file belongs to: ``data/<table>/<split>-00000-of-00001.parquet``."""
    return path.rpartition("/")[2].split("-", 1)[0]


def open_release(where: str | Path) -> Release:
    """The release at an address, once its manifest has been read.

    Raises:
        UsageError: there is no release, or no version of it as asked for.
    """
    from fsspec.implementations.local import LocalFileSystem

    folder = Path(where)
    try:
        manifest: dict[str, Any] = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        found = f"no readable MANIFEST.json ({error})"
        hint = "make one with: corpus build --out DIR"
        raise UsageError(Problem(quoted(str(where)), 0, "", "release-missing", found, "a release", hint)) from None
    return Release(str(where), manifest, LocalFileSystem(), str(folder.resolve()))
