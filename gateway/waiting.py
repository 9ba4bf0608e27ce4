"""Everything that waits for somebody, with whom it is told: in files, in the register, in the law, in the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from gateway.faults import NoRegister
from gateway.governance.clocks import pack_task, register_tasks, report_tasks
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk, Readable
from gateway.governance.lacks import Refused
from gateway.governance.retention import Judged
from gateway.governance.retention_desk import RetentionDesk
from gateway.governance.task import Task
from gateway.policies import Policies
from gateway.reply_cycles import OwedTogether, ReplyCycles
from gateway.reports_given import ReportsGiven
from gateway.rights_clocks import RightsClocks, Running
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.decision import Queue
from models.finding import Label
from models.organisation import Organisation
from models.policy import PolicyPack
from models.register import Dossier
from models.strategy import Spoc
from routing.calendar import local_day
from routing.complaint_subject import called
from routing.promised import CYCLE

_ANSWER_AHEAD: Final = timedelta(days=7)
"""A clock of some weeks: two weeks before would be the day it began."""
_REPLY_AHEAD: Final = timedelta(days=5)
"""A cycle may turn every week or two; a long Easter weekend lies within five days."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A task and the address at which it is told. `damage`: it is that something cannot be read."""

    task: Task
    to: str
    damage: bool = False


class Waiting:
    """Gathers what waits: reminders and alerts are built on it, and `triage tasks` shows it."""

    def __init__(self, store: Store, policies: Policies, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._policies = policies
        self._desk = Desk(store, policies, now=now)
        self._retention = RetentionDesk(self._desk, now=now)
        self._clocks = RightsClocks(store, policies, now=now)
        self._replies = ReplyCycles(store, now=now)
        self._reports = ReportsGiven(store, policies, now=now)
        self._now = now
        self._restricted: tuple[int | None, tuple[Dossier, ...]] | None = None

    async def everything(self) -> tuple[list[Waits], date]:
        """All of it in no order, and the day it is where the organisation is. NoRegister before one is loaded.

        What cannot be read is a task itself, and holds up no other.
        """
        current = await self._store.register.current()
        if current is None:
            raise NoRegister
        organisation = current.organisation
        pack = self._policies.of(organisation)
        day = local_day(self._now(), ZoneInfo(organisation.timezone))
        files = await self._desk.all_files()
        of_files = await self._desk.tasks(files)
        damaged = dict(of_files.damaged)
        given = await self._reports.so_far(ZoneInfo(organisation.timezone))
        reports = report_tasks(pack, day, given=given.reports, since=given.since)
        tasks = [*of_files.found, *pack_task(pack), *reports, *await self._over_their_period(files)]
        managed = {strategy.id for strategy in await self._store.register.managed()}
        restricted = await self._of_the_register(current.version, damaged)
        for dossier in restricted:
            for strategy in dossier.strategies:
                if strategy.id not in managed:
                    tasks += register_tasks(strategy, pack, dossier.matters, day)
        strategies = [one for dossier in restricted for one in dossier.strategies]
        # A file says more of a strategy from one step to the next; the register's version is the same meanwhile.
        spocs = {one.id: one.spoc for one in (*strategies, *files[STRATEGY.kind].found)}
        running = await self._clocks.running()
        damaged |= {each.item.id: each.unread for each in running if each.unread is not None}
        return [
            *(Waits(task, organisation.address_of_role(task.to_role)) for task in tasks),
            *_answers(running, organisation),
            *_replies(await self._replies.owed(), spocs, organisation, pack),
            *(_mend(id_, why, organisation, day) for id_, why in damaged.items()),
        ], day

    async def _over_their_period(self, files: Mapping[str, Readable[Any]]) -> tuple[Task, ...]:
        """Files that are kept longer than the policy keeps them, and that nothing keeps: each strategy by itself."""
        try:
            due = await self._retention.files_due(files)
        except (Refused, SealError):  # what is damaged is told by itself, and may be what holds another
            return ()
        strategies = [one for one in due if one.record.kind == STRATEGY.kind]
        others = [one for one in due if one.record.kind != STRATEGY.kind]
        return (*map(_delete, strategies), *_delete_all(others))

    async def _of_the_register(self, version: int, damaged: dict[str, str]) -> Sequence[Dossier]:
        """Whoever the register has under a strategy, read once a version: what has no file changes with that alone.

        Until all of them can be read, they are read anew each time: `damaged` is told who cannot.
        """
        if self._restricted is not None and self._restricted[0] == version:
            return self._restricted[1]
        found, unread = await self._store.register.readable_restricted()
        damaged |= unread
        if not unread:
            self._restricted = version, tuple(found)
        return found


def _delete(strategy: Judged) -> Task:
    says = "The period for which it is kept is over: delete it, or hold it with a reason (`triage retention due`)"
    return Task(f"{strategy.record.id}/delete", says, None, strategy.due, strategy.rule.cites)


def _delete_all(due: Sequence[Judged]) -> Iterator[Task]:
    if due:
        some, they = ("1 file is", "it is") if len(due) == 1 else (f"{len(due)} files are", "they are")
        says = f"{some} past the period for which {they} kept: delete, or hold with a reason"
        cites = tuple(dict.fromkeys(cite for one in due for cite in one.rule.cites))
        yield Task("retention/files", f"{says} (`triage retention due`)", None, due[0].due, cites)


def _answers(clocks: Sequence[Running], organisation: Organisation) -> list[Waits]:
    """The answers to rights requests and challenges: an item that somebody opened is not answered by that."""
    waits = []
    for running in clocks:
        ahead = max(running.due - _ANSWER_AHEAD, running.received + timedelta(days=1))
        task = Task(f"review/{running.item.id}", _says(running), None, running.due, reminded_from=ahead)
        waits.append(Waits(task, _told_at(running, organisation)))
    return waits


def _told_at(running: Running, organisation: Organisation) -> str:
    """Where the copy of what is due first went: a complaint's to `complaints` where that address is given."""
    due = running.due_by_right
    if due and min(due, key=due.__getitem__) is Label.COMPLAINT and organisation.addresses.complaints:
        return organisation.addresses.complaints
    return organisation.addresses.of(running.item.queue.value)


def _says(running: Running) -> str:
    """What is to be done. Where the soonest day is that of a clock that stands still, no answer is due on it."""
    item = running.item
    due = running.due_by_right
    if due and running.clocks[min(due, key=due.__getitem__)].stopped is not None:
        return f"Look again at contact {item.contact_id} ({item.queue.value}), whose clock stands still"
    answer = f"Answer contact {item.contact_id} ({item.queue.value}), then close the item"
    if running.elsewhere is not None:
        return f"{answer}; or record that the complaint was passed on (`triage clock pass-on`). {running.elsewhere}"
    passed = (f"its part about {called(part.about)} on {part.on} to {part.to}" for part in running.parts_passed)
    return f"{answer}. Passed on already: {'; '.join(passed)}" if running.parts_passed else answer


def _replies(
    owed: Sequence[OwedTogether], spocs: Mapping[str, Spoc | None], organisation: Organisation, pack: PolicyPack
) -> Iterator[Waits]:
    """The replies that go on a cycle, whatever became of the strategy since: they were promised.

    `spocs`: by strategy, who answers for it now.
    """
    for one in owed:
        count = "1 contact" if len(one.replies) == 1 else f"{len(one.replies)} contacts"
        says = (
            f"The next reply of the cycle is due, to {count} (`triage clock replies`): write it, then say so "
            f"(`triage clock replied {one.strategy} {one.due}`)"
        )
        task = Task(
            id=f"{one.strategy}/reply.{one.due}",
            says=says,
            to_role=None,
            due=one.due,
            cites=pack.cites.get(CYCLE, ()),
            reminded_from=one.due - _REPLY_AHEAD,
            version=one.version,
        )
        spoc = spocs.get(one.strategy)
        yield Waits(task, spoc.address if spoc else organisation.addresses.of(Queue.SPOC.value))


def _mend(id_: str, why: str, organisation: Organisation, day: date) -> Waits:
    """For whoever answers for the gateway, on each day anew until it can be read."""
    task = Task(f"{id_}/unread", f"{why}. Until then not all that waits there is told", None, day)
    return Waits(task, organisation.addresses.manager, damage=True)
