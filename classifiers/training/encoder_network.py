"""The sentence encoder's network in JAX, and its weights out of the published ONNX file. For training only."""

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
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
"""Of a layer, in the order in which they are used."""
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")

Tree = Any


def published(path: Path) -> Tree:
    """{"word", "place", "kind", "norm", "layers"} of the package's ONNX file as floats; matrices are (in x out)."""
    held = {own.name: own for own in onnx.load(str(path)).graph.initializer}
    # The matrices have names of their own making: they stand in the order in which they are used.
    columns = [name[:-2] for name in held if name.startswith("val_") and name.endswith("_q")]
    base = "inner.embeddings."

    def array(name: str) -> npt.NDArray[Any]:
        values: npt.NDArray[Any] = numpy_helper.to_array(held[name])
        return values

    def floats(name: str) -> Floats:
        values: Floats = array(f"{name}_q").astype(np.float32) * array(f"{name}_scale")
        return values

    def one_layer(number: int) -> Tree:
        inner = f"inner.encoder.layer.{number}."
        own = {
            name: (floats(columns[number * len(MATRICES) + place]), array(f"{inner}{name}.bias"))
            for place, name in enumerate(MATRICES)
        }
        return own | {name: (array(f"{inner}{name}.weight"), array(f"{inner}{name}.bias")) for name in _NORMS}

    return {
        "word": floats(f"{base}word_embeddings.weight"),
        "place": floats(f"{base}position_embeddings.weight"),
        "kind": array(f"{base}token_type_embeddings.weight")[0],
        "norm": (array(f"{base}LayerNorm.weight"), array(f"{base}LayerNorm.bias")),
        "layers": [one_layer(number) for number in range(LAYERS)],
    }


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
