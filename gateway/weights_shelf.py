"""The organisation's own weights: versions in folders, and one small file that says which is in use and since when.

    weights/current                             the history, as JSON; replaced whole, never written into
    weights/versions/20261123T101500Z-1f0c…/    manifest.json, fast/, semantic/

A version's name ends with the digest of its manifest, and the manifest has the digest of every other file: a version
is what it was when it was put, or it is refused. This module knows nothing of what is in the files, so that a start
need not import it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from gateway.private_files import flush
from gateway.settings import Settings
from models.base import Model, UtcTime

MANIFEST = "manifest.json"
_CURRENT = "current"
_UNFINISHED = ".unfinished"
_DIGITS = 12
_NAME = re.compile(rf"\d{{8}}T\d{{6}}Z-[0-9a-f]{{{_DIGITS}}}")


class ShelfError(Exception):
    """The own weights cannot be used or changed; the message says why and what to do."""


class Turn(Model):
    """One line of the history. `version` None: the weights that ship with the program."""

    at: UtcTime
    by: str
    what: Literal["put", "rolled back"]
    version: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """A finished version. `digest`: SHA-256 of its manifest."""

    name: str
    folder: Path
    digest: bytes


@cache
def _form() -> TypeAdapter[tuple[Turn, ...]]:
    """Of the file `current`; most starts have none, and need not make it."""
    return TypeAdapter(tuple[Turn, ...])


class Shelf:
    """The folder `weights`; it need not be there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._versions = folder / "versions"

    def history(self) -> tuple[Turn, ...]:
        """Who put what when, oldest first. ShelfError where the file is damaged."""
        path = self._folder / _CURRENT
        try:
            return _form().validate_json(path.read_bytes())
        except FileNotFoundError:
            return ()
        except (OSError, ValidationError) as error:
            raise ShelfError(
                f"{path} cannot be read ({type(error).__name__}): put it back from a backup, or move it away to use "
                "the weights that ship with the program"
            ) from None

    def in_use(self) -> str | None:
        """The version pointed to; None for the weights that ship with the program."""
        line = self._line()
        return line[-1] if line else None

    def folder_in_use(self) -> Path | None:
        """The folder of the version in use, every file of it checked. ShelfError where one is damaged or missing."""
        name = self.in_use()
        if name is None:
            return None
        fault = self._fault(name)
        if fault is not None:
            raise ShelfError(
                f"the weights in use, {self._versions / name}, are damaged ({fault}): go back to those before them "
                "with `triage train --roll-back --by NAME`"
            )
        return self._versions / name

    @contextmanager
    def training(self) -> Iterator[Path]:
        """An empty folder to train into, removed at the end if it was not finished. One training at a time."""
        self._make()
        with (self._folder / ".training").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ShelfError(f"another training writes into {self._folder}; wait for its end") from None
            folder = self._versions / _UNFINISHED
            # Left behind by a training that was killed.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def finish(self, folder: Path, about: Mapping[str, Any], now: datetime) -> Version:
        """Give what was trained into `folder` its manifest and its name. It is not in use by that."""
        written = sorted(folder.rglob("*"))
        files = {str(path.relative_to(folder)): _digest(path) for path in written if path.is_file()}
        for path in written:
            flush(path)
        text = json.dumps({**about, "files": files}, indent=1) + "\n"
        _write(folder / MANIFEST, text.encode())
        flush(folder)
        digest = hashlib.sha256(text.encode())
        name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest.hexdigest()[:_DIGITS]}"
        folder.rename(self._versions / name)
        flush(self._versions)
        return Version(name, self._versions / name, digest.digest())

    def put(self, name: str, *, instead_of: str | None, by: str, now: datetime) -> None:
        """Use a version from the next start on. ShelfError where another is in use than the one it was held against."""
        fault = self._fault(name)
        if fault is not None:
            raise ShelfError(f"{self._versions / name} is damaged ({fault})")
        with self._changing():
            if self.in_use() != instead_of:
                raise ShelfError(
                    f"other weights were put in use meanwhile ({told(self.in_use())}); {name} was not held against "
                    "them: train again"
                )
            self._append(Turn(at=now, by=by, what="put", version=name))

    def roll_back(self, *, by: str, now: datetime) -> tuple[str, str | None]:
        """Use what was in use before: (from, to). A damaged one is passed over. ShelfError where none is before."""
        with self._changing():
            line = self._line()
            if not line:
                raise ShelfError("the weights that ship with the program are in use: there is nothing to go back from")
            sound = [name for name in line[:-1] if self._fault(name) is None]
            version = sound[-1] if sound else None
            self._append(Turn(at=now, by=by, what="rolled back", version=version))
            return line[-1], version

    def _line(self) -> list[str]:
        """The versions that one can go back along, the one in use last."""
        line: list[str] = []
        for turn in self.history():
            if turn.what == "put" and turn.version is not None:
                line.append(turn.version)
            elif turn.what == "rolled back":
                line = line[: line.index(turn.version) + 1] if turn.version in line else []
        return line

    def _fault(self, name: str) -> str | None:
        """What is wrong with a version, None where every file is as it was."""
        folder = self._versions / name
        try:
            text = (folder / MANIFEST).read_bytes()
            if not _NAME.fullmatch(name) or not name.endswith(hashlib.sha256(text).hexdigest()[:_DIGITS]):
                return f"{MANIFEST} is not the one it was put with"
            for file, digest in json.loads(text)["files"].items():
                if _digest(folder / file) != digest:
                    return f"{file} is not the file that {MANIFEST} names"
        except OSError as error:
            return f"{error.strerror}: {Path(str(error.filename)).name}"
        return None

    def _append(self, turn: Turn) -> None:
        text = _form().dump_json((*self.history(), turn), indent=1) + b"\n"
        new = self._folder / f"{_CURRENT}.new"
        _write(new, text)
        new.replace(self._folder / _CURRENT)
        flush(self._folder)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self._make()
        with (self._folder / ".changing").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        """Private: weights learnt from mail tell something of it."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._versions.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise ShelfError(f"{self._folder} cannot be made (setting scan.own_weights): {error.strerror}") from None


def shelf_of(settings: Settings) -> Shelf:
    """The shelf of setting `scan.own_weights`; unset, a folder beside the store."""
    return Shelf(settings.scan.own_weights or settings.store.path.parent / "weights")


def weights_in_use(settings: Settings) -> Path:
    """The folder of weights that the scan reads: the own ones in use, or else those of `scan.weights`.

    ShelfError where own ones are in use and damaged: others are never taken in silence.
    """
    return shelf_of(settings).folder_in_use() or settings.scan.weights


def told(version: str | None) -> str:
    """A version's name for people."""
    return version or "those that ship with the program"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    flush(path)
