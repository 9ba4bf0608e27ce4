"""Encryption at rest: a random key for each record, wrapped by the master key (AES-256-GCM).

What is sealed is bound to its place: the additional data names table, column and record id, so that a ciphertext
moved to another row does not open. Content is compressed (zstd) first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import local

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_PLAIN, _ZSTD = b"\x00", b"\x01"
# Below this a compressor costs more time than it saves room.
_COMPRESS_FROM_BYTES = 1024
# The bound on what one sealed value may unfold to; a chunk is at most 256 KB, a contact's text a few MB.
_MAX_OPENED_BYTES = 256 * 1024 * 1024
_HASH_BLOCK_BYTES = 64


class SealError(Exception):
    """A sealed value does not open: wrong key, wrong place, or damage."""


@dataclass(frozen=True, slots=True)
class RecordKey:
    """One record's key, plain in memory and wrapped for the store."""

    plain: bytes = field(repr=False)
    wrapped: bytes
    master_version: int

    @property
    def cipher(self) -> AESGCM:
        """Made for each use: that takes a microsecond, and to keep it 2.5 KB, of which the vault would hold 10 MB."""
        return AESGCM(self.plain)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives; part of what is authenticated."""

    table: str
    column: str
    id: str

    @property
    def associated_data(self) -> bytes:
        """Unambiguous bytes of the three names."""
        return b"\x00".join(part.encode() for part in (self.table, self.column, self.id))


class _Codec(local):
    """A compressor and decompressor a thread: they hold buffers and are not to be shared."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=1).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_codec = _Codec()


class Sealer:
    """Wraps record keys with the current master key and opens those of earlier ones."""

    def __init__(self, masters: Mapping[int, bytes], current: int) -> None:
        self._masters = {version: AESGCM(key) for version, key in masters.items()}
        self.current = current

    def new_key(self, record_id: str) -> RecordKey:
        """A fresh key for a record, wrapped by the current master key."""
        return self.wrap(record_id, os.urandom(KEY_BYTES))

    def wrap(self, record_id: str, key: bytes) -> RecordKey:
        """`key` wrapped by the current master key, bound to `record_id`."""
        nonce = os.urandom(_NONCE_BYTES)
        wrapped = nonce + self._masters[self.current].encrypt(nonce, key, record_id.encode())
        return RecordKey(key, wrapped, self.current)

    def unwrap_bytes(self, record_id: str, master_version: int, wrapped: bytes) -> bytes:
        """The plain key. SealError where the master key is missing or does not fit."""
        master = self._masters.get(master_version)
        if master is None:
            raise SealError(f"record {record_id} needs master key version {master_version}, which the key file lacks")
        try:
            return master.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], record_id.encode())
        except (InvalidTag, ValueError):  # ValueError: cut short
            raise SealError(f"the key of record {record_id} does not open with this key file") from None

    def unwrap(self, record_id: str, master_version: int, wrapped: bytes) -> RecordKey:
        """A stored record key, ready for use."""
        return RecordKey(self.unwrap_bytes(record_id, master_version, wrapped), wrapped, master_version)


def seal(key: RecordKey, place: Place, data: bytes) -> bytes:
    """Compressed and encrypted `data`, bound to `place`."""
    packed = _ZSTD + _codec.compress(data) if len(data) >= _COMPRESS_FROM_BYTES else _PLAIN + data
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + key.cipher.encrypt(nonce, packed, place.associated_data)


def unseal(key: RecordKey, place: Place, sealed: bytes) -> bytes:
    """What was sealed at `place`. SealError where it does not open."""
    try:
        packed = key.cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.associated_data)
    except (InvalidTag, ValueError):  # ValueError: cut short
        raise SealError(
            f"{place.table}.{place.column} of record {place.id} does not open: wrong place or damage"
        ) from None
    if packed[:1] == _PLAIN:
        return packed[1:]
    return _codec.decompress(packed[1:], max_output_size=_MAX_OPENED_BYTES)


class Index:
    """Keyed hashes by which sealed values are found without being readable (HMAC-SHA-256, 16 bytes)."""

    def __init__(self, key: bytes) -> None:
        # HMAC (RFC 2104) with the part that is the same each time done once: a long message is looked up by dozens of
        # short values, and for each the library's own call would begin with the key again.
        padded = (key if len(key) <= _HASH_BLOCK_BYTES else sha256(key).digest()).ljust(_HASH_BLOCK_BYTES, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in padded))

    def hash(self, *parts: str) -> bytes:
        """The hash of the parts in order; the same parts give the same hash in one store only."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update("\0".join(parts).encode("utf-8", "surrogatepass"))
        outer.update(inner.digest())
        return outer.digest()[:16]
