"""What a register file asks although the policy forbids it is said, and is a task."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gateway.governance.against_policy import against_policy
from gateway.governance.clocks import register_tasks
from gateway.places import config_directory, sample_directory
from gateway.policies import load_pack
from gateway.yaml_file import load
from models.policy import PolicyPack
from models.register import Register

DAY = date(2026, 3, 2)
MATTERS = [
    {"id": "M-1", "person": "P-001", "title": "Bins", "status": "open"},
    {"id": "M-2", "person": "P-001", "title": "Tax", "status": "concluded"},
    {"id": "M-3", "person": "P-002", "title": "Trees", "status": "open"},
]
FILED, REFUSED, CEASE = ({"kind": kind} for kind in ("same_matter_filed", "same_matter_refused", "cease_and_desist"))
HALF_YEAR, MONTH = {"kind": "reply_cycle", "every": "P6M"}, {"kind": "reply_cycle", "every": "P1M"}


def pack(name: str) -> PolicyPack:
    return load_pack(config_directory() / "policies" / f"{name}.yaml")


def register(name: str, restriction: dict[str, Any], **fields: Any) -> Register:
    strategy = {
        "id": "CS-9", "person": "P-001", "matters": ["M-1"], "status": "active", "starts": "2026-01-05",
        "review_due": "2026-04-01", "restrictions": [{"id": "R1", **restriction}], **fields,
    }  # fmt: skip
    return Register.model_validate(
        {
            "organisation": {
                "name": "The Office", "policy": name, "domains": ["office.example"],
                "addresses": {"manager": "manager@office.example"},
            },
            "people": [{"id": "P-001", "name": "Jordan Example"}, {"id": "P-002", "name": "Kim Example"}],
            "matters": MATTERS,
            "strategies": [strategy],
        }
    )  # fmt: skip


CASES = [
    # policy, restriction, strategy, which tasks it is, what is said
    ("staffordshire", FILED, {}, ["open_matter"], "same_matter_filed on M-1, which is still open"),
    ("staffordshire", FILED, {"matters": ["M-2"]}, [], None),
    ("staffordshire", REFUSED, {"scope": "organisation", "matters": []}, ["open_matter"], "on M-1, which is still"),
    ("stoke", CEASE, {}, ["open_matter"], "Stoke 5.2.2"),
    # A measure that the policy does not have, where its list is closed.
    ("staffordshire", CEASE, {}, ["open_matter", "unlisted"], "cease_and_desist "),
    ("staffordshire", CEASE, {"matters": ["M-2"]}, ["unlisted"], "cease_and_desist is not among the measures of this"),
    ("cleveland", MONTH, {}, ["unlisted"], "reply_cycle is not among the measures of this policy; take the measure"),
    ("cleveland", MONTH, {"status": "draft"}, [], None),
    ("stoke", {"kind": "call_recording"}, {"notified_on": None}, ["unlisted"], "call_recording is not among"),
    ("wealden", {"kind": "call_recording"}, {}, [], None),  # whose list is open
    ("generic", {"kind": "call_recording"}, {}, [], None),
    ("cleveland", {"kind": "spoc_only"}, {}, [], None),
    # A limit is one policy's own.
    ("wealden", HALF_YEAR, {}, ["limits"], "every is 6 months (P6M), more than the policy allows"),
    ("wealden", MONTH, {}, [], None),
    ("warwickshire", {"kind": "call_duration", "minutes": 5}, {}, [], None),
    ("generic", {"kind": "call_duration", "minutes": 5}, {}, ["limits"], "minutes is 5, less than the policy allows"),
    ("cleveland", {"kind": "channel_only", "channels": ["letter", "visit"]}, {}, ["limits"], "channels has visit"),
    # It will hold them once they are told, or once it has begun; not when it is over, nor before it was decided.
    ("staffordshire", FILED, {"notified_on": None, "starts": "2026-04-01"}, ["open_matter"], "M-1"),
    ("staffordshire", FILED, {"ends": "2026-03-01"}, [], None),
    ("staffordshire", FILED, {"ends": "2026-03-02"}, ["open_matter"], "M-1"),
    ("wealden", HALF_YEAR, {"status": "ended"}, [], None),
    ("staffordshire", FILED, {"status": "draft"}, [], None),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "restriction", "fields", "tasks", "says"), CASES)
def test_what_the_policy_forbids_is_said_and_is_a_task(
    policy: str, restriction: dict[str, Any], fields: dict[str, Any], tasks: list[str], says: str | None
) -> None:
    register_, under = register(policy, restriction, **fields), pack(policy)
    said = list(against_policy(register_, under.life, DAY))
    assert [says in one and one.startswith("CS-9 asks what the policy does not") for one in said] == [True] * len(tasks)
    own = [one for one in register_.matters if one.person == "P-001"]
    found = register_tasks(register_.strategies[0], under, own, DAY)
    of_it = [one for one in found if one.id.rpartition("/")[2] in ("open_matter", "unlisted", "limits")]
    assert [one.id for one in of_it] == [f"CS-9/{task}" for task in tasks]
    assert all(one.roles and one.due is not None for one in of_it)


REVIEWS = [
    ({"review_due": "2026-06-02"}, None),
    ({"review_due": "2026-06-03"}, "CS-9: the review is more than 3 months away (Cleveland 9.12"),
    ({"review_due": "2099-01-01", "ends": "2099-06-01"}, "CS-9: the review is more"),
    ({"review_due": "2099-01-01", "ends": "2026-05-01"}, None),
    ({"review_due": "2026-07-01", "starts": "2026-04-01"}, None),
    ({"review_due": "2099-01-01", "status": "draft"}, None),
    ({"review_due": None, "ends": "2026-09-30"}, None),
]


@pytest.mark.parametrize(("fields", "says"), REVIEWS)
def test_a_review_later_than_the_policy_lets_it_be_is_said_and_is_a_task(
    fields: dict[str, Any], says: str | None
) -> None:
    of, under = register("cleveland", {"kind": "spoc_only"}, **fields), pack("cleveland")
    said = list(against_policy(of, under.life, DAY))
    assert [one.startswith(says or "?") for one in said] == [True] * (says is not None)
    waits = [one for one in register_tasks(of.strategies[0], under, (), DAY) if one.id == "CS-9/review_date"]
    assert len(waits) == len(said), "and is a task until the register has another"
    assert all(
        "Cleveland 9.12" in one.cites and set(under.life.review.reviewers) <= set(one.roles) and one.due
        for one in waits
    )


def test_one_whose_file_says_what_it_asks_is_not_said() -> None:
    life = pack("staffordshire").life
    assert list(against_policy(register("staffordshire", FILED), life, DAY, with_a_file={"CS-9"})) == []


def test_a_measure_that_any_stage_has_within_its_limits_is_within_them() -> None:
    """Nobody knows of what stage a strategy is that stands in the register only."""
    life = pack("wealden").life
    laxer = next(rule for rule in life.measures if rule.kind == "reply_cycle").model_copy(
        update={"limits": {}, "stages": (1,)}
    )
    two = life.model_copy(update={"measures": (*life.measures, laxer)})
    assert list(against_policy(register("wealden", HALF_YEAR), two, DAY)) == []


def test_the_sample_register_asks_nothing_that_its_policy_does_not_have_but_time() -> None:
    """Its days must not come while somebody tries it."""
    sample = load(sample_directory() / "register.yaml", Register)
    (said,) = against_policy(sample, pack(sample.organisation.policy).life, DAY)
    assert said.startswith("CS-001, ") and "CS-010 and 2 more: the review is more than 3 months away" in said
