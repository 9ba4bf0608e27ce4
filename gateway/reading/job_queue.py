"""What waits to be read, and what goes to a child next: fair shares, nothing behind what may end it (DESIGN §3)."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from classifiers.late_stage import LateStage
from gateway.reading.jobs import ReadingJob
from gateway.reading.thoroughness import Thoroughness

STEPS = (
    (Thoroughness.FULL, 1.0),
    (Thoroughness.FULL, 1.0),
    (Thoroughness.PLAIN, 0.5),
    (Thoroughness.NO_ATTACHMENTS, 0.5),
    (Thoroughness.HEADERS, 0.25),
)
"""The tries one message is given, each with its share of the deadline: 3.25 deadlines at most."""


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """`children` processes at most; `job_seconds` a try; `batch_jobs` small jobs, of `batch_bytes` at most, to a frame.

    `kept` of the children are there always. Another one comes where a job has waited for `patience_seconds`, or some
    job or other all that time and one of the `processors` is left over for it: the serving process needs one. It goes
    when it has had nothing to do for `spare_seconds`.
    """

    children: int = 2
    kept: int = 1
    patience_seconds: float = 0.5
    spare_seconds: float = 60.0
    processors: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    job_seconds: float = 60.0
    batch_jobs: int = 12
    batch_bytes: int = 131_072
    late: LateStage = LateStage.OFF


@dataclass(slots=True, eq=False)
class Task:
    """A job on its way through the tries. `question` and `block` are set where it is no message to be read.

    `since`: when it was asked for, by the loop's clock.
    """

    future: asyncio.Future[list[bytes]]
    since: float
    job: ReadingJob | None = None
    question: str = ""
    block: bytes = b""
    step: int = 0

    def size(self, options: PoolOptions) -> int:
        """In bytes; a question goes as a small job that fills its frame."""
        return options.batch_bytes if self.job is None else len(self.job.raw)

    def item(self) -> dict[str, object]:
        """What is told of the message beside its bytes."""
        assert self.job is not None
        return {
            "kind": "record" if self.job.is_record else "email",
            "contact_id": self.job.contact_id,
            "envelope": self.job.envelope.model_dump(mode="json"),
            "domains": list(self.job.domains),
            "trusted_authserv": None if self.job.trusted_authserv is None else list(self.job.trusted_authserv),
            "thoroughness": STEPS[self.step][0],
        }


@dataclass(slots=True)
class Queue:
    """Fresh jobs, which may share a frame, and jobs that failed and questions, which go alone and first."""

    fresh: deque[Task] = field(default_factory=deque)
    alone: deque[Task] = field(default_factory=deque)

    @property
    def since(self) -> float | None:
        """Since when the one has waited that waits longest, of those that would go next; None where none waits."""
        return min((tasks[0].since for tasks in (self.alone, self.fresh) if tasks), default=None)

    def put(self, task: Task) -> None:
        """A job that was asked for just now."""
        self._line_of(task).append(task)

    def put_back(self, frame: Sequence[Task]) -> None:
        """A frame's jobs before all others, as if they had never been taken."""
        self._line_of(frame[0]).extendleft(reversed(frame))

    def _line_of(self, task: Task) -> deque[Task]:
        return self.alone if task.job is None else self.fresh

    def take(self, options: PoolOptions, *, among: int, idle: bool) -> list[Task]:
        """The next frame's jobs: one that goes alone, or of the fresh ones a child's share `among` so many, or none.

        Not `idle`, they are for a child that has something in hand. Then nothing that failed goes, for a child that may
        die should have nothing else; nor anything while that waits, lest no child ever be idle; nor what is large; nor
        a frame that has room: many jobs in one cost less than each by itself, and more may come meanwhile.
        """
        if self.alone:
            return [self.alone.popleft()] if idle or self.alone[0].step == 0 else []
        if not self.fresh or (not idle and self.fresh[0].size(options) > options.batch_bytes):
            return []
        most = max(1, min(options.batch_jobs, len(self.fresh) // among)) if idle else options.batch_jobs
        count = self._fitting(options, most)
        if not idle and count < most and count == len(self.fresh):
            return []
        return [self.fresh.popleft() for _ in range(count)]

    def _fitting(self, options: PoolOptions, most: int) -> int:
        """How many of the first fresh jobs fit into one frame; the first does, whatever its size."""
        size = 0
        for count, task in enumerate(islice(self.fresh, most)):
            size += task.size(options)
            if count and size > options.batch_bytes:
                return count
        return min(most, len(self.fresh))
