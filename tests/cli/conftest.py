"""A corpus for the commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.curate import init


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus as init makes it, its address made long."""
    root = tmp_path_factory.mktemp("example") / "presse"
    init.init(root, example=True)
    [file] = root.glob("raw/exemple/*.md")
    url = f"https://exemple.example/{'une-halle-qui-rouvre/' * 6}"
    file.write_text(file.read_text("utf-8").replace("---\n", f"---\nurl: {url}\n", 1), "utf-8")
    return root
