"""What a disclosure waits for."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.disclosures.steps import SharedUrgently
from gateway.governance.disclosures.taking import may_go_by_consent
from gateway.governance.situation import Situation
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any


def tasks(file: DisclosureFile, situation: Situation) -> Iterator[Task]:
    """The gate's review of what went without it or not as it let it, its answer, and that it goes or is given up."""
    sharing = situation.rules.sharing
    gate = sharing.asked
    if file.unreviewed:
        first = min(one.on for one in file.unreviewed)
        due = situation.working_days_after(first, sharing.emergency_review_working_days)
        urgent = any(isinstance(one, SharedUrgently) for one in file.unreviewed)
        how = "in an emergency" if urgent else "otherwise than it was let go"
        yield for_any(gate, f"{file.id}/review", f"Look at what was shared {how}", due, sharing.cites)
    if file.closed or file.went:
        return
    due = situation.working_days_after((file.gate or file.proposed).taken_on, USUAL_WORKING_DAYS)
    if file.gate is None and not may_go_by_consent(file, situation):
        yield for_any(gate, f"{file.id}/answer", "Answer whether details may be shared", due, sharing.cites)
    else:
        yield Task(f"{file.id}/share", "Share what may be shared and record it, or give it up", None, due)
