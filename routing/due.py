"""When a review item is to be opened (CONTRACT §6): a pack may only shorten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.decision import Priority, Queue, ReviewItem
from models.policy import PolicyPack
from routing.calendar import WorkingCalendar, local_day, local_moment
from routing.case import Case


def review_item(case: Case, now: datetime, queue: Queue, priority: Priority) -> ReviewItem:
    """An item due 15 minutes, 4 office hours or 2 working days on, by its priority.

    From `now`; where we got the contact, or found what it says, later than it was received, from then: nobody could
    open it before.
    """
    start = max(now, case.found_at or now)
    return ReviewItem(
        queue=queue, priority=priority, due_at=due_at(start, priority, case.policy, case.calendar, case.zone)
    )


def due_at(
    start: datetime, priority: Priority, policy: PolicyPack, calendar: WorkingCalendar, zone: ZoneInfo
) -> datetime:
    """`immediate` runs at any hour; `high` in office hours; `normal` ends when the office closes on its last day."""
    limits, hours = policy.review, policy.office_hours
    if priority is Priority.IMMEDIATE:
        return start + timedelta(minutes=limits.immediate_minutes)
    if priority is Priority.HIGH:
        return calendar.add_office_hours(start, limits.high_office_hours, hours, zone)
    return _close(calendar.add_working_days(local_day(start, zone), limits.normal_working_days, hours), policy, zone)


def close_of(case: Case, day: date) -> datetime:
    """When the office closes on `day`, in UTC."""
    return _close(day, case.policy, case.zone)


def _close(day: date, policy: PolicyPack, zone: ZoneInfo) -> datetime:
    return local_moment(day, policy.office_hours.closes, zone).astimezone(UTC)
