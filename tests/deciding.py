"""A small register and its contacts, for tests of what is decided."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from gateway.places import config_directory
from gateway.policies import load_pack
from models.contact import CallFacts, Contact, EmailFacts, Part, Sender, VisitFacts
from models.decision import Decision
from models.finding import CATEGORY_OF, Evidence, Finding, Label
from models.history import EarlierContact, History, Outbound
from models.identity import Match
from models.matter import Matter
from models.organisation import Organisation
from models.person import Person
from models.policy import PolicyPack
from models.register import Dossier
from models.scan import MatterVerdict, ScanResult, ScanStatus
from models.strategy import Strategy
from routing.calendar import WorkingCalendar
from routing.case import Case
from routing.decide import decide

OURS = "council.example"
HER_EMAIL, HER_PHONE = "alex@home.example", "+441632960001"
CHIEF, SPOC, DEPUTY = f"chief@{OURS}", f"spoc.officer@{OURS}", f"deputy@{OURS}"
QUEUES = {
    "spoc": f"contact@{OURS}",
    "manager": f"manager@{OURS}",
    "safeguarding": f"safeguarding@{OURS}",
    "criminal": f"duty@{OURS}",
    "rights": f"rights@{OURS}",
    "appeals": f"appeals@{OURS}",
}
MONDAY = "2026-03-02T10:15:00Z"
CALENDAR = WorkingCalendar(
    holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4)}),
    any_uk_holidays=frozenset({date(2026, 3, 17), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4)}),
)
SAME = MatterVerdict(verdict="same", nearest="M1", similarity=0.9)
SAME_WITH_NEWS = MatterVerdict(verdict="same", nearest="M1", similarity=0.9, new_information=True)
OTHER = MatterVerdict(verdict="same", nearest="M2", similarity=0.9)
NEW = MatterVerdict(verdict="new", nearest="M1", similarity=0.1)
UNCLEAR = MatterVerdict(verdict="unclear", nearest="M1", similarity=0.5)

EXACT = (Match(person="P1", as_="person", strength="exact", by="email"),)

LIFE = load_pack(config_directory() / "policies" / "generic.yaml").life
"""What a pack of the tests says of a strategy's life."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def organisation(**fields: Any) -> Organisation:
    addresses = {**QUEUES, **fields.pop("addresses", {})}
    return Organisation.model_validate({"name": "Council", "domains": [OURS], "addresses": addresses, **fields})


def strategy(*restrictions: dict[str, Any], **fields: Any) -> Strategy:
    return Strategy.model_validate(
        {
            "id": "S1",
            "person": "P1",
            "scope": "matter",
            "matters": ["M1"],
            "status": "active",
            "starts": "2026-01-05",
            "notified_on": "2026-01-06",
            "review_due": "2026-04-05",
            "spoc": {"name": "Robin Marsh", "address": SPOC, "deputy": DEPUTY},
            "restrictions": [{"id": f"R{number}", **one} for number, one in enumerate(restrictions, 1)],
            **fields,
        }
    )


def everything(*restrictions: dict[str, Any], **fields: Any) -> Strategy:
    return strategy(*restrictions, scope="organisation", matters=[], **fields)


def dossier(*strategies: Strategy, review_right: str = "unknown", **person: Any) -> Dossier:
    return Dossier(
        person=Person.model_validate(
            {
                "id": "P1",
                "name": "Alex Frost",
                "identifiers": [{"kind": "email", "value": HER_EMAIL}, {"kind": "phone", "value": HER_PHONE}],
                **person,
            }
        ),
        matters=(
            Matter(id="M1", person="P1", title="A wall", status="concluded", review_right=review_right),
            Matter(id="M2", person="P1", title="A tree", status="concluded"),
        ),
        strategies=strategies,
    )


def email(*recipients: str, received_at: str = MONDAY, text: str = "Hello", **fields: Any) -> Contact:
    recipients = recipients or (CHIEF,)
    facts = {"message_id": "<now@home.example>", "to": recipients, **fields.pop("email", {})}
    return Contact.model_validate(
        {
            "id": "C-now",
            "channel": "email",
            "received_at": received_at,
            "sender": Sender(identifier=HER_EMAIL, authentication="pass"),
            "recipients": recipients,
            "parts": (Part(name="body", text=text),),
            "body_digest": "d-now",
            **fields,
            "email": EmailFacts.model_validate(facts),
        }
    )


def call(received_at: str = MONDAY, **fields: Any) -> Contact:
    facts = {
        "caller": HER_PHONE,
        "called": "01632 960500",
        "duration_seconds": 60,
        "outcome": "answered",
        **fields.pop("call", {}),
    }
    return Contact.model_validate(
        {
            "id": "C-now",
            "channel": "telephone",
            "received_at": received_at,
            "sender": Sender(identifier=HER_PHONE),
            "source_id": "leg-now",
            **fields,
            "call": CallFacts.model_validate(facts),
        }
    )


def visit(**facts: Any) -> Contact:
    recipients = facts.pop("recipients", ())
    return Contact(
        id="C-now",
        channel="visit",
        received_at=MONDAY,
        sender=Sender(identifier="Alex Frost"),
        recipients=recipients,
        visit=VisitFacts.model_validate(facts),
    )


def on(channel: str, **fields: Any) -> Contact:
    sender = Sender(identifier=HER_PHONE if channel in ("sms", "voicemail") else HER_EMAIL)
    return Contact.model_validate(
        {"id": "C-now", "channel": channel, "received_at": MONDAY, "sender": sender, **fields}
    )


def earlier(id_: str, received_at: str, channel: str = "email", **fields: Any) -> EarlierContact:
    return EarlierContact.model_validate(
        {"id": id_, "received_at": received_at, "channel": channel, "person": "P1", "sender": HER_EMAIL, **fields}
    )


def sent(**fields: Any) -> Outbound:
    return Outbound.model_validate(
        {
            "from": CHIEF,
            "message_id": "<ours@council.example>",
            "to": [HER_EMAIL],
            "at": "2026-02-20T09:00:00Z",
            **fields,
        }
    )


def finding(label: str, urgency: str = "routine", quote: str = "") -> Finding:
    evidence = (Evidence(part="body", start=0, end=len(quote), quote=quote, by="lexicon:x"),) if quote else ()
    return Finding(
        category=CATEGORY_OF[Label(label)], label=label, score=0.9, threshold=0.5, urgency=urgency, evidence=evidence
    )


def make_case(contact: Contact, *dossiers: Dossier, **fields: Any) -> Case:
    findings = tuple(finding(f) if isinstance(f, str) else f for f in fields.pop("findings", ()))
    history = fields.pop("history", {})
    return Case(
        **{
            "contact": contact,
            "matches": EXACT,
            "identity_reasons": (),
            "dossiers": dossiers,
            "organisation": organisation(),
            "history": History(**history),
            "scan": ScanResult(findings=findings, status=ScanStatus(complete=True, model="m1")),
            "matter": SAME,
            "policy": PolicyPack(id="test", name="Test", version="1", life=LIFE, cites={"spoc_only": ("Test 1",)}),
            "calendar": CALENDAR,
            **fields,
        }
    )


def decided(contact: Contact, *dossiers: Dossier, **fields: Any) -> Decision:
    return decide(make_case(contact, *dossiers, **fields), now=contact.received_at)


def breached(decision: Decision) -> list[str]:
    return [f"{breach.strategy}/{breach.restriction} {breach.kind}" for breach in decision.breaches]


def delivered(decision: Decision) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    return {d.recipient: (str(d.disposition), d.to, d.because) for d in decision.deliveries}


def diverted_to(decision: Decision) -> dict[str, str]:
    """Recipient to who got it, for those diverted."""
    return {d.recipient: d.to for d in decision.deliveries if d.disposition == "divert"}


def rules(decision: Decision) -> list[str]:
    return [reason.rule for reason in decision.reasons]


def reviewed(decision: Decision) -> dict[str, str]:
    return {item.queue.value: item.priority.value for item in decision.review}


def alerted(decision: Decision) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(alert.kind.value, alert.urgency.value, alert.to) for alert in decision.alerts]


def copied(decision: Decision) -> list[tuple[str, str]]:
    return [(copy.queue, copy.to) for copy in decision.copies]
