"""The nursery and one reading child as the serving process sees them: start, ask, kill."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from classifiers.late_stage import LateStage
from gateway.reading.child_log import forward
from gateway.reading.frames import Frame, FrameError, receive_frame

_PACKAGES = Path(__file__).resolve().parents[2]
# Nothing of the parent's environment is handed down: it may hold keys and passwords.
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(_PACKAGES),
    "PYTHONSAFEPATH": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "TOKENIZERS_PARALLELISM": "false",
}
_LINE_BYTES = 65_536
_PACKET_BYTES = 65_536
_CLOSE_SECONDS = 5.0

_Answer = TypeVar("_Answer")


class ChildLost(Exception):
    """A reading child died, or never came up; the message or the last log line says why."""


class _NotForked(ChildLost):
    """The nursery lives and could not fork."""


@dataclass(frozen=True, slots=True)
class NurserySpec:
    """What a nursery is started with. `scanner` and `judge` are `module:name`.

    `memory_bytes` bounds its address space and each child's, `start_seconds` the start of either.
    """

    lexicons: Path
    weights: Path
    memory_bytes: int = 1024 * 1024 * 1024
    start_seconds: float = 60.0
    scanner: str = "classifiers.scan:Scanner"
    judge: str = "classifiers.matter:judge"

    def arguments(self) -> list[str]:
        """The command line."""
        return [
            sys.executable,
            "-m",
            "gateway.reading.nursery",
            f"--parent={os.getpid()}",
            f"--memory-bytes={self.memory_bytes}",
            f"--lexicons={self.lexicons.resolve()}",
            f"--weights={self.weights.resolve()}",
            f"--scanner={self.scanner}",
            f"--judge={self.judge}",
        ]


class Nursery:
    """Where reading children come from. Its process is started when it is needed, and anew where it was lost.

    The children end with the process they came from. Entered as a context, it begins to load at once.
    """

    def __init__(self, spec: NurserySpec) -> None:
        self._spec = spec
        self._process: _NurseryProcess | None = None
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Begin to load, in a process of its own, and do not wait for it: it takes seconds."""
        async with self._one_at_a_time:
            await self._running()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the process and, with it, what is left of its children."""
        if self._process is not None:
            await self._process.close()

    @property
    def process_id(self) -> int | None:
        """The process that runs now, None where there is none; a probe for tests."""
        return None if self._process is None or not self._process.alive else self._process.pid

    async def start(self) -> None:
        """Wait until the process has loaded. Raises ChildLost, naming the cause where it is known."""
        async with self._one_at_a_time:
            await self._loaded()

    async def child(self, late: LateStage) -> ChildProcess:
        """A new child that is ready. Raises ChildLost."""
        async with self._one_at_a_time:
            child = await self._born(late)
        try:
            async with asyncio.timeout(self._spec.start_seconds):
                answer = await child.receive()
        except (FrameError, TimeoutError):
            await child.kill()
            raise ChildLost("a reading child did not start; its log line names the cause") from None
        except BaseException:
            await child.kill()
            raise
        if answer.header.get("ready") is not True:
            await child.kill()
            raise ChildLost("a reading child spoke out of turn")
        return child

    async def _running(self) -> _NurseryProcess:
        if self._process is None or not self._process.alive:
            if self._process is not None:
                await self._process.kill()
            self._process = await _NurseryProcess.start(self._spec)
        return self._process

    async def _loaded(self) -> _NurseryProcess:
        process = await self._running()
        await self._or_lost(process, process.wait_until_ready())
        return process

    async def _born(self, late: LateStage) -> ChildProcess:
        process = await self._loaded()
        ours, theirs = socket.socketpair()
        log_reader, log_writer = os.pipe()
        try:
            pid, handle = await self._or_lost(process, process.fork(late, theirs.fileno(), log_writer))
        except BaseException:
            ours.close()
            os.close(log_reader)
            raise
        finally:
            theirs.close()
            os.close(log_writer)
        return await ChildProcess.of(pid, handle, ours, log_reader)

    async def _or_lost(self, process: _NurseryProcess, work: Awaitable[_Answer]) -> _Answer:
        try:
            async with asyncio.timeout(self._spec.start_seconds):
                return await work
        except _NotForked:
            raise
        except (ChildLost, TimeoutError) as error:
            await process.kill()
            cause = str(error) or f"nothing was heard for {self._spec.start_seconds:g} seconds"
            raise ChildLost(f"the reading children did not start: {cause}") from None


class _NurseryProcess:
    """One process of the nursery. One question at a time."""

    def __init__(self, process: asyncio.subprocess.Process, line: socket.socket) -> None:
        assert process.stderr is not None
        self._process = process
        self._line = line
        self._ready = False
        self._births = 0
        self._log = asyncio.create_task(forward(process.stderr, process.pid))

    @classmethod
    async def start(cls, spec: NurserySpec) -> _NurseryProcess:
        ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        try:
            process = await asyncio.create_subprocess_exec(
                *spec.arguments(),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env=_ENVIRONMENT,
                cwd="/",
                close_fds=True,
                start_new_session=True,
                limit=_LINE_BYTES,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.setblocking(False)
        return cls(process, ours)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def wait_until_ready(self) -> None:
        if not self._ready:
            answer, _ = await self._receive()
            if answer.get("ready") is not True:
                raise ChildLost(answer.get("failed", "the nursery spoke out of turn"))
            self._ready = True

    async def fork(self, late: LateStage, line: int, log: int) -> tuple[int, int]:
        """A child with these ends of its line and of its log: its process id, and a handle of its process."""
        self._births += 1
        birth = self._births
        try:
            socket.send_fds(self._line, [json.dumps({"birth": birth, "late": late}).encode()], [line, log])
        except OSError as error:
            raise ChildLost(f"the nursery is gone ({type(error).__name__})") from None
        while True:
            answer, handles = await self._receive()
            if answer["birth"] != birth:
                # Whoever asked for this one was cancelled meanwhile. Nobody holds its line, so it ends by itself.
                for handle in handles:
                    os.close(handle)
            elif "failed" in answer:
                raise _NotForked(f"a reading child could not be forked: {answer['failed']}")
            else:
                return answer["pid"], handles[0]

    async def _receive(self) -> tuple[dict[str, Any], list[int]]:
        await _readable(self._line.fileno())
        try:
            packet, handles, _flags, _address = socket.recv_fds(self._line, _PACKET_BYTES, 1)
        except OSError:
            packet, handles = b"", []
        if not packet:
            raise ChildLost("the nursery died; its log line names the cause")
        return json.loads(packet), handles

    async def close(self) -> None:
        """Let it end in good order, which is when it has buried its children; not for long, though."""
        self._line.close()
        if self._ready:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        """End it at once and reap it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._line.close()
        await self._log


class ChildProcess:
    """A child of the nursery. `handle` stands for the process, whatever becomes of its id."""

    def __init__(
        self, pid: int, handle: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: asyncio.Task[None]
    ) -> None:
        self.pid = pid
        self._handle = handle
        self._reader = reader
        self._writer = writer
        self._log = log
        self._alive = True
        self._end: asyncio.Task[None] | None = None

    @classmethod
    async def of(cls, pid: int, handle: int, line: socket.socket, log_reader: int) -> ChildProcess:
        """The child behind a line, a log and a handle, which are its own from now on."""
        pipe = os.fdopen(log_reader, "rb", 0)
        with contextlib.ExitStack() as undo:
            for close in (lambda: os.close(handle), pipe.close, line.close):
                undo.callback(close)
            reader, writer = await asyncio.open_connection(sock=line, limit=_LINE_BYTES)
            undo.callback(writer.transport.abort)
            stderr = asyncio.StreamReader(limit=_LINE_BYTES)
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(stderr), pipe
            )
            undo.pop_all()
        return cls(pid, handle, reader, writer, asyncio.create_task(_forward_and_close(stderr, pid, transport)))

    @property
    def alive(self) -> bool:
        """False once it has ended."""
        if self._alive:
            ended = select.poll()
            ended.register(self._handle, select.POLLIN)
            self._alive = not ended.poll(0)
        return self._alive

    def send(self, frame: Frame) -> None:
        """Put a frame on its way. The child answers in order; that it is gone is heard by `receive`."""
        self._writer.write(frame.encode())

    async def receive(self) -> Frame:
        """The next frame. Raises FrameError where the line is closed."""
        return await receive_frame(self._reader)

    async def kill(self) -> None:
        """End the child at once, and wait until it has ended; the nursery reaps it."""
        if self._end is None:
            self._end = asyncio.create_task(self._until_ended())
        # It goes on though whoever waits for it is cancelled.
        await asyncio.shield(self._end)

    async def _until_ended(self) -> None:
        self._alive = False
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        await _readable(self._handle)
        os.close(self._handle)
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
        await self._log


async def _forward_and_close(stderr: asyncio.StreamReader, pid: int, transport: asyncio.ReadTransport) -> None:
    try:
        await forward(stderr, pid)
    finally:
        transport.close()


async def _readable(descriptor: int) -> None:
    """Wait until there is something to read from `descriptor`; of a process's handle: until the process has ended."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)
