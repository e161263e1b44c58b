"""Where a corpus folder holds a person's name: in records as parsed and as they lie there, and beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from corpus.annotate import gold
from corpus.build.plan import Plan
from corpus.curate.person import mention
from corpus.curate.person.decoding import texts_of, views
from corpus.curate.person.mention import Mention
from corpus.curate.person.name import Form, Name
from corpus.files import paths
from corpus.files.paths import Location, statuses_in
from corpus.model.article import Article
from corpus.model.problem import Problem
from corpus.parse import articles
from corpus.raw.layout import KEY
from corpus.raw.ledgers import CONTRIBUTORS, WITHDRAWN
from corpus.raw.partitions import Partition
from corpus.raw.records import Record, unreadable

ID = "id, which no withdrawal changes"
"""The kind of a name in an id: tombstones, histories and changes of all later releases have it."""
RAW_ONLY = "raw record only"
_WINDOW, _OVERLAP = 16 * 2**20, 2**16
_UNREADABLE = ("archive-damaged", "file-unreadable")
"""Rules of problems after which nobody can say what a file holds."""
_NOT_TEXT = ("text", "paragraphs", "word_count", "raw_sha256")


class Seen(NamedTuple):
    """What one partition holds: mentions, gold files of its records, records that were asked for, unreadable files."""

    mentions: list[Mention]
    gold: list[str]
    present: list[str]
    unreadable: list[Problem]


@dataclass(frozen=True)
class PartitionSearch:
    """Looks through a partition; ``asked`` are ids of records of which it is to be said whether they are there."""

    planned: Plan
    name: Name
    asked: frozenset[str]

    def __call__(self, part: Partition) -> Seen:
        """Return what the partition holds."""
        root, source = self.planned.settings.root, self.planned.sources[part.source]
        seen, damaged = Seen([], [], [], []), dict[str, None]()
        for record in articles.records_of(part, source, root):
            if isinstance(record, Problem):
                damaged[record.file.partition("#")[0]] = None
                if record.rule in _UNREADABLE:
                    seen.unreadable.append(record)
                continue
            for one in articles.articles_of([record], source, self.planned.settings):
                if isinstance(one, Article):
                    self._article(one, record, seen)
                else:
                    found = in_bytes(self.name, record.content, record.charset)
                    seen.mentions.extend(_by_hand(record.raw_path, "raw record that is in no release", found))
        for path in damaged:
            found, problem = in_file(self.name, root / path, path)
            seen.mentions.extend(_by_hand(path, "raw record that is in no release", found))
            seen.unreadable.extend([problem] if problem else [])
        return seen

    def _article(self, article: Article, record: Record, seen: Seen) -> None:
        if article.id in self.asked:
            seen.present.append(article.id)
        found = list(in_article(article, self.name))
        path = gold.path_of(article.raw_path, article.id)
        for one in self.planned.gold_by_record.get(path, ()):
            seen.gold.append(one)
            found += in_gold(self.name, self.planned.settings.root, one, article.id)
        seen.mentions.extend(found)
        if not found:
            raw = in_bytes(self.name, record.content, record.charset)
            seen.mentions.extend(_by_hand(record.raw_path, RAW_ONLY, raw, article.id))


def in_article(article: Article, name: Name) -> Iterator[Mention]:
    """The mentions in an article as it is parsed, by the roles of its paragraphs and its other fields."""
    place = article.raw_path
    role = None
    for form in name.forms(article.text):
        role = next((role for start, end, role in article.paragraphs if start <= form.start < end), "text")
        yield _of(form, place, role, mention.WITHDRAW, article.id)
    if role is None:
        yield from (_of(form, place, "text", mention.WITHDRAW, article.id) for form in in_text(name, article.text))
    for field in article._fields:
        value = getattr(article, field)
        if field in _NOT_TEXT or not value:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            for form in in_text(name, str(one)):
                kind = ID if field == "id" else field
                yield _of(form, f"{place}:{field}", kind, mention.WITHDRAW, article.id)


def in_gold(name: Name, root: Location, path: str, identity: str) -> Iterator[Mention]:
    """The mentions in a gold file: who annotated, what is annotated, the note."""
    try:
        content = paths.read(root / path)
    except OSError:
        return  # the record's problem: corpus check says it
    try:
        strings = list(_strings(json.loads(content)))
    except (ValueError, RecursionError):
        yield from _by_hand(path, "gold", in_bytes(name, content), identity)
        return
    for json_path, text in strings:
        field = json_path.split(".")[1].partition("[")[0] if "." in json_path else ""
        by_hand = "note" if field == "note" or json_path.endswith(".unsettled") else ""
        kind = by_hand or (field if field == "annotator" else "gold")
        action = {"annotator": mention.PSEUDONYMISE, "note": mention.BY_HAND}.get(kind, mention.WITHDRAW)
        for form in in_text(name, text):
            yield _of(form, path, kind, action if identity or kind == "annotator" else mention.BY_HAND, identity)


def _strings(value: Any, path: str = "$") -> Iterator[tuple[str, str]]:
    """All strings in a JSON value, names of fields too, each with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _strings(one, f"{path}[{place}]")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield f"{path}.{key}", str(key)
            yield from _strings(one, f"{path}.{key}")


def beside_records(planned: Plan, name: Name, gold_seen: set[str]) -> Iterator[Mention | Problem]:
    """The mentions in everything of a corpus folder that is no raw record, and in gold that no sound record has."""
    root = planned.settings.root
    known = {path for part in planned.partitions for path in part.paths} | set(planned.gold)
    for path in sorted(set(planned.gold) - gold_seen):
        yield from in_gold(name, root, path, "")
    for path in _files(root):
        if path in known or path == f"raw/{KEY}":
            continue
        if path == f"raw/{CONTRIBUTORS}":
            yield from _in_ledger(name, root, path, "contributor", mention.REMOVE_LINE)
        elif path == f"raw/{WITHDRAWN}":
            yield from _in_ledger(name, root, path, "tombstone", mention.BY_HAND)
        else:
            found, problem = in_file(name, root / path, path)
            yield from _by_hand(path, "file beside the records", found)
            if problem:
                yield problem


def _in_ledger(name: Name, root: Location, path: str, kind: str, action: str) -> Iterator[Mention]:
    """The mentions in a ledger line by line; ``action`` is for those that the name of a person holds."""
    for line in paths.read(root / path).split(b"\n"):
        try:
            values = json.loads(line)
            identity, who = str(values["id"]), str(values.get("name", ""))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            identity = who = ""
        named = in_text(name, who)
        for form in named or in_bytes(name, line):
            yield _of(form, path, kind, action if named else mention.BY_HAND, identity)


def _files(root: Location) -> Iterator[str]:
    """The paths of corpus.toml and all regular files under raw/, links not followed."""
    yield "corpus.toml"
    if not isinstance(root, Path):
        yield from (f"raw/{path}" for path, _ in statuses_in(root / "raw"))
        return
    for folder, folders, files in os.walk(root / "raw"):
        folders.sort()
        for file in sorted(files):
            path = Path(folder, file)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(root).as_posix()


def in_text(name: Name, text: str) -> list[Form]:
    """The forms of the name in a text as it stands, and once its escapes and markup are undone; none twice."""
    found = [form for view in views(text) for form in name.forms(view)]
    return list({(form.text.replace("\x01", ""), form.certain): form for form in found}.values())


def in_bytes(name: Name, content: bytes, charset: str = "") -> list[Form]:
    """The forms of the name in bytes, in whichever encoding they are; none twice."""
    found = [form for text in texts_of(content, charset) for form in in_text(name, text)]
    return list({(form.text, form.certain): form for form in found}.values())


def in_file(name: Name, file: Location, path: str) -> tuple[list[Form], Problem | None]:
    """The forms of the name in a file of any size, read a stretch at a time; a problem where it cannot be read."""
    found: dict[tuple[str, bool], Form] = {}
    try:
        with paths.reading(file) as stream:
            before = b""
            while stretch := stream.read(_WINDOW):
                found |= {(one.text, one.certain): one for one in in_bytes(name, before + stretch)}
                before = stretch[-_OVERLAP:]
    except OSError as error:
        return list(found.values()), unreadable(path, error)
    return list(found.values()), None


def _by_hand(place: str, kind: str, forms: list[Form], identity: str = "") -> list[Mention]:
    return [_of(form, place, kind, mention.BY_HAND, identity) for form in forms]


def _of(form: Form, place: str, kind: str, action: str, identity: str) -> Mention:
    return Mention("", identity, place, kind, form.shown, form.certain, action)
