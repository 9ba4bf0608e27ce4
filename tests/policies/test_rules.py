"""Every rule of the five policies has something that shows that it is met, or it is said to be missing."""

from __future__ import annotations

import importlib

import pytest
from pydantic import ValidationError

from gateway.governance.features import FEATURES
from gateway.governance.lacks import Refused
from gateway.places import config_directory
from gateway.policies import load_pack
from models.policy_life import Mode
from tests.policies.leaves import Leaf, enforced_leaves, goes_unnoticed, is_floor
from tests.policies.not_yet import FEATURES_NOT_YET, NOT_YET
from tests.policies.otherwise import otherwise
from tests.policies.showing import POLICY_OF, SHOWINGS, Alteration, Showing, altered, places_of

PACKS = {name: load_pack(config_directory() / "policies" / f"{name}.yaml") for name in POLICY_OF.values()}
for _name in PACKS:
    importlib.import_module(f"tests.policies.{_name}")

RULES = {rule: met for pack in PACKS.values() for rule, met in pack.life.rules.items()}
SHOWN = {showing.rule for showing in SHOWINGS}
COUNTS = {"S": 21, "C": 35, "W": 32, "D": 22, "K": 17}


def _id(showing: Showing) -> str:
    return f"{showing.rule}-{showing.show.__name__}"


def _altered(of: str) -> list[tuple[Showing, Alteration]]:
    return [
        (showing, alteration)
        for showing in SHOWINGS
        for alteration in getattr(showing, of)
        if showing.policy in PACKS and altered(PACKS[showing.policy], alteration) is not None
    ]


def _ids(pairs: list[tuple[Showing, Alteration]]) -> list[str]:
    return [f"{_id(showing)}-{alteration.place} {alteration.says}" for showing, alteration in pairs]


ALTERED, DESPITE = _altered("alterations"), _altered("despite")


@pytest.mark.parametrize("showing", SHOWINGS, ids=_id)
def test_a_rule_is_met(showing: Showing) -> None:
    showing.show(PACKS[showing.policy])


@pytest.mark.parametrize(("showing", "alteration"), ALTERED, ids=_ids(ALTERED))
def test_a_showing_notices_when_the_pack_says_something_else(showing: Showing, alteration: Alteration) -> None:
    pack = altered(PACKS[showing.policy], alteration)
    assert pack is not None
    with pytest.raises((AssertionError, Refused, ValidationError)):
        showing.show(pack)


@pytest.mark.parametrize(("showing", "alteration"), DESPITE, ids=_ids(DESPITE))
def test_some_rules_hold_whatever_a_pack_says(showing: Showing, alteration: Alteration) -> None:
    pack = altered(PACKS[showing.policy], alteration)
    assert pack is not None
    showing.show(pack)


INVARIANT = [showing for showing in SHOWINGS if showing.whatever]


def _tried(showing: Showing, one_in: int) -> int:
    """In how many other packs it was tried. Fails in the first in which it does not hold."""
    tried = 0
    for says, pack in otherwise(PACKS[showing.policy], one_in=one_in):
        tried += 1
        try:
            showing.show(pack)
        except (AssertionError, Refused) as error:
            raise AssertionError(f"switched off by {says}") from error
    return tried


@pytest.mark.parametrize("showing", INVARIANT, ids=_id)
def test_one_in_sixteen_of_the_ways_to_switch_off_an_invariant_is_tried(showing: Showing) -> None:
    assert _tried(showing, 16) > 50


@pytest.mark.long
@pytest.mark.parametrize("showing", INVARIANT, ids=_id)
def test_every_way_to_switch_off_an_invariant_is_tried(showing: Showing) -> None:
    assert _tried(showing, 1) > 800


def test_the_invariants_are_the_rules_that_are_tried_so() -> None:
    assert {showing.rule for showing in INVARIANT} == {rule for rule, met in RULES.items() if met.invariant}


@pytest.mark.parametrize("rule", [rule for rule, met in RULES.items() if Mode.ENFORCED in met.modes])
def test_an_enforced_rule_is_shown_to_fail_by_an_altered_value_or_is_an_invariant(rule: str) -> None:
    assert rule in {showing.rule for showing, _alteration in ALTERED} or RULES[rule].invariant


def _wrong(leaves: list[Leaf]) -> list[str]:
    """What goes unnoticed, but for the product's own floors; and such a floor that gives way."""
    return [
        f"{rule}: {alteration.place} {alteration.says}"
        for rule, alteration in leaves
        if goes_unnoticed(PACKS[POLICY_OF[rule[0]]], rule, alteration) != is_floor(rule, alteration)
    ]


def test_one_in_eight_leaves_that_enforced_rules_rest_on_is_altered_and_noticed() -> None:
    assert not _wrong(enforced_leaves(PACKS)[::8])


@pytest.mark.long
def test_every_leaf_that_enforced_rules_rest_on_is_altered_and_noticed() -> None:
    leaves = enforced_leaves(PACKS)
    assert len(leaves) > 1000
    assert not _wrong(leaves)


def test_the_packs_have_every_rule_of_the_policies() -> None:
    assert set(RULES) == {f"{letter}-{number:02}" for letter, last in COUNTS.items() for number in range(1, last + 1)}


def test_every_rule_is_shown_or_said_to_be_missing() -> None:
    assert SHOWN - set(RULES) == set(), "no such rules"
    assert set(RULES) - SHOWN - set(NOT_YET) == set(), "nothing shows these"


def test_what_is_said_to_be_missing_is_not_shown() -> None:
    assert set(NOT_YET) - set(RULES) == set(), "no such rules"
    assert set(NOT_YET) & SHOWN == set(), "shown, and said to be missing"
    assert all(reason.endswith(".") and len(reason) > 20 for reason in NOT_YET.values())


@pytest.mark.parametrize(
    "rule", [rule for rule, met in RULES.items() if Mode.ENFORCED in met.modes and rule not in NOT_YET]
)
def test_every_value_on_which_an_enforced_rule_rests_is_altered(rule: str) -> None:
    tried = {
        alteration.place
        for showing in SHOWINGS
        if showing.rule == rule
        for alteration in (*showing.alterations, *showing.despite)
    }
    left = {
        place
        for place in places_of(PACKS[POLICY_OF[rule[0]]], rule)
        if not any(one == place or one.startswith(f"{place}.") for one in tried)
    }
    assert not left, "nothing fails when these are altered"


def test_a_feature_is_where_it_says_or_said_to_be_missing() -> None:
    missing = {name for name, feature in FEATURES.items() if importlib.util.find_spec(feature.module) is None}
    assert missing <= set(FEATURES_NOT_YET), "named by packs, and nowhere"
    assert set(FEATURES_NOT_YET) <= set(FEATURES), "no such features"
    assert not set(FEATURES_NOT_YET) - missing, "there by now"
