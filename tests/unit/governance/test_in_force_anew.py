"""What a register file does by itself is said."""

from __future__ import annotations

from gateway.governance.in_force_anew import in_force_anew
from models.strategy import Strategy


def strategy(id_: str = "CS-9", kind: str = "spoc_only", status: str = "active") -> Strategy:
    given = {"id": id_, "person": "P-001", "status": status, "starts": "2026-01-05"}
    return Strategy.model_validate({**given, "restrictions": [{"id": "R1", "kind": kind}]})


def test_what_comes_in_force_changes_or_holds_nobody_any_more_is_said() -> None:
    before = [strategy(), strategy("CS-8"), strategy("CS-7"), strategy("CS-5", status="draft")]
    after = [
        strategy(kind="premises_ban"),
        strategy("CS-8"),
        strategy("CS-7", status="ended"),
        strategy("CS-6"),
        strategy("CS-5"),
    ]
    said = list(in_force_anew(before, after))
    assert [text.split()[0] for text in said] == ["CS-9", "CS-6", "CS-5", "CS-7"]
    assert "asks other things than before" in said[0] and "in force by this register" in said[1]
    assert said[3] == "CS-7 holds nobody any more"


def test_what_stays_as_it_was_is_not_said() -> None:
    assert list(in_force_anew([strategy()], [strategy()])) == []
