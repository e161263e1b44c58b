"""The real command line, and pieces of Python, as work in forks of one process that has loaded what commands need."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from helpers.forks import Ended, Forks
from helpers.worlds import WORLDS

LOADED = (
    *("jsonschema", "matplotlib.figure", "corpus.annotate.metrics", "corpus.build.pipeline", "corpus.cli"),
    *("corpus.curate.add", "corpus.curate.evaluate", "corpus.curate.lookup", "corpus.curate.rehydrate.rehydrate"),
    *("corpus.publish.publish", "corpus.release.diff", "corpus.verify.reproduce", "corpus.verify.verify"),
    *("corpus.parse.shapes.markdown", "cryptography.hazmat.primitives.serialization", "pandas", "pyarrow.dataset"),
)


def run(
    forks: Forks, *words: str | Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A command that ran, with this environment or that of this process, in the folder where this process is."""
    line = [os.fspath(word) for word in words]
    ended = forks.run(asked(environment, words=line))
    return subprocess.CompletedProcess(line, ended.code, ended.out, ended.err)


def answer(forks: Forks, code: str, environment: Mapping[str, str]) -> Any:
    """What ``answer`` is after this code."""
    ended: Ended = forks.run(asked(environment, code=code))
    assert ended.code == 0, ended.err
    return ended.answer


def asked(environment: Mapping[str, str] | None = None, **what: Any) -> dict[str, Any]:
    """A piece of work in this environment: ``words`` of a command, in a ``world`` where one is named, or ``code``."""
    env = {**(os.environ if environment is None else environment), "PYTHONUTF8": "1"}
    return {"env": env, "cwd": os.getcwd(), **what}  # noqa: PTH109  # which may be gone


def load() -> None:
    """Have the modules loaded that commands need, but for those that read their environment once for all."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # as the command line does before it needs Arrow
    for name in LOADED:
        importlib.import_module(name)
    from corpus.annotate import LAYERS, choose
    from corpus.annotate.engine import engine

    engine()  # which reads its weights
    choose(LAYERS)


def work(given: dict[str, Any], _end: Callable[..., None]) -> Any:
    """Run the command, or the code, whose answer it is."""
    os.chdir(given["cwd"])
    os.environ.clear()
    os.environ.update(given["env"])
    if "code" in given:
        names: dict[str, Any] = {}
        exec(given["code"], names)  # noqa: S102  # of a test
        return names["answer"]
    WORLDS[given.get("world", "the world as it is")]()
    command(given["words"])
    return None


def command(words: list[str]) -> None:
    """Run a command in this process, which it ends."""
    from corpus.cli import main

    sys.argv = ["corpus", *words]
    main(prog_name="corpus")
