"""Watches the sample contacts being decided: prints each, and says at the end what was not as expected."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console

from gateway.demo.expected import mismatches
from gateway.demo.sample import Sample, SampleMessage
from gateway.demo.sink import Sink
from gateway.demo.table import ContactTable
from gateway.store.recording import Outcome
from gateway.store.store import Store
from models.contact import Contact
from models.decision import Decision

_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.05


class Watch:
    """`recorded` is for the service to call with every outcome."""

    def __init__(self, sample: Sample, messages: Sequence[SampleMessage], console: Console) -> None:
        self._expected = {**sample.expected.messages, **sample.expected.calls}
        self._names = {message.message_id: message.name for message in messages}
        self._console = console
        self._table = ContactTable(console, {person.id: person.name for person in sample.register.people})
        self._decided: dict[str, Decision] = {}
        self._all = asyncio.Event()

    def heading(self) -> None:
        """The table's columns."""
        self._table.heading()

    def recorded(self, outcome: Outcome) -> None:
        """A contact was decided and written; others' contacts are shown too."""
        self._table.row(outcome.decision)
        name = self._name(outcome.contact)
        if name in self._expected:
            self._decided[name] = outcome.decision
        if self._decided.keys() == self._expected.keys():
            self._all.set()

    async def finished(self, store: Store, sink: Sink) -> bool:
        """Wait until all are decided and sent on, then print what is not as expected. True where nothing is."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._all.wait()
                while await store.outbox.waiting():  # noqa: ASYNC110 - another task empties it and tells nobody
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            self._console.print(f"Gave up waiting after {_PATIENCE_SECONDS:.0f} seconds.", style="red")
        faults = [*self._faults(), *await self._unsent(store, sink)]
        for fault in faults:
            self._console.print(fault, style="red", markup=False, highlight=False)
        if not faults:
            self._console.print(
                f"All {len(self._expected)} samples ended as expected; the mail server took {sink.messages} messages.",
                style="green",
            )
        return not faults

    def _name(self, contact: Contact) -> str:
        if contact.email is not None:
            return self._names.get(contact.email.message_id or "", "")
        return contact.source_id or ""

    def _faults(self) -> Iterator[str]:
        for name, expected in self._expected.items():
            if name not in self._decided:
                yield f"{name}: not decided"
            else:
                yield from (f"{name}: {fault}" for fault in mismatches(expected, self._decided[name]))

    async def _unsent(self, store: Store, sink: Sink) -> list[str]:
        """What the decisions send to each address must have arrived there."""
        due = Counter(delivery.to for decision in self._decided.values() for delivery in decision.deliveries)
        faults = [
            f"{address}: {number} messages were sent there, {sink.received[address]} arrived"
            for address, number in due.items()
            if sink.received[address] < number
        ]
        dead = await store.outbox.dead_letters()
        return [*faults, *(f"dead letter {letter.id} ({letter.kind}): {letter.error}" for letter in dead)]
