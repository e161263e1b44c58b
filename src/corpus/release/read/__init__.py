"""Opens a release wherever it lies: a folder, the Hub, or a store that fsspec opens.

An ``address`` becomes a ``reader.Release``; ``load`` gives its tables to ``datasets`` and pandas, ``row_groups`` to
what compares them. Files of the Hub come through ``hub_files``, those of stores through ``download_cache``; whether
bytes are those of the manifest is judged in ``verified`` alone. Another kind of place needs a branch in ``address``,
and a file system with a function that takes a file of the manifest into a cache (``Release.files`` and ``fetch``).
"""
