"""Signed weights for processors that add them exactly: the same whole numbers, and nothing else altered."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.encoder import FINE_TUNED
from classifiers.encoder_signed import for_processor, with_signed_weights

_SHIPPED = Path(__file__).parents[3] / "classifiers/weights/semantic" / FINE_TUNED
_ELSEWHERE = 14


def _field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3, value])
    assert len(value) < 128
    return bytes([number << 3 | 2, len(value)]) + value


def _node(operator: bytes, *inputs: bytes) -> bytes:
    return _field(1, b"".join(_field(1, name) for name in inputs) + _field(2, b"made") + _field(4, operator))


def _constant(name: bytes, kind: int, raw: bytes | None, *, elsewhere: bool = False) -> bytes:
    data = b"" if raw is None else _field(9, raw)
    return _field(5, _field(1, 2) + _field(2, kind) + _field(8, name) + data + _field(_ELSEWHERE, 1) * elsewhere)


def _model(*parts: bytes) -> bytes:
    return _field(1, 8) + _field(7, b"".join(parts)) + _field(6, b"a note")


_PRODUCT = _node(b"MatMulInteger", b"x", b"w", b"middle", b"middle")
_WEIGHTS = _constant(b"w", 2, bytes([0, 127, 128, 129, 255]))
_MIDDLE = _constant(b"middle", 2, bytes([128]))


def test_weights_lose_128_and_their_product_its_middle():
    assert with_signed_weights(_model(_PRODUCT, _WEIGHTS, _MIDDLE)) == _model(
        _node(b"MatMulInteger", b"x", b"w", b"middle"),
        _constant(b"w", 3, np.array([-128, -1, 0, 1, 127], dtype=np.int8).tobytes()),
        _MIDDLE,
    )


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (_PRODUCT, _constant(b"w", 3, b"\x01"), _MIDDLE),
        (_PRODUCT, _WEIGHTS, _constant(b"middle", 2, bytes([127]))),
        (_PRODUCT, _WEIGHTS, _constant(b"middle", 3, bytes([128]))),
        (_PRODUCT, _node(b"Cast", b"w"), _WEIGHTS, _MIDDLE),
        (_node(b"MatMulInteger", b"x", b"w"), _WEIGHTS, _MIDDLE),
        (_node(b"MatMulInteger", b"x", b"w", b"middle"), _WEIGHTS, _MIDDLE),
        (_PRODUCT, _constant(b"w", 2, None, elsewhere=True), _MIDDLE),
        (_PRODUCT, _WEIGHTS, _MIDDLE, _constant(b"other", 1, None, elsewhere=True)),
    ],
)
def test_a_model_without_such_weights_stays_as_it_is(parts: tuple[bytes, ...]):
    assert with_signed_weights(_model(*parts)) is None


@given(st.integers(0, len(_model(_PRODUCT, _WEIGHTS, _MIDDLE)) - 1), st.binary(max_size=3))
def test_what_is_cut_off_or_damaged_is_an_error_or_another_model_and_nothing_worse(at: int, put: bytes):
    whole = _model(_PRODUCT, _WEIGHTS, _MIDDLE)
    try:
        with_signed_weights(whole[:at] + put + whole[at + len(put) :])
        with_signed_weights(whole[:at])
    except ValueError:
        pass


@pytest.mark.parametrize(("flags", "signed"), [("avx2 avx512_vnni", True), ("avx2 avx_vnni", True), ("avx2", False)])
def test_only_a_processor_that_adds_them_exactly_gets_signed_weights(flags: str, signed: bool, tmp_path: Path):
    cpu, model = tmp_path / "cpuinfo", tmp_path / "model.onnx"
    cpu.write_text(f"processor\t: 0\nflags\t\t: fpu {flags} sse\n")
    model.write_bytes(_model(_PRODUCT, _WEIGHTS, _MIDDLE))
    assert (for_processor(model, cpu) is not None) is signed
    assert for_processor(model, tmp_path / "nowhere") is None


def test_whatever_this_processor_gets_answers_to_the_last_bit_as_the_file_does():
    def answers(model: str | bytes) -> list[np.ndarray]:
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        tokens = np.random.default_rng(1).integers(5, 20_000, (3, 17))
        return session.run(None, {"input_ids": tokens, "attention_mask": np.ones_like(tokens)})

    fitted = for_processor(_SHIPPED)
    as_shipped = answers(str(_SHIPPED))
    for own, other in zip(as_shipped, as_shipped if fitted is None else answers(fitted), strict=True):
        assert np.array_equal(own, other)


def test_every_product_of_the_shipped_encoder_gets_signed_weights():
    signed = with_signed_weights(_SHIPPED.read_bytes())
    assert signed is not None
    assert len(_SHIPPED.read_bytes()) - len(signed) == 12 * 6 * len(_field(1, b"middle"))
    assert with_signed_weights(signed) is None
