"""The body of a DATA command: where it ends, its dots, its newlines. No I/O.

Only CRLF.CRLF ends the data (RFC 5321 4.1.1.4): LF.LF, LF.CRLF, CR.CR and their kin are text, so nobody can smuggle a
second message past us. Postfix (since 3.9) normalises bare newlines by default and so do we: plain refusal loses mail
of people whose devices send bare LF, and what we send on is clean either way. A bare LF, a bare CR and CRCRLF each
become one CRLF. Dots are unstuffed after a true CRLF only, as only that ends a line.
"""

from __future__ import annotations

_END = b"\r\n.\r\n"
_PREFIXES = tuple(_END[:length] for length in range(len(_END) - 1, 0, -1))


class DataDecoder:
    """Turns the bytes on the wire into the message, whatever the chunking.

    `finished`: the end of data was seen; `leftover` are the bytes after it (pipelined commands).
    `bare_newlines`: a bare CR or LF was seen (and made CRLF).
    """

    def __init__(self) -> None:
        # The CRLF that ended the DATA command begins the first line; it is no part of the message.
        self._carry = b"\r\n"
        self._skip = 2
        self._held_cr = b""
        self.finished = False
        self.leftover = b""
        self.bare_newlines = False

    def feed(self, data: bytes) -> bytes:
        """The next bytes of the message; at most four bytes wait for more. Linear in `data`."""
        buffer = self._carry + data
        end = buffer.find(_END)
        if end >= 0:
            self.finished = True
            self.leftover = buffer[end + len(_END) :]
            ready = buffer[: end + 2]
        else:
            keep = next((len(prefix) for prefix in _PREFIXES if buffer.endswith(prefix)), 0)
            ready, self._carry = buffer[: len(buffer) - keep], buffer[len(buffer) - keep :]
        # A match of CRLF-dot cannot straddle the cut: its beginning would be part of the carry.
        text = ready.replace(b"\r\n.", b"\r\n")
        if self._skip and text:
            text = text[self._skip :]
            self._skip = 0
        return self._normalised(text)

    def _normalised(self, text: bytes) -> bytes:
        pairs = text.count(b"\r\n")
        if not self._held_cr and text.count(b"\n") == pairs and text.count(b"\r") == pairs:
            return text
        self.bare_newlines = True
        text = self._held_cr + text
        self._held_cr = b""
        if not self.finished and text.endswith(b"\r"):
            text, self._held_cr = text[:-1], b"\r"
        text = text.replace(b"\r\r\n", b"\r\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return text.replace(b"\n", b"\r\n")


class LineMeter:
    """Measures lines of normalised text without splitting it."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._run = 0

    def exceeded_by(self, text: bytes) -> bool:
        """Whether a line (without its CRLF) has grown longer than the limit."""
        start, room = 0, self._limit + 2 - self._run
        while len(text) - start > room:
            newline = text.rfind(b"\n", start, start + room)
            if newline < 0:
                return True
            start, room = newline + 1, self._limit + 2
        newline = text.rfind(b"\n", start)
        self._run = len(text) - newline - 1 if newline >= 0 else self._limit + 2 - room + len(text) - start
        return False
