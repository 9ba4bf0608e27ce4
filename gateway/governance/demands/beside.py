"""What else holds for the person: a letter about one strategy says nothing that another of theirs makes untrue."""

from __future__ import annotations

from datetime import date

from gateway.governance.folding import as_of
from gateway.governance.letters.steps import LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile, fold
from models.strategy import Strategy, StrategyStatus


def rules_beside(
    file: StrategyFile, situation: Situation, written: LetterWritten | None = None
) -> tuple[Strategy, ...]:
    """The person's other strategies in force that have restrictions.

    `written`: as their files were when this letter was. What stands in the register only, has no history there.
    """
    day = situation.day if written is None else written.taken_on
    with_file = {one.id for one in situation.earlier}
    files = [one if written is None else as_of(one.id, one.steps, fold, written.at) for one in situation.earlier]
    known = [one.strategy() for one in files if one is not None]
    known += [one for one in situation.strategies if one.id not in with_file]
    return tuple(one for one in known if one.id != file.id and one.restrictions and _holds(one, day))


def _holds(strategy: Strategy, day: date) -> bool:
    """Also where its first day is still to come: they were told that it will hold."""
    return strategy.status is StrategyStatus.ACTIVE and (strategy.ends is None or strategy.ends >= day)
