"""The engine that layers share: a text as tokens, and what the encoder's networks say of each.

One article is one ``Document`` and one prediction, never a batch: what is said of an article then cannot depend on its
neighbours, on the batch size or on the number of workers.

The networks read a view that has the length of the text, so that offsets need no map: they were trained on copy with
straight apostrophes and plain spaces, and read « l’école » as two words only when it is « l'école ». To change what
they see, add a line to ``_VIEW``: one character for one character. Measured: the apostrophe is worth two points of
lemmas; « » turned into straight marks costs one, so they stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from corpus.annotate.encoder.network import Encoder
    from corpus.annotate.encoder.transitions import Name

VERSION = "corpus encoder 1"
"""Name and version of the encoder, as an annotator gives it."""

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
        "‟": '"',
        "\u2011": "-",  # porte‑parole, with a no-break hyphen
        "\u2212": "-",  # −3 degrés
    }
)

_CAPITALS = re.compile(r"[A-ZÀ-Þ]{4}[^a-zß-ÿ\n]*$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")
_INITIAL = re.compile(r"(?:^|\W)[A-ZÀ-Þ]\. ?$")
_ACRONYMS = 2
"""A line of as many words or fewer stays as it is: « SNCF », « KERVILLY (HEXA) »."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text as the encoder reads it: where each token begins, its form, what the networks say of it.

    ``tags`` holds numbers of classes in ``Encoder.labels``, one a token.
    """

    text: str
    starts: list[int]
    forms: list[str]
    tags: NDArray[np.intp]
    names: list[Name]

    def __len__(self) -> int:
        return len(self.forms)

    def words(self) -> list[tuple[int, int]]:
        """Where the tokens that are not white space begin and end, in order."""
        pairs = zip(self.starts, self.forms, strict=True)
        return [(start, start + len(form)) for start, form in pairs if not form.isspace()]


def view(text: str) -> str:
    """The text as the networks read it, of the same length.

    Lines in capitals are read with small letters where French has them: « LA DIGUE DE KERVILLY CÈDE ».
    """
    seen = text.translate(_VIEW)
    if not _CAPITALS.search(seen):
        return seen
    from corpus.annotate.sentences.lemmas import is_common

    def small(word: re.Match[str]) -> str:
        lower = word[0].lower()
        initial = _INITIAL.search(word.string, max(0, word.start() - 4), word.start())
        common = is_common(lower) if len(lower) > 1 else not word.string.startswith(".", word.end())
        return lower if common and initial is None else word[0][0] + lower[1:]

    lines = seen.split("\n")
    for at, line in enumerate(lines):
        first = _WORD.search(line)
        if first is not None and line.isupper() and len(_WORD.findall(line)) > _ACRONYMS:
            lines[at] = line[: first.start() + 1] + _WORD.sub(small, line)[first.start() + 1 :]
    read = "\n".join(lines)
    return read if len(read) == len(seen) else seen


@cache
def engine() -> Encoder:
    """The encoder of this process; the first call loads it.

    From then on matrix products of the process run on one thread: with more, the same article could get
    other bits, and workers would take each other's processors.
    """
    from threadpoolctl import threadpool_limits

    from corpus.annotate.encoder.network import encoder

    loaded = encoder()
    threadpool_limits(limits=1, user_api="blas")
    return loaded


def version() -> str:
    """Name and version of the encoder; nothing is loaded to tell."""
    return VERSION


def docs(texts: Iterable[str], weights: Encoder | None = None) -> Iterator[Document]:
    """One ``Document`` per text, in order; offsets of its tokens are offsets of the text.

    ``weights`` is None for those that the package ships.
    """
    from corpus.annotate.encoder.tokenizer import tokenizer

    encoder, cut = weights or engine(), tokenizer()
    for text in texts:
        seen = view(text)
        tokens = cut(seen)
        tags, names = encoder.read(tokens.forms, tokens.spaced)
        yield Document(seen, tokens.starts, tokens.forms, tags, names)
