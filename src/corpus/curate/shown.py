"""An article as ``corpus show`` shows it: its rows as they stand in a release, else as the layers make them now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.annotate import gold
from corpus.curate.found import Found, Released, released
from corpus.files.paths import Location
from corpus.formats.document import Document, document_of
from corpus.model.problem import CorpusError, UsageError
from corpus.model.table_names import masked_name
from corpus.raw.config import read_settings
from corpus.release.read.reader import open_release
from corpus.release.read.standing import standing_release

if TYPE_CHECKING:
    from corpus.annotate.rows import Tables


@dataclass(frozen=True, slots=True)
class Shown:
    """An article with its rows.

    ``release`` is where they stand, "" where layers made them now; ``why`` says why, or that the raw record is gone.
    ``since`` are the layers that a person annotated since that release was made.
    """

    found: Found
    tables: Tables
    release: str = ""
    why: str = ""
    since: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Masked:
    """What the release in ``release`` says of an article whose text may not be passed on: no word of it."""

    document: Document
    release: str


def shown(root: Location, identity: str, layers: Sequence[str] | None, where: str | None = None) -> Shown | Masked:
    """An article with what ``layers`` found, None for those of the release, or of corpus.toml where none stands.

    The rows are those of the release ``where``, or of the newest in ``build/``, if its article is the one of the raw
    record; gold that was written since stands instead. Where that release masks the article, it is shown as it stands
    there. Else the layers run, which takes seconds.

    Raises:
        UsageError: ``where`` is no release; no corpus folder, no sound article of this id, no such layer.
        CorpusError: wrong settings, wrong gold, a damaged release; a layer that failed.
    """
    if isinstance(root, Path):
        stands, why = _standing(root, identity, layers, where)
        if stands is not None:
            return stands
    else:
        why = "the corpus folder is in a store"
    from corpus.curate import lookup

    try:
        found = lookup.find(root, identity)
    except UsageError as error:
        gone = None
        if isinstance(root, Path) and error.problems[0].rule == "id-unknown":
            gone, _why = _standing(root, identity, layers, where, without_record=True)
        if not isinstance(gone, Shown):
            raise
        return replace(gone, why="its raw record is no longer in raw/")
    row, tables = lookup.annotations_of(root, found, layers)
    names = None if layers is None else {*map(_name, layers)}
    chosen = {name: rows for name, rows in tables.items() if names is None or name in names}
    return Shown(replace(found, row=row), chosen, why=why)


def _standing(
    root: Path, identity: str, layers: Sequence[str] | None, where: str | None, *, without_record: bool = False
) -> tuple[Shown | Masked | None, str]:
    """What stands in a release; else None, and why not."""
    asked = layers if layers is not None else read_settings(root).layers
    names = [*map(_name, asked)]
    try:
        place = where or standing_release(root)
    except UsageError as error:
        return None, error.problems[0].found
    release = open_release(place)
    known = None
    if set(names) <= set(release.manifest["layers"]):
        chosen = None if layers is None else names
        known = released(root, release, identity, chosen, without_record=without_record)
    inside = Path(place).is_relative_to(root)
    said = Path(place).relative_to(root).as_posix() if inside else place
    if known is None:
        chosen = [*release.manifest["layers"]] if layers is None else names
        tables = [name for name in chosen if masked_name(name) in release.manifest["tables"]]
        document = document_of(release, identity, tables)
        if document is not None and "text" not in document.article:
            return Masked(document, said), ""
        return None, f"{said} has not the text of this raw record, or not these layers"
    return _with_gold(root, known, said), ""


def _name(layer: str) -> str:
    """The name of a layer that is chosen by its name, or by the path of another package's."""
    if ":" not in layer:
        return layer
    from corpus import annotate

    return annotate.choose([layer], "--layers")[-1].name


def _with_gold(root: Path, known: Released, place: str) -> Shown:
    """What a release has, and what a person has said since it was made."""
    article = known.found.article
    settled = gold.path_of(article.raw_path, article.id)
    files = gold.beside(root, settled)
    most = known.found.source.limit("gold")
    if gold.signed(root, files, settled, most).sha256 == known.gold_sha256:
        return Shown(known.found, known.tables, place)
    from corpus.curate.corrections import Who, standing
    from corpus.curate.statement_rows import rows_of

    now = standing(root, article, known.tables, Who(), most)
    if wrong := [one for one in now.problems if one.rule != "gold-already"]:
        raise CorpusError(wrong)
    since = tuple(layer for layer in known.tables if now.said_by.get(layer, ("", ""))[1] == "gold")
    tables = {layer: rows_of(now, layer, rows) if layer in since else rows for layer, rows in known.tables.items()}
    return Shown(known.found, tables, place, since=since)
