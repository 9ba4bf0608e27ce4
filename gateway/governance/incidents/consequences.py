"""What follows an incident by the policy: its questions, its tasks, support for everybody affected, the police."""

from __future__ import annotations

from typing import Final

from gateway.governance.demands.approving import deciding_roles
from gateway.governance.incidents.file import IncidentFile
from gateway.governance.incidents.steps import Ground
from gateway.governance.same_person import same_person
from gateway.governance.situation import Situation
from models.policy_events import IncidentRule, TaskRule
from models.policy_life import LifeRules

POLICE: Final = "police_considered"
"""The task that a decision about the police settles; it follows every incident (POLICY_RULES conflict 12)."""
STRATEGY: Final = "strategy_considered"
_WELFARE: Final = "welfare"
ABOUT_A_STRATEGY: Final = frozenset({STRATEGY, "draft"})


def rule_of(file: IncidentFile, rules: LifeRules) -> IncidentRule:
    """What the pack says of incidents of this kind; nothing special where it does not name them."""
    named = (rule for rule in rules.incidents if rule.kind == file.incident)
    return next(named, IncidentRule(kind=file.incident.value))


def police_task(file: IncidentFile, rules: LifeRules) -> TaskRule:
    """The police decision in the pack's words, or in ours."""
    named = (task for task in rule_of(file, rules).tasks if task.id == POLICE)
    says = "Decide whether police are told; record the decision"
    return next(named, TaskRule(id=POLICE, says=says, to=rules.police.by[0], cites=rules.police.cites))


def tasks_of(file: IncidentFile, rules: LifeRules) -> tuple[TaskRule, ...]:
    """Everything that is to be done or declined, but the police decision."""
    rule = rule_of(file, rules)
    own = [_of_recorder(file, task) for task in rule.tasks if task.id != POLICE]
    return (*own, *_strategy(file, rule, rules), *_welfare(file, rule, rules))


def always_told(file: IncidentFile, rules: LifeRules) -> tuple[Ground, ...]:
    """The grounds of which the police hear whatever anybody thinks of it: `no` is not among the answers."""
    police = rules.police
    return tuple(one for one in file.grounds if one in police.always or one not in police.consider)


def still_owed(file: IncidentFile, rules: LifeRules) -> tuple[tuple[Ground, ...], tuple[str, ...]]:
    """The grounds that the police have yet to hear of, and those affected to whom nobody has seen yet.

    It is owed whoever it was that did it.
    """
    told = file.police is not None and file.police.told
    waiting = {whose(file, task.id, rules) for task in tasks_of(file, rules) if task.id not in file.settled}
    return () if told else always_told(file, rules), tuple(name for name in file.affected if name in waiting)


def whose(file: IncidentFile, task: str, rules: LifeRules) -> str | None:
    """Whose welfare a task is about; None for a task of another kind."""
    if task == _WELFARE:
        return file.recorded_by
    kind, _, number = task.rpartition(".")
    if kind not in {rule.id for rule in rules.welfare}:
        return None
    return (file.recorded_by, *file.affected)[int(number)]


def roles_for(file: IncidentFile, task: TaskRule, situation: Situation) -> tuple[str, ...]:
    """Who sees to a task. Where everybody in its role is whom it is to help, those who else decide here may, too."""
    rules = situation.rules
    helped, holders = whose(file, task.id, rules), situation.role_holders.get(task.to, ())
    if helped is None or not holders or not all(same_person(holder, helped) for holder in holders):
        return (task.to,)
    others = dict.fromkeys((*rules.police.by, *deciding_roles(rules, 1)))
    return (*(role for role in others if role != task.to), task.to)


def _strategy(file: IncidentFile, rule: IncidentRule, rules: LifeRules) -> tuple[TaskRule, ...]:
    """Repeated incidents make a person think of a strategy; the count itself does nothing (Staffordshire 3.4.3)."""
    enough = rule.prompts_strategy_from is not None and file.count >= rule.prompts_strategy_from
    if not enough or any(task.id in ABOUT_A_STRATEGY for task in rule.tasks):
        return ()
    says = f"Consider a strategy: it is number {file.count} of its kind with this person"
    # Whoever decides about the police has the whole incident before them.
    return (TaskRule(id=STRATEGY, says=says, to=rules.police.by[0], working_days=5, cites=rule.cites),)


def _welfare(file: IncidentFile, rule: IncidentRule, rules: LifeRules) -> tuple[TaskRule, ...]:
    """Support for each person affected (Staffordshire 3.2); 0 is whoever recorded it, where nothing else is."""
    numbers = range(1 if any(task.id == _WELFARE for task in rule.tasks) else 0, len(file.affected) + 1)
    return tuple(
        task.model_copy(update={"id": f"{task.id}.{number}", "says": f"{task.says} ({_whom(number)})"})
        for number in numbers
        for task in rules.welfare
    )


def _of_recorder(file: IncidentFile, task: TaskRule) -> TaskRule:
    """Beside the support for each of those affected it says whose it is: else two tasks would read alike."""
    alike = task.id == _WELFARE and file.affected
    return task.model_copy(update={"says": f"{task.says} ({_whom(0)})"}) if alike else task


def _whom(number: int) -> str:
    return f"number {number} of those affected" if number else "whoever recorded it"
