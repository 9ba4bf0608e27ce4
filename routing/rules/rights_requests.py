"""Rule 6: rights requests are never withheld: copied, clocked and told to those who answer them."""

from __future__ import annotations

from datetime import date

from models.decision import Alert, AlertKind, Copy, Priority, Queue, ReviewItem
from models.finding import Label, Urgency
from routing.case import Case
from routing.complaint_conflict import RULE, Complaint
from routing.complaint_subject import in_words, subjects
from routing.consequences import Consequences
from routing.due import close_of
from routing.rights import address_of, is_fresh, queue_of, requested, statutory_date


def rights_requests(case: Case, day: date) -> Consequences:
    """For the rights asked for: to each address that answers one a copy and an alert for the digest; a review item.

    A queue's item is due on the earliest of its statutory dates.
    """
    copies: list[Copy] = []
    told: dict[tuple[Queue, str], None] = {}
    due: dict[Queue, date] = {}
    about = conflict = Consequences()
    for label in requested(case):
        queue, to = queue_of(label), address_of(case, label)
        by = statutory_date(case, label, day)
        due[queue] = min(due.get(queue, by), by)
        if (queue, to) not in told:
            told[queue, to] = None
            copies.append(Copy(queue=queue, to=to))
        if label is Label.COMPLAINT:
            about, conflict = _about(case), _conflict(case)
            copies += conflict.copies
    if not copies:
        return Consequences()
    return Consequences(
        copies=tuple(copies),
        review=tuple(
            ReviewItem(queue=queue, priority=Priority.NORMAL, due_at=close_of(case, by)) for queue, by in due.items()
        ),
        alerts=tuple(Alert(kind=AlertKind.RIGHTS, urgency=Urgency.ROUTINE, to=(to,)) for _queue, to in told),
        reasons=(
            *about.reasons,
            *conflict.reasons,
            case.reason("rights_copied", _copied(case), cite_as="rights_request"),
        ),
    )


def _copied(case: Case) -> str:
    if any(is_fresh(case, label) for label in requested(case)):
        return "A rights request is copied to those who answer it, with its statutory date."
    return "What is asked again is copied to those who answer it: whether it is to be answered anew, they say."


def _about(case: Case) -> Consequences:
    """Whom the complaint seems to be about, as a reason for people to read; it sends nothing anywhere."""
    dealt_with_by = case.policy.life.complaints_about
    found = subjects(case.contact, case.scan.findings, dealt_with_by)
    if not found:
        return Consequences()
    return Consequences(reasons=(case.reason("complaint_subject", in_words(found, dealt_with_by)),))


def _conflict(case: Case) -> Consequences:
    """A complaint that names the SPOC, the deputy, the decider or a queue's owner goes also to somebody not named."""
    strategies = tuple(strategy for dossier in case.dossiers for strategy in dossier.strategies)
    complaint = Complaint(case.contact, case.scan.findings, strategies, case.organisation, case.policy)
    if not complaint.named:
        return Consequences()
    decider = complaint.decider
    text = f"The complaint names somebody who would handle it: also to {decider.to}, who decides it."
    return Consequences(copies=(decider,), reasons=(case.reason(RULE, text),))
