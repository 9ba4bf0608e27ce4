"""Rights requests: which findings are one, where they go, and by when they are to be answered (CONTRACT §4.6).

Freedom of Information Act 2000 s.10; Environmental Information Regulations 2004 reg.5; UK GDPR Art.12(3); Data
Protection Act 2018 s.164A (complaints, 30 days). Warwickshire 9, Wealden L61-L65, Staffordshire 5.3, Stoke 5.2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from models.decision import Queue
from models.finding import Category, Evidence, Finding, Label
from models.matter import ReviewRight
from models.policy import OfficeHours, PolicyPack, RightsClocks
from routing.calendar import WorkingCalendar
from routing.case import Case


def requested(case: Case) -> tuple[Label, ...]:
    """The rights that the contact asks for, in the scan's order."""
    return asked_in(case.scan.findings)


def asked_in(findings: Sequence[Finding]) -> tuple[Label, ...]:
    """The rights that a contact with these findings asks for.

    An appeal against a restriction is worded like one against an outcome: where the same words show both, it is the
    challenge, with its own date and queue.
    """
    found = {finding.label: finding for finding in findings if finding.category is Category.RIGHTS}
    challenge, review = found.get(Label.RESTRICTION_CHALLENGE), found.get(Label.COMPLAINT_REVIEW)
    if challenge and review and review.evidence and all(_is_among(one, challenge) for one in review.evidence):
        del found[Label.COMPLAINT_REVIEW]
    return tuple(found)


def _is_among(evidence: Evidence, finding: Finding) -> bool:
    """Whether it is part of what `finding` rests on."""
    return any(
        other.part == evidence.part and other.start < evidence.end and evidence.start < other.end
        for other in finding.evidence
    )


def fresh(case: Case) -> tuple[Label, ...]:
    """Those asked for that are requests of their own: never a breach, never withheld, and answered by a date."""
    return tuple(label for label in requested(case) if is_fresh(case, label))


def is_fresh(case: Case, label: Label) -> bool:
    """Whether it is a request of its own, not one more round of an old matter.

    A `complaint` is not where the verdict is `same`; a `complaint_review` is not where that matter's right to a
    review is used up or never was. Every other right can be exercised at any time.
    """
    if label is Label.COMPLAINT:
        return not case.is_same_matter
    if label is Label.COMPLAINT_REVIEW:
        return not (case.is_same_matter and review_right(case) in (ReviewRight.USED, ReviewRight.NONE))
    return True


def review_right(case: Case) -> ReviewRight:
    """Whether a review of the nearest matter's outcome can still be applied for."""
    nearest = case.matter.nearest if case.matter else None
    matters = (matter for dossier in case.dossiers for matter in dossier.matters)
    return next((matter.review_right for matter in matters if matter.id == nearest), ReviewRight.UNKNOWN)


def queue_of(label: Label) -> Queue:
    """A challenge to a restriction goes to `appeals`, every other request to `rights`."""
    return Queue.APPEALS if label is Label.RESTRICTION_CHALLENGE else Queue.RIGHTS


def address_of(case: Case, label: Label) -> str:
    """Where the copy goes; a complaint's to `complaints` where the organisation has such an address."""
    addresses = case.organisation.addresses
    if label is Label.COMPLAINT and addresses.complaints:
        return addresses.complaints
    return addresses.of(queue_of(label))


def statutory_date(case: Case, label: Label, received: date) -> date:
    """The day by which `label` is to be answered; the day of receipt is never counted."""
    return answer_due(label, received, case.policy, case.calendar)


def answer_due(label: Label, received: date, policy: PolicyPack, calendar: WorkingCalendar) -> date:
    """`statutory_date` where nothing is known but the pack and its calendar."""
    return _statutory_date(policy.rights, policy.office_hours, calendar, label, received)


@lru_cache(maxsize=1024)  # everything that comes in on one day is due on the same few days
def _statutory_date(
    clocks: RightsClocks, hours: OfficeHours, calendar: WorkingCalendar, label: Label, received: date
) -> date:
    match label:
        case Label.FOI_REQUEST:
            return calendar.add_statutory_working_days(received, clocks.foi_working_days)
        case Label.EIR_REQUEST:
            return calendar.add_statutory_working_days(received, clocks.eir_working_days)
        case Label.SUBJECT_ACCESS_REQUEST | Label.DATA_RIGHTS_REQUEST:
            return calendar.add_statutory_months(received, clocks.data_rights_months)
        case Label.DATA_PROTECTION_COMPLAINT:
            return received + timedelta(days=clocks.data_protection_complaint_days)
    working_days = {
        Label.COMPLAINT: clocks.complaint_working_days,
        Label.COMPLAINT_REVIEW: clocks.complaint_review_working_days,
        Label.RESTRICTION_CHALLENGE: clocks.restriction_challenge_working_days,
        Label.ADJUSTMENT_REQUEST: clocks.adjustment_request_working_days,
    }[label]
    return calendar.add_working_days(received, working_days, hours)
