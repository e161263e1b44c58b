"""What a screen lets pass the exact functions leave alone, whatever stands in the neighbours of a text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.model.article import Article, Block, Draft, Paragraph
from corpus.model.problem import Rejected
from corpus.parse import roles, screens, validate
from corpus.parse.articles import articles_of, runs
from corpus.parse.normalise import UNUSUAL, is_ordinary, normalise_blocks, normalise_line
from corpus.parse.roles import paragraphs_of
from corpus.parse.rules import letters
from corpus.parse.screens import run
from corpus.raw.config import Settings, Source
from corpus.raw.records import Record

SOURCE = Source(id="essai", name="Essai", language="fr", licence="CC0-1.0", redistribution="full", shape="jsonl")
SETTINGS = Settings(root=Path(), name="essai", title="Essai")
PLAIN = Draft("Le pont de Kerbihan", (Block("Le pont de la rue du port est fermé depuis lundi, et pour un mois."),))

WORDS = """
le la un et du dans pour qui pont préfet déclaré Brest École été d’une l'eau aujourd’hui 12 1er mars 2023 Kerbihan. fin.
demi-heure. AFP. vélo, « » “non” ‘a’ " ( ) [ ] < > & _ \\ / | * - – — … ... ! ? ?a qu?il l?école ; : ». ." ?) © € $ % °
Photo Crédit Archives Illustration Image Dessin Infographie Ana Roux Ana_Roux/HEXA Reuters avec AFP (AFP) (Hexa) Par
reste article lire suite abonnés réservé réservés droits tous Publicité Facebook Lire À A Il Les Sur De xyz/abc/ef
Ã Ã© â â€ â€™ ÔÇ ÔÇÖ Ä ÄŒ Ž dŽcidŽ ž È Ú ‚ <b> </b> &amp; [/caption] [… \\n\\n \\u2019 _x000D_ ``
""".split()  # noqa: SIM905  # read as words
ODD = [
    *"\0\x1f\x7f\x85\x9c\xad\u0301\u0327\u034f\u200b\u200c\u200d\u2009\u2028\u2029\u202e\u2060\u3000\ufb01\ufeff\ufffd"
]
ODD += ["\ue000", "\uffff", "\ud800", "\udc00", "😀", "\U00020000", "ﬁ", "ğ", "e\u0301", "Ⓐ", "ª", "²", "ß", "ŉ", "İ"]
GAPS = [" "] * 12 + [
    "",
    "\xa0",
    "\u202f",
    "\n",
    "\n\n",
    "  ",
    " \n",
    "\n ",
    "\n\n\n",
    "\xa0 ",
    "\t",
    "\r\n\r\n",
    "\n\x85\n",
]
SENTENCES = (
    "Le maire de la commune a voté le budget et les travaux du quai sont terminés depuis lundi, dit-il.",
    "La halle rouvre.",
    f"Dans la rue du port, les voisins ont attendu {'pendant une heure et dans la nuit ' * 8}une réponse venue.",
    "Ana Roux",
    "— Ana Roux —",
    "Lire la suite",
    "Il vous reste 75 % de cet article à lire.",
    "Brest, 12 mars 2023 (AFP) — Le pont est fermé pour une durée de trois mois, dit la mairie.",
    "Les travaux",
    "Ana Roux/HEXA Le pont de Brest",
    "Le pont, lundi. Photo Ana Roux",
    "© Ana Roux",
    "nan",
)


PIECES = [*(f"{word} " for word in WORDS), *GAPS[11:], *SENTENCES, *(f"{one}\n\n" for one in SENTENCES), *ODD[::3]]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join)


ROLES = st.sampled_from([None, None, None, "body", "standfirst", "caption", "subheading", "boilerplate", "related"])
LINES = st.one_of(st.sampled_from(SENTENCES), TEXTS.map(lambda text: text[:60]))
DRAFTS = st.builds(Draft, LINES, st.lists(st.builds(Block, TEXTS, ROLES), max_size=4).map(tuple))


def exactly(draft: Draft) -> tuple[str, str, tuple[Paragraph, ...], int]:
    """What the exact functions make of a draft: its title, text, paragraphs and words."""
    title = normalise_line(draft.title)
    found = normalise_blocks([block.text for block in draft.blocks])
    blocks = tuple(Block(text, draft.blocks[index].role) for index, text in found)
    return title, *paragraphs_of(blocks, title)


def check(drafts: list[Draft]) -> int:
    """How many of these drafts passed; what passed is as the exact functions say."""
    passed = 0
    for draft, seen in zip(drafts, screens.look(drafts), strict=True):
        if seen is None:
            continue
        title, *rest = exactly(draft)
        assert (draft.title, seen.text, seen.paragraphs, seen.words) == (title, *rest)
        given_none = [block.text for block in draft.blocks if block.role is None]
        parted = [part for text in given_none for part in text.split("\n\n")]
        assert seen.shortest == min(map(len, parted), default=seen.shortest)
        article = Article(
            *("essai/a", "essai", title, None, None, "2023", "2023-01-01", "2023-12-31", "fr"),
            *(seen.text, seen.paragraphs, "CC0-1.0", "full", "raw/essai/a.jsonl#L1", "0" * 64),
        )
        for rule in seen.passed:
            assert not list(rule(article, SOURCE, SETTINGS)), rule
        passed += seen.passed == frozenset(validate.RULES)
    return passed


@settings(max_examples=8)
@given(st.lists(DRAFTS, min_size=screens.FEWEST, max_size=12))
@example([PLAIN, PLAIN._replace(title=""), PLAIN, PLAIN._replace(blocks=()), *[PLAIN] * 6])
@example([PLAIN._replace(blocks=(Block("Le pont\n"), Block("\nLa rue"), Block("")))] * 8)
@example(
    [
        PLAIN._replace(title="Le\npont"),
        PLAIN._replace(title=" Le pont"),
        PLAIN._replace(title="Le pont\n"),
        *[PLAIN] * 6,
    ]
)
@example([PLAIN._replace(blocks=(Block("Il pleut 😀 à Brest."), Block("Il neige."))), *[PLAIN] * 8])
def test_what_passes_is_left_alone_by_the_exact_functions(drafts: list[Draft]) -> None:
    check(drafts)


FORMS = (roles._RELATED, roles._BOILERPLATE, roles._DASHED, roles._CREDIT, roles._BYLINE, roles._CAPTION_THEN_CREDIT)
ALPHABET = "".join(filter(is_ordinary, map(chr, range(32, 0x2100))))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.pattern[:12])
def test_no_form_of_a_short_block_passes_for_running_text(form: roles.re.Pattern[str]) -> None:
    @settings(max_examples=2)
    @given(st.lists(st.from_regex(form, fullmatch=True, alphabet=ALPHABET), min_size=8, max_size=8))
    def asked(blocks: list[str]) -> None:
        check([PLAIN._replace(blocks=(Block(block.strip("\n \xa0\u202f")), *PLAIN.blocks)) for block in blocks])

    asked()


def test_plain_articles_pass() -> None:
    body = tuple(Block(text) for text in SENTENCES[:3])
    drafts = [
        Draft("Le pont de Kerbihan rouvre", (*body, Block(SENTENCES[0] + f" Il en reste {at}.")) * 1)
        for at in "abcdefgh"
    ]
    drafts = [draft._replace(blocks=draft.blocks[:3]) for draft in drafts]
    assert check(drafts) == len(drafts)
    assert screens.look(drafts[: screens.FEWEST - 1]) == [None] * (screens.FEWEST - 1)


def test_every_wrongly_read_letter_of_usual_characters_is_asked_about() -> None:
    kinds = run._kinds()
    for sequence in filter(is_ordinary, letters._SEQUENCES):
        assert any(kinds[ord(one)] & run._MISREAD for one in sequence), sequence
    assert not UNUSUAL.search("".join(filter(is_ordinary, "éÔÄâ")))


RECORDS = st.fixed_dictionaries(
    {
        "id": st.text("abc", min_size=1, max_size=2),
        "title": LINES,
        "text": TEXTS,
        "date": st.sampled_from(["2023-03-01", "12/01/22"]),
    },
    optional={
        "standfirst": st.one_of(st.none(), LINES),
        "authors": st.lists(
            st.sampled_from(["Ana Roux", "Par Ana Roux, à Brest", "<b>Ana</b>", "Zoé Ã©", "AFP", " "]), max_size=2
        ),
        "captions": st.lists(LINES, max_size=1),
        "url": st.sampled_from([None, "https://essai.example/é", "https://essai.example/\u202e"]),
        "language": st.sampled_from([None, "en", "fr"]),
        "licence": st.sampled_from([None, "CC0-1.0", "CC-BY-4.0", "libre"]),
        "publication": st.sampled_from([None, "Ana Roux", "La Vigie"]),
    },
)


def lines(found: list[dict[str, object]]) -> Iterator[Record]:
    for number, fields in enumerate(found, 1):
        content = json.dumps(fields).encode()
        yield Record("raw/essai/a.jsonl", number, 0, content[:-1] if number % 7 == 3 else content)


@settings(max_examples=4)
@given(st.lists(RECORDS, min_size=screens.FEWEST + 3, max_size=16), st.sampled_from([None, "2023-02-01"]))
def test_a_record_in_a_run_becomes_what_it_becomes_alone(found: list[dict[str, object]], latest: str | None) -> None:
    bounded = Settings(root=Path(), name="essai", title="Essai", latest=latest)
    problem = Record("raw/essai/b.jsonl", 0, 0, b"").problem("file-unreadable", "", "a", "b")
    records = [*lines(found), problem]
    alone = [one for record in records for one in articles_of([record], SOURCE, bounded)]
    assert list(articles_of(iter(records), SOURCE, bounded)) == alone
    assert alone[-1] == Rejected("essai", "raw/essai/b.jsonl", 0, (problem,))


def test_what_was_read_before_reading_failed_comes_first() -> None:
    def broken() -> Iterator[Record]:
        yield from lines([{}, {}])
        raise OSError("gone")

    found = []
    with pytest.raises(OSError, match="gone"):
        found.extend(runs(broken()))
    assert [len(run) for run in found] == [2]
    assert [len(run) for run in runs(Record("a", at, 0, b"x" * 2**20) for at in range(5))] == [2, 2, 1]
