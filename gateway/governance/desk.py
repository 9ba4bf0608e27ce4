"""Where files are worked on: read, judged by the policy they are bound to, and continued by one step.

Nothing here decides: `life` and its like judge, the store keeps.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from gateway.faults import NoRegister
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.common_steps import RecordedInError
from gateway.governance.consulted import with_roles_of_consulted
from gateway.governance.course import Course, F, File, text_of
from gateway.governance.courses import BY_KIND, CHALLENGE, COURSES, DANGEROUS_PERSON, DANGEROUS_PROPERTY
from gateway.governance.following import of_words
from gateway.governance.kept_packs import KeptPacks, digest
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.registers.doors import Door
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.steps import EntryApproved
from gateway.governance.role_holders import in_role, role_held
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import Drafted
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.tasks import Task, open_tasks, soonest_first
from gateway.policies import Policies
from gateway.store.files import NewStep, StoredFile, Within, cannot_be_read
from gateway.store.register import CurrentRegister
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.organisation import Organisation
from models.plain_faults import first
from models.plain_names import plain
from models.policy import PolicyPack
from models.register import Dossier
from routing.calendar import local_day

S = TypeVar("S", bound=Step)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Readable(Generic[T]):
    """What can be read of many. `damaged`: of what cannot, by id, why and what to do about it."""

    found: list[T]
    damaged: dict[str, str]


class Desk:
    """Begins, continues and reads files of every kind. `store`: where they are kept, with what they speak of."""

    def __init__(self, store: Store, policies: Policies, *, now: Callable[[], datetime]) -> None:
        self.store = store
        self._policies = policies
        self._packs = KeptPacks(store.files)
        self._now = now

    async def begin(
        self,
        course: Course[F],
        step: Step,
        *,
        person: str | None,
        id_: str | None = None,
        under: tuple[str, str] | None = None,
        beside: Within | None = None,
    ) -> F:
        """A new file. Refused where it may not be; FileMoved where somebody took the same id at the same moment.

        `under`: the pack and version it goes by, where that is not the one in force. `beside`: what is written with it.
        """
        name = id_ or await self.next_id(course)
        pack = await self.pack() if under is None else await self._packs.of(*under)
        step = await self.as_taken(step)
        if isinstance(step, Drafted):
            await self._packs.keep(pack, actor=step.by, now=step.at)
            bound = {"policy": pack.id, "policy_version": pack.version, "policy_digest": digest(pack)}
            step = step.model_copy(update=bound)
        file = course.begin(name, step, await self._situation(pack, person))
        await self.store.files.open(
            name,
            course.kind,
            person,
            _new(course, file),
            projection=course.projection(file),
            closed=course.closed(file),
            beside=beside,
        )
        return file

    async def would_take(self, course: Course[F], id_: str, step: Step) -> F:
        """The file as it would be with one step more; nothing is written. Refused where it may not be taken."""
        file = await self.load(course, id_)
        return await self._taken(course, file, step)

    async def take(self, course: Course[F], id_: str, step: Step, *, beside: Within | None = None) -> F:
        """The file with one step more. Refused where it may not be taken; FileMoved where somebody was quicker.

        `beside`: what is written together with the step.
        """
        file = await self.load(course, id_)
        taken = await self._taken(course, file, step)
        await self.store.files.append(
            id_,
            _new(course, taken),
            expected=len(file.steps),
            projection=course.projection(taken),
            closed=course.closed(taken),
            beside=beside,
        )
        return taken

    async def _taken(self, course: Course[F], file: F, step: Step) -> F:
        situation = await self.situation(course, file)
        if isinstance(step, RecordedInError) and step.instead is not None:
            situation = replace(situation, instead=await self.load(course, step.instead))
        if isinstance(step, EntryApproved) and isinstance(file, EntryFile):
            others = {one.id: one for one in (*situation.besides, *await self._at_its_door(file))}
            situation = replace(situation, besides=tuple(others.values()))
        return course.take(file, await self.as_taken(step), situation)

    async def as_taken(self, step: S) -> S:
        """The step with what it says of whoever takes it here, and when.

        Refused where the role is somebody else's, and where a reason or note says nothing.
        """
        refuse(list(of_words(step)))
        organisation = await self.organisation()
        day = local_day(step.at, ZoneInfo(organisation.timezone))
        step = with_roles_of_consulted(step, organisation.role_holders)
        return in_role(step, organisation.role_holders).model_copy(update={"day": day})

    async def role_of(self, by: str, role: str | None) -> str | None:
        """The role in which somebody reads, by the rule of `as_taken`: looking wants no less than acting."""
        held, _rests_on = role_held(by, role, (await self.organisation()).role_holders)
        return held

    async def read(self, course: Course[F], id_: str, *, by: str) -> F:
        """A file, and on the audit trail that somebody read it. Refused where there is none."""
        file = await self.load(course, id_)
        await self.store.files.viewed(id_, by=by, now=self._now())
        return file

    async def every(self, course: Course[F], *, closed: bool | None = False) -> list[F]:
        """The files of a kind; None for the closed ones too. Erased ones are not among them."""
        stored = await self.store.files.of_kind(course.kind, closed=closed)
        # Reading many back takes long, and mail is received on the event loop's thread meanwhile.
        return await asyncio.to_thread(lambda: [read_back(course, file) for file in stored if file.erased_at is None])

    async def readable(self, course: Course[F], *, closed: bool | None = False) -> Readable[F]:
        """`every` where one that is damaged is not to be in the way of the others: for lists, never to decide by."""
        stored, damaged = await self.store.files.readable(course.kind, closed=closed)
        return await asyncio.to_thread(_readable, course, stored, damaged)

    async def unsettled(self, course: Course[F]) -> Readable[F]:
        """`readable`: those that are open, and closed ones that wait for something since: a letter came back."""
        listed = await self.readable(course, closed=None)
        found, damaged = list[F](), dict(listed.damaged)
        for file in listed.found:
            try:
                waits = not course.closed(file) or open_tasks(file, await self.situation(course, file))
            except (Refused, SealError) as error:
                damaged[file.id] = f"what {file.id} waits for cannot be told: {error}"
                continue
            if waits:
                found.append(file)
        return Readable(found, damaged)

    async def files_of(self, person: str | None) -> list[File]:
        """Everything that belongs to the person, closed files too, but what was erased."""
        stored = await self.store.files.of_person(person) if person else []
        return [
            read_back(BY_KIND[file.kind], file) for file in stored if file.kind in BY_KIND and file.erased_at is None
        ]

    async def today(self) -> date:
        """The day in the organisation's zone."""
        return self._day_of(await self.organisation())

    def _day_of(self, organisation: Organisation) -> date:
        return local_day(self._now(), ZoneInfo(organisation.timezone))

    async def all_files(self) -> Mapping[str, Readable[Any]]:
        """Every file there is, closed ones too, by kind."""
        return {course.kind: await self.readable(course, closed=None) for course in COURSES}

    async def tasks(self, of: Mapping[str, Readable[Any]]) -> Readable[Task]:
        """Everything that waits for somebody in any of `all_files`, soonest due first.

        A file, or its person's row, that cannot be read is in the way of no other file's tasks, and is named with them.
        """
        # Every person is read once: one by one, each would be for every file of theirs.
        files: list[tuple[Course[Any], File]] = []
        of_person: dict[str | None, list[File]] = defaultdict(list)
        places: dict[str, File] = {}
        damaged: dict[str, str] = {}
        for course in COURSES:
            read = of[course.kind]
            damaged |= read.damaged
            for file in read.found:
                files.append((course, file))
                of_person[file.person].append(file)
                if isinstance(file, EntryFile) and not file.person:
                    places[file.id] = file
        people = sorted({file.person for _course, file in files if file.person is not None})
        known, unread = await self.store.register.readable_dossiers(people)
        damaged |= unread
        dossiers = {dossier.person.id: dossier for dossier in known}
        organisation, judged = await self.organisation(), list[tuple[File, Situation]]()
        day = self._day_of(organisation)
        for course, file in files:
            others = of_person[file.person] if file.person else []
            if isinstance(file, ChallengeFile) and file.received.about in places:
                others = [places[file.received.about]]
            dossier = dossiers.get(file.person) if file.person else None
            try:
                pack = await self.pack_of(course, file)
            except (Refused, SealError) as error:
                damaged[file.id] = f"what {file.id} waits for cannot be told: {error}"
                continue
            judged.append((file, self._judged_by(pack, organisation, day, dossier, others, besides=file.id)))
        found = await asyncio.to_thread(lambda: [task for of_file in judged for task in open_tasks(*of_file)])
        return Readable(sorted(found, key=soonest_first), damaged)

    async def situation(self, course: Course[F], file: F) -> Situation:
        """What a step in the file is judged by: the pack it is bound to, today, the person as the register has them."""
        found = await self._situation(await self.pack_of(course, file), file.person, besides=file.id)
        return replace(found, besides=(*found.besides, *await self._of_nobody(file)))

    async def _of_nobody(self, file: File) -> list[File]:
        """What no person leads to: what was disputed of an entry about a place, and the place of such a challenge."""
        if isinstance(file, EntryFile) and file.premises is not None:
            files = [read_back(CHALLENGE, one) for one in await self.store.files.of_nobody(CHALLENGE.kind)]
            return [one for one in files if one.received.about == file.id]
        if isinstance(file, ChallengeFile) and not file.person:
            stored = await self.store.files.read(file.received.about)
            if stored is not None and stored.kind == DANGEROUS_PROPERTY.kind and stored.erased_at is None:
                return [read_back(DANGEROUS_PROPERTY, stored)]
        return []

    async def _at_its_door(self, entry: EntryFile) -> list[File]:
        """Other entries that may be about the same door, of whichever register, and what was disputed of them."""
        registers = (DANGEROUS_PERSON, DANGEROUS_PROPERTY)
        entries = [one for course in registers for one in await self.every(course, closed=None)]
        dossiers = await self.store.register.dossiers(sorted({one.person for one in entries if one.person}))
        people = {dossier.person.id: dossier.person for dossier in dossiers}
        door = Door.of(entry, people)
        same = [one for one in entries if one.id != entry.id and door.may_be(Door.of(one, people))]
        about = {one.id for one in same}
        return [*same, *(one for one in await self.every(CHALLENGE, closed=None) if one.received.about in about)]

    async def pack_of(self, course: Course[F], file: F) -> PolicyPack:
        """The pack that the file is bound to, in its version; else the organisation's."""
        bound = course.policy_of(file)
        return await self.pack() if bound is None else await self._packs.of(*bound)

    async def organisation(self) -> Organisation:
        """The organisation as the register has it."""
        return (await self._register()).organisation

    async def pack(self) -> PolicyPack:
        """The organisation's pack as it is today."""
        return self._policies.of((await self._register()).organisation)

    async def _situation(self, pack: PolicyPack, person: str | None, besides: str | None = None) -> Situation:
        dossier, files = await self._dossier(person), await self.files_of(person)
        organisation = await self.organisation()
        return self._judged_by(pack, organisation, self._day_of(organisation), dossier, files, besides=besides)

    def _judged_by(
        self,
        pack: PolicyPack,
        organisation: Organisation,
        day: date,
        dossier: Dossier | None,
        files: Sequence[File],
        *,
        besides: str | None,
    ) -> Situation:
        """`files`: all of the person's; `besides`: the one that is judged."""
        others = [file for file in files if file.id != besides]
        return Situation(
            day=day,
            rules=pack.life,
            calendar=self._policies.calendar(pack),
            hours=pack.office_hours,
            person=dossier.person if dossier else None,
            matters=dossier.matters if dossier else (),
            strategies=dossier.strategies if dossier else (),
            earlier=tuple(file for file in others if isinstance(file, StrategyFile)),
            besides=tuple(file for file in others if not isinstance(file, StrategyFile)),
            role_holders=organisation.role_holders,
        )

    async def _register(self) -> CurrentRegister:
        register = await self.store.register.current()
        if register is None:
            raise NoRegister
        return register

    async def _dossier(self, person: str | None) -> Dossier | None:
        found: Sequence[Dossier] = await self.store.register.dossiers([person]) if person else ()
        return found[0] if found else None

    async def load(self, course: Course[F], id_: str) -> F:
        """A file, to work with and not to show. Refused where there is none."""
        stored = await self.store.files.read(id_)
        if stored is None or stored.kind != course.kind:
            raise Refused([Lack(f"there is no {plain(course.kind)} {id_}")])
        if stored.erased_at is not None:
            raise Refused([Lack(f"{id_} was deleted on {stored.erased_at:%d %B %Y}")])
        return read_back(course, stored)

    async def next_id(self, course: Course[F]) -> str:
        """The id of the file of this kind that is begun next."""
        begun = len(await self.store.files.ids_of_kind(course.kind, closed=None))
        return f"{course.prefix}-{self._now():%Y}-{begun + 1:04}"


def read_back(course: Course[F], stored: StoredFile) -> F:
    """A stored file as its steps leave it. SealError, which says what to do, where they are no such file."""
    try:
        steps = [course.steps.validate_json(step.text or "") for step in stored.steps]
    except ValidationError:  # its text is content
        raise SealError(cannot_be_read(stored.id, "it opens, and a step in it is none")) from None
    return course.fold(stored.id, steps)


def _readable(course: Course[F], stored: Sequence[StoredFile], damaged: Mapping[str, str]) -> Readable[F]:
    """`damaged`: those of the kind that did not even open."""
    found, unread = list[F](), dict(damaged)
    for one in stored:
        try:
            found.append(read_back(course, one))
        except SealError as error:
            unread[one.id] = str(error)
    return Readable(found, unread)


def _new(course: Course[F], file: F) -> NewStep:
    """The last step as it is stored. Refused where it could not be read back: nobody could open the file any more."""
    step = file.steps[-1]
    text = text_of(step)
    try:
        course.steps.validate_json(text)
    except ValidationError as error:
        where, what = first(error, whole=step.kind)
        raise Refused([Lack(f"{where}: {what}", field=where)]) from None
    return NewStep(step.kind, text, step.by, step.at)
