"""A corpus, its releases and the places they are published to, driven through faults that a seed decides.

``faults`` is what goes wrong inside of a command, ``commands`` runs commands with a fault in a process of their own,
``world`` holds what must be true at any moment and says where it is not.
"""
