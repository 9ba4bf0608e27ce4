"""Each named place, killed with `kill -9`; and the harness itself, proven by defects it must catch."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from acceptance.crash import CRASH_POINTS, crash_and_recover

DEFECTS = {
    "250_before_commit": ("before_spool_commit", "heard 250 and was relayed under 0 ids"),
    "sent_before_sending": ("before_relay_250", "heard 250 and was relayed under 0 ids"),
    "claim_closed_outside_the_transaction": ("claim_closed", "heard 250 and was relayed under 0 ids"),
}
"""Each seeded defect, the place at which a crash shows it, and what the harness says."""


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_nothing_that_heard_250_is_lost(point: str, tmp_path: Path) -> None:
    account = crash_and_recover(tmp_path, point, turn=5 if point == "mid_chunk" else 3)
    assert account.faults == []
    assert account.heard_250


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_harness_catches_a_seeded_defect(defect: str, tmp_path: Path) -> None:
    point, fault = DEFECTS[defect]
    account = crash_and_recover(tmp_path, point, turn=1, command=_defective(defect))
    assert any(fault in found for found in account.faults), account.faults
    assert not any("never reached" in found for found in account.faults)


@pytest.mark.long
@pytest.mark.parametrize("point", CRASH_POINTS)
@pytest.mark.parametrize("turn", [1, 2, 7, 19])
def test_nothing_is_lost_at_any_turn(point: str, turn: int, tmp_path: Path) -> None:
    account = crash_and_recover(tmp_path, point, turn=turn, messages=30)
    assert account.faults == []


def _defective(defect: str) -> tuple[str, ...]:
    return sys.executable, str(Path(__file__).with_name("defective_gateway.py")), defect
