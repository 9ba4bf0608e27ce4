"""What kills the serving process each time is given up on and put before people; what was in hand beside it is not."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from acceptance.gateway_process import GatewayProcess, gateway, wait_until
from acceptance.poisoned_gateway import POISON, command
from acceptance.sink import Sink, running_sink

_MOST_STARTS = 6
_RECIPIENT = "office@opcc.example"
_INNOCENT = ("one", "two", "three")


def submit(process: GatewayProcess, *subjects: str) -> None:
    """Send a message of each subject; the poisoned one is a cry for help as well."""
    with smtplib.SMTP("127.0.0.1", process.port, timeout=20) as client:
        for subject in subjects:
            head = f"From: s@far.example\r\nMessage-ID: <{subject}@far.example>\r\nSubject: {subject}\r\n"
            text = "I am going to kill myself." if subject == POISON else "The bins."
            client.sendmail("s@far.example", [_RECIPIENT], f"{head}\r\n{text}\r\n")


@contextmanager
def with_some_in_hand(folder: Path, *, few_rules: bool = True) -> Iterator[tuple[GatewayProcess, Sink]]:
    """A gateway that has a poisoned message and innocent ones in hand."""
    with running_sink() as sink, gateway(folder, sink.port, few_rules=few_rules) as process:
        process.run_as(command("asleep"))
        process.start()
        submit(process, _INNOCENT[0], POISON, *_INNOCENT[1:])
        held = "SELECT 1 FROM spool WHERE state = 'claimed'"
        wait_until(lambda: len(process.query(held)) == len(_INNOCENT) + 1, "all in hand")
        yield process, sink


@contextmanager
def deadly(folder: Path, place: str, *, few_rules: bool = True) -> Iterator[tuple[GatewayProcess, Sink]]:
    """A gateway that a poisoned message kills at this place. It died with that and innocent ones in hand."""
    with with_some_in_hand(folder, few_rules=few_rules) as (process, sink):
        process.kill()
        process.run_as(command(place))
        yield process, sink


def deaths_until_all_is_done(process: GatewayProcess) -> int:
    """Start it again after each death, as a service manager does; how often it died. It is left running."""
    for deaths in range(_MOST_STARTS):
        process.start(may_die=True)
        wait_until(lambda: not process.alive or not left(process), "idle or dead", seconds=30)
        if process.alive:
            return deaths
        process.kill()
    raise AssertionError(f"it died at all of {_MOST_STARTS} starts: {left(process)} {process.log()}")


def left(process: GatewayProcess) -> list[tuple[object, ...]]:
    """What is still to be done; of the alerts, those of which nobody was told."""
    return process.query(
        "SELECT 'spool', id FROM spool WHERE ready_at IS NOT NULL"
        " UNION ALL SELECT 'outbox', id FROM outbox WHERE ready_at IS NOT NULL"
        " UNION ALL SELECT 'alert', id FROM alert WHERE ready_at IS NOT NULL AND rung = 0 AND urgency = 'immediate'"
    )


def relayed(sink: Sink) -> list[str]:
    return sorted(mail.header("Subject") or "" for mail in sink.received if mail.rcpt_to == (_RECIPIENT,))


@pytest.mark.parametrize(
    ("place", "deaths", "dead"), [("opened", 2, "spool"), ("decided", 2, "spool"), ("sent", 3, "relay")]
)
def test_a_message_that_kills_the_gateway_stops_no_other(place: str, deaths: int, dead: str, tmp_path: Path) -> None:
    with deadly(tmp_path, place) as (process, sink):
        assert deaths_until_all_is_done(process) == deaths
        submit(process, "later")
        wait_until(lambda: not left(process), "idle")
        assert relayed(sink) == sorted((*_INNOCENT, "later"))
        assert process.query(
            "SELECT 'spool', error FROM spool WHERE state = 'dead'"
            " UNION ALL SELECT kind, error FROM outbox WHERE state = 'dead'"
        ) == [(dead, "ServerDied")]
        # Where it was decided before, a cry for help in it was heard before, too.
        assert ("intake",) in process.query("SELECT queue FROM review WHERE state = 'open'")
        assert ("system",) in process.query("SELECT kind FROM alert")
        assert process.stop() == 0


def test_an_alert_that_kills_the_gateway_stops_no_other_and_the_manager_hears_of_it(tmp_path: Path) -> None:
    with deadly(tmp_path, "told", few_rules=False) as (process, sink):
        assert deaths_until_all_is_done(process) == 3
        assert relayed(sink) == sorted((*_INNOCENT, POISON))
        told = [mail.header("Subject") or "" for mail in sink.received if "manager@opcc.example" in mail.rcpt_to]
        assert any(subject.startswith("Alert (") and ": system " in subject for subject in told), told


def test_what_is_in_hand_at_a_stop_is_not_suspected(tmp_path: Path) -> None:
    with with_some_in_hand(tmp_path) as (process, _sink):
        assert process.stop() == 0
        waiting = process.query("SELECT state, deaths FROM spool")
        assert waiting == [("waiting", 0)] * (len(_INNOCENT) + 1)
