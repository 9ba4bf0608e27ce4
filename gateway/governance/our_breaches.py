"""What waits where we did not keep to a strategy ourselves (Cleveland 9.11), whichever file has it."""

from __future__ import annotations

from gateway.governance.demands.approving import deciding_roles
from gateway.governance.demands.ending import of_our_breaches
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any


def our_breach_task(file: str, breach: Step, stage: int, situation: Situation, *, how: str = "") -> Task:
    """Swiftly (Cleveland 9.11): as soon as the policy wants a reminder after the person's own.

    `file`: the id of the one that has it. `how`: the command that settles it, where that is no step of this file.
    """
    rule = of_our_breaches(situation.rules)
    says = f"We did not keep to the strategy ourselves: speak to whoever did not, and see that it is put right{how}"
    days = rule.working_days if rule else USUAL_WORKING_DAYS
    roles = (rule.decided_by if rule else ()) or deciding_roles(situation.rules, stage)
    due = situation.working_days_after(breach.taken_on, days)
    return for_any(roles, f"{file}/staff_breach", says, due, rule.cites if rule else ())
