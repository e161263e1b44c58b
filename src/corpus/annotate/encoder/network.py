"""Two small networks over one text: what a token is (UPOS and features), and whether it is part of a name.

Both embed the word form and read four tokens to each side. An embedding depends on the form alone, so that each form
is embedded once per process; the rest is four products of matrices for each network. An article is one prediction:
what the networks say of it does not depend on its neighbours, its place or the number of workers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.annotate.encoder.forms import FIRST_SEED, ROWS, hashed_rows, rows_of, text_hash
from corpus.annotate.encoder.transitions import Name, Transitions

Matrix = NDArray[np.float32]

REACH = 4
"""How many tokens to each side a network reads at most: one for each of its layers."""
WIDTH = 96
PIECES = 3
_STRETCH = 2000
_MEMORY = 1 << 16
"""Forms that are remembered; then the memory is emptied."""
_BLOCK = 1 << 13
_FLAG_ROWS = 50
_FIRST_ROWS = np.array([[sum(ROWS[:table])] for table in range(len(ROWS))])
_MEAN = np.full((WIDTH, 1), 1 / WIDTH, np.float32)
_NOTHING = np.zeros(2 * WIDTH, np.float16)


@dataclass(frozen=True, slots=True)
class _Dense:
    """A layer: the largest of three linear functions for each of its outputs, normalised."""

    weights: Matrix
    bias: Matrix
    gain: Matrix
    shift: Matrix

    def __call__(self, inputs: Matrix) -> Matrix:
        sums = inputs @ self.weights
        sums += self.bias
        best: Matrix = np.maximum(sums[..., :WIDTH], sums[..., WIDTH : 2 * WIDTH])
        np.maximum(best, sums[..., 2 * WIDTH :], out=best)
        best -= best @ _MEAN
        squares = np.einsum("...i,...i->...", best, best)[..., None]
        best *= 1 / np.sqrt(squares * np.float32(1 / WIDTH) + np.float32(1e-8))
        best *= self.gain
        best += self.shift
        return best


class Tower:
    """The layers of one network that read a text: from embeddings of its tokens to their states."""

    def __init__(self, arrays: Mapping[str, Matrix]) -> None:
        self.embed = _dense(arrays, "embed")
        count = sum(name.endswith(".gain") and name.startswith("layer") for name in arrays)
        self._layers = [_dense(arrays, f"layer{number}") for number in range(count)]

    def states(self, embeddings: Matrix) -> Matrix:
        """The state of each token of a text, from its embeddings; memory is bounded, time linear in the length."""
        count = len(embeddings)
        if count <= _STRETCH:
            return self._read(embeddings)
        found = np.empty_like(embeddings)
        for start in range(0, count, _STRETCH):
            end = min(start + _STRETCH, count)
            first, last = max(start - REACH, 0), min(end + REACH, count)
            found[start:end] = self._read(embeddings[first:last])[start - first : end - first]
        return found

    def _read(self, embeddings: Matrix) -> Matrix:
        count = len(embeddings)
        inner = slice(1 + REACH, 1 + REACH + count)
        states = np.zeros((count + 2 * REACH + 2, WIDTH), np.float32)  # what stands around a text is read as nothing
        states[inner] = embeddings
        seen = np.empty((count + 2 * REACH, 3 * WIDTH), np.float32)
        for layer in self._layers:
            seen[:, :WIDTH] = states[:-2]
            seen[:, WIDTH : 2 * WIDTH] = states[1:-1]
            seen[:, 2 * WIDTH :] = states[2:]
            states[1:-1] += layer(seen)
        return states[inner]


class Encoder:
    """Both networks with their last layers, and the embeddings of the forms that this process has met."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        tags, names = (_part(arrays, name) for name in ("tags", "names"))
        self._tags, self._names = Tower(tags), Tower(names)
        self._tag_weights, self._tag_bias = tags["out.weights"], tags["out.bias"]
        self._steps = Transitions(names)
        self._keys, self._rows, self._forms = (arrays[key] for key in ("vector_keys", "vector_rows", "form_keys"))
        self.labels = tuple(str(label) for label in arrays["labels"])
        shared = range(len(ROWS))
        self._tables = np.concatenate([np.hstack((tags[f"table{n}"], names[f"table{n}"])) for n in shared])
        self._vectors = np.hstack((arrays["tags.vectors"], arrays["names.vectors"]))
        self._flags = {
            (spaced, blank): np.concatenate(
                [
                    tags[f"table{table}"][list(hashed_rows(int(value), FIRST_SEED + table, _FLAG_ROWS))].sum(axis=0)
                    for table, value in ((4, spaced), (5, blank))
                ]
            )
            for spaced in (False, True)
            for blank in (False, True)
        }
        self._known: dict[tuple[str, bool], int] = {}
        self._embeddings = np.empty((_MEMORY, 2 * WIDTH), np.float32)

    def read(self, forms: Sequence[str], spaced: Sequence[bool]) -> tuple[NDArray[np.intp], list[Name]]:
        """For each token the number of its tag in ``labels``; and the names, in order."""
        embeddings = self._embedded(forms, spaced)
        tags = self._tags.states(embeddings[:, :WIDTH])
        classes = (tags @ self._tag_weights + self._tag_bias).argmax(axis=1)
        names = self._names.states(embeddings[:, WIDTH:])
        return classes, self._steps.names(names, [form.isspace() for form in forms])

    def _embedded(self, forms: Sequence[str], spaced: Sequence[bool]) -> Matrix:
        """The embeddings of tokens in both networks, side by side."""
        found = np.empty((len(forms), 2 * WIDTH), np.float32)
        known = self._known
        for start in range(0, len(forms), _BLOCK):
            block = list(zip(forms[start : start + _BLOCK], spaced[start : start + _BLOCK], strict=True))
            if len(known) + len(block) > _MEMORY:
                known.clear()
            for token in block:
                if token not in known:
                    self._embeddings[len(known)] = self._embedding(*token)
                    known[token] = len(known)
            numbers = np.fromiter(map(known.__getitem__, block), np.intp, len(block))
            np.take(self._embeddings, numbers, axis=0, out=found[start : start + _BLOCK])
        return found

    def _embedding(self, form: str, spaced: bool) -> Matrix:  # noqa: FBT001 -- half of a key
        """One form alone, so that its bits do not depend on which others are new."""
        sums = self._tables[_places(form)].sum(axis=1)
        place = self._vector(form)
        vector = self._vectors[place] if place >= 0 else _NOTHING
        flags = self._flags[spaced, form.isspace()]
        tags = np.concatenate((sums[:, :WIDTH].ravel(), flags, vector[:WIDTH]), dtype=np.float32)
        names = np.concatenate((sums[:, WIDTH:].ravel(), vector[WIDTH:]), dtype=np.float32)
        return np.concatenate((self._tags.embed(tags), self._names.embed(names)))

    def _vector(self, form: str) -> int:
        """The row of the form's static vector, -1 for none."""
        at = _place(self._keys, form)
        return int(self._rows[at]) if at >= 0 else -1

    def is_form(self, form: str) -> bool:
        """Whether the list of French forms (one in 20,000 others is taken for one) holds this one."""
        return _place(self._forms, form) >= 0


def _place(keys: NDArray[np.generic], form: str) -> int:
    """Where the lower half of a form's hash stands among sorted keys, -1 for nowhere."""
    key = np.uint32(text_hash(form) & 0xFFFFFFFF)
    at = int(keys.searchsorted(key))
    return at if at < len(keys) and keys[at] == key else -1


def _places(form: str) -> NDArray[np.intp]:
    """The rows of a form in the tables of norm, prefix, suffix and shape, which stand one below the other."""
    rows: NDArray[np.intp] = np.array(rows_of(form), np.intp) + _FIRST_ROWS
    return rows


def _dense(arrays: Mapping[str, Matrix], key: str) -> _Dense:
    return _Dense(*(arrays[f"{key}.{name}"] for name in ("weights", "bias", "gain", "shift")))


def _part(arrays: Mapping[str, NDArray[np.generic]], name: str) -> dict[str, Matrix]:
    """The arrays of one network, in single precision."""
    mine = {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}
    return {key: np.ascontiguousarray(array, np.float32) for key, array in mine.items() if key != "vectors"}


def from_file(path: Path) -> Encoder:
    """The encoder whose weights a file holds, as ``scripts/train_encoder`` writes it."""
    with np.load(path) as arrays:
        return Encoder({name: arrays[name] for name in arrays.files})


@cache
def encoder() -> Encoder:
    """The encoder of this process; the first call reads its weights."""
    with as_file(files("corpus.annotate.encoder").joinpath("weights.npz")) as path:
        return from_file(path)
