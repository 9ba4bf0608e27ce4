"""Contact that we asked for is no breach, for a few days, and nobody takes that back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway.governance import life
from gateway.governance.courses import BREACH_RESPONSE
from gateway.governance.lacks import Refused
from tests.case_files import here, lacks
from tests.case_files import step as case_step
from tests.governing import ACTIVE, APPROVED, MONDAY, file, situation, step

FRIDAY = MONDAY + timedelta(days=4)


def asked(**changes: Any) -> Any:
    return step("invited", **{"on": MONDAY, "until": FRIDAY, "how": "By telephone.", **changes})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"until": MONDAY}, None),
        ({"until": MONDAY + timedelta(days=30)}, None),
        ({"until": MONDAY + timedelta(days=31)}, "an invitation lasts 30 days at most"),
        ({"until": MONDAY - timedelta(days=1)}, "that day has passed"),
        ({"on": FRIDAY}, "a day to come"),
        ({"by": "Nosy Neighbour"}, None),  # a small policy without a register of strategies
    ],
)
def test_an_invitation_is_for_a_few_days_from_today(changes: dict[str, Any], why: str | None) -> None:
    if why is None:
        life.take(file(ACTIVE), asked(**changes), situation())
        return
    with pytest.raises(Refused, match=why):
        life.take(file(ACTIVE), asked(**changes), situation())


def test_only_what_is_in_force_needs_one() -> None:
    with pytest.raises(Refused, match="not while the strategy is approved"):
        life.take(file(APPROVED), asked(), situation())


def test_it_is_not_taken_back_for_they_were_told_that_they_may() -> None:
    invited = life.take(file(ACTIVE), asked(), situation())
    undone = step("undone", number=len(invited.steps), reason="A slip.")
    with pytest.raises(Refused, match="they were told that they may contact us"):
        life.take(invited, undone, situation())


def test_of_a_strategy_that_stands_in_the_register_only_it_is_on_the_file_of_its_breaches() -> None:
    fields: dict[str, Any] = {"strategy": "CS-1", "on": MONDAY, "until": FRIDAY, "how": "By telephone."}
    step = case_step(BREACH_RESPONSE, "asked_to_contact", person="P-001", before=1, **fields)
    begun = BREACH_RESPONSE.begin("BR-1", step, here("generic"))
    assert begun.closed and (begun.count, begun.breaches, begun.ours) == (1, {}, ())
    confirmed = {"strategy": "CS-1", "restriction": "R1"}
    invited = case_step(BREACH_RESPONSE, "breach_confirmed", contact="c-1", count=2, received_on=FRIDAY, **confirmed)
    assert "we had asked them on 2026-03-02" in lacks(BREACH_RESPONSE, begun, invited, here("generic"))[0]
    after = invited.model_copy(update={"contact": "c-2", "received_on": FRIDAY + timedelta(days=1)})
    confirmed_file = BREACH_RESPONSE.take(begun, after, here("generic"))
    assert confirmed_file.count == 2
    again = BREACH_RESPONSE.take(confirmed_file, step, here("generic"))
    undone = case_step(BREACH_RESPONSE, "undone", number=3, reason="A slip.")
    assert "they were told that they may" in lacks(BREACH_RESPONSE, again, undone, here("generic"))[0]
    late = step.model_copy(update={"until": MONDAY + timedelta(days=31)})
    assert "30 days at most" in lacks(BREACH_RESPONSE, begun, late, here("generic"))[0]


@pytest.mark.parametrize(("day", "is_breach"), [(-1, True), (0, False), (4, False), (5, True)])
def test_a_contact_that_we_asked_for_is_not_confirmed_as_a_breach(day: int, is_breach: bool) -> None:
    invited = life.take(file(ACTIVE), asked(), situation())
    received = MONDAY + timedelta(days=day)
    fields: dict[str, Any] = {"strategy": "CS-1", "contact": "c-1", "restriction": "R1", "count": 1}
    confirmed = case_step(BREACH_RESPONSE, "breach_confirmed", at=MONDAY, received_on=received, **fields)
    judged = here("generic", earlier=(invited,))
    if is_breach:
        assert BREACH_RESPONSE.begin("BR-1", confirmed, judged).count == 1
        return
    with pytest.raises(Refused, match="we had asked them on 2026-03-02 to contact us by 2026-03-06"):
        BREACH_RESPONSE.begin("BR-1", confirmed, judged)
    other = case_step(BREACH_RESPONSE, "breach_confirmed", at=MONDAY, received_on=FRIDAY + timedelta(days=1), **fields)
    begun = BREACH_RESPONSE.begin("BR-1", other.model_copy(update={"contact": "c-0"}), judged)
    assert "we had asked them" in lacks(BREACH_RESPONSE, begun, confirmed, judged)[0]
