"""What the pages for people say is there: files, commands, options, and what the README shows of the output."""

from __future__ import annotations

import ast
import csv
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import click
import pytest

from corpus.cli import main
from helpers.exports import PUBLICATIONS, europresse, items

TOP = Path(__file__).parents[1]
README = TOP / "README.md"
PAGES = [README, TOP / ".github" / "CONTRIBUTING.md"]
PAGES += [TOP / folder / "README.md" for folder in ("scripts/bench", "scripts/eval")]
PAGES += [TOP / folder / "README.md" for folder in ("src/corpus", "src/corpus/build/executors", "src/corpus/formats")]
PAGES += [TOP / "src/corpus/formats/linguistics.md"]
PAGES += [TOP / "schema" / "recipes.md"]
EXTRA = {"src/corpus/README.md": "[a-z]+"}
"""Pages that name files by their path from the page, with a pattern for the first folder."""

page = pytest.mark.parametrize("page", PAGES, ids=lambda file: file.relative_to(TOP).as_posix())


def _module(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, TOP / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _code(text: str) -> list[str]:
    """What stands in backticks and in blocks of shell commands."""
    blocks = [code for language, code in re.findall(r"```(\w*)\n(.*?)```", text, re.DOTALL) if language == "sh"]
    inline: list[str] = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [line.partition("#")[0] for block in blocks for line in block.splitlines()] + inline


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@page
def test_every_relative_link_leads_to_a_file_and_a_heading_of_it(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


@page
def test_every_file_of_the_repository_that_a_page_names_exists(page: Path) -> None:
    first = EXTRA.get(page.relative_to(TOP).as_posix(), "src|tests|schema|scripts|\\.github")
    for words in _code(page.read_text("utf-8")):
        for name in re.findall(rf"(?<![^\s(])(?:{first})/[\w./-]*\w", words):
            assert any((folder / name).exists() for folder in (page.parent, TOP)), name


@page
def test_every_command_that_a_page_names_has_the_options_shown(page: Path) -> None:
    for words in _code(page.read_text("utf-8")):
        for name, rest in re.findall(r"(?<![\w./-])corpus ([a-z]+)\b([^|;&]*)", words):
            assert name in main.commands, words
            named = main.commands[name]
            if isinstance(named, click.Group):
                named = named.commands[rest.split()[0]]
            known = {option for parameter in named.params for option in parameter.opts}
            assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= known, words


def test_the_readme_is_one_page() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 110


def test_every_room_has_its_line_in_their_order() -> None:
    order = _module("tests/test_architecture.py").ORDER
    rooms = [name for names in order for name in ([names] if isinstance(names, str) else names)]
    table = (TOP / "src/corpus/README.md").read_text("utf-8").partition("| room |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == rooms


def test_every_runner_of_a_public_set_has_its_line() -> None:
    folder = TOP / "scripts" / "eval"
    linked = re.findall(r"^\| \[(\w+\.py)\]", (folder / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(linked) == sorted({file.name for file in folder.glob("*.py")} - {"sets.py"})


def test_a_run_of_the_benchmarks_replaces_the_table_and_nothing_else() -> None:
    bench = _module("scripts/bench/page.py")
    before = bench.PAGE.read_text("utf-8")
    after = bench.with_table(before, "| a |\n| --- |", "Measured.")
    assert f"{bench.START}Measured.\n\n| a |\n| --- |\n{bench.END}" in after
    assert before.partition(bench.START)[0] == after.partition(bench.START)[0]
    assert before.partition(bench.END)[2] == after.partition(bench.END)[2]
    assert bench.with_table(after, "| a |\n| --- |", "Measured.") == after
    with pytest.raises(ValueError, match="once and in this order"):
        bench.with_table("# Page\n", "| a |", "Measured.")


def _followed(folder: Path) -> str:
    """What the last of the commands of the README prints, in a folder that has the ``articles``."""
    section = README.read_text("utf-8").partition("in five minutes\n")[2].partition("\n## ")[0]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONUTF8": "1"}
    printed = ""
    for language, code in re.findall(r"```(sh|python)\n(.*?)```", section, re.DOTALL):
        start = ["bash", "-euc"] if language == "sh" else [sys.executable, "-c"]
        done = subprocess.run(
            [*start, code], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        printed = done.stdout
    return printed


@pytest.fixture(scope="module")
def five_minutes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder that the commands of the README leave behind, and what the last of them prints."""
    folder = tmp_path_factory.mktemp("five-minutes")
    (folder / "articles").mkdir()
    for file in (TOP / "raw" / "agence-hexa").glob("*.txt"):
        (folder / "articles" / file.name).write_bytes(file.read_bytes())
    return folder, _followed(folder)


def test_the_same_lines_say_who_is_quoted_in_a_folder_of_europresse_files(tmp_path: Path) -> None:
    given = items(24)
    (tmp_path / "articles" / "2024").mkdir(parents=True)
    (tmp_path / "articles" / "un.HTML").write_bytes(europresse(given[:12]))
    (tmp_path / "articles" / "2024" / "deux.html").write_bytes(europresse(given[12:]))
    printed = _followed(tmp_path)
    assert any(name in printed for name in PUBLICATIONS)
    with (tmp_path / "who.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["publication"] for row in rows} == set(PUBLICATIONS)
    assert {row["month"] for row in rows} <= {one.date[:7] for one in given}
    assert sum(int(row["quotations"]) for row in rows) >= 24


def test_five_minutes_lead_from_a_folder_of_texts_to_the_table_shown(five_minutes: tuple[Path, str]) -> None:
    folder, printed = five_minutes
    shown = "\n".join(line.rstrip() for line in printed.splitlines())
    assert f"```\n{shown}\n```\n" in README.read_text("utf-8")
    assert len((folder / "who.csv").read_text("utf-8").splitlines()) > 100


def test_researchers_get_the_counts_shown_in_the_same_folder(five_minutes: tuple[Path, str]) -> None:
    section = README.read_text("utf-8").partition("## For researchers\n")[2]
    [code] = re.findall(r"```python\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    [commands] = re.findall(r"```sh\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code + "assert len(sure) < len(quotations) and len(doubtful) and len(lines)"],
        cwd=five_minutes[0],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"# {done.stdout}" in code
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["bash", "-euc", commands], cwd=five_minutes[0], env={**os.environ, "PATH": path}, check=True)


def test_the_rows_that_open_the_readme_are_rows_of_the_corpus(five_minutes: tuple[Path, str]) -> None:
    import corpus

    release = five_minutes[0] / "my-corpus" / "preview"
    found = corpus.frame(release, "quotations")
    found["date"] = found["date"].str[:10]
    table = README.read_text("utf-8").partition("| date |")[2].partition("\n\n")[0].splitlines()
    names = ["date", *(cell.strip() for cell in table[0].split("|") if cell.strip())]
    rows = [tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in table[2:]]
    assert len(rows) == 4
    assert set(rows) <= set(found[names].itertuples(index=False, name=None))


def test_what_the_readme_imports_is_in_the_environment_that_the_build_makes(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    [extras] = re.findall(r"/environment\" (\S+)", (repository / "scripts/build").read_text("utf-8"))
    there = list(project["dependencies"])
    for name in extras.split(","):
        there += project["optional-dependencies"][name]
    names = {re.split(r"[^\w-]", one)[0].replace("-", "_") for one in there}
    blocks = re.findall(r"```python\n(.*?)```", (repository / "README.md").read_text("utf-8"), re.DOTALL)
    used = set()
    for node in (node for block in blocks for node in ast.walk(ast.parse(block))):
        if isinstance(node, ast.Import):
            used |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            used.add(str(node.module).partition(".")[0])
    assert {"datasets", "duckdb"} <= used
    assert used - names <= {"corpus", "dask_jobqueue"}  # the latter on a cluster of one's own
    pinned = (repository / "scripts/constraints.txt").read_text("utf-8")
    assert [name for name in used & names if f"\n{name}==" not in pinned] == []
