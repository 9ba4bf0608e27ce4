"""Every rule id is in the list, every pack loads, and every kind of measure it offers has its paragraph."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from models.policy import PolicyPack
from routing.identity.match import REASONS as IDENTITY_REASONS
from routing.reasons import REASONS
from routing.restrictions.table import RULES

ROOT = Path(__file__).parents[3]
PACKS = {
    path.stem: PolicyPack.model_validate(yaml.safe_load(path.read_text()))
    for path in sorted((ROOT / "config/policies").glob("*.yaml"))
}
NAMED_BY_THE_CONTRACT = [
    "concern_overrides_restriction",
    "over_duration",
    "third_party_needed",
    "invited",
    "automatic_reply",
    "automatic_reply_unsolicited",
    "adjustment_exempts",
    "rights_request",
    "new_matter",
    "outside_scope",
    "review_overdue",
    "authentication_failed",
    "check_reply_address",
    "protected_recipient",
    "new_information",
]


def test_the_list_has_every_id_that_is_used():
    source = "\n".join(path.read_text() for path in (ROOT / "routing").rglob("*.py"))
    used = set(re.findall(r"""\breason\(\s*"([a-z_]+)\"""", source))
    assert len(used) > 20
    assert used | set(RULES) | set(IDENTITY_REASONS) | set(NAMED_BY_THE_CONTRACT) <= set(REASONS)


def test_each_meaning_is_one_line():
    assert all(text.endswith(".") and "\n" not in text for text in REASONS.values())


def test_there_are_six_packs():
    assert list(PACKS) == ["cleveland", "generic", "staffordshire", "stoke", "warwickshire", "wealden"]
    assert all(pack.id == name for name, pack in PACKS.items())


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_cites_known_ids_and_its_own_paragraphs(name):
    pack = PACKS[name]
    assert set(pack.cites) <= set(REASONS)
    cited = [paragraph for paragraphs in pack.cites.values() for paragraph in paragraphs]
    assert all(paragraph.startswith(name.capitalize() + " ") for paragraph in cited)
    assert (cited == []) is (name == "generic")


OFFERED = {
    "staffordshire": "channel_blocked channel_only identifier_blocked spoc_only call_window contact_limit call_duration "
    "same_matter_filed same_matter_refused call_recording visits_by_appointment no_copy_in",
    "cleveland": "channel_blocked channel_only identifier_blocked spoc_only dedicated_address call_window call_duration "
    "call_recording advocate_only same_matter_refused no_copy_in",
    "warwickshire": "channel_blocked channel_only identifier_blocked spoc_only dedicated_address call_duration "
    "advocate_only",
    "wealden": "contact_agreement call_duration contact_limit call_script channel_only same_matter_filed spoc_only "
    "reply_cycle supervised_meetings designated_premises advocate_only",
    "stoke": "channel_only spoc_only dedicated_address same_matter_refused same_matter_filed cease_and_desist "
    "injunction premises_ban",
}


@pytest.mark.parametrize("name", OFFERED)
def test_every_measure_that_a_policy_offers_is_cited(name):
    assert set(OFFERED[name].split()) <= set(PACKS[name].cites)


PARAGRAPHS = [
    ("cleveland", "concern_overrides_restriction", "Cleveland 9.10"),
    ("warwickshire", "concern_overrides_restriction", "Warwickshire 7.2"),
    ("staffordshire", "spoc_only", "Staffordshire 5.2"),
    ("staffordshire", "rights_request", "Staffordshire 5.3"),
    ("cleveland", "review_overdue", "Cleveland 9.12"),
    ("cleveland", "outside_scope", "Cleveland 9.8"),
    ("wealden", "spoc_only", "Wealden L105"),
    ("wealden", "call_script", "Wealden L126-L127"),
    ("stoke", "same_matter_filed", "Stoke 5.2.2"),
    ("warwickshire", "rights_request", "Warwickshire 9"),
]


@pytest.mark.parametrize(("name", "rule", "paragraph"), PARAGRAPHS)
def test_paragraphs(name, rule, paragraph):
    assert paragraph in PACKS[name].cites[rule]
