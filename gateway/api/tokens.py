"""Links that only those who were sent them can use: signed, for one purpose and thing, until a time."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

_MOST_DIGITS = 12


def sign(key: bytes, purpose: str, id_: str, expires: datetime) -> str:
    """`SECONDS-HMAC`, where SECONDS is when it expires, since 1970."""
    seconds = str(int(expires.timestamp()))
    return f"{seconds}-{_mac(key, purpose, id_, seconds)}"


def verify(key: bytes, purpose: str, id_: str, token: str, now: datetime) -> bool:
    """Whether the token is ours, for this, and not expired."""
    seconds, _, mac = token.partition("-")
    if not (seconds.isascii() and seconds.isdigit()) or len(seconds) > _MOST_DIGITS:
        return False
    genuine = hmac.compare_digest(mac.encode(), _mac(key, purpose, id_, seconds).encode())
    return genuine and int(seconds) > now.timestamp()


def _mac(key: bytes, purpose: str, id_: str, seconds: str) -> str:
    words = "\0".join(("link", purpose, id_, seconds)).encode()
    return hmac.new(key, words, hashlib.sha256).hexdigest()
