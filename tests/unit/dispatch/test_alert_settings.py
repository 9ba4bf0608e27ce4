"""Ladders as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.dispatch.settings import AlertSettings
from gateway.places import config_directory
from gateway.policies import Policies
from models.alert_ladder import AlertLadder, AlertRung
from models.decision import AlertKind
from models.finding import Urgency
from models.organisation import Organisation, QueueAddresses

OFFICE = Organisation(
    name="Example Borough Council",
    domains=("council.example",),
    addresses=QueueAddresses(
        manager="manager@council.example", rights="rights@council.example", appeals="appeals@council.example"
    ),
    role_addresses={"chief_executive": "chief@council.example"},
)
SMS = {"kind": "sms", "url_file": "sms.url", "numbers": ["+447700900123"]}
SLACK = {"kind": "slack", "url_file": "slack.url"}


def test_the_defaults_end_in_a_person() -> None:
    settings = AlertSettings()
    assert all(settings.ends_in_a_person(ladder) for ladder in settings.all_ladders.values())
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


def test_the_policys_ladder_holds_where_the_office_has_none_and_its_roles_are_told_where_the_register_says() -> None:
    pack = Policies.load(config_directory() / "policies").of(OFFICE)
    rungs = (
        AlertRung(to="queue"),
        AlertRung(to="chief_executive", after_minutes=5, hours="office"),
        AlertRung(to="pfcc"),
    )
    alerts = pack.alerts.model_copy(update={"immediate": AlertLadder(rungs=rungs, again_minutes=9)})
    pack = pack.model_copy(update={"alerts": alerts})
    climbed = AlertSettings().under(pack, OFFICE).ladder(AlertKind.CONCERN, Urgency.IMMEDIATE)
    assert [rung.to for rung in climbed.rungs] == ["queue", "chief@council.example", "manager@council.example"]
    assert (climbed.rungs[1].after_minutes, climbed.rungs[1].hours, climbed.again_minutes) == (5, "office", 9)
    own = AlertSettings.model_validate({"ladders": {"immediate": {"rungs": [{"to": "duty@x.example"}]}}})
    assert own.under(pack, OFFICE).ladder(AlertKind.CONCERN, Urgency.IMMEDIATE).rungs[0].to == "duty@x.example"


@pytest.mark.parametrize("pack", ["staffordshire", "cleveland", "warwickshire", "wealden", "stoke", "generic"])
def test_a_ladder_of_a_policy_that_is_changed_is_tested_anew(pack: str) -> None:
    office = OFFICE.model_copy(update={"policy": pack})
    ours = Policies.load(config_directory() / "policies").of(office)
    assert AlertSettings().under(ours, office).fingerprint() == AlertSettings().fingerprint()
    sooner = AlertLadder(rungs=(AlertRung(to="queue"), AlertRung(to="manager", after_minutes=5)), again_minutes=15)
    other = ours.model_copy(update={"alerts": ours.alerts.model_copy(update={"immediate": sooner})})
    assert AlertSettings().under(other, office).fingerprint() != AlertSettings().fingerprint()


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
