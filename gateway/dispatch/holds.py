"""Why a message was held on its way in, in words for a person."""

from __future__ import annotations

from models.envelope import MANY_HOPS


def in_words(hold: str) -> str:
    """The reason that an envelope gives, as the middle of a sentence."""
    if hold == MANY_HOPS:
        return "it came through more mail servers (`Received` lines) than `smtp.received_hops` allows"
    return "it had been through this gateway already"
