"""Quotations, each claim a sentence about invented people; [said|…] is quoted, [speaker|…] and [cue|…] attribute it."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate import engine
from corpus.annotate.entities.entities import entities_of
from corpus.annotate.entities.first_names import genders
from corpus.annotate.entities.recogniser import recognised
from corpus.annotate.quotations.judgement import probability
from corpus.annotate.quotations.marks import incise_inside, stretches
from corpus.annotate.quotations.quotations import quotations
from corpus.annotate.quotations.referents import Acting, Named, Question, ranked
from corpus.annotate.sentences.tokens import sentences as sentences_layer
from corpus.annotate.spans import Quotation
from corpus.model.article import Article, Paragraph, Span

Labelled = Callable[[str], tuple[str, tuple[tuple[str, Span], ...]]]

TITLE = "La digue de Kervilly"


def article_of(text: str, roles: tuple[str, ...] = ()) -> Article:
    spans = [match.span() for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text)]
    paragraphs = tuple(
        Paragraph(*span, roles[at] if at < len(roles) else "body" if at else "title") for at, span in enumerate(spans)
    )
    return Article(
        *("s/a", "s", TITLE, None, None, "2023", "2023-01-01", "2023-12-31", "fr", text),
        *(paragraphs, "CC0-1.0", "full", "a", "0"),
    )


def read(text: str, roles: tuple[str, ...] = (), *, indirect: bool = False) -> tuple[Quotation, ...]:
    article = article_of(text, roles)
    [sentences] = sentences_layer([article])
    [doc] = engine.docs([text])
    entities = entities_of(article, recognised(doc))
    return quotations(article, sentences, entities, indirect=indirect)


def said(text: str, found: tuple[Quotation, ...]) -> list[str]:
    return [" | ".join(text[start:end] for start, end in one.fragments) for one in found]


ONE = (
    # incises and inversions
    "« [said|Nous irons au vote] », [cue|a déclaré] [speaker|Odile Ferrand].",
    "« [said|Nous irons au vote] », a [cue|déclaré] mardi à la presse [speaker|Odile Ferrand].",
    '"[said|Nous irons au vote]", a [cue|déclaré] à l\'AFP [speaker|Odile Ferrand], maire de Kervilly.',
    '"[said|Nous irons au vote]", a [cue|dit] le porte-parole de Jeanne Morvan, le colonel [speaker|Yves Kerlédan].',
    "« [said|Nous irons au vote] », s'[cue|inquiète] quant à elle [speaker|Odile Ferrand].",
    "« [said|Nous irons au vote] », a [cue|écrit] sur X [speaker|Odile Ferrand].",
    '"[said|Nous irons au vote]", a [cue|indiqué] de son côté la ministre de la Santé [speaker|Odile Ferrand].',
    '"[said|La digue a cédé]", [cue|raconte] [speaker|un pêcheur].',
    '"[said|La digue a cédé]", [cue|selon] [speaker|la préfecture].',
    '"[said|La digue a cédé]", d\'[cue|après] [speaker|Odile Ferrand].',
    '"[said|La digue a cédé]", s\'est [cue|indigné] [speaker|le maire de Kervilly].',
    '"[said|La digue a cédé]", a-t-[speaker|elle] [cue|ajouté].',
    '"[said|La digue a cédé]", [cue|souligne]-t-[speaker|elle].',
    '"[said|La digue a cédé]", [cue|fait] valoir [speaker|Odile Ferrand].',
    '"[said|Un désastre]" pour la côte, a [cue|estimé] [speaker|Odile Ferrand].',
    "« [said|Je n'ai rien fait] », [cue|dit] [speaker|l'accusé].",
    "« [said|Je n'ai rien fait] », [cue|répond] [speaker|l'inculpée].",
    "'[said|Nous irons au vote]', [cue|répond] [speaker|Odile Ferrand].",
    "‘[said|L'eau d'ici n'est plus potable]’, [cue|dit] [speaker|l'élue].",
    # before the quotation
    "À la barre, [speaker|le témoin] [cue|dit] : « [said|Je n'ai rien vu.] »",
    "[speaker|L'accusée] [cue|dit] : « [said|Je n'ai rien vu.] »",
    "[speaker|Odile Ferrand] [cue|dit] n'avoir « [said|rien vu] ».",
    "[speaker|Le préfet] [cue|écrit] que « [said|la digue tiendra] ».",
    "[speaker|Odile Ferrand] a [cue|déclaré] : « [said|La digue a cédé cette nuit.] »",
    'La maire, [speaker|Odile Ferrand], [cue|explique]: "[said|La digue a cédé cette nuit]".',
    '[cue|Selon] [speaker|la préfecture], "[said|la digue a cédé cette nuit]".',
    "D'[cue|après] le ministre des Ports, [speaker|Yves Kerlédan], « [said|il y a une fuite que nous devons fermer] ».",
    '[cue|Pour] [speaker|Odile Ferrand], "[said|la digue a cédé cette nuit]".',
    # woven into the clause
    '[speaker|Odile Ferrand] a [cue|dénoncé] une "[said|erreur]".',
    '[speaker|Odile Ferrand] a [cue|affirmé] que la digue "[said|ne tiendrait pas un hiver de plus]".',
    "[speaker|Le gouvernement] a, de son côté, [cue|dénoncé] « [said|la colère feinte des armateurs] ».",
    "[speaker|Le gouvernement] a de son côté [cue|dénoncé] « [said|la colère feinte des armateurs] ».",
    "Ce sont les marins de [speaker|Yves Kerlédan], qui [cue|affirme] « [said|agir au nom du port] ».",
    "Le projet a été [cue|qualifié] de « [said|folie pure et simple] » par [speaker|Odile Ferrand].",
    "[cue|Qualifiant] le port d'« [said|lieu le plus sûr de la côte] », [speaker|Odile Ferrand] a salué le port.",
    # cues that are no main verb, a name after « l'un d'eux »
    "[speaker|Odile Ferrand] a fini par [cue|lâcher] : « [said|La digue a cédé cette nuit.] »",
    "Interrogée jeudi, la directrice, [speaker|Odile Ferrand], [cue|assume] : « [said|La digue a cédé cette nuit.] »",
    "\"[said|La digue a cédé]\", a [cue|ironisé] l'un d'eux, [speaker|Yves Kerlédan].",
    "« [said|La digue a cédé] », a tenu à [cue|préciser] [speaker|Odile Ferrand].",
    "« [said|La digue a cédé] », [cue|marmonne] [speaker|Odile Ferrand], pilote au port.",
    # who reports, among several verbs
    "[speaker|Odile Ferrand] a [cue|fait] savoir que le port était « [said|hors de danger pour longtemps] ».",
    "[speaker|Odile Ferrand] a [cue|expliqué] qu'elle ne voulait pas « [said|payer pour la digue des autres] ».",
    "La maire, [speaker|Odile Ferrand], [cue|dit] avoir voté « [said|la mort dans l'âme] ».",
    # names beside roles
    "« [said|La digue a cédé] », a [cue|indiqué] le chef de l'office du port, le colonel [speaker|Yves Kerlédan].",
    "« [said|La digue a cédé] », a [cue|insisté] son délégué dans le Ponant, M. [speaker|Yves Kerlédan].",
    "« [said|La digue a cédé] », [cue|déplore] [speaker|le pêcheur-militant] au port.",
    "[cue|Selon] la conciliatrice, [speaker|Odile Ferrand], « [said|la digue ne tiendra pas un hiver] ».",
    # what is read
    "« [said|La digue ne tiendra pas l'hiver] », [cue|peut]-on lire dans [speaker|un courrier].",
    # a word of praise or doubt that a verb gives to somebody
    '[speaker|Odile Ferrand] a [cue|jugé] "[said|peu probable]" le retour des marins.',
)


@pytest.mark.parametrize("marked", ONE)
def test_a_quotation_keeps_its_words_its_cue_and_its_speaker(marked: str, labelled: Labelled) -> None:
    text, labels = labelled(f"{TITLE}\n\n{marked.replace('[cue|a déclaré]', 'a [cue|déclaré]')}")
    spans = dict(labels)
    [found] = read(text)
    assert found.fragments == (spans["said"],)
    assert [text[slice(*span)] for span in found.speaker] == [text[slice(*spans["speaker"])]]
    assert found.speaker == (spans["speaker"],)
    assert found.cue == (spans["cue"],)


NOTHING = (
    "Le film « La Digue » sort mercredi.",
    "Une opération baptisée « Marée haute » commence mardi.",
    "Yves Kerlédan, surnommé « Le Goéland », a quitté le port.",
    "La « guerre froide » a duré des années.",
    "Le film 'La Digue' sort mercredi, et l'été '36 revit au port.",
    "Du rock 'n' roll au port, l'autre jour, a dit Odile Ferrand.",
    "La tempête a fait des dégâts « collatéraux » sur la côte.",
    "L'écran de 15\" coûte 200 euros.",
    "Les bateaux seront au musée, dans une salle dont le titre est trouvé : « Marée de longue durée ».",
    'Il a couru le 100 mètres en 9"81 à Kervilly.',
    'Le navire "Étoile du Ponant" est arrivé au port.',
    "La démission du maire a surpris les habitants.",
    '« » " " “ ”',
)


@pytest.mark.parametrize("sentence", NOTHING)
def test_titles_nicknames_terms_and_inches_are_no_quotations(sentence: str) -> None:
    assert said(sentence, read(f"{TITLE}\n\n{sentence}")) == []


SEVERAL = (
    ('"Nous irons", a dit Odile Ferrand. "Nous voterons".', ["Nous irons", "Nous voterons"]),
    ('"Nous irons au vote" et "nous gagnerons", a dit Odile Ferrand.', ["Nous irons au vote", "nous gagnerons"]),
    (
        "«Nous sommes descendus sur le quai, raconte ce témoin. Il n'y avait plus rien.»",
        ["Nous sommes descendus sur le quai | Il n'y avait plus rien."],
    ),
    (
        "«Nous sommes descendus sur le quai, poursuit Odile Ferrand. «Il n'y avait plus rien à faire.»",
        ["Nous sommes descendus sur le quai | Il n'y avait plus rien à faire."],
    ),
    (
        "« Nous irons au vote », dit Odile Ferrand. Nous gagnerons le droit de voter cet hiver. »",
        ["Nous irons au vote", "Nous gagnerons le droit de voter cet hiver."],
    ),
    ('Odile Ferrand a répondu: "Il a crié "au feu" et il est parti".', ['Il a crié "au feu" et il est parti']),
    ("Odile Ferrand a répondu : « Il a crié « au feu » et il est parti. »", ["Il a crié « au feu » et il est parti."]),
    ("“Nous irons au vote”, a dit Odile Ferrand.", ["Nous irons au vote"]),
    ('"Nous irons au vote, a dit Odile Ferrand.', ["Nous irons au vote"]),
    # what an incise tells of the speaker
    ("« Nous irons, raconte Odile Ferrand, 26 ans, née à Brest. Nous rentrerons. »", ["Nous irons | Nous rentrerons."]),
    ("« Nous irons, confie Odile Ferrand, conductrice de bac. C'est dit. »", ["Nous irons | C'est dit."]),
    ("« Nous irons, dit sa présidente, Odile Morvan-Le Bihan. C'est dit. »", ["Nous irons | C'est dit."]),
    ("« Le vent tombe, marmonne-t-il. Alors oui. »", ["Le vent tombe | Alors oui."]),
    ("« Le vent tombe, barguigne-t-elle. Alors oui. »", ["Le vent tombe | Alors oui."]),
    ("« Le vent, dit-elle, viendra-t-il demain ? »", ["Le vent | viendra-t-il demain ?"]),
    ("« Et le vent, viendra-t-il demain ? », a dit Odile Ferrand.", ["Et le vent, viendra-t-il demain ?"]),
    ("« Le vent, paraît-il, tombe demain », a dit Odile Ferrand.", ["Le vent, paraît-il, tombe demain"]),
    ("« Le vent tombe, ironise Kerlédan. On reste. »", ["Le vent tombe | On reste."]),
    ("« Le vent tombe, dit Odile Ferrand, ostréicultrice au port. On reste. »", ["Le vent tombe | On reste."]),
    ("« Le vent, dit Odile Ferrand, tombera. On reste. »", ["Le vent | tombera. On reste."]),
    (
        "„Nein“, a répondu Yves Kerlédan. Il pleut. « Non », a dit Odile Ferrand.",
        ["Nein", "Non"],
    ),
    ('" Le vent tombe , on reste ", affirme Odile Ferrand.', ["Le vent tombe , on reste"]),
    # other marks inside, over paragraphs
    (
        "« Nous irons, a dit Odile Ferrand. Demain.\n\n« Nous gagnerons le vote. »",
        ["Nous irons | Demain. | Nous gagnerons le vote."],
    ),
    ("« Il a dit : “Non.” J'ai ri.\n\n« Nous irons au vote. »", ["Il a dit : “Non.” J'ai ri. | Nous irons au vote."]),
    ('"Nous irons.\n\nNous gagnerons le vote", a dit Odile Ferrand.', ["Nous irons. | Nous gagnerons le vote"]),
    # an echo of what was quoted
    (
        'Le bac est à qui "ne peut ou ne veut" payer, a dit Odile Ferrand. Ce "ne veut" a déplu.',
        ["ne peut ou ne veut", "ne veut"],
    ),
    ("« Nous irons au vote.\n\n« Nous gagnerons le vote. »", ["Nous irons au vote. | Nous gagnerons le vote."]),
    (
        'Odile Ferrand a dit: "Nous irons au vote.\n\n"Nous gagnerons le vote".',
        ["Nous irons au vote. | Nous gagnerons le vote"],
    ),
    (
        'Odile Ferrand a dit: "Nous irons au vote.\n\nYves Kerlédan a répondu: "Nous restons au port".',
        ["Nous irons au vote.", "Nous restons au port"],
    ),
)


@pytest.mark.parametrize(("body", "wanted"), SEVERAL)
def test_marks_are_paired_mended_and_joined(body: str, wanted: list[str]) -> None:
    text = f"{TITLE}\n\n{body}"
    assert said(text, read(text)) == wanted


NAMED = (
    ('Odile Ferrand a visité le port. "La digue a cédé", a-t-elle ajouté.', "Odile Ferrand"),
    ('La maire de Kervilly, Odile Ferrand, est venue.\n\n"La digue a cédé", a dit la maire.', "Odile Ferrand"),
    ('Odile Ferrand est venue avec Yves Kerlédan. "La digue a cédé", a dit M. Kerlédan.', "Yves Kerlédan"),
    ('"La digue a cédé", a dit Odile Ferrand. "Elle était vieille".', "Odile Ferrand"),
    ('Odile Ferrand s\'est dite inquiète. "La digue a cédé cette nuit et le port est vide."', "Odile Ferrand"),
    (
        'Odile Ferrand, élue du port, est là. Jeanne Morvan, la cheffe, aussi.\n\n"La digue a cédé", a dit la députée.',
        "Odile Ferrand",
    ),
    (
        'Le matelot Yves Kerlédan est là. Jean Morvan, le patron, est mort.\n\n"La digue a cédé", a dit le rescapé.',
        "Yves Kerlédan",
    ),
    (
        'Odile Ferrand est venue. "Elle sait tout", dit Ambre-Noé Morvan, entré ici à 15 ans. "Non", dit-elle.',
        "Odile Ferrand",
    ),
    ('"Nous irons.\n\nNous gagnerons le vote", a dit Odile Ferrand.', "Odile Ferrand"),
    ("Odile Ferrand est maire.\n\nQue faire ?\n\nO. F. : « Rien du tout. »", "Odile Ferrand"),
    ("Jean-Yves Le Goff est maire avec Odile Ferrand.\n\nJ.-Y. L. G. : « Rien du tout. »", "Jean-Yves Le Goff"),
    ("Odile Ferrand et Paul Morvan sont élus.\n\nPM : « Rien du tout. »", "Paul Morvan"),
    ("Le maire, Yves d'Ursel de Kerbouc'h, part. « Non », dit M. d'Ursel de Kerbouc'h.", "Yves d'Ursel de Kerbouc'h"),
    ('La nageuse Odile Ferrand est venue avec la maire.\n\n"La digue a cédé", a dit la nageuse.', "Odile Ferrand"),
    ('La zutophile Odile Ferrand est venue avec Yves Morvan.\n\n"Non", a dit la zutophile.', "Odile Ferrand"),
    ('La réaction d\'Odile Ferrand, maire de Kervilly, est vive : "La digue a cédé".', "Odile Ferrand"),
    ('Odile Ferrand est restée à quai, mais Yves Kerlédan est venu. "La digue a cédé", a-t-il dit.', "Yves Kerlédan"),
)


@pytest.mark.parametrize(("body", "name"), NAMED)
def test_pronouns_roles_and_silence_are_given_the_fullest_name(body: str, name: str) -> None:
    assert read(f"{TITLE}\n\n{body}")[-1].speaker_name == name


def test_a_speaker_has_the_identity_of_its_entity() -> None:
    text = f'{TITLE}\n\nOdile Ferrand est venue. "La digue a cédé", a dit Mme Ferrand.'
    [found] = read(text)
    assert (found.speaker_name, text[slice(*found.speaker[0])]) == ("Odile Ferrand", "Ferrand")
    assert found.speaker_entity is not None


def test_a_name_in_a_caption_is_never_a_speaker_and_captions_are_not_read() -> None:
    text = f'{TITLE}\n\nYves Kerlédan sur la digue, "vieille" et usée\n\n"La digue a cédé", a-t-il dit.'
    [found] = read(text, ("title", "caption"))
    assert found.speaker_name is None
    assert text[slice(*found.fragments[0])] == "La digue a cédé"


def test_a_subheading_that_is_only_quoted_words_with_a_verb_is_a_quotation_of_nobody() -> None:
    text = f"{TITLE}\n\n« Nous irons au vote »\n\nOdile Ferrand est venue.\n\n« La Marée du siècle »"
    [found] = read(text, ("title", "subheading", "body", "subheading"))
    assert (text[slice(*found.fragments[0])], found.speaker) == ("Nous irons au vote", ())


def test_a_heading_without_a_verb_is_quoted_where_its_words_are_and_has_the_name_of_who_says_them() -> None:
    body = "Odile Ferrand a parlé « d'une digue perdue pour le port » et elle est repartie."
    text = f"{TITLE}\n\n« Une digue perdue »\n\n{body}\n\n« Un port perdu »"
    head, told = read(text, ("title", "subheading", "body", "subheading"))
    assert (text[slice(*head.fragments[0])], head.speaker, head.speaker_name) == (
        "Une digue perdue",
        (),
        "Odile Ferrand",
    )
    assert told.speaker_entity == head.speaker_entity


def test_only_the_sentence_with_the_verb_has_a_cue() -> None:
    text = f'{TITLE}\n\n"La digue a cédé", a dit Odile Ferrand. "Elle était vieille".'
    assert [[text[slice(*span)] for span in one.cue] for one in read(text)] == [["dit"], []]


@pytest.mark.parametrize(("role", "name"), [("policier", None), ("prévenu", "Yves Kerlédan")])
def test_who_has_one_part_in_a_trial_has_no_other(role: str, name: str | None) -> None:
    text = f"{TITLE}\n\nL'accusé, Yves Kerlédan, baisse la tête. « Levez-vous donc », a dit le {role}."
    assert [one.speaker_name for one in read(text)] == [name]


def test_a_saying_is_said_by_nobody() -> None:
    text = f"{TITLE}\n\n« Nous irons », a dit Odile Ferrand. Comme le dit l'adage, « qui part lentement va sûrement »."
    assert [one.speaker_name for one in read(text)] == ["Odile Ferrand", None]


def test_a_party_is_no_name_of_its_member() -> None:
    text = f'{TITLE}\n\n"La digue a cédé", a dit le député LREM.'
    [one] = read(text)
    assert (text[slice(*one.speaker[0])], one.speaker_name) == ("le député LREM", None)


def test_a_letter_in_the_sentence_before_says_what_is_read_in_it() -> None:
    text = f"{TITLE}\n\nOdile Ferrand a reçu une lettre. On y lit que la digue « ne passera pas l'hiver »."
    [one] = read(text)
    assert (text[slice(*one.speaker[0])], text[slice(*one.cue[0])]) == ("une lettre", "lit")


def test_a_whole_sentence_is_direct_and_a_woven_fragment_partial() -> None:
    text = f'{TITLE}\n\n"Nous irons au vote", a dit Odile Ferrand, dénonçant "la colère des armateurs".'
    assert [one.kind for one in read(text)] == ["direct", "partial"]


PASSED_ON = (
    ("Le ministre a estimé que la réforme était « nécessaire », selon l'Agence Ponant.", "Le ministre"),
    ("Odile Ferrand a dénoncé une « erreur » et un « fiasco », rapporte l'Agence Ponant.", "Odile Ferrand"),
    ("Un projet qualifié de « folie » par Odile Ferrand, décrit un président du port.", "Odile Ferrand"),
    ("Budget : pour Odile Ferrand, la situation est « pire qu'en juin ».", "Odile Ferrand"),
)


@pytest.mark.parametrize(("sentence", "speaker"), PASSED_ON)
def test_whoever_passes_words_on_is_not_who_says_them(sentence: str, speaker: str) -> None:
    text = f"{TITLE}\n\n{sentence}"
    found = read(text)
    assert found
    assert {text[slice(*one.speaker[0])] for one in found} == {speaker}


def test_a_pronoun_after_somebody_unnamed_gets_no_name() -> None:
    body = "« Tout a cédé », raconte un voisin. « On a eu peur », a-t-il ajouté."
    text = f"{TITLE}\n\nYves Kerlédan préside le port. {body}"
    assert [one.speaker_name for one in read(text)] == [None, None]


def test_a_heading_of_marked_words_is_a_quotation_of_nobody_if_they_come_again() -> None:
    body = "- « Un gouffre » -\n\n« La digue est un gouffre pour le port », a déclaré Odile Ferrand."
    head, quoted = read(f"{TITLE}\n\nOdile Ferrand a parlé.\n\n{body}")
    assert (head.speaker, head.speaker_name, head.speaker_confidence) == ((), None, None)
    assert quoted.speaker_name == "Odile Ferrand"
    assert len(read(f"{TITLE}\n\n- « Un gouffre » -\n\n« La digue a cédé », a déclaré Odile Ferrand.")) == 1


def test_words_in_a_list_are_all_said_and_offences_are_not() -> None:
    text = f"{TITLE}\n\nOdile Ferrand évoque un « élu », « drôle », « émouvant »."
    assert said(text, read(text)) == ["élu", "drôle", "émouvant"]
    assert not read(f"{TITLE}\n\nOdile Ferrand a annoncé avoir saisi la justice pour « recel de digue ».")


def test_a_sure_attribution_scores_higher_than_a_weak_one() -> None:
    [sure] = read(f"{TITLE}\n\n« La digue a cédé hier », a déclaré Odile Ferrand.")
    [weak] = read(f"{TITLE}\n\n« La digue a cédé dans la nuit »")
    assert sure.confidence is not None
    assert weak.confidence is not None
    assert 0 < weak.confidence < sure.confidence <= 1


def test_what_is_judged_by_weights_goes_either_way_with_its_surroundings() -> None:
    told = f"{TITLE}\n\nOdile Ferrand a jugé la digue « fragile »."
    named = f"{TITLE}\n\nOdile Ferrand a vu un bateau baptisé « Fragile »."
    assert said(told, read(told)) == ["fragile"]
    assert not read(named)
    assert probability(["bias", "incise", "bond strong"]) > 0.9
    assert probability(["bias", "named", "bond none"]) < 0.5
    assert probability(["nothing that was learnt"]) == pytest.approx(0.5)


def test_shares_of_candidates_add_up_and_gender_and_place_decide() -> None:
    text = f"{TITLE}\n\nOdile Ferrand a reçu Yves Kerlédan au port. « La digue a cédé », a-t-elle dit."
    [one] = read(text)
    assert one.speaker_name == "Odile Ferrand"
    assert one.speaker_confidence is not None
    assert 0 < one.speaker_confidence < 1
    asked = Question(
        kind="il",
        gender="f",
        offset=50,
        paragraph=10,
        before=0,
        mentions=[Named(20, "e2", prominent=False), Named(12, "e1", prominent=True)],
        spoke=[],
        heard=-1,
        answer=None,
        fitting=frozenset(),
        kindred=frozenset(),
        other=frozenset(),
        people=frozenset(("e1", "e2")),
        genders={"e1": "f", "e2": "m"},
        first="e1",
    )
    unnamed = asked._replace(acting=Acting(48, None, person=True))
    assert dict(ranked(unnamed))[None] > dict(ranked(asked))[None]
    shares = ranked(asked)
    assert next(who for who, _ in shares) == "e1"
    assert {who for who, _ in shares} == {"e1", "e2", None}
    assert sum(share for _, share in shares) == pytest.approx(1)


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        ("« La digue a cédé », a dit la députée et conseillère municipale Odile Ferrand.", "Odile Ferrand"),
        ("« La digue a cédé », a lancé l'un des dockers, Yves Kerlédan.", "Yves Kerlédan"),
        ("« La digue a cédé », a répondu son homologue, Odile Ferrand.", "Odile Ferrand"),
        ("« La digue a cédé », a lancé lors de son élection Odile Ferrand.", "Odile Ferrand"),
        ("« La digue a cédé », a réagi pour l'AFP Odile Ferrand, une porte-parole.", "Odile Ferrand"),
        ("Odile Ferrand s'est dite « choquée » par la durée des travaux.", "Odile Ferrand"),
        ("Voici la docker Odile Ferrand, selon qui « la digue ne tiendra pas l'hiver ».", "Odile Ferrand"),
        ("« La digue a cédé », dit la ministre de la Mer écologique et solidaire, Odile Ferrand.", "Odile Ferrand"),
        ("Les dockers veulent « ouvrir le port », explique leur avocate, Odile Ferrand.", "Odile Ferrand"),
        ("« La digue a cédé », affirme l'ancien maire de Kervilly à l'AFP.", "l'ancien maire de Kervilly"),
    ],
)
def test_roles_addressees_and_causes_do_not_hide_who_speaks(body: str, speaker: str) -> None:
    text = f"{TITLE}\n\n{body}"
    [one] = read(text)
    assert [text[slice(*span)] for span in one.speaker] == [speaker]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("— Vous venez au port ?\n\n— Non, jamais.", ["Vous venez au port ?", "Non, jamais."]),
        ("« — Vous venez ?\n— Demain.\n— Tant mieux. »", ["Vous venez ?", "Demain.", "Tant mieux."]),
        ("Au port :\n\n— la digue a cédé.\n\n— le bac est à quai.", []),
        ("— Vous venez au port ?\n\nElle ne répond pas.", []),
        ("– J'attends le bac, lâche-t-elle.\n– Lui aussi.", ["J'attends le bac", "Lui aussi."]),
        ("– J'attends, dit Yves. Et vous ?\n– Moi aussi.", ["J'attends | Et vous ?", "Moi aussi."]),
    ],
)
def test_lines_with_dashes_are_a_dialogue_if_one_asks(body: str, wanted: list[str]) -> None:
    text = f"{TITLE}\n\n{body}"
    assert said(text, read(text)) == wanted


def test_et_d_ajouter_goes_on_with_whoever_spoke_and_not_with_a_newspaper() -> None:
    text = f"{TITLE}\n\n« La digue a cédé », a dit Odile Ferrand. Et d'ajouter : « Je rentre », rapporte Le Ponant."
    assert [one.speaker_name for one in read(text)] == ["Odile Ferrand", "Odile Ferrand"]


def test_first_names_and_roles_are_sound_tables_with_their_source() -> None:
    tables = [
        files("corpus.annotate.entities").joinpath("first_names.tsv"),
        files("corpus.annotate.quotations").joinpath("roles.tsv"),
    ]
    for table in tables:
        lines = table.read_text(encoding="utf-8").splitlines()
        head = [line for line in lines if line.startswith("#")]
        words, genders_told = zip(*(line.split("\t") for line in lines[len(head) :]), strict=True)
        assert any("Source: " in line for line in head)
        assert list(words) == sorted(set(words))
        assert set(genders_told) <= {"m", "f", ""}
    assert (genders()["odile"], genders()["yves"], genders().get("camille")) == ("f", "m", None)


INDIRECT = (
    "[cue|Selon] [speaker|Odile Ferrand], [said|la digue tiendra encore un hiver].",
    "[said|La digue tiendra encore un hiver], [cue|selon] [speaker|Odile Ferrand].",
    "[speaker|Odile Ferrand] a [cue|affirmé] que [said|la digue tiendrait encore un hiver].",
)


@pytest.mark.parametrize("marked", INDIRECT)
def test_indirect_speech_is_found_only_when_asked_for(marked: str, labelled: Labelled) -> None:
    text, labels = labelled(f"{TITLE}\n\n{marked}")
    spans = dict(labels)
    assert read(text) == ()
    [found] = read(text, indirect=True)
    assert (found.kind, found.fragments, found.speaker, found.cue) == (
        "indirect",
        (spans["said"],),
        (spans["speaker"],),
        (spans["cue"],),
    )


def test_the_incise_inside_marks_ends_after_an_apposition() -> None:
    words = "C'est perdu, a déclaré hier le ministre des Ports, Yves Kerlédan. En échange, on récupère le quai."
    assert incise_inside(words, 0, len(words)) == Span(11, words.index(" En échange"))


pieces = st.lists(
    st.sampled_from(
        [
            '"',
            "«",
            "»",
            "“",
            "”",
            " ",
            ", ",
            ". ",
            ": ",
            "\n\n",
            "a dit ",
            "Odile Ferrand",
            "selon ",
            "la maire ",
            "’",
            "9",
            "-t-elle",
            "nous irons ",
            "qui ",
            "que ",
            "il ",
            "😀",
            "\u00a0",
            "(",
            ")",
            "Er sagte",
            "!",
        ]
    ),
    max_size=40,
)


@given(pieces)
@settings(max_examples=40)
def test_spans_lie_inside_what_is_read_and_do_not_overlap(parts: list[str]) -> None:
    text = re.sub(r"\n{2,}", "\n\n", f"{TITLE}\n\n{''.join(parts)}".strip())
    article = article_of(text)
    found = read(text)
    fragments = sorted(span for one in found for span in one.fragments)
    for start, end in [*fragments, *(span for one in found for span in (*one.speaker, *one.cue))]:
        assert 0 <= start < end <= len(text)
        assert any(p.start <= start and end <= p.end for p in article.paragraphs)
        assert text[start:end].strip() == text[start:end]
    assert all(one[1] <= other[0] for one, other in pairwise(fragments))
    assert list(found) == sorted(found, key=lambda one: one.fragments)


@given(pieces)
@settings(max_examples=200)
def test_stretches_follow_each_other(parts: list[str]) -> None:
    text = "".join(parts)
    spans = [Span(*match.span()) for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text)]
    found = stretches(text, spans)
    assert all(one.start < one.end for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    "unit", ['"', "«", "»", "« ", '" ', "«a ", "a» ", '"a, dit il "', "«a, dit Bob ", '"A. ', 'a" b. C']
)
def test_time_is_linear_in_the_number_of_marks(unit: str, assert_linear: Callable[..., None]) -> None:
    def marks(size: int) -> Article:
        return article_of(f"T\n\n{unit * (size // len(unit))}")

    assert_linear(marks, lambda one: quotations(one, (), ()), 20_000)


@pytest.mark.parametrize("body", ["Mot", "😀😀😀", "«»" * 50, '"', 'Er sagte: "Wir kommen morgen nach Hause."'])
def test_odd_articles_are_read_without_a_crash(body: str) -> None:
    assert len(read(f"{TITLE}\n\n{body}")) <= 1
