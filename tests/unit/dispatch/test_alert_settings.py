"""Ladders as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.dispatch.settings import AlertSettings
from models.decision import AlertKind
from models.finding import Urgency

SMS = {"kind": "sms", "url_file": "sms.url", "numbers": ["+447700900123"]}
SLACK = {"kind": "slack", "url_file": "slack.url"}


def test_the_defaults_end_in_a_person() -> None:
    settings = AlertSettings()
    assert all(settings.ends_in_a_person(ladder) for ladder in settings.ladders.values())
    assert settings.ladder(AlertKind.CONCERN, Urgency.IMMEDIATE).again_minutes == 15
    assert settings.ladder(AlertKind.BREACH, Urgency.SAME_DAY).again_minutes is None


@pytest.mark.parametrize(
    ("last", "ends"),
    [("manager", True), ("deputy", True), ("duty@x.example", True), ("phone", True), ("room", False), ("queue", False)],
)
def test_a_ladder_ends_in_a_person_or_not(last: str, ends: bool) -> None:
    settings = AlertSettings.model_validate(
        {"targets": {"phone": SMS, "room": SLACK}, "ladders": {"immediate": {"rungs": [{"to": "queue"}, {"to": last}]}}}
    )
    assert settings.ends_in_a_person(settings.ladders["immediate"]) is ends


def test_a_kind_may_have_its_own_ladder() -> None:
    own = {"concern.immediate": {"rungs": [{"to": "duty@x.example"}], "again_minutes": 5}}
    settings = AlertSettings.model_validate({"ladders": own})
    assert settings.ladder(AlertKind.CONCERN, Urgency.IMMEDIATE).rungs[0].to == "duty@x.example"
    assert settings.ladder(AlertKind.SYSTEM, Urgency.IMMEDIATE).rungs[0].to == "queue"
    assert settings.fingerprint() != AlertSettings().fingerprint()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ladders": {"soon": {"rungs": [{"to": "queue"}]}}},
        {"ladders": {"gossip.immediate": {"rungs": [{"to": "queue"}]}}},
        {"ladders": {"immediate": {"rungs": []}}},
        {"ladders": {"immediate": {"rungs": [{"to": "nowhere"}]}}},
        {"targets": {"phone": {**SMS, "numbers": []}}},
        {"targets": {"phone": {**SMS, "numbers": ["07700 900123"]}}},
        {"targets": {"room": {**SLACK, "numbers": ["+447700900123"]}}},
        {"targets": {"room": {"kind": "pigeon", "url_file": "x"}}},
        {"digest_hour": 24},
        {"unknown": 1},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AlertSettings.model_validate(wrong)
