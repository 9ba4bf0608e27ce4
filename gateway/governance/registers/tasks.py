"""What an entry on a register waits for: its approval, and the yearly look by whoever approved it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gateway.governance.following import last_that_counts
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.rules import rule_of
from gateway.governance.registers.taking import kind_of
from gateway.governance.situation import Situation
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any


def tasks(file: EntryFile, situation: Situation) -> Iterator[Task]:
    """None of a removed entry, nor where the policy keeps the register no more."""
    rule = rule_of(kind_of(file), situation)
    if rule is None or file.closed:
        return
    if file.approved is None:
        changed = max(step.taken_on for step in file.steps if step.kind in ("entered", "amended"))
        due = situation.working_days_after(changed, USUAL_WORKING_DAYS)
        says = "Approve the entry, or have it put right"
        yield for_any(rule.approvers, f"{file.id}/approval", says, due, rule.cites)
    due_on = file.review_due(rule)
    if due_on is not None:
        ahead = due_on - timedelta(days=situation.rules.review.reminder_days)
        # Whoever approved it looks at it again (Stoke 5.3.2), so it is told in the role in which they did.
        theirs = file.approved.role if rule.review_by_approver and file.approved is not None else None
        roles = (theirs,) if theirs else rule.approvers
        yield for_any(roles, f"{file.id}/review", "Look at the entry again", due_on, rule.cites, ahead)
    # Whoever only looked or asked since has done nothing of what the review came to.
    last = last_that_counts(file.steps)[1]
    if file.last_review is not None and file.last_review.outcome != "keep" and last is file.last_review:
        due = situation.working_days_after(file.last_review.taken_on, USUAL_WORKING_DAYS)
        says = "Do what the review came to: amend or remove the entry"
        yield for_any(rule.approvers, f"{file.id}/outcome", says, due, rule.cites)
