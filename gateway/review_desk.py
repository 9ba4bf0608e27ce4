"""The review queue as people work on it: whoever a complaint is about does not decide it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from pydantic import ValidationError

from gateway.dispatch.holds import in_words
from gateway.dispatch.payloads import read_payload
from gateway.dispatch.plan import diverted, original_for, readers_of, release
from gateway.dispatch.still_true import settle_what_is_over
from gateway.governance.rights_steps import PASSED_ON
from gateway.policies import Policies
from gateway.store.outbox import DeadDispatch
from gateway.store.store import Store
from models.contact import Channel
from models.decision import Decision, Queue
from routing.addresses import email_key
from routing.complaint_conflict import QUEUE, Complaint, is_for_another
from routing.naming import words

_IN_FULL = 2
"""Words of a name that can be held against those in a complaint: one alone, such as an account's, tells too little."""


class NotYours(Exception):
    """An item is for somebody else to decide; the message says why, and for whom it is."""


class ReleasedAlready(Exception):
    """Everybody whom a release was for was sent it before; the message says by whom and when."""


def _to_whom(dead: DeadDispatch) -> str:
    if dead.payload is None:
        return ""
    try:
        return f" to {', '.join(read_payload(dead.payload).recipients)}"
    except ValidationError:  # a damaged row is listed all the same
        return ""


def _became(dead: DeadDispatch) -> str:
    return "given up on" if dead.instead is None else f"{dead.instead} took its place"


class ReviewDesk:
    """Opens and closes items of the queue, and lets go what was held back."""

    def __init__(self, store: Store, policies: Callable[[], Policies], *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._policies = policies
        self._now = now

    async def open(self, decision: Decision, *, by: str) -> str | None:
        """Note that somebody looked at a contact. The line that says so where a complaint about them waits on."""
        contact = decision.contact.id
        stands_aside = await self._stands_aside(decision, QUEUE, by)
        for_others = (QUEUE,) if stands_aside else ()
        await self._store.review.opened(contact, by=by, now=self._now(), for_others=for_others)
        await settle_what_is_over(self._store, self._now())
        return stands_aside

    async def became_of(self, contact: str) -> tuple[str | None, tuple[str, ...]]:
        """Why a message went to nobody yet, None where nothing holds it; and what else became of it."""
        released = await self._store.outbox.released(contact)
        lines = [
            f"released by {one.by} at {one.at:%d %B %Y, %H:%M} UTC to {', '.join(read_payload(one.payload).recipients)}"
            for one in released
        ]
        lines += [
            f"not sent and {_became(dead)}: {dead.kind} {dead.id}{_to_whom(dead)} ({dead.error or 'no reason given'})"
            for dead in await self._store.outbox.dead_letters(contact)
        ]
        lines += [
            f"answered on {reply.answered_on:%d %B %Y} under {reply.strategy}, recorded by {reply.answered_by}"
            for reply in await self._store.replies.to(contact)
            if reply.answered_on is not None
        ]
        held = None
        if not released and await self._store.spool.is_held(contact):
            envelope = await self._store.spool.envelope(contact)
            why = in_words(envelope.hold) if envelope and envelope.hold else "it could not be triaged"
            held = f"{why}; it went to nobody: `triage queue release {contact}` sends it on"
        elif not released and await self._store.spool.is_tried_again(contact):
            held = "it could not be triaged at first and is tried again within minutes; it went to nobody yet"
        return held, tuple(lines)

    async def close(self, id_: str, *, by: str, outcome: str, note: str | None) -> bool:
        """A named person's decision on an item; False where none of that id is open. NotYours where it is another's.

        That somebody tried is on the audit trail, too.
        """
        await self.expect_theirs(id_, by=by)
        closed = await self._store.review.close(id_, by=by, outcome=outcome, note=note, now=self._now())
        await settle_what_is_over(self._store, self._now())
        return closed

    async def reopen(self, id_: str, *, by: str, reason: str) -> str | None:
        """Take the closing of an item back, by a named person. Why that cannot be, in words; None where it is done.

        NotYours where it is another's, as with closing it: else whoever a complaint is about would undo what others
        decided on it. What the passing on of a complaint closed is taken back there (`RightsClocks.undo`).
        """
        await self.expect_theirs(id_, by=by, event="reopen_refused")
        if await self._store.review.reopen(id_, by=by, reason=reason, now=self._now(), but=PASSED_ON):
            return None
        if await self._store.review.contact_of(id_) is None:
            return f"there is no review item {id_}; `triage queue close` names the item that it closes"
        if await self._store.review.find(id_) is not None:
            return f"item {id_} is not closed: there is nothing to take back"
        return f"item {id_} was passed on; `triage clock undo {id_}` takes that back"

    async def expect_theirs(self, id_: str, *, by: str, event: str = "close_refused") -> None:
        """NotYours where an item, closed or not, is a complaint about whoever acts.

        That they tried is on the audit trail, as this event.
        """
        item = await self._store.review.find(id_, or_closed=True)
        decision = await self._store.recorder.latest(item.contact_id) if item else None
        if item and decision and (why := await self._stands_aside(decision, item.queue, by)):
            await self._store.audit.record(event, actor=by, subject=f"review/{id_}", at=self._now())
            raise NotYours(why)

    async def release(
        self, contact: str, *, by: str, to: Collection[str] = (), again: bool = False
    ) -> tuple[str, ...] | None:
        """Send a message on to whom it did not go: all of them, or those among `to`, in whatever spelling.

        Those who have to read it (the single point of contact, a queue that got a copy) are sent it where `to` names
        them. Nobody is sent it twice, unless `again`. Whom it goes to now; None where there is no such message.
        ReleasedAlready where it was sent to all of them before.
        """
        envelope = await self._store.spool.envelope(contact)
        if envelope is None:
            return None
        held = await self._store.spool.is_held(contact)
        decision = await self._store.recorder.latest(contact)
        withheld = envelope.rcpt_to if held else tuple(diverted(envelope, decision)) if decision else ()
        chosen = {email_key(address) for address in to}
        wanted = tuple(address for address in withheld if not chosen or email_key(address) in chosen)
        readers = await self._readers(decision) if decision and chosen else ()
        reading = tuple(address for address in readers if email_key(address) in chosen and address not in wanted)
        if not again:
            wanted, reading = await self._not_yet(contact, wanted, reading)
        if wanted or reading:
            # One row each: what becomes of one says nothing of the others.
            relays = [release(envelope, (address,)) for address in wanted]
            relays += [original_for(envelope, address) for address in reading]
            # Sent to its readers alone, it is still to go to those it is addressed to.
            held = held and bool(wanted)
            await self._store.spool.release(contact, relays, held=held, actor=by, now=self._now())
            await settle_what_is_over(self._store, self._now())
        return (*wanted, *reading)

    async def _readers(self, decision: Decision) -> tuple[str, ...]:
        if decision.contact.channel is not Channel.EMAIL:
            return ()
        dossiers = await self._store.register.dossiers(match.person for match in decision.matches)
        return readers_of(decision, dossiers)

    async def _not_yet(
        self, contact: str, wanted: tuple[str, ...], reading: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those of both whom nobody has had it sent to before."""
        earlier = await self._store.outbox.released(contact)
        had = {to: one for one in earlier for to in read_payload(one.payload).recipients}
        left = tuple(tuple(to for to in those if to not in had) for those in (wanted, reading))
        if (wanted or reading) and not any(left):
            last = had[(*wanted, *reading)[-1]]
            raise ReleasedAlready(f"released already by {last.by} at {last.at:%d %B %Y, %H:%M} UTC")
        return left[0], left[1]

    async def _stands_aside(self, decision: Decision, queue: Queue, by: str) -> str | None:
        """Why this item is not theirs to decide, and whose it is; None where it is."""
        if not is_for_another(decision, queue):
            return None
        contact = await self._store.recorder.contact(decision.contact.id)
        current = await self._store.register.current()
        if contact is None or current is None:
            return None
        dossiers = await self._store.register.dossiers(match.person for match in decision.matches)
        complaint = Complaint(
            contact,
            decision.findings,
            tuple(strategy for dossier in dossiers for strategy in dossier.strategies),
            current.organisation,
            self._policies().of(current.organisation),
        )
        for_whom = f"it is for {complaint.decider.to}"
        if complaint.is_about(by):
            return f"the complaint in it names {by}, or the post they hold, so it is not theirs to decide: {for_whom}"
        if len(words(by)) < _IN_FULL:
            return (
                f"the complaint in it names somebody who would handle it: {for_whom}; give your name in full with --by"
            )
        return None
