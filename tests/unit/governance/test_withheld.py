"""Which of a decision's reasons are of the contact and which of a strategy."""

from __future__ import annotations

from typing import get_args

from gateway.governance.registers.withheld import OF_THE_CONTACT
from models.restriction import Restriction
from routing.reasons import REASONS


def test_what_is_left_is_a_reason_and_no_restriction_is_among_it():
    kinds = {get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Restriction)[0])}
    assert len(kinds) == 22 and kinds <= set(REASONS)
    assert set(REASONS) >= OF_THE_CONTACT
    assert not OF_THE_CONTACT & (kinds | {"breach_flagged", "not_in_force", "always_reviewed", "outside_scope"})
