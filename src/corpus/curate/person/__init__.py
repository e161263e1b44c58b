"""Everything that a corpus and its releases hold of one person, and taking it out.

``name.py`` knows how a name may be written, ``decoding.py`` undoes what hides it in bytes; ``folder.py`` and
``releases.py`` look through a corpus folder and through releases; ``person.py`` makes the list, ``take_out.py`` acts
on it. Another place where a name may stand belongs into ``folder.py`` or ``releases.py``.
"""
