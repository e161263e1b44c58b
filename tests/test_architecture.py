"""The architecture: the order of the rooms, and what no module may do."""

from __future__ import annotations

import ast
import doctest
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import corpus
from corpus.annotate import LAYERS, OPTIONAL
from corpus.formats import FORMATS
from corpus.raw.layout import SHAPES

ROOT = Path(corpus.__file__).parent
FILES = {file.relative_to(ROOT).with_suffix("").as_posix(): file for file in sorted(ROOT.rglob("*.py"))}

ORDER = (
    *("model", "files", "raw", "parse", "annotate", "dedup", "release", "explore", "formats", "build"),
    ("verify", "publish", "curate"),
    "web",
    "cli",
)
"""The rooms: each imports only what stands before it; rooms that stand side by side do not know each other."""

FLOORS = {name: floor for floor, names in enumerate(ORDER) for name in ([names] if isinstance(names, str) else names)}

STARTED_BY_NAME = {path.partition(":")[0] for path in (LAYERS | OPTIONAL | dict(FORMATS)).values()} | {
    f"corpus.parse.shapes.{name}" for name in SHAPES
}
"""The modules that are reached by their name alone."""


class Import(NamedTuple):
    """A name that a module takes from another one."""

    module: str
    name: str
    line: int


@cache
def tree_of(module: str) -> ast.Module:
    """A module as the compiler reads it."""
    return ast.parse(FILES[module].read_text("utf-8"))


@cache
def imports(module: str) -> tuple[Import, ...]:
    """What a module imports of the package, anywhere in it."""
    found = []
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: imports are absolute"
            for alias in node.names:
                target = _module(f"{node.module}.{alias.name}") or _module(node.module or "")
                found += [Import(target, alias.name, node.lineno)] if target else []
        elif isinstance(node, ast.Import):
            found += [Import(target, "", node.lineno) for alias in node.names if (target := _module(alias.name))]
    return tuple(found)


def _module(name: str) -> str | None:
    if name.partition(".")[0] != "corpus":
        return None
    path = "/".join(name.split(".")[1:])
    return next((candidate for candidate in (path, f"{path}/__init__".lstrip("/")) if candidate in FILES), None)


def test_every_folder_is_a_room_of_the_order() -> None:
    assert {module.split("/")[0] for module in FILES} - {"__init__"} == set(FLOORS)


def test_a_room_imports_only_what_stands_before_it() -> None:
    for module in FILES:
        room = module.split("/", maxsplit=1)[0]
        for target, name, line in imports(module) if "/" in module else ():
            other = target.split("/")[0]
            if other not in (room, "__init__"):
                assert FLOORS[other] < FLOORS[room], f"{module}:{line} imports {target}"
                assert not name.startswith("_") or name == "__version__", f"{module}:{line} takes {name} of {target}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = {module: {one.module for one in imports(module)} - {module} for module in FILES}
    while free := [module for module, targets in left.items() if not targets & set(left)]:
        for module in free:
            del left[module]
    assert not left, f"a circle among {sorted(left)}"


def test_somebody_imports_every_module() -> None:
    imported = {one.module for module in FILES for one in imports(module)} | {
        name.removeprefix("corpus.").replace(".", "/") for name in (*STARTED_BY_NAME, *corpus._MODULES.values())
    }
    assert [module for module in FILES if module not in imported and not module.endswith("__init__")] == []


def test_a_module_is_under_400_lines() -> None:
    lengths = {module: len(file.read_text("utf-8").splitlines()) for module, file in FILES.items()}
    assert {module: length for module, length in lengths.items() if length > 400} == {}


def _definitions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Public functions and classes of a module, and the public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node.name, node
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


def test_everything_public_says_what_it_gives() -> None:
    for module in FILES:
        tree = tree_of(module)
        assert ast.get_docstring(tree), f"{module}: why does it exist?"
        silent = [name for name, node in _definitions(tree) if not ast.get_docstring(node)]  # type: ignore[arg-type]  # both kinds carry one
        assert not silent, f"{module}: {silent}"


MAY_LOAD = {
    "raw/key": {"secrets"},  # a secret has to be drawn, once in the life of a corpus
    "web/browse/security": {"secrets"},  # nor may anybody guess what a page shows for itself
    "model/stages": {"time"},  # what a build takes is printed, and in no file
}


def test_no_module_reads_a_clock_or_draws_lots() -> None:
    for module in FILES:
        calls, loaded = set(), set()
        for node in ast.walk(tree_of(module)):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                    calls.add(name)
                case ast.Import(names=names):
                    loaded |= {alias.name.split(".")[0] for alias in names}
                case ast.ImportFrom(module=str(name)):
                    loaded.add(name.split(".")[0])
        clocks = calls & {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter"}
        assert not clocks or module == "model/stages", f"{module}: {clocks}"
        assert loaded & {"random", "uuid", "secrets", "time"} == MAY_LOAD.get(module, set()), module


def test_the_examples_in_docstrings_are_true() -> None:
    for module in FILES:
        name = ".".join(("corpus", *module.split("/"))).removesuffix(".__init__")
        found = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
        assert found.failed == 0, module


def test_the_public_functions_are_named_where_an_editor_looks_for_them() -> None:
    assert set(corpus.__all__) < set(dir(corpus))
    for name in corpus.__all__:
        assert callable(getattr(corpus, name)), name
    importlib.import_module("corpus.build.pipeline")
    assert corpus.build.__name__ == "build"
    assert (ROOT / "py.typed").is_file()
