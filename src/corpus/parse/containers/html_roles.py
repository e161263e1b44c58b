"""What the markup of a page says of its parts: which are no part of the article, and which part the others are.

Newsrooms say it by tags, and by words in class and id. To teach it a new name, add the word
to its line in ``_NAMES_OUT`` or ``_NAMES_OF_ROLES``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from lxml.etree import _Element as Element

# Words of class and id, each a pattern as newsrooms write it. A name is cut into lower-case words
# joined by "-": class="encartLettre" is "-encart-lettre-" and is found by "lettre".
_NAMES_OUT = r"""
comments   comments? commentaires? commenter forum reagir reactions? disqus messages?
byline     bylines? signatures? authors? auteurs? journalistes? writer bio
date       dates? datetime horodatage timestamp pubdate infos?(?!-pratiques) metas? metadata
date       read(?:ing)?-time temps-lecture temps-de-lecture
share      buttons? btn
share      partages? partager shar(?:e|es|ing) social reseaux addtoany sharedaddy outils toolbar imprimer print
related    a-lire lire-aussi voir-aussi related similaires connexes meme-sujet meme-theme recommend(?:ed|ations?)?
related    recommandations? plus-lus most-read trending outbrain taboola articles-lies
newsletter newsletters? lettre abonn\w* subscri\w* inscription paywall
advert     pub publicites? ads? adverts? advertisements? sponsor\w* promo annonces?
navigation nav navbar navigation menu breadcrumbs? fil ariane pagination pager evitement skip sidebar colonne
navigation bandeau cookies? consent rgpd footer pied sommaire toc tags? mots-cles keywords rubriques? category
navigation kicker surtitre eyebrow
"""
_NAMES_OF_ROLES = r"""
standfirst chapos? chapeau standfirst lead intro introduction accroche deck dek sub-?title sous-?titre
standfirst (?<!text-with-)summary
subheading inter inter-?titres? cross-?heads? sub-?head(?:ing|line)?s?
caption    legendes? \w*caption
credit     credits? copyright photograph(?:er|e|es)
"""
_TAGS_OUT = "navigation nav footer label"
_TAGS_OF_ROLES = """
caption    figure figcaption caption
body       li blockquote td th dd
subheading h1 h2 h3 h4 h5 h6
"""
_ARIA_OUT = """
navigation navigation banner contentinfo search dialog alertdialog
related    complementary
"""


class Mark(NamedTuple):
    """What the markup says of an element: ``out`` why it is no part of the article, ``role`` which part it is."""

    out: str | None = None
    role: str | None = None


def _lines(table: str) -> list[tuple[str, list[str]]]:
    """The lines of a table: its first word, and the words that it stands for."""
    return [(name, words) for name, *words in map(str.split, table.strip().splitlines())]


def _patterns(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(rf"-(?:{'|'.join(words)})-")) for name, words in _lines(table))


def _names(table: str) -> dict[str, str]:
    return {word: name for name, words in _lines(table) for word in words}


_OUT, _ROLES = _patterns(_NAMES_OUT), _patterns(_NAMES_OF_ROLES)
_TAG_OUT, _TAG_ROLE, _ARIA = _names(_TAGS_OUT), _names(_TAGS_OF_ROLES), _names(_ARIA_OUT)


def own_mark(element: Element) -> Mark:
    """What an element's own tag, class and id say, whatever stands around it."""
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return _mark(str(element.tag), names[:400], element.get("role", ""))


@lru_cache(maxsize=4096)
def _mark(tag: str, names: str, aria: str) -> Mark:
    words = _words(names)
    out = _TAG_OUT.get(tag) or _ARIA.get(aria) or next((kind for kind, form in _OUT if form.search(words)), None)
    role = next((role for role, form in _ROLES if form.search(words)), None) or _TAG_ROLE.get(tag)
    return Mark(out, role)


def _words(names: str) -> str:
    """Names cut into lower-case words: ``articleHeader_date`` is ``-article-header-date-``."""
    apart = re.sub(r"([a-z])([A-Z])", r"\1-\2", names)
    return f"-{re.sub(r'[^a-z0-9]+', '-', apart.lower()).strip('-')}-"


def marks_of(root: Element, container: Element) -> dict[Element, Mark]:
    """What each element is marked as, itself or by what stands around it; the nearest role counts.

    ``container`` holds the article: what it and the elements around it are called says
    nothing of the parts of the article.
    """
    neutral = {container, *container.iterancestors()}
    marks: dict[Element, Mark] = {}
    for element in root.iter():
        if element in neutral:
            marks[element] = Mark()
            continue
        parent = element.getparent()
        above = Mark() if parent is None else marks[parent]
        out, role = own_mark(element)
        if above.role == "caption" and out in ("byline", "date"):  # a picture's signature is its credit
            out, role = None, "credit"
        if element.tag == "footer" and above.role == "body":  # the author of a quotation
            out = None
        marks[element] = Mark(above.out or out, role or above.role)
    return marks
