"""Whether a page is one whole article: not an error or a wall of cookies, not a teaser, not several articles.

To teach it a new form, add a line to ``_SAID_BY_SERVERS``, ``_SAID_OF_ERRORS`` or ``_SAID_OF_CONSENT``. The notices of
paywalls are those of rules/whole.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lxml.etree import _Element as Element

from corpus.model.problem import number_of
from corpus.parse.containers.html_blocks import Piece
from corpus.parse.containers.html_roles import Mark
from corpus.parse.rules.whole import cut_ending, is_label, is_more, is_unended, notice_in
from corpus.raw.records import Record

_CODE = r"(?:(?:erreur|error|http|code|status)[ \xa0:]*){0,2}(?:4(?:0\d|10|29|51)|5(?:0\d|2\d))"
_SAID_BY_SERVERS = (
    r"(?:cette |la |votre )?page (?:web )?(?:que vous (?:re)?cherchez |demandée )?(?:est )?(?:introuvable|inexistante|non trouvée|pas trouvée|indisponible|not found|n[’']existe (?:pas|plus)|n[’']est (?:pas|plus) disponible)",
    r"(?:cet |l[’'])?article (?:est )?(?:introuvable|indisponible|n[’']existe (?:pas|plus)|n[’']est (?:pas|plus) disponible)",
    r"(?:ce |le )?(?:contenu|document|fichier) (?:est )?(?:introuvable|indisponible|n[’']existe (?:pas|plus)|n[’']est (?:pas|plus) disponible)",
    r"not found|access denied|accès (?:refusé|interdit|non autorisé)|forbidden|unauthori[sz]ed|permission denied|erreur|error",
    r"bad gateway|gateway time-?out|service (?:temporarily )?unavailable|internal server error|erreur interne(?: du serveur)?",
    r"(?:site |service )?(?:en maintenance|maintenance en cours|temporairement indisponible)|too many requests",
    r"attention required!?|just a moment|un (?:instant|moment)|please wait|checking your browser|one more step|security check",
    r"êtes-vous un (?:robot|humain)|are you (?:a robot|human)|robot check|captcha|vérification (?:de sécurité|en cours)",
)
_PHRASE = "|".join(_SAID_BY_SERVERS)
_ERROR_TITLE = re.compile(
    rf"\W*(?:(?:oups|oops|désolé|aïe|zut)\W+)?(?:{_CODE}(?:\W+(?:{_PHRASE}))?|(?:{_PHRASE})(?:\W+(?:{_CODE}))?)\W*"
    r"(?P<site>[ \xa0][|–—·-][ \xa0]?.{1,60})?",
    re.IGNORECASE,
)
_SAID_OF_ERRORS = re.compile(
    r"\b(?:page|contenu|article|adresse|document|url)\b[^.!?\n]{0,60}\b(?:n[’']existe (?:pas|plus)|n[’']est (?:pas|plus) (?:disponible|accessible)|est introuvable|a (?:peut-être )?été (?:supprimée?|déplacée?|retirée?)|n[’']a pas (?:été|pu être) trouvée?)"
    r"|\b(?:retour(?:nez|ner)?|revenir|revenez)\b[^.!?\n]{0,20}\b(?:à|sur|vers) (?:l[’']accueil|la page d[’']accueil|la une|notre page d[’']accueil)"
    r"|\butilise[rz]\b[^.!?\n]{0,20}\b(?:recherche|moteur)|\bvérifiez\b[^.!?\n]{0,30}\b(?:adresse|url|lien|orthographe)"
    r"|\byou don[’']t have permission|\baccess (?:to this (?:page|resource|site)|on this server)|\breference #[0-9a-f.]+|\bray id\b|\bcloudflare\b|\bthe (?:requested )?(?:page|url|resource)\b[^.!?\n]{0,60}\b(?:not found|does(?:n[’']t| not) exist|could not be found)"
    r"|\b(?:enable|activer|activez|disable|désactiver|désactivez)\b[^.!?\n]{0,30}\b(?:javascript|js|cookies|ad blocker|bloqueur)"
    r"|\bvous n[’']avez pas (?:l[’']autorisation|la permission|les droits|accès)|\baccès à (?:cette page|ce site|cette ressource)\b[^.!?\n]{0,40}\b(?:refusé|interdit|bloqué)|\b(?:verify|verifying|vérifi\w+)\b[^.!?\n]{0,40}\b(?:human|humain|robot)"
    r"|\b(?:erreur|error) (?:4(?:0\d|10|29|51)|5(?:0\d|2\d))\b|\bl[’']administrateur du site\b",
    re.IGNORECASE,
)
_SAID_OF_CONSENT = re.compile(
    r"\b(?:nous|we)\b[^.!?\n]{0,60}\b(?:utilisons|use|déposons|stockons|store)\b[^.!?\n]{0,40}\b(?:cookies|traceurs|informations|information)"
    r"|\b(?:ce site|notre site|this site) (?:utilise|uses|dépose)[^.!?\n]{0,30}\b(?:cookies|traceurs)"
    r"|\b(?:accepter|accept|refuser|reject|paramétrer|personnaliser|gérer|manage)\b[^.!?\n]{0,30}\b(?:tout|all|cookies|traceurs|choix|préférences|choices|fermer|consentement)"
    r"|\b(?:continuer|poursuivre) sans accepter|\bvotre (?:consentement|vie privée)|\bvos (?:choix|préférences|données (?:personnelles)?)\b|\byour (?:consent|privacy|choices)"
    r"|\b(?:politique|charte) (?:de confidentialité|de cookies|des cookies|relative aux cookies)|\bprivacy policy"
    r"|\b(?:nos|our) (?:\d+ )?(?:partenaires|partners)\b|\ben (?:cliquant|poursuivant) (?:sur|votre)|\bcookies?\b[^.!?\n]{0,60}\b(?:audience|publicité|fonctionnement|mesur\w+|personnalis\w+)",
    re.IGNORECASE,
)
_CONSENT_TITLE = re.compile(
    r"\W*(?:avant de (?:continuer|poursuivre)|(?:nous respectons |le respect de )?votre vie privée.{0,40}|vos choix.{0,30}cookies|gestion des cookies"
    r"|cookies(?: et vie privée)?|(?:votre )?consentement|we value your privacy|before you continue.{0,40}|your privacy.{0,40})\W*(?:[|–—·-] ?.{1,60})?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…])[ \xa0\n]+|\n+")
_RUN = (None, "body", "standfirst")
_NEAR = 6
"""So many blocks behind the last of the article may hold the notice that it goes on for subscribers."""
_SHORT = 150
"""An error page has fewer words, unless it shows articles as well."""
_LONGEST = 4 * _SHORT
"""A page of more words is none, whatever it says."""
_TEASER = 150
"""A page that is not free and has fewer words holds the beginning of its article."""
_RUNNING = 25
"""A block of so many words is running text."""
# What press databases write once for each article of an export, a word of it, and the shape that reads it.
_NUMBERED = r"\bDocument(?:\s|&nbsp;)+[A-Z][A-Z0-9]{2,9}0{2}(?:19|20)\d{6}[a-z0-9]{5,12}\b"
_EXPORTS = (
    ("europresse", "DocPublicationName", re.compile(r"""class=["']?(?:[\w-]+ )*DocPublicationName\b""")),
    ("factiva", "Document", re.compile(_NUMBERED)),
    ("factiva", "article-", re.compile(r"""\bid=["']?article-[A-Za-z]{2,9}\d{10,}[a-z0-9]+""")),
    ("nexis", " DOCUMENTS", re.compile(r"\b\d{1,6} of \d{1,6} DOCUMENTS\b")),
)
_AROUND = ("article", "aside")


class Part(NamedTuple):
    """A piece of the page and what is known of it.

    ``kept`` says whether trafilatura took it for the article, None where it is too short to tell; ``inside`` whether it
    stands in the element that holds the article.
    """

    piece: Piece
    mark: Mark
    key: str
    words: int
    kept: bool | None
    inside: bool

    @property
    def runs(self) -> bool:
        """Whether it is running text, or its standfirst."""
        return self.mark.role in _RUN


def no_article(titles: Iterable[str], texts: Sequence[str]) -> str:
    """What shows that a page of these titles and blocks is an error or a wall of consent; empty for an article."""
    words = sum(len(text.split()) for text in texts)
    if words > _LONGEST:
        return ""
    named = [(title, found) for title in titles if (found := _ERROR_TITLE.fullmatch(title.strip()))]
    said = [found[0] for text in texts if (found := _SAID_OF_ERRORS.search(text))]
    if named and words <= (_SHORT if said or words <= _RUNNING else 0):
        return named[0][0].strip()
    bare = [title for title, found in named if not found["site"]]
    if bare and (words <= _SHORT // 2 or (said and words <= _LONGEST)):
        return bare[0].strip()
    sentences = [one for text in texts for one in _SENTENCE.split(text) if one.strip()]
    errors = sum(bool(_SAID_OF_ERRORS.search(one)) and "«" not in one for one in sentences)
    if errors >= 2 and errors * 3 >= 2 * len(sentences) and words <= _SHORT:
        return said[0].strip()
    consent = [one for one in sentences if "«" not in one and _SAID_OF_CONSENT.search(one)]
    walled = any(_CONSENT_TITLE.fullmatch(title.strip()) for title in titles)
    if (len(consent) >= 2 and len(consent) * 2 >= len(sentences)) or (walled and consent and words <= 2 * _SHORT):
        return consent[0].strip()
    return ""


def cut_by(parts: Sequence[Part], chosen: Sequence[Part], *, free: bool, locked: Sequence[str]) -> str:
    """What shows that only the beginning of an article was read; empty for a whole one.

    ``chosen`` are the parts of the page that are the article's. ``free`` and ``locked`` are what the page states: what
    is locked and there all the same is whole.
    """
    body = [part for part in chosen if part.runs]
    if not body:
        return ""
    running = [part for part in body if part.words >= _RUNNING]
    places = {id(part): index for index, part in enumerate(parts)}
    end = places[id(chosen[-1])] + _NEAR
    headed = False
    for index in range(places[id(running[-1])] + 1 if running else places[id(body[0])], len(parts)):
        part = parts[index]
        headed = headed or part.piece.element.tag in ("h2", "h3", "h4")
        if part.mark.out not in (None, "newsletter") or not (part.inside or index <= end):
            continue
        found = notice_in(part.piece.text)
        beside = headed or part.mark.out  # of another article, in a list of them
        if found and not (beside and (is_more(part.piece.text) or is_label(part.piece.text))):
            return found
    ending = body[-1].piece.text
    if free:
        return ""
    words = sum(part.words for part in body)
    if cut_ending(ending) or is_unended(ending) or ending.endswith(("…", "...")):
        return ending[-40:]
    elements = (part.piece.element for part in running)
    around = (near for element in elements for near in (element, *element.iterancestors()))
    there = bool(locked) and any({near.get("id"), *(near.get("class") or "").split()} & {*locked} for near in around)
    whole = there or words >= _TEASER
    return "" if whole else f"a page that is not free (isAccessibleForFree), and {words} words of it"


def refuse_export(content: str, record: Record) -> None:
    """Say how many articles a page holds as press databases export them, and which shape reads them.

    Raises:
        CorpusError: rule ``articles-left-over``.
    """
    for shape, word, mark in _EXPORTS:
        if word in content and (count := sum(1 for _ in mark.finditer(content))):
            found, hint = f"an export of {number_of(count, 'article')}", f"say `shape: {shape}` in source.yaml"
            raise record.error("articles-left-over", "", found, "one article a page", hint)


def articles_in(parts: Iterable[Part]) -> int:
    """How many elements ``<article>``, none within another, hold running text of their own.

    Teasers of other articles (one short paragraph, a link to the rest) and comments are none.
    """
    held: dict[Element, list[Part]] = {}
    outermost: dict[Element, Element | None] = {}
    for part in parts:
        around = _outermost(part.piece.element, outermost)
        if around is not None and not part.mark.out and around.tag == "article":
            held.setdefault(around, []).append(part)
    return sum(map(_is_article, held.values()))


def _outermost(element: Element, known: dict[Element, Element | None]) -> Element | None:
    """The outermost ``<article>`` or ``<aside>`` around an element; ``known`` are those that were found before."""
    path = []
    near: Element | None = element
    while near is not None and near not in known:
        path.append(near)
        near = near.getparent()
    above = None if near is None else known[near]
    for one in reversed(path):
        above = one if above is None and one.tag in _AROUND else above
        known[one] = above
    return above


def _is_article(held: Sequence[Part]) -> bool:
    headings = [one for one in held if str(one.piece.element.tag) in ("h1", "h2", "h3", "h4")]
    prose = [
        one for one in held if one not in headings and one.words >= 10 and one.piece.linked * 2 <= len(one.piece.text)
    ]
    links = any(is_more(one.piece.text) for one in held)
    if links or (len(prose) == 1 and (not headings or any(one.piece.linked for one in headings))):
        return False
    return len(prose) >= 2 or sum(one.words for one in prose) >= _RUNNING
