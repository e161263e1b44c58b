"""What French press words tell that somebody is speaking, as tables with an invented example per line.

To teach the quotation layer a new verb, add it to the line of ``SPEECH`` or ``STANCE`` whose example it could
replace; its forms are conjugated here. A new source that is no person (« la préfecture ») goes under
``GROUPS``, what a person is (« la maire ») into roles.tsv, a new word that announces a title or a term (« le film »)
under ``NAMING``.
"""

from __future__ import annotations

import re
from importlib.resources import files

from corpus.annotate.words import words_of

SPEECH = (
    # « Nous irons », dit / déclare / a expliqué Odile Ferrand.
    "dire redire déclarer expliquer affirmer annoncer indiquer préciser ajouter raconter témoigner répondre rétorquer "
    "répliquer confier assurer estimer souligner insister poursuivre conclure rappeler reconnaître admettre avouer "
    "écrire tweeter commenter noter relever observer constater remarquer lancer marteler soutenir prétendre jurer "
    "soupirer murmurer crier hurler s'exclamer s'écrier résumer détailler analyser juger considérer penser croire "
    "argumenter arguer objecter protester plaider avertir prévenir alerter menacer promettre garantir certifier "
    "confirmer démentir nuancer tempérer rassurer renchérir enchaîner continuer reprendre interroger demander "
    "questionner supplier implorer ordonner exiger réclamer recommander conseiller suggérer proposer répéter réitérer "
    "clamer proclamer revendiquer révéler dévoiler divulguer rapporter relater narrer évoquer mentionner signaler "
    "spécifier stipuler énoncer exposer développer concéder convenir consentir déplorer regretter ironiser plaisanter "
    "s'amuser s'étonner s'indigner s'emporter s'agacer s'inquiéter s'alarmer s'interroger s'enthousiasmer se réjouir "
    "se féliciter se défendre se justifier se souvenir se rappeler se plaindre se lamenter se désoler se vanter "
    "se targuer se demander tonner tempêter fulminer éructer grogner grommeler bougonner railler moquer tacler "
    "tancer asséner glisser souffler décrypter théoriser philosopher pronostiquer prédire prévoir anticiper "
    "prophétiser espérer souhaiter craindre redouter vouloir appeler exhorter enjoindre sommer inviter inciter "
    "encourager résister nier réfuter contester rejeter refuser exclure récuser balayer riposter contre-attaquer "
    "compléter corriger rectifier trancher décréter statuer arrêter citer lire scander chanter entonner ajuster "
    "communiquer informer notifier faire-savoir professer postuler alléguer invoquer opiner acquiescer "
    "approuver abonder sourire rire pleurer sangloter bredouiller balbutier bafouiller persifler vitupérer pester "
    "maugréer gronder rugir aboyer trompeter pérorer disserter justifier illustrer décrire dépeindre imaginer "
    "supposer présumer subodorer deviner conjecturer vanter louer saluer féliciter remercier complimenter "
    "s'offusquer s'insurger s'énerver s'émerveiller s'émouvoir s'excuser se défausser se projeter se remémorer "
    "préconiser prôner professer claironner ressasser seriner dicter synthétiser récapituler temporiser lâcher assumer"
)
"""Verbs that hold an utterance: in an incise, before a colon, before « que »."""

STANCE = (
    # Elle a dénoncé / salué / qualifié de « mesure injuste » le projet.
    "dénoncer condamner fustiger critiquer qualifier taxer traiter accuser reprocher saluer louer vanter défendre "
    "décrire dépeindre pointer épingler étriller pourfendre vilipender blâmer stigmatiser brocarder accabler "
    "promettre jurer appeler réclamer exiger demander prôner préconiser recommander plaider militer "
    "espérer souhaiter vouloir craindre redouter regretter déplorer évoquer invoquer parler citer mentionner "
    "rejeter refuser exclure contester nier réfuter récuser écarter admettre reconnaître concéder avouer "
    "se dire se déclarer s'estimer se montrer se féliciter se réjouir s'inquiéter s'alarmer s'engager se défendre "
    "se plaindre se targuer s'indigner s'étonner se présenter promouvoir garantir assurer prôner professer "
    "soupçonner présenter comparer assimiler résumer définir menacer prévenir "
    "avertir presser exhorter inviter sommer enjoindre ordonner exprimer manifester témoigner "
    "s'excuser s'offusquer remercier encourager ironiser railler moquer minimiser relativiser banaliser"
)
"""Verbs that report a view; the quoted words are woven into the clause."""

INCISE = (
    # « Le vent tombe, marmonne Odile Ferrand. »
    "confesser énumérer comparer marmonner s'esclaffer ricaner rigoler susurrer chuchoter bégayer grimacer "
    "s'impatienter s'irriter s'attrister s'enflammer se gausser jubiler exulter badiner blaguer gémir geindre "
    "râler opposer relativiser expliciter vociférer brailler beugler gueuler tonitruer interpeller apostropher "
    "s'enquérir intimer commander sermonner réprimander quémander attester avancer hasarder risquer grincer "
    "siffler cingler réciter ânonner épeler articuler prononcer proférer formuler calculer évaluer diagnostiquer "
    "augurer présager minimiser dédramatiser positiver moraliser pondérer modérer recadrer rembarrer éluder "
    "s'effrayer s'affoler s'angoisser se désespérer s'apitoyer s'épancher se récrier se rebiffer s'offenser se "
    "scandaliser se révolter s'étrangler s'époumoner s'emballer s'extasier se délecter se gargariser se flatter "
    "s'enorgueillir se consoler se persuader commencer débuter attaquer achever terminer finir accuser se moquer "
    "dénoncer fustiger critiquer menacer bouillir fanfaronner pavoiser gloser pointer déclamer s'émouvoir jauger "
    "miser parier rêver songer tiquer piaffer trépigner lister chambrer taquiner"
)
"""Verbs that tell of speech where they cut it."""

NOT_IN_MARKS = "voir viser vouloir croire arrêter lire rire pleurer penser chanter afficher présenter appeler parler"
"""Verbs too common to announce an incise inside the marks: « …, croit la foule »."""

AUXILIARY = words_of(
    "a ont avait avaient eut aura auront aurait auraient ait est sont était étaient fut sera serait seront "
    "ayant étant avoir être"
)
"""« a déclaré », « s'est indigné », « avait promis »."""

CLITICS = words_of("se s' le la l' les lui leur y en me m' nous vous ne n' pas n’ s’ l’ m’ t' te plus jamais")

PRONOUNS = words_of("il elle ils elles on lui eux celui-ci celle-ci ceux-ci celles-ci")
"""Pronouns that may be who speaks."""

SOURCE_PREPOSITIONS = (
    ("selon",),  # selon la mairie, « rien n'est prêt »
    ("d'", "après"),  # d'après Odile Ferrand
    ("dixit",),  # « un fiasco », dixit le maire
    ("aux", "yeux", "de"),  # aux yeux de la préfète, « tout est prêt »
    ("aux", "yeux", "des"),
)

LIGHT_VERBS = words_of("fait font faisait fit fera met mettent mettait mis mise tient tenait")
LIGHT_OBJECTS = words_of("valoir savoir observer remarquer part état écho garde mine cas référence préciser rappeler")
"""« fait valoir la maire », « a mis en garde la préfète »."""

NAMING = words_of(
    # le film « La Digue », une opération baptisée « Marée haute », le mot « digue »
    "film livre roman chanson album morceau titre titré titrée émission série pièce spectacle documentaire "
    "poème tableau magazine revue journal quotidien hebdomadaire mensuel site blog jeu application logiciel "
    "exposition festival concours prix programme opération plan projet campagne mouvement collectif "
    "association groupe label navire bateau paquebot chalutier voilier opéra comédie feuilleton "
    "bande-dessinée recueil essai nouvelle single tube clip hit ouvrage biographie autobiographie mémoires "
    "thriller saga trilogie court-métrage long-métrage téléfilm podcast chaîne hashtag mot-dièse dispositif "
    "concept notion terme mot expression formule sobriquet surnom pseudonyme alias label appellation marque "
    "modèle version variant tempête ouragan cyclone typhon restaurant bar café hôtel club théâtre salle "
    "boutique conférence colloque forum sommet légende mention rubrique catégorie section classe niveau "
    "type genre style mode étude adresse lettre loi article baptiser intituler surnommer nommer dénommer "
    "appeler prénommer titrer rebaptiser renommer baptisé baptisée baptisés baptisées intitulé intitulée "
    "intitulés intitulées surnommé surnommée surnommés surnommées nommé nommée nommés nommées dénommé "
    "dénommée dénommés appelé appelée appelés appelées dit dite dits dites alias rebaptisé rebaptisée "
    "renommé renommée estampillé estampillée labellisé labellisée autoproclamé autoproclamée soi-disant "
    "fameux fameuse fameuses célèbre prétendu prétendue présumé présumée"
)
"""Words before a mark that announce a title, a name or a term."""

_ROLES = dict(
    line.split("\t")
    for line in files(__package__).joinpath("roles.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)
HUMAN = frozenset(_ROLES)
"""Nouns for people who can speak: le maire, la procureure, un habitant."""
MASCULINE_ROLES = frozenset(noun for noun, gender in _ROLES.items() if gender == "m")
FEMININE_ROLES = frozenset(noun for noun, gender in _ROLES.items() if gender == "f")

DOCUMENTS = words_of(
    # « … », lit-on dans le communiqué
    "communiqué courrier lettre note rapport document texte message post publication billet tribune tweet mail "
    "courriel mémo mémorandum dépêche règlement panneau déclaration brochure charte audit expertise bilan "
    "notice écriteau pétition motion résolution circulaire arrêté registre procès-verbal compte-rendu sms télégramme "
    "banderole pancarte affiche étiquette calicot slogan inscription plaquette formulaire étude ordonnance jugement"
)

GROUPS = (
    words_of(
        # la préfecture, le parquet, le groupe, un communiqué: what speaks without being a person
        "instance régulateur "
        "académie administration agence armée assemblée association autorité banque brasserie bureau cabinet "
        "centre chaîne chambre chancellerie club coalition collectif comité commission communiqué compagnie "
        "confédération confrérie congrégation conseil constructeur cour défense délégation département "
        "diplomatie direction document église élysée enquête enseigne enseignes entourage entreprise équipe "
        "équipementier état état-major étude exploitant éditeur fabricant famille fédération filiale firme "
        "fondation fonds formation gendarmerie géant gouvernement groupe groupement guérilla hôpital institut "
        "institution intersyndicale journal justice laboratoire ligue magazine mairie maison maison-blanche "
        "majorité marque média message ministère mission mouvement municipalité note observatoire office ong "
        "onu opérateur opposition ordre organe organisateur organisation organisme oppositions parlement "
        "parquet parti patronat plainte plate-forme plateforme police préfecture présidence présidente presse "
        "procès-verbal pouvoir quotidien radio rapport rébellion rectorat régie régime région rumeur sénat "
        "secrétariat service site société sondage source station syndicat télévision texte tribunal tribune "
        "union université ville voisinage zoo hebdomadaire mensuel lettre tweet message post publication billet "
        "édito éditorial affiche banderole pancarte arrêté jugement arrêt ordonnance dispositif circulaire "
        "décret accusation distributeur armateur brigade pompiers sauveteurs secours spot vidéo clip partisans "
        "chercheurs experts auteurs élus gens habitants riverains"
    )
    | DOCUMENTS
)

RESOLVES_TO_GROUP = words_of(
    # « Brumair a perdu un avion. … a précisé la compagnie »
    "agence association banque chaîne club collectif compagnie confédération constructeur entreprise équipe "
    "exploitant éditeur fabricant fédération filiale firme fondation géant groupe institut institution journal "
    "laboratoire ligue magazine marque mouvement ong opérateur organisation organisme parti plate-forme plateforme "
    "quotidien radio société syndicat université distributeur enseigne hebdomadaire site union armateur"
)

APART = words_of(
    "accusé prévenu suspect plaignant victime procureur juge président avocat policier gendarme expert témoin "
    "maire préfet mère père veuve veuf fille fils frère sœur soeur épouse époux mari femme voisin voisine"
)
"""Roles of which nobody has two in one article: parts in a trial, in a family."""

SAYINGS = words_of("adage proverbe dicton maxime")
"""What nobody in particular says."""

NETWORKS = words_of("x twitter facebook instagram linkedin telegram tiktok mastodon bluesky threads youtube whatsapp")
"""Where one writes, so that what follows can be who does: « a écrit sur X Odile Ferrand »."""

TEMPORAL = words_of(
    # a déclaré mardi / hier soir / ce week-end Odile Ferrand
    "lundi mardi mercredi jeudi vendredi samedi dimanche hier aujourd'hui demain matin matinée soir soirée "
    "nuit midi après-midi semaine week-end mois an année jour journée heure heures minute minutes fois "
    "temps moment époque janvier février mars avril mai juin juillet août septembre octobre novembre "
    "décembre veille lendemain début fin suite part côté passage tour lors ans jours semaines années "
    "instants minuit printemps été automne hiver trimestre semestre surlendemain tard"
)

TITLES = words_of("m. mm. m mme mmes mlle me maître dr dr. dre pr pr. monsieur madame sir lord mgr docteur")

_ENDINGS = words_of("e ent es ait aient a èrent era eront erait eraient é ée és ées ant er ons erons ât")

_IRREGULAR = {
    "dire": "dit disent disait disaient dira diront dirait diraient dite dits dites disant dis",
    "redire": "redit redisent redisait redira redites redisant",
    "prédire": "prédit prédisent prédisait prédira prédite prédisant",
    "écrire": "écrit écrivent écrivait écrivaient écrira écriront écrivit écrite écrits écrites écrivant",
    "décrire": "décrit décrivent décrivait décrivaient décrira décrivit décrite décrits décrites décrivant",
    "lire": "lit lisait lu lue lisant",
    "rire": "rit riait ri riant rient",
    "sourire": "sourit souriait souri souriant sourient",
    "répondre": "répond répondent répondait répondaient répondra répondit répondu répondant",
    "poursuivre": "poursuit poursuivent poursuivait poursuivra poursuivit poursuivi poursuivant",
    "conclure": "conclut concluent concluait conclura conclu conclue concluant",
    "exclure": "exclut excluent excluait exclura exclu exclue excluant",
    "reconnaître": "reconnaît reconnait reconnaissent reconnaissait reconnaissaient reconnaîtra reconnut reconnu "
    "reconnue reconnaissant reconnaitre",
    "admettre": "admet admettent admettait admettra admit admis admise admettant",
    "promettre": "promet promettent promettait promettaient promettra promit promis promise promettant",
    "soutenir": "soutient soutiennent soutenait soutenaient soutiendra soutint soutenu soutenue soutenant",
    "convenir": "convient conviennent convenait conviendra convint convenu convenant",
    "prévenir": "prévient préviennent prévenait préviendra prévint prévenu prévenue prévenant",
    "avertir": "avertit avertissent avertissait avertira averti avertie avertissant",
    "souvenir": "souvient souviennent souvenait souviendra souvint souvenu souvenue souvenant",
    "prétendre": "prétend prétendent prétendait prétendaient prétendra prétendit prétendu prétendant",
    "défendre": "défend défendent défendait défendaient défendra défendit défendu défendue défendant",
    "reprendre": "reprend reprennent reprenait reprendra reprit repris reprenant",
    "prévoir": "prévoit prévoient prévoyait prévoira prévit prévu prévoyant",
    "voir": "voit voient voyait voyaient vu vue voyant",
    "croire": "croit croient croyait croyaient croira crut cru croyant",
    "vouloir": "veut veulent voulait voulaient voudra voudrait voulut voulu voulant",
    "craindre": "craint craignent craignait craignaient craindra craignit crainte craignant",
    "plaindre": "plaint plaignent plaignait plaignaient plaindra plaignit plainte plaignant",
    "dépeindre": "dépeint dépeignent dépeignait dépeinte dépeignant",
    "enjoindre": "enjoint enjoignent enjoignait enjoignant",
    "démentir": "dément démentent démentait démentira démentit démenti démentant",
    "consentir": "consent consentait consentira consenti consentant",
    "réjouir": "réjouit réjouissent réjouissait réjouissaient réjouira réjoui réjouie réjouis réjouissant",
    "garantir": "garantit garantissent garantissait garantira garanti garantie garantissant",
    "définir": "définit définissent définissait définira défini définie définissant",
    "émouvoir": "émeut émeuvent ému émue",
    "percevoir": "perçoit perçoivent percevait perçu perçue percevant",
    "promouvoir": "promeut promeuvent promu promouvant",
    "pourfendre": "pourfend pourfendent pourfendait pourfendu pourfendant",
    "maudire": "maudit",
    "rugir": "rugit rugissait rugi",
    "glapir": "glapit",
    "renchérir": "renchérit renchérissent renchérissait renchéri renchérissant",
    "réagir": "réagit réagissent réagissait réagi réagissant",
    "écrier": "écrie écrient écria écriée écrié écriés",
    "reconnaitre": "",
}


def _forms(verb: str) -> frozenset[str]:
    """Every form of a verb that press copy uses, in lower case."""
    if verb in _IRREGULAR:
        return frozenset((verb, *_IRREGULAR[verb].split()))
    stem = verb[:-2]
    stems = [stem]
    if stem.endswith("c"):
        stems.append(stem[:-1] + "ç")
    if stem.endswith("g"):
        stems.append(stem + "e")
    if stem.endswith("el"):
        stems.append(stem + "l")
    if match := re.fullmatch(r"(.*)[éeê](g|l|n|r|t|s|v|c|d|gu|gn|br|tr)", stem):
        stems.append(f"{match[1]}è{match[2]}")
    return frozenset(stem + ending for stem in stems for ending in _ENDINGS)


def _verbs(table: str) -> dict[str, str]:
    """Form to verb, the first verb of the table winning."""
    names = [re.sub(r"^s['’]", "", verb) for verb in table.split() if verb != "se"]
    found: dict[str, str] = {}
    for verb in names:
        for form in sorted(_forms(verb)):
            found.setdefault(form, verb)
    return found


SPEECH_FORMS = _verbs(SPEECH + " réagir")
STANCE_FORMS = _verbs(STANCE)
INCISE_FORMS = {
    form: verb for form, verb in _verbs(SPEECH + " " + INCISE).items() if verb not in words_of(NOT_IN_MARKS)
}

TO_SOMEBODY = frozenset(
    form
    for verb in words_of(
        "saluer accuser féliciter remercier critiquer dénoncer condamner citer évoquer avertir prévenir presser "
        "exhorter inviter appeler qualifier traiter présenter décrire défendre soutenir menacer interroger "
        "questionner encourager fustiger tacler tancer moquer railler imiter rassurer alerter informer sommer "
        "inciter lire voir vouloir"
    )
    for form in _forms(verb)
)
"""Verbs whose object may be a person: « …, la maire, a salué le ministre » is not inverted."""

REPORTING = frozenset(
    form
    # la maire affirme que la digue tiendra: verbs whose « que » surely opens somebody's words
    for verb in words_of(
        "dire affirmer déclarer expliquer annoncer indiquer préciser ajouter estimer assurer souligner rappeler "
        "soutenir prétendre raconter confier reconnaître admettre prévenir avertir promettre jurer répéter répondre "
        "noter observer remarquer regretter déplorer insister considérer juger"
    )
    for form in _forms(verb)
)
