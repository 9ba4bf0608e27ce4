"""The encoder's weights as the processor at hand multiplies them fastest: the same whole numbers, the same vectors.

In the file they are bytes without a sign, around 128: such are added exactly by every processor
(`classifiers.training.encoder_graph`). One with VNNI also adds signed ones exactly, in half the time. So there 128 is
taken off each weight, which is one bit of it, and no longer named beside them.

An ONNX file is a protocol buffer. Of that format only as much is read here as it takes to find products and weights;
all else is passed on as it is. (The package onnx would do it too, and be a part of every installation for that.)
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_CPU = Path("/proc/cpuinfo")
_EXACT = frozenset({"avx512_vnni", "avx_vnni"})

_GRAPH = 7
"""Of a model."""
_NODE, _CONSTANT = 1, 5
"""Of a graph."""
_INPUT, _OPERATOR = 1, 4
"""Of a node."""
_KIND, _NAME, _RAW, _ELSEWHERE = 2, 8, 9, 14
"""Of a constant."""
_UNSIGNED, _SIGNED = 2, 3
"""Kinds: uint8 and int8."""
_PRODUCT = b"MatMulInteger"
_WEIGHTS, _MIDDLE_OF_WEIGHTS = 1, 3
"""Places among the inputs of a product."""
_MIDDLE = bytes([128])
_LESS_128 = bytes(byte ^ 128 for byte in range(256))
_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}
"""Wire types, and how long those of a fixed length are."""


class _Field(NamedTuple):
    """`value`: a number, or the bytes of a text, of raw data or of a message. `whole`: the field as it is written."""

    number: int
    value: int | memoryview
    whole: memoryview


@contextmanager
def loadable(model: Path) -> Iterator[str]:
    """A path from which the model for this processor can be loaded while this lasts: its own, or one in memory.

    (onnxruntime would keep what it is given as bytes as long as the model.) ValueError where it is no ONNX model.
    """
    signed = for_processor(model)
    if signed is None:
        yield str(model)
        return
    with os.fdopen(os.memfd_create(model.name), "wb") as file:
        file.write(signed)
        file.flush()
        del signed
        yield f"/proc/self/fd/{file.fileno()}"


def for_processor(model: Path, cpu: Path = _CPU) -> bytes | None:
    """The model with signed weights, where the processor that `cpu` describes adds them exactly; None: best as it is.

    ValueError where it is no ONNX model.
    """
    try:
        described = cpu.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return None if _EXACT.isdisjoint(described.split()) else with_signed_weights(model.read_bytes())


def with_signed_weights(model: bytes) -> bytes | None:
    """An ONNX model whose products take weights around 128, with these weights around 0; None where it has none such.

    All else stays. None too where some of it lies in other files. ValueError where it is no ONNX model.
    """
    chunks: list[bytes | memoryview] = []
    changed = False
    for field in _fields(memoryview(model)):
        graph = _graph(field.value) if field.number == _GRAPH else None
        changed = changed or graph is not None
        chunks += [field.whole] if graph is None else _written(_GRAPH, graph)
    return b"".join(chunks) if changed else None


def _graph(graph: int | memoryview) -> list[bytes | memoryview] | None:
    fields = [
        (field, list(_fields(field.value)) if field.number in (_NODE, _CONSTANT) else []) for field in _fields(graph)
    ]
    nodes = [own for field, own in fields if field.number == _NODE]
    constants = [{part.number: part for part in own} for field, own in fields if field.number == _CONSTANT]
    around_128 = {_text(own) for own in constants if _kind(own) == _UNSIGNED and _raw(own) == _MIDDLE}
    unsigned = {_text(own) for own in constants if _kind(own) == _UNSIGNED and _RAW in own} - around_128
    uses = Counter(name for node in nodes for name in _inputs(node))
    products = Counter(_inputs(node)[_WEIGHTS] for node in nodes if _is_product(node, around_128))
    signed = {name for name, count in products.items() if name in unsigned and uses[name] == count}
    if not signed or any(_ELSEWHERE in own for own in constants):
        return None
    chunks: list[bytes | memoryview] = []
    for field, own in fields:
        if field.number == _NODE and _is_product(own, around_128) and _inputs(own)[_WEIGHTS] in signed:
            middle = [part for part in own if part.number == _INPUT][_MIDDLE_OF_WEIGHTS]
            chunks += _written(_NODE, [part.whole for part in own if part is not middle])
        elif field.number == _CONSTANT and _text({part.number: part for part in own}) in signed:
            chunks += _written(_CONSTANT, [chunk for part in own for chunk in _signed(part)])
        else:
            chunks.append(field.whole)
    return chunks


def _signed(part: _Field) -> Sequence[bytes | memoryview]:
    if part.number == _KIND:
        return (_tag(_KIND, _VARINT), _number(_SIGNED))
    if part.number == _RAW:
        return _written(_RAW, [_bytes(part).translate(_LESS_128)])
    return (part.whole,)


def _is_product(node: Sequence[_Field], around_128: set[bytes]) -> bool:
    inputs = _inputs(node)
    is_one = any(part.number == _OPERATOR and _bytes(part) == _PRODUCT for part in node)
    return is_one and len(inputs) > _MIDDLE_OF_WEIGHTS and inputs[_MIDDLE_OF_WEIGHTS] in around_128


def _inputs(node: Sequence[_Field]) -> list[bytes]:
    return [_bytes(part) for part in node if part.number == _INPUT]


def _kind(constant: dict[int, _Field]) -> int | memoryview | None:
    return constant[_KIND].value if _KIND in constant else None


def _text(constant: dict[int, _Field]) -> bytes:
    return _bytes(constant[_NAME]) if _NAME in constant else b""


def _raw(constant: dict[int, _Field]) -> bytes:
    """Of one byte: of more, none."""
    value = constant[_RAW].value if _RAW in constant else b""
    return bytes(value) if isinstance(value, memoryview) and len(value) == 1 else b""


def _bytes(field: _Field) -> bytes:
    if isinstance(field.value, int):
        raise ValueError("a number where a text is expected")
    return bytes(field.value)


def _fields(message: int | memoryview) -> Iterator[_Field]:
    if isinstance(message, int):
        raise ValueError("a number where a message is expected")
    at = 0
    while at < len(message):
        start = at
        tag, at = _varint(message, at)
        wire = tag & 7
        value: int | memoryview
        if wire == _VARINT:
            value, at = _varint(message, at)
        elif wire == _BYTES or wire in _FIXED:
            size, at = _varint(message, at) if wire == _BYTES else (_FIXED[wire], at)
            value, at = message[at : at + size], at + size
        else:
            raise ValueError(f"wire type {wire} is not known")
        if at > len(message):
            raise ValueError("it ends in the middle of a field")
        yield _Field(tag >> 3, value, message[start:at])


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("it ends in the middle of a number")


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def _tag(number: int, wire: int) -> bytes:
    return _number(number << 3 | wire)


def _written(number: int, chunks: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
    """A field of bytes."""
    return [_tag(number, _BYTES), _number(sum(map(len, chunks))), *chunks]
