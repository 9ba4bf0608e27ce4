"""A store, a dispatcher and a ladder against a sink, on a clock that the test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deciding import CHIEF, HER_EMAIL, at, dossier, email, everything, make_case, organisation
from smtp_sink import Sink

from gateway.dispatch.dispatcher import Dispatcher
from gateway.dispatch.ladder import Ladder
from gateway.dispatch.plan import Plan, plan
from gateway.dispatch.settings import AlertSettings, RelaySettings
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.store.keyfile import create
from gateway.store.recording import Outcome
from gateway.store.store import Store, open_store
from models.contact import Contact
from models.decision import Decision
from models.envelope import Envelope
from models.register import Dossier, Register
from routing.decide import decide

MESSAGE = b"From: alex@home.example\r\nSubject: hello\r\n\r\nFirst line\r\n.dot at the start\r\n\r\nlast\r\n"
HOUR = timedelta(hours=1)


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: at("2026-03-02T10:15:00Z"))

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Rig:
    store: Store
    dispatcher: Dispatcher
    ladder: Ladder
    clock: Clock
    sink: Sink

    async def recorded(
        self,
        *recipients: str,
        dossiers: tuple[Dossier, ...] = (),
        findings: tuple[Any, ...] = (),
        content: bytes = MESSAGE,
        enforcing: bool = True,
        envelope: dict[str, Any] | None = None,
        contact: Callable[[Contact], Contact] = lambda contact: contact,
        change: Callable[[Plan], Plan] = lambda made: made,
    ) -> tuple[str, Decision]:
        """A message accepted, decided and recorded as the worker would: its id and decision."""
        recipients = recipients or (CHIEF,)
        fields = {"source": "smtp", "received_at": self.clock.now, "mail_from": HER_EMAIL, "rcpt_to": recipients}
        await self.store.spool.accept(Envelope.model_validate({**fields, **(envelope or {})}), content)
        (claim,) = await self.store.spool.claim(now=self.clock.now, lease=HOUR, limit=1)
        read = contact(email(*recipients, id=claim.contact_id, received_at=self.clock.now.isoformat()))
        made = decide(
            make_case(read, *dossiers, findings=findings, **({} if dossiers else {"matches": (), "matter": None})),
            now=self.clock.now,
        )
        planned = change(
            plan(
                envelope=claim.envelope,
                contact=read,
                decision=made,
                organisation=organisation(),
                dossiers=dossiers,
                applies=lambda _strategy: enforcing,
                enforcing=enforcing,
                relayed=False,
                intake_due=self.clock.now + HOUR,
            )
        )
        outcome = Outcome(
            contact=read,
            decision=made,
            mode="enforce" if enforcing else "observe",
            dispatches=planned.dispatches,
            alerts=planned.alerts,
            sent=planned.sent,
            reviews=planned.reviews,
        )
        await self.store.recorder.record(claim, read, (), lambda _h: outcome, register_version=1, now=self.clock)
        return claim.contact_id, made


def restricted(*kinds: str) -> Dossier:
    return dossier(everything(*({"kind": kind} for kind in kinds or ("spoc_only",))))


@asynccontextmanager
async def rig(
    tmp_path: Path,
    sink: Sink,
    *,
    alerts: dict[str, Any] | None = None,
    clock: Clock | None = None,
    known: Dossier | None = None,
    **relay: Any,
) -> AsyncIterator[Rig]:
    clock = clock or Clock()
    keys = create(tmp_path / "keys.json")
    store = open_store(tmp_path / "triage.db", keys.sealer(), now=clock)
    try:
        known = known or dossier()
        register = Register(
            organisation=organisation(), people=(known.person,), matters=known.matters, strategies=known.strategies
        )
        await store.register_versions.replace(register, actor="test", now=clock.now)
        settings = RelaySettings(
            **{"host": "127.0.0.1", "port": sink.port, "hostname": "gw.example", "connect_seconds": 5, **relay}
        )
        policies = Policies.load(config_directory() / "policies")
        async with Dispatcher(
            store, settings, policies=policies, public_url="https://gw.example/", now=clock
        ) as dispatcher:
            ladder = Ladder(
                store,
                AlertSettings.model_validate(alerts or {}),
                dispatcher.mailer,
                policies=policies,
                public_url="https://gw.example",
                now=clock,
            )
            yield Rig(store, dispatcher, ladder, clock, sink)
    finally:
        store.close()
