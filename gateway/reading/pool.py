"""Children that read and scan, kept alive, fed and replaced; a bad message costs only itself (DESIGN §3)."""

from __future__ import annotations

import asyncio
import json
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, count

import structlog

from gateway.reading.claims import unpack
from gateway.reading.frames import Frame, FrameError
from gateway.reading.job_queue import STEPS, PoolOptions, Queue, Task
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.process import ChildLost, ChildProcess, Nursery
from models.contact import Contact
from models.matter import EarlierText, Matter
from models.scan import MatterVerdict, ScanResult, Verdict

log = structlog.get_logger(__name__)

_FAILED_STARTS = 3
_PAUSE_SECONDS = 1.0


class ScanFailed(Exception):
    """The children could not scan a contact; their log lines say where."""


class PoolStopped(Exception):
    """The reading pool was stopped before this message was read; the message is still in the spool."""


class _GaveUp(Exception):
    """Every try of one job failed."""


@dataclass(slots=True, eq=False)
class _Worker:
    """A child, and the frames under way to it: the one in its hands first, then one that it need not wait for.

    `deadline`: of the one in its hands; None where nobody listens to it yet. `idle_since`: by the loop's clock.
    """

    child: ChildProcess
    idle_since: float
    deadline: asyncio.Timeout | None = None
    under_way: deque[list[Task]] = field(default_factory=deque)

    @property
    def idle(self) -> bool:
        return not self.under_way

    def has_room(self, options: PoolOptions) -> bool:
        """Whether another frame may wait behind the one in hand: not behind what may take long or end the child."""
        if len(self.under_way) != 1:
            return self.idle
        return all(task.step == 0 and task.size(options) <= options.batch_bytes for task in self.under_way[0])


class ReadingPool:
    """Reads and scans messages in child processes. Any number of callers may wait at once.

    `nursery`: where its children come from; it may be shared with other pools.
    """

    def __init__(self, nursery: Nursery, options: PoolOptions) -> None:
        self._nursery = nursery
        self._options = options
        self._queue = Queue()
        self._slots: dict[int, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._workers: dict[int, _Worker] = {}
        self._waiting: set[Task] = set()
        self._handing_out = False
        self._behind_since: float | None = None
        self._growing: asyncio.TimerHandle | None = None
        self._grown_at = -math.inf
        self._shrinking: asyncio.TimerHandle | None = None
        self._stopped = False
        self._wide = False

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The children that live now; a probe for tests."""
        return tuple(worker.child.pid for worker in self._workers.values())

    async def start(self) -> None:
        """Start the children. Raises `ChildLost` where none comes up: lexicons or weights are missing or broken."""
        await self._nursery.start()
        started = await asyncio.gather(
            *(self._nursery.child(self._options.late) for _ in range(self._options.kept)), return_exceptions=True
        )
        failures = [result for result in started if isinstance(result, BaseException)]
        if failures:
            await asyncio.gather(*(child.kill() for child in started if isinstance(child, ChildProcess)))
            raise failures[0]
        for slot, child in enumerate(started):
            if isinstance(child, ChildProcess):
                self._open(slot, self._worker(slot, child))

    def begin(self) -> None:
        """Start the children and do not wait for them: what is asked meanwhile waits. One that fails is tried again."""
        for slot in range(self._options.kept):
            self._open(slot, None)

    async def stop(self) -> None:
        """Stop the children. Whoever still waits gets `PoolStopped`."""
        self._stopped = True
        for timer in (self._growing, self._shrinking):
            if timer is not None:
                timer.cancel()
        serving = (*self._slots.values(), *self._leaving)
        for slot in self._slots.values():
            slot.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        await asyncio.gather(*(worker.child.kill() for worker in self._workers.values()))
        self._workers.clear()
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
        self, contact: Contact, matters: Sequence[Matter], earlier: Sequence[EarlierText] = ()
    ) -> MatterVerdict | None:
        """Whether a contact is about one of `matters`; None where there are none.

        `earlier`: what was taken as being about them before. Where the judge fails, `unclear`: a person decides.
        """
        if not matters:
            return None
        told = {
            "contact": contact.model_dump(mode="json"),
            "matters": [matter.model_dump(mode="json") for matter in matters],
            "earlier": [text.model_dump() for text in earlier],
        }
        try:
            (verdict,) = await self._answer(self._task(question="matter", block=json.dumps(told).encode()))
            return None if verdict == b"null" else MatterVerdict.model_validate_json(verdict)
        except (_GaveUp, ValueError):
            log.error("matter_gave_up", contact=contact.id)
            return MatterVerdict(verdict=Verdict.UNCLEAR)

    async def scan(self, contact: Contact) -> ScanResult:
        """A contact that is read already, scanned by these children's stages. Raises ScanFailed."""
        try:
            (scan,) = await self._answer(self._task(question="scan", block=contact.model_dump_json().encode()))
            return ScanResult.model_validate_json(scan)
        except (_GaveUp, ValueError) as error:
            raise ScanFailed(type(error).__name__) from None

    def _task(self, job: ReadingJob | None = None, question: str = "", block: bytes = b"") -> Task:
        if self._stopped:
            raise PoolStopped
        loop = asyncio.get_running_loop()
        return Task(loop.create_future(), loop.time(), job, question, block)

    async def _answer(self, task: Task) -> list[bytes]:
        self._waiting.add(task)
        try:
            self._queue.put(task)
            self._hand_out_soon()
            return await task.future
        finally:
            self._waiting.discard(task)

    def _hand_out_soon(self) -> None:
        """At the end of this turn of the loop: what is asked for in one turn may share a frame."""
        if not self._handing_out:
            self._handing_out = True
            asyncio.get_running_loop().call_soon(self._hand_out)

    def _hand_out(self) -> None:
        """A frame to every idle child, then one behind it: none waits for us, or goes without while another has two."""
        self._handing_out = False
        for frames in (0, 1):
            for worker in self._workers.values():
                if len(worker.under_way) == frames and worker.deadline and worker.has_room(self._options):
                    self._give(worker)
        self._grow_in_time()

    def _grow_in_time(self) -> None:
        """Another child for what waits too long; one at a time, for the last one may be enough."""
        since = self._waited_since()
        enough = self._stopped or len(self._slots) >= self._options.children
        if not enough and since is not None and self._growing is None:
            when = max(since, self._grown_at) + self._options.patience_seconds
            self._growing = asyncio.get_running_loop().call_at(when, self._grow)

    def _waited_since(self) -> float | None:
        """Since when one job has waited, or, where a processor is left over, since when some job always has.

        The former says little of small ones: no more are let in at once than a child soon reads, and the others wait
        in the spool.
        """
        since = self._queue.since
        if since is None or self._behind_since is None:
            self._behind_since = since
        return self._behind_since if len(self._slots) + 1 < self._options.processors else since

    def _grow(self) -> None:
        self._growing = None
        since, now = self._waited_since(), asyncio.get_running_loop().time()
        if since is None or since + self._options.patience_seconds > now:
            self._grow_in_time()
            return
        self._grown_at = now
        log.info("reading_child_added", children=len(self._slots) + 1)
        self._open(next(slot for slot in count() if slot not in self._slots), None)

    def _shrink_in_time(self) -> None:
        if self._shrinking is None and len(self._slots) > self._options.kept:
            self._shrinking = asyncio.get_running_loop().call_later(self._options.spare_seconds, self._shrink)

    def _shrink(self) -> None:
        """A child that has had nothing to do for long goes, and with it the memory it holds."""
        self._shrinking = None
        long_ago = asyncio.get_running_loop().time() - self._options.spare_seconds
        for slot, worker in tuple(self._workers.items()):
            if len(self._slots) > self._options.kept and worker.idle and worker.idle_since <= long_ago:
                del self._workers[slot]
                serving = self._slots.pop(slot)
                self._leaving.add(serving)
                serving.add_done_callback(self._leaving.discard)
                serving.cancel()
        self._shrink_in_time()

    def _open(self, slot: int, worker: _Worker | None) -> None:
        self._slots[slot] = asyncio.create_task(self._serve(slot, worker), name=f"reading-{slot}")

    def _worker(self, slot: int, child: ChildProcess) -> _Worker:
        worker = self._workers[slot] = _Worker(child, asyncio.get_running_loop().time())
        self._shrink_in_time()
        return worker

    def _give(self, worker: _Worker) -> None:
        if worker.idle and not worker.child.alive:
            return  # it died while idle, which `_serve` is about to hear: that is no try of any job
        batch: list[Task] = []
        while not batch and (taken := self._queue.take(self._options, among=len(self._workers), idle=worker.idle)):
            batch = [task for task in taken if not task.future.done()]
        if not batch:
            return
        worker.under_way.append(batch)
        if len(worker.under_way) == 1:
            self._begin(worker)
        worker.child.send(self._frame(batch))

    def _frame(self, batch: list[Task]) -> Frame:
        if batch[0].job is None:
            return Frame({"kind": batch[0].question, "items": []}, [batch[0].block])
        jobs = [(task.item(), task.job.raw) for task in batch if task.job is not None]
        items, blocks = [item for item, _ in jobs], [raw for _, raw in jobs]
        return Frame({"kind": "read", "wide": self._wide, "items": items}, blocks)

    def _begin(self, worker: _Worker) -> None:
        """The child has the first frame in hand from now on; what waits behind it has no deadline yet."""
        assert worker.deadline is not None
        if worker.idle:
            worker.deadline.reschedule(None)
            worker.idle_since = asyncio.get_running_loop().time()
            return
        share = min(STEPS[task.step][1] for task in worker.under_way[0])
        worker.deadline.reschedule(asyncio.get_running_loop().time() + self._options.job_seconds * share)

    async def _serve(self, slot: int, worker: _Worker | None) -> None:
        """One child's life, and its successors'."""
        while True:
            if worker is None and (worker := await self._replace(slot)) is None:
                if len(self._slots) > self._options.kept:
                    del self._slots[slot]
                    return
                continue
            try:
                await self._listen(worker)
            except Exception as error:  # whatever it is: a slot that ended would be given frames that nobody answers
                await self._lost(slot, worker, error)
                worker = None
            except BaseException:
                for task in chain.from_iterable(worker.under_way):
                    if not task.future.done():
                        task.future.set_exception(PoolStopped())
                await worker.child.kill()
                raise

    async def _listen(self, worker: _Worker) -> None:
        """Hear a child's answers until it is lost. Nothing else is waited for: what it said before its end counts."""
        async with asyncio.timeout(None) as worker.deadline:
            self._hand_out_soon()
            while True:
                answer = await worker.child.receive()
                if worker.idle:
                    raise FrameError("an answer to nothing")
                self._settle(worker.under_way[0], answer)
                worker.under_way.popleft()
                self._begin(worker)
                self._hand_out_soon()

    async def _lost(self, slot: int, worker: _Worker, error: Exception) -> None:
        """What the child had in hand failed this try; what it had not begun goes to another, as if never given."""
        del self._workers[slot]
        in_hand = worker.under_way.popleft() if worker.under_way else []
        if in_hand:
            log.warning("reading_child_lost", pid=worker.child.pid, jobs=len(in_hand), error=type(error).__name__)
        await worker.child.kill()
        for task in in_hand:
            self._again(task)
        for batch in worker.under_way:
            self._queue.put_back(batch)
        self._hand_out_soon()

    async def _replace(self, slot: int) -> _Worker | None:
        """A new child in this slot. If none comes up, those who wait are answered without one rather than never."""
        for _ in range(_FAILED_STARTS):
            try:
                child = await self._nursery.child(self._options.late)
            except (ChildLost, OSError) as error:  # of the latter: too many files are open
                log.error("reading_child_does_not_start", slot=slot, error=type(error).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            return self._worker(slot, child)
        if not self._workers:
            for task in tuple(self._waiting):
                if not task.future.done():
                    task.future.set_exception(_GaveUp())
        return None

    def _settle(self, batch: list[Task], answer: Frame) -> None:
        """Give each of a frame's jobs what the child found. FrameError where the answer does not fit the question."""
        results = answer.header.get("results")
        each = 1 if batch[0].job is None else 3
        if not isinstance(results, list) or len(results) != len(batch) or len(answer.blocks) != each * sum(results):
            raise FrameError("an answer does not fit its question")
        blocks = iter(answer.blocks)
        for task, done in zip(batch, results, strict=True):
            if not done:
                self._again(task)
            else:
                taken = [next(blocks) for _ in range(each)]
                if not task.future.done():
                    task.future.set_result(taken)

    def _again(self, task: Task) -> None:
        """The next try of a job that failed, alone; after the last one its caller is told."""
        task.step += 1
        last = len(STEPS) if task.job is not None and not task.job.is_record else 2
        if task.step < last:
            self._queue.alone.append(task)
        elif not task.future.done():
            task.future.set_exception(_GaveUp())
