"""Publications, and commands that ask a Hub, as work in forks of one process that has imported all they need."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from helpers import commands


def load() -> None:
    """Have all modules loaded, and nobody wait."""
    from corpus.publish import folder, hub, hub_purge, hub_repository, purge  # noqa: F401

    for name in commands.LOADED:
        importlib.import_module(name)
    names = ("datasets", "huggingface_hub.hf_api", "encodings.idna", "corpus.release.read.load")
    for name in names:  # the environment that they read is that of this process
        importlib.import_module(name)
    hub_repository.WAITS = (0.02, 0.05, 0.1)


def work(given: dict[str, Any], end: Callable[..., None]) -> Any:
    """What a command, a piece of Python or a task does.

    A task is ``{"what": "publish" | "purge", "release": folder, "to": place, "token": token, "options": {...}}``, and
    its answer ``{"done": ...}`` or ``{"rule", "said"}``.
    """
    if "env" in given:
        return commands.work(given, end)
    from corpus.model.problem import CorpusError
    from corpus.publish import publish, purge

    os.environ["HF_TOKEN"] = given["token"]
    if "pid" in given:
        Path(given["pid"]).write_text(str(os.getpid()), "utf-8")
    # releases that only differ: whether they are sound is no matter of sending them
    done: Any = partial(publish.publish, prove=lambda _: ()) if given["what"] == "publish" else purge.purge
    try:
        return {"done": asdict(done(Path(given["release"]), given["to"], **given.get("options", {})))}
    except CorpusError as error:
        return {"rule": error.problems[0].rule, "said": str(error)}
