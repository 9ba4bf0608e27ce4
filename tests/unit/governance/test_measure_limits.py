"""A measure goes no further than the policy lets it: drafted, at once in an emergency, or by a change."""

from datetime import timedelta

import pytest

from gateway.governance import life
from gateway.governance.lacks import Refused
from gateway.governance.strategy_fold import fold
from models.limit import Limit
from models.policy_course import MeasureRule
from tests.governing import ACTIVE, MONDAY, READY, RULES, draft, situation, step

CITES = ("Wealden L123-L125",)
RULES_WITH_LIMITS = RULES.model_copy(
    update={
        "measures": (
            MeasureRule(kind="spoc_only"),
            MeasureRule(kind="reply_cycle", limits={"every": Limit(most="P1M")}, cites=CITES),
            MeasureRule(kind="channel_only", limits={"channels": Limit(among=("email", "letter"))}),
        )
    }
)
SPOC_ONLY = {"id": "R1", "kind": "spoc_only"}
YEARLY = {"id": "R2", "kind": "reply_cycle", "every": "P3Y"}
MONTHLY = {**YEARLY, "every": "P1M"}
TOO_LONG = "R2 (reply_cycle): every is 3 years (P3Y), more than the policy allows; set 1 month (P1M) or less"
HEAD = {"by": "Hal Head", "role": "head"}


def ways(measure):
    """How a measure comes: a course, and the step that has it."""
    both = (SPOC_ONLY, measure)
    told = {"told_on": MONDAY, "told_how": "By telephone at noon.", "until": MONDAY + timedelta(days=4)}
    return {
        "drafted": ((draft(restrictions=both), *READY), step("submitted")),
        "urgent": ((draft(),), step("urgent", **HEAD, **told, reason="A threat.", restrictions=both)),
        "changed": ((draft(), *ACTIVE), step("changed", **HEAD, reasons="Calls at night.", restrictions=both)),
    }


@pytest.mark.parametrize("way", ["drafted", "urgent", "changed"])
def test_a_setting_beyond_its_limit_is_refused_with_its_paragraph_and_what_it_may_be(way):
    steps, last = ways(YEARLY)[way]
    with pytest.raises(Refused) as refused:
        life.take(fold("CS-1", steps), last, situation(rules=RULES_WITH_LIMITS))
    (lack,) = refused.value.lacks
    assert (lack.text, lack.cites, lack.field) == (TOO_LONG, CITES, "restrictions")
    assert str(refused.value) == f"{TOO_LONG} (Wealden L123-L125)"


@pytest.mark.parametrize("way", ["drafted", "urgent", "changed"])
def test_a_setting_at_its_limit_is_taken(way):
    steps, last = ways(MONTHLY)[way]
    assert life.take(fold("CS-1", steps), last, situation(rules=RULES_WITH_LIMITS)).steps[-1] == last


def test_a_channel_that_the_policy_does_not_leave_is_refused():
    only = {"id": "R3", "kind": "channel_only", "channels": ["email", "sms"]}
    with pytest.raises(Refused) as refused:
        made = fold("CS-1", (draft(restrictions=(only,)), *READY))
        life.take(made, step("submitted"), situation(rules=RULES_WITH_LIMITS))
    assert str(refused.value) == (
        "R3 (channel_only): channels has sms, which the policy does not allow; choose from email, letter"
    )
