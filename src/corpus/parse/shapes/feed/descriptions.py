"""Whether the description of an item is its whole text, as Drupal, Hugo and older feeds write it, or a teaser."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.model.article import Block, count_words

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
