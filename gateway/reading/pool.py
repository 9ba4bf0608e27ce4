"""Children that read and scan, kept alive, fed and replaced; a bad message costs only itself (DESIGN §3)."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from classifiers.late_stage import LateStage
from gateway.reading.claims import unpack
from gateway.reading.frames import Frame, FrameError
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.process import ChildLost, ChildProcess, Nursery
from gateway.reading.thoroughness import Thoroughness
from models.contact import Contact
from models.matter import Matter
from models.scan import MatterVerdict, ScanResult, Verdict

log = structlog.get_logger(__name__)

_STEPS = (
    (Thoroughness.FULL, 1.0),
    (Thoroughness.FULL, 1.0),
    (Thoroughness.NO_ATTACHMENTS, 0.5),
    (Thoroughness.HEADERS, 0.25),
)
"""The tries one message is given, each with its share of the deadline: 2.75 deadlines at most."""

_FAILED_STARTS = 3
_PAUSE_SECONDS = 1.0


class ScanFailed(Exception):
    """The children could not scan a contact; their log lines say where."""


class PoolStopped(Exception):
    """The reading pool was stopped before this message was read; the message is still in the spool."""


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """`children` processes; `job_seconds` a try; one frame takes `batch_jobs` small jobs of `batch_bytes` at most."""

    children: int = 2
    job_seconds: float = 60.0
    batch_jobs: int = 16
    batch_bytes: int = 131_072
    late: LateStage = LateStage.OFF


@dataclass(slots=True, eq=False)
class _Task:
    """A job on its way through the tries. `question` and `block` are set where it is no message to be read."""

    future: asyncio.Future[list[bytes]]
    job: ReadingJob | None = None
    question: str = ""
    block: bytes = b""
    step: int = 0

    def item(self) -> dict[str, object]:
        assert self.job is not None
        return {
            "kind": "record" if self.job.is_record else "email",
            "contact_id": self.job.contact_id,
            "envelope": self.job.envelope.model_dump(mode="json"),
            "domains": list(self.job.domains),
            "trusted_authserv": None if self.job.trusted_authserv is None else list(self.job.trusted_authserv),
            "thoroughness": _STEPS[self.step][0],
        }


class _GaveUp(Exception):
    """Every try of one job failed."""


@dataclass(slots=True)
class _Queue:
    """Fresh jobs, which may share a frame, and jobs that failed, which go alone and first."""

    fresh: deque[_Task] = field(default_factory=deque)
    alone: deque[_Task] = field(default_factory=deque)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def put(self, task: _Task, *, alone: bool) -> None:
        async with self.changed:
            (self.alone if alone else self.fresh).append(task)
            self.changed.notify()

    async def take(self, options: PoolOptions) -> list[_Task]:
        """The next frame's jobs: one that goes alone, or a fair share of the fresh ones."""
        async with self.changed:
            while not self.alone and not self.fresh:
                await self.changed.wait()
            if self.alone:
                return [self.alone.popleft()]
            share = max(1, min(options.batch_jobs, len(self.fresh) // options.children))
            batch = [self.fresh.popleft()]
            size = len(batch[0].job.raw) if batch[0].job is not None else options.batch_bytes
            while self.fresh and len(batch) < share and (job := self.fresh[0].job) is not None:
                size += len(job.raw)
                if size > options.batch_bytes:
                    break
                batch.append(self.fresh.popleft())
            return batch


class ReadingPool:
    """Reads and scans messages in child processes. Any number of callers may wait at once.

    `nursery`: where its children come from; it may be shared with other pools.
    """

    def __init__(self, nursery: Nursery, options: PoolOptions) -> None:
        self._nursery = nursery
        self._options = options
        self._queue = _Queue()
        self._slots: list[asyncio.Task[None]] = []
        self._children: dict[int, ChildProcess] = {}
        self._waiting: set[_Task] = set()
        self._stopped = False
        self._wide = False

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The children that live now."""
        return tuple(child.pid for child in self._children.values())

    async def start(self) -> None:
        """Start the children. Raises `ChildLost` where none comes up: lexicons or weights are missing or broken."""
        await self._nursery.start()
        started = await asyncio.gather(
            *(self._nursery.child(self._options.late) for _ in range(self._options.children)), return_exceptions=True
        )
        failures = [result for result in started if isinstance(result, BaseException)]
        if failures:
            await asyncio.gather(*(child.kill() for child in started if isinstance(child, ChildProcess)))
            raise failures[0]
        self._children = {slot: child for slot, child in enumerate(started) if isinstance(child, ChildProcess)}
        self._slots = [asyncio.create_task(self._serve(slot), name=f"reading-{slot}") for slot in self._children]

    async def stop(self) -> None:
        """Stop the children. Whoever still waits gets `PoolStopped`."""
        self._stopped = True
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)
        await asyncio.gather(*(child.kill() for child in self._children.values()))
        self._children.clear()
        for task in tuple(self._waiting):
            if not task.future.done():
                task.future.set_exception(PoolStopped())

    def widen(self, wide: bool) -> None:
        """Scan what is read from now on with lower thresholds, or with the usual ones again."""
        self._wide = wide

    async def read(self, job: ReadingJob) -> Reading:
        """Read and scan one message. Always answers: what could not be read is said in the contact's problems."""
        task = self._task(job=job)
        try:
            contact, scan, claims = await self._answer(task)
            return Reading(
                Contact.model_validate_json(contact), contact, ScanResult.model_validate_json(scan), unpack(claims)
            )
        except (_GaveUp, ValueError) as error:
            log.error("reading_gave_up", contact=job.contact_id, error=type(error).__name__)
            # Imported where it is needed, which is seldom: it brings the whole reader into the serving process.
            from gateway.reading.fallback import fallback_reading

            return fallback_reading(job)

    async def matter(
        self, contact: Contact, matters: Sequence[Matter], earlier: Sequence[str] = ()
    ) -> MatterVerdict | None:
        """Whether a contact is about one of `matters`; None where there are none.

        `earlier`: texts already taken as being about them. Where the judge fails, `unclear`: a person decides.
        """
        told = {
            "contact": contact.model_dump(mode="json"),
            "matters": [matter.model_dump(mode="json") for matter in matters],
            "earlier": list(earlier),
        }
        try:
            (verdict,) = await self._answer(self._task(question="matter", block=json.dumps(told).encode()))
            return None if verdict == b"null" else MatterVerdict.model_validate_json(verdict)
        except (_GaveUp, ValueError):
            log.error("matter_gave_up", contact=contact.id)
            return MatterVerdict(verdict=Verdict.UNCLEAR) if matters else None

    async def scan(self, contact: Contact) -> ScanResult:
        """A contact that is read already, scanned by these children's stages. Raises ScanFailed."""
        try:
            (scan,) = await self._answer(self._task(question="scan", block=contact.model_dump_json().encode()))
            return ScanResult.model_validate_json(scan)
        except (_GaveUp, ValueError) as error:
            raise ScanFailed(type(error).__name__) from None

    def _task(self, job: ReadingJob | None = None, question: str = "", block: bytes = b"") -> _Task:
        if self._stopped:
            raise PoolStopped
        return _Task(asyncio.get_running_loop().create_future(), job, question, block)

    async def _answer(self, task: _Task) -> list[bytes]:
        self._waiting.add(task)
        try:
            await self._queue.put(task, alone=task.job is None)
            return await task.future
        finally:
            self._waiting.discard(task)

    async def _serve(self, slot: int) -> None:
        """One child's life, and its successors'."""
        while True:
            child = self._children.get(slot)
            if child is None or not child.alive:
                child = await self._replace(slot)
            if child is None:
                continue
            batch = [task for task in await self._queue.take(self._options) if not task.future.done()]
            if not batch:
                continue
            if not child.alive:  # it died while idle: that is no try of these jobs
                child = await self._replace(slot)
                if child is None:
                    continue
            try:
                await self._exchange(child, batch)
            except (ChildLost, FrameError, TimeoutError) as error:
                log.warning("reading_child_lost", pid=child.pid, jobs=len(batch), error=type(error).__name__)
                await child.kill()
                self._children.pop(slot, None)
                for task in batch:
                    await self._again(task)
            except BaseException:
                for task in batch:
                    if not task.future.done():
                        task.future.set_exception(PoolStopped())
                raise

    async def _replace(self, slot: int) -> ChildProcess | None:
        """A new child in this slot. If none comes up, those who wait are answered without one rather than never."""
        if (gone := self._children.get(slot)) is not None:
            await gone.kill()
            del self._children[slot]
        for _ in range(_FAILED_STARTS):
            try:
                child = await self._nursery.child(self._options.late)
            except ChildLost:
                log.error("reading_child_does_not_start", slot=slot)
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            self._children[slot] = child
            return child
        if not self._children:
            for task in tuple(self._waiting):
                if not task.future.done():
                    task.future.set_exception(_GaveUp())
        return None

    async def _exchange(self, child: ChildProcess, batch: list[_Task]) -> None:
        first = batch[0]
        share = min(_STEPS[task.step][1] for task in batch)
        if first.job is None:
            frame = Frame({"kind": first.question, "items": []}, [first.block])
        else:
            jobs = [(task.item(), task.job.raw) for task in batch if task.job is not None]
            frame = Frame(
                {"kind": "read", "wide": self._wide, "items": [item for item, _ in jobs]}, [raw for _, raw in jobs]
            )
        async with asyncio.timeout(self._options.job_seconds * share):
            answer = await child.ask(frame)
        results = answer.header.get("results")
        each = 1 if first.job is None else 3
        if not isinstance(results, list) or len(results) != len(batch) or len(answer.blocks) != each * sum(results):
            raise FrameError("an answer does not fit its question")
        blocks = iter(answer.blocks)
        for task, done in zip(batch, results, strict=True):
            if not done:
                await self._again(task)
            else:
                taken = [next(blocks) for _ in range(each)]
                if not task.future.done():
                    task.future.set_result(taken)

    async def _again(self, task: _Task) -> None:
        """The next try of a job that failed, alone; after the last one its caller is told."""
        task.step += 1
        last = len(_STEPS) if task.job is not None and not task.job.is_record else 2
        if task.step < last:
            await self._queue.put(task, alone=True)
        elif not task.future.done():
            task.future.set_exception(_GaveUp())
