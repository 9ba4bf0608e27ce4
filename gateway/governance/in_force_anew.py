"""What a new register file puts in force, alters or drops by itself, with no step of anybody on a file. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from models.strategy import Strategy, StrategyStatus


def in_force_anew(before: Iterable[Strategy], after: Iterable[Strategy]) -> Iterator[str]:
    """Of the strategies that only the register has, those that hold somebody otherwise than before, in words."""
    held = {one.id: one for one in before if one.status is StrategyStatus.ACTIVE}
    holds = {one.id: one for one in after if one.status is StrategyStatus.ACTIVE}
    for id_, strategy in holds.items():
        if id_ not in held:
            yield f"{id_} is in force by this register: nothing here shows who approved it, nor that they were told"
        elif strategy.restrictions != held[id_].restrictions:
            yield f"{id_} asks other things than before: nothing here shows that they were told"
    for id_ in held:
        if id_ not in holds:
            yield f"{id_} holds nobody any more"
