"""A sound release is proved sound; what somebody changed in one is named by file, row and column."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.model.arrow import extent
from corpus.model.problem import Problem
from corpus.release import history
from corpus.release.read.reader import open_release
from corpus.release.row_hash import column_hash
from corpus.verify.findings import TableFile
from corpus.verify.release_files import ReleaseFiles, row_groups
from corpus.verify.verify import verify


@pytest.fixture
def release(annotated: Path) -> Path:
    """A preview of 12 invented articles, four of them of a source whose annotations alone may be passed on."""
    return annotated


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    shutil.copytree(release, tmp_path / "copy")
    return tmp_path / "copy"


def problems(where: Path | str) -> list[Problem]:
    return verify(where).problems


def test_a_sound_release_is_sound_and_everything_is_counted(release: Path) -> None:
    verdict = verify(release)
    assert verdict.problems == []
    assert verdict.sound
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    assert verdict.files == len([file for file in release.rglob("*") if file.is_file()])
    assert verdict.records == sum(sum(splits.values()) for splits in manifest["tables"].values())
    assert verdict.spans > verdict.records


def test_a_release_of_other_code_whose_tables_are_written_the_same_way_is_sound(copy: Path) -> None:
    manifest = copy / "MANIFEST.json"
    code = json.loads(manifest.read_text("utf-8"))["pipeline"]["sha256"]
    manifest.write_text(manifest.read_text("utf-8").replace(code, code[::-1]), "utf-8")
    assert problems(copy) == []


def another(value: Any, kind: pa.DataType) -> Any:
    """A value of the type that is not this one."""
    if pa.types.is_string(kind):
        return f"{value or ''}x"
    if pa.types.is_boolean(kind):
        return not value
    if pa.types.is_floating(kind):
        return (value or 0.0) + 0.25
    if pa.types.is_integer(kind):
        return value + 1
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat("2021-03-04") if value is None else value.replace(year=value.year + 1)
    if pa.types.is_struct(kind):
        first = kind[0]
        return {**value, first.name: another(value[first.name], first.type)}
    assert pa.types.is_list(kind)
    return [another(value[0], kind.value_type), *value[1:]] if value else [made(kind.value_type)]


def made(kind: pa.DataType) -> Any:
    """Some value of the type."""
    if pa.types.is_struct(kind):
        return {field.name: made(field.type) for field in kind}
    return "x" if pa.types.is_string(kind) else 1


def rewrite(folder: Path, path: str, table: pa.Table) -> None:
    """Write a table in the place of a file, as whoever has pyarrow can."""
    pq.write_table(table, folder / path, compression="zstd")


def mend(folder: Path, path: str, *, columns: bool = False) -> None:
    """Make the manifest say what the file now is: its bytes, and the values of its columns if asked for."""
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    [entry] = [entry for entry in manifest["files"] if entry["path"] == path]
    content = (folder / path).read_bytes()
    entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    if "row_groups" in entry:
        footer = pq.ParquetFile(folder / path).metadata.row_group(0)
        pieces = [footer.column(index) for index in range(footer.num_columns)]
        start = min(piece.dictionary_page_offset or piece.data_page_offset for piece in pieces)
        end = start + sum(piece.total_compressed_size for piece in pieces)
        [group] = entry["row_groups"]
        group["sha256"] = hashlib.sha256(content[start:end]).hexdigest()
        if columns:
            group["columns"] = "".join(column_hash(column) for column in pq.read_table(folder / path).columns)
    described = json.loads((folder / "croissant.json").read_text("utf-8"))
    for file in described["distribution"]:
        if file["@id"] == path:
            file |= {"sha256": entry["sha256"], "contentSize": f"{entry['bytes']} B"}
    (folder / "croissant.json").write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n", "utf-8")
    content = (folder / "croissant.json").read_bytes()
    [entry] = [entry for entry in manifest["files"] if entry["path"] == "croissant.json"]
    entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (folder / "MANIFEST.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")


TABLES = ["articles", "sentences", "entities", "quotations", "times"]


def place_of(problem: Problem) -> tuple[range, list[str]]:
    """The rows and the columns that a problem names."""
    rows, _, columns = problem.path.partition(", column")
    first, _, last = rows.split(" (")[0].removeprefix("rows ").removeprefix("row ").partition("-")
    shown = columns.removeprefix("s").strip().split(" or ")[0]
    return range(int(first), int(last or first) + 1), shown.split(", ")


@pytest.mark.slow
@pytest.mark.parametrize("mask", ["", "_masked"])
@pytest.mark.parametrize("table", TABLES)
def test_a_changed_cell_is_named_whatever_was_mended_with_it(copy: Path, table: str, mask: str) -> None:
    path = f"data/{table}{mask}/train-00000-of-00001.parquet"
    whole = pq.read_table(copy / path)
    manifest = (copy / "MANIFEST.json").read_bytes()
    row = len(whole) // 2
    for number, field in enumerate(whole.schema):
        values = whole.column(number).to_pylist()
        values[row] = f"x{values[row]}" if field.name == "raw_path" else another(values[row], field.type)
        spoilt = whole.set_column(number, field, pa.array(values, field.type))
        rewrite(copy, path, spoilt)
        mended = ("nothing", "columns", "bytes", "columns")[number % 4]
        (copy / "MANIFEST.json").write_bytes(manifest)
        if mended != "nothing":
            mend(copy, path, columns=mended == "columns")
        found = [problem for problem in problems(copy) if problem.file == path]
        case = f"{table}{mask}.{field.name}, {mended} mended: {found}"
        assert len(found) == 1, case
        rows, columns = place_of(found[0])
        assert row in rows, case
        exact = mended != "columns"
        assert columns == [field.name] if exact else field.name in columns or len(columns) > 5, case
        assert len(rows) == 1 or table != "articles", case
        assert (found[0].rule == "release-tampered") == exact, case


def test_another_raw_path_of_the_same_source_is_known_by_the_hash_of_its_column_alone(copy: Path) -> None:
    path = "data/articles/train-00000-of-00001.parquet"
    whole = pq.read_table(copy / path)
    values = whole["raw_path"].to_pylist()
    values[3] += "x"
    at = whole.schema.get_field_index("raw_path")
    rewrite(copy, path, whole.set_column(at, whole.schema.field(at), pa.array(values)))
    mend(copy, path)
    [found] = [problem for problem in problems(copy) if problem.file == path]
    assert found.path == "rows 0-7, column raw_path"


@pytest.mark.parametrize("column", ["main_topic", "main_topic_label"])
def test_a_main_topic_that_is_not_the_first_of_the_topics_is_named(copy: Path, column: str) -> None:
    path = "data/articles/train-00000-of-00001.parquet"
    whole = pq.read_table(copy / path)
    values = [*whole[column].to_pylist()[:-1], "Sport"]
    at = whole.schema.get_field_index(column)
    rewrite(copy, path, whole.set_column(at, whole.schema.field(at), pa.array(values, pa.string())))
    mend(copy, path, columns=True)
    [found] = [problem for problem in problems(copy) if problem.file == path]
    assert (found.path.split("columns ")[1], found.found) == (f"{column}, topics", "'Sport'")


def test_swapped_rows_are_named_where_the_order_breaks(copy: Path) -> None:
    for table, column in (("articles", "id"), ("times", "index")):
        path = f"data/{table}/train-00000-of-00001.parquet"
        whole = pq.read_table(copy / path)
        order = [*range(len(whole))]
        order[4], order[5] = order[5], order[4]
        rewrite(copy, path, whole.take(order))
        mend(copy, path, columns=True)
        [found] = [problem for problem in problems(copy) if problem.file == path]
        rows, columns = place_of(found)
        assert rows[0] in (4, 5)
        assert column in columns


def test_rows_taken_out_are_missed_by_record(copy: Path) -> None:
    path = "data/entities/train-00000-of-00001.parquet"
    whole = pq.read_table(copy / path)
    gone = whole["article"][0].as_py()
    kept = whole.filter(pc.not_equal(whole["article"], gone))
    rewrite(copy, path, kept)
    mend(copy, path, columns=True)
    manifest = json.loads((copy / "MANIFEST.json").read_text("utf-8"))
    [entry] = [entry for entry in manifest["files"] if entry["path"] == path]
    entry["rows"] = entry["row_groups"][0]["rows"] = len(kept)
    manifest["tables"]["entities"]["train"] = len(kept)
    (copy / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    found = problems(copy)
    assert any(problem.rule == "release-record" and gone in problem.path for problem in found), found


@pytest.mark.parametrize("share", [0.1, 0.4, 0.9, 0.999])
def test_one_flipped_byte_of_a_table_is_found(copy: Path, share: float) -> None:
    file = copy / "data/sentences/train-00000-of-00001.parquet"
    content = bytearray(file.read_bytes())
    start, size = extent(pq.read_metadata(file), 0)
    content[int(start + size * share if share < 0.8 else len(content) * share)] ^= 0x10  # in the rows, or behind them
    file.write_bytes(content)
    [found] = problems(copy)
    assert found.file == "data/sentences/train-00000-of-00001.parquet"
    assert found.rule == "release-tampered"
    assert "row" in found.path or "row group" in found.found or share > 0.8


def test_a_missing_a_cut_and_an_unknown_file_are_named(copy: Path) -> None:
    (copy / "data/times/train-00000-of-00001.parquet").unlink()
    file = copy / "data/entities/train-00000-of-00001.parquet"
    file.write_bytes(file.read_bytes()[:-9])
    (copy / "data/notes.txt").write_text("mine", "utf-8")
    found = {problem.file: problem.rule for problem in problems(copy)}
    assert found == {
        "data/times/train-00000-of-00001.parquet": "release-damaged",
        "data/entities/train-00000-of-00001.parquet": "release-tampered",
        "data/notes.txt": "release-file-unknown",
    }


@pytest.mark.parametrize("mended", [False, True])
def test_a_changed_count_of_the_card_is_found(copy: Path, mended: bool) -> None:  # noqa: FBT001  # parametrised
    card = copy / "README.md"
    whole = card.read_text("utf-8")
    for before, after in (("num_examples: 8", "num_examples: 17"), ("| train | 8 |", "| train | 61 |")):
        assert before in whole
        card.write_text(whole.replace(before, after, 1), "utf-8")
        if mended:
            mend(copy, "README.md")
        [found] = problems(copy)
        assert found.file == "README.md"
        assert found.rule == ("release-card" if mended else "release-tampered")
        assert after.split()[-1].strip("|") in found.found or "61" in found.found


HISTORY = {
    "order": 40,
    "id": "a/zzz",
    "state": "withdrawn",
    "split": "test",
    "first_release": "9.9.9",
    "story": "a/zzz",
    "articles_hash": 5,
    "entities_hash": 5,
}


@pytest.mark.parametrize("column", HISTORY)
def test_a_changed_history_contradicts_itself_or_the_tables(copy: Path, column: str) -> None:
    whole = pq.read_table(copy / "history.parquet")
    at = whole.schema.get_field_index(column)
    values = whole.column(at).to_pylist()
    values[2] = HISTORY[column]
    field = whole.schema.field(at)
    rewrite(copy, "history.parquet", whole.set_column(at, field, pa.array(values, field.type)))
    assert any(problem.file == "history.parquet" and problem.rule == "release-tampered" for problem in problems(copy))
    mend(copy, "history.parquet")
    assert problems(copy), column


def test_counts_of_the_manifest_add_up_or_are_named(copy: Path) -> None:
    manifest = json.loads((copy / "MANIFEST.json").read_text("utf-8"))
    manifest["sources"]["a"]["published"] += 1
    (copy / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    paths = {problem.path for problem in problems(copy) if problem.rule == "release-count"}
    assert {"$.sources.a.raw", "$.counts.published", "$.sources.a.published"} <= paths


def test_a_column_of_another_type_or_without_its_description_is_named(copy: Path) -> None:
    path = "data/times/train-00000-of-00001.parquet"
    whole = pq.read_table(copy / path)
    for spoilt in (
        whole.drop_columns(["kind"]),
        whole.set_column(whole.column_names.index("end"), "end", whole["end"].cast(pa.int64())),
        whole.replace_schema_metadata(None).cast(pa.schema([field.remove_metadata() for field in whole.schema])),
    ):
        rewrite(copy, path, spoilt)
        [found] = [problem for problem in problems(copy) if problem.file == path]
        assert found.rule == "release-tampered"
        assert found.path in ("column kind", "column end", "column article")


def test_a_file_that_describes_a_column_otherwise_than_the_others_of_its_table_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    entries = []
    for number, description in enumerate(("the day", "the day", "the hour")):
        path = f"data/times/train-{number:05}-of-00003.parquet"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        schema = pa.schema([pa.field("start", pa.int32(), metadata={"description": description})])
        pq.write_table(pa.table([pa.array([1], pa.int32())], schema=schema), folder / path)
        content = (folder / path).read_bytes()
        whole = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "rows": 1}
        entries.append({"path": path, **whole, "row_groups": [{"rows": 1, "sha256": "", "columns": ""}]})
    manifest = {"version": "1.0.0", "tables": {"times": {"train": 3}}, "files": entries}
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    schemas: dict[str, pa.Schema] = {}
    found = [TableFile(entry) for entry in entries]
    with ReleaseFiles(open_release(folder)) as files:
        for file in found:
            list(row_groups(files, file, {"start": "int32"}, schemas))
    assert [file.problem is None for file in found] == [True, True, False]
    assert found[2].problem is not None
    assert (found[2].problem.rule, found[2].problem.wanted) == ("release-schema", "'the day'")


def test_words_in_a_masked_table_are_found(copy: Path) -> None:
    path = "data/times_masked/train-00000-of-00001.parquet"
    whole = pq.read_table(copy / path)
    text = pq.read_table(copy / "data/times/train-00000-of-00001.parquet").schema.field("text")
    spoilt = whole.add_column(4, text, pa.array(["mot"] * len(whole)))
    rewrite(copy, path, spoilt)
    manifest = json.loads((copy / "MANIFEST.json").read_text("utf-8"))
    manifest["columns"]["times_masked"] = {name: manifest["columns"]["times"][name] for name in spoilt.column_names}
    (copy / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    assert any(problem.rule == "release-rights" for problem in problems(copy))


def test_the_command_answers_for_people_and_for_programs(copy: Path, command: Callable[..., Any]) -> None:
    done = command("verify", copy)
    assert done.returncode == 0
    assert done.stdout.startswith("sound: ")
    (copy / "README.md").unlink()
    done = command("verify", copy, "--json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert [problem["rule"] for problem in answer["problems"]] == ["release-damaged"]
    done = command("verify", copy.parent / "nowhere")
    assert done.returncode == 2
    assert "release-missing" in done.stderr


def test_a_release_that_is_not_on_this_disk_is_proved_where_it_lies(release: Path, copy: Path) -> None:
    import fsspec

    files = fsspec.filesystem("memory")
    for folder in ("sound", "spoilt"):
        for file in copy.rglob("*"):
            if file.is_file():
                files.pipe_file(f"/{folder}/{file.relative_to(copy).as_posix()}", file.read_bytes())
    assert problems("memory://sound") == []
    path = "/spoilt/data/articles/train-00000-of-00001.parquet"
    files.pipe_file(path, files.cat_file(path)[:-30] + b"0" * 30)
    files.rm_file("/spoilt/README.md")
    files.pipe_file("/spoilt/more.txt", b"more")
    found = {problem.file: problem.rule for problem in problems("memory://spoilt")}
    assert found == {
        "README.md": "release-damaged",
        "data/articles/train-00000-of-00001.parquet": "release-tampered",
        "more.txt": "release-file-unknown",
    }


def test_a_preview_of_the_version_after_another_is_sound(two_versions: dict[str, Path], tmp_path: Path) -> None:
    root, before = two_versions["1.0.0"].parent / "corpus", two_versions["1.0.0"]
    pipeline.build(root, tmp_path / "preview", 1, layers=[], ask=BuildRequest(previous=history.read(before)))
    assert problems(tmp_path / "preview") == []
    assert verify(tmp_path / "preview", previous=before).problems == []
