"""One reading child as its parent sees it: start, ask, kill, and what it logs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog

from classifiers.stages import LateStage
from gateway.reading.child import LOG_MARK, LOGGED
from gateway.reading.frames import Frame, FrameError, receive_frame

log = structlog.get_logger(__name__)

_PACKAGES = Path(__file__).resolve().parents[2]
# Nothing of the parent's environment is handed down: it may hold keys and passwords.
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(_PACKAGES),
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONSAFEPATH": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "TOKENIZERS_PARALLELISM": "false",
}
_LINE_BYTES = 65_536


class ChildLost(Exception):
    """A reading child died, or never came up; its last log line says where."""


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What a child is started with."""

    lexicons: Path
    weights: Path
    scanner: str
    late: LateStage
    judge: str
    memory_bytes: int
    start_seconds: float

    def arguments(self) -> list[str]:
        """The command line."""
        return [
            sys.executable,
            "-m",
            "gateway.reading.child",
            f"--parent={os.getpid()}",
            f"--memory-bytes={self.memory_bytes}",
            f"--lexicons={self.lexicons.resolve()}",
            f"--weights={self.weights.resolve()}",
            f"--scanner={self.scanner}",
            f"--late={self.late}",
            f"--judge={self.judge}",
        ]


class ChildProcess:
    """A child that is ready. One question at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._log = asyncio.create_task(self._forward_log())

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """False once it is known to have ended."""
        return self._process.returncode is None

    @classmethod
    async def start(cls, spec: ChildSpec) -> ChildProcess:
        """Start a child and wait until its scanner is loaded. Raises ChildLost."""
        process = await asyncio.create_subprocess_exec(
            *spec.arguments(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_ENVIRONMENT,
            cwd="/",
            close_fds=True,
            start_new_session=True,
            limit=_LINE_BYTES,
        )
        child = cls(process)
        try:
            async with asyncio.timeout(spec.start_seconds):
                answer = await child._receive()
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

    async def ask(self, frame: Frame) -> Frame:
        """Send one frame and wait for the answer. Raises ChildLost or FrameError; the caller sets the deadline."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(frame.encode())
            await self._process.stdin.drain()
        except (ConnectionError, RuntimeError):
            raise ChildLost("a reading child closed its line") from None
        return await self._receive()

    async def _receive(self) -> Frame:
        assert self._process.stdout is not None
        return await receive_frame(self._process.stdout)

    async def kill(self) -> None:
        """End the child at once and reap it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._log

    async def _forward_log(self) -> None:
        """Pass on the child's own log lines; of anything else only its size, for it may quote a message."""
        assert self._process.stderr is not None
        while True:
            try:
                line = await self._process.stderr.readline()
            except ValueError:  # longer than the limit
                continue
            if not line:
                return
            text = line.decode("utf-8", "replace")
            if not text.startswith(LOG_MARK):
                log.debug("reading_child_stderr", pid=self.pid, size_bytes=len(line))
                continue
            with contextlib.suppress(ValueError, TypeError):
                told = json.loads(text.removeprefix(LOG_MARK))
                known = {key: str(told[key])[:200] for key in LOGGED if key in told}
                log.warning("reading_child", pid=self.pid, what=known.pop("event", ""), **known)
