"""Two decisions of the Local Government and Social Care Ombudsman, as cases that the product has to get right."""

from __future__ import annotations

import pytest
from deciding import CHIEF, DEPUTY, SPOC, diverted_to, dossier, email, strategy

from gateway.governance.lacks import Refused
from models.policy_cautions import cautions
from tests.case_files import pack
from tests.governing import MONDAY
from tests.policies import beside, contacts
from tests.policies.course import Course, measure

PACKS = ("cleveland", "generic", "staffordshire", "stoke", "warwickshire", "wealden")


def test_cheshire_west_a_policy_without_a_review_loads_with_a_caution() -> None:
    """21 001 276: fault, because nobody could ask for the decision to be looked at again."""
    said = [text for _where, text in cautions(pack("wealden"), MONDAY)]
    assert any("21 001 276" in text for text in said)
    for name in set(PACKS) - {"wealden"}:
        assert not any("21 001 276" in text for _where, text in cautions(pack(name), MONDAY)), name


def test_cheshire_west_a_dispute_is_recorded_and_somebody_is_pointed_on() -> None:
    file = beside.challenge(pack("wealden"), Course(pack("wealden")).active().file)
    decision = {"outcome": "stands", "reasons": "It was fair.", "role": "director"}
    file.refuses("LGSCO 21 001 276", "Wealden L155-L156", "decided", "Di Rector", **decision)
    (task,) = beside.open_tasks(file.file, file.situation)
    assert task.id == "CH-1/point_on" and task.due is not None
    bodies = pack("wealden").life.dispute.onward
    file.take("pointed_on", on=MONDAY, way="post", onward=bodies, evidence="Proof of posting 17.")
    assert file.file.closed


@pytest.mark.parametrize("name", PACKS)
def test_islington_nobody_is_restricted_to_a_contact_who_has_no_deputy(name: str) -> None:
    """19 007 748: fault, because the single point of contact was away and nobody answered."""
    alone = {"name": "Pat Contact", "address": "pat@office.example"}
    drafted = Course(pack(name), spoc=alone, ends=MONDAY.replace(month=10))
    drafted.answered().warned().refuses("the single point of contact has no deputy", None, "submitted")


def test_islington_no_change_names_a_contact_without_a_deputy() -> None:
    course = Course(pack("cleveland")).active()
    change = {"restrictions": [measure("spoc_only")], "reasons": "Pat has left.", "role": "head_of_standards"}
    alone = {"name": "Sam Single", "address": "sam@office.example"}
    course.refuses("the single point of contact has no deputy", None, "changed", "Hal", spoc=alone, **change)
    course.allows("changed", "Hal", spoc={**alone, "deputy": "dee@office.example"}, **change)


def test_islington_what_is_written_to_the_deputy_is_no_breach() -> None:
    known = dossier(strategy(contacts.SPOC_ONLY))
    to_deputy = contacts.decision(pack("cleveland"), email(DEPUTY), known)
    assert to_deputy.breaches == () and diverted_to(to_deputy) == {}
    assert diverted_to(contacts.decision(pack("cleveland"), email(CHIEF), known)) == {CHIEF: SPOC}


def test_a_soft_point_of_contact_needs_a_deputy_too() -> None:
    alone = {"name": "Pat Contact", "address": "pat@office.example"}
    soft = Course(pack("warwickshire"), soft=True, restrictions=(), spoc=alone).warned()
    with pytest.raises(Refused, match="no deputy"):
        soft.take("activated")
