"""Rows are kept by fingerprints of code: a module that is renamed is in them under its new name, or raises."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

import corpus
from corpus import annotate
from corpus.build import fingerprint
from corpus.release.write import manifest

PACKAGE = Path(corpus.__file__).parent
QUOTATIONS = "corpus.annotate.quotations.quotations"
MODULES = sorted(file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGE, tmp_path / "corpus", ignore=shutil.ignore_patterns("__pycache__")))


def _said(hashed: Callable[[], str]) -> str:
    fingerprint.code_of.cache_clear()
    fingerprint._tree.cache_clear()
    manifest.pipeline.cache_clear()
    try:
        return hashed()
    except FileNotFoundError:
        return "an error"


@pytest.mark.parametrize("names", [fingerprint.RECORD, fingerprint.LAYER, fingerprint.WRITER])
def test_a_module_that_makes_rows_is_not_renamed_unnoticed(copied: Path, names: tuple[str, ...]) -> None:
    before = _said(lambda: fingerprint.code_of(names, copied))
    assert before != "an error"
    covered = [
        one for one in MODULES if any(PurePosixPath(one).match(name) or one.startswith(f"{name}/") for name in names)
    ]
    assert covered
    for module in covered:
        renamed = (copied / module).rename((copied / module).with_name("renamed.py"))
        assert _said(lambda: fingerprint.code_of(names, copied)) != before, module
        renamed.rename(copied / module)


def test_nothing_that_makes_a_release_is_renamed_unnoticed(copied: Path) -> None:
    before = _said(lambda: manifest.pipeline(copied))
    assert before != "an error"
    for name in sorted({module.split("/")[0] for module in MODULES}):
        renamed = (copied / name).rename((copied / name).with_name("renamed.py" if name.endswith(".py") else "renamed"))
        assert _said(lambda: manifest.pipeline(copied)) != before, name
        renamed.rename(copied / name)


def test_two_layers_of_one_module_do_not_keep_each_others_rows() -> None:
    with_indirect, without = annotate.choose(["quotations"])[-1], annotate.choose([f"{QUOTATIONS}:MARKED"])[-1]
    assert with_indirect.version == without.version
    assert fingerprint.of_layer(with_indirect) != fingerprint.of_layer(without)


def test_a_page_for_readers_makes_no_row_stale(copied: Path) -> None:
    before = _said(lambda: fingerprint.code_of(("build",), copied))
    (copied / "build" / "README.md").write_text("Une page pour qui lit le code.\n", "utf-8")
    assert _said(lambda: fingerprint.code_of(("build",), copied)) == before
