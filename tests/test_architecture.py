"""The architecture: which module may know which, and what no module may do."""

from __future__ import annotations

import ast
import doctest
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import corpus

ROOT = Path(corpus.__file__).parent
FILES = {file.relative_to(ROOT).with_suffix("").as_posix(): file for file in sorted(ROOT.rglob("*.py"))}

# What everything may use: values, how anything wrong is said, and files wherever they lie; none of the work.
VALUES = {"article", "columns", "problem", "scores", "storage"}

# Each module and what it may import of the package beside VALUES. The way of an article is
# raw -> parse -> assemble (normalise, roles, dates) -> validate -> release; only ``pipeline``
# and what a person asks of it (contribute, show, cli) know more than one stage. What is in no
# row may import nothing but VALUES, so a new module has to be put into this table on purpose.
MAY_IMPORT = {
    # settings and schemas: read by every stage, they know none
    "schema": set(),
    "settings": {"schema", "dates", "yaml_text"},
    # stage: raw bytes, and nothing of what is in them
    "raw/__init__": {"raw/bulk", "raw/warc"},
    "raw/listing": {"raw/__init__"},
    # stage: parse; a parser knows its record, its source, and readers of the same kind
    "parse/__init__": {"raw/__init__", "settings", "parse/jsonl"},
    "parse/fields": {"raw/__init__", "settings", "schema", "dates"},
    "parse/text": {"raw/__init__", "settings"},
    "parse/markdown": {"raw/__init__", "settings", "yaml_text", "parse/fields"},
    "parse/jsonl": {"raw/__init__", "settings", "parse/fields"},
    "parse/marks": set(),
    "parse/markup": {"raw/__init__", "parse/marks"},
    "parse/statements": {"raw/__init__", "parse/markup", "dates"},
    # a saved page's figcaption holds caption and credit in one line, which roles.py knows how to part
    "parse/html": {"raw/__init__", "roles", "settings", "dates", "parse/marks", "parse/markup", "parse/statements"},
    "parse/ninjs": {
        "raw/__init__", "settings", "schema", "dates", "parse/markup", "parse/jsonl", "parse/fields",
        "parse/ninjs_fields",
    },
    "parse/ninjs_fields": {"raw/__init__"},
    "parse/warc": {"raw/__init__", "settings", "parse/__init__", "parse/html"},
    # stage: normalise; assemble puts normalise, roles and dates together into an article
    "assemble": {"raw/__init__", "settings", "normalise", "roles", "dates"},
    # stage: validate
    "validate": {"settings"},
    # stage: annotate; what people annotated, and layers, which know each other and nothing else (see ANNOTATE)
    "gold": {"raw/__init__", "schema"},
    # ledgers beside the sources of raw/: what was withdrawn, who contributed
    "ledgers": {"schema"},
    "annotated": {"annotate/layer", "gold", "schema", "settings", "stories/__init__", "release/rows"},
    # stage: near-duplicates and splits, on texts, signatures and numbers; knows no files
    "stories/__init__": {
        "stories/pairs", "stories/groups", "stories/leaks", "stories/minhash", "stories/shingling",
        "stories/spill", "stories/splits", "stories/stored",
    },
    "stories/minhash": {"stories/shingling"},
    "stories/spill": {"stories/minhash", "stories/shingling"},
    "stories/stored": {"stories/minhash"},
    "stories/pairs": {"stories/minhash", "stories/shingling"},
    "stories/groups": {"stories/pairs", "stories/minhash"},
    "stories/leaks": {"stories/pairs", "stories/shingling"},  # the exact comparison, and nothing of MinHash
    # stage: whole corpus, on small columns of the work files, and the tables they become
    "raw/index": set(),
    "fingerprints": {"annotate/layer", "schema", "settings"},
    "grouping": {"__init__", "catalogue", "release/rows", "settings", "stories/__init__", "where", "workfiles"},
    "reuse": {
        "annotate/layer", "catalogue", "fingerprints", "history", "settings", "stores", "where", "workfiles",
        "release/__init__", "release/rows", "release/tables",
    },
    "cluster": {"execute", "fingerprints", "raw/__init__", "reuse"},
    # what partitions became, until a release stands
    "keeping": {"fingerprints", "ledgers", "raw/__init__", "settings", "workfiles"},
    "workfiles": {"schema", "stories/__init__", "release/hashes", "release/rows"},
    "catalogue": {"schema", "settings", "release/tables", "release/rows", "release/__init__", "workfiles"},
    "history": {"schema", "where", "release/rows"},
    # stage: write
    "release/tables": {"release/hashes", "release/rows"},
    "release/card": {
        "ledgers", "schema", "settings", "release/changes", "release/rows", "release/tables", "release/words",
    },
    "release/croissant": {"schema", "settings", "release/tables", "release/words"},
    "release/plots": {"release/tables"},
    "release/words": {"settings"},
    "release/manifest": {"schema", "stores", "release/tables"},
    "release/place": {"release/rows", "stores"},
    # what people ask of a release with its corpus at hand: make it again, put its words back
    "reproduce": {
        "annotate/__init__", "diff", "history", "pipeline", "settings", "verify/__init__", "verify/store", "where",
    },
    "rehydrate/words": {"schema"},
    "rehydrate/spool": {"schema", "where", "release/__init__", "release/manifest", "release/rows", "release/tables"},
    "rehydrate/__init__": {
        "raw/listing",
        "annotate/__init__", "annotate/layer", "annotated", "gold", "partition", "raw/__init__", "rehydrate/spool",
        "rehydrate/words", "reproduce", "schema", "settings", "verify/__init__", "verify/rows", "where",
        "release/__init__", "release/place",
    },
    # proving a release: everything that it says of itself, read independently of what wrote it
    "verify/findings": set(),
    "verify/kinds": set(),
    "verify/store": {"hubcache", "schema", "stores", "where", "release/hashes", "verify/findings", "verify/kinds"},
    "verify/spans": set(),
    "verify/past": {"history", "release/rows", "verify/findings"},
    "verify/rows": {
        "dates", "release/__init__", "release/hashes", "release/rows", "verify/findings", "verify/past", "verify/spans",
        "verify/__init__",
    },
    "verify/claims": {"ledgers", "schema", "where", "verify/findings", "verify/kinds", "verify/past"},
    "verify/__init__": {
        "history", "ledgers", "where", "verify/claims", "verify/findings", "verify/past", "verify/rows", "verify/spans",
        "verify/store",
    },
    # reading a release back: knows the schema and nothing of how it was made
    "stores": set(),
    "storage": {"stores"},
    "hubcache": set(),
    "where": {"hubcache", "stores"},
    "loading": {"stores", "where"},
    "publish/source": {"stores", "where"},
    "publish/objects": {"hubcache", "publish/source", "stores", "where"},
    "publish/folder": {"hubcache", "publish/source", "release/place", "stores"},
    "publish/hubrepo": set(),
    "publish/hub": {"hubcache", "publish/hubrepo", "publish/source", "where"},
    "publish/hubpurge": {"hubcache", "publish/hub", "publish/hubrepo", "publish/source", "where"},
    "publish/purging": {"publish/folder", "publish/hubpurge", "publish/objects", "publish/source", "where"},
    "publish/__init__": {
        "where", "publish/folder", "publish/hub", "publish/objects", "publish/purging", "publish/source",
    },
    "stats": {"schema", "loading"},
    # what two releases say differently
    "release/changes": {"release/rows"},
    "release/versions": {"release/changes"},
    "release/changelog": {"release/changes"},
    "release/values": {"release/rows"},
    "tableread": {"release/rows", "where"},
    "diff": {"release/changes", "release/hashes", "release/rows", "release/values", "tableread", "where"},
    "papers": {
        "diff", "grouping", "history", "ledgers", "settings", "stories/__init__", "where", "release/__init__",
        "release/card", "release/changelog", "release/changes", "release/croissant", "release/manifest",
        "release/plots", "release/rows", "release/tables", "release/versions",
    },
    "versioning": {
        "catalogue", "history", "schema", "where", "workfiles",
        "release/__init__", "release/changes", "release/hashes", "release/rows", "release/versions",
    },
    # the two pages that join the stages: one partition, and all of them
    "partition": {
        "annotate/__init__", "annotate/layer", "annotated", "assemble", "gold", "keeping", "ledgers", "parse/__init__",
        "raw/__init__", "reuse", "settings", "stories/__init__", "validate", "raw/index", "raw/warc", "workfiles",
    },
    "pipeline": {
        "annotate/__init__", "catalogue", "cluster", "execute", "fingerprints", "grouping", "history", "keeping",
        "ledgers",
        "papers", "partition", "raw/__init__", "raw/index", "raw/listing", "reuse", "settings",
        "stories/__init__", "versioning", "workfiles",
        "release/__init__", "release/manifest", "release/place", "release/rows", "release/tables",
    },
    "checking": {"execute", "pipeline", "schema", "workfiles"},
    # what people ask for, on top of the pipeline
    "contribute": {
        "assemble", "checking", "ledgers", "partition", "pipeline", "raw/__init__", "raw/listing", "raw/warc", "schema",
        "settings",
    },
    "releasing": {"dates", "history", "pipeline"},
    "withdraw": {"dates", "gold", "ledgers", "show"},
    "show": {
        "raw/listing",
        "annotate/__init__", "annotated", "gold", "normalise", "parse/__init__", "partition", "pipeline",
        "raw/__init__",
        "release/rows", "settings", "stories/__init__", "raw/warc",
    },
    "evaluate": {"annotate/__init__", "annotated", "dates", "gold", "partition", "pipeline", "roles", "settings"},
}  # fmt: skip

ANNOTATE = {"dates", "gold", "schema"}
"""What layers may know beside each other."""

STAGES = {"annotate", "raw", "parse", "assemble", "validate", "catalogue", "release", "loading"}
JOINS = {
    "tableread",
    "diff",
    "grouping",
    "publish",
    "verify",
    "rehydrate",
    "reproduce",
    "versioning",
    "partition",
    "fingerprints",
    "reuse",
    "pipeline",
    "releasing",
    "withdraw",
    "papers",
    "checking",
    "history",
    "annotated",
    "workfiles",
    "catalogue",
    "contribute",
    "evaluate",
    "show",
    "cli",
    "stats",
}


def imported(module: str) -> set[str]:
    """The modules of the package that one of them imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(FILES[module].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        here = {_module(name) for name in names}
        deep = {name for name in here if name and not name.endswith("__init__")}
        found |= deep or {name for name in here if name}  # `from corpus import raw` is raw, not the package
    return found - {module}


def _module(name: str) -> str | None:
    if name.partition(".")[0] != "corpus":
        return None
    path = "/".join(name.split(".")[1:])
    known = (path, f"{path}/__init__".lstrip("/"))
    return next((candidate for candidate in known if candidate in FILES), None)


@pytest.mark.parametrize("module", FILES)
def test_a_module_knows_only_what_the_table_lets_it_know(module: str) -> None:
    allowed = MAY_IMPORT.get(module, set())
    if module.startswith("annotate/"):
        allowed = ANNOTATE | {name for name in FILES if name.startswith("annotate/")}
    if module.startswith("cli/"):
        allowed = set(FILES)
    extra = imported(module) - VALUES - allowed
    assert not extra, (
        f"{module} imports {sorted(extra)}: join stages in partition.py or pipeline.py, or change the table on purpose"
    )


def test_the_table_names_only_modules_that_exist_or_are_optional_shapes() -> None:
    optional = {"parse/ninjs", "parse/ninjs_fields", "parse/html", "parse/statements", "parse/markup", "parse/marks"}
    named = set(MAY_IMPORT) | {name for names in MAY_IMPORT.values() for name in names}
    assert named <= set(FILES) | optional


def test_only_the_pipeline_and_what_stands_on_it_know_two_stages() -> None:
    for module in FILES:
        stage = module.split("/")[0]
        others = {name.split("/")[0] for name in imported(module)} & (STAGES - {"raw"}) - {stage}
        assert not others or stage in JOINS, f"{module} joins {sorted(others)}"


def test_nothing_but_the_command_line_imports_the_command_line() -> None:
    assert [
        module
        for module in FILES
        if not module.startswith("cli/") and any(name.startswith("cli/") for name in imported(module))
    ] == []


@pytest.mark.parametrize("module", FILES)
def test_a_module_is_under_400_lines(module: str) -> None:
    assert len(FILES[module].read_text("utf-8").splitlines()) < 400


def _definitions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Public functions and classes of a module, and the public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node.name, node
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


@pytest.mark.parametrize("module", FILES)
def test_everything_public_says_what_it_gives(module: str) -> None:
    tree = ast.parse(FILES[module].read_text("utf-8"))
    assert ast.get_docstring(tree), f"{module}: why does it exist?"
    silent = [name for name, node in _definitions(tree) if not ast.get_docstring(node)]  # type: ignore[arg-type]  # both kinds carry one
    assert not silent, f"{module}: {silent}"


@pytest.mark.parametrize("module", FILES)
def test_no_module_reads_a_clock_or_draws_lots(module: str) -> None:
    tree = ast.parse(FILES[module].read_text("utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    clocks = {
        call
        for call in calls
        if call.split(".")[-1] in ("now", "utcnow", "today", "time_ns", "monotonic", "perf_counter")
    }
    assert not clocks
    loaded = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert not loaded & {"random", "uuid", "secrets", "time"}


@pytest.mark.parametrize("module", FILES)
def test_the_examples_in_docstrings_are_true(module: str) -> None:
    pytest.importorskip("lxml" if module.startswith("parse/") else "pyarrow")
    if module == "parse/html":
        pytest.importorskip("trafilatura")
    name = ".".join(("corpus", *module.split("/"))).removesuffix(".__init__")
    found = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0


def test_the_map_of_the_package_names_every_room() -> None:
    rooms = {f"``{module}``" if "/" not in module else f"``{module.split('/')[0]}/``" for module in FILES}
    assert [room for room in sorted(rooms - {"``__init__``"}) if room not in (corpus.__doc__ or "")] == []
