"""What a release says of itself in more than one place: what it cannot do, whom to ask, who made its annotations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from corpus.annotate.metrics import AGREEMENT, Score
from corpus.model import schema
from corpus.model.table_names import base_name, is_masked
from corpus.raw.config import Settings
from corpus.release.format import OUTCOMES
from corpus.release.write.metadata import ReleaseMetadata, programs


def gold_by(annotators: Collection[str]) -> str:
    """Who made the annotations of status gold, as the end of a sentence; ``annotators`` are all of them."""
    machines = programs(annotators)
    names = ", ".join(machines)
    if not annotators:
        return "by the person that it names; there are none in this version"
    if not machines:
        return "by the person that it names"
    if len(machines) < len(annotators):
        return f"by the person that it names, or by a program where it names one: {names}"
    return f"by {names}, {'which is no person' if len(machines) == 1 else 'which are no persons'}: read that where a \
description speaks of a person"


_PRESS = """The articles are press: they name people and say what they said and did, sometimes what they believe \
or suffer from. Names of persons are marked as entities and as speakers of quotations: do not use them to profile \
people."""
_ASK = """Corrections, requests about personal data and take-down requests: {}. A record that is withdrawn is in no \
later version, and its id stands in `withdrawn.jsonl`."""


def personal(settings: Settings, shown: Callable[[str], str] = str) -> list[str]:
    """What a release holds about people, and whom they can ask, the address as it is ``shown`` there."""
    contact = settings.contact.strip().rstrip(".")
    return [_PRESS, _ASK.format(shown(contact) if contact else "ask whoever gave you this corpus")]


_LIMITS = {
    "articles": """Near-duplicates of a story, and articles that hold most of another one, stand in one split; \
articles about one event in different words may stand in two.
A date is as precise as its source says it: `date_earliest` and `date_latest` bound it.""",
    "entities": """Entities do not nest, and a name that could mean several places has no link.""",
    "quotations": """A quotation says what the article attributes to a speaker, not that it was said.""",
    "reuse": """A shared passage does not tell who wrote it: both may have it from a dispatch that is not here.""",
}
_SILVER = """Silver annotations are made by programs and hold errors; their measured quality, where the card shows it, \
rests on the few articles that have gold."""
_MASKED = "Masked tables hold no words: `corpus rehydrate` puts them back for those who hold the raw records."


def limits(metadata: ReleaseMetadata, tables: Collection[str]) -> list[str]:
    """What a user should not expect of a release with these tables."""
    plain = list(dict.fromkeys(base_name(table) for table in tables))
    sources, languages = len(metadata.sources), ", ".join(metadata.languages)
    what = "one source" if sources == 1 else f"{sources} sources"
    where = f" in {languages}" if languages else ""
    found = [f"It draws on {what}{where}: what is frequent here is what is printed there, not what happens."]
    found += [line for table in plain if table in _LIMITS for line in _LIMITS[table].splitlines()]
    if schema.annotation_tables(plain):
        found.append(_SILVER)
    if any(map(is_masked, tables)):
        found.append(_MASKED)
    return found


def counts_of(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts of a source, 0 for what none of its records became."""
    return {kind: counts.get(kind, 0) for kind in OUTCOMES}


def scored(metadata: ReleaseMetadata) -> tuple[str, list[list[Score]]]:
    """What silver was measured on: the last split of corpus.toml that has gold, "" for all, and the scores of articles.

    Weights and rules may have been made with the gold of the splits before it.
    """
    by_split: dict[str, list[list[Score]]] = {}
    for several in metadata.scores.values():
        if silver := [one for one in several if one.of != AGREEMENT]:
            by_split.setdefault(silver[0].of, []).append(silver)
    last = next((name for name, _ in reversed(metadata.settings.splits) if name in by_split), "")
    if not last:
        return "", [silver for measured in by_split.values() for silver in measured]
    return last, by_split[last]
