"""The clocks of rights requests as people work on them: what runs, what stands still, and each step taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from gateway.faults import NoRegister
from gateway.governance.common_steps import Undone
from gateway.governance.course import text_of
from gateway.governance.folding import live_steps
from gateway.governance.rights_steps import (
    CLOCK_STEP,
    KIND,
    PASSED_ON,
    ClockAct,
    ClockStep,
    PartPassedOn,
    PassedOn,
    after,
    clocks_of,
    parts_passed_on,
)
from gateway.policies import Policies
from gateway.store.clocks import ClockItem
from gateway.store.files import NewStep, cannot_be_read
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.finding import Label
from models.organisation import Organisation
from models.plain_names import plain
from models.policy import PolicyPack
from routing.calendar import WorkingCalendar, local_day, local_moment
from routing.complaint_subject import ELSEWHERE, called, has_more, subjects
from routing.rights import asked_in, queue_of
from routing.statutory_clock import NotAllowed, RightsClock, due


@dataclass(frozen=True, slots=True)
class Running:
    """An item with the clock of each right asked for in it, and the steps taken so far.

    `received`, `due`: the days on which it came, and by which the first answer is due, where the organisation is.
    `due_by_right`: the last day for each answer.
    `asked`: the rights that the contact shows.
    `elsewhere`: why it seems to be for another body, until somebody has passed it, or a part of it, on.
    `parts_passed`: what was passed on of a complaint whose rest is due.
    `unread`: why clocks and steps cannot be read, and what to do; the answer is due all the same.
    """

    item: ClockItem
    received: date
    due: date
    clocks: Mapping[Label, RightsClock]
    steps: Sequence[ClockStep]
    due_by_right: Mapping[Label, date]
    asked: Sequence[Label] = ()
    elsewhere: str | None = None
    parts_passed: Sequence[PartPassedOn] = ()
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class _Here:
    """What dates are counted by."""

    zone: ZoneInfo
    policy: PolicyPack
    calendar: WorkingCalendar


class RightsClocks:
    """Reads the clocks and takes steps with them."""

    def __init__(self, store: Store, policies: Policies, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._policies = policies
        self._now = now

    async def running(self) -> list[Running]:
        """Every clock that runs or stands still, soonest due first."""
        here = await self._here()
        return [await self._read_or_due(item, here) for item in await self._store.clocks.running()]

    async def today(self) -> date:
        """The day it is where the organisation is."""
        return local_day(self._now(), (await self._here()).zone)

    async def right_of(self, id_: str, wanted: str | None) -> Label:
        """The right that a step is about: the one named, or the only one. NotAllowed says which there are."""
        running = await self._find(id_, await self._here())
        rights = {right.value: right for right in running.clocks}
        if wanted in rights:
            return rights[wanted]
        if wanted is None and len(rights) == 1:
            return next(iter(rights.values()))
        raise NotAllowed(f"say which right with --right; item {id_} has {', '.join(sorted(rights)) or 'none'}")

    async def take(self, id_: str, step: ClockAct) -> date | None:
        """Take a step; the day on which the item is due now, None where nothing is due any more and it is closed.

        NotAllowed says what stands against it.
        """
        here = await self._here()
        running = await self._find(id_, here)
        if step.right not in running.clocks:
            raise NotAllowed(f"item {id_} is about no {plain(step.right)}")
        if isinstance(step, PassedOn | PartPassedOn):
            await self._check_passing_on(running, step, here.policy)
        clock = after(running.clocks[step.right], step, here.policy, here.calendar)
        others = [one for right, one in running.clocks.items() if right is not step.right]
        return await self._put(running, step, others if clock is None else [*others, clock], here)

    async def undo(self, id_: str, *, by: str, reason: str) -> date | None:
        """Take back the last step with a clock, as if it had not been; the day on which the item is due now.

        An item that the step closed is open again. NotAllowed where there is no step to take back.
        """
        here = await self._here()
        running = await self._find(id_, here, ended_by=PASSED_ON)
        live = live_steps(running.steps)
        if not live:
            raise NotAllowed(f"no step with the clock of item {id_} is there to be taken back")
        step = Undone(number=live[-1][0], reason=reason, by=by, at=self._now())
        clocks = clocks_of(running.asked, running.received, [*running.steps, step])
        return await self._put(running, step, list(clocks.values()), here)

    async def _put(self, running: Running, step: ClockStep, clocks: Sequence[RightsClock], here: _Here) -> date | None:
        """The step, and the day that follows from it; None where no clock is left."""
        day = min((due(one, here.policy, here.calendar) for one in clocks), default=None)
        closes = local_moment(day, here.policy.office_hours.closes, here.zone).astimezone(UTC) if day else None
        new = NewStep(step.kind, text_of(step), step.by, step.at)
        await self._store.clocks.take(running.item.id, KIND, new, expected=len(running.steps), due_at=closes)
        return day

    async def body_for(self, subject: str) -> str:
        """Who deals with a complaint about `subject`, where that is another body. NotAllowed says which there are."""
        life = (await self._here()).policy.life
        if subject not in life.complaints_elsewhere:
            there_are = ", ".join(life.complaints_elsewhere) or "none"
            raise NotAllowed(f"the policy passes on no complaint about {subject!r}; it does about: {there_are}")
        return life.complaints_about[subject]

    async def _check_passing_on(self, running: Running, step: PassedOn | PartPassedOn, policy: PolicyPack) -> None:
        """NotAllowed for a part that was passed on before, and for a whole that seems to have others in it.

        Else the answer to a part that is ours would be due from nobody, because the rest was another body's.
        """
        passed = {part.about for part in running.parts_passed}
        if isinstance(step, PartPassedOn):
            if step.about in passed:
                raise NotAllowed(
                    f"the part about {called(step.about)} was passed on before; the answer to the rest is due"
                )
            return
        if step.whole:
            return
        about = policy.life.complaints_about
        found, more = await self._subjects(running.item, about)
        others = [who for who in found if who not in passed | {step.about}]
        if not others and not more and step.about not in passed:
            return
        seems = " and ".join(f"{called(who)} (who deals with that: {about[who]})" for who in others)
        if others:
            why = f"the complaint seems to be about {seems} as well"
        elif more:
            why = "the complaint seems to be about more than that, such as somebody of ours"
        else:
            why = "that part of it was passed on before"
        raise NotAllowed(
            f"{why}; say --part where only what it says of {called(step.about or 'one')} was passed on and the "
            "answer to the rest is still due from us, or --whole where nothing is left to be answered here"
        )

    async def _subjects(self, item: ClockItem, known: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
        """Whom the complaint seems to be about, and whether about more; nothing where its words are not there."""
        contact = await self._store.recorder.contact(item.contact_id)
        decision = await self._store.recorder.latest(item.contact_id)
        if contact is None or decision is None:
            return (), False
        more = has_more(contact, {reason.rule for reason in decision.reasons})
        return subjects(contact, decision.findings, known), more

    async def _find(self, id_: str, here: _Here, *, ended_by: str | None = None) -> Running:
        item = await self._store.clocks.find(id_, ended_by=ended_by)
        if item is None:
            raise NotAllowed(await self._why_none(id_))
        return await self._read(item, here)

    async def _why_none(self, id_: str) -> str:
        """Why no clock runs on an item, with what to do about it."""
        if await self._store.review.contact_of(id_) is None:
            return f"there is no review item {id_}; `triage clock list` shows the clocks that run"
        if await self._store.review.find(id_) is not None:
            return f"no clock runs on item {id_}; `triage clock list` shows those that do"
        if await self._store.clocks.find(id_, ended_by=PASSED_ON) is not None:
            return f"item {id_} was passed on, and no clock runs on it; `triage clock undo {id_}` takes that back"
        return f"item {id_} is closed, and no clock runs on it; `triage queue reopen {id_}` takes that back"

    async def _read_or_due(self, item: ClockItem, here: _Here) -> Running:
        """One that is damaged is in the way of no other, and its answer is due on the day that stands outside it."""
        try:
            return await self._read(item, here)
        except (SealError, ValueError):  # ValueError: it opens and is none, and its text is content
            unread = cannot_be_read(f"the clock of {item.id}", "what was asked for, or a step with it, does not open")
            received, due_on = local_day(item.received_at, here.zone), local_day(item.due_at, here.zone)
            return Running(item, received, due_on, {}, (), {}, unread=unread)

    async def _read(self, item: ClockItem, here: _Here) -> Running:
        decision = await self._store.recorder.latest(item.contact_id)
        asked = asked_in(decision.findings if decision else ())
        rights = [right for right in asked if queue_of(right) is item.queue]
        steps = [CLOCK_STEP.validate_json(text) for text in await self._store.clocks.steps(item.id)]
        received = local_day(item.received_at, here.zone)
        clocks = clocks_of(rights, received, steps)
        by_right = {right: due(clock, here.policy, here.calendar) for right, clock in clocks.items()}
        reasons = decision.reasons if decision else ()
        passed = parts_passed_on(steps) if Label.COMPLAINT in clocks else ()
        elsewhere = next((reason.text for reason in reasons if reason.rule == ELSEWHERE), None)
        waits = elsewhere if Label.COMPLAINT in clocks and not passed else None
        due_on = local_day(item.due_at, here.zone)
        return Running(item, received, due_on, clocks, steps, by_right, rights, waits, passed)

    async def _here(self) -> _Here:
        current = await self._store.register.current()
        if current is None:
            raise NoRegister
        organisation: Organisation = current.organisation
        policy = self._policies.of(organisation)
        return _Here(ZoneInfo(organisation.timezone), policy, self._policies.calendar(policy))
