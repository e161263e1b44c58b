"""Writes the files of a release: tables (``parquet``), what is said of them, and all of it into place (``staging``).

Manifest, card, croissant.json and the two lists of changes are each a function of one ``metadata.ReleaseMetadata``, of
the tables that were written and of the other files. Another file is a function like these, a name in
``release.format``, and a line in ``build.metadata.write``.
"""
