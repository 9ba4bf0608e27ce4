"""Messages that were accepted a moment ago and are still in memory, so that nobody need read them back at once.

The store is what counts: whatever is not here is read from it. What was put in first goes first, by bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from models.envelope import Envelope

Message = tuple[Envelope, bytes]

# Some forty messages of 50 KB: more than are ever between their 250 and their relay when nothing is late.
_MOST_BYTES = 2 * 1024 * 1024
# What each costs beside its bytes: the envelope and its place here.
_OVERHEAD_BYTES = 2048


class FreshMessages:
    """By contact id. Used from the event loop alone."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, Message] = OrderedDict()
        self._bytes = 0

    def put(self, contact_id: str, envelope: Envelope, content: bytes) -> None:
        """Keep a message whose commit is on the disk."""
        self._kept[contact_id] = envelope, content
        self._bytes += len(content) + _OVERHEAD_BYTES
        while self._bytes > self._most_bytes:
            self.forget([next(iter(self._kept))])

    def of(self, contact_ids: Sequence[str]) -> list[Message] | None:
        """All of these, in their order; None where any is not here."""
        found = [message for contact_id in contact_ids if (message := self._kept.get(contact_id)) is not None]
        return found if len(found) == len(contact_ids) else None

    def forget(self, contact_ids: Sequence[str]) -> None:
        """These are needed no more."""
        for contact_id in contact_ids:
            message = self._kept.pop(contact_id, None)
            if message is not None:
                self._bytes -= len(message[1]) + _OVERHEAD_BYTES
