"""Press corpora with versions you can pin, builds you can reproduce and contributions that are checked.

>>> import corpus
>>> sorted(name for name in dir(corpus) if not name.startswith("_"))
['build', 'check', 'frame', 'load', 'read_manifest', 'versions']

The folders beside this file are rooms, in the order ``model``, ``files``, ``raw``, ``parse``, ``annotate``, ``dedup``,
``release``, ``explore``, ``formats``, ``build``, then ``verify``, ``publish`` and ``curate`` side by side, then
``cli``; each imports only what stands before it. README.md beside this file says what each is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus import build as _folder  # loaded first: importing the folder later would hide the function of its name

if TYPE_CHECKING:
    from corpus.build.pipeline import build
    from corpus.curate.check import check
    from corpus.release.read.load import frame, load, read_manifest
    from corpus.release.read.reader import versions

__version__ = "0.1.0"
__all__ = ["build", "check", "frame", "load", "read_manifest", "versions"]

del _folder, build

_MODULES = {
    "build": "corpus.build.pipeline",
    "check": "corpus.curate.check",
    "frame": "corpus.release.read.load",
    "load": "corpus.release.read.load",
    "read_manifest": "corpus.release.read.load",
    "versions": "corpus.release.read.reader",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for and no more: the command line has to start fast."""
    if name not in _MODULES:
        raise AttributeError(f"module 'corpus' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    """The public functions, whether they were imported yet or not."""
    return [*__all__, "__version__"]
