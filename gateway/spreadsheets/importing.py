"""A plan carried out: people and matters into the register, then a file for each strategy, drafted and no more.

A strategy stays a draft until there is evidence that the person was told; what the sheet says of that is a note. The
same sheet can be imported again: what is there already is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.faults import NoRegister
from gateway.governance.common_steps import Noted
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.steps import Drafted
from gateway.spreadsheets.plan import Draft, Plan
from gateway.spreadsheets.rows import ReadRow
from gateway.store.errors import StoreError
from models.register import Register


@dataclass(frozen=True, slots=True)
class There:
    """What is there before an import. `register`: without the strategies that have a file; `taken`: their ids."""

    version: int
    register: Register
    taken: frozenset[str]


async def what_is_there(desk: Desk) -> There:
    """To plan an import on. NoRegister where none is loaded."""
    current, register = await desk.store.register.current(), await desk.store.register.export()
    if current is None or register is None:
        raise NoRegister("no register is loaded; first load one with your organisation, `triage register import FILE`")
    taken = frozenset(await desk.store.files.ids_of_kind(STRATEGY.kind, closed=None))
    unmanaged = tuple(strategy for strategy in register.strategies if strategy.id not in taken)
    return There(current.version, register.model_copy(update={"strategies": unmanaged}), taken)


async def carry_out(
    plan: Plan,
    there: There,
    sheet: str,
    desk: Desk,
    *,
    by: str,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _done: None,
) -> None:
    """Write what the plan says. StoreError where the register is another by now than the one it was planned on."""
    if plan.added or plan.extended or plan.matters:
        current = await desk.store.register.current()
        if current is None or current.version != there.version:
            raise StoreError("another register was loaded meanwhile; import the sheet again")
        await desk.store.register_versions.replace(plan.register, actor=by, now=now())
    for done, draft in enumerate(plan.drafts, start=1):
        await desk.begin(STRATEGY, _drafted(draft, by, now()), person=draft.person, id_=draft.id)
        await _note_source(draft, sheet, desk, by, now())
        progress(done)
    # Where an import was cut off between the two steps of a draft.
    bare = {cover.id for cover in await desk.store.files.covers() if cover.steps == 1}
    for draft in plan.again:
        if draft.id in bare:
            await _note_source(draft, sheet, desk, by, now())


async def _note_source(draft: Draft, sheet: str, desk: Desk, by: str, at: datetime) -> None:
    await desk.take(STRATEGY, draft.id, Noted(at=at, by=by, text=_note(draft.row, sheet), document=sheet))


def _drafted(draft: Draft, by: str, at: datetime) -> Drafted:
    row = draft.row
    return Drafted(
        at=at,
        by=by,
        person=draft.person,
        matters=draft.matters,
        reasons=row.reasons,
        restrictions=row.restrictions,
        spoc=row.spoc,
        starts=row.starts,
        ends=row.ends,
        review_due=row.review_due,
    )


def _note(row: ReadRow, sheet: str) -> str:
    lines = [f"Taken over from {sheet}, row {row.number}."]
    if row.notified_on is not None:
        lines.append(
            f"The sheet says that the person was told on {row.notified_on:%d %B %Y}; the evidence is to be put on file."
        )
    return "\n".join((*lines, *row.notes))
