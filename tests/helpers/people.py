"""Invented names in all the ways in which the press writes them, made without the code that finds them."""

from __future__ import annotations

import html
import json
import random
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import cycle
from urllib.parse import quote, quote_plus

from helpers import articles


def written(given: str, surname: str, chance: random.Random) -> str:
    """A full name with another case, accents, hyphens, spaces and order."""
    given, surname = (_one(part, chance) for part in (given, surname))
    if chance.random() < 0.4:
        surname = surname.upper()
    space = chance.choice((" ", " ", "\xa0", "\u202f", "\n", "  "))
    orders = (f"{given}{space}{surname}", f"{surname}{space}{given}", f"{surname}, {given}")
    return chance.choice(orders)


def hidden(text: str, chance: random.Random) -> str:
    """A text as it may stand in a raw file: in entities, escapes, an address, markup, with signs that nobody sees."""
    at = chance.randrange(1, len(text))
    return chance.choice(
        (
            html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
            html.escape(html.escape(text)).replace("é", "&amp;eacute;"),
            "".join(f"&#{ord(one)};" if chance.random() < 0.3 else one for one in text),
            json.dumps({"champ": f"avant\n{text}\naprès"}),
            json.dumps(json.dumps(text)),
            f"https://exemple.fr/{quote(text)}/",
            f"https://exemple.fr/?q={quote_plus(text)}&page=1",
            f"{text[:at]}<b>{text[at:]}</b>",
            text[:at] + chance.choice("\u00ad\u200b\ufeff\u2060") + text[at:],
            chance.choice(("« %s »", "(%s)", "@%s", "par %s,", "l’%s", "—%s—", "%s's", "_%s_", "**%s**", "\t%s\r\n"))
            % text,
        )
    )


def _one(part: str, chance: random.Random) -> str:
    """One name of it, written in another way."""
    part = part.replace("-", chance.choice(("-", "-", " ", "\u2011", "\u2010")))
    part = part.replace("'", chance.choice(("'", "’")))
    if chance.random() < 0.3:
        part = part.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")
    decomposed = unicodedata.normalize("NFD", part)
    if chance.random() < 0.3:
        part = "".join(one for one in decomposed if not unicodedata.combining(one))
    elif chance.random() < 0.2:
        part = decomposed
    return chance.choice((part, part, part.upper(), part.lower()))


PEOPLE = (
    *(("Noémie", "Farguettes"), ("Jean-Loïc", "d'Aubignac"), ("Œdile", "Cœurdelac"), ("Aïcha-Lou", "Belmadrani")),
    *(("Odon", "de La Morlière"), ("Maël", "Trividiec"), ("Solenn", "Quéméneuf-Rozé"), ("Tarik", "Boudjelid")),
    *(("Ægidius", "van der Straëlen"), ("Zoé", "L'Hostis-Guéguel")),
)
"""Invented people: given name and surname."""


class Planter:
    """Articles in four shapes that name people in every role; ``planted`` counts how often each does, by id."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.planted: Counter[tuple[str, tuple[str, str]]] = Counter()
        self.files: dict[str, str] = {
            f"raw/{shape}/source.yaml": articles.source_yaml(shape) for shape in ("text", "markdown", "jsonl", "html")
        }

    def article(self, number: int, people: Sequence[tuple[str, str]]) -> None:
        """One more article, which names ten people: these in turn."""
        names = cycle(people)

        def name(*, one_line: bool = True) -> str:
            given, surname = next(names)
            self.planted[identity, (given, surname)] += 1
            text = written(given, surname, self.chance)
            return " ".join(text.split("\n")) if one_line else text

        shape = ("text", "markdown", "jsonl", "html")[number % 4]
        identity = f"{shape}/a-{number}"
        first, second = articles.body(number)
        title, byline = f"{articles.title(number)}, vu par {name()}", name()
        quoted = f"« Je connais {name()} depuis longtemps », a déclaré {name(one_line=False)}, sûr de lui."
        asked = f"Selon {name(one_line=False)}, il n’en est rien ; d’après {name()}, si. {second}"
        caption, credit = f"{name()}, à gauche, avec {name()} devant la mairie", name()
        last = f"Le texte cite aussi {name(one_line=False)}."
        shapes = {"text": self._text, "markdown": self._markdown, "jsonl": self._json, "html": self._html}
        shapes[shape](number, title, byline, (first, quoted, asked, last), caption, credit)

    def _text(self, number: int, title: str, by: str, body: Sequence[str], caption: str, credit: str) -> None:
        blocks = (f"date 2023-05 {title}", f"Par {by}", *body, f"{caption} (Photo {credit})")
        self.files[f"raw/text/a-{number}.txt"] = "\n\n".join(blocks) + "\n"

    def _markdown(self, number: int, title: str, by: str, body: Sequence[str], caption: str, credit: str) -> None:
        head = {"title": title, "date": "2023-05", "authors": [by]}
        picture = f'![{caption}](image.jpg "Photo {credit}")'
        lines = [f"{key}: {json.dumps(one)}" for key, one in head.items()]
        content = ("---", *lines, "---", "\n\n".join((*body[:2], picture, *body[2:])))
        self.files[f"raw/markdown/a-{number}.md"] = "\n".join(content) + "\n"

    def _json(self, number: int, title: str, by: str, body: Sequence[str], caption: str, credit: str) -> None:
        text = "\n\n".join((*body, f"{caption} (Photo {credit})"))
        line = {"id": f"a-{number}", "title": title, "date": "2023-05", "authors": [by], "text": text}
        before = self.files.get("raw/jsonl/a.jsonl", "")
        self.files["raw/jsonl/a.jsonl"] = before + json.dumps(line, ensure_ascii=number % 8 == 2) + "\n"

    def _html(self, number: int, title: str, by: str, body: Sequence[str], caption: str, credit: str) -> None:
        def marked(text: str) -> str:
            """With entities, and one word in bold."""
            words = html.escape(text).encode("ascii", "xmlcharrefreplace").decode().split(" ")
            place = self.chance.randrange(len(words))
            return " ".join([*words[:place], f"<b>{words[place]}</b>", *words[place + 1 :]])

        paragraphs = "".join(f"<p>{marked(one)}</p>\n" for one in body)
        under = f"{marked(caption)} (Photo {html.escape(credit)})"
        meta = '<meta property="article:published_time" content="2023-05">'
        self.files[f"raw/html/a-{number}.html"] = (
            f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f'<meta name="author" content="{html.escape(by)}">{meta}'
            f"</head><body><article><h1>{html.escape(title)}</h1>\n{paragraphs}"
            f"<figure><img src='a.jpg'><figcaption>{under}</figcaption></figure></article></body></html>\n"
        )
