from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate import engine
from corpus.annotate.entities.entities import entities_of
from corpus.annotate.entities.identity import initials_of
from corpus.annotate.entities.mentions import READ, Mention, of_one_type, repeated, trim
from corpus.annotate.entities.recogniser import recognised
from corpus.annotate.spans import Entity
from corpus.model.article import Article, Paragraph

_MARK = re.compile(r"\[(PER|LOC|ORG|MISC)(?: ([a-z0-9]+))?\|([^\[\]|]+)\]")


def article_of(text: str, roles: tuple[str, ...] = ()) -> Article:
    spans = [match.span() for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text)]
    paragraphs = tuple(
        Paragraph(*span, roles[at] if at < len(roles) else "body" if at else "title") for at, span in enumerate(spans)
    )
    title = text[slice(*spans[0])] if spans else ""
    return Article(
        "s/a",
        "s",
        title,
        None,
        None,
        "2023",
        "2023-01-01",
        "2023-12-31",
        "fr",
        text,
        paragraphs,
        "CC0-1.0",
        "full",
        "a",
        "0",
    )


def seen_in(marked: str) -> tuple[str, list[Mention], list[str]]:
    """The text, the marked names, and the letters that say which are the same."""
    text, mentions, same, done = "", [], [], 0
    for mark in _MARK.finditer(marked):
        text += marked[done : mark.start()]
        mentions.append(Mention(len(text), len(text) + len(mark[3]), mark[1]))
        same.append(mark[2] or "")
        text += mark[3]
        done = mark.end()
    return text + marked[done:], mentions, same


def found_in(text: str) -> tuple[Entity, ...]:
    [found] = all_found_in([text])
    return found


def all_found_in(texts: list[str]) -> list[tuple[Entity, ...]]:
    docs = engine.docs(texts)
    return [entities_of(article_of(text), recognised(doc)) for text, doc in zip(texts, docs, strict=True)]


@pytest.mark.parametrize(
    ("words", "kind", "kept"),
    [
        ("M. Kerlédan", "PER", "Kerlédan"),
        ("Mme Odile Ferrand", "PER", "Odile Ferrand"),
        ("le président Yves Kerlédan", "PER", "Yves Kerlédan"),
        ("ministre de la Défense Odile Ferrand", "PER", "Odile Ferrand"),
        ("Me Odile Ferrand", "PER", "Odile Ferrand"),
        ("de Kerlédan", "PER", "de Kerlédan"),
        ("l'Odonie", "LOC", "Odonie"),
        ("l’Odonie", "LOC", "Odonie"),
        ("La France", "LOC", "France"),
        ("Le Havre", "LOC", "Le Havre"),
        ("la Banque de Kerl", "ORG", "Banque de Kerl"),
        ("« Banque de Kerl »,", "ORG", "Banque de Kerl"),
        ("En route !", "ORG", "En route !"),
        ("Le Courrier de Kerl", "ORG", "Le Courrier de Kerl"),
    ],
)
def test_a_name_is_without_titles_articles_and_marks(words: str, kind: str, kept: str) -> None:
    text = f"Hier {words} encore"
    short = trim(text, Mention(5, 5 + len(words), kind))
    assert short is not None
    assert (text[short.start : short.end], short.type) == (kept, kind)


@pytest.mark.parametrize(("words", "kind"), [("« »", "ORG"), ("gauche", "ORG"), ("—", "LOC"), ("le président", "PER")])
def test_what_holds_no_name_is_no_entity(words: str, kind: str) -> None:
    assert trim(f"Hier {words} encore", Mention(5, 5 + len(words), kind)) is None


def test_several_people_of_a_nation_are_no_place() -> None:
    assert trim("Les Odoniens votent", Mention(4, 12, "LOC")) is None
    assert trim("Les Odoniens votent", Mention(4, 12, "ORG")) is not None


def test_a_bare_surname_is_a_person_unless_a_place_has_that_name() -> None:
    text, mentions, _ = seen_in("[LOC|Kerlédan] sort. [PER|Yves Kerlédan] voit [PER|Odile Paris] à [LOC|Paris].")
    assert [m.type for m in of_one_type(text, mentions)] == ["PER", "PER", "PER", "LOC"]


def test_a_name_the_model_missed_once_is_found_where_it_stands_alone() -> None:
    text = "Odile Ferrand parle. Puis Ferrand sort. La rue Ferrand-Kerl et Yves Ferrand restent."
    found = repeated(text, [Mention(0, 13, "PER")], (Paragraph(0, len(text), "body"),))
    assert [text[m.start : m.end] for m in found] == ["Odile Ferrand", "Ferrand"]


@pytest.mark.parametrize(
    "marked",
    [
        "[PER a|Yves Kerlédan] parle. M. [PER a|Kerlédan] sort, dit [PER a|Yves].",
        "[PER a|Kerlédan] sort, dit-on. [PER a|Yves Kerlédan] parle à [PER b|Odile Ferrand].",
        "[PER a|Yves Kerlédan] voit [PER b|Odile Kerlédan]. [PER b|Kerlédan] se tait.",
        "[PER a|Yves Kerlédan] voit [PER b|Odile Kerlédan]. M. [PER a|Kerlédan] se tait, Mme [PER b|Kerlédan] aussi.",
        "[PER a|Yves Goff] sort. Mme [PER b|Goff] parle, dit M. [PER a|Goff].",
        "[PER a|Yves Le Goff] voit [PER b|Odile Le Goff]. Mme [PER b|Le Goff] parle, M. [PER a|Le Goff] non.",
        "[PER a|Yves Goff-Loup] voit [PER b|Odile Goff-Loup]. Mme [PER b|Goff-Loup] parle, M. [PER a|Goff-Loup] non.",
        "[PER a|Yves Le Goff] et [PER b|Jean-Marie Ferrand] ; [PER a|Le Goff] et [PER b|J.-M. Ferrand].",
        "[PER a|Yves Marie Kerlédan] et [PER a|Yves Kerlédan]",
        "[PER a|Aminata N'Diarre-Loup] parle. Mme [PER a|N'Diarre-Loup] sort, [PER b|N. Loup] reste.",
        "[PER a|N'Golo Kerlédan] et [PER a|Kerlédan]",
        "[PER a|Yves d'Ursan de Kerl] et [PER b|Odile d'Ursan de Kerl] ; Mme [PER b|d'Ursan de Kerl] sort.",
        "[PER a|Odile Ferrand] et [PER b|Oscar Fanch] : [PER c|O. F.] ; [PER d|Paul Morvan] : [PER d|P. M.]",
        "[ORG a|Parti vert odonien] ([ORG a|PVO]) et [ORG b|Union des maires odoniens] ([ORG b|Umao]) ; [ORG a|PVO]",
        "Le [ORG a|PVO] ([ORG a|Parti vert odonien]) vote.",
        "La [ORG a|Banque de Kerl] ([ORG b|AFP]) ferme. La [ORG a|Banque] rouvre.",
        "[ORG a|Agence spatiale odonienne] ; l'[ORG a|ASO] lance.",
        "Les [LOC a|États-Unis], les [LOC a|Etats-Unis], les [LOC a|USA] et [LOC b|Paris].",
        "[LOC a|Ferrand] et [PER b|Ferrand]",
    ],
)
def test_names_of_the_same_thing_share_one_entity(marked: str) -> None:
    text, mentions, same = seen_in(marked)
    found = entities_of(article_of(text), mentions)
    assert [(e.start, e.end) for e in found] == [(m.start, m.end) for m in mentions]
    order = list(dict.fromkeys(same))
    assert [e.entity for e in found] == [f"e{order.index(letter) + 1}" for letter in same]


def test_the_name_is_the_fullest_of_the_article() -> None:
    text, mentions, _ = seen_in(
        "[PER|Kerlédan] parle. Puis [PER|Yves Kerlédan] sort. Le [ORG|PVO] ([ORG|Parti vert odonien])"
    )
    assert [e.name for e in entities_of(article_of(text), mentions)] == [
        "Yves Kerlédan",
        "Yves Kerlédan",
        "Parti vert odonien",
        "Parti vert odonien",
    ]


def test_places_are_linked_and_other_names_are_not() -> None:
    text, mentions, _ = seen_in(
        "[LOC|Pékin], en [LOC|Chine], avec [PER|Paris Ferrand] et [ORG|Paris] ; [LOC|Port-Kerl]"
    )
    assert [e.link for e in entities_of(article_of(text), mentions)] == [
        "geonames:1816670",
        "iso3166:CN",
        None,
        None,
        None,
    ]


def test_a_name_never_leaves_its_paragraph_and_related_links_are_not_read() -> None:
    text = "Odile\n\nFerrand parle\n\nLire aussi : Yves Kerlédan"
    article = article_of(text, ("title", "body", "related"))
    found = entities_of(article, [Mention(0, 14, "PER"), Mention(37, 50, "PER")])
    assert [text[e.start : e.end] for e in found] == ["Odile"]


def test_initials_of_a_name_leave_small_words_out_or_in() -> None:
    assert initials_of("Union des maires d'Odonie") == {"umo", "udmdo"}
    assert initials_of("Kerl") == set()


def test_the_model_finds_persons_places_and_organisations() -> None:
    text = (
        "Grève à Marseille\n\nSelon Odile Ferrand, ministre du Travail, la France et l’Union européenne négocient. "
        "M. Ferrand se tait."
    )
    found = {(text[e.start : e.end], e.type) for e in found_in(text)}
    assert {("Marseille", "LOC"), ("Odile Ferrand", "PER"), ("France", "LOC"), ("Union européenne", "ORG")} <= found


@pytest.mark.parametrize(
    "text", ["", "Mot", "« » “ ” \" '", "😀 😀 😀", "Das ist ein deutscher Satz aus Berlin.", "\n\n"]
)
def test_odd_articles_are_read_without_harm(text: str) -> None:
    for entity in found_in(text):
        assert text[entity.start : entity.end].strip()


def test_what_the_model_says_of_an_article_does_not_depend_on_its_neighbours() -> None:
    texts = ["Odile Ferrand vit à Lyon.", "Yves Kerlédan préside la Banque de Kerl.", "Paris, hier."]
    together = all_found_in(texts)
    assert together == [found_in(text) for text in texts]


def test_a_long_paragraph_takes_linear_time(assert_linear: Callable[..., None]) -> None:
    def seen(times: int) -> tuple[Article, tuple[Mention, ...]]:
        text, mentions, _ = seen_in(
            "[PER|Odile Ferrand] et [PER|Yves Ferrand] à [PER|Ferrand], [ORG|PVO]. Ferrand. " * times
        )
        assert len(entities_of(article_of(text), mentions)) == 5 * times
        return article_of(text), tuple(mentions)

    assert_linear(seen, lambda given: entities_of(*given), 1000)


_WORDS = [
    "Odile",
    "Ferrand",
    "M. ",
    "l'",
    "Paris",
    "PVO",
    "(",
    ")",
    "\n",
    "\n\n",
    " ",
    "de ",
    "«",
    "»",
    ".",
    "-",
    "😀",
    "é",
    "1",
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_WORDS), max_size=25), st.data())
def test_entities_lie_inside_one_paragraph_and_never_overlap(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    article = article_of(text)
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=10)))
    kinds = st.sampled_from(["PER", "LOC", "ORG", "MISC"])
    seen = [Mention(a, b, data.draw(kinds)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    found = entities_of(article, seen)
    inside = [p for p in article.paragraphs if p.role in READ]
    for entity in found:
        assert text[entity.start : entity.end] == text[entity.start : entity.end].strip() != ""
        assert "\n" not in text[entity.start : entity.end]
        assert any(p.start <= entity.start < entity.end <= p.end for p in inside)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("M. de Kerbizien a voté contre.", ["PER de Kerbizien"]),
        ("Le colonel Porzac commande. L'adjudant Plounac a témoigné.", ["PER Porzac", "PER Plounac"]),
        ("Le maréchal de Brévalon a pris sa retraite.", ["PER de Brévalon"]),
        ("À Lannoz, la filature a rouvert.", ["LOC Lannoz"]),
    ],
)
def test_what_a_title_or_a_preposition_says_of_a_name(text: str, wanted: list[str]) -> None:
    article = article_of(f"Le point\n\n{text}")
    for seen in ([], [Mention(at.start(), at.end(), "LOC") for at in re.finditer(r"Lannoz|Porzac", article.text)]):
        found = [f"{one.type} {article.text[one.start : one.end]}" for one in entities_of(article, seen)]
        assert found == (wanted if seen or "Lannoz" not in text else [])


@pytest.mark.parametrize(
    "marked",
    [
        "Le SOL ([ORG a|Syndicat ouvrier de la lame]) proteste.",
        "Le [ORG a|Syndicat ouvrier de la lame] proteste. Plus tard, le SOL a refusé.",
        "Le [ORG a|Syndicat ouvrier de la lame [SOL]] proteste.".replace("[SOL]]", "] [SOL]"),
    ],
)
def test_an_acronym_is_found_wherever_its_name_stands(marked: str) -> None:
    text, seen, _ = seen_in(f"Le point\n\n{marked}")
    found = entities_of(article_of(text), seen)
    assert {text[one.start : one.end].strip("[]") for one in found} == {"SOL", "Syndicat ouvrier de la lame"}
    assert len({one.entity for one in found}) == 1


def test_a_rank_in_the_name_of_a_street_makes_no_person() -> None:
    text, seen, _ = seen_in("Le point\n\nLe feu a pris [LOC a|rue du général Porzac].")
    assert [one.type for one in entities_of(article_of(text), seen)] == ["LOC"]


def test_what_only_opens_names_is_part_of_them() -> None:
    text = "Moussa N'Dourel a gagné. N'Dourel est parti avec Mme de La Rochetourn et M. de l'Estocq."
    seen = [Mention(0, 15, "PER"), Mention(text.rindex("Dourel"), text.rindex("Dourel") + 6, "LOC")]
    found = entities_of(article_of(text), seen)
    assert [text[one.start : one.end] for one in found] == [
        *("Moussa N'Dourel", "N'Dourel", "de La Rochetourn", "de l'Estocq")
    ]
    assert [one.type for one in found] == ["PER"] * 4
    assert found[1].entity == found[0].entity


def test_no_bracket_is_inside_a_name() -> None:
    text = "Le point\n\nLa Direction de la pêche [DDP] proteste."
    start = text.index("Direction")
    found = entities_of(article_of(text), [Mention(start, text.index(" proteste"), "ORG")])
    assert [text[one.start : one.end] for one in found] == ["Direction de la pêche", "DDP"]


def test_a_paper_is_an_organisation() -> None:
    text, seen, _ = seen_in("Le point\n\nSelon [MISC a|Le Parisien], la mairie cède.")
    assert [one.type for one in entities_of(article_of(text), seen)] == ["ORG"]


def test_a_name_is_found_again_behind_an_elided_article() -> None:
    text, mentions, _ = seen_in("L'[ORG|Onuo] vote. Selon l'Onuo et qu'Onuo dise, d'Onuo-ville à [PER|Yves D'Onuo].")
    found = [text[one.start : one.end] for one in entities_of(article_of(text), mentions)]
    assert found == ["Onuo", "Onuo", "Onuo", "Yves D'Onuo"]


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        # the place of an institution, the noun of an organisation
        ("Le tribunal correctionnel de [LOC|Kerl] juge.", "Le [ORG|tribunal correctionnel de Kerl] juge."),
        ("Selon la préfecture du [LOC|Ponant-Atlantique],", "Selon la [ORG|préfecture du Ponant-Atlantique],"),
        ("Le ministère de l’[ORG|Économie] rappelle", "Le [ORG|ministère de l’Économie] rappelle"),
        ("Le [ORG|tribunal de commerce] de [LOC|Kerl] juge.", "Le [ORG|tribunal de commerce de Kerl] juge."),
        (
            "La direction départementale de la pêche du [LOC|Ponant]",
            "La [ORG|direction départementale de la pêche du Ponant]",
        ),
        ("Signé par le [ORG|gouvernement Kerlédan].", "Signé par le gouvernement [PER|Kerlédan]."),
        ("Dans le [LOC|quartier des Glacis],", "Dans le quartier des [LOC|Glacis],"),
        ("Il plonge dans l'océan [LOC|Odonique].", "Il plonge dans l'[LOC|océan Odonique]."),
        ("Il sera jugé par un tribunal de [LOC|Kerl].", "Il sera jugé par un tribunal de [LOC|Kerl]."),
        ("Le procureur de [LOC|Kerl] se tait.", "Le procureur de [LOC|Kerl] se tait."),
        ("L'[ORG|association Rail odonien] paie.", "L'association [ORG|Rail odonien] paie."),
        ("Le groupe [LOC|Kervala] embauche.", "Le groupe [ORG|Kervala] embauche."),
        ("L'association de [LOC|Kerl] paie.", "L'association de [LOC|Kerl] paie."),
        # names that the model cut short or ran together
        ("Le [ORG|Comité des artisans du] [LOC|Ponant] attend.", "Le [ORG|Comité des artisans du Ponant] attend."),
        ("Le [ORG|Conseil de l]'[ORG|ONUO] vote.", "Le [ORG|Conseil de l'ONUO] vote."),
        ("Le [ORG|Conseil odonien au] Kerl", "Le [ORG|Conseil odonien] au Kerl"),
        ("L'agence [ORG|Kerbody]'s l'abaisse.", "L'agence [ORG|Kerbody's] l'abaisse."),
        ("[PER|Yann Kerfloc]'h sort.", "[PER|Yann Kerfloc'h] sort."),
        ("Me [PER|d'Aubigny] plaide.", "Me [PER|d'Aubigny] plaide."),
        ("[PER|Photo Odile Ferrand]", "Photo [PER|Odile Ferrand]"),
        ("La [PER|Dre Ferrand] opère.", "La Dre [PER|Ferrand] opère."),
        ("Selon [ORG|M.Ferrand], il pleut.", "Selon M.[PER|Ferrand], il pleut."),
        ("Le [LOC|Havre] s'éveille.", "[LOC|Le Havre] s'éveille."),
        ("La [LOC|France] s'éveille.", "La [LOC|France] s'éveille."),
        ("[PER|Yves Goff] entre. Puis [ORG|Goff] se tait.", "[PER|Yves Goff] entre. Puis [PER|Goff] se tait."),
        ("[PER|Yves Goff] vend le groupe [ORG|Goff].", "[PER|Yves Goff] vend le groupe [ORG|Goff]."),
        (
            "La ministre de l'[ORG|Eau Odile Ferrand] sort. [PER|Odile Ferrand] entre.",
            "La ministre de l'Eau [PER|Odile Ferrand] sort. [PER|Odile Ferrand] entre.",
        ),
        ("Les [ORG|Etats-Unis] votent.", "Les [LOC|Etats-Unis] votent."),
        # what names nobody
        ("Une loi de l'[ORG|Etat], dit-il.", "Une loi de l'Etat, dit-il."),
        ("Mille francs [ORG|CFA] par an.", "Mille francs CFA par an."),
        ("Le parti [ORG|pro-Odonie] gagne.", "Le parti pro-Odonie gagne."),
        ("La [LOC|Kerloise] gagne.", "La Kerloise gagne."),
        # agencies, acronyms, events
        (
            "Les [LOC|Kerls-Bas] (Ponant), 14 fév 2022 (Hexo) - Il pleut.\n\n(Hexo)",
            "[LOC|Les Kerls-Bas] (Ponant), 14 fév 2022 ([ORG|Hexo]) - Il pleut.\n\n([ORG|Hexo])",
        ),
        ("[ORG|KERL], 14 fév 2022 (AFP) - Il pleut.", "[LOC|KERL], 14 fév 2022 ([ORG|AFP]) - Il pleut."),
        ("[ORG|KERL], 14 février (Hexo) - Il pleut.", "[LOC|KERL], 14 février ([ORG|Hexo]) - Il pleut."),
        ("L'[ORG|Etat d'Israël] répond.", "L'[LOC|Etat d'Israël] répond."),
        ("Ce soir [ORG|Ormont 2-1] à [LOC|Kerl].", "Ce soir [ORG|Ormont] 2-1 à [LOC|Kerl]."),
        ("Une [LOC|Kerlienne] gagne.", "Une Kerlienne gagne."),
        ("Odile Ferrand/HEXO Le pont", "Odile Ferrand/[ORG|HEXO] Le pont"),
        ("L'[ORG|Agence odonienne] ([LOC|ARO])", "L'[ORG|Agence odonienne] ([ORG|ARO])"),
        ("L'[ORG|Agence odonienne] (AFP)", "L'[ORG|Agence odonienne] (AFP)"),
        ("Le [ORG|Kerl Music Festival] ouvre.", "Le [MISC|Kerl Music Festival] ouvre."),
        ("La [LOC|Coupe d'Odonie] commence.", "La [MISC|Coupe d'Odonie] commence."),
    ],
)
def test_what_stands_around_a_name_settles_its_bounds_and_type(seen: str, wanted: str) -> None:
    text, mentions, _ = seen_in(seen)
    same_text, expected, _ = seen_in(wanted)
    assert text == same_text
    found = entities_of(article_of(text), mentions)
    assert [(e.start, e.end, e.type) for e in found] == [(m.start, m.end, m.type) for m in expected]


def test_a_doubtful_surname_behind_a_preposition_of_place_is_a_place() -> None:
    text, mentions, _ = seen_in("Il va à [PER|Ormont], parle à [PER|Goff] et à [PER|Odile] ; [PER|Yves Goff] sort.")
    doubted = [one._replace(confidence=0.8) for one in mentions]
    assert [one.type for one in entities_of(article_of(text), doubted)] == ["LOC", "PER", "PER", "PER"]
    assert {one.type for one in entities_of(article_of(text), mentions)} == {"PER"}


def test_towns_that_play_are_teams_in_an_article_on_a_match_alone() -> None:
    match = "Handball : un but à la sirène. Victoire 27-26 (13-12 à la mi-temps) ce samedi à [LOC|Kerl]. "
    played = "Face à [LOC|Ormont], les [LOC|Corsaires] de [LOC|Plouay] ont gagné ; [LOC|Ormont] a perdu."
    text, mentions, _ = seen_in(match + played)
    found = [(text[one.start : one.end], one.type) for one in entities_of(article_of(text), mentions)]
    assert found == [("Kerl", "LOC"), ("Ormont", "ORG"), ("Corsaires de Plouay", "ORG"), ("Ormont", "ORG")]
    text, mentions, _ = seen_in(played)
    assert {one.type for one in entities_of(article_of(text), mentions)} == {"LOC"}
