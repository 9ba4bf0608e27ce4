"""Encryption at rest: what is sealed opens at its place with its key, and nowhere else, nor ever again once erased."""

from __future__ import annotations

import hmac
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from store_builders import accepted, envelope

from gateway.store import keyfile
from gateway.store.errors import StoreError
from gateway.store.keyfile import KeyFile, KeyFileError
from gateway.store.sealing import Index, Place, Sealer, SealError, seal, unseal
from gateway.store.store import Store, open_store, sole_server

HERE = Place("body", "data/0", "c1")


@pytest.mark.parametrize("size", [0, 1, 127, 128, 129, 100_000])
def test_what_was_sealed_opens(sealer: Sealer, size: int) -> None:
    key = sealer.new_key("c1")
    assert unseal(key, HERE, seal(key, HERE, b"a" * size)) == b"a" * size


def test_long_content_is_compressed_and_never_readable(sealer: Sealer) -> None:
    key, secret = sealer.new_key("c1"), b"the address is 4 Nowhere Lane. " * 100
    sealed = seal(key, HERE, secret)
    assert len(sealed) < len(secret) / 5
    assert b"Nowhere" not in sealed
    assert seal(key, HERE, secret) != sealed
    assert b"Nowhere" not in seal(key, HERE, b"Nowhere Lane")


@pytest.mark.parametrize(
    "elsewhere", [Place("spool", "data/0", "c1"), Place("body", "data/1", "c1"), Place("body", "data/0", "c2")]
)
def test_moved_to_another_place_it_does_not_open(sealer: Sealer, elsewhere: Place) -> None:
    key = sealer.new_key("c1")
    with pytest.raises(SealError):
        unseal(key, elsewhere, seal(key, HERE, b"x"))


@pytest.mark.parametrize("cut", [0, 1, 11, 12, 20])
def test_damage_is_a_seal_error_however_short(sealer: Sealer, cut: int) -> None:
    key = sealer.new_key("c1")
    sealed = seal(key, HERE, b"x" * 50)
    with pytest.raises(SealError):
        unseal(key, HERE, sealed[:cut])
    with pytest.raises(SealError):
        unseal(key, HERE, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(SealError):
        sealer.unwrap("c1", 1, key.wrapped[:cut])


@pytest.mark.parametrize("data", [b"", b"short", b"a" * 5000])
def test_what_an_earlier_version_sealed_still_opens(data: bytes) -> None:
    """A nonce of 96 bits (NIST SP 800-38D 8.2.1), then AES-256-GCM bound to record, or to table, column and record."""
    key, nonce, bound = b"k" * 32, b"n" * 12, b"body\0data/0\0c1"
    record = Sealer({3: b"m" * 32}, 3).unwrap("c1", 3, nonce + AESGCM(b"m" * 32).encrypt(nonce, key, b"c1"))
    assert (record.plain, record.master_version) == (key, 3)
    assert unseal(record, HERE, nonce + AESGCM(key).encrypt(nonce, b"\0" + data, bound)) == data
    packed = b"\1" + zstandard.ZstdCompressor().compress(data)
    assert unseal(record, HERE, nonce + AESGCM(key).encrypt(nonce, packed, bound)) == data


@pytest.mark.parametrize(("size", "compressed"), [(1023, False), (1024, True)])
def test_content_is_compressed_from_a_kilobyte(sealer: Sealer, size: int, compressed: bool) -> None:
    sealed = seal(sealer.new_key("c1"), HERE, b"a" * size)
    assert (len(sealed) < size) is compressed


def test_keys_open_only_their_record_under_their_master(sealer: Sealer) -> None:
    key = sealer.new_key("c1")
    assert unseal(sealer.unwrap("c1", 1, key.wrapped), HERE, seal(key, HERE, b"x")) == b"x"
    for record, version, other in [("c2", 1, sealer), ("c1", 2, sealer), ("c1", 1, Sealer({1: b"n" * 32}, 1))]:
        with pytest.raises(SealError):
            other.unwrap(record, version, key.wrapped)


def test_hashes_depend_on_the_key_and_on_every_part() -> None:
    index = Index(b"k" * 32)
    hashes = [index.hash("a", "b"), index.hash("b", "a"), index.hash("a"), Index(b"l" * 32).hash("a", "b")]
    assert len({*hashes}) == 4
    assert index.hash("a", "b") == hashes[0]


async def test_nothing_of_a_message_stands_readable_in_the_files(store: Store, path: Path) -> None:
    await store.spool.accept(envelope("calls:x:SECRETKEY"), b"SECRETBODY short")
    store.close()
    raw = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"SECRETBODY" not in raw
    assert b"SECRETKEY" not in raw
    assert b"a@mail.example" not in raw


async def test_without_its_key_a_record_is_gone(store: Store) -> None:
    id_ = await accepted(store)
    await store.writer.run(lambda connection: store.vault.erase_many(connection, [id_]))
    with pytest.raises(SealError, match="erased"):
        await store.spool.content(id_)


def test_the_files_are_their_owners_alone(store: Store, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_rotation_rewraps_and_old_data_still_opens(tmp_path: Path) -> None:
    keys, path = KeyFile({1: os.urandom(32)}, 1), tmp_path / "new.db"
    store = open_store(path, keys.sealer())
    old = await accepted(store)
    trace = store.trace_key
    store.close()

    rotated = keys.rotated()
    store = open_store(path, rotated.sealer())
    between = await accepted(store)
    assert await store.rewrap() == 2 + 1
    assert await store.rewrap() == 0
    store.close()

    store = open_store(path, Sealer({2: rotated.keys[2]}, 2))
    assert await store.spool.content(old) == await store.spool.content(between)
    assert store.trace_key == trace
    store.close()
    with pytest.raises(StoreError, match="does not belong"):
        open_store(path, keys.sealer())


def test_a_wrong_key_is_refused(store: Store, path: Path) -> None:
    with pytest.raises(StoreError, match=r"store\.key_file"):
        open_store(path, Sealer({1: b"other" * 6 + b"xx"}, 1))


def test_a_key_file_is_made_once_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys.json"
    made = keyfile.create(path)
    assert keyfile.load(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(KeyFileError, match="exists"):
        keyfile.create(path)
    rotated = made.rotated()
    (tmp_path / "new" / "keys.json.new").write_text("left by a crash")
    keyfile.replace(path, rotated)
    assert keyfile.load(path) == rotated
    assert rotated.only_latest_two() == rotated
    assert sorted(rotated.rotated().only_latest_two().keys) == [2, 3]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


GOOD = "a" * 43 + "="


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "not a key file"),
        ("[]", "not a key file"),
        ("{}", "not a key file"),
        ('{"current": 1, "keys": []}', "not a key file"),
        ('{"current": 1, "keys": {"1": 5}}', "not a key file"),
        ('{"current": 1, "keys": {"1": "!!"}}', "not a key file"),
        ('{"current": "x", "keys": {}}', "not a key file"),
        ('{"current": 1, "keys": {"1": "AAAA"}}', "32 bytes"),
        (json.dumps({"current": 2, "keys": {"1": GOOD}}), "the current one"),
        ("\u00e9", "cannot be read"),
    ],
)
def test_a_damaged_key_file_is_refused(tmp_path: Path, text: str, match: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=match):
        keyfile.load(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    keyfile.create(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        keyfile.load(path)


def test_no_key_file_and_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="keys init"):
        keyfile.load(tmp_path / "none.json")
    with pytest.raises(KeyFileError, match="cannot be read"):
        keyfile.load(tmp_path)


def test_a_file_that_is_no_store_and_a_place_for_none_are_refused(tmp_path: Path, sealer: Sealer) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir, this is no database. " * 50)
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(tmp_path / "letter.txt", sealer)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / "letter.txt" / "triage.db", sealer)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path, sealer)


def test_one_server_a_store(store: Store, path: Path) -> None:
    with sole_server(path), pytest.raises(StoreError, match="another"), sole_server(path):
        pass
    with sole_server(path):
        pass


def test_stores_open_side_by_side(opening: Callable[[], Store]) -> None:
    assert opening().trace_key == opening().trace_key


@pytest.mark.parametrize("key", [b"k" * 32, b"k" * 64, b"k" * 65])
def test_an_index_hash_is_an_hmac(key: bytes) -> None:
    expected = hmac.digest(key, b"email\0\xc3\xa9@b.example\0\xed\xa0\x80", "sha256")[:16]
    assert Index(key).hash("email", "é@b.example", "\ud800") == expected
