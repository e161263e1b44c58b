"""A manifest may be anything: it is read, or refused in words, and nothing behind it meets a value of another type."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.explore import stats
from corpus.model.problem import CorpusError
from corpus.release import diff, history
from corpus.release.read.manifest import parse_manifest
from corpus.release.read.reader import open_release
from corpus.verify.verify import verify

INSTEAD = (None, 0, -1, True, 1.5, "", "x", [], [None], {}, {"x": None}, 10**30)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a JSON value."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield from _places(one, (*path, name))


@pytest.mark.parametrize("seed", range(12))
def test_a_value_of_another_type_at_any_place_is_no_traceback(seed: int, mixed_release: Path, tmp_path: Path) -> None:
    release = tmp_path / "release"
    shutil.copytree(mixed_release, release)
    sound = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    draw = random.Random(seed)
    for _ in range(6):
        manifest = json.loads(json.dumps(sound))
        *above, last = draw.choice([place for place in _places(sound) if place])
        at = manifest
        for name in above:
            at = at[name]
        at[last] = draw.choice(INSTEAD)
        (release / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
        for work in (verify, stats.of_release, history.read, lambda where: diff.diff(*[open_release(where)] * 2)):
            try:
                work(release)
            except CorpusError as error:
                assert error.problems[0].found, (above, last, at[last])  # noqa: PT017  # either outcome is one


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"[" * 200_000, "nested without end"),
        (b'{"version": ' + b"9" * 5000 + b"}", "4300 digits"),
        (b"null", "no JSON object"),
        (b"{}", "$.version is missing"),
        (b"\xff", "utf-8"),
        (b'{"version": "1.0.0", "tables": null, "files": []}', "$.tables is no object"),
        (b'{"version": "1.0.0", "tables": {"a": {"b": null}}, "files": []}', "$.tables.a.b is of another type"),
        (b'{"version": "../x", "tables": {}, "files": []}', "no X.Y.Z"),
    ],
    ids=range(8),
)
def test_what_is_no_manifest_says_why(content: bytes, found: str) -> None:
    with pytest.raises((ValueError, TypeError)) as raised:
        parse_manifest(content)
    assert found in str(raised.value)
