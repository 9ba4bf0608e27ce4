"""Gathers what the reports about the tool are filled from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gateway.enforcement import read_enforcement
from gateway.faults import NoRegister
from gateway.governance.reports.facts import ModelFacts, OfficeFacts
from gateway.places import model_card_file
from gateway.policies import Policies
from gateway.settings import Settings
from gateway.store.store import Store
from gateway.weights_shelf import weights_in_use
from models.strategy import StrategyStatus

_STAGES = {
    "fast": "A linear model over words and letters, on each sentence",
    "semantic": "A sentence encoder (multilingual-e5-small, fine-tuned), on the most telling sentences",
    "matter": "A comparison of a contact with the person's known matters",
}


async def office_facts(settings: Settings, store: Store, now: datetime) -> OfficeFacts:
    """The facts as they are now. NoRegister where no register is loaded."""
    register = await store.register.export()
    if register is None:
        raise NoRegister
    counted = await store.figures.counted(now - timedelta(days=365), now)
    enforcement = await read_enforcement(store.switches, settings.mode)
    weights = weights_in_use(settings)
    return OfficeFacts(
        organisation=register.organisation.name,
        manager=register.organisation.addresses.manager,
        pack=Policies.as_asked_for(settings.policies).of(register.organisation),
        mode=enforcement.mode,
        version=_version(),
        listens=(*settings.smtp.listen, *settings.smtp.listen_tls, *settings.smtp.listen_lmtp),
        relay=settings.relay.address,
        targets={name: target.kind for name, target in settings.alerts.targets.items()},
        store=settings.store.path.name,
        late_stage=bool(settings.scan.semantic_children),
        auditor=settings.audit.auditor is not None,
        contacts_a_year=counted.channels,
        people=len(register.people),
        strategies_in_force=sum(each.status is StrategyStatus.ACTIVE for each in register.strategies),
        people_with_needs=sum(bool(person.adjustments) for person in register.people),
        models=[made for stage in _STAGES if (made := _model(weights, stage)) is not None],
        unflagged_days=settings.retention.unflagged_days,
        own_weights=weights != settings.scan.weights,
        card=_read(model_card_file()),
    )


def _model(weights: Path, stage: str) -> ModelFacts | None:
    text = _read(weights / stage / "manifest.json")
    if text is None:
        return None
    manifest: Mapping[str, Any] = json.loads(text)
    return ModelFacts(
        name=str(manifest.get("model", stage)),
        stage=_STAGES[stage],
        trained_on=str(manifest.get("corpus_sha256", ""))[:12],
        labels=len(manifest.get("labels", ())),
        caveat=str(manifest.get("caveat", "")),
    )


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


def _version() -> str:
    try:
        return version("triage-gateway")
    except PackageNotFoundError:  # a checkout that was not installed
        return "of a checkout"
