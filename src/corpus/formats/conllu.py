r"""CoNLL-U: a file for each split, as Universal Dependencies and its tools have it, and gold that is read from it.

A token's place in the article is its ``TokenRange`` (UDPipe), the white space around it ``SpaceAfter``, ``SpacesAfter``
and ``SpacesBefore`` (UDPipe, with ``\u00A0`` for a no-break space, as Stanza writes it): the text can be made again from
a file alone. Entities are the brackets of CorefUD, ``Entity=(a1e3-person-1-name:Odile%20Ferrand``, of which Udapi,
ANNIS and UD's validator know; ``NE=B-PER`` could not say which mentions are of one thing. Quotations, their speakers
and cues, and times have brackets of the same form. A bracket is of whole words; where a span begins or ends inside of
one, ``span:`` says where. « du » is one word here, and not two syntactic ones.

Where the layer dependencies was not run, the first word is the root and the others hang on it as ``dep``, UD's
relation for what is not specified, and marks as ``punct``: with ``_`` UD's validator refuses a file. A comment says so.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
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
        head = "-".join((identity, kind, other)).rstrip("-")
        if first == last:
            self.single.setdefault(first, []).append(f"({head})")
        else:
            self.opening.setdefault(first, []).append((-last, f"({head}"))
            self.closing.setdefault(last, []).append((-first, f"{identity})"))

    def at(self, token: int) -> str:
        """What stands at a token: an outer bracket opens before an inner one, and closes after it."""
        single = "".join(self.single.get(token, ()))
        closing = "".join(text for _, text in sorted(self.closing.get(token, ())))
        opening = "".join(text for _, text in sorted(self.opening.get(token, ())))
        return f"{single}{closing}{opening}" if closing else f"{opening}{single}"


def _brackets(document: Document, tokens: Tokens, number: int) -> dict[str, _Brackets]:
    """All brackets of an article; entities are called as no others of the file, since those are of other things."""
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
        said = (("value", row["value"]), ("earliest", row["earliest"]), ("latest", row["latest"]))
        said = tuple((name, None if value is None else str(value)) for name, value in said)
        found["Time"].add(row["start"], row["end"], f"t{row['index']}", row["kind"], said)
    return found


def _lines(document: Document, number: int) -> Iterator[str]:
    """An article, the ``number``th of its file, with a line end at the end of each line."""
    text = document.text
    sentences = sentences_of(document)
    tokens = Tokens.of(sentences)
    brackets = {name: one for name, one in _brackets(document, tokens, number).items() if one.single or one.opening}
    paragraphs = document.article["paragraphs"]
    known_as = document.id.replace("/", ":")
    after = [*tokens.starts[1:], len(text)]
    before_first = text[: tokens.starts[0]] if tokens.starts else ""
    token = 0
    paragraph = -1
    for place, sentence in enumerate(sentences):
        if not place:
            yield from _about(document, sentences)
        begun = paragraph
        while paragraph + 1 < len(paragraphs) and paragraphs[paragraph + 1]["start"] <= sentence.start:
            paragraph += 1
        if paragraph > begun:
            yield f"# newpar id = {known_as}-p{paragraph}\n"
        name = f"s{sentence.index}" if sentence.index is not None else f"between{place}"
        yield f"# sent_id = {known_as}-{name}\n"
        if paragraph >= 0:
            yield f"# role = {paragraphs[paragraph]['role']}\n"
        size = len(sentence.starts)
        gaps = [text[end:start] for end, start in zip(sentence.ends, after[token : token + size], strict=True)]
        forms = [one_line(text[start:end]) for start, end in zip(sentence.starts, sentence.ends, strict=True)]
        yield f"# text = {_text(forms, gaps)}\n"
        heads, relations = _tree(sentence)
        is_last = place + 1 == len(sentences)
        for at, (form, lemma, upos, feats, head, relation, gap) in enumerate(
            zip(forms, sentence.lemmas, sentence.upos, sentence.feats, heads, relations, gaps, strict=True)
        ):
            misc = [f"{name}={found}" for name, one in brackets.items() if (found := one.at(token))]
            while paragraph + 1 < len(paragraphs) and paragraphs[paragraph + 1]["start"] <= sentence.starts[at]:
                paragraph += 1
                misc.append("NewPar=Yes")
            if not gap and not (is_last and at + 1 == size):
                misc.append("SpaceAfter=No")
            elif gap not in ("", " "):
                misc.append(f"SpacesAfter={escaped_space(gap)}")
            if token == 0 and before_first:
                misc.append(f"SpacesBefore={escaped_space(before_first)}")
            misc.append(f"TokenRange={sentence.starts[at]}:{sentence.ends[at]}")
            lemma = one_line(lemma) or "_"
            yield f"{at + 1}\t{form}\t{lemma}\t{upos}\t_\t{_sorted(feats)}\t{head}\t{relation}\t_\t{'|'.join(misc)}\n"
            token += 1
        yield "\n"


def _about(document: Document, sentences: Sequence[Sentence]) -> Iterator[str]:
    yield f"# newdoc id = {document.id}\n"
    for name, form in _DECLARED:
        yield f"# global.{name} = {form}\n"
    for name, value in about(document):
        yield f"# meta::{name} = {unicodedata.normalize('NFC', value)}\n"
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
