"""Where the work of a build runs.

In: a function over one partition or file, and what it is to be called with. Out: the results, in order. ``local`` runs
it in this process or in worker processes, ``dask`` on a cluster (README.md beside this file). Another engine is a
subclass of ``local.Elsewhere`` and a branch in ``dask.pool``.
"""
