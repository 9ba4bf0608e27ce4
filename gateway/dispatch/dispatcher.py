"""Drains the outbox: claims, sends, marks; tries again later; buries what cannot be sent where people see it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import structlog

from gateway.bell import Bell
from gateway.crashpoints import crash_point
from gateway.dispatch.line import Answer, Unreachable
from gateway.dispatch.mailer import Mailer
from gateway.dispatch.payloads import Letter, Payload, Refused, Relay, Report, alert_payload, read_payload
from gateway.dispatch.pool import Results, SmtpPool
from gateway.dispatch.report import report_for
from gateway.dispatch.settings import RelaySettings
from gateway.dispatch.trace import Trace
from gateway.dispatch.writing import Writing
from gateway.policies import Policies
from gateway.store.alerts import NewAlert
from gateway.store.deaths import ServerDied, is_deadly
from gateway.store.errors import ClaimLost
from gateway.store.outbox import Dispatch, DispatchKind, NewDispatch
from gateway.store.store import Store
from models.decision import AlertKind, Priority, Queue
from models.finding import Urgency

log = structlog.get_logger()

_POLL_SECONDS = 1.0
_LEASE = timedelta(seconds=30)
_EXTEND_SECONDS = 10.0
_UNREACHABLE_AT_MOST = 30.0
_UNREACHABLE_TOLD_AFTER = timedelta(minutes=5)
_TOO_MANY_RECIPIENTS = 452
_ALERT_CONNECTIONS = 2
_LARGE_BYTES = 4 * 1024 * 1024


class Dispatcher:
    """Sends what the outbox holds, a few at a time, each row until it is sent or dead.

    `received_by`: the name under which mail is taken in, as it stands in Received lines; None where it is the relay's.
    While the mail server cannot be reached one row at a time is tried, so that neither memory nor the store suffers.
    """

    def __init__(
        self,
        store: Store,
        settings: RelaySettings,
        *,
        policies: Policies,
        public_url: str,
        now: Callable[[], datetime],
        received_by: str | None = None,
    ) -> None:
        self._store = store
        self._policies = policies
        self._settings = settings
        self._now = now
        trace = Trace(store.trace_key)
        self._pool = SmtpPool(settings)
        self._writing = Writing(
            store, settings, trace, public_url=public_url, now=now, received_by=received_by or settings.hostname
        )
        # Alerts never queue behind the mail of others.
        self._alert_pool = SmtpPool(settings.model_copy(update={"connections": _ALERT_CONNECTIONS}))
        self.mailer = Mailer(self._alert_pool, trace, settings, now=now)
        self._bell = Bell(_POLL_SECONDS)
        # Whether rows are known, or may well be, ready: looking in vain costs a transaction.
        self._expected = True
        # One large message in memory at a time, however many connections there are.
        self._large = asyncio.Lock()
        self._in_hand: dict[str, Dispatch] = {}
        self._unreachable_since: datetime | None = None
        self._told_of_unreachable = False
        self._probe_at = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._pool.close()
        await self._alert_pool.close()

    def notify(self) -> None:
        """Something may be ready: look now rather than at the next poll."""
        self._expected = True
        self._bell.ring()

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until `stopping` is set, then finish what is in hand."""
        keeper = asyncio.create_task(self._keep_claims())
        try:
            with self._bell.rung_by(stopping):
                async with asyncio.TaskGroup() as tasks:
                    while not stopping.is_set():
                        claimed = await self._claim()
                        for dispatch in claimed:
                            tasks.create_task(self._work(dispatch))
                        if not claimed and not await self._bell.wait():
                            self._expected = await self._is_due() or self._expected
        finally:
            keeper.cancel()

    async def alone(self, id_: str) -> None:
        """Send one row by itself: the process died when it was in hand last (`gateway.after_a_death`)."""
        keeper = asyncio.create_task(self._keep_claims())
        try:
            for dispatch in await self._store.outbox.claim(now=self._now(), lease=_LEASE, limit=1, only=id_):
                self._in_hand[dispatch.id] = dispatch
                await self._work(dispatch)
        finally:
            keeper.cancel()

    async def drain(self) -> None:
        """Send until nothing is ready; what has to wait for another attempt is left. For tests."""
        self._expected = True
        while claimed := await self._claim():
            await asyncio.gather(*(self._work(dispatch) for dispatch in claimed))
            if self._unreachable_since is not None:
                self._probe_at = 0.0
                return
            self._expected = True

    async def _is_due(self) -> bool:
        try:
            ready_at = await self._store.outbox.next_ready_at()
        except Exception as error:
            log.error("outbox_read_failed", error=type(error).__name__)
            return False
        return ready_at is not None and ready_at <= self._now()

    async def _claim(self) -> list[Dispatch]:
        if not self._expected:
            return []
        connections = self._settings.connections
        if self._unreachable_since is not None:
            if self._in_hand or asyncio.get_running_loop().time() < self._probe_at:
                return []
            room = 1
        else:
            # Half of what is in hand is being sent, half is next: rows are claimed many at a time.
            room = connections * 2 - len(self._in_hand)
            if room < connections:
                return []
        try:
            self._expected = False
            claimed = await self._store.outbox.claim(now=self._now(), lease=_LEASE, limit=room)
        except Exception as error:
            # The store may be full or locked for a while: what is in the outbox stays, and is tried again.
            log.error("outbox_claim_failed", error=type(error).__name__)
            return []
        # Told of more meanwhile, or with its hands full, it looks again.
        self._expected = self._expected or len(claimed) == room
        self._in_hand.update((dispatch.id, dispatch) for dispatch in claimed)
        return claimed

    async def _keep_claims(self) -> None:
        """Long sends keep their rows; a process that died lets go of its own within the lease."""
        while True:
            await asyncio.sleep(_EXTEND_SECONDS)
            if self._in_hand:
                try:
                    await self._store.outbox.extend(list(self._in_hand.values()), until=self._now() + _LEASE)
                except Exception as error:
                    log.error("outbox_extend_failed", error=type(error).__name__)

    async def _work(self, dispatch: Dispatch) -> None:
        try:
            await self._send(dispatch)
        except Exception as error:
            # Whatever it is, it must not end the sending of all others: its lease ends by itself, and it is sent again.
            log.error("dispatch_not_settled", dispatch=dispatch.id, error=type(error).__name__)
        finally:
            self._in_hand.pop(dispatch.id, None)
            if self._expected and len(self._in_hand) <= self._settings.connections:
                self._bell.ring()

    async def _send(self, dispatch: Dispatch) -> None:
        if is_deadly(dispatch.deaths):
            await self._bury(dispatch, None, ServerDied.__name__)
            return
        payload: Payload | None = None
        try:
            payload = read_payload(dispatch.payload)
            large = dispatch.size_bytes > _LARGE_BYTES
            async with self._large if large else nullcontext(), self._pool.connection() as connection:
                self._unreachable_since = None
                outgoing, content = await self._writing.message(dispatch, payload, connection.size_limit)
                results = await connection.send(outgoing, content)
        except Unreachable as error:
            await self._note_unreachable()
            await self._put_off(dispatch, payload, f"unreachable: {error}", at_most=_UNREACHABLE_AT_MOST)
        except Exception as error:
            # One row that cannot be read or written must not stop the others.
            log.error("dispatch_failed", dispatch=dispatch.id, error=type(error).__name__)
            await self._put_off(dispatch, payload, type(error).__name__)
        else:
            await self._settle(dispatch, payload, results)

    async def _note_unreachable(self) -> None:
        """Nothing more is tried for a moment; a person hears of it where it lasts, by whatever is not mail."""
        now = self._now()
        self._probe_at = asyncio.get_running_loop().time() + self._settings.retry_seconds[0]
        if self._unreachable_since is None:
            self._unreachable_since, self._told_of_unreachable = now, False
        if not self._told_of_unreachable and now - self._unreachable_since >= _UNREACHABLE_TOLD_AFTER:
            self._told_of_unreachable = True
            text = "The mail server has not been reachable for five minutes. Mail is kept and sent when it is back."
            says = alert_payload(text, unreachable_since=self._unreachable_since)
            alert = NewAlert(AlertKind.SYSTEM, Urgency.IMMEDIATE, (), says, fold_key="unreachable")
            try:
                await self._store.alerts.raise_system([alert], now)
            except Exception as error:
                log.error("alert_not_raised", error=type(error).__name__)
                self._told_of_unreachable = False  # but at the next row that cannot be sent

    async def _put_off(
        self,
        dispatch: Dispatch,
        payload: Payload | None,
        error: str,
        *,
        at_most: float | None = None,
    ) -> None:
        if self._is_too_old(dispatch):
            await self._bury(dispatch, payload, error)
            return
        ready_at = self._now() + timedelta(seconds=self._delay(dispatch.attempts, at_most))
        log.info("dispatch_later", dispatch=dispatch.id, attempt=dispatch.attempts, error=error)
        await self._mark(
            dispatch,
            lambda: self._store.outbox.later(dispatch, ready_at=ready_at, error=error, now=self._now()),
        )

    async def _settle(self, dispatch: Dispatch, payload: Payload, results: Results) -> None:
        """Write down what became of every recipient: one mark a row, in one transaction."""
        crash_point("before_mark_sent")
        if results.temporary and self._is_too_old(dispatch):
            results.permanent |= results.temporary
            results.temporary = {}
        if results.temporary:
            await self._try_rest(dispatch, payload, results)
        elif results.permanent:
            await self._refused(dispatch, payload, results.permanent)
        else:
            await self._mark(dispatch, lambda: self._store.outbox.sent(dispatch, now=self._now()))
        if results.temporary or results.permanent:
            self.notify()  # what takes its place may be ready
        crash_point("after_mark_sent")

    async def _try_rest(self, dispatch: Dispatch, payload: Payload, results: Results) -> None:
        """Only those who did not get it; the refused ones go on as a row of their own, which then ends by itself."""
        rest = payload.model_copy(update={"recipients": tuple(results.temporary)})
        refused = payload.model_copy(update={"recipients": tuple(results.permanent)})
        follow = [NewDispatch(dispatch.kind, refused.model_dump_json())] if results.permanent else []
        answers = {answer.code for answer in results.temporary.values()}
        at_once = bool(results.accepted) and answers == {_TOO_MANY_RECIPIENTS}
        delay = 0.0 if at_once else self._delay(dispatch.attempts)
        answer = next(iter(results.temporary.values()))
        error = str(answer)
        log.info("dispatch_later", dispatch=dispatch.id, attempt=dispatch.attempts, code=answer.code)
        await self._mark(
            dispatch,
            lambda: self._store.outbox.later(
                dispatch,
                ready_at=self._now() + timedelta(seconds=delay),
                error=error,
                now=self._now(),
                payload=rest.model_dump_json(),
                follow=follow,
            ),
        )

    async def _refused(self, dispatch: Dispatch, payload: Payload, permanent: dict[str, Answer]) -> None:
        rest = payload.model_copy(update={"recipients": tuple(permanent)})
        error = str(next(iter(permanent.values())))
        if isinstance(rest, Letter) and rest.attach:
            # Perhaps it was the original that was too large or not liked: the words and the link must arrive.
            plain = rest.model_copy(update={"attach": False})
            follow = [NewDispatch(dispatch.kind, plain.model_dump_json())]
            await self._mark(
                dispatch,
                lambda: self._store.outbox.dead(dispatch, error=error, now=self._now(), follow=follow),
            )
            return
        if isinstance(rest, Letter) and rest.instead:
            await self._send_instead(dispatch, rest, error)
            return
        await self._bury(dispatch, rest, error, permanent)

    async def _send_instead(self, dispatch: Dispatch, refused: Letter, error: str) -> None:
        """A diversion that its reader's mailbox refuses for good: the next who may read it gets it."""
        reader, *others = refused.instead
        why = f"{', '.join(refused.recipients)} could not be sent this, so it comes to you."
        letter = refused.model_copy(
            update={
                "recipients": (reader,),
                "text": f"{why}\n\n{refused.text}",
                "attach": bool(others),
                "instead": tuple(others),
            }
        )
        follow = [NewDispatch(dispatch.kind, letter.model_dump_json())]
        await self._mark(dispatch, lambda: self._tell(dispatch, goes_on=True))
        await self._mark(
            dispatch, lambda: self._store.outbox.dead(dispatch, error=error, now=self._now(), follow=follow)
        )

    async def _bury(
        self,
        dispatch: Dispatch,
        rest: Payload | None,
        error: str,
        permanent: dict[str, Answer] | None = None,
    ) -> None:
        """Nobody hears of it by mail any more: a person is told, before the row is closed."""
        # What a server answers may quote an address: of that, the code alone.
        why = {"code": next(iter(permanent.values())).code} if permanent else {"error": error}
        log.error("dispatch_dead", dispatch=dispatch.id, kind=dispatch.kind.value, **why)
        follow: list[NewDispatch] = []
        if not isinstance(rest, Report):
            await self._mark(dispatch, lambda: self._tell(dispatch))
        if isinstance(rest, Relay) and rest.mail_from:
            follow = await self._report(dispatch, rest, permanent or {})
        await self._mark(
            dispatch,
            lambda: self._store.outbox.dead(
                dispatch, error=error, now=self._now(), payload=rest.model_dump_json() if rest else None, follow=follow
            ),
        )

    async def _tell(self, dispatch: Dispatch, *, goes_on: bool = False) -> None:
        """Somebody looks into it. What was diverted and reached nobody is told at any hour, and is never folded."""
        now = self._now()
        register = await self._store.register.last_seen()
        due = self._policies.due_at(register.organisation, now, Priority.HIGH) if register else now
        await self._store.review.add(dispatch.contact_id, Queue.INTAKE, Priority.HIGH, due, now)
        lost = dispatch.kind is DispatchKind.DIVERT and not goes_on
        became = "it goes to the next who may read it instead" if goes_on else "was given up on"
        if is_deadly(dispatch.deaths):
            became += ": the gateway died each time it was being sent. It may have arrived all the same"
        text = (
            f"A {dispatch.kind.value} of contact {dispatch.contact_id} could not be sent and {became}."
            + (" Nobody has the message now: read it with `triage queue read`." if lost else "")
            + " `triage queue list --dead` shows it and why; `triage queue retry ID` tries again."
        )
        alert = NewAlert(
            AlertKind.SYSTEM,
            Urgency.IMMEDIATE if lost else Urgency.SAME_DAY,
            (),
            alert_payload(text, held=dispatch.contact_id if lost else None, dead=dispatch.id),
            fold_key=None if lost else f"dead-{dispatch.kind.value}",
        )
        await self._store.alerts.raise_system([alert], now)

    async def _report(self, dispatch: Dispatch, rest: Relay, permanent: dict[str, Answer]) -> list[NewDispatch]:
        try:
            envelope = await self._store.spool.envelope(dispatch.contact_id)
            contact = await self._store.recorder.contact(dispatch.contact_id)
        except Exception as error:
            # Of what does not open it is not certain who wrote it. Somebody of ours was told already.
            log.error("no_report_made", dispatch=dispatch.id, error=type(error).__name__)
            return []
        if envelope is None:
            return []
        unknown = Answer(554, "5.4.7 delivery time expired")
        refused = [
            Refused(recipient=recipient, code=answer.code, text=answer.text)
            for recipient in rest.recipients
            for answer in (permanent.get(recipient, unknown),)
        ]
        report = report_for(envelope, contact, refused)
        return [NewDispatch(DispatchKind.DSN, report.model_dump_json())] if report else []

    async def _mark(self, dispatch: Dispatch, mark: Callable[[], Awaitable[None]]) -> None:
        """What was sent must be known to have been sent: the store is asked until it answers."""
        while True:
            try:
                await mark()
                return
            except ClaimLost:
                log.warning("dispatch_claim_lost", dispatch=dispatch.id)
                return
            except Exception as error:
                log.error("dispatch_mark_failed", dispatch=dispatch.id, error=type(error).__name__)
                await asyncio.sleep(_POLL_SECONDS)

    def _is_too_old(self, dispatch: Dispatch) -> bool:
        return self._now() - dispatch.created_at >= timedelta(hours=self._settings.give_up_after_hours)

    def _delay(self, attempts: int, at_most: float | None = None) -> float:
        """Seconds to the next attempt, up to a fifth more, so that what failed together does not return together."""
        steps = self._settings.retry_seconds
        delay = steps[min(attempts, len(steps)) - 1]
        return min(delay, at_most or delay) * random.uniform(1.0, 1.2)  # noqa: S311 - spread, not secrecy
