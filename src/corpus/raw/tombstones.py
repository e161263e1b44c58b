"""What stays of records that were withdrawn for good, and how one that comes back is recognised.

A tombstone holds nothing by which a guessed text could be confirmed: hashes are made with the key of the corpus, and
sketches of the texts (dedup/withdrawn_texts.py) are sealed with it. Lines that were written before corpora had keys
hold plain hashes; they count as well.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

from corpus.files.paths import Location
from corpus.model.article import Article, split_raw_path
from corpus.model.article_row import text_sha256
from corpus.model.problem import CorpusError, Problem
from corpus.raw import ledgers
from corpus.raw.key import CorpusKey, read_key
from corpus.raw.layout import KEY
from corpus.raw.ledgers import WITHDRAWN

REASONS = ("rights-holder", "person", "legal", "error")

_SKETCH = "sketch of a withdrawn text"


class WithdrawnText(NamedTuple):
    """A text that a withdrawn record had: the keyed hash of its SHA-256, its sealed sketch in Base64 or nothing."""

    hash: str
    sketch: str = ""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A record that was taken out for good, without anything that it said (withdrawn.schema.json).

    ``key`` names the key that ``raw`` (hashes of raw records) and ``texts`` are made with. ``kept`` are the ids of
    records that may stay although they are like it, ``withdrawn_with`` is the record with whose story it went.
    ``raw_sha256`` and ``text_sha256`` are those of old lines.
    """

    id: str
    date: str
    reason: str
    releases: tuple[str, ...] = ()
    raw_sha256: str = ""
    text_sha256: str = ""
    key: str = ""
    raw: tuple[str, ...] = ()
    texts: tuple[WithdrawnText, ...] = ()
    kept: tuple[str, ...] = ()
    withdrawn_with: str = ""
    redistribution: str = ""

    def as_entry(self) -> dict[str, Any]:
        """The line of the ledger, as an object."""
        values: dict[str, Any] = {name: value for name, value in asdict(self).items() if value or name == "releases"}
        if self.texts:
            values["texts"] = [{name: said for name, said in one._asdict().items() if said} for one in self.texts]
        return values

    def as_public_line(self) -> str:
        """The line of a release's withdrawn.jsonl: nothing in it depends on what the record said."""
        shown = {"id": self.id, "date": self.date, "reason": self.reason, "releases": self.releases}
        return json.dumps(shown, ensure_ascii=False) + "\n"

    def with_more(self, other: Tombstone) -> Tombstone:
        """This, with what another line knows of the same record."""
        said: dict[str, Any] = {}
        for name, mine, its in ((one.name, getattr(self, one.name), getattr(other, one.name)) for one in fields(self)):
            said[name] = tuple(dict.fromkeys((*mine, *its))) if isinstance(mine, tuple) else mine or its
        return Tombstone(**said)


def entry_of(values: Mapping[str, Any]) -> Tombstone:
    """The tombstone that a line of the ledger describes."""
    lists = {name: tuple(values[name]) for name in ("releases", "raw", "kept") if name in values}
    texts = tuple(WithdrawnText(**one) for one in values.get("texts", ()))
    return Tombstone(**{**values, **lists, "texts": texts})


class Sealer:
    """Makes what a tombstone may hold of a record, with the key of its corpus."""

    def __init__(self, key: CorpusKey) -> None:
        self._key = key

    @property
    def name(self) -> str:
        """The name of the key."""
        return self._key.name

    def raw(self, raw_sha256: str) -> str:
        """The keyed hash of a raw record, given its SHA-256; as a release that withholds the text has it."""
        return self._key.hash("raw_sha256", raw_sha256.encode())

    def text_hash(self, text_sha256: str) -> str:
        """The keyed hash of a text, given its SHA-256; as a release that withholds it has it."""
        return self._key.hash("text_sha256", text_sha256.encode())

    def text(self, text_sha256: str, sketch: bytes = b"") -> WithdrawnText:
        """What is remembered of a text, given its SHA-256 and its sketch."""
        keyed = self.text_hash(text_sha256)
        sealed = self._key.seal(_SKETCH, keyed.encode(), sketch)
        return WithdrawnText(keyed, base64.b64encode(sealed).decode())

    def sketch(self, text: WithdrawnText) -> bytes:
        """The sketch of a text."""
        return self._key.seal(_SKETCH, text.hash.encode(), base64.b64decode(text.sketch))


class Withdrawn:
    """All tombstones of a corpus, by which records that come back are recognised.

    ``key`` is needed where one of them was made with it.
    """

    def __init__(self, tombstones: Sequence[Tombstone] = (), key: CorpusKey | None = None) -> None:
        self.tombstones = tuple(tombstones)
        self.ids = {one.id: one for one in tombstones}
        self._sealer = Sealer(key) if key is not None else None
        self._owners: dict[str, list[str]] = {}
        for one in tombstones:
            for digest in (one.raw_sha256, one.text_sha256, *one.raw, *(text.hash for text in one.texts)):
                self._owners.setdefault(digest, []).append(one.id)
        self._owners.pop("", None)
        self._by_hash = not all(one.texts and all(text.sketch for text in one.texts) for one in tombstones)
        content = json.dumps([one.as_entry() for one in tombstones], sort_keys=True).encode()
        digest = hashlib.sha256(content).hexdigest() if tombstones else ""
        self.mark = key.hash("tombstones", digest.encode()) if key is not None and digest else digest

    def __bool__(self) -> bool:
        return bool(self.tombstones)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Withdrawn) and self.mark == other.mark

    def __hash__(self) -> int:
        return hash(self.mark)

    def sketches(self) -> list[tuple[str, bytes]]:
        """The sketches of all withdrawn texts, each with the id of its record."""
        if self._sealer is None:
            return []
        return [(one.id, self._sealer.sketch(text)) for one in self.tombstones for text in one.texts if text.sketch]

    def judge(self, article: Article) -> Problem | bool:
        """True where this very record was withdrawn: its id, with raw bytes or a text that it had.

        A build leaves it out. Else why it may not come in the stead of one that was; False if it may, as far as hashes
        say: where all texts have sketches, hashes are not looked up, since whoever compares these finds the same text.
        """
        if article.id not in self.ids and not self._by_hash:
            return False
        withdrawn = self._withdrawn_content(article)
        if article.id in withdrawn:
            return True
        for one in withdrawn:
            if not self.keeps(one, article.id):
                return _content_withdrawn(article.raw_path, f"the content of {one}, which was withdrawn")
        if article.id in self.ids:
            file, line = split_raw_path(article.raw_path)
            found, wanted = f"{article.id}, the id of a withdrawn record", "a record that nobody had taken out"
            hint = f"remove it; raw/{WITHDRAWN} says when the record of this id was withdrawn and why"
            return Problem(file, line, "$.id", "id-withdrawn", found, wanted, hint)
        return False

    def refusal_of_copy(self, raw_path: str, identity: str, withdrawn: str, share: float) -> Problem | None:
        """Why a record may not come in whose text is like that of a withdrawn one; None if it is kept on purpose.

        ``share`` says how much of the one stands in the other.
        """
        if withdrawn == identity or self.keeps(withdrawn, identity):
            return None
        found = f"most of the words of {withdrawn}, which was withdrawn ({share:.0%} of its sequences of three words)"
        return _content_withdrawn(
            raw_path, found, f"; if it is another article: corpus withdraw {withdrawn} --keep {identity}"
        )

    def keeps(self, withdrawn: str, identity: str) -> bool:
        """Whether a record may stay although it is like a withdrawn one."""
        return withdrawn in self.ids and identity in self.ids[withdrawn].kept

    def of_text(self, text: str) -> list[str]:
        """The ids of the withdrawn records that had this very text."""
        plain = text_sha256(text)
        digests = [plain, *([self._sealer.text_hash(plain)] if self._sealer is not None else ())]
        return [identity for digest in digests for identity in self._owners.get(digest, ())]

    def _withdrawn_content(self, article: Article) -> list[str]:
        """The ids of the withdrawn records that had these raw bytes or this text."""
        raw = article.raw_sha256
        digests = [raw, *([self._sealer.raw(raw)] if self._sealer is not None else ())]
        return [*(one for digest in digests for one in self._owners.get(digest, ())), *self.of_text(article.text)]


def _content_withdrawn(raw_path: str, found: str, more: str = "") -> Problem:
    """The problem of a record that has the content of a withdrawn one."""
    file, line = split_raw_path(raw_path)
    hint = f"remove it; raw/{WITHDRAWN} says when it was withdrawn and why{more}"
    return Problem(file, line, "$.text", "content-withdrawn", found, "content that nobody had taken out", hint)


def withdrawn(root: Location) -> Withdrawn:
    """The tombstones of the corpus folder ``root``, in the order of their lines; lines of one id are joined.

    Raises:
        CorpusError: a line is none; all problems. Or rule ``key-missing``: the key that they need is not at hand.
    """
    found: dict[str, Tombstone] = {}
    for values in ledgers.lines(root, WITHDRAWN, "withdrawn"):
        one = entry_of(values)
        found[one.id] = found[one.id].with_more(one) if one.id in found else one
    names = {one.key for one in found.values() if one.key}
    key = read_key(root) if names else None
    if names - {key.name if key is not None else ""}:
        here = "no key" if key is None else f"the key {key.name}, which is that of another corpus"
        wanted = f"the key {', '.join(sorted(names))} that raw/{WITHDRAWN} was written with"
        hint = f"put raw/{KEY} back, or give it in $CORPUS_KEY; without it withdrawn texts are not recognised"
        raise CorpusError(Problem(f"raw/{KEY}", 0, "", "key-missing", here, wanted, hint))
    return Withdrawn(tuple(found.values()), key)
