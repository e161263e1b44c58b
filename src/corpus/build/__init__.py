"""Makes a release out of a corpus folder; the only room that joins the others.

In: a corpus folder and a ``BuildRequest``. Out: a release folder and a ``Report`` of what became of each record.
``pipeline.build`` is the whole way on one page: ``plan``, ``reusable_rows``, ``reading`` (with ``worker`` for each
partition), ``story_assignment``, ``next_version``, ``shards``, ``metadata``. A step that sees one record at a time goes
into ``worker``; one that needs the whole corpus goes into ``pipeline``, and works on the ``RowIndex``.
"""
