"""What a strategy that stands in the register only asks although the policy forbids it: no step refused it. Pure.

It is said and is a task, and stops no import (docs/explanation/decisions.md, Policies).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from datetime import date

from gateway.governance.demands.measures import beyond_limits_in_register, refusing_in_register, unlisted_in_register
from gateway.governance.lacks import Lack
from gateway.governance.situation import later_by
from models.duration import in_words
from models.matter import Matter
from models.policy_life import LifeRules
from models.register import Register
from models.strategy import Strategy, StrategyStatus


def may_hold(strategy: Strategy, day: date) -> bool:
    """Whether it holds somebody on that day, or will once they are told and it has begun."""
    return strategy.status is StrategyStatus.ACTIVE and (strategy.ends is None or day <= strategy.ends)


def against_policy(
    register: Register, rules: LifeRules, day: date, *, with_a_file: Container[str] = ()
) -> Iterator[str]:
    """In words, those that a register file has; not of those whose file says what they ask."""
    matters = defaultdict[str, list[Matter]](list)
    for matter in register.matters:
        matters[matter.person].append(matter)
    for strategy in register.strategies:
        if may_hold(strategy, day) and strategy.id not in with_a_file:
            refusing = refusing_in_register(strategy, matters[strategy.person], rules)
            for lack in (*refusing, *unlisted_in_register(strategy, rules)):
                yield f"{strategy.id} {_ASKS}: {lack}; take the measure away, or end it"
            for lack in beyond_limits_in_register(strategy, rules):
                yield f"{strategy.id} {_ASKS}: {lack}"
    standing = (one for one in register.strategies if may_hold(one, day) and one.id not in with_a_file)
    yield from _looked_at_too_late([one.id for one in standing if any(review_too_late(one, rules, day))], rules)


def review_too_late(strategy: Strategy, rules: LifeRules, day: date) -> Iterator[Lack]:
    """When it was last looked at nobody knows; that it may not wait so long from now on is sure (Cleveland 9.12)."""
    latest = later_by(max(day, strategy.starts), rules.review.ceiling)
    due, ends = strategy.review_due, strategy.ends
    if due is not None and due > latest and (ends is None or ends > latest):
        yield Lack(f"the review is more than {in_words(rules.review.ceiling)} away", rules.review.cites)


def _looked_at_too_late(ids: Sequence[str], rules: LifeRules) -> Iterator[str]:
    """In one line: a register that was kept otherwise may say it of each."""
    if ids:
        which = ", ".join(ids[:_MOST_NAMED]) + (f" and {more} more" if (more := len(ids) - _MOST_NAMED) > 0 else "")
        away = f"the review is more than {in_words(rules.review.ceiling)} away"
        yield f"{which}: {Lack(away, rules.review.cites)}; the policy wants it sooner"


_MOST_NAMED = 10
_ASKS = "asks what the policy does not let it ask, and holds all the same"
