"""Whether an email is one of our own on its way out (CONTRACT §4.5): only then may an answer to it count as invited.

Anybody can write our address into `From`, and a mail server may send what comes in for us on to an outside address.
So both ends must fit, and there must be proof that the writer logged in.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.reading.authentication import TrustedHosts, received_with
from models.contact import Direction
from models.envelope import Envelope


def direction_of(
    fields: Sequence[tuple[str, str]], *, sender: str | None, envelope: Envelope, ours: TrustedHosts
) -> Direction:
    """OUTBOUND for mail from one of our addresses to somebody outside, whose writer logged in; INBOUND else.

    Proof of the log-in is our own (AUTH) or the newest Received line's, which the server in front of us wrote: its
    `with` protocol ends in A (RFC 3848: ESMTPA, ESMTPSA). `fields`: the header fields, top first, names lower-cased.
    """
    outsiders = [to for to in envelope.rcpt_to if "@" in to and to.rpartition("@")[2].lower() not in ours]
    if not outsiders or not sender or sender.rpartition("@")[2].lower() not in ours:
        return Direction.INBOUND
    newest = next((value for name, value in fields if name == "received"), "")
    logged_in = envelope.authenticated or received_with(newest) in _LOGGED_IN
    return Direction.OUTBOUND if logged_in else Direction.INBOUND


_LOGGED_IN = frozenset({"ESMTPA", "ESMTPSA", "UTF8SMTPA", "UTF8SMTPSA", "LMTPA", "LMTPSA"})
