"""What each block of an article is for: body, caption, credit, subheading, boilerplate and the rest.

Newsrooms mark these by form, not by tags. So the patterns are tables, with an example on each line that needs one, and
they are tried in the order of ``_role_of_short``; a block that none of them matches is body.
Long blocks are body by default: losing running text is worse than keeping a share link.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.model.article import READ, Block, Paragraph, count_words

_NAME = r"(?:[A-ZÀ-ÖØ-Þ][\w’'.\-]*(?: (?:de|du|des|d[’']|le|la|van|von|ben|al|el))?)"
_NAMES = rf"{_NAME}(?: {_NAME}){{0,4}}"
_AGENCY = r"(?:[A-Z][A-Z0-9.\-]{1,14}|Reuters|REUTERS|Getty(?: Images)?|Maxppp|MaxPPP|Sipa(?: Press)?|Abaca(?:press)?|Belga|Keystone|Xinhua|Wikimedia(?: Commons)?|Flickr|Shutterstock|iStock|Unsplash|Pixabay)"
_DAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_MONTH = (
    r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|(?:janv?|févr?|fév|avr|juil|sept|oct|nov|déc)\b\.?)"  # Brest, 12 jan 2022 (AFP) -
)

SHORT = 24
"""Blocks of more words than this hold running text unless a caption's credit says otherwise."""
LONG = 60
"""Blocks of more words than this hold running text, whatever else they say."""
HEAD = 100
"""Characters in which the dash behind a dateline stands."""
FOLLOWED = 80
"""A block of more characters is running text that a subheading may stand above."""

_BOILERPLATE = re.compile(
    r"(?:publicité|réagir|commenter|commentaires?(?: \(\d+\))?|imprimer|partager|tweeter|envoyer|newsletters?|s[’']abonner|"
    r"(?:annonce|la suite après (?:la|cette) publicité|copier le lien|lien copié|accueil|menu|rechercher|fermer|"
    r"se connecter|mon compte|mentions légales|haut de page|retour en haut|lire la suite|voir plus))[ .!:]*"
    r"|(?:partager|partagez|tweeter|envoyer|recommander|imprimer|commenter)(?: (?:l[’']|cet |cette |la |le )(?:article|page|publication|lien))?"
    r"|(?:partager|partagez|tweeter|envoyer|recommander)\b.{0,40}\b(?:sur|par|via)\b.*"  # Partager sur Facebook
    r"|(?:réagissez|commentez|réagir|laisser un commentaire)\b.{0,60}(?:article|commentaire|avis|ici|premier)?.{0,20}"
    r"|(?:abonnez|inscrivez|connectez|rejoignez|suivez|retrouvez|téléchargez)[ -](?:vous|nous)\b.*"  # Abonnez-vous pour …
    r"|(?:suivez|retrouvez|rejoignez)\b.{0,60}\b(?:sur|facebook|twitter|instagram|whatsapp|google news|linkedin|notre (?:chaîne|page|application))\b.*"
    r"|(?:cet |l[’'])?article (?:est )?réservé (?:à nos|aux) abonnés.*|il vous reste \d+ ?% .*"
    r"|(?:temps de lecture|lecture)[ \xa0:]*\d+ ?min.*"
    r"|(?:publié|mis à jour|modifié|posté|créé) le \d.*|mis en ligne le .*"
    r"|(?:©|\(c\)|copyright\b).*"
    r"|(?:toute )?reproduction (?:interdite|même partielle).*"
    r"|facebook|twitter|x|whatsapp|linkedin|instagram|messenger|e-?mail|(?:facebook|twitter|whatsapp|linkedin|e-?mail)(?:[ /|,•-]+(?:facebook|twitter|x|whatsapp|linkedin|instagram|e-?mail|imprimer))+"
    r"|(?:ce site utilise|nous utilisons) des cookies.*|accepter les cookies",
    re.IGNORECASE,
)
_RESERVED = re.compile(r".{0,40}\btous droits (?:de reproduction )?réservés\b.*", re.IGNORECASE)
_RELATED = re.compile(
    r"(?:>+ ?|→ ?|► ?|▶ ?|\+ ?|• ?)?(?:à|a) (?:lire|voir|écouter|regarder)(?: (?:aussi|également|ici|sur le même sujet|dans .{1,60}))?\b ?[:\-–—].*"
    r"|(?:>+ ?|→ ?|► ?|▶ ?|\+ ?)?(?:lire|voir|écouter|relire|revoir|lisez|voyez) (?:aussi|également|notre|nos|ici)\b.*"
    r"|(?:>+ ?|→ ?|► ?|▶ ?)(?:à |a )?(?:lire|voir|écouter|relire|revoir)\b.*"
    r"|(?:à|a) (?:lire|voir|écouter) (?:aussi|également).*"
    r"|(?:sur le même (?:sujet|thème)|dans la même rubrique|articles? (?:liés?|similaires|associés|connexes)|"
    r"en savoir plus|pour aller plus loin|nos autres articles|notre dossier|vidéos? associées?|les plus lus)\b ?:?.{0,80}",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    rf"(?i:crédits?(?: photos?)?|©)[ \xa0]*[:/©]?[ \xa0]*[A-ZÀ-Þ].{{0,80}}"  # Crédit photo : Studio Kerval
    rf"|\(?(?i:photo|photographie|archives?|illustration|infographie|dessin|image|carte)s?[ \xa0]*(?:[:/©][ \xa0]*)?"
    rf"(?:d[’'](?:archives|illustration) |de |d[’'])?{_NAMES}(?: ?/ ?{_NAMES})*\)?"  # Photo Yvon Kerlédan
    rf"|\(?{_NAMES} ?/ ?{_AGENCY}(?: ?/ ?{_AGENCY})*\)?"  # Odile Ferrand/HEXA
    rf"|\(?{_AGENCY} ?/ ?{_NAMES}\)?",
)
CREDITS = frozenset(("/", "©", "Photo", "Crédit", "Archive", "Illustration", "Image", "Dessin", "Infographie"))
"""One of these stands in whatever the patterns of captions with credits find."""
_CREDIT_THEN_CAPTION = re.compile(
    rf"(?P<credit>(?:© ?)?{_NAME}(?: {_NAME}){{0,3}} ?/ ?{_AGENCY}(?:/{_AGENCY})?|(?:Photo|Crédit) ?: ?{_NAME}(?: {_NAME}){{1,3}} ?/ ?{_AGENCY})(?: ?[:–—-] | )(?P<caption>\S.*)",
    re.DOTALL,
)
_CAPTION_THEN_CREDIT = re.compile(
    rf"(?P<caption>.*?[\w»”\")!?.…])[ \xa0]?(?P<credit>\((?:Photo|Crédit|©|Archives?|Illustration|Image|Dessin|Infographie)[^()]{{2,80}}\)|\({_NAMES} ?/ ?{_AGENCY}\)"
    rf"|(?:(?:Photo|Crédit(?: photo)?|Archives?|Illustration)s?[ \xa0]?(?:: ?)?|© ?){_NAMES}(?: ?/ ?{_NAMES})*\.?|(?:[–—-] )?{_NAME} {_NAME}(?: {_NAME})? ?/ ?{_AGENCY}\.?)",
    re.DOTALL,
)
_BYLINE = re.compile(
    rf"(?i:par|de notre (?:envoyée?|correspondante?)(?: spéciale?)?|propos recueillis par|textes?|reportage|recueilli par)"
    rf"(?: (?:à|au|aux|en|dans) {_NAMES})?[ \xa0]?[:,]? ?{_NAMES}(?:(?:,| et| avec| \(|\)|/|-) ?(?:les? |l[’'])?{_NAMES}\)?)*[,.]?"
    rf"|\(?(?:{_NAMES},? )?(?:avec |(?i:source) : ?|(?i:d[’']après) )(?:l[’'])?{_AGENCY}\)?"  # Odile Ferrand avec AFP
    rf"|\((?:l[’'])?{_AGENCY}(?: (?:et|avec) {_NAMES})?\)|{_AGENCY}"
    r"|[a-z]{2,4}(?:-[a-z]{2,4})?(?:/[a-z]{2,4}(?:-[a-z]{2,4})?){1,6}(?:/[a-z]{1,3})?",  # obr/mlk/tyg
)
_DATELINE = re.compile(
    rf"(?:{_NAME}(?:[ \-]{_NAME}){{0,3}}(?: \([^()\n]{{2,40}}\))?, (?:le )?(?:{_DAY} )?\d{{1,2}}(?:er)? {_MONTH}(?: \d{{4}})?(?: ?\([^()\n]{{2,30}}\))?"  # Brest, 12 mars (AFP)
    rf"|(?:le )?(?:{_DAY} )?\d{{1,2}} ?(?:er)? {_MONTH} \d{{4}} ?\.?"  # 5 juin 2012. -
    rf"|(?:{_NAME}(?:[ \-]{_NAME}){{0,3}} )?\((?:AFP|Reuters|Hexa|[A-Z]{{2,8}})\))[ \xa0]?(?:[-–—]+)[ \xa0\n]",
    re.IGNORECASE,
)
_BEGINNINGS = (
    "à li,à vo,à éc,à re,a li,a vo,a éc,a re,lire,voir,écou,reli,revo,lise,voye,sur ,dans,arti,en s,pour,nos ,notr,vidé,les ,"
    "publ,réag,comm,impr,part,twee,envo,news,s’ab,s'ab,anno,la s,copi,lien,accu,menu,rech,ferm,se c,mon ,ment,haut,reto,reco,"
    "lais,abon,insc,conn,rejo,suiv,retr,télé,cet ,l’ar,l'ar,il v,temp,lect,mis ,modi,post,créé,copy,tout,repr,face,twit,what,"
    "link,inst,mess,emai,e-ma,ce s,nous,acce,créd,phot,arch,illu,info,dess,imag,cart,par,de n,prop,text,repo,recu"
)
OPENINGS = frozenset(_BEGINNINGS.split(","))
"""What a short block begins with, in small letters, that is none of running text and begins with a letter.

A name does where a credit or a signature begins with one, which then has a stroke or ends as no sentence ends; and so
does what has « droits » within.
"""
_DASHED = re.compile(r"[-–—] ?(?P<words>\S[^\n]{0,90}?) ?[-–—]")
_STOPS = (".", "!", "?", "…", ":", ";")
NO_CREDIT = '!?…:;,»”"'
"""Marks that neither a name nor a bracket ends with."""
PARTICLES = frozenset(("de", "du", "des", "d’", "d'", "le", "la", "van", "von", "ben", "al", "el"))
ENDS = (".", "!", "?", "…", ":", ";", '."', '!"', '?"', ".»", ",", ".)", "?)", "!)", ".”", ".’", ".'")
LEADS = ("- ", "– ", "— ", "• ", "* ", "· ", '"', "«", "“")  # of items of a list, and of words said
_PEOPLE = re.compile(rf"{_NAME} {_NAMES}(?:(?:,| et) {_NAME} {_NAMES})+")  # Odile Ferrand et Yvon Kerlédan
FINITE = re.compile(
    r"\b(?:est|sont|a|ont|était|étaient|avait|avaient|sera|seront|fut|va|vont|peut|peuvent|doit|doivent|fait|font|n[’']est|s[’']est|c[’']est|qu[’']il|veut|"
    r"\w{3,}(?:aient|èrent|eront|ront))\b"
)
_IN_A_PICTURE = re.compile(
    rf", (?:ce |le )?(?:{_DAY}|\d{{1,2}}(?:er)? {_MONTH}|en {_MONTH})\b|\b(?:ici|en photo|photo d[’']archives?|au premier plan)\b|\((?:à|au) (?:g|d|gauche|droite|centre)\.?\)|\(de g(?:auche|\.) à d(?:roite|\.)\)|^photo : ",
    re.IGNORECASE,
)
_MAY_BE_IN_A_PICTURE = re.compile(r"[,(]|[Ii][Cc][Ii]|[Pp][Hh]|[Aa][Uu] ")
"""One of these stands in whatever ``_IN_A_PICTURE`` finds, and is sooner found."""


def paragraphs_of(blocks: tuple[Block, ...], title: str) -> tuple[str, tuple[Paragraph, ...], int]:
    """The text of an article, the roles of its stretches in order, and how many words of it are read.

    ``title`` and ``blocks`` are normalised; blocks are not empty. A block whose shape gave
    no role gets one from its form and its neighbours.
    """
    paragraphs = [Paragraph(0, len(title), "title")]
    read = count_words(title)
    at = len(title) + 2
    last = len(blocks) - 1
    for index, (text, role) in enumerate(blocks):
        followed = index < last and len(blocks[index + 1].text) > FOLLOWED
        for start, end, name in [(0, len(text), role)] if role else roles_in(text, followed=followed):
            paragraphs.append(Paragraph(at + start, at + end, name))
            read += count_words(text[start:end]) if name in READ else 0
        at += len(text) + 2
    return "\n\n".join([title, *[block.text for block in blocks]]), tuple(paragraphs), read


def _may_be_dateline(text: str) -> bool:
    head = text[:HEAD]
    return ("-" in head or "–" in head or "—" in head) and (" -" in head or " –" in head or " —" in head)


def _may_end_in_credit(text: str) -> bool:
    """Whether ``_CAPTION_THEN_CREDIT`` may find something; most blocks end in what is neither bracket nor name."""
    last = text[-1:]
    if last in NO_CREDIT:
        return False
    if last == ".":
        ending = text[text.rfind(" ") + 1 : -1]
        if ending.islower() and ending not in PARTICLES:
            return False
    return any(map(text.__contains__, CREDITS))


@lru_cache(maxsize=1)
def _credit_behind(text: str) -> re.Match[str] | None:
    """A caption and the credit behind it, where a block is both; asked twice of the same one."""
    return _CAPTION_THEN_CREDIT.fullmatch(text) if _may_end_in_credit(text) else None


def roles_in(text: str, *, followed: bool = False) -> list[tuple[int, int, str]]:
    """The roles of one block's stretches as (start, end, role), in order.

    ``followed`` says that running text comes next, as it does after a subheading.

    >>> roles_in("Ana Roux/HEXA Le pont de Brest")
    [(0, 13, 'credit'), (14, 30, 'caption')]
    """
    words = count_words(text)
    whole = [(0, len(text), "body")]
    if words > 6 and _may_be_dateline(text) and (opening := _DATELINE.match(text)):
        return [(0, len(opening[0].rstrip()), "dateline"), (len(opening[0]), len(text), "body")]
    if words > LONG:
        return whole
    if words <= 45 and "/" in text and not text.endswith(_STOPS) and (both := _CREDIT_THEN_CAPTION.fullmatch(text)):
        return [(*both.span("credit"), "credit"), (*both.span("caption"), "caption")]
    if words <= SHORT and (role := _role_of_short(text, words, followed=followed)):
        return [(0, len(text), role)]
    if both := _credit_behind(text):
        return [(*both.span("caption"), "caption"), (*both.span("credit"), "credit")]
    return whole


def _role_of_short(text: str, words: int, *, followed: bool) -> str | None:
    """The role of a block of at most ``SHORT`` words where its form tells, else None."""
    if _RELATED.fullmatch(text):
        return "related"
    if _BOILERPLATE.fullmatch(text) or ("dro" in text.lower() and _RESERVED.fullmatch(text)):
        return "boilerplate"
    if _DASHED.fullmatch(text) and words <= 14:
        return "subheading"
    if _CREDIT.fullmatch(text):
        return "credit"
    if _may_be_dateline(text) and _DATELINE.fullmatch(f"{text} "):
        return "dateline"
    if _BYLINE.fullmatch(text):
        return "byline"
    if text.endswith(ENDS) or text.startswith(LEADS) or _credit_behind(text):
        return None
    if words >= 4 and _MAY_BE_IN_A_PICTURE.search(text) and _IN_A_PICTURE.search(text) and not FINITE.search(text):
        return "caption"
    if _PEOPLE.fullmatch(text):
        return "caption"
    if followed and words <= 14 and (text[0].isupper() or text[0].isdigit()):
        return "subheading"
    return None
