"""For which roles what follows a breach is."""

from __future__ import annotations

from gateway.governance.breaches.file import BreachFile, Decision
from gateway.governance.breaches.letters import letters_to_put_right, to_put_right
from gateway.governance.demands.approving import deciding_roles
from gateway.governance.demands.ending import settling_roles
from gateway.governance.demands.occasion import REMINDS
from gateway.governance.situation import Situation
from models.policy_life import BreachAction


def deciding(file: BreachFile, situation: Situation) -> tuple[str, ...]:
    """Those who decide on the strategy."""
    strategy = situation.strategy(file.strategy)
    return deciding_roles(situation.rules, strategy.stage if strategy is not None else 1)


def settling(file: BreachFile, situation: Situation) -> tuple[str, ...]:
    """Those who answer for it where we did not keep to the strategy ourselves."""
    strategy = situation.strategy(file.strategy)
    return settling_roles(situation.rules, strategy.stage if strategy is not None else 1)


def of_rung(action: BreachAction, situation: Situation) -> tuple[str, ...]:
    """Those to whom the policy's ladder gives the decision on an action; none where it gives it to nobody."""
    return next((one.decided_by for one in situation.rules.breaches if one.action is action), ())


def reminding(file: BreachFile, situation: Situation) -> tuple[str, ...]:
    """Those who decide whether a reminder goes; where the policy has none, those who decide on the strategy."""
    named = next((one.decided_by for one in situation.rules.breaches if one.action in REMINDS), ())
    return named or deciding(file, situation)


def answering_for(decision: Decision, situation: Situation) -> tuple[str, ...]:
    """The role in which it was decided, and those that could have."""
    given = (decision.step.role,) if decision.step.role is not None else ()
    return tuple(dict.fromkeys((*given, *of_rung(decision.step.action, situation))))


def putting_right(file: BreachFile, action: BreachAction, situation: Situation) -> tuple[str, ...] | None:
    """Those who put right what was done on a breach that was none; None where nothing of that action waits for it."""
    done = next((one for one in to_put_right(file, situation) if one.step.action is action), None)
    if done is not None:
        return answering_for(done, situation)
    letters = letters_to_put_right(file, situation) if action in REMINDS else ()
    return reminding(file, situation) if letters else None
