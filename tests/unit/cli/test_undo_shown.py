"""`triage strategy show` names the step that can be undone, and for whom, so that nobody need know of it beforehand."""

from __future__ import annotations

import pytest

from gateway.cli.strategy import _as_json, _print
from gateway.governance import life
from tests.governing import ACTIVE, APPROVED, MONDAY, file, situation, step


@pytest.mark.parametrize(
    ("steps", "undo", "by", "line"),
    [
        ((), None, None, ""),
        (ACTIVE[:1], 2, None, "Step 2 can be undone: `triage strategy undo CS-1 2 --reason"),
        (APPROVED, len(APPROVED) + 1, "Hal Head", "(for Hal Head, who decided it): `triage strategy undo"),
    ],
)
def test_the_undo_of_the_last_step_is_shown_where_there_is_one(capsys, steps, undo, by, line) -> None:
    made = file((*steps, step("looked_in", by="Ada Adviser", need="To advise.")))
    assert _as_json(made, situation(MONDAY))["undo"] == {"step": undo, "by": by}
    _print(made, situation(MONDAY))
    said = capsys.readouterr().out
    assert line in said
    assert ("can be undone" in said) == (undo is not None)
    if undo is not None:
        taken = step("undone", by=by or "Ann Author", number=undo, reason="Pressed by mistake.")
        assert life.take(made, taken, situation(MONDAY))
