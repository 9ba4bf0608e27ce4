"""What a contact says of who it is from, found in the child: hostile text is searched there, not beside the sockets."""

from __future__ import annotations

from pydantic import TypeAdapter

from routing.identity.claim import Claims

_CLAIMS: TypeAdapter[Claims] = TypeAdapter(Claims)


def pack(claims: Claims) -> bytes:
    """Claims as JSON."""
    return _CLAIMS.dump_json(claims)


def unpack(block: bytes) -> Claims:
    """Claims from a child's answer. ValueError where they are none."""
    return _CLAIMS.validate_json(block)
