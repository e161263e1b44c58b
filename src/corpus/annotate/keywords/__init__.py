"""The terms that tell an article from others.

In: the article and its sentences (``keywords.py`` is the layer). Out: terms, the column ``keywords`` of the articles
table. A word that is never a keyword goes into ``EMPTY_WORDS`` of ``keywords.py``; how common terms are stands in
``frequencies.tsv``, which scripts/keyword_frequencies makes.
"""
