"""Invented articles by number, in the shapes that tests need, and the corpus folders that hold them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

NONCE = "zyxomane"
"""A word of this form stands only in records that may not be passed on."""

_PLACES = ("Brest", "Quimper", "Morlaix", "Vannes", "Lorient", "Auray", "Dinan", "Lannion", "Redon", "Fougères")
_THINGS = ("la halle", "le vieux pont", "la piscine", "le phare", "l’école", "la médiathèque", "le port", "la gare")
_NAMES = ("Odile Ferrand", "Maël Trividic", "Solenn Quéméneur", "Yvon Kerlédan", "Armelle Le Dantec", "Goulven Abgrall")


def title(number: int) -> str:
    """The title of the article of this number."""
    return f"À {_PLACES[number % 10]}, {_THINGS[number // 10 % 8]} rouvre en {1950 + number % 70} jours"


def body(number: int) -> tuple[str, ...]:
    """The two paragraphs of the article of this number; no two numbers share one."""
    name = _NAMES[number % 6]
    first = (
        f"Le conseil municipal a voté lundi le budget numéro {number} de la commune. Selon la maire, {name}, "
        "les travaux sont terminés depuis le mois de mars et le marché va rouvrir dans une semaine."
    )
    second = (
        f"« Nous avons tenu le calendrier », a déclaré {name}. Le chantier a coûté {number + 3} millions d’euros, "
        "dont la moitié a été payée par la région, et une cinquantaine d’entreprises y ont travaillé."
    )
    return first, second


def text_record(number: int) -> str:
    """The article of this number in the shape ``text``."""
    return f"date 2023-{number % 12 + 1:02} {title(number)}\n\n" + "\n\n".join(body(number)) + "\n"


def jsonl_line(number: int, *more: str) -> str:
    """The article of this number in the shape ``jsonl``, with more paragraphs; without the end of the line."""
    text = "\n\n".join((*body(number), *more))
    return json.dumps({"id": f"l-{number}", "title": title(number), "date": "2023", "text": text}, ensure_ascii=False)


def jsonl(lines: Iterable[str]) -> str:
    """A bulk file of these lines."""
    return "".join(f"{line}\n" for line in lines)


def source_yaml(shape: str, redistribution: str = "full", **more: str) -> str:
    """A source.yaml of this shape; further fields by name."""
    fields = {
        "name": "Source inventée",
        "language": "fr",
        "licence": "CC0-1.0",
        "redistribution": redistribution,
        "shape": shape,
        **more,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def make_corpus(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a corpus folder from file contents by path; corpus.toml is added where it is not given."""
    for path, content in {"corpus.toml": 'name = "essai"\n', **files}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "raw").mkdir(exist_ok=True)
    return folder
