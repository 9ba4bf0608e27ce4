"""What must always hold of what goes out: nobody's mail vanishes, and nobody who is withheld from gets it."""

from __future__ import annotations

from deciding import CHIEF, HER_EMAIL, OURS, SPOC, at, dossier, email, everything, make_case, organisation
from hypothesis import given
from hypothesis import strategies as st

from gateway.dispatch.payloads import Letter, Relay, read_payload
from gateway.dispatch.plan import plan
from gateway.store.outbox import DispatchKind
from models.decision import Disposition
from models.envelope import Envelope
from routing.decide import decide

ADDRESSES = (CHIEF, SPOC, f"clerk@{OURS}", f"Clerk+x@{OURS.title()}", f"żółw@{OURS}", "a@elsewhere.example", "odd")
KINDS = ("spoc_only", "channel_blocked", "cease_and_desist")


@given(
    written=st.lists(st.sampled_from(ADDRESSES), max_size=4, unique=True),
    rcpt_to=st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=5, unique=True),
    kind=st.sampled_from(KINDS),
    enforcing=st.booleans(),
)
def test_every_recipient_gets_it_or_somebody_does_in_their_place(
    written: list[str], rcpt_to: list[str], kind: str, enforcing: bool
) -> None:
    channels = {"channels": ["email"]} if kind == "channel_blocked" else {}
    text = {"text": "none"} if kind == "cease_and_desist" else {}
    alex = dossier(everything({"kind": kind, **channels, **text}))
    addressed = dict.fromkeys(address.lower() for address in (*rcpt_to, *written))
    contact = email(*addressed)
    made = decide(make_case(contact, alex), now=contact.received_at)
    envelope = Envelope(
        source="smtp", received_at=at("2026-03-02T10:15:00Z"), mail_from=HER_EMAIL, rcpt_to=tuple(rcpt_to)
    )
    planned = plan(
        envelope=envelope,
        contact=contact,
        decision=made,
        organisation=organisation(),
        dossiers=(alex,),
        applies=lambda _strategy: enforcing,
        enforcing=enforcing,
        relayed=False,
        intake_due=contact.received_at,
    )
    payloads = [(dispatch.kind, read_payload(dispatch.payload)) for dispatch in planned.dispatches]
    relayed = [r for _, payload in payloads if isinstance(payload, Relay) for r in payload.recipients]
    reached = {to for k, p in payloads if k is DispatchKind.DIVERT and isinstance(p, Letter) for to in p.recipients}
    diverted = {d.recipient: d.to for d in made.deliveries if d.disposition is Disposition.DIVERT and enforcing}
    assert len(relayed) == len(set(relayed))
    for recipient in rcpt_to:
        instead = diverted.get(recipient.lower())
        assert (recipient in relayed) != (instead in reached if instead else False)
    if not enforcing:
        assert relayed == rcpt_to
