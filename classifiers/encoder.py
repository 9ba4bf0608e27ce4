"""A sentence encoder: an ONNX file and the tokenizer that belongs to it, run on one thread.

The encoder of this program is multilingual-e5-small (Microsoft, MIT), its upper layers fine-tuned on the corpus
(`classifiers.training.encoder`); it lies beside the heads as `encoder.onnx`, with `tokenizer.json.gz`. A folder with
`model.onnx` and `tokenizer.json` takes their place. Nothing is downloaded, and onnxruntime is imported only when an
encoder is loaded.

Files are identified by SHA-256. What they compute is not: kernels differ between processors, so vectors are held
against golden ones within a tolerance (`TOLERANCE`).
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from classifiers.encoder_signed import loadable
from classifiers.memory import give_back

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]

LONGEST = 128
"""Tokens of a text that are read; the sentences of `classifiers.sentences` are shorter but for strings of digits."""

TOLERANCE = 0.03
"""Largest cosine distance from a golden vector. An encoder that reckons in eight bits differs by up to 0.01 between
processors, a wrong file or tokenizer by far more."""

FINE_TUNED = "encoder.onnx"
"""The model in the folder of the heads."""
LOWER = "lower_token_vectors"
"""A second output of the model: what its lower layers, which fine-tuning leaves as they are, make of the tokens."""
TRAINED_HEADS = "encoder_heads.npz"
"""The heads that were trained with it; read when the stage is calibrated, not when it serves."""
_TOKENS_AT_ONCE = 256
"""Padded tokens of one run: more gain nothing on one thread and cost memory."""


class EncoderError(ValueError):
    """The encoder cannot be used: which file, and what to do."""


class Encoder:
    """Loaded and ready. Not to be used by two threads at once. `checksum`: SHA-256 hex of model and tokenizer."""

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer, checksum: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._inputs = {given.name for given in session.get_inputs()}
        outputs = [made.name for made in session.get_outputs()]
        self._whole = outputs[0]
        self.has_lower = LOWER in outputs
        self.checksum = checksum
        self.width = int(session.get_outputs()[0].shape[-1])

    @classmethod
    def load(cls, model: Path, tokenizer: Path) -> Encoder:
        """`model`: ONNX, token vectors from `input_ids` and `attention_mask`; `tokenizer`: `.json` or `.json.gz`.

        Raises EncoderError.
        """
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise EncoderError(f"{error.name} is not installed: install the packages of the lock file") from error
        try:
            raw = tokenizer.read_bytes()
            words = gzip.decompress(raw) if tokenizer.suffix == ".gz" else raw
            checksum = _checksum(model, words)
            reader = Tokenizer.from_str(words.decode())
        except Exception as error:  # the tokenizers package raises bare Exception
            raise EncoderError(
                f"{model.name}, {tokenizer.name}: do not load ({type(error).__name__}): put the files there again"
            ) from error
        reader.enable_truncation(LONGEST)
        reader.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.enable_cpu_mem_arena = True
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        try:
            with loadable(model) as path:
                session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise EncoderError(f"{model.name}: onnxruntime cannot run it ({type(error).__name__})") from error
        give_back()
        return cls(session, reader, checksum)

    def embed(self, texts: Sequence[str]) -> Floats:
        """(texts x width), each of unit length: the mean of its tokens' vectors. Equal texts have equal vectors
        up to rounding, whatever they are embedded with."""
        return self._embedded(texts, self._whole)

    def embed_lower(self, texts: Sequence[str]) -> Floats:
        """The same by the lower layers, which know how something is said and were not bent to what the scan looks for.

        Only where `has_lower`.
        """
        return self._embedded(texts, LOWER)

    def embed_beside(self, first: str, second: str) -> Floats:
        """(2 x width): of two texts read as one by the lower layers, the means of each one's tokens, of unit length.

        Only where `has_lower`.
        """
        own, other = (read.ids for read in self._tokenizer.encode_batch_fast([first, second]))
        (tokens,), _ = self._tokens([np.array([*own, *other[1:]], dtype=np.int64)], LOWER)
        means = np.stack([tokens[: len(own)].mean(axis=0), tokens[len(own) :].mean(axis=0)])
        return _unit(means)

    def _embedded(self, texts: Sequence[str], output: str) -> Floats:
        read = [np.array(own.ids, dtype=np.int64) for own in self._tokenizer.encode_batch_fast(list(texts))]
        order = sorted(range(len(read)), key=lambda index: len(read[index]))
        out = np.zeros((len(texts), self.width), dtype=np.float32)
        while order:
            longest = max(1, len(read[order[-1]]))
            block = order[-max(1, _TOKENS_AT_ONCE // longest) :]
            del order[-len(block) :]
            tokens, mask = self._tokens([read[index] for index in block], output)
            out[block] = _unit((tokens * mask[:, :, None]).sum(axis=1) / np.maximum(1, mask.sum(axis=1, keepdims=True)))
        return out

    def _tokens(self, rows: Sequence[npt.NDArray[np.int64]], output: str) -> tuple[Floats, npt.NDArray[np.int64]]:
        """(rows x tokens x width) vectors and (rows x tokens) which of them are no padding."""
        longest = max(1, *(len(own) for own in rows))
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, own in enumerate(rows):
            ids[row, : len(own)] = own
            mask[row, : len(own)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (tokens,) = self._session.run([output], {name: given[name] for name in self._inputs})
        return tokens, mask


def _unit(means: npt.NDArray[np.floating]) -> Floats:
    unit: Floats = (means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return unit


def files(folder: Path | None, weights: Path) -> tuple[Path, Path]:
    """(model, tokenizer) of an encoder's own folder, or else of the one that lies in `weights`."""
    if folder is not None:
        return folder / "model.onnx", folder / "tokenizer.json"
    return weights / FINE_TUNED, weights / "tokenizer.json.gz"


def _checksum(model: Path, tokenizer: bytes) -> str:
    with model.open("rb") as file:
        parts = hashlib.file_digest(file, "sha256").hexdigest(), hashlib.sha256(tokenizer).hexdigest()
    return hashlib.sha256(":".join(parts).encode()).hexdigest()
