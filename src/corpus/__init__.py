"""Press corpora with versions you can pin, builds you can reproduce and contributions that are checked.

Where a line belongs, in the way of an article:

- values: ``article``, ``problem``, ``columns``, ``scores``; what people set: ``settings``, ``yaml_text``, ``schema``,
  ``ledgers``
- files, on a disk or in a store: ``storage``, on ``stores``
- raw bytes: ``raw/``
- one record: ``parse/``, ``normalise``, ``roles``, ``dates``, ``assemble``, ``validate``
- what is said of it: ``annotate/``, ``gold``, ``annotated``; how good that is: ``evaluate``
- one partition, in a worker: ``partition``, ``workfiles``, ``keeping``, ``reuse``, ``fingerprints``
- the whole corpus: ``pipeline``, ``catalogue``, ``history``, ``stories/``, ``grouping``, ``versioning``
- where work runs: ``execute``, ``cluster``
- a release: ``release/`` writes it, ``papers`` says what it is, ``releasing`` asks for it, ``withdraw`` takes out of it
- a release that is there: ``where``, ``hubcache``, ``tableread``; ``loading``, ``diff``, ``verify/``,
  ``reproduce``, ``rehydrate/``, ``stats``; ``publish/`` sends it
- what people ask for: ``cli/``, on ``contribute``, ``checking``, ``show``
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["build", "check", "frame", "load", "versions"]

_WHERE = {
    "build": "corpus.pipeline",
    "check": "corpus.checking",
    "frame": "corpus.loading",
    "load": "corpus.loading",
    "versions": "corpus.loading",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for and no more: the command line has to start fast."""
    if name not in _WHERE:
        raise AttributeError(f"module 'corpus' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)
