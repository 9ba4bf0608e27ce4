"""How much of a message is read."""

from __future__ import annotations

from enum import StrEnum


class Thoroughness(StrEnum):
    """How much of a message is read. Less than `full` is for messages that have cost a reader its life.

    `plain`: its own text and short plain-text files, which no foreign format's parser touches. `no_attachments`: its
    own text alone.
    """

    FULL = "full"
    PLAIN = "plain"
    NO_ATTACHMENTS = "no_attachments"
    HEADERS = "headers"
