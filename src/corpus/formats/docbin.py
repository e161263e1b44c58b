"""spaCy's DocBin: a folder for each split, as ``spacy train`` takes one (linguistics.md says what is where).

White space that is more or other than one space is a token, as spaCy has it. Spans are widened to whole tokens; exact
offsets stand in ``doc.user_data``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from corpus.formats.document import Document, Documents, Row
from corpus.formats.format import FEATURES, Export, Format
from corpus.formats.tokens import Sentence, Tokens, sentences_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span
    from spacy.vocab import Vocab

_FULL = 500
"""Articles of a file."""

_LEXICAL = ("LEMMA", "POS", "MORPH", "ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID")

_OF_THE_ARTICLE = ("article", "split", "source", "publication", "date", "text")
_OF_SENTENCES = ("index", "annotator", "status", "tokens_annotator", "tokens_status", "dep_annotator", "dep_status")


class _Words:
    """What spaCy makes a document of: words with what is known of them, and which of them are tokens of the release."""

    def __init__(self, text: str, sentences: Sequence[Sentence], *, is_parsed: bool) -> None:
        self.words: list[str] = []
        self.spaces: list[bool] = []
        self.lemmas: list[str] = []
        self.pos: list[str] = []
        self.morphs: list[str] = []
        self.begins: list[bool] = []
        self.heads: list[int] = []
        self.deps: list[str] = []
        self.places: list[int] = []
        self._space(text[: sentences[0].start] if sentences else text)
        after = [*[at for one in sentences for at in one.starts][1:], len(text)]
        token = 0
        for sentence in sentences:
            first = len(self.places)
            begins = True
            for start, end, lemma, upos, feats in sentence.words:
                self.places.append(len(self.words))
                self._add(text[start:end], lemma, upos, feats, begins=begins)
                begins = False
                self._space(text[end : after[token]])
                token += 1
            if is_parsed:
                self._parse(sentence, first)

    def _add(self, word: str, lemma: str, pos: str, morph: str, *, begins: bool) -> None:
        self.words.append(word)
        self.spaces.append(False)
        self.lemmas.append(lemma)
        self.pos.append(pos)
        self.morphs.append(morph)
        self.begins.append(begins)
        self.heads.append(max(len(self.words) - 2, 0))
        self.deps.append("dep")

    def _space(self, space: str) -> None:
        """White space: a space belongs to the word before it, what is more is a token that hangs on that word."""
        if space.startswith(" ") and self.words:
            self.spaces[-1] = True
            space = space[1:]
        if space:
            self._add(space, space, "SPACE", "", begins=not self.words)

    def _parse(self, sentence: Sentence, first: int) -> None:
        """The heads of the tokens of a sentence; where it has none, all hang on the first."""
        places = self.places[first:]
        heads = sentence.heads or [0] + [1] * (len(places) - 1)
        relations = sentence.relations or ["ROOT"] + ["dep"] * (len(places) - 1)
        for place, head, relation in zip(places, heads, relations, strict=True):
            self.heads[place] = places[head - 1] if head else place
            self.deps[place] = relation if head else "ROOT"


def _doc(document: Document, sentences: Sequence[Sentence], vocab: Vocab, *, is_parsed: bool) -> Doc:
    """An article as spaCy has it."""
    from spacy.tokens import Doc

    made = _Words(document.text, sentences, is_parsed=is_parsed)
    parsed: dict[str, Any] = {"heads": made.heads, "deps": made.deps} if is_parsed else {"sent_starts": made.begins}
    doc = Doc(
        vocab,
        words=made.words,
        spaces=made.spaces,
        lemmas=made.lemmas,
        pos=made.pos,
        morphs=made.morphs,
        **parsed,
    )
    _annotate(doc, document, Tokens.of(sentences), made.places)
    doc.user_data |= _user_data(document)
    return doc


def _annotate(doc: Doc, document: Document, tokens: Tokens, places: Sequence[int]) -> None:
    from spacy.tokens import Span
    from spacy.util import filter_spans

    def spans(rows: Sequence[Row], label: str, identity: str, link: str | None) -> Iterator[Span]:
        for row in rows:
            if (covered := tokens.covering(row["start"], row["end"])) is not None:
                first, last = places[covered[0]], places[covered[1]] + 1
                yield Span(doc, first, last, label=label, kb_id=link or "", span_id=identity)

    entities = [
        one
        for row in document.rows("entities")
        for one in spans([row], row["type"], row["entity"], row["link"] or row["entity_key"])
    ]
    doc.set_ents(filter_spans(entities), default="outside")
    groups: dict[str, list[Span]] = {"entities": entities, "quotations": [], "speakers": [], "cues": [], "times": []}
    for row in document.rows("quotations"):
        identity = f"q{row['index']}"
        groups["quotations"] += spans(row["fragments"], row["kind"], identity, row["speaker_key"])
        groups["speakers"] += spans(row["speaker"], "speaker", identity, row["speaker_entity"])
        groups["cues"] += spans(row["cue"], "cue", identity, None)
    for row in document.rows("times"):
        groups["times"] += spans([row], row["kind"], f"t{row['index']}", row["value"])
    for name, group in groups.items():
        doc.spans[name] = group


def _user_data(document: Document) -> dict[str, Any]:
    """The rows of the release, as far as they are not the text and its tokens."""
    found: dict[str, Any] = {"article": _plain(document.article, ("text",))}
    found["sentences"] = [{key: row[key] for key in _OF_SENTENCES} for row in document.rows("sentences")]
    for name in ("entities", "quotations", "times"):
        found[name] = [_plain(row, _OF_THE_ARTICLE) for row in document.rows(name)]
    return found


def _plain(row: Row, left_out: Sequence[str]) -> Row:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row.items()
        if name not in left_out
    }


def _write(documents: Documents, export: Export) -> None:
    """The files of each split; those of one are numbered. Articles with and without dependencies are in files apart."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    bins: dict[tuple[str, bool], tuple[DocBin, Vocab]] = {}
    written: Counter[str] = Counter()

    def put(split: str, *, is_parsed: bool) -> None:
        written[split] += 1
        (export.folder / split).mkdir(exist_ok=True)
        bins.pop((split, is_parsed))[0].to_disk(export.folder / split / f"{written[split]:05}.spacy")

    for document in documents:
        sentences = sentences_of(document)
        split, is_parsed = document.article["split"], any(one.heads is not None for one in sentences)
        if (split, is_parsed) not in bins:
            attributes = [*_LEXICAL, *(("HEAD", "DEP") if is_parsed else ("SENT_START",))]
            bins[split, is_parsed] = (DocBin(attrs=attributes, store_user_data=True), Vocab())
        kept, vocab = bins[split, is_parsed]
        kept.add(_doc(document, sentences, vocab, is_parsed=is_parsed))
        if len(kept) == _FULL:
            put(split, is_parsed=is_parsed)
    for split, is_parsed in list(bins):
        put(split, is_parsed=is_parsed)


_TOOLS = "spaCy 3 (spacy train --paths.train FOLDER/train)"

DOCBIN = Format("docbin", _TOOLS, frozenset(FEATURES), _write, extra="docbin")
