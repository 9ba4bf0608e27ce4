"""The path for one message without store or network: what `triage check` runs, and the tests compare the service to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from operator import itemgetter

from gateway.history_file import HistoryLine
from gateway.ids import new_id
from gateway.known import Known
from gateway.policies import Policies
from gateway.reading.jobs import ReadingJob
from gateway.reading.pool import ReadingPool
from models.contact import Channel, Contact, Direction, EmailFacts, Part, Sender
from models.decision import Decision
from models.envelope import Envelope
from models.history import EarlierContact, History, Outbound
from models.matter import EarlierText, Matter
from models.register import Dossier, Register
from models.scan import Verdict
from routing.decide import decide
from routing.earlier import ALLOWANCES, uses_allowance
from routing.identity.earlier import belongs_to
from routing.identity.match import identify
from routing.invitation import was_invited


@dataclass(frozen=True)
class Offline:
    """A register and its policy, ready to decide contacts one by one."""

    register: Register
    policies: Policies
    pool: ReadingPool

    def job(self, envelope: Envelope, raw: bytes) -> ReadingJob:
        """A message, to be read by the register's domains and trusted hosts."""
        organisation = self.register.organisation
        return ReadingJob(new_id(), envelope, raw, organisation.domains, organisation.trusted_authserv)

    async def check(
        self,
        job: ReadingJob,
        *,
        at: datetime | None,
        earlier: Sequence[HistoryLine] = (),
        outbound: Sequence[Outbound] | None = None,
    ) -> Decision:
        """The whole decision on one message. `outbound` None: no record of what we sent is at hand."""
        reading = await self.pool.read(job)
        contact = reading.contact if at is None else reading.contact.model_copy(update={"received_at": at})
        organisation = self.register.organisation
        identification = identify(contact, self._dossiers, organisation=organisation, claims=reading.claims)
        people = {match.person for match in identification.matches}
        dossiers = tuple(dossier for dossier in self._dossiers if dossier.person.id in people)
        known = Known(None, organisation, identification, dossiers, None)
        exact = [dossier for dossier in dossiers if dossier.person.id in known.exact_people]
        before = self._matched(earlier, exact)
        if known.matters:
            known = replace(known, earlier=await self._told_before(before, known.matters))
            known = replace(known, matter=await self.pool.matter(contact, known.matters, known.earlier))
        history = History(
            contacts=tuple([await self._counted(one, owner, job, earlier, outbound) for one, owner in before]),
            outbound=tuple(outbound or ()),
            outbound_known=outbound is not None,
        )
        return decide(known.case(contact, reading.scan, history, self.policies), now=contact.received_at)

    @cached_property
    def _dossiers(self) -> tuple[Dossier, ...]:
        return self.register.dossiers()

    def _matched(
        self, earlier: Sequence[HistoryLine], dossiers: Sequence[Dossier]
    ) -> list[tuple[HistoryLine, Dossier | None]]:
        """Each earlier contact under everyone it was surely from; others' stand under nobody, for their threads.

        What is only perhaps from one of them uses up nothing of theirs.
        """
        matched: list[tuple[HistoryLine, Dossier | None]] = []
        for line in earlier:
            perhaps = [own for own in dossiers if belongs_to(line.earlier, own)]
            owners = self._surely_from(line) if perhaps else frozenset()
            sure = [own for own in perhaps if own.person.id in owners]
            matched += [(line, own) for own in sure] or [(_using_nothing(line) if perhaps else line, None)]
        return matched

    def _surely_from(self, line: HistoryLine) -> frozenset[str]:
        """Whom it is exactly from: somebody else of the register may have the same identifier, or be named in it."""
        matches = identify(_read(line), self._dossiers, organisation=self.register.organisation).matches
        return frozenset(match.person for match in matches if match.is_surely_them)

    async def _told_before(
        self, before: Sequence[tuple[HistoryLine, Dossier | None]], matters: Sequence[Matter]
    ) -> tuple[EarlierText, ...]:
        """The words of earlier contacts of the sender's that are themselves told to be about one of `matters`."""
        told = []
        for line, owner in before:
            if owner is None or line.words is None or line.earlier.direction is not Direction.INBOUND:
                continue
            verdict = await self.pool.matter(_read(line), matters)
            if verdict is not None and verdict.verdict is Verdict.SAME and verdict.nearest is not None:
                text = EarlierText(matter=verdict.nearest, text=line.words)
                told.append((line.earlier.received_at, text))
        return tuple(text for _at, text in sorted(told, key=itemgetter(0)))

    async def _counted(
        self,
        line: HistoryLine,
        owner: Dossier | None,
        job: ReadingJob,
        before: Sequence[HistoryLine],
        outbound: Sequence[Outbound] | None,
    ) -> EarlierContact:
        """The line as the store would have noted it of `owner`: what could not have been a breach uses up nothing.

        A line with words is decided as it would have been when it came.
        """
        if owner is None:
            return line.earlier
        uses = line.earlier.uses_allowance and not was_invited(
            line.earlier,
            outbound or (),
            owner.person,
            recipients=line.recipients,
            among=tuple(one.earlier for one in before),
        )
        if uses and line.record is not None and _has_allowance(owner):
            envelope = Envelope(
                source=job.envelope.source, media_type="application/json", received_at=line.earlier.received_at
            )
            decision = await self.check(
                replace(job, contact_id=line.earlier.id, envelope=envelope, raw=line.record), at=None, outbound=outbound
            )
            uses = uses_allowance(decision)
        return line.earlier.model_copy(update={"person": owner.person.id, "uses_allowance": uses})


def _using_nothing(line: HistoryLine) -> HistoryLine:
    return replace(line, earlier=line.earlier.model_copy(update={"uses_allowance": False}))


def _read(line: HistoryLine) -> Contact:
    """An earlier contact, as far as the line tells of it."""
    earlier = line.earlier
    spoken = earlier.channel in (Channel.TELEPHONE, Channel.VOICEMAIL, Channel.VISIT)
    return Contact(
        id=earlier.id,
        channel=earlier.channel,
        direction=earlier.direction,
        received_at=earlier.received_at,
        sender=Sender(identifier=earlier.sender, name=line.name, authentication=earlier.authentication),
        parts=(Part(name="notes" if spoken else "body", text=line.words),) if line.words else (),
        email=EmailFacts() if earlier.channel is Channel.EMAIL else None,
    )


def _has_allowance(dossier: Dossier) -> bool:
    return any(
        restriction.kind in ALLOWANCES for strategy in dossier.strategies for restriction in strategy.restrictions
    )
