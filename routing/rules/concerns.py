"""Rule 8: concerns open their own review and alert, whoever sent them and whatever else applies.

Cleveland 9.10, Warwickshire 7.2: whatever the strategy, all contact is reviewed for criminal matters and safeguarding.
"""

from __future__ import annotations

from datetime import datetime

from models.decision import CONCERN_QUEUES, Alert, AlertKind, Copy, Priority, Queue, Reason
from models.finding import URGENCIES, Finding, Urgency
from models.plain_names import plain
from routing.addresses import identifier_key, mailbox_key, written_key
from routing.case import Case
from routing.consequences import Consequences
from routing.due import review_item
from routing.identity.reply_address import is_to_be_kept_from_another
from routing.rules.identity import NAMES_ANOTHER


def concerns(case: Case, now: datetime, *, restricted: bool) -> Consequences:
    """A review item, a copy and an alert for each category seen, at its most urgent finding.

    `restricted`: a restriction has a say on this contact. It has none on mail to protected recipients alone.
    """
    found = tuple(finding for finding in case.scan.findings if finding.is_concern)
    if not found:
        return Consequences()
    total = Consequences(reasons=(_reason(case, found, restricted=restricted), *_check_address(case)))
    for category, queue in CONCERN_QUEUES.items():
        of_category = tuple(finding for finding in found if finding.category is category)
        if of_category:
            total += _told(case, now, queue, _most_urgent(of_category))
    return total


def _told(case: Case, now: datetime, queue: Queue, urgency: Urgency) -> Consequences:
    priority = Priority.IMMEDIATE if urgency is Urgency.IMMEDIATE else Priority.HIGH
    to = _addresses(case, queue)
    return Consequences(
        copies=tuple(Copy(queue=queue, to=address) for address in to),
        review=(review_item(case, now, queue, priority),),
        alerts=(Alert(kind=AlertKind.CONCERN, urgency=urgency, to=to),),
    )


def _most_urgent(found: tuple[Finding, ...]) -> Urgency:
    return min((finding.urgency for finding in found), key=URGENCIES.index)


def _addresses(case: Case, queue: Queue) -> tuple[str, ...]:
    """The queue's address; for mail to protected recipients alone only whom they name, where they name anybody."""
    named = {mailbox_key(one.address): one.concerns_to for one in case.organisation.protected_recipients}
    addressed = [mailbox_key(recipient) for recipient in case.our_recipients]
    confidential = [concerns_to for recipient in addressed if (concerns_to := named.get(recipient))]
    usual = [] if confidential and set(addressed) <= set(named) else [case.organisation.addresses.of(queue)]
    return tuple(dict.fromkeys([*usual, *confidential]))


def _reason(case: Case, found: tuple[Finding, ...], *, restricted: bool) -> Reason:
    seen = ", ".join(dict.fromkeys(plain(finding.label) for finding in found))
    text = f"A concern ({seen}) is reviewed and alerted at once"
    if restricted:
        return case.reason("concern_overrides_restriction", f"{text}, whatever restriction applies.")
    return case.reason("concern", f"{text}.", cite_as="concern_overrides_restriction")


def _check_address(case: Case) -> tuple[Reason, ...]:
    """Another writer is named, or the address is not safe, or said not to be: an answer may reach the wrong person."""
    another = any(reason.rule == NAMES_ANOTHER for reason in case.identity_reasons)
    if not another and not _is_unsafe(case) and not is_to_be_kept_from_another(case.contact):
        return ()
    return (case.reason("check_reply_address", "Check where an answer goes before you send or say anything."),)


def _is_unsafe(case: Case) -> bool:
    sender = case.contact.sender.identifier or (case.contact.call.caller if case.contact.call else None)
    unsafe = {
        identifier_key(identifier.kind, identifier.value)
        for dossier in case.dossiers
        for identifier in dossier.person.identifiers
        if not identifier.safe
    }
    return sender is not None and written_key(sender) in unsafe
