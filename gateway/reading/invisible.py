"""Characters that the eye does not see: taken out of the text, and read where they carry words of their own."""

from __future__ import annotations

from dataclasses import dataclass

import re2

from gateway.reading.charsets import whole_characters

# Zero width, soft hyphen, word joiners, direction marks and fillers: they split words that the eye reads whole.
_DELETED = dict.fromkeys(
    (0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060, 0x3164, 0xFEFF)
)
_DELETED.update(dict.fromkeys((*range(0x202A, 0x202F), *range(0x2061, 0x2070))))
_TAG_FIRST, _TAG_LAST = 0xE0000, 0xE007F
# A joiner between Latin letters has no work to do there; in Indic and Persian writing it has, and stays.
_LATIN_JOINER = re2.compile(r"([A-Za-z])[\x{200C}\x{200D}]+")
_TAGGED = re2.compile(r"\x{1F3F4}?[\x{E0000}-\x{E007F}]+")
_SUSPECT = re2.compile(
    r"[\x{AD}\x{34F}\x{61C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}"
    r"\x{2060}-\x{206F}\x{3164}\x{FEFF}\x{E0000}-\x{E007F}]"
)


_ASCII = bytes(range(128))


@dataclass(frozen=True, slots=True)
class Seen:
    """`text` as the eye reads it; `hidden` what tag characters spell (Unicode block E0000)."""

    text: str
    hidden: str = ""


def as_seen(text: str) -> Seen:
    """Take invisible characters out of a text."""
    if text.isascii():
        return Seen(text)
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        text = whole_characters(text)
        encoded = text.encode()
    # Few characters of a letter are none of ASCII's: the pattern need look at those only.
    if _SUSPECT.search(encoded.translate(None, _ASCII).decode()) is None:
        return Seen(text)
    spelt: list[str] = []
    for match in _TAGGED.finditer(text):
        tagged = match.group()
        if tagged[0] != "\U0001f3f4":  # a flag's tags are an emoji, not words
            spelt.append(
                "".join(chr(ord(char) - _TAG_FIRST) for char in tagged if 0x20 <= ord(char) - _TAG_FIRST < 0x7F)
            )
    visible = _TAGGED.sub("", text) if spelt else text
    return Seen(_LATIN_JOINER.sub(r"\1", visible.translate(_DELETED)), "\n".join(filter(None, spelt)))
