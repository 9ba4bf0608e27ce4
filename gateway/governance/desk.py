"""Where files are worked on: read, judged by the policy they are bound to, and continued by one step.

Nothing here decides: `life` and its like judge, the store keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.governance.course import Course, F, text_of
from gateway.governance.courses import STRATEGY
from gateway.governance.kept_packs import KeptPacks, digest
from gateway.governance.lacks import Lack, Refused
from gateway.governance.situation import Situation
from gateway.governance.steps import Drafted, Step
from gateway.governance.strategy_file import StrategyFile
from gateway.policies import Policies
from gateway.store.files import NewStep, StoredFile
from gateway.store.register import CurrentRegister
from gateway.store.store import Store
from models.policy import PolicyPack
from models.register import Dossier


class NoRegister(Exception):
    """There is no register, so nobody whom a file could be about."""


class Desk:
    """Begins, continues and reads files of every kind. `store`: where they are kept, with what they speak of."""

    def __init__(self, store: Store, policies: Policies, *, now: Callable[[], datetime]) -> None:
        self.store = store
        self._policies = policies
        self._packs = KeptPacks(store.files)
        self._now = now

    async def begin(self, course: Course[F], step: Step, *, person: str | None, id_: str | None = None) -> F:
        """A new file. Refused where it may not be; FileMoved where somebody took the same id at the same moment."""
        name = id_ or await self._next_id(course)
        pack = await self.pack()
        if isinstance(step, Drafted):
            await self._packs.keep(pack, actor=step.by, now=step.at)
            bound = {"policy": pack.id, "policy_version": pack.version, "policy_digest": digest(pack)}
            step = step.model_copy(update=bound)
        file = course.begin(name, step, await self._situation(pack, person))
        await self.store.files.open(name, course.kind, person, _new(file), projection=course.projection(file))
        return file

    async def take(self, course: Course[F], id_: str, step: Step) -> F:
        """The file with one step more. Refused where it may not be taken; FileMoved where somebody was quicker."""
        file = await self._load(course, id_)
        taken = course.take(file, step, await self.situation(course, file))
        await self.store.files.append(
            id_,
            _new(taken),
            expected=len(file.steps),
            projection=course.projection(taken),
            closed=course.closed(taken),
        )
        return taken

    async def read(self, course: Course[F], id_: str, *, by: str) -> F:
        """A file, and on the audit trail that somebody read it. Refused where there is none."""
        file = await self.look(course, id_)
        await self.store.files.viewed(id_, by=by, now=self._now())
        return file

    async def look(self, course: Course[F], id_: str) -> F:
        """A file, for the program itself: no view is noted. Refused where there is none."""
        return await self._load(course, id_)

    async def every(self, course: Course[F], *, closed: bool | None = False) -> list[F]:
        """The files of a kind; None for the closed ones too. Erased ones are not among them."""
        stored = await self.store.files.of_kind(course.kind, closed=closed)
        return [read_back(course, file) for file in stored if file.erased_at is None]

    async def situation(self, course: Course[F], file: F) -> Situation:
        """What a step in the file is judged by: the pack it is bound to, today, the person as the register has them."""
        bound = course.policy_of(file)
        pack = await self.pack() if bound is None else await self._packs.of(*bound)
        return await self._situation(pack, file.person, besides=file.id)

    async def pack(self) -> PolicyPack:
        """The organisation's pack as it is today."""
        return self._policies.of((await self._register()).organisation)

    async def _situation(self, pack: PolicyPack, person: str | None, besides: str | None = None) -> Situation:
        register = await self._register()
        dossier = await self._dossier(person)
        return Situation(
            day=self._now().astimezone(ZoneInfo(register.organisation.timezone)).date(),
            rules=pack.life,
            calendar=self._policies.calendar(pack),
            hours=pack.office_hours,
            person=dossier.person if dossier else None,
            matters=dossier.matters if dossier else (),
            earlier=await self._earlier(person, besides),
        )

    async def _register(self) -> CurrentRegister:
        register = await self.store.register.current()
        if register is None:
            raise NoRegister("no register is loaded; load one with `triage register import FILE`")
        return register

    async def _dossier(self, person: str | None) -> Dossier | None:
        found: Sequence[Dossier] = await self.store.register.dossiers([person]) if person else ()
        return found[0] if found else None

    async def _earlier(self, person: str | None, besides: str | None) -> tuple[StrategyFile, ...]:
        if person is None:
            return ()
        stored = await self.store.files.of_person(person)
        return tuple(
            read_back(STRATEGY, file)
            for file in stored
            if file.kind == STRATEGY.kind and file.id != besides and file.erased_at is None
        )

    async def _load(self, course: Course[F], id_: str) -> F:
        stored = await self.store.files.read(id_)
        if stored is None or stored.kind != course.kind:
            raise Refused([Lack(f"there is no {course.kind.replace('_', ' ')} {id_}")])
        if stored.erased_at is not None:
            raise Refused([Lack(f"{id_} was deleted on {stored.erased_at:%d %B %Y}")])
        return read_back(course, stored)

    async def _next_id(self, course: Course[F]) -> str:
        begun = len(await self.store.files.of_kind(course.kind, closed=None))
        return f"{course.prefix}-{self._now():%Y}-{begun + 1:04}"


def read_back(course: Course[F], stored: StoredFile) -> F:
    """A stored file as its steps leave it."""
    return course.fold(stored.id, [course.steps.validate_json(step.text or "") for step in stored.steps])


def _new(file: F) -> NewStep:
    step = file.steps[-1]
    return NewStep(step.kind, text_of(step), step.by, step.at)
