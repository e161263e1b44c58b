"""Proves a release: that it holds what it says, and that its corpus folder gives the same bytes again.

In: the address of a release (``release.read``). Out: a ``Verdict`` or a ``Reproduction`` with every difference as a
problem; nothing is written. A new check of a file that describes the release is a function in ``metadata``, one of
rows in ``rows``, one of offsets in ``spans``; each yields what is wrong, and ``verify`` says where.
"""
