"""Where a named person confirms, dismisses or undoes a breach, and the ladder's proposals come and fall with it.

What the breach's row says and what its file says are written in one transaction.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.governance.breaches.file import BreachFile
from gateway.governance.breaches.letters import letters_to_put_right
from gateway.governance.breaches.steps import Because, BreachConfirmed, BreachUndone
from gateway.governance.breaches.untold import as_far_as_told
from gateway.governance.courses import BREACH_RESPONSE, STRATEGY
from gateway.governance.desk import Desk, read_back
from gateway.governance.lacks import Lack, Refused
from gateway.store.review import ListedBreach
from models.decision import Judgement
from models.policy_events import BreachAction
from routing.calendar import local_day

_LEAVES_IT = {Because.ADJUSTMENT: "dismissed", Because.INVITATION: "dismissed", Because.ERROR: "flagged"}
"""An adjustment or an invitation allowed the contact; after an error somebody looks at it anew."""


async def confirm(desk: Desk, step: BreachConfirmed) -> BreachFile:
    """The strategy's file of breaches with this one, and what the ladder proposes on it.

    Refused where the contact came before the person was told: the notice on which it was flagged came back.
    """
    strategy = step.strategy
    await _undecided(desk, step.contact, strategy, step.restriction)
    received = await desk.store.recorder.received_at(step.contact)
    if received is not None:
        day = local_day(received, ZoneInfo((await desk.organisation()).timezone))
        step = step.model_copy(update={"received_on": day})
    decided = desk.store.review.confirming_breach(
        step.contact, strategy, step.restriction, by=step.by, note=step.note or None, now=step.at
    )
    known = await file_of(desk, strategy)
    if known is not None:
        step = step.model_copy(update={"count": known.count + 1})
        return await desk.take(BREACH_RESPONSE, known.id, step, beside=decided)
    before = await desk.store.review.all_breaches(strategy=strategy, status=Judgement.CONFIRMED)
    person, under = await whose(desk, step.contact, strategy)
    policy, version = under or (None, None)
    filled = {"count": len(before) + 1, "person": person, "policy": policy, "policy_version": version}
    step = step.model_copy(update=filled)
    return await desk.begin(BREACH_RESPONSE, step, person=person, under=under, beside=decided)


async def as_told(desk: Desk, file: BreachFile) -> BreachFile:
    """The file without the breaches of what nobody had told the person: how many count, what is proposed on them."""
    situation = await desk.situation(BREACH_RESPONSE, file)
    return as_far_as_told(file, situation.strategy(file.strategy))


async def dismiss(
    desk: Desk, contact: str, strategy: str, restriction: str, *, by: str, note: str, now: datetime
) -> None:
    """It was none, says a named person. What is confirmed is undone instead."""
    await _undecided(desk, contact, strategy, restriction)
    await desk.store.review.decide_breach(
        contact, strategy, restriction, status=Judgement.DISMISSED, by=by, note=note, now=now
    )


async def undo(desk: Desk, strategy: str, step: BreachUndone) -> tuple[BreachAction, ...]:
    """A confirmation is taken back, with its trace. What falls with it, proposed or accepted."""
    breach = await _breach(desk, step.contact, strategy, step.restriction)
    if breach.status != Judgement.CONFIRMED:
        raise Refused([Lack(f"it is not confirmed; it is {breach.status}")])
    taken_back = desk.store.review.undoing_breach(
        step.contact,
        strategy,
        step.restriction,
        status=_LEAVES_IT[step.because],
        because=step.because,
        by=step.by,
        note=step.note,
        now=step.at,
    )
    known = await file_of(desk, strategy)
    if known is None:  # confirmed before breaches had files
        await desk.store.writer.run(taken_back)
        return ()
    taken = await desk.take(BREACH_RESPONSE, known.id, step, beside=taken_back)
    last = taken.steps[-1]
    return last.withdraws if isinstance(last, BreachUndone) else ()


async def letters_gone(desk: Desk, strategy: str) -> tuple[str, ...]:
    """The ids of the letters that told the person of breaches of which none counts any more."""
    file = await file_of(desk, strategy)
    if file is None:
        return ()
    return tuple(sent.letter for sent in letters_to_put_right(file, await desk.situation(BREACH_RESPONSE, file)))


async def file_of(desk: Desk, strategy: str) -> BreachFile | None:
    """The file in which the strategy's breaches are answered, None where none was confirmed yet."""
    files = await desk.every(BREACH_RESPONSE, closed=None)
    return next((file for file in files if file.strategy == strategy), None)


async def _breach(desk: Desk, contact: str, strategy: str, restriction: str) -> ListedBreach:
    breaches = await desk.store.review.all_breaches(strategy=strategy)
    for breach in breaches:
        if (breach.contact_id, breach.restriction) == (contact, restriction):
            return breach
    raise Refused([Lack(f"no breach {strategy}/{restriction} is flagged on {contact}")])


async def _undecided(desk: Desk, contact: str, strategy: str, restriction: str) -> None:
    breach = await _breach(desk, contact, strategy, restriction)
    if breach.status == Judgement.CONFIRMED:
        how = f"triage breach undo {contact} {strategy}/{restriction} --because adjustment|invitation|error"
        raise Refused([Lack(f"it is confirmed; if it was none after all, `{how}`")])


async def whose(desk: Desk, contact: str, strategy: str) -> tuple[str | None, tuple[str, str] | None]:
    """Whose strategy it is, and the pack it is bound to where it has a file."""
    stored = await desk.store.files.read(strategy)
    if stored is not None and stored.kind == STRATEGY.kind and stored.erased_at is None:
        file = read_back(STRATEGY, stored)
        return file.person, (file.policy, file.policy_version)
    decision = await desk.store.recorder.latest(contact)
    people = [match.person for match in decision.matches] if decision else []
    for dossier in await desk.store.register.dossiers(people):
        if any(one.id == strategy for one in dossier.strategies):
            return dossier.person.id, None
    return None, None
