"""What a disclosure waits for."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.disclosures.taking import may_go_by_consent
from gateway.governance.situation import Situation
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any


def tasks(file: DisclosureFile, situation: Situation) -> Iterator[Task]:
    """The gate's review of what went in an emergency, its answer, and then that it goes or is given up."""
    sharing = situation.rules.sharing
    gate = sharing.asked
    if file.unreviewed:
        first = min(urgent.on for urgent in file.unreviewed)
        due = situation.working_days_after(first, sharing.emergency_review_working_days)
        yield for_any(gate, f"{file.id}/review", "Look at what was shared in an emergency", due, sharing.cites)
    if file.closed or file.went:
        return
    due = situation.working_days_after((file.gate or file.proposed).taken_on, USUAL_WORKING_DAYS)
    if file.gate is None and not may_go_by_consent(file, situation):
        yield for_any(gate, f"{file.id}/answer", "Answer whether details may be shared", due, sharing.cites)
    else:
        yield Task(f"{file.id}/share", "Share what may be shared and record it, or give it up", None, due)
