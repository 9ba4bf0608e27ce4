"""What had ended and a new register file brings back by itself, with no step of anybody on a file. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from gateway.governance.against_policy import may_hold
from models.strategy import Strategy, StrategyScope, StrategyStatus


def in_force_again(
    known: Sequence[Strategy], after: Sequence[Strategy], day: date, *, with_a_file: Collection[str] = ()
) -> dict[str, str]:
    """Those that come in force by the register alone and bring back what had ended, by id, in words.

    Whoever was let go is held again by a named person's decision and a new notice, never by a file; under another id it
    would look like any other strategy. `known`: every strategy that there was, those with a file too.
    """
    had = {one.id: one for one in known}
    ended = {one.id: one for one in (*after, *known) if _is_over(one, day)}
    again: dict[str, str] = {}
    for one in after:
        if not may_hold(one, day) or (one.id in had and may_hold(had[one.id], day)):
            continue
        if one.id in ended:
            again[one.id] = f"{one.id} had ended and is in force again by this register: {_NEEDED}"
            continue
        earlier = [old for old in ended.values() if old.person == one.person]
        # What asks the same first: of the two it is the plainer.
        for says, alike in (("asks the same as", _asks_the_same), ("is about the same as", _is_about_the_same)):
            if of_it := [old.id for old in earlier if alike(one, old)]:
                which, have = ", ".join(of_it), "has" if len(of_it) == 1 else "have"
                files = [id_ for id_ in of_it if id_ in with_a_file]
                how = f" {_taken_up_again(ended[files[0]])}" if files else ""
                text = f"{one.id} is in force by this register and {says} {which}, which {have} ended"
                again[one.id] = f"{text}: {_NEEDED}{how}"
                break
    return again


_NEEDED = "to hold them again wants a new decision and a new notice, and nothing here shows either: was it meant?"


def _taken_up_again(strategy: Strategy) -> str:
    """What leads there from where its own file stands."""
    rests = "" if strategy.status is StrategyStatus.DORMANT else f"`triage strategy dormant {strategy.id}`, then "
    return f"(on its own file it is taken up again: {rests}`triage strategy reinstate {strategy.id}`)"


def _is_over(strategy: Strategy, day: date) -> bool:
    return strategy.status.is_over or (strategy.status is StrategyStatus.ACTIVE and not may_hold(strategy, day))


def _asks_the_same(one: Strategy, old: Strategy) -> bool:
    """Whatever its restrictions are called, and in whatever order they stand."""
    asked, was_asked = ([each.model_copy(update={"id": ""}) for each in of.restrictions] for of in (one, old))
    return bool(asked) and all(each in was_asked for each in asked) and all(each in asked for each in was_asked)


def _is_about_the_same(one: Strategy, old: Strategy) -> bool:
    """A matter of both; with everything, another about everything."""
    both = {one.scope, old.scope}
    if both == {StrategyScope.MATTER}:
        return not set(one.matters).isdisjoint(old.matters)
    return both == {StrategyScope.ORGANISATION}
