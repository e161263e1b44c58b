"""One way to read and to write, on a disk or in a store.

In: a ``Location``, which is a path of this machine or an address such as ``s3://bucket/prefix``. Out: bytes, files,
hashes. Errors of a disk are an ``OSError``; errors of a store are a ``CorpusError`` that says what to do.

What people may have put anything in place of is opened by ``paths.read`` and ``paths.reading`` (regular.py), and
whatever is deleted is deleted by deletion.py, which takes only what was made here.

To add an operation, write it in paths.py for both kinds of location. To add a kind of store, install a library that
fsspec finds: nothing here has to change.
"""
