"""Whether a reply is due, and by when: due unless a restriction says otherwise; rights come before restrictions."""

from __future__ import annotations

from datetime import date

from models.contact import Direction
from models.decision import Reply
from routing.case import Case
from routing.promised import promised
from routing.rights import fresh, statutory_date
from routing.rules.enforcement import Enforced
from routing.rules.never_breach import is_live_automatic


def reply(case: Case, day: date, enforced: tuple[Enforced, ...]) -> Reply:
    """A request's statutory date whatever else applies; no reply where a measure says so; the cycle's date."""
    dates = tuple(statutory_date(case, label, day) for label in fresh(case))
    if dates:
        return Reply(due=True, by=min(dates))
    if case.contact.direction is Direction.OUTBOUND or is_live_automatic(case):
        return Reply(due=False)
    if any(applied.effect.no_reply for one in enforced for applied in one.applied):
        return Reply(due=False)
    return Reply(due=True, by=min((one.by for one in promised(case, enforced)), default=None))
