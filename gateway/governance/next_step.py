"""What a file waits for: the step that comes next in its course, and what that still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.governance.demands import (
    after_challenge,
    approving,
    carrying_out,
    drafting,
    measures,
    occasion,
    stage_before,
    telling,
)
from gateway.governance.lacks import Lack
from gateway.governance.situation import Situation
from gateway.governance.strategy_changes import is_told_by_notice
from gateway.governance.strategy_file import Standing, StrategyFile


@dataclass(frozen=True, slots=True)
class Next:
    """`step`: the step's kind, None where nothing waits; `lacks`: what is missing for it.

    `read_with`: guidance and policies that the policy wants read beside it by whoever restricts somebody. `needs`: what
    the person has told us that they need, before whoever decides anything of them (Cleveland 8.7).
    """

    step: str | None
    lacks: Sequence[Lack] = ()
    read_with: Sequence[str] = ()
    needs: Sequence[str] = ()


def next_step(file: StrategyFile, situation: Situation) -> Next:
    """The next step of a strategy's course."""
    waits = _waits(file, situation)
    if waits.step is None or situation.person is None:
        return waits
    return replace(waits, needs=tuple(adjustment.need for adjustment in situation.person.adjustments))


def _waits(file: StrategyFile, situation: Situation) -> Next:
    read_with = situation.rules.references
    if carrying_out.lifted_by_challenge(file, situation.besides):
        return Next("ended" if file.standing is Standing.ACTIVE else "withdrawn")
    if is_told_by_notice(file) and carrying_out.is_to_be_changed(file, situation.besides):
        return Next("changed")
    match file.standing:
        case Standing.DRAFT if not file.soft:
            acts = approving.of_acts_before(file, situation, "submission")
            return Next("submitted", (*drafting.of_submission(file, situation), *acts), read_with)
        case Standing.SUBMITTED:
            acts = approving.of_acts_before(file, situation, "approval")
            stage = stage_before.of_stage_still(file, situation)
            return Next("acted", (*acts, *measures.of_open_matters(file, situation), *stage), read_with)
        case Standing.APPROVED:
            if file.is_suspended and file.is_lifted:
                return Next("withdrawn")
            if file.is_suspended and occasion.review_has_passed(file, situation):
                return Next("reviewed")
            refused = measures.of_open_matters(file, situation)
            stage = stage_before.of_stage_still(file, situation)
            return Next("activated", (*telling.of_notice(file, situation), *refused, *stage))
        case Standing.ACTIVE if file.changing is not None:
            return Next("change_in_force", tuple(telling.of_change_in_force(file, situation)))
        case Standing.ACTIVE:
            return Next("reviewed")
        case Standing.DRAFT:
            overruled = after_challenge.of_soft_contact(file, situation)
            return Next("activated", (*drafting.of_soft(file, situation), *overruled))
    return Next(None)
