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
from models.policy_question import Cites
from models.register import Register


async def keep_adjustments(desk: Desk, register: Register) -> tuple[str, ...]:
    """Refused where the register would take away what it was not decided to take away. What was decided, in words.

    What a decision was is in its own words, and what the file makes of it somebody looks at; but that one is altered is
    no leave to take it away, as a file does that was exported before there was that adjustment.

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
    decided: list[str] = []
    cites = (await desk.pack()).cites.get("adjustment_exempts", ())
    people, unread = await desk.store.register.kept_people({*files, *only_registered})
    for before in people:
        own = files[before.id]
        if lost := list(_lost(before, after.get(before.id))):
            under = own[0] if own else only_registered[before.id]
            async for one in _judged(desk, before, lost, after.get(before.id), own, under, cites):
                if isinstance(one, Lack):
                    lacks.append(one)
                else:
                    decided.append(one)
    for id_ in unread:
        text = (
            f"the register's row of {id_} cannot be read, so nobody can tell what they have said that they need; "
            "restore the store from a backup first"
        )
        lacks.append(Lack(text, cites, "adjustments"))
    refuse(lacks)
    return tuple(decided)


def _lost(before: Person, after: Person | None) -> Iterator[Adjustment]:
    if after is not None:  # whoever is left out altogether is refused elsewhere
        yield from (one for one in before.adjustments if not _is_kept(one, after.adjustments))


async def _judged(
    desk: Desk,
    person: Person,
    lost: Sequence[Adjustment],
    after: Person | None,
    files: Sequence[str],
    under: str,
    cites: Cites,
) -> AsyncIterator[Lack | str]:
    """What of it nobody decided, in any of the person's files; which of these cannot be read; and what was decided."""
    decisions: list[tuple[str, AdjustmentChanged]] = []
    for id_ in files:
        try:
            decisions += [(id_, step) for step in _decided(await desk.load(STRATEGY, id_))]
        except (SealError, ValueError):  # ValueError: its first step is no draft
            text = (
                f"{id_} cannot be read, so nobody can tell what was decided of {person.id}'s adjustments; leave those "
                "as they are (`triage register export`) to import the rest, and restore the file from a backup"
            )
            yield Lack(text, cites, "adjustments")
    kept = {one.id for one in after.adjustments} if after is not None else set[str]()
    first = "" if files else "draft its file (`triage strategy draft`), "
    for adjustment in lost:
        gone = adjustment.id not in kept
        of_it = [(id_, step) for id_, step in decisions if step.was == adjustment]
        served = [(id_, step) for id_, step in of_it if step.removed in (None, gone)]
        if served:
            yield _served(person, adjustment, *served[-1], gone=gone)
        elif of_it:
            yield Lack(_otherwise(person, adjustment, *of_it[-1], gone=gone), cites, "adjustments")
        else:
            text = (
                f"{person.id}: adjustment {adjustment.id} is lost or altered while {under} is not over; first {first}"
                f"take advice (`triage strategy advice --adjustment {adjustment.id}`), tell the person, and "
                f"record the change (`triage strategy adjustment {under if files else 'ID'} {adjustment.id}`)"
            )
            yield Lack(text, cites, "adjustments")


def _served(person: Person, adjustment: Adjustment, file: str, step: AdjustmentChanged, *, gone: bool) -> str:
    """What it was changed to is said in words: whether the file says the same, only a reader can tell."""
    done = "taken away" if gone else "altered"
    return (
        f"{person.id}: adjustment {adjustment.id} is {done}, on what {step.by} recorded in {file} on "
        f"{step.taken_on:%d %B %Y}: look whether the register says what was decided"
    )


def _otherwise(person: Person, adjustment: Adjustment, file: str, step: AdjustmentChanged, *, gone: bool) -> str:
    where = f"{person.id}: adjustment {adjustment.id}"
    decided = f"what was decided in {file} on {step.taken_on:%d %B %Y}"
    if gone:
        return (
            f"{where} is missing, and {decided} alters it and does not take it away; put it in as it was decided (a "
            "file that was exported earlier may not have it: export anew and make your changes there), or take advice "
            f"on that and record that it goes (`triage strategy adjustment {file} {adjustment.id} --removed`)"
        )
    return f"{where} is altered, and {decided} takes it away; take it out, or leave it as it is"


def _decided(file: StrategyFile) -> Iterator[AdjustmentChanged]:
    """The last change that was decided of each adjustment. `was`: as it stood then; once altered, it is not as it stood
    then, so that each decision serves one change."""
    last = {step.adjustment: step for _number, step in live_steps(file.steps) if isinstance(step, AdjustmentChanged)}
    yield from (step for step in last.values() if step.was is not None)


def _is_kept(one: Adjustment, among: Sequence[Adjustment]) -> bool:
    """Whether it is there as it was, or with more that it exempts from."""
    return any(
        (other.id, other.need) == (one.id, one.need)
        and set(other.exempts) >= set(one.exempts)
        and all(eased in other.varies for eased in one.varies)
        for other in among
    )
