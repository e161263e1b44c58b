"""Publishes a release: to a folder, to the Hub, or to a store that fsspec opens; and deletes versions there for good.

A place is ``folder:DIR``, ``hub:org/name``, or an address such as ``s3://bucket/prefix``. In a folder and in a store
versions stand beside each other (``vX.Y.Z/``); on the Hub ``main`` shows the newest and tags keep each of them.
"""
