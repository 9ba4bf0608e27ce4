"""Who names those who need to know of a strategy."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.lacks import Lack
from gateway.governance.registers.rules import rule_of
from gateway.governance.registers.seeing import may_see_strategy, not_for, not_listed
from gateway.governance.registers.strategies import owner_of
from gateway.governance.situation import Situation
from gateway.governance.steps import Allowed, NoLongerAllowed
from gateway.governance.strategy_file import StrategyFile


def of_allowing(file: StrategyFile, step: Allowed | NoLongerAllowed, situation: Situation) -> Iterator[Lack]:
    """Somebody who may read it lets others read it."""
    rule = rule_of("strategy", situation)
    if not may_see_strategy(file, step.by, rule, step.role):
        yield not_for(step, owner_of(file), rule)
    if isinstance(step, NoLongerAllowed):
        yield from not_listed(step, file.seen_by)
