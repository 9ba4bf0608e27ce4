"""Tells people of alerts, rung by rung, until somebody acknowledges them (CONTRACT §4.8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from gateway.api.tokens import sign
from gateway.bell import Bell
from gateway.dispatch.mailer import Mailer
from gateway.dispatch.our_mail import Written
from gateway.dispatch.payloads import alert_payload, read_alert
from gateway.dispatch.settings import AlertSettings
from gateway.dispatch.still_true import standing_of
from gateway.dispatch.targets import Brief, tell_target
from gateway.dispatch.web_calls import NotSent
from gateway.ids import new_id
from gateway.policies import Policies
from gateway.store.alerts import NewAlert, OpenAlert
from gateway.store.deaths import ServerDied, is_deadly
from gateway.store.errors import ClaimLost
from gateway.store.store import Store
from gateway.store.switches import Switch
from models.alert_ladder import AlertLadder, AlertRung
from models.decision import AlertKind
from models.finding import Urgency
from models.organisation import Organisation
from models.plain_names import plain
from models.strategy import StrategyStatus
from routing.calendar import local_day, local_moment

log = structlog.get_logger()

_POLL_SECONDS = 1.0
_LEASE = timedelta(seconds=120)
_BATCH = 16
_BACKOFF_SECONDS = (30, 60, 120, 300)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell on one rung. `to` and `deputies` are what the rungs `queue` and `deputy` stand for."""

    id: str
    kind: str
    urgency: str
    text: str
    to: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    contact_id: str | None = None
    folded: int = 0


class Ladder:
    """Climbs each open alert's ladder. Everything is told at least once, with the alert's id in it."""

    def __init__(
        self,
        store: Store,
        settings: AlertSettings,
        mailer: Mailer,
        *,
        policies: Policies,
        public_url: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._settings = settings
        self._mailer = mailer
        self._policies = policies
        self._public_url = public_url.rstrip("/")
        self._now = now
        self._bell = Bell(_POLL_SECONDS)

    def notify(self) -> None:
        """Something was raised: look now rather than at the next poll."""
        self._bell.ring()

    async def run(self, stopping: asyncio.Event) -> None:
        """Tell until `stopping` is set."""
        with self._bell.rung_by(stopping):
            while not stopping.is_set():
                try:
                    busy = await self._round()
                except Exception as error:
                    # The store may be full or locked for a while: the alerts stay, and are claimed again.
                    log.error("alert_round_failed", error=type(error).__name__)
                    busy = False
                if not busy:
                    await self._bell.wait()

    async def alone(self, id_: str) -> None:
        """Tell one alert by itself: the process died when it was in hand last (`gateway.after_a_death`)."""
        await self._tell_claimed(await self._store.alerts.claim(now=self._now(), lease=_LEASE, limit=1, only=id_))

    async def drain(self) -> None:
        """Tell until nothing is due now; for tests."""
        while await self._round():
            pass

    async def test(self, *, actor: str) -> list[str]:
        """Tell a test to every rung; what could not be told. Where all could, the ladder counts as tested.

        The rung `queue` is an address for one alert and another for the next: each of them is told.
        """
        organisation = await self._organisation()
        settings, id_ = self._under(organisation), new_id()
        notice = Notice(
            id=id_,
            kind="test",
            urgency="test",
            text="This is a test of the alert ladder. Nothing has happened. It needs no acknowledgement.",
        )
        rungs = dict.fromkeys(rung.to for ladder in settings.all_ladders.values() for rung in ladder.rungs)
        asked = [(to, notice, to) for to in rungs if to != "queue"]
        if "queue" in rungs:
            stood_for = await self._queue_addresses(organisation)
            asked += [("queue", replace(notice, to=to), f"queue, {to[0]}" if to else "queue") for to in stood_for]
        faults = []
        for number, (to, own, name) in enumerate(asked):
            try:
                await self._tell(to, own, f"{id_}.{number}", organisation)
            except NotSent as error:
                faults.append(f"{name}: {error}")
        if not faults:
            await self._store.switches.turn(Switch.LADDER_TESTED, settings.fingerprint(), actor=actor, now=self._now())
        return faults

    async def _queue_addresses(self, organisation: Organisation | None) -> list[tuple[str, ...]]:
        """Whom the rung `queue` can stand for, each alone: queues, roles, protected recipients' own, deputies."""
        if organisation is None:
            return [()]
        strategies = await self._store.register.strategies()
        addresses = {
            *organisation.addresses.all(),
            *organisation.role_addresses.values(),
            *(protected.concerns_to for protected in organisation.protected_recipients),
            *(one.spoc.deputy for one in strategies if one.status is StrategyStatus.ACTIVE and one.spoc),
        }
        return [(address,) for address in sorted({address.lower() for address in addresses if address})]

    async def _round(self) -> bool:
        ready_at = await self._store.alerts.next_ready_at()
        if ready_at is None or ready_at > self._now():
            return False
        return await self._tell_claimed(await self._store.alerts.claim(now=self._now(), lease=_LEASE, limit=_BATCH))

    async def _tell_claimed(self, claimed: Sequence[OpenAlert]) -> bool:
        organisation = await self._organisation()
        deadly = [alert for alert in claimed if is_deadly(alert.deaths)]
        living = [alert for alert in claimed if not is_deadly(alert.deaths)]
        routine = [alert for alert in living if alert.urgency is Urgency.ROUTINE]
        others = [alert for alert in living if alert.urgency is not Urgency.ROUTINE]
        await asyncio.gather(
            *(self._give_up(alert) for alert in deadly),
            self._guarded(self._digest(routine, organisation)),
            *(self._guarded(self._climb(alert, organisation)) for alert in others),
        )
        return bool(claimed)

    async def _give_up(self, alert: OpenAlert) -> None:
        """The process died each time that it was told: the manager hears of that instead, as urgently."""
        log.error("alert_given_up", alert=alert.id)
        about = f" about contact {alert.contact_id}" if alert.contact_id else ""
        text = (
            f"The gateway died each time it told alert {alert.id} ({alert.kind.value}){about}, so it is told no more. "
            "Perhaps nobody has heard of it: look into it, and acknowledge it with `triage alerts ack`."
        )
        urgency = Urgency.IMMEDIATE if alert.urgency is Urgency.IMMEDIATE else Urgency.SAME_DAY
        instead = NewAlert(AlertKind.SYSTEM, urgency, (), alert_payload(text))
        await self._store.alerts.give_up(alert, instead, error=ServerDied.__name__, now=self._now())

    @staticmethod
    async def _guarded(work: Awaitable[None]) -> None:
        try:
            await work
        except ClaimLost:
            log.warning("alert_claim_lost")

    async def _organisation(self) -> Organisation | None:
        current = await self._store.register.last_seen()
        return current.organisation if current else None

    def _under(self, organisation: Organisation | None) -> AlertSettings:
        """The settings with the ladders of the policy in force."""
        if organisation is None:
            return self._settings
        return self._settings.under(self._policies.of(organisation), organisation)

    async def _climb(self, alert: OpenAlert, organisation: Organisation | None) -> None:
        ladder = self._under(organisation).ladder(alert.kind, alert.urgency)
        rungs = ladder.rungs
        rung = rungs[alert.rung % len(rungs)]
        due = self._due(alert, rung, organisation)
        if due > self._now():
            await self._store.alerts.put_off(alert, until=due)
            return
        notice = await self._noticed(alert)
        if notice is None:
            return
        try:
            await self._tell(rung.to, notice, f"{alert.id}.{alert.rung}", organisation)
        except NotSent as error:
            await self._failed(alert, len(rungs), str(error))
        else:
            await self._told(alert, ladder)

    async def _noticed(self, alert: OpenAlert) -> Notice | None:
        """What is still true of an alert; None where nothing is, and then it is settled."""
        says = read_alert(alert.payload)
        standing = await standing_of(self._store, says, folded=alert.folded)
        if standing.ended_by is not None:
            by, folded = standing.ended_by, alert.folded
            await self._store.alerts.settle(alert.id, by=by, folded=folded, now=self._now())
            log.info("alert_settled", alert=alert.id)
            return None
        return Notice(
            id=alert.id,
            kind=alert.kind.value,
            urgency=alert.urgency.value,
            text=standing.text,
            to=says.to,
            deputies=says.deputies,
            contact_id=alert.contact_id,
            folded=alert.folded,
        )

    def _due(self, alert: OpenAlert, rung: AlertRung, organisation: Organisation | None) -> datetime:
        """When the rung may be told: now, but for a first rung that waits and for one that waits for the office."""
        due = alert.raised_at + timedelta(minutes=rung.after_minutes) if alert.rung == 0 else alert.raised_at
        due = max(due, self._now())
        if rung.hours == "any" or organisation is None:
            return due
        pack = self._policies.of(organisation)
        zone = ZoneInfo(organisation.timezone)
        return self._policies.calendar(pack).add_office_hours(due, 0, pack.office_hours, zone)

    async def _told(self, alert: OpenAlert, ladder: AlertLadder) -> None:
        following = alert.rung + 1
        place = following % len(ladder.rungs)
        minutes: int | None = ladder.rungs[place].after_minutes if place else ladder.again_minutes
        next_at = None if minutes is None else self._now() + timedelta(minutes=minutes)
        await self._store.alerts.told(alert, next_at=next_at, rung=following, now=self._now())
        log.info("alert_told", alert=alert.id, rung=alert.rung)

    async def _failed(self, alert: OpenAlert, rungs: int, error: str) -> None:
        """The next rung at once; where none could be told, from the bottom again a little later."""
        log.error("alert_rung_failed", alert=alert.id, rung=alert.rung, error=error)
        now = self._now()
        if alert.attempts < rungs:
            await self._store.alerts.failed(alert, next_at=now, rung=alert.rung + 1, error=error)
            return
        seconds = _BACKOFF_SECONDS[min(alert.attempts - rungs, len(_BACKOFF_SECONDS) - 1)]
        next_at = now + timedelta(seconds=seconds)
        await self._store.alerts.exhausted(alert, next_at=next_at, error=error, now=now)

    async def _digest(self, alerts: Sequence[OpenAlert], organisation: Organisation | None) -> None:
        """Everything routine in one mail an address; before the hour, it waits."""
        due = [alert for alert in alerts if self._digest_at(alert.raised_at, organisation) <= self._now()]
        for alert in alerts:
            if alert not in due:
                await self._store.alerts.put_off(alert, until=self._digest_at(alert.raised_at, organisation))
        by_addresses: dict[tuple[str, ...], list[tuple[OpenAlert, Notice]]] = {}
        for alert in due:
            if notice := await self._noticed(alert):
                by_addresses.setdefault(notice.to, []).append((alert, notice))
        for to, together in by_addresses.items():
            await self._tell_digest(to, together, organisation)

    async def _tell_digest(
        self, to: tuple[str, ...], due: Sequence[tuple[OpenAlert, Notice]], organisation: Organisation | None
    ) -> None:
        alerts = [alert for alert, _notice in due]
        addresses = to or self._addresses("manager", None, organisation)
        rule = "\n\n" + "-" * 40 + "\n\n"
        count = f"{len(alerts)} alert{'s' if len(alerts) != 1 else ''} for the day's digest."
        text = rule.join([count, *(self._words(notice) for _alert, notice in due)])
        # The first alert's id keeps the Message-ID the same when the same digest is sent again.
        id_ = f"{alerts[0].id}.digest"
        try:
            await self._mail(Written(id_, alerts[0].id, addresses, f"Alerts: digest of {len(alerts)}", text))
        except NotSent as error:
            for alert in alerts:
                await self._failed(alert, 1, str(error))
        else:
            for alert in alerts:
                await self._store.alerts.told(alert, next_at=None, rung=1, now=self._now())

    def _digest_at(self, raised_at: datetime, organisation: Organisation | None) -> datetime:
        """The first digest hour of a working day after it was raised."""
        if organisation is None:
            return raised_at
        pack = self._policies.of(organisation)
        calendar, zone = self._policies.calendar(pack), ZoneInfo(organisation.timezone)
        day = local_day(raised_at, zone)
        at = local_moment(day, time(self._settings.digest_hour), zone)
        while at < raised_at or not calendar.is_working_day(day, pack.office_hours):
            day += timedelta(days=1)
            at = local_moment(day, time(self._settings.digest_hour), zone)
        return at

    async def _tell(self, to: str, notice: Notice, message_id: str, organisation: Organisation | None) -> None:
        """Whoever a rung names. NotSent where nobody there could be told."""
        target = self._settings.targets.get(to)
        if target is not None:
            brief = Brief(notice.id, notice.kind, notice.urgency, self._link(notice.id), notice.folded)
            untold = await tell_target(target, brief, seconds=self._settings.http_seconds)
            if untold:
                log.error("alert_numbers_not_told", alert=notice.id, count=len(untold), error=untold[0])
            if untold and notice.kind == "test":
                raise NotSent(f"{len(untold)} of {len(target.numbers)} numbers could not be told: {untold[0]}")
            return
        addresses = self._addresses(to, notice, organisation)
        subject = f"Alert ({plain(notice.urgency)}): {notice.kind} {notice.id}"
        await self._mail(Written(message_id, notice.id, addresses, subject, self._words(notice)))

    def _addresses(self, to: str, notice: Notice | None, organisation: Organisation | None) -> tuple[str, ...]:
        manager = (organisation.addresses.manager,) if organisation else ()
        match to:
            case "queue":
                return (notice.to if notice else ()) or manager
            case "deputy":
                own = (self._settings.deputy,) if self._settings.deputy else ()
                return (notice.deputies if notice else ()) or own or manager
            case "manager":
                return manager
        return (to,)

    async def _mail(self, written: Written) -> None:
        if not written.to:
            raise NotSent("no address to tell: no register is loaded")
        results = await self._mailer.tell(written)
        refused = results.permanent | results.temporary
        if refused:
            # One bad address among several must not keep the others waiting, nor go unseen.
            log.error("alert_mail_refused", alert=written.about, count=len(refused))
        if not results.accepted:
            raise NotSent(f"mail refused: {next(iter(refused.values())).code}")

    def _words(self, notice: Notice) -> str:
        again = f"\n\n{notice.folded} more like it since were counted, not sent." if notice.folded else ""
        about = f"\nContact: {self._public_url}/contacts/{notice.contact_id}" if notice.contact_id else ""
        test = notice.kind == "test"
        link = "" if test else f"\nAcknowledge it (others are told until somebody does): {self._link(notice.id)}"
        return f"{notice.text}{again}\n\nAlert: {notice.id}{about}{link}"

    def _link(self, alert_id: str) -> str:
        expires = self._now() + timedelta(hours=self._settings.link_hours)
        return f"{self._public_url}/alerts/{alert_id}?t={sign(self._store.trace_key, 'alert', alert_id, expires)}"
