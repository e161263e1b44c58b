"""What a release says that nothing in it proves, so that a sound verdict promises no more than it has seen."""

from __future__ import annotations

from typing import NamedTuple

from corpus.model.table_names import is_masked
from corpus.release.format import (
    CARD,
    CHANGELOG,
    CHANGES,
    CITATION,
    CROISSANT,
    DATACITE,
    HISTORY,
    LAST_PLAIN,
    LEAKS,
    MANIFEST,
    PREVIEW,
    STORIES,
    WITHDRAWN,
)
from corpus.release.read.reader import Release
from corpus.verify.pages import made_by_this_code


class Unproved(NamedTuple):
    """A part of a file that the release itself does not prove, and in words what it is."""

    file: str
    part: str
    what: str

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.file}: {self.what}"


def unproved(release: Release, *, before: bool, has_history: bool) -> tuple[Unproved, ...]:
    """What of a release nothing in it proves; ``before`` says whether the version before was at hand."""
    values, tables = release.manifest, release.manifest["tables"]
    masked, is_open = any(map(is_masked, tables)), not all(map(is_masked, tables))
    plain, other_code = values.get("format", 1) <= LAST_PLAIN, not made_by_this_code(release)
    named = values["previous"]["version"] if values.get("previous") and not before else ""
    released = values.get("version") != PREVIEW and not values.get("rehydrated")
    key = f"; corpus rehydrate proves them with the key {values['key']} and raw records" if "key" in values else ""
    passages = ", and that no shared passage is missing" if "reuse" in tables else ""
    hashes, and_hashes = (", raw_sha256, text_sha256", ", and the hashes") if plain else ("", "")
    by_others = "made by other code or libraries than those at hand: values were compared, words and bytes not"
    said = (
        (True, MANIFEST, "pipeline", "the code, Python and libraries that it was made by"),
        (True, MANIFEST, "layers, records", "the fingerprints of layers and sources"),
        (True, MANIFEST, "counts, sources", "how many records were read and not published, and why"),
        ("about" in values, MANIFEST, "annotators.persons", "how many persons annotated"),
        (
            *("about" in values, MANIFEST, "about"),
            "what people wrote of corpus and sources: names, addresses, licences, contact",
        ),
        (values.get("scores"), MANIFEST, "scores", "what silver is worth against gold"),
        (named, MANIFEST, "previous", f"the hash of the version before; --previous proves it with {named}"),
        (named, CHANGES, "releases", f"what changed since {named}, and in the versions before it"),
        (named, HISTORY, "first_release, split, story", f"that it goes on from the history of {named}"),
        (released, CHANGES, "contributors", "who contributed"),
        (
            *(True, "data", "text"),
            f"that texts are those of their sources, and annotations what the programs found{passages}",
        ),
        (is_open, "data", "raw_path", "the file that an article was read from"),
        (masked, "data", "masked", f"masked rows: hashes, offsets and counts of texts that are not there{key}"),
        (has_history, HISTORY, "gold_sha256", "the hashes of gold files"),
        (has_history, HISTORY, "unpublished", "state, story and split of records that are not published"),
        (masked and has_history, HISTORY, "words", "the hashes of texts that are not there"),
        (masked and has_history and plain, STORIES, "bands", "the signatures of texts that are not there"),
        (
            *(release.has(LEAKS), LEAKS, "pairs_compared, closest, closest_share"),
            "how many pairs were compared in full, and the closest",
        ),
        (release.has(WITHDRAWN), WITHDRAWN, f"date, reason, releases{hashes}", f"when and why{and_hashes}"),
        *((other_code, file, "bytes", by_others) for file in (CARD, CHANGELOG, CROISSANT, "plots", "data")),
        *((other_code and release.has(file), file, "bytes", by_others) for file in (CITATION, DATACITE)),
    )
    return tuple(Unproved(*one) for is_so, *one in said if is_so)
