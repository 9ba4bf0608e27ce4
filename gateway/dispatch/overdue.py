"""Review items that nobody opened in time: the deputy hears of it, then the manager (CONTRACT §6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from gateway.dispatch.payloads import alert_payload
from gateway.dispatch.plan import deputies_of
from gateway.dispatch.settings import AlertSettings
from gateway.dispatch.texts import local_time
from gateway.policies import Policies
from gateway.store.alerts import NewAlert
from gateway.store.review import QueuedItem
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.decision import AlertKind, Priority, Queue
from models.finding import Urgency
from models.organisation import Organisation

log = structlog.get_logger()


class Overdue:
    """Looks for overdue items and raises an alert for each step up."""

    def __init__(
        self, store: Store, alert_settings: AlertSettings, policies: Policies, *, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._settings = alert_settings
        self._policies = policies
        self._now = now

    async def tell(self) -> None:
        """One look; safe to repeat, since each item is moved up once a step, and not before that is told."""
        current = await self._store.register.last_seen()
        if current is None:
            return
        now, again_after = self._now(), timedelta(minutes=self._settings.overdue_again_minutes)
        items = await self._store.review.overdue(now=now, again_after=again_after)
        together: dict[tuple[bool, tuple[str, ...]], list[QueuedItem]] = {}
        for item in items:
            urgent = item.priority is Priority.IMMEDIATE
            together.setdefault((urgent, await self._told(item, current.organisation)), []).append(item)
        alerts = [self._alert(alike, to, urgent, current.organisation) for (urgent, to), alike in together.items()]
        if alerts:
            await self._store.alerts.raise_system(alerts, now, beside=self._store.review.moving_up(items, now))

    async def _told(self, item: QueuedItem, organisation: Organisation) -> tuple[str, ...]:
        manager = organisation.addresses.manager
        return (await self._deputies(item) or (manager,)) if item.escalation == 1 else (manager,)

    def _alert(
        self, items: Sequence[QueuedItem], to: tuple[str, ...], urgent: bool, organisation: Organisation
    ) -> NewAlert:
        """One alert on what is overdue at once for the same people: it stops once all of it was opened."""
        text = (
            "These review items were to be opened by now, and nobody has. Open each with `triage queue read CONTACT`;"
            " others like them are listed by `triage queue list`."
        )
        return NewAlert(
            AlertKind.SYSTEM,
            Urgency.IMMEDIATE if urgent else Urgency.SAME_DAY,
            to,
            alert_payload(text, to, unopened={item.id: self._line(item, organisation) for item in items}),
            fold_key=None if urgent else f"overdue\0{','.join(to)}",
        )

    def _line(self, item: QueuedItem, organisation: Organisation) -> str:
        queue = self._policies.of(organisation).spoc_term if item.queue is Queue.SPOC else item.queue.value
        return (
            f"contact {item.contact_id}: {queue}, {item.priority.value}, by"
            f" {local_time(item.due_at, organisation)} (item {item.id})"
        )

    async def _deputies(self, item: QueuedItem) -> tuple[str, ...]:
        """The deputies of the strategies in force on the contact, else the one of the settings."""
        found: tuple[str, ...] = ()
        try:
            decision = await self._store.recorder.latest(item.contact_id)
            if decision is not None and decision.strategies:
                dossiers = await self._store.register.dossiers({match.person for match in decision.matches})
                found = deputies_of(decision, dossiers)
        except (SealError, ValueError) as error:  # what no longer opens is told to whoever is told of the rest
            log.error("deputies_not_read", contact=item.contact_id, error=type(error).__name__)
        fallback = (self._settings.deputy,) if self._settings.deputy else ()
        return tuple(dict.fromkeys(found)) or fallback
