"""The store cannot be written, mostly for a full disk: logged, and told to a person even where no alert can be kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from gateway.dispatch.mailer import Mailer
from gateway.dispatch.our_mail import Written
from gateway.dispatch.web_calls import NotSent
from gateway.housekeeping import raise_alarm
from gateway.ids import new_id
from gateway.store.engine import FULL
from gateway.store.store import Store
from models.finding import Urgency

log = structlog.get_logger()

_LOG_AGAIN = timedelta(minutes=1)
_TELL_AGAIN = timedelta(hours=1)


class FullDisk:
    """Watches for writes that failed for want of room, or of a sound disk. `path`: the store's file."""

    def __init__(self, store: Store, path: Path, mailer: Mailer, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._path = path
        self._mailer = mailer
        self._now = now
        self._times = 0
        self._logged_at: datetime | None = None
        self._told_at: datetime | None = None

    async def watch_room(self) -> None:
        """Where a write failed so since the last look: a line a minute at most, and a person once an hour."""
        times, before = self._store.writer.times_unwritable, self._times
        self._times = times
        if times == before:
            return
        now = self._now()
        if self._logged_at is None or now - self._logged_at >= _LOG_AGAIN:
            self._logged_at = now
            if self._is_full:
                log.error("disk_full", path=str(self._path), mail="refused with 452 until there is space")
            else:
                log.error("store_not_written", path=str(self._path), error=self._store.writer.why)
        if (self._told_at is None or now - self._told_at >= _TELL_AGAIN) and await self._tell(now):
            self._told_at = now

    @property
    def _is_full(self) -> bool:
        return self._store.writer.why == FULL

    async def _tell(self, now: datetime) -> bool:
        """Whether somebody is told; else they are at the next failure."""
        if self._is_full:
            what, do = f"The disk of the store {self._path} is full. Mail is refused with 452", "Make room on it."
        else:
            what = f"The store {self._path} cannot be written ({self._store.writer.why}). Mail is refused with 451"
            do = "Its disk may fail, be read-only or over a quota: look at it now."
        text = (
            f"{what}: senders keep it and try again, and nothing that was taken is lost. Nothing is triaged or sent"
            f" meanwhile, alerts among it. {do}"
        )
        try:
            raised = await raise_alarm(self._store, text, Urgency.IMMEDIATE, now)
        except Exception as error:
            log.error("alert_not_raised", error=type(error).__name__)
            raised = False
        # One that was kept an hour ago and still climbs may never have been told: to claim it is a write.
        return raised or await self._mail(text)

    async def _mail(self, text: str) -> bool:
        """Past the store, which can keep no alert."""
        register = await self._store.register.last_seen()
        if register is None:
            return False
        id_ = new_id()
        to = (register.organisation.addresses.manager,)
        text += "\n\nNo alert on this can be relied on: this mail is sent once an hour while it lasts."
        subject = f"Alert (immediate): {'the disk is full' if self._is_full else 'the store cannot be written'}"
        try:
            results = await self._mailer.tell(Written(id_, id_, to, subject, text))
        except NotSent as error:
            log.error("full_disk_not_told", error=str(error))
            return False
        log.info("full_disk_told", accepted=bool(results.accepted))
        return bool(results.accepted)
