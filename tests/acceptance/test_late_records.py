"""A contact that is recorded late has those after it counted again, also where the process dies between the two."""

from __future__ import annotations

import smtplib
import sys
from pathlib import Path

from acceptance.gateway_process import REGISTER, GatewayProcess, gateway, triage, wait_until
from acceptance.poisoned_gateway import POISON, command
from acceptance.sink import running_sink

_SENDER = "wilfred.ashdown@fieldpost.example"
_ONE_A_WEEK = "{id: R1, kind: contact_limit, channels: [email], count: 1, per: week, rolling: true}"


def submit(process: GatewayProcess, subject: str) -> None:
    with smtplib.SMTP("127.0.0.1", process.port, timeout=20) as client:
        head = f"From: {_SENDER}\r\nMessage-ID: <{subject}@fieldpost.example>\r\nSubject: {subject}\r\n"
        client.sendmail(_SENDER, ["office@opcc.example"], f"{head}\r\nAbout {subject}.\r\n")


def revisions(process: GatewayProcess) -> list[tuple[object, ...]]:
    """How many decisions there are of each contact, the one received first first, and for what it is flagged."""
    return process.query(
        "SELECT (SELECT count(*) FROM decision WHERE contact_id = contact.id),"
        " (SELECT restriction FROM breach WHERE contact_id = contact.id) FROM contact ORDER BY received_at"
    )


def test_a_death_between_a_late_record_and_its_recount_loses_no_recount(tmp_path: Path) -> None:
    with running_sink() as sink, gateway(tmp_path, sink.port, few_rules=True) as process:
        limited = REGISTER.replace("{id: R1, kind: spoc_only}", _ONE_A_WEEK)
        (tmp_path / "register.yaml").write_text(limited, encoding="utf-8")
        triage(tmp_path, "register", "import", str(tmp_path / "register.yaml"), "--by", "test")
        process.run_as(command("asleep_over_one"))
        process.start()
        submit(process, POISON)
        submit(process, "second")
        wait_until(lambda: revisions(process) == [(1, None)], "the second is recorded, the first is not")
        process.kill()
        process.run_as((sys.executable, "-m", "gateway"))
        process.start(may_die=True, TRIAGE_CRASH_AT="after_record:1")
        assert process.dies_within(30)
        assert revisions(process) == [(1, None), (1, None)]
        process.start()
        wait_until(lambda: revisions(process) == [(1, None), (2, "R1")], "the second is counted again", seconds=20)
        assert process.stop() == 0
