"""Who names those who need to know of a strategy."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.lacks import Lack
from gateway.governance.registers.seeing import may_see_strategy
from gateway.governance.registers.strategies import owner_of
from gateway.governance.registers.taking import rule_of
from gateway.governance.situation import Situation
from gateway.governance.steps import Allowed, NoLongerAllowed
from gateway.governance.strategy_file import StrategyFile


def of_allowing(file: StrategyFile, step: Allowed | NoLongerAllowed, situation: Situation) -> Iterator[Lack]:
    """Somebody who may read it lets others read it."""
    rule = rule_of("strategy", situation)
    if not may_see_strategy(file, step.by, rule, step.role):
        cites = rule.cites if rule is not None else ()
        yield Lack(f"{step.by} is not among those who need to know; ask {owner_of(file)}", cites, "by")
    if isinstance(step, NoLongerAllowed) and step.name not in file.seen_by:
        yield Lack(f"{step.name} is not on the list", field="name")
