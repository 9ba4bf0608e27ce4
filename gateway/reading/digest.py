"""The digest of a text, the same however its white space fell: by it two copies of one letter are known."""

from __future__ import annotations

import hashlib

_ASCII_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f"
_OTHER_SPACES = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)


def text_digest(text: str) -> str:
    """SHA-256 of the words parted by one space each, in hex; what cannot be encoded counts as `?`."""
    return hashlib.sha256(_folded(text).encode("utf-8", "replace")).hexdigest()


def _folded(text: str) -> str:
    """`" ".join(text.split())`, without an object for every word of a long letter."""
    for space in _ASCII_SPACES if text.isascii() else _ASCII_SPACES + _OTHER_SPACES:
        text = text.replace(space, " ")
    while "  " in text:  # each turn halves the longest run
        text = text.replace("  ", " ")
    return text.strip(" ")
