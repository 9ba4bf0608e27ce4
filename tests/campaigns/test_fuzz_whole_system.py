"""Hostile clients and hostile mail against `triage serve`: no crash, no hang, no lost message.

The reply to a message names the contact (`250 2.0.0 OK: ID`): whoever heard that is owed a decision, or a dead letter
that a person is shown. Every session is the same for the same seed; a failure names seed and session.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import time
from pathlib import Path
from random import Random

import pytest
from acceptance.gateway_process import GatewayProcess, gateway
from acceptance.sink import running_sink

from tests.campaigns.fuzz_mime import damaged
from tests.campaigns.fuzz_smtp import session

_SESSION_SECONDS = 60.0
_IDLE_SECONDS = 240.0
_ROUND = 24
_AT_ONCE = 6
_HEARD = re.compile(rb"^250 2\.0\.0 OK: (\S+)\r$", re.MULTILINE)
_EXPECTED = {"dispatch_dead"}
"""What may be logged as a warning or worse: a sink that refuses damaged mail makes a dead letter, which is shown."""


async def _hold(port: int, pieces: list[bytes]) -> list[str]:
    """Hold a session; the contacts it heard 250 for. TimeoutError where the gateway goes silent without closing."""
    async with asyncio.timeout(_SESSION_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        listening = asyncio.ensure_future(_all_said(reader))
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            writer.write_eof()
        except OSError:
            pass  # it may close on whoever goes too far, and then there is nothing to end
        said = await listening
        writer.close()
    return [heard.decode() for heard in _HEARD.findall(said)]


async def _all_said(reader: asyncio.StreamReader) -> bytes:
    said = bytearray()
    try:
        while block := await reader.read(65536):
            said += block
    except ConnectionError:
        pass
    return bytes(said)


async def _round(port: int, seed: int, first: int) -> list[str]:
    """A round of sessions, some at once, then a plain one that must be served as if nothing had been."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> list[str]:
        random = Random(f"{seed}/{number}")
        async with room:
            try:
                return await _hold(port, session(random, [damaged(random) for _ in range(random.randrange(4))]))
            except TimeoutError:
                raise AssertionError(f"session {number} of seed {seed} was left hanging") from None

    heard = await asyncio.gather(*(one(number) for number in range(first, first + _ROUND)))
    plain = b"EHLO c.example\r\nMAIL FROM:<a@far.example>\r\nRCPT TO:<office@opcc.example>\r\nDATA\r\nhello\r\n.\r\n"
    last = await _hold(port, [plain, b"QUIT\r\n"])
    assert len(last) == 1, f"a plain message was not taken after session {first + _ROUND} of seed {seed}"
    return [contact for contacts in [*heard, last] for contact in contacts]


def _faults(process: GatewayProcess, heard: list[str]) -> list[str]:
    states = {str(id_): str(state) for id_, state in process.query("SELECT id, state FROM spool")}
    decided = {str(id_) for (id_,) in process.query("SELECT contact_id FROM decision WHERE revision = 0")}
    shown = {str(id_) for (id_,) in process.query("SELECT contact_id FROM review")}
    faults = [f"{id_} heard 250 twice" for id_ in set(heard) if heard.count(id_) > 1]
    for contact in heard:
        match states.get(contact):
            case "done" if contact in decided:
                pass
            case "dead" if contact in shown:
                pass
            case state:
                faults.append(f"{contact} heard 250 and is {state}, decided: {contact in decided}")
    for line in (process.folder / "serve.log").read_text().splitlines():
        entry = json.loads(line) if line.startswith("{") else {"level": "error", "event": line}
        if entry["level"] not in {"debug", "info"} and entry["event"] not in _EXPECTED:
            faults.append(f"logged: {entry}")
    return faults


def _fuzz(folder: Path, seed: int, *, rounds: int | None = None, seconds: float = 0.0) -> int:
    """So many rounds, or for so long; how many messages heard 250."""
    heard: list[str] = []
    number = 0
    with running_sink() as sink, gateway(folder, sink.port) as process:
        process.start()
        until = time.monotonic() + seconds
        while number < rounds if rounds is not None else time.monotonic() < until:
            heard += asyncio.run(_round(process.port, seed, number * _ROUND))
            process.wait_until_idle(_IDLE_SECONDS)
            number += 1
            assert process.alive, f"the gateway died in round {number} of seed {seed}: {process.log()}"
        faults = _faults(process, heard)
        assert process.stop() == 0
    assert faults == [], f"seed {seed}"
    return len(heard)


def test_hostile_clients_lose_nothing(tmp_path: Path) -> None:
    assert _fuzz(tmp_path, seed=1, rounds=1) > 1


@pytest.mark.long
@pytest.mark.timeout(0)
def test_hostile_clients_lose_nothing_for_long(tmp_path: Path) -> None:
    seed = int(os.environ.get("TRIAGE_FUZZ_SEED") or secrets.randbelow(1 << 32))
    taken = _fuzz(tmp_path, seed, seconds=float(os.environ.get("TRIAGE_FUZZ_SECONDS", "120")))
    print(f"seed {seed}: {taken} messages heard 250 and each was accounted for")
    assert taken
