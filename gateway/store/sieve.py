"""Keys that a register surely does not hold, told without asking the store.

Most of what a message is looked up by (every number and name in it) is nobody's; a probe of the index for each is most
of what a look-up costs.
"""

from __future__ import annotations

_FEWEST_BITS = 1 << 16
# 8 MB at most, however large the register; a million people with five keys each then fill a twelfth of it.
_MOST_BITS = 1 << 26
_BITS_A_PERSON = 512


class Sieve:
    """One bit for each key, found by the key's hash; two keys may share one, so a bit that is set proves nothing."""

    def __init__(self, people: int) -> None:
        wanted = max(_FEWEST_BITS, min(_MOST_BITS, people * _BITS_A_PERSON))
        bits = 1 << (wanted - 1).bit_length()
        self._mask = bits - 1
        self._bits = bytearray(bits // 8)

    def add(self, hashed: bytes) -> None:
        """`hashed` is a key of the register: 8 bytes or more, evenly spread."""
        place = int.from_bytes(hashed[:8], "little") & self._mask
        self._bits[place >> 3] |= 1 << (place & 7)

    def may_hold(self, hashed: bytes) -> bool:
        """False where no key with this hash was added."""
        place = int.from_bytes(hashed[:8], "little") & self._mask
        return bool(self._bits[place >> 3] >> (place & 7) & 1)
