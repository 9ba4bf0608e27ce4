"""The file of master keys: JSON, readable by its owner only, never in the store it protects."""

from __future__ import annotations

import base64
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from gateway.private_files import flush, write_new
from gateway.store.sealing import KEY_BYTES, Sealer


class KeyFileError(Exception):
    """The key file cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class KeyFile:
    """Master keys by version, and the version that wraps new records."""

    keys: dict[int, bytes]
    current: int

    def sealer(self) -> Sealer:
        """The sealer these keys make."""
        return Sealer(self.keys, self.current)

    def rotated(self) -> KeyFile:
        """The same keys and a fresh current one."""
        version = max(self.keys) + 1
        return KeyFile({**self.keys, version: os.urandom(KEY_BYTES)}, version)

    def only_latest_two(self) -> KeyFile:
        """The current key and the one before it, which a command that ran during the rotation may have wrapped with."""
        kept = sorted(self.keys)[-2:]
        return KeyFile({version: self.keys[version] for version in kept}, self.current)


def create(path: Path) -> KeyFile:
    """A new key file. KeyFileError where one is there already: overwriting it would lose every record."""
    fresh = KeyFile({1: os.urandom(KEY_BYTES)}, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write(path, fresh)
    except FileExistsError:
        raise KeyFileError(f"{path} exists; a new key would make the store unreadable. Move it away first") from None
    return fresh


def replace(path: Path, keys: KeyFile) -> None:
    """Write `keys` in the place of the file, whole or not at all."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    _write(beside, keys)
    beside.replace(path)
    flush(path.parent)


def load(path: Path) -> KeyFile:
    """The keys of a file. KeyFileError names what is wrong with it."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise KeyFileError(f"no key file at {path}; make one with `triage keys init`") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path} cannot be read: {type(error).__name__}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(f"{path} can be read by others; restrict it with `chmod 600 {path}`")
    try:
        document = json.loads(text)
        keys = {int(version): base64.b64decode(key, validate=True) for version, key in document["keys"].items()}
        current = int(document["current"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileError(f"{path} is not a key file: expected current and keys as JSON") from None
    if current not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise KeyFileError(f"{path}: each key is {KEY_BYTES} bytes in base64, and the current one among them")
    return KeyFile(keys, current)


def _write(path: Path, keys: KeyFile) -> None:
    """On the disk at once: a key that the store already relies on must not vanish with the power."""
    document = {
        "current": keys.current,
        "keys": {str(version): base64.b64encode(key).decode() for version, key in sorted(keys.keys.items())},
    }
    write_new(path, json.dumps(document, indent=1).encode("ascii"))
    flush(path)
    flush(path.parent)
