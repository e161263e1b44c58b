"""Markdown: what its marks mean, what is no prose, and front matter that says where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.curate.check import check
from corpus.files.strict_yaml import read_yaml
from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem
from corpus.parse.shapes.markdown import parse
from corpus.raw.config import Source
from corpus.raw.records import Record

SOURCE = Source(
    id="essai",
    name="Essai",
    language="fr",
    licence="CC0-1.0",
    redistribution="full",
    shape="markdown",
    fields={"titre": "title"},
)


def read(body: str, front: str = "title: La halle\ndate: 2023-03") -> Draft:
    content = f"---\n{front}\n---\n\n{body}\n"
    return parse(content, Record("raw/essai/a.md", 0, 0, content.encode()), SOURCE)


def refused(body: str, front: str = "title: La halle\ndate: 2023-03") -> Problem:
    with pytest.raises(CorpusError) as error:
        read(body, front)
    [problem] = error.value.problems
    return problem


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Les citoyen*ne*s et l’habitant*e du quai", "Les citoyen*ne*s et l’habitant*e du quai"),
        ("Un calcul a*b*c, et 2*3*4", "Un calcul a*b*c, et 2*3*4"),
        ("Les client**e**s", "Les client**e**s"),
        ("La *Gazette* du **quai**, *dit*-elle", "La Gazette du quai, dit-elle"),
        ("**L**e quai", "Le quai"),
        ("On t’aime <3, si a < b, par <Kerbihan> et AT&T", "On t’aime <3, si a < b, par <Kerbihan> et AT&T"),
        ("La balise `<br>`, le mot `halle`", "La balise `<br>`, le mot halle"),
        ("Voir <https://exemple.fr/quai>", "Voir https://exemple.fr/quai"),
    ],
)
def test_marks_are_resolved_but_within_a_word_they_are_its_own(written: str, said: str) -> None:
    assert [block.text for block in read(written).blocks] == [said]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("La halle.\n\n<div>\nUn encadré.\n</div>", 8),
        ("La halle.\n\n<!-- un mot -->\n\nLa suite.", 8),
        ("La halle\nest <em>repeinte</em>.", 7),
        ("La halle <!-- un mot --> rouvre.", 6),
        ("La halle.\n\n| Liste | Voix |\n|---|---|\n| A | 12 |", 8),
        ("La halle.\n\n```\ncode\n```", 8),
    ],
)
def test_what_is_no_prose_is_refused_at_its_line(body: str, line: int) -> None:
    problem = refused(body)
    assert (problem.rule, problem.line) == ("markdown-unexpected", line)


@pytest.mark.parametrize(
    ("front", "line", "hint"),
    [
        ("date: 2023\ntitle: Procès #MeToo à Lanvern", 3, "title: 'Procès #MeToo à Lanvern'"),
        ("title: a\nstandfirst: Vague # 1 de l'été", 3, "standfirst: 'Vague # 1 de l''été'"),
        ("title: a\nauthors:\n  - Ana #1", 4, "- 'Ana #1'"),
        ('title: "On rouvre l\'école", dit la maire', 2, "title: '\"On rouvre l''école\", dit la maire'"),
        ("date: 2023\ntitle: La halle : enfin", 3, "title: 'La halle : enfin'"),
        ("title: @quai rouvre", 2, "title: '@quai rouvre'"),
    ],
)
def test_a_value_that_yaml_cuts_or_refuses_gets_a_line_that_works(front: str, line: int, hint: str) -> None:
    problem = refused("La halle rouvre.", front)
    assert (problem.rule, problem.line, problem.hint) == ("yaml-invalid", line, f"write: {hint}")
    assert read_yaml(hint, "a.yaml")


@pytest.mark.parametrize(
    "front",
    ["# un mot\ntitle: a\ndate: 2023", 'title: "Le #quai" # un mot', "title: a#b\nurl: http://a.fr/#b"],
)
def test_comments_that_cut_nothing_are_comments(front: str) -> None:
    assert read("La halle rouvre.", front).title


def test_in_settings_a_comment_may_stand_behind_a_value() -> None:
    assert read_yaml("licence: CC0-1.0 # see their terms", "source.yaml") == {"licence": "CC0-1.0"}
    with pytest.raises(CorpusError, match="#1"):
        read_yaml("name: La Gazette #1", "source.yaml")


@pytest.mark.parametrize(
    ("front", "path", "line"),
    [
        ("date: 2023\nautors: Ana Roux\ntitle: La halle", "$.autors", 3),
        ("date: 2023\ntitre: La halle\nurl: kerbihan", "$.url", 4),
        ("date: 2023\n\ntitre: ''", "$.title", 4),
        ("date: 2023", "$.title", 1),
    ],
)
def test_a_problem_of_a_field_says_its_line(front: str, path: str, line: int) -> None:
    problem = refused("La halle rouvre.", front)
    assert (problem.path, problem.line) == (path, line)


def test_a_problem_that_a_rule_finds_says_its_line_too(make_corpus: Callable[..., Path], tmp_path: Path) -> None:
    body = "La halle de Kerbihan rouvre, a dit la maire de la commune devant les habitants."
    root = make_corpus(
        tmp_path,
        {
            "raw/essai/source.yaml": "name: E\nlanguage: fr\nlicence: CC0-1.0\nredistribution: full\nshape: markdown\n",
            "raw/essai/a.md": f"---\ntitle: La halle\n# un mot\ndate: 12/03/2023\n---\n\n{body}\n",
            "raw/essai/b.md": f"---\ntitle: La halle &amp; le quai\ndate: 2023\n---\n\n{body}\n",
            "raw/essai/c.md": f"---\ntitle: La halle\ndate: 2023\n---\n\n{body} […]\n",
        },
    )
    found = [(one.file[-4:], one.rule, one.line) for refusal in check(root).rejected for one in refusal.problems]
    assert found == [("a.md", "date-ambiguous", 4), ("b.md", "text-markup", 2), ("c.md", "article-truncated", 6)]
