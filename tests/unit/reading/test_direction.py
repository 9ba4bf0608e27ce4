"""Which emails are our own on their way out: both ends must fit, and the writer must have logged in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.reading.authentication import TrustedHosts
from gateway.reading.direction import direction_of
from gateway.reading.email import read_email
from models.contact import Direction
from models.envelope import Envelope

OURS = TrustedHosts.of(None, ["opcc.example"])
LOGGED_IN = ("received", "from laptop (unknown [203.0.113.9]) by mx.opcc.example (Postfix) with ESMTPSA id 4F; Mon")
FROM_OUTSIDE = ("received", "from mail.far.example by mx.opcc.example (Postfix) with ESMTPS id 4F; Mon")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def envelope(*rcpt_to: str, authenticated: bool = False) -> Envelope:
    return Envelope(source="smtp", received_at=NOON, rcpt_to=rcpt_to, authenticated=authenticated)


@pytest.mark.parametrize(
    ("fields", "sender", "to", "expected"),
    [
        ([LOGGED_IN], "chief@opcc.example", ["alex@far.example"], Direction.OUTBOUND),
        ([LOGGED_IN], "chief@opcc.example", ["alex@far.example", "spoc@opcc.example"], Direction.OUTBOUND),
        ([LOGGED_IN], "chief@opcc.example", ["spoc@opcc.example"], Direction.INBOUND),
        ([LOGGED_IN], "alex@far.example", ["sam@far.example"], Direction.INBOUND),
        # Forged, and sent on to a councillor's own mailbox: nobody logged in.
        ([FROM_OUTSIDE], "chief@opcc.example", ["councillor@far.example"], Direction.INBOUND),
        # A forged Received line below the one our server wrote counts for nothing.
        ([FROM_OUTSIDE, LOGGED_IN], "chief@opcc.example", ["councillor@far.example"], Direction.INBOUND),
        ([], "chief@opcc.example", ["alex@far.example"], Direction.INBOUND),
        ([LOGGED_IN], None, ["alex@far.example"], Direction.INBOUND),
    ],
)
def test_direction(fields: list[tuple[str, str]], sender: str | None, to: list[str], expected: Direction) -> None:
    assert direction_of(fields, sender=sender, envelope=envelope(*to), ours=OURS) is expected


def test_a_client_that_logged_in_to_us_is_proof_too() -> None:
    own = envelope("alex@far.example", authenticated=True)
    assert direction_of([], sender="chief@opcc.example", envelope=own, ours=OURS) is Direction.OUTBOUND


def test_a_whole_email() -> None:
    raw = (
        b"Received: from laptop by mx.opcc.example (Postfix) with ESMTPSA id 4F;\r\n Mon, 2 Mar 2026 12:00:00 +0000\r\n"
        b"From: Chief <chief@opcc.example>\r\nTo: alex@far.example\r\nMessage-ID: <1@opcc.example>\r\n\r\nHello\r\n"
    )
    read = read_email(
        raw, contact_id="C", envelope=envelope("alex@far.example"), domains=["opcc.example"], trusted_authserv=()
    )
    assert read.direction is Direction.OUTBOUND
