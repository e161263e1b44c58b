"""Names of persons, places and organisations, which of them are the same, and where in the world they are.

In: the article and the language model's tokens (``entities.py`` is the layer). Out: ``Entity`` values, the table
``entities``. What stands before a name, or only looks like one, is a line in ``patterns.py``; places and their links
are in ``places.tsv``, which scripts/build_places makes.
"""
