"""The checks of pages see what is wrong with one."""

from __future__ import annotations

import pytest

from helpers.markup import faults

PAGE = '<!doctype html>\n<html lang="fr"><head><title>T</title></head><body><main><h1>H</h1>{}</main></body></html>'


def test_a_sound_page_has_no_fault() -> None:
    sound = '<h2 id="a">A</h2><p aria-labelledby="a">x<br>é 👩‍👩‍👧</p><label>L <input name="i"></label>'
    sound += '<svg aria-hidden="true"><g/></svg>'
    assert faults(PAGE.format(sound)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("<p>a", "</main> of line 2 closes <p> of line 2"),
        ("<b><i>x</b></i>", "closes <i>"),
        ("</section>", "closes <main>"),
        ("<div/>", "no such end outside of SVG"),
        ("<p id=a>x</p><p id=a>x</p>", "'a' stands more than once"),
        ('<p class="a" class="b">x</p>', "has an attribute twice"),
        ('<p aria-describedby="b">x</p>', "names 'b', which is not there"),
        ('<a href="#b">x</a>', "names 'b', which is not there"),
        ("<h3>x</h3>", "level 3 follows one of level 1"),
        ("<h1>x</h1>", "there is not one <h1>"),
        ("<nav>x</nav><nav>y</nav>", "2 <nav> have the same name"),
        ('<p onclick="x()">x</p>', "would run"),
        ('<p style="color: red">x</p>', "would run or be a style"),
        ('<a href="javascript:x()">x</a>', "would run"),
        ("<script>x()</script>", "stands in the page, and not in a file"),
        ('<p tabindex="3">x</p>', "changes the order of the keyboard"),
        ("<p>x<ul><li>y</li></ul></p>", "stands in a <p>"),
        ("<a href='/'>x <button>y</button></a>", "clicked itself"),
        ("<ul><p>x</p></ul>", "<p> of line 2 stands in <ul>"),
        ("<table><tr><th>x</th></tr></table>", "of what it is the heading"),
        ("<img src='/x'>", "has no alt"),
        ("<button></button>", "has no name"),
        ("<span aria-label='x'>y</span>", "no role with which it would be said"),
        ("<input name='x'>", "has no label"),
        ("<svg><g/></svg>", "has no role with a name"),
    ],
)
def test_a_fault_is_said(wrong: str, said: str) -> None:
    assert any(said in one for one in faults(PAGE.format(wrong)))


def test_a_page_says_its_language_and_begins_as_one() -> None:
    found = faults("<html><body><main><h1>x</h1></main></body></html>")
    assert {"the page does not begin as HTML", "the page does not say its language", "there is not one <title>"} <= {
        *found
    }
