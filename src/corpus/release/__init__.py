"""The format of a release on disk, and what can be told of releases without building one.

In come rows (Parquet groups of work files), a ``ReleaseMetadata`` and the release before; out goes a folder: tables as
Parquet, ``history.parquet``, the card, and the manifest that proves every file. What the format fixes (names, outcomes,
the grammar of versions) stands once, in ``format``.

``write/`` makes the files, ``read/`` opens a release wherever it lies. ``history`` is what one version passes on to
the next; ``changes`` and ``diff`` tell two versions apart, ``versions`` what that asks of the number; ``purged`` reads
and writes PURGED.json, ``statements`` what ``keys`` sign. Nothing here is about one host: publishing to one is the room
``publish``.
"""
