"""What a decision makes us send, as data: pure, so that it is written in the decision's own transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.dispatch.holds import in_words
from gateway.dispatch.payloads import Letter, Relay, alert_payload
from gateway.dispatch.texts import Decided, alert_text, copy_text, diverted_text
from gateway.store.alerts import NewAlert
from gateway.store.outbox import DispatchKind, NewDispatch
from models.contact import Contact, Direction
from models.decision import (
    CONCERN_QUEUES,
    Alert,
    AlertKind,
    Copy,
    Decision,
    Delivery,
    Disposition,
    Priority,
    Queue,
    ReviewItem,
)
from models.envelope import Envelope
from models.finding import Finding, Urgency
from models.history import Outbound, OutboundKind
from models.organisation import Organisation
from models.register import Dossier
from models.strategy import Spoc
from routing.addresses import domain_key, email_key, mailbox_key

Applies = Callable[[str], bool]

_ALWAYS = frozenset({AlertKind.CONCERN, AlertKind.SYSTEM})

_HEADLINES = {
    AlertKind.CONCERN: "A contact may show that somebody is in danger, or a crime. A person must read it.",
    AlertKind.BREACH: "A contact that a restriction did not allow is flagged. A named person confirms or dismisses it.",
    AlertKind.RIGHTS: "A contact asks for something that the law gives a right to; its clock is running.",
    AlertKind.STRATEGY: "Something is wrong with a strategy itself: its review is overdue, or a part has no effect.",
    AlertKind.SYSTEM: "A contact could not be wholly read or scanned. A person must read it.",
}


@dataclass(frozen=True)
class Plan:
    """What is to be sent and raised. `reviews`: items beside the decision's own. `sent`: the contact, where ours."""

    dispatches: tuple[NewDispatch, ...] = ()
    alerts: tuple[NewAlert, ...] = ()
    sent: Outbound | None = None
    reviews: tuple[ReviewItem, ...] = ()


def plan(
    *,
    envelope: Envelope,
    contact: Contact,
    decision: Decision,
    organisation: Organisation,
    dossiers: tuple[Dossier, ...],
    applies: Applies,
    enforcing: bool,
    relayed: bool,
    intake_due: datetime,
) -> Plan:
    """Everything revision 0 leads to.

    Observing, all mail goes where it was addressed and only concern and system alerts are raised. `relayed`: the
    message went to everybody already, or must go to nobody yet. `intake_due`: when a held one is to be looked at.
    """
    decided = Decided(contact, decision, organisation, dossiers)
    acted_on = enforcing or any(applies(strategy) for strategy in decision.strategies)
    alerts = _alerts(decided, decision.alerts, acted_on=acted_on, applies=applies)
    copies = _copies(decided, decision.copies) if acted_on else ()
    sent = _sent(contact, organisation)
    if envelope.hold is not None:
        held, review = _held(envelope, contact, organisation, intake_due)
        # An alert of ours that comes round would raise another with every turn.
        others = () if contact.email is not None and contact.email.auto_submitted else alerts
        return Plan(alerts=(*others, held), sent=sent, reviews=(review,))
    if not contact.in_transit:
        summary = _summary_to_spoc(decided) if acted_on else ()
        return Plan(dispatches=(*copies, *summary), alerts=alerts, sent=sent)
    if relayed:
        return Plan(dispatches=copies, alerts=alerts, sent=sent)
    withheld = _withheld(envelope, decision, applies=applies, enforcing=enforcing)
    onward = tuple(recipient for recipient in envelope.rcpt_to if recipient not in withheld)
    relays = (release(envelope, onward),) if onward else ()
    diverts = _diverts(decided, tuple(withheld.values()))
    return Plan(dispatches=(*relays, *diverts, *copies), alerts=alerts, sent=sent)


def plan_revision(
    latest: Decision, made: Decision, *, contact: Contact, organisation: Organisation, applies: Applies
) -> Plan:
    """Only what `made` adds to `latest`: copies and alerts. Where the message went stands."""
    # Enforcing for all answers yes to any name, so also to none.
    acted_on = applies("") or any(applies(strategy) for strategy in made.strategies)
    decided = Decided(contact, made, organisation, ())
    copies = tuple((Counter(made.copies) - Counter(latest.copies)).elements())
    alerts = tuple((Counter(made.alerts) - Counter(latest.alerts)).elements())
    return Plan(
        dispatches=_copies(decided, copies) if acted_on else (),
        alerts=_alerts(decided, alerts, acted_on=acted_on, applies=applies),
    )


def relay_all(envelope: Envelope) -> NewDispatch:
    """The message to everybody on its envelope, whatever is decided later (pass-through)."""
    return release(envelope, envelope.rcpt_to)


def release(envelope: Envelope, recipients: tuple[str, ...]) -> NewDispatch:
    """The message to these of its recipients, as it came."""
    payload = Relay(
        mail_from=envelope.mail_from,
        recipients=recipients,
        smtputf8=envelope.smtputf8,
        body_8bit=envelope.body_8bit,
        dsn=envelope.dsn,
    )
    return NewDispatch(DispatchKind.RELAY, payload.model_dump_json())


def original_for(envelope: Envelope, reader: str) -> NewDispatch:
    """The message as it came, for somebody who has to read it: whatever becomes of it, its sender hears nothing."""
    payload = Relay(mail_from="", recipients=(reader,), smtputf8=envelope.smtputf8, body_8bit=envelope.body_8bit)
    return NewDispatch(DispatchKind.RELAY, payload.model_dump_json())


def _withheld(envelope: Envelope, decision: Decision, *, applies: Applies, enforcing: bool) -> dict[str, Delivery]:
    """The envelope's recipients in whose place somebody else gets the message."""
    return {
        recipient: delivery
        for recipient, delivery in diverted(envelope, decision).items()
        if enforcing or any(applies(reason.partition("/")[0]) for reason in delivery.because)
    }


def diverted(envelope: Envelope, decision: Decision) -> dict[str, Delivery]:
    """The envelope's recipients whose message was decided to be diverted, whatever is enforced."""
    if all(delivery.disposition is not Disposition.DIVERT for delivery in decision.deliveries):
        return {}
    decided = {mailbox_key(delivery.recipient): delivery for delivery in decision.deliveries}
    alike = {email_key(delivery.recipient): delivery for delivery in decision.deliveries}
    found = {}
    for recipient in envelope.rcpt_to:
        # As it was decided on; a spelling that nobody decided on goes the way of the address it stands for.
        delivery = decided.get(mailbox_key(recipient)) or alike.get(email_key(recipient))
        if delivery is not None and delivery.disposition is Disposition.DIVERT:
            found[recipient] = delivery
    return found


def _diverts(decided: Decided, withheld: tuple[Delivery, ...]) -> tuple[NewDispatch, ...]:
    """One letter a target, with the original."""
    targets = dict.fromkeys(delivery.to for delivery in withheld)
    letters = (
        Letter(
            recipients=(target,),
            subject=f"Diverted message {decided.contact.id}",
            text=diverted_text(decided, dict.fromkeys(one for one in withheld if one.to == target)),
            attach=True,
            instead=_instead(decided, target, withheld),
        )
        for target in targets
    )
    return tuple(NewDispatch(DispatchKind.DIVERT, letter.model_dump_json()) for letter in letters)


def _instead(decided: Decided, target: str, withheld: tuple[Delivery, ...]) -> tuple[str, ...]:
    """Who gets what was diverted to `target` where that refuses it: the deputy, the office's SPOC, the manager."""
    because = {
        reason.partition("/")[0] for delivery in withheld if delivery.to == target for reason in delivery.because
    }
    addresses = decided.organisation.addresses
    others = (*_deputies(because, decided.dossiers), addresses.of(Queue.SPOC), addresses.manager)
    return tuple(dict.fromkeys(other for other in others if email_key(other) != email_key(target)))


def _copies(decided: Decided, copies: tuple[Copy, ...]) -> tuple[NewDispatch, ...]:
    """One letter an address, for all the queues it stands for."""
    by_address: dict[str, list[str]] = {}
    for each in copies:
        by_address.setdefault(each.to, []).append(each.queue)
    return tuple(_copy(decided, to, tuple(dict.fromkeys(queues))) for to, queues in by_address.items())


def _copy(decided: Decided, to: str, queues: tuple[str, ...]) -> NewDispatch:
    letter = Letter(
        recipients=(to,),
        subject=f"Copy of contact {decided.contact.id} for {', '.join(queues)}",
        text=copy_text(decided, queues),
        attach=decided.contact.in_transit,
    )
    return NewDispatch(DispatchKind.COPY, letter.model_dump_json())


def _summary_to_spoc(decided: Decided) -> tuple[NewDispatch, ...]:
    """A call or letter of somebody restricted, told to the SPOC, where no copy goes there anyway."""
    decision = decided.decision
    if not any(item.queue is Queue.SPOC for item in decision.review):
        return ()
    spocs = [spoc.address for spoc in _spocs(decision.strategies, decided.dossiers)]
    reached = {mailbox_key(copy.to) for copy in decision.copies}
    return tuple(
        _copy(decided, to, (Queue.SPOC,))
        for to in dict.fromkeys(spocs or [decided.organisation.addresses.of(Queue.SPOC)])
        if mailbox_key(to) not in reached
    )


def _alerts(decided: Decided, alerts: tuple[Alert, ...], *, acted_on: bool, applies: Applies) -> tuple[NewAlert, ...]:
    decision = decided.decision
    concerns = _concerns(decision, tuple(alert for alert in alerts if alert.kind is AlertKind.CONCERN))
    breach_applies = any(applies(flagged.strategy) for flagged in decision.breaches)
    raised = []
    for alert in alerts:
        if alert.kind not in _ALWAYS and not (breach_applies if alert.kind is AlertKind.BREACH else acted_on):
            continue
        findings = concerns.pop(0) if alert.kind is AlertKind.CONCERN else ()
        shown = findings if alert.kind is AlertKind.CONCERN else decision.findings
        text = alert_text(decided, _HEADLINES[alert.kind], shown)
        raised.append(
            NewAlert(
                alert.kind,
                alert.urgency,
                alert.to,
                alert_payload(text, alert.to, deputies=deputies_of(decision, decided.dossiers)),
                fold_key=_fold_key(decided.contact, decision, alert.kind, findings),
            )
        )
    return tuple(raised)


def readers_of(decision: Decision, dossiers: Iterable[Dossier]) -> tuple[str, ...]:
    """Who has to read it in others' place or beside them: where it was diverted or copied to, SPOCs and deputies."""
    diverted_to = [one.to for one in decision.deliveries if one.disposition is Disposition.DIVERT]
    spocs = [
        address for spoc in _spocs(decision.strategies, dossiers) for address in (spoc.address, spoc.deputy) if address
    ]
    return tuple(dict.fromkeys([*diverted_to, *(copy.to for copy in decision.copies), *spocs]))


def deputies_of(decision: Decision, dossiers: Iterable[Dossier]) -> tuple[str, ...]:
    """The deputies of the single points of contact of the decision's strategies."""
    return _deputies(decision.strategies, dossiers)


def _deputies(strategies: Container[str], dossiers: Iterable[Dossier]) -> tuple[str, ...]:
    return tuple(spoc.deputy for spoc in _spocs(strategies, dossiers) if spoc.deputy)


def _spocs(strategies: Container[str], dossiers: Iterable[Dossier]) -> Iterator[Spoc]:
    for dossier in dossiers:
        for strategy in dossier.strategies:
            if strategy.id in strategies and strategy.spoc:
                yield strategy.spoc


def _concerns(decision: Decision, alerts: tuple[Alert, ...]) -> list[tuple[Finding, ...]]:
    """The findings behind each concern alert: its category's, where there is one alert a category."""
    found = tuple(finding for finding in decision.findings if finding.is_concern)
    groups = [tuple(f for f in found if f.category is category) for category in CONCERN_QUEUES]
    groups = [group for group in groups if group]
    return groups if len(groups) == len(alerts) else [found for _ in alerts]


def _fold_key(contact: Contact, decision: Decision, kind: AlertKind, findings: tuple[Finding, ...]) -> str | None:
    """What makes a repeat (CONTRACT §6): the sender's same sentence again, or the same strategies broken again."""
    match kind:
        case AlertKind.CONCERN:
            sender = (contact.sender.identifier or "").strip().lower()
            decisive = sorted(f"{f.label}:{_decisive(f)}" for f in findings)
            # Nobody's withheld number is one sender; a finding without words is like no other.
            return "\0".join((sender, *decisive)) if sender and all(_decisive(f) for f in findings) else None
        case AlertKind.BREACH:
            return "\0".join(sorted({flagged.strategy for flagged in decision.breaches}))
        case AlertKind.STRATEGY:
            return "\0".join(sorted(decision.strategies))
        case AlertKind.SYSTEM:
            return "not-scanned"
        case AlertKind.RIGHTS:
            return None


def _decisive(finding: Finding) -> str:
    """The sentence that settled it, without case or spacing."""
    quote = finding.evidence[0].quote if finding.evidence else ""
    return " ".join(quote.casefold().split())


def _held(
    envelope: Envelope, contact: Contact, organisation: Organisation, due_at: datetime
) -> tuple[NewAlert, ReviewItem]:
    manager = organisation.addresses.manager
    text = (
        f"Message {contact.id} is held: {in_words(envelope.hold or '')}, so the mail servers may be passing it round"
        " in a circle. Nobody got it. Look at the route, then release it with"
        f" `triage queue release {contact.id}`."
    )
    alert = NewAlert(
        AlertKind.SYSTEM,
        Urgency.SAME_DAY,
        (manager,),
        alert_payload(text, (manager,), held=contact.id),
        fold_key=f"hold-{envelope.hold}",
    )
    return alert, ReviewItem(queue=Queue.INTAKE, priority=Priority.HIGH, due_at=due_at)


def _sent(contact: Contact, organisation: Organisation) -> Outbound | None:
    """Mail of ours to somebody outside, noted so that an answer to it counts as invited (CONTRACT §4.5)."""
    facts = contact.email
    if facts is None or contact.direction is not Direction.OUTBOUND:
        return None
    ours = frozenset(map(domain_key, organisation.domains))
    outsiders = tuple(to for to in contact.recipients if domain_key(to.rpartition("@")[2]) not in ours)
    if not outsiders:
        return None
    kind = OutboundKind.MESSAGE
    if facts.auto_submitted or facts.is_report:
        kind = OutboundKind.AUTO_ACK
    elif facts.is_bulk:
        kind = OutboundKind.BULK
    return Outbound(
        kind=kind,
        from_=contact.sender.identifier,
        message_id=facts.message_id,
        to=outsiders,
        at=contact.received_at,
    )
