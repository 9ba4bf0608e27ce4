"""Bytes to text where the declared character set may be missing, wrong or unknown."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from charset_normalizer import from_bytes

_SAMPLE_BYTES = 8_192
_SHORT_BYTES = 64
_ASCII = bytes(range(128))
_DAMAGE_ALLOWED = 0.02
# Registered with Python but no character set of mail; punycode and idna are also quadratic.
_NOT_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
# Labels that in practice mean their Windows superset (WHATWG Encoding Standard, "Names and labels").
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
_PLAIN = b"\t\r\n" + bytes(range(32, 127))
_PLAIN_WORDS = re.compile(rb"[\t\r\n -~]{24}")
_CONTROLS = bytes(range(9)) + bytes((11, *range(14, 27), *range(28, 32)))


@dataclass(frozen=True, slots=True)
class Decoded:
    """`guess`: the character set used where it is not the declared one. `damaged`: characters were lost."""

    text: str
    guess: str | None = None
    damaged: bool = False


@lru_cache(maxsize=256)
def _codec(label: str) -> str | None:
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError, UnicodeError):
        return None
    if info.name in _NOT_CHARSETS or not getattr(info, "_is_text_encoding", True):
        return None
    return info.name


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def whole_characters(text: str) -> str:
    """The text with its surrogates joined to characters, U+FFFD for halves alone: nothing can store those."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _utf16_by_shape(data: bytes) -> str | None:
    """UTF-16 shows itself by its mark, or by Latin text whose every other byte is nought."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = data[:2_000]
    half = len(sample) // 2
    if half < 4:
        return None
    if sample[1::2].count(0) > 0.6 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _is_wide(codec: str | None) -> bool:
    return (codec or "").startswith("utf-16")


def _wide(data: bytes, codec: str | None) -> str | None:
    """`_utf16_by_shape`, but none where nothing declares it and words stand that need no decoding.

    A mail reader that is told of no UTF-16 shows those words, whatever mark the sender put before them.
    """
    wide = _utf16_by_shape(data)
    if wide is None or _is_wide(codec):
        return wide
    plain = len(data.translate(None, _PLAIN)) * 5 < len(data) or _PLAIN_WORDS.search(data) is not None
    return None if plain else wide


def is_binary(data: bytes) -> bool:
    """Whether bytes under a text name hold no text: many control characters, and not UTF-16."""
    sample = data[:16_384]
    if not sample or _utf16_by_shape(sample) is not None:
        return False
    return len(sample) - len(sample.translate(None, _CONTROLS)) > 0.05 * len(sample)


def between_controls(data: bytes) -> bytes:
    """The words that control characters were strewn into, without those; nothing where it is no text at all.

    Most mail programs show such characters as nothing, so people read what is between them.
    """
    left = data.translate(None, _CONTROLS)
    return left if len(left.translate(None, _ASCII)) * 4 < len(data) < len(left) * 2 else b""


def _guessed(data: bytes, codec: str | None) -> Decoded:
    wide = _wide(data, codec)
    if wide is not None:
        text = data.decode(wide, "replace")
        return Decoded(text, wide, "�" in text)
    if (sound := _strict(data, "utf-8")) is not None:
        return Decoded(sound, "utf-8")
    tolerant = data.decode("utf-8", "replace")
    lost = tolerant.count("�")
    if lost * 4 < len(data) - len(tolerant):
        return Decoded(tolerant, "utf-8", lost > _DAMAGE_ALLOWED * len(tolerant) or lost > 20)
    if len(data) < _SHORT_BYTES or 6 * len(data.translate(None, _ASCII)) < len(data):
        # Western European text with a few accents or a pound sign: too little for statistics to tell.
        text = data.decode("cp1252", "replace")
        return Decoded(text, "cp1252", text.count("�") > 20)
    sample = data[:_SAMPLE_BYTES]
    best = from_bytes(sample, steps=3, chunk_size=256, preemptive_behaviour=False).best()
    label = best.encoding if best is not None else "cp1252"
    text = data.decode(label, "replace")
    damage = text.count("�")
    return Decoded(text, label, damage > _DAMAGE_ALLOWED * len(text) or damage > 20)


def decode_text(data: bytes, declared: str | None = None) -> Decoded:
    """Decode by the declared character set where it holds, else by the best guess, which is named.

    Never raises. `declared` is a label as written in the message.
    """
    label = (declared or "").strip().strip("\"'").lower()
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
        label = "utf-8"
    codec = _codec(label) if label else "ascii"
    if data.isascii() and codec != "utf-7" and not (codec or "").startswith(("iso2022", "hz")):
        if b"\x00" in data and (wide := _wide(data, codec)) is not None:
            return Decoded(data.decode(wide, "replace"), None if _is_wide(codec) else wide)
        return Decoded(data.decode("ascii"), None if codec is not None else "ascii")
    if codec is None or codec == "ascii":
        return _guessed(data, codec)
    meant = _MEANT.get(codec, codec)
    text = _strict(data, meant)
    if text is None and meant == "cp1252":
        text = _strict(data, "latin-1")
    if text is not None:
        return Decoded(whole_characters(text) if codec == "utf-7" else text)
    return _guessed(data, codec)
