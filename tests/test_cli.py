"""The command line as a new user meets it: what it prints, in what colours and widths, and what it says to do next."""

from __future__ import annotations

import ast
import os
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from corpus.annotate import NAMES
from corpus.build import pipeline
from corpus.build.executors import local
from corpus.build.report import Report
from corpus.cli.build import _without_layers
from corpus.curate import check, init
from corpus.model.problem import CorpusError
from corpus.raw.config import read_settings

COLOUR = re.compile(r"\x1b\[[0-9;]*m")

Run = Callable[..., subprocess.CompletedProcess[str]]
Make = Callable[[Path, Mapping[str, str | bytes]], Path]


def test_one_is_singular(
    tmp_path: Path, command: Run, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": "date 2023-13 Un titre\n\nUne phrase.\n"}
    root = make_corpus(tmp_path / "corpus", files)
    assert command("check", "--root", root).stdout == "1 raw record: 1 problem in 1 of them\n"
    (root / "raw/a/1.txt").write_text(text_record(1))
    assert command("check", "--root", root).stdout == "1 raw record: sound\n"
    assert command("stats", "--root", root).stdout.startswith("1 article\n")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus as init makes it, its address made long."""
    root = tmp_path_factory.mktemp("example") / "presse"
    init.init(root, example=True)
    [file] = root.glob("raw/exemple/*.md")
    url = f"https://exemple.example/{'une-halle-qui-rouvre/' * 6}"
    file.write_text(file.read_text("utf-8").replace("---\n", f"---\nurl: {url}\n", 1), "utf-8")
    return root


def on_a_terminal(*arguments: str | Path, columns: int = 80, **environment: str) -> str:
    """What a terminal of so many columns gets to see."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    clean = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    script = "from corpus.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=theirs,
        stderr=theirs,
        env={**clean, "PYTHONUTF8": "1", **environment},
    ):
        os.close(theirs)
        read = bytearray()
        try:
            while block := os.read(ours, 1 << 16):
                read += block
        except OSError:  # how Linux says that nobody writes any more
            pass
        os.close(ours)
    return read.decode()


SHOW = ("show", "exemple/2024-03-12-une-halle", "--layers", "none", "--root")


@pytest.mark.slow
def test_only_a_terminal_that_wants_colour_gets_it(example: Path, command: Run) -> None:
    assert COLOUR.search(on_a_terminal(*SHOW, example))
    assert not COLOUR.search(on_a_terminal(*SHOW, example, NO_COLOR="1"))
    assert not COLOUR.search(on_a_terminal(*SHOW, example, CLICOLOR="0"))
    assert COLOUR.search(on_a_terminal(*SHOW, example, NO_COLOR=""))
    assert not COLOUR.search(command(*SHOW, example).stdout)
    assert not COLOUR.search(on_a_terminal("show", "exemple/rien", "--root", example, NO_COLOR="1"))  # a problem


def test_a_title_has_the_colour_that_the_terminal_gives_to_text(example: Path) -> None:
    shown = on_a_terminal(*SHOW, example)
    assert "\x1b[1mÀ Bréhac" in shown
    assert "\x1b[97m" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_an_article_fits_the_terminal(example: Path, command: Run, columns: int) -> None:
    shown = COLOUR.sub("", on_a_terminal(*SHOW, example, columns=columns)).splitlines()
    assert max(map(len, shown)) <= min(columns, 101)
    assert max(map(len, shown)) > min(columns, 101) - 15
    told = COLOUR.sub("", on_a_terminal(*SHOW, example, columns=columns, COLUMNS="70")).splitlines()
    assert max(map(len, told)) <= 70
    assert max(map(len, command(*SHOW, example).stdout.splitlines())) <= 80


def test_what_layers_found_fits_the_terminal() -> None:
    from corpus.cli.article_view import _listed

    long = "la Société d’exploitation et de restauration des vieilles halles de Bretagne occidentale"
    speaker = {"speaker_text": long, "speaker_name": "Odile Ferrand", "cue_text": "a déclaré"}
    quotation = {"kind": "direct", "text": f"Nous rouvrons {long}", **speaker}
    entity = {"entity": "e0", "type": "ORG", "text": long, "name": f"{long} et d’ailleurs", "link": ""}
    time = {"kind": "date", "text": "le mardi qui suivit la réouverture de la halle", "value": "2024-03-12"}
    found = {
        "quotations": [quotation],
        "entities": [entity],
        "times": [{**time, "earliest": None}],
    }
    lines = [COLOUR.sub("", line) for line in _listed(found, 67)]
    assert max(map(len, lines)) <= 80
    words = " ".join(" ".join(lines).split())
    assert f"{long} = Odile Ferrand (a déclaré)" in words
    assert f"ORG {long} et d’ailleurs x1 also {long}" in words


def test_every_command_is_summed_up_whole_at_80_columns(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = command("--help").stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert len(lines) == 14
    assert [line for line in lines if not line.endswith(".") or line.endswith("..") or len(line) > 80] == []


def test_progress_counts_records_and_knows_of_how_many_where_that_can_be_known(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {"raw/a/source.yaml": source_yaml("text"), "raw/a/mal.txt": "rien"}
    root = make_corpus(tmp_path / "c", files | {f"raw/a/{number:04}.txt": text_record(number) for number in range(99)})
    told: list[tuple[str, int, int | None]] = []
    report = pipeline.build(root, tmp_path / "out", progress=lambda *word: told.append(word))
    files_made = len([one for one in (report.manifest or {})["files"] if one["path"].startswith("data/")])
    assert told[:3] == [("records read", 0, 100), ("records read", 100, 100), ("records read", 100, 100)]
    assert told[3] == ("files written", 0, files_made)
    assert told[-1] == ("files written", files_made, files_made)
    told.clear()
    (root / "raw/b").mkdir()
    (root / "raw/b/source.yaml").write_text(source_yaml("jsonl"))
    (root / "raw/b/2023.jsonl").write_text("{}\n{}\n")
    check.check(root, progress=lambda *word: told.append(word))
    assert told == [("records read", done, None) for done in (0, 100, 102)] + [("records read", 102, 102)]


def test_where_layers_run_progress_moves_every_few_dozen_articles(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {"raw/a/source.yaml": source_yaml("text")}
    root = make_corpus(tmp_path / "c", files | {f"raw/a/{number:04}.txt": text_record(number) for number in range(150)})
    told: list[int] = []
    pipeline.build(root, tmp_path / "out", layers=["quality"], progress=lambda _, done, __: told.append(done))
    assert told[:5] == [0, 62, 124, 150, 150]


def test_a_terminal_sees_how_many_records_are_read(example: Path, tmp_path: Path) -> None:
    shown = on_a_terminal("build", "--root", example, "--out", tmp_path / "out", "--layers", "none")
    assert "records read:   0%" in shown
    assert "0/1 [" in shown


@pytest.mark.slow
def test_the_command_that_init_names_next_builds_the_example_with_layers(tmp_path: Path, command: Run) -> None:
    root = tmp_path / "ma presse"
    made = command("init", root, "--example").stdout
    name, *words = shlex.split(made.splitlines()[-1].removeprefix("next: "))
    assert name == "corpus"
    built = command(*words)
    assert built.returncode == 0
    assert "  quotations  " in built.stdout
    assert "no layers ran" not in built.stdout
    assert (root / "build/preview/MANIFEST.json").is_file()


def test_layers_are_off_in_a_new_corpus_where_what_they_need_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)  # how Python says that there is none
    init.init(tmp_path / "presse")
    assert read_settings(tmp_path / "presse").layers == ()
    assert "\n# layers = [" in (tmp_path / "presse/corpus.toml").read_text("utf-8")
    assert _without_layers(Report({}, (), manifest={"layers": {}})).startswith(
        "no layers ran: pip install 'annotated-corpus[layers]', then name them in corpus.toml"
    )
    monkeypatch.undo()
    init.init(tmp_path / "autre")
    assert read_settings(tmp_path / "autre").layers == NAMES


@pytest.mark.slow
def test_a_build_says_that_no_layers_ran_unless_that_was_asked_for(
    tmp_path: Path, command: Run, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": text_record(1)})
    told = 'no layers ran: name them in corpus.toml (layers = ["sentences", "entities", ...])\n'
    assert told in command("build", "--root", root, "--out", tmp_path / "out").stdout
    assert told in command("release", "--root", root, "--out", tmp_path / "1.0.0", "--previous", "none").stdout
    assert "layers" not in command("build", "--root", root, "--out", tmp_path / "out", "--layers", "none").stdout


def test_no_message_names_a_file_that_only_this_repository_has(repository: Path) -> None:
    texts = {file: file.read_text("utf-8") for file in (repository / "src/corpus").rglob("*.py")}
    texts |= {file: file.read_text("utf-8") for file in (repository / "schema").glob("*.md")}
    assert [file.name for file, text in texts.items() if "CONTRIBUTING" in text or ".github" in text] == []


def test_an_extra_that_is_missing_is_said_once(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str]
) -> None:
    page = "<html><body><h1>Titre</h1><p>Texte.</p></body></html>"
    pages = {f"raw/pages/2024-03-{number:02}-a.html": page for number in range(1, 13)}
    root = make_corpus(tmp_path / "c", {"raw/pages/source.yaml": source_yaml("html"), **pages})
    checked = without("trafilatura", "check", "--root", root)
    assert checked.returncode == 1
    assert checked.stdout == "12 raw records: 1 problem in 12 of them\n"
    assert checked.stderr.count("extra-missing") == 1
    assert "(12 records)\n" in checked.stderr
    without("trafilatura", "build", "--root", root, "--out", tmp_path / "out")
    assert (tmp_path / "out.rejects.jsonl").read_text("utf-8").count('"extra-missing"') == 12


def without(library: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command line where a library is not installed."""
    script = f"import sys; sys.modules[{library!r}] = None; from corpus.cli import main; main()"
    words = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)


def test_settings_with_several_mistakes_are_told_all_of_them(tmp_path: Path, make_corpus: Make) -> None:
    source = """name: Essai
language: français
licence: CC-BY-9
redistribution: full
shape: text
date: 2024-02-30
fields: {chapo: chapeau}
adresse: https://exemple.example/
"""
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source, "raw/a/1.txt": "x"})
    found = {(problem.path, problem.rule) for problem in check.check(root).problems}
    assert found == {
        ("$.language", "field-invalid"),
        ("$.licence", "licence-unknown"),
        ("$.date", "date-impossible"),
        ("$.fields.chapo", "field-unknown"),
        ("$.adresse", "field-unknown"),
    }
    wrong = 'nom = "essai"\n[splits]\ntrain = 0.5\n[dates]\nearliest = "2024-02-30"\nlatest = "2024-02-31"\n'
    (root / "corpus.toml").write_text(wrong, "utf-8")
    with pytest.raises(CorpusError) as raised:
        read_settings(root)
    said = {problem.path for problem in raised.value.problems}
    assert said == {"$.name", "$.nom", "$.splits", "$.dates.earliest", "$.dates.latest"}


@pytest.mark.skipif(os.name != "posix", reason="no SIGINT to send")
def test_who_stops_a_build_is_told_what_stays(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {f"raw/a/{number:04}.txt": text_record(number) for number in range(100)}
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), **files})
    module = """import os, signal
from corpus.annotate.layer import Layer
seen = []
def annotate(reading):
    seen.append(1)
    if len(seen) == 80:
        os.kill(os.getpid(), signal.SIGINT)
    return ()
LAYER = Layer("quality", "9", annotate, lambda _: [{"letter_share": 0.5}], columns=("letter_share",))
"""
    (tmp_path / "couche.py").write_text(module, "utf-8")
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from corpus.cli import main; main()"
    out = tmp_path / "out"
    words = ["build", "--root", str(root), "--out", str(out), "--workers", "1", "--layers", "couche:LAYER"]
    stopped = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)
    assert stopped.returncode == 130
    [line] = stopped.stderr.splitlines()
    assert f"{out}.partial holds what was finished: the same command goes on from there" in line
    assert out.with_name("out.partial").is_dir()
    assert not out.exists()


def test_ctrl_c_ends_worker_processes_at_once() -> None:
    with local.local(2) as pool:
        assert pool is not None
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_DFL


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
