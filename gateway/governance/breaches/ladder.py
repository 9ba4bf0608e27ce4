"""What a policy's ladder proposes on a confirmed breach. It proposes; nothing is sent or tightened by itself."""

from __future__ import annotations

from gateway.governance.breaches.steps import Proposal
from gateway.governance.situation import Situation
from models.policy_events import BreachAction


def reached(count: int, stage: int | None, situation: Situation) -> tuple[Proposal, ...]:
    """The steps that the `count`th confirmed breach reaches. `stage`: the strategy's, None where it is not known."""
    return tuple(
        Proposal(
            action=step.action,
            from_count=step.from_count,
            decided_by=step.decided_by,
            due=situation.working_days_after(situation.day, step.working_days),
            cites=step.cites,
        )
        for step in situation.rules.breaches
        if step.from_count <= count and not (step.action is BreachAction.NEXT_STAGE and _is_last(stage, situation))
    )


def _is_last(stage: int | None, situation: Situation) -> bool:
    return stage is not None and not any(rule.number > stage for rule in situation.rules.stages)
