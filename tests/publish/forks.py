"""Runs publications in forks of one process that has imported everything: a line of tasks in, a line of answers out.

A line is ``{"tasks": [...], "at_once": number}``, a task
``{"what": "publish" | "purge", "release": folder, "to": place, "token": token, "options": {...}}``.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import huggingface_hub
import pyarrow.parquet

from corpus.model.problem import CorpusError
from corpus.publish import folder, hub, hub_purge, hub_repository, publication, publish, purge

LOADED = (huggingface_hub.HfApi, pyarrow.parquet, folder, hub, hub_purge, purge, publication)
hub_repository.WAITS = (0.02, 0.05, 0.1)


def answer(task: dict[str, Any]) -> dict[str, Any]:
    os.environ["HF_TOKEN"] = task["token"]
    if "pid" in task:
        Path(task["pid"]).write_text(str(os.getpid()), "utf-8")
    # releases that only differ: whether they are sound is no matter of sending them
    work: Any = partial(publish.publish, prove=lambda _: ()) if task["what"] == "publish" else purge.purge
    try:
        return {"done": asdict(work(Path(task["release"]), task["to"], **task.get("options", {})))}
    except CorpusError as error:
        return {"rule": error.problems[0].rule, "said": str(error)}


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(answers_of(asked["tasks"], asked["at_once"])), flush=True)  # noqa: T201  # a line is the answer


def answers_of(tasks: list[dict[str, Any]], at_once: int) -> list[dict[str, Any]]:
    """What the tasks answer, in their order."""
    answers: list[dict[str, Any]] = [{} for _ in tasks]
    waiting = list(enumerate(tasks))
    running: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as place:
        while waiting or running:
            while waiting and len(running) < at_once:
                number, task = waiting.pop(0)
                child = os.fork()
                if not child:
                    try:
                        Path(place, str(number)).write_text(json.dumps(answer(task)), "utf-8")
                    finally:
                        sys.stderr.flush()
                        os._exit(0)
                running[child] = number
            child, status = os.wait()
            number = running.pop(child)
            if os.WIFSIGNALED(status):
                answers[number] = {"signal": os.WTERMSIG(status)}
            else:
                file = Path(place, str(number))
                answers[number] = json.loads(file.read_text("utf-8")) if file.exists() else {"rule": "crash"}
    return answers


if __name__ == "__main__":
    main()
