"""Bytes of messages that all sessions together may hold in memory."""

from __future__ import annotations


class ByteBudget:
    """Taken without waiting: a session that gets none streams to the store instead, so nothing can deadlock."""

    def __init__(self, total_bytes: int) -> None:
        self._free = total_bytes

    @property
    def free_bytes(self) -> int:
        """What is left; a probe for tests."""
        return self._free

    def take(self, count: int) -> bool:
        """Whether `count` bytes were granted."""
        if count > self._free:
            return False
        self._free -= count
        return True

    def give(self, count: int) -> None:
        """Return what was taken."""
        self._free += count
