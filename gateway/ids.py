"""Ids of our own making: time-ordered, so that an index grows at its end, and unguessable in their second half."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """A UUID version 7 as 32 hex digits (RFC 9562 §5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    tail = bytearray(os.urandom(10))
    tail[0] = 0x70 | (tail[0] & 0x0F)
    tail[2] = 0x80 | (tail[2] & 0x3F)
    return (milliseconds.to_bytes(6, "big") + bytes(tail)).hex()
