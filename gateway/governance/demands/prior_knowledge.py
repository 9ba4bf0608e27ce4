"""Who knew the person or the issue before, as the person's files have it (Wealden L119-L121)."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.governance.cases.steps import ActionAdded, ConferenceHeld
from gateway.governance.common_steps import LookedIn
from gateway.governance.folding import live_steps
from gateway.governance.incidents.steps import Added, ManagerTold, Recorded
from gateway.governance.same_person import in_doubt, who_it_may_be
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import Acted, AdviceTaken, Reviewed
from gateway.governance.strategy_file import StrategyFile


def known_from(file: StrategyFile, step: Acted, situation: Situation) -> str | None:
    """Why whoever acts is not somebody who knew nothing; None where no file about the person says so.

    Reading a file, or deciding this same act before and sending it back, is what the act itself asks for. Whoever is
    named, as allowed to read it or to act, need not have done so.
    """
    for one in (file, *situation.earlier, *situation.besides):
        for _number, earlier in live_steps(one.steps):
            same_act = one is file and isinstance(earlier, Acted) and earlier.act == step.act
            if isinstance(earlier, LookedIn) or same_act:
                continue
            if (name := who_it_may_be(step.by, (earlier.by,))) is not None:
                text = f"{step.by} has acted in {one.id} before, and so knew of it; ask somebody else"
                return text + in_doubt(step.by, name)
            if (name := who_it_may_be(step.by, _who_heard(earlier))) is not None:
                text = (
                    f"{step.by} was asked or told about it before, as {one.id} has it, and so knew; ask somebody else"
                )
                return text + in_doubt(step.by, name)
    return None


def _who_heard(step: Step) -> Iterable[str]:
    """Who is on the file as having been asked or told about it by whoever took the step."""
    match step:
        case Reviewed():
            return step.consulted
        case AdviceTaken():
            return (step.adviser,)
        case ManagerTold():
            return (step.manager,)
        case Recorded() | Added():
            return step.affected
        case ConferenceHeld():
            return (*step.present, *(action.owner for action in step.actions))
        case ActionAdded():
            return (step.action.owner,)
    return ()
