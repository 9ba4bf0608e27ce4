"""Gathers what the annual report counts, from the store, the register and the strategies' files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.faults import NoRegister
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.folding import live_steps
from gateway.governance.reports.annual import ItemFacts, StrategyFacts, YearFacts, annual_report
from gateway.governance.reports.annual_page import AnnualReport
from gateway.governance.steps import Activated, Drafted, Ended, Reinstated, Reviewed, Revised, StrategyStep, Withdrawn
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import after, opened
from gateway.policies import Policies
from gateway.store.files import StoredFile, StoredStep
from gateway.store.store import Store
from gateway.store.yearly import ReviewedItem
from models.register import Register
from models.strategy import Strategy, StrategyStatus
from routing.calendar import local_day, local_midnight


class AnnualFigures:
    """Makes annual reports."""

    def __init__(self, store: Store, policies: Policies, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._policies = policies
        self._desk = Desk(store, policies, now=now)
        self._now = now

    async def of(self, year: int, *, publish: bool) -> AnnualReport:
        """The report on a calendar year, as far as it has gone. NoRegister where there is none."""
        register = await self._store.register.export()
        if register is None:
            raise NoRegister
        zone = ZoneInfo(register.organisation.timezone)
        first = date(year, 1, 1)
        last = min(date(year, 12, 31), local_day(self._now(), zone))
        since, until = local_midnight(first, zone), local_midnight(last + timedelta(days=1), zone)
        counted = await self._store.yearly.of(since, until)
        facts = YearFacts(
            contacts=counted.contacts,
            breaches=counted.breaches,
            undone=counted.undone,
            strategies=await self._strategies(register, first, last, zone),
            items=[_item(item, self._now()) for item in counted.items],
        )
        pack = self._policies.of(register.organisation)
        return annual_report(
            facts,
            pack,
            register.organisation.name,
            since=first,
            until=last,
            made_at=self._now(),
            publish=publish,
        )

    async def _strategies(self, register: Register, first: date, last: date, zone: ZoneInfo) -> list[StrategyFacts]:
        disclosing = {person.id for person in register.people if person.adjustments}
        found = []
        for file in await self._desk.every(STRATEGY, closed=None):
            found.append(facts_of(file, first, last, zone, discloses=file.person in disclosing))
        stored = await self._store.files.of_kind(STRATEGY.kind, closed=None)
        found += [_of_erased(file, first, last, zone) for file in stored if file.erased_at is not None]
        managed = {strategy.id for strategy in await self._store.register.managed()}
        found += [
            _of_register(strategy, first, last, discloses=strategy.person in disclosing)
            for strategy in register.strategies
            if strategy.id not in managed
        ]
        return found


def facts_of(file: StrategyFile, first: date, last: date, zone: ZoneInfo, *, discloses: bool) -> StrategyFacts:
    """A strategy by its file, with the restrictions as they stood on the last day."""
    steps = [(local_day(step.at, zone), step) for _number, step in live_steps(file.steps)]
    begun = [day for day, step in steps if isinstance(step, Activated)]
    over = [day for day, step in steps if isinstance(step, Ended | Withdrawn)]
    stood = _as_it_stood(file.id, [step for day, step in steps if day <= last])
    in_force = stood is not None and stood.strategy().status is StrategyStatus.ACTIVE
    in_time, late = _reviews(steps, first, last)
    return StrategyFacts(
        introduced=bool(begun) and first <= begun[0] <= last,
        ended=bool(begun) and any(first <= day <= last for day in over),
        in_force=in_force,
        discloses=discloses,
        kinds=frozenset(restriction.kind for restriction in stood.restrictions) if stood else frozenset(),
        reviews_in_time=in_time,
        reviews_late=late,
        behaviours=frozenset(stood.behaviours) if stood else frozenset(),
    )


def _as_it_stood(id_: str, steps: Iterable[StrategyStep]) -> StrategyFile | None:
    """The file after these steps, None where it had not been begun."""
    file: StrategyFile | None = None
    for step in steps:
        file = opened(id_, step) if file is None else after(file, step)
    return file


def _reviews(steps: Iterable[tuple[date, StrategyStep]], first: date, last: date) -> tuple[int, int]:
    """How many reviews of the year were by their day, and how many after it."""
    in_time = late = 0
    due: date | None = None
    for day, step in steps:
        if isinstance(step, Reviewed):
            if first <= day <= last:
                is_late = due is not None and day > due
                in_time, late = in_time + (not is_late), late + is_late
            due = step.next_review
        elif isinstance(step, Drafted | Revised | Reinstated):
            cleared = isinstance(step, Revised) and "review_due" in step.cleared
            due = None if cleared else step.review_due or due
    return in_time, late


def _of_erased(file: StoredFile, first: date, last: date, zone: ZoneInfo) -> StrategyFacts:
    """A strategy of which only the kinds and days of its steps are left: it still counts, and so do its reviews."""
    days: dict[str, list[date]] = defaultdict(list)
    for step in _live(file.steps):
        days[step.kind].append(local_day(step.at, zone))
    begun, over = days["activated"], days["ended"]
    return StrategyFacts(
        introduced=bool(begun) and first <= begun[0] <= last,
        ended=bool(begun) and any(first <= day <= last for day in over),
        in_force=False,
        discloses=False,
        reviews_erased=sum(first <= day <= last for day in days["reviewed"]),
    )


def _live(steps: Iterable[StoredStep]) -> list[StoredStep]:
    """The steps that count: only the last of them is ever undone (`following`), so that the kinds tell which it was."""
    live: list[StoredStep] = []
    for step in steps:
        if step.kind == "undone":
            live.remove(next(one for one in reversed(live) if one.kind != "looked_in"))
        else:
            live.append(step)
    return live


def _of_register(strategy: Strategy, first: date, last: date, *, discloses: bool) -> StrategyFacts:
    """A strategy that the register alone knows, by its dates."""
    told = strategy.notified_on
    begun = None if told is None else max(strategy.starts, told)
    ended = strategy.status in (StrategyStatus.ENDED, StrategyStatus.DORMANT)
    past = strategy.ends is not None and strategy.ends < last
    return StrategyFacts(
        introduced=begun is not None and first <= begun <= last,
        ended=begun is not None and strategy.ends is not None and first <= strategy.ends <= last and (ended or past),
        in_force=strategy.status is StrategyStatus.ACTIVE and begun is not None and begun <= last and not past,
        discloses=discloses,
        kinds=frozenset(restriction.kind for restriction in strategy.restrictions),
    )


def _item(item: ReviewedItem, now: datetime) -> ItemFacts:
    seen = item.opened_at
    return ItemFacts(
        queue=item.queue,
        waited_minutes=None if seen is None else max(0, int((seen - item.received_at).total_seconds() // 60)),
        late=(seen or now) > item.due_at,
        closed=item.closed,
        outcome=item.outcome,
    )
