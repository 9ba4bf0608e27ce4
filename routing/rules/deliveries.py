"""Rule 9: divert, never drop. A restriction changes who receives a contact, never whether it is stored and seen."""

from __future__ import annotations

from models.decision import Delivery, Disposition
from models.plain_names import plain
from routing.addresses import email_key, mailbox_key
from routing.case import Case
from routing.consequences import Consequences
from routing.rights import fresh
from routing.rules.enforcement import Enforced, closest_first, protected


def deliveries(case: Case, enforced: tuple[Enforced, ...]) -> tuple[Delivery, ...]:
    """One delivery for every recipient of ours, in the order addressed; none for what was never in transit."""
    if not case.contact.in_transit:
        return ()
    return tuple(_delivery(case, recipient, enforced) for recipient in case.our_recipients)


def _delivery(case: Case, recipient: str, enforced: tuple[Enforced, ...]) -> Delivery:
    diverting = tuple(one for one in enforced if one.diverts(recipient))
    as_addressed = Delivery(recipient=recipient, disposition=Disposition.DELIVER, to=recipient)
    if not diverting or mailbox_key(recipient) in protected(case):
        return as_addressed
    if any(email_key(recipient) == email_key(one.target) for one in enforced) or _is_rights_mail(case, recipient):
        return as_addressed
    return Delivery(
        recipient=recipient,
        disposition=Disposition.DIVERT,
        to=closest_first(diverting)[0].target,
        because=tuple(reason for one in diverting for reason in one.diverts(recipient)),
    )


def _is_rights_mail(case: Case, recipient: str) -> bool:
    """A rights request is delivered where addressed if that is a queue's address (CONTRACT §4.6)."""
    return bool(fresh(case)) and mailbox_key(recipient) in map(mailbox_key, case.organisation.addresses.all())


def protected_mail(case: Case) -> Consequences:
    """The reason where somebody is addressed whom no strategy touches."""
    addressed = set(map(mailbox_key, case.our_recipients))
    kinds = sorted(
        {
            plain(recipient.kind)
            for recipient in case.organisation.protected_recipients
            if mailbox_key(recipient.address) in addressed
        }
    )
    if not kinds:
        return Consequences()
    text = f"Addressed to a protected recipient ({', '.join(kinds)}): never diverted, never a breach."
    return Consequences(reasons=(case.reason("protected_recipient", text),))
