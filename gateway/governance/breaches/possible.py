"""Whether what was accepted after a breach can be done: nobody is reminded of, or held tighter to, what is over."""

from __future__ import annotations

from enum import Enum, auto

from gateway.governance.breaches.file import BreachFile, Key
from gateway.governance.demands.occasion import REMINDS
from gateway.governance.strategy_file import Standing, StrategyFile
from models.policy_events import BreachAction


class Possible(Enum):
    """Now, once the strategy is in force again, or not any more."""

    NOW = auto()
    ONCE_IN_FORCE = auto()
    NO_LONGER = auto()


def possible(
    action: BreachAction, answers: frozenset[Key], file: BreachFile, strategy: StrategyFile | None
) -> Possible:
    """Of an action on the breaches that it answers. Police, advice and another stage wait for no strategy.

    Taken up again, a strategy was told anew, and nobody is reminded on what was before (`occasion`). Of a strategy that
    the register alone has, nothing is known: `strategy` None.
    """
    if strategy is None or not (action in REMINDS or action is BreachAction.TIGHTEN):
        return Possible.NOW
    again = strategy.reinstated
    since = (again is None or file.breaches[key].at >= again.at for key in answers if key in file.breaches)
    if strategy.standing.is_over or (action in REMINDS and not any(since)):
        return Possible.NO_LONGER
    return Possible.NOW if strategy.standing is Standing.ACTIVE else Possible.ONCE_IN_FORCE
