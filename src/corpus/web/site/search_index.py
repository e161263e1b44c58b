"""The index that pages search: made by pagefind, and put in an order that stays.

What pagefind writes of a facet is in an order of chance, and so is the name of that file, which is a hash of it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.files.deletion import remove_file
from corpus.model.problem import CorpusError, Problem, first_line

FOLDER = "pagefind"
"""Where the index stands in a site."""

_UNUSED = ("ui.js", "ui.css", "highlight.js")
"""How files of pagefind end that draw pages of its own."""
_ENTRY = "pagefind-entry.json"
_MAGIC = b"pagefind_dcd"
_TEXT, _LIST = 3, 4


def write_index(indexed: Path, site: Path, language: str) -> None:
    """The index of a site in ``FOLDER`` of it; ``indexed`` has of each page what the search finds, at the same path.

    ``language`` is that of most articles, for its word forms.

    Raises:
        CorpusError: rule ``search-index-failed``, pagefind stopped.
    """
    from pagefind.service import get_executable

    words = [str(get_executable()), "--site", str(indexed), "--output-path", str(site / FOLDER), "--quiet"]
    words += ["--force-language", language, "--keep-index-url"]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    kept: dict[str, Any] = {"cwd": indexed, "env": settings, "capture_output": True, "text": True, "errors": "replace"}
    done = subprocess.run(words, check=False, **kept)  # noqa: S603  # words of ours
    if done.returncode or not (site / FOLDER / _ENTRY).is_file():
        said = first_line(ValueError((done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]))
        hint = "is there room on the disk? python -m pagefind --version has to answer"
        raise CorpusError(Problem(FOLDER, 0, "", "search-index-failed", said, "an index of the pages", hint))
    for file in (site / FOLDER).iterdir():
        if file.name.endswith(_UNUSED):
            remove_file(file)
    settle(site / FOLDER)


def settle(folder: Path) -> None:
    """Put what an index says of facets and orders into the order of the words, and name its files by that."""
    entry = json.loads((folder / _ENTRY).read_text("utf-8"))
    for code, about in sorted(entry["languages"].items()):
        meta = folder / f"pagefind.{about['hash']}.pf_meta"
        said = _decoded(meta.read_bytes())
        for names in (part for part in said if _is_of_filters(part, folder)):
            for one in names:
                file = folder / "filter" / f"{one[1]}.pf_filter"
                name, values = _decoded(file.read_bytes())
                content = _encoded([name, sorted(values)])
                one[1] = f"{code}_{hashlib.sha256(content).hexdigest()[:10]}"
                remove_file(file)
                (folder / "filter" / f"{one[1]}.pf_filter").write_bytes(content)
            names.sort()
        said = [sorted(part) if _is_of_orders(part) else part for part in said]
        content = _encoded(said)
        remove_file(meta)
        about["hash"] = f"{code}_{hashlib.sha256(content).hexdigest()[:10]}"
        (folder / f"pagefind.{about['hash']}.pf_meta").write_bytes(content)
    (folder / _ENTRY).write_text(json.dumps(entry, ensure_ascii=False, sort_keys=True), "utf-8")


def _is_of_filters(part: Any, folder: Path) -> bool:
    """Whether a part of the index names facets, each with its file."""
    files = folder / "filter"
    return _pairs(part) and all(isinstance(one[1], str) and (files / f"{one[1]}.pf_filter").is_file() for one in part)


def _is_of_orders(part: Any) -> bool:
    """Whether it gives the pages in the order of a value."""
    return _pairs(part) and all(isinstance(one[1], list) for one in part)


def _pairs(part: Any) -> bool:
    listed = part if isinstance(part, list) else []
    return bool(listed) and all(isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) for one in listed)


def _decoded(content: bytes) -> Any:
    """What a file of an index says: CBOR (RFC 8949) behind a mark, compressed.

    Raises:
        ValueError: it is none, or has values of which no such file is made.
    """
    plain = gzip.decompress(content)
    if not plain.startswith(_MAGIC):
        raise ValueError("no file of an index")
    stack: list[tuple[list[Any], int]] = [([], 1)]
    at = len(_MAGIC)
    while True:
        kind, number, at = _head(plain, at)
        if kind == _TEXT:
            stack[-1][0].append(plain[at : at + number].decode())
            at += number
        elif kind == _LIST:
            stack.append(([], number))
        else:
            stack[-1][0].append((kind, number))
        while len(stack[-1][0]) == stack[-1][1]:
            done = stack.pop()[0]
            if not stack:
                return done[0]
            stack[-1][0].append(done)


def _head(plain: bytes, at: int) -> tuple[int, int, int]:
    """The kind of the value at a place, its number or length, and where it goes on."""
    kind, number = plain[at] >> 5, plain[at] & 31
    at += 1
    if number < 24:
        return kind, number, at
    if number > 27 or kind not in (0, 1, _TEXT, _LIST):
        raise ValueError("a value that no index has")
    length = 1 << (number - 24)
    return kind, int.from_bytes(plain[at : at + length], "big"), at + length


def _encoded(value: Any) -> bytes:
    """The file that says this."""
    return gzip.compress(_MAGIC + b"".join(_parts(value)), mtime=0)


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, list):
        yield _as_head(_LIST, len(value))
        for one in value:
            yield from _parts(one)
    elif isinstance(value, str):
        content = value.encode()
        yield _as_head(_TEXT, len(content)) + content
    else:
        yield _as_head(*value)


def _as_head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    size = next(size for size in range(4) if number < 1 << (8 << size))
    return bytes([kind << 5 | 24 + size]) + number.to_bytes(1 << size, "big")
