"""What of the texts in a feed is the article: whether a description is a whole text, and what sites add below one.

Whole texts stand in descriptions where Drupal, Hugo or an older program writes the feed; all other descriptions are
teasers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.model.article import Block, count_words

_CLOSINGS = re.compile(
    # « L’article Le pont rouvre est apparu en premier sur La Gazette. »
    r"(?:l[’']article|cet article)\b.{0,300}?\b(?:est (?:ap)?paru en premier|a été publié en premier)"
    r" (?:sur|dans)\b.{0,200}"
    # « The post Le pont rouvre first appeared on La Gazette. »
    r"|(?:the|this) (?:post|article|content)\b.{0,300}?"
    r"\b(?:first appeared|appeared first|was first published|originally appeared) (?:on|at|in)\b.{0,200}"
    # « Le pont rouvre was originally published in La Gazette on Medium, where people are continuing … »
    r"|.{0,300}?\bwas originally published in\b.{0,200}\bon medium\b.{0,200}"
    # « Der Beitrag Die Brücke erschien zuerst auf Die Zeitung. »
    r"|der beitrag\b.{0,300}?\berschien zuerst auf\b.{0,200}"
    # « La entrada El puente se publicó primero en El Diario. » « La entrada … aparece primero en … »
    r"|la entrada\b.{0,300}?\b(?:se publicó primero|aparece primero) en\b.{0,200}"
    # « L’articolo Il ponte proviene da Il Giornale. » « L’articolo … sembra essere il primo su … »
    r"|l[’']articolo\b.{0,300}?\b(?:proviene da|sembra essere il primo su)\b.{0,200}"
    # « El artículo … se publicó primero en El Diario. »
    r"|el artículo\b.{0,300}?\b(?:se publicó primero|aparece primero) en\b.{0,200}"
    # « O post A ponte apareceu primeiro em O Diário. » « O conteúdo … aparece primeiro em … »
    r"|o (?:post|conteúdo|artigo)\b.{0,300}?\b(?:apareceu|aparece) primeiro em\b.{0,200}"
    # « L’entrada El pont ha aparegut primer a El Diari. »
    r"|l[’']entrada\b.{0,300}?\bha aparegut primer a\b.{0,200}"
    # « Innlegget Broen dukket først opp på Avisen. », in Danish and Swedish too
    r"|(?:innlegget|indlægget|inlägget)\b.{0,300}?"
    r"\b(?:dukket først opp|blev først udgivet|blev vist første gang|dök först upp) på\b.{0,200}"
    # « Artykuł Most pochodzi z serwisu Gazeta. »
    r"|artykuł\b.{0,300}?\bpochodzi z serwisu\b.{0,200}"
    # « Tags : lavoir, port » « Filed under: Actu Tagged: lavoir »
    r"|(?:tags?|mots[- ]clés|étiquettes?|filed under|classé (?:sous|dans))\s?:.{1,200}"
    # « Partager : Facebook X WhatsApp »
    r"|(?:partager|share)\s?:(?:[\s,|·•-]*(?:facebook|twitter|x|whatsapp|linkedin|e-?mail|telegram|mastodon|bluesky"
    r"|pinterest|messenger|imprimer|print))+"
    # « Het bericht De brug verscheen eerst op De Krant. »
    r"|het bericht\b.{0,300}?\bverscheen eerst op\b.{0,200}",
    re.IGNORECASE | re.DOTALL,
)
"""The sentence with which WordPress closes each item of a feed, in the languages of its neighbours."""
_LAST = 4
"""Among so many blocks at the end the closing stands."""
_EMBEDDED = re.compile(r"https?://\S+")
_WORDS = {2: 100, 3: 40}
"""So many words at least, of two paragraphs, and of three or more.

Teasers are one paragraph: WordPress cuts after 55 words and joins them, editors write a sentence or two.
"""
_ENDED = re.compile(r"[.!?][\"'’”»)\]\s\xa0\u202f]*\Z")
_CUT = re.compile(r"(?:…|\.\.\.)[\s\])»”]*\Z")
_MORE = re.compile(
    r"(?:lire|voir|read|continue|weiterlesen|mehr|leggi|continua|leer|sigue|lees|seguir|ler)\b.{0,100}"
    r"|(?:la )?suite\b.{0,60}",
    re.IGNORECASE | re.DOTALL,
)
_ASIDE = ("caption", "credit", "boilerplate", "related", "byline", "dateline")


def is_whole(blocks: Sequence[Block]) -> bool:
    """Whether these blocks are a whole text: long, of several paragraphs, and ended where they end.

    >>> is_whole([Block("La halle rouvre mardi."), Block("Le maire l’a promis.")])
    False
    """
    running = [block.text for block in blocks if block.role not in _ASIDE]
    if not running or _CUT.search(running[-1]) or any(_MORE.fullmatch(block.text) for block in blocks[-2:]):
        return False
    paragraphs = sum(1 for text in running if _ENDED.search(text))
    return paragraphs > 1 and sum(map(count_words, running)) >= _WORDS[min(paragraphs, max(_WORDS))]


def signed(blocks: Iterable[Block], authors: Iterable[str]) -> tuple[Block, ...]:
    """The blocks, of which the first two and the last are the byline where they are the author's name.

    An address alone is what was embedded there, and no text; nor is what has neither letters nor figures.
    """
    names = {name.casefold() for name in authors}
    found = [block for block in blocks if not _EMBEDDED.fullmatch(block.text) and any(map(str.isalnum, block.text))]
    for at in {0, 1, len(found) - 1} if len(found) > 2 else ():
        text = found[at].text.strip(" .–—-")
        if found[at].role is None and text.casefold().removeprefix("par ").removeprefix("by ") in names:
            found[at] = Block(found[at].text, "byline")
    return tuple(found)


def without(blocks: Iterable[Block]) -> list[Block]:
    """The blocks without the sentences that close the items of a feed."""
    found = list(blocks)
    last = len(found) - _LAST
    return [
        block for at, block in enumerate(found) if at < last or not _CLOSINGS.fullmatch(" ".join(block.text.split()))
    ]
