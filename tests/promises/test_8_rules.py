"""Rules: every id that the code can emit is explained, and every mistake in a record is made once on purpose."""

from __future__ import annotations

import ast
import gzip
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import corpus
from corpus.model.problem import CorpusError
from corpus.parse import validate
from corpus.raw.layout import LARGEST

INVALID = Path(__file__).parents[1] / "records" / "invalid"
CORPUS_TOML = 'name = "essai"\n'

# What a repository cannot hold is made here.


def _path_escapes(root: Path) -> None:
    (root / "dehors.txt").write_text("Un fichier hors de la source.\n", "utf-8")
    (root / "raw" / "essai" / "lien.txt").symlink_to("../../dehors.txt")
    (root / "raw" / "essai" / "tout.txt").symlink_to("../../corpus.toml")


def _file_unexpected(root: Path) -> None:
    os.mkfifo(root / "raw" / "essai" / "tuyau.txt")
    (root / "raw" / "essai" / "dossier.txt").mkdir()


def _file_unreadable(root: Path) -> None:
    (root / "raw" / "essai" / "ferme.txt").chmod(0)
    (root / "raw" / "essai" / "rond.txt").symlink_to("rond.txt")
    (root / "raw" / "essai" / "perdu.txt").symlink_to("nulle-part.txt")


def _size_absurd(root: Path) -> None:
    with open(root / "raw" / "essai" / "2023-03-01-enorme.txt", "wb") as file:
        file.truncate(LARGEST + 1)
    with open(root / "raw" / "lignes" / "2023.jsonl", "wb") as file:
        file.truncate(LARGEST + 1)
        file.seek(0, os.SEEK_END)
        file.write(b"\n")


def _record_too_deep(root: Path) -> None:
    deep = "[" * 1000 + "1" + "]" * 1000
    line = f'{{"id": "puits", "title": "Un puits", "date": "2023", "text": "Au fond.", "fond": {deep}}}\n'
    (root / "raw" / "essai" / "2023.jsonl").write_text(line, "utf-8")


def _archive_damaged(root: Path) -> None:
    words = " ".join(f"mot{number * 7919 % 10007}" for number in range(400))
    whole = gzip.compress(
        f'{{"id": "a2", "title": "Le pont rouvre", "date": "2023", "text": "{words}"}}\n'.encode(), mtime=0
    )
    (root / "raw" / "essai" / "coupe.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (root / "raw" / "essai" / "faux.jsonl.zst").write_bytes(b"ceci n'est pas une archive")


def _archive_inflated(root: Path) -> None:
    line = '{"id": "b", "title": "La halle", "date": "2024", "text": "La halle de Bréhac a rouvert mardi."}\n'
    content = line.encode() + b"\n" * 2**20 * 33
    (root / "raw" / "essai" / "vide.jsonl.gz").write_bytes(gzip.compress(content, 1, mtime=0))


def _source_name(root: Path) -> None:
    folder = root / "raw" / "Gazette d’Été"
    folder.mkdir()
    (folder / "source.yaml").write_text("name: Gazette\n", "utf-8")


MADE: dict[str, Callable[[Path], None]] = {
    "archive-damaged": _archive_damaged,
    "archive-inflated": _archive_inflated,
    "file-unexpected": _file_unexpected,
    "file-unreadable": _file_unreadable,
    "path-escapes": _path_escapes,
    "record-too-deep": _record_too_deep,
    "size-absurd": _size_absurd,
    "source-name": _source_name,
}


def set_up(rule: str, folder: Path) -> Path:
    """The corpus folder that breaks a rule, made in ``folder``."""
    shutil.copytree(INVALID / rule, folder, symlinks=True, ignore=shutil.ignore_patterns("problems.txt"))
    (folder / "raw").mkdir(exist_ok=True)
    if not (folder / "corpus.toml").exists():
        (folder / "corpus.toml").write_text(CORPUS_TOML, "utf-8")
    if rule in MADE:
        MADE[rule](folder)
    return folder


def answer(root: Path) -> str:
    """The exact words of ``corpus check``."""
    try:
        problems = corpus.check(root).problems
    except CorpusError as error:
        problems = list(error.problems)
    return "\n".join(map(str, problems))


# The catalogue: headings of rules.md, in two groups.

_HEADING = re.compile(r"^### `([a-z-]+)`$", re.MULTILINE)


def _headings(repository: Path) -> tuple[list[str], list[str]]:
    """The rules about records and settings, and those about commands and places."""
    page = (repository / "schema" / "rules.md").read_text("utf-8")
    records, _, commands = page.partition("\n## Commands, places and releases\n")
    return _HEADING.findall(records), _HEADING.findall(commands)


_PLACE_OF_THE_ID = {
    "Problem": 3,
    "release_problem": 2,
    "Fault": 4,
    "_replace": 0,
    "problem": 0,
    "error": 0,
    "DateError": 1,
    "problem_of": 1,
    "_problem": 1,
}


_ID = re.compile(r"[a-z]+(?:-[a-z]+)+")


def _words(node: ast.AST) -> list[str]:
    """The rule ids among the strings of an expression."""
    leaves = [leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant)]
    return [leaf for leaf in leaves if isinstance(leaf, str) and _ID.fullmatch(leaf)]


def _emitted(file: Path) -> Iterator[str]:
    """The rule ids that a module names: in calls that make problems, and where (rule, wanted, hint) is returned."""
    tree = ast.parse(file.read_text("utf-8"))
    outside = [node for node in tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in (*functions, ast.Module(outside, [])):
        assigned = {
            name.id: node.value
            for node in ast.walk(function)
            if isinstance(node, (ast.Assign, ast.NamedExpr, ast.AnnAssign)) and node.value is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            for name in ast.walk(target)
            if isinstance(name, ast.Name)
        }
        own = {argument.arg for argument in function.args.args} if isinstance(function, ast.FunctionDef) else set()
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 3:
                first = node.value.elts[0]
                yield from _words(assigned.get(first.id, first) if isinstance(first, ast.Name) else first)
            if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name not in _PLACE_OF_THE_ID:
                continue
            if any(word.arg is None for word in node.keywords):
                continue  # read back from what another build wrote
            rule = next((word.value for word in node.keywords if word.arg == "rule"), None)
            if rule is None and len(node.args) <= _PLACE_OF_THE_ID[name]:
                continue  # the default of a fault, or a copy with the same rule
            rule = rule or node.args[_PLACE_OF_THE_ID[name]]
            if isinstance(rule, ast.Attribute) and rule.attr == "rule":
                continue  # what a finding carries, read where that is made
            if isinstance(rule, ast.Name):
                if "rule" in own:
                    continue  # a helper that passes its own argument on: its callers are read
                value = assigned.get(rule.id)
                assert value is not None, f"{file.name}:{node.lineno}: where does {rule.id} come from?"
                if isinstance(value, ast.Name):
                    continue  # what another function returned, read there
                rule = value
            words = _words(rule)
            assert words, f"{file.name}:{node.lineno}: no plain rule id in {ast.unparse(rule)}"
            yield from words


def emitted() -> set[str]:
    """The rule ids that the package names."""
    root = Path(corpus.__file__).parent
    return {rule for file in root.rglob("*.py") for rule in _emitted(file)}


def test_every_rule_of_the_package_is_explained_and_no_other(repository: Path) -> None:
    records, commands = _headings(repository)
    assert sorted(records + commands) == sorted(emitted())


def test_each_function_of_rules_emits_the_id_that_its_name_says() -> None:
    names = {rule.__name__.replace("_", "-") for rule in validate.RULES}
    modules = {Path(inspect.getfile(rule)) for rule in validate.RULES}
    assert names == {rule for module in modules for rule in _emitted(module)}


def test_every_explanation_is_one_paragraph_that_says_what_to_do(repository: Path) -> None:
    page = (repository / "schema" / "rules.md").read_text("utf-8")
    for part in re.split(r"^### ", page, flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        paragraphs = [piece for piece in re.split(r"\n\s*\n", text.partition("\n## ")[0].strip()) if piece]
        assert len(paragraphs) == 1, heading
        assert len(paragraphs[0].split()) >= 25, f"{heading}: what is wrong, why it matters, what to do"


def test_every_rule_about_records_and_settings_is_broken_once_on_purpose(repository: Path) -> None:
    records, _ = _headings(repository)
    assert sorted(folder.name for folder in INVALID.iterdir()) == sorted(records)


@pytest.mark.parametrize("rule", sorted(folder.name for folder in INVALID.iterdir()))
def test_each_mistake_is_answered_with_these_words(rule: str, tmp_path: Path) -> None:
    root = set_up(rule, tmp_path / "corpus")
    found = answer(root)
    assert found == (INVALID / rule / "problems.txt").read_text("utf-8").rstrip("\n")
    assert re.search(rf"^raw.*: {rule}$|^corpus\.toml.*: {rule}$", found, re.MULTILINE)


def test_no_answer_names_the_machine_that_gave_it() -> None:
    for folder in INVALID.iterdir():
        words = (folder / "problems.txt").read_text("utf-8")
        assert not re.search(r"(?<![\w:/.<])/(?:tmp|home|root|work|private|Users)/", words), folder.name


def test_the_words_are_rewritten_only_by_the_script_beside_them() -> None:
    script = INVALID.parent / "regenerate"
    shown = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert shown.returncode == 0, shown.stdout + shown.stderr


def test_each_rejected_record_has_place_rule_found_and_wanted(mixed_release: Path) -> None:
    listed = [json.loads(line) for line in mixed_release.with_name("rejects.jsonl").read_text("utf-8").splitlines()]
    assert listed
    for problem in (problem for refused in listed for problem in refused["problems"]):
        assert problem["file"].startswith("raw/")
        assert problem["rule"]
        assert problem["found"]
        assert problem["wanted"]
