"""The sentence encoder's network in JAX: BERT with a mean of the tokens. For training only."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

ATTENTION_HEADS = 12
DROPOUT = 0.1
EPSILON = 1e-5
"""What a spread is kept above."""
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
"""Of a layer, in the order in which they are used."""
Tree = Any


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
    spread = jnp.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    return centred / spread * own[0] + own[1]


def _dropped(values: jax.Array, key: jax.Array | None) -> jax.Array:
    if key is None:
        return values
    return jnp.where(jax.random.bernoulli(key, 1 - DROPOUT, values.shape), values / (1 - DROPOUT), 0.0)
