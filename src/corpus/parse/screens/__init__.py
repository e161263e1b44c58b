r"""What most articles of a run leave nothing to do about, asked of all of them at once.

An exact function (``normalise``, ``roles``, ``validate``) looks at one article, and nine times in ten finds nothing to
do. ``look`` asks the same of the texts of a whole run, joined into one array of UTF-16: wherever something stands that
an exact function might care for, the article, its block or its rule is held back, and only what is held back goes
through the exact functions. They alone say what is right. A screen may hold back too much, which costs time; it may
never let pass what an exact function would change or refuse, which tests/parse/test_screens.py asks of odd texts.

How it is done, once for a run:

1. The pieces of all drafts, titles and blocks, are joined by blank lines, as the text of an article is. Where every
   piece is in normal form, the texts of the articles are stretches of this one, and its blank lines part the blocks.
2. Two comparisons find all plain spaces and all signs: a sign is neither a space nor one of the letters a to z.
   A table (``_kinds`` in run.py), made from the patterns and words of the exact functions, says what a sign may mean:
   unusual, a line feed, a dash, markup … Positions are sorted, so that ``searchsorted`` tells how many words a block
   has, what opens and what ends it.
3. What needs words is asked of the ends of the texts, joined, a word at a time. (RE2 of ``pyarrow.compute`` compiles a
   pattern anew for each run, which costs as much as it saves.)

To add a question: a kind of sign, or words; then the rule that it answers joins ``_ASKED_OF_TEXT``.
"""

from __future__ import annotations

from corpus.parse.screens.run import FEWEST, Seen, look

__all__ = ["FEWEST", "Seen", "look"]
