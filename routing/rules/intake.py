"""Rule 2: what could not be wholly read or scanned is never "clear": somebody looks at it."""

from __future__ import annotations

from datetime import datetime

from models.decision import Alert, AlertKind, Priority, Queue
from models.finding import Category, Label, Urgency
from routing.case import Case
from routing.consequences import Consequences
from routing.due import review_item
from routing.rules.never_breach import AUTOMATIC_REPLY

_SEEN = {
    Label.SCAN_INCOMPLETE: "The scan did not finish",
    Label.UNREADABLE_PART: "A part could not be read",
    Label.UNSUPPORTED_LANGUAGE: "Some of it is in a language that the scan was not evaluated on",
    Label.LOW_CONFIDENCE_TRANSCRIPT: "The transcript is uncertain",
}


def intake(case: Case, now: datetime) -> Consequences:
    """An `intake` item for whatever escaped the scan, and a `system` alert where the scan itself failed."""
    seen = {finding.label for finding in case.scan.findings if finding.category is Category.SYSTEM}
    seen |= {Label(problem.kind.value) for problem in case.contact.problems}
    if not case.scan.status.complete and not case.scan.status.pending and not seen:
        seen.add(Label.SCAN_INCOMPLETE)
    if not seen:
        return Consequences()
    failed = Label.SCAN_INCOMPLETE in seen
    manager = case.organisation.addresses.manager
    return Consequences(
        review=(review_item(case, now, Queue.INTAKE, Priority.HIGH),),
        alerts=(Alert(kind=AlertKind.SYSTEM, urgency=Urgency.SAME_DAY, to=(manager,)),) if failed else (),
        reasons=tuple(
            case.reason(label.value, f"{text}: a person reads it.", cite_as="always_reviewed")
            for label, text in _SEEN.items()
            if label in seen
        ),
    )


def conduct(case: Case) -> Consequences:
    """Conduct is noted for people to weigh; a score about tone is never a breach (Cleveland 3.1, Wealden L43-L48)."""
    if not any(finding.category is Category.CONDUCT for finding in case.scan.findings):
        return Consequences()
    return Consequences(reasons=(case.reason("conduct_noted", "The tone is noted; it is never a breach by itself."),))


def automatic(case: Case, *, automatic_reply: bool, solicited: bool) -> Consequences:
    """Says of an automatic reply whether anything we sent could have caused it (CONTRACT §4.5)."""
    if not automatic_reply:
        return Consequences()
    if solicited:
        return Consequences(reasons=(case.reason("automatic_reply", AUTOMATIC_REPLY),))
    text = "It says it is automatic, but nothing we sent could have caused it: an ordinary contact."
    return Consequences(reasons=(case.reason("automatic_reply_unsolicited", text),))
