"""Press corpora with versions you can pin, builds you can reproduce and contributions that are checked."""

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
