"""What somebody under a strategy has disclosed that they need is kept until equality advice was taken.

An adjustment that is lost with a register file would be switched off with nobody deciding it (Cleveland 9.13-9.14).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence

from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack, refuse
from gateway.governance.steps import AdjustmentChanged
from gateway.governance.strategy_file import StrategyFile
from gateway.store.sealing import SealError
from models.person import Adjustment, Person
from models.policy_life import Cites
from models.register import Register


async def keep_adjustments(desk: Desk, register: Register) -> None:
    """Refused where the register would take away what it was not decided to take away.

    Whoever has a strategy that is not over is guarded, be it under way, in force, or in the register only. Files are
    opened of those only who would lose something, so that a damaged one is in nobody else's way.
    """
    files = defaultdict[str, list[str]](list)
    for cover in await desk.store.files.covers():
        if cover.kind == STRATEGY.kind and not cover.closed and cover.person is not None:
            files[cover.person].append(cover.id)
    with_a_file = {one.id for one in await desk.store.register.managed()}
    only_registered = {
        strategy.person: strategy.id
        for strategy in register.strategies
        if strategy.id not in with_a_file and not strategy.status.is_over
    }
    after = {person.id: person for person in register.people}
    lacks: list[Lack] = []
    cites = (await desk.pack()).cites.get("adjustment_exempts", ())
    people, unread = await desk.store.register.kept_people({*files, *only_registered})
    for before in people:
        own = files[before.id]
        if lost := list(_lost(before, after.get(before.id))):
            under = own[0] if own else only_registered[before.id]
            lacks += [lack async for lack in _undecided(desk, before, lost, own, under, cites)]
    for id_ in unread:
        text = (
            f"the register's row of {id_} cannot be read, so nobody can tell what they have said that they need; "
            "restore the store from a backup first"
        )
        lacks.append(Lack(text, cites, "adjustments"))
    refuse(lacks)


def _lost(before: Person, after: Person | None) -> Iterator[Adjustment]:
    if after is not None:  # whoever is left out altogether is refused elsewhere
        yield from (one for one in before.adjustments if not _is_kept(one, after.adjustments))


async def _undecided(
    desk: Desk, person: Person, lost: Sequence[Adjustment], files: Sequence[str], under: str, cites: Cites
) -> AsyncIterator[Lack]:
    """What of it nobody decided, in any of the person's files; and which of these cannot be read."""
    decided: list[Adjustment] = []
    for id_ in files:
        try:
            decided += _decided(await desk.load(STRATEGY, id_))
        except (SealError, ValueError):  # ValueError: its first step is no draft
            text = (
                f"{id_} cannot be read, so nobody can tell what was decided of {person.id}'s adjustments; leave those "
                "as they are (`triage register export`) to import the rest, and restore the file from a backup"
            )
            yield Lack(text, cites, "adjustments")
    first = "" if files else "draft its file (`triage strategy draft`), "
    for adjustment in lost:
        if adjustment not in decided:
            text = (
                f"{person.id}: adjustment {adjustment.id} is lost or altered while {under} is not over; first {first}"
                f"take advice (`triage strategy advice --adjustment {adjustment.id}`), tell the person, and "
                f"record the change (`triage strategy adjustment {under if files else 'ID'} {adjustment.id}`)"
            )
            yield Lack(text, cites, "adjustments")


def _decided(file: StrategyFile) -> Iterator[Adjustment]:
    """The adjustments as they stood when a change of them was decided. Once altered, one is not as it stood then, so
    that each decision serves one change."""
    last = {step.adjustment: step for _number, step in live_steps(file.steps) if isinstance(step, AdjustmentChanged)}
    yield from (step.was for step in last.values() if step.was is not None)


def _is_kept(one: Adjustment, among: Sequence[Adjustment]) -> bool:
    """Whether it is there as it was, or with more that it exempts from."""
    return any(
        (other.id, other.need) == (one.id, one.need)
        and set(other.exempts) >= set(one.exempts)
        and all(eased in other.varies for eased in one.varies)
        for other in among
    )
