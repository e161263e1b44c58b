"""Quotations with their speakers and cues.

In: the article, its sentences and its entities (``quotations.py`` is the layer). Out: ``Quotation`` values, the table
``quotations``. A new verb of speech, a new kind of source or a word that announces a title is a line in
``patterns.py``, each with an invented example.
"""
