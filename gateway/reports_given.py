"""Which of the reports that the policy owes somebody were given: on the audit trail, errors among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from gateway.faults import NoRegister
from gateway.governance.clocks import report_tasks, reporting_roles
from gateway.governance.lacks import Lack, Refused
from gateway.governance.pack_words import the_people
from gateway.governance.role_holders import role_held
from gateway.policies import Policies
from gateway.store.store import Store
from models.organisation import Organisation
from routing.calendar import local_day

_EVENT: Final = "report_given"
_UNDONE: Final = "report_given_undone"


class Because(StrEnum):
    """Why it was an error that a report was recorded as given. A word each: the trail holds no sentences."""

    NOT_GIVEN = "not_given"
    OTHER_REPORT = "other_report"
    NOT_RIGHT = "not_right"


@dataclass(frozen=True, slots=True)
class Given:
    """`reports`: each by its id and the last day of its period. `since`: from when on reports are owed here."""

    reports: frozenset[tuple[str, date]]
    since: date


class ReportsGiven:
    """Records that a report was given, and reads which were. `now`: the clock."""

    def __init__(self, store: Store, policies: Policies, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._policies = policies
        self._now = now

    async def so_far(self, zone: ZoneInfo) -> Given:
        """What was given. Reports are owed from the day on which the trail begins, which is when the gateway did."""
        begun = await self._store.audit.begins()
        # As often as it was recorded in error, it was not given.
        count = Counter(await self._store.audit.subjects(_EVENT))
        for event in map(_undone, Because):
            count.subtract(await self._store.audit.subjects(event))
        found = [subject.split("/") for subject, times in count.items() if times > 0]
        reports = frozenset((rule, date.fromisoformat(until)) for _kind, rule, until in found)
        return Given(reports, local_day(begun or self._now(), zone))

    async def give(self, report: str, until: date, *, by: str, role: str | None) -> None:
        """Record that the report of the period that ends on `until` was given.

        Refused where none such is owed, before that day, on which it is due, and in a role that has no say in it.
        """
        organisation = await self._organisation()
        self._check_role(report, by, role, organisation)
        zone = ZoneInfo(organisation.timezone)
        pack, day = self._policies.of(organisation), local_day(self._now(), zone)
        given, name = await self.so_far(zone), f"report/{report}/{until}"
        owed = [task.id for task in report_tasks(pack, day, given=given.reports, since=given.since)]
        if name not in owed:
            raise Refused([Lack(f"no {name} is owed; there is {', '.join(owed) or 'none'}", field="report")])
        if until > day:
            raise Refused([Lack(f"the period is not over; it ends with {until}", field="until")])
        await self._store.audit.record(_EVENT, actor=by, subject=name, at=self._now())

    async def take_back(self, report: str, until: date, *, by: str, role: str | None, because: Because) -> None:
        """That a report was recorded as given was an error: it is owed again.

        Refused where it was not, and to whoever could not have recorded it either.
        """
        organisation = await self._organisation()
        self._check_role(report, by, role, organisation)
        given = await self.so_far(ZoneInfo(organisation.timezone))
        if (report, until) not in given.reports:
            raise Refused([Lack(f"no report/{report}/{until} is recorded as given", field="report")])
        await self._store.audit.record(_undone(because), actor=by, subject=f"report/{report}/{until}", at=self._now())

    async def _organisation(self) -> Organisation:
        current = await self._store.register.current()
        if current is None:
            raise NoRegister
        return current.organisation

    def _check_role(self, report: str, by: str, role: str | None, organisation: Organisation) -> None:
        """An owed report stands open until somebody who answers for it says otherwise."""
        held, _rests_on = role_held(by, role, organisation.role_holders)
        rules = self._policies.of(organisation).life
        roles = reporting_roles(rules, report)
        if roles and held not in roles:
            raise Refused(
                [Lack(f"saying that a report was given, or was not, is for {the_people(roles, rules)}", field="role")]
            )


def _undone(because: Because) -> str:
    return f"{_UNDONE}_{because}"
