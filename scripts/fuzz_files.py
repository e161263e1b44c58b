"""Files to begin fuzzing with, and changes of them that reach the parser behind container, JSON and tags.

Bytes that change anywhere in a ZIP or gzip file only break its checksums, and most of those of JSON only its commas.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import atheris
import zstandard

from corpus.model.article import Article
from helpers.articles import body, jsonl, jsonl_line, title
from helpers.exports import COLUMNS, EXPORTS, csv_table, items
from helpers.tamperings import changed, places, without
from helpers.workbooks import open_document, open_row

TOP = Path(__file__).parents[1]
LIKE = {".markdown": ".md", ".htm": ".html", ".doc": ".rtf", ".rss": ".xml", ".atom": ".xml", ".newsml": ".xml"}
LIKE |= {".ndjson": ".jsonl", ".xlsm": ".xlsx"}
"""Suffixes of the same formats."""

UNREADABLE = (OSError, EOFError, ValueError, RecursionError, NotImplementedError, RuntimeError, zlib.error)
UNREADABLE += (zipfile.BadZipFile, zstandard.ZstdError)
"""What a container or JSON that is broken already raises."""

_PIECES = re.compile(rb"(<[^<>]*>|\n|[;,\t])")
_MOST = 2**20
_ODD = (None, "", " ", [], {}, 0, -1, 2**63, 1.5, 1e308, True, "\ud800", "\u2028", "\x00", "a" * 300, "2024-02-30")


def seeds(shape: str, suffix: str, article: Article | None) -> Iterator[bytes]:
    """Files of a shape to begin with: those of the tests, and exports, in the container that the suffix tells."""
    if article is not None:
        yield _gold(article)
    if suffix in LIKE:
        yield from seeds(shape, LIKE[suffix], None)
    for folder in ("tests/records", "raw"):
        yield from (file.read_bytes() for file in sorted((TOP / folder).rglob(f"*{suffix}")))
    for export in EXPORTS.values():
        if export.shape == shape and export.suffix == suffix:
            content = export.write(items(2))
            yield content if isinstance(content, bytes) else content.encode()
    lines = jsonl(map(jsonl_line, (1, 2))).encode()
    match suffix:
        case ".tsv" | ".tab":
            yield csv_table(items(2)).replace(b";", b"\t")
        case ".ods":
            yield open_document(
                open_row(*COLUMNS), open_row("Le pont", "2023-05-04", "Le Phare", *"abc", "Une phrase. " * 20, "")
            )
        case ".jsonl.gz":
            yield gzip.compress(lines, mtime=0)
        case ".jsonl.zst":
            yield zstandard.compress(lines)
        case ".warc":
            yield b"".join(_crawl())
        case ".warc.gz":
            yield b"".join(gzip.compress(one, mtime=0) for one in _crawl())


def _gold(article: Article) -> bytes:
    """Sound annotations of all layers."""
    words = max(article.text.split("\n"), key=len).split()
    one, two, three = words[0], words[3], " ".join(words[5:9])
    span = {"start": article.text.index(three), "text": three}
    time = {"start": article.text.index(two), "text": two, "kind": "date", "value": "2024-03-12"}
    entity = {"start": article.text.index(one), "text": one, "type": "LOC", "id": "e1", "link": "geonames:1"}
    speaker, cue = {"start": article.text.index(one), "text": one}, {"start": article.text.index(two), "text": two}
    said = {"fragments": [span], "kind": "direct", "speaker": speaker, "speaker_name": one, "cue": cue}
    digest = hashlib.sha256(article.text.encode()).hexdigest()
    values = {"annotator": "Léa Roux", "text_sha256": digest, "sentences": [span]}
    return json.dumps({**values, "entities": [entity], "quotations": [said], "times": [time]}).encode()


def _crawl() -> Iterator[bytes]:
    """Two records of a crawl, each a page."""
    for number in (1, 2):
        text = "".join(f"<p>{one}</p>" for one in body(number))
        day = '<meta property="article:published_time" content="2023-05-04T08:00:00+02:00">'
        page = f"<html><head>{day}</head><body><article><h1>{title(number)}</h1>{text}</article></body></html>"
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}".encode()
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2023-05-06T10:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:0000000{number}-0000-4000-8000-000000000000>\r\n"
            f"WARC-Target-URI: https://www.ponant.example/{number}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        yield head.encode() + answer + b"\r\n\r\n"


def mutated(content: bytes, most: int, seed: int) -> bytes:
    """Another file of at most ``most`` bytes."""
    chance = random.Random(seed)
    found = b""
    if chance.random() < 0.9:
        with suppress(*UNREADABLE):
            found = _inside(content, most, chance)
    return found if 0 < len(found) <= most else bytes(atheris.Mutate(content, most))


def _inside(content: bytes, most: int, chance: random.Random) -> bytes:
    if content.startswith(b"\x1f\x8b"):
        members = []
        while content:
            one = zlib.decompressobj(31)
            members.append(one.decompress(content, _MOST))
            content = one.unused_data
        at = chance.randrange(len(members))
        members[at] = _changed(members[at], most, chance)
        return b"".join(gzip.compress(each, 1, mtime=0) for each in members)
    if content.startswith(b"\x28\xb5\x2f\xfd"):
        plain = zstandard.ZstdDecompressor().stream_reader(content).read(_MOST)
        return zstandard.compress(_changed(plain, most, chance), 1)
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content, most, chance)
    return _changed(content, most, chance)


def _zipped(content: bytes, most: int, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name)[:_MOST] for name in archive.namelist()}
    longest = sorted(parts, key=lambda each: len(parts[each]))[-2:]
    name = chance.choice(longest if chance.random() < 0.7 else list(parts))
    changed_part = _changed(parts.pop(name), most, chance)
    if chance.random() < 0.98:
        parts[name] = changed_part
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for each, plain in parts.items():
            archive.writestr(zipfile.ZipInfo(each), plain)
    return made.getvalue()


def _changed(content: bytes, most: int, chance: random.Random) -> bytes:
    """Plain content with a JSON value, or pieces between tags, lines or cells, or any of its bytes changed."""
    which = chance.random()
    if which < 0.5 and content[:1] in {b"{", b"["}:
        try:
            return _json(content, chance)
        except ValueError:
            lines = content.split(b"\n")
            at = chance.randrange(len(lines))
            lines[at] = _json(lines[at], chance, None)
            return b"\n".join(lines)
    return _pieces(content, chance) if which < 0.75 else bytes(atheris.Mutate(content, most))


def _pieces(content: bytes, chance: random.Random) -> bytes:
    """Some pieces left out, said again, moved, or one of them changed."""
    pieces = _PIECES.split(content)
    start = chance.randrange(len(pieces))
    end = start + chance.randrange(1, 12)
    cut, rest = pieces[start:end], pieces[:start] + pieces[end:]
    match chance.randrange(4):
        case 0:
            pieces = rest
        case 1:
            pieces[start:start] = cut * chance.choice((1, 1, 2, 30))
        case 2:
            at = chance.randrange(len(rest) + 1)
            pieces = rest[:at] + cut + rest[at:]
        case _:
            pieces[start] = bytes(atheris.Mutate(pieces[start], len(pieces[start]) + 40))
    return b"".join(pieces)


def _json(content: bytes, chance: random.Random, indent: int | None = 1) -> bytes:
    value = json.loads(content)
    place = chance.choice([(), *places(value)])
    match chance.randrange(4):
        case 0 if place:
            value = without(value, place)
        case 1:
            value = changed(value, place)
        case _:
            value = _put(value, place, chance.choice(_ODD))
    return json.dumps(value, indent=indent).encode()


def _put(value: Any, place: Sequence[Any], new: Any) -> Any:
    if not place:
        return new
    made = value.copy()
    made[place[0]] = _put(value[place[0]], place[1:], new)
    return made
