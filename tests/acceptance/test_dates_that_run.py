"""A late review, from the register to somebody's inbox, in a running gateway that is stopped and started in between."""

from __future__ import annotations

import sys
from pathlib import Path

import clock_moved
import pytest
from acceptance.gateway_process import REGISTER, REVIEW_DUE, gateway, triage, wait_until
from acceptance.sink import Sink, running_sink

MOVED_CLOCK = (sys.executable, clock_moved.__file__)
TUESDAY, WEDNESDAY = "2027-03-02T09:00:00+00:00", "2027-03-03T09:00:00+00:00"
HEAD = "head@opcc.example"


def told(sink: Sink) -> list[str]:
    return [mail.content.decode() for mail in sink.received if HEAD in mail.rcpt_to]


@pytest.mark.long
def test_a_late_review_reaches_whoever_reviews_once_a_working_day_whatever_is_restarted(tmp_path: Path) -> None:
    with running_sink() as sink, gateway(tmp_path, sink.port, command=MOVED_CLOCK) as process:
        late = REGISTER.replace(f"review_due: {REVIEW_DUE}", "review_due: 2027-03-01").replace(
            "people:", f"  role_addresses: {{manager: {HEAD}}}\npeople:", 1
        )
        (tmp_path / "register.yaml").write_text(late, encoding="utf-8")
        triage(tmp_path, "register", "import", str(tmp_path / "register.yaml"), "--by", "test")
        process.start(MOVED_TO=TUESDAY)
        wait_until(lambda: len(told(sink)) == 1, "the reviewer was told")
        assert process.stop() == 0
        process.start(MOVED_TO=TUESDAY)
        assert process.stop() == 0
        process.start(MOVED_TO=WEDNESDAY)
        wait_until(lambda: len(told(sink)) == 2, "the reviewer was told again")
        # Once each day about the review, and once about the annual report, which is late by then as well.
        assert process.query("SELECT kind, urgency, count(*) FROM alert GROUP BY 1, 2") == [("strategy", "same_day", 4)]
        (first, _second) = told(sink)
        assert "CS-001/review" in first
        assert "It was due on 1 March 2027 and is late." in first
        assert "Ashdown" not in first
