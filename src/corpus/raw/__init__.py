"""The corpus folder as people keep it: settings, sources, raw files, ledgers.

In: a corpus folder. Out: its ``Settings`` and ``Source`` (config.py), the files of each source (listing.py), these
as partitions (partitions.py), and the ``Record`` of each article (records.py), or a ``Problem``.

To add a shape of raw records, add a line to ``SHAPES`` in layout.py (see parse/shapes). To add a field to corpus.toml
or source.yaml, add it to its schema and to ``Settings`` or ``Source``.
"""
