"""What a release says that nothing in it proves, so that a sound verdict promises no more than it has seen."""

from __future__ import annotations

from collections.abc import Iterator
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


def unproved(release: Release, *, before: bool, has_history: bool) -> Iterator[Unproved]:
    """What of a release nothing in it proves; ``before`` says whether the version before was at hand."""
    values = release.manifest
    yield Unproved(MANIFEST, "pipeline", "the code, Python and libraries that it was made by")
    yield Unproved(MANIFEST, "layers, records", "the fingerprints of layers and sources")
    yield Unproved(MANIFEST, "counts, sources", "how many records were read and not published, and why")
    if "about" in values:
        yield Unproved(MANIFEST, "annotators.persons", "how many persons annotated")
        yield Unproved(
            MANIFEST, "about", "what people wrote of corpus and sources: names, addresses, licences, contact"
        )
    if values.get("scores"):
        yield Unproved(MANIFEST, "scores", "what silver is worth against gold")
    if values.get("previous") and not before:
        named = values["previous"]["version"]
        yield Unproved(MANIFEST, "previous", f"the hash of the version before; --previous proves it with {named}")
        yield Unproved(CHANGES, "releases", f"what changed since {named}, and in the versions before it")
        yield Unproved(HISTORY, "first_release, split, story", f"that it goes on from the history of {named}")
    if values.get("version") != PREVIEW and not values.get("rehydrated"):
        yield Unproved(CHANGES, "contributors", "who contributed")
    more = ", and that no shared passage is missing" if "reuse" in values["tables"] else ""
    found = f"that texts are those of their sources, and annotations what the programs found{more}"
    yield Unproved("data", "text", found)
    if any(not is_masked(table) for table in values["tables"]):
        yield Unproved("data", "raw_path", "the file that an article was read from")
    if any(map(is_masked, values["tables"])):
        what = "masked rows: hashes, offsets and counts of texts that are not there"
        named = (
            f"; corpus rehydrate proves them with the key {values['key']} and raw records" if "key" in values else ""
        )
        yield Unproved("data", "masked", what + named)
    if has_history:
        yield Unproved(HISTORY, "gold_sha256", "the hashes of gold files")
        yield Unproved(HISTORY, "unpublished", "state, story and split of records that are not published")
    if any(map(is_masked, values["tables"])) and has_history:
        yield Unproved(HISTORY, "words", "the hashes of texts that are not there")
        yield Unproved(STORIES, "bands", "the signatures of texts that are not there")
    if release.has(LEAKS):
        fields = "pairs_compared, closest, closest_share"
        yield Unproved(LEAKS, fields, "how many pairs were compared in full, and the closest")
    if release.has(WITHDRAWN):
        yield Unproved(WITHDRAWN, "date, reason, releases, raw_sha256, text_sha256", "when and why, and the hashes")
    if not made_by_this_code(release):
        citing = [file for file in (CITATION, DATACITE) if release.has(file)]
        for file in (CARD, CHANGELOG, CROISSANT, *citing, "plots", "data"):
            yield Unproved(
                file,
                "bytes",
                "made by other code or libraries than those at hand: values were compared, words and bytes not",
            )
