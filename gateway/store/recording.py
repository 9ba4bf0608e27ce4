"""The one transaction in which a contact becomes decided (DESIGN §1.6).

Contact, decision, history, breaches, review items, outbox rows, alerts and audit events are written together with
the completion of the claim. Before the commit nothing is visible; after it nothing is run again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from gateway.ids import new_id
from gateway.store import audit, leases
from gateway.store.alerts import AlertStore, NewAlert
from gateway.store.clock import to_micros
from gateway.store.errors import ClaimLost
from gateway.store.history import HistoryStore
from gateway.store.outbox import NewDispatch, OutboxStore
from gateway.store.reader import Reader
from gateway.store.register import CURRENT_VERSION
from gateway.store.schema import breach, contact, decision, review, spool
from gateway.store.sealing import RecordKey
from gateway.store.spool import Claim
from gateway.store.vault import Vault, open_text, seal_text
from gateway.store.writer import Writer
from models.contact import Contact
from models.decision import Decision, ReviewItem
from models.history import History, Outbound

ACTOR = "gateway"


class RegisterChanged(Exception):
    """A new register came into force since the contact's people were looked up: look them up again."""


@dataclass(frozen=True)
class Outcome:
    """What a decision leads to, ready to be written.

    `people`: those whom the contact was exactly matched to; it counts in their history if `uses_allowance`.
    `mode`: `observe` or `enforce`, as it was applied. `sent`: set where the contact was one of ours to somebody.
    `reviews`: items beside the decision's own.
    """

    contact: Contact
    decision: Decision
    mode: str
    people: Sequence[str] = ()
    uses_allowance: bool = True
    dispatches: Sequence[NewDispatch] = ()
    alerts: Sequence[NewAlert] = ()
    sent: Outbound | None = None
    reviews: Sequence[ReviewItem] = ()
    events: Sequence[str] = field(default=())


Build = Callable[[History], Outcome]


class Recorder:
    """Writes outcomes, and reads back what was recorded."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        vault: Vault,
        *,
        history: HistoryStore,
        outbox: OutboxStore,
        alerts: AlertStore,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault
        self._history = history
        self._outbox = outbox
        self._alerts = alerts

    async def record(
        self,
        claim: Claim,
        read: Contact,
        people: Sequence[str],
        build: Build,
        *,
        register_version: int | None,
        now: Callable[[], datetime],
    ) -> Outcome:
        """Re-read history, decide (`build`), and write everything as revision 0, completing the claim.

        Raises ClaimLost where the lease has passed on and RegisterChanged where the look-up is out of date;
        nothing is written then.
        """

        def job(connection: sa.Connection) -> Outcome:
            given_up = _check(connection, claim, register_version)
            outcome = build(self._history.read(connection, read, people))
            at = now()
            key = self._vault.key(connection, claim.contact_id)
            if given_up:
                outcome = self._after_giving_up(connection, key, outcome)
            self._put_contact(connection, key, outcome.contact)
            self._put_decision(connection, key, outcome, register_version, at)
            self._history.add(connection, outcome.contact, outcome.people, uses_allowance=outcome.uses_allowance)
            if outcome.sent is not None:
                self._history.note_sent(connection, outcome.sent)
            leases.finish(connection, spool, claim.contact_id, claim.token)
            return outcome

        return await self._writer.run(job)

    async def revise(
        self,
        contact_id: str,
        build: Callable[[Decision], Outcome | None],
        *,
        register_version: int | None,
        now: Callable[[], datetime],
    ) -> Outcome | None:
        """Record the next revision, made from the latest one; None where `build` finds nothing to add."""

        def job(connection: sa.Connection) -> Outcome | None:
            key = self._vault.key(connection, contact_id)
            latest = self._latest(connection, key, contact_id)
            outcome = build(latest) if latest is not None else None
            if outcome is not None:
                self._put_decision(connection, key, outcome, register_version, now())
            return outcome

        return await self._writer.run(job)

    async def bury(self, claim: Claim, outcome: Outcome, *, error: str, now: datetime) -> None:
        """Work that failed too often: on the dead-letter list, with a review item and an alert in the same commit."""

        def job(connection: sa.Connection) -> None:
            key = self._vault.key(connection, claim.contact_id)
            if self._latest(connection, key, claim.contact_id) is None:
                self._put_contact(connection, key, outcome.contact)
                self._put_decision(connection, key, outcome, None, now)
            leases.finish(connection, spool, claim.contact_id, claim.token, state=leases.DEAD, error=error)

        await self._writer.run(job)

    async def latest(self, contact_id: str) -> Decision | None:
        """The newest revision of a contact's decision, None where it is not decided."""

        def job(connection: sa.Connection) -> Decision | None:
            if connection.scalar(sa.select(decision.c.revision).where(decision.c.contact_id == contact_id)) is None:
                return None
            return self._latest(connection, self._vault.key(connection, contact_id), contact_id)

        return await self._reader.run(job)

    async def contact(self, contact_id: str) -> Contact | None:
        """A contact as it was read, None where it is not recorded."""

        def job(connection: sa.Connection) -> Contact | None:
            sealed = connection.scalar(sa.select(contact.c.sealed).where(contact.c.id == contact_id))
            if sealed is None:
                return None
            key = self._vault.key(connection, contact_id)
            return Contact.model_validate_json(open_text(key, "contact", "sealed", contact_id, sealed))

        return await self._reader.run(job)

    async def recorded_after(self, read: Contact, people: Sequence[str]) -> list[str]:
        """Contacts of these people received after `read` but recorded before it: their counts have changed."""

        def job(connection: sa.Connection) -> list[str]:
            return sorted({id_ for person in people for id_ in self._history.after(connection, read, person)})

        return await self._reader.run(job)

    async def history_of(self, read: Contact, people: Sequence[str]) -> History:
        """History as a decision on `read` would see it now."""
        return await self._reader.run(lambda connection: self._history.read(connection, read, people))

    async def decided_count(self) -> int:
        """How many contacts have a decision."""
        count = sa.select(sa.func.count()).select_from(decision).where(decision.c.revision == 0)
        return await self._reader.run(lambda connection: connection.scalar(count) or 0)

    def _after_giving_up(self, connection: sa.Connection, key: RecordKey, outcome: Outcome) -> Outcome:
        """The next revision, where triage gave up on the contact once (`bury`) and was asked to try again."""
        given_up = self._latest(connection, key, outcome.contact.id)
        if given_up is None:
            return outcome
        connection.execute(contact.delete().where(contact.c.id == outcome.contact.id))
        made = outcome.decision.model_copy(update={"revision": given_up.revision + 1})
        return replace(outcome, decision=made)

    @staticmethod
    def _put_contact(connection: sa.Connection, key: RecordKey, read: Contact) -> None:
        connection.execute(
            contact.insert(),
            {
                "id": read.id,
                "received_at": to_micros(read.received_at),
                "channel": read.channel.value,
                "direction": read.direction.value,
                "sealed": seal_text(key, "contact", "sealed", read.id, read.model_dump_json(by_alias=True)),
            },
        )

    def _put_decision(
        self, connection: sa.Connection, key: RecordKey, outcome: Outcome, register_version: int | None, at: datetime
    ) -> None:
        made, contact_id = outcome.decision, outcome.contact.id
        text = made.to_json()
        column = f"sealed/{made.revision}"
        connection.execute(
            decision.insert(),
            {
                "contact_id": contact_id,
                "revision": made.revision,
                "decided_at": to_micros(at),
                "register_version": register_version,
                "policy": made.versions.policy,
                "model": made.versions.model,
                "mode": outcome.mode,
                "sealed": seal_text(key, "decision", column, contact_id, text),
            },
        )
        self._put_breaches(connection, outcome, at)
        self._put_reviews(connection, outcome)
        self._outbox.add(connection, key, contact_id, outcome.dispatches, at)
        self._alerts.add(connection, contact_id, outcome.alerts, at)
        digest = hashlib.sha256(text.encode()).digest()
        subject = f"contact/{contact_id}/{made.revision}"
        for event in ("decided", *outcome.events):
            audit.append(connection, event, actor=ACTOR, subject=subject, at=at, digest=digest)

    @staticmethod
    def _put_breaches(connection: sa.Connection, outcome: Outcome, at: datetime) -> None:
        contact_id = outcome.contact.id
        known = (
            set(
                connection.execute(
                    sa.select(breach.c.strategy, breach.c.restriction).where(breach.c.contact_id == contact_id)
                ).all()
            )
            if outcome.decision.revision
            else set()
        )
        rows = [
            {
                "contact_id": contact_id,
                "strategy": flagged.strategy,
                "restriction": flagged.restriction,
                "kind": flagged.kind,
                "status": flagged.status,
                "at": to_micros(at),
            }
            for flagged in outcome.decision.breaches
            if (flagged.strategy, flagged.restriction) not in known
        ]
        if rows:
            connection.execute(breach.insert(), rows)

    @staticmethod
    def _put_reviews(connection: sa.Connection, outcome: Outcome) -> None:
        contact_id, revision = outcome.contact.id, outcome.decision.revision
        known = (
            set(
                connection.execute(
                    sa.select(review.c.queue, review.c.priority).where(review.c.contact_id == contact_id)
                ).all()
            )
            if revision
            else set()
        )
        rows = [
            {
                "id": new_id(),
                "contact_id": contact_id,
                "revision": revision,
                "queue": item.queue.value,
                "priority": item.priority.value,
                "due_at": to_micros(item.due_at),
                "state": "open",
                "escalation": 0,
            }
            for item in (*outcome.decision.review, *outcome.reviews)
            if (item.queue.value, item.priority.value) not in known
        ]
        if rows:
            connection.execute(review.insert(), rows)

    @staticmethod
    def _latest(connection: sa.Connection, key: RecordKey, contact_id: str) -> Decision | None:
        row = connection.execute(
            sa.select(decision.c.revision, decision.c.sealed)
            .where(decision.c.contact_id == contact_id)
            .order_by(decision.c.revision.desc())
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        return Decision.model_validate_json(
            open_text(key, "decision", f"sealed/{row.revision}", contact_id, row.sealed)
        )


def _check(connection: sa.Connection, claim: Claim, register_version: int | None) -> bool:
    """ClaimLost or RegisterChanged where the work does not count; else whether the contact was given up on before."""
    row = connection.execute(_STANDING, {"id": claim.contact_id, "token": claim.token}).one_or_none()
    if row is None:
        raise ClaimLost(f"the claim on {claim.contact_id} is no longer ours")
    if row.version != register_version:
        raise RegisterChanged(claim.contact_id)
    return bool(row.decided)


_STANDING = sa.select(
    CURRENT_VERSION.scalar_subquery().label("version"),
    sa.exists().where(decision.c.contact_id == spool.c.id).label("decided"),
).where(spool.c.id == sa.bindparam("id"), spool.c.lease_token == sa.bindparam("token"), spool.c.state == leases.CLAIMED)
