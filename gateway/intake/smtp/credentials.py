"""Users who may log in: a file of scrypt hashes, one `name:scrypt$N$r$p$salt$hash` a line (base64)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

_N, _R, _P = 2**14, 8, 1
_MOST_MEMORY = 64 * 1024 * 1024
_MOST_PASSWORD_BYTES = 1024


@dataclass(frozen=True, slots=True)
class _Hash:
    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def matches(self, password: bytes) -> bool:
        made = hashlib.scrypt(
            password, salt=self.salt, n=self.n, r=self.r, p=self.p, maxmem=_MOST_MEMORY, dklen=len(self.digest)
        )
        return hmac.compare_digest(made, self.digest)


def hash_password(password: str) -> str:
    """The line's right-hand side for a password."""
    salt = secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MOST_MEMORY, dklen=32)
    return f"scrypt${_N}${_R}${_P}${b64encode(salt).decode()}${b64encode(digest).decode()}"


def _parse_hash(text: str) -> _Hash:
    scheme, n, r, p, salt, digest = text.split("$")
    if scheme != "scrypt":
        raise ValueError
    parsed = _Hash(int(n), int(r), int(p), b64decode(salt, validate=True), b64decode(digest, validate=True))
    if len(parsed.digest) < 16 or 128 * parsed.n * parsed.r > _MOST_MEMORY:
        raise ValueError
    return parsed


class Credentials:
    """Checks names and passwords in a thread, two at a time, so that guessing cannot take the machine."""

    def __init__(self, users: dict[str, str]) -> None:
        self._users = {name: _parse_hash(value) for name, value in users.items()}
        # An unknown name costs the same as a wrong password.
        self._nobody = _parse_hash(hash_password(secrets.token_hex(16)))
        self._slots = asyncio.Semaphore(2)

    @classmethod
    def read(cls, path: Path) -> Credentials:
        """From the file; ValueError names the line that is wrong, never what it holds."""
        users: dict[str, str] = {}
        for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            line = raw.strip()
            if not line or line.startswith("#"):
                continue
            name, _, value = line.partition(":")
            try:
                _parse_hash(value)
            except ValueError:
                raise ValueError(f"{path} line {number}: expected name:scrypt$N$r$p$salt$hash") from None
            users[name] = value
        return cls(users)

    async def accept(self, name: str, password: bytes) -> bool:
        """Whether the password is that user's."""
        known = self._users.get(name)
        async with self._slots:
            matched = await asyncio.to_thread((known or self._nobody).matches, password[:_MOST_PASSWORD_BYTES])
        return matched and known is not None
