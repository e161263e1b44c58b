"""What runs on a change runs code that nobody can exchange, with no more rights than it needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).parents[1] / ".github" / "workflows").glob("*.yaml"))


@pytest.fixture(params=WORKFLOWS, ids=lambda file: file.stem)
def workflow(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """A workflow as text and as what it says."""
    text = request.param.read_text("utf-8")
    return text, yaml.safe_load(text)


@pytest.fixture
def check() -> dict[str, Any]:
    """What the workflow says that runs on a pull request."""
    said: dict[str, Any] = yaml.safe_load((WORKFLOWS[0].parent / "pull-request.yaml").read_text("utf-8"))
    return said


def test_an_action_is_named_by_its_whole_commit_and_says_its_version(workflow: tuple[str, dict[str, Any]]) -> None:
    text, _ = workflow
    used = re.findall(r"uses: (.+)", text)
    assert used
    for one in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", one), one
    assert len({one.partition("@")[0] for one in used}) == len(set(used)), "one version of each action"


def test_a_job_may_read_and_no_more_and_keeps_no_token_on_disk(workflow: tuple[str, dict[str, Any]]) -> None:
    _, said = workflow
    assert said["permissions"] == {}
    assert "pull_request_target" not in said[True]  # `on`, as YAML reads it
    for name, job in said["jobs"].items():
        if name == "deploy":  # it runs nothing of this repository
            assert job["permissions"] == {"pages": "write", "id-token": "write"}
            assert [step["uses"].partition("@")[0] for step in job["steps"]] == ["actions/deploy-pages"]
            assert "pull_request" not in said[True]
            continue
        assert job["permissions"] == {"contents": "read"}
        checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
        assert [step["with"]["persist-credentials"] for step in checkouts] == [False]


def test_a_run_ends_by_itself_and_an_older_one_is_stopped(workflow: tuple[str, dict[str, Any]]) -> None:
    _, said = workflow
    assert all(0 < job["timeout-minutes"] <= 60 for job in said["jobs"].values())
    assert said["concurrency"]["cancel-in-progress"] is True


def test_a_push_to_main_stops_no_other_check(check: dict[str, Any]) -> None:
    assert "pull_request.number || github.sha" in check["concurrency"]["group"]


def test_the_code_is_tested_by_every_python_that_the_package_says(check: dict[str, Any]) -> None:
    job = check["jobs"]["code"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    [setup] = [step for step in job["steps"] if step.get("id") == "python"]
    assert setup["with"]["python-version"] == "${{ matrix.python }}"
    [run] = [step for step in job["steps"] if "run" in step]
    interpreter = "${{ steps.python.outputs.python-path }}"  # what scripts/environment reads
    assert run["env"] == {
        "PYTHON": interpreter,
        "CORPUS_CHROMIUM": "google-chrome",
    }  # of the machine; it has to be there
