"""Tokens with lemma, UPOS and features, in sentences: what the tagger says, put right where it errs as a rule.

The tagger sees a whole article (its window is four tokens, so that sentence ends hardly matter); sentences
come from the rules of splitting.py. What is put right stands in tables: tokens_patterns.py for UPOS,
lemmas_patterns.py for lemmas. A contraction (« au », « du ») stays one token, an ADP with the lemma of its
preposition; a clitic is a token with its hyphen (« -t-il »).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus.annotate import engine
from corpus.annotate.layer import Layer, LayerInput
from corpus.annotate.sentences.lemmas import lemmatizer, tables
from corpus.annotate.sentences.splitting import split_sentences
from corpus.annotate.sentences.tags import entity_tags, quotation_tags
from corpus.annotate.sentences.tokens_patterns import ENDED, FEATS, corrected
from corpus.annotate.spans import Sentence, Token
from corpus.model.article import Article, Span

if TYPE_CHECKING:
    from corpus.annotate.engine import Document

_CLOSED = frozenset(("PRON", "DET"))


class _Word(NamedTuple):
    """A token as the tagger leaves it; ``form`` is as the model reads it."""

    start: int
    form: str
    upos: str
    feats: str


def sentences(articles: Sequence[Article]) -> Iterator[tuple[Sentence, ...]]:
    """The sentences of each article with their tokens, in order."""
    for article, doc in zip(articles, engine.docs(article.text for article in articles), strict=True):
        yield sentences_of(article, doc)


def sentences_of(article: Article, doc: Document, spans: tuple[Span, ...] | None = None) -> tuple[Sentence, ...]:
    """The sentences of an article whose ``Document`` comes from ``engine.docs``."""
    words = _words(doc)
    count = len(words)
    found: list[Sentence] = []
    at = 0
    for start, end in split_sentences(article.text, article.paragraphs) if spans is None else spans:
        run: list[_Word] = []
        while at < count and words[at].start < end:
            word = words[at]
            at += 1
            if word.start + len(word.form) <= start:
                continue
            run.append(_from(word, start))
            if word.start + len(word.form) > end:  # the next sentence has the rest of it
                run[-1] = run[-1]._replace(form=run[-1].form[: end - run[-1].start])
                at -= 1
                break
        found.append(Sentence(start, end, _tokens(_last_stop_apart(run))))
    return tuple(found)


def _from(word: _Word, start: int) -> _Word:
    """The word without what stands before an offset: « avril.En » is cut by a sentence end."""
    return word if word.start >= start else word._replace(start=start, form=word.form[start - word.start :])


def _last_stop_apart(run: list[_Word]) -> list[_Word]:
    """The words of a sentence; the full stop that ends it is a token: « le groupe B . »."""
    if run and len(run[-1].form) > 1 and ENDED.fullmatch(run[-1].form):
        word = run[-1]
        stop = _Word(word.start + len(word.form) - 1, ".", "PUNCT", "")
        return [*run[:-1], word._replace(form=word.form[:-1]), stop]
    return run


def _tokens(run: Sequence[_Word]) -> tuple[Token, ...]:
    """The tokens of a sentence, corrected, with their lemmas."""
    lemma = _lemma()
    forms = [word.form for word in run]
    tags = corrected(forms, [word.upos for word in run], _is_known())
    found = []
    for word, upos in zip(run, tags, strict=True):
        start, form, before, feats = word
        if upos != before:
            feats = _feats_kept(feats, upos)
        if upos in _CLOSED:
            feats = FEATS.get((form.lower(), upos), feats)
        found.append(Token(start, start + len(form), lemma(form, upos, feats), upos, feats))
    return tuple(found)


def _feats_kept(feats: str, upos: str) -> str:
    """Gender and number, of a word whose UPOS changed; nothing where the new one has neither."""
    if upos not in ("NOUN", "PROPN", "ADJ", "PRON", "DET"):
        return ""
    return "|".join(feat for feat in feats.split("|") if feat.startswith(("Gender=", "Number=")))


def _words(doc: Document) -> list[_Word]:
    """The tokens of an article that are not white space, in order."""
    known = _labels()
    return [
        _Word(start, form, *known[tag])
        for start, form, tag in zip(doc.starts, doc.forms, doc.tags.tolist(), strict=True)
        if not form.isspace()
    ]


@cache
def _labels() -> tuple[tuple[str, str], ...]:
    """UPOS and features of each class of the tagger."""
    found = []
    for label in engine.engine().labels:
        parts = label.split("|")
        upos = next((part[4:] for part in parts if part.startswith("POS=")), "X")
        feats = "|".join(sorted(part for part in parts if part != "_" and not part.startswith("POS=")))
        found.append(("X" if upos == "SPACE" else upos, feats))
    return tuple(found)


@cache
def _lemma() -> Callable[[str, str, str], str]:
    return lemmatizer(tables())


@cache
def _is_known() -> Callable[[str], bool]:
    """Whether the lemma tables hold a lower-case form."""
    return tables().any_form


def _annotate(reading: LayerInput) -> tuple[Sentence, ...]:
    return sentences_of(reading.article, reading.doc)


def _from_gold(reading: LayerInput, gold: Sequence[Mapping[str, Any]]) -> tuple[Sentence, ...]:
    """The sentences that a person ended, with the program's tokens."""
    return sentences_of(reading.article, reading.doc, tuple(Span(one["start"], one["end"]) for one in gold))


def _rows(reading: LayerInput) -> list[dict[str, Any]]:
    text, found = reading.article.text, reading.found["sentences"]
    named, named_by = _tags(reading, "entities", entity_tags)
    quoted, quoted_by = _tags(reading, "quotations", quotation_tags)
    trees = reading.found.get("dependencies")
    parsed_by = reading.annotators["dependencies"] if trees is not None else _NOBODY
    rows = []
    for number, sentence in enumerate(found):
        tokens = sentence.tokens
        rows.append(
            {
                "start": sentence.start,
                "end": sentence.end,
                "text": text[sentence.start : sentence.end],
                "tokens": [text[token.start : token.end] for token in tokens],
                "token_starts": [token.start for token in tokens],
                "token_ends": [token.end for token in tokens],
                "lemmas": [token.lemma for token in tokens],
                "upos": [token.upos for token in tokens],
                "feats": [token.feats for token in tokens],
                "ner_tags": named[number],
                "quote_tags": quoted[number],
                "tokens_annotator": SENTENCES.annotator(),
                "tokens_status": "silver",
                "ner_annotator": named_by[0],
                "ner_status": named_by[1],
                "quote_annotator": quoted_by[0],
                "quote_status": quoted_by[1],
                "dep_head": list(trees[number].heads) if trees is not None else [],
                "dep_rel": list(trees[number].relations) if trees is not None else [],
                "dep_annotator": parsed_by[0],
                "dep_status": parsed_by[1],
            }
        )
    return rows


_NOBODY: tuple[str | None, str | None] = (None, None)


def _tags(
    reading: LayerInput, layer: str, tags: Callable[[Sequence[Sentence], Sequence[Any]], list[list[int]]]
) -> tuple[list[list[int]], tuple[str | None, str | None]]:
    """The tags of each sentence's tokens by what a layer found, and who found it; none where the layer did not run."""
    sentences = reading.found["sentences"]
    if layer not in reading.found:
        return [[] for _ in sentences], _NOBODY
    return tags(sentences, reading.found[layer]), reading.annotators[layer]


def _read(rows: Sequence[Mapping[str, Any]]) -> tuple[Sentence, ...]:
    """The sentences that rows of the table describe."""
    parts = ("token_starts", "token_ends", "lemmas", "upos", "feats")
    return tuple(Sentence(row["start"], row["end"], tuple(map(Token, *(row[part] for part in parts)))) for row in rows)


SENTENCES = Layer(
    "sentences",
    "1",
    _annotate,
    _rows,
    engine=engine.version,
    from_gold=_from_gold,
    read=_read,
    embeds=("entities", "quotations", "dependencies"),
)
