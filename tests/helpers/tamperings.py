"""What an attacker can change in a release, each with a manifest and a Croissant file that say it as well.

``tamperings`` lists them from the release itself: every value of every JSON file and of the card's head, every line,
every column of every table, every part of a footer. Nothing of it hangs on what ``verify`` looks at.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from corpus.model.arrow import extent
from corpus.release.row_hash import column_hash
from corpus.release.write.parquet import table_writer
from corpus.verify.unproved import Unproved


class Tampering(NamedTuple):
    """A change of a file: what is changed, in words, and what changes it in a folder."""

    file: str
    what: str
    apply: Callable[[Path], None]


NAMED = {
    ("CHANGES.json", "contributors"),
    ("MANIFEST.json", "annotators.persons"),
    ("MANIFEST.json", "records"),
    ("MANIFEST.json", "scores"),
    ("MANIFEST.json", "pipeline"),
    ("data", "raw_path"),
    ("history.parquet", "gold_sha256"),
    ("history.parquet", "words"),
    ("leaks.json", "pairs_compared"),
    ("leaks.json", "closest"),
    ("leaks.json", "closest_share"),
}
"""What may be changed in a release so that nothing in it tells: by file, and a word of what was changed."""


def named(tampering: Tampering, unproved: Iterable[Unproved]) -> bool:
    """Whether what a release cannot prove, as verify says it, is what was changed, and may be."""
    return any(
        one.file == file and tampering.file.startswith(file) and word in tampering.what and word in one.part
        for one in unproved
        for file, word in NAMED
    )


def tamperings(release: Path) -> list[Tampering]:
    """All of them, in the order of the files."""
    found: list[Tampering] = []
    for path in sorted(file.relative_to(release).as_posix() for file in release.rglob("*") if file.is_file()):
        found += _of_file(release, path)
        if path.endswith(".json"):
            found += _of_json(release, path)
        elif path.endswith((".md", ".jsonl", ".svg", ".cff")):
            found += _of_lines(release, path)
        elif path.endswith(".parquet"):
            found += _of_table(release, path)
    found.append(Tampering("notes.txt", "a file more, listed", lambda folder: _write(folder, "notes.txt", b"mine\n")))
    found.append(Tampering("data/articles/more.txt", "a file of no table, listed", _more_in_data))
    return found


def _of_file(release: Path, path: str) -> Iterator[Tampering]:
    if path == "MANIFEST.json":
        return
    yield Tampering(path, "dropped, with its entry", lambda folder: _drop(folder, path))
    for name, change in (
        ("a byte more at its end", lambda content: content + b"\n"),
        ("its last byte less", lambda content: content[:-1]),
    ):
        yield Tampering(
            path, name, lambda folder, change=change: _write(folder, path, change((folder / path).read_bytes()))
        )


def another(value: Any) -> Any:
    """A JSON value of the same type that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        if re.fullmatch(r"[0-9a-f]{16,}", value):
            return value[:-1] + ("0" if value[-1] != "0" else "1")
        return f"{value}x"
    if isinstance(value, date):
        return value + timedelta(1)
    if isinstance(value, list):
        return [*value, *(value[-1:] or ["x"])]
    return "x" if value is None else {**value, "more": "x"}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value inside of a JSON value; of a long list of likes the first and the last two."""
    if path:
        yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for at in sorted({*range(min(2, len(value))), *range(max(0, len(value) - 1), len(value))}):
            yield from places(value[at], (*path, at))


def changed(value: Any, path: Sequence[Any]) -> Any:
    """The value with another one at a place."""
    if not path:
        return another(value)
    if isinstance(value, dict):
        return {key: changed(one, path[1:]) if key == path[0] else one for key, one in value.items()}
    return [changed(one, path[1:]) if at == path[0] else one for at, one in enumerate(value)]


def without(value: Any, path: Sequence[Any]) -> Any:
    """The value without what stands at a place."""
    if isinstance(value, dict):
        if len(path) == 1:
            return {key: one for key, one in value.items() if key != path[0]}
        return {key: without(one, path[1:]) if key == path[0] else one for key, one in value.items()}
    if len(path) == 1:
        return [one for at, one in enumerate(value) if at != path[0]]
    return [without(one, path[1:]) if at == path[0] else one for at, one in enumerate(value)]


def _of_json(release: Path, path: str) -> Iterator[Tampering]:
    values = json.loads((release / path).read_bytes())
    seen: set[str] = set()
    for place in places(values):
        shown = "$" + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in place)
        kind = re.sub(r"\[\d+\]", "[]", shown) if path in ("croissant.json", "MANIFEST.json") else shown
        if kind in seen:
            continue
        seen.add(kind)
        for what, change in (("another value of", changed), ("nothing at", without)):
            yield Tampering(
                path,
                f"{what} {shown}",
                lambda folder, change=change, place=place: _rewrite_json(folder, path, change(values, place)),
            )


def _rewrite_json(folder: Path, path: str, values: Any) -> None:
    indent = 1 if path == "croissant.json" else 2
    content = (json.dumps(values, indent=indent, ensure_ascii=False) + "\n").encode()
    if path == "MANIFEST.json":
        (folder / path).write_bytes(content)
    else:
        _write(folder, path, content)


def _of_lines(release: Path, path: str) -> Iterator[Tampering]:
    lines = (release / path).read_text("utf-8").split("\n")[:-1]
    if path.endswith(".svg"):
        lines = lines[:: max(1, len(lines) // 4)]
    for number, line in enumerate(lines):
        for what, new in (("changed", line[:-1] + ("z" if line.endswith("y") else "y")), ("dropped", None)):
            yield _replaced(path, f"line {number + 1} {what}: {line[:60]}", line, new, number)
    if path.endswith(".jsonl"):
        for key, value in json.loads(lines[0]).items():
            kinds = {"date": "2026-01-30", "reason": "error", "releases": ["1.0.0", "1.5.0"]}
            new = json.dumps(json.loads(lines[0]) | {key: kinds.get(key, another(value))}, ensure_ascii=False)
            yield Tampering(
                path, f"another {key}", lambda folder, new=new: _change_line(folder, path, lines[0], new, 0)
            )
        more = lines[0].replace('"a/', '"a/x')
        yield Tampering(
            path, "a line more", lambda folder: _change_line(folder, path, lines[-1], f"{lines[-1]}\n{more}", 0)
        )
        yield Tampering(
            path, "a line twice", lambda folder: _change_line(folder, path, lines[0], f"{lines[0]}\n{lines[0]}", 0)
        )
    if path == "README.md":
        head = yaml.safe_load("\n".join(lines).split("---")[1])
        seen: set[tuple[Any, ...]] = set()
        for place in places(head):
            kind = tuple("[]" if isinstance(one, int) else one for one in place)
            if kind in seen:
                continue
            seen.add(kind)
            yield Tampering(
                path,
                f"another value of {'.'.join(map(str, place))} in its head",
                lambda folder, place=place: _change_head(folder, place),
            )


def _replaced(path: str, what: str, line: str, new: str | None, number: int = 0) -> Tampering:
    return Tampering(path, what, lambda folder: _change_line(folder, path, line, new, number))


def _change_line(folder: Path, path: str, line: str, new: str | None, number: int) -> None:
    lines = (folder / path).read_text("utf-8").split("\n")
    at = number if number < len(lines) and lines[number] == line else lines.index(line)
    lines[at : at + 1] = [] if new is None else [new]
    _write(folder, path, "\n".join(lines).encode())


def _change_head(folder: Path, place: Sequence[Any]) -> None:
    start, head, body = (folder / "README.md").read_text("utf-8").split("---\n", 2)
    values = changed(yaml.safe_load(head), place)
    head = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=1000)
    _write(folder, "README.md", f"{start}---\n{head}---\n{body}".encode())


def _of_table(release: Path, path: str) -> Iterator[Tampering]:
    if path.startswith("data/") and "/validation-" in path:
        return
    whole = pq.read_table(release / path)
    for at, field in enumerate(whole.schema):
        values = whole.column(at).to_pylist()
        if len(values):
            row = len(values) // 2
            new = [*values[:row], another_cell(values[row], field.type), *values[row + 1 :]]
            spoilt = whole.set_column(at, field, pa.array(new, field.type))
            yield Tampering(path, f"a value of {field.name}", _puts(path, spoilt))
        if (pa.types.is_string(field.type) and len(set(values)) == 1) or field.name == "annotator":
            spoilt = whole.set_column(at, field, pa.array([f"{one}x" for one in values], field.type))
            yield Tampering(path, f"all values of {field.name}", _puts(path, spoilt))
        yield Tampering(path, f"no column {field.name}", _puts(path, whole.remove_column(at)))
        for key, said in (field.metadata or {}).items():
            if not key.startswith(b"PARQUET:"):
                other = field.with_metadata({**field.metadata, key: said.replace(b"e", b"3", 1) + b" "})
                described = whole.cast(whole.schema.set(at, other))
                yield Tampering(path, f"{key.decode()} of {field.name}", _puts(path, described))
    yield Tampering(path, "a column more", _puts(path, whole.append_column("more", pa.array(["x"] * len(whole)))))
    yield Tampering(
        path, "more metadata", _puts(path, whole.replace_schema_metadata({**(whole.schema.metadata or {}), "x": "y"}))
    )
    yield Tampering(path, "no metadata", _puts(path, whole.replace_schema_metadata(None)))
    if len(whole) > 2:
        order = [1, 0, *range(2, len(whole))]
        for what, rows in (("rows swapped", order), ("no first row", order[1:]), ("a row twice", [0, *sorted(order)])):
            yield Tampering(path, what, _puts(path, whole.take(rows)))
    for what, how in {
        "another compression": {"compression": "snappy"},
        "no statistics": {"write_statistics": False},
        "more statistics": {"write_page_index": True},
        "two row groups": {"row_group_size": max(1, len(whole) // 2)},
        "no dictionaries": {"use_dictionary": False},
    }.items():
        yield Tampering(path, what, _puts(path, whole, **how))
    yield from _of_statistics(release, path)


def another_cell(value: Any, kind: pa.DataType) -> Any:
    """A value of the type that is not this one."""
    if pa.types.is_struct(kind):
        whole = value or {part.name: another_cell(None, part.type) for part in kind}
        return {**whole, kind[0].name: another_cell(whole[kind[0].name], kind[0].type)}
    if pa.types.is_list(kind):
        if value:
            return [another_cell(value[0], kind.value_type), *value[1:]]
        inner = kind.value_type
        return [
            {one.name: another_cell(None, one.type) for one in inner}
            if pa.types.is_struct(inner)
            else another_cell(None, inner)
        ]
    if pa.types.is_boolean(kind):
        return not value
    if pa.types.is_string(kind):
        return another(value or "y")
    if pa.types.is_date(kind):
        return another(value or date(2021, 3, 4))
    return another(value or 0)


def _puts(path: str, table: pa.Table, **how: Any) -> Callable[[Path], None]:
    def put(folder: Path) -> None:
        if how:
            pq.write_table(table, folder / path, **{"compression": "zstd", **how})
        else:
            with table_writer(folder / path, table.schema) as writer:
                writer.write_table(table, row_group_size=max(1, len(table)))
        mend(folder)

    return put


def _of_statistics(release: Path, path: str) -> Iterator[Tampering]:
    """Each minimum and maximum of a footer, overwritten by one of its own length."""
    content = (release / path).read_bytes()
    size = struct.unpack("<I", content[-8:-4])[0]
    footer = content[-8 - size :]
    group = pq.ParquetFile(release / path).metadata.row_group(0)
    for index in range(group.num_columns):
        chunk = group.column(index)
        if chunk.statistics is None or not chunk.statistics.has_min_max:
            continue
        for what in ("min", "max"):
            raw = getattr(chunk.statistics, f"{what}_raw")
            kind = {"INT32": "<i", "INT64": "<q", "DOUBLE": "<d"}.get(chunk.physical_type)
            said = (
                struct.pack(kind, raw)
                if kind
                else raw.encode()
                if isinstance(raw, str)
                else bytes(raw)
                if isinstance(raw, bytes)
                else b""
            )
            if not said or said not in footer:
                continue
            forged = bytes([said[0] ^ 1, *said[1:]]) if kind else said[:-1] + bytes([said[-1] ^ 1])
            new = content[: -8 - size] + footer.replace(said, forged)
            yield Tampering(
                path, f"{what}imum of {chunk.path_in_schema}", lambda folder, new=new: _write(folder, path, new)
            )


def _write(folder: Path, path: str, content: bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)
    mend(folder)


def _drop(folder: Path, path: str) -> None:
    (folder / path).unlink()
    mend(folder)


def _more_in_data(folder: Path) -> None:
    _write(folder, "data/articles/more.txt", b"mine\n")


def mend(folder: Path) -> None:
    """Have the manifest, and the Croissant file, say what all files now are."""
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()} - {"MANIFEST.json"}
    known = {entry["path"]: entry for entry in manifest["files"]}
    entries = [_entry(folder, path, known.get(path)) for path in sorted(there)]
    if "croissant.json" in there and _mend_croissant(folder, known, {entry["path"]: entry for entry in entries}):
        entries = [_entry(folder, path, known.get(path)) for path in sorted(there)]
    manifest["files"] = entries
    for table, splits in manifest["tables"].items():
        for split in splits:
            of_split = [one for one in entries if one["path"].startswith(f"data/{table}/{split}-")]
            splits[split] = sum(one.get("rows", 0) for one in of_split)
    for table in manifest["tables"]:
        files = sorted(folder.glob(f"data/{table}/*.parquet"))
        changed_one = [file for file in files if _entry_changed(known, entries, file.relative_to(folder).as_posix())]
        if changed_one:
            _columns(manifest, table, changed_one[0])
    (folder / "MANIFEST.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _mend_croissant(folder: Path, known: Mapping[str, Any], entries: Mapping[str, Any]) -> bool:
    """Whether the hashes that it had of other files had to be changed."""
    try:
        described = json.loads((folder / "croissant.json").read_bytes())
        stale = [
            one
            for one in described["distribution"]
            if one.get("sha256", "") == known.get(one.get("@id"), {}).get("sha256")
            and one["@id"] in entries
            and entries[one["@id"]]["sha256"] != one["sha256"]
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        return False
    for one in stale:
        entry = entries[one["@id"]]
        one |= {"sha256": entry["sha256"], "contentSize": f"{entry['bytes']} B"}
    if stale:
        content = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
        (folder / "croissant.json").write_text(content, "utf-8")
    return bool(stale)


def _entry_changed(known: Mapping[str, Any], entries: Sequence[Any], path: str) -> bool:
    return any(one["path"] == path and one != known.get(path) for one in entries)


def _columns(manifest: Any, table: str, file: Path) -> None:
    from corpus.model import schema

    try:
        footer = pq.read_schema(file)
    except (OSError, pa.ArrowException):
        return
    manifest["columns"][table] = {one.name: schema.named(one.type) for one in footer}


def _entry(folder: Path, path: str, known: Any) -> dict[str, Any]:
    content = (folder / path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if known and known["sha256"] == digest:
        return dict(known)
    entry: dict[str, Any] = {"path": path, "bytes": len(content), "sha256": digest}
    if path.endswith(".parquet") and path.startswith("data/"):
        try:
            file = pq.ParquetFile(folder / path)
            groups = []
            for number in range(file.num_row_groups):
                start, size = extent(file.metadata, number)
                rows = file.read_row_group(number)
                columns = "".join(column_hash(column) for column in rows.columns)
                sha256 = hashlib.sha256(content[start : start + size]).hexdigest()
                groups.append({"rows": len(rows), "sha256": sha256, "columns": columns})
            entry |= {"rows": file.metadata.num_rows, "row_groups": groups}
        except (OSError, pa.ArrowException):
            entry |= {name: known[name] for name in ("rows", "row_groups")}
    return entry
