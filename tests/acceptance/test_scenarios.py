"""The contract, sentence by sentence: whole messages, whole registers, and what the gateway must make of them.

Each folder of `tests/scenarios/scenarios` is one message with its history and its expectations; a worker
decides its share of them over one reading child.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from expectations import failures

from gateway.history_file import load_history, load_outbound
from gateway.ids import new_id
from gateway.offline import Offline
from gateway.policies import Policies
from gateway.reading.jobs import ReadingJob
from gateway.reading.pool import ReadingPool
from gateway.settings import load_settings
from gateway.started import reading_pool
from gateway.yaml_file import load
from models.envelope import Envelope
from models.register import Register

ROOT = Path(__file__).parents[1] / "scenarios"
FOLDERS = sorted(path for path in (ROOT / "scenarios").iterdir() if (path / "expect.json").is_file())


@dataclass(frozen=True)
class Desk:
    """What every scenario is decided with."""

    registers: dict[str, Register]
    policies: Policies
    pool: ReadingPool

    async def decided(self, folder: Path) -> dict[str, Any]:
        """The decision on the folder's message, as its JSON."""
        expect = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
        message = next(path for name in ("message.eml", "contact.json") if (path := folder / name).is_file())
        register = self.registers[expect["register"]]
        at = datetime.fromisoformat(expect["at"])
        media_type = "application/json" if message.suffix == ".json" else "message/rfc822"
        job = ReadingJob(
            new_id(),
            Envelope(source="check", received_at=at, media_type=media_type),
            message.read_bytes(),
            domains=register.organisation.domains,
            trusted_authserv=register.organisation.trusted_authserv,
        )
        history, outbound = folder / "history.jsonl", folder / "outbound.jsonl"
        decision = await Offline(register, self.policies, self.pool).check(
            job,
            at=at,
            earlier=load_history(history) if history.is_file() else (),
            outbound=load_outbound(outbound) if outbound.is_file() else None,
        )
        whole: dict[str, Any] = json.loads(decision.to_json())
        return whole


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk() -> AsyncIterator[Desk]:
    settings = load_settings(None)
    registers = {path.name: load(path, Register) for path in (ROOT / "registers").glob("*.yaml")}
    async with reading_pool(settings) as pool:
        yield Desk(registers, Policies.load(settings.policies), pool)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_the_decision_is_what_the_contract_says(folder: Path, desk: Desk) -> None:
    expect = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    assert failures(await desk.decided(folder), expect["expect"]) == [], expect["why"]
