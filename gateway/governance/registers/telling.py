"""What those who need to know are told of a strategy, and when (Stoke 5.2.4, Wealden L84-L86)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.governance.steps import Changed, StrategyStep
from gateway.governance.strategy_changes import holds_at_once, is_told_by_notice
from gateway.governance.strategy_file import StrategyFile
from models.policy_records import RegisterRule

_WHAT: Final[Mapping[str, str]] = {
    "activated": "is in force",
    "urgent": "holds for some days, while the policy's course is taken",
    "change_in_force": "has been changed",
    "extended": "has been extended",
    "ended": "has ended",
}


def comes_to(file: StrategyFile, step: StrategyStep) -> str:
    """The kind of step that says what holds after this one: what waits for no letter is in force at once."""
    if isinstance(step, Changed) and not is_told_by_notice(file) and holds_at_once(file, step):
        return "change_in_force"
    return step.kind


def to_be_told(step: str, rule: RegisterRule | None) -> tuple[str, ...]:
    """The roles that are told of a step of this kind; none where the policy tells nobody, or nothing else holds now."""
    return rule.tells if rule is not None and step in _WHAT else ()


def told(id_: str, step: str, role: str, rule: RegisterRule) -> str:
    """What they are told, which names nobody: how to read it, and on what that rests."""
    rests = f"\n\nIt rests on: {', '.join(rule.cites)}" if rule.cites else ""
    see = f"triage strategy show {id_} --by … --role {role}"
    return f"{id_} {_WHAT[step]}. You are among those who need to know. See it with `{see}`.{rests}"
