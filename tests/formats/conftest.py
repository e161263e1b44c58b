"""Releases that exports are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.annotate import LAYERS
from corpus.build import pipeline
from helpers.articles import make_corpus, source_yaml

ARTICLE = """date 2023-03-14 Le phare 🗼 de Pen-Hir rouvre

Odile Ferrand, maire de Camaret, a annoncé mardi la réouverture du phare de Pen-Hir. « Nous avons tenu le calendrier »,
a déclaré Odile Ferrand. L'Union des riverains s'en réjouit.

Selon Maël Trividic, le chantier a duré deux ans. « C’est 🙂 fini. On rouvre », a dit l’architecte le 3 mars 2023.

Photo : Solenn Quéméneur / Agence Hexa
"""


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A preview of one invented article with all layers; emoji stand in its title and text."""
    folder = tmp_path_factory.mktemp("formats")
    files = {
        "corpus.toml": 'name = "essai"\n[splits]\ntrain = 1.0\n',
        "raw/a/source.yaml": source_yaml("text"),
        "raw/a/1.txt": ARTICLE,
    }
    report = pipeline.build(make_corpus(folder / "corpus", files), folder / "release", layers=tuple(LAYERS))
    assert report.total("published") == 1
    return folder / "release"
