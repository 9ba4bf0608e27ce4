"""The nursery: the process that loads what reading and scanning need, once, and forks the children (DESIGN §3).

It is started with a clean environment and has one thread, no database and no keys; it sees no message. Its children
share with it, page by page, what it has loaded, until one of them writes on it; and a new one is there at once.

Run by `gateway.reading.process` as `python -m gateway.reading.nursery`. Its line is its standard input, a socket of
packets of JSON. It says that it is ready, or why it is not. Then each question asks for a child and brings that
child's line and log; the answer brings a handle of its process.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

from classifiers.late_stage import LateStage
from classifiers.memory import give_back, return_from
from gateway.reading import child, sandbox
from gateway.reading.child_log import log_to_parent, tell, tell_failure

_PACKET_BYTES = 65_536
_MOST_CAUSE_CHARACTERS = 500
_COLLECT_AFTER = (50_000, 20, 20)
"""New objects: a message makes thousands, of which hardly one is left for the collector."""
_LOADED_BYTES = 1024 * 1024
"""From which what loading takes leaves no hole behind: what fills one, each child has for itself."""
_WORKED_WITH_BYTES = 8 * 1024 * 1024
"""From which what a message takes goes back at once: below, asking the kernel each time costs more than keeping it."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What every child needs, and how one makes a scanner with a late stage from it."""

    scanner: child.ContactScanner
    judge: child.Judge
    weights: Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, say so, and fork whenever asked, until the line closes. In a forked child this never returns."""
    options = _options(arguments)
    sandbox.bind_to_parent(options.parent)
    line = socket.socket(fileno=os.dup(0))
    sandbox.close_standard_streams()
    sandbox.limit_memory(options.memory_bytes)
    log_to_parent()
    # What is loaded stays, so there is no garbage worth looking for, now or in the children.
    gc.disable()
    return_from(_LOADED_BYTES)
    try:
        loaded = _load(options)
    except Exception as error:  # said in full: no message was near
        tell_failure(error)
        line.send(json.dumps({"failed": f"{type(error).__name__}: {error}"[:_MOST_CAUSE_CHARACTERS]}).encode())
        return 1
    gc.freeze()
    give_back()
    return_from(_WORKED_WITH_BYTES)
    line.send(json.dumps({"ready": True}).encode())
    _serve(line, loaded)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reading-nursery")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--memory-bytes", type=int, required=True, help="for itself and for each child")
    parser.add_argument("--lexicons", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--scanner", required=True, help="module:name with load(lexicons, weights)")
    parser.add_argument("--judge", required=True, help="module:name of the same-matter judge")
    return parser.parse_args(arguments)


def _load(options: argparse.Namespace) -> _Loaded:
    scanner = cast("child.ContactScanner", _named(options.scanner).load(options.lexicons, options.weights))
    judge = cast("child.Judge", _named(options.judge))
    child.warm_up(scanner, judge)
    return _Loaded(scanner, judge, options.weights)


def _named(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _serve(line: socket.socket, loaded: _Loaded) -> None:
    """Answer questions, and bury the children that have ended."""
    children: dict[int, int] = {}
    waiting = select.poll()
    waiting.register(line, select.POLLIN)
    while True:
        for ready, _ in waiting.poll():
            if ready in children:
                waiting.unregister(ready)
                _bury(ready, children.pop(ready))
                continue
            packet, received, _flags, _address = socket.recv_fds(line, _PACKET_BYTES, 2)
            if not packet:
                for handle, pid in children.items():
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
                    _bury(handle, pid)
                return
            question = json.loads(packet)
            try:
                pid = _fork(question, received, loaded)
            except OSError as error:  # too many processes, or no memory: the children there are go on
                told = {"birth": question["birth"], "failed": error.strerror}
                line.send(json.dumps(told).encode())
                continue
            handle = os.pidfd_open(pid)
            answer = json.dumps({"birth": question["birth"], "pid": pid}).encode()
            socket.send_fds(line, [answer], [handle])
            children[handle] = pid
            waiting.register(handle, select.POLLIN)


def _fork(question: dict[str, Any], received: list[int], loaded: _Loaded) -> int:
    nursery = os.getpid()
    try:
        pid = os.fork()
        if pid == 0:
            _become_child(nursery, question, received, loaded)
        return pid
    finally:
        for descriptor in received:
            os.close(descriptor)


def _become_child(nursery: int, question: dict[str, Any], received: list[int], loaded: _Loaded) -> NoReturn:
    status = 1
    try:
        os.setsid()
        sandbox.bind_to_parent(nursery)
        own_line, own_log = received
        sandbox.log_to(own_log)
        sandbox.close_all_but(own_line)
        sys.dont_write_bytecode = True
        gc.set_threshold(*_COLLECT_AFTER)
        gc.enable()
        with socket.socket(fileno=own_line) as line:
            late = LateStage(question["late"])
            scanner = loaded.scanner.with_late_stage(loaded.weights, late)
            if late is LateStage.NOW:
                child.warm_up(scanner, loaded.judge)
                gc.freeze()
            child.live(line, scanner, loaded.judge)
        status = 0
    except Exception as failure:
        tell_failure(failure)
    finally:
        # No interpreter clean-up: native libraries may hang in it, and nothing is left to save.
        os._exit(status)


def _bury(handle: int, pid: int) -> None:
    """Reap a child that has ended or is about to. How is told, unless it was in good order or by our own hand."""
    result = os.waitid(os.P_PIDFD, handle, os.WEXITED)
    os.close(handle)
    if result is None or (result.si_code == os.CLD_EXITED and result.si_status == 0):
        return
    if result.si_code == os.CLD_EXITED:
        tell(event="child_ended", child=pid, error=f"exit {result.si_status}")
    elif result.si_status != signal.SIGKILL:
        tell(event="child_ended", child=pid, error=signal.Signals(result.si_status).name)


if __name__ == "__main__":
    os._exit(main())
