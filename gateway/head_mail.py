"""The audit trail's head to the auditor, once a day: who alters the store cannot alter what somebody outside holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from gateway.dispatch.mailer import Mailer
from gateway.dispatch.our_mail import Written
from gateway.dispatch.web_calls import NotSent
from gateway.housekeeping import raise_alarm
from gateway.store.audit import Head
from gateway.store.store import Store
from gateway.store.switches import Switch
from models.finding import Urgency
from routing.calendar import local_day

log = structlog.get_logger()

# A mail server that restarts is nobody's concern.
_ALARM_AFTER = timedelta(hours=1)
_ALARM_AGAIN = timedelta(days=1)


class HeadMail:
    """Mails the head on every day of the organisation's zone, as soon as it can; what was mailed is an audit event."""

    def __init__(self, store: Store, mailer: Mailer, auditor: str, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._mailer = mailer
        self._auditor = auditor
        self._now = now
        self._alarm_due: datetime | None = None

    async def tell_auditor(self) -> None:
        """The head as it is now, where none was mailed today. Safe to repeat: tried again until it is taken."""
        register = await self._store.register.current()
        if register is None:
            return
        day = local_day(self._now(), ZoneInfo(register.organisation.timezone)).isoformat()
        last = await self._store.switches.get(Switch.AUDIT_HEAD_MAILED)
        if last is not None and last.partition(" ")[0] == day:
            return
        head = await self._store.audit.seal()
        if head is None:
            return
        fault = await self._fault(_written(self._auditor, register.organisation.name, day, head))
        if fault is not None:
            await self._failed(fault)
            return
        self._alarm_due = None
        said = f"{day} {head.seq}:{head.chain}"
        await self._store.switches.turn(Switch.AUDIT_HEAD_MAILED, said, actor="gateway", now=self._now())
        log.info("audit_head_mailed", seq=head.seq)

    async def _fault(self, written: Written) -> str | None:
        """Why it could not be sent, None where it was taken."""
        try:
            results = await self._mailer.tell(written)
        except NotSent as error:
            return str(error)
        refused = results.permanent | results.temporary
        return f"refused: {next(iter(refused.values())).code}" if refused else None

    async def _failed(self, fault: str) -> None:
        """An alarm where it goes on, and once a day while it does."""
        log.error("audit_head_not_mailed", error=fault)
        now = self._now()
        if self._alarm_due is None:
            self._alarm_due = now + _ALARM_AFTER
        elif now >= self._alarm_due:
            self._alarm_due = now + _ALARM_AGAIN
            text = f"The head of the audit trail cannot be mailed to the auditor ({fault})."
            await raise_alarm(self._store, text, Urgency.SAME_DAY, now)


def _written(auditor: str, organisation: str, day: str, head: Head) -> Written:
    text = (
        f"The audit trail of the triage gateway of {organisation}, as far as it is sealed on {day}:\n\n"
        f"Events: {head.seq}\nHead: {head.seq}:{head.chain}\n\n"
        "Keep this mail where nobody who runs the gateway can change it. To see that no event up to this one was"
        " changed, added or taken out since, have this run beside the store:\n\n"
        f"triage audit verify --head {head.seq}:{head.chain}\n"
    )
    # A head is told once under one id: a repeat after a lost answer is recognisable.
    id_ = f"audit-{head.seq}-{head.chain[:16]}"
    return Written(id_, id_, (auditor,), f"Audit trail of {day}: event {head.seq}", text)
