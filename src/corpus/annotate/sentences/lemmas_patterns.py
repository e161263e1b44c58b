"""Lemmas that a table knows better than a rule, and feature sets of closed classes.

``LEMMAS`` is keyed by (lower-case form, UPOS). The convention is that of dictionaries where treebanks
differ: the masculine singular for what agrees (« nos » -> son, « elles » -> il), the word itself for symbols
and units. To correct a word, add its line to the group it belongs to.
"""

from __future__ import annotations

import re

from corpus.annotate.words import words_of

ORDINAL = re.compile(r"[IVXLC]+(?:er|e|ème|ère)")
"""« le XXe siècle », « François Ier »"""

COMMON_ACRONYMS = words_of(
    "pib ong cd dvd tva pme hlm adn arn sdf pdg tgv bd url smic rtt csg rsa vtc cdi cdd opcvm isbn tnt pc vtt pv irm"
)
"""« le PIB »: acronyms that are common nouns."""


def _same(words: str, upos: str) -> dict[tuple[str, str], str]:
    """Words that are their own lemma."""
    return {(word, upos): word for word in words.split()}


def _all(forms: str, upos: str, lemma: str) -> dict[tuple[str, str], str]:
    """Forms of one lemma."""
    return {(form, upos): lemma for form in forms.split()}


LEMMAS: dict[tuple[str, str], str] = {
    **_all("au aux à a", "ADP", "à"),  # Il rentre au port.
    **_all("du des de d'", "ADP", "de"),  # le toit des halles
    **_all("des de d'", "DET", "un"),  # Elle a de bons amis.
    **_all("du", "DET", "du"),  # Il boit du thé.
    **_all("le la les l'", "DET", "le"),
    **_all("un une", "DET", "un"),
    **_all("le la les l'", "PRON", "le"),  # On la filme.
    **_all("il elle ils elles -il -elle -ils -elles -t-il -t-elle -t-ils -t-elles", "PRON", "il"),  # Part-elle ?
    **_all("on -on -t-on", "PRON", "on"),
    **_all("je j' -je", "PRON", "je"),
    **_all("tu t'", "PRON", "tu"),
    **_all("me m' -moi moi", "PRON", "moi"),
    **_all("nous -nous", "PRON", "nous"),
    **_all("vous -vous", "PRON", "vous"),
    **_all("se s'", "PRON", "se"),
    **_all("lui eux leur -lui -leur", "PRON", "lui"),
    **_all("ce c' ç' -ce", "PRON", "ce"),
    **_all("cela", "PRON", "cela"),
    **_all("ça", "PRON", "ça"),
    **_all("ca", "PRON", "ça"),
    **_all("en -en", "PRON", "en"),
    **_all("y -y", "PRON", "y"),
    **_all("qui", "PRON", "qui"),
    **_all("que qu'", "PRON", "que"),
    **_all("que qu'", "SCONJ", "que"),
    **_all("que qu'", "ADV", "que"),
    **_all("que qu'", "ADP", "que"),
    **_all("dont", "PRON", "dont"),
    **_all("dont", "ADP", "dont"),
    **_all("si s'", "SCONJ", "si"),
    **_all("ne n'", "ADV", "ne"),
    **_all("ce cet cette ces", "DET", "ce"),
    **_all("mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs", "DET", "son"),
    **_all("quel quelle quels quelles", "DET", "quel"),
    **_all("tout toute tous toutes", "DET", "tout"),
    **_all("tout toute tous toutes", "ADJ", "tout"),
    **_all("tout tous toutes", "PRON", "tout"),
    **_all("tout", "ADV", "tout"),
    **_all("aucun aucune", "DET", "aucun"),
    **_all("certain certains certaine certaines", "DET", "certain"),
    **_all("certain certains certaine certaines", "ADJ", "certain"),
    **_all("différents différentes", "DET", "différent"),
    **_all("divers diverses", "DET", "divers"),
    **_all("quelque quelques", "DET", "quelque"),
    **_all("celui celle ceux celles", "PRON", "celui"),
    **_all("celui-ci celle-ci ceux-ci celles-ci", "PRON", "celui-ci"),
    **_all("celui-là celle-là ceux-là celles-là", "PRON", "celui-là"),
    **_all("lequel laquelle lesquels lesquelles", "PRON", "lequel"),
    **_all("auquel auxquels auxquelles", "ADP", "à"),
    **_all("duquel desquels desquelles", "ADP", "de"),
    **_all("jusque jusqu'", "ADP", "jusque"),
    **_all("lorsque lorsqu'", "SCONJ", "lorsque"),
    **_all("puisque puisqu'", "SCONJ", "puisque"),
    **_all("quoique quoiqu'", "SCONJ", "quoique"),
    **_same("entre sous durant dans sur pour par avec sans chez vers contre depuis pendant devant derrière", "ADP"),
    **_same("selon malgré parmi dès hors envers voici voilà concernant suivant moyennant excepté hormis vu en", "ADP"),
    **_same("avant après afin comme près lors outre via sauf passé touchant attendu courant", "ADP"),
    **_same("et ou mais or donc car ni puis soit", "CCONJ"),  # Elle sourit, puis part.
    **_same("comme quand si lorsque puisque quoique", "SCONJ"),
    **_same("plus moins pas bien mal même très trop peu fort net dur juste haut bas cher ci", "ADV"),
    **_same("là ici aussi ainsi encore déjà jamais toujours souvent puis ensuite enfin hier demain", "ADV"),
    **_all("-là là", "ADV", "là"),
    **_all("-ci ci", "ADV", "ci"),
    **_same("km cm mm kg g ha min mn cl ml kw mw", "NOUN"),  # 12 km
    **_all("m. mm.", "NOUN", "M."),  # MM. Roux et Kerval
    **_all("mr.", "NOUN", "Mr."),
    **_all("mme mmes", "NOUN", "Mme"),
    **_all("mlle mlles", "NOUN", "Mlle"),
    **_all("dr dr.", "NOUN", "Dr"),
    **_all("yeux", "NOUN", "œil"),
    **_all("mars", "NOUN", "mars"),
    **_all("ladite ledit lesdits lesdites", "DET", "ledit"),
    **_all("av.", "ADP", "avant"),
    **_all("suis es est sommes êtes sont", "AUX", "être"),
    **_all("suis es est sommes êtes sont fut fût furent été étant étais étais était étaient", "VERB", "être"),
    **_all("ai as a avons avez ont eu eut eurent ayant avait avaient", "VERB", "avoir"),
    **_all("peut peux peuvent pouvait pouvaient put pu", "VERB", "pouvoir"),
    **_all("vais vas va allons allez vont", "VERB", "aller"),
    **_all("dit dis disent disait", "VERB", "dire"),
    **_all("premier première premiers premières", "ADJ", "premier"),
    **_all("nouvel nouveau nouvelle nouveaux nouvelles", "ADJ", "nouveau"),
    **_all("vieil vieux vieille vieilles", "ADJ", "vieux"),
    **_all("bel beau belle beaux belles", "ADJ", "beau"),
}
