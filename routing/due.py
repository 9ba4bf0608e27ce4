"""When a review item is to be opened (CONTRACT §6): a pack may only shorten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from models.decision import Priority, Queue, ReviewItem
from routing.calendar import local_day, local_moment
from routing.case import Case


def review_item(case: Case, now: datetime, queue: Queue, priority: Priority) -> ReviewItem:
    """An item due 15 minutes, 4 office hours or 2 working days after `now`, by its priority."""
    return ReviewItem(queue=queue, priority=priority, due_at=due_at(case, now, priority))


def due_at(case: Case, now: datetime, priority: Priority) -> datetime:
    """`immediate` runs at any hour; `high` in office hours; `normal` ends when the office closes on its last day."""
    limits, hours = case.policy.review, case.policy.office_hours
    if priority is Priority.IMMEDIATE:
        return now + timedelta(minutes=limits.immediate_minutes)
    if priority is Priority.HIGH:
        return case.calendar.add_office_hours(now, limits.high_office_hours, hours, case.zone)
    today = local_day(now, case.zone)
    return close_of(case, case.calendar.add_working_days(today, limits.normal_working_days, hours))


def close_of(case: Case, day: date) -> datetime:
    """When the office closes on `day`, in UTC."""
    return local_moment(day, case.policy.office_hours.closes, case.zone).astimezone(UTC)
