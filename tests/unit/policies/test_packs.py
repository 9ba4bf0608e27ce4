"""Every rule of the five policies is in its pack, and each pack says what its policy says."""

from __future__ import annotations

import importlib.util
import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.governance.features import FEATURES
from gateway.places import config_directory
from gateway.policies import Policies, load_named_pack
from models.policy import PolicyPack
from models.policy_cautions import cautions
from models.policy_course import NoticePart
from models.policy_life import Mode
from models.policy_places import FEATURE, look_up, things
from models.policy_question import Answer

NAMES = ("cleveland", "generic", "staffordshire", "stoke", "warwickshire", "wealden")
PACKS = {name: load_named_pack(config_directory() / "policies" / f"{name}.yaml") for name in NAMES}
POLICIES = [name for name in NAMES if name != "generic"]

MODES = {
    "staffordshire": "01:S 02:S 03:STR 04:S 05:ST 06:E 07:ST 08:TS 09:ST 10:E 11:ST 12:E 13:E 14:ES 15:S 16:E 17:E 18:E "
    "19:ST 20:R 21:T",
    "cleveland": "01:E 02:T 03:E 04:ST 05:S 06:ET 07:S 08:ST 09:ST 10:ST 11:S 12:E 13:E 14:T 15:E 16:S 17:ST 18:E 19:E "
    "20:E 21:E 22:T 23:S 24:E 25:E 26:E 27:TS 28:E 29:E 30:E 31:E 32:ST 33:E 34:ES 35:T",
    "warwickshire": "01:S 02:ST 03:S 04:S 05:E 06:TE 07:E 08:E 09:S 10:ET 11:S 12:T 13:ST 14:E 15:E 16:E 17:E 18:ET 19:E "
    "20:ET 21:E 22:E 23:TS 24:E 25:E 26:E 27:S 28:E 29:ST 30:S 31:E 32:S",
    "wealden": "01:S 02:ST 03:E 04:S 05:E 06:E 07:S 08:E 09:E 10:ET 11:ET 12:E 13:E 14:E 15:E 16:E 17:ST 18:ET 19:ET "
    "20:T 21:E 22:E",
    "stoke": "01:S 02:E 03:ST 04:T 05:E 06:E 07:ST 08:E 09:ES 10:E 11:E 12:ET 13:ET 14:E 15:E 16:E 17:E",
}
LETTERS = {"staffordshire": "S", "cleveland": "C", "warwickshire": "W", "wealden": "D", "stoke": "K"}
IN_WORDS = {"E": Mode.ENFORCED, "S": Mode.SUPPORTED, "T": Mode.TRACKED, "R": Mode.REPORTED}

PLANNED = {
    f"gateway.governance.{name}"
    for name in [
        "life",
        "clocks",
        "letters",
        "incidents",
        "breaches",
        "challenges",
        "registers",
        "retention",
        "subject_access",
        "reports",
        "disclosures",
    ]
}
"""Modules that a feature may name before they are there."""


def life(name: str):  # type: ignore[no-untyped-def]
    return PACKS[name].life


@pytest.mark.parametrize("name", NAMES)
def test_everybody_whom_a_pack_points_to_is_on_the_list_of_what_an_office_checks(name: str) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "howto" / "before-use.md").read_text("utf-8")
    pointed_to = (*life(name).dispute.onward, *life(name).complaints_about.values())
    assert [each for each in pointed_to if each not in page] == []


def test_the_folder_loads_whole() -> None:
    assert Policies.load(config_directory() / "policies")


@pytest.mark.parametrize("name", POLICIES)
def test_every_rule_is_in_its_pack_with_its_modes(name: str) -> None:
    wanted = {}
    for each in MODES[name].split():
        number, modes = each.split(":")
        wanted[f"{LETTERS[name]}-{number}"] = tuple(IN_WORDS[mode] for mode in modes)
    assert {rule_id: rule.modes for rule_id, rule in life(name).rules.items()} == wanted


def test_there_are_127_rules() -> None:
    assert sum(len(life(name).rules) for name in POLICIES) == 127
    assert life("generic").rules == {}


RULES = [(name, rule_id) for name in POLICIES for rule_id in PACKS[name].life.rules]


@pytest.mark.parametrize(("name", "rule_id"), RULES, ids=[rule_id for _, rule_id in RULES])
def test_what_meets_a_rule_is_there(name: str, rule_id: str) -> None:
    rule = life(name).rules[rule_id]
    assert rule.says.endswith(".") and rule.cites
    features = [by.startswith(FEATURE) for by in rule.by]
    assert rule.invariant or not all(features)
    assert any(features) or not rule.invariant
    for by in rule.by:
        if by.startswith(FEATURE):
            assert by.removeprefix(FEATURE) in FEATURES
        else:
            assert look_up(PACKS[name], by) not in (None, (), {}, "")


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_cites_its_own_policy(name: str) -> None:
    pack = PACKS[name]
    cited = [cite for _, thing in things(pack) for cite in getattr(thing, "cites", ())]
    assert all(cite.startswith(f"{name.capitalize()} ") for cite in cited)
    assert bool(cited) is (name != "generic")


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_is_in_a_module_that_is_there_or_planned(name: str) -> None:
    says, module = FEATURES[name]
    assert says.endswith(".")
    assert module in PLANNED or importlib.util.find_spec(module) is not None


def test_every_measure_that_decisions_cite_is_in_the_pack() -> None:
    for name in POLICIES:
        kinds = {measure.kind for measure in life(name).measures}
        assert kinds <= set(PACKS[name].cites)


QUESTIONS = {"staffordshire": 9, "cleveland": 11, "warwickshire": 10, "wealden": 7, "stoke": 5, "generic": 10}


@pytest.mark.parametrize("name", NAMES)
def test_the_checklist_asks_every_question(name: str) -> None:
    assert len(life(name).checklist) == QUESTIONS[name]


@pytest.mark.parametrize("name", ["cleveland", "stoke", "generic"])
def test_new_and_significant_information_stops_a_restriction(name: str) -> None:
    (check,) = [check for check in life(name).checklist if check.id == "new_information"]
    assert check.required_answer is Answer.NO and check.blocking and not check.na_allowed
    others = [check for check in life(name).checklist if check.id != "new_information"]
    assert all(other.required_answer is Answer.YES for other in others)


def test_three_questions_of_staffordshire_are_asked_where_they_arise() -> None:
    assert [check.id for check in life("staffordshire").checklist if check.na_allowed] == [
        "outcome_explained",
        "route_of_challenge",
        "signposted",
    ]


FIGURES = [
    ("cleveland", "review.ceiling", "P3M"),
    ("staffordshire", "review.ceiling", "P3M"),
    ("warwickshire", "review.ceiling", "P3M"),
    ("generic", "review.ceiling", "P3M"),
    ("wealden", "review.every", "P3M"),
    ("wealden", "review.ceiling", "P6M"),
    ("wealden", "duration.usual", "P6M"),
    ("wealden", "duration.ends_compulsory", True),
    ("wealden", "dispute.to", ()),
    ("wealden", "retention.strategy.trigger", "dormant"),
    ("wealden", "retention.strategy.period", "P24M"),
    ("wealden", "measures_open", True),
    ("stoke", "duration.least", "P6M"),
    ("stoke", "review.first_request_after", "P6M"),
    ("stoke", "review.by_decider_after", "P3Y"),
    ("stoke", "dispute.window", 15),
    ("stoke", "dispute.outcome", 15),
    ("stoke", "dispute.reviewed_by", ("director",)),
    ("stoke", "registers.dangerous_persons.review_every", "P1Y"),
    ("stoke", "registers.dangerous_properties.review_by_approver", True),
    ("stoke", "measures.same_matter_filed.on_open_matter", False),
    ("staffordshire", "notice.all_of", ("post", "email")),
    ("staffordshire", "measures.same_matter_refused.on_open_matter", False),
    ("staffordshire", "reports.annual_figures.to", "senior_leadership_team"),
    ("warwickshire", "approvals.authorised.nominee_of", "chief_executive"),
    ("warwickshire", "dispute.to", ("chief_executive",)),
    ("warwickshire", "dispute.window", None),
    ("warwickshire", "marking", "OFFICIAL"),
    ("warwickshire", "spoc_without_strategy", True),
    ("warwickshire", "police.always", ("violence",)),
    ("warwickshire", "sharing.unless_consent", True),
    ("cleveland", "police.always", ("apparent_offence",)),
    ("wealden", "police.always", ("violence", "serious_threat")),
    ("cleveland", "sharing.asked", ("data_protection_officer",)),
    ("cleveland", "needs_reason", ("scope_organisation",)),
    ("stoke", "needs_reason", ("scope_organisation",)),
    ("wealden", "review.not_by", ("author", "decider", "business_case")),
    ("generic", "dispute.window", 15),
    ("stoke", "notice.parts.data_use", "data_use"),
    ("generic", "dispute.outcome", 15),
]


@pytest.mark.parametrize(("name", "place", "value"), FIGURES)
def test_a_pack_says_what_its_policy_says(name: str, place: str, value: object) -> None:
    assert look_up(PACKS[name], place) == value


def test_the_second_stage_of_wealden_takes_three_people_who_are_not_the_author() -> None:
    chain = {step.id: step for step in life("wealden").approvals if step.stages == (2,)}
    assert list(chain) == ["business_case", "signed_off", "decided"]
    assert {"author", "business_case", "signed_off"} <= set(chain["decided"].distinct_from)
    assert "business_case" in chain["signed_off"].distinct_from
    assert chain["decided"].no_prior_knowledge
    assert set(chain["decided"].roles) == {"director", "monitoring_officer"}


@pytest.mark.parametrize("name", NAMES)
def test_whoever_decides_is_not_the_author(name: str) -> None:
    assert all("author" in step.distinct_from for step in life(name).approvals if step.act in ("decides", "agrees"))


@pytest.mark.parametrize("name", NAMES)
def test_every_notice_says_how_to_reach_help_and_whom_to_turn_to(name: str) -> None:
    assert {NoticePart.EMERGENCY, NoticePart.OMBUDSMAN, NoticePart.RIGHTS} <= set(life(name).notice.parts)


def test_the_generic_notice_has_every_part() -> None:
    assert set(life("generic").notice.parts) == set(NoticePart)


@pytest.mark.parametrize("name", NAMES)
def test_no_refusal_touches_an_open_matter(name: str) -> None:
    refusals = [m for m in life(name).measures if m.kind in ("same_matter_filed", "same_matter_refused")]
    assert refusals and not any(measure.on_open_matter for measure in refusals)


def told(pack: PolicyPack, today: date) -> list[str]:
    return [".".join(map(str, location)) for location, _ in cautions(pack, today)]


_ASSESSED = "equality_impact_assessed_on"  # none of the five policies publishes the day


def test_what_deserves_a_second_thought_is_a_caution() -> None:
    today = date(2026, 6, 1)
    assert {name: told(PACKS[name], today) for name in NAMES} == {
        "cleveland": [_ASSESSED],
        "generic": [_ASSESSED],
        "staffordshire": [_ASSESSED],
        "stoke": ["life.review.ceiling", _ASSESSED],
        "warwickshire": [_ASSESSED],
        "wealden": ["life.dispute", _ASSESSED],
    }
    assert told(PACKS["cleveland"], date(2026, 10, 1)) == [_ASSESSED, "review_due"]


def test_a_pack_that_was_kept_with_a_queue_that_there_is_not_is_read_all_the_same():
    before = {**PACKS["generic"].model_dump(mode="json", by_alias=True), "conflict_to": "maneger"}
    kept = PolicyPack.model_validate_json(json.dumps(before), context={"kept": True})
    assert kept.conflict_to == "maneger"


def test_a_pack_that_was_kept_with_what_never_had_an_effect_is_read_without_it():
    before = PACKS["warwickshire"].model_dump(mode="json", by_alias=True)
    for incident in before["life"]["incidents"]:
        incident["asks"] = [{**ask, "blocking": True, "stages": []} for ask in incident["asks"]]
    assert PolicyPack.model_validate_json(json.dumps(before), context={"kept": True}) == PACKS["warwickshire"]
    with pytest.raises(ValidationError):
        PolicyPack.model_validate_json(json.dumps(before))
