"""Sentences with their tokens: lemma, part of speech and features of each.

In: the article and the language model's tokens (``tokens.py`` is the layer). Out: ``Sentence`` values, the table
``sentences``. A place where sentences end wrongly is mended in ``splitting_patterns.py``, a tag that the model gets
wrong as a rule in ``tokens_patterns.py``, a lemma in ``lemmas_patterns.py``.
"""
