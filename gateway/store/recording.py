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
from gateway.store.clock import from_micros, to_micros
from gateway.store.decisions import decision_text
from gateway.store.errors import ClaimLost
from gateway.store.history import HistoryStore
from gateway.store.managed import LAST_STEP
from gateway.store.outbox import NewDispatch, OutboxStore
from gateway.store.pending import PendingScan, PendingScans
from gateway.store.prepared import Prepared
from gateway.store.reader import Reader
from gateway.store.recounts import Recount, Recounts
from gateway.store.register_rows import CURRENT_VERSION
from gateway.store.replies import PromisedReplies
from gateway.store.schema import breach, contact, decision, pending_scan, review, spool
from gateway.store.sealing import Place, RecordKey, seal
from gateway.store.spool import Claim
from gateway.store.vault import Vault, open_text, seal_text
from gateway.store.writer import Writer
from models.contact import Contact
from models.decision import Decision, ReviewItem
from models.history import History, Outbound
from routing.promised import PromisedReply

ACTOR = "gateway"


class RegisterChanged(Exception):
    """The register or a strategy changed since the contact's people were looked up: look them up again."""


@dataclass(frozen=True)
class Outcome:
    """What a decision leads to, ready to be written.

    `people`: those whom the contact was exactly matched to; it counts in their history if `uses_allowance`.
    `mode`: `observe` or `enforce`, as it was applied. `sent`: set where the contact was one of ours to somebody.
    `reviews`: items beside the decision's own. `promised`: the replies that cycles promise. `pending_score`: set where
    a stage of the scan is still to come, the best score of the stages before it. `contact_text`: the contact as JSON,
    where it is at hand. `recount`: set once it is recorded where others received after it were recorded before.
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
    promised: Sequence[PromisedReply] = ()
    pending_score: float | None = None
    contact_text: bytes | None = field(default=None, repr=False)
    recount: Recount | None = None


Build = Callable[[History], Outcome]
_Row = dict[str, object]


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
        last_step: int = 0,
        now: Callable[[], datetime],
    ) -> Outcome:
        """Re-read history, decide (`build`), and write everything as revision 0, completing the claim.

        `register_version`, `last_step`: the register that the people were looked up in (`CurrentRegister`).

        Raises ClaimLost where the lease has passed on and RegisterChanged where the look-up is out of date;
        nothing is written then.
        """

        asked = _Recording(claim, read, tuple(people), build, register_version, last_step, now)
        return await self._writer.run_together(self._record, asked)

    def _record(self, connection: sa.Connection, asked: Sequence[_Recording]) -> list[Outcome | Exception]:
        """Decide each in turn, each seeing what the one before it added to history; then write them together."""
        standing = _OfClaims.read(connection, [one.claim for one in asked])
        self._vault.look_up(connection, [one.claim.contact_id for one in asked])
        rows = _Rows()
        results = [self._decide(connection, one, standing, rows) for one in asked]
        rows.insert(connection)
        done = [one.claim for one, result in zip(asked, results, strict=True) if isinstance(result, Outcome)]
        leases.finish_many(connection, spool, [(claim.contact_id, claim.token) for claim in done])
        return results

    def _decide(
        self, connection: sa.Connection, one: _Recording, standing: _OfClaims, rows: _Rows
    ) -> Outcome | Exception:
        """One contact's outcome, its rows added; or why it has none, and then nothing of it is written."""
        claim, at = one.claim, one.now()
        if standing.tokens.get(claim.contact_id) != claim.token:
            return ClaimLost(f"the claim on {claim.contact_id} is no longer ours")
        if (standing.register_version, standing.last_step) != (one.register_version, one.last_step):
            return RegisterChanged(claim.contact_id)
        history = self._history.read(connection, one.read, one.people)
        try:
            outcome = one.build(history)
        except Exception as error:  # a fault of this contact alone
            return error
        key = self._vault.key(connection, claim.contact_id)
        if claim.contact_id in standing.decided:
            outcome = self._after_failing(connection, key, outcome)
        rows.contacts.append(_contact_row(key, outcome))
        if outcome.pending_score is not None:
            rows.pending.append(PendingScans.row(claim.contact_id, outcome.pending_score, at))
        self._add(connection, key, outcome, one.register_version, at, rows)
        self._history.add(connection, outcome.contact, outcome.people, uses_allowance=outcome.uses_allowance)
        if self._history.has_after(connection, outcome.contact, outcome.people):
            due = Recount(claim.contact_id, claim.token, attempts=1)
            outcome = replace(outcome, recount=due)
            rows.recounts.append(Recounts.row(due, at))
        if outcome.sent is not None:
            self._history.note_sent(connection, outcome.sent)
        return outcome

    async def revise(
        self,
        contact_id: str,
        build: Callable[[Decision], Outcome | None],
        *,
        register_version: int | None,
        last_step: int = 0,
        now: Callable[[], datetime],
        completing: PendingScan | None = None,
    ) -> Outcome | None:
        """Record the next revision, made from the latest one; None where `build` finds nothing to add.

        `register_version`, `last_step`: as for `record`. `completing`: the late scan that the revision is the result
        of. Raises ClaimLost where its lease has passed on and RegisterChanged where the look-up is out of date;
        nothing is written then.
        """

        def job(connection: sa.Connection) -> Outcome | None:
            key = self._vault.key(connection, contact_id)
            standing = connection.execute(_LOOKED_UP_IN).one()
            if (standing.register_version, standing.last_step) != (register_version, last_step):
                raise RegisterChanged(contact_id)
            latest = self._latest(connection, key, contact_id)
            outcome = build(latest) if latest is not None else None
            if outcome is not None:
                rows = _Rows()
                self._add(connection, key, outcome, register_version, now(), rows)
                rows.insert(connection)
            if completing is not None:
                leases.remove(connection, pending_scan, contact_id, completing.token)
            return outcome

        return await self._writer.run(job)

    async def failed(
        self,
        claim: Claim,
        outcome: Outcome,
        *,
        beside: Callable[[Decision], Outcome | None] = lambda _latest: None,
        error: str,
        again_at: datetime | None,
        now: datetime,
    ) -> Outcome | None:
        """Work that failed: `outcome` as revision 0, and in the same commit another attempt, or no more of them.

        Where an earlier attempt recorded something, what `beside` makes of that, if anything; what was recorded now.
        `again_at` None: on the dead-letter list. Raises ClaimLost where the lease has passed on; nothing is written
        then.
        """

        def job(connection: sa.Connection) -> Outcome | None:
            key = self._vault.key(connection, claim.contact_id)
            latest = self._latest(connection, key, claim.contact_id)
            new = outcome if latest is None else beside(latest)
            if new is not None:
                rows = _Rows(contacts=[_contact_row(key, new)] if latest is None else [])
                self._add(connection, key, new, None, now, rows)
                rows.insert(connection)
            if again_at is None:
                audit.append(connection, "held", actor=ACTOR, subject=f"contact/{claim.contact_id}", at=now)
                leases.finish(connection, spool, claim.contact_id, claim.token, state=leases.DEAD, error=error)
            else:
                leases.give_back(connection, spool, claim.contact_id, claim.token, ready_at=again_at, error=error)
            return new

        return await self._writer.run(job)

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

    async def received_at(self, contact_id: str) -> datetime | None:
        """When a contact was received, None where it is not recorded; also where its content was erased."""
        query = sa.select(contact.c.received_at).where(contact.c.id == contact_id)
        found = await self._reader.run(lambda connection: connection.scalar(query))
        return None if found is None else from_micros(found)

    async def is_recorded(self, contact_id: str) -> bool:
        """Whether there is such a contact, also where its content was erased."""
        query = sa.select(contact.c.id).where(contact.c.id == contact_id)
        return await self._reader.run(lambda connection: connection.scalar(query)) is not None

    async def recorded_after(self, read: Contact, people: Sequence[str]) -> list[str]:
        """Contacts of these people received after `read` but recorded before it: their counts have changed.

        Without those whose content was erased: their place in the counts is all that is left of them.
        """

        def job(connection: sa.Connection) -> list[str]:
            ids = {id_ for person in people for id_ in self._history.after(connection, read, person)}
            kept = sa.select(contact.c.id).where(contact.c.id.in_(ids), contact.c.erased_at.is_(None))
            return sorted(connection.scalars(kept))

        return await self._reader.run(job)

    async def history_of(self, read: Contact, people: Sequence[str]) -> History:
        """History as a decision on `read` would see it now."""
        return await self._reader.run(lambda connection: self._history.read(connection, read, people))

    def _after_failing(self, connection: sa.Connection, key: RecordKey, outcome: Outcome) -> Outcome:
        """The next revision, where an attempt before this one failed (`failed`): nobody is alerted twice."""
        earlier = self._latest(connection, key, outcome.contact.id)
        if earlier is None:
            return outcome
        connection.execute(contact.delete().where(contact.c.id == outcome.contact.id))
        raised = self._alerts.kinds_of(connection, outcome.contact.id)
        told = {(alert.kind, alert.urgency, alert.to) for alert in earlier.alerts if alert.kind in raised}
        alerts = [alert for alert in outcome.alerts if (alert.kind, alert.urgency, tuple(alert.to)) not in told]
        made = outcome.decision.model_copy(update={"revision": earlier.revision + 1})
        return replace(outcome, decision=made, alerts=alerts)

    def _add(
        self,
        connection: sa.Connection,
        key: RecordKey,
        outcome: Outcome,
        register_version: int | None,
        at: datetime,
        rows: _Rows,
    ) -> None:
        """A decision's rows. What the next one looks at is written at once: alerts fold, copies are one breach."""
        made, contact_id = outcome.decision, outcome.contact.id
        text = made.to_json()
        rows.decisions.append(_decision_row(key, outcome, text, register_version, at))
        _PUT_BREACH.run_many(connection, _breach_rows(connection, outcome, at))
        rows.reviews += _review_rows(connection, outcome)
        rows.promised += [(contact_id, reply) for reply in outcome.promised]
        rows.dispatches += self._outbox.rows(key, contact_id, outcome.dispatches, at)
        self._alerts.add(connection, contact_id, outcome.alerts, at)
        digest = hashlib.sha256(text.encode()).digest()
        subject = f"contact/{contact_id}/{made.revision}"
        rows.events.append(audit.entry("decided", actor=ACTOR, subject=subject, at=at, digest=digest))

    @staticmethod
    def _latest(connection: sa.Connection, key: RecordKey, contact_id: str) -> Decision | None:
        row = connection.execute(
            sa.select(decision.c.contact_id, decision.c.revision, decision.c.sealed)
            .where(decision.c.contact_id == contact_id)
            .order_by(decision.c.revision.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else Decision.model_validate_json(decision_text(key, row))


@dataclass(frozen=True, slots=True)
class _Recording:
    """What `record` was asked."""

    claim: Claim
    read: Contact
    people: tuple[str, ...]
    build: Build
    register_version: int | None
    last_step: int
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _OfClaims:
    """What the store says of some claims: the register in force, whose they are, which of them are decided already."""

    register_version: int | None
    last_step: int
    tokens: dict[str, str]
    decided: frozenset[str]

    @classmethod
    def read(cls, connection: sa.Connection, claims: Sequence[Claim]) -> _OfClaims:
        ids = {"ids": [claim.contact_id for claim in claims]}
        held = connection.execute(_HELD, ids).all()
        return cls(
            register_version=held[0].register_version if held else None,  # of no use where no claim is held
            last_step=held[0].last_step if held else 0,
            tokens={row.id: row.lease_token for row in held},
            decided=frozenset(row.id for row in held if row.decided),
        )


@dataclass(slots=True)
class _Rows:
    """What is to be inserted for some contacts, a statement a table."""

    contacts: list[_Row] = field(default_factory=list)
    decisions: list[_Row] = field(default_factory=list)
    reviews: list[_Row] = field(default_factory=list)
    dispatches: list[_Row] = field(default_factory=list)
    pending: list[_Row] = field(default_factory=list)
    recounts: list[_Row] = field(default_factory=list)
    promised: list[tuple[str, PromisedReply]] = field(default_factory=list)
    events: list[_Row] = field(default_factory=list)

    def insert(self, connection: sa.Connection) -> None:
        for insert, rows in (
            (_PUT_CONTACT, self.contacts),
            (_PUT_DECISION, self.decisions),
            (_PUT_REVIEW, self.reviews),
        ):
            insert.run_many(connection, rows)
        OutboxStore.insert(connection, self.dispatches)
        PendingScans.insert(connection, self.pending)
        Recounts.insert(connection, self.recounts)
        PromisedReplies.insert(connection, self.promised)
        audit.append_many(connection, self.events)


def _contact_row(key: RecordKey, outcome: Outcome) -> _Row:
    read = outcome.contact
    text = outcome.contact_text or read.model_dump_json(by_alias=True).encode()
    return {
        "id": read.id,
        "received_at": to_micros(read.received_at),
        "channel": read.channel.value,
        "direction": read.direction.value,
        "sealed": seal(key, Place("contact", "sealed", read.id), text),
    }


def _decision_row(key: RecordKey, outcome: Outcome, text: str, register_version: int | None, at: datetime) -> _Row:
    made = outcome.decision
    return {
        "contact_id": outcome.contact.id,
        "revision": made.revision,
        "decided_at": to_micros(at),
        "register_version": register_version,
        "policy": made.versions.policy,
        "model": made.versions.model,
        "mode": outcome.mode,
        "sealed": seal_text(key, "decision", f"sealed/{made.revision}", outcome.contact.id, text),
    }


def _breach_rows(connection: sa.Connection, outcome: Outcome, at: datetime) -> list[_Row]:
    """Breaches that no earlier revision has."""
    contact_id, revision = outcome.contact.id, outcome.decision.revision
    known = {tuple(row) for row in connection.execute(_BREACHES, {"id": contact_id})} if revision else set()
    return [
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


def _review_rows(connection: sa.Connection, outcome: Outcome) -> list[_Row]:
    """Review items that no earlier revision has."""
    contact_id, revision = outcome.contact.id, outcome.decision.revision
    known = {tuple(row) for row in connection.execute(_REVIEWS, {"id": contact_id})} if revision else set()
    return [
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


_PUT_CONTACT, _PUT_DECISION = Prepared(contact.insert()), Prepared(decision.insert())
_PUT_BREACH, _PUT_REVIEW = Prepared(breach.insert()), Prepared(review.insert())
_BREACHES = sa.select(breach.c.strategy, breach.c.restriction).where(breach.c.contact_id == sa.bindparam("id"))
_REVIEWS = sa.select(review.c.queue, review.c.priority).where(review.c.contact_id == sa.bindparam("id"))
_LOOKED_UP_IN = sa.select(
    CURRENT_VERSION.scalar_subquery().label("register_version"), LAST_STEP.scalar_subquery().label("last_step")
)
_HELD = sa.select(
    spool.c.id,
    spool.c.lease_token,
    sa.exists().where(decision.c.contact_id == spool.c.id).label("decided"),
    *_LOOKED_UP_IN.selected_columns,
).where(spool.c.id.in_(sa.bindparam("ids", expanding=True)), spool.c.state == leases.CLAIMED)
