"""Pictures: which of them may hold words, and which are a page's furniture (CONTRACT §4.2)."""

from __future__ import annotations

import struct

import re2

_FURNITURE_NAME = re2.compile(
    r"(?i)(?:^|[^a-z])(?:logo|banner|icon|signature|spacer|pixel|facebook|twitter|linkedin|image00\d)"
)
_FURNITURE_BYTES = 32_768
_FURNITURE_AREA = 300 * 200
_BANNER_HEIGHT = 160


def dimensions(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG; None where it cannot be told, or is said to be nothing."""
    size = _said_size(data)
    return size if size is not None and all(size) else None


def _said_size(data: bytes) -> tuple[int, int] | None:
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:4] == b"GIF8" and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data[:2] == b"\xff\xd8":
        return _jpeg_dimensions(data)
    return None


def _jpeg_dimensions(data: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in (0xC0, 0xC1, 0xC2, 0xC3):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        position += 2 + struct.unpack(">H", data[position + 2 : position + 4])[0]
    return None


def is_furniture(data: bytes, *, inline: bool, name: str | None) -> bool:
    """Whether a picture is a logo, a rule or a tracking pixel. A photograph of a letter is not, even shown inline."""
    size = dimensions(data)
    if size is not None and min(size) <= 3 and len(data) <= _FURNITURE_BYTES:
        return True
    if not inline and not (name and _FURNITURE_NAME.search(name) is not None):
        return False
    if size is None:
        return len(data) <= _FURNITURE_BYTES
    return size[0] * size[1] <= _FURNITURE_AREA or size[1] <= _BANNER_HEIGHT
