"""The stylesheet: contrast AA of all its colours in light and in dark, no colour beside them, and few lines."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "src" / "corpus" / "web"
STYLE = (WEB / "static" / "style.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)
PAIRS = {name: shades for name, *shades in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", RULES)}
GROUNDS = [name for name in PAIRS if name in ("page", "raised") or name.startswith("ground-")]
WORDS = [name for name in PAIRS if name not in (*GROUNDS, "edge", "line")]
SCHEMES = ("light", "dark")


def luminance(shade: str) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str, scheme: str) -> float:
    """The contrast of two custom properties in light or in dark."""
    low, high = sorted(luminance(PAIRS[name][SCHEMES.index(scheme)]) for name in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert (luminance("#ffffff") + 0.05) / (luminance("#000000") + 0.05) == pytest.approx(21)
    assert (luminance("#ffffff") + 0.05) / (luminance("#777777") + 0.05) == pytest.approx(4.48, abs=0.005)


def test_the_colours_that_parts_share_are_there() -> None:
    shared = ["per", "loc", "org", "misc", "time", "quote", "cue", "speaker", "muted", "accent", "bad", "good", "text"]
    assert set(WORDS) == set(shared)
    assert len(GROUNDS) == 5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_of_every_colour_can_be_read_on_every_ground(scheme: str) -> None:
    weak = {
        (word, ground): round(found, 2)
        for word, ground in product(WORDS, GROUNDS)
        if (found := contrast(word, ground, scheme)) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("scheme", SCHEMES)
def test_controls_and_marks_can_be_told_from_every_ground(scheme: str) -> None:
    assert min(contrast("edge", ground, scheme) for ground in GROUNDS) >= 3
    assert min(contrast("page", button, scheme) for button in ("accent", "text")) >= 4.5


def test_colours_are_those_of_the_head_alone() -> None:
    beside = re.sub(r"light-dark\([^)]*\)", "", RULES)
    assert set(re.findall(r"#[0-9a-f]{3,8}\b(?=[^{}]*\})|\b(?:rgba?|hsla?|oklch)\(", beside)) <= {"#ffffff"}  # of paper


def test_every_custom_property_that_is_used_is_defined() -> None:
    defined = set(re.findall(r"(--[\w-]+):", RULES))
    assert set(re.findall(r"var\((--[\w-]+)\)", RULES)) <= defined


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert not re.search(r"url\(|@import|@font-face|expression\(", RULES)


def test_all_can_be_read_in_one_sitting() -> None:
    assert len(STYLE.splitlines()) < 500
    assert max(map(len, STYLE.splitlines())) <= 260
    templates = {file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in WEB.rglob("*.html")}
    assert max(templates.values()) <= 200, templates


def test_every_class_of_the_stylesheet_is_used() -> None:
    files = [*WEB.rglob("*.html"), *WEB.rglob("*.js"), *WEB.rglob("*.py")]
    said = " ".join(file.read_text(encoding="utf-8") for file in files)
    classes = set(re.findall(r"\.([a-z][\w-]*)(?=[^{}]*\{)", RULES)) - {f"s{number}" for number in range(1, 7)}
    unused = {name for name in classes if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said)}
    assert not unused


def test_motion_is_for_those_who_want_it() -> None:
    moving = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", "", RULES)
    assert not re.search(r"transition|animation|scroll-behavior: smooth", moving)
