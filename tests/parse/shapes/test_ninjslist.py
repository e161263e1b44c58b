"""Files of many items of ninjs: each is an article of its own, in whatever the file wraps them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus.curate import add
from corpus.curate.add import NewSource, Proposal
from corpus.parse.shapes import json as json_shape
from corpus.parse.shapes import ninjslist

pytest.importorskip("lxml", reason="a body in HTML needs the extra html")

BODY = "<p>La criée de Bréhac rouvre lundi, a dit le maire.</p><p>Les pêcheurs l’attendaient depuis mars.</p>"


def item(number: int, **more: object) -> dict[str, Any]:
    """An item."""
    return {
        "uri": f"urn:hexa:{number}",
        "type": "text",
        "pubstatus": "usable",
        "versioncreated": f"2024-03-0{number}T08:00:00Z",
        "headline": f"La criée rouvre, {number}",
        "body_html": BODY.replace("lundi", f"lundi {number}"),
        **more,
    }


@pytest.fixture
def proposed(
    tmp_path: Path, make_corpus: Callable[[Path, Mapping[str, str]], Path]
) -> Callable[[object], tuple[Proposal, list[str]]]:
    """The source that a file of this content makes, and the rules that its articles break."""

    def propose(content: object) -> tuple[Proposal, list[str]]:
        root = make_corpus(tmp_path / "corpus", {})
        file = tmp_path / "export.json"
        file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        proposal = add.propose(root, [file], NewSource("a", "fr", "LicenseRef-x", "full"))
        return proposal, [problem.rule for problem in add.add_new(root, proposal, dry_run=True).problems]

    return propose


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda items: items,
        lambda items: {"items": items},
        lambda items: {"_items": items, "_meta": {"total": 3}, "_links": {}},
    ],
)
def test_each_item_of_a_file_is_an_article(
    proposed: Callable[[object], tuple[Proposal, list[str]]], wrapped: Callable[[list[dict[str, Any]]], object]
) -> None:
    items = [item(1), item(2, pubstatus="withheld"), item(3, source="Agence Hexa", authors=[{"name": "Maël Kerguidu"}])]
    proposal, rules = proposed(wrapped(items))
    assert proposal.source.shape == "ninjslist"
    [contribution] = proposal.contributions
    assert [one.title for one in contribution.articles] == ["La criée rouvre, 1", "La criée rouvre, 3"]
    assert [one.naming.publication for one in contribution.articles] == ["", "Agence Hexa"]
    assert [one.date for one in contribution.articles] == ["2024-03-01T08:00:00Z", "2024-03-03T08:00:00Z"]
    assert rules == ["ninjs-not-usable"]


def test_a_new_source_leaves_out_what_no_article_needs(
    proposed: Callable[[object], tuple[Proposal, list[str]]],
) -> None:
    strange = {"wordcount": "12", "place": [{"qcode": "BZH"}], "maison": 1, "embargoed": None, "priority": 6}
    for content in (item(1, **strange), [item(1, **strange), item(2)]):
        proposal, rules = proposed(content)
        assert rules == []
        assert set(proposal.settings["left_out"]) == {"wordcount", "qcode", "maison"}


def test_what_is_no_list_of_items_is_not_seen() -> None:
    answer = [{"uri": "nyt://1", "headline": "La criée rouvre", "text": "Elle rouvre lundi.", "date": "2024-03-05"}]
    for content in (item(1), answer, {"uri": 1}, [], 12):
        assert ninjslist.seen(json.dumps(content).encode()) == 0
    assert ninjslist.seen(json.dumps([item(1), item(2)]).encode()) == 2
    assert json_shape.seen(json.dumps([item(1)]).encode()) == 0
    assert json_shape.seen(json.dumps(answer).encode()) == 1
