"""The mark on everything we send, by which we know it when it comes back (a mail loop)."""

from __future__ import annotations

import hmac

_ID_BYTES = 64


class Trace:
    """Signs and knows `X-Triage-Trace` values: `ID HMAC`, so that nobody else can pass off a message as ours."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, contact_id: str) -> str:
        """The header's value for a contact (or an alert, or whatever else the message is about)."""
        return f"{contact_id} {self._mac(contact_id.encode())}"

    def is_ours(self, header_value: bytes) -> bool:
        """Whether this gateway wrote the value; unfolded or not, whatever surrounds it."""
        fields = header_value.split()
        if len(fields) != 2 or len(fields[0]) > _ID_BYTES:
            return False
        return hmac.compare_digest(fields[1], self._mac(fields[0]).encode())

    def _mac(self, contact_id: bytes) -> str:
        return hmac.digest(self._key, b"x-triage-trace\0" + contact_id, "sha256").hex()
