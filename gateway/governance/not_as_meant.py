"""What a register file says that has no effect, or one that nobody can have meant. Pure.

It refuses nothing: an adjustment may well outlive the measure that it eased.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from gateway.governance.against_policy import may_hold
from models.person import Person
from models.register import Register
from models.strategy import Strategy


def not_as_meant(register: Register, day: date) -> Iterator[str]:
    """In words: whom nothing holds since they are to die on a day to come, and an adjustment that eases no measure."""
    strategies = defaultdict[str, list[Strategy]](list)
    for strategy in register.strategies:
        strategies[strategy.person].append(strategy)
    for person in register.people:
        if person.deceased_on is not None and person.deceased_on > day:
            text = "which is still to come: nothing holds them, and no letter goes to them"
            yield f"{person.id} is said to have died on {person.deceased_on}, {text}"
        theirs = strategies[person.id]
        if any(may_hold(strategy, day) for strategy in theirs):
            yield from _eases_nothing(person, theirs)


def _eases_nothing(person: Person, strategies: list[Strategy]) -> Iterator[str]:
    known = {name for one in strategies for it in one.restrictions for name in (it.id, f"{one.id}/{it.id}")}
    for adjustment in person.adjustments:
        for variation in adjustment.varies:
            if variation.restriction not in known:
                text = f"eases {variation.restriction}, which no strategy of theirs has; they are held to all of it"
                yield f"{person.id}: adjustment {adjustment.id} {text}"
