"""The contract, sentence by sentence: whole messages, whole registers, and what the gateway must make of them.

Each folder of `tests/scenarios/scenarios` is one message with its history and its expectations; all are decided by one
`Offline` after another over one pool of reading children.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
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


@pytest.fixture(scope="module")
def decisions() -> dict[str, dict[str, Any]]:
    """Every scenario's decision, by folder name."""
    return asyncio.run(_all_decided())


async def _all_decided() -> dict[str, dict[str, Any]]:
    settings = load_settings(None)
    registers = {path.name: load(path, Register) for path in (ROOT / "registers").glob("*.yaml")}
    async with reading_pool(settings, children=2) as pool:
        desk = Desk(registers, Policies.load(settings.policies), pool)
        decided = await asyncio.gather(*(desk.decided(folder) for folder in FOLDERS))
    return dict(zip((folder.name for folder in FOLDERS), decided, strict=True))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_decision_is_what_the_contract_says(folder: Path, decisions: dict[str, dict[str, Any]]) -> None:
    expect = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    assert failures(decisions[folder.name], expect["expect"]) == [], expect["why"]
