"""Where somebody asks the registers of dangers before a visit. Every question is on the trail, as a view."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.governance.common_steps import AskedBeforeVisit
from gateway.governance.courses import DANGEROUS_PERSON, DANGEROUS_PROPERTY
from gateway.governance.desk import Desk
from gateway.governance.gate import as_noted
from gateway.governance.gates import course_of
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.pack_words import the_people
from gateway.governance.registers.before_visit import (
    AskedAbout,
    BeforeYouVisit,
    about_people,
    before_you_visit,
    fits,
    of_address,
    who_has,
    who_is_called,
)
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.seeing import of_asking
from gateway.governance.registers.steps import Property
from models.policy_life import LifeRules
from models.register import Dossier
from routing.identity import names, normalise
from routing.identity.claim import LookupKey
from routing.identity.held import name_keys

MOST_LIKE_IT: Final = 3
"""Entries that only may be the one that is meant, told at most: more of them would be a part of the list."""
_EVENT: Final = "asked_before_visit"


@dataclass(frozen=True, slots=True)
class Answer:
    """`like_it`: how many more may be it, where they are too many to be told. `unread`: that could not be held against
    the question, by id, with the reason. `ask`: whom, of what is not told.
    """

    told: tuple[BeforeYouVisit, ...]
    like_it: int
    unread: Mapping[str, str]
    ask: str

    @property
    def nothing_known(self) -> bool:
        """Whether there is nothing, and nothing that could not be read."""
        return not (self.told or self.like_it or self.unread)


class VisitDesk:
    """Answers about one address or person, to those whom the policy lets ask."""

    def __init__(self, desk: Desk, *, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    async def ask(self, step: AskedBeforeVisit, what: str, *, uprn: str | None = None) -> Answer:
        """What there is in force. `what`: the address, name, id, number or reference, as `step.asked` says.

        Refused to whom the policy does not let ask, and where it is none. The question stays with the entries that were
        told; of one that found none, what was asked about is kept nowhere: nothing is known of them.
        """
        step, life = await self._desk.as_taken(step), (await self._desk.pack()).life
        refuse(of_asking(step.role, life))
        entries, unread = await self._entries()
        dossiers, damaged = await self._of_entries(entries)
        asked = await self._asked(step, what, uprn, dossiers, {entry.person for entry in entries})
        people = {id_: dossier.person for id_, dossier in dossiers.items()}
        told = list[BeforeYouVisit]()
        for entry in entries:
            surely = fits(entry, asked, people)
            if surely is not None and (found := await self._told(entry, surely=surely)) is not None:
                told.append(found)
            if surely is None and entry.premises is None and entry.person not in people:
                unread[entry.id] = damaged.get(entry.person or "", _of_nobody_here(entry))
        sure = [one for one in told if one.surely]
        too_many = len(told) - len(sure) if len(told) - len(sure) > MOST_LIKE_IT else 0
        answer = Answer(tuple(sure if too_many else told), too_many, unread, _whom_to_ask(life))
        await self._note(step, answer)
        return answer

    async def _told(self, entry: EntryFile, *, surely: bool) -> BeforeYouVisit | None:
        return before_you_visit(entry, await self._desk.situation(course_of(entry.id), entry), surely=surely)

    async def _entries(self) -> tuple[list[EntryFile], dict[str, str]]:
        """Those on either register, and of those that cannot be read why."""
        entries, unread = list[EntryFile](), dict[str, str]()
        for course in (DANGEROUS_PERSON, DANGEROUS_PROPERTY):
            read = await self._desk.readable(course)
            entries += read.found
            unread |= read.damaged
        return entries, unread

    async def _of_entries(self, entries: list[EntryFile]) -> tuple[dict[str, Dossier], dict[str, str]]:
        wanted = sorted({entry.person for entry in entries if entry.person})
        known, damaged = await self._desk.store.register.readable_dossiers(wanted)
        return {dossier.person.id: dossier for dossier in known}, damaged

    async def _asked(
        self,
        step: AskedBeforeVisit,
        what: str,
        uprn: str | None,
        entered: Mapping[str, Dossier],
        ids: Collection[str | None],
    ) -> AskedAbout:
        """`entered`: whom there are entries about, beside whom the register is asked for others who live at a place.

        `ids`: of all whom there are entries about, those too whom the register does not have any more.
        """
        match step.asked:
            case "address":
                premises = Property(address=what, uprn=uprn)
                refuse(of_address(premises))
                return AskedAbout(premises=premises)
            case "person":
                return await self._asked_person(what, entered, ids)
            case "phone":
                key = _key("phone", normalise.phone(what), f"no telephone number: {what}")
            case "reference":
                key = _key("reference", normalise.reference(what), f"no reference: {what}")
        _register, others = await self._desk.store.register.candidates([key])
        dossiers = {**entered, **{one.person.id: one for one in others}}
        return about_people(dossiers, who_has(key, dossiers))

    async def _asked_person(self, what: str, entered: Mapping[str, Dossier], ids: Collection[str | None]) -> AskedAbout:
        of_id = await self._desk.store.register.dossiers([what])
        if of_id or what in ids:
            return about_people({one.person.id: one for one in of_id}, {what: True})
        written = names.name(what)
        if len(written) < 2 or max(map(len, written)) < 3:
            raise Refused([Lack("give the whole name, or the person's id in the register", field="person")])
        _register, others = await self._desk.store.register.candidates(name_keys(what))
        dossiers = {**entered, **{one.person.id: one for one in others}}
        return about_people(dossiers, who_is_called(written, dossiers))

    async def _note(self, step: AskedBeforeVisit, answer: Answer) -> None:
        """On each entry that is told, with the reason; and on the trail in any case."""
        for one in answer.told:
            asked = step.model_copy(update={"may_be": not one.surely})
            await self._desk.take(course_of(one.id), one.id, asked)
        who, found = as_noted(step.by, step.role), "nothing known" if answer.nothing_known else "something known"
        await self._desk.store.files.all_viewed([one.id for one in answer.told], by=who, now=self._now())
        subject = f"registers of dangers/{found}"
        await self._desk.store.audit.record(_EVENT, actor=who, subject=subject, at=self._now())


def _key(kind: str, value: str | None, otherwise: str) -> LookupKey:
    if value is None:
        raise Refused([Lack(otherwise, field=kind)])
    return LookupKey(kind, value)


def _of_nobody_here(entry: EntryFile) -> str:
    return f"{entry.id} is about somebody whom the register does not have, so that no address or name fits it"


def _whom_to_ask(life: LifeRules) -> str:
    roles = [role for rule in life.registers if rule.is_of_dangers for role in rule.approvers]
    return the_people(roles, life)
