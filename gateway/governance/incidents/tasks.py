"""What an incident waits for."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.demands.answering import of_answer
from gateway.governance.incidents.consequences import police_task, roles_for, rule_of, tasks_of
from gateway.governance.incidents.file import IncidentFile
from gateway.governance.situation import Situation
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any


def tasks(file: IncidentFile, situation: Situation) -> Iterator[Task]:
    """Questions, the line manager, the police decision, the policy's own tasks, referrals; last, its closing."""
    if file.closed is not None:
        return
    tomorrow = situation.working_days_after(file.recorded_on, 1)
    rule = rule_of(file, situation.rules)
    left = list(_open(file, situation))
    lacking = [lack for check in rule.asks for lack in of_answer(file.answers.get(check.id), check, blocking=False)]
    if lacking:
        says = f"Answer the questions about the incident ({len(lacking)} open)"
        if len(lacking) == 1:
            says = f"Answer the questions about the incident; {lacking[0].text}"
        left.append(Task(f"{file.id}/answers", says, None, tomorrow, rule.cites))
    if file.manager is None:
        says = "Tell the line manager, and record what they advise"
        left.append(Task(f"{file.id}/manager_told", says, None, tomorrow, rule.cites))
    yield from left
    if not left:
        due = situation.working_days_after(max(step.taken_on for step in file.steps), USUAL_WORKING_DAYS)
        yield Task(f"{file.id}/close", "Close the incident: nothing is left to do", None, due)


def _open(file: IncidentFile, situation: Situation) -> Iterator[Task]:
    rules = situation.rules
    following = [task for task in tasks_of(file, rules) if task.id not in file.settled]
    if file.police is None:
        following.insert(0, police_task(file, rules))
    for task in following:
        due = situation.working_days_after(file.recorded_on, task.working_days)
        yield for_any(roles_for(file, task, situation), f"{file.id}/{task.id}", task.says, due, task.cites)
    for number, referral in enumerate(file.referrals.values(), start=1):
        if referral.answered is None:
            due = situation.working_days_after(referral.made.taken_on, USUAL_WORKING_DAYS)
            named = next((body for body in rules.referrals if body.name == referral.made.body), None)
            asked = f"Ask {named.name}" if named else "Ask"
            cites = named.cites if named else ()
            yield Task(
                f"{file.id}/referral.{number}", f"{asked} what came of a referral, and record it", None, due, cites
            )
