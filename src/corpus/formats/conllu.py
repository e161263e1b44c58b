"""CoNLL-U, as Universal Dependencies and its tools have it: a file for each split (linguistics.md says what is where).

Entities are the brackets of CorefUD, which Udapi, ANNIS and UD's validator know: ``NE=B-PER`` could not say which
mentions are of one thing. UD says nothing of quotations and times; theirs are of the same form.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TextIO

from corpus.formats.conllu_gold import read
from corpus.formats.conllu_misc import ENTITY_TYPES, escaped, escaped_space
from corpus.formats.document import Document, Documents
from corpus.formats.format import FEATURES, Export, Format
from corpus.formats.metadata import about, one_line
from corpus.formats.tokens import Sentence, Tokens, sentences_of

_DECLARED = (
    ("Entity", "eid-etype-head-other"),
    ("Quote", "id-kind-other"),
    ("Speaker", "id-kind-other"),
    ("Cue", "id-kind-other"),
    ("Time", "id-kind-other"),
)
"""Keys of MISC with brackets, and what stands in those."""

_SPACES = {"": "SpaceAfter=No|", " ": ""}


@dataclass(slots=True)
class _Brackets:
    """The brackets of one key of MISC, by token."""

    tokens: Tokens
    single: dict[int, list[str]] = field(default_factory=dict)
    closing: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    opening: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, start: int, end: int, identity: str, kind: str, said: Sequence[tuple[str, str | None]]) -> None:
        """A span; ``said`` is what else is known of it."""
        if (covered := self.tokens.covering(start, end)) is None:
            return
        first, last = covered
        known = [(name, value) for name, value in said if value is not None]
        if not self.tokens.exactly(start, end, covered):
            known.append(("span", f"{start}:{end}"))
        other = ",".join(f"{name}:{escaped(value)}" for name, value in known)
        head = f"{identity}-{kind}-{other}".rstrip("-")
        if first == last:
            self.single.setdefault(first, []).append(f"({head})")
        else:
            self.opening.setdefault(first, []).append((-last, f"({head}"))
            self.closing.setdefault(last, []).append((-first, f"{identity})"))

    def by_token(self, key: str) -> Iterator[tuple[int, str]]:
        """What stands at each token: an outer bracket opens before an inner one, and closes after it."""
        for token in self.single.keys() | self.closing.keys() | self.opening.keys():
            single = "".join(self.single.get(token, ()))
            closing = "".join(text for _, text in sorted(self.closing.get(token, ())))
            opening = "".join(text for _, text in sorted(self.opening.get(token, ())))
            yield token, f"{key}={single}{closing}{opening}" if closing else f"{key}={opening}{single}"


def _brackets(document: Document, tokens: Tokens, number: int) -> dict[int, list[str]]:
    """All brackets by token; entities are called as no others of the file, since those are of other things."""
    found = {name: _Brackets(tokens) for name, _ in _DECLARED}
    for row in document.rows("entities"):
        said = (("name", row["name"]), ("key", row["entity_key"]), ("link", row["link"]))
        kind = f"{ENTITY_TYPES[row['type']]}-1"
        found["Entity"].add(row["start"], row["end"], f"a{number}{row['entity']}", kind, said)
    for row in document.rows("quotations"):
        identity, pieces = f"q{row['index']}", len(row["fragments"])
        said = (("entity", row["speaker_entity"]), ("key", row["speaker_key"]), ("name", row["speaker_name"]))
        for piece, fragment in enumerate(row["fragments"], 1):
            part = f"{identity}[{piece}/{pieces}]" if pieces > 1 else identity
            found["Quote"].add(fragment["start"], fragment["end"], part, row["kind"], said)
        for name in ("speaker", "cue"):
            for place in row[name]:
                found[name.capitalize()].add(place["start"], place["end"], identity, "", ())
    for row in document.rows("times"):
        names = ("value", "earliest", "latest")
        known = [(name, None if row[name] is None else str(row[name])) for name in names]
        found["Time"].add(row["start"], row["end"], f"t{row['index']}", row["kind"], known)
    by_token: dict[int, list[str]] = {}
    for key, one in found.items():
        for token, bracket in one.by_token(key):
            by_token.setdefault(token, []).append(bracket)
    return by_token


def _lines(document: Document, number: int) -> Iterator[str]:
    """An article, the ``number``th of its file, with a line end at the end of each line."""
    text = document.text
    sentences = sentences_of(document)
    tokens = Tokens.of(sentences)
    brackets = _brackets(document, tokens, number)
    paragraphs = [one["start"] for one in document.article["paragraphs"]]
    known_as = document.id.replace("/", ":")
    after = [*tokens.starts[1:], len(text)]
    yield from _about(document, sentences)
    token, paragraph = 0, -1
    for place, sentence in enumerate(sentences):
        if (here := bisect_right(paragraphs, sentence.start) - 1) > paragraph:
            yield f"# newpar id = {known_as}-p{here}\n"
            paragraph = here
        name = f"s{sentence.index}" if sentence.index is not None else f"between{place}"
        yield f"# sent_id = {known_as}-{name}\n"
        if paragraph >= 0:
            yield f"# role = {document.article['paragraphs'][paragraph]['role']}\n"
        size = len(sentence.starts)
        gaps = [text[end:start] for end, start in zip(sentence.ends, after[token : token + size], strict=True)]
        forms = [one_line(text[start:end]) for start, end in zip(sentence.starts, sentence.ends, strict=True)]
        yield f"# text = {_text(forms, gaps)}\n"
        spaces = [_SPACES[gap] if gap in _SPACES else f"SpacesAfter={escaped_space(gap)}|" for gap in gaps]
        if not gaps[-1]:
            goes_on = place + 1 < len(sentences)
            turns = goes_on and bisect_right(paragraphs, sentences[place + 1].start) - 1 > paragraph
            spaces[-1] = "SpacesAfter=|" if turns else spaces[-1] if goes_on else ""
        if not token and (before := text[: sentence.starts[0]]):
            spaces[0] += f"SpacesBefore={escaped_space(before)}|"
        for at, (form, lemma, upos, feats, head, relation, start, end, space) in enumerate(
            zip(
                *(forms, sentence.lemmas, sentence.upos, sentence.feats, *_tree(sentence)),
                *(sentence.starts, sentence.ends, spaces),
                strict=True,
            )
        ):
            misc = "".join(f"{one}|" for one in brackets.get(token + at, ()))
            if (here := bisect_right(paragraphs, start) - 1) > paragraph:
                paragraph = here
                misc += "NewPar=Yes|"
            known = f"{one_line(lemma) or '_'}\t{upos}\t_\t{_sorted(feats)}\t{head}\t{relation}\t_"
            yield f"{at + 1}\t{form}\t{known}\t{misc}{space}TokenRange={start}:{end}\n"
        token += size
        yield "\n"


def _about(document: Document, sentences: Sequence[Sentence]) -> Iterator[str]:
    yield f"# newdoc id = {document.id}\n"
    for name, form in _DECLARED:
        yield f"# global.{name} = {form}\n"
    for name, value in about(document):
        yield f"# meta::{name} = {unicodedata.normalize('NFC', value)}\n"
    if all(one.index is None for one in sentences):
        yield "# meta::tokens = what stands between spaces\n"
    if any(one.heads is None for one in sentences):
        yield "# meta::heads = not annotated\n"


def _tree(sentence: Sentence) -> tuple[Sequence[int], Sequence[str]]:
    """Head and relation of each word; where nobody annotated them, all hang on the first that is no mark."""
    if sentence.heads is not None and sentence.relations is not None:
        return sentence.heads, sentence.relations
    root = next((number for number, upos in enumerate(sentence.upos, 1) if upos != "PUNCT"), 1)
    relations = ["punct" if upos == "PUNCT" else "dep" for upos in sentence.upos]
    relations[root - 1] = "root"
    return [0 if number == root else root for number in range(1, len(relations) + 1)], relations


def _text(forms: Sequence[str], gaps: Sequence[str]) -> str:
    """The sentence as its words make it, on one line."""
    spaces = [gap if gap in ("", "\u00a0", "\u202f") else " " for gap in gaps[:-1]]
    return "".join(chain.from_iterable(zip(forms, [*spaces, ""], strict=True)))


@lru_cache(1 << 12)
def _sorted(feats: str) -> str:
    return "|".join(sorted(feats.split("|"), key=str.lower)) if feats else "_"


def _write(documents: Documents, export: Export) -> None:
    with ExitStack() as opened:
        files: dict[str, TextIO] = {}
        counts: Counter[str] = Counter()
        for document in documents:
            split = document.article["split"]
            if split not in files:
                path = export.folder / f"{split}.conllu"
                files[split] = opened.enter_context(path.open("w", encoding="utf-8", newline="\n"))
            counts[split] += 1
            files[split].writelines(_lines(document, counts[split]))


_CARRIED = frozenset(FEATURES) - {"annotators", "confidence"}

CONLLU = Format("conllu", "Udapi, UDPipe, Stanza, ANNIS, Grew", _CARRIED, _write, read)
