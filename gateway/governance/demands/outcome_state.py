"""How far what a challenge decided is done, as the answer to it tells the person."""

from __future__ import annotations

from enum import StrEnum

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.steps import Outcome
from gateway.governance.demands.carrying_out import changed_since, is_done
from gateway.governance.strategy_file import Standing, StrategyFile


class OutcomeState(StrEnum):
    """`STOOD`: it was decided that it stands, and it was changed since.

    `CHANGED_SINCE`: changed, and nobody who hears challenges has said that it is what was decided.
    """

    STILL_STANDS = "still_stands"
    STOOD = "stood"
    TO_CHANGE = "to_change"
    CHANGED_SINCE = "changed_since"
    NOW_CHANGED = "now_changed"
    TO_END = "to_end"
    OVER = "over"
    TO_BEGIN_AGAIN = "to_begin_again"
    BEGUN_AGAIN = "begun_again"


def outcome_state(file: StrategyFile, challenge: ChallengeFile) -> OutcomeState | None:
    """Of the disputed strategy; None where the challenge is not decided."""
    decided, again = challenge.decided, file.reinstated
    if decided is None:
        return None
    if file.standing.is_over or file.ended_on is not None:
        return OutcomeState.OVER
    if again is not None and again.at > decided.at:
        return OutcomeState.BEGUN_AGAIN if file.standing is Standing.ACTIVE else OutcomeState.TO_BEGIN_AGAIN
    if decided.outcome is Outcome.STANDS:
        return OutcomeState.STOOD if changed_since(file, decided.at) else OutcomeState.STILL_STANDS
    if decided.outcome is Outcome.LIFTED:
        return OutcomeState.TO_END
    if not is_done(file, challenge):
        return OutcomeState.TO_CHANGE
    return OutcomeState.CHANGED_SINCE if challenge.carried_out is None else OutcomeState.NOW_CHANGED
