"""For which roles what follows a breach is."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.governance.breaches.file import BreachFile, Decision, OpenProposal
from gateway.governance.breaches.letters import letters_to_put_right, to_put_right
from gateway.governance.demands import after_challenge
from gateway.governance.demands.approving import deciding_roles
from gateway.governance.demands.ending import settling_roles
from gateway.governance.demands.occasion import REMINDS
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from models.policy_events import BreachAction


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


def to_decide(proposal: OpenProposal, file: BreachFile, situation: Situation) -> Sequence[str]:
    """Those who decide on a proposal."""
    tightens = proposal.action is BreachAction.TIGHTEN
    return _tightening(proposal.decided_by, file, situation) if tightens else proposal.decided_by


def to_do_it(decision: Decision, file: BreachFile, situation: Situation) -> Sequence[str]:
    """Those who do what was accepted: the role in which it was, and of tightening whoever else may."""
    given = (decision.step.role,) if decision.step.role is not None else ()
    tightens = decision.step.action is BreachAction.TIGHTEN
    return _tightening(given, file, situation, by=decision.step) if tightens else given


def _tightening(
    given: Sequence[str], file: BreachFile, situation: Situation, *, by: Step | None = None
) -> Sequence[str]:
    """Those who make it stricter: the roles to which that is `given`.

    Where a challenge was decided for the person, whoever was disputed does not (`after_challenge`), so that those who
    hear challenges may as well; and a role in which all that are known were disputed comes last, for nobody in it may.
    Whom the register does not list is known where they acted: in `by`.
    """
    strategy, others = situation.strategy(file.strategy), standing_in(file, situation)
    if strategy is None or not others:
        return given

    def is_barred(role: str) -> bool:
        acted = (by.by,) if by is not None and by.role == role else ()
        known = situation.role_holders.get(role) or acted
        return bool(known) and all(after_challenge.was_disputed(name, strategy, situation) for name in known)

    return sorted(dict.fromkeys((*given, *others)), key=is_barred)


def standing_in(file: BreachFile, situation: Situation) -> tuple[str, ...]:
    """Those who tighten beside the ladder's own where a challenge was decided for the person; none otherwise."""
    besides = after_challenge.roles_besides(situation) if situation.strategy(file.strategy) is not None else ()
    return (*deciding(file, situation), *besides) if besides else ()


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
