"""The sentence encoder's network in JAX, and its weights out of an ONNX file and back into it. For training only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from classifiers.fast import Floats

LAYERS = 6
ATTENTION_HEADS = 12
DROPOUT = 0.1
_MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")

Tree = Any


class Graph:
    """The ONNX file: weights out of it as floats, and back into it as int8."""

    def __init__(self, path: Path) -> None:
        self.model = onnx.load(str(path))
        self._held = {own.name: own for own in self.model.graph.initializer}
        # The matrices have names of their own making: they stand in the order in which they are used.
        self._columns = [name[:-2] for name in self._held if name.startswith("val_") and name.endswith("_q")]

    def weights(self) -> Tree:
        """{"word", "place", "kind", "norm", "layers"}: matrices are (in x out)."""
        base = "inner.embeddings."
        return {
            "word": self._floats(f"{base}word_embeddings.weight"),
            "place": self._floats(f"{base}position_embeddings.weight"),
            "kind": self._array(f"{base}token_type_embeddings.weight")[0],
            "norm": (self._array(f"{base}LayerNorm.weight"), self._array(f"{base}LayerNorm.bias")),
            "layers": [self._layer(number) for number in range(LAYERS)],
        }

    def put(self, number: int, layer: Tree) -> None:
        """Layer `number` with these weights, its matrices rounded."""
        base = f"inner.encoder.layer.{number}."
        for place, name in enumerate(_MATRICES):
            matrix, bias = (np.asarray(own, dtype=np.float32) for own in layer[name])
            scale = np.maximum(np.abs(matrix).max(axis=0, keepdims=True), 1e-9) / np.float32(127)
            column = self._columns[number * len(_MATRICES) + place]
            self._set(f"{column}_q", np.round(matrix / scale).astype(np.int8))
            self._set(f"{column}_scale", scale.astype(np.float32))
            self._set(f"{base}{name}.bias", bias)
        for name in _NORMS:
            for part, own in zip(("weight", "bias"), layer[name], strict=True):
                self._set(f"{base}{name}.{part}", np.asarray(own, dtype=np.float32))

    def save(self, path: Path, note: str) -> None:
        """Writes the file; `note` says in it what it is and under which licence."""
        self.model.doc_string = note
        onnx.checker.check_model(self.model)
        onnx.save(self.model, str(path))

    def _layer(self, number: int) -> Tree:
        base = f"inner.encoder.layer.{number}."
        own = {
            name: (
                self._floats(self._columns[number * len(_MATRICES) + place]),
                self._array(f"{base}{name}.bias"),
            )
            for place, name in enumerate(_MATRICES)
        }
        return own | {name: (self._array(f"{base}{name}.weight"), self._array(f"{base}{name}.bias")) for name in _NORMS}

    def _array(self, name: str) -> npt.NDArray[Any]:
        held: npt.NDArray[Any] = numpy_helper.to_array(self._held[name])
        return held

    def _floats(self, name: str) -> Floats:
        floats: Floats = self._array(f"{name}_q").astype(np.float32) * self._array(f"{name}_scale")
        return floats

    def _set(self, name: str, array: npt.NDArray[Any]) -> None:
        if self._array(name).shape != array.shape:
            raise ValueError(f"{name}: {array.shape} cannot take the place of {self._array(name).shape}")
        self._held[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array), name))


def embedded(weights: Tree, ids: jax.Array) -> jax.Array:
    """(rows x tokens x width): the sum of word, place and kind, normalised."""
    given = weights["word"][ids] + weights["place"][: ids.shape[1]] + weights["kind"]
    return _normal(given, weights["norm"])


def layer(own: Tree, given: jax.Array, mask: jax.Array, key: jax.Array | None) -> jax.Array:
    """One layer of BERT; `key` None leaves nothing out."""
    rows, tokens, width = given.shape
    keys = [None] * 3 if key is None else list(jax.random.split(key, 3))

    def dense(name: str, values: jax.Array) -> jax.Array:
        matrix, bias = own[name]
        return values @ matrix + bias

    def heads(name: str) -> jax.Array:
        return dense(f"attention.self.{name}", given).reshape(rows, tokens, ATTENTION_HEADS, -1)

    odds = jnp.einsum("bqhd,bkhd->bhqk", heads("query"), heads("key")) / np.sqrt(width / ATTENTION_HEADS)
    shares = jax.nn.softmax(jnp.where(mask[:, None, None, :], odds, -1e9), axis=-1)
    seen = jnp.einsum("bhqk,bkhd->bqhd", _dropped(shares, keys[0]), heads("value")).reshape(rows, tokens, width)
    inner = _normal(given + _dropped(dense("attention.output.dense", seen), keys[1]), own["attention.output.LayerNorm"])
    wide = jax.nn.gelu(dense("intermediate.dense", inner), approximate=False)
    return _normal(inner + _dropped(dense("output.dense", wide), keys[2]), own["output.LayerNorm"])


def pooled(given: jax.Array, mask: jax.Array) -> jax.Array:
    """(rows x width) of unit length: the mean over the tokens."""
    means = (given * mask[:, :, None]).sum(axis=1) / jnp.maximum(1, mask.sum(axis=1, keepdims=True))
    return means / jnp.sqrt((means**2).sum(axis=1, keepdims=True) + 1e-18)  # the root alone has no slope at nothing


def upper(layers: Tree, given: jax.Array, mask: jax.Array, key: jax.Array | None = None) -> jax.Array:
    """(rows x width) vectors from the frozen layers' output (rows x tokens x width)."""
    keys = [None] * len(layers) if key is None else list(jax.random.split(key, len(layers)))
    values = given.astype(jnp.float32)
    for own, own_key in zip(layers, keys, strict=True):
        values = layer(own, values, mask, own_key)
    return pooled(values, mask)


def _normal(values: jax.Array, own: tuple[Any, Any]) -> jax.Array:
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = jnp.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    return centred / spread * own[0] + own[1]


def _dropped(values: jax.Array, key: jax.Array | None) -> jax.Array:
    if key is None:
        return values
    return jnp.where(jax.random.bernoulli(key, 1 - DROPOUT, values.shape), values / (1 - DROPOUT), 0.0)
