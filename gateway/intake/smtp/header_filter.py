"""What the way in does with a message's headers: strips `X-Triage-*`, counts `Received`, collects trace values. No I/O.

The header block ends at the first empty line, or at the first line that is neither a field nor a continuation, where
Postfix and Python's parser end it too: a line that people will see as text is never stripped.
"""

from __future__ import annotations

_OURS = b"x-triage-"
_TRACE = b"x-triage-trace"
_PIECE = 4096
_MOST_TRACES = 16


class HeaderFilter:
    """Passes a normalised message through, chunk by chunk. `received` counts hops; `traces` are unfolded values."""

    def __init__(self) -> None:
        self.received = 0
        self.traces: list[bytes] = []
        self._carry = b""
        self._in_body = False
        self._first = True
        self._dropping = False
        self._tracing = False
        self._mid_line = False

    def feed(self, data: bytes) -> bytes:
        """The bytes to keep of `data`. Linear; at most 4 KB wait for the rest of their line."""
        if self._in_body:
            return data
        buffer = self._carry + data
        kept: list[bytes] = []
        start = 0
        while not self._in_body:
            newline = buffer.find(b"\n", start)
            if newline < 0:
                if len(buffer) - start < _PIECE:
                    break
                piece = buffer[start:]
            else:
                piece = buffer[start : newline + 1]
            if self._keeps(piece):
                kept.append(piece)
            self._mid_line = newline < 0
            start += len(piece)
        if self._in_body:
            kept.append(buffer[start:])
            self._carry = b""
        else:
            self._carry = buffer[start:]
        return b"".join(kept)

    def finish(self) -> bytes:
        """What still waited when the data ended."""
        carry, self._carry = self._carry, b""
        return carry if carry and self._keeps(carry) else b""

    def _keeps(self, piece: bytes) -> bool:
        if self._mid_line or piece[:1] in (b" ", b"\t"):
            if self._tracing:
                self._extend_trace(piece)
            return not self._dropping
        first, self._first = self._first, False
        self._dropping = self._tracing = False
        raw_name, colon, value = piece.partition(b":")
        name = raw_name.rstrip(b" \t").lower()
        if not colon or not name or b" " in name or b"\t" in name:
            self._in_body = not (first and piece.startswith((b"From ", b">From ")))
        elif name.startswith(_OURS):
            self._dropping = True
            if name == _TRACE and len(self.traces) < _MOST_TRACES:
                self._tracing = True
                self.traces.append(b"")
                self._extend_trace(value)
        elif name == b"received":
            self.received += 1
        return not self._dropping

    def _extend_trace(self, piece: bytes) -> None:
        known = self.traces[-1]
        if len(known) < _PIECE:
            self.traces[-1] = (known + b" " + piece.strip()).strip()[:_PIECE]
