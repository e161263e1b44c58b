"""A small invented corpus for the reading room, and the application over it in a thread of this process."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from starlette.routing import Route

from corpus.curate import gold_files, lookup
from corpus.model.article_row import text_sha256
from corpus.web.browse.app import application
from corpus.web.browse.library import Shelf
from corpus.web.browse.security import Access
from helpers.articles import NONCE, make_corpus, source_yaml, text_record

EMOJI = "👩‍👩‍👧 🙂"
PHARE = f"""\
 date 2023-03 {EMOJI} Camaret rouvre le phare de Pen-Hir

Par Solenn Quéméneur

{EMOJI} Odile Ferrand, maire de Camaret, a annoncé mardi la réouverture du phare. « Nous avons tenu le calendrier »,
a déclaré Odile Ferrand. L'Union des riverains s'en réjouit.

Photo : Solenn Quéméneur / Agence Hexa

Selon Maël Trividic, le chantier a duré deux ans. « C’est 🙂 fini. On rouvre », a dit l’architecte le 3 mars 2023.
"""
"""Emoji stand in its title and before its names; in the raw record é of the title's end may be decomposed elsewhere."""

LAYERS = '["sentences", "entities", "quotations", "times", "topics", "keywords"]'

DECOMPOSED = PHARE.replace("é", "e\u0301").replace("Pen-Hir", "la Pointe\u030a").replace("deux ans", "trois ans")

HOSTILE = """\
 date 2023-04 =1+1 {{ 7*7 }} " onmouseover=alert(1) x=' autofocus onfocus=alert(2) </ %3Cscript%3E

Yvon Kerlédan, maire de Redon, a dit : « Rien & tout " onclick=alert(3) '><x », et =cmd|' /c calc'!A0.
"""
"""What a template, an attribute, a script or a spreadsheet might run; a tag is refused before: it is in ``TAGGED``."""

TAGGED = """\
 date 2023-04 <script>alert(1)</script> "><svg onload=alert(2)>

<img src=x onerror=alert(3)> Un texte.
"""

LONG = "".join(f"\nLe couplet {number} est court.\n" for number in range(150)) + "\nLe chœur reprend l’œuvre.\n"
"""What takes a site more than one page, with ligatures at its end."""


@dataclass(frozen=True)
class Room:
    """The application: ``address`` without a slash at its end, the corpus folder and its preview."""

    address: str
    root: Path
    release: Path
    shelf: Shelf
    access: Access


def corpus_files() -> dict[str, str | bytes]:
    """Sixteen sound articles of three sources, one of which may not pass on its text, and four refused records."""
    files: dict[str, str | bytes] = {
        "corpus.toml": f'name = "essai"\nlayers = {LAYERS}\n[splits]\ntrain = 0.8\ntest = 0.2\n',
        "raw/agence/source.yaml": source_yaml("text", publication="Agence inventée"),
        "raw/agence/phare.txt": PHARE,
        "raw/agence/decompose.txt": DECOMPOSED,
        "raw/agence/hostile.txt": HOSTILE,
        "raw/agence/tagged.txt": TAGGED,
        "raw/agence/vide.txt": "",
        "raw/agence/bidi.txt": " date 2023-04 Un titre \u202eà l’envers\u202c et \x1b[31mrouge\n\nUn texte.\n",
        "raw/gazette/source.yaml": source_yaml("jsonl", publication="Gazette inventée"),
        "raw/gazette/2023.jsonl": "".join(
            json.dumps({"id": f"g{n}", "title": f"Titre {n}", "date": f"2023-0{n + 1}-1{n}", "text": text}) + "\n"
            for n in range(4)
            for text in [text_record(50 + n).split("\n\n", 1)[1]]
        )
        + "{}\n",
        "raw/ferme/source.yaml": source_yaml("text", "annotations", publication="Journal fermé"),
        "raw/ferme/secret.txt": text_record(90).replace("calendrier", NONCE).replace("budget", f"budget {NONCE}"),
    }
    return files | {f"raw/agence/n-{number:02}.txt": text_record(number) + LONG * (number == 7) for number in range(8)}


def make_room_corpus(folder: Path) -> Path:
    """The corpus folder, without its preview."""
    return make_corpus(folder, corpus_files())


def annotate_twice(root: Path, identity: str = "agence/phare") -> None:
    """Two people's gold behind emoji: they differ in a type, in a quotation, in a keyword; agree in a name."""
    article = lookup.find(root, identity).article
    text = article.text

    def name(words: str, kind: str, number: str) -> dict[str, Any]:
        return {"start": text.index(words), "text": words, "type": kind, "id": number}

    said = {
        "fragments": [{"text": "C’est 🙂 fini. On rouvre"}],
        "kind": "direct",
        "speaker": {"text": "l’architecte"},
        "speaker_name": "Maël Trividic",
        "cue": None,
    }
    maire = name("Odile Ferrand", "PER", "o")
    sides: dict[str, dict[str, Any]] = {
        "Léa Roux": {"entities": [maire, name("Union des riverains", "ORG", "u")], "quotations": [said]},
        "Yann <b>": {
            "entities": [maire | {"id": "x"}, name("Union des riverains", "MISC", "y")],
            "quotations": [said | {"speaker": None, "speaker_name": None}],
        },
    }
    for who, layers in sides.items():
        keywords = {"keywords": ["phare"] if who == "Léa Roux" else ["phare", "riverains"]}
        values = {"annotator": who, "text_sha256": text_sha256(text), **layers, **keywords}
        gold_files.write_gold(root, article, values, who.split()[0])


@contextmanager
def serving(
    root: Path, release: Path | str, lang: str = "", access: Access | None = None, routes: Sequence[Route] = ()
) -> Iterator[Room]:
    """The application over a release of a corpus folder while the block lasts; ``routes`` are pages of a test."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    shelf = Shelf(str(release), root)
    access = access or Access()
    made = application(shelf, access, lang)
    made.router.routes[:0] = routes
    config = uvicorn.Config(made, log_level="critical", lifespan="off", ws="none", server_header=False)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Room(f"http://127.0.0.1:{port}", root, Path(release), shelf, access)
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)
        listening.close()
