"""What parent and child say to each other: length-prefixed frames of a JSON header and raw byte blocks. No pickles."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BufferedIOBase
from typing import Any

_PREFIX = struct.Struct(">II")
MOST_BYTES = 512 * 1024 * 1024


class FrameError(Exception):
    """The other side closed the line or said something that is no frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: `header` is a JSON object, `blocks` are its byte payloads in order."""

    header: dict[str, Any]
    blocks: Sequence[bytes] = field(default=())

    def encode(self) -> bytes:
        """The frame on the wire."""
        header = json.dumps({**self.header, "sizes": [len(block) for block in self.blocks]}).encode()
        return b"".join((_PREFIX.pack(len(header), sum(map(len, self.blocks))), header, *self.blocks))


def _decode(header: bytes, payload: bytes) -> Frame:
    try:
        told = json.loads(header)
        sizes = [int(size) for size in told.pop("sizes")]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FrameError("a frame's header is not what was agreed") from None
    if min(sizes, default=0) < 0 or sum(sizes) != len(payload):
        raise FrameError("a frame's sizes do not add up")
    blocks, position = [], 0
    for size in sizes:
        blocks.append(payload[position : position + size])
        position += size
    return Frame(told, blocks)


def _lengths(prefix: bytes) -> tuple[int, int]:
    header, payload = _PREFIX.unpack(prefix)
    if header + payload > MOST_BYTES:
        raise FrameError("a frame is over the limit")
    return header, payload


def read_frame(stream: BufferedIOBase) -> Frame | None:
    """The next frame of a blocking stream; None at its end. Raises FrameError on a torn one."""
    prefix = stream.read(_PREFIX.size)
    if not prefix:
        return None
    if len(prefix) < _PREFIX.size:
        raise FrameError("a frame was torn")
    header, payload = _lengths(prefix)
    body = stream.read(header + payload)
    if len(body) < header + payload:
        raise FrameError("a frame was torn")
    return _decode(body[:header], body[header:])


async def receive_frame(reader: asyncio.StreamReader) -> Frame:
    """The next frame of an asyncio stream. Raises FrameError where the line is closed or torn."""
    try:
        header, payload = _lengths(await reader.readexactly(_PREFIX.size))
        return _decode(await reader.readexactly(header), await reader.readexactly(payload))
    except (asyncio.IncompleteReadError, ConnectionError):
        raise FrameError("the line is closed") from None
