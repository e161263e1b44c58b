"""Gold files are written here, beside the record that they annotate, and none takes the place of another unasked."""

from __future__ import annotations

import glob
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.annotate import gold, gold_text
from corpus.annotate.rows import statements_of
from corpus.curate import lookup
from corpus.curate.found import Found
from corpus.files import paths
from corpus.files.deletion import remove_file
from corpus.files.locks import alone_in
from corpus.files.refusals import writing
from corpus.model.article import Article
from corpus.model.problem import CorpusError, Problem, UsageError, number_of, quoted
from corpus.raw.layout import ANNOTATOR, GOLD, LARGEST, LIMITS


def write_gold(
    root: Path,
    article: Article,
    values: Mapping[str, Any],
    annotator: str | None = None,
    *,
    expected: bytes | None = None,
    most: int = LIMITS["gold"],
) -> Path:
    """Write the gold file of an article, whole or not at all; its path.

    ``values`` are what the file is to say, as gold.schema.json describes it; statements may stand in any order, each
    span with or without ``start``. With the name of an ``annotator`` it is that of one among several, else the settled
    one. ``expected`` are the bytes that the file was seen to have, None for no file: what somebody wrote since then is
    not written over. It may have ``most`` spans.

    Raises:
        UsageError: a link or a folder is there (rule ``gold-already``), or the annotator's name is none of a file.
        CorpusError: the file is another than was seen (rule ``correction-stale``); the values are no sound gold of this
            text, all their problems; or the disk refuses.
    """
    path = place_of(article, annotator)
    refuse_name_of_record(root, path, annotator)
    found = [one for one in gold.problems(values, article, path, most) if one.rule not in gold.TO_BE_DONE]
    if found:
        raise CorpusError(found)
    content = gold_text.dump(gold_text.canonical(values, article.text)).encode()
    with _as_seen(root, path, expected):
        if expected is None:
            paths.create(root / path, content)
        else:
            with paths.atomic_write(root / path) as partial:
                partial.write_bytes(content)
    return root / path


def remove_gold(root: Path, path: str, expected: bytes) -> None:
    """Remove a gold file that has the bytes that were seen.

    Raises:
        UsageError, CorpusError: as ``write_gold``.
    """
    with _as_seen(root, path, expected):
        remove_file(root / path)
        paths.sync_names((root / path).parent)


@contextmanager
def _as_seen(root: Path, path: str, expected: bytes | None) -> Iterator[None]:
    """What is done in it finds a gold file as it was seen, and is alone: nobody else who writes gold comes between."""
    with writing(path), alone_in((root / path).parent):
        if (found := refuse_taken(root, path, force=True)) != expected:
            raise stale(path, lost(found) or "no file")
        yield


def stale(path: str, found: str = "something else than the page showed") -> CorpusError:
    """The error of a gold file that is no longer as it was seen (rule ``correction-stale``)."""
    hint = "nothing was written: look at what is there now, and do it again"
    return CorpusError(Problem(path, 0, "", "correction-stale", found, "what was there before", hint))


def refuse_name_of_record(root: Path, path: str, annotator: str | None) -> None:
    """Stop where the file of an annotator would be the settled one of another record (a.lea.txt beside a.txt).

    Raises:
        UsageError: rule ``annotator-name``.
    """
    if annotator is None:
        return
    file = root / path
    stem = file.name.removesuffix(GOLD)
    for other in sorted(file.parent.glob(f"{glob.escape(stem)}.*")):
        if not other.name.endswith(GOLD) and other.stem == stem:
            found = f"{quoted(annotator)}, and a record {other.name} whose gold file this would be"
            wanted, hint = "a name that no record ends in", "give another short name, such as initials"
            raise UsageError(Problem("--annotator", 0, "", "annotator-name", found, wanted, hint))


def place_of(article: Article, annotator: str | None = None) -> str:
    """Where the gold file of an article stands, relative to the corpus folder: the settled one, or an annotator's.

    Raises:
        UsageError: the annotator's name gives no name of a file.
    """
    return gold.path_of(article.raw_path, article.id, "" if annotator is None else in_file_name(annotator))


_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
"""Letters that are no letter with an accent."""


def in_file_name(annotator: str) -> str:
    """How files name an annotator: in small letters a to z without accents, figures and hyphens; the same for a person.

    Raises:
        UsageError: rule ``annotator-name``, it has no such letter or begins with another character.

    >>> in_file_name("Éloïse Le Gall"), in_file_name("N. B.")
    ('eloise-le-gall', 'n-b')
    """
    plain = unicodedata.normalize("NFKD", gold.person_of(annotator).translate(_LETTERS))
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    name = "-".join("".join(one if one.isascii() and one.isalnum() else " " for one in letters).split())
    if not ANNOTATOR.fullmatch(name) or not any(map(str.isalpha, annotator)):
        wanted = "a name that begins with a letter from a to z, which the name of the file is made of"
        hint = "give initials or a short name; the full name goes into the file, as annotator"
        raise UsageError(Problem("--annotator", 0, "", "annotator-name", quoted(annotator), wanted, hint))
    return name


_EDIT = "edit that file; --force replaces it, and what it says is lost"


def refuse_taken(root: Path, path: str, *, force: bool, hint: str = _EDIT) -> bytes | None:
    """The gold file that may be replaced, as ``write_gold`` expects it: none, or with ``force`` a file that is there.

    Raises:
        UsageError: rule ``gold-already``, something stands there that ``force`` does not replace.
        CorpusError: the disk cannot tell what is there.
    """
    with writing(path):
        kind = paths.kind_of(root / path)
    content = gold.stored(root, path, LARGEST) if kind == "a file" else None
    if not kind or (force and kind == "a file"):
        return content
    if kind == "a symbolic link":
        hint = "edit the file that it leads to, or remove the link"
    elif kind != "a file":
        hint = "move it away first"
    raise UsageError(Problem(path, 0, "", "gold-already", lost(content) or kind, "a place where no gold file is", hint))


def lost(content: bytes | None) -> str:
    """What a gold file says, for who is about to lose it; empty for none."""
    if content is None:
        return ""
    if not content.strip():
        return "an empty file"
    try:
        values = json.loads(content)
        layers = [f"{len(values[layer]):,} {layer}" for layer in gold.GOLD_LAYERS if values.get(layer) is not None]
        annotator = str(values["annotator"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return f"a file that is no gold file, {number_of(len(content), 'byte')}"
    signed = "nobody signed" if annotator == gold.UNSIGNED else f"of {quoted(annotator)}"
    return f"gold {signed}: {', '.join(layers) or 'no layer'}"


def prefilled(root: Path, found: Found, layers: Sequence[str], *, empty: bool = False) -> dict[str, Any]:
    """A gold file of an article that nobody has signed: what the program finds in these layers, or nothing in them.

    Raises:
        UsageError: a layer's model is not installed.
        CorpusError: a layer failed.
    """
    if empty:
        return gold_text.filled(found.article, dict.fromkeys(layers, ()), gold.UNSIGNED)
    row, annotations = lookup.annotations_of(root, found, layers, with_gold=False)
    statements = statements_of(row, annotations)  # with those of other layers that these need
    return gold_text.prefilled(found.article, {layer: statements[layer] for layer in layers})
