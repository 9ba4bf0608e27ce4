"""Rule 6: rights requests are never withheld: copied, clocked and told to those who answer them."""

from __future__ import annotations

from datetime import date

from models.decision import Alert, AlertKind, Copy, Priority, Queue, Reason, ReviewItem
from models.finding import Label, Urgency
from routing.case import Case
from routing.complaint_conflict import RULE, Complaint
from routing.complaint_subject import ELSEWHERE, has_more, in_words, subjects, what_to_do
from routing.consequences import Consequences
from routing.due import close_of
from routing.rights import address_of, fresh, queue_of, requested, statutory_date


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
            conflict = _conflict(case)
            about = _about(case, conflict)
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
    if fresh(case):
        return "A rights request is copied to those who answer it, with its statutory date."
    return "What is asked again is copied to those who answer it: whether it is to be answered anew, they say."


def _about(case: Case, conflict: Consequences) -> Consequences:
    """Whom the complaint seems to be about, as a reason for people to read; it sends nothing anywhere."""
    life = case.policy.life
    found = subjects(case.contact, case.scan.findings, life.complaints_about)
    if not found:
        return Consequences()
    cites = tuple(dict.fromkeys(cite for subject in found for cite in life.complaints_rest_on.get(subject, ())))
    about = Reason(rule="complaint_subject", cites=cites, text=in_words(found, life.complaints_about))
    more = has_more(case.contact, {reason.rule for reason in conflict.reasons})
    to_do = what_to_do(found, life, more=more)
    return Consequences(reasons=(about, *((Reason(rule=ELSEWHERE, cites=cites, text=to_do),) if to_do else ())))


def _conflict(case: Case) -> Consequences:
    """A complaint that names the SPOC, the deputy, the decider or a queue's owner goes also to somebody not named."""
    strategies = tuple(strategy for dossier in case.dossiers for strategy in dossier.strategies)
    complaint = Complaint(case.contact, case.scan.findings, strategies, case.organisation, case.policy)
    if not complaint.named:
        return Consequences()
    decider = complaint.decider
    text = f"The complaint names somebody who would handle it: also to {decider.to}, who decides it."
    if complaint.names_everybody:
        text = (
            f"The complaint names everybody who would handle it, {decider.to} too: hand it to somebody not named, and "
            "give the office an address of theirs."
        )
    return Consequences(copies=(decider,), reasons=(case.reason(RULE, text),))
