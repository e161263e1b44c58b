"""The real command line as work in forks of one process that has loaded what commands need."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from helpers.forks import Forks

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
    given = {
        "words": [os.fspath(word) for word in words],
        "env": {**(os.environ if environment is None else environment), "PYTHONUTF8": "1"},
        "cwd": os.getcwd(),  # noqa: PTH109  # which may be gone
    }
    ended = forks.run(given)
    return subprocess.CompletedProcess(given["words"], ended.code, ended.out, ended.err)


def load() -> None:
    """Have the modules loaded that commands need, but for those that read their environment once for all."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # as the command line does before it needs Arrow
    for name in LOADED:
        importlib.import_module(name)
    from corpus.annotate import LAYERS, choose
    from corpus.annotate.engine import engine

    engine()  # which reads its weights
    choose(LAYERS)


def work(given: dict[str, Any], _end: Callable[..., None]) -> None:
    """Run the command."""
    os.chdir(given["cwd"])
    os.environ.clear()
    os.environ.update(given["env"])
    command(given["words"])


def command(words: list[str]) -> None:
    """Run a command in this process, which it ends."""
    from corpus.cli import main

    sys.argv = ["corpus", *words]
    main(prog_name="corpus")
