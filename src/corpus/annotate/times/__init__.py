"""Dates, hours, durations and rates, with what they mean on the calendar.

In: the article with its date, and its sentences, whose tokens give the tense (``times.py`` is the layer). Out:
``Time`` values, the table ``times``. A new way of saying is a ``Pattern`` in ``patterns.py`` whose groups a function of
``values.py`` reads; what only looks like a time is left out in ``context.py``.
"""
