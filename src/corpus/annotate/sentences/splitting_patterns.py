"""What the sentence rules know about French: abbreviations, initials, words that open a sentence.

Every table is a set of whole words, case as written, without the full stop, with a sentence
that needs the line. To add a word, put it in the table whose rule it follows:
``NEVER_END`` (a full stop after it never ends a sentence), ``MAY_END`` (it ends one where a
word of ``OPENERS`` follows).
"""

from __future__ import annotations

import re

from corpus.annotate.words import words_of

UPPER = "A-ZÀ-ÖØ-ÞŒŸĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĽŁŃŅŇŌŐŔŘŚŞŠŤŢŪŮŰŲŹŻŽȘȚА-ЯΑ-Ω"
SPACE = " \n\t\xa0\u202f\u2009"

STOP = re.compile(
    rf"(?P<mark>[.!?…]++(?:[ \xa0\u202f][!?…]++)?)"  # Partir ? ! Jamais
    rf"(?P<closing>(?:[ \xa0\u202f]?[»›]|[\"”)\]]|\[\d{{1,3}}\]|['’](?=[{SPACE}]))*)"  # « Partez. » Il …
    rf"(?P<gap>[{SPACE}]*+)"
)
"""A mark that may end a sentence, what closes behind it, and the white space up to the next word.

No group is possessive, here and elsewhere: Python before 3.11.5 loses what such groups matched (gh-106052).
"""

NEVER_END = words_of(
    "M MM Mr Mrs Ms Mme Mmes Mlle Mlles Mgr Sra "  # M. Kerval est venu.
    "Dr Drs Pr Prof Me Mtre Vve Hon Rev Rév "  # Le Dr. Odile Ferrand opère.
    "Gén Gal Gen Col Cdt Cne Cpt Capt Lt Sgt Sén "  # Le Lt. Roux commande.
    "St Ste Sts Ft Mt Bd Bld Blvd "  # Il vit à St. Elvan.
    "art Art al chap vol Vol fig Fig éd ed dir coll trad préf "  # art. 12
    "cf Cf ex env vs ca resp approx av apr réf tél Tél alt "  # p. ex.
    "p pp n no No nos nº n° N° t ch bull dép éq op"  # n. 12
)
"""A full stop behind one of these belongs to the word."""

NEVER_END_BEFORE_A_NUMBER = frozenset(("h", "min", "éd", "mm", "etc", "Ch", "lib", "tit"))
"""« à 20 h. 30 »: the number goes on."""

ONLY_BEFORE_A_NUMBER = frozenset(("p", "pp", "n", "no", "No", "nos", "t", "ch", "op", "éq", "fig", "vol", "art"))
"""« p. 12 » is a page, « le point p. Le calcul » ends: these bind to a number, or to a lower-case word."""

MONTHS = frozenset(("janv", "févr", "fév", "avr", "juill", "juil", "sept", "oct", "nov", "déc"))
"""« le 12 sept. 2031 » goes on, « Ils sont sept. Puis » ends: so before one of ``OPENERS`` only."""

WEEKDAYS = frozenset(("lun", "mar", "mer", "jeu", "vend", "ven", "sam", "dim"))
DAY_AND_MONTH = re.compile(
    r"\d{1,2}(?:er)?[ \xa0\u202f](?:janv|f[ée]v|mars|avr|mai|jui[nl]|ao[ûu]t|sept|oct|nov|d[ée]c)"
)
"""« le mar. 12 sept. » goes on, « Il voit la mer. 12 marins … » ends."""

MAY_END = words_of(
    "etc Inc Ltd Corp Co Cie Bros Jr Sr Ltée Univ Dept "  # Kerval Inc. Le
    "i.e e.g c.-à-d ibid Ibid id op.cit Ph.D ph.D "  # un Ph.D. Elle enseigne …
    "ap hab max min km kg a.m p.m"  # 300 hab. Le temple …
)
"""These end a sentence where the next word commonly opens one."""

OPENERS = words_of("""
    Le La Les L Un Une Des Du De D Il Elle Ils Elles On Ce Cet Cette Ces C Ceux Celle Celui Cela Ça En Dans À A Au Aux
    Pour Par Sur Mais Et Ou Où Or Donc Ni Car Selon Si S Son Sa Ses Leur Leurs Notre Nos Nous Vous Votre Je J Tu Mon Ma
    Mes Que Qu Qui Quand Quant Quel Quelle Quels Quelles Quelque Quelques Comme Comment Combien Pourquoi Lors Lorsque
    Lorsqu Après Avant Depuis Pendant Cependant Toutefois Pourtant Néanmoins Ainsi Aussi Alors Puis Enfin Ensuite Plus
    Tout Toute Tous Toutes Certains Certaines Plusieurs Chaque Aucun Aucune Parmi Entre Avec Sans Sous Chez Malgré Bien
    Même Ne N Non Oui Pas Ici Là Voici Voilà Deux Trois Dès Durant Grâce Hier Aujourd Demain Jusqu Jusque Vers Contre
    Outre Face Très Trop Peu Beaucoup Rien Nul Personne Parce Puisque Afin Suite Souvent Parfois Toujours
    Jamais Déjà Encore Seul Seule Seuls Autre Autres Autrement Désormais Actuellement Également Auparavant Finalement
    M Mme MM Mlle Lundi Mardi Mercredi Jeudi Vendredi Samedi Dimanche
    """)
"""Words that commonly open a sentence, up to their apostrophe."""

LETTERED = words_of(
    "plan vitamine vitamines hépatite groupe classe catégorie série ligue point "
    "lettre type annexe option bloc zone porte terminal note grade grippe "
    "virus rhésus"
)
"""« le groupe B. Le match »: a letter behind one of these is no initial."""

NAMES_WITH_A_MARK = frozenset(("Yahoo", "Jeopardy", "Oui.sncf", "Yum", "Joomla", "Wham"))
"""« Yahoo! Finance »: the mark is part of the name."""

DOMAINS = words_of("com fr org net eu be ch ca info io tv co uk gouv edu gov re pf nc js php html htm pdf jpg ai")
"""« Kerval.Com »: what a full stop inside an address leads to."""

INITIALS = re.compile(rf"(?:[{UPPER}]\.?-?){{0,5}}[{UPPER}]|(?:[{UPPER}][a-z]?\.-?){{1,4}}[{UPPER}][a-z]?")
"""« J », « J.-C », « U.S », « Ch.-H » without the last full stop."""

SUBHEADING = re.compile(rf"[-–—] ?[^.!?…\n]{{1,80}}? [-–—](?: ?)(?=[{UPPER}\"«“])")
"""« … les quais.- Une ville à part -Pour les riverains … »: a subheading that was glued into its paragraph."""

LIST_MARK = re.compile(r"[-–—•*·►▶→■▪] ?")
"""A line that begins so is a sentence of its own."""
