"""What had ended and a register file brings back by itself is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gateway.governance.in_force_again import in_force_again
from models.strategy import Strategy

DAY = date(2026, 3, 2)
SAME, CLOSED = {"id": "R1", "kind": "same_matter_filed"}, {"id": "R1", "kind": "channel_blocked", "channels": ["visit"]}
OTHER_WORDS = [{**CLOSED, "id": "X2"}, {**SAME, "id": "X1"}]


def full(id_: str, *restrictions: dict[str, Any], **fields: Any) -> Strategy:
    given = {"person": "P-001", "matters": ["M-1"], "status": "active", "starts": "2026-01-05", **fields}
    return Strategy.model_validate({"id": id_, **given, "restrictions": list(restrictions or (SAME, CLOSED))})


ENDED = full("CS-1", status="ended")
AGAIN = [
    # what there was, what the file has, what is said
    ([ENDED], [full("CS-1")], "CS-1 had ended and is in force again"),
    ([ENDED], [full("CS-9")], "asks the same as CS-1, which has ended"),
    ([ENDED], [full("CS-9", *OTHER_WORDS, matters=["M-2"])], "asks the same as CS-1, which has ended"),
    ([full("CS-1", status="dormant")], [full("CS-9", SAME)], "is about the same as CS-1, which has ended"),
    ([], [ENDED, full("CS-9")], "asks the same as CS-1, which has ended"),
    ([full("CS-1", ends="2026-03-01")], [full("CS-9")], "asks the same as CS-1, which has ended"),
    ([ENDED, full("CS-2", status="ended")], [full("CS-9")], "asks the same as CS-1, CS-2, which have ended"),
    ([full("CS-1", SAME, status="ended", scope="organisation", matters=[])],
     [full("CS-9", CLOSED, scope="organisation", matters=[])], "is about the same as CS-1"),
    # Another person's, another matter with other measures, what was held already, and what holds nobody.
    ([full("CS-1", status="ended", person="P-002")], [full("CS-9")], None),
    ([ENDED], [full("CS-9", SAME, matters=["M-2"])], None),
    ([ENDED, full("CS-9")], [ENDED, full("CS-9")], None),
    ([ENDED], [full("CS-9", status="draft")], None),
    ([ENDED], [full("CS-9", ends="2026-03-01")], None),
    ([full("CS-1", status="draft")], [full("CS-9")], None),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "says"), AGAIN)
def test_what_had_ended_does_not_come_back_without_a_word(
    before: list[Strategy], after: list[Strategy], says: str | None
) -> None:
    said = in_force_again(before, after, DAY)
    assert len(said) == (says is not None)
    assert all(says is not None and says in text and "new decision and a new notice" in text for text in said.values())


@pytest.mark.parametrize(
    ("status", "how"),
    [
        ("ended", "`triage strategy dormant CS-1`, then `triage strategy reinstate CS-1`"),
        ("dormant", "again: `triage strategy reinstate CS-1`"),
    ],
)
def test_whoever_was_let_go_by_a_step_here_is_taken_up_again_by_one(status: str, how: str) -> None:
    (said,) = in_force_again([full("CS-1", status=status)], [full("CS-9")], DAY, with_a_file={"CS-1"}).values()
    assert how in said
