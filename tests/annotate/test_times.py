"""What the times layer finds and what it means.

Sentences and people are invented; a mark holds the value, ``?`` for none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate.gold import Gold
from corpus.annotate.layer import LayerInput, run, table_rows
from corpus.annotate.spans import Sentence, Token
from corpus.annotate.times.amounts import duration, number
from corpus.annotate.times.calendar import days_of, easter
from corpus.annotate.times.patterns import PATTERNS, Pattern
from corpus.annotate.times.times import READ, TIMES, times
from corpus.annotate.times.values import FIXED, READERS
from corpus.model.article import Article, Paragraph, Span
from corpus.model.article_row import row_of
from corpus.model.edtf import bounds

Labelled = Callable[[str], tuple[str, tuple[tuple[str, Span], ...]]]


def article(text: str, day: str = "2012-05-23", role: str = "body") -> Article:
    earliest, latest = bounds(day)
    paragraphs, start = [], 0
    for block in text.split("\n\n"):
        if block:
            paragraphs.append(Paragraph(start, start + len(block), role))
        start += len(block) + 2
    return Article(
        "s/a", "s", "", None, None, day, earliest, latest, "fr", text, tuple(paragraphs), "x", "full", "x", "x"
    )


# 2012-05-23 is a Wednesday.
MARKED = (
    # days
    "La foire s'est tenue le [2012-05-03|3 mai].",
    "Odile Ferrand sera reçue le [2012-07-03|mardi 3 juillet].",
    "La halle a brûlé le [1962-07-01|1er juillet 1962].",
    "La régate se disputera du [2012-08-08/2012-08-10|8 au 10 août].",
    "Le salon se tiendra du [2012-06-28/2012-07-04|28 juin au 4 juillet].",
    "Le marché ouvrira les [2012-12-10/2012-12-11|10 et 11 décembre].",
    "Il a neigé du [2010-01-05/2010-02-12|5 janvier 2010 au 12 février 2010].",
    # from one hour to another
    "Le musée sera ouvert de [2012-05-23T14:00/2012-05-23T17:00|14 à 17 heures].",
    "De [2012-05-23T14:00/2012-05-23T17:00|14 à 17 heures], le guichet est fermé.",
    "De [2012-05-23T09:30/2012-05-23T12:30|9h30 à 12h30], le guichet est fermé.",
    "Le guichet est ouvert de [2012-05-23T10:00/2012-05-23T12:00|10h-12h].",
    "Ouvert [2012-05-23T09:30/2012-05-23T12:30|9h30-12h30] et [2012-05-23T14:00/2012-05-23T18:00|14 h - 18 h].",
    "Ouvert [2012-05-23T09:00/2012-05-23T12:00|9h-12h]/[2012-05-23T14:00/2012-05-23T17:30|14h-17h30].",
    "Le bac est à quai de [2012-05-23T22:00/2012-05-24T06:00|22 heures à 6 heures du matin].",
    "Le bac est à quai de [2012-05-23T21:00/2012-05-24T05:00|21 à 5 heures].",
    "Comptez une attente de [?|2 à 3 heures].",
    "Le chantier durera de [?|14 à 17 heures].",
    "Il faut de [?|24 à 48 heures].",
    "[2012-05-22|Hier], la digue de Kerlouan a cédé.",
    "[2012-05-21|Avant-hier], la digue a tenu.",
    "Le bac repart [2012-05-24|demain].",
    "La cuve est vide, [2012-05-23|aujourd'hui].",
    "Encore [?|aujourd'hui], le moulin tourne.",
    "Relevé du [2011-03-14|14/03/2011] et du [2011-03-15|2011-03-15].",
    "Le conseil s'est réuni [2012-05-18|vendredi 18 mai].",
    "Quimper, [2012-01-09|9 jan 2012] (Hexa) - La digue a cédé.",
    "La digue a cédé le [2012-04-17|17] et le [2012-04-30|30 avril].",
    "La digue a cédé entre le [2012-04-17|17] et le [2012-04-30|30 avril].",
    "Odile Ferrand est venue un [?|dimanche].",
    "La foire revient les [2012-06-03/2012-06-05|3, 4 et 5 juin].",
    "Un marché se tiendra les [?|3, 10 et 17 juin].",
    "Le port fermera les [2012-05-30|30], [2012-05-31|31 mai] et [2012-06-01|1er juin].",
    "Les [2012-11-02|vendredi 2], [2012-11-03|samedi 3] et [2012-11-04|dimanche 4 novembre], la foire revient.",
    "En [1968-05|mai 68], la halle brûlait ; en [1944-08|août '44], elle tenait.",
    "[1968-05|Mai 68] a changé Kerlouan, comme l'[1936-22|été 36].",
    "Odile Ferrand tourne le film « Dimanche à Kerlouan », sorti le [2012-05-03|3 mai].",
    "Le conseil se réunit [2012-05-26|ce samedi].",
    # weekdays and the tense
    "Yvon Kerlédan a été élu [2012-05-22|mardi].",
    "Le maire a parlé [2012-05-23|mercredi].",
    "Yvon Kerlédan sera reçu [2012-05-29|mardi].",
    "Le vote, prévu [2012-05-25|vendredi], s'annonce serré.",
    "Elle a décidé de se rendre [2012-05-24|jeudi] au port.",
    "Le port a rouvert [2012-05-21|lundi dernier].",
    "Le port rouvrira [2012-05-28|lundi prochain].",
    "Le tribunal tranchera [2012-05-30|mercredi en huit].",
    # months, seasons, years and longer
    "Le pont ouvrira [2012-06|fin juin].",
    "Tout a commencé au [2011-09|mois de septembre].",
    "Les travaux ont cessé à la [2012-04|mi-avril].",
    "Elle est née en [1987-10|octobre 1987].",
    "Le quai fut rebâti en [1987|1987].",
    "La mesure vaut pour la période [2002/2004|2002-2004].",
    "Une crue a frappé entre [2008|2008] et [2009|2009].",
    "Il a dirigé le phare de [2001/2007|2001 à 2007].",
    "Les ventes montent en [2012|fin d'année].",
    "Les comptes seront clos à la [2013|fin de l'année 2013].",
    "L'usine date des [196X|années 1960] et la cour du [197X|début des années 70].",
    "Une tour du [14XX|XVe siècle] domine l'anse.",
    "Un mur du [-00XX|Ier siècle avant J.-C.] est apparu.",
    "L'acte de [1643|1643] produit par Yvon Kerlédan est un faux.",
    "Le lac était bas l'[2011-22|été dernier].",
    "Le phare ferme [2012-22|cet été].",
    "Les ventes du [2011-35|troisième trimestre 2011] sont bonnes.",
    "Les comptes du [2012-40|premier semestre] sont bons.",
    # near units
    "Le marché reprend la [2012-W22|semaine prochaine].",
    "Le marché a fermé la [2012-W20|semaine dernière].",
    "[2012|Cette année], la Vire a gelé.",
    "Le [2012-04|mois dernier], la Vire a gelé.",
    "Les prix ont monté l'[2011|an dernier].",
    "La fête a eu lieu le [2012-05-19/2012-05-20|week-end dernier].",
    "La [2012-W10|semaine du 5 mars] a été calme.",
    "Le rapport viendra dans les [?|prochains jours].",
    # counted from the article
    "La gare a fermé [2010|il y a deux ans].",
    "La gare a fermé [2012-05-20|il y a trois jours].",
    "La gare a fermé [1962-05-23|il y a tout juste 50 ans].",
    "Le bac repart [2012-06-02|dans dix jours].",
    "Le bac repart [?|dans quelques jours].",
    "La loi s'appliquera d'ici [2027|2027].",
    # counted from the story
    "Le 3 mai, la digue a cédé. La [2012-05-02|veille], il avait plu.|x",
    "Le 3 mai, la digue a cédé. Le [2012-05-04|lendemain], il a plu.|x",
    "Le 3 mai, la digue a cédé. [2012-05-06|Trois jours plus tard], il a plu.|x",
    "Le 3 mai, la digue a cédé. Le [2012-05-03|même jour], il a plu.|x",
    "En 1952, la digue a cédé. Elle fut rebâtie [1954|deux ans plus tard].|x",
    "Le 3 mai 1962, la digue a cédé. [1962-05-03|Ce jour-là], il pleuvait.|x",
    # hours
    "Le feu a pris à [2012-05-23T14:30|14h30].",
    "Le feu a pris vers [2012-05-23T08:00|8h du matin].",
    "Le bac est parti à [2012-05-23T12:00|midi].",
    "Le bac est parti [2012-05-21T20:00|lundi à 20 heures].",
    "Le bac est parti [2012-05-21|lundi soir].",
    "[2012-05-23|Ce matin], la brume est tombée.",
    "La fusée a décollé [2012-05-23T07:44Z|ce matin à 7h44 UTC].",
    "La grange a brûlé dans la [2012-05-19/2012-05-20|nuit de samedi à dimanche].",
    "Le musée ouvre de [2012-05-23T09:30/2012-05-23T12:00|9 h 30 à 12 h].",
    # hours of the night that is told, and hours counted from an hour
    "La digue a cédé dans la [2012-05-21/2012-05-22|nuit de lundi à mardi]. Il était près de [2012-05-22T03:00|3 h].",
    "La digue a cédé dans la [2012-05-21/2012-05-22|nuit de lundi à mardi]. À [2012-05-21T22:10|22 h 10], il pleuvait.",
    "Le musée ouvrira [2012-05-26|samedi], de [2012-05-26T14:00/2012-05-26T18:00|14 à 18 h].",
    "[2012-05-22|MARDI DERNIER], il a plu.",
    "La digue a cédé en [2012-03|MARS DERNIER].",
    "Le musée ouvre de [2012-05-23T09:00/2012-05-23T12:00|9 h à midi].",
    "Il a plu de [2012-05-22T10:00/2012-05-22T12:30|10h à 12h30] [2012-05-22|mardi].",
    "Il est [2012-05-22T01:20|1 h 20, mardi]. [2012-05-21T22:50|Deux heures et demie plus tôt], il a plu.",
    # durations
    "Elle a navigué pendant [P3D|trois jours].",
    "Elle a navigué pendant [PT1H30M|une heure et demie].",
    "Une autonomie de [PT3H30M|3 h 30], dit le fabricant.",
    "Une peine de [P15Y|quinze ans] de réclusion.",
    "Elle a couru en [PT1H19M26S|1 heure, 19 minutes et 26 secondes].",
    "Une grève de près de [P2Y|deux ans].",
    "Un retard d'[P10D|une dizaine de jours].",
    "Une pause d'[P0.5D|une demi-journée].",
    "Le lavoir est fermé depuis [?|plusieurs décennies].",
    "Il a plu [P1D|toute la journée].",
    "Elle a gagné avec [PT2M40S|2 min 40 s] d'avance.",
    "L'horloge a [P30Y|trente ans] de plus que le phare.",
    "Le condamné purgera [P18M|18 mois] de prison.",
    # sets
    "Le marché a lieu [P1W|tous les lundis].",
    "La fête revient [P1Y|chaque année].",
    "Le car passe [P1W|deux fois par semaine].",
    "Le guichet ouvre [P1W|deux jours par semaine].",
    "La mer montait d'un empan [PT1M|par minute].",
    "La cuve est vidée [P1D|quotidiennement].",
    "Il touche 300 euros [P1Y|par an].",
    "Le scrutin a lieu [P5Y|tous les cinq ans].",
    "Il travaille [P2D|un jour sur deux].",
    # an hour goes with its day, also behind a comma; « entre … et … » are two
    "Le conseil se réunira [2012-05-25T18:30|vendredi, à 18 h 30], à l'hôtel de ville.",
    "Le bal aura lieu le [2012-06-09T21:00|samedi 9 juin, à partir de 21 heures].",
    "Rendez-vous [2012-05-24T09:00|jeudi, 9 heures], devant la mairie.",
    "À [2012-05-20T16:20|16 h 20, dimanche], la barrière a cédé.",
    "La barrière a cédé [2012-05-20T16:00|dimanche peu après 16 heures].",
    "Le vent est tombé [2012-05-22|mardi midi], puis [2012-05-22T12:00|mardi à midi].",
    "Le club a jusqu'au [2012-06-08T24:00|8 juin à minuit].",
    "Le pont était fermé entre [2012-05-23T10:00|10 heures] et [2012-05-23T16:00|16 heures].",
    "Le salon se tient les [2012-06-09|samedi 9] et [2012-06-10|dimanche 10 juin].",
    "Il est parti à l'[2012-05-23|aube]. À l'aube d'une ère nouvelle, le port change.",
    "Elle est partie un [?|soir d'août].",
    "Deux voitures ont brûlé dans la [2012-05-22/2012-05-23|nuit].",
    # on which side of the article
    "La route est coupée depuis [2012-05-18|vendredi].",
    "Le guichet est fermé depuis [2011-09|septembre].",
    "La fermeture est annoncée pour le [2012-12-30|30 décembre].",
    "Il a appris la fermeture du site pour le [2012-10-30|30 octobre].",
    "Les syndicats ont appelé à [P1D|une journée] de grève [2012-05-29|mardi].",
    "Les actes ont augmenté entre [2012-01|janvier] et [2012-04|avril].",
    # what returns
    "Le bac reste à quai le [P1W|lundi].",
    "Elle anime la chorale du [P1W|jeudi].",
    "Elle s'entraîne [P1W|trois soirs par semaine].",
    "La mer gagne 1,50 mètre [P1Y|par an].",
    "Je me lève à [T05:30|5 h 30].",
    "Le magasin ouvrait déjà le [P1W|dimanche].",
    # how long
    "Il a nagé en [PT4M9.62S|4 min 9 s 62], elle en [PT54.71S|54 s 71].",
    "Le relais a pris [P2DT3H10M|deux jours, trois heures et dix minutes].",
    "Elle a travaillé [P61D|soixante et un jours] sans repos.",
    "La dune a reculé en [?|trois hivers].",
    "Elle a [P10Y|dix ans] d'avance.",
    "Il a été condamné en [2009|2009] à [P4Y|quatre ans] de prison.",
    "Les blés sont mûrs [P9D|neuf jours] plus tôt qu'en [2011|2011].",
    # nowadays, decades, seasons of sport
    "Le club compte [?|aujourd'hui] cent membres, contre 5 % en [1970|1970] et 60 % [?|aujourd'hui].",
    "Un scandale des [198X|années 1980] et [199X|1990].",
    "Le club a perdu dix matchs [2011/2012|cette saison], la [2010/2011|saison dernière] aussi.",
    "La crue de [1856|1856] reviendra.",
    "Il a neigé [2012-05-19/2012-05-20|cette fin de semaine].",
    # holidays
    "Le magasin a fermé à [2011-12-25|Noël 2011].",
    "Le musée fermera pour [2012-12-25|Noël].",
)


@pytest.mark.parametrize("marked", MARKED)
def test_an_expression_keeps_its_extent_and_gets_its_value(marked: str, labelled: Labelled) -> None:
    text, wanted = labelled(marked.removesuffix("|x"))
    found = times(article(text), ())
    if marked.endswith("|x"):  # an anchor that is not marked comes first
        found = found[1:]
    assert [(one.value or "?", text[one.start : one.end]) for one in found] == [
        (value, text[span.start : span.end]) for value, span in wanted
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Cette institutrice de 54 ans vit à Kerlouan.",
        "Odile Ferrand, 54 ans, est indemne.",
        "Âgé de 69 ans, il pêche encore.",
        "À l'âge de 12 ans, elle lisait tout.",
        "Des élèves de 6 à 7 ans ont chanté.",
        "Les moins de 25 ans ont voté.",
        "Il avait 20 ans.",
        "Le doyen est mort à 74 ans de vieillesse.",
        "Cinq rameurs (âgés entre 11 et 17 ans) dorment.",
        "Une fillette de trois ans dort.",
        "Un bébé de 18 mois dort.",
        "Près de 2000 personnes ont marché.",
        "Le devis s'élève à 2012 euros.",
        "Il a fini 1er devant 2 100 coureurs.",
        "Le groupe l'emporte 3-2 après prolongation.",
        "La sonde vise Mars.",
        "Récemment, le bac est tombé en panne ; bientôt il repartira.",
        "La rue du 8 mai 1945 est barrée.",
        "Le père Noël est passé au marché de Noël.",
        "Il a été vu : c'est la première fois.",
        "Les heures supplémentaires coûtent cher.",
        "Il roule à 120 km par heure.",
        "Le journal Vendredi paraît encore.",
        "La Nuit des phares attire du monde.",
        "Vis Cinq-Mars et tais-toi.",
        "Son record est de 3:32.77.",
        "Joignez le 03 25 76 88 78.",
        "Les fêtes de fin d'année approchent.",
        "Odile Kerlan, trente-deux ans, dirige la ferme.",
        "Le gardien, vingt-neuf ans, a plongé.",
        "Vous aurez quarante ans.",
        "L'âge moyen des bénévoles dépasse 67 ans.",
        "Une minute de silence a été observée ; ce fut une année noire.",
        "L'hiver avait été rude.",
        "Les factures sont rangées par année.",
        "Un bac nommé « Dimanche 4 mars » rouille.",
    ],
)
def test_ages_counts_scores_names_and_vague_words_are_not_times(text: str) -> None:
    assert [text[one.start : one.end] for one in times(article(text), ())] == []


@pytest.mark.parametrize(
    ("text", "value", "earliest", "latest"),
    [
        ("Le maire a parlé vendredi.", None, "2023-02-24", "2023-03-31"),
        ("Le maire a parlé hier.", None, "2023-02-28", "2023-03-30"),
        ("Le maire a parlé cette année.", "2023", "2023-01-01", "2023-12-31"),
        ("Le maire a parlé il y a deux ans.", "2021", "2021-01-01", "2021-12-31"),
        ("Le maire a parlé le 12 janvier 2023.", "2023-01-12", "2023-01-12", "2023-01-12"),
        ("Le maire a parlé pendant trois jours.", "P3D", None, None),
    ],
)
def test_an_article_of_a_month_bounds_what_it_cannot_tell(
    text: str, value: str | None, earliest: str | None, latest: str | None
) -> None:
    [found] = times(article(text, "2023-03"), ())
    assert (found.value, found.earliest, found.latest) == (value, earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "La foire s'est tenue mardi. Le lendemain, la digue cédait.",
        "La foire se tiendra samedi, puis ce dimanche. Deux jours plus tard, le bac repart.",
        "La foire s'est tenue le 30 mai, la semaine dernière, en mars et l'été dernier.",
        "Le conseil se réunit du 28 au 30 juin, hier soir, le mois prochain et vendredi prochain à 20 heures.",
    ],
)
@pytest.mark.parametrize("month", ["2023-03", "2024-02", "2023-12"])
def test_the_bounds_of_a_month_hold_what_each_of_its_days_tells(text: str, month: str) -> None:
    whole = times(article(text, month), ())
    first, last = map(date.fromisoformat, bounds(month))
    for one_day in range(first.toordinal(), last.toordinal() + 1):
        of_day = times(article(text, date.fromordinal(one_day).isoformat()), ())
        assert [(one.start, one.end) for one in of_day] == [(one.start, one.end) for one in whole]
        for one, wide in zip(of_day, whole, strict=True):
            if wide.earliest is not None:
                assert wide.earliest <= one.earliest <= one.latest <= wide.latest  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("2012-W21", ("2012-05-21", "2012-05-27")),
        ("2012-02", ("2012-02-01", "2012-02-29")),
        ("2012-24", ("2012-12-01", "2013-03-21")),
        ("2012-33", ("2012-01-01", "2012-03-31")),
        ("2012-41", ("2012-07-01", "2012-12-31")),
        ("196X", ("1960-01-01", "1969-12-31")),
        ("19XX", ("1900-01-01", "1999-12-31")),
        ("2012-05-22T14:30", ("2012-05-22", "2012-05-22")),
        ("2012-05-22/2012-05-25", ("2012-05-22", "2012-05-25")),
        ("P3D", None),
        ("-00XX", None),
        ("-0099/0000", None),
        ("00XX", ("0001-01-01", "0099-12-31")),
        ("2012-05-25/2012-05-22", None),
        ("2012-02-31", None),
        (None, None),
    ],
)
def test_a_value_is_bounded_by_its_first_and_last_day(value: str | None, days: tuple[str, str] | None) -> None:
    assert days_of(value) == days


def test_numbers_and_durations_in_words() -> None:
    assert number("quatre-vingt-dix-sept") == 97
    assert number("deux cent cinquante") == 250
    assert duration("un an et demi") == (1.5, "Y", "P1Y6M")
    assert duration("deux ans et six mois") == (2, "Y", "P2Y6M")
    assert duration("48 heures") == (48, "TH", "PT48H")
    assert easter(2024) == date(2024, 3, 31)


@pytest.mark.parametrize(("feats", "value"), [("Tense=Fut", "2012-05-29"), ("Tense=Imp", "2012-05-22")])
def test_the_tense_of_tokens_moves_a_weekday(feats: str, value: str) -> None:
    text = "Le bac xyz mardi."
    tokens = (Token(0, 2, "le", "DET", ""), Token(3, 6, "bac", "NOUN", ""), Token(7, 10, "xyz", "VERB", feats))
    [found] = times(article(text), (Sentence(0, len(text), tokens),))
    assert found.value == value


@pytest.mark.parametrize(
    ("sentence", "form", "lemma", "feats", "value"),
    [
        ("Le bac xyz mardi.", "débuterait", "débuter", "Tense=Imp", "2012-05-29"),
        ("Le bac xyz mardi.", "ouvrait", "ouvrir", "Tense=Imp", "2012-05-22"),
        ("Le bac xyz mardi.", "ouvrira", "ouvrir", "Tense=Past", "2012-05-29"),
        ("Le bac xyz mardi.", "entrera", "entrer", "Tense=Past", "2012-05-29"),
        ("Le bac xyz mardi.", "tira", "tirer", "Tense=Past", "2012-05-22"),
        ("Le bac xyz lundi.", "ouvre", "ouvrir", "Tense=Pres", "2012-05-28"),
        ("Le bac xyz lundi.", "assure", "assurer", "Tense=Pres", "2012-05-21"),
        ("Le bac xyz lundi.", "convoque", "convoquer", "Tense=Past|VerbForm=Part", "2012-05-28"),
        ("Le bac xyz depuis lundi.", "ferme", "fermer", "Tense=Pres", "2012-05-21"),
    ],
)
def test_the_form_of_a_verb_tells_more_than_its_tag(
    sentence: str, form: str, lemma: str, feats: str, value: str
) -> None:
    text = sentence.replace("xyz", form)
    verb = Token(7, 7 + len(form), lemma, "VERB", feats)
    [found] = times(article(text), (Sentence(0, len(text), (verb,)),))
    assert found.value == value


def test_an_hour_is_of_the_day_that_the_article_is_about() -> None:
    text = (
        "Le bac a coulé lundi soir. À 1 h 30, il brûlait encore.\n\n"
        "Une réunion est prévue jeudi.\n\nÀ 21 h 10, les secours avaient appareillé."
    )
    assert [one.value for one in times(article(text), ())] == [
        *("2012-05-21", "2012-05-22T01:30", "2012-05-24", "2012-05-21T21:10"),
    ]


@pytest.mark.parametrize("pattern", [one for one in PATTERNS if one.shape in FIXED], ids=lambda one: one.shape)
def test_a_fixed_value_is_the_same_from_wherever_it_is_read(pattern: Pattern) -> None:
    text = pattern.example.replace("[", "").replace("]", "")
    days = "2012-05-23", "1997-02-28"
    assert len({tuple(one.value for one in times(article(text, day), ())) for day in days}) == 1


@pytest.mark.parametrize("role", ["byline", "credit", "related", "boilerplate"])
def test_a_paragraph_that_is_not_running_text_is_not_read(role: str) -> None:
    assert times(article("Publié le 3 mars 2012.", role=role), ()) == ()
    assert role not in READ


def test_an_expression_never_crosses_a_paragraph() -> None:
    text = "Le maire a parlé le 3\n\nmai 2012 est loin."
    assert [text[one.start : one.end] for one in times(article(text), ())][-1:] == ["mai 2012"]


def test_every_shape_has_a_reader_and_an_example_that_it_matches() -> None:
    assert {pattern.shape for pattern in PATTERNS} == set(READERS)
    for pattern in PATTERNS:
        marked = pattern.example[pattern.example.index("[") + 1 : pattern.example.index("]")]
        match = pattern.regex.match(pattern.example.replace("[", "").replace("]", ""), pattern.example.index("["))
        assert match is not None, pattern.shape
        assert match[0] == marked, pattern.shape


WORDS = [
    "le",
    "la",
    "du",
    "de",
    "au",
    "à",
    "en",
    "dans",
    "il",
    "y",
    "a",
    "ans",
    "heures",
    "jours",
    "mois",
    "semaine",
    "mardi",
    "hier",
    "3",
    "12",
    "31",
    "mars",
    "2012",
    "1999",
    "trois",
    "une",
    "deux",
    "et",
    "demie",
    "été",
    "soir",
    "matin",
    "nuit",
    "prochain",
    "dernier",
    "tous",
    "les",
    "chaque",
    "par",
    "an",
    "siècle",
    "XVe",
    "années",
    "60",
    "fin",
    "début",
    "mi",
    "-",
    ",",
    ".",
    "«",
    "»",
    "h",
    "14h30",
    "midi",
    "veille",
    "lendemain",
    "Noël",
    "février",
    "29",
    "99",
    "0",
    "1er",
    "plus",
    "tard",
    "entre",
    "vingt",
    "quatre",
    "cent",
    "mille",
    "depuis",
    "\xa0",
    "’",
    "'",
    "😀",
    "dernières",
    "2012-05",
]
DAYS = st.sampled_from(["2012", "2012-02", "2012-05-23", "0001-01-01", "9999-12-31", "2023-03-03T14:30+01:00"])


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), DAYS)
@settings(max_examples=300)
def test_spans_are_ordered_apart_and_inside_their_paragraph(text: str, day: str) -> None:
    found = times(article(text, day), ())
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    for one in found:
        assert text[one.start : one.end] == text[one.start : one.end].strip()
        assert (one.earliest is None) == (one.latest is None)
        assert one.earliest is None or one.latest is None or one.earliest <= one.latest
        assert one.kind in ("date", "time", "duration", "set")


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_no_text_is_too_strange(text: str) -> None:
    for one in times(article(text.replace("\n", " ")), ()):
        assert one.start < one.end


@pytest.mark.parametrize(
    "piece",
    [
        "« » ",
        "😀",
        "mot ",
        "vingt ",
        "3 ",
        "12 mars ",
        "il y a ",
        "de 3 h à ",
        "12, ",
        "Das Haus ist gestern am 3. März ",
        "quatre-",
        "1-",
        "fin de ",
        "de 2 à 3 h ",
        "vendredi 3, ",
    ],
)
def test_twice_the_text_takes_at_most_about_twice_the_time(piece: str, assert_linear: Callable[..., None]) -> None:
    def repeated(size: int) -> Article:
        return article((piece * (size // len(piece) + 1))[:size])

    assert_linear(repeated, lambda one: times(one, ()), 20_000)


@pytest.mark.parametrize("piece", ["a", "1", "'", "é'", "1-", "12h", "\xa0", "les 30, "])
def test_a_paragraph_of_100000_odd_characters_is_read_in_seconds(piece: str) -> None:
    start = time.process_time()
    times(article((piece * 100_000)[:100_000]), ())
    assert time.process_time() - start < 3


def test_the_surer_the_rule_the_higher_the_confidence_and_a_person_has_none() -> None:
    read = article("Ouvert le 3 mai 2012. Fermé mardi. Le bac part à 9 h.")
    found = {read.text[one.start : one.end]: one.confidence for one in times(read, ())}
    assert found["3 mai 2012"] > found["mardi"] > found["9 h"] > 0  # type: ignore[operator]  # all are numbers
    reading = LayerInput(read, Gold("Odile", {"times": [{"start": 10, "end": 20, "kind": "date", "value": None}]}))
    run(TIMES, reading)
    assert [row["confidence"] for row in table_rows(reading, TIMES, row_of(read, "train"))] == [None]
