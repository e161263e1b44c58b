"""Publishes a release: to a folder, to the Hub, or to a store that fsspec opens; and deletes versions there for good.

In: a release folder and a place (``folder:DIR``, ``hub:org/name``, or an address such as ``s3://bucket/prefix``). Out:
``Published`` or ``Purge``, which say what was sent or deleted. In a folder and in a store versions stand beside each
other (``vX.Y.Z/``); on the Hub ``main`` shows the newest and tags keep each of them. A new kind of place is a module
like ``folder``, which takes the rules of all places from ``publication``, and a line in ``publish`` and ``purge``.
"""
