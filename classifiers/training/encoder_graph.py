"""The sentence encoder as an ONNX graph that reckons in eight bits: three times as fast as floats with VNNI.

Every matrix product takes its weights as bytes (a scale a column) and rounds what it is given to eight bits on the way,
a scale a token, so that no sentence's vector depends on what it is embedded with. The weights are unsigned, around 128:
with signed ones a processor that has AVX2 and no VNNI adds pairs of products in sixteen bits and cuts them off, which
made vectors differ by up to 0.008 in cosine; unsigned, whole numbers are added exactly everywhere (13 % slower there).
Where there is VNNI, `classifiers.encoder_signed` gives them their sign back when the file is loaded: twice as fast.
What is left to differ is the order of float sums; `classifiers.encoder.TOLERANCE` says how much is accepted. Embeddings
are int8 rows, read and scaled one token at a time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from classifiers.encoder import LOWER
from classifiers.training.encoder_network import EPSILON, MATRICES, Tree

OPERATORS = 17
"""Version of the ONNX operator set."""
IR_VERSION = 8
LONGEST = 256
"""Tokens that there are places for."""
_WHOLE = "token_vectors"


def write(weights: Tree, heads: int, lower: int, path: Path, note: str) -> None:
    """Writes `path`: `input_ids`, `attention_mask` (rows x tokens, int64) -> `token_vectors` (rows x tokens x width).

    A second output, `classifiers.encoder.LOWER`, is what the first `lower` layers make of the tokens: asked for alone,
    it costs no more than those. `weights` as `Network.weights` gives them; `heads` of attention; `note` says what it is
    and under which licence.
    """
    model = _Drawing(weights, heads, lower).model()
    model.doc_string = note
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def layers(path: Path) -> list[Tree]:
    """The layers of a file that `write` made, as rounded there."""
    stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(str(path)).graph.initializer}

    def matrix(name: str) -> tuple[Any, Any]:
        return (stored[name].astype(np.float32) - 128) * stored[f"{name}_scale"], stored[f"{name}_bias"]

    def normal(name: str) -> tuple[Any, Any]:
        return stored[f"{name}_norm_weight"], stored[f"{name}_norm_bias"]

    out: list[Tree] = []
    while f"layer_{len(out)}_{MATRICES[0]}" in stored:
        name = f"layer_{len(out)}"
        own: Tree = {part: matrix(f"{name}_{part}") for part in MATRICES}
        own["attention.output.LayerNorm"] = normal(f"{name}_attention")
        own["output.LayerNorm"] = normal(f"{name}_output")
        out.append(own)
    return out


class _Drawing:
    """A graph under way: nodes in order, and the constants they use."""

    def __init__(self, weights: Tree, heads: int, lower: int) -> None:
        self._weights = weights
        self._heads = heads
        self._lower = lower
        self._width = int(weights["word"].shape[1])
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._by_head = ""

    def model(self) -> Any:
        values = self._flat(self._embedded())
        shape = self._node("Shape", "input_ids")
        size = self._width // self._heads
        self._by_head = self._node("Concat", shape, self._constant("heads", [self._heads, size], np.int64), axis=0)
        hidden = self._hidden_padding()
        lower = values
        for number, layer in enumerate(self._weights["layers"]):
            values = self._layer(f"layer_{number}", layer, values, hidden)
            lower = values if number + 1 == self._lower else lower
        whole = self._node("Concat", shape, self._constant("width", [self._width], np.int64), axis=0)
        outputs = {_WHOLE: values, LOWER: lower}
        self._nodes += [helper.make_node("Reshape", [given, whole], [name]) for name, given in outputs.items()]
        tokens = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["rows", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        vectors = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", "tokens", self._width]) for name in outputs
        ]
        graph = helper.make_graph(self._nodes, "sentence encoder", tokens, vectors, list(self._constants.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPERATORS)], ir_version=IR_VERSION)

    def _node(self, operator: str, *given: str, **attributes: Any) -> str:
        return self._many(operator, 1, *given, **attributes)[0]

    def _many(self, operator: str, outputs: int, *given: str, **attributes: Any) -> list[str]:
        made = [f"{operator}_{len(self._nodes)}_{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(operator, list(given), made, **attributes))
        return made

    def _constant(self, name: str, value: npt.ArrayLike, kind: Any = np.float32) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value, dtype=kind), name)
        return name

    def _embedded(self) -> str:
        word, scale = rounded(self._weights["word"], axis=1)
        rows = self._node("Gather", self._constant("word", word, np.int8), "input_ids")
        scales = self._node("Gather", self._constant("word_scale", scale), "input_ids")
        words = self._node("Mul", self._node("Cast", rows, to=TensorProto.FLOAT), scales)
        places = self._constant("place", (self._weights["place"] + self._weights["kind"])[:LONGEST])
        zero, one, two = (self._constant(f"at_{number}", [number], np.int64) for number in range(3))
        tokens = self._node("Slice", self._node("Shape", "input_ids"), one, two)
        return self._normal("embedding", self._node("Add", words, self._node("Slice", places, zero, tokens, zero)))

    def _flat(self, given: str) -> str:
        return self._node("Reshape", given, self._constant("flat", [-1, self._width], np.int64))

    def _hidden_padding(self) -> str:
        """(rows x 1 x 1 x tokens): 0 for a token, far below for padding."""
        padding = self._node(
            "Sub", self._constant("one", 1.0), self._node("Cast", "attention_mask", to=TensorProto.FLOAT)
        )
        inner = self._node("Unsqueeze", padding, self._constant("inner_axes", [1, 2], np.int64))
        return self._node("Mul", inner, self._constant("far_below", -1e4))

    def _normal(self, name: str, given: str, own: tuple[Any, Any] | None = None) -> str:
        weight, bias = self._weights["norm"] if own is None else own
        return self._node(
            "LayerNormalization",
            given,
            self._constant(f"{name}_norm_weight", weight),
            self._constant(f"{name}_norm_bias", bias),
            axis=-1,
            epsilon=EPSILON,
        )

    def _rounded(self, given: str) -> tuple[str, str]:
        """(n x width) as uint8 around 128, and the scale of each row (n x 1)."""
        inner = self._constant("last_axis", [1], np.int64)
        largest = self._node("ReduceMax", self._node("Abs", given), axes=[1], keepdims=0)
        floor = self._node("Max", largest, self._constant("least", 1e-9))
        scale = self._node("Mul", floor, self._constant("by_127", 1.0 / 127.0))
        middle = self._node("Expand", self._constant("middle", 128, np.uint8), self._node("Shape", scale))
        values = self._node("QuantizeLinear", given, scale, middle, axis=0)
        return values, self._node("Unsqueeze", scale, inner)

    def _dense(self, name: str, own: tuple[Any, Any], given: tuple[str, str]) -> str:
        matrix, scale = rounded(np.asarray(own[0], dtype=np.float32), axis=0)
        values, given_scale = given
        middle = self._constant("middle", 128, np.uint8)
        unsigned = matrix.astype(np.int16) + 128
        whole = self._node("MatMulInteger", values, self._constant(name, unsigned, np.uint8), middle, middle)
        scaled = self._node("Mul", self._node("Cast", whole, to=TensorProto.FLOAT), given_scale)
        product = self._node("Mul", scaled, self._constant(f"{name}_scale", scale.reshape(-1)))
        return self._node("Add", product, self._constant(f"{name}_bias", own[1]))

    def _layer(self, name: str, own: Tree, given: str, hidden: str) -> str:
        small = self._rounded(given)
        query, key, value = (self._dense(f"{name}_{part}", own[part], small) for part in MATRICES[:3])
        size = self._width // self._heads

        def by_head(values: str, order: list[int]) -> str:
            return self._node("Transpose", self._node("Reshape", values, self._by_head), perm=order)

        odds = self._node("MatMul", by_head(query, [0, 2, 1, 3]), by_head(key, [0, 2, 3, 1]))
        scaled = self._node("Mul", odds, self._constant("root", 1.0 / np.sqrt(size)))
        shares = self._node("Softmax", self._node("Add", scaled, hidden), axis=-1)
        seen = self._node("MatMul", shares, by_head(value, [0, 2, 1, 3]))
        together = self._flat(self._node("Transpose", seen, perm=[0, 2, 1, 3]))
        output = self._dense(f"{name}_{MATRICES[3]}", own[MATRICES[3]], self._rounded(together))
        inner = self._normal(f"{name}_attention", self._node("Add", output, given), own["attention.output.LayerNorm"])
        wide = self._gelu(self._dense(f"{name}_{MATRICES[4]}", own[MATRICES[4]], self._rounded(inner)))
        narrow = self._dense(f"{name}_{MATRICES[5]}", own[MATRICES[5]], self._rounded(wide))
        return self._normal(f"{name}_output", self._node("Add", narrow, inner), own["output.LayerNorm"])

    def _gelu(self, given: str) -> str:
        erf = self._node("Erf", self._node("Div", given, self._constant("root_of_two", np.sqrt(2.0))))
        both = self._node("Mul", given, self._node("Add", erf, self._constant("one", 1.0)))
        return self._node("Mul", both, self._constant("half", 0.5))


def rounded(matrix: npt.NDArray[np.float32], axis: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """int8 and the scales along `axis`, whose product is nearest to `matrix`."""
    scale = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True), 1e-9) / np.float32(127)
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)
