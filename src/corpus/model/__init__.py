"""What every other room speaks of: an article, its row, a problem, the schemas. Nothing here reads or writes a corpus.

In: plain values. Out: ``Article`` (article.py), the row of the articles table that it becomes (article_row.py), a
``Problem`` (problem.py), and what the JSON Schemas of ``schema/`` say of rows and settings (schema.py).

To add a column, add a property to its schema and its value to ``columns_of``. To add a schema, list it in ``TABLES`` or
``FILES``.
"""
